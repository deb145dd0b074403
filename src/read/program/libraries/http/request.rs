//! What a request is made of, in whichever order and under whichever names its client takes it.

use super::{Encoding, address};
use crate::read::program::domain::{Args, Callee, Kind, ObjectId, Val};
use crate::read::program::evaluator::Evaluator;
use crate::read::program::heap::Shape;
use crate::read::program::libraries::{Invocation, forms};

/// Clients that are made from each other.
const LONGEST_CHAIN: u32 = 8;

/// What an option of a client or request is.
#[derive(Clone, Copy)]
enum Part {
    Url,
    Base,
    Method,
    Headers,
    Credentials,
    Query,
    /// A body that is written as the client writes maps.
    Body,
    Json,
    Form,
    /// Known, and nothing that matters here.
    Other,
}

/// Options of clients and requests, by their names in all libraries.
const OPTIONS: &[(&str, Part)] = &[
    ("url", Part::Url),
    ("uri", Part::Url),
    ("path", Part::Url),
    ("full_url", Part::Url),
    ("baseURL", Part::Base),
    ("baseUrl", Part::Base),
    ("base_url", Part::Base),
    ("prefixUrl", Part::Base),
    ("prefix", Part::Base),
    ("hostname", Part::Base),
    ("host", Part::Base),
    ("method", Part::Method),
    ("type", Part::Method),
    ("headers", Part::Headers),
    ("auth", Part::Credentials),
    ("params", Part::Query),
    ("searchParams", Part::Query),
    ("body", Part::Body),
    ("data", Part::Body),
    ("content", Part::Body),
    ("json", Part::Json),
    ("form", Part::Form),
    ("fields", Part::Form),
    ("cache", Part::Other),
    ("credentials", Part::Other),
    ("mode", Part::Other),
    ("next", Part::Other),
    ("redirect", Part::Other),
    ("responseType", Part::Other),
    ("signal", Part::Other),
    ("timeout", Part::Other),
    ("withCredentials", Part::Other),
];

/// A request, as far as its arguments and its client tell.
#[derive(Default)]
pub(super) struct Request {
    pub(super) url: Option<Val>,
    pub(super) method: Option<Val>,
    /// Maps of headers; the first that has one counts.
    headers: Vec<Val>,
    pub(super) credentials: Option<Val>,
    pub(super) query: Option<Val>,
    pub(super) body: Option<Body>,
    base: Option<Val>,
    writes_maps: Option<Encoding>,
}

/// A body.
pub(super) struct Body {
    pub(super) val: Val,
    /// How it is written, where its option says it.
    named: Option<Encoding>,
}

impl Request {
    /// The request that a call sends.
    pub(super) fn of(ev: &mut Evaluator<'_>, call: &Invocation<'_>, writes_maps: Option<Encoding>) -> Self {
        let mut request = Self { writes_maps, ..Self::default() };
        match call.callee.name() {
            "write" | "end" => request.body = call.args.get(0).map(|val| Body { val: val.clone(), named: None }),
            _ => request.take(ev, call.args),
        }
        match call.callee {
            Callee::Method { receiver: client, .. } | Callee::Value(client) => {
                request.take_client(ev, client, LONGEST_CHAIN);
            }
            Callee::Symbol(_) => {}
        }
        request.url = match (request.base.take(), request.url.take()) {
            (Some(base), Some(url)) => Some(address::join(ev, base, url)),
            (base, url) => url.or(base),
        };
        request
    }

    /// The value of a header, whatever the case of its name.
    pub(super) fn header(&self, ev: &Evaluator<'_>, name: &str) -> Option<Val> {
        self.headers.iter().filter_map(Val::object).find_map(|id| {
            let entries = &ev.heap.object(id).entries;
            Some(entries.iter().find(|entry| entry.key.eq_ignore_ascii_case(name))?.val.clone())
        })
    }

    /// Whether headers are given that are not all known.
    pub(super) fn has_unknown_headers(&self, ev: &Evaluator<'_>) -> bool {
        self.headers.iter().any(|headers| headers.object().is_none_or(|id| ev.heap.object(id).open))
    }

    /// How the body is written, as far as it is certain.
    pub(super) fn encoding(&self, ev: &Evaluator<'_>) -> Option<Encoding> {
        let body = self.body.as_ref()?;
        if forms::is_json(&body.val) {
            return Some(Encoding::Json);
        }
        if forms::is_form(ev, &body.val) {
            return Some(Encoding::Form);
        }
        let is_map = body.val.object().is_some_and(|id| matches!(ev.heap.object(id).shape, Shape::Map));
        if !is_map {
            return body.named;
        }
        let header = self.header(ev, "content-type");
        let header = header.and_then(|kind| kind.text().cloned());
        let by_header = header.filter(|kind| kind.contains("form-urlencoded")).map(|_| Encoding::Form);
        body.named.or(by_header.filter(|_| self.writes_maps.is_some())).or(self.writes_maps)
    }

