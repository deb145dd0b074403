//! The tree of the view: JSON with places, in which what is not known keeps a slot of its own.

use std::sync::Arc;

use serde_json::Number;

use crate::source::{Loc, Span};

/// A value in the view.
#[derive(Clone, Debug)]
pub struct Node {
    /// What it is.
    pub shape: Shape,
    /// Where it was written; nothing for what the view puts together.
    pub loc: Option<Loc>,
    /// What was taken for granted to know it.
    pub assumed: Option<Arc<str>>,
}

/// The shapes of a value.
#[derive(Clone, Debug)]
pub enum Shape {
    /// An explicit null.
    Null,
    /// A boolean.
    Bool(bool),
    /// A number.
    Number(Number),
    /// A string.
    Text(Arc<str>),
    /// A list: the items, each with its slot where it may be missing, and a slot where more may follow.
    List(Vec<(Node, Option<SlotId>)>, Option<SlotId>),
    /// A map: the members, and a slot where it may have more.
    Map(Vec<Member>, Option<SlotId>),
    /// One of several values.
    OneOf(SlotId, Vec<Node>),
    /// A value that is not known.
    Unknown(SlotId),
}

/// A member of a map.
#[derive(Clone, Debug)]
pub struct Member {
    /// The key.
    pub key: Arc<str>,
    /// Where the key stands.
    pub key_loc: Option<Loc>,
    /// The value.
    pub node: Node,
    /// Its slot where it may be missing.
    pub maybe: Option<SlotId>,
    /// It is not written: the service takes it by default.
    pub by_default: bool,
}

/// Something that is not known, by its number in the view.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SlotId(pub usize);

/// Something that is not known.
#[derive(Clone, Debug)]
pub struct Slot {
    /// The nearest key above it, or its own.
    pub key: Arc<str>,
    /// What can be there.
    pub kind: SlotKind,
    /// What is not known, for people: `MfaConfiguration: the parameter Mfa has no known value`.
    pub why: String,
    /// Where.
    pub loc: Option<Loc>,
    /// What it belongs to.
    pub owner: Owner,
    /// It may turn out to be nothing, as if it were not written.
    pub may_miss: bool,
}

/// What a part of a view belongs to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Owner {
    /// A resource, by its number in the model.
    Resource(usize),
    /// A call, by its number in the view.
    Call(usize),
    /// Something else.
    #[default]
    Other,
}

/// What can be in a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SlotKind {
    /// Any value.
    Value,
    /// One of so many values.
    Choice(usize),
    /// What stands there, or nothing.
    Presence,
    /// Any more members or items.
    Open,
}

impl Node {
    /// A value at a place.
    pub fn new(shape: Shape, loc: Option<Loc>) -> Self {
        Self { shape, loc, assumed: None }
    }

    /// A text.
    pub fn text(text: impl Into<Arc<str>>, loc: Option<Loc>) -> Self {
        Self::new(Shape::Text(text.into()), loc)
    }

    /// A boolean.
    pub fn bool(value: bool, loc: Option<Loc>) -> Self {
        Self::new(Shape::Bool(value), loc)
    }

    /// A list of which all is known.
    pub fn list(items: impl IntoIterator<Item = Self>, loc: Option<Loc>) -> Self {
        Self::new(Shape::List(items.into_iter().map(|item| (item, None)).collect(), None), loc)
    }

    /// A map of which all is known.
    pub fn map(members: Vec<Member>, loc: Option<Loc>) -> Self {
        Self::new(Shape::Map(members, None), loc)
    }

    /// The members, of a map.
    pub fn members(&self) -> &[Member] {
        if let Shape::Map(members, _) = &self.shape { members } else { &[] }
    }

    /// The member of a key.
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.members().iter().find(|member| &*member.key == key).map(|member| &member.node)
    }

    /// The text, if it is one.
    pub fn as_text(&self) -> Option<&str> {
        if let Shape::Text(text) = &self.shape { Some(text) } else { None }
    }

    /// The items, of a list.
    pub fn items(&self) -> impl Iterator<Item = &Self> {
        let items = if let Shape::List(items, _) = &self.shape { items.as_slice() } else { &[] };
        items.iter().map(|(item, _)| item)
    }
}

impl Member {
    /// A member that the view adds, at the place of what it is about.
    pub fn new(key: &str, node: Node) -> Self {
        Self { key: key.into(), key_loc: None, node, maybe: None, by_default: false }
    }

    /// Where it is written: from the key to the end of the value.
    pub fn loc(&self) -> Option<Loc> {
        match (self.key_loc, self.node.loc) {
            (Some(key), Some(value)) if key.file == value.file && key.span.start <= value.span.start => Some(Loc {
                file: key.file,
                span: Span { start: key.span.start, end: value.span.end.max(key.span.end) },
            }),
            (_, Some(value)) => Some(value),
            (key, None) => key,
        }
    }
}
