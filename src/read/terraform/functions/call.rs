//! A call with its arguments.

use std::sync::Arc;

use crate::read::branches::assumed_by;
use crate::source::{FileId, Loc};
use crate::value::{Answer, Kind, List, Map, Value, Why};
use crate::when::When;

use super::known;

/// Finds a file and its text by its path as the configuration writes it.
pub type Files<'f> = &'f dyn Fn(&str) -> Option<(FileId, Arc<str>)>;

/// A call of a function.
pub(super) struct Call<'c> {
    pub name: &'c str,
    pub arguments: &'c [Value],
    pub files: Files<'c>,
    pub loc: Loc,
}

impl<'c> Call<'c> {
    pub fn argument(&self, at: usize) -> Option<&'c Value> {
        self.arguments.get(at)
    }

    /// An argument that is a known text, or a number or boolean as a text.
    pub fn text(&self, at: usize) -> Option<Arc<str>> {
        known::text(self.argument(at)?)
    }

    /// An argument that is a known number, or a text of one.
    pub fn number(&self, at: usize) -> Option<f64> {
        known::number(self.argument(at)?)
    }

    /// An argument that is a known whole number.
    #[expect(clippy::cast_possible_truncation, reason = "the number is whole and small")]
    pub fn whole(&self, at: usize) -> Option<i64> {
        let number = self.number(at)?;
        (number.fract() == 0.0 && number.abs() < 1e15).then_some(number as i64)
    }

    /// The items of an argument that is a list of which all items are known to be there.
    pub fn items(&self, at: usize) -> Option<Vec<&'c Value>> {
        known::items(self.argument(at)?)
    }

    /// An argument that is a map.
    pub fn map(&self, at: usize) -> Option<&'c Map> {
        self.argument(at)?.map()
    }

    /// The result of the call, which takes for granted what its arguments do.
    pub fn answer(&self, kind: Kind) -> Value {
        Value { kind, loc: self.loc, assumed: assumed_by(self.arguments) }
    }

    pub fn answer_text(&self, text: impl Into<Arc<str>>) -> Value {
        self.answer(Kind::Text(text.into()))
    }

    pub fn answer_bool(&self, value: bool) -> Value {
        self.answer(Kind::Bool(value))
    }

    /// A list of items that are all there.
    pub fn answer_list(&self, items: impl IntoIterator<Item = Value>) -> Value {
        let items = items.into_iter().map(|item| (item, When::always())).collect();
        self.answer(Kind::List(List { items, open: false }))
    }

    /// A list of texts.
    pub fn answer_texts<T: Into<Arc<str>>>(&self, texts: impl IntoIterator<Item = T>) -> Value {
        self.answer_list(texts.into_iter().map(|text| Value::text_at(text, self.loc)))
    }

    /// A result that is not known, with what it is made from. What is made from a secret is one.
    pub fn unknown(&self) -> Value {
        self.unknown_of(self.arguments)
    }

    /// What the function makes of some of its arguments, which is not known.
    pub fn unknown_of(&self, arguments: &[Value]) -> Value {
        if arguments.iter().any(known::is_secret) {
            return self.answer(Kind::Unknown(Why::Redacted));
        }
        let answer = Answer {
            callee: self.name.into(),
            receiver: None,
            arguments: arguments.to_vec(),
            call: self.loc.span.start,
        };
        self.answer(Kind::Unknown(Why::Result(Box::new(answer))))
    }
}
