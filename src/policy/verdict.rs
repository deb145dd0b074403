//! What one policy says of the views: which clauses fail whatever the unknown values are, and which cannot be decided.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use crate::source::Loc;

use super::Policy;
use super::answer::{Answer, Failure, Status};
use super::engine::{Trouble, evaluate};
use super::lexis::{Word, words};
use super::reach::cover::Cover;
use super::reach::domain::Domain;
use super::reach::{Deps, Look, Reach, VarId};
use super::reading::{Reading, Spot};
use super::view::node::{Node, Owner, Shape, SlotId};
use super::view::{SECTIONS, View, Views};

/// In how many ways a view is read, at most. Where that is not all of them, what depends on unknown values is undecided.
const MOST_READINGS: usize = 160;
/// In how many ways a view of any size is read where that is needed.
const FEWEST_READINGS: usize = 32;
/// How much text the readings of a view may be together.
const MOST_BYTES: usize = 8 << 20;
/// How many characters of a text are told.
const LONGEST: usize = 60;

/// A clause of a rule that fails, or may fail, on a view.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// The rule's name in the policy.
    pub rule: String,
    /// The number of the view.
    pub view: usize,
    /// The number of the view that it was found in, which is alike in what the policy looks at: slots and calls are its own.
    pub found_in: usize,
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
pub fn verdicts(policy: &Policy, views: &Views, documents: &Documents) -> Result<Vec<Verdict>, String> {
    let words = words(&policy.text);
    let sections = sections(&policy.text, &words);
    let has_turns = words.iter().any(|word| views.shared.contains_key(word.text));
    let mut verdicts: Vec<Verdict> = Vec::new();
    // What a policy sees of views that differ in other things only is judged once.
    let mut seen: HashMap<u64, usize> = HashMap::new();
    for (number, view) in views.list.iter().enumerate().filter(|(_, view)| has_turns || view.turn == 0) {
        let reach = Reach::of(&policy.tree, view);
        match seen.get(&reach.seen) {
            Some(like) => {
                let same = verdicts.iter().filter(|verdict| verdict.view == *like);
                let same: Vec<_> = same.map(|verdict| Verdict { view: number, ..verdict.clone() }).collect();
                verdicts.extend(same);
            }
            None => {
                seen.insert(reach.seen, number);
                verdicts.extend(verdicts_on(policy, &sections, number, view, &reach, documents)?);
            }
        }
    }
    Ok(verdicts)
}

fn verdicts_on(
    policy: &Policy,
    sections: &[&'static str],
    number: usize,
    view: &View,
    reach: &Reach,
    documents: &Documents,
) -> Result<Vec<Verdict>, String> {
    let domains: Vec<Domain> = reach.vars.iter().enumerate().map(|(at, var)| Domain::of(reach, at, var)).collect();
    let first = Reading { view, sections, reach, domains: &domains, row: &vec![0; domains.len()] };
    let document = if domains.is_empty() { documents.of(number, &first) } else { first.document().into() };
    let most = (MOST_BYTES / document.len().max(1)).clamp(FEWEST_READINGS, MOST_READINGS);
    let cover = Cover::of(reach, &domains, most);
    let mut tally = Tally::new(policy, view, number, reach, &cover);
    let mut failed = None;
    for row in &cover.rows {
        let reading = Reading { row, ..first };
        let document = if domains.is_empty() { document.clone() } else { reading.document().into() };
        match evaluate(&document, &policy.text) {
            Ok(answer) => tally.take(&reading, &answer),
            Err(Trouble::Failed(message) | Trouble::Syntax { message, .. }) => failed = Some(message),
        }
    }
    match failed {
        // What fails with values that are not known does not fail with all of them.
        Some(message) if tally.answers.is_empty() => Err(message),
        _ => Ok(tally.verdicts()),
    }
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

/// What one view says, reading by reading.
struct Tally<'v> {
    policy: &'v Policy,
    view: &'v View,
    number: usize,
    reach: &'v Reach,
    cover: &'v Cover,
    /// The readings that were evaluated.
    answers: Vec<Answered<'v>>,
    found: BTreeMap<Key, Seen>,
}

/// A reading, and how each rule came out.
struct Answered<'v> {
    row: &'v [usize],
    statuses: Vec<(String, Status)>,
}

impl Answered<'_> {
    fn is(&self, rule: &str, status: Status) -> bool {
        self.statuses.iter().any(|(mine, found)| mine == rule && *found == status)
    }
}

/// A failed clause, and the readings in which it failed, by their numbers among those that were evaluated.
struct Seen {
    verdict: Verdict,
    readings: BTreeSet<usize>,
}

impl<'v> Tally<'v> {
    fn new(policy: &'v Policy, view: &'v View, number: usize, reach: &'v Reach, cover: &'v Cover) -> Self {
        Self { policy, view, number, reach, cover, answers: Vec::new(), found: BTreeMap::new() }
    }

