//! What the `git` program knows: where a repository is, which commit a name means, which files a commit holds.
//!
//! Only objects are read: no work tree, index, hook or filter is touched, and nothing is fetched. The repository may be
//! anybody's, so that no setting of it may run a program.

use std::io::{self, BufRead, BufReader, ErrorKind};
use std::process::{Command, Output, Stdio};

use camino::{Utf8Path, Utf8PathBuf};
use thiserror::Error;

/// More files than this in one commit are not listed: trees that name each other can stand for any number.
const MOST_FILES: usize = 500_000;

/// What the environment may say of another repository than the one asked about.
const ELSEWHERE: [&str; 6] =
    ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_NAMESPACE", "GIT_PREFIX"];

/// Why git does not say what it is asked.
#[derive(Debug, Error)]
pub enum Trouble {
    /// There is no `git`.
    #[error("the program `git` cannot be run: {0}")]
    Program(#[source] io::Error),
    /// The folder is in no repository, or git does not trust it.
    #[error("`{folder}` is not in a git repository that can be used: {said}")]
    Repository {
        /// The folder.
        folder: Utf8PathBuf,
        /// What git says.
        said: String,
    },
    /// The name is not known.
    #[error("`{name}` is no revision of this repository")]
    Revision {
        /// The name.
        name: String,
        /// The repository holds only the last commits.
        is_shallow: bool,
    },
    /// Nothing is committed.
    #[error("this repository has no commit yet")]
    Empty,
    /// The histories do not meet.
    #[error("no commit of this repository is shared by `{name}` and HEAD")]
    Apart {
        /// The name.
        name: String,
        /// The repository holds only the last commits.
        is_shallow: bool,
    },
    /// An object is not there.
    #[error("the content of `{path}` at {commit} is not in this clone")]
    Missing {
        /// The file.
        path: String,
        /// The commit, shortened.
        commit: String,
    },
    /// A commit holds more files, or more bytes, than are read.
    #[error("commit {0} is too large to be read")]
    TooLarge(String),
    /// Something else.
    #[error("git failed: {0}")]
    Failed(String),
}

impl Trouble {
    /// The way out.
    pub fn help(&self) -> &'static str {
        match self {
            Self::Program(_) => "install git, and see that it is on the PATH",
            Self::Repository { .. } => "--base needs the history of the project: run it inside a clone",
            Self::Empty => "commit something first, or leave --base out",
            Self::Revision { is_shallow: true, .. } | Self::Apart { is_shallow: true, .. } => {
                "this clone is shallow, and the history that --base needs is not in it: run `git fetch --unshallow`, or give \
                 actions/checkout `fetch-depth: 0`"
            }
            Self::Revision { .. } => {
                "give a commit, branch or tag that `git log` knows; fetch a branch of the server first (`git fetch origin \
                 main`), then name it `origin/main`"
            }
            Self::Apart { .. } => "name a revision that this branch was made from",
            Self::Missing { .. } => {
                "this clone leaves contents out (a partial clone), and cognito-lint fetches nothing: clone without --filter"
            }
            Self::TooLarge(_) => "scan a folder of the project instead of all of it",
            Self::Failed(_) => "run `git fsck` to see whether the repository is sound",
        }
    }
}

/// A repository with a work tree.
#[derive(Clone, Debug)]
pub struct Repository {
    /// The top of the work tree, as the file system knows it: without links.
    top: Utf8PathBuf,
}

/// A commit by its full name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit(String);

impl Commit {
    /// Its name as people write it.
    pub fn short(&self) -> &str {
        self.0.get(..10).unwrap_or(&self.0)
    }
}

/// A file of a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Relative to the top of the work tree.
    pub path: Utf8PathBuf,
    /// What it is.
    pub entry: Entry,
}

/// What a commit's entry is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// A file with the name of its content, and its size where the content is there.
    File(String, Option<u64>),
    /// Another repository.
    Submodule,
}

impl Repository {
    /// The repository that a folder is in.
    ///
    /// # Errors
    /// [`Trouble::Program`] and [`Trouble::Repository`].
    pub fn around(folder: &Utf8Path) -> Result<Self, Trouble> {
        let output = run(folder, ["rev-parse", "--show-toplevel"])?;
        let top = Utf8PathBuf::from(text(&output.stdout));
        if output.status.success() && !top.as_str().is_empty() {
            return Ok(Self { top });
        }
        let said = text(&output.stderr);
        let said = said.lines().next().unwrap_or_default().trim_start_matches("fatal: ").to_owned();
        Err(Trouble::Repository { folder: folder.to_owned(), said })
    }

    /// The top of the work tree.
    pub fn top(&self) -> &Utf8Path {
        &self.top
    }

