//! The command line: what goes in, what comes out, and the exit code.

use std::fs;
use std::io;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

const POOL: &str = "Resources:\n  Pool:\n    Type: AWS::Cognito::UserPool\n";
/// A warning: tracking that reads as off.
const TRACKING: &str = "    Properties:\n      DeviceConfiguration: { ChallengeRequiredOnNewDevice: false }\n";

pub fn project(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::Builder::new().prefix("project").tempdir().expect("a folder");
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("it is below the folder")).expect("a folder for the file");
        fs::write(path, text).expect("a file");
    }
    folder
}

pub fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cognito-lint"));
    command.current_dir(folder).args(arguments).env_remove("CLICOLOR_FORCE");
    command
}

pub fn run(folder: &TempDir, arguments: &[&str]) -> (i32, String, String) {
    let Output { status, stdout, stderr } = command(folder.path(), arguments).output().expect("the program runs");
    let text = |bytes| String::from_utf8(bytes).expect("output is UTF-8");
    (status.code().expect("no signal ends the program"), text(stdout), text(stderr))
}

pub fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

fn with_a_warning() -> TempDir {
    project(&[("infra/auth.yaml", &format!("{POOL}{TRACKING}"))])
}

#[test]
fn findings_give_1_and_their_places() {
    let project = with_a_warning();
    let (code, out, err) = run(&project, &[]);
    assert_eq!((code, err.as_str()), (1, ""));
    assert!(out.starts_with("warning[device-tracking-both-false]: "), "{out}");
    assert!(out.contains("\n  infra/auth.yaml:5   "), "{out}");
    assert!(!out.contains('\u{1b}'), "no colours go to a pipe: {out:?}");
    let (code, out, _) = run(&project, &["--format", "concise", "infra"]);
    assert_eq!(code, 1);
    assert!(out.starts_with("infra/auth.yaml:5:") && out.lines().count() == 1, "{out}");
    let (code, out, _) = run(&project, &["--format=json"]);
    assert_eq!((code, &json(&out)["findings"][0]["rule"]), (1, &Value::from("device-tracking-both-false")));
}

#[test]
fn severity_and_flags_decide_the_code() {
    let project = with_a_warning();
    assert_eq!(run(&project, &["--fail-on", "error"]).0, 0);
    assert_eq!(run(&project, &["--fail-on", "info"]).0, 1);
    assert_eq!(run(&project, &["--exit-zero"]).0, 0);
    assert_eq!(run(&project, &["--skip", "device-tracking-both-false"]).0, 0);
    assert_eq!(run(&project, &["--only", "device-key-missing-on-refresh,unreadable-file"]).0, 0);
}

#[test]
fn a_clean_project_gives_0() {
    let (code, out, _) = run(&project(&[("template.yaml", POOL)]), &[]);
    assert_eq!(code, 0, "{out}");
    assert!(out.contains("nothing found\n  understood: 1 pool, "), "{out}");
}

#[test]
fn nothing_to_analyse_gives_3_and_a_document() {
    let project = project(&[("src/main.c", "int main(void) { return 0; }\n")]);
    let (code, out, _) = run(&project, &["--format", "json"]);
    assert_eq!((code, json(&out)["findings"].as_array().map(Vec::len)), (3, Some(0)));
    assert_eq!(run(&project, &["--allow-empty"]).0, 0);
}

