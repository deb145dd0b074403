//! Paths as seen from the current directory, and from the root of the repository.

use camino::{Utf8Component, Utf8Path, Utf8PathBuf};

/// Makes a path absolute and takes `.` and `..` out of it, without asking the file system.
pub fn absolute(path: &Utf8Path, current: &Utf8Path) -> Utf8PathBuf {
    let mut absolute = Utf8PathBuf::new();
    for component in current.join(path).components() {
        match component {
            Utf8Component::CurDir => {}
            Utf8Component::ParentDir => drop(absolute.pop()),
            other => absolute.push(other),
        }
    }
    absolute
}

/// Tells paths as seen from a folder.
pub struct Relative<'path> {
    /// The folder and those it stands in, innermost first, each with the steps up to it.
    folders: Vec<(&'path Utf8Path, String)>,
}

impl<'path> Relative<'path> {
    /// Paths as seen from this absolute folder.
    pub fn to(folder: &'path Utf8Path) -> Self {
        let folders = folder.ancestors().enumerate().map(|(steps, ancestor)| (ancestor, "../".repeat(steps))).collect();
        Self { folders }
    }

    /// An absolute path, with forward slashes.
    pub fn path(&self, absolute: &Utf8Path) -> Utf8PathBuf {
        let slashed = |path: &Utf8Path| path.as_str().replace(std::path::MAIN_SEPARATOR, "/");
        for (folder, up) in &self.folders {
            match absolute.strip_prefix(folder) {
                Ok(below) if up.is_empty() && !cfg!(windows) => return below.to_owned(),
                Ok(below) => return format!("{up}{}", slashed(below)).into(),
                Err(_) => {}
            }
        }
        slashed(absolute).into()
    }
}

/// The two folders that paths are told from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Folders {
    current: Utf8PathBuf,
    repository: Utf8PathBuf,
}

impl Folders {
    /// The current directory (absolute), and the root of the git repository that holds what is scanned: the one around the
    /// current directory where it also holds the first of `paths`, else the one around that path. Without one, the current
    /// directory stands for it.
    pub fn of(paths: &[Utf8PathBuf], current: &Utf8Path) -> Self {
        let scanned = paths.first().map_or_else(|| current.to_owned(), |path| absolute(path, current));
        let own = repository_around(current).filter(|root| scanned.starts_with(root));
        let repository = own.or_else(|| repository_around(&scanned)).unwrap_or(current);
        Self { current: current.to_owned(), repository: repository.to_owned() }
    }

    /// The root of the repository.
    pub fn repository(&self) -> &Utf8Path {
        &self.repository
    }

    /// A path that is told from the current directory, told from the root of the repository.
    pub fn from_repository(&self, path: &Utf8Path) -> Utf8PathBuf {
        if self.current == self.repository {
            return path.to_owned();
        }
        Relative::to(&self.repository).path(&absolute(path, &self.current))
    }
}

/// The root of the innermost repository that a path is in.
fn repository_around(path: &Utf8Path) -> Option<&Utf8Path> {
    // A submodule's or worktree's `.git` is a file.
    path.ancestors().find(|folder| folder.join(".git").exists())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// How a path that is scanned from a folder is told from the root of its repository; `outer` and `outer/inner` are
    /// repositories, `plain` is none.
    fn told(current: &str, path: &str) -> String {
        let folder = tempfile::Builder::new().prefix("folders").tempdir().unwrap();
        let root = Utf8Path::from_path(folder.path()).unwrap();
        for name in ["outer/.git", "outer/web/src", "outer/inner/src", "plain/src"] {
            fs::create_dir_all(root.join(name)).unwrap();
        }
        fs::write(root.join("outer/inner/.git"), "gitdir: elsewhere\n").unwrap();
        Folders::of(&[path.into()], &root.join(current)).from_repository(Utf8Path::new(path)).into_string()
    }

    #[test]
    fn paths_are_told_from_the_repository_that_holds_them() {
        assert_eq!(told("outer", "web/src"), "web/src");
        assert_eq!(told("outer/web", "src"), "web/src");
        assert_eq!(told("outer/web", "../web/./src"), "web/src");
        assert_eq!(told("", "outer/web"), "web");
        assert_eq!(told("plain", "../outer/web"), "web");
    }

    #[test]
    fn a_submodule_belongs_to_the_repository_it_is_scanned_from() {
        assert_eq!(told("outer", "inner/src"), "inner/src");
        assert_eq!(told("outer/inner", "src"), "src");
        assert_eq!(told("outer/inner", "../web"), "web");
    }

    #[test]
    fn without_a_repository_the_current_directory_counts() {
        assert_eq!(told("plain", "src"), "src");
        assert_eq!(told("plain", "../plain/src"), "../plain/src");
    }
}
