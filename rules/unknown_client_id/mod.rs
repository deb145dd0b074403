//! A client id that none of the deployed clients has.

use crate::finding::{Level, Severity};
use crate::model::Model;
use crate::model::link::Trust;
use crate::read::SettingKind;
use crate::rule::{About, Findings, Report, Rule};

/// The rule. Source: the ids that a file of deployed outputs names.
pub static RULE: Rule = Rule {
    severity: Severity::Error,
    level: Level::Default,
    summary: "a client id is none of those that are deployed",
    check,
};

fn check(model: &Model, out: &mut Findings<'_>) {
    for stated in model.undeployed(SettingKind::ClientId) {
        if stated.stands_beside_undeployed_pool {
            continue;
        }
        let trust = Trust::of(stated.confidence);
        let mut report = Report::new(
            About::default().resting_on(&trust),
            stated.loc,
            format!("{} states a client id", stated.claim.key),
        )
        .message("no deployed app client has this id: sign-in and refresh with it fail")
        .answer("ResourceNotFoundException: User pool client does not exist")
        .help("use the id that the stack's outputs name, or read it from there at build time");
        for known in stated.known {
            report = report.because(known.loc, "the deployed client's id is another one");
        }
        out.add(report);
    }
}
