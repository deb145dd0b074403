//! Code reads a variable for an identifier that whoever runs the code does not set.

use crate::finding::{Level, Severity};
use crate::model::Model;
use crate::model::claim::Claim;
use crate::model::environment::Environment;
use crate::read::{Resource, SettingKind};
use crate::rule::{Findings, Report, Rule};
use crate::value::Reference;

/// The rule.
pub static RULE: Rule = Rule {
    severity: Severity::Error,
    level: Level::Default,
    summary: "code reads a variable for a pool or client id that its function does not set",
    check,
};

const IDENTIFIERS: &[SettingKind] = &[SettingKind::UserPoolId, SettingKind::ClientId, SettingKind::IdentityPoolId];

fn check(model: &Model, out: &mut Findings<'_>) {
    for claim in model.claims().filter(|claim| IDENTIFIERS.contains(&claim.kind) && !claim.is_pretended()) {
        // A choice or a fallback is no plain read: the code copes without the variable.
        let Some(Reference::Environment(name)) = claim.value.reference() else { continue };
        let at = claim.call.map_or(claim.loc, |call| call.loc);
        if model.facts.filled_environments.contains(&claim.loc.file) {
            continue;
        }
        if !model.environments.providers(name, &model.facts, &model.sources, at).is_empty() {
            continue;
        }
        let around = model.environments.around(&model.facts, &model.sources, at);
        if let Some((function, environment)) = certainly_without(&around) {
            report(&claim, name, function, environment, out);
        }
    }
}

/// The function that runs the code, where every one of them is certainly given some variables and not this one.
fn certainly_without<'m>(
    around: &[(&'m Resource, Option<&'m Environment>)],
) -> Option<(&'m Resource, &'m Environment)> {
    let is_closed =
        |environment: Option<&Environment>| environment.is_some_and(|mine| !mine.open && mine.names().next().is_some());
    let all_closed = around.iter().all(|(_, environment)| is_closed(*environment));
    let (function, environment) = around.first().filter(|_| all_closed)?;
    Some((function, (*environment)?))
}

fn report(claim: &Claim<'_>, name: &str, function: &Resource, environment: &Environment, out: &mut Findings<'_>) {
    let set: Vec<&str> = environment.names().collect();
    let near = set.iter().find(|other| is_near(name, other));
    let hint = near.map_or(String::new(), |near| format!(" (it sets {near})"));
    out.add(
        Report::new(function, claim.value.loc, format!("{} is read from {name}", claim.key))
            .message(format!("{name} is not set where this code runs: the call is sent without its {}", claim.key))
            .because(environment.loc, format!("{}.Environment does not set {name}{hint}", function.key.name()))
            .help(format!(
                "set {name} in the environment of {}, or read a variable that is set there",
                function.key.name()
            )),
    );
}

/// Whether two names could be meant for each other: one's words are all among the other's.
fn is_near(a: &str, b: &str) -> bool {
    let (a, b) = (crate::words::split(a), crate::words::split(b));
    a.iter().all(|word| b.contains(word)) || b.iter().all(|word| a.contains(word))
}
