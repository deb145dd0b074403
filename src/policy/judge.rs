//! Policies and a model to findings and notes.

use std::collections::{BTreeSet, HashMap};

use rayon::prelude::*;

use crate::finding::{Confidence, Finding};
use crate::model::link::Trust;
use crate::model::{Model, tests_in};
use crate::read::Note;
use crate::rule::{About, Findings, Outcome, Report};
use crate::source::{FileId, Loc};
use crate::when::{Test, When};

use super::lexis::words;
use super::verdict::{Documents, Site, Verdict, verdicts};
use super::view::node::{Node, Owner, SlotId};
use super::view::{View, views};
use super::{DEFAULT, Policies, Policy, PolicyRule, answer};

/// Notes on what one rule cannot decide, at most.
const MOST_NOTES: usize = 20;

/// Evaluates the policies. `files` are their numbers among the model's sources. What cannot be decided is a note, or, where
/// policies are strict, a finding.
pub fn judge(policies: &Policies, files: &[FileId], model: &Model) -> (Outcome, Vec<Note>) {
    let mut outcome = Outcome::default();
    let mut notes = Vec::new();
    if policies.list.is_empty() {
        return (outcome, notes);
    }
    let mut views = views(model);
    let words: Vec<_> = policies.list.iter().flat_map(|policy| words(&policy.text)).collect();
    views.name(model, &words.iter().map(|word| word.text).collect());
    if !views.is_whole {
        let message = format!(
            "policies were evaluated on {} deployments; there are more combinations of the conditions that decide Cognito \
             resources, and what fails only in those is not told",
            views.list.len()
        );
        notes.push(Note { kind: "limit", message, file: None, loc: None });
    }
    let documents = Documents::default();
    let mut found: Vec<_> = policies.list.par_iter().map(|policy| verdicts(policy, &views, &documents)).collect();
    for (policy, verdicts) in policies.list.iter().zip(&mut found) {
        outcome.failed.extend(verdicts.iter_mut().flat_map(|verdicts| failures(policy, verdicts)));
    }
    for ((policy, found), file) in policies.list.iter().zip(found).zip(files) {
        match found {
            Ok(verdicts) => {
                let judge = Judge { policy, file: *file, model, views: &views.list, strict: policies.strict };
                let (findings, more) = judge.told(&verdicts);
                outcome.findings.extend(findings);
                notes.extend(more);
            }
            Err(reason) => {
                // Whether there are clauses outside of its rules was not told either.
                let named = policy.rules.iter().filter(|rule| &*rule.name != DEFAULT || policy.rules.len() == 1);
                outcome.failed.extend(named.map(|rule| (rule.entry.name, reason.clone())));
            }
        }
    }
    (outcome, notes)
}

/// Takes out the verdicts on clauses that the library cannot evaluate, whatever the unknown values are: the rules, with what it
/// failed of.
fn failures(policy: &Policy, verdicts: &mut Vec<Verdict>) -> BTreeSet<(&'static str, String)> {
    let is_faulty =
        |verdict: &mut Verdict| verdict.open.is_empty() && verdict.message.as_deref().and_then(answer::fault).is_some();
    let failure = |verdict: Verdict| {
        let rule = policy.rules.iter().find(|rule| *rule.name == *verdict.rule)?;
        Some((rule.entry.name, answer::fault(verdict.message.as_deref()?)?.to_owned()))
    };
    verdicts.extract_if(.., is_faulty).filter_map(failure).collect()
}

/// Tells the verdicts on one policy.
struct Judge<'a> {
    policy: &'a Policy,
    file: FileId,
    model: &'a Model,
    views: &'a [View],
    strict: bool,
}

/// What a clause fails of, in whatever view.
type Mistake<'v> = (&'v str, Option<(Loc, &'v str)>, &'v str);

fn mistake(verdict: &Verdict) -> Mistake<'_> {
    let site = verdict.site.as_ref().map(|site| (site.loc, site.stands_there.as_str()));
    (&verdict.rule, site, &verdict.clause)
}

