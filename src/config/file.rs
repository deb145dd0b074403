//! The configuration's file: where it is, and what is wrong with it.

use std::fs;

use camino::{Utf8Path, Utf8PathBuf};
use miette::{Diagnostic, SourceSpan};
use thiserror::Error;

use crate::read::ignore::{Covers, Ignore, Named};
use crate::rule;
use crate::source::quoted::Quoted;
use crate::source::{FileId, Loc};
use crate::syntax::tree::Node;
use crate::syntax::yaml;

use super::Config;

/// The names of the file, in the order in which they are looked for.
pub const NAMES: [&str; 2] = ["cognito-lint.yml", "cognito-lint.yaml"];

/// A configuration and the file that it was read from.
#[derive(Clone, Debug)]
pub struct ConfigFile {
    /// The absolute path.
    pub path: Utf8PathBuf,
    /// The text.
    pub text: String,
    /// What it says.
    pub config: Config,
}

/// Why a configuration cannot be used.
#[derive(Debug, Error, Diagnostic)]
pub enum Error {
    /// The file cannot be read.
    #[error("the configuration {path} cannot be read: {error}")]
    Unreadable {
        /// The file.
        path: Utf8PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// The file says something that has no meaning.
    #[error("this configuration cannot be used")]
    Meaningless {
        /// The file.
        #[source_code]
        file: Quoted,
        /// What is wrong.
        message: String,
        /// Where.
        #[label("{message}")]
        span: SourceSpan,
        /// What may be meant.
        #[help]
        help: Option<String>,
    },
}

impl ConfigFile {
    /// The configuration of the project that a folder is in: the nearest one from there up to the git repository's root.
    /// Outside of a repository only the folder itself is looked at.
    ///
    /// # Errors
    /// See [`Error`].
    pub fn find(current: &Utf8Path) -> Result<Option<Self>, Error> {
        let has_git = |folder: &Utf8Path| folder.join(".git").exists();
        let depth = current.ancestors().position(has_git).unwrap_or(0);
        let mut candidates =
            current.ancestors().take(depth + 1).flat_map(|folder| NAMES.iter().map(move |name| folder.join(name)));
        candidates.find(|path| path.is_file()).map(|path| Self::read(&path)).transpose()
    }

    /// Reads a configuration at an absolute path.
    ///
    /// # Errors
    /// See [`Error`].
    pub fn read(path: &Utf8Path) -> Result<Self, Error> {
        let text = fs::read_to_string(path).map_err(|error| Error::Unreadable { path: path.to_owned(), error })?;
        Self::parse(path, text)
    }

    /// Reads the text of a configuration.
    ///
    /// # Errors
    /// See [`Error`].
    pub fn parse(path: &Utf8Path, text: String) -> Result<Self, Error> {
        let is_empty = text.lines().all(|line| line.trim().is_empty() || line.trim().starts_with('#'));
        let parsed = if is_empty { Ok(Config::default()) } else { serde_yaml::from_str(&text) };
        match parsed {
            Ok(config) => Ok(Self { path: path.to_owned(), text, config }),
            Err(error) => Err(meaningless(path, text, &error)),
        }
    }

    /// The error that a name in it has no meaning, with the place where the name stands first.
    pub fn refused(&self, name: &str, message: String) -> Error {
        let file = Quoted::new(self.path.file_name().unwrap_or(self.path.as_str()), self.text.clone());
        let (start, end) = self.text.find(name).map_or((0, 0), |at| (at, at + name.len()));
        let span = file.mark(start, end);
        Error::Meaningless { file, message, span, help: None }
    }

    /// The folder that paths in it are relative to.
    pub fn folder(&self) -> &Utf8Path {
        self.path.parent().unwrap_or(&self.path)
    }

