//! A finding told in plain lines, for formats that have no place of their own for evidence.

use crate::finding::{Confidence, Evidence, Finding};

use super::{Report, line};

/// What follows the message: every place that makes the case, the finding's own first, then what Cognito will answer, when,
/// how sure it is and what to change.
pub fn lines(report: &Report, finding: &Finding) -> Vec<String> {
    let places = places(finding).map(|evidence| format!("{}: {}", place(report, evidence), evidence.message));
    places.chain(remarks(finding).map(|(title, text)| format!("{title}: {text}"))).collect()
}

/// The places of a finding, its own first.
pub fn places(finding: &Finding) -> impl Iterator<Item = &Evidence> {
    [&finding.place].into_iter().chain(&finding.evidence)
}

/// `web/src/session.ts:47`, as seen from the repository's root.
pub fn place(report: &Report, evidence: &Evidence) -> String {
    format!("{}:{}", report.path_in_repository(evidence.loc), line(&report.sources, evidence.loc))
}

/// What there is to say besides the places, with its title.
pub fn remarks(finding: &Finding) -> impl Iterator<Item = (&'static str, String)> {
    let answer = finding.aws_error.map(str::to_owned);
    let when = (!finding.when.is_always()).then(|| finding.when.to_string());
    let confidence = (finding.confidence < Confidence::High).then(|| finding.confidence.name().to_owned());
    let help = (!finding.help.is_empty()).then(|| finding.help.clone());
    let titled = [("Cognito will answer", answer), ("when", when), ("confidence", confidence), ("help", help)];
    titled.into_iter().filter_map(|(title, text)| Some((title, text?)))
}
