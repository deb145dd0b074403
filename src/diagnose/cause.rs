//! The causes that are known, as data: of which refusals, what speaks for and against each, what decides, and what to do.
//!
//! Sources: Knowledge Center on "Invalid Refresh Token"; Developer Guide on refresh tokens, devices, the token endpoint,
//! revocation and secret hashes; the pages of the rules that each row names.

use super::sign::{Test, client, device, flow, lifetime, rotation, secret, session};
use super::symptom::Symptom;

/// How a refusal and a cause belong together before anything else is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Prior {
    /// The answer itself says so.
    Named,
    /// The answer is what this cause usually gives.
    Usual,
    /// It mostly gives another answer.
    Seldom,
}

use Prior::{Named, Seldom, Usual};

/// A cause.
#[derive(Debug)]
pub struct Cause {
    /// Its name in documents.
    pub name: &'static str,
    /// What is wrong, in a sentence without a full stop.
    pub title: &'static str,
    /// The refusals that it gives.
    pub symptoms: &'static [(Symptom, Prior)],
    /// It concerns refreshes only.
    pub of_refresh: bool,
    /// What looks for signs of it.
    pub tests: &'static [Test],
    /// The rules that find it in code and infrastructure.
    pub rules: &'static [&'static str],
    /// The evidence that decides.
    pub decides: &'static str,
    /// What to do.
    pub fix: &'static str,
}