    /// The ignores in it, with their places in the file, which has this number in the scan.
    pub fn ignores(&self, file: FileId) -> Vec<Ignore> {
        let tree = yaml::parse(&self.text);
        let items = tree.documents.first().and_then(|root| root.get("ignore")).map(Node::items).unwrap_or_default();
        let of_entry = |(number, ignored): (usize, &super::Ignored)| {
            let node = items.get(number);
            let place = |node: Option<&Node>| Loc { file, span: node.map(|node| node.span).unwrap_or_default() };
            let written = node.and_then(|node| node.get("rule"));
            let name = |(at, name): (usize, &String)| {
                let item = written.and_then(|rules| rules.items().get(at)).or(written);
                Named { name: name.as_str().into(), loc: place(item), verdict: None }
            };
            Ignore {
                rules: ignored.rule.0.iter().enumerate().map(name).collect(),
                reason: ignored.reason.as_deref().map(Into::into),
                until: ignored.until.map(|day| day.0),
                covers: Covers::Entry(number),
                loc: place(node),
                comment: None,
                fault: None,
            }
        };
        self.config.ignore.iter().enumerate().map(of_entry).collect()
    }
}

fn meaningless(path: &Utf8Path, text: String, error: &serde_yaml::Error) -> Error {
    let said = error.to_string();
    let message = said.rsplit_once(" at line ").map_or(&*said, |(message, _)| message).to_owned();
    let at = error.location().map_or(0, |location| location.index()).min(text.len());
    let rest = text.get(at..).unwrap_or_default();
    // The parser tells where the list or map is; the message tells which part of it.
    let part = message.split('`').nth(1).filter(|part| !part.is_empty() && !message.starts_with("missing"));
    let (start, length) = match part.and_then(|part| rest.find(part).map(|found| (at + found, part.len()))) {
        Some(place) => place,
        None => (at, rest.find(['\n', ':', '\r']).unwrap_or(rest.len())),
    };
    let help = suggestion(&message);
    let file = Quoted::new(path.file_name().unwrap_or(path.as_str()), text);
    let span = file.mark(start, start + length);
    Error::Meaningless { file, message, span, help }
}

/// What may be meant, where the message names in backticks first what stands there and then what may stand there.
fn suggestion(message: &str) -> Option<String> {
    let mut named = message.split('`').skip(1).step_by(2);
    let written = named.next().filter(|_| message.contains("expected"))?;
    rule::nearest(written, named).map(|name| format!("did you mean {name}?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The message, what the label stands at, and the help.
    fn refused(text: &str) -> (String, String, Option<String>) {
        match ConfigFile::parse("/p/cognito-lint.yml".into(), text.to_owned()) {
            Err(Error::Meaningless { message, span, help, .. }) => {
                (message, text[span.offset()..span.offset() + span.len()].to_owned(), help)
            }
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn faults_are_told_at_their_place_with_what_may_be_meant() {
        for (text, place, said, help) in [
            ("level: strict\nfail_on: error\n", "fail_on", "unknown field `fail_on`", Some("did you mean fail-on?")),
            ("level: strickt\n", "strickt", "unknown variant `strickt`", Some("did you mean strict?")),
            ("rules:\n  unreadable-fil: off\n", "unreadable-fil", "did you mean unreadable-file?", None),
            ("rules:\n  unreadable-file: of\n", "of", "unknown variant `of`", Some("did you mean off?")),
            (
                "rules:\n  unreadable-file: { sevrity: error }\n",
                "sevrity",
                "unknown field",
                Some("did you mean severity?"),
            ),
            ("only: [no such thing at all]\n", "no such thing at all", "cognito-lint rules", None),
            ("ignore:\n  - rule: a\n    until: soon\n", "soon", "YYYY-MM-DD", None),
            ("ignore:\n  - rule: a\n    reasn: soon\n", "reasn", "unknown field", Some("did you mean reason?")),
            ("ignore:\n  - reason: a\n", "reason", "missing field `rule`", None),
            ("ignore:\n  - rule: []\n", "[]", "the name of a rule", None),
            ("exclude: ['a{b']\n", "a{b", "no pattern of paths", None),
            ("- a\n", "- a", "invalid type: sequence", None),
            ("level: strict\nlevel: audit\n", "level", "duplicate field `level`", None),
        ] {
            let (message, at, helped) = refused(text);
            assert!(message.contains(said), "{text}: {message}");
            assert_eq!((at.as_str(), helped.as_deref()), (place, help), "{text}: {message}");
        }
    }

    #[test]
    fn an_empty_file_says_nothing() {
        for text in ["", "\n# level: strict\n"] {
            assert!(ConfigFile::parse("/p/cognito-lint.yml".into(), text.to_owned()).is_ok());
        }
    }

    #[test]
    fn ignores_have_their_places() {
        let text = "ignore:\n  - rule: [a, b]\n    reason: why\n  - { rule: c, until: 2027-01-31 }\n";
        let file = ConfigFile::parse("/p/cognito-lint.yml".into(), text.to_owned()).unwrap();
        let ignores = file.ignores(FileId(7));
        let places: Vec<_> =
            ignores.iter().flat_map(|ignore| &ignore.rules).map(|rule| rule.loc.span.start as usize).collect();
        assert_eq!(places, [text.find("a,").unwrap(), text.find("b]").unwrap(), text.find("c,").unwrap()]);
        assert_eq!(ignores[0].reason.as_deref(), Some("why"));
        assert_eq!(ignores[1].until.map(|day| day.to_string()).as_deref(), Some("2027-01-31"));
    }

    #[test]
    fn the_nearest_file_up_to_the_repository_counts() {
        let folder = tempfile::tempdir().unwrap();
        let root = Utf8Path::from_path(folder.path()).unwrap();
        let write = |path: &str, text: &str| {
            fs::create_dir_all(root.join(path).parent().unwrap()).unwrap();
            fs::write(root.join(path), text).unwrap();
        };
        write("cognito-lint.yml", "level: audit");
        write("repository/web/src/a.ts", "");
        let found = |path: &str| ConfigFile::find(&root.join(path)).unwrap().map(|file| file.path);
        assert_eq!(found("repository/web"), None);
        fs::create_dir(root.join("repository/.git")).unwrap();
        assert_eq!(found("repository/web"), None);
        write("repository/cognito-lint.yaml", "");
        assert_eq!(found("repository/web/src"), Some(root.join("repository/cognito-lint.yaml")));
        write("repository/cognito-lint.yml", "");
        assert_eq!(found("repository/web/src"), Some(root.join("repository/cognito-lint.yml")));
        write("repository/web/cognito-lint.yml", "");
        assert_eq!(found("repository/web/src"), Some(root.join("repository/web/cognito-lint.yml")));
        assert_eq!(found("."), Some(root.join("./cognito-lint.yml")));
    }
}
