//! Findings that were there before: what a team starts from.
//!
//! A baseline holds what identifies a finding while lines move: rule, file, resource and condition, with a count where
//! several findings are alike. The message is there for people, and to know a finding again in a file that was renamed.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

use super::Finding;

/// The version of the file's shape.
const VERSION: u32 = 1;

/// A baseline as its file holds it, sorted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    version: u32,
    findings: Vec<Entry>,
}

/// Findings that are alike.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    path: String,
    rule: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    resource: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    when: Option<String>,
    message: String,
    #[serde(default = "one", skip_serializing_if = "is_one")]
    count: usize,
}

fn one() -> usize {
    1
}

fn is_one(count: &usize) -> bool {
    *count == 1
}

/// What a baseline and the findings of a run have in common.
#[derive(Debug)]
pub struct Comparison {
    /// Which of the findings are in the baseline.
    pub known: Vec<bool>,
    /// How many findings of the baseline are gone.
    pub stale: usize,
    /// The baseline without these, files that were renamed under their new names.
    pub pruned: Baseline,
}

impl Baseline {
    /// A baseline of these findings; `path` names a finding's file.
    pub fn of<'f>(findings: impl IntoIterator<Item = &'f Finding>, path: impl Fn(&Finding) -> String) -> Self {
        Self::collect(findings.into_iter().map(|finding| Entry::of(finding, path(finding))))
    }

    fn collect(entries: impl Iterator<Item = Entry>) -> Self {
        let mut counts: BTreeMap<Entry, usize> = BTreeMap::new();
        for entry in entries {
            *counts.entry(Entry { count: 0, ..entry }).or_default() += entry.count;
        }
        let findings = counts.into_iter().map(|(entry, count)| Entry { count, ..entry }).collect();
        Self { version: VERSION, findings }
    }

    /// Reads the text of a baseline.
    ///
    /// # Errors
    /// A sentence where it is none, or one of a later version.
    pub fn parse(text: &str) -> Result<Self, String> {
        let baseline: Self = serde_json::from_str(text).map_err(|error| format!("this is no baseline: {error}"))?;
        if baseline.version == VERSION {
            Ok(baseline)
        } else {
            Err(format!("this baseline has version {}; this program reads version {VERSION}", baseline.version))
        }
    }

    /// The text of the file.
    pub fn text(&self) -> String {
        // Texts and numbers can always be written.
        serde_json::to_string_pretty(self).map(|text| text + "\n").unwrap_or_default()
    }

    /// How many findings it holds.
    pub fn len(&self) -> usize {
        self.findings.iter().fold(0, |sum, entry| sum.saturating_add(entry.count))
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.findings.is_empty()
    }

    /// Compares it with the findings of a run: first in their files, then those in files that are gone with findings of the
    /// same rule, resource, condition and message elsewhere. `path` names a finding's file as `exists` takes it.
    pub fn compare(
        &self,
        findings: &[Finding],
        path: impl Fn(&Finding) -> String,
        exists: impl Fn(&str) -> bool,
    ) -> Comparison {
        let told: Vec<Entry> = findings.iter().map(|finding| Entry::of(finding, path(finding))).collect();
        let mut left: Vec<usize> = self.findings.iter().map(|entry| entry.count).collect();
        let mut known = vec![false; told.len()];
        self.take(&told, &mut known, &mut left, Entry::identity, |_| true);
        self.take(&told, &mut known, &mut left, Entry::identity_elsewhere, |entry| !exists(&entry.path));
        let pruned = told.into_iter().zip(&known).filter(|(_, known)| **known).map(|(entry, _)| entry);
        Comparison {
            stale: left.iter().fold(0, |sum, count| sum.saturating_add(*count)),
            pruned: Self::collect(pruned),
            known,
        }
    }

    /// Matches findings that are not known yet with what is left of the entries that `counts` lets through.
    fn take<'e, K: Eq + std::hash::Hash>(
        &'e self,
        told: &'e [Entry],
        known: &mut [bool],
        left: &mut [usize],
        identity: fn(&'e Entry) -> K,
        counts: impl Fn(&Entry) -> bool,
    ) {
        let mut entries: HashMap<K, Vec<usize>> = HashMap::new();
        for (at, entry) in self.findings.iter().enumerate().rev() {
            if left.get(at).is_some_and(|left| *left > 0) && counts(entry) {
                entries.entry(identity(entry)).or_default().push(at);
            }
        }
        for (entry, known) in told.iter().zip(known).filter(|(_, known)| !**known) {
            let Some(candidates) = entries.get_mut(&identity(entry)) else { continue };
            while let Some(at) = candidates.last() {
                match left.get_mut(*at) {
                    Some(left) if *left > 0 => {
                        *left -= 1;
                        *known = true;
                        break;
                    }
                    _ => drop(candidates.pop()),
                }
            }
        }
    }
}

