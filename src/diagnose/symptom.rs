//! What the service answered, by the texts that it answers with.

/// A kind of refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the texts in the table say it")]
pub enum Symptom {
    InvalidRefreshToken,
    RefreshTokenExpired,
    RefreshTokenRevoked,
    RefreshTokenReused,
    InvalidGrant,
    HashMissing,
    HashWrong,
    HashUnexpected,
    FlowNotEnabled,
    ClientUnknown,
    DeviceUnknown,
    SessionInvalid,
    AccessTokenRevoked,
    InvalidClient,
    UnauthorizedClient,
    UserDisabled,
    UserUnknown,
}

/// A row of the table: a refusal, its name, what it reads like, and how it is recognised.
#[derive(Debug)]
struct Row {
    symptom: Symptom,
    name: &'static str,
    shown: &'static str,
    /// Parts of the text in lower case; those of one entry stand in it together.
    texts: &'static [&'static [&'static str]],
}

/// The texts as the service writes them, the more telling ones first.
///
/// Sources: Knowledge Center on "Invalid Refresh Token"; Developer Guide, troubleshooting and token endpoint; API reference of
/// RefreshTokenReuseException. As users report them: expired (amplify-swift #3496), revoked (amplify-swift #3344, aws-sdk-net
/// #1936), a wrong hash (aws-sdk-net-extensions-cognito #94, amplify-js #277), an unexpected one (pmill/aws-cognito #23),
/// devices (aws-sdk-net #1055), sessions (amplify-js #10959), flows and clients (many).
const TABLE: &[Row] = &[
    Row {
        symptom: Symptom::RefreshTokenReused,
        name: "refresh-token-reused",
        shown: "RefreshTokenReuseException: Refresh token reuse detected",
        texts: &[&["refreshtokenreuseexception"], &["refresh token reuse"]],
    },
    Row {
        symptom: Symptom::RefreshTokenExpired,
        name: "refresh-token-expired",
        shown: "NotAuthorizedException: Refresh Token has expired",
        texts: &[&["refresh token has expired"], &["refresh token expired"]],
    },
    Row {
        symptom: Symptom::RefreshTokenRevoked,
        name: "refresh-token-revoked",
        shown: "NotAuthorizedException: Refresh Token has been revoked",
        texts: &[&["refresh token has been revoked"]],
    },
    Row {
        symptom: Symptom::InvalidRefreshToken,
        name: "invalid-refresh-token",
        shown: "NotAuthorizedException: Invalid Refresh Token",
        texts: &[&["invalid refresh token"]],
    },
    Row {
        symptom: Symptom::AccessTokenRevoked,
        name: "access-token-revoked",
        shown: "NotAuthorizedException: Access Token has been revoked",
        texts: &[&["access token has been revoked"]],
    },
    Row {
        symptom: Symptom::HashMissing,
        name: "secret-hash-missing",
        shown: "NotAuthorizedException: Client <id> is configured with secret but SECRET_HASH was not received",
        texts: &[&["secret_hash was not received"], &["secret hash was not received"]],
    },
    Row {
        symptom: Symptom::HashUnexpected,
        name: "secret-hash-unexpected",
        shown: "Client <id> is not configured for secret but secret hash was received",
        texts: &[&["not configured for secret"], &["not configured with secret"]],
    },
    Row {
        symptom: Symptom::HashWrong,
        name: "secret-hash-wrong",
        shown: "NotAuthorizedException: Unable to verify secret hash for client <id>",
        texts: &[&["unable to verify secret hash"], &["secrethash does not match"], &["secret hash does not match"]],
    },
    Row {
        symptom: Symptom::FlowNotEnabled,
        name: "flow-not-enabled",
        shown: "InvalidParameterException: <flow> flow not enabled for this client",
        texts: &[&["flow", "not enabled for this client"], &["flow is not enabled for this client"]],
    },
    Row {
        symptom: Symptom::ClientUnknown,
        name: "client-unknown",
        shown: "ResourceNotFoundException: User pool client <id> does not exist",
        texts: &[&["user pool client", "does not exist"]],
    },
    Row {
        symptom: Symptom::UserDisabled,
        name: "user-disabled",
        shown: "NotAuthorizedException: User is disabled",
        texts: &[&["user is disabled"]],
    },
    Row {
        symptom: Symptom::UserUnknown,
        name: "user-unknown",
        shown: "UserNotFoundException: User does not exist",
        texts: &[&["user does not exist"], &["usernotfoundexception"]],
    },
    Row {
        symptom: Symptom::DeviceUnknown,
        name: "device-unknown",
        shown: "ResourceNotFoundException: Device does not exist",
        texts: &[&["device does not exist"]],
    },
    Row {
        symptom: Symptom::SessionInvalid,
        name: "session-invalid",
        shown: "NotAuthorizedException: Invalid session for the user",
        texts: &[&["invalid session for the user"], &["invalid login session"], &["session is expired"]],
    },
    Row {
        symptom: Symptom::InvalidGrant,
        name: "invalid-grant",
        shown: "invalid_grant at /oauth2/token",
        texts: &[&["invalid_grant"]],
    },
    Row {
        symptom: Symptom::InvalidClient,
        name: "invalid-client",
        shown: "invalid_client at /oauth2/token",
        texts: &[&["invalid_client"]],
    },
    Row {
        symptom: Symptom::UnauthorizedClient,
        name: "unauthorized-client",
        shown: "unauthorized_client at /oauth2/token",
        texts: &[&["unauthorized_client"]],
    },
];

impl Symptom {
    /// The refusal that a text tells of, if it is one that is known here.
    pub fn of(text: &str) -> Option<Self> {
        let text = text.to_ascii_lowercase();
        let is_told = |row: &&Row| row.texts.iter().any(|parts| parts.iter().all(|part| text.contains(part)));
        TABLE.iter().find(is_told).map(|row| row.symptom)
    }

