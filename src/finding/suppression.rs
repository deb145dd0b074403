//! Which findings an ignore covers, and what came of each ignore.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::read::ignore::date::Date;
use crate::read::ignore::{Covers, Ignore, Verdict};
use crate::source::{FileId, Loc, SourceMap};

use super::Finding;

/// The rules about ignores. They look at what came of them, so that they run after the others.
pub const JUDGES: [&str; 3] = ["expired-ignore", "unknown-ignore", "unused-ignore"];

/// A rule that an ignore names: the ignore's number, and the rule's in it.
type Use = (usize, usize);

/// Ignores by what they cover.
#[derive(Debug)]
pub struct Suppression<'a> {
    ignores: &'a [Ignore],
    sources: &'a SourceMap,
    lines: BTreeMap<(FileId, &'a str, usize), Vec<Use>>,
    files: HashMap<(FileId, &'a str), Vec<Use>>,
    parts: HashMap<(FileId, &'a str), Vec<Part>>,
    resources: HashMap<(FileId, &'a str, &'a str), Vec<Use>>,
    entries: HashMap<&'a str, Vec<(usize, Use)>>,
}

/// A part of a file; the parts of a rule in a file are in the order of the text.
#[derive(Debug)]
struct Part {
    loc: Loc,
    ignore: Use,
    /// The part that it stands in.
    outer: Option<usize>,
}

impl<'a> Suppression<'a> {
    /// Takes the ignores that have an effect on this day.
    pub fn new(ignores: &'a [Ignore], today: Date, sources: &'a SourceMap) -> Self {
        let mut suppression = Self {
            ignores,
            sources,
            lines: BTreeMap::new(),
            files: HashMap::new(),
            parts: HashMap::new(),
            resources: HashMap::new(),
            entries: HashMap::new(),
        };
        for (number, ignore) in ignores.iter().enumerate() {
            if ignore.fault.is_none() && !has_ended(ignore, today) {
                suppression.take(number, ignore);
            }
        }
        suppression.parts.values_mut().for_each(|parts| nest(parts));
        suppression
    }

    fn take(&mut self, number: usize, ignore: &'a Ignore) {
        for (at, rule) in ignore.rules.iter().enumerate() {
            let (name, this) = (&*rule.name, (number, at));
            match &ignore.covers {
                Covers::Lines(file, lines) => {
                    lines.iter().for_each(|line| self.lines.entry((*file, name, *line)).or_default().push(this));
                }
                Covers::File(file) => self.files.entry((*file, name)).or_default().push(this),
                Covers::Part(loc, resource) => {
                    let part = Part { loc: *loc, ignore: this, outer: None };
                    self.parts.entry((loc.file, name)).or_default().push(part);
                    if let Some(resource) = resource {
                        self.resources.entry((loc.file, name, resource)).or_default().push(this);
                    }
                }
                Covers::Entry(entry) => self.entries.entry(name).or_default().push((*entry, this)),
            }
        }
    }

    /// Marks the findings that are covered. `selects` says whether a configuration's entry selects a finding. Returns the
    /// ignores that cover one.
    pub fn mark(&self, findings: &mut [Finding], selects: impl Fn(usize, &Finding) -> bool) -> HashSet<Use> {
        let mut used = HashSet::new();
        for finding in findings {
            let covering: Vec<Use> = self.covering(finding, &selects).collect();
            finding.ignored |= !covering.is_empty();
            used.extend(covering);
        }
        used
    }

    fn covering<'f>(
        &'f self,
        finding: &'f Finding,
        selects: &'f impl Fn(usize, &Finding) -> bool,
    ) -> impl Iterator<Item = Use> + 'f {
        let at_place = finding.places().flat_map(|place| self.at_place(finding, place.loc));
        let entries = self.entries.get(finding.rule).into_iter().flatten();
        at_place.chain(entries.filter(|(entry, _)| selects(*entry, finding)).map(|(_, this)| *this))
    }

    /// The ignores that cover a finding for one of its places.
    fn at_place(&self, finding: &Finding, loc: Loc) -> Vec<Use> {
        let (file, rule) = (loc.file, finding.rule);
        let mut covering = Vec::new();
        if !self.lines.is_empty() {
            let source = self.sources.file(file);
            // A place that ends behind a line's end does not touch the next line.
            let last = loc.span.end.saturating_sub(1).max(loc.span.start);
            let lines = (file, rule, source.line_of(loc.span.start))..=(file, rule, source.line_of(last));
            covering.extend(self.lines.range(lines).flat_map(|(_, uses)| uses));
        }
        covering.extend(self.files.get(&(file, rule)).into_iter().flatten());
        if let Some(resource) = &finding.resource {
            covering.extend(self.resources.get(&(file, rule, &**resource)).into_iter().flatten());
        }
        if let Some(parts) = self.parts.get(&(file, rule)) {
            let mut at = parts.partition_point(|part| part.loc.span.start <= loc.span.start).checked_sub(1);
            while let Some(part) = at.and_then(|at| parts.get(at)) {
                covering.extend(part.loc.span.contains(loc.span).then_some(part.ignore));
                at = part.outer;
            }
        }
        covering
    }

    /// What came of each rule of each ignore. `is_rule` knows the rules there are; `is_told` says whether a rule of this
    /// name ran, and on everything that an ignore at this place may cover.
    pub fn verdicts(
        &self,
        used: &HashSet<Use>,
        today: Date,
        is_rule: impl Fn(&str) -> bool,
        is_told: impl Fn(&str, &Ignore) -> bool,
    ) -> Vec<Vec<Verdict>> {
        let verdict = |number: usize, at: usize, name: &str, ignore: &Ignore| {
            if !is_rule(name) {
                Verdict::Unknown
            } else if has_ended(ignore, today) {
                Verdict::Expired
            } else if used.contains(&(number, at)) {
                Verdict::Used
            } else if ignore.fault.is_some() || JUDGES.contains(&name) || !is_told(name, ignore) {
                Verdict::Untold
            } else {
                Verdict::Unused
            }
        };
        let of_ignore = |(number, ignore): (usize, &Ignore)| {
            let rules = ignore.rules.iter().enumerate();
            rules.map(|(at, rule)| verdict(number, at, &rule.name, ignore)).collect()
        };
        self.ignores.iter().enumerate().map(of_ignore).collect()
    }
}

fn has_ended(ignore: &Ignore, today: Date) -> bool {
    ignore.until.is_some_and(|until| until < today)
}

/// Puts parts in order and tells each which one it stands in. Parts of one text never overlap otherwise.
fn nest(parts: &mut [Part]) {
    parts.sort_by_key(|part| (part.loc.span.start, std::cmp::Reverse(part.loc.span.end)));
    let mut open: Vec<(usize, Loc)> = Vec::new();
    for (at, part) in parts.iter_mut().enumerate() {
        while open.last().is_some_and(|(_, outer)| !outer.span.contains(part.loc.span)) {
            open.pop();
        }
        part.outer = open.last().map(|(outer, _)| *outer);
        open.push((at, part.loc));
    }
}
