//! Workflow commands of GitHub Actions, which become annotations of the lines they name.
//!
//! The form and its escapes: "Workflow commands for GitHub Actions" in GitHub's documentation, and `@actions/core`, which
//! writes them the same way.

use std::fmt::{self, Display, Formatter, Write as _};
use std::io::{self, Write};

use crate::finding::Severity;

use super::escape::Escaped;
use super::region::Region;
use super::{Report, Reported, story, tally};

/// Annotations of one kind that GitHub shows for a step.
const SHOWN: usize = 10;

pub fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    // The worst first: those past the limit are in the log only.
    for severity in Severity::ALL.iter().rev() {
        let of_severity = report.findings.iter().filter(|reported| reported.finding.severity == *severity);
        of_severity.map(|reported| annotation(report, reported)).try_for_each(|line| writeln!(out, "{line}"))?;
    }
    let beyond = |severity: &Severity| (report.count(*severity).saturating_sub(SHOWN), severity.name());
    let beyond = tally::listed(Severity::ALL.iter().rev().map(beyond));
    let beyond =
        if beyond.is_empty() { beyond } else { format!("; {beyond} more than GitHub annotates, above in the log") };
    writeln!(out, "cognito-lint: {}{beyond}", tally::found(report))
}

fn annotation(report: &Report, reported: &Reported) -> String {
    let finding = &reported.finding;
    let command = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    };
    let path = report.path_in_repository(finding.place.loc);
    let region = Region::of(&report.sources, finding.place.loc);
    let mut line = format!("::{command} file={},line={},", Property(path.as_str()), region.start_line);
    let end = match region.start_line == region.end_line {
        true => format!("endLine={},col={},endColumn={},", region.end_line, region.start_column, region.end_column),
        // GitHub takes columns of a single line only.
        false => format!("endLine={},", region.end_line),
    };
    line.push_str(&end);
    let mut lines = vec![finding.message.clone()];
    lines.extend(story::lines(report, finding));
    let lines: Vec<_> = lines.iter().map(|line| Data(line).to_string()).collect();
    line + &format!("title={}::{}", Property(finding.rule), lines.join("%0A"))
}

/// Text after the second `::`.
struct Data<'a>(&'a str);

impl Display for Data<'_> {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        encoded(&Escaped(self.0).to_string(), "%\r\n", out)
    }
}

/// The value of a property.
struct Property<'a>(&'a str);

impl Display for Property<'_> {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        encoded(&Escaped(self.0).to_string(), "%\r\n:,", out)
    }
}

fn encoded(text: &str, special: &str, out: &mut Formatter<'_>) -> fmt::Result {
    text.chars().try_for_each(|letter| match special.contains(letter) {
        true => write!(out, "%{:02X}", u32::from(letter)),
        false => out.write_char(letter),
    })
}

#[cfg(test)]
mod tests {
    use super::super::Format;
    use super::super::testing::{HOSTILE, many, report, written};

    #[test]
    fn an_annotation_per_finding_the_worst_first() {
        let text = written(&report("infra/auth.yaml", "web/session.ts"), Format::Github, None);
        assert_eq!(
            text,
            "::error file=web/session.ts,line=2,endLine=2,col=3,endColumn=14,title=device-key-missing-on-refresh::this \
             refresh fails once the first access token expires%0A\
             web/session.ts:2: refresh call: AuthParameters has REFRESH_TOKEN, no DEVICE_KEY%0A\
             infra/auth.yaml:5: the pool remembers devices (DeviceConfiguration is present)%0A\
             Cognito will answer: NotAuthorizedException: Invalid Refresh Token%0A\
             help: store NewDeviceMetadata.DeviceKey at sign-in, confirm it with ConfirmDevice, send it as DEVICE_KEY\n\
             ::warning file=infra/auth.yaml,line=5,endLine=5,col=7,endColumn=26,title=device-tracking-both-false::the pool \
             tracks devices although both members are false%0A\
             infra/auth.yaml:5: the pool remembers devices (DeviceConfiguration is present)%0A\
             when: not IsProd%0Aconfidence: medium%0Ahelp: leave DeviceConfiguration out\n\
             cognito-lint: found 1 error, 1 warning\n"
        );
    }

    #[test]
    fn what_is_past_the_limit_is_counted() {
        let text = written(&many(13), Format::Github, None);
        let last = text.lines().last();
        assert_eq!(last, Some("cognito-lint: found 13 errors; 3 errors more than GitHub annotates, above in the log"));
    }

    #[test]
    fn hostile_names_start_no_command() {
        let text = written(&report(HOSTILE[0], HOSTILE[1]), Format::Github, None);
        let lines: Vec<_> = text.split(['\n', '\r']).collect();
        assert_eq!(lines.len(), 4, "{lines:?}");
        assert!(lines[0].starts_with(r"::error file=b\r\u{9b}31m\u{2028}.ts,line=2,"), "{lines:?}");
        assert!(lines[1].starts_with(r"::warning file=a\u{1b}[2J\n%3A%3Aerror%3A%3A\u{202e}.yaml,"), "{lines:?}");
    }
}
