//! `--live` against moto, a server that speaks the APIs of AWS: what a template says once it is deployed there gives the
//! findings that it gives as a template.

use std::collections::BTreeMap;
use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use super::cli::{command, json, project};

/// What is installed, with all that these versions need.
const PACKAGES: &[&str] = &["moto[server,cognitoidp]==5.2.1", "boto3==1.44.5"];

/// How long a server may take until it answers.
const PATIENCE: Duration = Duration::from_secs(120);

/// The pools and clients, with most mistakes that are seen without code.
const TEMPLATE: &str = include_str!("moto.json");

/// The variables of the code, and the resources whose ids they hold.
const VARIABLES: &[(&str, &str)] = &[("COGNITO_USER_POOL_ID", "Members"), ("COGNITO_CLIENT_ID", "Web")];

/// Code with mistakes that only the pool's and client's settings show.
const CODE: &str = r#"import { CognitoIdentityProviderClient, InitiateAuthCommand } from "@aws-sdk/client-cognito-identity-provider";
const cognito = new CognitoIdentityProviderClient({ region: "eu-west-1" });
const ClientId = process.env.COGNITO_CLIENT_ID;
export const signIn = (USERNAME, PASSWORD) =>
  cognito.send(
    new InitiateAuthCommand({ ClientId, AuthFlow: "USER_PASSWORD_AUTH", AuthParameters: { USERNAME, PASSWORD } }),
  );
export const refresh = (REFRESH_TOKEN) =>
  cognito.send(new InitiateAuthCommand({ ClientId, AuthFlow: "REFRESH_TOKEN_AUTH", AuthParameters: { REFRESH_TOKEN } }));
"#;

/// A program in the environment that the packages are installed in, which is made once and stays.
fn program(name: &str) -> PathBuf {
    static ENVIRONMENT: OnceLock<PathBuf> = OnceLock::new();
    let environment = ENVIRONMENT.get_or_init(|| {
        let target = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let environment = target.join(format!("moto-{}", PACKAGES.join("-").replace(['[', ']', ',', '='], "_")));
        let done = environment.join("installed");
        if !done.exists() {
            run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&environment));
            let pip = environment.join("bin/pip");
            run(Command::new(pip).args(["install", "--quiet", "--disable-pip-version-check"]).args(PACKAGES));
            fs::write(done, "").expect("the environment can be written to");
        }
        environment
    });
    environment.join("bin").join(name)
}

/// Runs a program to its end and gives what it prints.
fn run(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?} failed; moto needs python3 with venv, and PyPI once: {told}");
    String::from_utf8(output.stdout).expect("it prints UTF-8")
}

/// A running server, which ends with this.
struct Moto {
    server: Child,
    url: String,
}

impl Moto {
    fn start() -> Self {
        let port = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a free port").port();
        let mut command = Command::new(program("moto_server"));
        command.args(["--host", "127.0.0.1", "--port", &port.to_string()]).stdout(Stdio::null()).stderr(Stdio::null());
        let moto =
            Self { server: command.spawn().expect("the server starts"), url: format!("http://127.0.0.1:{port}") };
        let began = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(began.elapsed() < PATIENCE, "the server does not answer");
            thread::sleep(Duration::from_millis(100));
        }
        moto
    }

    /// Makes what a template declares, and gives the ids by logical id.
    fn deploy(&self, template: &str) -> BTreeMap<String, String> {
        let folder = project(&[("template.json", template)]);
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/deploy.py");
        let ids =
            run(Command::new(program("python")).arg(script).arg(&self.url).arg(folder.path().join("template.json")));
        serde_json::from_str(&ids).expect("ids by logical id")
    }

    /// The findings of an audit, and what it says besides.
    fn audit(&self, folder: &Path, arguments: &[&str]) -> Value {
        let first = ["--live", "--endpoint-url", &self.url, "--format", "json", "--level", "audit"];
        let mut command = command(folder, &[&first, arguments].concat());
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("AWS_")) {
            command.env_remove(name);
        }
        command
            .env("HOME", folder)
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .env("AWS_ACCESS_KEY_ID", "none")
            .env("AWS_SECRET_ACCESS_KEY", "none")
            .env("AWS_REGION", "eu-west-1")
            // What moto does not know fails at once.
            .env("AWS_MAX_ATTEMPTS", "1");
        json(&String::from_utf8(command.output().expect("the program runs").stdout).expect("reports are UTF-8"))
    }
}

