//! Facts of other repositories: read before a scan, joined with what it reads itself.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read as _};

use camino::{Utf8Path, Utf8PathBuf};

use crate::model::Model;
use crate::read::Facts;
use crate::read::facts::{self, Document, Fault};
use crate::report::Note;
use crate::source::SourceMap;
use crate::source::paths::absolute;
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
}

/// Reads files of facts.
///
/// # Errors
/// [`Error::Facts`].
pub fn read(paths: &[Utf8PathBuf], current: &Utf8Path) -> Result<Vec<Other>, Error> {
    let mut others: Vec<Other> = Vec::new();
    for path in paths {
        let text = text(&absolute(path, current)).map_err(|error| Fault::of_reading(&error));
        let document = text.and_then(|text| facts::read(&text)).map_err(|fault| error(path, fault))?;
        let alike = others.iter().filter(|other| other.document.repository == document.repository).count();
        let name = match alike {
            0 => document.repository.clone(),
            _ => format!("{} ({})", document.repository, alike + 1),
        };
        others.push(Other { path: absolute(path, current), name, document });
    }
    Ok(others)
}

fn error(path: &Utf8Path, Fault { message, help, at }: Fault) -> Error {
    let place = at.map_or_else(|| path.to_string(), |(line, column)| format!("{path}:{line}:{column}"));
    Error::Facts { place, message, help }
}

fn text(path: &Utf8Path) -> io::Result<String> {
    let mut text = String::new();
    let length = File::open(path)?.take(LARGEST + 1).read_to_string(&mut text)?;
    if length as u64 > LARGEST { Err(io::ErrorKind::FileTooLarge.into()) } else { Ok(text) }
}

impl Other {
    /// Adds its facts to those of a scan.
    pub fn join(&self, sources: &mut SourceMap, facts: &mut Facts) {
        // That every number stands for something was seen when it was read.
        let _ = self.document.join(&self.name, sources, facts);
    }

    fn note(&self) -> Note {
        let Document { tool, resources, calls, settings, .. } = &self.document;
        let (name, version) = (&self.name, &tool.version);
        let count = |list: usize, one: &str| format!("{list} {one}{}", if list == 1 { "" } else { "s" });
        let told = [count(resources.len(), "resource"), count(calls.len(), "call"), count(settings.len(), "setting")];
        Note::on_scan("with", format!("facts of {name}, by cognito-lint {version}: {}", told.join(", ")))
    }
}

/// What was joined, and which names two repositories give to different things.
pub fn notes(others: &[Other], model: &Model) -> Vec<Note> {
    let joined = others.iter().map(Other::note);
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
        let (first, all) = (givers.first().copied().unwrap_or_default(), givers.join(" and "));
        Note::on_scan("with", format!("the {what} {name} is given by {all}: that of {first} counts"))
    })
}
