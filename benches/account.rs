//! Audits of two large accounts on loopback, 1,000 user pools with 10 app clients each, without the service's quotas: one whose
//! clients are asked for themselves alone, and one that also has a risk configuration and a style for each of them.
//! Prints what was asked, how long it took and the most memory that the program needed, and fails where that is too much
//! or something was left out.
#![allow(clippy::expect_used, clippy::print_stdout, reason = "a measurement prints, and ends when something is amiss")]

use std::process::ExitCode;

#[cfg(feature = "live")]
#[path = "../tests/it/loopback.rs"]
#[allow(dead_code, unreachable_pub)]
mod loopback;

/// User pools of an account.
#[cfg(feature = "live")]
const POOLS: usize = 1000;

/// App clients of each.
#[cfg(feature = "live")]
const CLIENTS: usize = 10;

/// What the program may need.
#[cfg(feature = "live")]
const MOST_MEGABYTES: f64 = 200.0;

#[cfg(not(feature = "live"))]
fn main() -> ExitCode {
    println!("there is no audit without the feature `live`");
    ExitCode::SUCCESS
}

#[cfg(feature = "live")]
fn main() -> ExitCode {
    let is_good = [("plain", true), ("with risk and style", false)].map(|(name, is_plain)| audit(name, is_plain));
    if is_good == [true, true] { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Audits an account and tells how that went, and whether it went well.
#[cfg(feature = "live")]
fn audit(name: &str, is_plain: bool) -> bool {
    use std::fs;
    use std::io::Read;
    use std::process::{Command, Stdio};
    use std::thread;
    use std::time::{Duration, Instant};

    use loopback::{Account, Loopback};
    use serde_json::Value;

    let server = Loopback::serve(Account { pools: POOLS, clients: CLIENTS, is_plain, ..Account::default() });
    let url = server.url();
    let began = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_cognito-lint"))
        .args(["--live", "--rate", "100000", "--format", "json", "--endpoint-url", &url])
        .env("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", "secret")
        .env("AWS_REGION", "eu-west-1")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("NO_PROXY", "127.0.0.1")
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program runs");
    let mut output = child.stdout.take().expect("it is piped");
    let report = thread::spawn(move || {
        let mut text = String::new();
        output.read_to_string(&mut text).map(|_| text)
    });
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0.0_f64;
    let code = loop {
        let text = fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kilobytes = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<f64>().ok());
        peak = peak.max(kilobytes.unwrap_or_default() / 1024.0);
        if let Some(status) = child.try_wait().expect("it can be waited for") {
            break status.code();
        }
        thread::sleep(Duration::from_millis(5));
    };
    let seconds = began.elapsed().as_secs_f64();
    let report = report.join().expect("nobody panics").expect("reports are UTF-8");
    let report: Value = serde_json::from_str(&report).expect("the report is JSON");
    let count = |what: &str| report["summary"][what].as_u64().and_then(|count| usize::try_from(count).ok());
    let calls: usize = server.counts().values().sum();
    let described = server.clients_described();
    println!("{name}: {described} of {} clients described, {calls} calls, exit code {code:?}", POOLS * CLIENTS);
    println!("  {seconds:.1} s, at most {peak:.0} MB (limit {MOST_MEGABYTES:.0})");
    let is_whole = code.is_some_and(|code| code < 2)
        && described == POOLS * CLIENTS
        && count("pools") == Some(POOLS)
        && count("clients") == Some(POOLS * CLIENTS);
    if !is_whole {
        println!("  something was left out: {}", report["summary"]);
    }
    is_whole && peak < MOST_MEGABYTES
}