    fn take(&mut self, reading: &Reading<'v>, answer: &Answer) {
        for failure in answer.failures() {
            let Failure { rule, at, clause, message, others } = failure;
            let spot = at.as_ref().and_then(|(path, _)| reading.find(path));
            let missing = at.as_ref().and_then(|(_, missing)| missing.clone());
            let site = |(path, missing): &(String, Option<String>)| self.site(&reading.find(path)?, missing.as_deref());
            let key = (rule.clone(), spot.as_ref().map(Spot::id), missing, clause.clone());
            let (site, others) = (at.as_ref().and_then(site), others.iter().filter_map(site).collect());
            let verdict = Verdict {
                rule,
                view: self.number,
                found_in: self.number,
                open: Vec::new(),
                site,
                others,
                clause,
                message,
            };
            let seen = self.found.entry(key).or_insert(Seen { verdict, readings: BTreeSet::new() });
            seen.readings.insert(self.answers.len());
        }
        let statuses = answer.statuses().into_iter().map(|(rule, status)| (rule.to_owned(), status));
        self.answers.push(Answered { row: reading.row, statuses: statuses.collect() });
    }

    /// A clause certainly fails if it does in every reading, and the readings are all that tell it.
    fn verdicts(self) -> Vec<Verdict> {
        let mut verdicts = Vec::new();
        for (number, rule) in self.policy.tree.rules.iter().enumerate() {
            if !self.policy.tree.rules.iter().take(number).any(|other| other.name == rule.name) {
                verdicts.extend(self.of_rule(&rule.name));
            }
        }
        verdicts
    }

    fn of_rule(&self, rule: &str) -> Vec<Verdict> {
        let rules = self.policy.tree.rules.iter().enumerate().filter(|(_, mine)| mine.name == rule);
        let rules: BTreeSet<usize> = rules.map(|(number, _)| number).collect();
        let looks: Vec<&Look> = self.reach.looks.iter().filter(|look| rules.contains(&look.rule)).collect();
        let mut by_site: HashMap<Option<usize>, Vec<&Look>> = HashMap::new();
        looks.iter().for_each(|look| by_site.entry(look.site).or_default().push(look));
        let mut verdicts = Vec::new();
        let found = self.found.iter().filter(|((mine, ..), _)| mine == rule);
        let mut times = Vec::new();
        for ((_, site, ..), seen) in found {
            let looks = by_site.get(site).unwrap_or(&looks);
            let is_certain = seen.readings.len() == self.answers.len() && looks.iter().all(|look| self.is_told(look));
            let mut verdict = seen.verdict.clone();
            if !is_certain {
                verdict.open = self.open(looks, &|reading| seen.readings.contains(&reading));
            }
            times.push(seen.readings.len());
            verdicts.push(verdict);
        }
        let all: Deps = looks.iter().flat_map(|look| look.deps.iter().copied()).collect();
        let always = |status: Status| self.answers.iter().all(|answer| answer.is(rule, status));
        if verdicts.iter().all(|verdict| !verdict.open.is_empty())
            && always(Status::Fail)
            && self.tells(&all)
            && looks.iter().all(|look| !look.is_unsure)
            && let Some(often) = (0..verdicts.len()).max_by_key(|at| (times.get(*at), std::cmp::Reverse(*at)))
        {
            // Another clause fails with other values, but one always does.
            verdicts.iter_mut().skip(often).take(1).for_each(|verdict| verdict.open.clear());
        }
        if verdicts.is_empty() {
            let is_asked = !always(Status::Skip);
            let is_untold = |look: &&Look| !self.is_told(look) && (look.site.is_some() || look.is_unsure);
            let untold = looks.iter().copied().filter(is_untold);
            let untold: Vec<&Look> = untold.filter(|look| is_asked || !look.gate.is_empty()).collect();
            if !untold.is_empty() {
                let open = self.open(&untold, &|_| false);
                let (rule, view) = (rule.to_owned(), self.number);
                let (site, others, clause, message) = (None, Vec::new(), String::new(), None);
                verdicts.push(Verdict { rule, view, found_in: view, open, site, others, clause, message });
            }
        }
        verdicts
    }

    /// Whether the readings tell how something comes out.
    fn is_told(&self, look: &Look) -> bool {
        !look.is_unsure && self.tells(&look.deps)
    }

    fn tells(&self, deps: &Deps) -> bool {
        self.cover.is_whole(deps) && (deps.is_empty() || self.answers.len() == self.cover.rows.len())
    }

    /// What decides whether something fails that does in some readings: what makes a difference where all else is alike.
    fn open(&self, looks: &[&Look], fails: &dyn Fn(usize) -> bool) -> Vec<SlotId> {
        let deps: Deps = looks.iter().flat_map(|look| look.deps.iter().copied()).collect();
        let deps = if deps.is_empty() { (0..self.reach.vars.len()).collect() } else { deps };
        let differs = |var: &VarId| {
            let mut outcomes: HashMap<Vec<usize>, bool> = HashMap::new();
            self.answers.iter().enumerate().any(|(number, answer)| {
                let rest =
                    deps.iter().filter(|other| *other != var).filter_map(|other| answer.row.get(*other).copied());
                *outcomes.entry(rest.collect()).or_insert(fails(number)) != fails(number)
            })
        };
        let mut open: Vec<VarId> = deps.iter().copied().filter(differs).collect();
        if open.is_empty() {
            open = deps.into_iter().collect();
        }
        let mut slots = Vec::new();
        for slot in open.into_iter().filter_map(|var| self.reach.vars.get(var)).map(|var| var.slot) {
            if !slots.contains(&slot) {
                slots.push(slot);
            }
        }
        slots
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