#[test]
fn programs_that_make_user_pools_are_told_with_what_to_do() {
    let typescript = "import { UserPool } from 'aws-cdk-lib/aws-cognito';\nimport { Stack } from 'aws-cdk-lib';\n\
        export class Auth extends Stack {\n  constructor(scope: any) {\n    super(scope, 'Auth');\n    \
        const pool = new UserPool(this, 'Pool', {});\n    pool.addClient('Web');\n  }\n}\n";
    let python = "from aws_cdk import Stack, aws_cognito as cognito\n\nclass Auth(Stack):\n    \
        def __init__(self, scope):\n        super().__init__(scope, 'Auth')\n        cognito.UserPool(self, 'Pool')\n";
    let pulumi = "import * as aws from '@pulumi/aws';\nexport const pool = new aws.cognito.UserPool('pool', {});\n";
    for (name, text, line, what_to_do) in [
        ("lib/auth.ts", typescript, 6, "`cdk synth`"),
        ("auth.py", python, 6, "`cdk synth`"),
        ("index.ts", pulumi, 2, "`pulumi preview --json`"),
    ] {
        let login = "import boto3\nboto3.client('cognito-idp').admin_get_user(UserPoolId='x', Username='y')\n";
        for files in [vec![(name, text)], vec![(name, text), ("login.py", login)]] {
            let (code, out, _) = run(&project(&files), &[]);
            assert_eq!((code, out.matches("note[").count()), (0, 1), "{out}");
            assert!(
                out.contains(&format!("note[unsynthesised]: {name}:{line}: ")) && out.contains(what_to_do),
                "{out}"
            );
        }
        let template = r#"{"Resources": {"Pool": {"Type": "AWS::Cognito::UserPool"}}}"#;
        let (_, out, _) = run(&project(&[(name, text), ("cdk.out/Auth.template.json", template)]), &[]);
        assert!(!out.contains("unsynthesised"), "{out}");
    }
}

#[test]
fn wrong_arguments_give_2_and_nothing_on_standard_output() {
    let project = with_a_warning();
    let wrong: [(&[&str], &str); 8] = [
        (&["--no-such-flag"], "--no-such-flag"),
        (&["--format", "xml"], "possible values"),
        (&["--fail-on", "eror"], "'error'"),
        (&["--only", "device-tracking-both-fals"], "did you mean device-tracking-both-false?"),
        (&["--skip", "device_tracking_both_false"], "did you mean device-tracking-both-false?"),
        (&["explain", "no such rule at all"], "cognito-lint rules"),
        (&["no/such/path"], "no/such/path"),
        (&["--output", "infra/auth.yaml/report.txt"], "infra/auth.yaml/report.txt"),
    ];
    for (arguments, said) in wrong {
        let (code, out, err) = run(&project, arguments);
        assert_eq!((code, out.as_str()), (2, ""), "{arguments:?}: {err}");
        assert!(err.contains(said), "{arguments:?}: {err}");
    }
}

#[test]
fn a_report_goes_to_a_file() {
    let project = with_a_warning();
    let (code, out, _) = run(&project, &["--format", "json", "--output", "report.json"]);
    assert_eq!((code, out.as_str()), (1, ""));
    let report = fs::read_to_string(project.path().join("report.json")).expect("the report is written");
    assert_eq!(json(&report)["findings"].as_array().map(Vec::len), Some(1));
    let mut colourful = command(project.path(), &["--output", "report.txt"]);
    colourful.env("CLICOLOR_FORCE", "1").status().expect("the program runs");
    let report = fs::read_to_string(project.path().join("report.txt")).expect("the report is written");
    assert!(report.contains("device-tracking-both-false") && !report.contains('\u{1b}'), "{report:?}");
}

#[test]
fn colours_are_asked_for_and_refused() {
    let project = with_a_warning();
    let out = |name: &str| command(project.path(), &[]).env(name, "1").output().expect("the program runs").stdout;
    assert!(out("CLICOLOR_FORCE").contains(&0x1b));
    assert!(!out("NO_COLOR").contains(&0x1b));
}

#[test]
fn a_reader_who_leaves_is_no_failure() {
    let project = with_a_warning();
    for (arguments, code) in
        [(["rules", "--format", "json"], 0), (["--format", "json", "."], 1), (["--format", "text", "."], 1)]
    {
        let (reader, writer) = io::pipe().expect("a pipe");
        drop(reader);
        let output = command(project.path(), &arguments).stdout(writer).stderr(Stdio::piped()).spawn();
        let output = output.and_then(Child::wait_with_output).expect("the program runs");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!((output.status.code(), said.as_str()), (Some(code), ""), "{arguments:?}");
    }
}

