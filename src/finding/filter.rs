//! Which findings are shown, and how many are not.

use super::{Confidence, Finding, Level};

/// How many findings are not shown, by the reason.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hidden {
    /// An ignore covers them.
    pub ignored: usize,
    /// The baseline holds them.
    pub baseline: usize,
    /// Their level is above the one asked for.
    pub level: usize,
    /// Their confidence is low, and guesses were not asked for.
    pub confidence: usize,
    /// They were there at the base.
    pub base: usize,
}

/// Leaves the findings of a level. Low confidence needs [`Level::Audit`].
pub fn filter(findings: Vec<Finding>, level: Level) -> (Vec<Finding>, Hidden) {
    let mut hidden = Hidden::default();
    let shown = findings
        .into_iter()
        .filter(|finding| {
            let above = finding.level > level;
            let guess = !above && finding.confidence == Confidence::Low && level < Level::Audit;
            hidden.level += usize::from(above);
            hidden.confidence += usize::from(guess);
            !above && !guess
        })
        .collect();
    (shown, hidden)
}

#[cfg(test)]
mod tests {
    use super::super::testing::finding;
    use super::*;

    fn shown(level: Level) -> (Vec<u32>, Hidden) {
        let plain = finding("auth-flow-not-allowed", 1);
        let guess = Finding { confidence: Confidence::Low, ..finding("auth-flow-not-allowed", 2) };
        let strict = Finding { level: Level::Strict, ..finding("refresh-flow-missing", 3) };
        let audit = Finding { level: Level::Audit, confidence: Confidence::Low, ..finding("auth-flow-unused", 4) };
        let (shown, hidden) = filter(vec![plain, guess, strict, audit], level);
        (shown.iter().map(|finding| finding.place.loc.span.start).collect(), hidden)
    }

    #[test]
    fn each_level_shows_more_and_the_rest_is_counted_once() {
        assert_eq!(shown(Level::Default), (vec![1], Hidden { level: 2, confidence: 1, ..Hidden::default() }));
        assert_eq!(shown(Level::Strict), (vec![1, 3], Hidden { level: 1, confidence: 1, ..Hidden::default() }));
        assert_eq!(shown(Level::Audit), (vec![1, 2, 3, 4], Hidden::default()));
    }
}
