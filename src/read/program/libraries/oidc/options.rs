//! What a client was given, under the names of the wire.

use std::sync::Arc;

use super::clients::Function;
use crate::read::program::domain::{Args, Callee, Kind, ObjectId, Source, Val};
use crate::read::program::evaluator::Evaluator;
use crate::source::Loc;
use crate::value::Presence;

/// Options by the parameter of a request that they become.
const PARAMETERS: &[(&str, &str)] = &[
    ("client_id", "client_id"),
    ("clientId", "client_id"),
    ("clientID", "client_id"),
    ("client_secret", "client_secret"),
    ("clientSecret", "client_secret"),
    ("redirect_uri", "redirect_uri"),
    ("redirectUri", "redirect_uri"),
    ("redirectUrl", "redirect_uri"),
    ("callbackURL", "redirect_uri"),
    ("scope", "scope"),
    ("scopes", "scope"),
    ("response_type", "response_type"),
    ("responseType", "response_type"),
    ("grant_type", "grant_type"),
    ("code", "code"),
    ("code_verifier", "code_verifier"),
    ("codeVerifier", "code_verifier"),
    ("pkceCodeVerifier", "code_verifier"),
    ("code_challenge", "code_challenge"),
    ("code_challenge_method", "code_challenge_method"),
    ("refresh_token", "refresh_token"),
    ("refreshToken", "refresh_token"),
    ("state", "state"),
    ("token_endpoint", "token_endpoint"),
];

/// Options that say which provider it is.
const PROVIDERS: &[&str] = &[
    "authority",
    "issuer",
    "metadataUrl",
    "wellKnown",
    "wellKnownEndpoint",
    "discoveryUrl",
    "server_metadata_url",
    "authorizationEndpoint",
    "authorization_endpoint",
    "authorizationURL",
    "authorize_url",
    "tokenEndpoint",
    "token_endpoint",
    "tokenURL",
    "access_token_url",
    "clientDomain",
    "userPoolId",
    "issuerURL",
];

/// Options that hold further ones.
const NESTED: &[&str] = &[
    "authConfig",
    "authorization",
    "client_kwargs",
    "config",
    "configuration",
    "extraParams",
    "metadata",
    "options",
    "params",
    "serviceConfiguration",
    "settings",
];

/// Clients that are made from each other, and options inside options.
const DEEPEST: u32 = 6;

/// An option under its name on the wire.
pub(super) struct Given {
    pub(super) name: &'static str,
    key_loc: Loc,
    pub(super) val: Val,
    presence: Presence,
}

/// What a call and its client were given.
pub(super) struct Options {
    functions: &'static [Function],
    /// The first of a name counts.
    given: Vec<Given>,
    pub(super) providers: Vec<Val>,
    /// The maps of options, as they are written.
    pub(super) maps: Vec<Val>,
    switches: Vec<(Arc<str>, Val)>,
    /// More may have been given.
    pub(super) open: bool,
}

impl Options {
    /// Nothing yet, of a client with these functions.
    pub(super) fn of(functions: &'static [Function]) -> Self {
        Self {
            functions,
            given: Vec::new(),
            providers: Vec::new(),
            maps: Vec::new(),
            switches: Vec::new(),
            open: false,
        }
    }

    /// Takes the arguments of a call, and what its client was made of.
    pub(super) fn take_call(&mut self, ev: &Evaluator<'_>, callee: &Callee, args: &Args) {
        self.take(ev, callee, args, DEEPEST);
    }

    fn take(&mut self, ev: &Evaluator<'_>, callee: &Callee, args: &Args, depth: u32) {
        let function = self.functions.iter().find(|function| function.names.contains(&super::name(callee)));
        let names = function.map_or(&[][..], |function| function.arguments);
        self.open |= args.open;
        for (at, val) in args.positional.iter().enumerate() {
            let name = names.get(at).copied().unwrap_or_default();
            match &val.kind {
                Kind::Object(_) => self.take_map(ev, val, DEEPEST),
                _ if name.is_empty() => self.take_client(ev, val, depth),
                _ => {
                    self.provider(name, val);
                    self.give(name, val.loc, val.clone(), Presence::Always);
                }
            }
        }
        if let Some(keywords) = &args.keywords {
            self.take_map(ev, keywords, DEEPEST);
        }
        if let Callee::Method { receiver, .. } | Callee::Value(receiver) = callee {
            self.take_client(ev, receiver, depth);
        }
    }

    fn take_client(&mut self, ev: &Evaluator<'_>, client: &Val, depth: u32) {
        let Some(depth) = depth.checked_sub(1) else { return };
        match client.source() {
            Some(Source::Member { of, .. }) => self.take_client(ev, of, depth),
            Some(Source::Answer(answered)) => self.take(ev, &answered.callee, &answered.args, depth),
            _ => {}
        }
    }

    fn take_map(&mut self, ev: &Evaluator<'_>, map: &Val, depth: u32) {
        let (Some(depth), Some(id)) = (depth.checked_sub(1), map.object()) else { return };
        let object = ev.heap.object(id);
        if !object.is_map() {
            return;
        }
        self.maps.push(map.clone());
        self.open |= object.open;
        for entry in &object.entries {
            self.provider(&entry.key, &entry.val);
            if matches!(entry.val.kind, Kind::Bool(_)) {
                self.switches.push((entry.key.clone(), entry.val.clone()));
            }
            if let Some((_, name)) = PARAMETERS.iter().find(|(option, _)| *entry.key == **option) {
                self.give(name, entry.key_loc, entry.val.clone(), entry.presence.clone());
            } else if NESTED.contains(&&*entry.key) {
                self.take_map(ev, &entry.val, depth);
            }
        }
    }

    fn provider(&mut self, name: &str, val: &Val) {
        if PROVIDERS.contains(&name) && !val.is_null() {
            self.providers.push(val.clone());
        }
    }

    fn give(&mut self, name: &'static str, key_loc: Loc, val: Val, presence: Presence) {
        if !val.is_null() && self.get(name).is_none() {
            self.given.push(Given { name, key_loc, val, presence });
        }
    }

    /// The value of an option.
    pub(super) fn get(&self, name: &str) -> Option<&Val> {
        self.given.iter().find(|given| given.name == name).map(|given| &given.val)
    }

    /// Whether a switch is on or off, where that is written.
    pub(super) fn switch(&self, name: &str) -> Option<bool> {
        let (_, val) = self.switches.iter().find(|(key, _)| **key == *name)?;
        if let Kind::Bool(is_on) = val.kind { Some(is_on) } else { None }
    }

    /// A new map of those options that a request has.
    pub(super) fn request(&self, ev: &mut Evaluator<'_>, names: &[&str], loc: Loc) -> ObjectId {
        let map = ev.new_map(loc);
        for given in self.given.iter().filter(|given| names.contains(&given.name)) {
            let when = match &given.presence {
                Presence::Always => None,
                Presence::Sometimes(when) => Some(when.clone()),
            };
            ev.put_entry(map, given.name.into(), given.key_loc, given.val.clone(), when);
        }
        map
    }
}
