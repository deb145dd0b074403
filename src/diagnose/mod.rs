//! Why sign-in or refresh was refused, once it has happened: from events of CloudTrail, tokens and answers of the service,
//! together with what the scan knows.

use std::collections::BTreeMap;
use std::sync::Arc;

pub mod case;
pub mod cause;
pub mod event;
pub mod history;
mod json;
pub mod moment;
pub mod person;
pub mod rank;
pub mod reading;
mod record;
pub mod report;
pub mod scanned;
pub mod session;
pub mod sign;
pub mod symptom;
mod table;
#[cfg(test)]
mod tests;
mod text;
pub mod token;

use case::Case;
use event::Event;
use history::History;
use moment::Moment;
use rank::Ranked;
use reading::Events;
use scanned::Scanned;
use symptom::Symptom;
use token::Token;

/// So many cases are looked at, those with the most refusals first.
const MOST_CASES: usize = 12;

/// What there is to go on.
#[derive(Debug, Default)]
pub struct Evidence {
    /// The events.
    pub events: Events,
    /// The tokens.
    pub tokens: Vec<Token>,
    /// Answers of the service that somebody saw.
    pub answers: Vec<Symptom>,
    /// What the scan knows, if there was one.
    pub scan: Option<Scanned>,
}

/// A case with its causes.
#[derive(Debug)]
pub struct Trouble<'a> {
    /// The case.
    pub case: Case<'a>,
    /// Its causes, the surest first.
    pub causes: Vec<Ranked>,
}

/// What the evidence comes to.
#[derive(Debug)]
pub struct Diagnosis<'a> {
    /// The cases, those with the most refusals first.
    pub troubles: Vec<Trouble<'a>>,
    /// How many more cases there are.
    pub left_out: usize,
    /// Refusals with another answer than those that are known here, by their code.
    pub other_refusals: BTreeMap<Arc<str>, usize>,
}

/// Ranks the causes of everything that was refused. Where nothing but tokens is given, it is taken for an invalid refresh
/// token, the refusal that says least.
pub fn diagnose<'a>(evidence: &'a Evidence, history: &'a History<'a>, now: Moment) -> Diagnosis<'a> {
    let mut groups: BTreeMap<_, Vec<&Event>> = BTreeMap::new();
    let mut other_refusals: BTreeMap<Arc<str>, usize> = BTreeMap::new();
    for event in evidence.events.list.iter().filter(|event| event.failed) {
        match event.symptom {
            Some(symptom) => {
                let key = (symptom, &event.name, &event.flow, &event.client, &event.region, &event.account);
                groups.entry(key).or_default().push(event);
            }
            None => *other_refusals.entry(event.code.clone()).or_default() += 1,
        }
    }
    let mut groups: Vec<(Symptom, Vec<&Event>)> = groups.into_iter().map(|(key, events)| (key.0, events)).collect();
    for answer in &evidence.answers {
        if !groups.iter().any(|(symptom, _)| symptom == answer) {
            groups.push((*answer, Vec::new()));
        }
    }
    let is_assumed = groups.is_empty() && !evidence.tokens.is_empty();
    if is_assumed {
        groups.push((Symptom::InvalidRefreshToken, Vec::new()));
    }
    // What somebody asks about comes first, then what happens most.
    groups.sort_by_key(|(symptom, events)| (!evidence.answers.contains(symptom), std::cmp::Reverse(events.len())));
    let left_out = groups.len().saturating_sub(MOST_CASES);
    groups.truncate(MOST_CASES);
    let refused: Vec<Vec<&Event>> = groups.iter().map(|(_, events)| events.clone()).collect();
    let trouble = |(symptom, failures): (Symptom, Vec<&'a Event>)| {
        let tokens = evidence.tokens.iter().filter(|token| is_of(token, &failures, &refused)).collect();
        let case = Case::new(symptom, failures, tokens, history, evidence.scan.as_ref(), now);
        let case = Case { is_assumed, ..case };
        Trouble { causes: rank::rank(&case), case }
    };
    Diagnosis { troubles: groups.into_iter().map(trouble).collect(), left_out, other_refusals }
}

/// Whether a token may be of one of the refused sessions. It is not where other refusals name its client, and these do not.
fn is_of(token: &Token, failures: &[&Event], refused: &[Vec<&Event>]) -> bool {
    let may_be = |failures: &[&Event]| {
        let is_theirs = |failure: &&Event| failure.user.is_none() || failure.user == token.user;
        token.user.is_none() || failures.is_empty() || failures.iter().any(is_theirs)
    };
    let names_client = |failures: &[&Event]| {
        failures.iter().any(|failure| failure.client.is_some() && failure.client.as_deref() == token.client.as_deref())
    };
    let is_elsewhere = || refused.iter().any(|others| !others.is_empty() && names_client(others) && may_be(others));
    may_be(failures) && (failures.is_empty() || names_client(failures) || !is_elsewhere())
}
