//! The runtime of ECMAScript, and functions of common packages that only hand a value on.

use super::super::domain::{Args, Callee, Closure, Kind, Symbol, Val};
use super::super::evaluator::Evaluator;
use super::super::libraries::Invocation;
use super::{Part, copy, form_of, listed, observables, pairs_of, put_pairs};

/// A function.
pub(super) fn function(ev: &mut Evaluator<'_>, symbol: &Symbol, call: &Invocation<'_>) -> Option<Val> {
    let loc = call.site.loc;
    let first = call.args.get(0);
    let name = symbol.path.strip_prefix("window.").or_else(|| symbol.path.strip_prefix("globalThis."));
    let name = name.unwrap_or(&symbol.path);
    match (&*symbol.package, name) {
        ("", "Object.assign") => {
            let target = first?.clone();
            let id = target.object()?;
            call.args.positional.iter().skip(1).for_each(|source| ev.spread_into(id, source));
            Some(target)
        }
        ("", "Object.fromEntries") => {
            let map = ev.new_map(loc);
            match first.and_then(|val| pairs_of(ev, val)) {
                Some(pairs) => put_pairs(ev, map, pairs),
                None => ev.heap.object_mut(map).open = true,
            }
            Some(Val::new(Kind::Object(map), loc))
        }
        ("", "Object.keys") => listed(ev, first?, Part::Keys, loc),
        ("", "Object.values") => listed(ev, first?, Part::Values, loc),
        ("", "Object.entries") => listed(ev, first?, Part::Pairs, loc),
        ("", "Object.freeze" | "Object.seal" | "Promise.resolve" | "String" | "Promise.all" | "Array.from")
        | ("", "encodeURIComponent" | "decodeURIComponent" | "encodeURI")
        | ("react", "useCallback")
        | ("rxjs", "firstValueFrom" | "lastValueFrom" | "from" | "of")
        | ("util", "promisify") => first.cloned(),
        ("", "structuredClone") => Some(copy(ev, first?, loc)),
        ("", "JSON.parse") => {
            let answered = first?.answered()?;
            let is_json = matches!(&answered.callee, Callee::Symbol(symbol) if &*symbol.path == "JSON.stringify");
            let inner = answered.args.get(0).filter(|_| is_json)?.clone();
            Some(copy(ev, &inner, loc))
        }
        ("", "Promise") if call.made => Some(promise(ev, &first?.clone(), call)),
        ("" | "url", "URLSearchParams")
        | ("", "FormData" | "Headers" | "Map")
        | ("@angular/common/http", "HttpHeaders")
            if call.made =>
        {
            Some(form_of(ev, first, loc))
        }
        ("@angular/common/http", "HttpParams") if call.made => {
            let options = first.and_then(Val::object).map(|id| ev.heap.object(id));
            let given =
                options.and_then(|options| ["fromObject", "fromString"].iter().find_map(|key| options.entry(key)));
            let given = given.map(|entry| entry.val.clone());
            Some(form_of(ev, given.as_ref(), loc))
        }
        ("qs" | "querystring" | "query-string", "stringify" | "encode") => Some(form_of(ev, first, loc)),
        ("react", "useMemo") => Some(ev.call(&first?.clone(), Args::default(), call.site)),
        ("react", "useRef") => {
            let current = first.cloned().unwrap_or(Val::null(loc));
            Some(ev.map_of([("current", current)], loc))
        }
        _ => None,
    }
}

/// `new Promise((resolve, reject) => …)`: some value that it is resolved with.
fn promise(ev: &mut Evaluator<'_>, executor: &Val, call: &Invocation<'_>) -> Val {
    let loc = call.site.loc;
    let resolved = ev.list_of([], loc);
    let resolve = ev.member_of(resolved.clone(), "push".into(), loc);
    let reject = Val::symbol("", "reject", loc);
    ev.call(executor, Args::of(vec![resolve, reject]), call.site);
    ev.item_of(&resolved)
}

/// A method of a function, a map, or something unknown.
pub(super) fn method(ev: &mut Evaluator<'_>, receiver: &Val, name: &str, call: &Invocation<'_>) -> Option<Val> {
    let loc = call.site.loc;
    match name {
        "then" => {
            let next = call.args.get(0)?.clone();
            return Some(ev.call(&next, Args::of(vec![receiver.clone()]), call.site));
        }
        "forEach" | "map" | "filter" | "some" | "every" | "find" | "flatMap" if is_unknown(receiver) => {
            let function = call.args.get(0).filter(|function| function.closure().is_some())?.clone();
            let results = super::lists::each(ev, receiver, &function, call);
            return match name {
                "map" | "flatMap" => {
                    let list = ev.list_of(results, loc);
                    if let Some(id) = list.object() {
                        ev.heap.object_mut(id).open = true;
                    }
                    Some(list)
                }
                "filter" => Some(receiver.clone()),
                "find" => Some(ev.item_of(receiver)),
                _ => Some(ev.dynamic(loc)),
            };
        }
        "catch" | "finally" | "promise" | "unwrap" => return Some(receiver.clone()),
        "subscribe" | "pipe" if matches!(receiver.kind, Kind::Opaque(_)) => {
            return observables::method(ev, receiver, name, call);
        }
        _ => {}
    }
    match &receiver.kind {
        Kind::Function(closure) => match name {
            "bind" => {
                let closure = Closure {
                    function: closure.function.clone(),
                    scope: closure.scope,
                    module: closure.module,
                    class: closure.class.clone(),
                    receiver: closure.receiver.clone().or_else(|| call.args.get(0).cloned()),
                };
                Some(Val::new(Kind::Function(closure.into()), loc))
            }
            "call" => {
                let args = Args::of(call.args.positional.iter().skip(1).cloned().collect());
                Some(ev.invoke(&closure.clone(), call.args.get(0), args, call.site))
            }
            _ => None,
        },
        Kind::Object(id) if ev.heap.object(*id).is_map() => {
            let key = call.args.get(0).and_then(Val::text).cloned();
            match (name, key) {
                ("set" | "append", Some(key)) => {
                    let val = call.args.get(1).cloned().unwrap_or(Val::null(loc));
                    ev.put_entry(*id, key, loc, val, None);
                    Some(receiver.clone())
                }
                ("set" | "append", None) => {
                    ev.heap.object_mut(*id).open = true;
                    Some(receiver.clone())
                }
                ("get", Some(key)) => Some(ev.member(receiver, &key, call.site)),
                ("delete", Some(key)) => {
                    ev.heap.object_mut(*id).remove(&key);
                    Some(Val::null(loc))
                }
                ("toString" | "valueOf", _) => Some(receiver.clone()),
                _ => None,
            }
        }
        _ => None,
    }
}

fn is_unknown(val: &Val) -> bool {
    matches!(val.kind, Kind::Opaque(_))
}
