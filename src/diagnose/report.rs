//! What a diagnosis tells: in words, or as a document for programs.

use std::io::{self, Write};

use super::case::Case;
use super::event::Event;
use super::person::Person;
use super::rank::{Ranked, Verdict};
use super::sign::Sign;
use super::token::Token;
use super::{Diagnosis, Evidence};

/// How it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For people.
    Text,
    /// One JSON document, version 1.
    Json,
}

/// A diagnosis with what it rests on.
#[derive(Debug)]
pub struct Report<'a> {
    /// The diagnosis.
    pub diagnosis: &'a Diagnosis<'a>,
    /// What it rests on.
    pub evidence: &'a Evidence,
    /// What else is to be told: what was not read, what is not known.
    pub notes: Vec<String>,
}

impl Report<'_> {
    /// Writes it; text comes with colour codes, wrapped at `width` columns.
    ///
    /// # Errors
    /// What `out` says.
    pub fn write(&self, format: Format, width: Option<usize>, out: &mut dyn Write) -> io::Result<()> {
        match format {
            Format::Text => super::text::write(self, width, out),
            Format::Json => super::json::write(self, out),
        }
    }

    pub(super) fn tokens(&self) -> &[Token] {
        &self.evidence.tokens
    }
}

/// Notes on what the evidence leaves out.
pub fn notes(diagnosis: &Diagnosis<'_>, evidence: &Evidence) -> Vec<String> {
    let events = &evidence.events;
    let mut notes = events.faults.clone();
    let mut tell = |count: usize, text: String| notes.extend((count > 0).then_some(text));
    tell(events.more_faults, format!("{} more faults of this kind", events.more_faults));
    tell(events.left_out, format!("{} more events were left out for their number", events.left_out));
    tell(diagnosis.left_out, format!("{} more kinds of refusals, with fewer each, are not told", diagnosis.left_out));
    for (code, count) in &diagnosis.other_refusals {
        let code = if code.is_empty() { "no code" } else { code };
        tell(*count, format!("{count} events were refused with another answer, which is none of a refresh ({code})"));
    }
    notes
}

/// What happened, in one line: `3 refusals of 2 users, … to …: InitiateAuth with REFRESH_TOKEN_AUTH, client 1abc, eu-west-1`.
pub(super) fn happened(case: &Case<'_>) -> Option<String> {
    let (first, last) = (case.failures.first()?, case.failures.last()?);
    let count = case.failures.len();
    let users = users(&case.failures).len();
    let who = match users {
        0 => String::new(),
        1 => format!(
            " of user {}",
            first.user.iter().chain(&last.user).next().map_or_else(String::new, Person::to_string)
        ),
        _ => format!(" of {users} users"),
    };
    let when = if first.at == last.at { format!("{}", first.at) } else { format!("{} to {}", first.at, last.at) };
    let flow = case.flow().map(|flow| format!(" with {flow}")).unwrap_or_default();
    let named = |what: &str, value: Option<&str>| value.map(|value| format!(", {what}{value}")).unwrap_or_default();
    Some(format!(
        "{count} refusal{}{who}, {when}: {}{flow}{}{}{} (the last: {})",
        if count == 1 { "" } else { "s" },
        last.name,
        named("client ", case.client()),
        named("pool ", case.pool()),
        named("", last.region.as_deref()),
        last.shown_place(),
    ))
}

/// The users of some events, each once.
pub(super) fn users<'a>(events: &[&'a Event]) -> std::collections::BTreeSet<&'a Person> {
    events.iter().filter_map(|event| event.user.as_ref()).collect()
}

/// The strongest sign on the side that a verdict took.
pub(super) fn reason(ranked: &Ranked) -> Option<&Sign> {
    let is_for = ranked.verdict < Verdict::Unlikely;
    ranked.signs.known.iter().filter(|sign| sign.is_for == is_for).max_by_key(|sign| sign.weight)
}