#[test]
fn parameters_decide_conditions() {
    let template = "Parameters:\n  Stage: { Type: String, AllowedValues: [dev, prod] }\n\
                    Conditions:\n  IsProd: !Equals [!Ref Stage, prod]\n\
                    Resources:\n  Pool:\n    Type: AWS::Cognito::UserPool\n    Properties:\n      DeviceConfiguration:\n        \
                    !If [IsProd, { ChallengeRequiredOnNewDevice: false }, !Ref AWS::NoValue]\n";
    let project = project(&[("template.yaml", template), ("prod.json", r#"{ "Parameters": { "Stage": "prod" } }"#)]);
    let (code, out, _) = run(&project, &[]);
    assert!(code == 1 && out.contains("\n  = when: IsProd\n"), "{out}");
    assert_eq!(run(&project, &["--parameters", "Stage=dev"]).0, 0);
    let (code, out, _) = run(&project, &["--parameters", "prod.json"]);
    assert!(code == 1 && !out.contains("when: "), "{out}");
    let last_one_counts = ["--parameters", "prod.json", "--parameters", "Stage=dev"];
    assert_eq!(run(&project, &last_one_counts).0, 0);
}

#[test]
fn files_of_values_decide_conditions_of_terraform() {
    let main = "variable \"stage\" {}\nresource \"aws_cognito_user_pool\" \"users\" {\n  name = \"users\"\n  dynamic \"device_configuration\" {\n    \
                for_each = var.stage == \"prod\" ? [1] : []\n    content { challenge_required_on_new_device = false }\n  }\n}\n";
    let files = [("main.tf", main), ("values/prod.tfvars", "stage = \"prod\"\n"), ("other.vars", "stage = \"dev\"\n")];
    let undecided = project(&files[..1]);
    let (code, out, _) = run(&undecided, &[]);
    assert!(code == 1 && out.contains("\n  = when: var.stage = prod\n"), "{out}");
    let project = project(&files);
    assert_eq!(run(&project, &["--var-file", "other.vars"]).0, 0);
    for chosen in [["--var-file", "values/prod.tfvars"], ["--env", "prod"], ["--parameters", "stage=prod"]] {
        let (code, out, _) = run(&project, &chosen);
        assert!(code == 1 && !out.contains("when: "), "{chosen:?} {out}");
    }
    let (code, out, err) = run(&project, &["--var-file", "missing.tfvars"]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(err.contains("missing.tfvars"), "{err}");
}

#[test]
fn broken_files_of_values_are_told_with_their_place() {
    let main = "resource \"aws_cognito_user_pool\" \"users\" {\n  name = var.name\n}\nvariable \"name\" {}\n";
    let project = project(&[
        ("main.tf", main),
        ("broken.tfvars", "name = \"users\"\nstage = [\"prod\"\n"),
        ("broken.json", "{\n  \"name\": \"users\"\n  \"stage\": \"prod\"\n}\n"),
        ("broken.vars", "name = \n"),
        ("block.vars", "variable \"name\" {}\n"),
        ("fine.json", "{ \"name\": \"users\" }"),
    ]);
    for (given, said) in [
        ("broken.tfvars", "broken.tfvars:"),
        ("broken.json", "broken.json:3:"),
        ("broken.vars", "broken.vars:1:"),
        ("block.vars", "a file with values has no blocks"),
    ] {
        let (code, out, err) = run(&project, &["--var-file", given]);
        assert_eq!((code, out.as_str()), (2, ""), "{given}: {err}");
        assert!(err.contains(said), "{given}: {err}");
    }
    assert_eq!(run(&project, &["--var-file", "fine.json"]).0, 0);
}

#[test]
fn broken_parameters_are_told_with_their_place() {
    let broken = "{\n  \"Stage\": \"prod\"\n  \"Region\": \"eu-central-1\"\n}\n";
    let project = project(&[("template.yaml", POOL), ("broken.json", broken), ("list.json", "[1, 2]")]);
    for (given, said) in [
        ("broken.json", "broken.json:3:"),
        ("list.json", "list.json"),
        ("missing.json", "missing.json"),
        ("=prod", "KEY=VALUE"),
    ] {
        let (code, out, err) = run(&project, &["--parameters", given]);
        assert_eq!((code, out.as_str()), (2, ""), "{given}: {err}");
        assert!(err.contains(said), "{given}: {err}");
    }
}

#[test]
fn rules_are_listed_and_explained() {
    let project = project(&[]);
    let (code, out, _) = run(&project, &["rules"]);
    assert_eq!(code, 0);
    assert!(
        out.lines().any(|line| line.starts_with("unreadable-file  ") && line.contains("  warning  default  ")),
        "{out}"
    );
    let (_, out, _) = run(&project, &["rules", "--format", "json"]);
    let listed = json(&out);
    let listed = listed.as_array().expect("a list of rules");
    assert!(listed.iter().any(|rule| rule["rule"] == "unreadable-file" && rule["severity"] == "warning"), "{out}");
    for rule in listed {
        let name = rule["rule"].as_str().expect("a rule has its name");
        let (code, page, _) = run(&project, &["explain", name]);
        assert!(code == 0 && page.starts_with(&format!("# {name}\n")) && page.contains("## How to fix"), "{page}");
    }
}

#[test]
fn a_broken_file_is_a_finding_and_the_rest_goes_on() {
    let broken = format!("{POOL}    Properties: {{\n");
    let (code, out, _) = run(&project(&[("a.yaml", &broken), ("b.yaml", &format!("{POOL}{TRACKING}"))]), &[]);
    assert_eq!(code, 1);
    assert!(out.contains("warning[unreadable-file]") && out.contains("warning[device-tracking-both-false]"), "{out}");
}

#[test]
fn completions_and_the_manual_name_what_there_is() {
    let project = project(&[]);
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let (code, script, err) = run(&project, &["completions", shell]);
        assert_eq!((code, err.as_str()), (0, ""), "{shell}");
        for word in ["fail-on", "baseline", "explain", "strict"] {
            assert!(script.contains(word), "the completions of {shell} have no {word}");
        }
    }
    let (code, page, _) = run(&project, &["man"]);
    assert_eq!(code, 0);
    for part in [
        ".TH cognito-lint 1 ",
        ".SH SYNOPSIS",
        "\\-\\-fail\\-on",
        "\\fBcognito\\-lint baseline prune [OPTIONS] [PATH]...\\fR",
        "Exit codes: 0",
    ] {
        assert!(page.contains(part), "the manual has no {part}:\n{page}");
    }
    assert_eq!(run(&project, &["completions", "cmd"]).0, 2);
}

/// What a shell runs when it starts must at least be a script to it.
#[test]
fn bash_takes_its_completions() {
    let project = project(&[]);
    let (_, script, _) = run(&project, &["completions", "bash"]);
    fs::write(project.path().join("completions"), script).expect("a script");
    let ask = "source ./completions; COMP_WORDS=(cognito-lint --fail-on e); COMP_CWORD=2; _cognito__lint cognito-lint e --fail-on; echo ${COMPREPLY[*]}";
    let answer = Command::new("bash").args(["-c", ask]).current_dir(project.path()).output().expect("there is bash");
    assert_eq!(String::from_utf8_lossy(&answer.stdout).trim(), "error", "{answer:?}");
}

#[cfg(unix)]
#[test]
fn names_that_act_on_a_terminal_are_shown_in_what_goes_wrong() {
    let hostile = "\u{1b}[2J\u{202e}x";
    let config = format!("\"{hostile}\": 1\n");
    let project = project(&[("template.yaml", POOL), ("cognito-lint.yml", &config), ("plain.yml", "fail-on: error\n")]);
    for arguments in [
        &["--config", "plain.yml", hostile][..],
        &["--config", hostile],
        &["--no-config", "--only", hostile],
        &["--no-config", "--format", hostile],
        &["--no-config", hostile, "--baseline", hostile],
        &["--no-config", "--var-file", hostile, "--parameters", hostile],
        &[],
    ] {
        let (code, out, err) = run(&project, arguments);
        assert_eq!((code, out.as_str()), (2, ""), "{arguments:?}");
        assert!(!err.contains(['\u{1b}', '\u{202e}']) && err.contains("u{202e}"), "{arguments:?}: {err:?}");
    }
    let (code, out, _) = run(&project, &["baseline", "write", "--no-config", "--baseline", hostile]);
    assert!(code == 0 && !out.contains('\u{1b}'), "{out:?}");
}
