//! One line per finding, for logs and editors: `path:line:column: severity[rule] message`.

use std::io::{self, Write};

use super::escape::Escaped;
use super::{Report, path};

pub fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    for reported in &report.findings {
        let finding = &reported.finding;
        let place = finding.place.loc;
        let (path, at) = (Escaped(path(&report.sources, place)), report.sources.position(place));
        let (severity, message) = (finding.severity.name(), Escaped(&finding.message));
        write!(out, "{path}:{}:{}: {severity}[{}] {message}", at.line, at.column, finding.rule)?;
        match finding.when.is_always() {
            true => writeln!(out)?,
            false => writeln!(out, " (when {})", Escaped(&finding.when.to_string()))?,
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::Format;
    use super::super::testing::{HOSTILE, report, written};

    #[test]
    fn a_line_per_finding() {
        let text = written(&report("infra/auth.yaml", "web/session.ts"), Format::Concise, None);
        assert_eq!(
            text,
            "infra/auth.yaml:5:7: warning[device-tracking-both-false] the pool tracks devices although both members are \
             false (when not IsProd)\n\
             web/session.ts:2:3: error[device-key-missing-on-refresh] this refresh fails once the first access token \
             expires\n"
        );
    }

    #[test]
    fn hostile_names_stay_on_their_line() {
        let text = written(&report(HOSTILE[0], HOSTILE[1]), Format::Concise, None);
        let starts: Vec<_> =
            text.lines().filter_map(|line| line.split(".yaml:").next()?.split(".ts:").next()).collect();
        assert_eq!(starts, [r"a\u{1b}[2J\n::error::\u{202e}", r"b\r\u{9b}31m\u{2028}"]);
    }
}
