//! Audits of an account on loopback.

use std::time::Duration;

use aws_config::BehaviorVersion;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_sdk_sts::config::{Credentials, SharedCredentialsProvider};

use super::*;
use crate::account::operation::TABLE;
use crate::account::request::{Rate, Rates};
use crate::account::{Answer, Gap, REDACTED, Refusal};
use loopback::{ACCOUNT, Account, Fault, Loopback, SECRET};

#[path = "../../../tests/it/loopback.rs"]
#[allow(dead_code, unreachable_pub, missing_docs)]
mod loopback;

/// Audits what a server serves, with all that can be asked for.
fn audit_of(server: &Loopback, request: Request) -> Audit {
    let rates = Rates(vec![Rate::parse("100000").unwrap()]);
    let request = Request { rates, stacks: true, ..request };
    let record = Arc::new(Record::default());
    let work = Work { request, record: record.clone(), permits: Semaphore::new(AT_ONCE) };
    let loader = aws_config::defaults(BehaviorVersion::latest())
        .http_client(session::http_client())
        .endpoint_url(server.url())
        .region(Region::new("eu-west-1"))
        .retry_config(RetryConfig::standard().with_max_attempts(1))
        .timeout_config(TimeoutConfig::builder().operation_timeout(Duration::from_secs(5)).build())
        .credentials_provider(SharedCredentialsProvider::new(Credentials::new(
            "AKIAEXAMPLE",
            SECRET,
            None,
            None,
            "test",
        )));
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async { ask(loader.load().await, Arc::new(work)).await }).unwrap();
    record.audit()
}

fn small() -> Account {
    Account { pools: 3, clients: 5, page: 2, ..Account::default() }
}

fn answers(audit: &Audit, operation: Operation) -> Vec<&Answer> {
    audit.answers.iter().filter(|answer| answer.asked.operation == operation).collect()
}

#[test]
fn everything_is_asked_and_nothing_else() {
    let server = Loopback::serve(small());
    let role = format!("arn:aws:iam::{ACCOUNT}:role/audit");
    let audit = audit_of(
        &server,
        Request { all_regions: true, roles: vec![role], events_since: Some(0), ..Request::default() },
    );
    assert_eq!(audit.gaps, []);
    let counts = server.counts();
    let mut called: Vec<_> = counts.keys().map(String::as_str).collect();
    let mut known: Vec<_> = TABLE.iter().map(|row| row.name).collect();
    known.sort_unstable();
    called.sort_unstable();
    assert_eq!(called, known, "the policy is made of the table, so that it is right if this is");
    assert_eq!((counts["ListUserPools"], counts["ListUserPoolClients"]), (2, 9), "every page was read");
    assert_eq!((counts["DescribeUserPoolClient"], server.clients_described()), (15, 15));
    let listed = answers(&audit, Operation::ListUserPools);
    assert!(listed[0].body.contains("eu-west-1_Pool00002"), "the pages are one answer: {}", listed[0].body);
    assert!(audit.answers.iter().all(|answer| &*answer.asked.account == ACCOUNT));
}

#[test]
fn answers_are_as_the_service_wrote_them_without_secrets() {
    let server = Loopback::serve(Account { pools: 1, clients: 1, ..Account::default() });
    let audit = audit_of(&server, Request::default());
    assert!(!format!("{audit:?}").contains(SECRET));
    let pool = &answers(&audit, Operation::DescribeUserPool)[0].body;
    assert!(pool.contains("FieldOfNextYear"), "a field that the SDK does not know: {pool}");
    let client = &answers(&audit, Operation::DescribeUserPoolClient)[0];
    assert!(client.body.contains(&format!("\"ClientSecret\": \"{REDACTED}\"")), "{}", client.body);
    assert_eq!(client.asked.subject.len(), 2);
    let stack = &answers(&audit, Operation::DescribeStackResources)[0].body;
    assert!(stack.contains("\"LogicalResourceId\": \"Pool\"") && !stack.contains("DynamoDB"), "{stack}");
    let role = &answers(&audit, Operation::GetRole)[0];
    assert!(role.body.contains("\"Effect\": \"Allow\""), "{}", role.body);
    assert_eq!(&*role.asked.region, "aws-global");
}

