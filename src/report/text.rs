//! The report for people.

use std::io::{self, Write};

use owo_colors::{OwoColorize, Style};
use textwrap::core::display_width;

use crate::finding::{Evidence, Finding, Severity};

use super::escape::Escaped;
use super::wrap::wrapped;
use super::{Layout, Report, line, notes, path, story, tally};

pub fn write(report: &Report, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
    let mut page = Page { report, layout, out };
    for reported in &report.findings {
        page.finding(&reported.finding)?;
    }
    page.notes()?;
    page.summary()
}

struct Page<'a> {
    report: &'a Report,
    layout: Layout,
    out: &'a mut dyn Write,
}

impl Page<'_> {
    fn finding(&mut self, finding: &Finding) -> io::Result<()> {
        let severity = finding.severity.name();
        write!(self.out, "{}", format_args!("{severity}[{}]", finding.rule).style(color(finding.severity).bold()))?;
        let before = severity.len() + finding.rule.len() + "[]: ".len();
        self.wrapped(": ", before, &finding.message, 4)?;
        self.places(finding)?;
        story::remarks(finding).try_for_each(|(title, text)| self.remark(title, &text))?;
        writeln!(self.out)
    }

    /// The places that make the case, their messages in one column.
    fn places(&mut self, finding: &Finding) -> io::Result<()> {
        let sources = &self.report.sources;
        let place =
            |evidence: &Evidence| format!("{}:{}", Escaped(path(sources, evidence.loc)), line(sources, evidence.loc));
        let rows: Vec<_> = story::places(finding).map(|row| (place(row), &row.message)).collect();
        let column = rows.iter().map(|(place, _)| display_width(place)).max().unwrap_or(0);
        for (place, message) in rows {
            let gap = " ".repeat(column - display_width(&place) + 3);
            write!(self.out, "  {}", place.blue())?;
            self.wrapped(&gap, column + 5, message, column + 5)?;
        }
        Ok(())
    }

    fn remark(&mut self, title: &str, text: &str) -> io::Result<()> {
        write!(self.out, "  {} {}", "=".blue(), format_args!("{title}:").bold())?;
        self.wrapped(" ", title.len() + 6, text, 6)
    }

    fn wrapped(&mut self, gap: &str, before: usize, text: &str, indent: usize) -> io::Result<()> {
        wrapped(self.out, self.layout.width, gap, before, text, indent)
    }

    fn notes(&mut self) -> io::Result<()> {
        notes::told(self.report, self.layout).iter().try_for_each(|(kind, text)| self.note_line(kind, text))?;
        if self.report.notes.is_empty() { Ok(()) } else { writeln!(self.out) }
    }

    fn note_line(&mut self, kind: &str, text: &str) -> io::Result<()> {
        write!(self.out, "{}", format_args!("note[{kind}]").cyan())?;
        self.wrapped(": ", "note[]: ".len() + kind.len(), text, 4)
    }

    fn summary(&mut self) -> io::Result<()> {
        let hidden = self.report.hidden;
        writeln!(self.out, "{}", tally::found(self.report).bold())?;
        self.total("understood", &tally::understood(&self.report.summary))?;
        tally::fixable(self.report).map_or(Ok(()), |text| self.total("fixable", &text))?;
        let told = |reasons: &[(usize, &str)]| {
            let some = reasons.iter().filter(|(count, _)| *count > 0);
            some.map(|(count, why)| format!("{count} {why}")).collect::<Vec<_>>().join(", ")
        };
        let settled = told(&[
            (hidden.base, "there at the base"),
            (hidden.ignored, "ignored"),
            (hidden.baseline, "in the baseline"),
        ]);
        let filtered = told(&[(hidden.level, "by level"), (hidden.confidence, "by confidence")]);
        match (settled.is_empty(), filtered.is_empty()) {
            (true, true) => Ok(()),
            (false, true) => self.total("not shown", &settled),
            (true, false) => self.total("not shown", &format!("{filtered} (--level audit shows all)")),
            (false, false) => {
                self.total("not shown", &format!("{settled}, {filtered} (--level audit shows the latter)"))
            }
        }
    }

    fn total(&mut self, title: &str, text: &str) -> io::Result<()> {
        write!(self.out, "  {title}:")?;
        self.wrapped(" ", title.len() + 4, text, 6)
    }
}

