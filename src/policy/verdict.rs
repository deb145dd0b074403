//! What one policy says of the views: which clauses fail whatever the unknown values are, and which cannot be decided.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use crate::source::Loc;

use super::Policy;
use super::answer::Failure;
use super::engine::{Trouble, evaluate};
use super::lexis::{Word, WordKind, words};
use super::literals::literals;
use super::reading::{Reading, Spot, Tried};
use super::view::node::{Node, Owner, Shape, SlotId};
use super::view::{SECTIONS, View};

/// In how many ways a view is read, at most. Where that is not all of them, what depends on unknown values is undecided.
const MOST_READINGS: usize = 24;
/// How many characters of a text are told.
const LONGEST: usize = 60;

/// A clause of a rule that fails, or may fail, on a view.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// The rule's name in the policy.
    pub rule: String,
    /// The number of the view.
    pub view: usize,
    /// What it depends on that is not known; nothing where it certainly fails.
    pub open: Vec<SlotId>,
    /// Where; nothing where the clause is about nothing that is there.
    pub site: Option<Site>,
    /// Where something else would have done as well.
    pub others: Vec<Site>,
    /// The clause as the library writes it.
    pub clause: String,
    /// What the policy says of it.
    pub message: Option<String>,
}

/// A place in a view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// Where it is written.
    pub loc: Loc,
    /// What stands there.
    pub stands_there: String,
    /// What it belongs to.
    pub owner: Owner,
    /// What was taken for granted to know it.
    pub assumed: Option<Arc<str>>,
}

/// The documents of the views as most policies see them, each written once.
#[derive(Debug, Default)]
pub struct Documents(Mutex<HashMap<DocumentKey, Arc<str>>>);

