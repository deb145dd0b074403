//! Addresses of requests.

use crate::read::program::domain::{Callee, Kind, Source, Val};
use crate::read::program::evaluator::Evaluator;
use crate::read::program::libraries::forms;
use crate::value::Reference;

const TOKEN: &str = "oauth2/token";
/// Stands for a part that is not known.
const HOLE: &str = "{}";

/// Whether a value may be an address: a text with a path in it, something made of one, or what is named like one.
pub(super) fn is_one(ev: &Evaluator<'_>, val: &Val) -> bool {
    match &val.kind {
        Kind::Text(text) => text.is_empty() || text.contains('/'),
        Kind::Concat(_) | Kind::Reference(_) => true,
        Kind::OneOf(_) => ev.alternatives(val).iter().any(|(_, val)| is_one(ev, val)),
        Kind::Opaque(_) => parts_of_made(val).is_some() || names_token_endpoint(val),
        _ => false,
    }
}

/// The text of an address: of `new URL(path, base)` both, joined.
pub(super) fn of(ev: &mut Evaluator<'_>, val: &Val) -> Val {
    match parts_of_made(val) {
        Some((None, path)) => path,
        Some((Some(base), path)) => join(ev, base, path),
        None => val.clone(),
    }
}

/// The base and the path of an address that was made of them.
fn parts_of_made(val: &Val) -> Option<(Option<Val>, Val)> {
    match val.source()? {
        Source::Member { of, key } if &**key == "href" => parts_of_made(of),
        Source::Answer(answered) => match (&answered.callee, answered.callee.name()) {
            (Callee::Method { receiver, .. }, "toString") => parts_of_made(receiver),
            (_, "URL") => Some((answered.args.get(1).cloned(), answered.args.get(0)?.clone())),
            (_, "urljoin") => Some((answered.args.get(0).cloned(), answered.args.get(1)?.clone())),
            _ => None,
        },
        _ => None,
    }
}

/// A path after its base, with one slash between them where both are written.
pub(super) fn join(ev: &mut Evaluator<'_>, base: Val, path: Val) -> Val {
    let (loc, is_whole) = (path.loc, text_of(&path).contains("://"));
    if is_whole {
        return path;
    }
    let has_slash = text_of(&base).ends_with('/') || text_of(&path).starts_with('/');
    let slash = if has_slash { "" } else { "/" };
    ev.concat(vec![base, Val::text_at(slash, loc), path], loc)
}

/// The text of an address, with holes for what is not known.
pub(super) fn text_of(url: &Val) -> String {
    match &url.kind {
        Kind::Text(text) => text.to_string(),
        Kind::Concat(parts) => parts.iter().map(text_of).collect(),
        _ => HOLE.to_owned(),
    }
}

/// An address without its query, and the query.
pub(super) fn split(ev: &mut Evaluator<'_>, url: &Val) -> (Val, Option<Val>) {
    let parts: Vec<Val> = match &url.kind {
        Kind::Concat(parts) => parts.to_vec(),
        _ => vec![url.clone()],
    };
    let marked = |part: &Val| {
        let (before, after) = part.text()?.split_once('?')?;
        Some((Val::text_at(before, part.loc), Val::text_at(after, part.loc)))
    };
    let Some((at, (before, after))) = parts.iter().enumerate().find_map(|(at, part)| Some((at, marked(part)?))) else {
        return (url.clone(), None);
    };
    let head = parts.iter().take(at).cloned().chain([before]).collect();
    let tail = [after].into_iter().chain(parts.iter().skip(at + 1).cloned()).collect();
    (ev.concat(head, url.loc), forms::query_of(ev, tail, url.loc))
}

/// How an address (without its query) shows that it is a token endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenEndpoint {
    /// `/oauth2/token` follows its host, as it does at Cognito's.
    OfHost,
    /// There is more between them.
    Deeper,
    /// It is called that.
    Named,
}

/// Whether an address is a token endpoint.
pub(super) fn token_endpoint(url: &Val) -> Option<TokenEndpoint> {
    if names_token_endpoint(url) {
        return Some(TokenEndpoint::Named);
    }
    let text = text_of(url);
    let text = text.trim_end_matches('/');
    let before = text.strip_suffix(TOKEN).filter(|before| before.is_empty() || before.ends_with('/'))?;
    let host = before.rsplit("://").next().unwrap_or_default().trim_end_matches('/');
    Some(if host.contains('/') { TokenEndpoint::Deeper } else { TokenEndpoint::OfHost })
}

/// Whether a setting or member that holds a whole address is named after a token endpoint.
fn names_token_endpoint(url: &Val) -> bool {
    let is_named = |name: &str| {
        let name = name.to_ascii_lowercase();
        name.contains("token") && ["endpoint", "url", "uri"].iter().any(|word| name.contains(word))
    };
    match &url.kind {
        Kind::Reference(reference) => match &**reference {
            Reference::Environment(name) => is_named(name),
            Reference::Setting(key) => key.rsplit('.').next().is_some_and(is_named),
            _ => false,
        },
        Kind::Opaque(opaque) => match &opaque.source {
            Source::Member { key, .. } => is_named(key),
            Source::Input { name, .. } => is_named(name),
            _ => false,
        },
        Kind::OneOf(alts) => alts.iter().all(|alt| names_token_endpoint(&alt.val)),
        _ => false,
    }
}

/// Whether an address is the service's own.
pub(super) fn is_aws(url: &Val) -> bool {
    match &url.kind {
        Kind::OneOf(alts) => alts.iter().any(|alt| is_aws(&alt.val)),
        _ => text_of(url).contains("amazonaws.com"),
    }
}
