//! Facts of another repository beside those of the scan.

use std::cell::Cell;
use std::collections::HashSet;
use std::sync::Arc;

use crate::read::cloudformation::Conditions;
use crate::read::{self, CodePath, Facts, Ignored, Library, Reads, Retention};
use crate::source::elsewhere::Elsewhere;
use crate::source::{FileId, Loc, SourceFile, SourceMap, Span};
use crate::value::{self, Answer, List, Map, Presence, ResourceKey};
use crate::when;

use super::document::{
    At, Call, Code, Document, Entry, Kind, KnownId, LeftOut, Output, Place, Reference, Resource, Setting, Stack, Store,
    Value, When, Why,
};

impl Document {
    /// Adds what the repository knows to the facts of a scan, and its files to those of the scan. It is called `name`
    /// here: what is the same text in two repositories, as the path of a template, is two things.
    ///
    /// # Errors
    /// A sentence about a number that stands for no place or file.
    pub fn join(&self, name: &str, sources: &mut SourceMap, facts: &mut Facts) -> Result<(), String> {
        let name: Arc<str> = name.into();
        let places = self.add_files(&name, sources)?;
        let reader = Joined {
            name: &name,
            stacks: self.stacks.iter().map(|stack| &*stack.id).collect(),
            places: &places,
            wrong: Cell::new(None),
        };
        facts.stacks.extend(self.stacks.iter().filter_map(|stack| reader.stack(stack, &places.files)));
        facts.resources.extend(self.resources.iter().map(|resource| reader.resource(resource)));
        facts.code.extend(self.code.iter().map(|code| reader.code(code)));
        facts.calls.extend(self.calls.iter().map(|call| reader.call(call)));
        facts.settings.extend(self.settings.iter().map(|setting| reader.setting(setting)));
        facts.known.extend(self.known.iter().map(|known| reader.known(known)));
        self.unread.iter().for_each(|at| {
            reader.loc(*at);
        });
        match reader.wrong.take() {
            Some(at) => Err(format!("a fact names place {at}, and there are {}", self.places.len())),
            None => Ok(()),
        }
    }

    fn add_files(&self, name: &Arc<str>, sources: &mut SourceMap) -> Result<Places, String> {
        let mut marks = vec![Vec::new(); self.files.len()];
        for Place { file, start, end } in &self.places {
            let of_file = marks
                .get_mut(*file)
                .ok_or_else(|| format!("a place names file {file}, and there are {}", self.files.len()))?;
            of_file.extend([*start, *end]);
        }
        let files: Vec<FileId> = (self.files.iter().zip(marks))
            .map(|(path, marks)| sources.add_aside(SourceFile::elsewhere(name, path, marks)))
            .collect();
        let loc = |place: &Place| {
            let file = *files.get(place.file)?;
            let elsewhere = sources.file(file).elsewhere.as_ref()?;
            Some(Loc { file, span: Span::new(elsewhere.offset(place.start), elsewhere.offset(place.end)) })
        };
        let list = self.places.iter().filter_map(loc).collect();
        Ok(Places { files, list })
    }
}

struct Places {
    files: Vec<FileId>,
    list: Vec<Loc>,
}

/// Tells facts in the words of the scan that they join.
struct Joined<'d> {
    name: &'d Arc<str>,
    /// The stacks that the repository knows by an id of its own.
    stacks: HashSet<&'d str>,
    places: &'d Places,
    /// A place that is named and not there.
    wrong: Cell<Option<At>>,
}

