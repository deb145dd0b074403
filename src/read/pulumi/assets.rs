//! Code as a program gives it to a function: assets and archives.

use crate::value::{Kind, Value, Why};

/// What names a file or folder.
const FILES: &[&str] = &["filearchive", "fileasset"];

/// The path of the code in an archive.
pub(super) fn path(value: &Value) -> Option<&str> {
    let Kind::Unknown(Why::Result(answer)) = &value.kind else { return None };
    let argument = answer.arguments.first()?;
    let function = answer.callee.to_ascii_lowercase();
    if FILES.contains(&function.as_str()) {
        return argument.text();
    }
    // An archive of several things: the first that lies in the tree.
    let parts = argument.map().filter(|_| function == "assetarchive")?;
    parts.entries.iter().find_map(|entry| path(&entry.value))
}
