//! Functions of any kind of value, and of the names of files.

use camino::Utf8Path;

use crate::source::{Loc, Span};
use crate::value::{Alternative, Kind, Presence, Value};
use crate::when::When;

use super::call::Call;
use super::known;

/// `length(value)` of a text, a list or a map.
pub(super) fn length(call: &Call<'_>) -> Option<Value> {
    let argument = call.argument(0)?;
    let length = match &argument.kind {
        Kind::Text(text) => text.chars().count(),
        Kind::List(_) => known::items(argument)?.len(),
        Kind::Map(map) if !map.open && map.entries.iter().all(|entry| entry.presence == Presence::Always) => {
            map.entries.len()
        }
        _ => return None,
    };
    Some(call.answer(Kind::Number(length.to_string().into())))
}

/// `coalesce(values…)`: the first that is neither null nor an empty text. One of which that is not known may be passed over,
/// so that those after it are what is used where it has no value.
pub(super) fn coalesce(call: &Call<'_>) -> Option<Value> {
    let values = known::unified(call.arguments.to_vec());
    let mut found: Vec<Value> = Vec::new();
    for value in values {
        if matches!(value.kind, Kind::Null) || value.text() == Some("") {
            continue;
        }
        let is_last = known::is_filled(&value);
        found.push(value);
        if is_last {
            break;
        }
    }
    if found.len() < 2 {
        return found.pop();
    }
    let alternative = |(at, value): (usize, Value)| Alternative { value, when: When::always(), fallback: at > 0 };
    Some(call.answer(Kind::OneOf(found.into_iter().enumerate().map(alternative).collect())))
}

pub(super) fn basename(call: &Call<'_>) -> Option<Value> {
    let path = call.text(0)?;
    Some(call.answer_text(Utf8Path::new(&*path).file_name().unwrap_or(".")))
}

pub(super) fn dirname(call: &Call<'_>) -> Option<Value> {
    let path = call.text(0)?;
    let parent = Utf8Path::new(&*path).parent().map_or("/", Utf8Path::as_str);
    Some(call.answer_text(if parent.is_empty() { "." } else { parent }))
}

/// `file(path)`: the text of a file, which stands there.
pub(super) fn file(call: &Call<'_>) -> Option<Value> {
    let (file, text) = (call.files)(&call.text(0)?)?;
    let loc = Loc { file, span: Span::new(0, text.len()) };
    Some(Value { loc, ..call.answer_text(text) })
}

/// `fileexists(path)`: a file that is not among those that were found may be there all the same.
pub(super) fn fileexists(call: &Call<'_>) -> Option<Value> {
    (call.files)(&call.text(0)?).map(|_| call.answer_bool(true))
}
