//! `--live` through the program: what it asks, what it says of an account that does not answer, and how it ends.

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use cognito_lint::account::operation::TABLE;
use tempfile::TempDir;

use super::cli::{command, json, project};
use super::loopback::{ACCOUNT, Account, Fault, Loopback, SECRET};

/// The longest that any fault may take, in seconds.
const PATIENCE: u64 = 60;

/// The program with credentials for an account that is nowhere, and without any of the machine's own settings.
pub fn audit(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = command(folder, arguments);
    for (name, _) in
        std::env::vars().filter(|(name, _)| name.starts_with("AWS_") || name.to_lowercase().ends_with("_proxy"))
    {
        command.env_remove(name);
    }
    command
        .env("HOME", folder)
        .env("AWS_CONFIG_FILE", folder.join("config"))
        .env("AWS_SHARED_CREDENTIALS_FILE", folder.join("credentials"))
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", SECRET)
        .env("AWS_REGION", "eu-west-1")
        .env("AWS_MAX_ATTEMPTS", "2");
    command
}

/// How an audit ended: its code, what it printed, what it complained of, and how long it took.
struct Ended {
    code: i32,
    out: String,
    err: String,
    took: Duration,
}

fn ended(mut command: Command) -> Ended {
    let began = Instant::now();
    let output = command.output().expect("the program runs");
    let text = |bytes| String::from_utf8(bytes).expect("output is UTF-8");
    let code = output.status.code().expect("no signal ends the program");
    Ended { code, out: text(output.stdout), err: text(output.stderr), took: began.elapsed() }
}

fn nothing() -> TempDir {
    project(&[])
}

/// Audits an account and nothing else; findings do not count.
fn of(server: &Loopback, arguments: &[&str]) -> Ended {
    let url = server.url();
    let first = ["--live", "--endpoint-url", &url, "--exit-zero", "--allow-empty"];
    ended(audit(nothing().path(), &[&first, arguments].concat()))
}

fn small() -> Account {
    Account { pools: 2, clients: 2, ..Account::default() }
}

#[test]
fn an_account_that_tells_everything_leaves_no_gap() {
    let server = Loopback::serve(small());
    let audit = of(&server, &["--format", "json"]);
    assert_eq!((audit.code, audit.err.as_str()), (0, ""), "{}", audit.out);
    assert!(!audit.out.contains("live-gap"), "{}", audit.out);
    assert_eq!((server.counts()["DescribeUserPoolClient"], server.clients_described()), (4, 4));
    assert!(!server.counts().contains_key("DescribeStackResources"), "there is nothing to join it with");
}

#[test]
fn an_audit_scans_no_folder_that_is_not_named() {
    let project = project(&[("auth.yaml", "Resources: {Pool: {Type: 'AWS::Cognito::UserPool'}}\n")]);
    let server = Loopback::serve(Account::default());
    let url = server.url();
    let files = |arguments: &[&str]| {
        let first = ["--live", "--endpoint-url", &url, "--exit-zero", "--allow-empty", "--format", "json"];
        json(&ended(audit(project.path(), &[&first, arguments].concat())).out)["summary"]["files_seen"].clone()
    };
    assert_eq!(files(&[]), 0);
    assert_eq!(files(&["."]), 1);
}

#[test]
fn an_account_and_a_folder_are_joined() {
    let server = Loopback::serve(small());
    let project = project(&[("auth.yaml", "Resources: {Pool: {Type: 'AWS::Cognito::UserPool'}}\n")]);
    let url = server.url();
    ended(audit(project.path(), &[".", "--live", "--endpoint-url", &url]));
    assert_eq!(server.counts()["DescribeStackResources"], 2, "stacks tell which template made a pool");
}

