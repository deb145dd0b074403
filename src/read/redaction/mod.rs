//! Secrets that are written out: it is kept that they are known, and not what they are.
//!
//! A text goes for the name it stands under ([`names`]) or for its shape ([`shapes`]). Every reader lets its values through
//! here, so that nothing after it, rules, reports and policies among them, can tell them.

use crate::identifier::names_store;
use crate::value::{Entry, Kind, Map, Value, Why};
use crate::words;

mod names;
mod shapes;

pub(crate) use names::{is_secret, is_secret_of_call};
pub(crate) use shapes::holds_secret;

/// The members of a map that is one variable or attribute: its name, and what it is.
const PAIRS: &[(&str, &[&str])] = &[
    ("Name", &["Value", "DefaultValue"]),
    ("name", &["value"]),
    ("Key", &["Value"]),
    ("key", &["value"]),
    ("ParameterKey", &["ParameterValue"]),
];
/// How many digits a number has at least that can be a password: the service's shortest has six characters.
const SHORTEST_PASSWORD: usize = 6;
/// Texts under secrets' names that are none: switches, and the units of how long tokens are valid.
const PLAIN: &str = "true false seconds minutes hours days";

/// Takes the texts of secrets out of a value, by the keys they stand under and by their shape.
pub(crate) fn redact(value: &mut Value) {
    sweep(value, &is_secret);
}

/// The same for the parameters of a call.
pub(crate) fn redact_call(parameters: &mut Value) {
    sweep(parameters, &is_secret_of_call);
}

/// Takes the texts of secrets out of what has a name.
pub(crate) fn redact_named(name: &str, value: &mut Value) {
    if is_secret(name) { erase(value) } else { redact(value) }
}

fn sweep(value: &mut Value, is_secret: &dyn Fn(&str) -> bool) {
    match &mut value.kind {
        Kind::Map(map) => {
            let valued = secret_of_pair(map);
            for Entry { key, value, .. } in &mut map.entries {
                if is_secret(key) || valued.is_some_and(|values| values.contains(&&**key)) {
                    erase(value);
                } else {
                    sweep(value, is_secret);
                }
            }
        }
        Kind::List(list) => list.items.iter_mut().for_each(|(item, _)| sweep(item, is_secret)),
        Kind::OneOf(alternatives) => alternatives.iter_mut().for_each(|one| sweep(&mut one.value, is_secret)),
        Kind::Concat(parts) => parts.iter_mut().for_each(|part| sweep(part, is_secret)),
        Kind::Text(text) if holds_secret(text) => value.kind = Kind::Unknown(Why::Redacted),
        _ => {}
    }
}

/// Of a map that is a variable with a secret's name, the members that hold its value.
pub(crate) fn secret_of_pair(map: &Map) -> Option<&'static [&'static str]> {
    let name = |key: &str| map.entry(key).and_then(|entry| entry.value.text());
    PAIRS.iter().find(|(key, _)| name(key).is_some_and(is_secret)).map(|(_, values)| *values)
}

/// Takes the texts out of a secret, and the numbers that are long enough for one.
pub(crate) fn erase(value: &mut Value) {
    match &mut value.kind {
        Kind::Text(text) | Kind::Number(text) if is_plain(text) => {}
        Kind::Text(_) | Kind::Number(_) => value.kind = Kind::Unknown(Why::Redacted),
        Kind::Concat(parts) if parts.first().and_then(Value::text).is_some_and(names_store) => {}
        Kind::Concat(parts) => parts.iter_mut().for_each(erase),
        Kind::OneOf(alternatives) => alternatives.iter_mut().for_each(|alternative| erase(&mut alternative.value)),
        Kind::List(list) => list.items.iter_mut().for_each(|(item, _)| erase(item)),
        Kind::Map(_) => redact(value),
        _ => {}
    }
}

/// Whether a text under a secret's name is none: nothing at all, a switch (`GenerateSecret: "true"`), a unit or a short
/// number (`RefreshToken: days`, `refresh_token = 30`), the place where a secret is kept, or an address without one.
pub(crate) fn is_plain(text: &str) -> bool {
    is_plain_word(text) || is_address(text) && !holds_secret(text)
}

fn is_plain_word(text: &str) -> bool {
    let is_short_number = text.len() < SHORTEST_PASSWORD && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_reference = text.starts_with("${") && text.ends_with('}');
    is_short_number || is_reference || words::is_in(PLAIN, text) || names_store(text)
}

fn is_address(text: &str) -> bool {
    text.starts_with("https://") || text.starts_with("http://")
}

#[cfg(test)]
mod tests {
    use crate::read::cloudformation::testing::template;

    #[test]
    fn their_texts_are_not_kept() {
        let scan = template(
            "Resources:\n  Google:\n    Type: AWS::Cognito::UserPoolIdentityProvider\n    Properties:\n      ProviderDetails: {client_id: abc, client_secret: hunter2}\n  \
             Web:\n    Type: AWS::Cognito::UserPoolClient\n    Metadata: {api_key: hunter2}\n    Properties: {GenerateSecret: 'true', TokenValidityUnits: {AccessToken: minutes}}\n  \
             F:\n    Type: AWS::Lambda::Function\n    Properties:\n      Environment:\n        Variables:\n          A_SECRET: !If [C, hunter2, !Ref P]\n          B_SECRET: !Sub 'hunter2${P}'\n          C_SECRET: '{{resolve:secretsmanager:s:SecretString:k}}'\n          D_SECRET: ssm:/shop/secret\n          E_SECRET: !Sub 'ssm:/${P}/secret'\n\
             \x20         G_TOKEN: https://a.example/token\n          H: 'postgres://u:hunter2@h/db'\n  \
             T:\n    Type: AWS::ECS::TaskDefinition\n    Properties:\n      ContainerDefinitions: [{Environment: [{Name: DB_PASSWORD, Value: hunter2}, {Name: A, Value: b}]}]\n  \
             U:\n    Type: AWS::Cognito::UserPoolUser\n    Properties: {TemporaryPassword: 12345678}\n\
             Outputs:\n  Secret: {Value: hunter2}\n  Url: {Value: 'https://a.example/?token=hunter2'}\n",
        );
        assert_eq!(scan.property("Google", "ProviderDetails"), "(client_id: 'abc', client_secret: redacted)");
        assert_eq!(scan.property("Web", "GenerateSecret"), "'true'");
        assert_eq!(scan.property("Web", "TokenValidityUnits.AccessToken"), "'minutes'");
        assert_eq!(
            scan.property("F", "Environment.Variables"),
            "(A_SECRET: {C: redacted, not C: !Ref P}, B_SECRET: <redacted !Ref P>, C_SECRET: secret s.k, D_SECRET: 'ssm:/shop/secret', E_SECRET: <'ssm:/' !Ref P '/secret'>, \
             G_TOKEN: 'https://a.example/token', H: redacted)"
        );
        assert_eq!(
            scan.property("T", "ContainerDefinitions"),
            "[(Environment: [(Name: 'DB_PASSWORD', Value: redacted), (Name: 'A', Value: 'b')])]"
        );
        assert_eq!(scan.property("U", "TemporaryPassword"), "redacted");
        let kept = format!("{:?}", scan.reading);
        assert!(!kept.contains("hunter2") && !kept.contains("12345678"), "{kept}");
    }
}