impl Drop for Moto {
    fn drop(&mut self) {
        // It is gone already where this fails.
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// Rule and resource of each finding, sorted; resources by their logical ids.
fn findings(report: &Value, ids: &BTreeMap<String, String>) -> Vec<(String, String)> {
    let text = |finding: &Value, member: &str| finding[member].as_str().unwrap_or_default().to_owned();
    let logical =
        |id: String| ids.iter().find(|(_, physical)| **physical == id).map_or(id.clone(), |(name, _)| name.clone());
    let all = report["findings"].as_array().expect("a list of findings").iter();
    let mut all: Vec<_> = all.map(|one| (text(one, "rule"), logical(text(one, "resource")))).collect();
    all.sort();
    all
}

/// The code, with the ids that it runs with.
fn code(ids: &BTreeMap<String, String>) -> Vec<(&'static str, String)> {
    let variables = VARIABLES.iter().map(|(name, resource)| format!("{name}={}\n", ids[*resource])).collect();
    vec![("src/session.ts", CODE.to_owned()), (".env", variables)]
}

fn folder(files: &[(&str, String)]) -> TempDir {
    project(&files.iter().map(|(path, text)| (*path, text.as_str())).collect::<Vec<_>>())
}

/// A template with its outputs, and the file that says what they were when it was deployed.
fn declared(ids: &BTreeMap<String, String>) -> Vec<(&'static str, String)> {
    let mut template: Value = serde_json::from_str(TEMPLATE).expect("the template is JSON");
    for name in ids.keys() {
        template["Outputs"][format!("{name}Id")]["Value"]["Ref"] = name.clone().into();
    }
    let outputs: serde_json::Map<_, _> =
        ids.iter().map(|(name, id)| (format!("{name}Id"), Value::from(id.clone()))).collect();
    let outputs = serde_json::json!({ "shop": outputs });
    vec![("template.json", template.to_string()), ("cdk-outputs.json", outputs.to_string())]
}

#[test]
fn an_account_gives_the_findings_of_the_template_that_was_deployed_to_it() {
    let moto = Moto::start();
    let ids = moto.deploy(TEMPLATE);
    let code = code(&ids);
    let project = folder(&[declared(&ids), code.clone()].concat());
    let output = command(project.path(), &["--format", "json", "--level", "audit"]).output().expect("the program runs");
    let written = json(&String::from_utf8(output.stdout).expect("reports are UTF-8"));
    let wanted = findings(&written, &ids);
    let rules: Vec<&str> = wanted.iter().map(|(rule, _)| rule.as_str()).collect();
    for rule in [
        "device-key-missing-on-refresh",
        "device-tracking-both-false",
        "device-tracking-with-password-flow",
        "refresh-flow-missing",
        "refresh-window-too-short",
        "rotation-with-refresh-token-auth",
        "secret-hash-missing",
        "user-migration-without-password-flow",
    ] {
        assert!(rules.contains(&rule), "{rule} is not among {rules:?}");
    }

    let alone = folder(&code);
    assert_eq!(findings(&moto.audit(alone.path(), &["."]), &ids), wanted);
    let joined = moto.audit(project.path(), &["."]);
    assert_eq!(findings(&joined, &ids), wanted, "what is declared and what is deployed are one");
    assert_eq!(joined["summary"]["pools"], written["summary"]["pools"]);
}

#[test]
fn what_is_deployed_otherwise_than_it_is_declared_is_told() {
    let moto = Moto::start();
    let changed =
        TEMPLATE.replace("\"ALLOW_USER_PASSWORD_AUTH\", \"ALLOW_REFRESH_TOKEN_AUTH\"", "\"ALLOW_USER_SRP_AUTH\"");
    assert_ne!(changed, TEMPLATE);
    let ids = moto.deploy(&changed);
    let project = folder(&declared(&ids));
    let report = moto.audit(project.path(), &[".", "--only", "live-drift"]);
    let told = findings(&report, &ids);
    assert_eq!(told, [("live-drift".to_owned(), "Web".to_owned()), ("live-drift".to_owned(), "Web".to_owned())]);
    let place = &report["findings"][0]["evidence"];
    let paths: Vec<&str> = place.as_array().expect("evidence").iter().filter_map(|one| one["path"].as_str()).collect();
    let answer = format!("live/123456789012/eu-west-1/DescribeUserPoolClient/{}/{}", ids["Members"], ids["Web"]);
    assert!(paths.contains(&"template.json") && paths.contains(&answer.as_str()), "{paths:?}");
}