#[test]
fn each_fault_ends_in_a_message_and_with_4() {
    let faults: &[(&str, &str, Fault, &str)] = &[
        (
            "throttled",
            "ListUserPools",
            Fault::Error(400, "TooManyRequestsException", "Rate exceeded"),
            "asked for too often, after waiting too (Rate exceeded)",
        ),
        (
            "throttled",
            "DescribeUserPool",
            Fault::Error(400, "ThrottlingException", "Rate exceeded"),
            "asked for too often, after waiting too (Rate exceeded)",
        ),
        (
            "failing",
            "DescribeUserPool",
            Fault::Error(500, "InternalErrorException", "oops"),
            "DescribeUserPool failed in the service (oops)",
        ),
        ("slow", "ListGroups", Fault::Slow, "ListGroups was not answered in time"),
        ("cut", "DescribeUserPoolClient", Fault::Cut, "DescribeUserPoolClient did not get through"),
        ("malformed", "DescribeUserPool", Fault::Garbage("{\"UserPool\": ["), "something that cannot be understood"),
        (
            "denied",
            "GetUserPoolMfaConfig",
            Fault::Error(400, "AccessDeniedException", "User: u is not authorized"),
            "it needs cognito-idp:GetUserPoolMfaConfig",
        ),
        (
            "expired",
            "ListUserPools",
            Fault::Error(400, "ExpiredTokenException", "The security token is expired"),
            "the credentials have expired (The security token is expired)",
        ),
        (
            "expired",
            "GetCallerIdentity",
            Fault::Error(403, "ExpiredToken", "The security token is expired"),
            "the credentials have expired (The security token is expired)",
        ),
        (
            "unknown key",
            "GetCallerIdentity",
            Fault::Error(403, "InvalidClientTokenId", "The token is invalid"),
            "no credentials that can be used (The token is invalid)",
        ),
        ("endless", "ListUserPools", Fault::SameToken, "the pages of ListUserPools do not end"),
        ("endless", "ListGroups", Fault::NewTokens, "the pages of ListGroups do not end"),
        (
            "vanished",
            "DescribeUserPool",
            Fault::Error(400, "ResourceNotFoundException", "gone"),
            "DescribeUserPool found nothing (gone)",
        ),
    ];
    for (name, operation, fault, told) in faults {
        let server = Loopback::serve(small().failing(operation, fault.clone()));
        let audit = of(&server, &["--timeout", "1", "--verbose"]);
        assert_eq!((audit.code, audit.err.as_str()), (4, ""), "{name}: {}", audit.out);
        assert!(audit.out.contains(told), "{name}: {}", audit.out);
        assert!(audit.took < Duration::from_secs(PATIENCE), "{name}: {:?}", audit.took);
        println!("{name:12} {operation:24} exit {} {:5.1} s", audit.code, audit.took.as_secs_f64());
    }
}

#[test]
fn an_account_that_cannot_be_reached_ends_in_a_message() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("it has one"));
    drop(listener);
    let audit = ended(audit(nothing().path(), &["--live", "--endpoint-url", &url]));
    assert_eq!((audit.code, audit.err.as_str()), (4, ""), "{}", audit.out);
    assert!(audit.out.contains("ListUserPools did not get through"), "{}", audit.out);
    assert!(audit.took < Duration::from_secs(PATIENCE), "{:?}", audit.took);
}

#[test]
fn no_credentials_end_in_a_message() {
    let folder = nothing();
    let server = Loopback::serve(small());
    let mut command = audit(folder.path(), &["--live", "--endpoint-url", &server.url()]);
    command.env_remove("AWS_ACCESS_KEY_ID").env_remove("AWS_SECRET_ACCESS_KEY");
    let audit = ended(command);
    assert_eq!((audit.code, audit.err.as_str()), (4, ""), "{}", audit.out);
    assert!(audit.out.contains("there are no credentials that can be used"), "{}", audit.out);
    assert!(audit.took < Duration::from_secs(PATIENCE), "{:?}", audit.took);
}

