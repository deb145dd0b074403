//! Functions of texts.

use crate::read::branches::{always, combine, concat, settle, spread};
use crate::value::{Kind, Value};

use super::call::Call;
use super::{LONGEST_TEXT, known};

/// How many items are joined in every combination of their alternatives.
const MOST_JOINED: usize = 64;

/// A function that works letter by letter: of a string known in part, the known parts stay known.
fn letters(call: &Call<'_>, function: impl Fn(&str) -> String) -> Option<Value> {
    if let Some(text) = call.text(0) {
        return Some(call.answer_text(function(&text)));
    }
    let Kind::Concat(parts) = &call.argument(0)?.kind else { return None };
    let part = |part: &Value| match known::text(part) {
        Some(text) => Value::text_at(function(&text), part.loc),
        None => call.unknown_of(std::slice::from_ref(part)),
    };
    Some(concat(parts.iter().map(part).collect(), call.loc))
}

/// A letter in another case, where that is one letter too.
fn one_letter(mut letters: impl Iterator<Item = char>, otherwise: char) -> char {
    match (letters.next(), letters.next()) {
        (Some(letter), None) => letter,
        _ => otherwise,
    }
}

fn lowered(letter: char) -> char {
    one_letter(letter.to_lowercase(), letter)
}

fn raised(letter: char) -> char {
    one_letter(letter.to_uppercase(), letter)
}

pub(super) fn lower(call: &Call<'_>) -> Option<Value> {
    letters(call, |text| text.chars().map(lowered).collect())
}

pub(super) fn upper(call: &Call<'_>) -> Option<Value> {
    letters(call, |text| text.chars().map(raised).collect())
}

pub(super) fn urlencode(call: &Call<'_>) -> Option<Value> {
    letters(call, |text| {
        let mut encoded = String::with_capacity(text.len());
        for byte in text.bytes() {
            match byte {
                b' ' => encoded.push('+'),
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => encoded.push(char::from(byte)),
                _ => encoded.push_str(&format!("%{byte:02X}")),
            }
        }
        encoded
    })
}

/// A function of one known text.
fn of_text(call: &Call<'_>, function: impl Fn(&str) -> String) -> Option<Value> {
    Some(call.answer_text(function(&call.text(0)?)))
}

/// `title(text)`: the first letter of every word becomes a capital.
pub(super) fn title(call: &Call<'_>) -> Option<Value> {
    of_text(call, |text| {
        let mut before = ' ';
        let raise_first = |letter: char| {
            let is_inside =
                before.is_alphanumeric() || before == '_' || (!before.is_ascii() && !before.is_whitespace());
            before = letter;
            if is_inside { letter } else { raised(letter) }
        };
        text.chars().map(raise_first).collect()
    })
}

pub(super) fn strrev(call: &Call<'_>) -> Option<Value> {
    of_text(call, |text| text.chars().rev().collect())
}

pub(super) fn chomp(call: &Call<'_>) -> Option<Value> {
    of_text(call, |text| text.trim_end_matches(['\n', '\r']).to_owned())
}

/// `trimspace(text)`: of a string known in part, its known ends are trimmed.
pub(super) fn trimspace(call: &Call<'_>) -> Option<Value> {
    trimmed(call, |text| text.trim_start(), |text| text.trim_end())
}

/// `trim(text, letters)`.
pub(super) fn trim(call: &Call<'_>) -> Option<Value> {
    let letters = call.text(1)?;
    trimmed(
        call,
        |text| text.trim_start_matches(|letter| letters.contains(letter)),
        |text| text.trim_end_matches(|letter| letters.contains(letter)),
    )
}

fn trimmed(call: &Call<'_>, start: impl Fn(&str) -> &str, end: impl Fn(&str) -> &str) -> Option<Value> {
    if let Some(text) = call.text(0) {
        return Some(call.answer_text(end(start(&text))));
    }
    let mut parts = concatenated(call.argument(0)?)?.to_vec();
    let first = parts.first()?;
    let text = start(first.text()?);
    // All of a part may be trimmed away, and then what is not known would be trimmed too.
    if text.is_empty() {
        return None;
    }
    let first = Value::text_at(text, first.loc);
    let last = parts.last()?;
    let text = end(last.text()?);
    if text.is_empty() {
        return None;
    }
    let last = Value::text_at(text, last.loc);
    *parts.first_mut()? = first;
    *parts.last_mut()? = last;
    Some(concat(parts, call.loc))
}

/// The parts of a string of several.
fn concatenated(value: &Value) -> Option<&[Value]> {
    if let Kind::Concat(parts) = &value.kind { Some(parts) } else { None }
}

/// Whether a string begins with a text, where that can be told.
fn starts(value: &Value, prefix: &str) -> Option<bool> {
    if let Some(text) = known::text(value) {
        return Some(text.starts_with(prefix));
    }
    let first = concatenated(value)?.first()?.text()?;
    if first.len() >= prefix.len() || !prefix.starts_with(first) { Some(first.starts_with(prefix)) } else { None }
}

/// Whether a string ends with a text, where that can be told.
fn ends(value: &Value, suffix: &str) -> Option<bool> {
    if let Some(text) = known::text(value) {
        return Some(text.ends_with(suffix));
    }
    let last = concatenated(value)?.last()?.text()?;
    if last.len() >= suffix.len() || !suffix.ends_with(last) { Some(last.ends_with(suffix)) } else { None }
}

