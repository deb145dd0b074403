//! Application configuration files.

use crate::source::{FileId, SourceFile, SourceMap};
use crate::syntax::json;
use crate::syntax::offsets::Offsets;
use crate::syntax::tree::Tree;

use super::{Facts, Reader};

mod hosted_url;
pub mod keys;
mod kubernetes;
mod names;
mod outputs;
pub mod place;
pub mod samconfig;
mod scalar;
pub mod section;
pub mod substitution;
pub mod surroundings;
mod walk;
pub mod written;

pub use scalar::kept;

use kubernetes::Stored;
use place::Place;
use section::Sections;
use surroundings::Surroundings;
use walk::Walk;

/// Reads the settings of data files, and the ids that are known from outputs of stacks.
///
/// Templates and assemblies among the trees are passed over. Objects in program text (`aws-exports.js`) are the
/// program's to read; a JSON text in a `.dart` file of Amplify is read here.
pub fn read<'t>(trees: impl IntoIterator<Item = (FileId, &'t Tree)>, sources: &SourceMap) -> Facts {
    let trees: Vec<(FileId, &Tree)> = trees.into_iter().collect();
    let stored = Stored::of(trees.iter().copied());
    let mut facts = Facts::default();
    for (file, tree) in trees {
        let source = sources.file(file);
        let text = Some(&**source.text());
        read_file(source, &Parsed { tree, place: Place::whole(file), text }, &stored, &mut facts);
    }
    for (file, source) in sources.iter().filter(|(_, source)| is_amplify_dart(source)) {
        if let Some((tree, place)) = object_in(file, source.text()) {
            read_file(source, &Parsed { tree: &tree, place, text: None }, &stored, &mut facts);
        }
    }
    facts
}

/// A tree, where its nodes stand, and the text that it is of where that is a whole file.
struct Parsed<'f> {
    tree: &'f Tree,
    place: Place,
    text: Option<&'f str>,
}

fn read_file(source: &SourceFile, parsed: &Parsed<'_>, stored: &Stored, facts: &mut Facts) {
    let Parsed { tree, place, text } = parsed;
    let Some(surroundings) = Surroundings::of(&source.path).filter(|_| !surroundings::is_other(tree)) else { return };
    // What a library is given is configuration, even where its name speaks of outputs.
    if !surroundings.example && surroundings.reader != Reader::Library {
        facts.known.extend(outputs::read(&source.path, tree, place));
    }
    let name = source.path.file_name().unwrap_or_default();
    for (index, document) in tree.documents.iter().enumerate() {
        let label = if index == 0 { source.path.to_string() } else { format!("{}[{index}]", source.path) };
        let mut sections = Sections::new(label, surroundings);
        let mut walk = Walk { place: place.clone(), text: *text, root: "", stored, sections: &mut sections };
        if let Some((kind, name)) = kubernetes::identity(document) {
            kubernetes::read(document, kind, name, walk);
        } else if surroundings.reader == Reader::Environment {
            walk.environment(document, "");
        } else if name.starts_with("samconfig.") {
            samconfig::read(tree, source.text(), place, &mut sections);
        } else if name == "cdk.json" {
            // Code reads the context by its own keys.
            walk.node(document.get("context").unwrap_or(document), "");
        } else {
            walk.node(document, "");
        }
        sections.emit(facts);
    }
}

/// Whether a Dart file holds Amplify's configuration as a JSON text.
fn is_amplify_dart(source: &SourceFile) -> bool {
    matches!(source.path.file_name(), Some("amplifyconfiguration.dart" | "amplify_outputs.dart"))
}

/// The JSON object in a program's text.
fn object_in(file: FileId, text: &str) -> Option<(Tree, Place)> {
    let start = text.find('{')?;
    let end = text.rfind('}')? + 1;
    let tree = json::parse(text.get(start..end)?);
    Some((tree, Place::inside(file, Offsets::shifted(start))))
}

#[cfg(test)]
mod tests;
