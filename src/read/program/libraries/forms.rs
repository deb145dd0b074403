//! Bodies of requests: JSON texts, forms and queries back to their fields.

use super::super::builtins::texts;
use super::super::domain::{Callee, Kind, Val};
use super::super::evaluator::Evaluator;
use super::super::heap::{Object, Shape};
use crate::identifier;
use crate::source::Loc;

/// A body before it was turned into bytes or text.
fn unwrapped(body: &Val) -> &Val {
    let inner = body.answered().and_then(|answered| match &answered.callee {
        Callee::Method { receiver, name } if texts::is_kept_by(name) => Some(receiver),
        Callee::Symbol(symbol) if matches!(&*symbol.full_name(), "Buffer.from" | "buffer.Buffer.from") => {
            answered.args.get(0)
        }
        _ => None,
    });
    inner.map_or(body, unwrapped)
}

/// What a body was made of as JSON: `JSON.stringify(x)`, `json.dumps(x)`.
fn json_of(body: &Val) -> Option<&Val> {
    let answered = unwrapped(body).answered()?;
    let is_json = matches!(&answered.callee, Callee::Symbol(symbol) if matches!(symbol.name(), "stringify" | "dumps"));
    answered.args.get(0).filter(|_| is_json)
}

/// The value that was written as JSON; a map as it is.
pub(super) fn parsed(ev: &Evaluator<'_>, body: &Val) -> Option<Val> {
    let body = unwrapped(body);
    match body.object() {
        Some(id) => (!ev.heap.object(id).is_list()).then(|| body.clone()),
        None => json_of(body).cloned(),
    }
}

/// Whether a body is certainly JSON.
pub(super) fn is_json(body: &Val) -> bool {
    json_of(body).is_some()
}

/// Whether a body is certainly a form.
pub(super) fn is_form(ev: &Evaluator<'_>, body: &Val) -> bool {
    let body = unwrapped(body);
    match &body.kind {
        Kind::Object(id) => matches!(ev.heap.object(*id).shape, Shape::Form),
        Kind::Text(text) => text.contains("grant_type="),
        Kind::Concat(parts) => parts.iter().any(|part| is_form(ev, part)),
        Kind::OneOf(alts) => alts.iter().all(|alt| is_form(ev, &alt.val)),
        _ => false,
    }
}

/// The fields of a body: a map's, a form's, those of a text `a=b&c=d`.
pub(super) fn fields(ev: &mut Evaluator<'_>, body: &Val) -> Option<Val> {
    let body = unwrapped(body);
    match &body.kind {
        Kind::Text(_) | Kind::Concat(_) => query(ev, body, body.loc),
        Kind::OneOf(_) => {
            let alternatives = ev.alternatives(body);
            let all: Option<Vec<_>> =
                alternatives.into_iter().map(|(when, val)| Some((when, fields(ev, &val)?))).collect();
            Some(ev.join(all?, body.loc))
        }
        _ => parsed(ev, body),
    }
}

/// The fields of a text `a=b&c=d`; `None` where it is none.
pub(super) fn query(ev: &mut Evaluator<'_>, text: &Val, loc: Loc) -> Option<Val> {
    match &text.kind {
        Kind::Text(_) => query_of(ev, vec![text.clone()], loc),
        Kind::Concat(parts) => query_of(ev, parts.to_vec(), loc),
        _ => None,
    }
}

/// The fields of the parts of such a text, of which some may be unknown, or forms themselves.
pub(super) fn query_of(ev: &mut Evaluator<'_>, parts: Vec<Val>, loc: Loc) -> Option<Val> {
    let map = ev.heap.alloc(Object::new(Shape::Form, loc));
    // The field in the making: its key, and the parts of its value once there was an equals sign.
    let (mut key, mut val): (String, Option<Vec<Val>>) = (String::new(), None);
    let mut done: Vec<(String, Vec<Val>)> = Vec::new();
    for part in parts {
        let Some(text) = part.text() else {
            match &mut val {
                Some(val) => val.push(part),
                // A whole query, or a key that is not known.
                None => ev.spread_into(map, &part),
            }
            continue;
        };
        for (at, piece) in text.split('&').enumerate() {
            if at > 0
                && let Some(val) = val.take()
            {
                done.push((std::mem::take(&mut key), val));
            }
            match (&mut val, piece.split_once('=')) {
                (None, Some((name, rest))) => {
                    name.trim_start_matches('?').clone_into(&mut key);
                    val = Some(vec![Val::text_at(identifier::decoded(rest), part.loc)]);
                }
                (Some(val), _) => val.push(Val::text_at(identifier::decoded(piece), part.loc)),
                (None, None) => {}
            }
        }
    }
    done.extend(val.map(|val| (key, val)));
    for (key, parts) in done.into_iter().filter(|(key, _)| !key.is_empty()) {
        let val = ev.concat(parts, loc);
        ev.put_entry(map, key.into(), loc, val, None);
    }
    let object = ev.heap.object(map);
    (object.open || !object.entries.is_empty()).then(|| Val::new(Kind::Object(map), loc))
}
