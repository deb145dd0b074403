//! What a rule says, as owned data.

use std::sync::Arc;

use crate::source::Loc;
use crate::when::When;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Advice.
    Info,
    /// Fails under conditions, or is an exposure.
    Warning,
    /// Fails in production or at deploy.
    Error,
}

/// How sure it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confidence {
    /// A guess.
    Low,
    /// Something was taken for granted.
    Medium,
    /// Every step is written in the sources.
    High,
}

/// Who wants to see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Everybody.
    Default,
    /// Teams that opt into hygiene and opinions.
    Strict,
    /// Auditors who want guesses too.
    Audit,
}

/// A place that makes the case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// Where.
    pub loc: Loc,
    /// What stands there.
    pub message: String,
}

/// A finding.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The rule's name.
    pub rule: &'static str,
    /// How bad.
    pub severity: Severity,
    /// How sure.
    pub confidence: Confidence,
    /// For whom.
    pub level: Level,
    /// What breaks and when, in one sentence.
    pub message: String,
    /// The primary place, with what stands there.
    pub place: Evidence,
    /// The other places, in the order in which they make the case.
    pub evidence: Vec<Evidence>,
    /// What to change.
    pub help: String,
    /// The literal error that users will see.
    pub aws_error: Option<&'static str>,
    /// The logical resource it is about.
    pub resource: Option<Arc<str>>,
    /// Under which condition.
    pub when: When,
}