impl Judge<'_> {
    fn told(&self, verdicts: &[Verdict]) -> (Vec<Finding>, Vec<Note>) {
        let mut alike: HashMap<(bool, Mistake<'_>), Vec<usize>> = HashMap::new();
        for verdict in verdicts {
            alike.entry((verdict.open.is_empty(), mistake(verdict))).or_default().push(verdict.view);
        }
        let (mut findings, mut notes) = (Vec::new(), Vec::new());
        for rule in &self.policy.rules {
            let mut undecided = 0;
            for verdict in verdicts.iter().filter(|verdict| *verdict.rule == *rule.name) {
                let is_open = !verdict.open.is_empty();
                let views = alike.get(&(!is_open, mistake(verdict))).map(Vec::as_slice).unwrap_or_default();
                if is_open && !self.strict {
                    let note = self.note(rule, verdict, views);
                    if undecided < MOST_NOTES
                        && !notes.iter().any(|other: &Note| other.message == note.message && other.loc == note.loc)
                    {
                        notes.push(note);
                        undecided += 1;
                    }
                    continue;
                }
                findings.extend(self.finding(rule, verdict, views));
            }
        }
        (findings, notes)
    }

    fn finding(&self, rule: &PolicyRule, verdict: &Verdict, views: &[usize]) -> Vec<Finding> {
        let declared = Loc { file: self.file, span: rule.span };
        let mut findings = Findings::new(rule.entry, self.model);
        let (message, help) = self.words(rule, verdict);
        let here = format!("the rule {}", rule.name);
        let mut about = About::from(&self.condition(verdict, views));
        if let Some(Owner::Resource(number)) = verdict.site.as_ref().map(|site| site.owner) {
            about = self.model.resource(number).map_or(about.clone(), |resource| About::from(resource).and(about));
        }
        let trust = Trust::default();
        let sites = verdict.site.iter().chain(&verdict.others);
        for (assumed, loc) in sites.filter_map(|site| Some((site.assumed.as_ref()?, site.loc))) {
            trust.assume(assumed, loc);
        }
        if !verdict.open.is_empty() {
            trust.lower(Confidence::Medium);
        }
        if let Some(Owner::Call(number)) = verdict.site.as_ref().map(|site| site.owner) {
            let called = self.views.get(verdict.found_in).and_then(|view| view.calls.get(number));
            called.iter().for_each(|called| trust.lower(called.confidence));
        }
        let mut report = match &verdict.site {
            Some(site) => Report::new(about.resting_on(&trust), site.loc, site.stands_there.clone()),
            None if verdict.clause.is_empty() => Report::new(about.resting_on(&trust), declared, here.clone()),
            None => {
                Report::new(about.resting_on(&trust), declared, format!("nothing was found for {}", verdict.clause))
            }
        };
        for site in &verdict.others {
            report = report.because(site.loc, site.stands_there.clone());
        }
        for slot in verdict.open.iter().take(3) {
            if let Some((loc, why)) = self.slot(verdict, *slot) {
                report = report.because(loc, why);
            }
        }
        if verdict.site.is_some() {
            report = report.because(declared, here);
        }
        findings.add(report.message(message).help(help));
        let mut list = findings.into_list();
        let is_suppressed = self.is_suppressed(rule, verdict);
        list.iter_mut().for_each(|finding| finding.ignored |= is_suppressed);
        list
    }

    fn note(&self, rule: &PolicyRule, verdict: &Verdict, views: &[usize]) -> Note {
        let open = verdict.open.iter().find_map(|slot| self.slot(verdict, *slot));
        let (slot_loc, why) = open.map_or((None, "something is not known".to_owned()), |(loc, why)| (Some(loc), why));
        let site = verdict.site.as_ref().map(|site| site.loc);
        let when = self.condition(verdict, views);
        let when = if when.is_always() { String::new() } else { format!(" when {when}") };
        Note {
            kind: "undecided",
            message: format!("{} cannot be decided here{when}: {why}", rule.entry.name),
            file: None,
            loc: slot_loc.or(site).or(Some(Loc { file: self.file, span: rule.span })),
        }
    }

    /// Where something unknown stands, and why it is.
    fn slot(&self, verdict: &Verdict, slot: SlotId) -> Option<(Loc, String)> {
        let slot = self.views.get(verdict.found_in)?.slots.get(slot.0)?;
        Some((slot.loc?, format!("{}: {}", slot.key, slot.why)))
    }

    /// The condition of what is said in these views: of that of one of them as much as tells them from the others.
    fn condition(&self, verdict: &Verdict, views: &[usize]) -> When {
        let Some(view) = self.views.get(verdict.view) else { return When::always() };
        let owner = verdict.site.as_ref().map_or(Owner::Other, |site| site.owner);
        let mut tests: Vec<&Test> = view.when.tests().iter().collect();
        // What the resource itself depends on is left out last.
        let own = self.own(owner);
        tests.sort_by_key(|test| own.iter().any(|own| (&own.scope, &own.name) == (&test.scope, &test.name)));
        let mut when = view.when.clone();
        for test in tests {
            let less = when.without(&When::test(test.scope.clone(), test.name.clone(), test.holds));
            let mut like = self.views.iter().enumerate().filter(|(_, other)| other.turn == view.turn);
            if like.all(|(number, other)| other.when.contradicts(&less) || views.contains(&number)) {
                when = less;
            }
        }
        let call = match owner {
            Owner::Call(number) => {
                let calls = self.views.get(verdict.found_in).map(|view| view.calls.as_slice()).unwrap_or_default();
                calls.get(number).map(|called| called.when.clone()).unwrap_or_default()
            }
            _ => When::always(),
        };
        when.and(&call).unwrap_or(when)
    }

    /// What decides how a resource is written.
    fn own(&self, owner: Owner) -> Vec<Test> {
        let Owner::Resource(number) = owner else { return Vec::new() };
        let Some(resource) = self.model.resource(number) else { return Vec::new() };
        let mut tests = tests_in(&resource.properties);
        tests.extend(resource.when.tests().iter().cloned());
        tests
    }

    /// What the finding says and what to change: the clause's message, in which a line may begin with `Fix:`.
    fn words(&self, rule: &PolicyRule, verdict: &Verdict) -> (String, String) {
        let said = verdict.message.as_deref().unwrap_or_default();
        let (mut message, mut help) = (Vec::new(), Vec::new());
        let mut is_help = false;
        for line in said.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let fix =
                ["Fix:", "fix:", "Help:", "help:", "Remediation:"].iter().find_map(|label| line.strip_prefix(label));
            is_help |= fix.is_some();
            let line = fix.or_else(|| line.strip_prefix("Violation:")).unwrap_or(line).trim();
            if is_help { help.push(line) } else { message.push(line) }
        }
        let sentence = |lines: Vec<&str>| lines.join(" ").trim_end_matches('.').to_owned();
        let (message, help) = (sentence(message), sentence(help));
        let message =
            if message.is_empty() { rule.entry.rule.summary.trim_end_matches('.').to_owned() } else { message };
        let undecided = if verdict.open.is_empty() { "" } else { " (this cannot be decided, and policies are strict)" };
        (message + undecided, if help.is_empty() { rule.help.to_string() } else { help })
    }

    /// Whether the resource's own metadata suppresses the rule, in Guard's way.
    fn is_suppressed(&self, rule: &PolicyRule, verdict: &Verdict) -> bool {
        let Some(Site { owner: Owner::Resource(number), .. }) = &verdict.site else { return false };
        let Some(view) = self.views.get(verdict.view) else { return false };
        let metadata = view.resource(*number).and_then(|resource| resource.get("Metadata"));
        let rules = metadata.and_then(|metadata| metadata.get("guard")?.get("SuppressedRules"));
        rules.is_some_and(|rules| rules.items().filter_map(Node::as_text).any(|name| name == &*rule.name))
    }
}