pub(super) fn startswith(call: &Call<'_>) -> Option<Value> {
    Some(call.answer_bool(starts(call.argument(0)?, &call.text(1)?)?))
}

pub(super) fn endswith(call: &Call<'_>) -> Option<Value> {
    Some(call.answer_bool(ends(call.argument(0)?, &call.text(1)?)?))
}

pub(super) fn strcontains(call: &Call<'_>) -> Option<Value> {
    let (value, wanted) = (call.argument(0)?, call.text(1)?);
    if let Some(text) = known::text(value) {
        return Some(call.answer_bool(text.contains(&*wanted)));
    }
    let is_in_part = concatenated(value)?.iter().any(|part| part.text().is_some_and(|text| text.contains(&*wanted)));
    is_in_part.then(|| call.answer_bool(true))
}

pub(super) fn trimprefix(call: &Call<'_>) -> Option<Value> {
    let (value, prefix) = (call.argument(0)?, call.text(1)?);
    if let Some(text) = call.text(0) {
        return Some(call.answer_text(text.strip_prefix(&*prefix).unwrap_or(&text)));
    }
    if !starts(value, &prefix)? {
        return Some(value.clone());
    }
    let mut parts = concatenated(value)?.to_vec();
    let first = parts.first_mut()?;
    first.kind = Kind::Text(first.text()?.strip_prefix(&*prefix)?.into());
    Some(concat(parts, call.loc))
}

pub(super) fn trimsuffix(call: &Call<'_>) -> Option<Value> {
    let (value, suffix) = (call.argument(0)?, call.text(1)?);
    if let Some(text) = call.text(0) {
        return Some(call.answer_text(text.strip_suffix(&*suffix).unwrap_or(&text)));
    }
    if !ends(value, &suffix)? {
        return Some(value.clone());
    }
    let mut parts = concatenated(value)?.to_vec();
    let last = parts.last_mut()?;
    last.kind = Kind::Text(last.text()?.strip_suffix(&*suffix)?.into());
    Some(concat(parts, call.loc))
}

/// `substr(text, offset, length)`: an offset below zero counts from the end, a length of -1 goes to the end.
pub(super) fn substr(call: &Call<'_>) -> Option<Value> {
    let (text, offset, length) = (call.text(0)?, call.whole(1)?, call.whole(2)?);
    let letters = text.chars().count();
    let from_end = usize::try_from(offset.unsigned_abs()).ok()?;
    let start = if offset < 0 { letters.saturating_sub(from_end) } else { from_end };
    let length = usize::try_from(length).unwrap_or(usize::MAX);
    Some(call.answer_text(text.chars().skip(start).take(length).collect::<String>()))
}

/// `indent(spaces, text)`: indents all lines but the first.
pub(super) fn indent(call: &Call<'_>) -> Option<Value> {
    let (spaces, text) = (usize::try_from(call.whole(0)?).ok()?, call.text(1)?);
    let lines = text.bytes().filter(|byte| *byte == b'\n').count();
    let is_small = spaces.checked_mul(lines).is_some_and(|length| length <= LONGEST_TEXT);
    is_small.then(|| call.answer_text(text.replace('\n', &format!("\n{}", " ".repeat(spaces)))))
}

/// `split(separator, text)`.
pub(super) fn split(call: &Call<'_>) -> Option<Value> {
    let (separator, text) = (call.text(0)?, call.text(1)?);
    Some(if separator.is_empty() {
        call.answer_texts(text.chars().map(String::from))
    } else {
        call.answer_texts(text.split(&*separator))
    })
}

/// `join(separator, lists…)`.
pub(super) fn join(call: &Call<'_>) -> Option<Value> {
    let separator = call.text(0)?;
    let mut items = Vec::new();
    for at in 1..call.arguments.len() {
        items.extend(call.items(at)?);
    }
    if items.iter().any(|item| matches!(item.kind, Kind::Null | Kind::List(_) | Kind::Map(_))) {
        return None;
    }
    let length: usize = items.iter().filter_map(|item| item.text()).map(|text| text.len() + separator.len()).sum();
    if length > LONGEST_TEXT {
        return None;
    }
    if let Some(texts) = items.iter().map(|item| known::text(item)).collect::<Option<Vec<_>>>() {
        return Some(call.answer_text(texts.join(&*separator)));
    }
    let joined = |items: Vec<Value>| {
        let mut parts = Vec::with_capacity(items.len() * 2);
        for item in items {
            if !parts.is_empty() {
                parts.push(Value::text_at(separator.clone(), call.loc));
            }
            parts.push(match known::text(&item) {
                Some(text) => Value { kind: Kind::Text(text), ..item },
                None => item,
            });
        }
        Value { loc: call.loc, ..concat(parts, call.loc) }
    };
    let has_alternatives = items.iter().any(|item| matches!(item.kind, Kind::OneOf(_)));
    if !has_alternatives || items.len() > MOST_JOINED {
        return Some(joined(items.into_iter().cloned().collect()));
    }
    let items = items.into_iter().cloned().map(spread).collect();
    settle(combine(items, call.loc, |row| always(joined(row.into_iter().flatten().collect()))), call.loc)
}
