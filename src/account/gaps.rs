//! What is told about calls that gave nothing: one sentence for all that failed alike.

use std::collections::BTreeMap;

use super::{Asked, Gap, Refusal};

/// Identifiers that are named before the rest is counted.
const NAMED: usize = 3;

/// What is told of calls that failed alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told<'g> {
    /// One sentence: what happened, what is not known for it, and what would help.
    pub sentence: String,
    /// One of the calls.
    pub gap: &'g Gap,
}

/// A sentence for each call and reason, with how often and for what.
pub fn told(gaps: &[Gap]) -> Vec<Told<'_>> {
    let mut alike: BTreeMap<_, Vec<&Gap>> = BTreeMap::new();
    for gap in gaps {
        let Asked { account, region, operation, .. } = &gap.asked;
        alike.entry((account, region, gap.why, operation)).or_default().push(gap);
    }
    alike.values().filter_map(|gaps| Some(Told { sentence: sentence(gaps)?, gap: gaps.first()? })).collect()
}

fn sentence(gaps: &[&Gap]) -> Option<String> {
    let Gap { asked, why, message } = gaps.first()?;
    let row = asked.operation.row();
    let account = if asked.account.is_empty() { String::new() } else { format!("account {}, ", asked.account) };
    let place = format!("{account}{}", asked.region);
    let subjects = subjects(gaps);
    let of = if subjects.is_empty() { String::new() } else { format!(" of {subjects}") };
    let unknown = format!("{}{of} cannot be told", row.tells);
    let words = if message.is_empty() { String::new() } else { format!(" ({message})") };
    let happened = match why {
        Refusal::Interrupted => return Some(format!("{place}: the audit was stopped, so that {unknown}")),
        Refusal::Credentials => format!("there are no credentials that can be used{words}"),
        Refusal::Expired => format!("the credentials have expired{words}"),
        Refusal::Denied => format!("{} was denied{words}", row.name),
        Refusal::Throttled => format!("{} was asked for too often, after waiting too{words}", row.name),
        Refusal::Vanished => format!("{} found nothing{words}", row.name),
        Refusal::Unreachable => format!("{} did not get through{words}", row.name),
        Refusal::TimedOut => format!("{} was not answered in time{words}", row.name),
        Refusal::Malformed => format!("{} was answered with something that cannot be understood{words}", row.name),
        Refusal::Endless => format!("the pages of {} do not end{words}", row.name),
        Refusal::Failed => format!("{} failed in the service{words}", row.name),
        Refusal::Rejected => format!("{} was rejected{words}", row.name),
    };
    let advice = advice(*why, row.permissions);
    Some(format!("{place}: {happened}, so that {unknown}{advice}"))
}

/// What would help.
fn advice(why: Refusal, permissions: &[(&str, &[&str])]) -> String {
    match why {
        Refusal::Credentials => "; sign in, or name a --profile".to_owned(),
        Refusal::Expired => "; sign in again".to_owned(),
        Refusal::Denied if !permissions.is_empty() => {
            let actions: Vec<_> = permissions.iter().map(|(action, _)| *action).collect();
            format!("; it needs {} (`cognito-lint --live --show-policy`)", actions.join(", "))
        }
        Refusal::Throttled => "; --rate asks more slowly".to_owned(),
        Refusal::TimedOut => "; --timeout waits longer".to_owned(),
        _ => String::new(),
    }
}

/// What the calls were about: `eu-west-1_A, eu-west-1_B and 5 more`.
fn subjects(gaps: &[&Gap]) -> String {
    let mut subjects: Vec<_> = gaps.iter().map(|gap| gap.asked.subject.join(" ")).collect();
    subjects.retain(|subject| !subject.is_empty());
    subjects.dedup();
    let more = subjects.len().saturating_sub(NAMED);
    subjects.truncate(NAMED);
    let named = subjects.join(", ");
    if more == 0 { named } else { format!("{named} and {more} more") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::Operation;

    fn gap(operation: Operation, subject: &[&str], why: Refusal, message: &str) -> Gap {
        let subject = subject.iter().map(|id| (*id).into()).collect();
        let asked = Asked { account: "123456789012".into(), region: "eu-west-1".into(), operation, subject };
        Gap { asked, why, message: message.to_owned() }
    }

    #[test]
    fn calls_that_failed_alike_are_told_once() {
        let pools = ["eu-west-1_A", "eu-west-1_B", "eu-west-1_C", "eu-west-1_D", "eu-west-1_E"];
        let mut gaps: Vec<_> =
            pools.iter().map(|pool| gap(Operation::GetUserPoolMfaConfig, &[pool], Refusal::Denied, "no")).collect();
        gaps.push(gap(Operation::ListUserPools, &[], Refusal::Throttled, ""));
        let sentences: Vec<_> = told(&gaps).into_iter().map(|told| told.sentence).collect();
        assert_eq!(
            sentences,
            [
                "account 123456789012, eu-west-1: GetUserPoolMfaConfig was denied (no), so that the factors of sign-in of \
                 eu-west-1_A, eu-west-1_B, eu-west-1_C and 2 more cannot be told; it needs \
                 cognito-idp:GetUserPoolMfaConfig (`cognito-lint --live --show-policy`)",
                "account 123456789012, eu-west-1: ListUserPools was asked for too often, after waiting too, so that which \
                 user pools there are cannot be told; --rate asks more slowly",
            ]
        );
    }
}
