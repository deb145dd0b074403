//! The runtime of Python, and functions of common packages that only hand a value on.

use std::sync::Arc;

use super::super::domain::{Args, Kind, Symbol, Val};
use super::super::evaluator::Evaluator;
use super::super::libraries::Invocation;
use super::{Part, copy, form_of, listed, with_default};
use crate::value::Presence;

/// A function.
pub(super) fn function(ev: &mut Evaluator<'_>, symbol: &Symbol, call: &Invocation<'_>) -> Option<Val> {
    let loc = call.site.loc;
    let first = call.args.get(0);
    match &*symbol.full_name() {
        "os.getenv" | "os.environ.get" => {
            let name = first?.text()?.clone();
            let default = call.args.get(1).cloned().or_else(|| call.keyword(ev, "default"));
            Some(with_default(ev, Val::environment(name, loc), default.as_ref(), loc))
        }
        "dict" => {
            let map = ev.new_map(loc);
            call.args.all().for_each(|source| ev.spread_into(map, source));
            Some(Val::new(Kind::Object(map), loc))
        }
        "str"
        | "list"
        | "tuple"
        | "sorted"
        | "bytes"
        | "iter"
        | "next"
        | "set"
        | "urllib.parse.quote"
        | "urllib.parse.quote_plus" => first.cloned(),
        "typing.cast" => call.args.get(1).cloned(),
        "copy.copy" | "copy.deepcopy" => Some(copy(ev, first?, loc)),
        "urllib.parse.urlencode" => Some(form_of(ev, first, loc)),
        "getattr" => {
            let (of, key) = (first?.clone(), call.args.get(1)?.text()?.clone());
            let val = ev.member(&of, &key, call.site);
            Some(with_default(ev, val, call.args.get(2), loc))
        }
        "setattr" => {
            let (of, key) = (first?.clone(), call.args.get(1)?.text()?.clone());
            ev.assign_member(&of, &key, call.args.get(2)?.clone(), loc);
            Some(Val::null(loc))
        }
        "asyncio.to_thread"
        | "fastapi.concurrency.run_in_threadpool"
        | "starlette.concurrency.run_in_threadpool"
        | "functools.partial" => {
            let args = Args {
                positional: call.args.positional.iter().skip(1).cloned().collect(),
                keywords: call.args.keywords.clone(),
                open: call.args.open,
            };
            Some(ev.call(&first?.clone(), args, call.site))
        }
        "asgiref.sync.sync_to_async" | "functools.lru_cache" | "functools.cache" | "functools.wraps" => first.cloned(),
        "fastapi.Depends" | "fastapi.Security" => Some(ev.call(&first?.clone(), Args::default(), call.site)),
        _ => None,
    }
}

/// A method of a dictionary, or of something that may be one.
pub(super) fn method(ev: &mut Evaluator<'_>, receiver: &Val, name: &str, call: &Invocation<'_>) -> Option<Val> {
    let loc = call.site.loc;
    let key: Option<Arc<str>> = call.args.get(0).and_then(Val::text).cloned();
    let default = call.args.get(1);
    let Some(id) = receiver.object().filter(|id| ev.heap.object(*id).is_map()) else {
        // `answer.get("Key")` reads a dictionary, `session.get("https://…")` does not.
        let key = key.filter(|key| name == "get" && !key.contains('/'))?;
        let val = ev.member(receiver, &key, call.site);
        return Some(with_default(ev, val, default, loc));
    };
    match (name, key) {
        ("get", Some(key)) => {
            let found = ev.heap.object(id).entry(&key).map(|entry| entry.presence.clone());
            let val = ev.member(receiver, &key, call.site);
            match (found, default) {
                (Some(Presence::Always), _) => Some(val),
                (None, Some(default)) if val.is_null() => Some(default.clone()),
                _ => Some(with_default(ev, val, default, loc)),
            }
        }
        ("get" | "pop", None) => {
            ev.heap.object_mut(id).open |= name == "pop";
            Some(ev.dynamic(loc))
        }
        ("update", _) => {
            call.args.all().for_each(|source| ev.spread_into(id, source));
            Some(Val::null(loc))
        }
        ("setdefault", Some(key)) => {
            let default = default.cloned().unwrap_or(Val::null(loc));
            match ev.heap.object(id).entry(&key).cloned() {
                Some(old) if old.presence == Presence::Always => {}
                Some(old) => {
                    let val = with_default(ev, old.val, Some(&default), loc);
                    ev.put_entry(id, key.clone(), loc, val, None);
                }
                None => ev.put_entry(id, key.clone(), loc, default, None),
            }
            Some(ev.member(receiver, &key, call.site))
        }
        ("pop", Some(key)) => {
            let val = ev.member(receiver, &key, call.site);
            ev.heap.object_mut(id).remove(&key);
            Some(with_default(ev, val, default, loc))
        }
        ("items", _) => listed(ev, receiver, Part::Pairs, loc),
        ("keys", _) => listed(ev, receiver, Part::Keys, loc),
        ("values", _) => listed(ev, receiver, Part::Values, loc),
        ("copy" | "model_dump" | "dict", _) => Some(copy(ev, receiver, loc)),
        ("clear", _) => {
            let object = ev.heap.object_mut(id);
            object.entries.clear();
            object.open = false;
            Some(Val::null(loc))
        }
        _ => None,
    }
}