impl Joined<'_> {
    fn loc(&self, at: At) -> Loc {
        self.places.list.get(at).copied().unwrap_or_else(|| {
            self.wrong.set(Some(at));
            Loc { file: FileId(0), span: Span::default() }
        })
    }

    /// What a name of the repository's own is called here. The empty scope is everybody's.
    fn own(&self, name: &str) -> Arc<str> {
        if name.is_empty() { name.into() } else { format!("{}: {name}", self.name).into() }
    }

    /// What a stack is called here: one that the repository does not know by its id is meant by its deployed name.
    fn stack_name(&self, name: &str) -> Arc<str> {
        if self.stacks.contains(name) { self.own(name) } else { name.into() }
    }

    fn key(&self, stack: &str, id: &str) -> ResourceKey {
        ResourceKey { stack: self.own(stack), id: id.into() }
    }

    fn path(&self, path: &str) -> camino::Utf8PathBuf {
        let root = Elsewhere::root(self.name);
        if path.is_empty() { root } else { format!("{root}/{path}").into() }
    }

    fn stack(&self, stack: &Stack, files: &[FileId]) -> Option<read::Stack> {
        Some(read::Stack {
            id: self.own(&stack.id),
            name: shared(stack.name.as_ref()),
            file: *files.get(stack.file)?,
            outputs: stack.outputs.iter().map(|output| self.output(output)).collect(),
            undeployed: Vec::new(),
            // Not everything is told.
            open: true,
            conditions: Conditions::without(stack.impossible.iter().map(|when| self.when(when)).collect()),
        })
    }

    fn output(&self, output: &Output) -> read::Output {
        read::Output {
            name: output.name.as_str().into(),
            value: self.value(&output.value),
            export: output.export.as_ref().map(|name| self.value(name)),
            when: self.when(&output.when),
            loc: self.loc(output.at),
        }
    }

    fn resource(&self, resource: &Resource) -> read::Resource {
        read::Resource {
            key: self.key(&resource.stack, &resource.id),
            type_name: resource.type_name.as_str().into(),
            properties: self.value(&resource.properties),
            loc: self.loc(resource.at),
            source: resource.source.map(|source| self.loc(source)),
            when: self.when(&resource.when),
            construct: None,
            metadata: None,
            retention: Retention::Unknown,
            ignored: Ignored::Nothing,
            left_out: resource.left_out.iter().map(|left_out| self.left_out(left_out)).collect(),
            deployer: resource.deployer,
        }
    }

    fn left_out(&self, left_out: &LeftOut) -> read::LeftOut {
        read::LeftOut {
            path: left_out.path.iter().map(|key| key.as_str().into()).collect(),
            assumed: left_out.assumed.as_str().into(),
            loc: self.loc(left_out.at),
        }
    }

    fn code(&self, code: &Code) -> read::CodeLocation {
        read::CodeLocation {
            resource: self.key(&code.stack, &code.id),
            path: code.path.as_ref().map_or(CodePath::Inline, |path| CodePath::Path(self.path(path))),
            handler: shared(code.handler.as_ref()),
            loc: self.loc(code.at),
        }
    }

    fn call(&self, call: &Call) -> read::Call {
        let store = |store: &Store| read::Store {
            target: store.target.as_str().into(),
            path: store.path.as_str().into(),
            has_fallback: store.has_fallback,
            loc: self.loc(store.at),
        };
        read::Call {
            operation: call.operation,
            loc: self.loc(call.at),
            through: Vec::new(),
            parameters: self.value(&call.parameters),
            library: Library {
                name: call.library.as_str().into(),
                version: shared(call.library_version.as_ref()),
                entry: call.entry.as_str().into(),
            },
            automatic: call.automatic,
            side: call.side,
            endpoint: call.endpoint.as_ref().map(|endpoint| self.value(endpoint)),
            reads: Reads {
                paths: call.reads.iter().map(|path| path.as_str().into()).collect(),
                escapes: call.reads_more,
            },
            stores: call.stores.iter().map(store).collect(),
            when: self.when(&call.when),
            function: shared(call.function.as_ref()),
        }
    }

    fn setting(&self, setting: &Setting) -> read::Setting {
        read::Setting {
            kind: setting.kind,
            key: setting.key.as_str().into(),
            value: self.value(&setting.value),
            loc: self.loc(setting.at),
            path: setting.path.as_ref().map(|path| self.path(path)),
            group: self.own(&setting.group),
            reader: setting.reader,
            public: setting.public,
            example: false,
        }
    }

    fn known(&self, known: &KnownId) -> read::KnownId {
        read::KnownId {
            kind: known.kind,
            id: known.id.as_str().into(),
            pool: shared(known.pool.as_ref()),
            stack: known.stack.as_ref().map(|stack| self.stack_name(stack)),
            output: shared(known.output.as_ref()),
            resource: known.resource.as_ref().map(|(stack, id)| self.key(stack, id)),
            is_live: false,
            loc: self.loc(known.at),
        }
    }

    fn when(&self, when: &When) -> when::When {
        let tests = when.iter().map(|test| when::When::test(self.own(&test.scope), test.name.as_str(), test.holds));
        // Tests that contradict each other hold nowhere; without the later ones the value is there too often, and never
        // too seldom.
        tests.fold(when::When::always(), |all, test| all.and(&test).unwrap_or(all))
    }

    fn value(&self, value: &Value) -> value::Value {
        let kind = match &value.is {
            Kind::Null => value::Kind::Null,
            Kind::Bool(flag) => value::Kind::Bool(*flag),
            Kind::Number(number) => value::Kind::Number(number.as_str().into()),
            Kind::Text(text) => value::Kind::Text(text.as_str().into()),
            Kind::Concat(parts) => value::Kind::Concat(parts.iter().map(|part| self.value(part)).collect()),
            Kind::List { items, open } => value::Kind::List(List {
                items: items.iter().map(|item| (self.value(&item.value), self.when(&item.when))).collect(),
                open: *open,
            }),
            Kind::Map { entries, open } => {
                let mut keys = HashSet::new();
                let first = entries.iter().filter(|entry| keys.insert(&entry.key));
                value::Kind::Map(Map { entries: first.map(|entry| self.entry(entry)).collect(), open: *open })
            }
            Kind::Reference(reference) => value::Kind::Reference(self.reference(reference)),
            Kind::OneOf(alternatives) => {
                let retold = alternatives.iter().map(|one| value::Alternative {
                    value: self.value(&one.value),
                    when: self.when(&one.when),
                    fallback: one.fallback,
                });
                value::Kind::OneOf(retold.collect())
            }
            Kind::Unknown(why) => value::Kind::Unknown(self.why(why)),
        };
        value::Value { kind, loc: self.loc(value.at), assumed: shared(value.assumed.as_ref()) }
    }

    fn entry(&self, entry: &Entry) -> value::Entry {
        value::Entry {
            key: entry.key.as_str().into(),
            key_loc: self.loc(entry.at),
            value: self.value(&entry.value),
            presence: match &entry.sometimes {
                None => Presence::Always,
                Some(when) => Presence::Sometimes(self.when(when)),
            },
        }
    }

    fn why(&self, why: &Why) -> value::Why {
        match why {
            Why::Input(name) => value::Why::Input(name.as_str().into()),
            Why::Result { callee, receiver, arguments, call } => value::Why::Result(Box::new(Answer {
                callee: callee.as_str().into(),
                receiver: receiver.as_ref().map(|of| self.value(of)),
                arguments: arguments.iter().map(|one| self.value(one)).collect(),
                call: *call,
            })),
            Why::Member { of, key } => value::Why::Member { of: Box::new(self.value(of)), key: key.as_str().into() },
            Why::Import(name) => value::Why::Import(name.as_str().into()),
            Why::Deployment(name) => value::Why::Deployment(name.as_str().into()),
            Why::Dynamic => value::Why::Dynamic,
            Why::Limit => value::Why::Limit,
            Why::Redacted => value::Why::Redacted,
        }
    }

    fn reference(&self, reference: &Reference) -> value::Reference {
        match reference {
            Reference::Attribute { stack, id, attribute } => {
                value::Reference::Attribute { resource: self.key(stack, id), attribute: attribute.as_str().into() }
            }
            Reference::Environment(name) => value::Reference::Environment(name.as_str().into()),
            Reference::Setting(key) => value::Reference::Setting(key.as_str().into()),
            Reference::Parameter { stack, name } => {
                value::Reference::Parameter { stack: self.own(stack), name: name.as_str().into() }
            }
            Reference::Export(name) => value::Reference::Export(name.as_str().into()),
            Reference::Output { stack, name } => {
                value::Reference::Output { stack: self.stack_name(stack), name: name.as_str().into() }
            }
            Reference::SsmParameter(name) => value::Reference::SsmParameter(name.as_str().into()),
            Reference::Secret { name, field } => {
                value::Reference::Secret { name: name.as_str().into(), field: field.as_str().into() }
            }
            Reference::Pseudo(name) => value::Reference::Pseudo(name.as_str().into()),
        }
    }
}

fn shared(text: Option<&String>) -> Option<Arc<str>> {
    text.map(|text| text.as_str().into())
}
