//! OAuth in apps for phones: expo-auth-session and react-native-app-auth.

use super::super::domain::{Kind, Val};
use super::super::evaluator::Evaluator;
use super::super::record::Meaning;
use super::Invocation;
use super::owner::{self, Owner};
use crate::read::{Operation, Side};

/// The packages of this family.
pub(super) const PACKAGES: &[&str] = &["expo-auth-session", "react-native-app-auth"];

/// Functions and classes, the operation, and the grant of those at the token endpoint.
const FUNCTIONS: &[(&str, Operation, Option<&str>)] = &[
    ("refreshAsync", Operation::Token, Some("refresh_token")),
    ("refresh", Operation::Token, Some("refresh_token")),
    ("exchangeCodeAsync", Operation::Token, Some("authorization_code")),
    ("useAuthRequest", Operation::Authorize, None),
    ("AuthRequest", Operation::Authorize, None),
    ("authorize", Operation::Authorize, None),
];

/// Options by the parameter that they become.
const PARAMETERS: &[(&str, &str)] = &[
    ("clientId", "client_id"),
    ("clientSecret", "client_secret"),
    ("refreshToken", "refresh_token"),
    ("code", "code"),
    ("redirectUri", "redirect_uri"),
    ("redirectUrl", "redirect_uri"),
    ("scopes", "scope"),
    ("responseType", "response_type"),
];

/// A request in code that concerns Cognito.
pub(super) fn call(ev: &mut Evaluator<'_>, call: &Invocation<'_>) -> Option<Val> {
    let symbol = call.symbol()?;
    let (_, operation, grant) = FUNCTIONS.iter().find(|(name, ..)| symbol.name() == *name)?;
    let given: Vec<Val> = call.args.all().filter(|val| val.object().is_some()).cloned().collect();
    let names_cognito = given.iter().any(|val| is_cognitos(ev, val));
    if !names_cognito && !ev.mentions_cognito(call.site.scope) {
        return None;
    }
    let loc = given.first().and_then(Val::object).map_or(call.site.loc, |id| ev.heap.object(id).loc);
    let map = ev.new_map(loc);
    if let Some(grant) = grant {
        ev.put_entry(map, "grant_type".into(), call.site.loc, Val::text_at(*grant, call.site.loc), None);
        ev.put_entry(map, "Encoding".into(), call.site.loc, Val::text_at("form", call.site.loc), None);
    }
    for id in given.iter().filter_map(Val::object) {
        let object = ev.heap.object(id).clone();
        ev.heap.object_mut(map).open |= object.open;
        for entry in object.entries {
            if let Some((_, name)) = PARAMETERS.iter().find(|(option, _)| *entry.key == **option) {
                ev.put_entry(map, (*name).into(), entry.key_loc, entry.val, None);
            }
        }
    }
    let parameters = Val::new(Kind::Object(map), loc);
    let mut meaning = Meaning::new(*operation, parameters, &symbol.package, symbol.name());
    meaning.side = Some(Side::Mobile);
    Some(ev.record(meaning, call.callee, call.args, call.site))
}

/// Whether something among options, or among the endpoints in them, is Cognito's.
fn is_cognitos(ev: &Evaluator<'_>, options: &Val) -> bool {
    let entries = |val: &Val| val.object().map_or(&[][..], |id| &ev.heap.object(id).entries);
    let is_own = |val: &Val| owner::of(val) == Some(Owner::Cognito);
    entries(options)
        .iter()
        .any(|entry| is_own(&entry.val) || entries(&entry.val).iter().any(|entry| is_own(&entry.val)))
}
