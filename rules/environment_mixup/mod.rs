//! Ids of two environments stand together.

use crate::finding::{Level, Severity};
use crate::model::Model;
use crate::model::claim::Claim;
use crate::model::stage;
use crate::read::KnownId;
use crate::rule::{About, Findings, Report, Rule};

/// The rule. Source: the stacks whose outputs name the ids.
pub static RULE: Rule = Rule {
    severity: Severity::Warning,
    level: Level::Default,
    summary: "ids of two environments stand together",
    check,
};

fn check(model: &Model, out: &mut Findings<'_>) {
    for group in model.claim_groups() {
        let deployed: Vec<(&Claim<'_>, &KnownId)> =
            group.iter().filter_map(|claim| Some((claim, known(model, claim)?))).collect();
        let says_so = |(claim, known): &&(&Claim<'_>, &KnownId)| {
            known.stack.as_deref().and_then(stage::of).is_some_and(|stage| stage::of(&claim.key) == Some(stage))
        };
        // Ids under names of their own environments (`DEV_…` beside `PROD_…`) are kept apart.
        let Some(odd) = deployed.iter().find(|pair| !says_so(pair)) else { continue };
        let Some(other) = deployed.iter().find(|pair| are_two_environments(odd.1, pair.1)) else { continue };
        let ((first, mine), (second, theirs)) = if says_so(&other) { (other, odd) } else { (odd, other) };
        let stack = |known: &KnownId| known.stack.as_deref().unwrap_or_default().to_owned();
        out.add(
            Report::new(About::default(), second.loc, format!("{} is of stack {}", second.key, stack(theirs)))
                .message("these ids are of two environments: sign-in works in neither")
                .because(first.loc, format!("{} is of stack {}", first.key, stack(mine)))
                .because(theirs.loc, told_by(theirs))
                .because(mine.loc, told_by(mine))
                .help("take all ids from the outputs of one stack"),
        );
    }
}

/// Who tells the stack of an id.
fn told_by(known: &KnownId) -> String {
    let told = if known.is_live { "the account: deployed by" } else { "the outputs of" };
    format!("{told} stack {}", known.stack.as_deref().unwrap_or_default())
}

fn known<'m>(model: &'m Model, claim: &Claim<'m>) -> Option<&'m KnownId> {
    model.known_id(claim.value.text()?).filter(|_| !claim.is_pretended())
}

fn are_two_environments(mine: &KnownId, theirs: &KnownId) -> bool {
    let stage = |known: &KnownId| known.stack.as_deref().and_then(stage::of);
    matches!((stage(mine), stage(theirs)), (Some(mine), Some(theirs)) if mine != theirs)
}