impl Entry {
    fn of(finding: &Finding, path: String) -> Self {
        Self {
            path,
            rule: finding.rule.to_owned(),
            resource: finding.resource.as_deref().map(str::to_owned),
            when: (!finding.when.is_always()).then(|| finding.when.to_string()),
            message: finding.message.clone(),
            count: 1,
        }
    }

    fn identity(&self) -> (&str, &str, Option<&str>, Option<&str>) {
        (&self.path, &self.rule, self.resource.as_deref(), self.when.as_deref())
    }

    fn identity_elsewhere(&self) -> (&str, &str, Option<&str>, Option<&str>) {
        (&self.message, &self.rule, self.resource.as_deref(), self.when.as_deref())
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::finding;
    use super::*;

    fn told(findings: &[Finding], path: &str) -> Baseline {
        Baseline::of(findings, |_| path.to_owned())
    }

    fn two() -> Vec<Finding> {
        vec![finding("auth-flow-not-allowed", 1), finding("auth-flow-not-allowed", 2)]
    }

    #[test]
    fn lines_may_move_and_messages_be_reworded() {
        let moved = Finding { message: "said otherwise".to_owned(), ..finding("auth-flow-not-allowed", 50) };
        let compared = told(&two(), "a.ts").compare(&[moved], |_| "a.ts".to_owned(), |_| true);
        assert_eq!((compared.known, compared.stale), (vec![true], 1));
        assert_eq!(compared.pruned.len(), 1);
    }

    #[test]
    fn one_more_of_a_kind_is_new() {
        let three = [two(), two()[..1].to_vec()].concat();
        let compared = told(&two(), "a.ts").compare(&three, |_| "a.ts".to_owned(), |_| true);
        assert_eq!((compared.known, compared.stale), (vec![true, true, false], 0));
    }

    #[test]
    fn a_file_that_was_renamed_keeps_its_findings_and_a_copy_does_not() {
        let before = told(&two(), "old.ts");
        let renamed = before.compare(&two(), |_| "new.ts".to_owned(), |path| path == "new.ts");
        assert_eq!((renamed.known, renamed.stale, renamed.pruned), (vec![true, true], 0, told(&two(), "new.ts")));
        let copied = before.compare(&two(), |_| "new.ts".to_owned(), |_| true);
        assert_eq!((copied.known, copied.stale), (vec![false, false], 2));
        let other = Finding { message: "something else".to_owned(), ..finding("auth-flow-not-allowed", 1) };
        let compared = before.compare(&[other], |_| "new.ts".to_owned(), |path| path == "new.ts");
        assert_eq!(compared.known, [false]);
    }

    #[test]
    fn resource_and_condition_tell_findings_apart() {
        let about = |resource: &str| Finding { resource: Some(resource.into()), ..finding("auth-flow-not-allowed", 1) };
        let compared = told(&[about("Web")], "a.ts").compare(&[about("Mobile")], |_| "a.ts".to_owned(), |_| true);
        assert_eq!(compared.known, [false]);
    }

    #[test]
    fn the_file_is_sorted_has_no_lines_and_is_read_again() {
        let findings =
            [finding("unreadable-file", 9), finding("auth-flow-not-allowed", 8), finding("unreadable-file", 1)];
        let baseline = told(&findings, "a.ts");
        let text = baseline.text();
        assert_eq!(
            text,
            r#"{
  "version": 1,
  "findings": [
    {
      "path": "a.ts",
      "rule": "auth-flow-not-allowed",
      "message": "this call is refused"
    },
    {
      "path": "a.ts",
      "rule": "unreadable-file",
      "message": "this call is refused",
      "count": 2
    }
  ]
}
"#
        );
        assert_eq!(Baseline::parse(&text), Ok(baseline));
        for text in ["", "[]", "{}", r#"{"version": 2, "findings": []}"#, r#"{"version": 1, "findings": [{}]}"#] {
            assert!(Baseline::parse(text).is_err(), "{text}");
        }
    }
}
