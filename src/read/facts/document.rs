//! The file of facts, version 1: its shape is a promise. Fields may be added, never renamed or removed, and a reader
//! passes over those that it does not know.
//!
//! Everything is in the terms of the model: resources in CloudFormation's shape, calls in the shape of the wire.

use std::io::{self, Write};

use serde::{Deserialize, Serialize};

use crate::read::{Automatic, Deployer, Operation, Reader, SettingKind, Side};

/// The version that is written, and the latest that is read.
pub const VERSION: u32 = 1;

/// What one repository knows.
#[derive(Debug, Deserialize, Serialize)]
pub struct Document {
    /// The version of this shape.
    pub facts: u32,
    /// Who wrote it.
    pub tool: Tool,
    /// What the repository is called.
    pub repository: String,
    /// The files that facts stand in, relative to the repository, and those at the root of a package.
    pub files: Vec<String>,
    /// The places of facts: each `FILE:LINE:COLUMN-LINE:COLUMN`, the file by its number.
    pub places: Vec<Place>,
    /// Stacks, with what they put out.
    pub stacks: Vec<Stack>,
    /// Resources.
    pub resources: Vec<Resource>,
    /// Where the code of functions lies.
    pub code: Vec<Code>,
    /// Calls of the service.
    pub calls: Vec<Call>,
    /// Application configuration.
    pub settings: Vec<Setting>,
    /// Ids that are known to exist.
    pub known: Vec<KnownId>,
    /// Where files could not be read: what stands there is not wholly told.
    #[serde(default)]
    pub unread: Vec<At>,
}

impl Document {
    /// The places where files could not be read: path and line.
    pub fn faults(&self) -> impl Iterator<Item = (&str, u32)> {
        let places = self.unread.iter().filter_map(|at| self.places.get(*at));
        places.filter_map(|place| Some((self.files.get(place.file)?.as_str(), place.start.0)))
    }

    /// Whether both hold the same facts, whoever wrote them and whatever the repository is called.
    pub fn says_the_same(&self, other: &Self) -> bool {
        let told = |document: &Self| {
            let mut told = Vec::new();
            document.write_facts(&mut told).is_ok().then_some(told)
        };
        self.files == other.files && told(self) == told(other)
    }

    /// Writes the file: each fact on a line of its own, so that versions of it can be compared.
    ///
    /// # Errors
    /// What `out` says.
    pub fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        write!(out, "{{\n\"facts\": {},\n\"tool\": ", self.facts)?;
        serde_json::to_writer(&mut *out, &self.tool)?;
        write!(out, ",\n\"repository\": ")?;
        serde_json::to_writer(&mut *out, &self.repository)?;
        self.write_facts(out)?;
        writeln!(out, "\n}}")
    }

    fn write_facts(&self, out: &mut dyn Write) -> io::Result<()> {
        list(out, "files", &self.files)?;
        list(out, "places", &self.places)?;
        list(out, "stacks", &self.stacks)?;
        list(out, "resources", &self.resources)?;
        list(out, "code", &self.code)?;
        list(out, "calls", &self.calls)?;
        list(out, "settings", &self.settings)?;
        list(out, "known", &self.known)?;
        list(out, "unread", &self.unread)
    }
}

fn list<T: Serialize>(out: &mut dyn Write, name: &str, items: &[T]) -> io::Result<()> {
    write!(out, ",\n\"{name}\": [")?;
    for (at, item) in items.iter().enumerate() {
        out.write_all(if at == 0 { b"\n" } else { b",\n" })?;
        serde_json::to_writer(&mut *out, item)?;
    }
    write!(out, "]")
}

/// Who wrote a file of facts.
#[derive(Debug, Deserialize, Serialize)]
pub struct Tool {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// The number of a place.
pub type At = usize;

/// A place in one of the files; lines and columns from 1.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(into = "String", try_from = "String")]
pub struct Place {
    /// The number of the file.
    pub file: usize,
    /// Where it starts.
    pub start: (u32, u32),
    /// Just behind its end.
    pub end: (u32, u32),
}

impl From<Place> for String {
    fn from(place: Place) -> Self {
        let Place { file, start, end } = place;
        format!("{file}:{}:{}-{}:{}", start.0, start.1, end.0, end.1)
    }
}

impl TryFrom<String> for Place {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let read = || {
            let (start, end) = text.split_once('-')?;
            let (file, start) = start.split_once(':')?;
            let pair = |text: &str| {
                let (line, column) = text.split_once(':')?;
                Some((line.parse().ok()?, column.parse().ok()?))
            };
            Some(Self { file: file.parse().ok()?, start: pair(start)?, end: pair(end)? })
        };
        read().ok_or_else(|| "a place is FILE:LINE:COLUMN-LINE:COLUMN".to_owned())
    }
}

