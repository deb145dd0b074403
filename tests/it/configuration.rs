//! The configuration, ignores and the baseline, through the built program.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

const POOL: &str =
    "Resources:\n  Pool:\n    Type: AWS::Cognito::UserPool\n    Properties:\n      MfaConfiguration: \"ON\"\n";
/// A warning: tracking that reads as off.
const TRACKING: &str = "      DeviceConfiguration: { ChallengeRequiredOnNewDevice: false }\n";

fn write(folder: &Path, path: &str, text: &str) {
    let path = folder.join(path);
    fs::create_dir_all(path.parent().expect("it is below the folder")).expect("a folder for the file");
    fs::write(path, text).expect("a file");
}

fn project(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::Builder::new().prefix("project").tempdir().expect("a folder");
    write(folder.path(), "infra/auth.yaml", &format!("{POOL}{TRACKING}"));
    files.iter().for_each(|(path, text)| write(folder.path(), path, text));
    folder
}

fn run_in(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cognito-lint"));
    let output = command.current_dir(folder).args(arguments).output().expect("the program runs");
    let text = |bytes| String::from_utf8(bytes).expect("output is UTF-8");
    (output.status.code().expect("no signal ends the program"), text(output.stdout), text(output.stderr))
}

fn run(folder: &TempDir, arguments: &[&str]) -> (i32, String, String) {
    run_in(folder.path(), arguments)
}

