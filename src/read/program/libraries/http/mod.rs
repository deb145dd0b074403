//! Requests by hand: to the user pools API with `X-Amz-Target`, and to the OAuth token endpoint.

use std::sync::Arc;

use super::{Invocation, operations};
use crate::read::Operation;
use crate::read::program::domain::{Callee, Val};
use crate::read::program::evaluator::Evaluator;
use crate::read::program::record::Meaning;
use request::Request;
use senders::Role;

mod address;
mod pages;
mod request;
mod senders;
mod token;

pub(super) use pages::address as address_of_pages;

/// The library's name in facts.
const LIBRARY: &str = "http";
const TARGET: &str = "x-amz-target";
const POOLS: &str = "AWSCognitoIdentityProviderService.";
const IDENTITIES: &str = "AWSCognitoIdentityService.";

/// How a body is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Encoding {
    Form,
    Json,
}

/// A request that concerns Cognito, or a client that may send one.
pub(super) fn call(ev: &mut Evaluator<'_>, call: &Invocation<'_>) -> Option<Val> {
    match senders::role(call)? {
        // What it is given is looked at when it sends.
        Role::Makes => Some(ev.answer(call.callee.clone(), call.args.clone(), call.made, call.site.loc)),
        // `request.end()`
        Role::Sends { .. } if call.args.positional.is_empty() && call.args.keywords.is_none() => None,
        Role::Sends { writes_maps, is_known } => {
            let request = Request::of(ev, call, writes_maps);
            let answer = match request.header(ev, TARGET) {
                Some(target) => api(ev, call, &request, &target),
                None => token::call(ev, call, &request, is_known),
            }?;
            if calls_back(ev, call) {
                ev.escape(&answer);
            }
            Some(answer)
        }
    }
}

/// Whether the answer comes to a function that was given, among the arguments or before.
fn calls_back(ev: &Evaluator<'_>, call: &Invocation<'_>) -> bool {
    let is_function = |val: &Val| match val.object() {
        Some(id) => ev.heap.object(id).entries.iter().any(|entry| entry.val.closure().is_some()),
        None => val.closure().is_some(),
    };
    matches!(call.callee.name(), "write" | "end") || call.args.all().any(is_function)
}

/// A call of the user pools API, or of the identity pools'.
fn api(ev: &mut Evaluator<'_>, call: &Invocation<'_>, request: &Request, target: &Val) -> Option<Val> {
    let targets: Vec<Arc<str>> = ev.alternatives(target).iter().filter_map(|(_, val)| val.text().cloned()).collect();
    let parameters = match &request.body {
        Some(body) => body.written(ev).unwrap_or_else(|| body.val.clone()),
        None => ev.dynamic(call.site.loc),
    };
    let mut answer = None;
    for target in targets {
        let operation = match (target.strip_prefix(POOLS), target.strip_prefix(IDENTITIES)) {
            (Some(name), _) => operations::named(name),
            (_, Some(_)) => Operation::Federate,
            _ => continue,
        };
        let entry = target.rsplit('.').next().unwrap_or_default();
        let mut meaning = Meaning::new(operation, parameters.clone(), LIBRARY, entry);
        let url = request.url.as_ref().filter(|url| !address::is_aws(url));
        meaning.endpoint = url.map(|url| ev.freeze(url));
        answer = Some(ev.record(meaning, call.callee, call.args, call.site));
    }
    answer
}

/// The function's name, for people.
fn entry(callee: &Callee) -> &str {
    match callee {
        Callee::Symbol(symbol) if symbol.path.is_empty() => &symbol.package,
        Callee::Value(_) => "request",
        _ => callee.name(),
    }
}
