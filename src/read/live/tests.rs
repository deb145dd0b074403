use std::sync::Arc;

use super::*;
use crate::account::{Answer, Asked, Gap, Operation, Refusal};
use crate::value::{Field, Kind, Value, Why};

const POOL: &str = "eu-west-1_Kq7Wm2Xz9";
const CLIENT: &str = "4q8rj2v0k7m5t1x9c3b6n8p2d0";

fn asked(operation: Operation, subject: &[&str]) -> Asked {
    let subject = subject.iter().map(|part| Arc::from(*part)).collect();
    Asked { account: "111122223333".into(), region: "eu-west-1".into(), operation, subject }
}

fn answer(operation: Operation, subject: &[&str], body: &str) -> Answer {
    Answer { asked: asked(operation, subject), body: body.into() }
}

fn read_all(answers: Vec<Answer>, gaps: Vec<Gap>) -> (Facts, SourceMap) {
    let mut sources = SourceMap::default();
    let facts = read(&Audit::new(answers, gaps), &mut sources);
    (facts, sources)
}

/// The one resource of a type.
fn resource<'f>(facts: &'f Facts, type_name: &str) -> &'f Resource {
    let mut all = facts.live.resources.iter().filter(|one| &*one.resource.type_name == type_name);
    let first = all.next().unwrap_or_else(|| panic!("no {type_name}"));
    assert!(all.next().is_none(), "several of {type_name}");
    &first.resource
}

fn texts(value: &Value) -> Vec<&str> {
    value.list().unwrap().items.iter().map(|(item, _)| item.text().unwrap()).collect()
}

#[test]
fn a_pool_is_made_of_two_answers_each_with_its_places() {
    let pool = answer(
        Operation::DescribeUserPool,
        &[POOL],
        "{\"UserPool\": {\n\"Id\": \"eu-west-1_Kq7Wm2Xz9\",\n\"Name\": \"members\",\n\"MfaConfiguration\": \"ON\",\n\"SchemaAttributes\": [{\"Name\": \"custom:plan\"}, {\"Name\": \"email\", \"Required\": true, \"Mutable\": true}, {\"Name\": \"sub\"}, {\"Name\": \"name\", \"Mutable\": true}]}}",
    );
    let mfa = answer(
        Operation::GetUserPoolMfaConfig,
        &[POOL],
        "{\n\"MfaConfiguration\": \"ON\",\n\"SoftwareTokenMfaConfiguration\": {\"Enabled\": true},\n\"EmailMfaConfiguration\": {\"Subject\": \"<redacted>\"},\n\"WebAuthnConfiguration\": {\"RelyingPartyId\": \"shop.example\"}}",
    );
    let (facts, sources) = read_all(vec![mfa, pool], Vec::new());
    let pool = resource(&facts, "AWS::Cognito::UserPool");
    assert_eq!((&*pool.key.stack, &*pool.key.id), ("live/111122223333/eu-west-1", POOL));
    assert_eq!(sources.position(pool.loc).line, 2);
    assert_eq!(
        sources.file(pool.loc.file).path.as_str(),
        "live/111122223333/eu-west-1/DescribeUserPool/eu-west-1_Kq7Wm2Xz9"
    );
    let properties = &pool.properties;
    assert_eq!(properties.field("UserPoolName").value().unwrap().text(), Some("members"));
    assert!(properties.field("Id").is_absent() && properties.field("DeviceConfiguration").is_absent());
    let names = properties.field("Schema").value().unwrap().list().unwrap();
    let names: Vec<_> =
        names.items.iter().map(|(item, _)| item.field("Name").value().unwrap().text().unwrap()).collect();
    assert_eq!(names, ["plan", "email"]);
    let factors = properties.field("EnabledMfas").value().unwrap();
    assert_eq!(texts(factors), ["SOFTWARE_TOKEN_MFA", "EMAIL_OTP"]);
    assert_eq!(sources.file(factors.loc.file).path.file_name(), Some(POOL));
    let party = properties.field("WebAuthnRelyingPartyID").value().unwrap();
    assert_eq!((party.text(), sources.position(party.loc).line), (Some("shop.example"), 5));
    let subject = properties.field("EmailAuthenticationSubject").value().unwrap();
    assert_eq!(subject.kind, Kind::Unknown(Why::Redacted));
    // A plan is not told where the pool is older than plans.
    assert!(matches!(properties.field("UserPoolTier"), Field::Sometimes(_)));
}