#[test]
fn wrong_arguments_end_with_2_before_anything_is_asked() {
    let server = Loopback::serve(small());
    let url = server.url();
    let refused = |arguments: &[&str], told: &str| {
        let audit = ended(audit(nothing().path(), &[&["--live", "--endpoint-url", &url], arguments].concat()));
        assert_eq!((audit.code, audit.out.as_str()), (2, ""), "{arguments:?}: {}", audit.err);
        assert!(audit.err.contains(told), "{arguments:?}: {}", audit.err);
    };
    refused(&["--region", "mars"], "a Region is written like eu-west-1");
    refused(&["--profile", "nobody"], "the profile nobody cannot be used");
    refused(&["--rate", "DeleteUserPool=1"], "an audit makes no call `DeleteUserPool`");
    refused(&["--pool", "eu-west-1"], "a user pool's id is written like");
    assert!(server.counts().is_empty(), "{:?}", server.counts());
    refused_before_anything_is_asked(&server);
    let folder = nothing();
    let mut command = audit(folder.path(), &["--live", "--endpoint-url", &url]);
    command.env_remove("AWS_REGION");
    let audit_without_region = ended(command);
    assert_eq!(audit_without_region.code, 2);
    assert!(audit_without_region.err.contains("which Region to audit is not said"), "{}", audit_without_region.err);
    let mut command = audit(folder.path(), &["--live", "--endpoint-url", &url]);
    command.env("AWS_MAX_ATTEMPTS", "0");
    assert_eq!(ended(command).code, 2);
}

/// What else of the arguments may be wrong, though it has nothing to do with the account.
fn refused_before_anything_is_asked(server: &Loopback) {
    let url = server.url();
    let project = project(&[
        ("auth.yaml", "Resources: {Pool: {Type: 'AWS::Cognito::UserPool'}}\n"),
        ("broken.json", "{"),
        ("broken.guard", "rule {"),
        ("cognito-lint.yml", "levels: [\n"),
    ]);
    for (arguments, told) in [
        (&["--no-config", "--baseline", "none.json"][..], "none.json cannot be used"),
        (&["--no-config", "--baseline", "broken.json"], "broken.json cannot be used"),
        (&["--no-config", "--policy", "none.guard"], "none.guard"),
        (&["--no-config", "--policy", "broken.guard"], "broken.guard"),
        (&["--no-config", "--with", "none.json"], "none.json"),
        (&["--no-config", "--base", "nowhere"], "git"),
        (&["--no-config", "--output", "auth.yaml/report.txt"], "auth.yaml/report.txt cannot be written"),
        (&["--no-config", "--output", "."], ". cannot be written"),
        (&["--no-config", "nowhere"], "nowhere"),
        (&[], "cognito-lint.yml"),
    ] {
        let first = [".", "--live", "--endpoint-url", &url];
        let audit = ended(audit(project.path(), &[&first, arguments].concat()));
        assert_eq!((audit.code, audit.out.as_str()), (2, ""), "{arguments:?}: {}", audit.err);
        assert!(audit.err.contains(told), "{arguments:?}: {}", audit.err);
    }
    assert!(server.counts().is_empty(), "{:?}", server.counts());
}

#[test]
fn a_profile_goes_before_the_environment() {
    let folder = nothing();
    let text = format!(
        "[audit]\naws_access_key_id = AKIAAUDITEXAMPLE\naws_secret_access_key = {SECRET}\nregion = eu-west-1\n"
    );
    fs::write(folder.path().join("credentials"), text).expect("a file");
    let server = Loopback::serve(Account::default());
    let mut command =
        audit(folder.path(), &["--live", "--profile", "audit", "--endpoint-url", &server.url(), "--allow-empty"]);
    command.env_remove("AWS_REGION");
    let audit = ended(command);
    assert_eq!((audit.code, audit.err.as_str()), (0, ""), "{}", audit.out);
    assert_eq!(server.keys(), ["AKIAAUDITEXAMPLE"]);
}

