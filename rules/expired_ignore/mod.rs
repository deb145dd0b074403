//! An ignore whose last day has passed.

use crate::finding::fix::Fix;
use crate::finding::{Level, Severity};
use crate::model::Model;
use crate::read::ignore::Verdict;
use crate::rule::{About, Findings, Report, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    severity: Severity::Warning,
    level: Level::Default,
    summary: "an ignore has ended, so that its findings show again",
    check,
};

fn check(model: &Model, out: &mut Findings<'_>) {
    for ignore in &model.facts.ignores {
        let Some(until) = ignore.until else { continue };
        for rule in ignore.rules.iter().filter(|rule| rule.verdict == Some(Verdict::Expired)) {
            let edit = model.without_ignored(ignore, rule);
            let description = format!("delete the ignore of {}", rule.name);
            let fix = edit.map(|edit| Fix::to_review(description, vec![edit], ignore.loc));
            out.add(
                Report::new(About::default(), rule.loc, format!("the ignore of {} until {until}", rule.name))
                    .message(format!("this ignore of {} ended on {until}, and what it covered shows again", rule.name))
                    .help("correct what it covered and delete it, or give it a later day")
                    .fix(fix),
            );
        }
    }
}
