//! What is sent as the secret hash is none, or one that is made in a wrong way.

use crate::finding::{Level, Severity};
use crate::model::Model;
use crate::model::case::Case;
use crate::model::origin::Meaning;
use crate::model::secret_hash::{Encoding, SecretHash};
use crate::rule::{Findings, Report, Rule};
use crate::value::{Kind, Value};

/// The rule. Source: Developer Guide, computing secret hash values.
pub static RULE: Rule = Rule {
    severity: Severity::Error,
    level: Level::Default,
    summary: "what is sent as the secret hash is the secret itself, or a hash that is made in a wrong way",
    check,
};

fn check(model: &Model, out: &mut Findings<'_>) {
    for case in model.calls().filter(Case::takes_secret_hash) {
        let Some(sent) = case.secret_hash().value() else { continue };
        let Some(fault) = fault_of(&case, sent) else { continue };
        let (_, key) = case.secret_hash_name();
        out.add(
            Report::new(&case, case.loc(), format!("{} with {key}", case.call.library.entry))
                .message(format!("Cognito refuses this call: its secret hash is {fault}"))
                .because(sent.loc, format!("{key} is {fault}"))
                .answer("NotAuthorizedException: Unable to verify secret hash for client <clientId>")
                .help(format!("send {key} = base64(HMAC-SHA256(client secret, user name + client id))")),
        );
    }
}

/// What is wrong with a value, if the same is wrong with all of its alternatives.
fn fault_of(case: &Case<'_>, sent: &Value) -> Option<&'static str> {
    if let Kind::OneOf(alternatives) = &sent.kind {
        let mut faults = alternatives.iter().map(|alternative| fault_of(case, &alternative.value));
        let first = faults.next()??;
        return faults.all(|fault| fault == Some(first)).then_some(first);
    }
    match SecretHash::all_of(sent).as_deref() {
        Some([hash]) => fault_of_hash(case, hash),
        // Some mobile SDKs refresh with the secret itself, and Cognito takes it.
        _ if Meaning::of(sent) == Some(Meaning::Secret) && !case.refreshes_by_flow() => {
            Some("the client secret itself")
        }
        _ => None,
    }
}

fn fault_of_hash(case: &Case<'_>, hash: &SecretHash<'_>) -> Option<&'static str> {
    match hash.encoding {
        Encoding::Hex => return Some("written in hexadecimal, not in base64"),
        Encoding::Base64Url => return Some("written in base64url, not in base64"),
        Encoding::Base64 | Encoding::Bytes | Encoding::Unknown => {}
    }
    if hash.has_other_digest() {
        return Some("made with another digest than SHA-256");
    }
    let message = hash.message.as_ref()?;
    let has = |meaning| message.iter().any(|part| Meaning::of(part) == Some(meaning));
    if has(Meaning::Secret) {
        return Some("an HMAC of the secret, which must be the key");
    }
    if has(Meaning::Token) {
        return Some("an HMAC of a token, not of the user name");
    }
    let is_client_id =
        |part: Option<&&Value>| part.is_some_and(|part| SecretHash::is_client_id(part, case.sent_client_id()));
    let is_reversed = message.len() > 1 && is_client_id(message.first()) && !is_client_id(message.last());
    is_reversed.then_some("an HMAC of client id and user name, in this wrong order")
}