#[test]
fn roles_are_assumed_with_their_external_id() {
    let role = format!("arn:aws:iam::{ACCOUNT}:role/audit");
    let server = Loopback::serve(small());
    let audit = of(&server, &["--role-arn", &role, "--external-id", "42"]);
    assert_eq!((audit.code, audit.err.as_str()), (0, ""), "{}", audit.out);
    assert!(server.counts().contains_key("AssumeRole"));
    assert_eq!(server.keys(), ["AKIAIOSFODNN7EXAMPLE", "ASIAEXAMPLE"]);
    let server = Loopback::serve(small().failing("AssumeRole", Fault::Error(403, "AccessDenied", "User: u may not")));
    let audit = of(&server, &["--role-arn", &role]);
    assert_eq!(audit.code, 4);
    assert!(
        audit.out.contains(&format!("account {ACCOUNT}, eu-west-1: AssumeRole was denied (User: u may not)")),
        "{}",
        audit.out
    );
    assert!(!server.counts().contains_key("ListUserPools"), "{:?}", server.counts());
}

#[test]
fn the_environment_names_the_endpoint_too() {
    let server = Loopback::serve(Account::default());
    let folder = nothing();
    let mut command = audit(folder.path(), &["--live", "--allow-empty"]);
    command.env("AWS_ENDPOINT_URL", server.url());
    assert_eq!(ended(command).code, 0);
    assert!(server.counts().contains_key("ListUserPools"));
}

#[test]
fn no_secret_is_in_any_output() {
    let server = Loopback::serve(Account { pools: 1, clients: 1, ..Account::default() });
    let project = project(&[("auth.yaml", "Resources: {Pool: {Type: 'AWS::Cognito::UserPool'}}\n")]);
    let url = server.url();
    for format in ["text", "concise", "json", "sarif", "github", "gitlab", "junit", "markdown"] {
        let arguments = [".", "--live", "--endpoint-url", &url, "--format", format, "--level", "audit", "--verbose"];
        for level in ["off", "trace"] {
            let mut command = audit(project.path(), &arguments);
            command.env("RUST_LOG", level).env("AWS_LOG", level);
            let audit = ended(command);
            assert!(
                !audit.out.contains(SECRET) && !audit.err.contains(SECRET),
                "{format}: {} {}",
                audit.out,
                audit.err
            );
        }
    }
}

#[test]
#[cfg(unix)]
fn an_interrupted_audit_tells_what_it_knows() {
    let account = Account { pools: 40, clients: 1, delay: Duration::from_millis(200), ..Account::default() };
    let server = Loopback::serve(account);
    let folder = nothing();
    let url = server.url();
    let mut command = audit(folder.path(), &["--live", "--endpoint-url", &url, "--verbose"]);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program runs");
    let deadline = Instant::now() + Duration::from_secs(PATIENCE);
    while !server.counts().contains_key("DescribeUserPoolClient") && Instant::now() < deadline {
        thread::sleep(Duration::from_millis(20));
    }
    let began = Instant::now();
    Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("there is kill");
    let output = child.wait_with_output().expect("it ends");
    let out = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(4), "{out}");
    assert!(out.contains("the audit was stopped, so that the settings of eu-west-1_Pool"), "{out}");
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
}

#[test]
fn the_page_lists_every_call() {
    let page = fs::read_to_string("docs/live.md").expect("the page is there");
    for row in TABLE {
        let line = format!("| `{}:{}` | {} | {}", row.service, row.name, row.tells, row.quota.rate());
        assert!(page.contains(&line), "docs/live.md lacks {line}");
    }
}

#[test]
fn the_policy_is_printed_without_asking_anybody() {
    let folder = nothing();
    let mut command = audit(folder.path(), &["--live", "--show-policy"]);
    command.env_remove("AWS_REGION").env_remove("AWS_ACCESS_KEY_ID");
    let printed = ended(command);
    assert_eq!((printed.code, printed.err.as_str()), (0, ""));
    let page = fs::read_to_string("docs/live.md").expect("the page is there");
    let documented = page.split("```json\n").nth(1).and_then(|rest| rest.split("```").next());
    assert_eq!(documented.map(json), Some(json(&printed.out)), "docs/live.md shows the policy that is printed");
}
