//! What the SDK's errors mean.

use std::error::Error;

use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_sts::config::http::HttpResponse;
use aws_sdk_sts::error::{ProvideErrorMetadata, SdkError};

use crate::account::Refusal;

/// The longest message that is kept, in characters.
const LONGEST: usize = 300;

/// A call that gave nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Why.
    pub why: Refusal,
    /// The service's name for it, where it gave one.
    pub code: Option<String>,
    /// The same for people.
    pub message: String,
}

impl Refused {
    /// One that the service did not put in words.
    pub fn new(why: Refusal, message: impl Into<String>) -> Self {
        Self { why, code: None, message: message.into() }
    }

    /// What a failed call means.
    pub fn of<E>(error: &SdkError<E, HttpResponse>) -> Self
    where
        E: Error + ProvideErrorMetadata + 'static,
    {
        if let Some(fault) = chain(error).find_map(|cause| cause.downcast_ref::<CredentialsError>()) {
            return Self::of_credentials(fault);
        }
        match error {
            SdkError::TimeoutError(_) => Self::new(Refusal::TimedOut, ""),
            SdkError::DispatchFailure(failure) if failure.is_timeout() => Self::new(Refusal::TimedOut, last(error)),
            SdkError::DispatchFailure(_) => Self::new(Refusal::Unreachable, last(error)),
            // A body that could be read and not understood is there in memory; one that broke off is not.
            SdkError::ResponseError(response) if response.raw().body().bytes().is_some() => {
                Self::new(Refusal::Malformed, last(error))
            }
            SdkError::ResponseError(_) => Self::new(Refusal::Unreachable, last(error)),
            SdkError::ServiceError(answer) => {
                let status = answer.raw().status().as_u16();
                let (code, message) = (answer.err().code(), answer.err().message());
                let words = match (message, code) {
                    (Some(message), _) => message.to_owned(),
                    (None, Some(code)) => code.to_owned(),
                    (None, None) => format!("HTTP status {status}"),
                };
                Self { why: of_code(code, status), code: code.map(str::to_owned), message: tidy(&words) }
            }
            _ => Self::new(Refusal::Rejected, last(error)),
        }
    }

    /// What it means that a provider gives no credentials.
    pub fn of_credentials(error: &CredentialsError) -> Self {
        use aws_sdk_sts::operation::assume_role::AssumeRoleError;
        let refused = chain(error).find_map(|cause| cause.downcast_ref::<SdkError<AssumeRoleError, HttpResponse>>());
        match (refused, error) {
            (Some(refused), _) => Self::of(refused),
            (None, CredentialsError::ProviderTimedOut(_)) => Self::new(Refusal::TimedOut, last(error)),
            (None, _) => Self::new(Refusal::Credentials, last(error)),
        }
    }
}

/// What the service's names for its errors mean; those it shares with others by their status.
fn of_code(code: Option<&str>, status: u16) -> Refusal {
    match code.unwrap_or_default() {
        "AccessDenied"
        | "AccessDeniedException"
        | "NotAuthorizedException"
        | "UnauthorizedAccess"
        | "UnauthorizedOperation" => Refusal::Denied,
        "ExpiredToken" | "ExpiredTokenException" | "RequestExpired" => Refusal::Expired,
        "AuthFailure"
        | "IncompleteSignature"
        | "IncompleteSignatureException"
        | "InvalidAccessKeyId"
        | "InvalidClientTokenId"
        | "InvalidSignatureException"
        | "MissingAuthenticationToken"
        | "MissingAuthenticationTokenException"
        | "SignatureDoesNotMatch"
        | "UnrecognizedClientException" => Refusal::Credentials,
        "LimitExceededException"
        | "RequestLimitExceeded"
        | "SlowDown"
        | "Throttling"
        | "ThrottlingException"
        | "ThrottledException"
        | "TooManyRequestsException" => Refusal::Throttled,
        "NoSuchEntity" | "NoSuchEntityException" | "ResourceNotFoundException" | "WAFNonexistentItemException" => {
            Refusal::Vanished
        }
        _ if status == 429 => Refusal::Throttled,
        _ if status >= 500 => Refusal::Failed,
        _ => Refusal::Rejected,
    }
}

fn chain<'e>(error: &'e (dyn Error + 'static)) -> impl Iterator<Item = &'e (dyn Error + 'static)> {
    let mut next = Some(error);
    std::iter::from_fn(move || {
        let cause = next?;
        next = cause.source();
        Some(cause)
    })
}

/// The innermost cause, which says what happened.
fn last(error: &(dyn Error + 'static)) -> String {
    chain(error).last().map(|cause| tidy(&cause.to_string())).unwrap_or_default()
}

/// The first line of a message, and not too much of it: what follows may quote the request with its session token.
fn tidy(message: &str) -> String {
    let first = message.trim().lines().next().unwrap_or_default();
    let first = first.split("Encoded authorization failure message").next().unwrap_or_default().trim_end();
    first.chars().filter(|letter| !letter.is_control()).take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_known_by_their_names_and_else_by_their_status() {
        assert_eq!(of_code(Some("TooManyRequestsException"), 400), Refusal::Throttled);
        assert_eq!(of_code(Some("AccessDeniedException"), 400), Refusal::Denied);
        assert_eq!(of_code(Some("ExpiredTokenException"), 400), Refusal::Expired);
        assert_eq!(of_code(None, 503), Refusal::Failed);
        assert_eq!(of_code(Some("InvalidParameterException"), 400), Refusal::Rejected);
    }

    #[test]
    fn messages_lose_what_they_quote() {
        let message = "The signature does not match.\n\nThe Canonical String was\nx-amz-security-token:hunter2";
        assert_eq!(tidy(message), "The signature does not match.");
        assert_eq!(tidy("denied. Encoded authorization failure message: hunter2"), "denied.");
        assert_eq!(tidy(&"x".repeat(1000)).len(), LONGEST);
    }
}
