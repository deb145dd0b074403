//! A sign-in with a device key, and nothing that answers the challenge it leads to.

use std::collections::HashSet;

use crate::finding::{Level, Severity};
use crate::model::Model;
use crate::model::case::Case;
use crate::model::together::Reach;
use crate::read::Operation;
use crate::rule::{Findings, Report, Rule};
use crate::value::{Field, Value};

/// The rule. Source: Developer Guide on devices (signing in with a device), API RespondToAuthChallenge.
pub static RULE: Rule = Rule {
    severity: Severity::Warning,
    level: Level::Default,
    summary: "a device key is sent at sign-in and nothing answers the device challenges",
    check,
};

const DEVICE_CHALLENGES: &[&str] = &["DEVICE_SRP_AUTH", "DEVICE_PASSWORD_VERIFIER"];

fn check(model: &Model, out: &mut Findings<'_>) {
    let answered = Reach::of_pools(model.cases().filter(may_answer_device_challenge));
    // One finding for each pool that an app signs in to: what is missing is missing once.
    for app in model.cases_by_app() {
        let mut reported = HashSet::new();
        for case in app.iter().filter(|case| sends_device_key(case) && !case.automatic().answers_device_challenge) {
            let Some(pool) = case.pool.as_ref().filter(|pool| !answered.covers(pool)) else { continue };
            let Some(tracking) = pool.tracks_devices() else { continue };
            if !reported.insert((pool.loc(), pool.variant.when.clone())) {
                continue;
            }
            let report = Report::new(case, case.loc(), "sign-in call: it sends a device key")
                .message("sign-in from a remembered device stops at a challenge that nothing in this scan answers")
                .because(tracking, "the pool remembers devices (DeviceConfiguration is present)")
                .help(
                    "answer DEVICE_SRP_AUTH and then DEVICE_PASSWORD_VERIFIER with RespondToAuthChallenge, or \
                    leave the device key out of the sign-in",
                );
            out.add(match case.device_key().value() {
                Some(key) => report.because(key.loc, "the device key"),
                None => report,
            });
        }
    }
}

/// Whether a sign-in, or the answer to its password challenge, carries a device key on some path.
fn sends_device_key(case: &Case<'_>) -> bool {
    let is_part_of_sign_in = case.is_sign_in() || challenge(case) == Some("PASSWORD_VERIFIER");
    is_part_of_sign_in && matches!(case.device_key(), Field::Present(_) | Field::Sometimes(_))
}

fn may_answer_device_challenge(case: &Case<'_>) -> bool {
    answers_challenges(case) && challenge(case).is_none_or(|name| DEVICE_CHALLENGES.contains(&name))
}

fn answers_challenges(case: &Case<'_>) -> bool {
    matches!(case.call.operation, Operation::RespondToAuthChallenge | Operation::AdminRespondToAuthChallenge)
}

/// The challenge that a call answers, where it is known.
fn challenge<'m>(case: &Case<'m>) -> Option<&'m str> {
    case.parameter(&["ChallengeName"]).value().filter(|_| answers_challenges(case)).and_then(Value::text)
}
