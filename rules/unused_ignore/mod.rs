//! An ignore that covers nothing.

use crate::finding::fix::Fix;
use crate::finding::{Level, Severity};
use crate::model::Model;
use crate::read::ignore::Verdict;
use crate::rule::{About, Findings, Report, Rule};

/// The rule. What it looks at is known when the findings of the other rules are.
pub static RULE: Rule =
    Rule { severity: Severity::Warning, level: Level::Default, summary: "an ignore covers no finding", check };

fn check(model: &Model, out: &mut Findings<'_>) {
    let ignores = model.facts.ignores.iter();
    for (ignore, rule) in ignores.flat_map(|ignore| ignore.rules.iter().map(move |rule| (ignore, rule))) {
        if rule.verdict == Some(Verdict::Unused) {
            let edit = model.without_ignored(ignore, rule);
            let fix = edit.map(|edit| Fix::safe(format!("delete the ignore of {}", rule.name), vec![edit], ignore.loc));
            out.add(
                Report::new(About::default(), rule.loc, format!("the ignore of {}", rule.name))
                    .message(format!("this ignores {} where it finds nothing", rule.name))
                    .help("delete it, so that it does not hide a later mistake")
                    .fix(fix),
            );
        }
    }
}