    /// The last commit that a revision and HEAD share: what a branch changes is what it differs from there, whatever
    /// happened elsewhere since.
    ///
    /// # Errors
    /// [`Trouble::Revision`], [`Trouble::Empty`] and [`Trouble::Apart`].
    pub fn shared_with_head(&self, name: &str) -> Result<Commit, Trouble> {
        let head = self.commit("HEAD")?.ok_or(Trouble::Empty)?;
        let is_shallow = || Ok(text(&run(&self.top, ["rev-parse", "--is-shallow-repository"])?.stdout) == "true");
        let Some(commit) = self.commit(name)? else {
            return Err(Trouble::Revision { name: name.to_owned(), is_shallow: is_shallow()? });
        };
        let output = run(&self.top, ["merge-base", &commit.0, &head.0])?;
        let shared = text(&output.stdout);
        match (output.status.code(), shared.is_empty()) {
            (Some(0), false) => Ok(Commit(shared)),
            (Some(0 | 1), _) => Err(Trouble::Apart { name: name.to_owned(), is_shallow: is_shallow()? }),
            _ => Err(Trouble::Failed(text(&output.stderr))),
        }
    }

    /// The commit behind a name; `None` for one that is not known.
    fn commit(&self, name: &str) -> Result<Option<Commit>, Trouble> {
        // What begins with a dash would be taken for an option, and names no revision.
        if name.starts_with('-') || name.is_empty() {
            return Ok(None);
        }
        let output = run(&self.top, ["rev-parse", "--verify", "--quiet", &format!("{name}^{{commit}}")])?;
        Ok(output.status.success().then(|| Commit(text(&output.stdout))))
    }

    /// The files of a commit below a folder (or the file) of the work tree; links are left out, and so are names that are
    /// not UTF-8.
    ///
    /// # Errors
    /// [`Trouble::TooLarge`] and [`Trouble::Failed`].
    pub fn files(&self, commit: &Commit, below: &Utf8Path) -> Result<Vec<Listed>, Trouble> {
        let mut list = command(&self.top);
        list.args(["ls-tree", "-r", "-l", "-z", "--full-tree", &commit.0]);
        if !below.as_str().is_empty() {
            list.arg("--").arg(below);
        }
        let mut child = list.stdout(Stdio::piped()).spawn().map_err(Trouble::Program)?;
        let mut files = Vec::new();
        let mut lines = 0;
        if let Some(out) = child.stdout.take() {
            for line in BufReader::new(out).split(0) {
                lines += 1;
                if lines > MOST_FILES {
                    // It has ended already, or ends now.
                    let _ = child.kill();
                    let _ = child.wait();
                    return Err(Trouble::TooLarge(commit.short().to_owned()));
                }
                let line = line.map_err(|error| Trouble::Failed(error.to_string()))?;
                files.extend(std::str::from_utf8(&line).ok().and_then(listed));
            }
        }
        let status = child.wait().map_err(Trouble::Program)?;
        if status.success() { Ok(files) } else { Err(Trouble::Failed(format!("ls-tree ended with {status}"))) }
    }
}

/// Reads `<mode> <type> <object> <size>\t<path>`.
fn listed(line: &str) -> Option<Listed> {
    let (about, path) = line.split_once('\t')?;
    let mut words = about.split_ascii_whitespace();
    let (mode, kind, object, size) = (words.next()?, words.next()?, words.next()?, words.next()?);
    let entry = match (kind, mode) {
        ("commit", _) => Entry::Submodule,
        ("blob", "120000") => return None,
        ("blob", _) => Entry::File(object.to_owned(), size.parse().ok()),
        _ => return None,
    };
    Some(Listed { path: path.into(), entry })
}

fn run<'a>(folder: &Utf8Path, arguments: impl IntoIterator<Item = &'a str>) -> Result<Output, Trouble> {
    command(folder).args(arguments).stderr(Stdio::piped()).output().map_err(|error| match error.kind() {
        ErrorKind::NotADirectory => {
            Trouble::Repository { folder: folder.to_owned(), said: "it is no folder".to_owned() }
        }
        _ => Trouble::Program(error),
    })
}

/// `git` in a folder, kept from everything but reading objects.
pub(super) fn command(folder: &Utf8Path) -> Command {
    let mut git = Command::new("git");
    git.arg("-C").arg(folder);
    git.args(["--no-pager", "--no-optional-locks", "--literal-pathspecs", "-c", "core.fsmonitor=false"]);
    // Contents that are missing stay missing; the second name is for versions of git that do not know the first.
    git.env("GIT_NO_LAZY_FETCH", "1").env("GIT_ALLOW_PROTOCOL", "none").env("GIT_TERMINAL_PROMPT", "0");
    git.env("LC_ALL", "C");
    for name in ELSEWHERE {
        git.env_remove(name);
    }
    git.stdin(Stdio::null()).stderr(Stdio::null());
    git
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_of_a_listing_are_told_apart() {
        let file = |path: &str, size| Some(Listed { path: path.into(), entry: Entry::File("1a2b".to_owned(), size) });
        assert_eq!(listed("100644 blob 1a2b     120\tinfra/my auth.yaml"), file("infra/my auth.yaml", Some(120)));
        assert_eq!(listed("100755 blob 1a2b     BAD\ta.py"), file("a.py", None));
        assert_eq!(listed("120000 blob 1a2b      10\tlink"), None);
        assert_eq!(
            listed("160000 commit 1a2b       -\tlib"),
            Some(Listed { path: "lib".into(), entry: Entry::Submodule })
        );
        assert_eq!(listed("nonsense"), None);
    }
}