/// The causes; of those that nothing sets apart, the more frequent ones first.
pub const CAUSES: &[Cause] = &[
    Cause {
        name: "device-key-missing",
        title: "the pool remembers devices, and the refresh names none",
        symptoms: &[(Symptom::InvalidRefreshToken, Usual)],
        of_refresh: true,
        tests: &[device::at_api, device::tracking, device::token_device, device::named_device],
        rules: &["device-key-missing-on-refresh"],
        decides: "the pool's DeviceConfiguration together with the refresh call in the code: the pool remembers devices and the call has no DEVICE_KEY (DeviceKey of GetTokensFromRefreshToken)",
        fix: "store NewDeviceMetadata.DeviceKey at sign-in, confirm it with ConfirmDevice and send it with every refresh; or take DeviceConfiguration out of the pool as a whole",
    },
    Cause {
        name: "other-client",
        title: "the refresh names another app client than the one that issued the token",
        symptoms: &[(Symptom::InvalidRefreshToken, Usual), (Symptom::InvalidGrant, Usual)],
        of_refresh: true,
        tests: &[client::issuing_client, client::sign_in_client, client::other_clients, client::known_client],
        rules: &["refresh-client-mismatch", "environment-mixup", "wrong-reference"],
        decides: "the claim client_id of the access token (aud of the ID token) against requestParameters.clientId of the refused call",
        fix: "refresh with the app client that the user signed in with",
    },
    Cause {
        name: "device-unconfirmed",
        title: "the device that the token belongs to was never confirmed",
        symptoms: &[(Symptom::InvalidRefreshToken, Usual), (Symptom::DeviceUnknown, Usual)],
        of_refresh: false,
        tests: &[device::at_api, device::tracking, device::token_device, device::confirmed, device::code_confirms],
        rules: &["device-never-confirmed"],
        decides: "an event ConfirmDevice of the user after the sign-in, and that it was not refused",
        fix: "call ConfirmDevice with the access token and NewDeviceMetadata.DeviceKey after every sign-in that gave a new device",
    },
    Cause {
        name: "oauth-refresh-of-api-token",
        title: "a token from an API sign-in was sent to /oauth2/token although the pool remembers devices",
        symptoms: &[(Symptom::InvalidGrant, Usual), (Symptom::InvalidRefreshToken, Seldom)],
        of_refresh: true,
        tests: &[device::api_token_at_endpoint, device::tracking],
        rules: &["oauth-refresh-of-api-token"],
        decides: "how the user signed in (the scopes of the access token, the event of the sign-in) and the pool's DeviceConfiguration",
        fix: "refresh through GetTokensFromRefreshToken or InitiateAuth with the device key; the endpoint has no field for one",
    },
    Cause {
        name: "client-replaced",
        title: "the app client was made anew, and the token is from the one before",
        symptoms: &[(Symptom::InvalidRefreshToken, Usual), (Symptom::InvalidGrant, Usual)],
        of_refresh: true,
        tests: &[client::replaced_client],
        rules: &["client-replaced", "pool-replaced"],
        decides: "an event DeleteUserPoolClient of the client that the token names, or a deployment that replaced it",
        fix: "let users sign in again, and keep the client when it is deployed: no new logical id, no change of GenerateSecret",
    },
    Cause {
        name: "other-pool",
        title: "the token is from another user pool or Region",
        symptoms: &[
            (Symptom::InvalidRefreshToken, Usual),
            (Symptom::InvalidGrant, Seldom),
            (Symptom::UserUnknown, Usual),
        ],
        of_refresh: true,
        tests: &[client::issuing_pool, client::sign_in_pool],
        rules: &["pool-client-mismatch", "region-mismatch", "environment-mixup"],
        decides: "the claim iss of the access or ID token against awsRegion and userPoolId of the refused call",
        fix: "send the token to the pool that issued it: mostly a stage's configuration is mixed up, or tokens of another stage are stored",
    },
    Cause {
        name: "rotation-with-refresh-flow",
        title: "refresh tokens rotate, which takes REFRESH_TOKEN_AUTH away",
        symptoms: &[(Symptom::InvalidRefreshToken, Usual), (Symptom::FlowNotEnabled, Usual)],
        of_refresh: true,
        tests: &[rotation::rotates, rotation::old_call],
        rules: &["rotation-with-refresh-token-auth"],
        decides: "RefreshTokenRotation of the client together with the operation of the refused call",
        fix: "refresh with GetTokensFromRefreshToken (aws-amplify 6.15.4 and later does) or at /oauth2/token, and store the new token each time",
    },
    Cause {
        name: "device-forgotten",
        title: "the device that the token belongs to was forgotten",
        symptoms: &[(Symptom::InvalidRefreshToken, Usual), (Symptom::DeviceUnknown, Usual)],
        of_refresh: false,
        tests: &[device::at_api, device::forgotten],
        rules: &[],
        decides: "an event ForgetDevice or AdminForgetDevice of the user before the refusal",
        fix: "treat it as a sign-out: drop the tokens and the device key, and let the user sign in",
    },
    Cause {
        name: "tracking-switched-on",
        title: "the pool began to remember devices while the session ran",
        symptoms: &[(Symptom::InvalidRefreshToken, Usual)],
        of_refresh: true,
        tests: &[device::at_api, device::switched_on],
        rules: &["device-tracking-changed"],
        decides: "an event UpdateUserPool with deviceConfiguration between the sign-in and the first refusal",
        fix: "let users sign in again, or take DeviceConfiguration out again as a whole: false in both members switches it on as well",
    },
    Cause {
        name: "password-flow-with-tracking",
        title: "the session began with a password flow in a pool that remembers devices",
        symptoms: &[(Symptom::InvalidRefreshToken, Seldom)],
        of_refresh: true,
        tests: &[device::at_api, device::tracking, device::password_flow],
        rules: &["device-tracking-with-password-flow"],
        decides: "whether the same refresh works after a sign-in with USER_SRP_AUTH; AWS's own pages disagree",
        fix: "sign in with USER_SRP_AUTH, or take DeviceConfiguration out of the pool",
    },
    Cause {
        name: "token-damaged",
        title: "what was sent is not the refresh token as it was issued",
        symptoms: &[(Symptom::InvalidRefreshToken, Usual), (Symptom::InvalidGrant, Usual)],
        of_refresh: true,
        tests: &[session::is_whole],
        rules: &["refresh-token-overwritten", "refresh-token-unavailable"],
        decides: "the token as the app sends it: five parts with dots between them, longer than a cookie may be",
        fix: "store the token where it fits (a cookie holds 4096 bytes), and keep the old one where an answer has none",
    },
    Cause {
        name: "expired",
        title: "the refresh token outlived its lifetime",
        symptoms: &[
            (Symptom::RefreshTokenExpired, Named),
            (Symptom::InvalidGrant, Usual),
            (Symptom::InvalidRefreshToken, Seldom),
        ],
        of_refresh: true,
        tests: &[lifetime::outlived],
        rules: &["refresh-window-too-short"],
        decides: "the claim auth_time plus the client's RefreshTokenValidity against the time of the refusal",
        fix: "let the user sign in again; set RefreshTokenValidity with its unit if sessions should last longer",
    },
    Cause {
        name: "lifetime-shorter-than-meant",
        title: "the lifetime of refresh tokens is set shorter than sessions are meant to last",
        symptoms: &[(Symptom::RefreshTokenExpired, Usual)],
        of_refresh: true,
        tests: &[lifetime::is_short],
        rules: &["refresh-window-too-short"],
        decides: "RefreshTokenValidity of the client and its unit in TokenValidityUnits",
        fix: "set RefreshTokenValidity, and its unit: days where there is none",
    },
    Cause {
        name: "rotation-keeps-lifetime",
        title: "refresh tokens rotate, and a new one lives no longer than the first",
        symptoms: &[(Symptom::RefreshTokenExpired, Usual)],
        of_refresh: true,
        tests: &[rotation::rotates],
        rules: &[],
        decides: "RefreshTokenRotation of the client: rotated tokens have the rest of the first token's life",
        fix: "count the session from the sign-in, not from the last refresh",
    },
    Cause {
        name: "revoked",
        title: "the app revoked the refresh token",
        symptoms: &[
            (Symptom::RefreshTokenRevoked, Usual),
            (Symptom::AccessTokenRevoked, Usual),
            (Symptom::InvalidGrant, Usual),
            (Symptom::InvalidRefreshToken, Seldom),
        ],
        of_refresh: false,
        tests: &[session::revoked],
        rules: &[],
        decides: "an event RevokeToken of that session between sign-in and refusal",
        fix: "drop the tokens on every device when the session is ended, and do not refresh afterwards",
    },
    Cause {
        name: "signed-out",
        title: "all sessions of the user were ended",
        symptoms: &[
            (Symptom::RefreshTokenRevoked, Usual),
            (Symptom::AccessTokenRevoked, Usual),
            (Symptom::InvalidGrant, Usual),
            (Symptom::InvalidRefreshToken, Seldom),
        ],
        of_refresh: false,
        tests: &[session::signed_out],
        rules: &[],
        decides: "an event GlobalSignOut or AdminUserGlobalSignOut of the user after the sign-in",
        fix: "let the user sign in again; to end one session only, use RevokeToken",
    },
    Cause {
        name: "user-removed",
        title: "the user was disabled or deleted",
        symptoms: &[
            (Symptom::UserDisabled, Named),
            (Symptom::UserUnknown, Usual),
            (Symptom::RefreshTokenRevoked, Usual),
            (Symptom::AccessTokenRevoked, Usual),
            (Symptom::InvalidGrant, Usual),
            (Symptom::InvalidRefreshToken, Seldom),
        ],
        of_refresh: false,
        tests: &[session::user_removed],
        rules: &[],
        decides: "an event AdminDisableUser, AdminDeleteUser or DeleteUser after the sign-in; enabling again revives no token",
        fix: "let the user sign in again once the account is in use",
    },
    Cause {
        name: "password-changed",
        title: "the user's password was changed",
        symptoms: &[(Symptom::RefreshTokenRevoked, Seldom), (Symptom::AccessTokenRevoked, Seldom)],
        of_refresh: false,
        tests: &[session::password_changed],
        rules: &[],
        decides: "an event ChangePassword, ConfirmForgotPassword or AdminSetUserPassword after the sign-in; that it ends sessions is reported, not documented",
        fix: "let the user sign in again after a change of the password",
    },
    Cause {
        name: "rotated-token-not-stored",
        title: "the refresh token was used before, and the app did not store the new one",
        symptoms: &[
            (Symptom::RefreshTokenReused, Usual),
            (Symptom::InvalidGrant, Usual),
            (Symptom::InvalidRefreshToken, Seldom),
        ],
        of_refresh: true,
        tests: &[rotation::rotates, rotation::refreshed_before],
        rules: &["rotated-token-not-stored", "refresh-token-overwritten"],
        decides: "that the first refresh of each session is answered and the second one refused",
        fix: "store the refresh token of every answer",
    },
    Cause {
        name: "parallel-refresh",
        title: "two refreshes ran at the same time with one token",
        symptoms: &[(Symptom::RefreshTokenReused, Usual)],
        of_refresh: true,
        tests: &[rotation::rotates, rotation::in_parallel],
        rules: &[],
        decides: "another refresh of the user within RetryGracePeriodSeconds, or a minute, before the refused one",
        fix: "let one refresh run at a time (a lock across tabs and processes), and set RetryGracePeriodSeconds to 60",
    },
    Cause {
        name: "token-copied",
        title: "somebody else used the refresh token",
        symptoms: &[(Symptom::RefreshTokenReused, Seldom)],
        of_refresh: true,
        tests: &[rotation::from_elsewhere],
        rules: &[],
        decides: "sourceIPAddress and userAgent of the answered and the refused refresh",
        fix: "end the user's sessions with AdminUserGlobalSignOut and look where the token was stored",
    },
    Cause {
        name: "code-spent",
        title: "the authorisation code was used before, is too old, or belongs to another client or address",
        symptoms: &[(Symptom::InvalidGrant, Usual)],
        of_refresh: false,
        tests: &[flow::traded_code],
        rules: &[],
        decides: "the grant of the refused call, and another Token_POST with the same code before it",
        fix: "trade each code once and at once, with the client and redirect_uri of the authorisation request",
    },
    Cause {
        name: "secret-hash-left-out",
        title: "the client has a secret, and the call sends no hash",
        symptoms: &[(Symptom::HashMissing, Named), (Symptom::HashWrong, Seldom)],
        of_refresh: false,
        tests: &[secret::has_secret],
        rules: &["secret-hash-missing", "secret-in-public-client"],
        decides: "the parameters of the call in the code: SECRET_HASH in AuthParameters and in every ChallengeResponses",
        fix: "send the hash in every step of the sign-in and in the refresh; for browsers and apps use a client without a secret",
    },
    Cause {
        name: "client-with-secret-not-meant",
        title: "the call names a client with a secret, and another one is meant",
        symptoms: &[(Symptom::HashMissing, Usual)],
        of_refresh: false,
        tests: &[client::works_for_caller, client::other_clients],
        rules: &["secret-in-public-client", "environment-mixup", "wrong-reference"],
        decides: "which client the app's configuration should name",
        fix: "give the app its own client, made without a secret",
    },
    Cause {
        name: "secret-hash-username",
        title: "the hash of the refresh is made with another name than the token's",
        symptoms: &[(Symptom::HashWrong, Usual)],
        of_refresh: false,
        tests: &[secret::only_refresh_fails, secret::signs_in_by_address],
        rules: &["secret-hash-username"],
        decides: "the name in the hash of the refresh: sub where the pool has UsernameAttributes, else the claim cognito:username",
        fix: "make the hash of a refresh with the name that the token carries; GetTokensFromRefreshToken takes the secret and needs no name",
    },
    Cause {
        name: "secret-hash-made-wrong",
        title: "the hash is not made as the service makes it",
        symptoms: &[(Symptom::HashWrong, Usual)],
        of_refresh: false,
        tests: &[secret::sign_in_works],
        rules: &["secret-hash-not-hashed", "secret-hash-instead-of-secret"],
        decides: "the code that makes it: base64 of HMAC-SHA256 with the secret as the key over user name and client id, in this order",
        fix: "make it so; GetTokensFromRefreshToken, RevokeToken and /oauth2/token take the secret itself instead",
    },
    Cause {
        name: "secret-of-other-client",
        title: "the secret is another client's, or an old one",
        symptoms: &[(Symptom::HashWrong, Usual)],
        of_refresh: false,
        tests: &[secret::changed, secret::sign_in_works],
        rules: &["environment-mixup", "wrong-reference"],
        decides: "whether the secret in the app's configuration is that of the client that the call names",
        fix: "take client id and secret from one place",
    },
    Cause {
        name: "secret-hash-for-client-without-secret",
        title: "the call sends a hash, and the client has no secret",
        symptoms: &[(Symptom::HashUnexpected, Named)],
        of_refresh: false,
        tests: &[secret::has_no_secret],
        rules: &["secret-hash-unexpected"],
        decides: "GenerateSecret of the client that the call names",
        fix: "leave the hash out where the client has no secret, or name the client that has one",
    },
    Cause {
        name: "client-secret-wrong",
        title: "the endpoint was given no secret of the client, or not the client's",
        symptoms: &[(Symptom::InvalidClient, Usual)],
        of_refresh: false,
        tests: &[secret::has_secret, secret::changed, secret::sign_in_works],
        rules: &["environment-mixup", "wrong-reference"],
        decides: "the client's secret against what the call sends: a header Authorization: Basic with client id and secret, or client_secret in the body",
        fix: "send the secret of the client that client_id names, in the header or in the body; a client without a secret sends client_id alone",
    },
    Cause {
        name: "grant-not-allowed",
        title: "the client may not use the grant, or the redirect_uri is not that of the authorisation request",
        symptoms: &[(Symptom::UnauthorizedClient, Named)],
        of_refresh: false,
        tests: &[],
        rules: &[],
        decides: "AllowedOAuthFlows and AllowedOAuthFlowsUserPoolClient of the client; for a code, redirect_uri against that of the authorisation request, letter by letter",
        fix: "allow the code grant on the client, and send the redirect_uri of the authorisation request with the code",
    },
    Cause {
        name: "flow-not-allowed",
        title: "the client does not allow the flow of the call",
        symptoms: &[(Symptom::FlowNotEnabled, Named)],
        of_refresh: false,
        tests: &[flow::allowed],
        rules: &[
            "auth-flow-not-allowed",
            "refresh-flow-not-allowed",
            "refresh-flow-missing",
            "explicit-auth-flows-mixed",
        ],
        decides: "ExplicitAuthFlows of the client that the call names; where it is not set, password flows are off",
        fix: "allow the flow on the client, or sign in with one that it allows",
    },
    Cause {
        name: "flows-reset",
        title: "an update of the client reset the flows that it allows",
        symptoms: &[(Symptom::FlowNotEnabled, Usual)],
        of_refresh: false,
        tests: &[flow::reset],
        rules: &["partial-update"],
        decides: "an event UpdateUserPoolClient without explicitAuthFlows before the first refusal: it resets whatever it leaves out",
        fix: "send every setting with UpdateUserPoolClient, or leave the client to the infrastructure",
    },
    Cause {
        name: "client-id-wrong",
        title: "the call names a client id that no client has",
        symptoms: &[(Symptom::ClientUnknown, Usual), (Symptom::InvalidClient, Usual)],
        of_refresh: false,
        tests: &[client::known_client, client::exists],
        rules: &[
            "unknown-client-id",
            "placeholder-identifier",
            "malformed-identifier",
            "unset-identifier",
            "environment-mixup",
        ],
        decides: "the id in the error against aws cognito-idp list-user-pool-clients of the pool",
        fix: "configure the id of the client that is deployed",
    },
    Cause {
        name: "region-wrong",
        title: "the call went to another Region than the client's",
        symptoms: &[(Symptom::ClientUnknown, Usual)],
        of_refresh: false,
        tests: &[client::client_region],
        rules: &["region-mismatch", "pool-client-mismatch"],
        decides: "awsRegion of the refused call against the Region in the pool's id",
        fix: "configure the Region that the pool's id begins with",
    },
    Cause {
        name: "client-deleted",
        title: "the app client was deleted",
        symptoms: &[(Symptom::ClientUnknown, Usual), (Symptom::InvalidClient, Usual)],
        of_refresh: false,
        tests: &[client::deleted_client],
        rules: &["client-replaced", "pool-replaced"],
        decides: "an event DeleteUserPoolClient of this client",
        fix: "configure the client that took its place; shipped apps keep the old id",
    },
    Cause {
        name: "session-too-old",
        title: "the sign-in took longer than its session lives",
        symptoms: &[(Symptom::SessionInvalid, Usual)],
        of_refresh: false,
        tests: &[session::slow_challenge],
        rules: &[],
        decides: "the time between the steps of the sign-in against AuthSessionValidity of the client, 3 minutes where it is not set",
        fix: "raise AuthSessionValidity (up to 15 minutes), or begin the sign-in again",
    },
    Cause {
        name: "session-used-before",
        title: "a step of the sign-in was answered with a Session that was used before",
        symptoms: &[(Symptom::SessionInvalid, Usual)],
        of_refresh: false,
        tests: &[session::answered_twice],
        rules: &[],
        decides: "whether each RespondToAuthChallenge sends the Session of the answer just before it",
        fix: "send the newest Session, once",
    },
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::rule;

    #[test]
    fn every_rule_that_is_named_exists() {
        for cause in CAUSES {
            for name in cause.rules {
                assert!(rule::named(name).is_ok(), "{}: {name}", cause.name);
            }
        }
    }

    #[test]
    fn names_differ_and_every_refusal_has_a_cause() {
        let names: BTreeSet<_> = CAUSES.iter().map(|cause| cause.name).collect();
        assert_eq!(names.len(), CAUSES.len());
        for shown in Symptom::known() {
            let symptom = Symptom::of(shown).unwrap();
            let has_cause = |cause: &Cause| cause.symptoms.iter().any(|(mine, _)| *mine == symptom);
            assert!(CAUSES.iter().any(has_cause), "{shown}");
        }
    }
}
