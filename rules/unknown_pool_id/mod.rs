//! A user pool id that none of the deployed pools has.

use crate::finding::{Level, Severity};
use crate::model::Model;
use crate::model::link::Trust;
use crate::read::SettingKind;
use crate::rule::{About, Findings, Report, Rule};

/// The rule. Source: the ids that a file of deployed outputs names.
pub static RULE: Rule = Rule {
    severity: Severity::Error,
    level: Level::Default,
    summary: "a user pool id is none of those that are deployed",
    check,
};

fn check(model: &Model, out: &mut Findings<'_>) {
    for stated in model.undeployed(SettingKind::UserPoolId) {
        let trust = Trust::of(stated.confidence);
        let mut report = Report::new(
            About::default().resting_on(&trust),
            stated.loc,
            format!("{} states a user pool id", stated.claim.key),
        )
        .message("no deployed user pool has this id: tokens and sign-ins meant for it fail")
        .help("use the id that the stack's outputs name, or read it from there at build time");
        for known in stated.known {
            report = report.because(known.loc, "the deployed pool's id is another one");
        }
        out.add(report);
    }
}
