//! Requests by hand: to the user pools API with `X-Amz-Target`, and to the OAuth endpoints.
//!
//! Every HTTP client takes a URL, headers and a body in one of a few shapes; which client it is hardly matters.

use std::sync::Arc;

use super::super::domain::{Args, Callee, Kind, ObjectId, Val};
use super::super::evaluator::Evaluator;
use super::super::functions::Site;
use super::super::heap::Shape;
use super::super::record::Meaning;
use super::{Invocation, forms, operations};
use crate::read::Operation;
use crate::source::Loc;
use crate::value::Reference;

/// The library's name in facts.
const LIBRARY: &str = "http";
const TARGET: &str = "x-amz-target";
const POOLS: &str = "AWSCognitoIdentityProviderService.";
const IDENTITIES: &str = "AWSCognitoIdentityService.";
/// Keys of an argument that holds options, not data.
const OPTIONS: &[&str] =
    &["body", "data", "form", "headers", "json", "method", "params", "searchParams", "uri", "url", "auth"];

/// A request, as far as its arguments tell.
struct Request {
    url: Option<Val>,
    headers: Option<Val>,
    body: Option<Body>,
    auth: Option<Val>,
}

/// A body and how it is written.
struct Body {
    val: Val,
    encoding: Option<Encoding>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Encoding {
    Form,
    Json,
}

/// A request that concerns Cognito.
pub(super) fn call(ev: &mut Evaluator<'_>, call: &Invocation<'_>) -> Option<Val> {
    if call.args.positional.is_empty() && call.args.keywords.is_none() {
        return None;
    }
    let request = read(ev, call)?;
    if let Some(target) = request.headers.as_ref().and_then(|headers| header(ev, headers, TARGET)) {
        return api(ev, call, &request, &target);
    }
    let url = request.url.clone()?;
    let is_token = ends_with(&url, "/oauth2/token") || names_token_endpoint(&url, request.body.as_ref(), ev);
    if !is_token || !(is_cognito(&url) || ev.mentions_cognito(call.site.scope)) {
        return None;
    }
    let parameters = token_parameters(ev, &request, call.site.loc);
    let meaning = Meaning::new(Operation::Token, parameters, LIBRARY, call.callee.name());
    Some(ev.record(meaning, call.callee, call.args, call.site))
}

/// A call of the user pools API, or of the identity pools'.
fn api(ev: &mut Evaluator<'_>, call: &Invocation<'_>, request: &Request, target: &Val) -> Option<Val> {
    let targets: Vec<Arc<str>> = ev.alternatives(target).iter().filter_map(|(_, val)| val.text().cloned()).collect();
    let loc = call.site.loc;
    let parameters = match &request.body {
        Some(body) => forms::parsed(ev, &body.val).unwrap_or_else(|| body.val.clone()),
        None => ev.dynamic(loc),
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
        let url = request.url.as_ref().filter(|url| !is_aws(url));
        meaning.endpoint = url.map(|url| ev.freeze(url));
        answer = Some(ev.record(meaning, call.callee, call.args, call.site));
    }
    answer
}

/// The address of the sign-in pages with its query sends the user there.
pub(super) fn address_of_pages(ev: &mut Evaluator<'_>, text: &Val, site: Site) {
    const PAGES: &[&str] = &["/oauth2/authorize?", "/login?"];
    let Kind::Concat(parts) = &text.kind else { return };
    let page = parts.iter().enumerate().find_map(|(at, part)| {
        let text = part.text()?;
        let page = PAGES.iter().find(|page| text.contains(**page))?;
        Some((at, text.split_once(*page)?.1.to_owned(), *page))
    });
    let Some((at, rest, page)) = page else { return };
    let is_cognitos = is_cognito(text) || (page == PAGES[0] && ev.mentions_cognito(site.scope));
    if !is_cognitos {
        return;
    }
    let mut query = vec![Val::text_at(rest, text.loc)];
    query.extend(parts.iter().skip(at + 1).cloned());
    let parameters = forms::query_of(ev, query, text.loc).unwrap_or_else(|| ev.dynamic(text.loc));
    let callee = Callee::Value(text.clone());
    ev.record(Meaning::new(Operation::Authorize, parameters, LIBRARY, "authorize"), &callee, &Args::default(), site);
}

/// What a request is made of, in whichever order its client takes it.
fn read(ev: &mut Evaluator<'_>, call: &Invocation<'_>) -> Option<Request> {
    let mut request = Request { url: None, headers: None, body: None, auth: None };
    let sends_data = matches!(call.callee.name(), "post" | "put" | "patch" | "Request" | "urlopen");
    for val in &call.args.positional {
        match options(ev, val) {
            Some(map) => take_options(ev, &mut request, map, false),
            None if request.url.is_none() && is_address(ev, val) => request.url = Some(address(ev, val)),
            None if request.url.is_some() && request.body.is_none() && sends_data => {
                request.body = Some(Body { val: val.clone(), encoding: None });
            }
            None => {}
        }
    }
    if let Some(map) = call.args.keywords.as_ref().and_then(Val::object) {
        take_options(ev, &mut request, map, true);
    }
    if let (Callee::Method { receiver, .. }, Some(url)) = (call.callee, &request.url) {
        request.url = Some(with_base(ev, receiver, url.clone()));
    }
    if request.url.is_none() && request.headers.is_none() { None } else { Some(request) }
}

/// The address with the base that the client was made with: `axios.create({ baseURL })`, `httpx.Client(base_url=…)`.
fn with_base(ev: &mut Evaluator<'_>, client: &Val, url: Val) -> Val {
    let Some(answered) = client.answered() else { return url };
    let args: Vec<ObjectId> = answered.args.all().filter_map(Val::object).collect();
    let base = args.iter().find_map(|id| {
        let object = ev.heap.object(*id);
        ["baseURL", "base_url", "prefixUrl"].iter().find_map(|key| object.entry(key)).map(|entry| entry.val.clone())
    });
    match base {
        Some(base) => {
            let loc = url.loc;
            ev.concat(vec![base, url], loc)
        }
        None => url,
    }
}

/// The map of an argument that holds options.
fn options(ev: &Evaluator<'_>, val: &Val) -> Option<ObjectId> {
    let id = val.object()?;
    let object = ev.heap.object(id);
    let is_options = matches!(object.shape, Shape::Map) && OPTIONS.iter().any(|key| object.entry(key).is_some());
    is_options.then_some(id)
}

fn take_options(ev: &mut Evaluator<'_>, request: &mut Request, map: ObjectId, python: bool) {
    let entries = ev.heap.object(map).entries.clone();
    for entry in entries {
        let val = entry.val;
        match &*entry.key {
            "url" | "uri" if request.url.is_none() => request.url = Some(address(ev, &val)),
            "headers" => request.headers = Some(val),
            "auth" => request.auth = Some(val),
            "json" if is_data(&val) => request.body = Some(Body { val, encoding: Some(Encoding::Json) }),
            "form" if is_data(&val) => request.body = Some(Body { val, encoding: Some(Encoding::Form) }),
            "data" if python => request.body = Some(Body { val, encoding: Some(Encoding::Form) }),
            "body" | "data" | "content" if is_data(&val) => request.body = Some(Body { val, encoding: None }),
            _ => {}
        }
    }
}

fn is_data(val: &Val) -> bool {
    !matches!(val.kind, Kind::Null | Kind::Bool(_))
}

/// Whether a value may be an address: a text with one in it, a setting, a URL that was made.
fn is_address(ev: &Evaluator<'_>, val: &Val) -> bool {
    match &val.kind {
        Kind::Text(text) => text.contains('/'),
        Kind::Concat(_) | Kind::Reference(_) => true,
        Kind::OneOf(_) => ev.alternatives(val).iter().any(|(_, val)| is_address(ev, val)),
        Kind::Opaque(_) => val.answered().is_some_and(|answered| answered.callee.name() == "URL"),
        _ => false,
    }
}

/// The text of an address: of `new URL(path, base)` both.
fn address(ev: &mut Evaluator<'_>, val: &Val) -> Val {
    match val.answered() {
        Some(answered) if answered.callee.name() == "URL" => {
            let parts = [answered.args.get(1), answered.args.get(0)].into_iter().flatten().cloned().collect();
            ev.concat(parts, val.loc)
        }
        _ => val.clone(),
    }
}

/// The value of a header, whatever the case of its name.
fn header(ev: &Evaluator<'_>, headers: &Val, name: &str) -> Option<Val> {
    let object = ev.heap.object(headers.object()?);
    let entry = object.entries.iter().find(|entry| entry.key.eq_ignore_ascii_case(name))?;
    Some(entry.val.clone())
}

/// The parameters of the token endpoint: the form's fields, what the `Authorization` header says, and `Encoding`.
fn token_parameters(ev: &mut Evaluator<'_>, request: &Request, loc: Loc) -> Val {
    let body = request.body.as_ref();
    let fields = body.and_then(|body| forms::fields(ev, &body.val));
    let is_form_by_header = request.headers.as_ref().and_then(|headers| header(ev, headers, "content-type"));
    let is_form_by_header = is_form_by_header.and_then(|kind| kind.text().map(|text| text.contains("form-urlencoded")));
    let encoding = match body {
        Some(Body { encoding: Some(encoding), .. }) if fields.is_none() || is_map(ev, body) => Some(*encoding),
        Some(Body { val, .. }) if forms::is_json(val) => Some(Encoding::Json),
        Some(Body { val, .. }) if forms::is_form(ev, val) => Some(Encoding::Form),
        // A client that takes a map writes it as the header says, else as JSON.
        Some(_) if is_map(ev, body) => match is_form_by_header {
            Some(true) => Some(Encoding::Form),
            _ => Some(Encoding::Json),
        },
        _ => None,
    };
    let map = ev.new_map(fields.as_ref().map_or(loc, |fields| fields.loc));
    match fields {
        Some(fields) => ev.spread_into(map, &fields),
        None => ev.heap.object_mut(map).open = true,
    }
    let header = request.headers.as_ref().and_then(|headers| self::header(ev, headers, "authorization"));
    if let Some((id, secret)) = header.or_else(|| request.auth.clone()).and_then(|auth| basic(ev, &auth)) {
        for (key, val) in [("client_id", id), ("client_secret", secret)] {
            if ev.heap.object(map).entry(key).is_none() {
                ev.put_entry(map, key.into(), val.loc, val, None);
            }
        }
    } else if request.headers.is_some() && ev.heap.object(map).entry("client_id").is_none() {
        // The header may name the client.
        ev.heap.object_mut(map).open = true;
    }
    if let Some(encoding) = encoding {
        let text = if encoding == Encoding::Form { "form" } else { "json" };
        ev.put_entry(map, "Encoding".into(), loc, Val::text_at(text, loc), None);
    }
    let loc = ev.heap.object(map).loc;
    Val::new(Kind::Object(map), loc)
}

fn is_map(ev: &Evaluator<'_>, body: Option<&Body>) -> bool {
    let object = body.and_then(|body| body.val.object()).map(|id| ev.heap.object(id));
    object.is_some_and(|object| matches!(object.shape, Shape::Map))
}

/// Client id and secret of Basic authentication: a pair, `HTTPBasicAuth(id, secret)`, or `base64(id:secret)` however it
/// is made.
fn basic(ev: &mut Evaluator<'_>, val: &Val) -> Option<(Val, Val)> {
    if let Some(items) = ev.known_items(val) {
        return match items.as_slice() {
            [id, secret] => Some((id.clone(), secret.clone())),
            _ => None,
        };
    }
    match &val.kind {
        Kind::Concat(parts) => {
            let colon = parts.iter().position(|part| part.text().is_some_and(|text| &**text == ":"));
            match colon.and_then(|at| Some((parts.get(at.checked_sub(1)?)?, parts.get(at + 1)?))) {
                Some((id, secret)) => Some((id.clone(), secret.clone())),
                None => parts.iter().find_map(|part| basic(ev, &part.clone())),
            }
        }
        Kind::OneOf(_) => ev.alternatives(val).into_iter().find_map(|(_, val)| basic(ev, &val)),
        _ => {
            let answered = val.answered()?;
            let (callee, args): (Callee, Args) = (answered.callee.clone(), answered.args.clone());
            if matches!(callee.name(), "HTTPBasicAuth" | "BasicAuth") {
                return Some((args.get(0)?.clone(), args.get(1)?.clone()));
            }
            let receiver = match &callee {
                Callee::Method { receiver, .. } => Some(receiver.clone()),
                _ => None,
            };
            args.positional.iter().cloned().chain(receiver).find_map(|part| basic(ev, &part))
        }
    }
}

/// Whether an address certainly ends with a path.
fn ends_with(url: &Val, path: &str) -> bool {
    match &url.kind {
        Kind::Text(text) => text.split('?').next().is_some_and(|text| text.trim_end_matches('/').ends_with(path)),
        Kind::Concat(parts) => parts.last().is_some_and(|last| ends_with(last, path) || ends_with(last, &path[1..])),
        Kind::OneOf(alts) => alts.iter().all(|alt| ends_with(&alt.val, path)),
        _ => false,
    }
}

/// Whether an address is a setting that holds the whole endpoint, for a request with a grant.
fn names_token_endpoint(url: &Val, body: Option<&Body>, ev: &mut Evaluator<'_>) -> bool {
    let is_named = |reference: &Reference| match reference {
        Reference::Environment(name) | Reference::Setting(name) => {
            let name = name.to_ascii_lowercase();
            name.contains("cognito") && name.contains("token")
        }
        _ => false,
    };
    let is_setting = matches!(&url.kind, Kind::Reference(reference) if is_named(reference));
    let fields = body.filter(|_| is_setting).and_then(|body| forms::fields(ev, &body.val));
    fields.and_then(|fields| fields.object()).is_some_and(|id| ev.heap.object(id).entry("grant_type").is_some())
}

/// Whether an address is Cognito's by its host or by the name of the setting it comes from.
fn is_cognito(url: &Val) -> bool {
    match &url.kind {
        Kind::Text(text) => text.contains("amazoncognito.com"),
        Kind::Concat(parts) => parts.iter().any(is_cognito),
        Kind::OneOf(alts) => alts.iter().any(|alt| is_cognito(&alt.val)),
        Kind::Reference(reference) => match &**reference {
            Reference::Environment(name) | Reference::Setting(name) => name.to_ascii_lowercase().contains("cognito"),
            _ => false,
        },
        _ => false,
    }
}

/// Whether an address is the service's own.
fn is_aws(url: &Val) -> bool {
    match &url.kind {
        Kind::Text(text) => text.contains("amazonaws.com"),
        Kind::Concat(parts) => parts.iter().any(is_aws),
        Kind::OneOf(alts) => alts.iter().any(|alt| is_aws(&alt.val)),
        _ => false,
    }
}
