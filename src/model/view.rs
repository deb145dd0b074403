//! A resource under one combination of its conditions, and what it says.

use crate::read::{LeftOut, Resource};
use crate::source::{Loc, Span};
use crate::value::{Field, Kind, Value};
use crate::when::When;

use super::defaults;
use super::link::{Confidence, Trust};
use super::sought::Watch;

/// What is said about one thing. Absent and unknown are different answers.
#[derive(Clone, Debug, PartialEq)]
pub enum Known<T> {
    /// It is written, there.
    Set(T, Loc),
    /// It is not written.
    Unset,
    /// It cannot be told.
    Unknown,
}

impl<T> Known<T> {
    /// The value, if it is written.
    pub fn set(self) -> Option<T> {
        if let Self::Set(value, _) = self { Some(value) } else { None }
    }

    /// The place, if it is written.
    pub fn loc(&self) -> Option<Loc> {
        if let Self::Set(_, loc) = self { Some(*loc) } else { None }
    }

    /// Whether it cannot be told.
    pub fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown)
    }

    /// The same with another value.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Known<U> {
        match self {
            Self::Set(value, loc) => Known::Set(change(value), loc),
            Self::Unset => Known::Unset,
            Self::Unknown => Known::Unknown,
        }
    }
}

impl<T: PartialEq> Known<T> {
    /// Whether it is certainly this value.
    pub fn is(&self, value: &T) -> bool {
        matches!(self, Self::Set(mine, _) if mine == value)
    }
}

/// A resource's properties under one combination of the conditions inside them.
#[derive(Clone, Debug)]
pub struct Variant {
    /// The combination.
    pub when: When,
    /// The properties, where the conditions make others of them than the resource has.
    pub properties: Option<Box<Value>>,
}

/// A resource in one of its variants.
#[derive(Clone, Debug)]
pub struct View<'m> {
    /// The resource.
    pub resource: &'m Resource,
    /// The variant.
    pub variant: &'m Variant,
    /// What answers rest on; shared with the case that this view belongs to.
    pub trust: Trust,
    /// Remembers what is read, if somebody wants to know.
    pub watch: Option<&'m Watch>,
}

