//! `replace`, `regex` and `regexall`.

use std::sync::Arc;

use regex_lite::{Captures, Regex, RegexBuilder};

use crate::source::Loc;
use crate::value::{Entry, Kind, List, Map, Presence, Value};
use crate::when::When;

use super::call::Call;
use super::{LONGEST_TEXT, MOST_ITEMS};

/// The most bytes that a compiled pattern takes.
const LARGEST_PATTERN: usize = 1 << 18;

fn pattern(text: &str) -> Option<Regex> {
    RegexBuilder::new(text).size_limit(LARGEST_PATTERN).build().ok()
}

/// `replace(text, wanted, with)`, where `wanted` is a pattern if it stands between slashes.
pub(super) fn replace(call: &Call<'_>) -> Option<Value> {
    let (text, wanted, with) = (call.text(0)?, call.text(1)?, call.text(2)?);
    let inner = wanted.strip_prefix('/').and_then(|inner| inner.strip_suffix('/')).filter(|_| wanted.len() > 1);
    let matches = match inner.map(pattern) {
        Some(pattern) => pattern?.find_iter(&text).count(),
        None => text.matches(&*wanted).count(),
    };
    if matches.checked_mul(with.len().max(1))? > LONGEST_TEXT {
        return None;
    }
    Some(call.answer_text(match inner {
        Some(inner) => pattern(inner)?.replace_all(&text, &*with).into_owned(),
        None => text.replace(&*wanted, &with),
    }))
}

/// `regex(pattern, text)`: the first match.
pub(super) fn regex(call: &Call<'_>) -> Option<Value> {
    let (pattern, text) = (pattern(&call.text(0)?)?, call.text(1)?);
    let found = found(&pattern, &pattern.captures(&text)?, call.loc);
    Some(call.answer(found.kind))
}

/// `regexall(pattern, text)`: all matches.
pub(super) fn regexall(call: &Call<'_>) -> Option<Value> {
    let (pattern, text) = (pattern(&call.text(0)?)?, call.text(1)?);
    let matches = pattern.captures_iter(&text).take(MOST_ITEMS + 1);
    Some(call.answer_list(matches.map(|captures| found(&pattern, &captures, call.loc))))
}

/// A match: its text, or its groups as a list or, if they have names, a map.
fn found(pattern: &Regex, captures: &Captures<'_>, loc: Loc) -> Value {
    let group = |at: usize| match captures.get(at) {
        Some(group) => Value::text_at(group.as_str(), loc),
        None => Value::new(Kind::Null, loc),
    };
    let names: Vec<Option<&str>> = pattern.capture_names().collect();
    if names.len() == 1 {
        return group(0);
    }
    if names.iter().any(Option::is_some) {
        let entry = |(at, name): (usize, &Option<&str>)| {
            let key: Arc<str> = (*name)?.into();
            Some(Entry { key, key_loc: loc, value: group(at), presence: Presence::Always })
        };
        let entries = names.iter().enumerate().filter_map(entry).collect();
        return Value::new(Kind::Map(Map { entries, open: false }), loc);
    }
    let items = (1..names.len()).map(|at| (group(at), When::always())).collect();
    Value::new(Kind::List(List { items, open: false }), loc)
}
