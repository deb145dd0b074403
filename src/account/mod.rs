//! The audit of an account: the reading calls that are made, and what they answered.
//!
//! What is here knows no SDK: the answers are JSON in the service's own member names, so that recorded ones serve as well.
//! What calls the services is in `aws`, behind the feature `live`.

use std::sync::{Arc, OnceLock};

use thiserror::Error;

pub mod answer;
#[cfg(feature = "live")]
pub mod aws;
pub mod gaps;
pub mod operation;
pub mod policy;
pub mod request;

pub use answer::{REDACTED, kept};
pub use operation::Operation;
pub use request::Request;

/// Where a call was made, and with what.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Asked {
    /// The account's number; empty where it could not be told.
    pub account: Arc<str>,
    /// The Region; `aws-global` for what has none.
    pub region: Arc<str>,
    /// The call.
    pub operation: Operation,
    /// The identifiers that it was made with, the user pool's first: see [`Operation::subject`].
    pub subject: Vec<Arc<str>>,
}

/// What the account said to a reading call.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Answer {
    /// The call.
    pub asked: Asked,
    /// The answer as pretty-printed JSON in the service's member names; the pages of a list are one. Secrets and texts of
    /// messages are [`REDACTED`]: that they are set is known, and not what they are.
    pub body: Arc<str>,
}

/// A reading call that gave nothing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Gap {
    /// The call.
    pub asked: Asked,
    /// Why.
    pub why: Refusal,
    /// The same in the words of the service or the system; may be empty.
    pub message: String,
}

impl Gap {
    /// Whether answers to an operation are missing because of it.
    pub fn loses(&self, operation: Operation) -> bool {
        self.why.ends_all(self.asked.operation) || operation.depends_on(self.asked.operation)
    }
}

/// Why a call gave nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Refusal {
    /// There are no credentials, or they cannot be used.
    Credentials,
    /// The credentials have expired.
    Expired,
    /// The credentials may not make this call.
    Denied,
    /// The service was asked too often, even after waiting.
    Throttled,
    /// What was asked for was there when it was listed, and is no more.
    Vanished,
    /// The service cannot be reached, or the connection broke.
    Unreachable,
    /// There was no whole answer in time.
    TimedOut,
    /// The answer cannot be understood.
    Malformed,
    /// The pages of a list do not end.
    Endless,
    /// The service failed.
    Failed,
    /// The service does not take the request.
    Rejected,
    /// The audit was stopped before.
    Interrupted,
}

impl Refusal {
    /// Whether nothing is asked any more once an operation gave this: there is nobody who may ask.
    pub fn ends_all(self, operation: Operation) -> bool {
        match operation {
            Operation::AssumeRole => true,
            Operation::GetCallerIdentity if self == Self::Denied => true,
            _ => matches!(self, Self::Credentials | Self::Expired),
        }
    }
}

/// All that was learnt of one or more accounts, in the order of [`Asked`].
///
/// A call that has neither an answer nor a gap was not made, because it had no sense: there is no domain to describe, or the
/// audit was limited. A list that has both broke off.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Audit {
    /// What was answered.
    pub answers: Vec<Answer>,
    /// What was not. While there are any, nothing may be said to be absent that they would have told.
    pub gaps: Vec<Gap>,
}

impl Audit {
    /// The answers and gaps in their order.
    pub fn new(mut answers: Vec<Answer>, mut gaps: Vec<Gap>) -> Self {
        answers.sort_unstable();
        answers.dedup_by(|next, kept| next.asked == kept.asked);
        answers.shrink_to_fit();
        gaps.sort_unstable();
        gaps.dedup();
        Self { answers, gaps }
    }

    /// Takes the answers to an operation out.
    pub fn take(&mut self, operation: Operation) -> Vec<Answer> {
        self.answers.extract_if(.., |answer| answer.asked.operation == operation).collect()
    }
}

/// What accounts hold: told already, or asked for when it is first needed, once everything else is known to be in order.
#[derive(Debug)]
pub struct Inquiry {
    request: Request,
    audit: OnceLock<Audit>,
}

impl Inquiry {
    /// One that is still to be made.
    pub fn of(request: Request) -> Self {
        Self { request, audit: OnceLock::new() }
    }

    /// One that was made.
    pub fn told(audit: Audit) -> Self {
        Self { request: Request::default(), audit: OnceLock::from(audit) }
    }

    /// What was told. The first time this may talk to the network, see [`audit`].
    ///
    /// # Errors
    /// See [`Trouble`].
    pub fn audit(&self) -> Result<&Audit, Trouble> {
        match self.audit.get() {
            Some(audit) => Ok(audit),
            None => audit(&self.request).map(|told| self.audit.get_or_init(|| told)),
        }
    }
}

/// Why there is no audit. What an account refuses is a [`Gap`] instead.
#[derive(Debug, Error)]
pub enum Trouble {
    /// There is no SDK in this program.
    #[error("this program was built without `--live`: build it with the feature `live`")]
    NotBuilt,
    /// The profile that was named cannot be used.
    #[error("the profile {name} cannot be used: {message}")]
    Profile {
        /// Its name.
        name: String,
        /// Why.
        message: String,
    },
    /// Nothing says which Region is meant.
    #[error("which Region to audit is not said: give --region, --all-regions or --pool, or set AWS_REGION")]
    NoRegion,
    /// A Region that there is not.
    #[error("there is no Region {region}: {host} has no address")]
    NoSuchRegion {
        /// Its name.
        region: String,
        /// Where it would be asked.
        host: String,
    },
    /// `AWS_MAX_ATTEMPTS` is not a number from 1 on.
    #[error("AWS_MAX_ATTEMPTS is `{0}`, and no number from 1 on")]
    Attempts(String),
    /// The system refuses what is needed to ask at all.
    #[error("the audit cannot begin: {0}")]
    System(#[from] std::io::Error),
}

/// Asks the account all that rules need to know of it. Talks to the network.
///
/// # Errors
/// See [`Trouble`].
#[cfg(feature = "live")]
pub fn audit(request: &Request) -> Result<Audit, Trouble> {
    aws::audit(request)
}

/// Asks nothing, as there is no SDK in this program.
///
/// # Errors
/// [`Trouble::NotBuilt`].
#[cfg(not(feature = "live"))]
pub fn audit(_: &Request) -> Result<Audit, Trouble> {
    Err(Trouble::NotBuilt)
}
