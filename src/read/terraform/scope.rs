//! Where an expression stands: in which instance of a module, in which loops, under which condition.

use std::rc::Rc;
use std::sync::Arc;

use crate::source::{FileId, Loc, Span};
use crate::value::{Entry, Kind, Map, Presence, Value};
use crate::when::When;

use super::instance::Instance;

/// Where an expression stands.
#[derive(Clone, Debug)]
pub(super) struct Scope<'a> {
    pub instance: Rc<Instance<'a>>,
    /// The file that it is written in.
    pub file: FileId,
    pub bindings: Bindings,
    /// What holds wherever its value is used.
    pub when: When,
    /// It stands in `try` or `can`: what cannot be is a failure, which they catch.
    pub attempts: bool,
}

impl<'a> Scope<'a> {
    /// The scope of a file of a module, outside all loops.
    pub fn new(instance: Rc<Instance<'a>>, file: FileId) -> Self {
        let when = instance.when.clone();
        Self { instance, file, bindings: Bindings::default(), when, attempts: false }
    }

    /// The same place with a name bound to a value.
    #[must_use]
    pub fn with(&self, name: &str, value: Value, label: &str) -> Self {
        Self { bindings: self.bindings.with(name, value, label), ..self.clone() }
    }

    /// The same place in another file.
    #[must_use]
    pub fn in_file(&self, file: FileId) -> Self {
        Self { file, ..self.clone() }
    }

    /// The same place under a further condition; `None` where that cannot be.
    pub fn under(&self, when: &When) -> Option<Self> {
        Some(Self { when: self.when.and(when)?, ..self.clone() })
    }

    /// A place in the file.
    pub fn loc(&self, span: Span) -> Loc {
        Loc { file: self.file, span }
    }
}

/// Names that loops bind: `each`, `count`, those of `for` and of dynamic blocks.
#[derive(Clone, Debug, Default)]
pub(super) struct Bindings(Option<Rc<Frame>>);

#[derive(Debug)]
struct Frame {
    name: Arc<str>,
    value: Value,
    /// The turn of the loop, all outer ones before it.
    label: Arc<str>,
    outer: Bindings,
}

impl Bindings {
    /// These bindings with one more; `label` names the turn of the loop.
    #[must_use]
    pub fn with(&self, name: &str, value: Value, label: &str) -> Self {
        let label = format!("{}[{label}]", self.label());
        Self(Some(Rc::new(Frame { name: name.into(), value, label: label.into(), outer: self.clone() })))
    }

    /// What a name is bound to.
    pub fn get(&self, name: &str) -> Option<&Value> {
        let mut next = self;
        loop {
            let frame = next.0.as_deref()?;
            if &*frame.name == name {
                return Some(&frame.value);
            }
            next = &frame.outer;
        }
    }

    /// The turns of all loops around, outermost first; empty outside loops.
    pub fn label(&self) -> &str {
        self.0.as_deref().map_or("", |frame| &frame.label)
    }
}

/// `each` of a resource or module, or the iterator of a dynamic block.
pub(super) fn pair(key: Value, value: Value) -> Value {
    let loc = key.loc;
    record(vec![("key", key), ("value", value)], loc)
}

/// A map of these entries.
pub(super) fn record(entries: Vec<(&str, Value)>, loc: Loc) -> Value {
    let entry =
        |(key, value): (&str, Value)| Entry { key: key.into(), key_loc: value.loc, value, presence: Presence::Always };
    Value::new(Kind::Map(Map { entries: entries.into_iter().map(entry).collect(), open: false }), loc)
}
