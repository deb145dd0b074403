//! What a rule is, which there are, and running them.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::finding::{Finding, Level, Severity};
use crate::model::Model;

mod list;
pub mod report;

pub use report::{About, Findings, Report};

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

/// What the rules said.
#[derive(Debug, Default)]
pub struct Outcome {
    /// The findings, in the order of the rules.
    pub findings: Vec<Finding>,
    /// Rules that failed, with what they failed of.
    pub failed: Vec<(&'static str, String)>,
}

/// Runs all rules. One that fails hides none of the others.
pub fn run(model: &Model) -> Outcome {
    let mut outcome = Outcome::default();
    for entry in all() {
        let mut findings = Findings::new(entry, model);
        match catch_unwind(AssertUnwindSafe(|| (entry.rule.check)(model, &mut findings))) {
            Ok(()) => outcome.findings.extend(findings.into_list()),
            Err(reason) => outcome.failed.push((entry.name, text_of(&*reason))),
        }
    }
    outcome
}

fn text_of(reason: &(dyn Any + Send)) -> String {
    let text = reason.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| reason.downcast_ref::<String>().cloned()).unwrap_or_else(|| "unknown failure".to_owned())
}
