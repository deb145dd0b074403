//! Observables of RxJS that give one value, as HTTP clients answer with.

use super::super::domain::{Answered, Args, Callee, Val};
use super::super::evaluator::Evaluator;
use super::super::libraries::Invocation;

/// Operators that give what their function gives, and those that only let it look.
const MAPS: &[&str] = &["map", "switchMap", "mergeMap", "concatMap", "exhaustMap"];
const LOOKS: &[&str] = &["tap", "do"];

/// A method of an observable whose value is `receiver`.
pub(super) fn method(ev: &mut Evaluator<'_>, receiver: &Val, name: &str, call: &Invocation<'_>) -> Option<Val> {
    match name {
        "subscribe" => {
            let observer = call.args.get(0)?.clone();
            let next = match observer.object() {
                Some(id) => ev.heap.object(id).entry("next")?.val.clone(),
                None => observer,
            };
            Some(ev.call(&next, Args::of(vec![receiver.clone()]), call.site))
        }
        "pipe" if call.args.positional.iter().any(|argument| operator(argument).is_some()) => {
            let mut val = receiver.clone();
            for argument in &call.args.positional {
                let Some(Answered { callee, args, .. }) = operator(argument) else { continue };
                let is_map = MAPS.contains(&callee.name());
                if !is_map && !LOOKS.contains(&callee.name()) {
                    continue;
                }
                let Some(function) = args.get(0).cloned() else { continue };
                let given = ev.call(&function, Args::of(vec![val.clone()]), call.site);
                if is_map {
                    val = given;
                }
            }
            Some(val)
        }
        _ => None,
    }
}

/// An operator of RxJS with its arguments.
fn operator(val: &Val) -> Option<&Answered> {
    let answered = val.answered()?;
    let is_operator = matches!(&answered.callee, Callee::Symbol(symbol) if symbol.package.starts_with("rxjs"));
    is_operator.then_some(answered)
}