#[test]
fn what_a_refused_call_would_have_told_may_be_there() {
    let pool = answer(Operation::DescribeUserPool, &[POOL], "{\"UserPool\": {\"Id\": \"eu-west-1_Kq7Wm2Xz9\"}}");
    let gap =
        Gap { asked: asked(Operation::GetUserPoolMfaConfig, &[POOL]), why: Refusal::Denied, message: String::new() };
    let (facts, _) = read_all(vec![pool], vec![gap]);
    let pool = resource(&facts, "AWS::Cognito::UserPool");
    for name in ["EnabledMfas", "WebAuthnRelyingPartyID"] {
        assert!(matches!(pool.properties.field(name), Field::Sometimes(_)), "{name}");
    }
    assert!(pool.properties.field("DeviceConfiguration").is_absent());
}

#[test]
fn a_secret_is_known_to_be_there_and_nothing_else_of_it() {
    let body = format!(
        "{{\"UserPoolClient\": {{\"ClientId\": \"{CLIENT}\", \"ClientSecret\": \"<redacted>\", \"UserPoolId\": \"{POOL}\"}}}}"
    );
    let (facts, _) = read_all(vec![answer(Operation::DescribeUserPoolClient, &[POOL, CLIENT], &body)], Vec::new());
    let client = resource(&facts, "AWS::Cognito::UserPoolClient");
    assert_eq!(client.properties.field("GenerateSecret").value().unwrap().kind, Kind::Bool(true));
    assert!(client.properties.field("ClientSecret").is_absent());
    let known = &facts.known[0];
    assert_eq!(
        (known.kind, &*known.id, known.pool.as_deref(), known.is_live),
        (SettingKind::ClientId, CLIENT, Some(POOL), true)
    );
}

#[test]
fn a_resource_that_could_not_be_described_is_there_with_unknown_properties() {
    let list = format!(
        "{{\"UserPoolClients\": [{{\"ClientId\": \"{CLIENT}\", \"ClientName\": \"web\", \"UserPoolId\": \"{POOL}\"}}]}}"
    );
    let gap = Gap {
        asked: asked(Operation::DescribeUserPoolClient, &[POOL, CLIENT]),
        why: Refusal::Denied,
        message: String::new(),
    };
    let (facts, _) = read_all(vec![answer(Operation::ListUserPoolClients, &[POOL], &list)], vec![gap]);
    let client = resource(&facts, "AWS::Cognito::UserPoolClient");
    assert_eq!(client.properties.field("ExplicitAuthFlows"), Field::Unknown);
    assert_eq!(client.properties.field("ClientName").value().unwrap().text(), Some("web"));
    let listing = &facts.live.listings[0];
    assert_eq!((listing.kind, listing.pool.as_deref()), (SettingKind::ClientId, Some(POOL)));
}

#[test]
fn a_list_with_a_gap_is_not_taken_for_whole() {
    let pools = answer(Operation::ListUserPools, &[], "{\"UserPools\": []}");
    let gap = Gap { asked: asked(Operation::ListUserPools, &[]), why: Refusal::Throttled, message: String::new() };
    assert_eq!(read_all(vec![pools.clone()], Vec::new()).0.live.listings.len(), 1);
    assert!(read_all(vec![pools], vec![gap]).0.live.listings.is_empty());
}

#[test]
fn what_is_not_set_up_is_no_resource() {
    let answers = vec![
        answer(Operation::DescribeRiskConfiguration, &[POOL], "{\"RiskConfiguration\": {\"UserPoolId\": \"x\"}}"),
        answer(
            Operation::GetLogDeliveryConfiguration,
            &[POOL],
            "{\"LogDeliveryConfiguration\": {\"LogConfigurations\": []}}",
        ),
        answer(Operation::DescribeUserPoolDomain, &[POOL, "shop"], "{\"DomainDescription\": {}}"),
        answer(Operation::GetWebACLForResource, &[POOL], "{}"),
        answer(
            Operation::GetIdentityPoolRoles,
            &["eu-west-1:1"],
            "{\"IdentityPoolId\": \"eu-west-1:1\", \"Roles\": {}}",
        ),
    ];
    assert!(read_all(answers, Vec::new()).0.live.resources.is_empty());
}

