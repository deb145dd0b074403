//! Facts of other repositories: read before a scan, joined with what it reads itself.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read as _};

use camino::{Utf8Path, Utf8PathBuf};

use crate::model::Model;
use crate::read::Facts;
use crate::read::facts::{self, Document, Fault};
use crate::report::Note;
use crate::report::escape::Escaped;
use crate::source::SourceMap;
use crate::source::paths::{Folders, absolute};
use crate::value::Value;

use super::Error;

/// Larger files of facts are not read, in bytes.
const LARGEST: u64 = 64 * 1024 * 1024;

/// What another repository knows.
#[derive(Debug)]
pub struct Other {
    /// The absolute path of the file.
    pub path: Utf8PathBuf,
    /// What the repository is called here: its name, with a number where two have the same.
    name: String,
    document: Document,
    /// Another file of facts holds the same.
    is_copy: bool,
    /// The root of the repository that is scanned.
    root: Utf8PathBuf,
}

/// Reads files of facts.
///
/// # Errors
/// [`Error::Facts`].
pub fn read(paths: &[Utf8PathBuf], current: &Utf8Path) -> Result<Vec<Other>, Error> {
    let mut others: Vec<Other> = Vec::new();
    let folders = Folders::of(&[], current);
    let root = folders.repository();
    for path in paths {
        let text = text(&absolute(path, current)).map_err(|error| Fault::of_reading(&error));
        let document = text.and_then(|text| facts::read(&text)).map_err(|fault| error(path, fault))?;
        let is_copy = others.iter().any(|other| other.document.says_the_same(&document));
        let alike = others.iter().filter(|other| other.document.repository == document.repository).count();
        let name = match alike {
            0 => document.repository.clone(),
            _ => format!("{} ({})", document.repository, alike + 1),
        };
        others.push(Other { path: absolute(path, current), name, document, is_copy, root: root.to_owned() });
    }
    Ok(others)
}

fn error(path: &Utf8Path, Fault { message, help, at }: Fault) -> Error {
    let place = at.map_or_else(|| path.to_string(), |(line, column)| format!("{path}:{line}:{column}"));
    let shown = |text: String| Escaped(&text).to_string();
    Error::Facts { place: shown(place), message: shown(message), help }
}

fn text(path: &Utf8Path) -> io::Result<String> {
    let mut text = String::new();
    let length = File::open(path)?.take(LARGEST + 1).read_to_string(&mut text)?;
    if length as u64 > LARGEST { Err(io::ErrorKind::FileTooLarge.into()) } else { Ok(text) }
}

impl Other {
    /// Adds its facts to those of a scan.
    pub fn join(&self, sources: &mut SourceMap, facts: &mut Facts) {
        if self.left_out(sources).is_some() {
            return;
        }
        // That every number stands for something was seen when it was read.
        let _ = self.document.join(&self.name, sources, facts);
    }

    /// Why its facts are not joined, if they are not.
    fn left_out(&self, sources: &SourceMap) -> Option<&'static str> {
        if self.is_copy {
            return Some("another file holds the same");
        }
        self.is_scanned(sources).then_some("they are those of what is scanned")
    }

    /// Whether its facts are of what is scanned itself: most of their files are. Another folder of the same repository is
    /// something else.
    fn is_scanned(&self, sources: &SourceMap) -> bool {
        let Document { repository, files, .. } = &self.document;
        let scanned = files.iter().filter(|path| sources.find(&self.root.join(path)).is_some()).count();
        self.root.file_name() == Some(repository.as_str()) && scanned > 0 && scanned * 2 >= files.len()
    }

    fn notes(&self, sources: &SourceMap) -> Vec<Note> {
        if let Some(why) = self.left_out(sources) {
            let message = format!("the facts in {} are left out: {why}", self.path.file_name().unwrap_or_default());
            return vec![Note::on_scan("with", message)];
        }
        let faults = self.document.faults().map(|(path, line)| {
            let message = format!("{}: {path}:{line} could not be read wholly there: facts are missing", self.name);
            Note::on_scan("with", message)
        });
        let alike = (self.name != self.document.repository).then(|| {
            let called = &self.document.repository;
            let message =
                format!("two repositories are called {called}: `cognito-lint facts --name` gives them other names");
            Note::on_scan("with", message)
        });
        [self.joined()].into_iter().chain(faults).chain(alike).collect()
    }

    fn joined(&self) -> Note {
        let Document { tool, resources, calls, settings, .. } = &self.document;
        let (name, version) = (&self.name, &tool.version);
        let count = |list: usize, one: &str| format!("{list} {one}{}", if list == 1 { "" } else { "s" });
        let told = [count(resources.len(), "resource"), count(calls.len(), "call"), count(settings.len(), "setting")];
        Note::on_scan("with", format!("facts of {name}, by cognito-lint {version}: {}", told.join(", ")))
    }
}

/// What was joined, and which names two repositories give to different things.
pub fn notes(others: &[Other], model: &Model) -> Vec<Note> {
    let joined = others.iter().flat_map(|other| other.notes(&model.sources));
    if others.is_empty() { Vec::new() } else { joined.chain(conflicts(model)).collect() }
}

fn conflicts(model: &Model) -> impl Iterator<Item = Note> {
    let mut givers: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
    let mut give = |what, name, file| {
        let repository = model.sources.repository(file).unwrap_or("this repository");
        let givers = givers.entry((what, name)).or_default();
        if !givers.contains(&repository) {
            givers.push(repository);
        }
    };
    for output in model.facts.stacks.iter().flat_map(|stack| &stack.outputs) {
        if let Some(name) = output.export.as_ref().and_then(Value::text) {
            give("export", name, output.loc.file);
        }
    }
    for resource in model.facts.resources.iter().filter(|resource| &*resource.type_name == "AWS::SSM::Parameter") {
        if let Some(name) = resource.properties.field("Name").value().and_then(Value::text) {
            give("stored parameter", name, resource.loc.file);
        }
    }
    let several = givers.into_iter().filter(|(_, givers)| givers.len() > 1);
    several.map(|((what, name), givers)| {
        let all = givers.join(" and ");
        Note::on_scan("with", format!("the {what} {name} is given by {all}: each means its own, others none of them"))
    })
}
