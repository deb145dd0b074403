//! Small scans for the tests of this reader, and values as short texts.

use std::fmt::Write as _;

use crate::read::trees::Trees;
use crate::read::{CodeLocation, Output, Resource};
use crate::source::{FileId, Loc, SourceFile, SourceMap};
use crate::syntax::data;
use crate::syntax::tree::Tree;
use crate::value::{Kind, Presence, Reference, Value, Why};

use super::{Parameters, Reading, read};

/// A scan of files in the folder `/p`.
pub struct Scan {
    pub sources: SourceMap,
    pub reading: Reading,
}

/// Reads files, given by their paths below `/p` and their texts.
pub fn scan(files: &[(&str, &str)]) -> Scan {
    scan_with(files, &Parameters::default())
}

/// Reads files with parameter values. Data files that hold `AWS::` are parsed at the start.
pub fn scan_with(files: &[(&str, &str)], given: &Parameters) -> Scan {
    let mut files = files.to_vec();
    files.sort();
    let file = |(path, text): &(&str, &str)| SourceFile::with_text((*path).into(), format!("/p/{path}").into(), *text);
    let sources = SourceMap::new(files.iter().map(file).collect());
    let is_wanted = |file: &SourceFile| file.text().contains("AWS::") || file.path.as_str().contains("samconfig");
    let parsed: Vec<(FileId, Tree)> = sources
        .iter()
        .filter(|(_, file)| is_wanted(file))
        .filter_map(|(id, file)| Some((id, data::parse(&file.path, file.text())?)))
        .collect();
    let reading = read(&Trees::new(&sources, parsed), &sources, given, &[]);
    Scan { sources, reading }
}

/// Reads one YAML template.
pub fn template(text: &str) -> Scan {
    scan(&[("t.yaml", text)])
}

impl Scan {
    /// The only resource of a logical id.
    pub fn resource(&self, id: &str) -> &Resource {
        let mut found = self.reading.facts.resources.iter().filter(|resource| &*resource.key.id == id);
        let resource = found.next().unwrap_or_else(|| panic!("no resource {id}"));
        assert!(found.next().is_none(), "several resources {id}");
        resource
    }

    /// The property of a resource under a path joined by dots, as a short text.
    pub fn property(&self, id: &str, path: &str) -> String {
        let path: Vec<&str> = path.split('.').collect();
        self.resource(id).properties.at(&path).value().map_or("-".to_owned(), show)
    }

    /// An output of some stack.
    pub fn output(&self, name: &str) -> &Output {
        let mut outputs = self.reading.facts.stacks.iter().flat_map(|stack| &stack.outputs);
        outputs.find(|output| &*output.name == name).unwrap_or_else(|| panic!("no output {name}"))
    }

    /// The ids of the stacks.
    pub fn stacks(&self) -> Vec<&str> {
        self.reading.facts.stacks.iter().map(|stack| &*stack.id).collect()
    }

    /// `stack:id` of all resources.
    pub fn resources(&self) -> Vec<String> {
        let resources = self.reading.facts.resources.iter();
        resources.map(|resource| format!("{}:{}", resource.key.stack, resource.key.id)).collect()
    }

    /// The text at a place.
    pub fn text(&self, loc: Loc) -> &str {
        self.sources.text(loc)
    }

    /// The kinds of the notes.
    pub fn notes(&self) -> Vec<&str> {
        self.reading.facts.notes.iter().map(|note| note.kind).collect()
    }

    /// Where the code of a function lies.
    pub fn code(&self, id: &str) -> Option<&CodeLocation> {
        self.reading.facts.code.iter().find(|code| &*code.resource.id == id)
    }
}

/// A value as a short text, places left out: `!Ref Users`, `{IsProd: a, not IsProd: b}`.
pub fn show(value: &Value) -> String {
    let mut out = match &value.kind {
        Kind::Null => "null".to_owned(),
        Kind::Bool(value) => value.to_string(),
        Kind::Number(number) => number.to_string(),
        Kind::Text(text) => format!("'{text}'"),
        Kind::Concat(parts) => format!("<{}>", parts.iter().map(show).collect::<Vec<_>>().join(" ")),
        Kind::List(list) => {
            let item = |(item, when): &(Value, crate::when::When)| {
                if when.is_always() { show(item) } else { format!("{} when {when}", show(item)) }
            };
            let mut items: Vec<String> = list.items.iter().map(item).collect();
            if list.open {
                items.push("…".to_owned());
            }
            format!("[{}]", items.join(", "))
        }
        Kind::Map(map) => {
            let mut entries: Vec<String> = Vec::new();
            for entry in &map.entries {
                let mut text = format!("{}: {}", entry.key, show(&entry.value));
                if let Presence::Sometimes(when) = &entry.presence {
                    let _ = write!(text, " when {}", if when.is_always() { "?".to_owned() } else { when.to_string() });
                }
                entries.push(text);
            }
            if map.open {
                entries.push("…".to_owned());
            }
            format!("({})", entries.join(", "))
        }
        Kind::OneOf(alternatives) => {
            let alternatives: Vec<String> =
                alternatives.iter().map(|either| format!("{}: {}", either.when, show(&either.value))).collect();
            format!("{{{}}}", alternatives.join(", "))
        }
        Kind::Reference(reference) => show_reference(reference),
        Kind::Unknown(why) => show_unknown(why),
    };
    if let Some(assumed) = &value.assumed {
        let _ = write!(out, " by {assumed}");
    }
    out
}

fn show_reference(reference: &Reference) -> String {
    match reference {
        Reference::Attribute { resource, attribute } if &**attribute == "Ref" => format!("!Ref {}", resource.id),
        Reference::Attribute { resource, attribute } => format!("!GetAtt {}.{attribute}", resource.id),
        Reference::Parameter { name, .. } => format!("parameter {name}"),
        Reference::Export(name) => format!("export {name}"),
        Reference::Output { stack, name } => format!("output {stack}.{name}"),
        Reference::SsmParameter(name) => format!("ssm {name}"),
        Reference::Secret { name, field } => format!("secret {name}.{field}"),
        Reference::Pseudo(name) => format!("${{{name}}}"),
        Reference::Environment(name) | Reference::Setting(name) => name.to_string(),
    }
}

fn show_unknown(why: &Why) -> String {
    match why {
        Why::Deployment(function) => format!("?{function}"),
        Why::Result(answer) => {
            format!("?{}({})", answer.callee, answer.arguments.iter().map(show).collect::<Vec<_>>().join(", "))
        }
        Why::Member { of, key } => format!("?{}[{key}]", show(of)),
        Why::Redacted => "redacted".to_owned(),
        other => format!("?{other:?}"),
    }
}
