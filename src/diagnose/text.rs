//! The report for people.

use std::collections::BTreeSet;
use std::io::{self, Write};

use owo_colors::{OwoColorize, Style};

use crate::report::escape::Escaped;
use crate::report::wrap::wrapped;

use super::Trouble;
use super::rank::{Ranked, Verdict};
use super::report::{Report, happened, reason};
use super::sign::Sign;

/// So many causes of a case are told in full where none is certain.
const MOST_IN_FULL: usize = 4;

/// Under the answer where nobody told it.
const ASSUMED: &str = "nothing says what the service answered: this is taken for it, which says least (--error TEXT or --events FILE would say it)";

pub fn write(report: &Report<'_>, width: Option<usize>, out: &mut dyn Write) -> io::Result<()> {
    let mut page = Page { width, out };
    page.tokens(report)?;
    report.diagnosis.troubles.iter().try_for_each(|trouble| page.trouble(trouble))?;
    for note in &report.notes {
        write!(page.out, "{}", "note".cyan())?;
        page.rest(": ", 6, note, 4)?;
    }
    Ok(())
}

struct Page<'o> {
    width: Option<usize>,
    out: &'o mut dyn Write,
}

impl Page<'_> {
    fn rest(&mut self, gap: &str, before: usize, text: &str, indent: usize) -> io::Result<()> {
        wrapped(self.out, self.width, gap, before, text, indent)
    }

    fn tokens(&mut self, report: &Report<'_>) -> io::Result<()> {
        for token in report.tokens() {
            let (source, kind) = (Escaped(&token.source).to_string(), token.kind.name());
            write!(self.out, "{} {kind}", source.blue())?;
            self.rest(": ", source.chars().count() + kind.len() + 3, &token.summary(), 4)?;
        }
        if report.tokens().is_empty() {
            return Ok(());
        }
        writeln!(self.out, "  taken for tokens of the session that was refused; signatures are not checked\n")
    }

    fn trouble(&mut self, trouble: &Trouble<'_>) -> io::Result<()> {
        writeln!(self.out, "{}", trouble.case.symptom.shown().bold())?;
        if trouble.case.is_assumed {
            self.rest("  ", 2, ASSUMED, 4)?;
        }
        if let Some(line) = happened(&trouble.case) {
            self.rest("  ", 2, &line, 4)?;
        }
        writeln!(self.out)?;
        let in_full = in_full(&trouble.causes);
        let mut said = BTreeSet::new();
        for (number, ranked) in trouble.causes.iter().take(in_full).enumerate() {
            self.cause(number + 1, ranked, &mut said)?;
        }
        let rest = trouble.causes.get(in_full..).unwrap_or_default();
        let (open, told): (Vec<&Ranked>, Vec<&Ranked>) = rest.iter().partition(|ranked| reason(ranked).is_none());
        told.into_iter().try_for_each(|ranked| self.other(ranked))?;
        if !open.is_empty() {
            let names: Vec<_> = open.iter().map(|ranked| ranked.cause.name).collect();
            write!(self.out, "   not set apart")?;
            self.rest(": ", 18, &names.join(", "), 6)?;
        }
        writeln!(self.out)
    }

    /// A cause in full; what is not known is said once, where it matters first.
    fn cause<'r>(&mut self, number: usize, ranked: &'r Ranked, said: &mut BTreeSet<&'r str>) -> io::Result<()> {
        let (verdict, name) = (ranked.verdict.name(), ranked.cause.name);
        write!(self.out, "{number}. {}", format_args!("{verdict}[{name}]").style(color(ranked.verdict).bold()))?;
        self.rest(": ", number.to_string().len() + verdict.len() + name.len() + 6, ranked.cause.title, 5)?;
        for sign in ranked.signs.known.iter().filter(|sign| sign.is_for) {
            self.sign("for    ", sign)?;
        }
        for sign in ranked.signs.known.iter().filter(|sign| !sign.is_for) {
            self.sign("against", sign)?;
        }
        if ranked.verdict != Verdict::Certain {
            for text in ranked.signs.unknown.iter().filter(|text| said.insert(text)) {
                write!(self.out, "   unknown ")?;
                self.rest(" ", 12, text, 12)?;
            }
            self.remark("decides", ranked.cause.decides)?;
        }
        self.remark("do", ranked.cause.fix)?;
        if !ranked.cause.rules.is_empty() {
            self.remark("rules", &format!("{} (cognito-lint explain RULE)", ranked.cause.rules.join(", ")))?;
        }
        writeln!(self.out)
    }

    fn sign(&mut self, side: &str, sign: &Sign) -> io::Result<()> {
        write!(self.out, "   {side} ")?;
        self.rest(" ", 12, &told(sign), 12)
    }

    fn remark(&mut self, title: &str, text: &str) -> io::Result<()> {
        write!(self.out, "   {} {}", "=".blue(), format_args!("{title}:").bold())?;
        self.rest(" ", title.len() + 7, text, 7)
    }

    /// A cause in one line, with what sets it where it stands.
    fn other(&mut self, ranked: &Ranked) -> io::Result<()> {
        let head = format!("   {}[{}]", ranked.verdict.name(), ranked.cause.name);
        write!(self.out, "{head}")?;
        self.rest(": ", head.len() + 2, &reason(ranked).map(told).unwrap_or_default(), 6)
    }
}

/// How many causes are told in full: the certain ones, and where nothing but the answer makes them so, or none is, the first few
/// of the others that are not unlikely.
fn in_full(causes: &[Ranked]) -> usize {
    let certain = causes.iter().filter(|ranked| ranked.verdict == Verdict::Certain).count();
    if causes.iter().any(Ranked::is_settled) {
        return certain;
    }
    let open = causes.iter().filter(|ranked| ranked.verdict < Verdict::Unlikely).count() - certain;
    certain + open.min(MOST_IN_FULL)
}

fn told(sign: &Sign) -> String {
    match &sign.place {
        Some(place) => format!("{} ({place})", sign.text),
        None => sign.text.clone(),
    }
}

fn color(verdict: Verdict) -> Style {
    match verdict {
        Verdict::Certain => Style::new().red(),
        Verdict::Likely => Style::new().yellow(),
        _ => Style::new().cyan(),
    }
}
