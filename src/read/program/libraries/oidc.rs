//! OpenID Connect clients, Auth.js and Passport, where they are given a user pool.

use super::super::domain::{Kind, Val};
use super::super::evaluator::Evaluator;
use super::super::record::Meaning;
use super::Invocation;
use crate::read::{Operation, Side};
use crate::value::Reference;

/// The packages of this family.
pub(super) const PACKAGES: &[&str] = &[
    "next-auth/providers/cognito",
    "@auth/core/providers/cognito",
    "@auth/sveltekit/providers/cognito",
    "react-oidc-context",
    "oidc-client-ts",
    "oidc-client",
    "angular-auth-oidc-client",
    "openid-client",
    "passport-cognito",
    "passport-cognito-oauth2",
    "passport-openidconnect",
    "openid-client/passport",
    "react-oauth2-code-pkce",
    "@axa-fr/react-oidc",
    "angular-oauth2-oidc",
    "authlib.integrations",
    "vue-oidc-client",
];

/// Options of a client by the parameter of the request for authorization that they become.
const PARAMETERS: &[(&str, &str)] = &[
    ("client_id", "client_id"),
    ("clientId", "client_id"),
    ("clientID", "client_id"),
    ("redirect_uri", "redirect_uri"),
    ("redirectUri", "redirect_uri"),
    ("redirectUrl", "redirect_uri"),
    ("callbackURL", "redirect_uri"),
    ("scope", "scope"),
    ("scopes", "scope"),
    ("response_type", "response_type"),
    ("responseType", "response_type"),
];

/// Options that say which provider it is.
const PROVIDERS: &[&str] = &[
    "authority",
    "issuer",
    "metadataUrl",
    "wellKnown",
    "server_metadata_url",
    "authorizationEndpoint",
    "clientDomain",
    "userPoolId",
    "authorizationURL",
    "issuerURL",
    "authorize_url",
];

/// Variables that Auth.js reads by itself.
const OWN_VARIABLES: &[(&str, &str)] = &[("client_id", "AUTH_COGNITO_ID")];

/// A client that is made for a user pool.
pub(super) fn call(ev: &mut Evaluator<'_>, call: &Invocation<'_>) -> Option<Val> {
    let package = super::root_of_callee(call)?.package;
    let is_auth_js = package.ends_with("providers/cognito");
    let loc = call.site.loc;
    let given: Vec<Val> = call.args.all().filter(|val| val.object().is_some()).cloned().collect();
    let options =
        given.iter().find(|val| names_provider(ev, val, is_auth_js || package.starts_with("passport-cognito")));
    let options = match (options, is_auth_js && call.symbol().is_some()) {
        (Some(options), _) => options.clone(),
        (None, true) => ev.map_of::<&str>([], loc),
        (None, false) => return None,
    };
    ev.emit_library_settings(Some(&options), call.site.scope);
    let map = ev.new_map(ev.heap.object(options.object()?).loc);
    let object = ev.heap.object(options.object()?).clone();
    ev.heap.object_mut(map).open = true;
    for entry in object.entries {
        if let Some((_, name)) = PARAMETERS.iter().find(|(option, _)| *entry.key == **option) {
            ev.put_entry(map, (*name).into(), entry.key_loc, entry.val, None);
        }
    }
    for (name, variable) in OWN_VARIABLES.iter().filter(|_| is_auth_js) {
        if ev.heap.object(map).entry(name).is_none() {
            ev.put_entry(map, (*name).into(), loc, Val::environment(*variable, loc), None);
        }
    }
    if ev.heap.object(map).entry("response_type").is_none() {
        ev.put_entry(map, "response_type".into(), loc, Val::text_at("code", loc), None);
    }
    let parameters = Val::new(Kind::Object(map), ev.heap.object(map).loc);
    let entry = match call.callee.name() {
        "" => {
            if is_auth_js {
                "CognitoProvider"
            } else {
                "client"
            }
        }
        name => name,
    };
    let mut meaning = Meaning::new(Operation::Authorize, parameters, &package, entry);
    meaning.automatic.stores_tokens = true;
    meaning.side = is_auth_js.then_some(Side::Server);
    ev.record(meaning, call.callee, call.args, call.site);
    Some(ev.answer(call.callee.clone(), call.args.clone(), call.made, loc))
}

/// Whether options are those of a user pool.
fn names_provider(ev: &Evaluator<'_>, options: &Val, is_cognito: bool) -> bool {
    let Some(object) = options.object().map(|id| ev.heap.object(id)) else { return false };
    let has_client = PARAMETERS.iter().any(|(option, name)| *name == "client_id" && object.entry(option).is_some());
    let provider = PROVIDERS.iter().filter_map(|key| object.entry(key)).any(|entry| is_pool(&entry.val));
    provider || (is_cognito && has_client)
}

/// Whether an address is a user pool's, by its host or by the name of its setting.
fn is_pool(val: &Val) -> bool {
    match &val.kind {
        Kind::Text(text) => text.contains("cognito"),
        Kind::Concat(parts) => parts.iter().any(is_pool),
        Kind::OneOf(alts) => alts.iter().any(|alt| is_pool(&alt.val)),
        Kind::Reference(reference) => match &**reference {
            Reference::Environment(name) | Reference::Setting(name) => name.to_ascii_lowercase().contains("cognito"),
            _ => false,
        },
        _ => false,
    }
}
