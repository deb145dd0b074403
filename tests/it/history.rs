//! Git repositories that tests make.

use std::fs;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

/// Runs git in a folder, without the settings of the machine.
pub fn git(folder: &Path, arguments: &[&str]) -> String {
    let mut git = Command::new("git");
    git.current_dir(folder).args(arguments);
    git.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
    for role in ["AUTHOR", "COMMITTER"] {
        git.env(format!("GIT_{role}_NAME"), "Test").env(format!("GIT_{role}_EMAIL"), "test@example.com");
    }
    let output = git.output().expect("git is on the machine");
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
}

/// Makes a repository of a folder.
pub fn start(folder: &Path) {
    git(folder, &["init", "--quiet", "--initial-branch=main"]);
}

/// Commits all that is in a folder.
pub fn commit(folder: &Path) {
    git(folder, &["add", "--all"]);
    git(folder, &["commit", "--quiet", "--allow-empty", "--message", "a commit"]);
}

/// A repository in a folder of its own.
pub struct History(TempDir);

impl History {
    /// One without commits.
    pub fn new() -> Self {
        let folder = tempfile::Builder::new().prefix("history").tempdir().expect("a folder");
        start(folder.path());
        Self(folder)
    }

    /// One with these files in its only commit.
    pub fn with(files: &[(&str, &str)]) -> Self {
        let history = Self::new();
        history.write(files);
        history.commit();
        history
    }

    /// Its folder.
    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// Writes files.
    pub fn write(&self, files: &[(&str, &str)]) {
        write(self.path(), files);
    }

    /// Removes a file.
    pub fn remove(&self, path: &str) {
        fs::remove_file(self.path().join(path)).expect("the file was there");
    }

    /// Commits all that is there.
    pub fn commit(&self) {
        commit(self.path());
    }

    /// Runs git in it.
    pub fn git(&self, arguments: &[&str]) -> String {
        git(self.path(), arguments)
    }
}

/// Writes files below a folder.
pub fn write<P: AsRef<str>, T: AsRef<str>>(folder: &Path, files: &[(P, T)]) {
    for (path, text) in files {
        let (path, text) = (folder.join(path.as_ref()), text.as_ref());
        fs::create_dir_all(path.parent().expect("it is below the folder")).expect("a folder for the file");
        fs::write(path, text).expect("a file");
    }
}
