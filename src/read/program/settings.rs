//! Settings that stand in program text: constants, entries of object literals, fields of classes, what libraries are
//! configured with.
//!
//! Literals are noted where they are evaluated and looked at in the end, when it is known which of them were the
//! parameters of a call.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::rc::Rc;
use std::sync::Arc;

use super::domain::{ClassDef, Kind, ObjectId, ScopeId, Val};
use super::evaluator::Evaluator;
use super::heap::Object;
use super::libraries;
use crate::read::settings::keys;
use crate::read::settings::section::{Entry, Sections};
use crate::read::settings::surroundings::Surroundings;
use crate::read::{Call, Facts, Reader, Side};
use crate::source::{FileId, Loc, Span};
use crate::syntax::code::ir::{Module, Pattern, StmtKind};
use crate::value::{self, Alternative, Map, Reference, Value};
use crate::when::When;
use crate::words;

/// Maps inside maps that are followed.
const DEEPEST: u32 = 6;
/// Evaluations of one literal that are looked at.
const MOST_FORMS: usize = 4;

/// Words by which a name is that of something made up for tests.
const PRETENDED: &str = "dummy fake fixture fixtures mock mocked mocks stub";
/// The same as the first of several words.
const PRETENDED_FIRST: &str = "example sample test";
/// Words by which a text that reads like a key is a sample value.
const FILL_IN: &str = "add change changeme enter here insert my put replace some the todo your";

/// Packages that run in the user's browser or device unless something says otherwise.
const FRONT_END: &[&str] = &["aws-amplify", "@aws-amplify/auth", "@aws-amplify/core", "amazon-cognito-identity-js"];

/// The literals that were met.
#[derive(Default)]
pub(super) struct Literals {
    /// Maps by their place, each as often as it was evaluated, within bounds.
    maps: BTreeMap<Loc, Vec<ObjectId>>,
    /// What maps are called.
    names: HashMap<Loc, Name>,
    /// The constants of modules by their place.
    constants: BTreeMap<Loc, (Arc<str>, Val)>,
    /// Maps that a library was given as its configuration.
    given: BTreeMap<Loc, ObjectId>,
    /// Maps that turned out to be something else.
    forgotten: HashSet<Loc>,
}

/// The name of a map.
enum Name {
    /// A constant's: keys begin with it.
    Constant(Arc<str>),
    /// A class's.
    Class(Arc<str>),
    /// That of a class whose fields are filled from the environment.
    Environment(Arc<str>),
}

/// A key and its value.
struct Found {
    /// The keys that lead to it, from the outermost map.
    path: String,
    loc: Loc,
    value: Value,
}

/// A look into one map and those inside it.
struct Walk<'e, 'a> {
    evaluator: &'e Evaluator<'a>,
    outer: Loc,
    reader: Reader,
    found: Vec<Found>,
    seen: HashSet<Loc>,
}

/// Keys with the sections they stand in, by file.
#[derive(Default)]
struct Entries {
    by_file: BTreeMap<FileId, Vec<(String, Entry)>>,
}

