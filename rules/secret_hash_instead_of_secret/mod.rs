//! A secret hash where the client secret itself is asked for.

use crate::finding::{Level, Severity};
use crate::model::Model;
use crate::model::case::Case;
use crate::model::origin::Meaning;
use crate::model::secret_hash::SecretHash;
use crate::read::Operation;
use crate::rule::{Findings, Report, Rule};
use crate::source::Loc;
use crate::value::Value;

/// The rule. Source: API GetTokensFromRefreshToken and RevokeToken (`ClientSecret`).
pub static RULE: Rule = Rule {
    severity: Severity::Error,
    level: Level::Default,
    summary: "GetTokensFromRefreshToken or RevokeToken is given a secret hash instead of the client secret",
    check,
};

/// Names under which other operations take the hash.
const HASH_NAMES: [&str; 2] = ["SecretHash", "SECRET_HASH"];

fn check(model: &Model, out: &mut Findings<'_>) {
    for case in model.calls() {
        let operation = match case.call.operation {
            Operation::GetTokensFromRefreshToken => "GetTokensFromRefreshToken",
            Operation::RevokeToken => "RevokeToken",
            _ => continue,
        };
        let Some((loc, text)) = hash_in(&case) else { continue };
        out.add(
            Report::new(&case, case.loc(), format!("{operation} with a secret hash"))
                .message(format!("{operation} fails: it takes the client secret itself as ClientSecret, not a hash"))
                .because(loc, text)
                .help("send the client secret as ClientSecret, from a server only"),
        );
    }
}

/// Where a hash is given, in the place of the secret or under a name of its own.
fn hash_in(case: &Case<'_>) -> Option<(Loc, String)> {
    let secret = case.parameter(&["ClientSecret"]);
    if let Some(value) = secret.value() {
        return is_hash(value).then(|| (value.loc, "ClientSecret is a hash".to_owned()));
    }
    let name = HASH_NAMES.into_iter().find(|name| case.parameter(&[name]).value().is_some() && secret.is_absent())?;
    Some((case.parameter(&[name]).value()?.loc, format!("{name} is no parameter of this operation")))
}

fn is_hash(value: &Value) -> bool {
    SecretHash::all_of(value).is_some_and(|hashes| !hashes.is_empty())
        || Meaning::of(value) == Some(Meaning::SecretHash)
}
