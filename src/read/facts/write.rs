//! Facts to a file for other repositories.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use camino::Utf8Path;

use crate::read::{self, CodePath, Facts};
use crate::source::{FileId, Loc, Position, SourceMap};
use crate::value::{self, Presence};
use crate::when;

use super::document::{
    Alternative, At, Call, Code, Document, Entry, Item, Kind, KnownId, LeftOut, Output, Place, Reference, Resource,
    Setting, Stack, Store, Test, Tool, VERSION, Value, When, Why,
};
use super::impossible::Impossible;
use super::keep::{self, Keep};

/// How many values are told inside one another; deeper ones are unknown to others.
const DEEPEST: usize = 18;

/// Longer texts identify nothing, in bytes.
const LONGEST: usize = 2048;

/// What is told of a repository of this name: the facts of a scan whose files are named from `root`, its root.
pub fn write(facts: &Facts, sources: &SourceMap, root: &Utf8Path, repository: &str) -> Document {
    let mut writer = Writer {
        sources,
        root,
        files: Vec::new(),
        numbers: HashMap::new(),
        places: Vec::new(),
        at: HashMap::new(),
        untold: HashMap::new(),
        broken: facts.unreadable.iter().map(|fault| fault.loc.file).collect(),
    };
    let resources = facts.resources.iter().filter_map(|resource| writer.resource(resource)).collect();
    let calls = facts.calls.iter().map(|call| writer.call(call)).collect();
    let settings =
        facts.settings.iter().filter(|setting| !setting.example).map(|setting| writer.setting(setting)).collect();
    let known = facts.known.iter().filter(|known| !known.is_live).map(|known| writer.known(known)).collect();
    let code = facts.code.iter().filter_map(|code| writer.code(code)).collect();
    let impossible = Impossible::in_facts(facts);
    let stacks = facts.stacks.iter().map(|stack| writer.stack(stack, &impossible)).collect();
    let unread = facts.unreadable.iter().map(|fault| writer.at(fault.loc)).collect();
    writer.add_manifests();
    Document {
        facts: VERSION,
        tool: Tool { name: env!("CARGO_PKG_NAME").to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() },
        repository: repository.to_owned(),
        files: writer.files,
        places: writer.places,
        stacks,
        resources,
        code,
        calls,
        settings,
        known,
        unread,
    }
}

struct Writer<'a> {
    sources: &'a SourceMap,
    root: &'a Utf8Path,
    files: Vec<String>,
    numbers: HashMap<FileId, usize>,
    places: Vec<Place>,
    at: HashMap<Loc, At>,
    /// What of conditions is told by number only.
    untold: HashMap<Arc<str>, usize>,
    /// The files that were not read wholly: more may stand there.
    broken: HashSet<FileId>,
}

