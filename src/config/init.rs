//! A first configuration, written from what a scan sees.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use camino::Utf8Path;

use crate::source::discovery::LeftOut;

/// What a scan sees that a configuration may speak of.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// What was understood, in words: `1 pool, 2 clients`.
    pub understood: String,
    /// How many findings each rule has.
    pub findings: BTreeMap<&'static str, usize>,
    /// Folders that may hold what is never deployed.
    pub examples: BTreeSet<String>,
    /// How many files were left out, by the reason.
    pub left_out: Vec<(LeftOut, usize)>,
    /// Parameters of templates that have no value.
    pub parameters: BTreeSet<String>,
}

/// Names of folders whose code is seldom deployed.
const EXAMPLES: [&str; 10] =
    ["archive", "demo", "demos", "deprecated", "example", "examples", "legacy", "sample", "samples", "sandbox"];

/// The folders on the way to a file, up to one whose name says that what it holds is seldom deployed.
pub fn example_folder(path: &Utf8Path) -> Option<String> {
    let folder = path.parent()?;
    let mut above = folder.ancestors().filter(|folder| folder.file_name().is_some_and(|name| EXAMPLES.contains(&name)));
    above.next().map(|folder| format!("/{folder}/"))
}

/// The text of a configuration. Everything in it that differs from what holds without it is commented out: lines that
/// begin with `#` and no blank are settings.
pub fn text(seen: &Seen) -> String {
    let mut page = Page::default();
    page.say("Configuration of cognito-lint. `cognito-lint schema` prints its JSON Schema, for editors.");
    page.say(&format!("Seen when this was written: {}.", seen.understood));

    page.section("Which findings to show: default, strict (adds hygiene and opinions) or audit (adds guesses).");
    page.set("level: default");
    page.section("The least severity that makes the exit code 1: info, warning or error.");
    page.set("fail-on: warning");

    page.section("Files and folders to leave out, as patterns of .gitignore.");
    if seen.examples.is_empty() {
        page.offer("exclude: [/examples/]");
    } else {
        page.say("These look like code that is never deployed.");
        page.offer("exclude:");
        seen.examples.iter().for_each(|folder| page.offer(&format!("  - {}", quoted(folder))));
    }

    page.section("Files and folders to scan; what is named here is never left out by itself.");
    let left_out = seen.left_out.iter().map(|(why, count)| format!("{count} {}", why.describe()));
    let left_out: Vec<_> = left_out.collect();
    if !left_out.is_empty() {
        page.say(&format!("Left out by themselves are: {}.", left_out.join(", ")));
    }
    page.offer("paths: [.]");

    page.section(
        "Rules that are off, or have another severity or level. `cognito-lint explain RULE` tells what one is about.",
    );
    page.offer("rules:");
    if seen.findings.is_empty() {
        page.offer("  unreadable-file: error");
    }
    for (rule, count) in &seen.findings {
        let noun = if *count == 1 { "finding" } else { "findings" };
        page.offer(&format!("  {rule}: off # {count} {noun}"));
    }

    page.section("Values for the parameters of templates.");
    page.offer("parameters:");
    if seen.parameters.is_empty() {
        page.offer("  Stage: prod");
    } else {
        page.say("These have none, so that what depends on them is not known.");
        seen.parameters.iter().for_each(|name| page.offer(&format!("  {}: \"\"", quoted(name))));
    }

    page.section("Findings that are right and stay. Beside the code, a comment does the same.");
    page.offer("ignore:");
    page.offer("  - rule: unreadable-file");
    page.offer("    path: /generated/");
    page.offer("    reason: the generator writes what we do not read");
    page.offer("    until: 2030-12-31");

    page.section(
        "Findings that were there before: `cognito-lint baseline write` writes them down, and only new ones are shown.",
    );
    let count: usize = seen.findings.values().sum();
    if count > 0 {
        page.say(&format!("Findings now: {count}."));
    }
    page.offer("baseline: cognito-lint-baseline.json");
    page.text
}

/// The text of a scalar that may hold anything.
fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}

#[derive(Default)]
struct Page {
    text: String,
}

impl Page {
    fn line(&mut self, start: &str, line: &str) {
        // Writing to a text does not fail.
        let _ = writeln!(self.text, "{start}{line}");
    }

    fn section(&mut self, title: &str) {
        self.text.push('\n');
        self.say(title);
    }

    fn say(&mut self, sentence: &str) {
        self.line("# ", sentence);
    }

    fn set(&mut self, setting: &str) {
        self.line("", setting);
    }

    fn offer(&mut self, setting: &str) {
        self.line("#", setting);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Config, ConfigFile};

    fn seen() -> Seen {
        Seen {
            understood: "1 pool".to_owned(),
            findings: BTreeMap::from([("unreadable-file", 2), ("unused-ignore", 1)]),
            examples: BTreeSet::from(["/a \"b\"\n/examples/".to_owned(), "/web/demo/".to_owned()]),
            left_out: vec![(LeftOut::Test, 3)],
            parameters: BTreeSet::from(["Stage".to_owned(), "a: b\u{1b}".to_owned()]),
        }
    }

    fn parsed(text: String) -> Config {
        ConfigFile::parse("/p/cognito-lint.yml".into(), text).map(|file| file.config).unwrap()
    }

    #[test]
    fn what_is_written_is_valid_and_changes_nothing() {
        for seen in [Seen::default(), seen()] {
            let config = parsed(text(&seen));
            assert_eq!(
                (config.level, config.fail_on),
                (Some(crate::finding::Level::Default), Some(crate::finding::Severity::Warning))
            );
            assert!(config.exclude.is_empty() && config.rules.is_empty() && config.ignore.is_empty());
            assert!(config.parameters.is_empty() && config.baseline.is_none() && config.paths.is_empty());
        }
    }

    #[test]
    fn what_is_offered_is_valid_too() {
        for seen in [Seen::default(), seen()] {
            let offered = text(&seen);
            let taken = offered.lines().map(|line| match line.strip_prefix('#') {
                Some(setting) if !setting.starts_with(' ') || setting.starts_with("  ") => setting.to_owned(),
                _ => line.to_owned(),
            });
            let config = parsed(taken.collect::<Vec<_>>().join("\n"));
            assert!(!config.exclude.is_empty() && !config.rules.is_empty() && config.ignore.len() == 1);
            assert_eq!(config.parameters.len(), seen.parameters.len().max(1));
            assert_eq!(config.rules.len(), seen.findings.len().max(1));
        }
    }

    #[test]
    fn folders_of_examples_are_told_by_their_name() {
        assert_eq!(example_folder("web/examples/auth/a.ts".into()).as_deref(), Some("/web/examples/"));
        assert_eq!(example_folder("web/example.ts".into()), None);
    }
}