    /// Every text that is known, as it is shown.
    pub fn known() -> impl Iterator<Item = &'static str> {
        TABLE.iter().map(|row| row.shown)
    }

    /// Whether only a refresh token is refused with it.
    pub fn is_of_refresh_token(self) -> bool {
        use Symptom::{InvalidRefreshToken, RefreshTokenExpired, RefreshTokenReused, RefreshTokenRevoked};
        matches!(self, InvalidRefreshToken | RefreshTokenExpired | RefreshTokenReused | RefreshTokenRevoked)
    }

    /// Whether only the OAuth endpoints answer with it.
    pub fn is_of_endpoint(self) -> bool {
        matches!(self, Self::InvalidGrant | Self::InvalidClient | Self::UnauthorizedClient)
    }

    /// Its name in documents.
    pub fn name(self) -> &'static str {
        self.row().map_or("", |row| row.name)
    }

    /// What the service answers, with stand-ins for what differs.
    pub fn shown(self) -> &'static str {
        self.row().map_or("", |row| row.shown)
    }

    fn row(self) -> Option<&'static Row> {
        TABLE.iter().find(|row| row.symptom == self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_recognised_as_they_are_written() {
        let told = [
            (
                "An error occurred (NotAuthorizedException) when calling the InitiateAuth operation: Invalid Refresh Token.",
                Symptom::InvalidRefreshToken,
            ),
            ("NotAuthorizedException: Refresh Token has expired", Symptom::RefreshTokenExpired),
            ("x-amzn-ErrorMessage: Refresh Token has been revoked", Symptom::RefreshTokenRevoked),
            ("RefreshTokenReuseException", Symptom::RefreshTokenReused),
            (
                "{\"error\":\"invalid_grant\",\"error_description\":\"Invalid Refresh Token\"}",
                Symptom::InvalidRefreshToken,
            ),
            ("{\"error\":\"invalid_grant\"}", Symptom::InvalidGrant),
            ("Client 1abc is configured with secret but SECRET_HASH was not received", Symptom::HashMissing),
            ("SecretHash does not match for the client: 1abc", Symptom::HashWrong),
            ("Unable to verify secret hash for client 1abc", Symptom::HashWrong),
            ("App client 1abc is not configured for secret but secret hash was received", Symptom::HashUnexpected),
            ("USER_PASSWORD_AUTH flow not enabled for this client", Symptom::FlowNotEnabled),
            ("Auth flow not enabled for this client", Symptom::FlowNotEnabled),
            ("User pool client 1abc does not exist.", Symptom::ClientUnknown),
            ("Device does not exist.", Symptom::DeviceUnknown),
            ("Invalid session for the user, session is expired.", Symptom::SessionInvalid),
            ("Access Token has been revoked", Symptom::AccessTokenRevoked),
            ("{\"error\":\"invalid_client\"}", Symptom::InvalidClient),
            ("{\"error\":\"unauthorized_client\"}", Symptom::UnauthorizedClient),
            ("User is disabled.", Symptom::UserDisabled),
            ("UserNotFoundException: User does not exist.", Symptom::UserUnknown),
        ];
        for (text, symptom) in told {
            assert_eq!(Symptom::of(text), Some(symptom), "{text}");
        }
        assert_eq!(Symptom::of("Incorrect username or password."), None);
    }

    #[test]
    fn every_row_recognises_what_it_shows() {
        for row in TABLE {
            assert_eq!(Symptom::of(row.shown), Some(row.symptom), "{}", row.shown);
        }
    }
}