    /// Takes what the arguments of a call say.
    fn take(&mut self, ev: &mut Evaluator<'_>, args: &Args) {
        for val in &args.positional {
            if let Some(answered) = val.answered()
                && answered.callee.name() == "Request"
            {
                let args = answered.args.clone();
                self.take(ev, &args);
                continue;
            }
            match option_map(ev, val) {
                Some(map) => self.take_options(ev, map),
                None if is_header_map(ev, val) => self.headers.push(val.clone()),
                None if self.url.is_none() => {
                    self.url = address::is_one(ev, val).then(|| address::of(ev, val));
                }
                None if self.body.is_none() && is_data(ev, val) => {
                    self.body = Some(Body { val: val.clone(), named: None });
                }
                None => {}
            }
        }
        if let Some(map) = args.keywords.as_ref().and_then(Val::object) {
            self.take_options(ev, map);
        }
    }

    /// Takes what the client was made with, where the call itself does not say it.
    fn take_client(&mut self, ev: &mut Evaluator<'_>, client: &Val, chain: u32) {
        let (Some(answered), Some(chain)) = (client.answered(), chain.checked_sub(1)) else { return };
        let mut made = Self { writes_maps: self.writes_maps, ..Self::default() };
        made.take(ev, &answered.args);
        if let Callee::Method { receiver, .. } = &answered.callee {
            made.take_client(ev, receiver, chain);
        }
        self.headers.extend(made.headers);
        self.credentials = self.credentials.take().or(made.credentials);
        self.method = self.method.take().or(made.method);
        // A client's first argument is its host; a request's that is still to be written, its address.
        let is_request = answered.callee.name() == "request";
        match is_request {
            true => {
                self.url = self.url.take().or(made.url);
                self.base = self.base.take().or(made.base);
            }
            false => self.base = self.base.take().or(made.base).or(made.url),
        }
        if self.base.is_none()
            && let Some(host) = answered.args.get(0).filter(|host| host.text().is_some())
            && answered.callee.name().starts_with("HTTP")
        {
            self.base = Some(host.clone());
        }
    }

    fn take_options(&mut self, ev: &mut Evaluator<'_>, map: ObjectId) {
        let entries = ev.heap.object(map).entries.clone();
        for entry in entries {
            let Some((_, option)) = OPTIONS.iter().find(|(name, _)| *entry.key == **name) else { continue };
            let val = entry.val;
            if val.is_null() {
                continue;
            }
            let named = match option {
                Part::Url => {
                    self.url = Some(address::of(ev, &val));
                    continue;
                }
                Part::Base => {
                    self.base = Some(address::of(ev, &val));
                    continue;
                }
                Part::Method => {
                    self.method = Some(val);
                    continue;
                }
                Part::Headers => {
                    self.headers.insert(0, val);
                    continue;
                }
                Part::Credentials => {
                    self.credentials = Some(val);
                    continue;
                }
                Part::Query => {
                    self.query = Some(val);
                    continue;
                }
                Part::Body => None,
                Part::Json => Some(Encoding::Json),
                Part::Form => Some(Encoding::Form),
                Part::Other => continue,
            };
            if is_data(ev, &val) {
                self.body = Some(Body { val, named });
            }
        }
    }
}

impl Body {
    /// The map that it was written from, where there is one.
    pub(super) fn written(&self, ev: &Evaluator<'_>) -> Option<Val> {
        forms::parsed(ev, &self.val)
    }
}

/// The map of an argument that holds options.
fn option_map(ev: &Evaluator<'_>, val: &Val) -> Option<ObjectId> {
    let id = val.object()?;
    let object = ev.heap.object(id);
    let is_options = matches!(object.shape, Shape::Map)
        && object.entries.iter().any(|entry| OPTIONS.iter().any(|(name, _)| *entry.key == **name));
    is_options.then_some(id)
}

/// Whether a map is one of headers.
fn is_header_map(ev: &Evaluator<'_>, val: &Val) -> bool {
    const HEADERS: &[&str] = &["content-type", "authorization", "x-amz-target", "accept"];
    val.object().is_some_and(|id| {
        let mut entries = ev.heap.object(id).entries.iter();
        entries.any(|entry| HEADERS.iter().any(|header| entry.key.eq_ignore_ascii_case(header)))
    })
}

/// Whether a value may be a body.
fn is_data(ev: &Evaluator<'_>, val: &Val) -> bool {
    match &val.kind {
        Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::Function(_) => false,
        Kind::Object(id) => ev.heap.object(*id).is_map() || !ev.heap.object(*id).items.is_empty(),
        _ => true,
    }
}