/// Tests that all hold; none means always.
pub type When = Vec<Test>;

/// A test that holds or does not.
#[derive(Debug, Deserialize, Serialize)]
pub struct Test {
    /// Where its name means something.
    pub scope: String,
    /// Its name.
    pub name: String,
    /// Whether it holds.
    pub holds: bool,
}

/// A stack instance.
#[derive(Debug, Deserialize, Serialize)]
pub struct Stack {
    /// What resources and conditions call it.
    pub id: String,
    /// The name that it is deployed under.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its template.
    pub file: usize,
    /// Its outputs.
    pub outputs: Vec<Output>,
    /// Conditions that cannot hold together.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub impossible: Vec<When>,
}

/// An output of a stack.
#[derive(Debug, Deserialize, Serialize)]
pub struct Output {
    /// Its name.
    pub name: String,
    /// Where it stands.
    pub at: At,
    /// What it is.
    pub value: Value,
    /// The name that it is exported under.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub export: Option<Value>,
    /// When it is there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub when: When,
}

/// A resource in CloudFormation's shape.
#[derive(Debug, Deserialize, Serialize)]
pub struct Resource {
    /// Its stack.
    pub stack: String,
    /// Its id there.
    pub id: String,
    /// Its type.
    #[serde(rename = "type")]
    pub type_name: String,
    /// Where its id stands.
    pub at: At,
    /// The line of the program that made it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<At>,
    /// When it is there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub when: When,
    /// Who deploys it.
    pub deployer: Deployer,
    /// Its properties.
    pub properties: Value,
    /// Properties that are not there by something that is only assumed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<LeftOut>,
}

/// A property that is not there by something that is only assumed.
#[derive(Debug, Deserialize, Serialize)]
pub struct LeftOut {
    /// The keys that lead to it.
    pub path: Vec<String>,
    /// What is assumed.
    pub assumed: String,
    /// Where it is said.
    pub at: At,
}

/// Where the code that a resource runs lies.
#[derive(Debug, Deserialize, Serialize)]
pub struct Code {
    /// The resource's stack.
    pub stack: String,
    /// Its id there.
    pub id: String,
    /// Where the location is written.
    pub at: At,
    /// A folder or file of the repository; none: it stands in the template.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The handler.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handler: Option<String>,
}

/// A call of the service.
#[derive(Debug, Deserialize, Serialize)]
pub struct Call {
    /// What it does.
    pub operation: Operation,
    /// Where it stands.
    pub at: At,
    /// The function that holds it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub function: Option<String>,
    /// The library.
    pub library: String,
    /// Its version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub library_version: Option<String>,
    /// The library's function.
    pub entry: String,
    /// What the library does by itself.
    pub automatic: Automatic,
    /// Where it runs.
    pub side: Side,
    /// When it happens.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub when: When,
    /// The address that it is sent to, where the code sets one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<Value>,
    /// Its parameters.
    pub parameters: Value,
    /// Which members of the answer are read.
    pub reads: Vec<String>,
    /// More of the answer may be read.
    pub reads_more: bool,
    /// What of the answer is stored.
    pub stores: Vec<Store>,
}

/// A member of an answer that is stored.
#[derive(Debug, Deserialize, Serialize)]
pub struct Store {
    /// Where to.
    pub target: String,
    /// Which member.
    pub path: String,
    /// What was there stays where the answer has none.
    pub has_fallback: bool,
    /// Where.
    pub at: At,
}

/// A piece of application configuration.
#[derive(Debug, Deserialize, Serialize)]
pub struct Setting {
    /// What it holds.
    pub kind: SettingKind,
    /// Its key.
    pub key: String,
    /// Its value.
    pub value: Value,
    /// Where the key stands.
    pub at: At,
    /// Where the file will lie that a deployment writes it to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Settings that stand together share it.
    pub group: String,
    /// Who reads it.
    pub reader: Reader,
    /// It reaches the user's browser or device.
    pub public: bool,
}