impl Writer<'_> {
    fn file(&mut self, file: FileId) -> usize {
        *self.numbers.entry(file).or_insert_with(|| {
            self.files.push(self.sources.file(file).path.to_string());
            self.files.len() - 1
        })
    }

    fn at(&mut self, loc: Loc) -> At {
        if let Some(at) = self.at.get(&loc) {
            return *at;
        }
        let file = self.file(loc.file);
        let Position { line, column, end_line, end_column } = self.sources.position(loc);
        let mark = |line: usize, column: usize| {
            (u32::try_from(line).unwrap_or(u32::MAX), u32::try_from(column).unwrap_or(u32::MAX))
        };
        self.places.push(Place { file, start: mark(line, column), end: mark(end_line, end_column) });
        let at = self.places.len() - 1;
        self.at.insert(loc, at);
        at
    }

    /// The files at the roots of packages that facts stand in, so that the other side knows which files are one app.
    fn add_manifests(&mut self) {
        let folders: BTreeSet<&Utf8Path> = self
            .numbers
            .keys()
            .flat_map(|file| self.sources.file(*file).absolute.ancestors().skip(1))
            .filter(|folder| folder.starts_with(self.root))
            .collect();
        let is_manifest = |file: &&(FileId, &crate::source::SourceFile)| {
            file.1.is_manifest() && file.1.absolute.parent().is_some_and(|folder| folders.contains(folder))
        };
        let manifests: Vec<FileId> = self.sources.iter().filter(|file| is_manifest(&file)).map(|(id, _)| id).collect();
        for file in manifests {
            self.file(file);
        }
    }

    /// A path of this repository as others are told it; `None` for one outside.
    fn path(&self, absolute: &Utf8Path) -> Option<String> {
        let below = absolute.strip_prefix(self.root).ok()?;
        Some(below.as_str().replace(std::path::MAIN_SEPARATOR, "/"))
    }

    /// Whether a value stands in a file that was not read wholly.
    fn is_broken(&self, value: &value::Value) -> bool {
        self.broken.contains(&value.loc.file)
    }

    fn stack(&mut self, stack: &read::Stack, impossible: &Impossible) -> Stack {
        Stack {
            id: stack.id.to_string(),
            name: owned(stack.name.as_ref()),
            file: self.file(stack.file),
            outputs: stack.outputs.iter().map(|output| self.output(output)).collect(),
            impossible: impossible.of(stack).iter().map(|when| self.when(when)).collect(),
        }
    }

    fn output(&mut self, output: &read::Output) -> Output {
        Output {
            name: output.name.to_string(),
            at: self.at(output.loc),
            value: self.value(&output.value, keep::identifies, &output.name),
            export: output.export.as_ref().map(|name| self.value(name, keep::is_plain, "")),
            when: self.when(&output.when),
        }
    }

    fn resource(&mut self, resource: &read::Resource) -> Option<Resource> {
        let (properties, keep) = keep::of_type(&resource.type_name)?;
        Some(Resource {
            stack: resource.key.stack.to_string(),
            id: resource.key.id.to_string(),
            type_name: resource.type_name.to_string(),
            at: self.at(resource.loc),
            source: resource.source.map(|source| self.at(source)),
            when: self.when(&resource.when),
            deployer: resource.deployer,
            properties: self.value(&only(&resource.properties, properties), keep, ""),
            left_out: resource.left_out.iter().map(|left_out| self.left_out(left_out)).collect(),
        })
    }

    fn left_out(&mut self, left_out: &read::LeftOut) -> LeftOut {
        LeftOut {
            path: left_out.path.iter().map(|key| key.to_string()).collect(),
            assumed: left_out.assumed.to_string(),
            at: self.at(left_out.loc),
        }
    }

    fn code(&mut self, code: &read::CodeLocation) -> Option<Code> {
        let path = match &code.path {
            CodePath::Inline => None,
            CodePath::Path(path) => Some(self.path(path)?),
        };
        Some(Code {
            stack: code.resource.stack.to_string(),
            id: code.resource.id.to_string(),
            at: self.at(code.loc),
            path,
            handler: owned(code.handler.as_ref()),
        })
    }

    fn call(&mut self, call: &read::Call) -> Call {
        let store = |writer: &mut Self, store: &read::Store| Store {
            target: store.target.to_string(),
            path: store.path.to_string(),
            has_fallback: store.has_fallback,
            at: writer.at(store.loc),
        };
        Call {
            operation: call.operation,
            at: self.at(call.loc),
            function: owned(call.function.as_ref()),
            library: call.library.name.to_string(),
            library_version: owned(call.library.version.as_ref()),
            entry: call.library.entry.to_string(),
            automatic: call.automatic,
            side: call.side,
            when: self.when(&call.when),
            endpoint: call.endpoint.as_ref().map(|endpoint| self.value(endpoint, keep::is_plain, "")),
            parameters: self.value(&call.parameters, keep::names, ""),
            reads: call.reads.paths.iter().map(|path| path.to_string()).collect(),
            reads_more: call.reads.escapes,
            stores: call.stores.iter().map(|one| store(self, one)).collect(),
        }
    }

    fn setting(&mut self, setting: &read::Setting) -> Setting {
        Setting {
            kind: setting.kind,
            key: setting.key.to_string(),
            value: self.value(&setting.value, keep::of_kind(setting.kind), &setting.key),
            at: self.at(setting.loc),
            path: setting.path.as_ref().and_then(|path| self.path(path)),
            group: setting.group.to_string(),
            reader: setting.reader,
            public: setting.public,
        }
    }

    fn known(&mut self, known: &read::KnownId) -> KnownId {
        KnownId {
            kind: known.kind,
            id: known.id.to_string(),
            pool: owned(known.pool.as_ref()),
            stack: owned(known.stack.as_ref()),
            output: owned(known.output.as_ref()),
            resource: known.resource.as_ref().map(|key| (key.stack.to_string(), key.id.to_string())),
            at: self.at(known.loc),
        }
    }

    fn when(&mut self, when: &when::When) -> When {
        let test =
            |test: &when::Test| Test { scope: test.scope.to_string(), name: self.test(&test.name), holds: test.holds };
        when.tests().iter().map(test).collect()
    }

    /// A test's name. Of one with a literal in it only a number, which keeps it apart from others; of one that compares
    /// something with a value, numbers too, so that one subject still has one value.
    fn test(&mut self, name: &Arc<str>) -> String {
        let (subject, value) =
            name.split_once(" = ").map_or((&**name, None), |(subject, value)| (subject, Some(value)));
        let subject = if keep::is_name(subject) { subject.to_owned() } else { self.numbered("condition", subject) };
        match value {
            Some(value) => format!("{subject} = {}", self.numbered("value", value)),
            None => subject,
        }
    }

    /// What stands for a text that is not told: the same number for the same text.
    fn numbered(&mut self, what: &str, text: &str) -> String {
        let next = self.untold.len() + 1;
        format!("{what} {}", self.untold.entry(text.into()).or_insert(next))
    }

    /// A value under a key, with those of its texts that may be told.
    fn value(&mut self, value: &value::Value, keep: Keep, key: &str) -> Value {
        self.inner(value, keep, key, DEEPEST)
    }

    fn inner(&mut self, value: &value::Value, keep: Keep, key: &str, deepest: usize) -> Value {
        let is = match deepest.checked_sub(1) {
            Some(deepest) => self.kind(value, keep, key, deepest),
            None => Kind::Unknown(Why::Limit),
        };
        Value { at: self.at(value.loc), is, assumed: owned(value.assumed.as_ref()) }
    }

    fn kind(&mut self, value: &value::Value, keep: Keep, key: &str, deepest: usize) -> Kind {
        match &value.kind {
            value::Kind::Null => Kind::Null,
            value::Kind::Bool(value) => Kind::Bool(*value),
            value::Kind::Number(number) if keep(key, number) => Kind::Number(number.to_string()),
            value::Kind::Text(text) if text.len() <= LONGEST && keep(key, text) => Kind::Text(text.to_string()),
            value::Kind::Number(_) | value::Kind::Text(_) => Kind::Unknown(Why::Redacted),
            value::Kind::Concat(parts) => {
                let text: String = parts.iter().map(|part| part.text().unwrap_or("x")).collect();
                let keep: Keep = if keep::has_credentials(&text) { |_, _| false } else { keep };
                Kind::Concat(parts.iter().map(|part| self.inner(part, keep, key, deepest)).collect())
            }
            value::Kind::List(list) => {
                let item = |(item, present): &(value::Value, when::When)| Item {
                    value: self.inner(item, keep, key, deepest),
                    when: self.when(present),
                };
                Kind::List { items: list.items.iter().map(item).collect(), open: list.open || self.is_broken(value) }
            }
            value::Kind::Map(_) if keep::has_own_words(key) => Kind::Unknown(Why::Redacted),
            value::Kind::Map(map) => {
                let named = map.field("Name").value().and_then(value::Value::text).filter(|_| map.entries.len() > 1);
                let entry = |entry: &value::Entry| Entry {
                    key: entry.key.to_string(),
                    at: self.at(entry.key_loc),
                    value: match (named, &*entry.key) {
                        (Some(_), "Name") => self.inner(&entry.value, |_, _| true, "Name", deepest),
                        (Some(name), "Value" | "SecretString") => self.inner(&entry.value, keep, name, deepest),
                        (_, key) => self.inner(&entry.value, keep, key, deepest),
                    },
                    sometimes: match &entry.presence {
                        Presence::Always => None,
                        Presence::Sometimes(present) => Some(self.when(present)),
                    },
                };
                Kind::Map { entries: map.entries.iter().map(entry).collect(), open: map.open || self.is_broken(value) }
            }
            value::Kind::Reference(of) => Kind::Reference(reference(of)),
            value::Kind::OneOf(alternatives) => {
                let alternative = |one: &value::Alternative| Alternative {
                    value: self.inner(&one.value, keep, key, deepest),
                    when: self.when(&one.when),
                    fallback: one.fallback,
                };
                Kind::OneOf(alternatives.iter().map(alternative).collect())
            }
            value::Kind::Unknown(why) => Kind::Unknown(self.why(why, keep, key, deepest)),
        }
    }

    fn why(&mut self, why: &value::Why, keep: Keep, key: &str, deepest: usize) -> Why {
        match why {
            value::Why::Input(name) => Why::Input(name.to_string()),
            value::Why::Result(answer) => Why::Result {
                callee: answer.callee.to_string(),
                receiver: answer.receiver.as_ref().map(|of| Box::new(self.inner(of, keep::names, "", deepest))),
                arguments: answer.arguments.iter().map(|one| self.inner(one, keep::names, "", deepest)).collect(),
                call: answer.call,
            },
            value::Why::Member { of, key: member } => {
                Why::Member { of: Box::new(self.inner(of, keep, key, deepest)), key: member.to_string() }
            }
            value::Why::Import(name) => Why::Import(name.to_string()),
            value::Why::Deployment(name) => Why::Deployment(name.to_string()),
            value::Why::Dynamic => Why::Dynamic,
            value::Why::Limit => Why::Limit,
            value::Why::Redacted => Why::Redacted,
        }
    }
}

