//! The secret hash of a refresh is made with what the user typed, not with the name that the token carries.

use crate::finding::{Level, Severity};
use crate::model::Model;
use crate::model::case::Case;
use crate::model::origin::{Meaning, is_sent_in, without_conversions};
use crate::model::pool::Pool;
use crate::model::secret_hash::SecretHash;
use crate::model::view::Known;
use crate::read::Operation;
use crate::rule::{Findings, Report, Rule};
use crate::value::Value;

/// The rule. Source: Developer Guide, computing secret hash values: the user name to use on refresh.
pub static RULE: Rule = Rule {
    severity: Severity::Error,
    level: Level::Default,
    summary: "the secret hash of a refresh is made with an e-mail address, a phone number or a typed name",
    check,
};

/// What a hash is made with instead of the name in the token.
#[derive(Clone, Copy, PartialEq)]
struct Wrong {
    what: &'static str,
    severity: Severity,
}

fn check(model: &Model, out: &mut Findings<'_>) {
    for case in model.cases().filter(Case::refreshes_by_flow) {
        let (Some(pool), Some(hashes)) = (&case.pool, case.secret_hashes()) else { continue };
        let wrong: Option<Vec<(Wrong, &Value)>> =
            hashes.iter().map(|hash| wrong_in(model, &case, pool, hash)).collect();
        let Some(&(Wrong { what, severity }, name)) = wrong.as_ref().and_then(|wrong| wrong.first()) else { continue };
        let sub = has_username_attributes(pool) == Some(true);
        let expected = if sub { "the user's sub" } else { "the user name (the claim cognito:username)" };
        let (loc, text) = match pool.property_loc(&["UsernameAttributes"]) {
            Some(loc) if sub => (loc, "users sign in with an attribute: their user name is the sub".to_owned()),
            _ => {
                (pool.loc(), format!("{} has no UsernameAttributes: users have a user name of their own", pool.name()))
            }
        };
        out.add(
            Report::new(&case, case.loc(), "refresh call with SECRET_HASH")
                .severity(severity)
                .message(format!(
                    "this refresh fails once the first access token expires: its secret hash is made with {what}, not with {expected}"
                ))
                .because(name.loc, format!("the hash is made with {what}"))
                .because(loc, text)
                .answer("NotAuthorizedException: SecretHash does not match for the client: <clientId>")
                .help(format!(
                    "make the hash of a refresh with {expected}, kept from the ID token at sign-in; GetTokensFromRefreshToken takes the client secret and needs no user name"
                )),
        );
    }
}

/// The part of the message that stands for the user, if it is certainly the wrong one.
fn wrong_in<'v>(model: &Model, case: &Case<'_>, pool: &Pool<'_>, hash: &SecretHash<'v>) -> Option<(Wrong, &'v Value)> {
    let client_id = case.sent_client_id();
    let mut names = hash.message.as_ref()?.iter().filter(|part| !SecretHash::is_client_id(part, client_id));
    let name = *names.next().filter(|_| names.next().is_none())?;
    let meaning = Meaning::of(name)?;
    let by_attribute = has_username_attributes(pool)?;
    let error = |what| Some((Wrong { what, severity: Severity::Error }, name));
    let warning = |what| Some((Wrong { what, severity: Severity::Warning }, name));
    match meaning {
        Meaning::Email if by_attribute => error("the e-mail address"),
        Meaning::Phone if by_attribute => error("the phone number"),
        Meaning::Username if by_attribute && is_typed(model, case, name) => error("the name that the user typed"),
        Meaning::Email if !is_registered_as(model, case, meaning) => warning("the e-mail address"),
        Meaning::Phone if !is_registered_as(model, case, meaning) => warning("the phone number"),
        _ => None,
    }
}

fn has_username_attributes(pool: &Pool<'_>) -> Option<bool> {
    match pool.username_attributes() {
        Known::Set(list, _) => Some(!list.is_empty()),
        Known::Unset => Some(false),
        Known::Unknown => None,
    }
}

/// Whether the app signs users in with the very same input: the same variable, or the same field of a request.
fn is_typed(model: &Model, case: &Case<'_>, name: &Value) -> bool {
    let is_same_input = |typed: &Value| {
        let (typed, name) = (without_conversions(typed), without_conversions(name));
        typed.is_same_as(name) && (typed.loc == name.loc || is_sent_in(name))
    };
    let mut sign_ins = model.cases_in_app(case.call).filter(Case::is_sign_in);
    sign_ins.any(|sign_in| sign_in.auth_parameter("USERNAME").value().is_some_and(is_same_input))
}

/// Whether the app signs users up with such a thing as their user name.
fn is_registered_as(model: &Model, case: &Case<'_>, meaning: Meaning) -> bool {
    let mut sign_ups = model.cases_in_app(case.call).filter(|other| other.call.operation == Operation::SignUp);
    sign_ups.any(|sign_up| sign_up.parameter(&["Username"]).value().and_then(Meaning::of) == Some(meaning))
}
