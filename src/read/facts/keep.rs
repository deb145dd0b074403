//! What may leave a repository: identifiers and how things are set up, and no text that might be a secret.

use crate::identifier;
use crate::read::SettingKind;
use crate::read::redaction;
use crate::read::settings::keys;
use crate::words;

/// Whether the text under a key may be told.
pub type Keep = fn(key: &str, text: &str) -> bool;

/// Resources that are told besides Cognito's own: of which properties, where not of all, and which texts in them.
const OTHERS: &[(&str, &[&str], Keep)] = &[
    ("AWS::Lambda::Function", &["Environment"], identifies),
    ("AWS::Serverless::Function", &["Environment"], identifies),
    ("AWS::ECS::TaskDefinition", &["ContainerDefinitions"], identifies),
    ("AWS::CodeBuild::Project", &["Environment"], identifies),
    ("AWS::Amplify::App", &["EnvironmentVariables"], identifies),
    ("AWS::Amplify::Branch", &["EnvironmentVariables"], identifies),
    ("AWS::AppRunner::Service", &["SourceConfiguration"], identifies),
    ("AWS::SSM::Parameter", &["Name", "Value"], identifies),
    ("AWS::SecretsManager::Secret", &["Name", "SecretString"], identifies),
    ("AWS::ApiGateway::Authorizer", &[], is_plain),
    ("AWS::ApiGatewayV2::Authorizer", &[], is_plain),
    (
        "AWS::AppSync::GraphQLApi",
        &["AuthenticationType", "UserPoolConfig", "AdditionalAuthenticationProviders"],
        is_plain,
    ),
    ("AWS::ElasticLoadBalancingV2::Listener", &["DefaultActions"], is_plain),
    ("AWS::ElasticLoadBalancingV2::ListenerRule", &["Actions"], is_plain),
];

/// Keys of texts that are written for people, or that two sides keep between them.
const UNTOLD: &[&str] = &[
    "Assets",
    "CSS",
    "EmailMessage",
    "EmailMessageByLink",
    "EmailVerificationMessage",
    "ExternalId",
    "HtmlBody",
    "SMSMessage",
    "SmsAuthenticationMessage",
    "SmsMessage",
    "SmsVerificationMessage",
    "TextBody",
];

/// Parameters of calls whose texts name things.
const PARAMETERS: &[&str] = &[
    "Audience",
    "AuthFlow",
    "ChallengeName",
    "ClientId",
    "Encoding",
    "IdentityPoolId",
    "Issuer",
    "TokenUse",
    "UserPoolId",
    "client_id",
    "code_challenge_method",
    "grant_type",
    "redirect_uri",
    "response_type",
    "scope",
];

/// Names of digests and encodings, which say how a hash is made.
const WAYS: &str = "ascii base64 base64url binary bytes hex latin1 sha sha1 sha256 sha512 utf8";

/// Of a type of resource that is told: its properties, where not all of them, and the texts that are. `None` of another.
pub fn of_type(type_name: &str) -> Option<(&'static [&'static str], Keep)> {
    if type_name.starts_with("AWS::Cognito::") {
        return Some((&[], is_plain));
    }
    OTHERS.iter().find(|(name, ..)| *name == type_name).map(|(_, properties, keep)| (*properties, *keep))
}

/// Whether a text says how something is set up: it is no secret by its key, no message for people and no address with a
/// password in it.
pub fn is_plain(key: &str, text: &str) -> bool {
    let key = key.rsplit('.').next().unwrap_or(key);
    let is_secret = redaction::is_secret(key) || words::is_in("apikey token private_key", &key.to_lowercase());
    !UNTOLD.contains(&key) && !has_credentials(text) && (!is_secret || is_switch(text))
}

/// Whether a text is an identifier of Cognito, by its key and its shape.
pub fn identifies(key: &str, text: &str) -> bool {
    let told = |kind| !matches!(kind, SettingKind::ClientSecret | SettingKind::Other);
    let is_id = keys::kind_of(key, Some(text)).is_some_and(told) && !identifier::holds_client_secret(text);
    (is_id || identifier::names_store(text)) && !has_credentials(text)
}

/// Whether the text of a call's parameter names something.
pub fn names(key: &str, text: &str) -> bool {
    let is_way = || {
        let plain: String = text.chars().filter(char::is_ascii_alphanumeric).collect();
        words::is_in(WAYS, &plain.to_ascii_lowercase())
    };
    (PARAMETERS.contains(&key) || is_way()) && !has_credentials(text) && !identifier::holds_client_secret(text)
}

/// The text of a setting of a kind.
pub fn of_kind(kind: SettingKind) -> Keep {
    match kind {
        SettingKind::ClientSecret => |_, text| is_switch(text),
        SettingKind::Other => identifies,
        _ => |key, text| is_plain(key, text) && !identifier::holds_client_secret(text),
    }
}

/// Whether the text of a program's condition may hold a secret that something is compared with.
pub fn may_compare_secrets(condition: &str) -> bool {
    let is_secret = |word: &String| words::is_in("password passwd pwd secret token key credential", word);
    condition.contains(['"', '\'', '`']) && words::split(condition).iter().any(is_secret)
}

fn is_switch(text: &str) -> bool {
    matches!(text, "" | "true" | "false") || identifier::names_store(text)
}

/// Whether an address has a user or password in it: `https://user:password@host`.
fn has_credentials(text: &str) -> bool {
    text.split("://").skip(1).any(|rest| rest.split(['/', '?', '#']).next().is_some_and(|host| host.contains('@')))
}