impl Evaluator<'_> {
    /// Notes a map that may hold settings.
    pub(super) fn emit_settings(&mut self, map: ObjectId, _scope: ScopeId) {
        let place = self.place_of_map(map);
        let forms = self.settings.maps.entry(place).or_default();
        if forms.len() < MOST_FORMS {
            forms.push(map);
        }
    }

    /// Where a map's literal stands; the fields of instances stand in their class.
    fn place_of_map(&self, map: ObjectId) -> Loc {
        let object = self.heap.object(map);
        match object.class() {
            // Static fields have the place of the class itself.
            Some(class) => {
                let end = class.class.span.end as usize;
                Loc { file: self.modules[class.module.0 as usize].file, span: Span::new(end, end) }
            }
            None => object.loc,
        }
    }

    /// Notes the static fields of a class.
    pub(super) fn emit_class_settings(&mut self, class: &Rc<ClassDef>) {
        let name = class.class.name.clone();
        let name = if libraries::is_configured(class) { Name::Environment(name) } else { Name::Class(name) };
        let place = self.place_of_map(class.statics);
        self.settings.names.insert(place, name);
        self.emit_settings(class.statics, class.scope);
    }

    /// Notes a constant of a module.
    pub(super) fn emit_constant(&mut self, pattern: &Pattern, val: &Val, scope: ScopeId) {
        let Pattern::Name(name, span) = pattern else { return };
        let is_top = self.frames.len() == 1 && self.frames.iter().all(|frame| frame.function.is_none());
        if !is_top || val.loc.file != self.file(scope) {
            return;
        }
        match val.object().filter(|id| self.heap.object(*id).is_map()) {
            Some(map) => {
                let place = self.place_of_map(map);
                self.settings.names.entry(place).or_insert_with(|| Name::Constant(name.clone()));
            }
            // A variable that is only read there says nothing of its own.
            None if matches!(val.kind, Kind::Reference(_)) => {}
            None => {
                let loc = self.at(scope, *span);
                self.settings.constants.insert(loc, (name.clone(), val.clone()));
            }
        }
    }

    /// Notes what a library is configured with.
    pub(super) fn emit_library_settings(&mut self, given: Option<&Val>, _scope: ScopeId) {
        let Some(given) = given else { return };
        for (_, val) in self.alternatives(given) {
            if let Some(id) = val.object() {
                let place = self.place_of_map(id);
                self.settings.given.insert(place, id);
            }
        }
    }

    /// Takes back the settings of a literal, and of those inside it, that turns out to be something else.
    pub(super) fn forget_settings(&mut self, given: &Val) {
        for (_, val) in self.alternatives(given) {
            let mut pending: Vec<(ObjectId, u32)> = val.object().map(|id| (id, DEEPEST)).into_iter().collect();
            while let Some((id, depth)) = pending.pop() {
                self.settings.forgotten.insert(self.place_of_map(id));
                let Some(depth) = depth.checked_sub(1) else { continue };
                let inner = self.heap.object(id).entries.iter().filter_map(|entry| entry.val.object());
                pending.extend(inner.map(|id| (id, depth)));
            }
        }
    }

    /// What the literals turn out to hold. The parameters of a call are no settings.
    pub(super) fn add_settings(&mut self, calls: &[Call], modules: &HashMap<FileId, Arc<Module>>, facts: &mut Facts) {
        let literals = std::mem::take(&mut self.settings);
        let mut entries = Entries::default();
        self.add_constants(&literals, &mut entries);
        let seen = self.add_given(&literals, &mut entries);
        self.add_maps(&literals, seen, calls, &mut entries);
        for (file, entries) in entries.by_file {
            let path = &self.sources.file(file).path;
            let Some(surroundings) = Surroundings::of(path) else { continue };
            let module = modules.get(&file);
            let side = module.map_or(Side::Unknown, |module| self.sides.of(file, module));
            let public = match side {
                Side::Browser | Side::Mobile => true,
                Side::Server | Side::Script => false,
                Side::Unknown => surroundings.public || module.is_some_and(|module| imports_front_end(module)),
            };
            let mut sections = Sections::new(path.as_str(), Surroundings { public, ..surroundings });
            entries.into_iter().for_each(|(section, entry)| sections.add(&section, entry));
            sections.emit(facts);
        }
    }

    fn add_constants(&self, literals: &Literals, entries: &mut Entries) {
        for (loc, (name, val)) in &literals.constants {
            if self.is_stated(val) && keys::may_matter(name, plain_text(val)) {
                let found = Found { path: name.to_string(), loc: *loc, value: self.plain(val) };
                entries.add(loc.file, "", "", found, Reader::Configuration);
            }
        }
    }

    /// Gives the places of the literals that are part of what a library is given.
    fn add_given(&self, literals: &Literals, entries: &mut Entries) -> HashSet<Loc> {
        let mut seen = HashSet::new();
        for (place, map) in &literals.given {
            let walk = self.walk(*map, *place, Reader::Library);
            seen.extend(walk.seen);
            for found in walk.found {
                entries.add(place.file, &place.span.start.to_string(), "", found, Reader::Library);
            }
        }
        seen
    }

    fn add_maps(&self, literals: &Literals, mut seen: HashSet<Loc>, calls: &[Call], entries: &mut Entries) {
        let mut sent = HashSet::new();
        calls.iter().for_each(|call| keys_of(&call.parameters, &mut sent));
        // Outer literals come before those inside them.
        let mut maps: Vec<_> = literals.maps.iter().collect();
        maps.sort_by_key(|(place, _)| (place.file, place.span.start, Reverse(place.span.end)));
        for (place, forms) in maps {
            if seen.contains(place) || literals.forgotten.contains(place) {
                continue;
            }
            // What is known of a literal depends on where it is evaluated.
            let walks = forms.iter().map(|map| self.walk(*map, *place, Reader::Configuration));
            let most = walks.reduce(|most, next| if next.found.len() > most.found.len() { next } else { most });
            let Some(walk) = most else { continue };
            seen.extend(walk.seen);
            let name = literals.names.get(place);
            for mut found in walk.found.into_iter().filter(|found| !sent.contains(&found.loc)) {
                let unnamed = place.span.start.to_string();
                let (root, prefix) = match name {
                    Some(Name::Constant(name)) => (&**name, &**name),
                    Some(Name::Class(name) | Name::Environment(name)) => (&**name, ""),
                    None => (&*unnamed, ""),
                };
                if let Some(Name::Environment(_)) = name {
                    found.value = from_environment(&found.path, found.value);
                }
                entries.add(place.file, root, prefix, found, Reader::Configuration);
            }
        }
    }

    fn walk(&self, map: ObjectId, outer: Loc, reader: Reader) -> Walk<'_, '_> {
        let mut walk = Walk { evaluator: self, outer, reader, found: Vec::new(), seen: HashSet::new() };
        walk.map(map, "", DEEPEST);
        walk
    }

    fn is_data(&self, file: FileId) -> bool {
        self.sources.file(file).path.extension() == Some("json")
    }

    /// Whether a value says something that can be followed: a text, a list of texts, a variable, or one of several such.
    fn is_stated(&self, val: &Val) -> bool {
        match &val.kind {
            Kind::Text(_) | Kind::Reference(_) => true,
            Kind::Concat(parts) => parts.iter().any(|part| part.text().is_some()),
            Kind::OneOf(alts) => alts.iter().any(|alt| matches!(alt.val.kind, Kind::Text(_) | Kind::Reference(_))),
            Kind::Object(_) => self
                .known_items(val)
                .is_some_and(|items| !items.is_empty() && items.iter().all(|item| item.text().is_some())),
            _ => false,
        }
    }

    /// A value with the secrets in it, for judging. An empty text is no value.
    fn plain(&self, val: &Val) -> Value {
        let value = self.raw(val);
        match value.text() {
            Some("") => Value::new(value::Kind::Null, value.loc),
            _ => value,
        }
    }
}

