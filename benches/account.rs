//! An audit of a large account on loopback: 1,000 user pools with 10 app clients each, without the service's quotas.
//! Prints what was asked, how long it took and the most memory that the program needed.
#![allow(clippy::expect_used, clippy::print_stdout, reason = "a measurement prints, and ends when something is amiss")]

#[cfg(feature = "live")]
#[path = "../tests/it/loopback.rs"]
#[allow(dead_code, unreachable_pub)]
mod loopback;

#[cfg(not(feature = "live"))]
fn main() {
    println!("there is no audit without the feature `live`");
}

#[cfg(feature = "live")]
fn main() {
    use std::fs;
    use std::process::{Command, Stdio};
    use std::thread;
    use std::time::{Duration, Instant};

    use loopback::{Account, Loopback};

    const POOLS: usize = 1000;
    const CLIENTS: usize = 10;
    /// What the program may need.
    const MOST_MEGABYTES: f64 = 200.0;

    let server = Loopback::serve(Account { pools: POOLS, clients: CLIENTS, ..Account::default() });
    let url = server.url();
    let began = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_cognito-lint"))
        .args(["--live", "--rate", "100000", "--format", "json", "--endpoint-url", &url])
        .env("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", "secret")
        .env("AWS_REGION", "eu-west-1")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("NO_PROXY", "127.0.0.1")
        .stdout(Stdio::null())
        .spawn()
        .expect("the program runs");
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
        thread::sleep(Duration::from_millis(20));
    };
    let calls: usize = server.counts().values().sum();
    let seconds = began.elapsed().as_secs_f64();
    println!(
        "{} of {} clients described, {calls} calls, exit code {code:?}",
        server.clients_described(),
        POOLS * CLIENTS
    );
    println!("{seconds:.1} s, at most {peak:.0} MB (limit {MOST_MEGABYTES:.0})");
}
