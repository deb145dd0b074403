//! A sample value in a file that is not an example.

use crate::finding::{Level, Severity};
use crate::identifier;
use crate::model::Model;
use crate::read::SettingKind;
use crate::rule::{About, Findings, Report, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    severity: Severity::Warning,
    level: Level::Default,
    summary: "a sample value stands where a pool, client or identity pool id belongs",
    check,
};

const IDENTIFIERS: &[SettingKind] = &[SettingKind::UserPoolId, SettingKind::ClientId, SettingKind::IdentityPoolId];

fn check(model: &Model, out: &mut Findings<'_>) {
    for claim in model.statements().filter(|claim| IDENTIFIERS.contains(&claim.kind) && !claim.is_pretended()) {
        // A sample that is only the fallback of something read at run time harms nobody.
        if !claim.value.text().is_some_and(|text| !text.is_empty() && identifier::is_placeholder(text)) {
            continue;
        }
        let place = if claim.setting.is_some() { claim.loc } else { claim.value.loc };
        out.add(
            Report::new(About::default(), place, format!("{} holds a sample value", claim.key))
                .message("this identifier was never filled in: every call with it is refused")
                .help("fill in the real id, or mark the file as an example by its name"),
        );
    }
}