/// The report as JSON, and the exit code.
fn report(folder: &TempDir, arguments: &[&str]) -> (i32, Value) {
    let (code, out, err) = run(folder, &[&["--format", "json"], arguments].concat());
    (code, serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {out}{err}")))
}

fn rules(report: &Value) -> Vec<&str> {
    let findings = report["findings"].as_array().expect("a list of findings");
    findings.iter().map(|finding| finding["rule"].as_str().expect("a rule")).collect()
}

#[test]
fn the_file_is_found_above_named_and_left_alone() {
    let project = project(&[
        ("cognito-lint.yml", "rules:\n  device-tracking-both-false: off\n"),
        ("strict.yml", "fail-on: error\n"),
    ]);
    assert_eq!(run(&project, &[]).0, 0);
    assert_eq!(run(&project, &["--no-config"]).0, 1);
    assert_eq!(run(&project, &["--config", "strict.yml", "--only", "device-tracking-both-false"]).0, 0);
    let infra = project.path().join("infra");
    assert_eq!(run_in(&infra, &[]).0, 1, "outside of a repository only the folder itself is looked at");
    fs::create_dir(project.path().join(".git")).expect("a folder");
    assert_eq!(run_in(&infra, &[]).0, 0);
    let (code, out, err) = run(&project, &["--config", "missing.yml"]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(err.contains("missing.yml"), "{err}");
}

#[test]
fn the_command_line_outweighs_the_file() {
    let text = "level: audit\nfail-on: error\nskip: [device-tracking-both-false]\nrules: { device-tracking-both-false: error }\n";
    let project = project(&[("cognito-lint.yml", text)]);
    assert_eq!(run(&project, &[]).0, 0);
    let (code, asked) = report(&project, &["--only", "device-tracking-both-false"]);
    assert_eq!((code, &asked["findings"][0]["severity"]), (1, &Value::from("error")));
    write(project.path(), "cognito-lint.yml", "fail-on: error\nrules: { device-tracking-both-false: info }\n");
    assert_eq!(run(&project, &[]).0, 0);
    assert_eq!(run(&project, &["--fail-on", "info"]).0, 1);
    write(project.path(), "cognito-lint.yml", "rules: { device-tracking-both-false: { level: strict } }\n");
    assert_eq!(report(&project, &[]).1["hidden"]["level"], 1);
    assert_eq!(rules(&report(&project, &["--level", "strict"]).1), ["device-tracking-both-false"]);
}

#[test]
fn faults_are_told_with_their_place() {
    for (text, said) in [
        ("fail_on: error\n", ["cognito-lint.yml:1:1", "unknown field `fail_on`", "did you mean fail-on?"]),
        ("level: strict\nrules:\n  unreadable-fil: off\n", ["cognito-lint.yml:3:3", "no such rule", "unreadable-file"]),
        ("ignore:\n  - rule: a\n    until: soon\n", ["cognito-lint.yml:3:12", "`soon`", "YYYY-MM-DD"]),
    ] {
        let (code, out, err) = run(&project(&[("cognito-lint.yml", text)]), &[]);
        assert_eq!((code, out.as_str()), (2, ""), "{err}");
        assert!(said.iter().all(|said| err.contains(said)), "{said:?}: {err}");
    }
}

#[test]
fn paths_excludes_and_parameters_are_relative_to_the_file() {
    let template = "Parameters:\n  Stage: { Type: String, AllowedValues: [dev, prod] }\n\
                    Conditions:\n  IsProd: !Equals [!Ref Stage, prod]\n\
                    Resources:\n  Pool:\n    Type: AWS::Cognito::UserPool\n    Properties:\n      MfaConfiguration: \"ON\"\n      DeviceConfiguration:\n        \
                    !If [IsProd, { ChallengeRequiredOnNewDevice: false }, !Ref AWS::NoValue]\n";
    let project =
        project(&[(".git/HEAD", ""), ("stack/template.yaml", template), ("values/dev.json", r#"{"Stage": "dev"}"#)]);
    let set = |text: &str| write(project.path(), "cognito-lint.yml", text);
    let stack = project.path().join("stack");
    set("exclude: [infra/]\n");
    assert_eq!(rules(&report(&project, &[]).1), ["device-tracking-both-false"]);
    assert_eq!(run_in(&stack, &["--format", "concise", ".."]).1.lines().count(), 1);
    set("exclude: [infra/]\nparameters: { Stage: dev }\n");
    assert_eq!(run_in(&stack, &[]).0, 0);
    assert_eq!(run_in(&stack, &["--parameters", "Stage=prod"]).0, 1);
    set("parameter-files: [values/dev.json]\n");
    assert_eq!(run_in(&stack, &["."]).0, 0);
    set("paths: [infra]\n");
    let (code, out, _) = run_in(&stack, &["--format", "concise"]);
    assert!(code == 1 && out.starts_with("../infra/auth.yaml:") && out.lines().count() == 1, "{out}");
}

#[test]
fn what_is_ignored_is_counted() {
    let entry = "ignore:\n  - rule: device-tracking-both-false\n    reason: the app is being replaced\n";
    let project = project(&[("cognito-lint.yml", entry)]);
    let (code, told) = report(&project, &[]);
    assert_eq!((code, rules(&told), &told["hidden"]["ignored"]), (0, vec![], &Value::from(1)));
    assert!(run(&project, &[]).1.contains("not shown: 1 ignored\n"));
    let ended = format!("{entry}    until: 2030-06-30\n");
    write(project.path(), "cognito-lint.yml", &ended);
    let on = |second: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cognito-lint"));
        let output =
            command.current_dir(project.path()).env("SOURCE_DATE_EPOCH", second).output().expect("the program runs");
        String::from_utf8(output.stdout).expect("output is UTF-8")
    };
    assert!(on("1909008000").contains("nothing found"), "the last day is part of it");
    let after = on("1909094400");
    assert!(after.contains("[expired-ignore]") && after.contains("[device-tracking-both-false]"), "{after}");
}

#[test]
fn a_part_of_the_project_tells_nothing_of_unused_ignores() {
    let template = format!("# cognito-lint: ignore-file[unreadable-file]\n{POOL}");
    let project = project(&[(".git/HEAD", ""), ("infra/auth.yaml", &template)]);
    assert_eq!(rules(&report(&project, &[]).1), ["unused-ignore"]);
    for part in [["infra"], ["infra/auth.yaml"]] {
        assert_eq!(rules(&report(&project, &part).1), [""; 0], "{part:?}");
    }
    assert_eq!(rules(&report(&project, &["--skip", "unreadable-file"]).1), [""; 0]);
}

#[test]
fn a_baseline_hides_what_was_there_however_lines_and_files_move() {
    let project = project(&[(".git/HEAD", "")]);
    let (code, out, err) = run(&project, &["baseline", "write"]);
    assert!(code == 0 && out.starts_with("cognito-lint-baseline.json: 1 finding;"), "{out}{err}");
    let written = fs::read_to_string(project.path().join("cognito-lint-baseline.json")).expect("the baseline");
    assert!(written.contains("\"path\": \"infra/auth.yaml\"") && !written.contains("line"), "{written}");
    let baseline = ["--baseline", "cognito-lint-baseline.json"];
    let (code, told) = report(&project, &baseline);
    assert_eq!((code, rules(&told), &told["hidden"]["baseline"]), (0, vec![], &Value::from(1)));

    write(project.path(), "infra/auth.yaml", &format!("# moved\n\n{POOL}{TRACKING}"));
    assert_eq!(report(&project, &baseline).0, 0);
    fs::rename(project.path().join("infra"), project.path().join("stack")).expect("it is renamed");
    assert_eq!(report(&project, &baseline).0, 0);
    write(project.path(), "other/auth.yaml", &format!("{POOL}{TRACKING}"));
    assert_eq!(rules(&report(&project, &baseline).1), ["device-tracking-both-false"]);

    write(project.path(), "cognito-lint.yml", "baseline: cognito-lint-baseline.json\n");
    fs::remove_dir_all(project.path().join("other")).expect("it is removed");
    let stack = project.path().join("stack");
    assert_eq!(run_in(&stack, &[]).0, 0);
    let (code, _, err) = run_in(&stack, &["baseline", "prune"]);
    assert!(code == 2 && err.contains("the whole project"), "{err}");
    assert_eq!(run(&project, &["baseline", "prune"]).0, 0);
    let pruned = fs::read_to_string(project.path().join("cognito-lint-baseline.json")).expect("the baseline");
    assert!(pruned.contains("\"path\": \"stack/auth.yaml\""), "{pruned}");

    write(project.path(), "stack/auth.yaml", POOL);
    let (_, told) = report(&project, &[]);
    assert!(told["notes"].as_array().is_some_and(|notes| notes.iter().any(|note| note["kind"] == "stale-baseline")));
    let (_, out, _) = run(&project, &["baseline", "prune"]);
    assert!(out.contains("1 taken out, 0 left"), "{out}");
    let (code, told) = report(&project, &[]);
    assert!(
        code == 0
            && told["notes"].as_array().is_some_and(|notes| notes.iter().all(|note| note["kind"] != "stale-baseline"))
    );
}

#[test]
fn a_baseline_is_written_without_the_one_before() {
    let project = project(&[]);
    let write = ["baseline", "write", "--baseline", "known.json"];
    let read = || fs::read_to_string(project.path().join("known.json")).expect("the baseline");
    assert_eq!(run(&project, &write).0, 0);
    let first = read();
    assert_eq!(run(&project, &write).0, 0);
    assert_eq!(read(), first);
}

#[test]
fn a_baseline_that_cannot_be_used_is_told() {
    let project =
        project(&[("broken.json", "{ \"version\": 1 }"), ("later.json", r#"{"version": 2, "findings": []}"#)]);
    for (path, said) in [("broken.json", "findings"), ("later.json", "version 2"), ("missing.json", "baseline write")] {
        let (code, out, err) = run(&project, &["--baseline", path]);
        assert_eq!((code, out.as_str()), (2, ""), "{path}");
        assert!(err.contains(path) && err.contains(said), "{err}");
    }
}

#[test]
fn the_schema_is_printed() {
    let (code, out, _) = run(&project(&[]), &["schema"]);
    let committed = fs::read_to_string("cognito-lint.schema.json").expect("the schema is committed");
    assert_eq!((code, out), (0, committed));
}

#[test]
fn a_first_configuration_is_written_from_what_is_there_and_never_over_another() {
    let template =
        format!("Parameters:\n  Stage: {{ Type: String }}\n{POOL}      UserPoolName: !Ref Stage\n{TRACKING}");
    let project = project(&[("examples/auth.yaml", &template)]);
    let (code, out, err) = run(&project, &["init"]);
    assert_eq!(code, 0, "{out}{err}");
    let read = || fs::read_to_string(project.path().join("cognito-lint.yml")).expect("the configuration");
    let written = read();
    for offered in
        ["#  - \"/examples/\"", "#  device-tracking-both-false: off # 2 findings", "#  \"Stage\": \"\"", "2 user pools"]
    {
        assert!(written.contains(offered), "{offered}: {written}");
    }
    let (code, told) = report(&project, &[]);
    assert_eq!((code, rules(&told).len()), (1, 2));
    let (code, _, err) = run(&project, &["init"]);
    assert!(code == 2 && err.contains("--force"), "{err}");
    assert_eq!(run(&project, &["init", "--force"]).0, 0);
    assert_eq!(read(), written);
}

#[test]
fn a_path_may_begin_with_a_dot() {
    let config = "ignore:\n  - rule: device-tracking-both-false\n    path: ./a.yaml\nexclude: [./b/]\n";
    let template = format!("{POOL}{TRACKING}");
    let files = [("cognito-lint.yml", config), ("a.yaml", &template), ("b/c.yaml", &template), ("d/a.yaml", &template)];
    let (_, told) = report(&project(&files), &[]);
    let paths: Vec<_> = told["findings"].as_array().expect("a list").iter().map(|finding| &finding["path"]).collect();
    assert_eq!(paths, ["d/a.yaml", "infra/auth.yaml"]);
}

#[test]
fn an_ignore_may_cover_what_another_folder_shows() {
    let template = format!("{POOL} # cognito-lint: ignore[device-key-missing-on-refresh]\n");
    let template = template.replace("\n # cog", " # cog");
    let code =
        "import boto3\nc = boto3.client('cognito-idp')\ndef out(token):\n    c.global_sign_out(AccessToken=token)\n";
    let project = project(&[("infra/a.yaml", &template), ("web/b.py", code)]);
    assert_eq!(rules(&report(&project, &["infra"]).1), ["device-tracking-both-false"]);
    assert_eq!(rules(&report(&project, &[]).1), ["unused-ignore", "device-tracking-both-false"]);
}