impl<'m> View<'m> {
    /// Its name where it is declared.
    pub fn name(&self) -> &'m str {
        self.resource.key.name()
    }

    /// Where the resource is declared.
    pub fn loc(&self) -> Loc {
        self.resource.loc
    }

    /// Its properties in this variant.
    pub fn properties(&self) -> &'m Value {
        self.variant.properties.as_deref().unwrap_or(&self.resource.properties)
    }

    /// What stands under a path of properties, as it is.
    pub fn field(&self, path: &[&str]) -> Field<'m> {
        if let Some((watch, property)) = self.watch.zip(path.first()) {
            watch.read(&self.resource.type_name, property);
        }
        let field = self.properties().at(path);
        match field {
            Field::Absent => {
                let is_above = |left_out: &&LeftOut| {
                    left_out.path.len() <= path.len()
                        && left_out.path.iter().zip(path).all(|(mine, asked)| **mine == **asked)
                };
                if let Some(LeftOut { assumed, loc, .. }) = self.resource.left_out.iter().find(is_above) {
                    self.trust.assume(assumed, *loc);
                }
            }
            Field::Present(value) | Field::Sometimes(value) => {
                if let Some(assumed) = &value.assumed {
                    self.trust.assume(assumed, value.loc);
                }
            }
            Field::Unknown => {}
        }
        if self.resource.ignored.covers(path) {
            self.trust.lower(Confidence::Medium);
        }
        field
    }

    /// Where a property is written: from its key to the end of its value.
    pub fn property_loc(&self, path: &[&str]) -> Option<Loc> {
        let (last, parents) = path.split_last()?;
        let parent = self.properties().at(parents).value()?;
        let entry = parent.map()?.entry(last)?;
        let (key, value) = (entry.key_loc, entry.value.loc);
        let is_below = key.file == value.file && key.span.start <= value.span.start;
        Some(if is_below {
            Loc { file: key.file, span: Span { start: key.span.start, end: value.span.end } }
        } else {
            value
        })
    }

    /// The value under a path of properties, with the property's place. A reference, an undecided choice or an unknown is `Unknown`.
    pub fn value(&self, path: &[&str]) -> Known<&'m Value> {
        match self.field(path) {
            Field::Absent => Known::Unset,
            Field::Present(value) if is_settled(value) => {
                if matches!(value.kind, Kind::Null) {
                    Known::Unset
                } else {
                    Known::Set(value, self.property_loc(path).unwrap_or(value.loc))
                }
            }
            _ => self.cannot_tell(),
        }
    }

    /// A boolean, also written as text, as CloudFormation takes it.
    pub fn boolean(&self, path: &[&str]) -> Known<bool> {
        match self.value(path) {
            Known::Set(value, loc) => match boolean_of(value) {
                Some(value) => Known::Set(value, loc),
                None => self.cannot_tell(),
            },
            Known::Unset => Known::Unset,
            Known::Unknown => Known::Unknown,
        }
    }

    /// A boolean, or the service's documented default where it is left out; `None` where it cannot be told.
    pub fn boolean_or_default(&self, path: &[&str]) -> Option<bool> {
        match self.boolean(path) {
            Known::Set(value, _) => Some(value),
            Known::Unset => defaults::of(&self.resource.type_name, path).map(|default| default == "true"),
            Known::Unknown => None,
        }
    }

    /// A text (or a number as written).
    pub fn text(&self, path: &[&str]) -> Known<&'m str> {
        match self.value(path) {
            Known::Set(Value { kind: Kind::Text(text) | Kind::Number(text), .. }, loc) => Known::Set(text, loc),
            Known::Unset => Known::Unset,
            _ => self.cannot_tell(),
        }
    }

    /// A text, or the service's documented default where it is left out; `None` where it cannot be told.
    pub fn text_or_default(&self, path: &[&str]) -> Option<&'m str> {
        match self.text(path) {
            Known::Set(value, _) => Some(value),
            Known::Unset => defaults::of(&self.resource.type_name, path),
            Known::Unknown => None,
        }
    }

    /// A list of texts with their places. Unknown as soon as one item is, or something unknown may be in it.
    pub fn texts(&self, path: &[&str]) -> Known<Vec<(&'m str, Loc)>> {
        let (list, loc) = match self.value(path) {
            Known::Set(Value { kind: Kind::List(list), .. }, loc) if !list.open => (list, loc),
            // CloudFormation takes a single string where a list is asked for.
            Known::Set(Value { kind: Kind::Text(text), .. }, loc) => return Known::Set(vec![(text, loc)], loc),
            Known::Unset => return Known::Unset,
            _ => return self.cannot_tell(),
        };
        let mut texts = Vec::with_capacity(list.items.len());
        for (item, present) in &list.items {
            match item.text() {
                Some(text) if present.is_always() => texts.push((text, item.loc)),
                _ => return self.cannot_tell(),
            }
            if let Some(assumed) = &item.assumed {
                self.trust.assume(assumed, item.loc);
            }
        }
        Known::Set(texts, loc)
    }

    fn cannot_tell<T>(&self) -> Known<T> {
        self.trust.lower(Confidence::Medium);
        Known::Unknown
    }
}

/// Whether nothing about the value itself is open (parts of a map or list may be).
fn is_settled(value: &Value) -> bool {
    !matches!(value.kind, Kind::Unknown(_) | Kind::OneOf(_) | Kind::Reference(_) | Kind::Concat(_))
}

/// A boolean, also written as text.
pub fn boolean_of(value: &Value) -> Option<bool> {
    match &value.kind {
        Kind::Bool(value) => Some(*value),
        Kind::Text(text) if text.eq_ignore_ascii_case("true") => Some(true),
        Kind::Text(text) if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}
