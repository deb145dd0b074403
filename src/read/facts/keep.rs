//! What may leave a repository: identifiers and how things are set up, and no text that might be a secret.

use crate::identifier;
use crate::read::SettingKind;
use crate::read::redaction;
use crate::read::settings::keys;
use crate::words;

/// Whether the text under a key may be told.
pub type Keep = fn(key: &str, text: &str) -> bool;

/// Resources that are told: of which properties, where not of all, and which texts in them. People (users, what groups
/// they are in) and what pages look like are of no use to others.
const RESOURCES: &[(&str, &[&str], Keep)] = &[
    ("AWS::Cognito::IdentityPool", &[], sets_up),
    ("AWS::Cognito::IdentityPoolPrincipalTag", &[], sets_up),
    ("AWS::Cognito::IdentityPoolRoleAttachment", &[], sets_up),
    ("AWS::Cognito::LogDeliveryConfiguration", &[], sets_up),
    ("AWS::Cognito::UserPool", &[], sets_up),
    ("AWS::Cognito::UserPoolClient", &[], sets_up),
    ("AWS::Cognito::UserPoolDomain", &[], sets_up),
    ("AWS::Cognito::UserPoolGroup", &[], sets_up),
    ("AWS::Cognito::UserPoolIdentityProvider", &[], sets_up),
    ("AWS::Cognito::UserPoolResourceServer", &[], sets_up),
    ("AWS::Cognito::UserPoolRiskConfigurationAttachment", &[], sets_up),
    ("AWS::Lambda::Function", &["Environment"], identifies),
    ("AWS::Serverless::Function", &["Environment"], identifies),
    ("AWS::ECS::TaskDefinition", &["ContainerDefinitions"], identifies),
    ("AWS::CodeBuild::Project", &["Environment"], identifies),
    ("AWS::Amplify::App", &["EnvironmentVariables"], identifies),
    ("AWS::Amplify::Branch", &["EnvironmentVariables"], identifies),
    ("AWS::AppRunner::Service", &["SourceConfiguration"], identifies),
    ("AWS::SSM::Parameter", &["Name", "Value"], identifies),
    ("AWS::SecretsManager::Secret", &["Name", "SecretString"], identifies),
    ("AWS::ApiGateway::Authorizer", &[], sets_up),
    ("AWS::ApiGatewayV2::Authorizer", &[], sets_up),
    (
        "AWS::AppSync::GraphQLApi",
        &["AuthenticationType", "UserPoolConfig", "AdditionalAuthenticationProviders"],
        sets_up,
    ),
    ("AWS::ElasticLoadBalancingV2::Listener", &["DefaultActions"], sets_up),
    ("AWS::ElasticLoadBalancingV2::ListenerRule", &["Actions"], sets_up),
];

/// Properties of those whose texts and numbers name things or say how they are set up. Of all others it is told only
/// that they are there.
const TOLD: &str = "\
    AccessTokenValidity AdvancedSecurityMode AliasAttributes AllowClassicFlow AllowUnauthenticatedIdentities \
    AllowedFirstAuthFactors AllowedOAuthFlows AllowedOAuthFlowsUserPoolClient AllowedOAuthScopes AmbiguousRoleResolution \
    ApiId AppIdClientRegex AttributeDataType AttributesRequireVerificationBeforeUpdate Audience AuthSessionValidity \
    AuthType AuthenticationType AuthorizerType AutoVerifiedAttributes AwsRegion CallbackURLs CaseSensitive \
    ChallengeRequiredOnNewDevice ClientId ClientName CreateAuthChallenge CustomAuthMode CustomEmailSender CustomMessage \
    CustomSMSSender DefaultAction DefaultEmailOption DefaultRedirectURI DefineAuthChallenge DeletionProtection \
    DeveloperOnlyAttribute DeveloperProviderName DeviceOnlyRememberedOnUserPrompt Domain EmailSendingAccount EnabledMfas \
    EnableTokenRevocation EventAction EventFilter EventSource ExplicitAuthFlows Feature GenerateSecret GroupName \
    IdTokenValidity Identifier IdentityPoolId IdentityPoolName IdentityProvider IdentityProviderName IdentitySource \
    IdpIdentifiers Issuer LambdaArn LambdaVersion LogLevel LogoutURLs ManagedLoginVersion MaxLength MaxValue \
    MfaConfiguration MinLength MinValue MinimumLength Mutable Name OnUnauthenticatedRequest Order PasswordHistorySize \
    PostAuthentication PostConfirmation PreAuthentication PreSignUp PreTokenGeneration Precedence \
    PreventUserExistenceErrors Priority ProviderARNs ProviderName ProviderType ReadAttributes RefreshTokenValidity \
    RelyingPartyId Required RestApiId RetryGracePeriodSeconds Scope ScopeName ServerSideTokenCheck SessionTimeout \
    SnsRegion SupportedIdentityProviders TemporaryPasswordValidityDays Type UnusedAccountValidityDays UserMigration \
    UserPoolArn UserPoolClientId UserPoolDomain UserPoolId UserPoolName UserPoolTier UserVerification \
    UsernameAttributes VerifyAuthChallengeResponse WebAuthnRelyingPartyID WebAuthnUserVerification WriteAttributes";

