//! An account in recorded answers, through the clients of the SDK and its replay transport: what stand-ins for the services
//! do not know – devices, rotation, risk, logs, styles –, and what is lost where one of the calls is denied.

use std::collections::BTreeSet;
use std::sync::Arc;

use aws_config::retry::RetryConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_http_client::test_util::{ReplayEvent, StaticReplayClient};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;
use camino::Utf8PathBuf;
use cognito_lint::account::aws::audit_as;
use cognito_lint::account::operation::TABLE;
use cognito_lint::account::request::{Rate, Rates};
use cognito_lint::account::{Audit, Gap, Inquiry, Refusal, Request};
use cognito_lint::scan::{Options, Scan, scan};
use serde_json::{Map, Value};

use super::cases::options;
use super::cli::project;

/// What was asked and answered, in the shapes that the services document.
const RECORDED: &str = include_str!("replay.json");

/// Members of requests that say what is asked for.
const SUBJECTS: &[&str] = &[
    "ClientId",
    "Domain",
    "IdentityPoolId",
    "NextToken",
    "PhysicalResourceId",
    "ProviderName",
    "ResourceArn",
    "RoleName",
    "UserPoolId",
];

/// Operations that are answered in XML.
const XML: &[&str] = &["DescribeStackResources", "GetCallerIdentity", "GetRole"];

/// A secret of the recorded answers, as it begins and as it ends.
const SECRETS: &[&str] = &["not-to-be-kept", "1secret2not3"];

const MEMBERS: &str = "eu-west-1_Kq7Wm2Xz9";
const STAFF: &str = "eu-west-1_Tt5Yy6Uu7";
const WEB: &str = "4q8rj2v0k7m5t1x9c3b6n8p2d0";
const SPA: &str = "6m3f9k1w8t4v2z7r5b0q3n8j6h";
const OLD: &str = "2b5n8m1q4w7e0r3t6y9u2i5o8p";
const KIOSK: &str = "7h2j5k8l1z4x7c0v3b6n9m2a5s";
const IDENTITIES: &str = "eu-west-1:0c1d2e3f-4a5b-4c6d-8e7f-901a2b3c4d5e";

/// Code and configuration with mistakes that only the account shows.
const PROJECT: &[(&str, &str)] = &[
    (
        "src/session.ts",
        r#"import { CognitoIdentityProviderClient, InitiateAuthCommand } from "@aws-sdk/client-cognito-identity-provider";
const cognito = new CognitoIdentityProviderClient({ region: "eu-west-1" });
const ClientId = process.env.COGNITO_CLIENT_ID;
export const signIn = (USERNAME, PASSWORD) =>
  cognito.send(
    new InitiateAuthCommand({ ClientId, AuthFlow: "USER_PASSWORD_AUTH", AuthParameters: { USERNAME, PASSWORD } }),
  );
export const refresh = (REFRESH_TOKEN) =>
  cognito.send(new InitiateAuthCommand({ ClientId, AuthFlow: "REFRESH_TOKEN_AUTH", AuthParameters: { REFRESH_TOKEN } }));
"#,
    ),
    ("src/.env", "COGNITO_USER_POOL_ID=eu-west-1_Kq7Wm2Xz9\nCOGNITO_CLIENT_ID=4q8rj2v0k7m5t1x9c3b6n8p2d0\n"),
    ("older/.env", "COGNITO_USER_POOL_ID=eu-west-1_Kq7Wm2Xz9\nCOGNITO_CLIENT_ID=7d1n9s3h5g2f8k4l6j0z9x7c5v\n"),
    ("admin/.env", "COGNITO_USER_POOL_ID=eu-west-1_Kq7Wm2Xz9\nCOGNITO_CLIENT_ID=7h2j5k8l1z4x7c0v3b6n9m2a5s\n"),
    ("jobs/.env", "COGNITO_USER_POOL_ARN=arn:aws:cognito-idp:eu-west-1:111122223333:userpool/eu-west-1_Zz8Yy7Xx6\n"),
];

