//! Values that files and the command line give to the variables of a root module.

use std::collections::HashMap;
use std::sync::Arc;

use crate::source::{FileId, Loc};
use crate::syntax::hcl::ast::{self, Expression, ExpressionKind, Part, Unary};
use crate::value::{Entry, Kind, List, Map, Presence, Value, Why};
use crate::when::When;

/// The values of a root module's variables.
#[derive(Debug, Default)]
pub(super) struct Values {
    /// What is given in any case.
    certain: ByName,
    /// Files of which one is chosen, by their names.
    files: Vec<(Arc<str>, ByName)>,
}

/// Values by the names of variables.
pub(super) type ByName = HashMap<Arc<str>, Value>;

/// What is given to a variable.
#[derive(Debug)]
pub(super) enum Given<'v> {
    /// Nothing.
    No,
    /// This, in any case.
    Certainly(&'v Value),
    /// What each of some files says, one of which is chosen.
    Perhaps(Vec<(&'v Arc<str>, Option<&'v Value>)>),
}

impl Values {
    /// Adds values that are given in any case; they go before those that were added earlier.
    pub fn add(&mut self, values: ByName) {
        self.certain.extend(values);
    }

    /// Adds a file that may be chosen.
    pub fn add_file(&mut self, name: Arc<str>, values: ByName) {
        self.files.push((name, values));
    }

    /// What is given to a variable.
    pub fn of(&self, name: &str) -> Given<'_> {
        if let Some(value) = self.certain.get(name) {
            return Given::Certainly(value);
        }
        if self.files.iter().any(|(_, values)| values.contains_key(name)) {
            return Given::Perhaps(self.files.iter().map(|(file, values)| (file, values.get(name))).collect());
        }
        Given::No
    }
}

/// What a file of variables says.
pub(super) fn of_file(file: FileId, parsed: &ast::File) -> ByName {
    let attributes = parsed.body.attributes.iter();
    attributes.map(|attribute| (attribute.name.clone(), constant(&attribute.value, file))).collect()
}

/// The value of an expression that refers to nothing.
pub(super) fn constant(expression: &Expression, file: FileId) -> Value {
    let loc = Loc { file, span: expression.span };
    let kind = match &expression.kind {
        ExpressionKind::Null => Kind::Null,
        ExpressionKind::Bool(value) => Kind::Bool(*value),
        ExpressionKind::Number(number) => Kind::Number(number.clone()),
        ExpressionKind::Text(text) => Kind::Text(text.clone()),
        ExpressionKind::Template(parts) => {
            let texts: Option<Vec<&str>> =
                parts.iter().map(|part| if let Part::Text(text) = part { Some(&**text) } else { None }).collect();
            texts.map_or(Kind::Unknown(Why::Dynamic), |texts| Kind::Text(texts.concat().into()))
        }
        ExpressionKind::Unary { operator: Unary::Minus, operand } => match constant(operand, file).kind {
            Kind::Number(number) => Kind::Number(format!("-{number}").into()),
            _ => Kind::Unknown(Why::Dynamic),
        },
        ExpressionKind::List(items) => {
            let items = items.iter().map(|item| (constant(item, file), When::always()));
            Kind::List(List { items: items.collect(), open: false })
        }
        ExpressionKind::Map(items) => {
            let mut map = Map::default();
            for item in items {
                let key_loc = Loc { file, span: item.key.span };
                match crate::read::branches::text_of(&constant(&item.key, file)) {
                    Some(key) => {
                        let value = constant(&item.value, file);
                        map.insert(Entry { key, key_loc, value, presence: Presence::Always });
                    }
                    None => map.open = true,
                }
            }
            Kind::Map(map)
        }
        _ => Kind::Unknown(Why::Dynamic),
    };
    Value::new(kind, loc)
}
