//! `cognito-lint diagnose` through the binary: exit codes, what is refused, and what must never be shown.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::process::Stdio;

use serde_json::Value;
use tempfile::TempDir;

use super::cli::{command, json, project, run};

const USER: &str = "87a42a58-6051-7076-79e2-fe9208b6ae3c";

/// A pool that remembers devices, and a refresh without a device key.
const TEMPLATE: &str = "Resources:\n  Pool:\n    Type: AWS::Cognito::UserPool\n    Properties:\n      DeviceConfiguration: { \
                        ChallengeRequiredOnNewDevice: false }\n  Client:\n    Type: AWS::Cognito::UserPoolClient\n    Properties:\n      \
                        UserPoolId: !Ref Pool\n";

/// The claims of an access token: of client `4u37…`, pool `eu-west-1_Ab1Cd2Ef3`, user `87a4…`, with a device.
pub const TOKEN: &str = "eyJraWQiOiJtYWRlIiwiYWxnIjoiUlMyNTYifQ.eyJzdWIiOiI4N2E0MmE1OC02MDUxLTcwNzYtNzllMi1mZTkyMDhiNmFlM2MiLCJkZXZpY2Vfa2V5Ijoi\
ZXUtd2VzdC0xXzExMTExMTExLTIyMjItMzMzMy00NDQ0LTU1NTU1NTU1NTU1NSIsImlzcyI6Imh0dHBzOi8vY29nbml0by1pZHAuZXUtd2VzdC0xLmFtYXpvbmF3cy5jb20vZXUt\
d2VzdC0xX0FiMUNkMkVmMyIsImNsaWVudF9pZCI6IjR1Mzc2NTRyaHViamVpMDg4ZGo4NWNsc2NxIiwidG9rZW5fdXNlIjoiYWNjZXNzIiwiYXV0aF90aW1lIjoxNzk1MTY1MjAwf\
Q.c2lnbmF0dXJlLW9mLW5vYm9keQ";

/// A sign-in, and a refresh that another client was refused.
pub fn events() -> String {
    let event = |time: &str, flow: &str, client: &str, more: &str| {
        format!(
            r#"{{"eventVersion":"1.10","userIdentity":{{"type":"Unknown","principalId":"Anonymous"}},"eventTime":"2026-11-20T{time}Z",
            "eventSource":"cognito-idp.amazonaws.com","eventName":"InitiateAuth","awsRegion":"eu-west-1","sourceIPAddress":"203.0.113.7",
            "userAgent":"app/1","requestParameters":{{"authFlow":"{flow}","authParameters":"HIDDEN_DUE_TO_SECURITY_REASONS","clientId":"{client}"}},
            "responseElements":null,"additionalEventData":{{"sub":"{USER}"}},"eventType":"AwsApiCall"{more}}}"#
        )
    };
    let refused = r#","errorCode":"NotAuthorizedException","errorMessage":"Invalid Refresh Token.""#;
    format!(
        r#"{{"Records":[{},{}]}}"#,
        event("09:00:00", "USER_SRP_AUTH", "4u37654rhubjei088dj85clscq", ""),
        event("10:00:03", "REFRESH_TOKEN_AUTH", "7jj2t2ng0nta408g0h302f39ks", refused),
    )
}

fn troubled() -> TempDir {
    project(&[("infra/auth.yaml", TEMPLATE), ("events.json", &events()), ("token.txt", TOKEN)])
}

fn piped(folder: &TempDir, arguments: &[&str], input: &str) -> (Option<i32>, String, String) {
    let mut command = command(folder.path(), arguments);
    let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = piped.spawn().expect("the program runs");
    child.stdin.take().expect("its input").write_all(input.as_bytes()).expect("it reads");
    let output = child.wait_with_output().expect("it ends");
    let text = |bytes| String::from_utf8(bytes).expect("output is UTF-8");
    (output.status.code(), text(output.stdout), text(output.stderr))
}

fn first_cause(document: &str) -> (String, String) {
    let cause = json(document)["troubles"][0]["causes"][0].clone();
    let text = |name: &str| cause[name].as_str().expect("a text").to_owned();
    (text("cause"), text("verdict"))
}

#[test]
fn a_token_and_an_event_decide() {
    let (code, out, err) =
        run(&troubled(), &["diagnose", "--events", "events.json", "--token", "token.txt", "--format", "json"]);
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
    assert_eq!(first_cause(&out), ("other-client".to_owned(), "certain".to_owned()));
    let document = json(&out);
    assert_eq!(document["schema"], 1);
    assert_eq!(document["read"]["scanned"], Value::Bool(true));
    assert_eq!(document["troubles"][0]["users"], 1);
}

