//! A scan of a plan of a hundred megabytes beside a bare parse of it by `serde_json`.
//!
//! `cargo bench --bench plan` fails where the scan takes more than [`MOST_TIME`] times as long, or more than [`MOST_MEMORY`]
//! times the file's size of memory (told on Linux only). The plan is made in `TMPDIR`.
#![expect(clippy::print_stdout, reason = "a benchmark says what it measured")]

use std::env;
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::process::{Command, ExitCode, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// The variable that names the plan to a process that only parses it.
const PARSE: &str = "PLAN_TO_PARSE";

/// Bytes of the plan, at least.
const SIZE: usize = 100_000_000;
/// One resource in so many is an app client, and as many are functions.
const ONE_IN: usize = 50;
/// How often each runs; the middle one counts.
const RUNS: usize = 5;
/// How many times as long as the parse the scan may take.
const MOST_TIME: f64 = 3.0;
/// How many times the plan's size the scan may take of memory.
const MOST_MEMORY: f64 = 4.0;

/// How often a running program is asked for its memory.
const PAUSE: Duration = Duration::from_millis(2);

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<ExitCode> {
    // In a process of its own: the bare parse.
    if let Some(path) = env::var_os(PARSE) {
        let value: serde_json::Value = serde_json::from_slice(&fs::read(path)?)?;
        std::hint::black_box(value);
        return Ok(ExitCode::SUCCESS);
    }
    let folder = tempfile::Builder::new().prefix("plan").tempdir()?;
    let path = folder.path().join("plan.json");
    let text = plan()?;
    fs::write(&path, &text)?;
    let size = text.len();
    drop(text);

    let mut parse = Command::new(env::current_exe()?);
    parse.env(PARSE, &path);
    let mut scan = Command::new(env!("CARGO_BIN_EXE_cognito-lint"));
    scan.arg(&path).args(["--exit-zero", "--format", "json"]);
    let ((parse, parsed), (scan, scanned)) = (measure(&mut parse)?, measure(&mut scan)?);

    let time = scan.as_secs_f64() / parse.as_secs_f64();
    let memory = |bytes: usize| bytes as f64 / size as f64;
    println!("a plan of {} MB: parse {parse:.2?}, scan {scan:.2?}, ratio {time:.2}", size / 1_000_000);
    println!("memory in sizes of the plan: parse {:.2}, scan {:.2}", memory(parsed), memory(scanned));
    Ok(if time > MOST_TIME || memory(scanned) > MOST_MEMORY { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// Runs a program several times. Returns the middle time, and the most memory in bytes, 0 where that is not told.
fn measure(command: &mut Command) -> Outcome<(Duration, usize)> {
    let (mut times, mut memory) = (Vec::new(), 0);
    for _ in 0..RUNS {
        let start = Instant::now();
        let mut child = command.stdout(Stdio::null()).spawn()?;
        let status = loop {
            memory = memory.max(most_memory(child.id()));
            if let Some(status) = child.try_wait()? {
                break status;
            }
            thread::sleep(PAUSE);
        };
        times.push(start.elapsed());
        if !status.success() {
            return Err(format!("{command:?} ends with {status}").into());
        }
    }
    times.sort();
    Ok((times.get(RUNS / 2).copied().unwrap_or_default(), memory))
}

/// The most memory that a process has had so far.
fn most_memory(process: u32) -> usize {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
    line.split_whitespace().next().and_then(|number| number.parse::<usize>().ok()).unwrap_or(0) * 1024
}

/// A plan as Terraform prints it, on one line.
fn plan() -> Result<String, std::fmt::Error> {
    let (mut values, mut changes, mut configuration) = (String::new(), String::new(), String::new());
    let mut number = 0;
    while values.len() + changes.len() + configuration.len() < SIZE {
        let (kind, after, unknown, expressions) = match number % ONE_IN {
            0 => client(number),
            1 => function(number),
            _ => bucket(number),
        };
        let comma = if number > 0 { "," } else { "" };
        let head = format!(r#""address":"{kind}.r{number}","mode":"managed","type":"{kind}","name":"r{number}""#);
        let provider = r#""provider_name":"registry.terraform.io/hashicorp/aws""#;
        write!(values, r#"{comma}{{{head},{provider},"schema_version":0,"values":{after},"sensitive_values":{{}}}}"#)?;
        write!(
            changes,
            r#"{comma}{{{head},{provider},"change":{{"actions":["create"],"before":null,"after":{after},"after_unknown":{unknown},"before_sensitive":false,"after_sensitive":{{}}}}}}"#
        )?;
        write!(
            configuration,
            r#"{comma}{{{head},"provider_config_key":"aws","expressions":{expressions},"schema_version":0}}"#
        )?;
        number += 1;
    }
    Ok(format!(
        r#"{{"format_version":"1.2","terraform_version":"1.11.4","planned_values":{{"root_module":{{"resources":[{values}]}}}},"resource_changes":[{changes}],"configuration":{{"root_module":{{"resources":[{configuration}]}}}},"applyable":true,"complete":true,"errored":false}}"#
    ))
}

/// Type, attributes, those that are not known yet, and expressions.
type Resource = (&'static str, String, &'static str, String);

fn client(number: usize) -> Resource {
    let after = format!(
        r#"{{"name":"client-{number}","generate_secret":false,"explicit_auth_flows":["ALLOW_REFRESH_TOKEN_AUTH","ALLOW_USER_SRP_AUTH"],"callback_urls":["https://app{number}.example.com/callback"],"token_validity_units":[],"refresh_token_validity":30}}"#
    );
    let expressions =
        r#"{"name":{},"user_pool_id":{"references":["aws_cognito_user_pool.main.id","aws_cognito_user_pool.main"]}}"#;
    (
        "aws_cognito_user_pool_client",
        after,
        r#"{"id":true,"client_secret":true,"user_pool_id":true}"#,
        expressions.to_owned(),
    )
}

fn function(number: usize) -> Resource {
    let after = format!(
        r#"{{"function_name":"function-{number}","handler":"index.handler","runtime":"nodejs22.x","memory_size":128,"timeout":3,"environment":[{{"variables":{{"STAGE":"prod","TABLE":"table-{number}"}}}}],"layers":null,"tags":{{"team":"accounts"}}}}"#
    );
    let client = format!("aws_cognito_user_pool_client.r{}", number - 1);
    let expressions = format!(
        r#"{{"environment":[{{"variables":{{"references":["{client}.id","{client}"]}}}}],"function_name":{{}}}}"#
    );
    let unknown = r#"{"arn":true,"environment":[{"variables":{"COGNITO_CLIENT_ID":true}}],"id":true}"#;
    ("aws_lambda_function", after, unknown, expressions)
}

fn bucket(number: usize) -> Resource {
    let after = format!(
        r#"{{"bucket":"bucket-{number}","force_destroy":false,"object_lock_enabled":false,"tags":{{"team":"accounts","cost":"{number}"}},"timeouts":null,"lifecycle_rule":[{{"id":"old","enabled":true,"expiration":[{{"days":90}}],"transition":[{{"days":30,"storage_class":"STANDARD_IA"}}]}}],"policy":"{{\"Version\":\"2012-10-17\",\"Statement\":[{{\"Effect\":\"Allow\",\"Action\":\"s3:GetObject\",\"Resource\":\"arn:aws:s3:::bucket-{number}/*\"}}]}}"}}"#
    );
    let unknown = r#"{"arn":true,"bucket_domain_name":true,"hosted_zone_id":true,"id":true,"region":true,"tags":{},"lifecycle_rule":[{}]}"#;
    let expressions =
        format!(r#"{{"bucket":{{"constant_value":"bucket-{number}"}},"tags":{{"references":["local.tags"]}}}}"#);
    ("aws_s3_bucket", after, unknown, expressions)
}
