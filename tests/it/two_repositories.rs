//! Infrastructure and application in repositories of their own: what one knows joins the scan of another.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use cognito_lint::model::Model;
use cognito_lint::read::Facts;
use cognito_lint::read::facts;
use cognito_lint::rule;
use cognito_lint::source::SourceMap;
use serde_json::{Value, json};
use tempfile::TempDir;
use walkdir::WalkDir;

/// The three repositories of the fixture side by side.
pub fn copy() -> TempDir {
    let folder = tempfile::Builder::new().prefix("repositories").tempdir().expect("a folder");
    let fixture = Path::new("fixtures/two-repositories");
    for entry in WalkDir::new(fixture).into_iter().filter_map(Result::ok).filter(|entry| entry.file_type().is_file()) {
        let below = entry.path().strip_prefix(fixture).expect("it is below");
        let copy = folder.path().join(below);
        fs::create_dir_all(copy.parent().expect("it has a folder")).expect("a folder");
        fs::copy(entry.path(), copy).expect("a copy");
    }
    folder
}

/// The same with what each knows beside it: `infra.json`, …
fn repositories() -> TempDir {
    let folder = copy();
    for name in ["infra", "backend", "frontend"] {
        let output = run(folder.path(), name, &["facts", "--output", &format!("../{name}.json")]);
        assert_eq!((output.status.code(), text(&output.stdout), text(&output.stderr)), (Some(0), "", ""));
    }
    folder
}

fn run(folder: &Path, repository: &str, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cognito-lint"));
    command.current_dir(folder.join(repository)).args(arguments).output().expect("the program runs")
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("output is UTF-8")
}

/// The report of a scan with the facts of others.
fn report(folder: &Path, repository: &str, with: &[&str]) -> Value {
    let mut arguments = vec!["--format", "json"];
    with.iter().for_each(|facts| arguments.extend(["--with", facts]));
    let output = run(folder, repository, &arguments);
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {}", text(&output.stderr)))
}

fn list<'v>(report: &'v Value, name: &str, field: &str) -> Vec<&'v str> {
    let entries = report[name].as_array().expect("a list").iter();
    entries.filter_map(|entry| entry[field].as_str()).collect()
}

#[test]
fn a_refresh_with_another_client_than_the_sign_in_is_found_from_each_repository() {
    let folder = repositories();
    let alone = report(folder.path(), "backend", &[]);
    assert_eq!((list(&alone, "findings", "rule"), list(&alone, "notes", "kind")), (vec![], vec!["no-pool"]));
    let cases = [
        ("backend", ["../infra.json", "../frontend.json"], "src/refresh.py"),
        ("frontend", ["../infra.json", "../backend.json"], "src/session.ts"),
        ("infra", ["../frontend.json", "../backend.json"], "auth.yaml"),
    ];
    for (repository, with, path) in cases {
        let report = report(folder.path(), repository, &with);
        assert_eq!(list(&report, "findings", "rule"), ["refresh-client-mismatch"], "{repository}");
        let finding = &report["findings"][0];
        assert_eq!((&finding["path"], &finding["confidence"]), (&json!(path), &json!("medium")), "{repository}");
        assert_eq!(list(&report, "notes", "kind"), ["with", "with"], "{repository}");
        assert_eq!(report["summary"]["pools"], 1);
    }
}

#[test]
fn places_of_another_repository_say_so_in_every_format() {
    let folder = repositories();
    let with = ["--with", "../infra.json", "--with", "../frontend.json"];
    let told = |format: &str| {
        let output = run(folder.path(), "backend", &[&with[..], &["--format", format]].concat());
        text(&output.stdout).to_owned()
    };
    for format in ["text", "github", "gitlab", "junit", "markdown", "sarif"] {
        let told = told(format);
        assert!(told.contains("session.ts:11") && told.contains("frontend"), "{format}: {told}");
    }
    let json: Value = serde_json::from_str(&told("json")).expect("the report is JSON");
    let sign_in = &json["findings"][0]["evidence"][1];
    assert_eq!((&sign_in["path"], &sign_in["line"]), (&json!("frontend: src/session.ts"), &json!(11)));
    assert_eq!(sign_in["repository"], "frontend");
    assert_eq!(json["findings"][0]["evidence"][0].get("repository"), None);
    // Code hosts refuse locations outside the repository, and show those of a file that is called the same.
    let log: Value = serde_json::from_str(&told("sarif")).expect("the log is JSON");
    let result = &log["runs"][0]["results"][0];
    let locations = format!("{}{}{}", result["locations"], result["relatedLocations"], result["codeFlows"]);
    assert!(locations.contains("src/refresh.py") && !locations.contains("session.ts"), "{locations}");
}

