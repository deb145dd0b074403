//! What a rule is, which there are, and running them.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::finding::{Finding, Level, Severity};
use crate::model::Model;
use crate::model::sought::Sought;

pub mod fixes;
mod list;
pub mod report;
mod wording;

pub use report::{About, Findings, Report};

/// What the names of rules in policies begin with.
pub const POLICY: &str = "policy/";

/// A rule, as its folder's `mod.rs` declares it.
#[derive(Debug)]
pub struct Rule {
    /// How bad its findings are, unless it says otherwise for one of them.
    pub severity: Severity,
    /// For whom they are.
    pub level: Level,
    /// What it finds, in one line without a full stop.
    pub summary: &'static str,
    /// Looks at the model and reports.
    pub check: fn(&Model, &mut Findings<'_>),
}

/// A rule with what its folder tells of it.
#[derive(Debug)]
pub struct Entry {
    /// The folder's name with hyphens.
    pub name: &'static str,
    /// The text of its page.
    pub page: &'static str,
    /// The rule.
    pub rule: &'static Rule,
}

/// All rules, sorted by name.
pub fn all() -> &'static [Entry] {
    list::ALL
}

/// The rule of a name.
///
/// # Errors
/// A sentence for a name that is no rule's, with the one that may be meant.
pub fn named(name: &str) -> Result<&'static Entry, String> {
    let rules = all();
    let found = rules.binary_search_by(|entry| entry.name.cmp(name)).ok().and_then(|at| rules.get(at));
    found.ok_or_else(|| match nearest(name, rules.iter().map(|entry| entry.name)) {
        Some(name) => format!("there is no such rule; did you mean {name}?"),
        None => "there is no such rule; `cognito-lint rules` lists them".to_owned(),
    })
}

/// The name most like `text`, where one is like it at all.
pub fn nearest<'n>(text: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let likeness = |name: &str| strsim::jaro_winkler(name, text);
    let best = names.into_iter().max_by(|one, other| likeness(one).total_cmp(&likeness(other)))?;
    (likeness(best) > 0.8).then_some(best)
}

/// What the rules said.
#[derive(Debug, Default)]
pub struct Outcome {
    /// The findings, in the order of the rules.
    pub findings: Vec<Finding>,
    /// Rules that failed, with what they failed of.
    pub failed: Vec<(&'static str, String)>,
    /// What each rule looked for, where the model remembers that.
    pub sought: Vec<(&'static str, Sought)>,
}

impl Outcome {
    /// Adds what others said.
    pub fn extend(&mut self, other: Self) {
        self.findings.extend(other.findings);
        self.failed.extend(other.failed);
        self.sought.extend(other.sought);
    }
}

/// Runs rules. One that fails hides none of the others.
pub fn run(rules: &[&'static Entry], model: &Model) -> Outcome {
    let mut outcome = Outcome::default();
    // What was looked for to make the model is nobody's.
    model.sought();
    for entry in rules {
        let mut findings = Findings::new(entry, model);
        match catch_unwind(AssertUnwindSafe(|| (entry.rule.check)(model, &mut findings))) {
            Ok(()) => outcome.findings.extend(findings.into_list()),
            Err(reason) => outcome.failed.push((entry.name, text_of(&*reason))),
        }
        outcome.sought.extend(model.sought().map(|sought| (entry.name, sought)));
    }
    outcome
}

fn text_of(reason: &(dyn Any + Send)) -> String {
    let text = reason.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| reason.downcast_ref::<String>().cloned()).unwrap_or_else(|| "unknown failure".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::{Facts, Unreadable};
    use crate::source::{FileId, Loc, SourceFile, SourceMap, Span};

    static FAILING: Rule = Rule {
        severity: Severity::Error,
        level: Level::Default,
        summary: "fails",
        check: |model, out| {
            let loc = model.facts.unreadable[0].loc;
            out.add(Report::new(About::default(), loc, "a finding before the failure"));
            panic!("index {} is out of bounds", model.facts.resources.len());
        },
    };

    static SOUND: Rule = Rule {
        check: |model, out| out.add(Report::new(About::default(), model.facts.unreadable[0].loc, "here")),
        ..FAILING
    };

    static ENTRIES: [Entry; 2] =
        [Entry { name: "failing", page: "", rule: &FAILING }, Entry { name: "sound", page: "", rule: &SOUND }];

    #[test]
    fn a_rule_that_fails_is_named_and_hides_no_other() {
        let sources = SourceMap::new(vec![SourceFile::with_text("a.yaml".into(), "/a.yaml".into(), "a: 1")]);
        let loc = Loc { file: FileId(0), span: Span::new(0, 1) };
        let unreadable = vec![Unreadable { message: "broken".to_owned(), loc }];
        let model = Model::new(sources, Facts { unreadable, ..Facts::default() });
        let outcome = run(&[&ENTRIES[0], &ENTRIES[1]], &model);
        assert_eq!(outcome.failed, [("failing", "index 0 is out of bounds".to_owned())]);
        assert_eq!(outcome.findings.iter().map(|finding| finding.rule).collect::<Vec<_>>(), ["sound"]);
    }
}
