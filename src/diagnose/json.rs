//! The document for programs, version 1. Its shape is a promise: fields may be added, never renamed or removed.

use std::io::{self, Write};

use serde::Serialize;

use super::Trouble;
use super::rank::Ranked;
use super::report::{Report, users};
use super::token::Token;

/// The version of the document's shape.
const SCHEMA: u32 = 1;

#[derive(Serialize)]
struct Document<'a> {
    schema: u32,
    tool: Tool,
    troubles: Vec<OutputTrouble<'a>>,
    tokens: Vec<OutputToken<'a>>,
    notes: &'a [String],
    read: Read,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct Read {
    files: usize,
    records: usize,
    events: usize,
    scanned: bool,
}

#[derive(Serialize)]
struct OutputTrouble<'a> {
    refusal: &'static str,
    answer: &'static str,
    assumed: bool,
    count: usize,
    users: usize,
    first: Option<String>,
    last: Option<String>,
    operation: Option<&'a str>,
    flow: Option<&'a str>,
    client: Option<&'a str>,
    pool: Option<&'a str>,
    region: Option<&'a str>,
    place: Option<String>,
    causes: Vec<OutputCause<'a>>,
}

#[derive(Serialize)]
struct OutputCause<'a> {
    cause: &'static str,
    verdict: &'static str,
    title: &'static str,
    signs: Vec<OutputSign<'a>>,
    unknown: &'a [String],
    decides: &'static str,
    fix: &'static str,
    rules: &'static [&'static str],
}

#[derive(Serialize)]
struct OutputSign<'a> {
    side: &'static str,
    weight: &'static str,
    text: &'a str,
    place: Option<&'a str>,
}

#[derive(Serialize)]
struct OutputToken<'a> {
    source: &'a str,
    kind: &'static str,
    pool: Option<&'a str>,
    client: Option<&'a str>,
    user: Option<String>,
    has_device: bool,
    signed_in: Option<String>,
    expires: Option<String>,
    whole: bool,
}

pub fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let events = &report.evidence.events;
    let document = Document {
        schema: SCHEMA,
        tool: Tool { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") },
        troubles: report.diagnosis.troubles.iter().map(trouble).collect(),
        tokens: report.tokens().iter().map(token).collect(),
        notes: &report.notes,
        read: Read {
            files: events.files,
            records: events.records,
            events: events.list.len(),
            scanned: report.evidence.scan.is_some(),
        },
    };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

fn trouble<'a>(trouble: &'a Trouble<'a>) -> OutputTrouble<'a> {
    let case = &trouble.case;
    let last = case.failure();
    OutputTrouble {
        refusal: case.symptom.name(),
        answer: case.symptom.shown(),
        assumed: case.is_assumed,
        count: case.failures.len(),
        users: users(&case.failures).len(),
        first: case.failures.first().map(|event| event.at.to_string()),
        last: last.map(|event| event.at.to_string()),
        operation: last.map(|event| &*event.name),
        flow: case.flow(),
        client: case.client(),
        pool: case.pool(),
        region: last.and_then(|event| event.region.as_deref()),
        place: last.map(|event| event.shown_place()),
        causes: trouble.causes.iter().map(cause).collect(),
    }
}

fn cause(ranked: &Ranked) -> OutputCause<'_> {
    let signs = ranked.signs.known.iter().map(|sign| OutputSign {
        side: if sign.is_for { "for" } else { "against" },
        weight: sign.weight.name(),
        text: &sign.text,
        place: sign.place.as_deref(),
    });
    OutputCause {
        cause: ranked.cause.name,
        verdict: ranked.verdict.name(),
        title: ranked.cause.title,
        signs: signs.collect(),
        unknown: &ranked.signs.unknown,
        decides: ranked.cause.decides,
        fix: ranked.cause.fix,
        rules: ranked.cause.rules,
    }
}

fn token(token: &Token) -> OutputToken<'_> {
    OutputToken {
        source: &token.source,
        kind: token.kind.name(),
        pool: token.pool.as_deref(),
        client: token.client.as_deref(),
        user: token.user.as_ref().map(ToString::to_string),
        has_device: token.has_device,
        signed_in: token.signed_in.map(|moment| moment.to_string()),
        expires: token.expires.map(|moment| moment.to_string()),
        whole: token.is_whole,
    }
}
