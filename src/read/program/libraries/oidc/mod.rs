//! OpenID Connect clients, Auth.js and Passport, where they are given a user pool.

use std::sync::Arc;

use super::Invocation;
use super::owner::{self, Owner};
use crate::read::program::domain::{Callee, Kind, Source, Val};
use crate::read::program::evaluator::Evaluator;
use crate::read::program::record::Meaning;
use crate::read::{Operation, Side};
use crate::source::Loc;
use clients::{CLIENTS, Client, Does, Renewal};
use options::Options;

mod clients;
mod options;

/// The packages of this family.
pub(super) const PACKAGES: &[&str] = &[
    "@auth",
    "@axa-fr/react-oidc",
    "angular-auth-oidc-client",
    "angular-oauth2-oidc",
    "arctic",
    "authlib",
    "expo-auth-session",
    "next-auth",
    "oidc-client",
    "oidc-client-ts",
    "openid-client",
    "passport-cognito",
    "passport-cognito-oauth2",
    "passport-oauth2",
    "passport-openidconnect",
    "react-native-app-auth",
    "react-oauth2-code-pkce",
    "react-oidc-context",
    "requests_oauthlib",
    "vue-oidc-client",
];

/// What each kind of request holds.
const AUTHORIZE: &[&str] =
    &["client_id", "redirect_uri", "response_type", "scope", "state", "code_challenge", "code_challenge_method"];
const CODE: &[&str] = &["client_id", "client_secret", "code", "redirect_uri", "code_verifier"];
const REFRESH: &[&str] = &["client_id", "client_secret", "refresh_token", "scope"];
const OTHER_GRANT: &[&str] = &["client_id", "client_secret", "refresh_token", "code", "redirect_uri", "scope"];

/// Variables that Auth.js reads by itself.
const CLIENT_OF_AUTH_JS: &str = "AUTH_COGNITO_ID";

/// A call of a client that is made for a user pool.
pub(super) fn call(ev: &mut Evaluator<'_>, call: &Invocation<'_>) -> Option<Val> {
    let library = super::root_of_callee(call)?;
    let client =
        CLIENTS.iter().find(|client| client.packages.iter().any(|own| super::is_within(&library.package, own)))?;
    let function = client.functions.iter().find(|function| function.names.contains(&name(call.callee)))?;
    let mut options = Options::of(client.functions);
    options.take_call(ev, call.callee, call.args);
    let kept =
        |ev: &mut Evaluator<'_>| Some(ev.answer(call.callee.clone(), call.args.clone(), call.made, call.site.loc));
    let is_cognitos = client.is_cognitos || is_cognitos(ev, call, &options);
    if !is_cognitos {
        // What it is given may be looked at later.
        return if matches!(function.does, Does::Keeps) { kept(ev) } else { None };
    }
    if let Some(map) = options.maps.first().filter(|_| matches!(function.does, Does::Keeps | Does::Everything(_))) {
        ev.emit_library_settings(Some(&map.clone()), call.site.scope);
    }
    let sent = Sent { client, package: &library.package, options: &options };
    match function.does {
        Does::Keeps => kept(ev),
        Does::Authorizes => {
            sent.authorize(ev, call, false);
            kept(ev)
        }
        Does::Grants(grant) => Some(sent.grant(ev, call, Some(grant), false)),
        Does::GrantsNamed(default) => {
            let named = options.get("grant_type").is_some();
            Some(sent.grant(ev, call, Some(default).filter(|_| !named), false))
        }
        Does::Everything(renewal) => {
            sent.authorize(ev, call, true);
            let by_code =
                options.get("response_type").is_none_or(|kind| kind.text().is_some_and(|kind| &**kind == "code"));
            let renews = match renewal {
                Renewal::Never => false,
                Renewal::Unless(switch) => options.switch(switch) != Some(false),
                Renewal::If(switch) => options.switch(switch) == Some(true),
            };
            if by_code && renews {
                sent.grant(ev, call, Some("refresh_token"), true);
            }
            kept(ev)
        }
    }
}

/// The name of what is called; empty for a library that is called itself.
fn name(callee: &Callee) -> &str {
    match callee {
        Callee::Symbol(symbol) if symbol.path.is_empty() => "",
        // `new issuer.Client(…)`
        Callee::Value(val) => match val.source() {
            Some(Source::Member { key, .. }) => key,
            _ => "",
        },
        _ => callee.name(),
    }
}

