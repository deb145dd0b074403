//! What a diagnosis tells: in words, or as a document for programs.

use std::io::{self, Write};

use crate::report::tally::counted;

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
    let mut tell = |count: usize, text: &dyn Fn() -> String| notes.extend((count > 0).then(text));
    tell(events.more_faults, &|| format!("{} of this kind", counted(events.more_faults, "more fault")));
    tell(events.left_out, &|| format!("{} left out for their number", counted(events.left_out, "more event")));
    tell(diagnosis.left_out, &|| {
        format!("{} of refusals, with fewer events, not told", counted(diagnosis.left_out, "more kind"))
    });
    for (code, count) in &diagnosis.other_refusals {
        let code = if code.is_empty() { "no code" } else { code };
        tell(*count, &|| {
            format!(
                "{} refused with another answer than those that are told apart here ({code})",
                counted(*count, "event")
            )
        });
    }
    for token in &evidence.tokens {
        let is_used = |trouble: &super::Trouble<'_>| trouble.case.tokens.iter().any(|mine| std::ptr::eq(*mine, token));
        let is_foreign = !diagnosis.troubles.iter().any(is_used);
        tell(is_foreign.into(), &|| {
            format!(
                "the {} of {} is of a user that was not refused, and says nothing here",
                token.kind.name(),
                token.source
            )
        });
    }
    notes
}

/// What happened, in one line: `3 refusals of 2 users, … to …: InitiateAuth with REFRESH_TOKEN_AUTH, client 1abc, eu-west-1`.
pub(super) fn happened(case: &Case<'_>) -> Option<String> {
    let (first, last) = (case.failures.first()?, case.failures.last()?);
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
        "{}{who}, {when}: {}{flow}{}{}{} (the last: {})",
        counted(case.failures.len(), "refusal"),
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
