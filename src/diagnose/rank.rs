//! Signs to a ranking: which cause it is, or which it may be, with what speaks for and against each.

use super::case::Case;
use super::cause::{CAUSES, Cause, Prior};
use super::event::Event;
use super::scanned::{Choice, Found, Scanned};
use super::sign::{Sign, Signs, Weight};

/// So many findings of a rule are told.
const MOST_FOUND: usize = 3;

/// How sure it is, the surest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// Something decides for it, and nothing against it.
    Certain,
    /// Much speaks for it.
    Likely,
    /// Nothing sets it apart.
    Possible,
    /// Much speaks against it.
    Unlikely,
    /// Something decides against it.
    RuledOut,
}

impl Ranked {
    /// Whether it is certain by more than the answer, which names only what was refused, not why.
    pub fn is_settled(&self) -> bool {
        let decides = |sign: &Sign| sign.is_for && sign.weight == Weight::Deciding;
        self.verdict == Verdict::Certain
            && self.signs.known.iter().filter(|sign| decides(sign)).count() > self.is_named.into()
    }
}

impl Verdict {
    /// Its name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Certain => "certain",
            Self::Likely => "likely",
            Self::Possible => "possible",
            Self::Unlikely => "unlikely",
            Self::RuledOut => "ruled out",
        }
    }
}

/// A cause with what is known of it.
#[derive(Debug)]
pub struct Ranked {
    /// The cause.
    pub cause: &'static Cause,
    /// How sure it is.
    pub verdict: Verdict,
    /// What speaks for and against it.
    pub signs: Signs,
    /// The answer itself says so.
    is_named: bool,
    points: i32,
}

/// The causes of a case, the surest first.
pub fn rank(case: &Case<'_>) -> Vec<Ranked> {
    let prior =
        |cause: &Cause| cause.symptoms.iter().find(|(symptom, _)| *symptom == case.symptom).map(|(_, prior)| *prior);
    let mut ranked: Vec<Ranked> = CAUSES.iter().filter_map(|cause| Some(judged(case, cause, prior(cause)?))).collect();
    // Sorting is stable: of equals, the order of the table holds.
    ranked.sort_by_key(|ranked| (ranked.verdict, -ranked.points));
    ranked
}

fn judged(case: &Case<'_>, cause: &'static Cause, prior: Prior) -> Ranked {
    let mut signs = Signs::default();
    if prior == Prior::Named {
        signs.speak_for(Weight::Deciding, "the answer itself says so", case.failure().map(Event::shown_place));
    }
    if cause.of_refresh && case.is_refresh() == Some(false) {
        let place = case.failure().map(Event::shown_place);
        signs.speak_against(Weight::Deciding, "the refused call is no refresh", place);
    }
    cause.tests.iter().for_each(|test| test(case, &mut signs));
    found(case, cause, &mut signs);
    let (verdict, points) = verdict(&signs.known, prior);
    Ranked { cause, verdict, signs, is_named: prior == Prior::Named, points }
}

/// What the rules found of it: of the pool and client that are meant, or of code that names none.
fn found(case: &Case<'_>, cause: &Cause, signs: &mut Signs) {
    let Some(scan) = case.scan else { return };
    let found = scan.found.iter().filter(|found| cause.rules.contains(&found.rule));
    let related = found.filter_map(|found| Some((found, relation(case, scan, found)?)));
    for (found, choice) in related.take(MOST_FOUND) {
        let weight = if found.is_certain && choice != Choice::Any { Weight::Strong } else { Weight::Some };
        let whose = if choice == Choice::Any { ", where another pool or client may be meant" } else { "" };
        signs.speak_for(weight, format!("{}{whose}: {}", found.rule, found.message), found.place.clone());
    }
}

/// How a finding's pool or client is known to be the one that is meant; `None` where another one is.
fn relation(case: &Case<'_>, scan: &Scanned, found: &Found) -> Option<Choice> {
    let about = |name: &str| found.resource.as_deref() == Some(name);
    let of = |names: Option<(Vec<&str>, Choice)>| {
        // Nothing of the scan may be meant: what it found is of something else.
        let (names, choice) = names?;
        names.into_iter().any(about).then_some(choice)
    };
    if scan.clients.iter().any(|client| about(&client.name)) {
        of(case.known_clients().map(|(all, choice)| (all.iter().map(|client| client.name.as_str()).collect(), choice)))
    } else if scan.pools.iter().any(|pool| about(&pool.name)) {
        of(case.known_pools().map(|(all, choice)| (all.iter().map(|pool| pool.name.as_str()).collect(), choice)))
    } else {
        Some(Choice::Only)
    }
}

fn verdict(signs: &[Sign], prior: Prior) -> (Verdict, i32) {
    let decides = |is_for: bool| signs.iter().any(|sign| sign.is_for == is_for && sign.weight == Weight::Deciding);
    let points = |sign: &Sign| if sign.is_for { sign.weight.points() } else { -sign.weight.points() };
    let points = signs.iter().map(points).sum::<i32>() - i32::from(prior == Prior::Seldom);
    let verdict = match (decides(true), decides(false)) {
        (true, false) => Verdict::Certain,
        (false, true) => Verdict::RuledOut,
        _ if points >= Weight::Strong.points() => Verdict::Likely,
        _ if points <= -Weight::Strong.points() => Verdict::Unlikely,
        _ => Verdict::Possible,
    };
    (verdict, points)
}