/// Infrastructure that the account differs from.
const DECLARED: &[(&str, &str)] = &[(
    "staff.yaml",
    "Resources:
  Staff:
    Type: AWS::Cognito::UserPool
    Properties:
      UserPoolName: staff
      DeviceConfiguration: { ChallengeRequiredOnNewDevice: true }
  Kiosk:
    Type: AWS::Cognito::UserPoolClient
    Properties:
      UserPoolId: !Ref Staff
      ClientName: kiosk
      ExplicitAuthFlows: [ALLOW_USER_SRP_AUTH, ALLOW_REFRESH_TOKEN_AUTH]
",
)];

/// The transport: each exchange has a replay client of its own, as nothing says in which order calls come.
#[derive(Clone, Debug)]
struct Recorded {
    exchanges: Arc<Vec<Exchange>>,
    /// The operation that is refused, whatever was recorded.
    denied: Option<&'static str>,
}

#[derive(Debug)]
struct Exchange {
    operation: String,
    input: Value,
    replay: StaticReplayClient,
}

impl Recorded {
    fn new(denied: Option<&'static str>) -> Self {
        let recorded: Vec<Value> = serde_json::from_str(RECORDED).expect("it is JSON");
        let exchanges = recorded.into_iter().map(|exchange| {
            let operation = exchange["operation"].as_str().expect("a name").to_owned();
            let answer = match (&exchange["error"], &exchange["xml"]) {
                (Value::String(code), _) => refused(&operation, code),
                (_, Value::String(xml)) => answer(200, result(&operation, xml)),
                _ => answer(200, exchange["output"].to_string()),
            };
            let event = ReplayEvent::new(HttpRequest::new(SdkBody::empty()), answer);
            Exchange { operation, input: exchange["input"].clone(), replay: StaticReplayClient::new(vec![event]) }
        });
        Self { exchanges: Arc::new(exchanges.collect()), denied }
    }

    /// Audits the account, with all that can be asked of it but Regions, roles to assume and events.
    fn audit(&self) -> Audit {
        let config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("eu-west-1"))
            .credentials_provider(SharedCredentialsProvider::new(Credentials::new(
                "AKIA", "secret", None, None, "test",
            )))
            .retry_config(RetryConfig::disabled())
            .http_client(self.clone())
            .build();
        let rates = Rates(vec![Rate::parse("100000").expect("a rate")]);
        let request = Request { rates, stacks: true, ..Request::default() };
        audit_as(&request, async move { Ok(config) }).expect("the audit is made")
    }
}

impl HttpConnector for Recorded {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let (operation, input) = asked(&request);
        if self.denied == Some(&*operation) {
            return HttpConnectorFuture::ready(Ok(refused(&operation, "AccessDeniedException")));
        }
        let is_same = |exchange: &&Exchange| {
            exchange.operation == operation && SUBJECTS.iter().all(|name| exchange.input.get(name) == input.get(*name))
        };
        let exchange = self.exchanges.iter().find(is_same);
        exchange.unwrap_or_else(|| panic!("{operation} of {input:?} was not recorded")).replay.call(request)
    }
}

