//! A file that the scan wanted and could not read, wholly or in part.

use std::collections::BTreeMap;

use crate::finding::{Level, Severity};
use crate::model::Model;
use crate::read::Unreadable;
use crate::rule::{About, Findings, Report, Rule};
use crate::source::FileId;

/// The rule. One finding per file: faults after the first are often its consequence.
pub static RULE: Rule = Rule {
    severity: Severity::Warning,
    level: Level::Default,
    summary: "a file that concerns Cognito cannot be read, so that findings may be missing",
    check,
};

fn check(model: &Model, out: &mut Findings<'_>) {
    let mut first: BTreeMap<FileId, &Unreadable> = BTreeMap::new();
    for fault in &model.facts.unreadable {
        let known = first.entry(fault.loc.file).or_insert(fault);
        if fault.loc < known.loc {
            *known = fault;
        }
    }
    for fault in first.values() {
        out.add(
            Report::new(About::default(), fault.loc, &fault.message)
                .message("this file is not understood from here on, so that findings may be missing")
                .help("correct the file; what could be read of it was used"),
        );
    }
}
