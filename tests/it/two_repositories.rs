//! Infrastructure and application in repositories of their own: what one knows joins the scan of another.

use std::collections::BTreeSet;
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

/// Repositories with these files, the first folder of each path being the repository, and what each knows beside it.
fn repositories_with(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("it has a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
    let names: BTreeSet<&str> = files.iter().filter_map(|(path, _)| path.split('/').next()).collect();
    for name in names {
        let output = run(folder.path(), name, &["facts", "--output", &format!("../{name}.json")]);
        assert_eq!(output.status.code(), Some(0), "{name}: {}", text(&output.stderr));
    }
    folder
}

/// The rules of what a scan with the facts of others shows.
fn rules(folder: &Path, repository: &str, with: &[&str]) -> Vec<String> {
    list(&report(folder, repository, with), "findings", "rule").into_iter().map(str::to_owned).collect()
}

/// A template of a pool that tracks devices or does not, whose client is exported.
fn pool(tracks: bool) -> String {
    let tracking = if tracks { "{ DeviceConfiguration: { ChallengeRequiredOnNewDevice: true } }" } else { "{}" };
    format!(
        "Resources:\n  Pool:\n    Type: AWS::Cognito::UserPool\n    Properties: {tracking}\n  \
         Web:\n    Type: AWS::Cognito::UserPoolClient\n    Properties: {{ UserPoolId: !Ref Pool, GenerateSecret: false, \
         ExplicitAuthFlows: [ALLOW_USER_SRP_AUTH, ALLOW_REFRESH_TOKEN_AUTH] }}\n  \
         Stored:\n    Type: AWS::SSM::Parameter\n    Properties: {{ Name: /auth/client, Type: String, Value: !Ref Web }}\n\
         Outputs:\n  WebClientId: {{ Value: !Ref Web, Export: {{ Name: shop-web }} }}\n"
    )
}

/// A template of a function with an app client's id.
fn function(client: &str) -> String {
    format!(
        "Transform: AWS::Serverless-2016-10-31\nResources:\n  Function:\n    Type: AWS::Serverless::Function\n    \
         Properties:\n      CodeUri: src/\n      Handler: app.handler\n      Runtime: python3.13\n      \
         Environment: {{ Variables: {{ CLIENT_ID: {client} }} }}\n"
    )
}

/// Code that refreshes without a device key.
fn refresh(client: &str) -> String {
    format!(
        "import os, boto3\nc = boto3.client('cognito-idp')\ndef handler(token):\n    \
         return c.initiate_auth(AuthFlow='REFRESH_TOKEN_AUTH', ClientId={client}, AuthParameters={{'REFRESH_TOKEN': token}})\n"
    )
}

const FROM_ENVIRONMENT: &str = "os.environ['CLIENT_ID']";
const NO_KEY: &str = "device-key-missing-on-refresh";

#[test]
fn a_name_that_two_repositories_give_means_neither_elsewhere() {
    let (tracks, plain, app) = (pool(true), pool(false), refresh(FROM_ENVIRONMENT));
    for client in ["!ImportValue shop-web", "'{{resolve:ssm:/auth/client}}'"] {
        let template = function(client);
        let back = [("back/template.yaml", &*template), ("back/src/app.py", &*app)];
        let one = [&[("dev/t.yaml", &*tracks), ("prod/t.yaml", &*plain)], &back[..]].concat();
        let folder = repositories_with(&one);
        let folder = folder.path();
        assert_eq!(rules(folder, "back", &["../dev.json"]), [NO_KEY], "{client}");
        assert_eq!(rules(folder, "back", &["../prod.json"]), [""; 0], "{client}");
        for with in [["../dev.json", "../prod.json"], ["../prod.json", "../dev.json"]] {
            let report = report(folder, "back", &with);
            assert_eq!(list(&report, "findings", "rule"), [""; 0], "{client} {with:?}");
            let told = list(&report, "notes", "message").iter().any(|note| note.contains("each means its own"));
            assert!(told, "{client}: {}", report["notes"]);
        }
        // What the scanned repository says itself is nothing that another one meant.
        assert_eq!(rules(folder, "dev", &["../prod.json", "../back.json"]), [""; 0], "{client}");
    }
}

#[test]
fn an_output_of_a_stack_that_nobody_names_is_a_guess() {
    let infra = "resource \"aws_cognito_user_pool\" \"p\" {\n  name = \"p\"\n  device_configuration {\n    \
                 challenge_required_on_new_device = true\n  }\n}\n\
                 resource \"aws_cognito_user_pool_client\" \"web\" {\n  name = \"web\"\n  \
                 user_pool_id = aws_cognito_user_pool.p.id\n  explicit_auth_flows = [\"ALLOW_REFRESH_TOKEN_AUTH\"]\n}\n\
                 output \"web_client_id\" { value = aws_cognito_user_pool_client.web.id }\n";
    let back = "data \"terraform_remote_state\" \"auth\" {\n  backend = \"s3\"\n  config = { key = \"auth\" }\n}\n\
                data \"archive_file\" \"z\" {\n  type = \"zip\"\n  source_dir = \"${path.module}/src\"\n  output_path = \"x.zip\"\n}\n\
                resource \"aws_lambda_function\" \"f\" {\n  function_name = \"f\"\n  handler = \"app.handler\"\n  \
                runtime = \"python3.13\"\n  filename = data.archive_file.z.output_path\n  \
                environment { variables = { CLIENT_ID = data.terraform_remote_state.auth.outputs.web_client_id } }\n}\n";
    let app = refresh(FROM_ENVIRONMENT);
    let folder = repositories_with(&[("infra/main.tf", infra), ("back/main.tf", back), ("back/src/app.py", &app)]);
    assert_eq!(rules(folder.path(), "back", &["../infra.json"]), [""; 0]);
    let guesses = run(folder.path(), "back", &["--with", "../infra.json", "--format", "json", "--level", "audit"]);
    let guesses: Value = serde_json::from_slice(&guesses.stdout).expect("a report");
    let found = guesses["findings"].as_array().expect("a list").iter().find(|finding| finding["rule"] == NO_KEY);
    assert_eq!(found.map(|finding| &finding["confidence"]), Some(&json!("low")), "{guesses}");
}

#[test]
fn what_other_programs_are_given_says_nothing() {
    let (infra, template, app) = (pool(true), function("!ImportValue shop-web"), refresh(FROM_ENVIRONMENT));
    let outputs = r#"{"auth": {"WebClientId": "4q7m2kd9s1v6t8x3b5n0hj2lfa"}}"#;
    let folder = repositories_with(&[
        ("infra/t.yaml", &infra),
        ("infra/outputs.json", outputs),
        ("sibling/template.yaml", &template),
        ("sibling/src/app.py", &app),
        ("front/.env.production", "CLIENT_ID=4q7m2kd9s1v6t8x3b5n0hj2lfa\n"),
        ("back/app.py", &app),
        // One client more, so that nothing is the only one.
        ("other/t.yaml", &pool(false).replace("shop-web", "other-web").replace("/auth/", "/other/")),
    ]);
    for with in ["../sibling.json", "../front.json"] {
        assert_eq!(rules(folder.path(), "back", &["../infra.json", "../other.json", with]), [""; 0], "{with}");
    }
}

#[test]
fn an_id_that_is_written_here_need_not_be_the_only_client_there() {
    let (infra, app) = (pool(true), refresh("'4q7m2kd9s1v6t8x3b5n0hj2lfa'"));
    let folder = repositories_with(&[("infra/t.yaml", &infra), ("back/app.py", &app)]);
    assert_eq!(rules(folder.path(), "back", &["../infra.json"]), [""; 0]);
}

#[test]
fn what_could_not_be_read_there_is_not_absent_here() {
    let infra = pool(false).replace("GenerateSecret: false, ", "").replace(
        "ExplicitAuthFlows: [ALLOW_USER_SRP_AUTH, ALLOW_REFRESH_TOKEN_AUTH] }",
        "ExplicitAuthFlows: [ALLOW_USER_PASSWORD_AUTH], ReadAttributes: [email }",
    );
    let app = "import boto3\nc = boto3.client('cognito-idp')\ndef f(client, u, p, h):\n    \
               c.initiate_auth(AuthFlow='USER_PASSWORD_AUTH', ClientId=client, AuthParameters={'USERNAME': u, 'PASSWORD': p, 'SECRET_HASH': h})\n";
    let folder = repositories_with(&[("infra/t.yaml", &infra), ("back/app.py", app)]);
    let told = run(folder.path(), "infra", &["facts", "--output", "../infra.json"]);
    assert!(text(&told.stderr).contains("t.yaml:"), "{}", text(&told.stderr));
    let report = report(folder.path(), "back", &["../infra.json"]);
    assert_eq!(list(&report, "findings", "rule"), [""; 0]);
    let notes = list(&report, "notes", "message");
    assert!(notes.iter().any(|note| note.contains("could not be read")), "{notes:?}");
}

#[test]
fn the_same_facts_twice_and_those_of_the_scanned_repository_count_once() {
    let folder = repositories();
    fs::copy(folder.path().join("infra.json"), folder.path().join("again.json")).expect("a copy");
    let with = ["../infra.json", "../frontend.json", "../again.json", "../backend.json"];
    let report = report(folder.path(), "backend", &with);
    assert_eq!(list(&report, "findings", "rule"), ["refresh-client-mismatch"]);
    let left_out: Vec<_> =
        list(&report, "notes", "message").into_iter().filter(|note| note.contains("left out")).collect();
    assert_eq!(left_out.len(), 2, "{}", report["notes"]);
}

#[test]
fn neither_persons_nor_literals_of_conditions_leave_the_repository() {
    let folder = repositories_with(&[
        (
            "shop/t.yaml",
            "Parameters:\n  Word: {Type: String, NoEcho: true, AllowedValues: [hidden-01, hidden-02]}\n\
             Mappings: {M: {hidden-01: {n: x}, hidden-02: {n: z}}}\n\
             Conditions:\n  IsKept: !Equals [!Ref Word, hidden-01]\n\
             Resources:\n  Pool:\n    Type: AWS::Cognito::UserPool\n    Condition: IsKept\n    Properties:\n      \
             UserPoolName: !FindInMap [M, !Ref Word, n]\n      UserPoolTags: {hidden-03: hidden-04}\n      \
             EmailConfiguration: {From: hidden-05}\n      VerificationMessageTemplate: {EmailSubject: hidden-06}\n      \
             MfaConfiguration: 'ON'\n  \
             User:\n    Type: AWS::Cognito::UserPoolUser\n    Properties: {UserPoolId: !Ref Pool, Username: hidden-07, \
             ClientMetadata: {a: hidden-08}, UserAttributes: [{Name: email, Value: hidden-09}]}\n  \
             Page:\n    Type: AWS::Cognito::ManagedLoginBranding\n    Properties: {UserPoolId: !Ref Pool, Settings: {a: hidden-10}}\n  \
             Login:\n    Type: AWS::Cognito::UserPoolIdentityProvider\n    Properties: {UserPoolId: !Ref Pool, ProviderName: A, ProviderType: OIDC, \
             ProviderDetails: {oidc_token: hidden-11, authorize_url: 'https://h/?key=hidden-12'}}\n  \
             Web:\n    Type: AWS::Cognito::UserPoolClient\n    Properties: {UserPoolId: !Ref Pool, CallbackURLs: ['https://h/?sig=hidden-13', \
             !Join ['', ['https://', 'u:hidden-14', '@h/']], 'https://kept-01']}\n  \
             Rule:\n    Type: AWS::ElasticLoadBalancingV2::ListenerRule\n    Properties: {Actions: [{Type: authenticate-cognito, \
             AuthenticateCognitoConfig: {UserPoolClientId: kept-02, AuthenticationRequestExtraParams: {k: hidden-15}}}, \
             {Type: fixed-response, FixedResponseConfig: {MessageBody: hidden-16}}]}\n",
        ),
        (
            "shop/main.tf",
            "variable \"word\" {\n  default = \"hidden-17\"\n  sensitive = true\n}\n\
             resource \"aws_cognito_user_pool\" \"t\" {\n  count = var.word == \"hidden-18\" ? 1 : 0\n  name = var.stage == \"hidden-19\" ? \"a\" : \"b\"\n}\n\
             variable \"stage\" {}\n\
             resource \"aws_cognito_user\" \"u\" {\n  user_pool_id = aws_cognito_user_pool.t[0].id\n  username = \"hidden-20\"\n}\n",
        ),
        (
            "shop/app.py",
            "import boto3\nc = boto3.client('cognito-idp')\ndef f(event, pin, word):\n    \
             if event['headers']['x'] == 'hidden-21' and pin == 9137:\n        c.initiate_auth(AuthFlow='REFRESH_TOKEN_AUTH', ClientId='kept-03', \
             AuthParameters={'REFRESH_TOKEN': word})\n",
        ),
        ("shop/.env", "COGNITO_CALLBACK_URL=https://h/cb?sig=hidden-22\n"),
    ]);
    let facts = fs::read_to_string(folder.path().join("shop.json")).expect("facts");
    let leaked: Vec<_> = facts.match_indices("hidden-").filter_map(|(at, _)| facts.get(at..at + 9)).collect();
    assert!(leaked.is_empty() && !facts.contains("9137"), "{leaked:?} {facts}");
    for kept in ["IsKept", "\"ON\"", "https://kept-01", "kept-02", "kept-03", "UserPoolTags", "condition "] {
        assert!(facts.contains(kept), "{kept} is missing: {facts}");
    }
}

#[test]
fn what_a_refused_file_says_does_nothing_to_the_terminal() {
    let folder = repositories();
    let facts = fs::read_to_string(folder.path().join("infra.json")).expect("facts");
    let newer = facts.replacen("\"facts\": 1", "\"facts\": 2", 1);
    let odd = ["\"version\":\"\\u001b]0;x\\u0007", "\"version\":\"\\u009b2J"]
        .map(|odd| newer.replacen("\"version\":\"", odd, 1));
    let deployer = facts.replacen("\"deployer\":\"", "\"deployer\":\"\\u001b[2J", 1);
    for text_of_file in odd.into_iter().chain([deployer]) {
        fs::write(folder.path().join("odd.json"), text_of_file).expect("a file");
        let output = run(folder.path(), "backend", &["--with", "../odd.json"]);
        assert_eq!(output.status.code(), Some(2));
        let told = text(&output.stderr);
        assert!(!told.chars().any(|letter| letter.is_control() && letter != '\n'), "{told:?}");
    }
}

#[test]
fn folders_of_one_repository_meet_like_repositories() {
    let folder = copy();
    let made =
        Command::new("git").args(["init", "-q"]).current_dir(folder.path()).status().expect("git is on the machine");
    assert!(made.success());
    for name in ["infra", "frontend"] {
        let output = run(folder.path(), name, &["facts", "--output", &format!("../{name}.json")]);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    }
    let found = rules(folder.path(), "backend", &["../infra.json", "../frontend.json"]);
    assert_eq!(found, ["refresh-client-mismatch"]);
}

#[test]
fn the_configuration_names_facts_for_every_scan_but_not_for_facts() {
    let folder = repositories();
    let config = folder.path().join("backend/cognito-lint.yml");
    fs::write(&config, "with: [../infra.json, ../frontend.json]\n").expect("a configuration");
    assert_eq!(rules(folder.path(), "backend", &[]), ["refresh-client-mismatch"]);
    // Named on the command line, too, they count once.
    assert_eq!(rules(folder.path(), "backend", &["../infra.json"]), ["refresh-client-mismatch"]);
    assert_eq!(run(folder.path(), "backend", &["baseline", "write"]).status.code(), Some(0));
    let pruned = run(folder.path(), "backend", &["baseline", "prune"]);
    assert_eq!(pruned.status.code(), Some(0), "{}", text(&pruned.stderr));
    let baseline = fs::read_to_string(folder.path().join("backend/cognito-lint-baseline.json")).expect("a baseline");
    assert!(baseline.contains("refresh-client-mismatch"), "{baseline}");
    let own = run(folder.path(), "backend", &["facts"]);
    fs::remove_file(&config).expect("the configuration");
    assert_eq!(text(&own.stdout), text(&run(folder.path(), "backend", &["facts"]).stdout));
    fs::write(&config, "with: [../none.json]\n").expect("a configuration");
    let missing = run(folder.path(), "backend", &[]);
    assert!(missing.status.code() == Some(2) && text(&missing.stderr).contains("none.json"), "{missing:?}");
}

#[test]
fn facts_go_to_standard_output_by_name_and_a_repository_has_a_name() {
    let folder = repositories();
    let told = |arguments: &[&str]| run(folder.path(), "infra", arguments);
    assert_eq!(told(&["facts", "-o", "-"]).stdout, told(&["facts"]).stdout);
    assert!(!folder.path().join("infra/-").exists());
    assert_eq!(told(&["facts", "--name", ""]).status.code(), Some(2));
    let old = fs::read_to_string(folder.path().join("infra.json")).expect("facts").replacen(
        "\"facts\": 1",
        "\"facts\": 0",
        1,
    );
    fs::write(folder.path().join("old.json"), old).expect("a file");
    let refused = run(folder.path(), "backend", &["--with", "../old.json"]);
    assert!(text(&refused.stderr).contains("version 0") && !text(&refused.stderr).contains("or a later one"));
}

#[test]
fn a_function_that_imports_an_id_is_something_to_tell() {
    let template = function("!ImportValue shop-web");
    let folder = repositories_with(&[("back/template.yaml", &template)]);
    let facts = fs::read_to_string(folder.path().join("back.json")).expect("facts");
    assert!(facts.contains("shop-web"), "{facts}");
}

#[test]
fn the_only_client_of_a_repository_with_code_of_its_own_is_a_guess() {
    let (infra, app) = (pool(true), refresh(FROM_ENVIRONMENT));
    let folder = repositories_with(&[
        ("other/t.yaml", &infra),
        (
            "other/app.py",
            &refresh(FROM_ENVIRONMENT).replace("'REFRESH_TOKEN': token", "'REFRESH_TOKEN': token, 'DEVICE_KEY': token"),
        ),
        ("back/app.py", &app),
        ("infra/t.yaml", &infra),
    ]);
    assert_eq!(rules(folder.path(), "back", &["../other.json"]), [""; 0]);
    assert_eq!(rules(folder.path(), "back", &["../infra.json"]), [NO_KEY]);
}

#[test]
fn an_ignore_of_what_only_both_repositories_show_stays() {
    let (infra, template) = (pool(true), function("!ImportValue shop-web"));
    let app = refresh(FROM_ENVIRONMENT)
        .replace("    return", "    # cognito-lint: ignore[device-key-missing-on-refresh] signs out daily\n    return");
    let folder =
        repositories_with(&[("infra/t.yaml", &infra), ("back/template.yaml", &template), ("back/src/app.py", &app)]);
    assert_eq!(rules(folder.path(), "back", &["../infra.json"]), [""; 0]);
    assert_eq!(rules(folder.path(), "back", &[]), [""; 0]);
    // With both, an ignore of what is not there is told.
    let app =
        app.replace("daily", "weekly").replace("'REFRESH_TOKEN': token", "'REFRESH_TOKEN': token, 'DEVICE_KEY': token");
    fs::write(folder.path().join("back/src/app.py"), app).expect("a file");
    assert_eq!(rules(folder.path(), "back", &["../infra.json"]), ["unused-ignore"]);
}
