//! Files that nobody should have: each is told with its place, and the rest of the scan goes on.

use std::fs;
use std::process::Command;

use serde_json::Value;

/// A project with a mistake of its own, which must be found beside every hostile file.
const TEMPLATE: &str = "Resources:\n  Pool:\n    Type: AWS::Cognito::UserPool\n    Properties:\n      \
                        DeviceConfiguration: { ChallengeRequiredOnNewDevice: false }\n";

/// What a scan says of one more file: the rules of the findings in it, and the kinds of the notes on it.
fn told(path: &str, bytes: impl AsRef<[u8]>) -> (Vec<String>, Vec<String>) {
    let folder = tempfile::Builder::new().prefix("hostile").tempdir().expect("a folder");
    fs::write(folder.path().join("template.yaml"), TEMPLATE).expect("a template");
    fs::write(folder.path().join(path), bytes).expect("a hostile file");
    let mut command = Command::new(env!("CARGO_BIN_EXE_cognito-lint"));
    let output = command.current_dir(folder.path()).args(["--format", "json"]).output().expect("the program runs");
    assert_eq!(output.status.code(), Some(1), "{path}: {}", String::from_utf8_lossy(&output.stderr));
    let report: Value = serde_json::from_slice(&output.stdout).expect("the report is JSON");
    let named = |list: &str, name: &str, of: &str| -> Vec<String> {
        let entries = report[list].as_array().expect("a list").iter().filter(|entry| entry["path"] == of);
        entries.map(|entry| entry[name].as_str().expect("a name").to_owned()).collect()
    };
    assert_eq!(named("findings", "rule", "template.yaml"), ["device-tracking-both-false"], "{path}");
    (named("findings", "rule", path), named("notes", "kind", path))
}

fn is_unreadable(path: &str, bytes: impl AsRef<[u8]>) {
    assert_eq!(told(path, bytes).0, ["unreadable-file"], "{path}");
}

fn is_limited(path: &str, bytes: impl AsRef<[u8]>) {
    let (findings, notes) = told(path, bytes);
    assert!(findings.is_empty() && notes.contains(&"limit".to_owned()), "{path}: {findings:?} {notes:?}");
}

#[test]
fn broken_syntax_is_a_finding() {
    is_unreadable("broken.yaml", "Resources:\n  Cognito: { Type: [\n");
    is_unreadable("broken.json", "{ \"cognito\": [1, 2 }");
    is_unreadable("broken.ts", "import { CognitoUserPool } from 'amazon-cognito-identity-js';\nconst a = {{{ ;;; (\n");
    is_unreadable("broken.py", "import boto3\nidp = boto3.client('cognito-idp'\ndef f(:\n    return (\n");
}

#[test]
fn invalid_utf_8_is_a_finding() {
    is_unreadable("latin.yaml", b"Description: Cognito f\xfcr alle\n");
    is_unreadable("latin.py", b"# Cognito f\xfcr alle\nimport boto3\n");
}

#[test]
fn an_alias_bomb_is_a_note() {
    let mut bomb = "cognito0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..12 {
        let alias = format!("*a{}", level - 1);
        bomb += &format!("cognito{level}: &a{level} [{}]\n", [alias.as_str(); 9].join(", "));
    }
    is_limited("bomb.yaml", bomb);
}

#[test]
fn deep_nesting_is_a_note() {
    let (open, close) = ("[".repeat(100_000), "]".repeat(100_000));
    is_limited("deep.json", format!("{{ \"cognito\": {open}{close} }}"));
    is_limited("deep.yaml", format!("cognito: {open}{close}\n"));
    is_limited("deep.ts", format!("const cognito = {open}{close};\n"));
    is_limited("deep.py", format!("cognito = {open}{close}\n"));
}

/// The beginning of a plan.
const PLAN: &str = r#"{"format_version": "1.2", "terraform_version": "1.11.4", "resource_changes": ["#;

#[test]
fn broken_plans_are_told() {
    let client = r#"{"type": "aws_cognito_user_pool_client", "#;
    is_unreadable("cut.json", format!("{PLAN}{client}"));
    is_unreadable("odd.tfstate", r#"{"version": 4, "terraform_version": "1", "lineage": "cognito", "resources": [}"#);
    is_limited("deep.json", format!("{PLAN}{client}\"change\": {}", "[".repeat(100_000)));
    let other = r#"{"format_version": "2.0", "terraform_version": "9", "planned_values": {"a": "cognito"}}"#;
    assert_eq!(told("other.json", other), (vec![], vec!["unsupported".to_owned()]));
}

#[test]
fn a_large_plan_is_read_and_other_large_files_are_not() {
    let filler = "x".repeat(10 * 1024 * 1024);
    let flows = r#""explicit_auth_flows": ["USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]"#;
    let client = format!(
        r#"{{"address": "aws_cognito_user_pool_client.a", "mode": "managed", "type": "aws_cognito_user_pool_client", "name": "a",
            "change": {{"actions": ["create"], "before": null, "after": {{{flows}}}}}}}"#
    );
    let (findings, notes) = told("plan.json", format!("{PLAN}{client}], \"filler\": \"{filler}\"}}"));
    assert!(findings.contains(&"explicit-auth-flows-mixed".to_owned()) && notes.is_empty(), "{findings:?} {notes:?}");
    let other = format!("{{\"terraform_version\": \"1\", \"cognito\": \"{filler}\"}}");
    assert_eq!(told("other.json", other), (vec![], vec!["limit".to_owned()]));
}

