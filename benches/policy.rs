//! Fifty policies over a model of five hundred resources, beside a bare evaluation of the same document and rules by the library.
//!
//! `cargo bench --bench policy` fails where the whole of it (the view, the evaluations, the places, the findings) takes more than
//! [`MOST`] times as long as the library alone.
#![expect(clippy::print_stdout, reason = "a benchmark says what it measured")]

use std::error::Error;
use std::fmt::Write as _;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use camino::Utf8Path;
use cfn_guard::{ValidateInput, run_checks};
use cognito_lint::model::Model;
use cognito_lint::policy::view::{json, views};
use cognito_lint::policy::{Policies, Policy, judge};
use cognito_lint::read::Facts;
use cognito_lint::read::cloudformation::{self, Parameters};
use cognito_lint::read::trees::Trees;
use cognito_lint::source::{SourceFile, SourceMap};
use cognito_lint::syntax::data;

/// How many times as long as the library alone it may take.
const MOST: f64 = 1.5;
/// How often each runs; the middle one counts.
const RUNS: usize = 5;

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let mut model = model()?;
    let texts: Vec<String> = (0..50).map(policy).collect();
    let mut policies = Policies::default();
    for (number, text) in texts.iter().enumerate() {
        let name = format!("policy{number}.guard");
        policies.list.push(Policy::parse(format!("/p/{name}").into(), Utf8Path::new(&name), text)?);
    }
    let files = policies.enter(&mut model.sources, Utf8Path::new("/p"));
    let views = views(&model);
    let document = serde_json::to_value(json::printed(&views.list))?["views"][0]["document"].take().to_string();

    let mut findings = 0;
    let whole = measure(|| {
        let (outcome, notes) = judge(&policies, &files, &model);
        assert!(outcome.failed.is_empty() && notes.is_empty(), "{:?} {notes:?}", outcome.failed);
        findings = outcome.findings.len();
        Ok(())
    })?;
    let bare = measure(|| {
        for text in &texts {
            run_checks(input(&document), input(text), false)?;
        }
        Ok(())
    })?;
    let none = measure(|| {
        judge(&Policies::default(), &[], &model);
        Ok(())
    })?;
    let ratio = whole.as_secs_f64() / bare.as_secs_f64();
    println!("{} policies, a document of {} kB, {findings} findings", texts.len(), document.len() / 1000);
    println!("the library alone {bare:.2?}, the whole {whole:.2?}, ratio {ratio:.2}; without policies {none:.2?}");
    Ok(if ratio > MOST { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn input(content: &str) -> ValidateInput<'_> {
    ValidateInput { content, file_name: "bench" }
}

fn measure(mut run: impl FnMut() -> Result<(), Box<dyn Error>>) -> Result<Duration, Box<dyn Error>> {
    let mut times = Vec::new();
    for _ in 0..RUNS {
        let start = Instant::now();
        run()?;
        times.push(start.elapsed());
    }
    times.sort();
    Ok(times[RUNS / 2])
}

/// A hundred user pools and four hundred app clients.
fn model() -> Result<Model, Box<dyn Error>> {
    let mut text = "Resources:\n".to_owned();
    for pool in 0..100 {
        let mfa = if pool % 10 == 0 { "OFF" } else { "ON" };
        writeln!(text, "  Pool{pool}:\n    Type: AWS::Cognito::UserPool\n    Properties:")?;
        writeln!(
            text,
            "      UserPoolName: pool{pool}\n      MfaConfiguration: '{mfa}'\n      DeletionProtection: ACTIVE"
        )?;
        writeln!(text, "      Policies: {{ PasswordPolicy: {{ MinimumLength: 12, RequireNumbers: true }} }}")?;
        for client in 0..4 {
            writeln!(text, "  Client{pool}x{client}:\n    Type: AWS::Cognito::UserPoolClient\n    Properties:")?;
            writeln!(text, "      UserPoolId: !Ref Pool{pool}\n      GenerateSecret: {}", client == 0)?;
            writeln!(text, "      ExplicitAuthFlows: [ALLOW_USER_SRP_AUTH, ALLOW_REFRESH_TOKEN_AUTH]")?;
            writeln!(text, "      AccessTokenValidity: 30\n      TokenValidityUnits: {{ AccessToken: minutes }}")?;
            writeln!(text, "      CallbackURLs: ['https://example.com/{client}']")?;
        }
    }
    let sources = SourceMap::new(vec![SourceFile::with_text("t.yaml".into(), "/p/t.yaml".into(), text)]);
    let parsed: Vec<_> =
        sources.iter().filter_map(|(id, file)| Some((id, data::parse(&file.path, file.text())?))).collect();
    let facts: Facts = cloudformation::read(&Trees::new(&sources, parsed), &sources, &Parameters::default(), &[]).facts;
    Ok(Model::new(sources, facts))
}

/// The policy of a number: one in five fails, at ten resources.
fn policy(number: usize) -> String {
    let pools = "let pools = Resources.*[ Type == 'AWS::Cognito::UserPool' ]\n";
    let clients = "let clients = Resources.*[ Type == 'AWS::Cognito::UserPoolClient' ]\n";
    match number % 5 {
        0 => format!(
            "{pools}rule MFA{number} when %pools !empty {{ %pools.Properties.MfaConfiguration == 'ON' <<off>> }}\n"
        ),
        1 => format!(
            "{pools}rule LONG{number} when %pools !empty {{\n  %pools.Properties.Policies.PasswordPolicy.MinimumLength >= 12 <<short>>\n}}\n"
        ),
        2 => format!(
            "{clients}rule FLOWS{number} when %clients !empty {{\n  %clients.Properties.ExplicitAuthFlows[*] not in ['ALLOW_USER_PASSWORD_AUTH'] <<flow>>\n}}\n"
        ),
        3 => format!(
            "{clients}rule TLS{number} when %clients !empty {{\n  %clients.Properties.CallbackURLs[*] == /^https:/ <<plain>>\n}}\n"
        ),
        _ => format!(
            "{clients}rule SHORT{number} when %clients !empty {{\n  let long = %clients[ Properties.AccessTokenValidity > 60 ]\n  %long empty <<long>>\n}}\n"
        ),
    }
}
