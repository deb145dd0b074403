//! A custom sign-in at a pool that lacks the triggers which make the challenges.

use crate::finding::{Level, Severity};
use crate::model::Model;
use crate::model::flow::Flow;
use crate::model::pool::Pool;
use crate::model::view::Known;
use crate::read::Operation;
use crate::rule::{Findings, Report, Rule};

/// The rule. Source: Developer Guide, custom authentication challenge Lambda triggers.
pub static RULE: Rule = Rule {
    severity: Severity::Error,
    level: Level::Default,
    summary: "a sign-in uses CUSTOM_AUTH and the pool lacks one of its three triggers",
    check,
};

/// The trigger that is asked first; without it Cognito says so.
const DEFINE: &str = "DefineAuthChallenge";
const TRIGGERS: [&str; 3] = [DEFINE, "CreateAuthChallenge", "VerifyAuthChallengeResponse"];

fn check(model: &Model, out: &mut Findings<'_>) {
    let attaches = |operation| matches!(operation, Operation::UpdateUserPool | Operation::CreateUserPool);
    let mut writers = model.calls().filter(|case| attaches(case.call.operation));
    // Code that attaches triggers itself leaves nothing to say about the template.
    if writers.any(|case| !case.parameter(&["LambdaConfig"]).is_absent()) {
        return;
    }
    for case in model.cases().filter(|case| case.initiates_auth() && case.flow() == Some(Flow::CustomAuth)) {
        let Some(pool) = &case.pool else { continue };
        let missing: Vec<&str> = TRIGGERS.into_iter().filter(|name| pool.trigger(name) == Known::Unset).collect();
        if missing.is_empty() {
            continue;
        }
        let (place, text) = lack(pool, &missing);
        let report = Report::new(&case, case.loc(), format!("{} with CUSTOM_AUTH", case.call.library.entry))
            .message(format!("this sign-in fails: the pool has no trigger for {}", listed(&missing)))
            .because(place, text)
            .help(format!("attach {} in the pool's LambdaConfig, or sign in with another flow", listed(&missing)));
        out.add(if missing.contains(&DEFINE) {
            report.answer("InvalidParameterException: Custom auth lambda trigger is not configured for the user pool.")
        } else {
            report
        });
    }
}

fn lack(pool: &Pool<'_>, missing: &[&str]) -> (crate::source::Loc, String) {
    match pool.property_loc(&["LambdaConfig"]) {
        Some(loc) => (loc, format!("LambdaConfig of {} has no {}", pool.name(), listed(missing))),
        None => (pool.loc(), format!("{} has no LambdaConfig", pool.name())),
    }
}

/// `A`, `A or B`, `A, B or C`.
fn listed(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}