#[test]
fn a_plan_that_only_terraform_reads_is_told_how_to_print() {
    let folder = tempfile::Builder::new().prefix("plan").tempdir().expect("a folder");
    let bytes = [&b"PK\x03\x04"[..], &[0; 26], b"tfplan", &[0xff; 100]].concat();
    fs::write(folder.path().join("out.tfplan"), bytes).expect("a plan");
    let mut command = Command::new(env!("CARGO_BIN_EXE_cognito-lint"));
    let output = command.current_dir(folder.path()).arg("out.tfplan").output().expect("the program runs");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.contains("terraform show -json"), "{text}");
}

#[test]
fn nothing_and_too_much_hurt_nobody() {
    for path in ["empty.yaml", "empty.json", "empty.ts", "empty.py", ".env"] {
        assert_eq!(told(path, ""), (vec![], vec![]), "{path}");
    }
    let (findings, _) = told("huge.json", format!("{{ \"cognito\": \"{}\" }}", "x".repeat(20 * 1024 * 1024)));
    assert!(findings.is_empty(), "{findings:?}");
    let (findings, _) = told("binary.json", [0, 159, 146, 150, b'c', b'o', b'g', b'n', b'i', b't', b'o', 0, 255]);
    assert_eq!(findings, ["unreadable-file"]);
}

#[cfg(unix)]
#[test]
fn links_in_a_circle_are_walked_once() {
    let folder = tempfile::Builder::new().prefix("circle").tempdir().expect("a folder");
    fs::write(folder.path().join("template.yaml"), TEMPLATE).expect("a template");
    std::os::unix::fs::symlink(folder.path(), folder.path().join("again")).expect("a link");
    let mut command = Command::new(env!("CARGO_BIN_EXE_cognito-lint"));
    let output = command.current_dir(folder.path()).args(["--format", "concise"]).output().expect("the program runs");
    let text = String::from_utf8_lossy(&output.stdout);
    assert_eq!((output.status.code(), text.lines().count()), (Some(1), 1), "{text}");
}

#[test]
fn ignores_without_end_are_all_read() {
    let count = 20_000;
    let above = "# cognito-lint: ignore[unreadable-file]\n".repeat(count);
    assert_eq!(told("above.yaml", format!("{above}a: 1\n")).0.len(), count);
    let beside = "/* cognito-lint: ignore[unreadable-file] */ ".repeat(count);
    assert_eq!(told("beside.ts", &beside).0.len(), count);
    let names = "unreadable-file,".repeat(count);
    assert_eq!(told("names.yaml", format!("a: 1 # cognito-lint: ignore[{names}]\n")).0.len(), count);
    let parts = r#"{"Metadata":{"cognito-lint":{"ignore":["unreadable-file"]}}},"#.repeat(count);
    assert_eq!(told("parts.json", format!("[{parts} 1]")).0.len(), count);
}

#[test]
fn what_an_ignore_says_neither_acts_nor_breaks_lines() {
    let (findings, _) = told("a.py", "# cognito-lint: ignore[\u{1b}[2J\u{202e}] \u{7}\r::error::\n");
    assert_eq!(findings, ["unknown-ignore"]);
}

/// The kinds of the notes on a service with this `custom` section.
fn notes_on_service(custom: &str) -> Vec<String> {
    let service = format!(
        "service: cognito\nprovider: {{name: aws}}\ncustom:\n  {custom}\nresources: {{Resources: {{R: {{Type: 'A::B::C', Properties: {{V: '${{self:custom.a}}'}}}}}}}}\n"
    );
    let mut kinds = told("serverless.yml", service).1;
    kinds.dedup();
    kinds
}

#[test]
fn services_that_lead_nowhere_are_told() {
    for custom in [
        "a: ${self:custom.b}\n  b: ${self:custom.a}",
        "a: ${file(serverless.yml)}",
        "a: ${file(serverless.yml):custom.a}",
        "a: ${file(../../outside.yml):x}",
        "a: ${file(missing.yml)}",
    ] {
        assert_eq!(notes_on_service(custom), ["unresolved"], "{custom}");
    }
    let deep = format!("a: {}x{}", "[".repeat(110), "]".repeat(110));
    assert_eq!(notes_on_service(&deep), ["limit"]);
}

#[test]
fn faults_far_to_the_right_are_told() {
    let folder = tempfile::Builder::new().prefix("hostile").tempdir().expect("a folder");
    let long = "x".repeat(70_000);
    fs::write(folder.path().join("template.yaml"), TEMPLATE).expect("a template");
    fs::write(folder.path().join("values.json"), format!("{{\"a\": \"{long}\", \"b\": }}")).expect("a file of values");
    fs::write(folder.path().join("c.yml"), format!("{{exclude: [{long}], lefel: strict}}")).expect("a configuration");
    let policy = format!("rule A {{ Resources.X == '{long}' }} rule B {{ == }}");
    fs::write(folder.path().join("p.guard"), policy).expect("a policy");
    for options in [["--parameters", "values.json"], ["--config", "c.yml"], ["--policy", "p.guard"]] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cognito-lint"));
        let output = command.current_dir(folder.path()).args(options).output().expect("the program runs");
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{options:?}: {said}");
        assert!(said.len() < 3000 && said.contains(":1:70"), "{options:?}: {said}");
    }
}