impl Walk<'_, '_> {
    /// Collects the keys of a map and of those inside it. For a library all of them count, wherever they were written; of
    /// other literals those that stand inside.
    fn map(&mut self, map: ObjectId, path: &str, depth: u32) {
        let Some(depth) = depth.checked_sub(1) else { return };
        let evaluator = self.evaluator;
        let object = evaluator.heap.object(map);
        let place = evaluator.place_of_map(map);
        // The reader of configuration files has what stands in one.
        if evaluator.is_data(place.file) || is_claims(object) {
            return;
        }
        self.seen.insert(place);
        let by_library = self.reader == Reader::Library;
        for entry in object.entries.iter().filter(|entry| !evaluator.is_data(entry.key_loc.file)) {
            let path = join(path, &entry.key);
            let inner = entry.val.object().filter(|id| evaluator.heap.object(*id).is_map());
            if let Some(id) = inner {
                let loc = evaluator.heap.object(id).loc;
                if by_library || (loc.file == self.outer.file && self.outer.span.contains(loc.span)) {
                    self.map(id, &path, depth);
                }
            } else if (by_library || evaluator.is_stated(&entry.val)) && keys::may_matter(&path, plain_text(&entry.val))
            {
                self.found.push(Found { path, loc: entry.key_loc, value: evaluator.plain(&entry.val) });
            }
        }
    }
}

impl Entries {
    /// Adds a key of the map called `root`; keys begin with `prefix`.
    fn add(&mut self, file: FileId, root: &str, prefix: &str, found: Found, reader: Reader) {
        let Found { path: inner, loc, value } = found;
        let key = join(prefix, &inner);
        // Whatever its keys are called, what a library of Cognito takes is Cognito's.
        let path = if reader == Reader::Library { join("cognito", &key) } else { key.clone() };
        if is_pretended(&key) || is_its_name(&path, &value) {
            return;
        }
        let section = join(root, inner.rsplit_once('.').map_or("", |(section, _)| section));
        let entry = Entry { path, key: key.into(), loc, value, reader };
        self.by_file.entry(file).or_default().push((section, entry));
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

/// Whether a map is the content of a token: its client and issuer are those of one sign-in.
fn is_claims(object: &Object) -> bool {
    let has = |key: &str| object.entry(key).is_some();
    has("token_use") || (has("iss") && has("sub"))
}

/// Whether a path names something made up for tests.
fn is_pretended(path: &str) -> bool {
    path.split('.').any(|part| {
        let words = words::split(part);
        words.iter().any(|word| words::is_in(PRETENDED, word))
            || matches!(words.as_slice(), [first, _, ..] if words::is_in(PRETENDED_FIRST, first))
    })
}

/// Whether a value only names what its key names: an attribute's or variable's name, or a description.
fn is_its_name(path: &str, value: &Value) -> bool {
    let Some(text) = value.text() else { return false };
    let is_sample = || words::split(text).iter().any(|word| words::is_in(FILL_IN, word));
    let named = keys::guess(text, None).map(|guess| guess.kind);
    named.is_some() && named == keys::guess(path, None).map(|guess| guess.kind) && !is_sample()
}

/// The value of a field that the environment fills, with what is written as its default.
fn from_environment(field: &str, default: Value) -> Value {
    let loc = default.loc;
    let variable = Value::new(value::Kind::Reference(Reference::Environment(field.to_ascii_uppercase().into())), loc);
    let alternative = |value, fallback| Alternative { value, when: When::always(), fallback };
    Value::new(value::Kind::OneOf(vec![alternative(variable, false), alternative(default, true)]), loc)
}

fn imports_front_end(module: &Module) -> bool {
    module.body.iter().any(|statement| match &statement.kind {
        StmtKind::Import(import) => FRONT_END.contains(&&*import.module),
        _ => false,
    })
}

/// The text of a value that is one.
fn plain_text(val: &Val) -> Option<&str> {
    val.text().map(|text| &**text)
}

fn join(path: &str, key: &str) -> String {
    let dot = if path.is_empty() || key.is_empty() { "" } else { "." };
    format!("{path}{dot}{key}")
}
