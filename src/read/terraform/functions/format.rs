//! `format` and `formatlist`.

use crate::read::branches::concat;
use crate::value::{Kind, Value};

use super::call::Call;
use super::{json, known, numbers};

/// The widest field and the most digits after the point.
const WIDEST: usize = 1024;

/// `format(text, values…)`: values that are not known become parts of the string.
pub(super) fn format(call: &Call<'_>) -> Option<Value> {
    let text = call.text(0)?;
    formatted(call, &text, call.arguments.get(1..)?)
}

/// `formatlist(text, values…)`: a text for every item of the lists.
pub(super) fn formatlist(call: &Call<'_>) -> Option<Value> {
    let text = call.text(0)?;
    let arguments = call.arguments.get(1..)?;
    let is_list = |value: &Value| matches!(value.kind, Kind::List(_));
    let lists: Option<Vec<Vec<&Value>>> =
        arguments.iter().filter(|argument| is_list(argument)).map(known::items).collect();
    let lists = lists?;
    let is_one_of_unknown_kind = |value: &Value| matches!(value.kind, Kind::Unknown(_) | Kind::OneOf(_));
    let turns = lists.first().map_or(1, Vec::len);
    if lists.iter().any(|list| list.len() != turns) || arguments.iter().any(is_one_of_unknown_kind) {
        return None;
    }
    let row = |turn: usize| {
        let mut lists = lists.iter();
        let value = |argument: &Value| {
            if is_list(argument) { lists.next()?.get(turn).map(|item| (*item).clone()) } else { Some(argument.clone()) }
        };
        arguments.iter().map(value).collect::<Option<Vec<Value>>>()
    };
    let items: Option<Vec<Value>> = (0..turns).map(|turn| formatted(call, &text, &row(turn)?)).collect();
    Some(call.answer_list(items?))
}

/// What stands between `%` and the verb.
#[derive(Default)]
struct Flags {
    minus: bool,
    plus: bool,
    zero: bool,
    space: bool,
    sharp: bool,
    width: Option<usize>,
    precision: Option<usize>,
}

fn formatted(call: &Call<'_>, text: &str, values: &[Value]) -> Option<Value> {
    let mut parts = Vec::new();
    let mut next = 0;
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('%') {
        parts.push(Value::text_at(before, call.loc));
        let (flags, after) = flags(after, &mut next)?;
        let verb = after.chars().next()?;
        rest = &after[verb.len_utf8()..];
        if verb == '%' {
            parts.push(Value::text_at("%", call.loc));
        } else {
            parts.push(field(&flags, verb, values.get(next)?)?);
            next += 1;
        }
    }
    parts.push(Value::text_at(rest, call.loc));
    Some(Value { loc: call.loc, ..concat(parts, call.loc) })
}

/// Flags, width, precision and `[n]`, which says that the value `n` is meant.
fn flags<'t>(text: &'t str, next: &mut usize) -> Option<(Flags, &'t str)> {
    let mut flags = Flags::default();
    let mut rest = text;
    while let Some(flag) = rest.chars().next() {
        match flag {
            '-' => flags.minus = true,
            '+' => flags.plus = true,
            '0' => flags.zero = true,
            ' ' => flags.space = true,
            '#' => flags.sharp = true,
            _ => break,
        }
        rest = &rest[1..];
    }
    (flags.width, rest) = digits(rest)?;
    if let Some(after) = rest.strip_prefix('.') {
        (flags.precision, rest) = digits(after)?;
        flags.precision = flags.precision.or(Some(0));
    }
    if let Some(after) = rest.strip_prefix('[') {
        let (number, after) = digits(after)?;
        *next = number?.checked_sub(1)?;
        rest = after.strip_prefix(']')?;
    }
    Some((flags, rest))
}

/// A number that is not too large, if one stands here.
fn digits(text: &str) -> Option<(Option<usize>, &str)> {
    let end = text.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, rest) = text.split_at(end);
    if digits.is_empty() {
        return Some((None, rest));
    }
    let number = digits.parse().ok().filter(|number| *number <= WIDEST)?;
    Some((Some(number), rest))
}

fn field(flags: &Flags, verb: char, value: &Value) -> Option<Value> {
    if matches!(value.kind, Kind::Null) {
        return None;
    }
    let is_plain = flags.width.is_none() && flags.precision.is_none() && !flags.sharp && !flags.plus && !flags.space;
    let is_known = known::text(value).is_some() || json::written(value).is_some();
    if !is_known {
        let is_text = matches!(value.kind, Kind::Concat(_) | Kind::Reference(_) | Kind::Unknown(_) | Kind::OneOf(_));
        return (is_plain && is_text && matches!(verb, 's' | 'v' | 'd')).then(|| value.clone());
    }
    let text = match (verb, &value.kind) {
        ('v', Kind::Text(_)) if flags.sharp => json::written(value)?,
        ('v', Kind::Number(_)) => number_text(flags, 'g', value)?,
        ('v', Kind::List(_) | Kind::Map(_)) => json::written(value)?,
        ('s' | 'v', _) => known::text(value)?.to_string(),
        ('q', _) => serde_json::to_string(&*known::text(value)?).ok()?,
        ('t', _) => known::text(value).filter(|text| matches!(&**text, "true" | "false"))?.to_string(),
        (verb, _) => number_text(flags, verb, value)?,
    };
    let text = match (verb, flags.precision) {
        ('s' | 'q', Some(most)) => text.chars().take(most).collect(),
        _ => text,
    };
    Some(Value { kind: Kind::Text(padded(flags, text).into()), ..value.clone() })
}

/// A number in the way of a verb, with its sign.
#[expect(clippy::cast_possible_truncation, reason = "numbers beyond are refused")]
fn number_text(flags: &Flags, verb: char, value: &Value) -> Option<String> {
    let number = known::number(value)?;
    let magnitude = number.abs();
    let whole = || (magnitude < 9e15).then_some(magnitude as i64);
    let digits = match verb {
        'd' => whole()?.to_string(),
        'b' => format!("{:b}", whole()?),
        'o' => format!("{:o}", whole()?),
        'x' => format!("{:x}", whole()?),
        'X' => format!("{:X}", whole()?),
        'f' | 'F' => format!("{magnitude:.*}", flags.precision.unwrap_or(6)),
        'g' if flags.precision.is_none() && (magnitude < 1e21 && (magnitude >= 1e-4 || magnitude == 0.0)) => {
            let Kind::Number(plain) = numbers::written(magnitude)? else { return None };
            plain.to_string()
        }
        _ => return None,
    };
    let sign = match (number < 0.0, flags.plus, flags.space) {
        (true, _, _) => "-",
        (false, true, _) => "+",
        (false, false, true) => " ",
        _ => "",
    };
    Some(format!("{sign}{digits}"))
}

fn padded(flags: &Flags, text: String) -> String {
    let Some(missing) = flags.width.and_then(|width| width.checked_sub(text.chars().count())) else { return text };
    if flags.minus {
        return format!("{text}{}", " ".repeat(missing));
    }
    if !flags.zero {
        return format!("{}{text}", " ".repeat(missing));
    }
    let sign = text.len() - text.trim_start_matches(['-', '+']).len();
    let (sign, digits) = text.split_at(sign);
    format!("{sign}{}{digits}", "0".repeat(missing))
}
