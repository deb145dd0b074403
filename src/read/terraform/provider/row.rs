//! The form of the tables.

use crate::value::Kind;

use super::attribute::Attribute;

/// A type of resource.
pub(super) struct Table {
    /// Its names in Terraform's `aws` provider.
    pub names: &'static [&'static str],
    /// Its CloudFormation type.
    pub type_name: &'static str,
    /// The arguments whose place or shape is not CloudFormation's.
    pub rows: &'static [Row],
    /// What the provider gives back.
    pub attributes: &'static [(&'static str, Attribute<'static>)],
    /// The attributes that CloudFormation gives back.
    pub read_only: &'static [&'static str],
    /// What identifies the resource is one value, and that is what `Ref` gives.
    pub id_is_ref: bool,
    /// Properties, at any depth, that are not written like their words with capitals.
    pub spellings: &'static [&'static str],
    /// Properties, at any depth, that are maps with keys which users choose, or a JSON text of such a map.
    pub verbatim: &'static [&'static str],
    /// An empty text or list is the same as none, as in everything made with the provider's older toolkit.
    pub empty_is_unset: bool,
}

/// What a table says where it says nothing.
pub(super) const TABLE: Table = Table {
    names: &[],
    type_name: "",
    rows: &[],
    attributes: &[],
    read_only: &[],
    id_is_ref: false,
    spellings: &[],
    verbatim: &[],
    empty_is_unset: true,
};

/// An argument. Several rows of one argument all hold.
#[derive(Clone, Copy)]
pub(super) struct Row {
    /// Its name in snake case.
    pub argument: &'static str,
    /// The path of the property that it is, joined by dots; empty: what is in the block stands beside it. `None`: what
    /// its own name says.
    pub property: Option<&'static str>,
    /// What becomes of its value.
    pub shape: Shape,
    /// What the provider sends where the argument is left out (and what it stands in is there).
    pub default: Option<Default>,
}

/// What becomes of an argument's value.
#[derive(Clone, Copy)]
pub(super) enum Shape {
    /// It is taken as it is.
    Plain,
    /// A block that stands once at most: a map.
    Block(&'static [Row]),
    /// A block that may be repeated: a list of maps.
    Blocks(&'static [Row]),
    /// A block that may be repeated: a map of maps, each under what this argument of it says.
    Keyed(&'static str, &'static [Row]),
    /// A value: a list of one map that holds it under this name.
    Only(&'static str),
    /// A map: a list of maps, each with the key under this name and the value under `Value`.
    Pairs(&'static str),
    /// A JSON text: what it says.
    Json,
    /// A JSON text of the service's API: what it says, with the names of properties.
    ApiJson,
    /// An item of a list that is there with the block, and with this argument of it, if any, being true.
    Member(&'static str, Option<&'static str>),
    /// It is a secret unless another argument says one of these.
    SecretUnless(&'static str, &'static [&'static str]),
    /// It says nothing about the resource, or nothing that may be kept.
    LeftOut,
}

/// A value that a provider sends by itself.
#[derive(Clone, Copy)]
pub(super) enum Default {
    False,
    Text(&'static str),
}

impl Default {
    /// The value itself.
    pub(super) fn kind(self) -> Kind {
        match self {
            Self::False => Kind::Bool(false),
            Self::Text(text) => Kind::Text(text.into()),
        }
    }
}

/// An argument that is taken as it is.
pub(super) const fn argument(argument: &'static str) -> Row {
    Row { argument, property: None, shape: Shape::Plain, default: None }
}

/// A block that stands once at most.
pub(super) const fn block(name: &'static str, rows: &'static [Row]) -> Row {
    argument(name).shaped(Shape::Block(rows))
}

/// A block that may be repeated.
pub(super) const fn blocks(name: &'static str, rows: &'static [Row]) -> Row {
    argument(name).shaped(Shape::Blocks(rows))
}

/// An argument that is dropped.
pub(super) const fn left_out(name: &'static str) -> Row {
    argument(name).shaped(Shape::LeftOut)
}

impl Row {
    /// The same as another property.
    pub(super) const fn is(self, property: &'static str) -> Self {
        Self { property: Some(property), ..self }
    }

    /// The same in another shape.
    pub(super) const fn shaped(self, shape: Shape) -> Self {
        Self { shape, ..self }
    }

    /// The same with a default.
    pub(super) const fn or(self, default: Default) -> Self {
        Self { default: Some(default), ..self }
    }
}
