//! The names under which secrets stand: one list for infrastructure, settings of deployments and the parameters of calls.

use crate::words;

/// How the names of secrets end, in lower case without separators.
const ENDINGS: &[&str] = &[
    "accesskey",
    "apikey",
    "externalid",
    "passcode",
    "passphrase",
    "passwd",
    "password",
    "privatekey",
    "secret",
    "secretkey",
    "secretstring",
    "signingkey",
    "token",
];

/// Words that are too short to be looked for inside others.
const WORDS: &str = "pass pw pwd";

/// Words behind a secret's name that leave it one: `PASSWORD_2`, `SecretHash`, `PasswordVerifier`.
const MANNERS: &str = "confirm confirmation hash literal new old plain plaintext repeat text value verifier";

/// Further parameters of the service's calls that hold a user's tokens, codes and answers, in lower case without
/// separators. Source: the API references of user pools and identity pools, and the endpoints of OAuth.
const OF_CALLS: &str = "\
    answer assertion challengeresponse code codeverifier confirmationcode cookie credential devicecode emailotpcode \
    encodeddata mfacode otp salt session smsmfacode smsotpcode softwaretokenmfacode totp usercode verificationcode";

/// Whether a key, parameter or variable of this name holds a secret.
pub fn is_secret(name: &str) -> bool {
    let mut words = words::split(name);
    while words.len() > 1
        && words
            .last()
            .is_some_and(|word| words::is_in(MANNERS, word) || word.bytes().all(|byte| byte.is_ascii_digit()))
    {
        words.pop();
    }
    let plain = words.concat();
    let plain = plain.strip_suffix('s').unwrap_or(&plain);
    ENDINGS.iter().any(|ending| plain.ends_with(ending)) || words.last().is_some_and(|word| words::is_in(WORDS, word))
}

/// Whether a parameter of a call holds a secret: as above, or by what the service's operations take.
pub fn is_secret_of_call(name: &str) -> bool {
    words::is_in(OF_CALLS, &words::split(name).concat()) || is_secret(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_known_by_their_names() {
        for name in [
            "client_secret",
            "ClientSecret",
            "COGNITO_CLIENT_SECRET",
            "MasterUserPassword",
            "SecretString",
            "secret",
            "SecretHash",
            "ACCESS_TOKEN",
            "refreshToken",
            "api-key",
            "custom:apikey",
            "AWS_SECRET_ACCESS_KEY",
            "DB_PASS",
            "PASSWORD_2",
            "passwordConfirmation",
            "PasswordVerifier",
        ] {
            assert!(is_secret(name), "{name}");
        }
        for name in [
            "SecretArn",
            "SECRET_NAME",
            "PasswordPolicy",
            "ClientId",
            "AccessTokenValidity",
            "TemporaryPasswordValidityDays",
            "token_endpoint",
            "TokenUse",
            "bypass",
            "DEVICE_KEY",
            "KeyPass1Id",
            "",
            "2",
        ] {
            assert!(!is_secret(name), "{name}");
        }
    }

    #[test]
    fn calls_take_more_of_them() {
        for name in ["Session", "ConfirmationCode", "confirmationCode", "SMS_MFA_CODE", "code", "AccessToken"] {
            assert!(is_secret_of_call(name), "{name}");
        }
        for name in
            ["AuthFlow", "USERNAME", "ClientMetadata", "SessionId", "CountryCode", "DEVICE_KEY", "ChallengeName"]
        {
            assert!(!is_secret_of_call(name), "{name}");
        }
    }
}
