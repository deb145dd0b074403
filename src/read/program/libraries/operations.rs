//! The operations of the user pools API and how the SDKs spell them.

use crate::read::Operation;

/// Operations with a meaning of their own. Source: botocore's service model of `cognito-idp`.
const OPERATIONS: &[(&str, Operation)] = &[
    ("InitiateAuth", Operation::InitiateAuth),
    ("AdminInitiateAuth", Operation::AdminInitiateAuth),
    ("RespondToAuthChallenge", Operation::RespondToAuthChallenge),
    ("AdminRespondToAuthChallenge", Operation::AdminRespondToAuthChallenge),
    ("GetTokensFromRefreshToken", Operation::GetTokensFromRefreshToken),
    ("RevokeToken", Operation::RevokeToken),
    ("SignUp", Operation::SignUp),
    ("ConfirmSignUp", Operation::ConfirmSignUp),
    ("ResendConfirmationCode", Operation::ResendConfirmationCode),
    ("ForgotPassword", Operation::ForgotPassword),
    ("ConfirmForgotPassword", Operation::ConfirmForgotPassword),
    ("ConfirmDevice", Operation::ConfirmDevice),
    ("UpdateDeviceStatus", Operation::UpdateDeviceStatus),
    ("AdminUpdateDeviceStatus", Operation::AdminUpdateDeviceStatus),
    ("ForgetDevice", Operation::ForgetDevice),
    ("GlobalSignOut", Operation::GlobalSignOut),
    ("UpdateUserPool", Operation::UpdateUserPool),
    ("UpdateUserPoolClient", Operation::UpdateUserPoolClient),
    ("DescribeUserPool", Operation::DescribeUserPool),
    ("DescribeUserPoolClient", Operation::DescribeUserPoolClient),
    ("CreateUserPool", Operation::CreateUserPool),
    ("CreateUserPoolClient", Operation::CreateUserPoolClient),
];

/// The operation of a name as the service writes it; any other is [`Operation::Other`].
pub(super) fn named(name: &str) -> Operation {
    OPERATIONS.iter().find(|(known, _)| *known == name).map_or(Operation::Other, |(_, operation)| *operation)
}

/// The service's name of a method: `initiateAuth`, `initiate_auth`.
pub(super) fn wire_name(method: &str) -> String {
    let mut name = String::with_capacity(method.len());
    let mut upper = true;
    for letter in method.chars() {
        match letter {
            '_' => upper = true,
            letter if upper => {
                name.extend(letter.to_uppercase());
                upper = false;
            }
            letter => name.push(letter),
        }
    }
    name
}

/// Whether a method can only be one of this API.
pub(super) fn is_distinctive(method: &str) -> bool {
    let wire = wire_name(method);
    !matches!(&*wire, "SignUp" | "ForgotPassword" | "RevokeToken") && OPERATIONS.iter().any(|(known, _)| *known == wire)
}

/// Members of which every request of the API has at least one.
pub(super) const MARKS: &[&str] =
    &["ClientId", "AuthFlow", "UserPoolId", "AccessToken", "ChallengeName", "AuthParameters", "PoolName"];

/// Methods of an SDK's client that are no operations.
pub(super) const PLUMBING: &[&str] = &[
    "send",
    "destroy",
    "close",
    "get_paginator",
    "get_waiter",
    "can_paginate",
    "generate_presigned_url",
    "waitFor",
    "makeRequest",
    "makeUnauthenticatedRequest",
    "setupRequestListeners",
    "on",
    "config",
    "meta",
    "exceptions",
];