#[test]
fn what_other_repositories_do_wrong_by_themselves_is_theirs_to_hear() {
    let folder = repositories();
    let template = folder.path().join("infra/auth.yaml");
    let text = fs::read_to_string(&template).expect("a template");
    let tracking = "      DeviceConfiguration: { ChallengeRequiredOnNewDevice: false }\n      UsernameAttributes";
    fs::write(&template, text.replace("      UsernameAttributes", tracking)).expect("a template");
    assert_eq!(run(folder.path(), "infra", &["facts", "--output", "../infra.json"]).status.code(), Some(0));
    assert_eq!(list(&report(folder.path(), "infra", &[]), "findings", "rule"), ["device-tracking-both-false"]);
    let joined = report(folder.path(), "backend", &["../infra.json"]);
    assert_eq!(list(&joined, "findings", "rule"), ["device-key-missing-on-refresh"]);
    assert_eq!(joined["findings"][0]["path"], "src/refresh.py");
    assert_eq!(joined["findings"][0]["evidence"][1]["path"], "infra: auth.yaml");
}

#[test]
fn two_runs_write_the_same_and_paths_are_those_of_the_repository() {
    let folder = repositories();
    let told = |arguments: &[&str]| text(&run(folder.path(), "backend", arguments).stdout).to_owned();
    let one = told(&["facts"]);
    assert_eq!(one, told(&["facts"]));
    assert!(!one.contains(&*folder.path().to_string_lossy()), "{one}");
    let named: Value = serde_json::from_str(&told(&["facts", "--name", "shop"])).expect("facts are JSON");
    assert_eq!((&named["facts"], &named["repository"]), (&json!(1), &json!("shop")));
    fs::create_dir(folder.path().join("backend/.git")).expect("a repository");
    let below = run(folder.path(), "backend/src", &["facts"]);
    let below: Value = serde_json::from_slice(&below.stdout).expect("facts are JSON");
    assert_eq!((&below["repository"], &below["files"][0]), (&json!("backend"), &json!("src/refresh.py")));
}

#[test]
fn no_secret_leaves_the_repository() {
    let folder = tempfile::Builder::new().prefix("secrets").tempdir().expect("a folder");
    let write = |path: &str, text: &str| fs::write(folder.path().join(path), text).expect("a file");
    write(
        "template.yaml",
        "Resources:\n  Pool:\n    Type: AWS::Cognito::UserPool\n    Properties:\n      SmsConfiguration: {SnsCallerArn: arn, ExternalId: hidden-01}\n      \
         EmailVerificationMessage: hidden-02\n  \
         Google:\n    Type: AWS::Cognito::UserPoolIdentityProvider\n    Properties:\n      UserPoolId: !Ref Pool\n      ProviderDetails: {client_id: abc, client_secret: hidden-03}\n  \
         F:\n    Type: AWS::Lambda::Function\n    Properties:\n      Description: hidden-04\n      Environment:\n        Variables:\n          DB_URL: postgres://a:hidden-05@h/d\n          \
         STRIPE: hidden-06\n          USER_POOL_ID: eu-west-1_Qm3vT8xZb\n          COGNITO_DOMAIN: https://u:hidden-07@a.auth.eu-west-1.amazoncognito.com\n  \
         P:\n    Type: AWS::SSM::Parameter\n    Properties: {Name: /a/b, Value: hidden-08}\n  \
         S:\n    Type: AWS::SecretsManager::Secret\n    Properties: {Name: s, SecretString: '{\"client_secret\": \"hidden-09\"}'}\n\
         Outputs:\n  Note: {Value: hidden-10}\n",
    );
    write(
        ".env",
        "COGNITO_CLIENT_SECRET=hidden-11\nCOGNITO_CLIENT_ID=4q7m2kd9s1v6t8x3b5n0hj2lfa\nAPI_TOKEN=hidden-12\n",
    );
    write(
        "app.py",
        "import boto3, hmac\nc = boto3.client('cognito-idp')\nif token == 'hidden-13':\n    c.initiate_auth(AuthFlow='USER_PASSWORD_AUTH', ClientId='4q7m2kd9s1v6t8x3b5n0hj2lfa', \
         AuthParameters={'USERNAME': 'a', 'PASSWORD': 'hidden-14', 'SECRET_HASH': hmac.new(b'hidden-15', b'x', 'sha256').hexdigest()})\n",
    );
    let output = run(folder.path(), ".", &["facts"]);
    let facts = text(&output.stdout);
    assert_eq!(output.status.code(), Some(0));
    for kept in
        ["eu-west-1_Qm3vT8xZb", "4q7m2kd9s1v6t8x3b5n0hj2lfa", "SECRET_HASH", "sha256", "USER_PASSWORD_AUTH", "STRIPE"]
    {
        assert!(facts.contains(kept), "{kept} is missing: {facts}");
    }
    let leaked: Vec<_> = facts.match_indices("hidden-").map(|(at, _)| &facts[at..at + 9]).collect();
    assert!(leaked.is_empty(), "{leaked:?}");
}