impl HttpClient for Recorded {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

/// The operation of a request, and its members.
fn asked(request: &HttpRequest) -> (String, Map<String, Value>) {
    let body =
        String::from_utf8(request.body().bytes().expect("a body in memory").to_vec()).expect("requests are text");
    if let Some(target) = request.headers().get("x-amz-target") {
        let operation = target.rsplit('.').next().unwrap_or_default().to_owned();
        return (operation, serde_json::from_str(&body).expect("requests are JSON"));
    }
    let decoded = |text: &str| text.replace("%5F", "_").replace("%2D", "-");
    let pairs = body.split('&').filter_map(|pair| pair.split_once('='));
    let mut members: Map<_, _> = pairs.map(|(name, text)| (name.to_owned(), Value::from(decoded(text)))).collect();
    let operation = members.remove("Action").expect("forms name their operation");
    (operation.as_str().expect("a text").to_owned(), members)
}

fn answer(status: u16, body: String) -> HttpResponse {
    HttpResponse::new(StatusCode::try_from(status).expect("a status"), SdkBody::from(body))
}

fn result(operation: &str, xml: &str) -> String {
    format!("<{operation}Response><{operation}Result>{xml}</{operation}Result></{operation}Response>")
}

fn refused(operation: &str, code: &str) -> HttpResponse {
    let body = if XML.contains(&operation) {
        format!("<ErrorResponse><Error><Code>{code}</Code><Message>no</Message></Error></ErrorResponse>")
    } else {
        format!("{{\"__type\": \"{code}\", \"message\": \"no\"}}")
    };
    answer(400, body)
}

/// The project joined with an audit.
fn joined(audit: Audit, files: &[(&str, &str)], change: impl FnOnce(&mut Options)) -> Scan {
    let folder = project(&[PROJECT, files].concat());
    let root = Utf8PathBuf::from_path_buf(folder.path().canonicalize().expect("it exists")).expect("UTF-8");
    let mut options = Options { inquiry: Some(Inquiry::told(audit)), ..options(root) };
    change(&mut options);
    scan(&options).expect("the project is scanned")
}

/// What a finding is known by wherever the account tells what it is about: its rule, and its resource, else its place.
fn known(scan: &Scan) -> BTreeSet<(String, String)> {
    let sources = scan.report.sources();
    let known = scan.report.findings().iter().map(|reported| {
        let finding = &reported.finding;
        let place =
            || format!("{}:{}", sources.file(finding.place.loc.file).path, sources.position(finding.place.loc).line);
        (finding.rule.to_owned(), finding.resource.as_deref().map_or_else(place, str::to_owned))
    });
    known.collect()
}

#[test]
fn every_recorded_answer_is_asked_for_once_and_told_without_secrets() {
    let recorded = Recorded::new(None);
    let audit = recorded.audit();
    assert_eq!(audit.gaps, []);
    for Exchange { operation, input, replay } in recorded.exchanges.iter() {
        let requests: Vec<_> = replay.actual_requests().collect();
        assert_eq!(requests.len(), 1, "{operation} of {input}");
        assert!(
            requests[0].headers().get("authorization").is_some_and(|signed| signed.contains("AKIA/")),
            "{operation}"
        );
    }
    let told = format!("{audit:?}");
    assert!(SECRETS.iter().all(|secret| RECORDED.contains(secret) && !told.contains(secret)));
}

#[test]
fn devices_rotation_and_clients_are_judged_by_what_the_account_answers() {
    let alone = known(&joined(Recorded::new(None).audit(), &[], |_| {}));
    let declared = known(&joined(Recorded::new(None).audit(), DECLARED, |_| {}));
    for (found, rule, what) in [
        (&alone, "device-tracking-without-mfa", MEMBERS),
        (&alone, "device-tracking-both-false", STAFF),
        (&alone, "device-key-missing-on-refresh", WEB),
        (&alone, "device-never-confirmed", WEB),
        (&alone, "device-opt-in-never-remembered", WEB),
        (&alone, "device-tracking-with-password-flow", WEB),
        (&alone, "secret-hash-missing", WEB),
        (&alone, "rotation-with-refresh-token-auth", SPA),
        (&alone, "explicit-auth-flows-mixed", OLD),
        (&alone, "refresh-flow-missing", KIOSK),
        (&alone, "refresh-window-too-short", KIOSK),
        (&alone, "user-migration-without-password-flow", STAFF),
        (&alone, "identity-pool-client-mismatch", IDENTITIES),
        (&alone, "unknown-client-id", "older/.env:2"),
        (&alone, "pool-client-mismatch", "admin/.env:2"),
        (&alone, "unknown-pool-id", "jobs/.env:1"),
        (&declared, "live-drift", "Staff"),
        (&declared, "live-drift", "Kiosk"),
    ] {
        assert!(found.contains(&(rule.to_owned(), what.to_owned())), "{rule} of {what} is not in {found:#?}");
    }
}

/// What no rule looks at, a policy sees.
#[test]
#[cfg(feature = "guard")]
fn risk_logs_styles_and_groups_are_there_for_policies() {
    use cognito_lint::policy::Policies;

    let policy = "let risks = Resources.*[ Type == 'AWS::Cognito::UserPoolRiskConfigurationAttachment' ]
rule high_risk_is_blocked when %risks !empty {
    %risks.Properties.AccountTakeoverRiskConfiguration.Actions.HighAction.EventAction == 'BLOCK'
}
rule activity_is_exported {
    Resources.*[ Type == 'AWS::Cognito::LogDeliveryConfiguration' ].Properties.LogConfigurations[*].EventSource == 'userAuthEvents'
}
rule pages_have_a_style_of_their_own {
    Resources.*[ Type == 'AWS::Cognito::ManagedLoginBranding' ].Properties.UseCognitoProvidedValues == false
}
rule groups_give_no_roles {
    Resources.*[ Type == 'AWS::Cognito::UserPoolGroup' ].Properties.RoleArn not exists
}
rule roles_name_the_identity_pool {
    Resources.*[ Type == 'AWS::IAM::Role' ].Properties.AssumeRolePolicyDocument.Statement[*].Condition exists
}
rule web_acl_of_another_region {
    Resources.*[ Type == 'AWS::WAFv2::WebACLAssociation' ].Properties.WebACLArn == /us-east-1/
}
";
    let files = [("policies/account.guard", policy)];
    let scan = joined(Recorded::new(None).audit(), &files, |options| {
        options.policies = Policies::read(&[options.current.join("policies")], &options.current);
        options.rules = Vec::new();
    });
    let found = known(&scan);
    let of = |rule: &str| found.iter().filter(|(mine, _)| mine == rule).map(|(_, what)| &**what).collect::<Vec<_>>();
    assert_eq!(
        of("policy/high_risk_is_blocked"),
        [format!("{MEMBERS}/risk")],
        "that of a client is blocked: {found:?}"
    );
    assert_eq!(of("policy/activity_is_exported"), [format!("{MEMBERS}/logs")]);
    assert_eq!(of("policy/pages_have_a_style_of_their_own"), [format!("{MEMBERS}/branding/{SPA}")]);
    assert_eq!(of("policy/groups_give_no_roles"), [format!("{MEMBERS}/group/admins")]);
    assert_eq!(of("policy/roles_name_the_identity_pool"), ["role/members"]);
    assert_eq!(of("policy/web_acl_of_another_region"), [format!("{MEMBERS}/web-acl")]);
}

#[test]
fn what_is_denied_is_never_taken_for_absent_and_the_rules_that_miss_it_are_named() {
    let mut lost_somewhere = BTreeSet::new();
    for files in [&[], DECLARED] {
        let all = known(&joined(Recorded::new(None).audit(), files, |_| {}));
        for row in TABLE.iter().filter(|row| !matches!(row.name, "AssumeRole" | "ListRegions" | "LookupEvents")) {
            let audit = Recorded::new(Some(row.name)).audit();
            let is_it = |gap: &Gap| gap.asked.operation == row.operation && gap.why == Refusal::Denied;
            assert!(!audit.gaps.is_empty() && audit.gaps.iter().all(is_it), "{}: {:?}", row.name, audit.gaps);
            let scan = joined(audit, files, |_| {});
            assert!(!scan.complete, "{}", row.name);
            let found = known(&scan);
            let new: Vec<_> = found.difference(&all).collect();
            assert!(new.is_empty(), "{} is denied, and there is {new:?}", row.name);
            let gaps = scan.report.notes().iter().filter(|note| note.kind == "live-gap");
            let named: BTreeSet<&str> = gaps.flat_map(|note| note.rules.iter().copied()).collect();
            for (rule, what) in all.difference(&found) {
                assert!(named.contains(&**rule), "{} hides {rule} of {what}, and names {named:?}", row.name);
                lost_somewhere.insert(rule.clone());
            }
            println!("{:38} hides {:2} findings, names {} rules", row.name, all.len() - found.len(), named.len());
        }
    }
    assert!(lost_somewhere.len() >= 16, "nearly every rule of the account needs some call: {lost_somewhere:?}");
}

#[test]
fn a_gap_that_no_rule_asks_about_says_so() {
    let scan = joined(Recorded::new(Some("GetWebACLForResource")).audit(), DECLARED, |_| {});
    let gap = scan.report.notes().iter().find(|note| note.kind == "live-gap").expect("a note");
    assert!(gap.rules.is_empty() && gap.message.ends_with("; no rule that ran looks for it"), "{gap:?}");
    let scan = joined(Recorded::new(Some("DescribeUserPoolClient")).audit(), DECLARED, |_| {});
    let gap = scan.report.notes().iter().find(|note| note.kind == "live-gap").expect("a note");
    assert!(gap.rules.contains(&"rotation-with-refresh-token-auth"), "{gap:?}");
    assert!(!gap.rules.contains(&"device-tracking-both-false"), "{gap:?}");
}
