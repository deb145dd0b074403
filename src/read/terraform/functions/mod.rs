//! Terraform's functions over values that may be known in part.
//!
//! A function answers what Terraform answers where its arguments are known. Where they are not, what is known of the result
//! stays known, and the rest says from what it is made. What Terraform refuses is unknown too: a sound configuration does
//! not come to it. `try`, `can`, `contains`, `templatefile` and `templatestring` need more than their arguments' values and
//! are evaluated with the configuration.

mod call;
mod collections;
mod encoding;
mod format;
mod json;
mod known;
mod lists;
mod maps;
mod numbers;
mod patterns;
mod sets;
mod strings;
mod table;
#[cfg(test)]
mod tests;

use crate::read::branches::{combine, settle, spread};
use crate::source::Loc;
use crate::value::{Kind, Value, Why};

pub use call::Files;
pub use json::{decoded, read_as};
pub use known::text;

use call::Call;
use table::Branching;

/// The longest text, in bytes, that a function makes.
const LONGEST_TEXT: usize = 1 << 20;

/// The most items or entries that a function makes.
const MOST_ITEMS: usize = 10_000;

/// What the function `name` answers at `loc`. Functions of providers and such as nobody knows answer an unknown.
///
/// `files` finds a file by its path as the configuration writes it.
pub fn call(name: &str, arguments: &[Value], files: Files<'_>, loc: Loc) -> Value {
    let name = name.strip_prefix("core::").unwrap_or(name);
    let answer = |arguments: &[Value]| {
        let call = Call { name, arguments, files, loc };
        let answered = table::function(name).and_then(|(_, function)| function(&call));
        answered.map_or_else(|| call.unknown(), bounded)
    };
    let is_each = table::function(name).is_some_and(|(branching, _)| branching == Branching::Each);
    if !is_each || !arguments.iter().any(|argument| matches!(argument.kind, Kind::OneOf(_))) {
        return answer(arguments);
    }
    let arguments = arguments.iter().cloned().map(spread).collect();
    let found = combine(arguments, loc, |row| {
        let row: Vec<Value> = row.into_iter().flatten().collect();
        spread(answer(&row))
    });
    settle(found, loc).unwrap_or_else(|| Value::unknown(Why::Dynamic, loc))
}

fn bounded(value: Value) -> Value {
    let is_too_large = match &value.kind {
        Kind::Text(text) => text.len() > LONGEST_TEXT,
        Kind::Concat(parts) => parts.iter().filter_map(Value::text).map(str::len).sum::<usize>() > LONGEST_TEXT,
        Kind::List(list) => list.items.len() > MOST_ITEMS,
        Kind::Map(map) => map.entries.len() > MOST_ITEMS,
        _ => false,
    };
    if is_too_large { Value::unknown(Why::Limit, value.loc) } else { value }
}