/// An id that is known to exist.
#[derive(Debug, Deserialize, Serialize)]
pub struct KnownId {
    /// What it is the id of.
    pub kind: SettingKind,
    /// The id.
    pub id: String,
    /// For a client, its pool's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pool: Option<String>,
    /// The stack that put it out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stack: Option<String>,
    /// The output.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output: Option<String>,
    /// The resource that has it: its stack and its id there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource: Option<(String, String)>,
    /// Where it stands.
    pub at: At,
}

/// A value.
#[derive(Debug, Deserialize, Serialize)]
pub struct Value {
    /// Where it stands.
    pub at: At,
    /// What it is.
    pub is: Kind,
    /// What was taken for granted to know it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assumed: Option<String>,
}

/// The shapes of a value.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Nothing, said explicitly.
    Null,
    /// A boolean.
    Bool(bool),
    /// A number, as written.
    Number(String),
    /// A text.
    Text(String),
    /// Parts put together.
    Concat(Vec<Value>),
    /// A list.
    List {
        /// What is in it.
        items: Vec<Item>,
        /// More may be in it.
        #[serde(default, skip_serializing_if = "is_not")]
        open: bool,
    },
    /// A map.
    Map {
        /// What is in it.
        entries: Vec<Entry>,
        /// More may be in it.
        #[serde(default, skip_serializing_if = "is_not")]
        open: bool,
    },
    /// Something that stands elsewhere.
    Reference(Reference),
    /// One of several.
    OneOf(Vec<Alternative>),
    /// It cannot be told.
    Unknown(Why),
}

fn is_not(flag: &bool) -> bool {
    !flag
}

/// An item of a list.
#[derive(Debug, Deserialize, Serialize)]
pub struct Item {
    /// What it is.
    pub value: Value,
    /// When it is there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub when: When,
}

/// An entry of a map.
#[derive(Debug, Deserialize, Serialize)]
pub struct Entry {
    /// Its key.
    pub key: String,
    /// Where the key stands.
    pub at: At,
    /// What it is.
    pub value: Value,
    /// It is there on some path only: when, as far as that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sometimes: Option<When>,
}

/// One of several values.
#[derive(Debug, Deserialize, Serialize)]
pub struct Alternative {
    /// What it is.
    pub value: Value,
    /// What selects it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub when: When,
    /// It counts only where those before it have no value.
    #[serde(default, skip_serializing_if = "is_not")]
    pub fallback: bool,
}

/// Something that stands elsewhere.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reference {
    /// A resource's attribute.
    Attribute {
        /// The resource's stack.
        stack: String,
        /// Its id there.
        id: String,
        /// The attribute.
        attribute: String,
    },
    /// An environment variable.
    Environment(String),
    /// A key of the configuration.
    Setting(String),
    /// A stack's parameter.
    Parameter {
        /// The stack.
        stack: String,
        /// The parameter.
        name: String,
    },
    /// An export.
    Export(String),
    /// An output.
    Output {
        /// The stack.
        stack: String,
        /// The output.
        name: String,
    },
    /// A parameter in the parameter store.
    SsmParameter(String),
    /// A field of a secret.
    Secret {
        /// The secret.
        name: String,
        /// The field.
        field: String,
    },
    /// A pseudo parameter.
    Pseudo(String),
}

/// Why a value cannot be told.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// An argument that nothing passes.
    Input(String),
    /// What a call answers.
    Result {
        /// The function.
        callee: String,
        /// The object whose method it is.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        receiver: Option<Box<Value>>,
        /// The arguments.
        arguments: Vec<Value>,
        /// The call's number in its file.
        call: u32,
    },
    /// A member of something unknown.
    Member {
        /// Of what.
        of: Box<Value>,
        /// Which.
        key: String,
    },
    /// An import that was not found.
    Import(String),
    /// What only a deployment knows.
    Deployment(String),
    /// It is not followed.
    Dynamic,
    /// A bound was reached.
    Limit,
    /// It is known and not told.
    Redacted,
}
