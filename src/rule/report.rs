//! How a rule reports: what it found, with everything that its conclusion rests on.

use crate::finding::fix::Fix;
use crate::finding::{Confidence, Evidence, Finding, Severity};
use crate::model::Model;
use crate::model::case::Case;
use crate::model::change::{Gone, Pair};
use crate::model::link::{Step, Trust};
use crate::model::resolve::Outcome;
use crate::model::view::View;
use crate::read::Resource;
use crate::source::Loc;
use crate::when::When;

use super::Entry;
use super::wording::Wording;

/// What a report is about and rests on. Confidence, condition, resource and the links' places come from here, so that a
/// rule cannot leave them out.
#[derive(Clone, Debug, Default)]
pub struct About<'m> {
    when: When,
    trusts: Vec<Trust>,
    resource: Option<&'m Resource>,
    links: Vec<(String, Vec<Step>)>,
}

impl<'m> About<'m> {
    /// Both together: the second one's resource counts only where the first has none.
    #[must_use]
    pub fn and(mut self, other: impl Into<Self>) -> Self {
        let other = other.into();
        self.when = self.when.and(&other.when).unwrap_or(self.when);
        self.trusts.extend(other.trusts);
        self.resource = self.resource.or(other.resource);
        for link in other.links {
            if !self.links.contains(&link) {
                self.links.push(link);
            }
        }
        self
    }

    /// Under which condition.
    pub fn when(&self) -> &When {
        &self.when
    }

    /// Something that was looked at as well, whose condition does not matter.
    #[must_use]
    pub fn resting_on(mut self, trust: &Trust) -> Self {
        self.trusts.push(trust.clone());
        self
    }
}

impl<'m> From<&View<'m>> for About<'m> {
    fn from(view: &View<'m>) -> Self {
        Self {
            when: view.variant.when.clone(),
            trusts: vec![view.trust.clone()],
            resource: Some(view.resource),
            links: Vec::new(),
        }
    }
}

impl<'m> From<&Pair<'m>> for About<'m> {
    fn from(pair: &Pair<'m>) -> Self {
        Self { when: pair.when.clone(), ..Self::from(&pair.after) }
    }
}

impl<'m> From<&Gone<'m>> for About<'m> {
    fn from(gone: &Gone<'m>) -> Self {
        Self::from(&gone.before)
    }
}

impl<'m> From<&Case<'m>> for About<'m> {
    fn from(case: &Case<'m>) -> Self {
        let resource =
            case.client.as_ref().map(|client| client.resource).or(case.pool.as_ref().map(|pool| pool.resource));
        let mut links = Vec::new();
        if !case.client_steps.is_empty() {
            links.push(("the call's client".to_owned(), case.client_steps.to_vec()));
        }
        if case.client.is_none() && !case.pool_steps.is_empty() {
            links.push(("the call's pool".to_owned(), case.pool_steps.to_vec()));
        }
        Self { when: case.when.clone(), trusts: vec![case.trust.clone()], resource, links }
    }
}

/// A value that was followed; the text says what it is: `the variable's client`.
impl<'m> From<(&str, &Outcome)> for About<'m> {
    fn from((what, outcome): (&str, &Outcome)) -> Self {
        let about = Self::from((what, outcome.steps.as_slice()));
        about.trusts.iter().for_each(|trust| trust.lower(outcome.confidence()));
        if let Some(assumed) = &outcome.value.assumed {
            about.trusts.iter().for_each(|trust| trust.assume(assumed, outcome.value.loc));
        }
        Self { when: outcome.when.clone(), ..about }
    }
}

/// A link that was followed; the text says to what: `the client's pool`.
impl<'m> From<(&str, &[Step])> for About<'m> {
    fn from((what, steps): (&str, &[Step])) -> Self {
        let links = if steps.is_empty() { Vec::new() } else { vec![(what.to_owned(), steps.to_vec())] };
        Self { trusts: vec![Trust::in_steps(steps)], links, ..Self::default() }
    }
}

impl From<&When> for About<'_> {
    fn from(when: &When) -> Self {
        Self { when: when.clone(), ..Self::default() }
    }
}

impl<'m> From<&'m Resource> for About<'m> {
    fn from(resource: &'m Resource) -> Self {
        Self { when: resource.when.clone(), resource: Some(resource), ..Self::default() }
    }
}

