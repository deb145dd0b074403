//! The Code Quality report of GitLab: a list in the shape of CodeClimate's issues.
//!
//! The fields that GitLab reads: "Code Quality", "Code Quality report format" in its documentation.

use std::io::{self, Write};

use serde::Serialize;

use crate::finding::Severity;

use super::escape::Escaped;
use super::region::Region;
use super::{Report, Reported, story};

#[derive(Serialize)]
struct Issue<'a> {
    description: String,
    check_name: &'a str,
    fingerprint: &'a str,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: usize,
    end: usize,
}

pub fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let issues: Vec<_> = report.findings.iter().map(|reported| issue(report, reported)).collect();
    serde_json::to_writer_pretty(&mut *out, &issues)?;
    writeln!(out)
}

fn issue<'a>(report: &Report, reported: &'a Reported) -> Issue<'a> {
    let finding = &reported.finding;
    let severity = match finding.severity {
        Severity::Error => "critical",
        Severity::Warning => "major",
        Severity::Info => "info",
    };
    let loc = finding.place.loc;
    let Region { start_line: begin, end_line: end, .. } = Region::of(&report.sources, loc);
    let path = report.path_in_repository(loc).into_string();
    let description = format!("{} – {}", finding.message, story::lines(report, finding).join("; "));
    let description = Escaped(&description).to_string();
    let location = Location { path, lines: Lines { begin, end } };
    Issue { description, check_name: finding.rule, fingerprint: &reported.fingerprint, severity, location }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::Format;
    use super::super::testing::{HOSTILE, report, written};

    fn issues(template: &str, session: &str) -> Value {
        let text = written(&report(template, session), Format::Gitlab, None);
        serde_json::from_str(&text).expect("the report is JSON")
    }

    #[test]
    fn an_issue_per_finding() {
        let issues = issues("infra/auth.yaml", "web/session.ts");
        let fingerprint = &issues[1]["fingerprint"];
        assert_ne!(fingerprint, &issues[0]["fingerprint"]);
        assert_eq!(
            issues[1],
            json!({
                "description": "this refresh fails once the first access token expires – web/session.ts:2: refresh call: \
                    AuthParameters has REFRESH_TOKEN, no DEVICE_KEY; infra/auth.yaml:5: the pool remembers devices \
                    (DeviceConfiguration is present); Cognito will answer: NotAuthorizedException: Invalid Refresh Token; \
                    help: store NewDeviceMetadata.DeviceKey at sign-in, confirm it with ConfirmDevice, send it as DEVICE_KEY",
                "check_name": "device-key-missing-on-refresh",
                "fingerprint": fingerprint,
                "severity": "critical",
                "location": { "path": "web/session.ts", "lines": { "begin": 2, "end": 2 } },
            })
        );
        assert_eq!(issues[0]["severity"], "major");
    }

    #[test]
    fn hostile_names_are_kept_where_they_name_a_file_and_escaped_where_they_are_read() {
        let issues = issues(HOSTILE[0], HOSTILE[1]);
        assert_eq!(issues[0]["location"]["path"], HOSTILE[0]);
        let description = issues[0]["description"].as_str().expect("it is a text");
        assert!(!description.contains(['\n', '\u{1b}', '\u{202e}']), "{description:?}");
    }
}
