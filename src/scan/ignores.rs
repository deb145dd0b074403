//! What ignores cover, and what came of each.

use std::collections::HashSet;

use camino::Utf8Path;

use crate::config::{ConfigFile, Selections};
use crate::finding::Finding;
use crate::finding::suppression::Suppression;
use crate::model::{Model, client, pool};
use crate::read::ignore::Ignore;
use crate::rule::{self, Entry, Outcome};
use crate::source::paths::Relative;
use crate::source::{FileId, SourceFile, SourceMap};

use super::Options;

/// The rules that look at changes; where nothing tells of a change, they have looked at nothing.
const OF_CHANGES: [&str; 4] = ["client-replaced", "device-tracking-changed", "pool-replaced", "schema-change-refused"];

/// The rules that compare infrastructure with code; where one of them stands in another repository, they have seen half.
const OF_BOTH_SIDES: [&str; 26] = [
    "auth-flow-not-allowed",
    "auth-flow-unused",
    "authorizer-mismatch",
    "client-of-foreign-pool",
    "custom-auth-without-triggers",
    "device-challenge-unhandled",
    "device-key-missing-on-refresh",
    "device-never-confirmed",
    "device-opt-in-never-remembered",
    "device-tracking-with-password-flow",
    "environment-mixup",
    "partial-update",
    "pool-client-mismatch",
    "refresh-client-mismatch",
    "refresh-flow-missing",
    "refresh-flow-not-allowed",
    "refresh-token-unavailable",
    "region-mismatch",
    "rotated-token-not-stored",
    "rotation-with-refresh-token-auth",
    "secret-hash-missing",
    "secret-hash-unexpected",
    "secret-hash-username",
    "secret-in-public-client",
    "token-verifier-mismatch",
    "wrong-reference",
];

/// Marks the findings that an ignore covers, and adds those of `judges`, the rules about ignores. `is_whole` says whether
/// the whole project was scanned; an ignore may cover what a part of it does not show.
pub fn settle(
    findings: &mut Vec<Finding>,
    outcome: &mut Outcome,
    model: &mut Model,
    judges: &[&'static Entry],
    options: &Options,
    is_whole: bool,
) {
    if model.facts.ignores.is_empty() {
        return;
    }
    let faulty = files_with_faults(model);
    let failed: HashSet<&str> = outcome.failed.iter().map(|(rule, _)| *rule).collect();
    let tells_changes = options.base.is_some() || !model.facts.changes.is_empty();
    let has_pools = [pool::TYPE, client::TYPE].iter().any(|type_name| !model.distinct(type_name).is_empty());
    let sees_both = has_pools && !model.facts.calls.is_empty();
    let can_tell = |rule: &&str| {
        !failed.contains(rule)
            && (tells_changes || !OF_CHANGES.contains(rule))
            && (sees_both || !OF_BOTH_SIDES.contains(rule))
    };
    let ran: HashSet<&str> =
        options.rules.iter().copied().chain(options.policies.rules()).map(|rule| rule.name).filter(can_tell).collect();
    let is_told = |rule: &str, ignore: &Ignore| is_whole && ran.contains(rule) && !faulty.contains(&ignore.loc.file);

    let is_rule = |rule: &str| rule::named(rule).is_ok() || options.policies.may_have(rule);

    let suppression = Suppression::new(&model.facts.ignores, options.today, &model.sources);
    let selections = options.config.as_ref().map(Selections::of);
    let selects = |entry: usize, finding: &Finding| {
        selections.as_ref().is_some_and(|patterns| patterns.ignores(entry, finding, &model.sources))
    };
    let used = suppression.mark(findings, selects);
    let verdicts = suppression.verdicts(&used, options.today, is_rule, is_told);
    let rules = model.facts.ignores.iter_mut().flat_map(|ignore| &mut ignore.rules);
    rules.zip(verdicts.into_iter().flatten()).for_each(|(rule, verdict)| rule.verdict = Some(verdict));

    let mut judged = rule::run(judges, model);
    let selects = |entry: usize, finding: &Finding| {
        selections.as_ref().is_some_and(|patterns| patterns.ignores(entry, finding, &model.sources))
    };
    Suppression::new(&model.facts.ignores, options.today, &model.sources).mark(&mut judged.findings, selects);
    findings.append(&mut judged.findings);
    outcome.failed.append(&mut judged.failed);
}

/// Adds the configuration's file to the files of the scan, so that findings may stand in it.
pub fn add(file: &ConfigFile, sources: &mut SourceMap, current: &Utf8Path) -> FileId {
    let shown = Relative::to(current).path(&file.path);
    sources.add(SourceFile::with_text(shown, file.path.clone(), file.text.as_str()))
}

/// The files that were not read wholly, so that a finding may be missing.
fn files_with_faults(model: &Model) -> HashSet<FileId> {
    let unreadable = model.facts.unreadable.iter().map(|fault| fault.loc.file);
    let limited = model.facts.notes.iter().filter(|note| matches!(note.kind, "limit" | "unreadable"));
    unreadable.chain(limited.filter_map(|note| note.loc.map(|loc| loc.file))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_name_rules() {
        assert!(OF_CHANGES.iter().chain(&OF_BOTH_SIDES).all(|name| rule::named(name).is_ok()));
    }
}