#[test]
fn a_file_that_is_no_such_facts_is_refused_with_its_place() {
    let folder = repositories();
    let infra = fs::read_to_string(folder.path().join("infra.json")).expect("facts");
    let told = |facts: &str| {
        fs::write(folder.path().join("odd.json"), facts).expect("a file");
        let output = run(folder.path(), "backend", &["--with", "../odd.json"]);
        assert_eq!((output.status.code(), text(&output.stdout)), (Some(2), ""), "{}", text(&output.stderr));
        text(&output.stderr).split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let newer =
        told(&infra.replacen("\"facts\": 1", "\"facts\": 2", 1).replacen("\"version\":\"", "\"version\":\"9", 1));
    assert!(newer.contains("version 2, written by cognito-lint 9") && newer.contains("or a later one"), "{newer}");
    let broken = told("{\n  \"facts\": 1,\n  oops\n}\n");
    assert!(broken.contains("../odd.json:3:") && broken.contains("not a file of facts"), "{broken}");
    assert!(told("{}").contains("does not say which version"));
    assert!(told(&infra.replacen("\"0:", "\"7:", 1)).contains("names file 7"));
    assert!(told(&infra.replacen("\"at\":0", "\"at\":999999", 1)).contains("names place 999999"));
    assert!(told(&format!("{{\"facts\": 1, \"more\": {}", "[".repeat(100_000))).contains("EOF"));
    let missing = run(folder.path(), "backend", &["--with", "../none.json"]);
    assert!(
        missing.status.code() == Some(2) && text(&missing.stderr).contains("../none.json: these facts cannot be read")
    );
    // What a later version adds does not disturb.
    let more = infra.replacen("\"facts\": 1,", "\"facts\": 1, \"more\": {\"than\": \"this\"},", 1);
    fs::write(folder.path().join("odd.json"), more).expect("a file");
    assert_eq!(run(folder.path(), "backend", &["--with", "../odd.json"]).status.code(), Some(0));
}

#[test]
fn hostile_facts_neither_act_nor_name_files_here() {
    let folder = repositories();
    let facts = fs::read_to_string(folder.path().join("infra.json")).expect("facts");
    let hostile = "../backend/src/refresh.py\\u001b[2J\\n::error::\\u202e</script>`|";
    let facts = facts.replace("\"auth.yaml\"", &format!("\"{hostile}\"")).replace("\"infra\"", "\"a\\n::error::b\"");
    fs::write(folder.path().join("infra.json"), facts.replace("ApiClient", "\\u001b]0;x\\u0007")).expect("facts");
    for format in ["text", "concise", "github", "gitlab", "junit", "markdown", "sarif", "json"] {
        let arguments = ["--with", "../infra.json", "--with", "../frontend.json", "--format", format];
        let output = run(folder.path(), "backend", &arguments);
        let told = text(&output.stdout);
        assert_eq!(output.status.code(), Some(1), "{format}: {}", text(&output.stderr));
        assert!(!told.contains(['\u{1b}', '\u{7}']), "{format}: {told:?}");
        assert!(format == "json" || !told.contains('\u{202e}'), "{format}: {told:?}");
        let acts = told.lines().any(|line| line.starts_with("::error::"));
        assert!(!acts, "{format}: {told}");
    }
}

/// Calls `visit` with the place of every leaf of a JSON value.
fn leaves(value: &Value, path: &str, visit: &mut impl FnMut(&str)) {
    match value {
        Value::Object(map) => map.iter().for_each(|(key, value)| leaves(value, &format!("{path}/{key}"), visit)),
        Value::Array(list) => {
            list.iter().enumerate().for_each(|(at, value)| leaves(value, &format!("{path}/{at}"), visit));
        }
        _ => visit(path),
    }
}

#[test]
fn whatever_facts_say_no_rule_fails() {
    let folder = repositories();
    let infra = fs::read_to_string(folder.path().join("infra.json")).expect("facts");
    let backend = fs::read_to_string(folder.path().join("backend.json")).expect("facts");
    let check = |one: &str, other: &str| {
        let (mut sources, mut found) = (SourceMap::default(), Facts::default());
        for (name, text) in [("one", one), ("other", other)] {
            let Ok(document) = facts::read(text) else { return 0 };
            document.join(name, &mut sources, &mut found).expect("every number stands for something");
        }
        let rules: Vec<_> = rule::all().iter().collect();
        let outcome = rule::run(&rules, &Model::new(sources, found));
        assert!(outcome.failed.is_empty(), "{:?} {one}", outcome.failed);
        1
    };
    let mut accepted = 0;
    for (text, other) in [(&infra, &backend), (&backend, &infra)] {
        let sample: Value = serde_json::from_str(text).expect("facts are JSON");
        leaves(&sample, "", &mut |path| {
            for odd in
                [json!(null), json!(0), json!(true), json!(""), json!("AWS::Cognito::UserPool"), json!("0:9:9-1:1")]
            {
                let mut sample = sample.clone();
                *sample.pointer_mut(path).expect("the leaf is there") = odd;
                accepted += check(&sample.to_string(), other);
            }
        });
    }
    assert!(accepted > 200, "{accepted}");
}

#[test]
fn references_without_end_are_followed_for_a_while() {
    let folder = repositories();
    let text = fs::read_to_string(folder.path().join("frontend.json")).expect("facts");
    let mut bomb: Value = serde_json::from_str(&text).expect("facts are JSON");
    let setting = bomb["settings"][0].clone();
    let name = |number: usize| if number == 0 { "CLIENT_ID".to_owned() } else { format!("BOMB_{number}") };
    bomb["settings"] = (0..20)
        .map(|number| {
            let alternative =
                json!({ "value": { "at": 0, "is": { "reference": { "environment": name(number + 1) } } } });
            let value = json!({ "at": 0, "is": { "one_of": vec![alternative; 30] } });
            let mut setting = setting.clone();
            (setting["key"], setting["value"], setting["reader"]) = (json!(name(number)), value, json!("Environment"));
            setting
        })
        .collect();
    fs::write(folder.path().join("bomb.json"), bomb.to_string()).expect("facts");
    fs::write(folder.path().join("backend/template.yaml"), "Resources: {}\n").expect("a template");
    let report = report(folder.path(), "backend", &["../bomb.json"]);
    assert_eq!(report["summary"]["calls"], 2);
}

#[test]
fn nothing_to_tell_is_said() {
    let folder = tempfile::tempdir().expect("a folder");
    let output = run(folder.path(), ".", &["facts"]);
    assert_eq!(output.status.code(), Some(3));
    assert!(text(&output.stderr).contains("nothing") || text(&output.stderr).contains("no infrastructure"));
    let facts: Value = serde_json::from_slice(&output.stdout).expect("facts are JSON");
    assert_eq!(facts["resources"], json!([]));
}
