//! JUnit XML: one suite with a failing case for each finding.
//!
//! There is no standard; the elements and attributes are those that Jenkins, GitLab and GitHub's test reporters share.

use std::fmt::{self, Display, Formatter, Write as _};
use std::io::{self, Write};

use super::escape::Escaped;
use super::{Note, Report, Reported, line, story};

const SUITE: &str = env!("CARGO_PKG_NAME");

pub fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let failed: Vec<_> = report.failures().collect();
    let (failures, errors) = (report.findings.len(), failed.len());
    // Test reports without any case are taken for a mistake.
    let cases = (failures + errors).max(1);
    let counts = format!(r#"name="{SUITE}" tests="{cases}" failures="{failures}" errors="{errors}""#);
    writeln!(out, r#"<?xml version="1.0" encoding="UTF-8"?>"#)?;
    writeln!(out, "<testsuites {counts}>\n  <testsuite {counts} skipped=\"0\">")?;
    report.findings.iter().try_for_each(|reported| finding(report, reported, out))?;
    failed.iter().try_for_each(|note| failed_rule(note, out))?;
    if failures + errors == 0 {
        writeln!(out, r#"    <testcase name="nothing found" classname="{SUITE}" />"#)?;
    }
    writeln!(out, "  </testsuite>\n</testsuites>")
}

fn finding(report: &Report, Reported { finding, .. }: &Reported, out: &mut dyn Write) -> io::Result<()> {
    let path = report.path_in_repository(finding.place.loc);
    let (path, at) = (Xml(path.as_str()), line(&report.sources, finding.place.loc));
    let (rule, message) = (finding.rule, Xml(&finding.message));
    let severity = finding.severity.name();
    writeln!(
        out,
        r#"    <testcase name="{rule} at {path}:{at}" classname="{SUITE}.{rule}" file="{path}" line="{at}">"#
    )?;
    writeln!(out, r#"      <failure message="{message}" type="{severity}">"#)?;
    story::lines(report, finding).iter().try_for_each(|line| writeln!(out, "{}", Xml(line)))?;
    writeln!(out, "</failure>\n    </testcase>")
}

fn failed_rule(note: &Note, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, r#"    <testcase name="{}" classname="{SUITE}">"#, note.kind)?;
    writeln!(out, "      <error message=\"{}\" />\n    </testcase>", Xml(&note.message))
}

/// Text of an element or attribute: on one line, without what XML 1.0 cannot hold.
struct Xml<'a>(&'a str);

impl Display for Xml<'_> {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        Escaped(self.0).to_string().chars().try_for_each(|letter| match letter {
            '&' => out.write_str("&amp;"),
            '<' => out.write_str("&lt;"),
            '>' => out.write_str("&gt;"),
            '"' => out.write_str("&quot;"),
            '\'' => out.write_str("&apos;"),
            '\u{fffe}' | '\u{ffff}' => out.write_char(char::REPLACEMENT_CHARACTER),
            other => out.write_char(other),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{HOSTILE, nothing, report, written};
    use super::super::{Format, Note};
    use super::*;

    #[test]
    fn a_failing_case_per_finding() {
        let text = written(&report("infra/auth.yaml", "web/session.ts"), Format::Junit, None);
        assert_eq!(
            text,
            r#"<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="cognito-lint" tests="2" failures="2" errors="0">
  <testsuite name="cognito-lint" tests="2" failures="2" errors="0" skipped="0">
    <testcase name="device-tracking-both-false at infra/auth.yaml:5" classname="cognito-lint.device-tracking-both-false" file="infra/auth.yaml" line="5">
      <failure message="the pool tracks devices although both members are false" type="warning">
infra/auth.yaml:5: the pool remembers devices (DeviceConfiguration is present)
when: not IsProd
confidence: medium
help: leave DeviceConfiguration out
</failure>
    </testcase>
    <testcase name="device-key-missing-on-refresh at web/session.ts:2" classname="cognito-lint.device-key-missing-on-refresh" file="web/session.ts" line="2">
      <failure message="this refresh fails once the first access token expires" type="error">
web/session.ts:2: refresh call: AuthParameters has REFRESH_TOKEN, no DEVICE_KEY
infra/auth.yaml:5: the pool remembers devices (DeviceConfiguration is present)
Cognito will answer: NotAuthorizedException: Invalid Refresh Token
help: store NewDeviceMetadata.DeviceKey at sign-in, confirm it with ConfirmDevice, send it as DEVICE_KEY
</failure>
    </testcase>
  </testsuite>
</testsuites>
"#
        );
    }

    #[test]
    fn a_suite_is_never_empty_and_a_failed_rule_is_an_error() {
        let text = written(&nothing(Vec::new()), Format::Junit, None);
        assert!(text.contains(r#"tests="1" failures="0" errors="0""#) && text.contains("nothing found"), "{text}");
        let failed = nothing(vec![Note::on_scan("rule-failed", "the rule a failed: 1 < 2")]);
        let text = written(&failed, Format::Junit, None);
        assert!(text.contains(r#"errors="1""#) && text.contains(r#"<error message="the rule a failed: 1 &lt; 2" />"#));
    }

    #[test]
    fn what_xml_cannot_hold_is_replaced() {
        let text = "]]> <a b='c' d=\"e\">&amp; \0 \u{b} \u{ffff} \u{1b}[0m";
        let expected = "]]&gt; &lt;a b=&apos;c&apos; d=&quot;e&quot;&gt;&amp;amp; \\u{0} \\u{b} \u{fffd} \\u{1b}[0m";
        assert_eq!(Xml(text).to_string(), expected);
        let text = written(&report(HOSTILE[0], HOSTILE[1]), Format::Junit, None);
        assert!(!text.contains(['\u{1b}', '\u{9b}', '\r', '\u{202e}']) && !text.contains("\n::error"), "{text:?}");
    }
}
