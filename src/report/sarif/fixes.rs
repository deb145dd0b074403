//! Fixes in a SARIF log (SARIF 3.55 to 3.57): the changes of a finding, file by file.

use std::collections::BTreeMap;

use crate::finding::fix::Fix;
use crate::source::FileId;
use crate::source::edit::Edit;

use super::super::Report;
use super::super::escape::Escaped;
use super::super::region::Region;
use super::log::{ArtifactChange, Fix as Written, Replacement, Text};
use super::physical;

pub fn fix(report: &Report, fix: &Fix) -> Written {
    let mut files: BTreeMap<FileId, Vec<&Edit>> = BTreeMap::new();
    for edit in &fix.edits {
        files.entry(edit.loc.file).or_default().push(edit);
    }
    let review = if fix.safe { "" } else { " (to be looked at: it is not certain that this is what was meant)" };
    let changes = files.into_values().filter_map(|edits| change(report, &edits));
    Written {
        description: Text { text: format!("{}{review}", Escaped(&fix.description)) },
        artifact_changes: changes.collect(),
    }
}

fn change(report: &Report, edits: &[&Edit]) -> Option<ArtifactChange> {
    let path = report.path_in_repository(edits.first()?.loc);
    let replacement = |edit: &&Edit| Replacement {
        deleted_region: Region::exactly(&report.sources, edit.loc),
        inserted_content: (!edit.text.is_empty()).then(|| Text { text: edit.text.clone() }),
    };
    let artifact_location = physical(&path, None).artifact_location;
    Some(ArtifactChange { artifact_location, replacements: edits.iter().map(replacement).collect() })
}
