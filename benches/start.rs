//! What the feature `live` costs those who do not use it: `--version` and a small scan, by a program with it and one without it.
//!
//! `cargo bench --bench start -- WITH WITHOUT` compares two programs, which `cargo build --release --target-dir A` and
//! `cargo build --release --no-default-features --features guard --target-dir B` make; the one that is built for a benchmark
//! holds what tests need, too. The runs alternate, so that both have the same machine. Fails where the one with it is slower.
#![allow(clippy::expect_used, clippy::print_stdout, reason = "a measurement prints, and ends when something is amiss")]

use std::env;
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

/// What is run, how often, and the exit code that it has.
const RUNS: &[(&str, &[&str], usize, i32)] =
    &[("--version", &["--version"], 300, 0), ("a small scan", &["fixtures/device-key-missing", "--no-config"], 100, 1)];

/// Runs before the first that counts.
const WARM_UP: usize = 10;

/// How much slower the program with the feature may seem, as no two runs are the same: this part, and this time.
const TOLERANCE: (f64, Duration) = (0.05, Duration::from_micros(100));

fn main() -> ExitCode {
    let given: Vec<String> = env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    let [with, without] = given.as_slice() else {
        println!(
            "give the program as it is built, and as it is built without the feature `live`: see benches/start.rs"
        );
        return ExitCode::SUCCESS;
    };
    let is_good = RUNS.iter().map(|(name, arguments, count, code)| {
        let mut times = [Vec::new(), Vec::new()];
        for round in 0..WARM_UP + count {
            for (program, times) in [with, without].into_iter().zip(&mut times) {
                let time = timed(program, arguments, *code);
                times.extend((round >= WARM_UP).then_some(time));
            }
        }
        let [with, without] = times.map(median);
        let ratio = with.as_secs_f64() / without.as_secs_f64();
        println!("{name}: {with:.2?} with, {without:.2?} without, {ratio:.3} times (medians of {count})");
        with <= without.mul_f64(1.0 + TOLERANCE.0) + TOLERANCE.1
    });
    // Each is measured, whatever the others gave.
    let is_good: Vec<bool> = is_good.collect();
    if is_good.contains(&false) { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

fn timed(program: &str, arguments: &[&str], code: i32) -> Duration {
    let mut command = Command::new(program);
    command.args(arguments).stdout(Stdio::null()).stderr(Stdio::null());
    let began = Instant::now();
    let status = command.status().expect("the program runs");
    let took = began.elapsed();
    assert_eq!(status.code(), Some(code), "{program} {arguments:?}");
    took
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}
