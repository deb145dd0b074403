//! What a rule is, and which there are.

use crate::finding::{Level, Severity};

mod list;

/// A rule, as its folder's `mod.rs` declares it.
#[derive(Debug)]
pub struct Rule {
    /// How bad its findings are, unless it says otherwise for one of them.
    pub severity: Severity,
    /// For whom they are.
    pub level: Level,
    /// What it finds, in one line without a full stop.
    pub summary: &'static str,
}

/// A rule with what its folder tells of it.
#[derive(Debug)]
pub struct Entry {
    /// The folder's name with hyphens.
    pub name: &'static str,
    /// The text of its page.
    pub page: &'static str,
    /// The rule.
    pub rule: &'static Rule,
}

/// All rules, sorted by name.
pub fn all() -> &'static [Entry] {
    list::ALL
}
