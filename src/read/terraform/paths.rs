//! Folders as configurations name them.

use camino::{Utf8Path, Utf8PathBuf};

/// A folder as seen from another: `modules/auth`, `../shared`, `.` for the same.
pub(super) fn relative(folder: &Utf8Path, from: &Utf8Path) -> String {
    let shared = folder.components().zip(from.components()).take_while(|(one, other)| one == other).count();
    let mut path = Utf8PathBuf::new();
    from.components().skip(shared).for_each(|_| path.push(".."));
    folder.components().skip(shared).for_each(|part| path.push(part));
    if path.as_str().is_empty() { ".".to_owned() } else { path.into_string() }
}

#[cfg(test)]
mod tests {
    use super::relative;

    #[test]
    fn folders_are_told_from_one_another() {
        for (folder, from, expected) in
            [("/p/a/b", "/p/a", "b"), ("/p/a", "/p/a", "."), ("/p/c/d", "/p/a/b", "../../c/d")]
        {
            assert_eq!(relative(folder.into(), from.into()), expected);
        }
    }
}
