//! What the evaluator makes of realistic source text.

use std::sync::Arc;

use camino::Utf8PathBuf;

use super::{Unit, read};
use crate::read::{Call, Facts};
use crate::source::{SourceFile, SourceMap, prefilter};
use crate::syntax::code;
use crate::value::{Kind, Presence, Reference, Value, Why};
use crate::when::When;

mod flow;
mod answers;
mod http;
mod modules;
mod oidc;
mod libraries;
mod sdk;
mod settings;

/// What a small project gives. What the pre-filter picks are the units.
pub(super) struct Project {
    pub(super) sources: SourceMap,
    pub(super) facts: Facts,
}

impl Project {
    pub(super) fn new(files: &[(&str, &str)]) -> Self {
        let files: Vec<SourceFile> = files
            .iter()
            .map(|(path, text)| {
                SourceFile::with_text(Utf8PathBuf::from(path), Utf8PathBuf::from(format!("/app/{path}")), *text)
            })
            .collect();
        let sources = SourceMap::new(files);
        let units: Vec<Unit> = sources
            .iter()
            .filter(|(_, file)| prefilter::mentions(file.text().as_bytes()))
            .filter_map(|(id, file)| {
                let module = code::parse(&file.path, file.text())?;
                assert!(module.errors.is_empty(), "{:?}", module.errors);
                Some(Unit { file: id, inline: None, module: module.into(), placeholders: Arc::default() })
            })
            .collect();
        let facts = read(&units, &sources);
        Self { sources, facts }
    }

    /// Every call as `operation parameters`, one a line.
    pub(super) fn calls(&self) -> Vec<String> {
        self.facts.calls.iter().map(show_call).collect()
    }

    /// The text at a call's place.
    pub(super) fn text_at(&self, call: &Call) -> &str {
        self.sources.text(call.loc)
    }

    pub(super) fn only(&self) -> &Call {
        assert_eq!(self.facts.calls.len(), 1, "{:#?}", self.calls());
        &self.facts.calls[0]
    }
}

pub(super) fn calls(path: &str, text: &str) -> Vec<String> {
    Project::new(&[(path, text)]).calls()
}

/// The parameters of the only call.
pub(super) fn parameters(path: &str, text: &str) -> String {
    show(&Project::new(&[(path, text)]).only().parameters)
}

pub(super) fn ts(text: &str) -> String {
    parameters("src/cognito.ts", text)
}

pub(super) fn py(text: &str) -> String {
    parameters("app/cognito.py", text)
}

fn show_call(call: &Call) -> String {
    format!("{:?} {}", call.operation, show(&call.parameters))
}

/// A value in short: `env X`, `?x` for an input, `f(…)` for an answer, `a | b` for alternatives.
pub(super) fn show(value: &Value) -> String {
    match &value.kind {
        Kind::Null => "null".into(),
        Kind::Bool(value) => value.to_string(),
        Kind::Number(number) => number.to_string(),
        Kind::Text(text) => format!("{text:?}"),
        Kind::Concat(parts) => parts.iter().map(show).collect::<Vec<_>>().join("+"),
        Kind::List(list) => {
            let mut items: Vec<String> =
                list.items.iter().map(|(item, when)| format!("{}{}", show(item), test(when))).collect();
            items.extend(list.open.then(|| "…".to_owned()));
            format!("[{}]", items.join(", "))
        }
        Kind::Map(map) => {
            let mut entries: Vec<String> = map
                .entries
                .iter()
                .map(|entry| match &entry.presence {
                    Presence::Always => format!("{}: {}", entry.key, show(&entry.value)),
                    Presence::Sometimes(when) => format!("{}?{}: {}", entry.key, test(when), show(&entry.value)),
                })
                .collect();
            entries.extend(map.open.then(|| "…".to_owned()));
            format!("{{{}}}", entries.join(", "))
        }
        Kind::Reference(Reference::Environment(name)) => format!("env {name}"),
        Kind::Reference(Reference::Setting(key)) => format!("setting {key}"),
        Kind::Reference(other) => format!("{other:?}"),
        Kind::OneOf(alternatives) => alternatives
            .iter()
            .map(|alternative| {
                let fallback = if alternative.fallback { "else " } else { "" };
                format!("{fallback}{}{}", show(&alternative.value), test(&alternative.when))
            })
            .collect::<Vec<_>>()
            .join(" | "),
        Kind::Unknown(why) => match why {
            Why::Input(name) => format!("?{name}"),
            Why::Member { of, key } => format!("{}.{key}", show(of)),
            Why::Result(answer) => {
                let arguments = answer.arguments.iter().map(show).collect::<Vec<_>>().join(", ");
                match &answer.receiver {
                    Some(receiver) => format!("{}.{}({arguments})", show(receiver), answer.callee),
                    None => format!("{}({arguments})", answer.callee),
                }
            }
            Why::Import(name) => format!("import {name}"),
            other => format!("{other:?}").to_lowercase(),
        },
    }
}

fn test(when: &When) -> String {
    if when.is_always() { String::new() } else { format!("[{when}]") }
}
