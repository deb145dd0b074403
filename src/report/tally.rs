//! Counts in words: how many findings there are, and what was understood.

use crate::finding::Severity;

use super::{Report, Summary};

/// `found 1 error, 2 warnings`, or `nothing found`.
pub fn found(report: &Report) -> String {
    if report.findings.is_empty() {
        return "nothing found".to_owned();
    }
    format!("found {}", listed(Severity::ALL.iter().rev().map(|severity| (report.count(*severity), severity.name()))))
}

/// `2 with --fix, 1 with --unsafe-fixes besides`; nothing where there is no fix.
pub fn fixable(report: &Report) -> Option<String> {
    let fixes = || report.findings.iter().filter_map(|reported| reported.finding.fix.as_ref());
    let safe = fixes().filter(|fix| fix.safe).count();
    match (safe, fixes().count() - safe) {
        (0, 0) => None,
        (safe, 0) => Some(format!("{safe} with --fix")),
        (0, others) => Some(format!("{others} with --fix --unsafe-fixes")),
        (safe, others) => Some(format!("{safe} with --fix, {others} more with --unsafe-fixes")),
    }
}

/// `1 pool, 2 clients, 4 calls, 1 setting (3 of 5 files read)`.
pub fn understood(summary: &Summary) -> String {
    let understood =
        [(summary.pools, "pool"), (summary.clients, "client"), (summary.calls, "call"), (summary.settings, "setting")];
    let understood = understood.map(|(count, noun)| counted(count, noun)).join(", ");
    format!("{understood} ({} of {} read)", summary.files_read, counted(summary.files_seen, "file"))
}

/// What there is, without what there is none of: `2 errors, 1 warning`.
pub fn listed<'a>(counts: impl IntoIterator<Item = (usize, &'a str)>) -> String {
    let some = counts.into_iter().filter(|(count, _)| *count > 0);
    some.map(|(count, noun)| counted(count, noun)).collect::<Vec<_>>().join(", ")
}

/// `1 pool`, `2 pools`.
pub fn counted(count: usize, noun: &str) -> String {
    let ending = if count == 1 || noun == "info" { "" } else { "s" };
    format!("{count} {noun}{ending}")
}