#[test]
fn the_parts_of_a_pool_are_resources_of_their_own() {
    let answers = vec![
        answer(
            Operation::DescribeRiskConfiguration,
            &[POOL],
            "{\"RiskConfiguration\": {\"RiskExceptionConfiguration\": {\"BlockedIPRangeList\": [\"192.0.2.0/24\"]}}}",
        ),
        answer(
            Operation::ListGroups,
            &[POOL],
            "{\"Groups\": [{\"GroupName\": \"a\", \"UserPoolId\": \"p\"}, {\"GroupName\": \"b\", \"UserPoolId\": \"p\"}]}",
        ),
        answer(
            Operation::GetWebACLForResource,
            &[POOL],
            "{\"WebACL\": {\"ARN\": \"arn:aws:wafv2:x\", \"Id\": \"1\", \"Name\": \"edge\"}}",
        ),
        answer(
            Operation::DescribeIdentityPool,
            &["eu-west-1:1"],
            "{\"IdentityPoolId\": \"eu-west-1:1\", \"IdentityPoolTags\": {\"team\": \"shop\"}, \"AllowUnauthenticatedIdentities\": false}",
        ),
    ];
    let (facts, _) = read_all(answers, Vec::new());
    let ids: Vec<&str> = facts.live.resources.iter().map(|one| &*one.id).collect();
    assert_eq!(
        ids,
        [
            "eu-west-1_Kq7Wm2Xz9/group/a",
            "eu-west-1_Kq7Wm2Xz9/group/b",
            "eu-west-1_Kq7Wm2Xz9/risk",
            "eu-west-1_Kq7Wm2Xz9/web-acl",
            "eu-west-1:1",
        ]
    );
    let risk = resource(&facts, "AWS::Cognito::UserPoolRiskConfigurationAttachment");
    assert_eq!(risk.properties.field("ClientId").value().unwrap().text(), Some("ALL"));
    let acl = resource(&facts, "AWS::WAFv2::WebACLAssociation");
    assert!(acl.properties.field("WebACLArn").value().is_some() && acl.properties.field("Name").is_absent());
    let pool = resource(&facts, "AWS::Cognito::IdentityPool");
    let tags = pool.properties.field("IdentityPoolTags").value().unwrap().list().unwrap();
    assert_eq!(tags.items[0].0.field("Key").value().unwrap().text(), Some("team"));
}

#[test]
fn half_an_answer_says_nothing_and_is_told() {
    for body in ["", "{\"UserPool\": {\"Id\": \"eu-west-1_Kq7Wm2Xz9\"", "[]]", "{\"UserPool\": 1}", &"[".repeat(10_000)]
    {
        let (facts, _) = read_all(vec![answer(Operation::DescribeUserPool, &[POOL], body)], Vec::new());
        assert!(facts.live.resources.is_empty(), "{body}");
        assert_eq!(facts.notes.len(), usize::from(!body.starts_with("{\"UserPool\": 1")), "{body}");
    }
}

#[test]
fn stacks_are_told_with_their_members() {
    let body = r#"{"StackResources": [{"StackName": "shop", "LogicalResourceId": "Pool", "PhysicalResourceId": "eu-west-1_Kq7Wm2Xz9", "ResourceType": "AWS::Cognito::UserPool"}, {"LogicalResourceId": 3}]}"#;
    let pool = answer(Operation::DescribeUserPool, &[POOL], "{\"UserPool\": {\"Id\": \"eu-west-1_Kq7Wm2Xz9\"}}");
    let (facts, _) = read_all(vec![pool, answer(Operation::DescribeStackResources, &[POOL], body)], Vec::new());
    assert_eq!(facts.live.stacks.len(), 1);
    assert_eq!((&*facts.live.stacks[0].name, facts.live.stacks[0].members.len()), ("shop", 1));
    assert_eq!(facts.known[0].stack.as_deref(), Some("shop"));
}
