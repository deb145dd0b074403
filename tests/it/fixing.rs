//! `--fix`, through the binary: what it writes, and what it leaves alone.

use std::fs;
use std::process::{Command, Stdio};

use tempfile::TempDir;

use super::cli::{command, json, project, run};
use super::outputs::{SARIF_LOG, faults};

/// A client whose list mixes names, with an ignore that covers nothing; its pool rotates nothing.
const TEMPLATE: &str = "\
Resources:
  Pool:
    Type: AWS::Cognito::UserPool # cognito-lint: ignore[device-tracking-both-false] the app needs it
  Client:
    Type: AWS::Cognito::UserPoolClient
    Properties:
      UserPoolId: !Ref Pool
      ExplicitAuthFlows:
        - ALLOW_REFRESH_TOKEN_AUTH
        - USER_PASSWORD_AUTH # the old app
";

const FIXED: &str = "\
Resources:
  Pool:
    Type: AWS::Cognito::UserPool
  Client:
    Type: AWS::Cognito::UserPoolClient
    Properties:
      UserPoolId: !Ref Pool
      ExplicitAuthFlows:
        - ALLOW_REFRESH_TOKEN_AUTH
        - ALLOW_USER_PASSWORD_AUTH # the old app
";

const ROTATING: &str = "\
resource \"aws_cognito_user_pool_client\" \"web\" {
  name                = \"web\"
  user_pool_id        = \"eu-west-1_aB3dE6gH9\"
  explicit_auth_flows = [\"ALLOW_USER_SRP_AUTH\", \"ALLOW_REFRESH_TOKEN_AUTH\"]
  refresh_token_rotation {
    feature = \"ENABLED\"
  }
}
";

