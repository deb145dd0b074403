//! The rules themselves: the list of them, and the page of one.

use std::io::{self, Write};

use owo_colors::{OwoColorize, Style};
use serde::Serialize;

use crate::rule::Entry;

use super::Format;
use super::escape::Escaped;

#[derive(Serialize)]
struct Listed {
    rule: &'static str,
    severity: &'static str,
    level: &'static str,
    summary: &'static str,
}

/// Writes each of these rules with its severity, level and summary: aligned, or as one JSON list.
///
/// # Errors
/// What `out` says.
pub fn list(rules: &[&'static Entry], format: Format, out: &mut dyn Write) -> io::Result<()> {
    let listed = |entry: &&'static Entry| Listed {
        rule: entry.name,
        severity: entry.rule.severity.name(),
        level: entry.rule.level.name(),
        summary: entry.rule.summary,
    };
    let rules: Vec<_> = rules.iter().map(listed).collect();
    if format == Format::Json {
        serde_json::to_writer_pretty(&mut *out, &rules)?;
        return writeln!(out);
    }
    let width = rules.iter().map(|listed| listed.rule.len()).max().unwrap_or(0);
    for Listed { rule, severity, level, summary } in rules {
        writeln!(out, "{:width$}  {severity:7}  {level:7}  {}", Escaped(rule).bold(), Escaped(summary))?;
    }
    Ok(())
}

/// Writes a rule's page. Headings and examples are coloured, the text stays as it is.
///
/// # Errors
/// What `out` says.
pub fn page(entry: &Entry, out: &mut dyn Write) -> io::Result<()> {
    let mut example = false;
    for line in entry.page.lines() {
        let fence = line.trim_start().starts_with("```");
        let style = match line {
            _ if fence => Style::new().dimmed(),
            _ if example => Style::new().cyan(),
            _ if line.starts_with('#') => Style::new().bold(),
            _ => Style::new(),
        };
        example ^= fence;
        writeln!(out, "{}", Escaped(line).style(style))?;
    }
    let Entry { rule, .. } = entry;
    writeln!(out, "\nSeverity {}, level {}.", rule.severity.name(), rule.level.name())
}
