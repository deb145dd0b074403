//! Methods of texts, and of values that stand for a text.

use super::super::domain::{Kind, Val};
use super::super::evaluator::Evaluator;
use super::super::libraries::Invocation;
use super::lists;

/// Pieces that `split` gives.
const MOST_PIECES: usize = 64;

/// Whether a method gives its text back, as far as it matters for an identifier.
pub(in super::super) fn is_kept_by(name: &str) -> bool {
    matches!(name, "toString" | "trim" | "strip" | "valueOf" | "encode" | "decode" | "trimEnd" | "trimStart")
}

/// A method of a text.
pub(super) fn method(ev: &mut Evaluator<'_>, receiver: &Val, name: &str, call: &Invocation<'_>) -> Option<Val> {
    let loc = call.site.loc;
    let first = call.args.get(0);
    if matches!(receiver.kind, Kind::Number(_) | Kind::Bool(_) | Kind::Concat(_) | Kind::Reference(_))
        && is_kept_by(name)
    {
        return Some(receiver.clone());
    }
    let text = receiver.text()?.clone();
    let argument = first.and_then(Val::text).cloned();
    let known = |holds: bool| Some(Val::new(Kind::Bool(holds), loc));
    let made = match name {
        _ if is_kept_by(name) => return Some(receiver.clone()),
        "toLowerCase" | "lower" => text.to_lowercase(),
        "toUpperCase" | "upper" => text.to_uppercase(),
        "replace" | "replaceAll" => text.replace(&*argument?, call.args.get(1)?.text()?),
        "rstrip" => {
            let set = argument.unwrap_or(" ".into());
            text.trim_end_matches(|letter| set.contains(letter)).to_owned()
        }
        "concat" => return Some(ev.concat([vec![receiver.clone()], call.args.positional.clone()].concat(), loc)),
        "join" => return Some(lists::joined(ev, &first?.clone(), receiver, call)),
        "format" => return format(ev, &text, call),
        "split" => {
            let separator = argument.filter(|separator| !separator.is_empty())?;
            let pieces: Vec<Val> =
                text.split(&*separator).take(MOST_PIECES).map(|piece| Val::text_at(piece, receiver.loc)).collect();
            return Some(ev.list_of(pieces, loc));
        }
        "startsWith" | "startswith" => return known(text.starts_with(&*argument?)),
        "endsWith" | "endswith" => return known(text.ends_with(&*argument?)),
        "includes" => return known(text.contains(&*argument?)),
        _ => return None,
    };
    Some(Val::text_at(made, receiver.loc))
}

/// `"…{}…{name}…".format(…)`.
fn format(ev: &mut Evaluator<'_>, text: &str, call: &Invocation<'_>) -> Option<Val> {
    let loc = call.site.loc;
    let mut parts = Vec::new();
    let mut positional = call.args.positional.iter();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let (field, after) = after.split_once('}')?;
        parts.push(Val::text_at(before, loc));
        let field = field.split([':', '!', '.', '[']).next().unwrap_or_default();
        parts.push(match field.parse::<usize>() {
            Ok(index) => call.args.get(index)?.clone(),
            Err(_) if field.is_empty() => positional.next()?.clone(),
            Err(_) => {
                let keywords = call.args.keywords.clone()?;
                ev.member(&keywords, &field.into(), call.site)
            }
        });
        rest = after;
    }
    parts.push(Val::text_at(rest, loc));
    Some(ev.concat(parts, loc))
}
