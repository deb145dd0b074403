//! Settings that stand in program text: constants, entries of object literals, what libraries are configured with.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use super::domain::{Kind, ObjectId, ScopeId, Val};
use super::evaluator::Evaluator;
use crate::read::settings::keys;
use crate::read::settings::section::{Entry, Sections};
use crate::read::settings::surroundings::Surroundings;
use crate::read::{Call, Facts, Reader, Side};
use crate::source::{FileId, Loc};
use crate::syntax::code::ir::{Module, Pattern};
use crate::value::{self, Map, Value};

/// Maps inside maps that are one setting's section.
const DEEPEST: u32 = 6;

/// Settings found so far, by the place of the literal they stand in.
#[derive(Default)]
pub(super) struct Literals {
    maps: BTreeMap<Loc, Vec<Found>>,
    constants: BTreeMap<Loc, Found>,
}

/// A key and its value.
struct Found {
    /// The keys that lead to it, from the outermost literal.
    path: String,
    loc: Loc,
    value: Value,
    reader: Reader,
}

impl Evaluator<'_> {
    /// Settings among the entries of an object literal. The literals inside it are part of it.
    pub(super) fn emit_settings(&mut self, map: ObjectId, scope: ScopeId) {
        let loc = self.heap.object(map).loc;
        let mut found = Vec::new();
        let mut inner = Vec::new();
        self.collect(map, "", Reader::Configuration, DEEPEST, &mut found, &mut inner);
        let file = self.file(scope);
        if found.iter().any(|found| found.value.loc.file == file) {
            inner.iter().filter(|inner| **inner != loc).for_each(|inner| {
                self.settings.maps.remove(inner);
            });
            self.settings.maps.insert(loc, found);
        }
    }

    /// Settings that a library is given, literal or not.
    pub(super) fn emit_library_settings(&mut self, given: Option<&Val>, scope: ScopeId) {
        let Some(given) = given else { return };
        for (_, val) in self.alternatives(given) {
            let Some(id) = val.object() else { continue };
            let loc = self.heap.object(id).loc;
            if loc.file != self.file(scope) && self.is_data(loc.file) {
                // The reader of configuration files has it.
                continue;
            }
            let (mut found, mut inner) = (Vec::new(), Vec::new());
            self.collect(id, "", Reader::Library, DEEPEST, &mut found, &mut inner);
            inner.iter().for_each(|inner| {
                self.settings.maps.remove(inner);
            });
            self.settings.maps.insert(loc, found);
        }
    }

    /// Takes back the settings of a literal, and of those inside it, that turns out to be something else.
    pub(super) fn forget_settings(&mut self, given: &Val) {
        for (_, val) in self.alternatives(given) {
            let Some(id) = val.object() else { continue };
            let mut inner = Vec::new();
            self.collect(id, "", Reader::Configuration, DEEPEST, &mut Vec::new(), &mut inner);
            inner.iter().for_each(|inner| {
                self.settings.maps.remove(inner);
            });
        }
    }

    fn is_data(&self, file: FileId) -> bool {
        self.sources.file(file).path.extension() == Some("json")
    }

    fn collect(
        &self,
        map: ObjectId,
        path: &str,
        reader: Reader,
        depth: u32,
        found: &mut Vec<Found>,
        inner: &mut Vec<Loc>,
    ) {
        let Some(depth) = depth.checked_sub(1) else { return };
        let object = self.heap.object(map);
        inner.push(object.loc);
        for entry in &object.entries {
            let path = if path.is_empty() { entry.key.to_string() } else { format!("{path}.{}", entry.key) };
            match &entry.val.kind {
                Kind::Object(id) if self.heap.object(*id).is_map() => {
                    self.collect(*id, &path, reader, depth, found, inner);
                }
                _ if reader == Reader::Library || self.is_literal(&entry.val) => {
                    let text = entry.val.text().map(|text| &**text);
                    if keys::may_matter(&path, text) {
                        let value = plain(self.raw(&entry.val));
                        found.push(Found { path, loc: entry.key_loc, value, reader });
                    }
                }
                _ => {}
            }
        }
    }

    /// Whether a value is written in place: a text, or a list of texts.
    fn is_literal(&self, val: &Val) -> bool {
        match &val.kind {
            Kind::Text(_) => true,
            Kind::Object(_) => self
                .known_items(val)
                .is_some_and(|items| !items.is_empty() && items.iter().all(|item| item.text().is_some())),
            _ => false,
        }
    }

    /// A setting in a constant of a module.
    pub(super) fn emit_constant(&mut self, pattern: &Pattern, val: &Val, scope: ScopeId) {
        let Pattern::Name(name, span) = pattern else { return };
        let is_top = self.frames.len() == 1 && self.frames.iter().all(|frame| frame.function.is_none());
        let is_own = val.loc.file == self.file(scope);
        if is_top && is_own && self.is_literal(val) && keys::may_matter(name, val.text().map(|text| &**text)) {
            let loc = self.at(scope, *span);
            let found =
                Found { path: name.to_string(), loc, value: plain(self.raw(val)), reader: Reader::Configuration };
            self.settings.constants.insert(loc, found);
        }
    }

    /// What the literals turn out to hold. The parameters of a call are no settings.
    pub(super) fn add_settings(&mut self, calls: &[Call], modules: &HashMap<FileId, Arc<Module>>, facts: &mut Facts) {
        let mut sent = HashSet::new();
        calls.iter().for_each(|call| keys_of(&call.parameters, &mut sent));
        let literals = std::mem::take(&mut self.settings);
        let mut files: BTreeMap<FileId, Vec<(String, Found)>> = BTreeMap::new();
        for (_, found) in literals.constants {
            files.entry(found.loc.file).or_default().push((String::new(), found));
        }
        for (place, map) in literals.maps {
            for found in map.into_iter().filter(|found| !sent.contains(&found.loc) || found.reader == Reader::Library) {
                let section = match found.path.rsplit_once('.') {
                    Some((section, _)) => format!("{}.{section}", place.span.start),
                    None => place.span.start.to_string(),
                };
                files.entry(place.file).or_default().push((section, found));
            }
        }
        for (file, all) in files {
            let source = self.sources.file(file);
            let side = modules.get(&file).map_or(Side::Unknown, |module| self.sides.of(file, module));
            let Some(surroundings) = Surroundings::of(&source.path) else { continue };
            let public = matches!(side, Side::Browser | Side::Mobile);
            let mut sections = Sections::new(source.path.as_str(), Surroundings { public, ..surroundings });
            for (section, Found { path, loc, value, reader }) in all {
                sections.add(&section, Entry { key: path.as_str().into(), path, loc, value, reader });
            }
            sections.emit(facts);
        }
    }
}

/// The places of all keys in a value.
fn keys_of(value: &Value, keys: &mut HashSet<Loc>) {
    match &value.kind {
        value::Kind::Map(Map { entries, .. }) => {
            for entry in entries {
                keys.insert(entry.key_loc);
                keys_of(&entry.value, keys);
            }
        }
        value::Kind::OneOf(alternatives) => {
            alternatives.iter().for_each(|alternative| keys_of(&alternative.value, keys))
        }
        _ => {}
    }
}

/// An empty text is no value.
fn plain(value: Value) -> Value {
    match value.text() {
        Some("") => Value::new(value::Kind::Null, value.loc),
        _ => value,
    }
}
