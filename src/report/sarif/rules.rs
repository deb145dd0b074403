//! The rules in a SARIF log: their pages become the help beside an alert.

use crate::finding::{Level, Severity};
use crate::rule::Entry;

use super::level;
use super::log::{Configuration, Help, Rule, RuleProperties, Text};

/// Characters that GitHub takes of a description.
const LONGEST: usize = 1024;

pub fn rule(entry: &'static Entry) -> Rule {
    let Entry { name, page, rule } = entry;
    let happens = section(page, "What happens").unwrap_or(rule.summary);
    let fix = section(page, "How to fix").unwrap_or_default();
    let first = happens.split("\n\n").next().unwrap_or_default();
    let text = |text: &str| Text { text: text.to_owned() };
    Rule {
        id: name,
        short_description: text(&format!("{}.", rule.summary)),
        full_description: Text { text: one_line(first).chars().take(LONGEST).collect() },
        help: Help { text: format!("{happens}\n\n{fix}").trim().to_owned(), markdown: page },
        default_configuration: Configuration { level: level(rule.severity) },
        properties: RuleProperties {
            tags: vec!["cognito", "security", rule.level.name()],
            precision: precision(rule.level),
            problem_severity: problem(rule.severity),
            security_severity: score(rule.severity),
        },
    }
}

/// The text below a heading of the second order, up to the next one.
fn section<'page>(page: &'page str, heading: &str) -> Option<&'page str> {
    let below = page.split("\n## ").find_map(|part| part.strip_prefix(heading)?.strip_prefix('\n'))?;
    Some(below.trim())
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// How often findings of a level are true, in GitHub's words.
fn precision(level: Level) -> &'static str {
    match level {
        Level::Default => "high",
        Level::Strict => "medium",
        Level::Audit => "low",
    }
}

fn problem(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "recommendation",
    }
}

/// GitHub calls a score from 7.0 on high, from 4.0 on medium, and below that low.
fn score(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "8.0",
        Severity::Warning => "5.0",
        Severity::Info => "2.0",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule;

    #[test]
    fn every_page_gives_its_rule_what_github_asks_for() {
        for entry in rule::all() {
            let rule = rule(entry);
            let description = &rule.full_description.text;
            assert!(!description.is_empty() && !description.contains('\n'), "{}: {description:?}", entry.name);
            assert!(description.chars().count() <= LONGEST && rule.short_description.text.len() <= LONGEST);
            let (happens, fix) = (section(entry.page, "What happens"), section(entry.page, "How to fix"));
            assert!(happens.is_some() && fix.is_some(), "{} has both sections", entry.name);
            assert!(!rule.help.text.contains("\n## ") && rule.help.markdown.starts_with('#'));
        }
    }
}