/// The number of the view, and the sections that are shown.
type DocumentKey = (usize, Vec<&'static str>);

impl Documents {
    fn of(&self, number: usize, reading: &Reading<'_>) -> Arc<str> {
        let key = (number, reading.sections.to_vec());
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        known.unwrap_or_else(|| {
            let document: Arc<str> = reading.document().into();
            self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(key, document.clone());
            document
        })
    }
}

/// Evaluates a policy on every view.
///
/// # Errors
/// What the library failed of.
pub fn verdicts(policy: &Policy, views: &[View], documents: &Documents) -> Result<Vec<Verdict>, String> {
    let words = words(&policy.text);
    let names = words.iter().filter(|word| matches!(word.kind, WordKind::Name | WordKind::Text));
    let named: HashSet<&str> = names.map(|word| word.text).collect();
    let keys = words.iter().filter(|word| word.kind == WordKind::Name).map(|word| word.text).collect::<BTreeSet<_>>();
    let sections = sections(&policy.text, &words);
    let tried = Tried { literals: literals(&words), keys: keys.into_iter().collect() };
    let mut verdicts = Vec::new();
    for (number, view) in views.iter().enumerate() {
        let slots = view.slots.iter().enumerate().filter(|(_, slot)| named.contains(&*slot.key));
        let touched: Vec<SlotId> = slots.map(|(number, _)| SlotId(number)).collect();
        let all = Reading::count(view, &touched, &tried);
        let mut tally = Tally { view, number, readings: all.min(MOST_READINGS), all, found: BTreeMap::new() };
        for reading in 0..tally.readings {
            let reading = Reading { view, sections: &sections, touched: &touched, tried: &tried, number: reading };
            let answer = if reading.is_plain() {
                evaluate(&documents.of(number, &reading), &policy.text)
            } else {
                evaluate(&reading.document(), &policy.text)
            };
            let answer = answer.map_err(|trouble| match trouble {
                Trouble::Failed(message) | Trouble::Syntax { message, .. } => message,
            })?;
            answer.failures().into_iter().for_each(|failure| tally.take(&reading, failure));
        }
        verdicts.extend(tally.verdicts(&touched));
    }
    Ok(verdicts)
}

/// The sections that a policy looks at: those that it names; all where it goes through the document's own members.
fn sections(text: &str, words: &[Word<'_>]) -> Vec<&'static str> {
    let is_named = |section: &str| words.iter().any(|word| word.text == section);
    let is_type = || words.iter().any(|word| word.text == "AWS");
    let goes_through = words.iter().any(|word| {
        let before = text.get(..word.start).unwrap_or_default().trim_end();
        word.text == "*" && !before.ends_with(['.', '['])
    });
    let used = |section: &&str| goes_through || is_named(section) || *section == "Resources" && is_type();
    let sections: Vec<_> = SECTIONS.into_iter().filter(used).collect();
    if sections.is_empty() { SECTIONS.to_vec() } else { sections }
}

/// What identifies a failed clause from one reading to the next: rule, spot, what is missing there, clause.
type Key = (String, Option<usize>, Option<String>, String);

/// The failures of one view over its readings.
struct Tally<'v> {
    view: &'v View,
    number: usize,
    readings: usize,
    all: usize,
    found: BTreeMap<Key, Seen>,
}

/// A failed clause, and in how many readings it failed.
struct Seen {
    verdict: Verdict,
    last: usize,
    times: usize,
}

impl<'v> Tally<'v> {
    fn take(&mut self, reading: &Reading<'v>, failure: Failure) {
        let Failure { rule, at, clause, message, others } = failure;
        let spot = at.as_ref().and_then(|(path, _)| reading.find(path));
        let missing = at.as_ref().and_then(|(_, missing)| missing.clone());
        let mut open = Vec::new();
        if let Some(spot) = &spot {
            open.extend(spot.open(missing.is_some()));
        }
        let site = |(path, missing): &(String, Option<String>)| self.site(&reading.find(path)?, missing.as_deref());
        let key = (rule.clone(), spot.as_ref().map(Spot::id), missing, clause.clone());
        let (site, others) = (at.as_ref().and_then(site), others.iter().filter_map(site).collect());
        let verdict = Verdict { rule, view: self.number, open: open.clone(), site, others, clause, message };
        let seen = self.found.entry(key).or_insert(Seen { verdict, last: usize::MAX, times: 0 });
        for slot in open {
            if !seen.verdict.open.contains(&slot) {
                seen.verdict.open.push(slot);
            }
        }
        if seen.last != reading.number {
            (seen.last, seen.times) = (reading.number, seen.times + 1);
        }
    }

    /// A clause certainly fails if it does in every reading and looks at nothing unknown itself.
    fn verdicts(self, touched: &[SlotId]) -> Vec<Verdict> {
        let Self { view, readings, all, found, .. } = self;
        let settle = |Seen { mut verdict, times, .. }: Seen| {
            if times < readings || all > readings {
                let owner = verdict.site.as_ref().map(|site| site.owner);
                let near: Vec<SlotId> = touched
                    .iter()
                    .copied()
                    .filter(|slot| view.slots.get(slot.0).map(|slot| slot.owner) == owner)
                    .collect();
                let near = if near.is_empty() && times < readings { touched.to_vec() } else { near };
                if verdict.open.is_empty() {
                    verdict.open = near;
                }
            }
            verdict
        };
        found.into_values().map(settle).collect()
    }

    fn site(&self, spot: &Spot<'_>, missing: Option<&str>) -> Option<Site> {
        let owner = spot.entry.map_or(Owner::Other, |(section, number)| self.view.owner(section, number));
        Some(Site { loc: spot.loc()?, stands_there: told(spot, missing), owner, assumed: spot.node.assumed.clone() })
    }
}

/// What stands at a spot, for people.
fn told(spot: &Spot<'_>, missing: Option<&str>) -> String {
    let key = spot.key.unwrap_or_default();
    if let Some(missing) = missing {
        let first = missing.split(['.', '[', '%']).find(|part| !part.is_empty()).unwrap_or(missing);
        return format!("{first} is not set");
    }
    match brief(spot.node) {
        Some(value) if key.is_empty() => value,
        Some(value) if spot.member.is_some_and(|member| member.by_default) => format!("{key} is {value} by default"),
        Some(value) => format!("{key} is {value}"),
        None => key.to_owned(),
    }
}

/// A value in a few characters; nothing for a map.
fn brief(node: &Node) -> Option<String> {
    let text = match &node.shape {
        Shape::Null => "null".to_owned(),
        Shape::Bool(value) => value.to_string(),
        Shape::Number(number) => number.to_string(),
        Shape::Text(text) if text.is_empty() => "an empty text".to_owned(),
        Shape::Text(text) => text.to_string(),
        Shape::List(items, None) if items.is_empty() => "an empty list".to_owned(),
        Shape::List(..) => node.items().map(brief).collect::<Option<Vec<_>>>()?.join(", "),
        Shape::Map(..) => return None,
        Shape::OneOf(..) | Shape::Unknown(_) => "not known".to_owned(),
    };
    let short: String = text.chars().take(LONGEST).collect();
    Some(if short.len() < text.len() { short + "…" } else { short })
}