/// One finding in the making.
#[derive(Clone, Debug)]
#[must_use = "a report counts only when it is given to Findings::add"]
pub struct Report<'m> {
    about: About<'m>,
    place: Evidence,
    message: String,
    evidence: Vec<Evidence>,
    help: String,
    aws_error: Option<&'static str>,
    severity: Option<Severity>,
    fix: Option<Fix>,
}

impl<'m> Report<'m> {
    /// A report about something, at its primary place, with what stands there.
    pub fn new(about: impl Into<About<'m>>, loc: Loc, stands_there: impl Into<String>) -> Self {
        let place = Evidence { loc, message: stands_there.into() };
        let nothing = String::new();
        Self {
            about: about.into(),
            place,
            message: nothing.clone(),
            evidence: Vec::new(),
            help: nothing,
            aws_error: None,
            severity: None,
            fix: None,
        }
    }

    /// What breaks and when, in one sentence without a full stop.
    pub fn message(mut self, message: impl Into<String>) -> Self {
        self.message = message.into();
        self
    }

    /// Another place that makes the case, with what stands there.
    pub fn because(mut self, loc: Loc, stands_there: impl Into<String>) -> Self {
        self.evidence.push(Evidence { loc, message: stands_there.into() });
        self
    }

    /// The literal error that users will see.
    pub fn answer(mut self, error: &'static str) -> Self {
        self.aws_error = Some(error);
        self
    }

    /// What to change.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = help.into();
        self
    }

    /// How it can be corrected. There is none for what is wrong under a condition only, and no safe one for what is not certain.
    pub fn fix(mut self, fix: Option<Fix>) -> Self {
        self.fix = fix;
        self
    }

    /// Another severity than the rule's.
    pub fn severity(mut self, severity: Severity) -> Self {
        self.severity = Some(severity);
        self
    }
}

/// Takes the reports of one rule.
#[derive(Debug)]
pub struct Findings<'m> {
    entry: &'static Entry,
    model: &'m Model,
    list: Vec<Finding>,
}

impl<'m> Findings<'m> {
    /// Takes the reports of a rule.
    pub fn new(entry: &'static Entry, model: &'m Model) -> Self {
        Self { entry, model, list: Vec::new() }
    }

    /// The findings.
    pub fn into_list(self) -> Vec<Finding> {
        self.list
    }

    /// Takes a report. Links and assumptions join its evidence; a place in a synthesised template gives way to the line of
    /// the program that made the resource.
    pub fn add(&mut self, report: Report<'_>) {
        let About { when, trusts, resource, links } = report.about;
        let confidence = trusts.iter().map(Trust::confidence).min().unwrap_or(Confidence::High);
        let mut evidence = report.evidence;
        for (what, steps) in &links {
            if let Some((loc, chain)) = Model::describe(steps) {
                evidence.push(Evidence { loc, message: format!("{what}: {chain}") });
            }
        }
        for (assumed, loc) in trusts.iter().flat_map(Trust::assumed) {
            evidence.push(Evidence { loc, message: format!("by {assumed}") });
        }
        let place = match self.model.source_of(report.place.loc) {
            Some(source) => {
                evidence
                    .insert(0, Evidence { loc: report.place.loc, message: "in the synthesised template".to_owned() });
                Evidence { loc: source, ..report.place }
            }
            None => report.place,
        };
        let wording = Wording::of(resource);
        let worded = |row: Evidence| Evidence { message: wording.told(row.message), ..row };
        let place = worded(place);
        let mut evidence: Vec<_> = evidence.into_iter().map(worded).collect();
        let mut seen = vec![place.clone()];
        evidence.retain(|row| {
            let is_new = !seen.contains(row);
            seen.push(row.clone());
            is_new
        });
        // What is written holds under other conditions too, under which nothing is wrong.
        let is_file = |loc: Loc| self.model.sources.file(loc.file).absolute.is_absolute();
        let fix = report.fix.filter(|fix| when.is_always() && fix.edits.iter().all(|edit| is_file(edit.loc)));
        let fix = fix.map(|fix| Fix {
            safe: fix.safe && confidence == Confidence::High,
            description: wording.told(fix.description),
            ..fix
        });
        self.list.push(Finding {
            rule: self.entry.name,
            severity: report.severity.unwrap_or(self.entry.rule.severity),
            confidence,
            level: self.entry.rule.level,
            message: wording.told(report.message),
            place,
            evidence,
            help: wording.told(report.help),
            aws_error: report.aws_error,
            resource: resource.map(|resource| resource.key.id.clone()),
            when,
            fix,
            ignored: false,
        });
    }
}