fn text(project: &TempDir, path: &str) -> String {
    fs::read_to_string(project.path().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

#[test]
fn what_can_be_corrected_is_and_the_rest_is_reported() {
    let project = project(&[("infra/template.yaml", TEMPLATE)]);
    let (_, out, _) = run(&project, &[]);
    assert!(out.contains("\n  fixable: 2 with --fix\n"), "{out}");
    let (code, out, err) = run(&project, &["--fix", "--allow-empty"]);
    assert_eq!((code, err.as_str()), (0, "fixed 2 findings in 1 file\n"), "{out}");
    assert_eq!(text(&project, "infra/template.yaml"), FIXED);
    assert_eq!(run(&project, &["--fix"]).2, "nothing to fix\n");
    assert_eq!(fs::read_dir(project.path().join("infra")).expect("a folder").count(), 1);
}

#[test]
fn the_difference_is_one_that_git_applies() {
    let names = ["infra/template.yaml", "two words/naïve.yaml"];
    // Other systems have no such names.
    let odd = if cfg!(unix) { &["a \"b\"\\\n\u{1b}\t.yaml"][..] } else { &[] };
    for name in names.iter().chain(odd) {
        let project = project(&[(name, &TEMPLATE.replace('\n', "\r\n"))]);
        let (code, difference, err) = run(&project, &["--fix", "--diff"]);
        assert_eq!((code, err.as_str()), (0, ""), "{name:?}");
        assert_eq!(text(&project, name), TEMPLATE.replace('\n', "\r\n"));
        fs::write(project.path().join("fix.patch"), &difference).expect("a patch");
        let applied = Command::new("git")
            .args(["apply", "--unidiff-zero", "fix.patch"])
            .current_dir(project.path())
            .stderr(Stdio::piped())
            .output()
            .expect("git is on the machine");
        assert!(applied.status.success(), "{}\n{difference}", String::from_utf8_lossy(&applied.stderr));
        assert_eq!(text(&project, name), FIXED.replace('\n', "\r\n"));
    }
}

#[test]
fn what_needs_a_look_needs_to_be_asked_for() {
    let unused = "\
import boto3
idp = boto3.client(\"cognito-idp\")
def sign_in(name, answer):
    return idp.initiate_auth(ClientId=\"4q8rj2v0k7m5t1x9c3b6n8p2d0\", AuthFlow=\"USER_SRP_AUTH\", AuthParameters={\"USERNAME\": name, \"SRP_A\": answer})
";
    let template = "\
Resources:
  Client:
    Type: AWS::Cognito::UserPoolClient
    Properties:
      UserPoolId: eu-west-1_aB3dE6gH9
      ExplicitAuthFlows: [ALLOW_USER_PASSWORD_AUTH, ALLOW_ADMIN_USER_PASSWORD_AUTH]
";
    let project = project(&[("template.yaml", template), ("app.py", unused)]);
    run(&project, &["--level", "strict", "--fix"]);
    assert_eq!(text(&project, "template.yaml"), template);
    let (_, out, err) = run(&project, &["--level", "strict", "--fix", "--unsafe-fixes", "--only", "auth-flow-unused"]);
    // Both cannot go: the second is looked at again once the first is gone.
    assert_eq!(err, "fixed 1 finding in 1 file\n", "{out}");
    assert!(text(&project, "template.yaml").contains("ExplicitAuthFlows: [ALLOW_ADMIN_USER_PASSWORD_AUTH]\n"));
}

#[test]
fn files_outside_of_the_scan_stay_as_they_are() {
    let root = "module \"auth\" {\n  source = \"../modules/auth\"\n}\n";
    let project = project(&[("prod/main.tf", root), ("modules/auth/main.tf", ROTATING)]);
    assert_eq!(run(&project, &["--fix", "prod"]).2, "nothing to fix\n");
    assert_eq!(text(&project, "modules/auth/main.tf"), ROTATING);
    let (code, _, err) = run(&project, &["--fix", "--allow-empty"]);
    assert_eq!((code, err.as_str()), (0, "fixed 1 finding in 1 file\n"));
    assert!(text(&project, "modules/auth/main.tf").contains("  explicit_auth_flows = [\"ALLOW_USER_SRP_AUTH\"]\n"));
}

#[test]
fn a_module_that_is_used_twice_is_left_to_people() {
    let root = "module \"one\" {\n  source = \"./auth\"\n}\nmodule \"two\" {\n  source = \"./auth\"\n}\n";
    let project = project(&[("main.tf", root), ("auth/main.tf", ROTATING)]);
    assert_eq!(run(&project, &["--fix"]).2, "nothing to fix\n");
}

#[test]
fn a_list_that_two_clients_share_is_left_to_people() {
    let template = "Resources:\n  Web:\n    Type: AWS::Cognito::UserPoolClient\n    Properties:\n      UserPoolId: eu-west-1_aB3dE6gH9\n      \
                    RefreshTokenRotation: { Feature: ENABLED }\n      <<: &shared\n        ExplicitAuthFlows: [ALLOW_USER_SRP_AUTH, ALLOW_REFRESH_TOKEN_AUTH]\n  \
                    App:\n    Type: AWS::Cognito::UserPoolClient\n    Properties:\n      UserPoolId: eu-west-1_aB3dE6gH9\n      <<: *shared\n";
    let project = project(&[("template.yaml", template)]);
    let (code, out, err) = run(&project, &["--fix", "--unsafe-fixes"]);
    assert_eq!((code, err.as_str()), (1, "nothing to fix\n"), "{out}");
}

#[test]
fn what_programs_made_is_left_to_them() {
    let template = "{ \"Resources\": { \"Client\": { \"Type\": \"AWS::Cognito::UserPoolClient\", \"Properties\": {\n \
                    \"UserPoolId\": \"eu-west-1_aB3dE6gH9\",\n \"ExplicitAuthFlows\": [\"ALLOW_USER_SRP_AUTH\", \"USER_PASSWORD_AUTH\"]\n} } } }";
    let project = project(&[(".aws-sam/build/template.json", template)]);
    let (code, out, err) = run(&project, &["--fix"]);
    assert_eq!((code, err.as_str()), (1, "nothing to fix\n"), "{out}");
}

#[cfg(unix)]
#[test]
fn links_and_permissions_are_kept() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let project = project(&[("real/template.yaml", TEMPLATE)]);
    let path = project.path().join("real/template.yaml");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).expect("permissions");
    fs::create_dir(project.path().join("seen")).expect("a folder");
    symlink(&path, project.path().join("seen/template.yaml")).expect("a link");
    assert_eq!(
        command(&project.path().join("seen"), &["--fix", "template.yaml"]).status().expect("it runs").code(),
        Some(1)
    );
    assert_eq!(text(&project, "real/template.yaml"), TEMPLATE);
    assert_eq!(run(&project, &["--fix", "real"]).2, "fixed 1 finding in 1 file\n");
    assert_eq!(fs::metadata(&path).expect("it is there").permissions().mode() & 0o777, 0o640);
}

#[test]
fn a_file_that_is_no_utf_8_is_not_written() {
    let project = project(&[]);
    let bytes: Vec<u8> = std::iter::once(&b"\xff\xfe"[..])
        .flatten()
        .copied()
        .chain(TEMPLATE.encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    fs::write(project.path().join("template.yaml"), &bytes).expect("a file");
    let (code, _, err) = run(&project, &["--fix"]);
    assert_eq!((code, err.as_str()), (1, "nothing to fix\n"));
    assert_eq!(fs::read(project.path().join("template.yaml")).expect("it is there"), bytes);
}

#[test]
fn reports_for_programs_hold_the_changes() {
    let project = project(&[("main.tf", ROTATING)]);
    let (_, out, _) = run(&project, &["--format", "json"]);
    let fix = &json(&out)["findings"][0]["fix"];
    let start = ROTATING.lines().nth(3).and_then(|line| line.find(", \"ALLOW_REFRESH")).expect("the list") + 1;
    assert_eq!(
        fix,
        &serde_json::json!({
            "description": "remove ALLOW_REFRESH_TOKEN_AUTH from explicit_auth_flows", "safe": true,
            "edits": [{
                "path": "main.tf", "line": 4, "column": start, "end_line": 4, "end_column": start + 28, "text": ""
            }]
        })
    );
    let (_, out, _) = run(&project, &["--format", "sarif"]);
    let log = json(&out);
    assert_eq!(faults(&log, SARIF_LOG, ""), Vec::<String>::new());
    let change = &log["runs"][0]["results"][0]["fixes"][0]["artifactChanges"][0];
    assert_eq!(change["artifactLocation"]["uri"], "main.tf");
    let region = &change["replacements"][0]["deletedRegion"];
    assert_eq!(
        region,
        &serde_json::json!({ "startLine": 4, "startColumn": start, "endLine": 4, "endColumn": start + 28 })
    );
}

#[test]
fn what_cannot_be_changed_well_stays_and_the_rest_is_fixed() {
    let latin = TEMPLATE.replace("the old app", "caf\u{1}").into_bytes();
    let latin: Vec<u8> = latin.into_iter().map(|byte| if byte == 1 { 0xe9 } else { byte }).collect();
    let project = project(&[("a.yaml", TEMPLATE), ("c.yaml", TEMPLATE), ("d.yaml", TEMPLATE)]);
    fs::write(project.path().join("b.yaml"), &latin).expect("a file");
    let locked = project.path().join("d.yaml");
    let mut permissions = fs::metadata(&locked).expect("a file").permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&locked, permissions).expect("permissions");
    let (code, _, err) = run(&project, &["--fix"]);
    assert_eq!((code, err.as_str()), (1, "fixed 4 findings in 2 files\n"));
    assert_eq!((text(&project, "a.yaml"), text(&project, "c.yaml")), (FIXED.to_owned(), FIXED.to_owned()));
    assert_eq!(text(&project, "d.yaml"), TEMPLATE);
    assert_eq!(fs::read(project.path().join("b.yaml")).expect("a file"), latin);
}

#[test]
fn ids_that_are_swapped_through_constants_stay() {
    let program = "\
import { Amplify } from \"aws-amplify\";
const POOL = \"4q8rj2v0k7m5t1x9c3b6n8p2d0\";
const CLIENT = \"eu-west-1_Kq7Wm2Xz9\";
Amplify.configure({ Auth: { Cognito: { userPoolId: POOL, userPoolClientId: CLIENT } } });
Amplify.configure({ Auth: { Cognito: { userPoolId: CLIENT, userPoolClientId: POOL } } });
";
    let project = project(&[("main.ts", program)]);
    assert_eq!(run(&project, &["--fix"]).2, "nothing to fix\n");
    assert_eq!(text(&project, "main.ts"), program);
}
