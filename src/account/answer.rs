//! What of an answer is kept.

use std::sync::Arc;

use serde_json::Value;

use super::Operation;

/// What stands in an answer for a text that is not kept.
pub const REDACTED: &str = "<redacted>";

/// Members whose texts are not kept, wherever they stand: secrets, what is as good as one, texts of messages, and contents
/// that are long and that nothing reads.
const WITHHELD: &[&str] = &[
    "ClientSecret",
    "ExternalId",
    "EmailMessage",
    "EmailMessageByLink",
    "EmailSubject",
    "EmailSubjectByLink",
    "EmailVerificationMessage",
    "EmailVerificationSubject",
    "HtmlBody",
    "MetadataFile",
    "SMSMessage",
    "SmsAuthenticationMessage",
    "SmsMessage",
    "SmsVerificationMessage",
    "Message",
    "Subject",
    "TextBody",
    "ActiveEncryptionCertificate",
    "Bytes",
];

/// Parts of names whose texts are taken for secrets though nothing is known of them, in lower case.
const SUSPICIOUS: &[&str] =
    &["secret", "password", "passwd", "token", "private", "credential", "apikey", "api_key", "externalid"];

/// Where an answer holds more than is asked of it: the only member, and what is kept of it.
const EXCERPTS: &[(Operation, &str, &[&str])] = &[
    // The rules of a web ACL may hold what they look for in requests, a shared secret for one.
    (Operation::GetWebACLForResource, "WebACL", &["ARN", "Id", "Name"]),
    (
        Operation::DescribeManagedLoginBrandingByClient,
        "ManagedLoginBranding",
        &["ManagedLoginBrandingId", "UserPoolId", "UseCognitoProvidedValues"],
    ),
];

/// An answer as it is kept: pretty-printed, without the texts of secrets and messages.
pub fn kept(operation: Operation, mut answer: Value) -> Arc<str> {
    for (_, member, keys) in EXCERPTS.iter().filter(|(of, ..)| *of == operation) {
        if let Some(Value::Object(members)) = answer.get_mut(member) {
            members.retain(|key, _| keys.contains(&key.as_str()));
        }
    }
    redact(&mut answer);
    format!("{answer:#}").into()
}

/// Takes out what is not kept. Values that are no texts (`"RefreshTokenValidity": 30`) stay.
fn redact(value: &mut Value) {
    match value {
        Value::Object(members) => members.iter_mut().for_each(|(name, member)| redact_member(name, member)),
        Value::Array(items) => items.iter_mut().for_each(redact),
        _ => {}
    }
}

fn redact_member(name: &str, value: &mut Value) {
    match value {
        Value::String(text) if is_withheld(name, text) => REDACTED.clone_into(text),
        Value::String(_) => {}
        Value::Array(items) => items.iter_mut().for_each(|item| redact_member(name, item)),
        _ => redact(value),
    }
}

fn is_withheld(name: &str, text: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let is_suspicious = SUSPICIOUS.iter().any(|part| lower.contains(part));
    !text.is_empty() && (WITHHELD.contains(&name) || is_suspicious && !is_telling(&lower, text))
}

/// Whether a text under a suspicious name is no secret: a unit of time, a switch, a method, an ARN, an address.
fn is_telling(name: &str, text: &str) -> bool {
    let known = ["true", "false", "seconds", "minutes", "hours", "days", "ENABLED", "DISABLED", "GET", "POST"];
    known.contains(&text) || text.starts_with("arn:") || name.ends_with("url") && text.starts_with("https://")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn no_secret_is_kept_and_that_it_is_set_is() {
        let client = json!({"UserPoolClient": {
            "ClientId": "1h57kf5cpq17m0eml12EXAMPLE",
            "ClientSecret": "hunter2",
            "RefreshTokenValidity": 30,
            "TokenValidityUnits": {"RefreshToken": "days"},
            "RefreshTokenRotation": {"Feature": "ENABLED"},
            "EnableTokenRevocation": true,
        }});
        let text = kept(Operation::DescribeUserPoolClient, client);
        assert!(!text.contains("hunter2"));
        assert!(text.contains("\"ClientSecret\": \"<redacted>\""));
        assert!(text.contains("\"RefreshToken\": \"days\""));
        assert!(text.contains("\"Feature\": \"ENABLED\""));
    }

    #[test]
    fn providers_keep_their_addresses_only() {
        let provider = json!({"IdentityProvider": {"ProviderDetails": {
            "client_id": "abc", "client_secret": "hunter2", "private_key": "hunter2", "some_api_key": "hunter2",
            "token_url": "https://idp.example/token", "MetadataFile": "<xml>hunter2</xml>",
            "authorize_scopes": "openid email",
        }}});
        let text = kept(Operation::DescribeIdentityProvider, provider);
        assert!(!text.contains("hunter2"));
        assert!(text.contains("\"token_url\": \"https://idp.example/token\""));
        assert!(text.contains("\"client_id\": \"abc\""));
    }

    #[test]
    fn texts_of_messages_are_not_kept() {
        let pool = json!({"UserPool": {
            "EmailVerificationMessage": "hunter2 {####}",
            "AdminCreateUserConfig": {"InviteMessageTemplate": {"EmailMessage": "hunter2", "SMSMessage": "hunter2"}},
            "SmsConfiguration": {"ExternalId": "hunter2", "SnsCallerArn": "arn:aws:iam::123456789012:role/sms"},
            "VerificationMessageTemplate": {"DefaultEmailOption": "CONFIRM_WITH_CODE", "EmailSubject": "hunter2"},
            "Policies": {"PasswordPolicy": {"MinimumLength": 8, "TemporaryPasswordValidityDays": 7}},
            "LambdaConfig": {"PreTokenGeneration": "arn:aws:lambda:eu-west-1:123456789012:function:claims"},
        }});
        let text = kept(Operation::DescribeUserPool, pool);
        assert!(!text.contains("hunter2"));
        assert!(text.contains("CONFIRM_WITH_CODE"));
        assert!(text.contains("\"TemporaryPasswordValidityDays\": 7"));
        assert!(text.contains("arn:aws:iam::123456789012:role/sms"));
        assert!(text.contains("function:claims"));
    }

    #[test]
    fn external_ids_in_lists_are_not_kept() {
        let role = json!({"Role": {"AssumeRolePolicyDocument": {"Statement": [
            {"Condition": {"StringEquals": {"sts:ExternalId": ["hunter2"], "cognito-identity.amazonaws.com:aud": "eu-west-1:1"}}},
        ]}}});
        let text = kept(Operation::GetRole, role);
        assert!(!text.contains("hunter2"));
        assert!(text.contains("eu-west-1:1"));
    }

    #[test]
    fn of_a_web_acl_only_its_name_is_kept() {
        let acl =
            json!({"WebACL": {"Name": "edge", "ARN": "arn:aws:wafv2:…", "Rules": [{"SearchString": "aHVudGVyMg=="}]}});
        let text = kept(Operation::GetWebACLForResource, acl);
        assert!(text.contains("edge") && !text.contains("SearchString"));
    }
}
