//! Properties in the words of the file that they are written in.

use std::borrow::Cow;

use crate::read::{Deployer, Resource};

/// The properties that rules speak of, and the arguments that they are in Terraform's `aws` provider (its documentation of
/// `aws_cognito_user_pool`, `aws_cognito_user_pool_client` and `aws_cognito_identity_pool`). What is a parameter of calls
/// too is not among them.
const ARGUMENTS: &[(&str, &str)] = &[
    ("AccessTokenValidity", "access_token_validity"),
    ("AllowedOAuthFlows", "allowed_oauth_flows"),
    ("AllowedOAuthFlowsUserPoolClient", "allowed_oauth_flows_user_pool_client"),
    ("AllowedOAuthScopes", "allowed_oauth_scopes"),
    ("CallbackURLs", "callback_urls"),
    ("ChallengeRequiredOnNewDevice", "challenge_required_on_new_device"),
    ("CognitoIdentityProviders", "cognito_identity_providers"),
    ("CreateAuthChallenge", "create_auth_challenge"),
    ("DefineAuthChallenge", "define_auth_challenge"),
    ("DeletionProtection", "deletion_protection"),
    ("DeviceConfiguration", "device_configuration"),
    ("DeviceOnlyRememberedOnUserPrompt", "device_only_remembered_on_user_prompt"),
    ("EnableTokenRevocation", "enable_token_revocation"),
    ("ExplicitAuthFlows", "explicit_auth_flows"),
    ("GenerateSecret", "generate_secret"),
    ("IdTokenValidity", "id_token_validity"),
    ("LambdaConfig", "lambda_config"),
    ("LogoutURLs", "logout_urls"),
    ("MfaConfiguration", "mfa_configuration"),
    ("ReadAttributes", "read_attributes"),
    ("RefreshTokenRotation", "refresh_token_rotation"),
    ("RefreshTokenValidity", "refresh_token_validity"),
    ("SupportedIdentityProviders", "supported_identity_providers"),
    ("TokenValidityUnits", "token_validity_units"),
    ("UserMigration", "user_migration"),
    ("UsernameAttributes", "username_attributes"),
    ("VerifyAuthChallengeResponse", "verify_auth_challenge_response"),
    ("WriteAttributes", "write_attributes"),
];

/// How the file that a resource stands in spells properties.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wording {
    /// As CloudFormation does.
    CloudFormation,
    /// As Terraform does: `explicit_auth_flows`.
    Terraform,
    /// As Pulumi does: `explicitAuthFlows`.
    Pulumi,
}

impl Wording {
    /// That of a resource. Terraform's addresses begin with a type.
    pub(super) fn of(resource: Option<&Resource>) -> Self {
        match resource.filter(|resource| resource.deployer == Deployer::Terraform) {
            Some(resource) if resource.key.name().starts_with("aws_") => Self::Terraform,
            Some(_) => Self::Pulumi,
            None => Self::CloudFormation,
        }
    }

    /// A text with the names of properties as the file has them.
    pub(super) fn told(self, text: String) -> String {
        if self == Self::CloudFormation {
            return text;
        }
        let mut told = String::with_capacity(text.len());
        for part in text.split_inclusive(|letter: char| !letter.is_ascii_alphanumeric()) {
            let word = part.trim_end_matches(|letter: char| !letter.is_ascii_alphanumeric());
            let named = ARGUMENTS.binary_search_by_key(&word, |(property, _)| property).ok();
            let argument = named.and_then(|at| ARGUMENTS.get(at)).map(|(_, argument)| self.spelled(argument));
            told += argument.as_deref().unwrap_or(word);
            told += part.get(word.len()..).unwrap_or_default();
        }
        told
    }

    fn spelled(self, argument: &'static str) -> Cow<'static, str> {
        if self != Self::Pulumi {
            return argument.into();
        }
        let mut name = String::with_capacity(argument.len());
        for word in argument.split('_') {
            let capital = if name.is_empty() { 0 } else { 1.min(word.len()) };
            let (first, rest) = word.split_at(capital);
            name += &first.to_ascii_uppercase();
            name += rest;
        }
        name.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::terraform::provider;

    #[test]
    fn every_argument_is_the_property_that_the_provider_makes_of_it() {
        const TYPES: [&str; 3] = ["aws_cognito_user_pool", "aws_cognito_user_pool_client", "aws_cognito_identity_pool"];
        assert!(ARGUMENTS.is_sorted());
        for (name, argument) in ARGUMENTS {
            let made = TYPES.iter().filter_map(|of| provider::property(of, argument));
            assert!(made.into_iter().any(|property| *property == **name), "{argument}");
        }
    }

    #[test]
    fn properties_are_spelled_as_in_their_file() {
        let text = || "remove DeviceConfiguration.ChallengeRequiredOnNewDevice (CallbackURLs)".to_owned();
        assert_eq!(Wording::CloudFormation.told(text()), text());
        assert_eq!(
            Wording::Terraform.told(text()),
            "remove device_configuration.challenge_required_on_new_device (callback_urls)"
        );
        assert_eq!(
            Wording::Pulumi.told(text()),
            "remove deviceConfiguration.challengeRequiredOnNewDevice (callbackUrls)"
        );
        assert_eq!(Wording::Terraform.told("NewDeviceMetadata.DeviceKey".to_owned()), "NewDeviceMetadata.DeviceKey");
    }
}
