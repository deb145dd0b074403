//! `cognito-lint: ignore[rule] reason` in comments.

use std::collections::HashMap;
use std::sync::Arc;

use crate::source::{FileId, Loc, SourceFile, Span};

use super::date::Date;
use super::{Covers, FORM, Ignore, Named, WORD};

/// The directives in the comments of a file, in the order of the text.
pub fn read(file: FileId, comments: &[Span], source: &SourceFile) -> Vec<Ignore> {
    let text = source.text();
    let mut found = Vec::new();
    for comment in comments {
        for (start, body) in bodies(text, *comment) {
            let place = |range: Span| Loc { file, span: range };
            if let Some(directive) = Directive::parse(body, start) {
                let line = source.line_of(Span::new(start, start).start);
                let mut ignore = directive.into_ignore(place);
                ignore.comment = (!is_long(text, *comment)).then(|| place(*comment));
                found.push((ignore, directive_target(text, source, *comment, line)));
            }
        }
    }
    resolve_stacks(file, found)
}

/// Whether a comment has several lines.
fn is_long(text: &str, comment: Span) -> bool {
    text.get(comment.start as usize..comment.end as usize).is_none_or(|comment| comment.trim_end().contains('\n'))
}

/// What follows the word in each line of a comment that begins with it, with where that starts in the text.
fn bodies(text: &str, comment: Span) -> impl Iterator<Item = (usize, &str)> {
    let start = comment.start as usize;
    let inside = text.get(start..comment.end as usize).unwrap_or_default();
    let starts_comment = |head: &str| head.trim_end().chars().next_back().is_none_or(|last| "#/*-!;".contains(last));
    inside
        .split_inclusive('\n')
        .scan(start, |at, line| {
            let line_start = std::mem::replace(at, *at + line.len());
            Some((line_start, line))
        })
        .filter_map(move |(line_start, line)| {
            let (head, body) = line.split_once(WORD)?;
            starts_comment(head).then_some((line_start + head.len() + WORD.len(), body))
        })
}

/// A directive and where its parts stand.
struct Directive<'text> {
    covers_file: bool,
    rules: Vec<(&'text str, Span)>,
    until: Option<Result<Date, String>>,
    reason: String,
    fault: Option<String>,
    span: Span,
}

impl<'text> Directive<'text> {
    /// Reads what follows the word and begins at byte `start`. `None` for text that asks for nothing.
    fn parse(body: &'text str, start: usize) -> Option<Self> {
        let body = body.trim_end();
        let body = ["*/", "-->"].iter().find_map(|end| body.strip_suffix(end)).unwrap_or(body).trim_end();
        let written = body.trim_start();
        let start = start + body.len() - written.len();
        let verb_end =
            written.find(|letter: char| !letter.is_ascii_lowercase() && letter != '-').unwrap_or(written.len());
        let (verb, rest) = written.split_at_checked(verb_end)?;
        let mut directive = Self {
            covers_file: verb == "ignore-file",
            rules: Vec::new(),
            until: None,
            reason: String::new(),
            fault: None,
            span: Span::new(start, start + written.len()),
        };
        let list = rest.strip_prefix('[').and_then(|list| list.split_once(']'));
        match list {
            Some((names, tail)) if verb == "ignore" || verb == "ignore-file" => {
                directive.take_names(names, start + verb.len() + 1);
                directive.take_tail(tail);
            }
            _ if rest.starts_with('[') || verb.starts_with("ignore") => {
                directive.fault = Some(format!("this asks for nothing: {FORM}"));
            }
            _ => return None,
        }
        Some(directive)
    }

    fn take_names(&mut self, names: &'text str, start: usize) {
        let mut at = start;
        for written in names.split(',') {
            let name = written.trim();
            let before = written.len() - written.trim_start().len();
            if !name.is_empty() {
                self.rules.push((name, Span::new(at + before, at + before + name.len())));
            }
            at += written.len() + 1;
        }
        if self.rules.is_empty() {
            self.fault = Some(format!("this names no rule: {FORM}"));
        }
    }

    fn take_tail(&mut self, tail: &str) {
        let mut reason = Vec::new();
        for word in tail.split_whitespace() {
            match word.strip_prefix("until=") {
                Some(day) => self.until = Some(day.trim_end_matches([',', ';', '.', ':']).parse()),
                None => reason.push(word),
            }
        }
        self.reason = reason.join(" ");
    }

    fn into_ignore(self, place: impl Fn(Span) -> Loc) -> Ignore {
        let (until, bad_day) = match self.until {
            Some(Ok(day)) => (Some(day), None),
            Some(Err(message)) => (None, Some(message)),
            None => (None, None),
        };
        let loc = place(self.span);
        let named = |(name, span): (&str, Span)| Named { name: name.into(), loc: place(span), verdict: None };
        let covers = if self.covers_file { Covers::File(loc.file) } else { Covers::Lines(loc.file, [0, 0]) };
        Ignore {
            rules: self.rules.into_iter().map(named).collect(),
            reason: Some(self.reason).filter(|reason| !reason.is_empty()).map(Arc::from),
            until,
            covers,
            loc,
            comment: None,
            fault: self.fault.or(bad_day),
        }
    }
}

/// The line of a directive, and whether the next line is meant where it stands alone.
struct Target {
    own: usize,
    /// The line of the code beside or behind the comment, or the one after it.
    code: usize,
    is_alone: bool,
}

fn directive_target(text: &str, source: &SourceFile, comment: Span, own: usize) -> Target {
    let (start, end) = (comment.start as usize, comment.end as usize);
    // A comment in JSX stands in braces.
    let head = text.get(..start).unwrap_or_default().trim_end_matches([' ', '\t', '{', '\u{feff}']);
    let tail = text.get(end..).unwrap_or_default().trim_start_matches([' ', '\t', '\r', '}']);
    let (is_first, is_last) = (head.is_empty() || head.ends_with('\n'), tail.is_empty() || tail.starts_with('\n'));
    let last = source.line_of(Span::new(start, end.saturating_sub(1)).end);
    match (is_first, is_last) {
        (true, true) => Target { own, code: last + 1, is_alone: true },
        (_, false) => Target { own, code: last, is_alone: false },
        (false, true) => Target { own, code: source.line_of(comment.start), is_alone: false },
    }
}

/// Gives each directive its lines. One that stands alone above another that does covers what that one covers.
fn resolve_stacks(file: FileId, found: Vec<(Ignore, Target)>) -> Vec<Ignore> {
    let mut code_below: HashMap<usize, usize> = HashMap::new();
    let mut ignores = Vec::with_capacity(found.len());
    for (mut ignore, target) in found.into_iter().rev() {
        let code = code_below.get(&target.code).copied().filter(|_| target.is_alone).unwrap_or(target.code);
        if target.is_alone {
            code_below.insert(target.own, code);
        }
        if matches!(ignore.covers, Covers::Lines(..)) {
            ignore.covers = Covers::Lines(file, [target.own, code]);
        }
        ignores.push(ignore);
    }
    ignores.reverse();
    ignores
}