/// Units of how long tokens are valid, which stand under the tokens' names.
const UNITS: &str = "seconds minutes hours days";

/// Maps whose keys are words of the project's own.
const OWN_WORDS: &str = "\
    AuthenticationRequestExtraParams ClientMetadata IdentityPoolTags PrincipalTags SupportedLoginProviders Tags UserPoolTags";

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
    RESOURCES.iter().find(|(name, ..)| *name == type_name).map(|(_, properties, keep)| (*properties, *keep))
}

/// Whether a resource's text says how something is set up.
fn sets_up(key: &str, text: &str) -> bool {
    let is_told = words::is_in(TOLD, key) || words::is_in(UNITS, text);
    (is_told || is_switch(text)) && !has_credentials(text) && !redaction::holds_secret(text)
}

/// Whether the keys of the map under a key are words of the project's own, which are not told either.
pub fn has_own_words(key: &str) -> bool {
    words::is_in(OWN_WORDS, key)
}

/// Whether a text may be told where it stands: its key is none of a secret's, and there is no password in it.
pub fn is_plain(key: &str, text: &str) -> bool {
    let key = key.rsplit('.').next().unwrap_or(key);
    !has_credentials(text) && (!redaction::is_secret(key) || is_switch(text))
}

/// Whether a text is an identifier of Cognito, by its key and its shape.
pub fn identifies(key: &str, text: &str) -> bool {
    let told = |kind| !matches!(kind, SettingKind::ClientSecret | SettingKind::Other);
    let is_id = keys::kind_of(key, Some(text)).is_some_and(told) && !redaction::holds_secret(text);
    (is_id || identifier::names_store(text)) && !has_credentials(text)
}

/// Whether the text of a call's parameter names something.
pub fn names(key: &str, text: &str) -> bool {
    let is_way = || {
        let plain: String = text.chars().filter(char::is_ascii_alphanumeric).collect();
        words::is_in(WAYS, &plain.to_ascii_lowercase())
    };
    (PARAMETERS.contains(&key) || is_way()) && !has_credentials(text) && !redaction::holds_secret(text)
}

/// The text of a setting of a kind.
pub fn of_kind(kind: SettingKind) -> Keep {
    match kind {
        SettingKind::ClientSecret => |_, text| is_switch(text),
        SettingKind::Other => identifies,
        _ => |key, text| is_plain(key, text) && !redaction::holds_secret(text),
    }
}

/// Whether a condition's name holds no literal that something is compared with: that of a template's condition, or a
/// variable's.
pub fn is_name(condition: &str) -> bool {
    let is_word = |word: &str| word.starts_with(|letter: char| letter.is_alphabetic() || letter == '_');
    let is_part = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '-');
    let condition = condition.trim_start_matches('!');
    condition.split('.').all(|word| is_word(word) && word.chars().all(is_part))
}

fn is_switch(text: &str) -> bool {
    matches!(text, "" | "true" | "false") || identifier::names_store(text)
}

/// Whether an address may have a secret in it: a user or password, as `https://user:password@host`, or a query.
pub fn has_credentials(text: &str) -> bool {
    let in_address = |rest: &str| {
        let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
        host.contains('@') || rest.contains('?')
    };
    text.split("://").skip(1).any(in_address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_conditions_hold_no_literals() {
        let names = ["IsProd", "isAdmin", "!user.is_admin", "var.create_pool"];
        assert!(names.iter().all(|name| is_name(name)));
        let others = ["", "pin === 9137", "x == 'a'", "9137", "check(secret)", "/a/.test(x)", "Stage = prod", "a.9137"];
        assert!(!others.iter().any(|name| is_name(name)));
    }

    #[test]
    fn a_query_may_hold_a_secret() {
        let kept = ["https://a.example.org/cb", "http://localhost:3000", "myapp://callback", "a?b"];
        assert!(!kept.iter().any(|text| has_credentials(text)));
        assert!(["https://u:p@h", "https://h/cb?sig=x", "x://h?k=v"].iter().all(|text| has_credentials(text)));
    }
}
