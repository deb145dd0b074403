//! Requests to the token endpoint.

use super::request::Request;
use super::{Encoding, LIBRARY, address, entry};
use crate::read::Operation;
use crate::read::program::domain::{Answered, Callee, Kind, ObjectId, Val};
use crate::read::program::evaluator::Evaluator;
use crate::read::program::libraries::owner::{self, Owner};
use crate::read::program::libraries::{Invocation, forms};
use crate::read::program::record::Meaning;
use crate::source::Loc;

/// Answers inside answers in which the parts of Basic authentication are looked for.
const DEEPEST: u32 = 8;

/// A request to the token endpoint of a user pool's domain.
pub(super) fn call(ev: &mut Evaluator<'_>, call: &Invocation<'_>, request: &Request, is_known: bool) -> Option<Val> {
    let url = request.url.as_ref()?;
    let method = request.method.as_ref().and_then(Val::text);
    if method.is_some_and(|method| !method.eq_ignore_ascii_case("post")) {
        return None;
    }
    let urls = ev.alternatives(url);
    let (endpoint, query) = urls.iter().find_map(|(_, url)| {
        let (url, query) = address::split(ev, url);
        Some((address::token_endpoint(&url)?, query))
    })?;
    let parameters = parameters(ev, request, query, call.site.loc);
    let has = |key: &str| ev.heap.object(parameters).entry(key).is_some();
    let is_grant = has("grant_type");
    if !is_grant && (!is_known || endpoint != address::TokenEndpoint::OfHost) {
        return None;
    }
    let owner = match owner::of(url) {
        None => {
            ["client_id", "client_secret"].iter().find_map(|key| owner::of(&ev.heap.object(parameters).entry(key)?.val))
        }
        known => known,
    };
    let is_cognito = match owner {
        Some(Owner::Cognito) => true,
        Some(Owner::Other) => false,
        None => is_known && endpoint != address::TokenEndpoint::Deeper && is_mentioned(ev, call, url),
    };
    if !is_cognito {
        return None;
    }
    let parameters = Val::new(Kind::Object(parameters), ev.heap.object(parameters).loc);
    let meaning = Meaning::new(Operation::Token, parameters, LIBRARY, entry(call.callee));
    Some(ev.record(meaning, call.callee, call.args, call.site))
}

/// Whether the file of the call, or the one in which the address stands, speaks of Cognito.
fn is_mentioned(ev: &Evaluator<'_>, call: &Invocation<'_>, url: &Val) -> bool {
    ev.mentions_cognito(call.site.scope) || ev.is_about_cognito(url.loc.file)
}

/// The parameters of the token endpoint: the form's fields, the client that authenticates itself, and `Encoding`.
fn parameters(ev: &mut Evaluator<'_>, request: &Request, query: Option<Val>, loc: Loc) -> ObjectId {
    let fields = request.body.as_ref().and_then(|body| forms::fields(ev, &body.val));
    let sent: Vec<Val> = [fields, request.query.clone(), query].into_iter().flatten().collect();
    let map = ev.new_map(sent.first().map_or(loc, |fields| fields.loc));
    ev.heap.object_mut(map).open = sent.is_empty();
    sent.iter().for_each(|fields| ev.spread_into(map, fields));
    authenticate(ev, request, map, loc);
    if let Some(encoding) = request.encoding(ev) {
        let text = if encoding == Encoding::Form { "form" } else { "json" };
        ev.put_entry(map, "Encoding".into(), loc, Val::text_at(text, loc), None);
    }
    map
}

/// Adds what the `Authorization` header says of the client.
fn authenticate(ev: &mut Evaluator<'_>, request: &Request, map: ObjectId, loc: Loc) {
    let Some(given) = request.credentials.clone().or_else(|| request.header(ev, "authorization")) else {
        ev.heap.object_mut(map).open |= request.has_unknown_headers(ev);
        return;
    };
    let pair = basic(ev, &given, DEEPEST);
    let scheme = match pair {
        Some(_) => Val::text_at("Basic", given.loc),
        None => ev.dynamic(given.loc),
    };
    ev.put_entry(map, "Authorization".into(), loc, scheme, None);
    match pair {
        Some((id, secret)) => {
            for (key, val) in [("client_id", id), ("client_secret", secret)] {
                if ev.heap.object(map).entry(key).is_none() {
                    ev.put_entry(map, key.into(), val.loc, val, None);
                }
            }
        }
        // It names the client too.
        None => ev.heap.object_mut(map).open = true,
    }
}

/// Client id and secret of Basic authentication: a pair, a map, `HTTPBasicAuth(id, secret)`, or `base64(id:secret)`
/// however that is made.
fn basic(ev: &mut Evaluator<'_>, val: &Val, depth: u32) -> Option<(Val, Val)> {
    let depth = depth.checked_sub(1)?;
    if let Some(items) = ev.known_items(val) {
        return match items.as_slice() {
            [id, secret] => Some((id.clone(), secret.clone())),
            _ => None,
        };
    }
    match &val.kind {
        Kind::Object(id) => {
            let object = ev.heap.object(*id);
            let entry = |key: &str| Some(object.entry(key)?.val.clone());
            Some((entry("username").or_else(|| entry("user"))?, entry("password").or_else(|| entry("pass"))?))
        }
        Kind::Text(_) => around_colon(ev, std::slice::from_ref(val), 0),
        Kind::Concat(parts) => {
            let colon = parts.iter().position(|part| part.text().is_some_and(|text| text.contains(':')));
            match colon {
                Some(at) => around_colon(ev, parts, at),
                None => parts.iter().find_map(|part| basic(ev, part, depth)),
            }
        }
        Kind::OneOf(_) => ev.alternatives(val).iter().find_map(|(_, val)| basic(ev, val, depth)),
        _ => {
            let Answered { callee, args, .. } = val.answered()?;
            if matches!(callee.name(), "HTTPBasicAuth" | "BasicAuth") {
                return Some((args.get(0)?.clone(), args.get(1)?.clone()));
            }
            let receiver = match callee {
                Callee::Method { receiver, .. } => Some(receiver),
                _ => None,
            };
            args.positional.iter().chain(receiver).find_map(|part| basic(ev, part, depth))
        }
    }
}

/// What stands before the first colon of a text, and what behind it.
fn around_colon(ev: &mut Evaluator<'_>, parts: &[Val], at: usize) -> Option<(Val, Val)> {
    let middle = parts.get(at)?;
    let (before, after) = middle.text()?.split_once(':')?;
    let (before, after) = (Val::text_at(before, middle.loc), Val::text_at(after, middle.loc));
    let id = parts.iter().take(at).cloned().chain([before]).collect();
    let secret = [after].into_iter().chain(parts.iter().skip(at + 1).cloned()).collect();
    Some((ev.concat(id, middle.loc), ev.concat(secret, middle.loc)))
}
