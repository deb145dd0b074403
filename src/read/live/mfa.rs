//! What `GetUserPoolMfaConfig` adds to a pool: CloudFormation has it among the pool's own properties.

use std::collections::HashMap;
use std::sync::Arc;

use crate::account::Operation;
use crate::account::operation::FACTORS;
use crate::source::Span;
use crate::syntax::tree::{Node, NodeKind, Pair};
use crate::value::{Entry, Kind, List, Presence, Value};
use crate::when::When;

use super::answers::{Answers, Parsed};
use super::{Holding, values};

/// Members whose presence switches a second factor on, and that factor. Of software tokens a switch decides.
const SWITCHES: &[(&str, &str)] = &[
    ("SmsMfaConfiguration", "SMS_MFA"),
    ("SoftwareTokenMfaConfiguration", "SOFTWARE_TOKEN_MFA"),
    ("EmailMfaConfiguration", "EMAIL_OTP"),
];

/// Members of parts of the answer, and the properties that they are.
const MEMBERS: &[(&str, &str, &str)] = &[
    ("EmailMfaConfiguration", "Message", "EmailAuthenticationMessage"),
    ("EmailMfaConfiguration", "Subject", "EmailAuthenticationSubject"),
    ("WebAuthnConfiguration", "RelyingPartyId", "WebAuthnRelyingPartyID"),
    ("WebAuthnConfiguration", "UserVerification", "WebAuthnUserVerification"),
    ("WebAuthnConfiguration", "FactorConfiguration", "WebAuthnFactorConfiguration"),
];

/// The property that the factors are.
const ENABLED: &str = "EnabledMfas";

/// Adds the answers to the pools that they are of. Of a pool without one nothing of this is known.
pub(super) fn add(holdings: &mut [Holding], answers: &Answers<'_>) {
    let told = answers.of(Operation::GetUserPoolMfaConfig);
    let mut told: HashMap<Arc<str>, Vec<Entry>> =
        told.filter_map(|answer| Some((answer.subject(0)?.clone(), entries(&answer).collect()))).collect();
    for holding in holdings.iter_mut().filter(|holding| &*holding.resource.type_name == "AWS::Cognito::UserPool") {
        let (id, loc) = (holding.id.clone(), holding.resource.properties.loc);
        let Kind::Map(map) = &mut holding.resource.properties.kind else { continue };
        match told.remove(&id) {
            Some(entries) => entries.into_iter().for_each(|entry| map.insert(entry)),
            None => FACTORS.iter().for_each(|name| map.insert(values::perhaps(name, loc, &answers.texts))),
        }
    }
}

fn entries<'p>(answer: &'p Parsed<'_>) -> impl Iterator<Item = Entry> + 'p {
    let entry = |key: &str, key_span: Span, value: Value| Entry {
        key: key.into(),
        key_loc: answer.loc(key_span),
        value,
        presence: Presence::Always,
    };
    let members = MEMBERS.iter().filter_map(move |(part, member, property)| {
        let pair = answer.root.get(part)?.pair(member)?;
        Some(entry(property, pair.key_span, values::of(&pair.value, answer.file)))
    });
    let on: Vec<(&Pair, &str)> = SWITCHES
        .iter()
        .filter_map(|(member, factor)| Some((answer.root.pair(member)?, *factor)))
        .filter(is_on)
        .collect();
    let enabled = on.first().map(|(first, _)| {
        let items =
            on.iter().map(|(pair, factor)| (Value::text_at(*factor, answer.loc(pair.value.span)), When::always()));
        let list = Kind::List(List { items: items.collect(), open: false });
        entry(ENABLED, first.key_span, Value::new(list, answer.loc(answer.root.span)))
    });
    members.chain(enabled)
}

fn is_on((pair, _): &(&Pair, &str)) -> bool {
    let switch = pair.value.get("Enabled").map(|node: &Node| node.kind == NodeKind::Bool(true));
    switch.unwrap_or(&*pair.key != "SoftwareTokenMfaConfiguration" && pair.value.kind != NodeKind::Null)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_calls_knows_every_property_that_this_adds() {
        let mut added: Vec<_> = MEMBERS.iter().map(|(.., property)| *property).chain([ENABLED]).collect();
        added.sort_unstable();
        assert_eq!(added, FACTORS);
    }
}
