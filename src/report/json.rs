//! The document for programs, version 1. Its shape is a promise: fields may be added, never renamed or removed.

use std::io::{self, Write};

use serde::Serialize;

use crate::finding::{Evidence, fix};
use crate::source::edit::Edit;

use super::{Note, Report, Reported, path, story};

/// The version of the document's shape.
const SCHEMA: u32 = 1;

#[derive(Serialize)]
struct Document<'a> {
    schema: u32,
    tool: Tool,
    findings: Vec<Finding<'a>>,
    hidden: Hidden,
    notes: Vec<OutputNote<'a>>,
    summary: Summary,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct Finding<'a> {
    rule: &'a str,
    severity: &'a str,
    confidence: &'a str,
    level: &'a str,
    message: &'a str,
    help: &'a str,
    aws_error: Option<&'a str>,
    path: Option<&'a str>,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    evidence: Vec<Place<'a>>,
    resource: Option<&'a str>,
    when: Option<String>,
    fingerprint: &'a str,
    fix: Option<Fix<'a>>,
}

#[derive(Serialize)]
struct Fix<'a> {
    description: &'a str,
    safe: bool,
    edits: Vec<Change<'a>>,
}

#[derive(Serialize)]
struct Change<'a> {
    path: &'a str,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    text: &'a str,
}

#[derive(Serialize)]
struct Place<'a> {
    path: &'a str,
    line: usize,
    column: usize,
    message: &'a str,
    /// The name of the repository, where it is another one.
    #[serde(skip_serializing_if = "Option::is_none")]
    repository: Option<&'a str>,
}

#[derive(Serialize)]
struct Hidden {
    ignored: usize,
    baseline: usize,
    level: usize,
    confidence: usize,
    base: usize,
}

#[derive(Serialize)]
struct OutputNote<'a> {
    kind: &'a str,
    message: &'a str,
    path: Option<&'a str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    rules: &'a [&'static str],
}

#[derive(Serialize)]
struct Summary {
    files_seen: usize,
    files_read: usize,
    pools: usize,
    clients: usize,
    calls: usize,
    settings: usize,
}

pub fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, &document(report))?;
    writeln!(out)
}

fn document(report: &Report) -> Document<'_> {
    let summary = &report.summary;
    Document {
        schema: SCHEMA,
        tool: Tool { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") },
        findings: report.findings.iter().map(|reported| finding(report, reported)).collect(),
        hidden: Hidden {
            ignored: report.hidden.ignored,
            baseline: report.hidden.baseline,
            level: report.hidden.level,
            confidence: report.hidden.confidence,
            base: report.hidden.base,
        },
        notes: report.notes.iter().map(output_note).collect(),
        summary: Summary {
            files_seen: summary.files_seen,
            files_read: summary.files_read,
            pools: summary.pools,
            clients: summary.clients,
            calls: summary.calls,
            settings: summary.settings,
        },
    }
}

fn finding<'a>(report: &'a Report, reported: &'a Reported) -> Finding<'a> {
    let finding = &reported.finding;
    let at = report.sources.position(finding.place.loc);
    Finding {
        rule: finding.rule,
        severity: finding.severity.name(),
        confidence: finding.confidence.name(),
        level: finding.level.name(),
        message: &finding.message,
        help: &finding.help,
        aws_error: finding.aws_error,
        path: Some(path(&report.sources, finding.place.loc)),
        line: at.line,
        column: at.column,
        end_line: at.end_line,
        end_column: at.end_column,
        evidence: story::places(finding).map(|row| place(report, row)).collect(),
        resource: finding.resource.as_deref(),
        when: (!finding.when.is_always()).then(|| finding.when.to_string()),
        fingerprint: &reported.fingerprint,
        fix: finding.fix.as_ref().map(|fix| of_fix(report, fix)),
    }
}

