//! One application, written as CloudFormation YAML, as JSON, as SAM, as a CDK program that was synthesised, in Terraform's two
//! languages and as its plan, as a service of the Serverless Framework, as a backend of Amplify, as a program and a deployment
//! of Pulumi, and as an account answers once it is deployed: the forms must give the same findings.

use std::fs;
use std::path::Path;
use std::process::Command;

use camino::Utf8PathBuf;
use cognito_lint::account::Inquiry;
use cognito_lint::scan::{Options, scan};
use serde_json::Value;

use super::cases::options;
use super::recorded;

/// What the program says of a form.
fn report(form: &str) -> Value {
    let project = format!("fixtures/form-{form}");
    let output = Command::new(env!("CARGO_BIN_EXE_cognito-lint"))
        .args(["--format", "json", "--level", "audit", &project])
        .output()
        .expect("the program runs");
    serde_json::from_slice(&output.stdout).expect("the report is JSON")
}

/// Rule, logical resource and condition of each finding, sorted.
fn findings(form: &str) -> Vec<(String, String, String)> {
    let document = report(form);
    let text = |finding: &Value, member: &str| finding[member].as_str().unwrap_or_default().to_owned();
    let findings = document["findings"].as_array().expect("a list of findings");
    let mut all: Vec<_> =
        findings.iter().map(|one| (text(one, "rule"), text(one, "resource"), text(one, "when"))).collect();
    all.sort();
    all
}

#[test]
fn every_form_has_as_many_pools_clients_calls_and_settings() {
    let counts = |form: &str| {
        let summary = &report(form)["summary"];
        ["pools", "clients", "calls", "settings"].map(|member| summary[member].as_u64().expect("a number"))
    };
    assert_eq!(counts("yaml"), [1, 2, 2, 0]);
    let forms = fs::read_dir("fixtures").expect("there are fixtures").flatten();
    let names: Vec<String> = forms
        .filter(|entry| entry.path().is_dir())
        .filter_map(|entry| Some(entry.file_name().to_str()?.strip_prefix("form-")?.to_owned()))
        .collect();
    assert_eq!(names.len(), 12, "{names:?}");
    for form in names.into_iter().filter(|form| form != "live") {
        assert_eq!(counts(&form), counts("yaml"), "{form}");
    }
}

#[test]
fn every_form_gives_the_same_findings() {
    let yaml = findings("yaml");
    let rules: Vec<&str> = yaml.iter().map(|(rule, ..)| rule.as_str()).collect();
    assert!(rules.contains(&"device-key-missing-on-refresh"), "{rules:?}");
    assert!(rules.contains(&"explicit-auth-flows-mixed"), "{rules:?}");
    assert_eq!(findings("json"), yaml);
    assert_eq!(findings("sam"), yaml);
    assert_eq!(findings("cdk"), yaml);
    assert_eq!(findings("serverless"), yaml);
    assert_eq!(findings("amplify"), yaml);
}

/// Terraform's resources, as the template calls them.
const IN_TERRAFORM: &[(&str, &str)] = &[
    ("UserPool", "aws_cognito_user_pool.members"),
    ("SessionClient", "aws_cognito_user_pool_client.session"),
    ("ReportClient", "aws_cognito_user_pool_client.report"),
];

/// What the template calls a resource of Terraform's, in whatever module.
fn logical(address: String) -> String {
    let known = IN_TERRAFORM.iter().find(|(_, own)| address.trim_start_matches("module.auth.") == *own);
    known.map_or(address.clone(), |(id, _)| (*id).into())
}

#[test]
fn a_configuration_of_terraform_gives_the_findings_of_a_template() {
    for form in ["terraform", "terraform-json"] {
        let condition = |when: String| if when == "var.stage = prod" { "IsProd".to_owned() } else { when };
        let found = findings(form).into_iter();
        let mut found: Vec<_> =
            found.map(|(rule, resource, when)| (rule, logical(resource), condition(when))).collect();
        found.sort();
        assert_eq!(found, findings("yaml"), "{form}");
    }
}

#[test]
fn a_plan_gives_the_findings_of_the_stage_that_it_was_made_for() {
    let mut planned: Vec<_> =
        findings("terraform-plan").into_iter().map(|(rule, resource, when)| (rule, logical(resource), when)).collect();
    planned.sort();
    assert_eq!(planned, production());
}

/// The findings of the template in the stage `prod`.
fn production() -> Vec<(String, String, String)> {
    let prod = findings("yaml").into_iter().map(|(rule, resource, when)| {
        assert!(when.is_empty() || when == "IsProd", "{when}");
        (rule, resource, String::new())
    });
    let mut prod: Vec<_> = prod.collect();
    prod.sort();
    prod
}

#[test]
fn a_program_of_pulumi_gives_the_findings_of_all_its_stacks() {
    let as_condition = |when: String| if when == "stack = prod" { "IsProd".to_owned() } else { when };
    let all = findings("pulumi-yaml").into_iter();
    let all: Vec<_> = all.map(|(rule, resource, when)| (rule, resource, as_condition(when))).collect();
    assert_eq!(all, findings("yaml"));
}

#[test]
fn an_export_of_pulumi_gives_the_findings_of_the_stack_that_it_is_of() {
    assert_eq!(findings("pulumi-export"), production());
}

/// What an account calls the resources of the template.
const IN_ACCOUNT: &[(&str, &str)] = &[
    ("UserPool", "eu-west-1_Kq7Wm2Xz9"),
    ("SessionClient", "4q8rj2v0k7m5t1x9c3b6n8p2d0"),
    ("ReportClient", "6m3f9k1w8t4v2z7r5b0q3n8j6h"),
];

#[test]
fn an_account_gives_the_findings_of_the_stage_that_was_deployed() {
    let folder = Path::new("fixtures/form-live").canonicalize().expect("the fixture is there");
    let options = Options {
        inquiry: Some(Inquiry::told(recorded::folder(&folder))),
        ..options(Utf8PathBuf::from_path_buf(folder).expect("its path is UTF-8"))
    };
    let scan = scan(&options).expect("the scan succeeds");
    let resource = |id: Option<&str>| {
        let known = IN_ACCOUNT.iter().find(|(_, own)| Some(*own) == id);
        known.map_or(id.unwrap_or_default(), |(logical, _)| *logical).to_owned()
    };
    let findings = scan.report.findings().iter().map(|reported| &reported.finding);
    let mut found: Vec<_> =
        findings.map(|one| (one.rule.to_owned(), resource(one.resource.as_deref()), one.when.to_string())).collect();
    found.sort();
    assert_eq!(found, production());
    let summary = scan.report.summary();
    assert_eq!([summary.pools, summary.clients, summary.calls, summary.settings], [1, 2, 2, 2]);
}

#[test]
fn findings_of_an_assembly_stand_in_the_program() {
    let output = Command::new(env!("CARGO_BIN_EXE_cognito-lint"))
        .args(["--format", "concise", "fixtures/form-cdk"])
        .output()
        .expect("the program runs");
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    let tracking = told.lines().find(|line| line.contains("device-tracking-both-false")).unwrap_or_default();
    assert!(tracking.starts_with("fixtures/form-cdk/infrastructure.js:14:"), "{told}");
}
