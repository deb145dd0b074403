//! Secrets that are written out: it is kept that they are known, and not what they are.

use crate::identifier::names_store;
use crate::value::{Kind, Value, Why};

/// How the names of secrets end, in lower case without separators.
const SECRETS: &[&str] = &["secret", "password", "passwd", "secretkey", "privatekey", "accesskey", "secretstring"];

/// Whether a key or parameter of this name holds a secret.
pub fn is_secret(name: &str) -> bool {
    let plain: String =
        name.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect();
    SECRETS.iter().any(|ending| plain.ends_with(ending))
}

/// Takes the texts of secrets out of a value, by the keys they stand under.
pub(super) fn redact(value: &mut Value) {
    match &mut value.kind {
        Kind::Map(map) => {
            for entry in &mut map.entries {
                if is_secret(&entry.key) { erase(&mut entry.value) } else { redact(&mut entry.value) }
            }
        }
        Kind::List(list) => list.items.iter_mut().for_each(|(item, _)| redact(item)),
        Kind::OneOf(alternatives) => alternatives.iter_mut().for_each(|alternative| redact(&mut alternative.value)),
        _ => {}
    }
}

/// Takes the texts out of a secret. Switches (`GenerateSecret: "true"`), nothing at all and the names of places where
/// secrets are kept are no secrets.
pub(super) fn erase(value: &mut Value) {
    match &mut value.kind {
        Kind::Text(text) if matches!(&**text, "" | "true" | "false") || names_store(text) => {}
        Kind::Text(_) => value.kind = Kind::Unknown(Why::Redacted),
        Kind::Concat(parts) if parts.first().and_then(Value::text).is_some_and(names_store) => {}
        Kind::Concat(parts) => parts.iter_mut().for_each(erase),
        Kind::OneOf(alternatives) => alternatives.iter_mut().for_each(|alternative| erase(&mut alternative.value)),
        Kind::Map(_) | Kind::List(_) => redact(value),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::is_secret;
    use crate::read::cloudformation::testing::template;

    #[test]
    fn secrets_are_known_by_their_keys() {
        for name in
            ["client_secret", "ClientSecret", "COGNITO_CLIENT_SECRET", "MasterUserPassword", "SecretString", "secret"]
        {
            assert!(is_secret(name), "{name}");
        }
        for name in ["SecretArn", "SECRET_NAME", "PasswordPolicy", "SecretHash", "ClientId"] {
            assert!(!is_secret(name), "{name}");
        }
    }

    #[test]
    fn their_texts_are_not_kept() {
        let scan = template(
            "Resources:\n  Google:\n    Type: AWS::Cognito::UserPoolIdentityProvider\n    Properties:\n      ProviderDetails: {client_id: abc, client_secret: hunter2}\n  \
             Web:\n    Type: AWS::Cognito::UserPoolClient\n    Properties: {GenerateSecret: 'true'}\n  \
             F:\n    Type: AWS::Lambda::Function\n    Properties:\n      Environment:\n        Variables:\n          A_SECRET: !If [C, hunter2, !Ref P]\n          B_SECRET: !Sub 'hunter2${P}'\n          C_SECRET: '{{resolve:secretsmanager:s:SecretString:k}}'\n          D_SECRET: ssm:/shop/secret\n          E_SECRET: !Sub 'ssm:/${P}/secret'\n\
             Outputs:\n  Secret: {Value: hunter2}\n",
        );
        assert_eq!(scan.property("Google", "ProviderDetails"), "(client_id: 'abc', client_secret: redacted)");
        assert_eq!(scan.property("Web", "GenerateSecret"), "'true'");
        assert_eq!(
            scan.property("F", "Environment.Variables"),
            "(A_SECRET: {C: redacted, not C: !Ref P}, B_SECRET: <redacted !Ref P>, C_SECRET: secret s.k, D_SECRET: 'ssm:/shop/secret', E_SECRET: <'ssm:/' !Ref P '/secret'>)"
        );
        assert!(!format!("{:?}", scan.reading).contains("hunter2"));
    }
}