fn of_fix<'a>(report: &'a Report, fix: &'a fix::Fix) -> Fix<'a> {
    let edit = |edit: &'a Edit| {
        let at = report.sources.position(edit.loc);
        Change {
            path: path(&report.sources, edit.loc),
            line: at.line,
            column: at.column,
            end_line: at.end_line,
            end_column: at.end_column,
            text: &edit.text,
        }
    };
    Fix { description: &fix.description, safe: fix.safe, edits: fix.edits.iter().map(edit).collect() }
}

fn place<'a>(report: &'a Report, evidence: &'a Evidence) -> Place<'a> {
    let at = report.sources.position(evidence.loc);
    Place {
        path: path(&report.sources, evidence.loc),
        line: at.line,
        column: at.column,
        message: &evidence.message,
        repository: report.sources.repository(evidence.loc.file),
    }
}

fn output_note(note: &Note) -> OutputNote<'_> {
    OutputNote { kind: note.kind, message: &note.message, path: note.path.as_deref(), rules: &note.rules }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::Format;
    use super::super::testing::{HOSTILE, report, written};

    #[test]
    fn the_document_of_version_1() {
        let text = written(&report("infra/auth.yaml", "web/session.ts"), Format::Json, None);
        let document: Value = serde_json::from_str(&text).expect("the report is JSON");
        assert_eq!(document["schema"], 1);
        assert_eq!(document["tool"], json!({ "name": "cognito-lint", "version": env!("CARGO_PKG_VERSION") }));
        let finding = &document["findings"][1];
        assert_eq!(finding["fingerprint"].as_str().map(str::len), Some(32));
        assert_eq!(
            *finding,
            json!({
                "rule": "device-key-missing-on-refresh", "severity": "error", "confidence": "high", "level": "default",
                "message": "this refresh fails once the first access token expires",
                "help": "store NewDeviceMetadata.DeviceKey at sign-in, confirm it with ConfirmDevice, send it as DEVICE_KEY",
                "aws_error": "NotAuthorizedException: Invalid Refresh Token",
                "path": "web/session.ts", "line": 2, "column": 3, "end_line": 2, "end_column": 14,
                "evidence": [
                    { "path": "web/session.ts", "line": 2, "column": 3,
                      "message": "refresh call: AuthParameters has REFRESH_TOKEN, no DEVICE_KEY" },
                    { "path": "infra/auth.yaml", "line": 5, "column": 7,
                      "message": "the pool remembers devices (DeviceConfiguration is present)" },
                ],
                "resource": "Pool", "when": null, "fingerprint": finding["fingerprint"], "fix": null,
            })
        );
        assert_eq!(document["findings"][0]["when"], "not IsProd");
        assert_eq!(document["findings"][0]["aws_error"], Value::Null);
        assert_eq!(document["hidden"], json!({ "ignored": 0, "baseline": 0, "level": 3, "confidence": 0, "base": 0 }));
        let note = json!({ "kind": "unresolved", "message": "the domain is not known", "path": "infra/auth.yaml" });
        assert_eq!(document["notes"], json!([note]));
        let summary = json!({
            "files_seen": 340, "files_read": 2, "pools": 1, "clients": 0, "calls": 1, "settings": 12
        });
        assert_eq!(document["summary"], summary);
    }

    #[test]
    fn keys_keep_their_order() {
        let text = written(&report("infra/auth.yaml", "web/session.ts"), Format::Json, None);
        let order = ["schema", "tool", "findings", "hidden", "notes", "summary"];
        let places: Vec<_> = order.iter().map(|key| text.find(&format!("\n  \"{key}\":"))).collect();
        assert!(places.is_sorted() && places.iter().all(Option::is_some), "{places:?}");
    }

    #[test]
    fn hostile_names_are_kept_and_escaped() {
        let text = written(&report(HOSTILE[0], HOSTILE[1]), Format::Json, None);
        assert!(!text.contains(['\u{1b}', '\r']));
        let document: Value = serde_json::from_str(&text).expect("the report is JSON");
        assert_eq!(document["findings"][0]["path"], HOSTILE[0]);
    }
}
