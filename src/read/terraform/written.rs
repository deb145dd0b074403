//! Configuration files that Terraform writes: to the disk for a build, or into a bucket for a front end.

use camino::Utf8Path;

use crate::read::branches::{Branch, spread, text_of};
use crate::read::paths::normal;
use crate::read::settings::written::{self, Written};
use crate::source::{Loc, Span};
use crate::syntax::tree::Tree;
use crate::syntax::{data, dotenv, json};
use crate::value::{Kind, ResourceKey, Value};

use super::evaluator::Evaluator;
use super::functions;
use super::instance::Instance;

/// A type of resource that writes a file.
pub(super) struct File {
    type_name: &'static str,
    /// The argument with its path.
    path: &'static str,
    /// It lies on the machine that runs Terraform.
    is_local: bool,
}

const FILES: &[File] = &[
    File { type_name: "local_file", path: "filename", is_local: true },
    File { type_name: "local_sensitive_file", path: "filename", is_local: true },
    File { type_name: "aws_s3_object", path: "key", is_local: false },
    File { type_name: "aws_s3_bucket_object", path: "key", is_local: false },
];

/// Endings of programs that hold nothing but an object or constants.
const PROGRAMS: &[&str] = &["js", "mjs", "cjs", "ts"];

/// What a type of resource writes.
pub(super) fn file(type_name: &str) -> Option<&'static File> {
    FILES.iter().find(|file| file.type_name == type_name)
}

impl<'a> Evaluator<'a> {
    /// Adds the settings in the file that a resource with this body writes.
    pub fn write(&self, file: &File, key: &ResourceKey, instance: &Instance<'a>, body: &Value) {
        let path = body.field(file.path).value().and_then(name_of);
        let (Some(path), Some(content)) = (path, body.field("content").value()) else { return };
        let name = Utf8Path::new(&path);
        let lies_at = file.is_local.then(|| normal(&instance.root.folder.join(name)));
        for (number, Branch { value, .. }) in spread(content.clone()).into_iter().enumerate() {
            let Some(mut said) = value.and_then(|text| said(name, &text)) else { continue };
            self.place_keys(&mut said, content.loc);
            let label = format!("{}/{}[{number}]", key.stack, key.id);
            let written = Written { name, path: lies_at.clone(), said: &said, label };
            written::read(written, &mut self.facts.borrow_mut());
        }
    }

    /// Puts the keys of a text where they stand in it, as far as that is told by their names.
    fn place_keys(&self, said: &mut Value, whole: Loc) {
        match &mut said.kind {
            Kind::Map(map) => {
                for entry in &mut map.entries {
                    if entry.key_loc == whole {
                        entry.key_loc = self.place_of(&entry.key, whole).unwrap_or(whole);
                    }
                    self.place_keys(&mut entry.value, whole);
                }
            }
            Kind::List(list) => list.items.iter_mut().for_each(|(item, _)| self.place_keys(item, whole)),
            _ => {}
        }
    }

    /// Where a word stands in a text, if it does so once.
    fn place_of(&self, word: &str, whole: Loc) -> Option<Loc> {
        let text = self.world.written(whole);
        let is_part = |letter: Option<char>| letter.is_some_and(|letter| letter.is_alphanumeric() || letter == '_');
        let mut found =
            text.match_indices(word).map(|(start, _)| (start, start + word.len())).filter(|(start, end)| {
                let (before, after) = (text.get(..*start).unwrap_or_default(), text.get(*end..).unwrap_or_default());
                !is_part(before.chars().next_back()) && !is_part(after.chars().next())
            });
        let (start, end) = found.next().filter(|_| found.next().is_none() && !word.is_empty())?;
        let offset = whole.span.start as usize;
        Some(Loc { file: whole.file, span: Span::new(offset + start, offset + end) })
    }
}

/// The path that a value gives; of one with unknown folders in it, what stands after them.
fn name_of(value: &Value) -> Option<String> {
    if let Some(text) = text_of(value) {
        return Some(text.to_string());
    }
    let Kind::Concat(parts) = &value.kind else { return None };
    let (_, name) = parts.last()?.text()?.rsplit_once('/')?;
    (!name.is_empty()).then(|| name.to_owned())
}

/// What the text of a file says.
fn said(name: &Utf8Path, text: &Value) -> Option<Value> {
    if let Some(said) = functions::decoded(text) {
        return Some(said);
    }
    if name.extension().is_some_and(|end| PROGRAMS.contains(&end)) {
        return functions::read_as(text, true, |text| Some(object_in(text)))
            .filter(|said| matches!(said.kind, Kind::Map(_)))
            .or_else(|| functions::read_as(text, true, |text| Some(constants_in(text))));
    }
    functions::read_as(text, false, |text| data::parse(name, text))
}

/// The object in a program.
fn object_in(text: &str) -> Tree {
    let object = text.find('{').zip(text.rfind('}')).and_then(|(start, end)| text.get(start..=end));
    json::parse(object.unwrap_or_default())
}

/// The constants of a program that holds nothing else.
fn constants_in(text: &str) -> Tree {
    const DECLARATIONS: &[&str] = &["export ", "const ", "let ", "var ", "window."];
    let name_first = |line: &str| {
        let line = line.trim_start();
        DECLARATIONS.iter().fold(line, |line, word| line.strip_prefix(word).unwrap_or(line)).to_owned()
    };
    dotenv::parse(&text.lines().map(name_first).collect::<Vec<_>>().join("\n"))
}
