//! Paths by their text alone.

use camino::{Utf8Component, Utf8Path, Utf8PathBuf};

/// The path of what is in an archive. One that something else makes mostly has the name of the folder that it is made of.
pub(super) fn unpacked(path: Utf8PathBuf) -> Utf8PathBuf {
    if path.extension() == Some("zip") { path.with_extension("") } else { path }
}

/// A path without `.` and `..`, by its text alone.
pub(super) fn normal(path: &Utf8Path) -> Utf8PathBuf {
    let mut normal = Utf8PathBuf::new();
    for component in path.components() {
        match component {
            Utf8Component::CurDir => {}
            Utf8Component::ParentDir => {
                normal.pop();
            }
            _ => normal.push(component),
        }
    }
    normal
}
