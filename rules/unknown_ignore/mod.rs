//! An ignore that names no rule, or that cannot be understood.

use crate::finding::{Level, Severity};
use crate::model::Model;
use crate::read::ignore::Verdict;
use crate::rule::{self, About, Findings, Report, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    severity: Severity::Warning,
    level: Level::Default,
    summary: "an ignore names no rule, or is not understood",
    check,
};

fn check(model: &Model, out: &mut Findings<'_>) {
    for ignore in &model.facts.ignores {
        if let Some(fault) = &ignore.fault {
            out.add(
                Report::new(About::default(), ignore.loc, fault)
                    .message("this ignore is not understood and has no effect")
                    .help("correct or delete it"),
            );
        }
        for named in ignore.rules.iter().filter(|rule| rule.verdict == Some(Verdict::Unknown)) {
            let help = rule::named(&named.name).err().unwrap_or_default();
            out.add(
                Report::new(About::default(), named.loc, format!("the ignore of {}", named.name))
                    .message(format!("this ignores {}, which is no rule", named.name))
                    .help(help),
            );
        }
    }
}