#[test]
fn the_scan_speaks_where_only_the_answer_is_known() {
    let (code, out, err) = run(&troubled(), &["diagnose", "--error", "NotAuthorizedException: Invalid Refresh Token."]);
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
    assert!(out.starts_with("NotAuthorizedException: Invalid Refresh Token\n"), "{out}");
    assert!(out.contains("1. likely[device-key-missing]: "), "{out}");
    assert!(out.contains("(infra/auth.yaml:5)"), "{out}");
    let (_, out, _) = run(&troubled(), &["diagnose", "--error", "Invalid Refresh Token", "--no-scan"]);
    assert!(out.contains("1. possible[device-key-missing]: "), "{out}");
}

#[test]
fn standard_input_gives_events_or_tokens() {
    let folder = troubled();
    let (code, out, _) = piped(&folder, &["diagnose", "--events", "-", "--no-scan", "--format", "json"], &events());
    assert_eq!((code, first_cause(&out).1.as_str()), (Some(0), "likely"));
    let arguments = ["diagnose", "--events", "events.json", "--token", "-", "--no-scan", "--format", "json"];
    let (code, out, _) = piped(&folder, &arguments, TOKEN);
    assert_eq!((code, first_cause(&out).1.as_str()), (Some(0), "certain"));
    let (code, _, err) = piped(&folder, &["diagnose", "--events", "-", "--token", "-"], "");
    assert_eq!(code, Some(2));
    assert!(err.contains("standard input can be read once"), "{err}");
}

#[test]
fn nothing_to_go_on_gives_3_and_says_what_to_give() {
    let (code, out, err) = run(&troubled(), &["diagnose"]);
    assert_eq!((code, out.as_str()), (3, ""));
    assert!(err.contains("--events FILE") && err.contains("--token FILE"), "{err}");
    let calm = project(&[(
        "events.json",
        r#"{"Records":[{"eventName":"ListUsers","eventSource":"cognito-idp.amazonaws.com","eventTime":"2026-11-20T09:00:00Z"}]}"#,
    )]);
    let (code, _, err) = run(&calm, &["diagnose", "--events", "events.json"]);
    assert_eq!(code, 3);
    assert!(err.contains("1 record read, 0 of them about sessions"), "{err}");
}

#[test]
fn input_that_cannot_be_used_gives_2() {
    let folder = troubled();
    fs::write(folder.path().join("events.csv"), "Event name,Event time\nInitiateAuth,now\n").expect("a file");
    for (arguments, said) in [
        (["--events", "none.json"], "none.json cannot be read"),
        (["--events", "events.csv"], "no event was read: events.csv"),
        (["--token", "none.txt"], "none.txt cannot be read"),
        (["--token", "infra/auth.yaml"], "there is no token in it"),
        (["--error", "it does not work"], "Invalid Refresh Token"),
    ] {
        let (code, out, err) = run(&folder, &[&["diagnose"], arguments.as_slice()].concat());
        assert_eq!((code, out.as_str()), (2, ""), "{arguments:?}");
        assert!(err.split_whitespace().collect::<Vec<_>>().join(" ").contains(said), "{arguments:?}: {err}");
    }
}

