//! What a project says about how it is to be scanned: `cognito-lint.yml`.
//!
//! The types below are the format. The JSON Schema is generated from them, and the sentences on their members are what
//! editors show.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Deserialize;

use crate::finding::{Finding, Level, Severity};
use crate::rule::{self, Entry};

pub mod file;
pub mod init;

mod selection;
pub mod terms;

pub use file::{ConfigFile, Error};
pub use selection::Selections;

use terms::{Day, PathPattern, ResourcePattern, RuleName, Setting};

/// Configuration of cognito-lint.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Config {
    /// Files and folders to scan where the command line names none, relative to this file.
    pub paths: Vec<String>,
    /// Files and folders to leave out, as patterns of .gitignore relative to this file.
    pub exclude: Vec<PathPattern>,
    /// Which findings to show: strict adds hygiene and opinions, audit adds guesses.
    pub level: Option<Level>,
    /// The least severity that makes the exit code 1.
    pub fail_on: Option<Severity>,
    /// Run these rules only.
    pub only: Vec<RuleName>,
    /// Leave these rules out.
    pub skip: Vec<RuleName>,
    /// Rules that are off, or whose severity or level is another than their own.
    pub rules: BTreeMap<RuleName, Setting>,
    /// Findings that are right and stay.
    pub ignore: Vec<Ignored>,
    /// Values for the parameters of templates.
    pub parameters: BTreeMap<String, String>,
    /// Files with values for the parameters of templates, relative to this file.
    pub parameter_files: Vec<String>,
    /// Policies in Guard: files, and folders whose .guard files are taken, relative to this file.
    pub policies: Vec<String>,
    /// What a policy cannot decide, because a value is not known, fails it.
    pub strict_policies: bool,
    /// Files with facts of other repositories to join with, as `cognito-lint facts` wrote them, relative to this file.
    pub with: Vec<String>,
    /// The baseline, relative to this file: findings that were there when it was written are not shown.
    pub baseline: Option<String>,
}

/// Findings that are right and stay: those of the rules that fit every pattern that is given.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Ignored {
    /// The rule, or a list of rules.
    pub rule: terms::OneOrMore,
    /// The logical id of the resource that the finding is about; * stands for any characters.
    pub resource: Option<ResourcePattern>,
    /// The file that the finding stands in, as a pattern of .gitignore relative to this file.
    pub path: Option<PathPattern>,
    /// Why.
    pub reason: Option<String>,
    /// The last day on which this holds.
    pub until: Option<Day>,
}

impl Config {
    /// The rules to run: those that are asked for on the command line, else those of this configuration. What the command
    /// line skips never runs.
    pub fn rules(&self, only: &[RuleName], skip: &[RuleName]) -> Vec<&'static Entry> {
        rule::all().iter().filter(|entry| self.wants(entry.name, only, skip)).collect()
    }

    /// Whether a rule is to run; see [`Config::rules`].
    pub fn wants(&self, rule: &str, only: &[RuleName], skip: &[RuleName]) -> bool {
        let is_in = |list: &[RuleName]| list.iter().any(|name| name.as_str() == rule);
        let is_configured = || {
            (self.only.is_empty() || is_in(&self.only))
                && !is_in(&self.skip)
                && self.setting(rule) != Some(&Setting::Off)
        };
        !is_in(skip) && if only.is_empty() { is_configured() } else { is_in(only) }
    }

    /// Gives findings the severity and level that this configuration has for their rules.
    pub fn adjust(&self, findings: &mut [Finding]) {
        for finding in findings {
            if let Some(Setting::As { severity, level }) = self.setting(finding.rule) {
                finding.severity = severity.unwrap_or(finding.severity);
                finding.level = level.unwrap_or(finding.level);
            }
        }
    }

    /// The rules of policies that it selects or sets, each once.
    pub fn rules_of_policies(&self) -> impl Iterator<Item = &RuleName> {
        let named = self.only.iter().chain(&self.skip).chain(self.rules.keys());
        named.filter(|name| name.is_of_policy()).collect::<BTreeSet<_>>().into_iter()
    }

    fn setting(&self, rule: &str) -> Option<&Setting> {
        self.rules.iter().find(|(name, _)| name.as_str() == rule).map(|(_, setting)| setting)
    }
}

/// The JSON Schema of the configuration, for editors.
pub fn schema() -> serde_json::Value {
    let mut schema = schemars::schema_for!(Config).to_value();
    // The order of keys is another where some other crate asks serde_json to keep it.
    schema.sort_all_objects();
    schema
}

#[cfg(test)]
mod tests {
    use std::{env, fs};

    use super::*;

    fn rules(text: &str, only: &[&str], skip: &[&str]) -> Vec<&'static str> {
        let config: Config = serde_yaml::from_str(text).unwrap();
        let named = |names: &[&str]| names.iter().map(|name| RuleName::parse(name).unwrap()).collect::<Vec<_>>();
        config.rules(&named(only), &named(skip)).iter().map(|entry| entry.name).collect()
    }

    #[test]
    fn the_command_line_outweighs_the_file() {
        let text = "only: [unreadable-file, unknown-ignore]\nskip: [unknown-ignore]";
        assert_eq!(rules(text, &[], &[]), ["unreadable-file"]);
        assert_eq!(rules(text, &["unknown-ignore"], &[]), ["unknown-ignore"]);
        assert_eq!(rules(text, &["unknown-ignore"], &["unknown-ignore"]), [""; 0]);
        let off = "rules: { unreadable-file: off, unknown-ignore: info }";
        assert_eq!(rules(off, &[], &[]).len(), rule::all().len() - 1);
        assert_eq!(rules(off, &["unreadable-file"], &[]), ["unreadable-file"]);
    }

    #[test]
    fn severity_and_level_are_those_of_the_file() {
        use crate::finding::testing::finding;
        let config: Config = serde_yaml::from_str(
            "rules: { unreadable-file: warning, unknown-ignore: { level: strict }, unused-ignore: { severity: info, level: audit } }",
        )
        .unwrap();
        let mut findings =
            ["unreadable-file", "unknown-ignore", "unused-ignore", "pool-client-mismatch"].map(|rule| finding(rule, 1));
        config.adjust(&mut findings);
        let told = findings.map(|finding| (finding.severity, finding.level));
        assert_eq!(
            told,
            [
                (Severity::Warning, Level::Default),
                (Severity::Error, Level::Strict),
                (Severity::Info, Level::Audit),
                (Severity::Error, Level::Default)
            ]
        );
    }

    #[test]
    fn the_committed_schema_is_that_of_the_types() {
        let path = "cognito-lint.schema.json";
        let schema = format!("{}\n", serde_json::to_string_pretty(&schema()).unwrap());
        if env::var_os("UPDATE").is_some() {
            fs::write(path, &schema).unwrap();
        }
        let committed = fs::read_to_string(path).unwrap_or_default();
        assert!(committed == schema, "{path} is not the schema of this program; UPDATE=1 cargo test writes it");
    }
}