/// Whether a client is made for a user pool: by its provider, else by the names of its own settings, else by what else
/// the file is about.
fn is_cognitos(ev: &Evaluator<'_>, call: &Invocation<'_>, options: &Options) -> bool {
    let by_provider = options.providers.iter().find_map(owner::of);
    let by_client = || ["client_id", "client_secret"].iter().find_map(|name| owner::of(options.get(name)?));
    match by_provider.or_else(by_client) {
        Some(owner) => owner == Owner::Cognito,
        None => options.get("client_id").is_some() && ev.mentions_cognito(call.site.scope),
    }
}

/// What a client sends.
struct Sent<'c> {
    client: &'static Client,
    package: &'c Arc<str>,
    options: &'c Options,
}

impl Sent<'_> {
    /// Records that the user is sent to the sign-in page.
    fn authorize(&self, ev: &mut Evaluator<'_>, call: &Invocation<'_>, by_itself: bool) {
        let loc = written(call);
        let map = self.options.request(ev, AUTHORIZE, loc);
        let is_auth_js = self.package.ends_with("providers/cognito");
        let missing = |ev: &Evaluator<'_>, key: &str| ev.heap.object(map).entry(key).is_none();
        if is_auth_js && missing(ev, "client_id") {
            ev.put_entry(map, "client_id".into(), loc, Val::environment(CLIENT_OF_AUTH_JS, loc), None);
        }
        if missing(ev, "response_type") {
            ev.put_entry(map, "response_type".into(), loc, Val::text_at("code", loc), None);
        }
        // The library adds what protects the exchange.
        ev.heap.object_mut(map).open = true;
        let mut meaning = self.meaning(Operation::Authorize, Val::new(Kind::Object(map), loc), call);
        meaning.automatic.stores_tokens = by_itself;
        meaning.side = is_auth_js.then_some(Side::Server);
        ev.record(meaning, call.callee, call.args, call.site);
    }

    /// Records a request to the token endpoint and gives its answer.
    fn grant(&self, ev: &mut Evaluator<'_>, call: &Invocation<'_>, grant: Option<&str>, by_itself: bool) -> Val {
        let loc = written(call);
        let names = match grant {
            Some("authorization_code") => CODE,
            Some("refresh_token") => REFRESH,
            _ => OTHER_GRANT,
        };
        let map = self.options.request(ev, names, loc);
        let grant = match (grant, self.options.get("grant_type")) {
            (Some(grant), _) => Val::text_at(grant, call.site.loc),
            (None, Some(named)) => named.clone(),
            (None, None) => ev.dynamic(loc),
        };
        ev.put_entry(map, "grant_type".into(), grant.loc, grant, None);
        ev.put_entry(map, "Encoding".into(), loc, Val::text_at("form", loc), None);
        if by_itself {
            let stored = ev.dynamic(loc);
            ev.put_entry(map, "refresh_token".into(), loc, stored, None);
        }
        let is_all = names == REFRESH && self.options.get("client_id").is_some();
        ev.heap.object_mut(map).open = self.options.open || !is_all;
        let mut meaning = self.meaning(Operation::Token, Val::new(Kind::Object(map), loc), call);
        meaning.automatic.stores_tokens = by_itself;
        meaning.automatic.implicit = by_itself;
        let answer = ev.record(meaning, call.callee, call.args, call.site);
        if self.client.renames { renamed(ev, &answer, call) } else { answer }
    }

    fn meaning(&self, operation: Operation, parameters: Val, call: &Invocation<'_>) -> Meaning {
        let entry = match name(call.callee) {
            "" if self.package.ends_with("providers/cognito") => "CognitoProvider",
            "" => "client",
            name => name,
        };
        Meaning::new(operation, parameters, self.package, entry)
    }
}

/// Where the options of a call are written.
fn written(call: &Invocation<'_>) -> Loc {
    call.args.all().find(|val| val.object().is_some()).map_or(call.site.loc, |map| map.loc)
}

/// The answer of the token endpoint under other names.
fn renamed(ev: &mut Evaluator<'_>, answer: &Val, call: &Invocation<'_>) -> Val {
    const NAMES: &[(&str, &str)] = &[
        ("accessToken", "access_token"),
        ("idToken", "id_token"),
        ("refreshToken", "refresh_token"),
        ("expiresIn", "expires_in"),
    ];
    let loc = call.site.loc;
    let members: Vec<(&str, Val)> =
        NAMES.iter().map(|(name, wire)| (*name, ev.member_of(answer.clone(), (*wire).into(), loc))).collect();
    ev.map_of(members, loc)
}
