//! Methods of lists.

use super::super::domain::{Args, Kind, Val};
use super::super::evaluator::{Evaluator, Flow};
use super::super::heap::{Object, Shape};
use super::super::libraries::Invocation;
use crate::when::When;

/// A method of a list.
pub(super) fn method(ev: &mut Evaluator<'_>, receiver: &Val, name: &str, call: &Invocation<'_>) -> Option<Val> {
    let loc = call.site.loc;
    let id = receiver.object()?;
    let first = call.args.get(0).cloned();
    match name {
        "push" | "append" | "add" => {
            for item in &call.args.positional {
                ev.heap.object_mut(id).push(item.clone(), When::always());
            }
            Some(Val::null(loc))
        }
        "unshift" | "insert" => {
            ev.heap.object_mut(id).open = true;
            Some(Val::null(loc))
        }
        "concat" => Some(ev.concat(vec![receiver.clone(), first?], loc)),
        "extend" => {
            let both = ev.concat(vec![receiver.clone(), first?], loc);
            let items = both.object().map(|id| ev.heap.object(id)).filter(|object| object.is_list()).cloned();
            match items {
                Some(items) => *ev.heap.object_mut(id) = items,
                None => ev.heap.object_mut(id).open = true,
            }
            Some(Val::null(loc))
        }
        "map" | "flatMap" => {
            let results = each(ev, receiver, &first?, call);
            let mut list = Object::new(Shape::List, loc);
            list.open = name == "flatMap" || ev.known_items(receiver).is_none();
            results.into_iter().for_each(|result| list.push(result, When::always()));
            Some(Val::new(Kind::Object(ev.heap.alloc(list)), loc))
        }
        "forEach" | "some" | "every" => {
            each(ev, receiver, &first?, call);
            Some(ev.dynamic(loc))
        }
        "filter" | "slice" | "sort" | "reverse" | "toSorted" | "copy" => {
            if let Some(test) = first.filter(|test| test.closure().is_some()) {
                each(ev, receiver, &test, call);
            }
            let mut list = ev.heap.object(id).clone();
            list.open |= matches!(name, "filter" | "slice");
            Some(Val::new(Kind::Object(ev.heap.alloc(list)), loc))
        }
        "find" | "findLast" | "pop" | "shift" | "at" => {
            if let Some(test) = first.filter(|test| test.closure().is_some()) {
                each(ev, receiver, &test, call);
            }
            Some(ev.item_of(receiver))
        }
        "reduce" => {
            let (sum, mut total) = (first?, call.args.get(1)?.clone());
            for item in ev.known_items(receiver)? {
                total = ev.call(&sum, Args::of(vec![total, item]), call.site);
            }
            Some(total)
        }
        "join" => Some(joined(ev, receiver, &first.unwrap_or(Val::text_at(",", loc)), call)),
        _ => None,
    }
}

/// The items as one text.
pub(super) fn joined(ev: &mut Evaluator<'_>, items: &Val, separator: &Val, call: &Invocation<'_>) -> Val {
    let loc = call.site.loc;
    let Some(items) = ev.known_items(items) else { return ev.dynamic(loc) };
    let mut parts = vec![Val::text_at("", loc)];
    for (at, item) in items.into_iter().enumerate() {
        if at > 0 {
            parts.push(separator.clone());
        }
        parts.push(item);
    }
    ev.concat(parts, loc)
}

/// Calls a function with every item, or once with some item.
pub(super) fn each(ev: &mut Evaluator<'_>, items: &Val, function: &Val, call: &Invocation<'_>) -> Vec<Val> {
    if let Some(known) = ev.known_items(items) {
        return known.into_iter().map(|item| ev.call(function, Args::of(vec![item]), call.site)).collect();
    }
    let item = ev.item_of(items);
    let mut result = Val::null(item.loc);
    ev.split(&[When::always(), When::always()], call.site.loc, &mut |it, arm| {
        if arm == 0 {
            result = it.call(function, Args::of(vec![item.clone()]), call.site);
        }
        (Val::null(item.loc), Flow::Next)
    });
    vec![result]
}