fn color(severity: Severity) -> Style {
    match severity {
        Severity::Error => Style::new().red(),
        Severity::Warning => Style::new().yellow(),
        Severity::Info => Style::new().cyan(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{HOSTILE, report, written};
    use super::super::{Format, Note, Report, Summary};
    use super::*;
    use crate::finding::filter::Hidden;
    use crate::source::SourceMap;

    #[test]
    fn every_place_and_what_was_understood() {
        let text = written(&report("infra/auth.yaml", "web/session.ts"), Format::Text, None);
        assert_eq!(
            text,
            "\
warning[device-tracking-both-false]: the pool tracks devices although both members are false
  infra/auth.yaml:5   the pool remembers devices (DeviceConfiguration is present)
  = when: not IsProd
  = confidence: medium
  = help: leave DeviceConfiguration out

error[device-key-missing-on-refresh]: this refresh fails once the first access token expires
  web/session.ts:2    refresh call: AuthParameters has REFRESH_TOKEN, no DEVICE_KEY
  infra/auth.yaml:5   the pool remembers devices (DeviceConfiguration is present)
  = Cognito will answer: NotAuthorizedException: Invalid Refresh Token
  = help: store NewDeviceMetadata.DeviceKey at sign-in, confirm it with ConfirmDevice, send it as DEVICE_KEY

note[unresolved]: infra/auth.yaml: the domain is not known

found 1 error, 1 warning
  understood: 1 pool, 0 clients, 1 call, 12 settings (2 of 340 files read)
  not shown: 3 by level (--level audit shows all)
"
        );
    }

    #[test]
    fn a_terminal_gets_lines_that_fit() {
        let text = written(&report("infra/auth.yaml", "web/session.ts"), Format::Text, Some(60));
        assert!(text.lines().all(|line| display_width(line) <= 60), "{text}");
        let wrapped = "\
  = help: store NewDeviceMetadata.DeviceKey at sign-in,
      confirm it with ConfirmDevice, send it as DEVICE_KEY
";
        assert!(text.contains(wrapped), "{text}");
        let column = "
  infra/auth.yaml:5   the pool remembers devices
                      (DeviceConfiguration is present)
";
        assert!(text.contains(column), "{text}");
    }

    #[test]
    fn hostile_names_neither_act_nor_break_lines() {
        let report = report(HOSTILE[0], HOSTILE[1]);
        let mut bytes = Vec::new();
        write(&report, Layout::default(), &mut bytes).expect("memory can be written");
        let text = String::from_utf8(bytes).expect("reports are UTF-8");
        assert!(!text.contains("\u{1b}[2J") && !text.contains(['\u{9b}', '\u{202e}', '\u{2028}', '\r']), "{text:?}");
        assert!(text.lines().all(|line| !line.starts_with("::error")), "{text:?}");
    }

    #[test]
    fn nothing_found_still_says_what_was_read() {
        let report = Report::new(SourceMap::default(), Vec::new(), Hidden::default(), Vec::new(), Summary::default());
        assert_eq!(
            written(&report, Format::Text, None),
            "nothing found\n  understood: 0 pools, 0 clients, 0 calls, 0 settings (0 of 0 files read)\n"
        );
    }

    #[test]
    fn many_notes_of_one_kind_are_cut() {
        let note = |number| Note::on_scan("limit", format!("bound {number}"));
        let notes = (0..8).map(note).collect();
        let report = Report::new(SourceMap::default(), Vec::new(), Hidden::default(), notes, Summary::default());
        let text = written(&report, Format::Text, None);
        assert!(text.contains("note[limit]: bound 4\nnote[limit]: and 3 more; --verbose tells them all\n"), "{text}");
        let mut bytes = Vec::new();
        write(&report, Layout { all_notes: true, ..Layout::default() }, &mut bytes).expect("memory can be written");
        assert!(String::from_utf8_lossy(&bytes).contains("bound 7"));
    }
}