#[test]
fn a_token_on_the_command_line_is_refused_and_not_repeated() {
    let (code, out, err) = run(&troubled(), &["diagnose", "--token", TOKEN]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(err.contains("history of") && !err.contains("eyJ"), "{err}");
}

#[test]
fn what_was_not_read_is_told_and_gives_4() {
    let folder = troubled();
    let broken = format!("{}\n{{\"eventName\": \"InitiateAuth\"\n", events().replace('\n', ""));
    fs::write(folder.path().join("broken.jsonl"), broken).expect("a file");
    let (code, out, _) = run(&folder, &["diagnose", "--events", "broken.jsonl", "--no-scan"]);
    assert_eq!(code, 4, "{out}");
    assert!(out.contains("note: broken.jsonl: line 2, column "), "{out}");
}

#[test]
fn nothing_secret_personal_or_acting_is_shown() {
    let folder = troubled();
    let hostile = events().replace("7jj2t2ng0nta408g0h302f39ks", "\\u001b[31m::error::x\\n");
    fs::write(folder.path().join("hostile.json"), hostile).expect("a file");
    for format in ["text", "json"] {
        let arguments = [
            "diagnose",
            "--events",
            "hostile.json",
            "--events",
            "events.json",
            "--token",
            "token.txt",
            "--format",
            format,
        ];
        let (code, out, err) = run(&folder, &arguments);
        assert_eq!((code, err.as_str()), (0, ""), "{out}");
        for secret in ["eyJ", "c2lnbmF0dXJl", USER, "11111111-2222", "203.0.113.7", "app/1", "\u{1b}"] {
            assert!(!out.contains(secret), "{format}: {secret}: {out}");
        }
        assert!(out.contains("87a42a58…"), "{format}: {out}");
    }
}

/// The names of all members of a document.
fn members(value: &Value, names: &mut BTreeSet<String>) {
    match value {
        Value::Array(list) => list.iter().for_each(|one| members(one, names)),
        Value::Object(map) => map.iter().for_each(|(name, one)| {
            names.insert(name.clone());
            members(one, names);
        }),
        _ => {}
    }
}

#[test]
fn the_guide_names_every_field_of_the_document() {
    let arguments = ["diagnose", "--events", "events.json", "--token", "token.txt", "--format", "json"];
    let (_, out, _) = run(&troubled(), &arguments);
    let mut names = BTreeSet::new();
    members(&json(&out), &mut names);
    let guide = include_str!("../../docs/diagnose.md").split_once("## For programs").expect("a part").1;
    let missing: Vec<&String> = names.iter().filter(|name| !guide.contains(&format!("`{name}`"))).collect();
    assert!(names.len() > 30 && missing.is_empty(), "{missing:?}");
}

#[test]
fn two_runs_say_the_same() {
    let folder = troubled();
    for format in ["text", "json"] {
        let told = || run(&folder, &["diagnose", "--events", "events.json", "--format", format]);
        assert_eq!(told(), told());
    }
}

#[cfg(feature = "live")]
mod live {
    use super::super::live::audit;
    use super::super::loopback::{Account, Fault, Loopback};
    use super::*;

    fn asked(server: &Loopback, folder: &TempDir, arguments: &[&str]) -> (i32, String, String) {
        let url = server.url();
        let first = ["diagnose", "--live", "--endpoint-url", &url];
        let output = audit(folder.path(), &[&first, arguments].concat()).output().expect("the program runs");
        let text = |bytes| String::from_utf8(bytes).expect("output is UTF-8");
        (output.status.code().expect("no signal ends it"), text(output.stdout), text(output.stderr))
    }

    fn account(events: &str) -> Account {
        let records = json(events)["Records"].as_array().expect("a list").clone();
        Account { pools: 1, clients: 1, events: records, ..Account::default() }
    }

    #[test]
    fn events_are_looked_up_and_joined_with_the_account_and_the_project() {
        let server = Loopback::serve(account(&events()));
        let (code, out, err) =
            asked(&server, &troubled(), &["--format", "json", "--token", "token.txt", "--since", "7d"]);
        assert_eq!((code, err.as_str()), (0, ""), "{out}");
        assert_eq!(first_cause(&out), ("other-client".to_owned(), "certain".to_owned()));
        assert_eq!(json(&out)["troubles"][0]["place"], "account 123456789012, eu-west-1, record 2");
        assert_eq!(server.counts()["LookupEvents"], 1);
    }

    #[test]
    fn an_audit_looks_no_events_up() {
        let server = Loopback::serve(account(&events()));
        let url = server.url();
        let arguments = ["--live", "--endpoint-url", &url, "--exit-zero"];
        let output = audit(troubled().path(), &arguments).output().expect("the program runs");
        assert_eq!(output.status.code(), Some(0));
        assert!(!server.counts().contains_key("LookupEvents"));
    }

    #[test]
    fn events_that_are_denied_are_told_and_leave_the_rest() {
        let denied = Fault::Error(400, "AccessDeniedException", "User: u is not authorized to perform this");
        let server = Loopback::serve(account(&events()).failing("LookupEvents", denied));
        let (code, out, _) = asked(&server, &troubled(), &["--error", "Invalid Refresh Token"]);
        assert_eq!(code, 4, "{out}");
        assert!(out.contains("device-key-missing") && out.contains("cloudtrail:LookupEvents"), "{out}");
        let (code, _, err) = asked(&server, &troubled(), &["--no-scan"]);
        assert_eq!(code, 4, "{err}");
        assert!(err.contains("LookupEvents was denied"), "{err}");
    }

    #[test]
    fn the_policy_of_a_diagnosis_has_the_call() {
        let (code, out, _) = run(&troubled(), &["diagnose", "--live", "--show-policy"]);
        assert_eq!(code, 0);
        assert!(out.contains("cloudtrail:LookupEvents"), "{out}");
    }

    #[test]
    fn durations_are_taken_within_what_is_kept() {
        for given in ["0h", "91d", "5", "x", "9999999999999999999d", "-1h"] {
            let (code, _, err) = run(&troubled(), &["diagnose", "--live", "--since", given]);
            assert_eq!(code, 2, "{given}: {err}");
        }
        assert_eq!(run(&troubled(), &["diagnose", "--since", "1h"]).0, 2);
    }
}

#[test]
fn a_token_where_a_path_belongs_is_not_repeated() {
    let bearer = format!("Bearer {TOKEN}");
    for arguments in
        [&["--events", TOKEN][..], &[TOKEN], &["--token", &bearer], &["--events", &bearer], &["--var-file", TOKEN]]
    {
        let (code, out, err) = run(&troubled(), &[&["diagnose"], arguments].concat());
        assert_eq!((code, out.as_str()), (2, ""), "{err}");
        assert!(err.contains("this is a token itself") && !err.contains("eyJ"), "{err}");
    }
}

#[test]
fn a_name_of_a_file_does_nothing_to_the_terminal() {
    let (code, _, err) = run(&troubled(), &["diagnose", "--no-scan", "--events", "a\u{1b}[31mb.json"]);
    assert!(code == 2 && !err.contains('\u{1b}'), "{err:?}");
}
