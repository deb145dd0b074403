//! Configuration files that a deployment writes: what they will say is a value, with resources in it.

use camino::{Utf8Path, Utf8PathBuf};

use crate::read::{Facts, Reader};
use crate::value::{Kind, Map, Value};

use super::section::{Entry, Sections};
use super::substitution;
use super::surroundings::Surroundings;
use super::walk::join;

/// How deep maps and lists are followed.
const DEEPEST: usize = 64;

/// A file that a deployment writes.
#[derive(Debug)]
pub struct Written<'w> {
    /// Its name, with or without folders: what it is for.
    pub name: &'w Utf8Path,
    /// Where it will lie, absolute; none where that is no folder of this machine (a bucket).
    pub path: Option<Utf8PathBuf>,
    /// What its text says.
    pub said: &'w Value,
    /// With what the names of its groups begin.
    pub label: String,
}

/// Adds the settings of a file that a deployment writes.
pub fn read(written: Written<'_>, facts: &mut Facts) {
    let Some(surroundings) = Surroundings::of(written.name) else { return };
    let sections = Sections::new(written.label, surroundings).written_to(written.path);
    let mut walk = Walk { sections, reader: surroundings.reader };
    walk.value(written.said, "", DEEPEST);
    walk.sections.emit(facts);
}

struct Walk {
    sections: Sections,
    reader: Reader,
}

impl Walk {
    fn value(&mut self, value: &Value, path: &str, deepest: usize) {
        let Some(deepest) = deepest.checked_sub(1) else { return };
        match &value.kind {
            Kind::Map(map) => self.map(map, path, deepest),
            Kind::List(list) => {
                for (index, (item, _)) in list.items.iter().enumerate() {
                    self.value(item, &format!("{path}[{index}]"), deepest);
                }
            }
            _ => {}
        }
    }

    fn map(&mut self, map: &Map, path: &str, deepest: usize) {
        for entry in &map.entries {
            let child = join(path, &entry.key);
            match plain(&entry.value) {
                Some(value) => {
                    let key =
                        if self.reader == Reader::Environment { entry.key.clone() } else { child.as_str().into() };
                    let reader = self.reader;
                    self.sections.add(path, Entry { path: child, key, loc: entry.key_loc, value, reader });
                }
                None => self.value(&entry.value, &child, deepest),
            }
        }
    }
}

/// A value that is neither a map nor a list with some in it, as a setting has it: numbers are texts, and empty texts nothing.
fn plain(value: &Value) -> Option<Value> {
    let kind = match &value.kind {
        Kind::Map(_) => return None,
        Kind::List(list) if list.items.iter().any(|(item, _)| plain(item).is_none()) => return None,
        Kind::Number(number) => Kind::Text(number.clone()),
        Kind::Text(text) if text.is_empty() => Kind::Null,
        Kind::Text(text) => substitution::value(text, value.loc).kind,
        other => other.clone(),
    };
    Some(Value { kind, ..value.clone() })
}