/// A map with these entries only; what is left out may be there. No names: as it is.
fn only(value: &value::Value, names: &[&str]) -> value::Value {
    let value::Kind::Map(map) = &value.kind else { return value.clone() };
    if names.is_empty() {
        return value.clone();
    }
    let is_told = |entry: &&value::Entry| names.contains(&&*entry.key);
    let entries: Vec<_> = map.entries.iter().filter(is_told).cloned().collect();
    let open = map.open || entries.len() < map.entries.len();
    value::Value { kind: value::Kind::Map(value::Map { entries, open }), ..value.clone() }
}

fn reference(of: &value::Reference) -> Reference {
    match of {
        value::Reference::Attribute { resource, attribute } => Reference::Attribute {
            stack: resource.stack.to_string(),
            id: resource.id.to_string(),
            attribute: attribute.to_string(),
        },
        value::Reference::Environment(name) => Reference::Environment(name.to_string()),
        value::Reference::Setting(key) => Reference::Setting(key.to_string()),
        value::Reference::Parameter { stack, name } => {
            Reference::Parameter { stack: stack.to_string(), name: name.to_string() }
        }
        value::Reference::Export(name) => Reference::Export(name.to_string()),
        value::Reference::Output { stack, name } => {
            Reference::Output { stack: stack.to_string(), name: name.to_string() }
        }
        value::Reference::SsmParameter(name) => Reference::SsmParameter(name.to_string()),
        value::Reference::Secret { name, field } => {
            Reference::Secret { name: name.to_string(), field: field.to_string() }
        }
        value::Reference::Pseudo(name) => Reference::Pseudo(name.to_string()),
    }
}

fn owned(text: Option<&Arc<str>>) -> Option<String> {
    text.map(|text| text.to_string())
}