#[test]
fn two_audits_give_the_same() {
    let server = Loopback::serve(small());
    assert_eq!(audit_of(&server, Request::default()), audit_of(&server, Request::default()));
}

#[test]
fn only_what_was_named_is_asked() {
    let server = Loopback::serve(small());
    let identity = "eu-west-1:00000000-0000-4000-8000-000000000000";
    let pools = vec![Account::pool_id(1), identity.to_owned()];
    let audit = audit_of(&server, Request { pools, ..Request::default() });
    assert_eq!(answers(&audit, Operation::ListUserPools).len(), 0);
    let pools: Vec<_> =
        answers(&audit, Operation::DescribeUserPool).iter().map(|answer| &answer.asked.subject[0]).collect();
    assert_eq!(pools, [&Arc::<str>::from(Account::pool_id(1))]);
    assert_eq!(answers(&audit, Operation::DescribeIdentityPool).len(), 1);
}

/// What the faults of an operation come to.
fn gaps(operation: &'static str, fault: Fault) -> Vec<Gap> {
    let request = Request { events_since: Some(0), ..Request::default() };
    audit_of(&Loopback::serve(small().failing(operation, fault)), request).gaps
}

#[test]
fn every_denied_operation_is_a_gap_and_all_others_are_asked() {
    for row in TABLE.iter().filter(|row| !matches!(row.name, "AssumeRole" | "GetCallerIdentity" | "ListRegions")) {
        let code =
            if matches!(row.service, "iam" | "cloudformation") { "AccessDenied" } else { "AccessDeniedException" };
        let gaps = gaps(row.name, Fault::Error(400, code, "User: u is not authorized to perform this"));
        assert!(!gaps.is_empty(), "{}", row.name);
        for gap in gaps {
            assert_eq!((gap.asked.operation, gap.why), (row.operation, Refusal::Denied), "{}", row.name);
            assert_eq!(gap.message, "User: u is not authorized to perform this");
        }
    }
}

#[test]
fn errors_that_say_that_there_is_nothing_are_answers() {
    for (operation, code) in [
        ("DescribeManagedLoginBrandingByClient", "ResourceNotFoundException"),
        ("DescribeRiskConfiguration", "UserPoolAddOnNotEnabledException"),
        ("DescribeStackResources", "ValidationError"),
    ] {
        assert_eq!(gaps(operation, Fault::Error(400, code, "none")), [], "{operation}");
    }
}

#[test]
fn a_client_that_vanished_is_named() {
    let gaps = gaps("DescribeUserPoolClient", Fault::Error(400, "ResourceNotFoundException", "gone"));
    assert_eq!(gaps.len(), 15);
    assert_eq!(gaps[0].why, Refusal::Vanished);
    assert_eq!(&*gaps[0].asked.subject[1], Account::client_id(0, 0));
}

#[test]
fn lists_without_end_end_and_keep_what_they_gave() {
    for fault in [Fault::SameToken, Fault::NewTokens] {
        let server = Loopback::serve(small().failing("ListUserPoolClients", fault.clone()));
        let audit = audit_of(&server, Request::default());
        assert_eq!(audit.gaps.len(), 3, "{fault:?}");
        assert!(audit.gaps.iter().all(|gap| gap.why == Refusal::Endless), "{fault:?}");
        assert_eq!(answers(&audit, Operation::DescribeUserPoolClient).len(), 6, "{fault:?}");
    }
}

#[test]
fn what_cannot_be_understood_is_a_gap() {
    for garbage in ["{\"UserPool\": {", "[]", "", "<html>"] {
        let gaps = gaps("DescribeUserPool", Fault::Garbage(garbage));
        assert_eq!(gaps.len(), 3, "{garbage}");
        assert!(gaps.iter().all(|gap| gap.why == Refusal::Malformed), "{garbage}: {gaps:?}");
    }
    let broken = gaps("ListUserPools", Fault::Garbage("{\"UserPools\": {}}"));
    assert_eq!(broken[0].why, Refusal::Malformed);
}
