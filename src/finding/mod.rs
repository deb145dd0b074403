//! What a rule says, as owned data.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Deserialize;

pub use crate::model::link::Confidence;
use crate::source::Loc;
use crate::when::When;

use fix::Fix;

pub mod baseline;
pub mod earlier;
pub mod elsewhere;
pub mod filter;
pub mod fingerprint;
pub mod fix;
pub mod merge;
pub mod precedence;
pub mod suppression;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Advice.
    Info,
    /// Fails under conditions, or is an exposure.
    Warning,
    /// Fails in production or at deploy.
    Error,
}

impl Severity {
    /// Every severity, the mildest first.
    pub const ALL: [Self; 3] = [Self::Info, Self::Warning, Self::Error];

    /// Its name in reports and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// Who wants to see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Everybody.
    Default,
    /// Teams that opt into hygiene and opinions.
    Strict,
    /// Auditors who want guesses too.
    Audit,
}

impl Level {
    /// Every level, from the one with the fewest findings.
    pub const ALL: [Self; 3] = [Self::Default, Self::Strict, Self::Audit];

    /// Its name in reports and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Strict => "strict",
            Self::Audit => "audit",
        }
    }
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
    /// How it can be corrected, where that is a change of texts.
    pub fix: Option<Fix>,
    /// An ignore covers it.
    pub ignored: bool,
}

impl Finding {
    /// All places that make the case, the primary one first.
    pub fn places(&self) -> impl Iterator<Item = &Evidence> {
        std::iter::once(&self.place).chain(&self.evidence)
    }
}

#[cfg(test)]
pub(crate) mod testing {
    //! Findings in a small file, for the tests of this room and the next.

    use super::*;
    use crate::source::{FileId, SourceFile, SourceMap, Span};

    /// One file of many lines, `web/session.ts`.
    pub(crate) fn sources() -> SourceMap {
        let file = SourceFile::with_text(
            "web/session.ts".into(),
            "/project/web/session.ts".into(),
            "const a = 1;\n".repeat(100),
        );
        SourceMap::new(vec![file])
    }

    /// A place in that file.
    pub(crate) fn evidence(byte: u32, message: &str) -> Evidence {
        let span = Span { start: byte, end: byte + 5 };
        Evidence { loc: Loc { file: FileId(0), span }, message: message.to_owned() }
    }

    /// A certain error of level default at a place in that file.
    pub(crate) fn finding(rule: &'static str, byte: u32) -> Finding {
        Finding {
            rule,
            severity: Severity::Error,
            confidence: Confidence::High,
            level: Level::Default,
            message: "this call is refused".to_owned(),
            place: evidence(byte, "the call"),
            evidence: Vec::new(),
            help: "allow the flow on the client".to_owned(),
            aws_error: None,
            resource: None,
            when: When::always(),
            fix: None,
            ignored: false,
        }
    }
}
