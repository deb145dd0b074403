//! Which functions send a request.

use super::Encoding;
use crate::read::program::domain::{Callee, Symbol, Val};
use crate::read::program::libraries::{Invocation, root};

/// A library of functions and clients that send requests.
struct Sender {
    packages: &'static [&'static str],
    /// Functions and methods that send one; an empty name for a library or client that is called itself.
    functions: &'static [&'static str],
    /// How a plain map that is given as body is written, unless a header says it.
    writes_maps: Option<Encoding>,
}

const SENDERS: &[Sender] = &[
    Sender {
        packages: &["", "node-fetch", "cross-fetch", "isomorphic-fetch", "isomorphic-unfetch", "undici", "expo"],
        functions: &["", "fetch", "request"],
        writes_maps: None,
    },
    Sender { packages: &["ofetch", "", "#app"], functions: &["ofetch", "$fetch", "useFetch"], writes_maps: JSON },
    Sender {
        packages: &["axios", "@nestjs", "@angular/common", "@capacitor", "@capacitor-community", "redaxios"],
        functions: &["", "request", "post", "put", "patch", "postForm"],
        writes_maps: JSON,
    },
    Sender {
        packages: &["got", "ky", "wretch", "request", "request-promise", "request-promise-native", "needle", "phin"],
        functions: &["", "post"],
        writes_maps: JSON,
    },
    Sender { packages: &[""], functions: &["$.ajax", "$.post", "jQuery.ajax", "jQuery.post"], writes_maps: FORM },
    Sender { packages: &["http", "https", "node:http", "node:https"], functions: &["write", "end"], writes_maps: None },
    Sender {
        packages: &["requests", "httpx", "aiohttp", "niquests", "curl_cffi", "requests_html"],
        functions: &["post", "request"],
        writes_maps: FORM,
    },
    Sender { packages: &["urllib", "six"], functions: &["urlopen"], writes_maps: None },
    Sender { packages: &["urllib3"], functions: &["request", "urlopen", "request_encode_body"], writes_maps: FORM },
    Sender { packages: &["http"], functions: &["request"], writes_maps: None },
];

const JSON: Option<Encoding> = Some(Encoding::Json);
const FORM: Option<Encoding> = Some(Encoding::Form);

/// Functions that make a client or a request of what they are given, and send nothing.
const MAKERS: &[&str] = &[
    "create",
    "extend",
    "defaults",
    "Session",
    "session",
    "Client",
    "AsyncClient",
    "ClientSession",
    "PoolManager",
    "HTTPConnection",
    "HTTPSConnection",
    "Request",
];

/// The modules of Node.js of which a request is made first and its body written later.
const NODE: &[&str] = &["http", "https", "node:http", "node:https"];

/// What a function does with a request.
pub(super) enum Role {
    /// It sends it.
    Sends {
        writes_maps: Option<Encoding>,
        /// Its library is one that sends requests.
        is_known: bool,
    },
    /// It keeps what it is given for later.
    Makes,
}

/// What a call does with a request; `None` for one that is not about requests.
pub(super) fn role(call: &Invocation<'_>) -> Option<Role> {
    let name = call.callee.name();
    let library = match call.callee {
        Callee::Symbol(symbol) => Some((**symbol).clone()),
        Callee::Method { receiver, .. } => root(receiver),
        Callee::Value(val) => root(val),
    };
    if let Some(library) = &library {
        let is_maker = MAKERS.contains(&name) && !library.package.is_empty() || library.path.as_ref() == "Request";
        if is_maker && SENDERS.iter().any(|sender| is_of(library, sender)) {
            return Some(Role::Makes);
        }
        if name == "request" && is_node(library) && matches!(call.callee, Callee::Symbol(_)) && !is_python(library) {
            return Some(Role::Makes);
        }
        let sends = |sender: &&Sender| is_of(library, sender) && is_function(call.callee, sender);
        if let Some(sender) = SENDERS.iter().find(sends) {
            return Some(Role::Sends { writes_maps: sender.writes_maps, is_known: true });
        }
    }
    let is_unknown = library.as_ref().is_none_or(|library| SENDERS.iter().all(|sender| !is_of(library, sender)));
    (is_unknown && !call.made && sounds_like_sending(call.callee))
        .then_some(Role::Sends { writes_maps: None, is_known: false })
}

fn is_of(library: &Symbol, sender: &Sender) -> bool {
    sender.packages.iter().any(|package| {
        let rest = library.package.strip_prefix(package);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '.']))
    })
}

fn is_node(library: &Symbol) -> bool {
    NODE.contains(&&*library.package)
}

/// Whether it is Python's `http.client`, not the module of Node.js of the same name.
fn is_python(library: &Symbol) -> bool {
    &*library.package == "http.client" || library.path.starts_with("client.")
}

fn is_function(callee: &Callee, sender: &Sender) -> bool {
    let name = match callee {
        // A global function is known by its whole path.
        Callee::Symbol(symbol) if symbol.package.is_empty() => {
            let path = &*symbol.path;
            let inner = ["window.", "globalThis.", "self."].iter().find_map(|of| path.strip_prefix(of));
            inner.unwrap_or(path)
        }
        Callee::Symbol(symbol) if &*symbol.path == "default" => "",
        Callee::Symbol(symbol) => symbol.name(),
        Callee::Method { receiver, name } => {
            // A method of a global is none of a client's.
            if root(receiver).is_some_and(|root| root.package.is_empty()) {
                return false;
            }
            name
        }
        Callee::Value(_) => "",
    };
    sender.functions.contains(&name)
}

/// Whether a function of an unknown library or module may send what it is given.
fn sounds_like_sending(callee: &Callee) -> bool {
    let name = match callee {
        Callee::Value(val) => value_name(val),
        _ => callee.name(),
    };
    let name = name.to_ascii_lowercase();
    ["fetch", "request", "post", "http", "axios"].iter().any(|word| name.contains(word))
}

/// The name of a function that is an input, a member or an import.
fn value_name(val: &Val) -> &str {
    use crate::read::program::domain::Source;
    match val.source() {
        Some(Source::Input { name, .. } | Source::Import(name)) => name,
        Some(Source::Member { key, .. }) => key,
        _ => "",
    }
}
