//! What a scan tells, one file per output format. Sees findings and sources only.

use std::io::{self, Write};

use camino::Utf8PathBuf;

use crate::finding::filter::Hidden;
use crate::finding::fingerprint::fingerprints;
use crate::finding::{Confidence, Finding, Severity};
use crate::model::graph::Graph;
use crate::read;
use crate::rule::Entry;
use crate::source::paths::Folders;
use crate::source::{Loc, SourceMap};

pub mod catalogue;
mod concise;
pub mod diff;
pub mod escape;
mod format;
mod github;
mod gitlab;
mod json;
mod junit;
mod markdown;
mod notes;
mod region;
mod sarif;
mod story;
pub(crate) mod tally;
mod text;
pub(crate) mod wrap;

pub use format::Format;

/// Everything that a report shows.
#[derive(Debug)]
pub struct Report {
    sources: SourceMap,
    findings: Vec<Reported>,
    hidden: Hidden,
    notes: Vec<Note>,
    summary: Summary,
    folders: Folders,
    graph: Option<Graph>,
    rules: Vec<&'static Entry>,
}

/// A finding with what identifies it from one run to the next.
#[derive(Debug)]
pub struct Reported {
    /// The finding.
    pub finding: Finding,
    /// See [`fingerprints`].
    pub fingerprint: String,
}

/// Something to tell that is not a finding.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Note {
    /// A short fixed name; `docs/output.md` lists them.
    pub kind: &'static str,
    /// The file it is about, as reports name files.
    pub path: Option<String>,
    /// The line in it.
    pub line: Option<usize>,
    /// One sentence.
    pub message: String,
    /// The rules that may be silent because of it.
    pub rules: Vec<&'static str>,
}

impl Note {
    /// A note on the scan as a whole.
    pub fn on_scan(kind: &'static str, message: impl Into<String>) -> Self {
        Self { kind, path: None, line: None, message: message.into(), rules: Vec::new() }
    }

    /// A note on a file as a whole.
    pub fn on_file(kind: &'static str, path: impl Into<String>, message: impl Into<String>) -> Self {
        Self { path: Some(path.into()), ..Self::on_scan(kind, message) }
    }

    /// A reader's note.
    pub fn of(note: read::Note, sources: &SourceMap) -> Self {
        let file = note.loc.map(|loc| loc.file).or(note.file);
        Self {
            kind: note.kind,
            path: file.map(|file| sources.file(file).path.to_string()),
            line: note.loc.map(|loc| line(sources, loc)),
            message: note.message,
            rules: Vec::new(),
        }
    }
}

/// How a report for people is laid out.
#[derive(Clone, Copy, Debug, Default)]
pub struct Layout {
    /// Columns to wrap at.
    pub width: Option<usize>,
    /// Every note is written out, however many there are of a kind.
    pub all_notes: bool,
}

/// What was understood.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Files that the scan came across.
    pub files_seen: usize,
    /// Files that it parsed.
    pub files_read: usize,
    /// User pools.
    pub pools: usize,
    /// App clients.
    pub clients: usize,
    /// Calls of the service.
    pub calls: usize,
    /// Pieces of application configuration.
    pub settings: usize,
}

impl Report {
    /// A report of the findings, sorted by path, line and rule, and of the notes, sorted by kind and place.
    pub fn new(
        sources: SourceMap,
        mut findings: Vec<Finding>,
        hidden: Hidden,
        mut notes: Vec<Note>,
        summary: Summary,
    ) -> Self {
        findings.sort_by_cached_key(|finding| {
            let place = finding.place.loc;
            let when = finding.when.clone();
            (
                path(&sources, place).to_owned(),
                line(&sources, place),
                finding.rule,
                place.span,
                when,
                finding.message.clone(),
            )
        });
        notes.sort();
        notes.dedup();
        let fingerprints = fingerprints(&findings, &sources);
        let reported = |(finding, fingerprint)| Reported { finding, fingerprint };
        let findings = findings.into_iter().zip(fingerprints).map(reported).collect();
        Self { sources, findings, hidden, notes, summary, folders: Folders::default(), graph: None, rules: Vec::new() }
    }

    /// The same report of a scan in these folders: formats for other programs name files as seen from the repository's root.
    #[must_use]
    pub fn within(self, folders: Folders) -> Self {
        Self { folders, ..self }
    }

    /// The same report with a graph of what was understood, for the formats that draw it.
    #[must_use]
    pub fn drawing(self, graph: Option<Graph>) -> Self {
        Self { graph, ..self }
    }

    /// The same report with rules that its findings may be of besides the program's own.
    #[must_use]
    pub fn with_rules(self, rules: Vec<&'static Entry>) -> Self {
        Self { rules, ..self }
    }

    /// The findings that are shown.
    pub fn findings(&self) -> &[Reported] {
        &self.findings
    }

    /// The notes.
    pub fn notes(&self) -> &[Note] {
        &self.notes
    }

    /// What was understood.
    pub fn summary(&self) -> &Summary {
        &self.summary
    }

    /// The files behind the places.
    pub fn sources(&self) -> &SourceMap {
        &self.sources
    }

    /// Whether a finding is at least this bad. Guesses do not count.
    pub fn reaches(&self, severity: Severity) -> bool {
        let counts = |finding: &Finding| finding.severity >= severity && finding.confidence >= Confidence::Medium;
        self.findings.iter().any(|reported| counts(&reported.finding))
    }

    /// Writes the report. Text comes with colour codes, which `out` may strip.
    ///
    /// # Errors
    /// What `out` says.
    pub fn write(&self, format: Format, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
        match format {
            Format::Text => text::write(self, layout, out),
            Format::Concise => concise::write(self, out),
            Format::Json => json::write(self, out),
            Format::Sarif => sarif::write(self, out),
            Format::Github => github::write(self, out),
            Format::Gitlab => gitlab::write(self, out),
            Format::Junit => junit::write(self, out),
            Format::Markdown => markdown::write(self, layout, out),
        }
    }
}

impl Report {
    /// The path of a place as seen from the repository's root.
    fn path_in_repository(&self, loc: Loc) -> Utf8PathBuf {
        let path = &self.sources.file(loc.file).path;
        if self.is_elsewhere(loc) { path.to_path_buf() } else { self.folders.from_repository(path) }
    }

    /// Whether a place is in another repository.
    fn is_elsewhere(&self, loc: Loc) -> bool {
        self.sources.repository(loc.file).is_some()
    }

    /// What is known of rules that failed and of accounts that did not tell everything.
    fn failures(&self) -> impl Iterator<Item = &Note> {
        self.notes.iter().filter(|note| matches!(note.kind, "rule-failed" | "live-gap"))
    }

    /// How many findings have a severity.
    fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|reported| reported.finding.severity == severity).count()
    }
}

fn path(sources: &SourceMap, loc: Loc) -> &str {
    sources.file(loc.file).path.as_str()
}

fn line(sources: &SourceMap, loc: Loc) -> usize {
    sources.position(loc).line
}

#[cfg(test)]
mod testing {
    //! A report as a scan of a small project makes it.

    use super::*;
    use crate::finding::{Evidence, Level};
    use crate::model::graph::{Edge, Node, NodeKind};
    use crate::source::{FileId, SourceFile, Span};
    use crate::when::When;

    const SESSION: &str = "export const refresh = () =>\n  client.send(new InitiateAuthCommand({}));\n";
    const TEMPLATE: &str =
        "Resources:\n  Pool:\n    Type: AWS::Cognito::UserPool\n    Properties:\n      DeviceConfiguration: {}\n";

    /// A report on a refresh without a device key, in files of these names.
    pub(super) fn report(template: &str, session: &str) -> Report {
        let file = |path: &str, text: &str| SourceFile::with_text(path.into(), format!("/project/{path}").into(), text);
        let sources = SourceMap::new(vec![file(template, TEMPLATE), file(session, SESSION)]);
        let evidence = |file: u32, part: &str, message: &str| {
            let text = if file == 0 { TEMPLATE } else { SESSION };
            let start = text.find(part).expect("the part is in the text");
            let loc = Loc { file: FileId(file), span: Span::new(start, start + part.len()) };
            Evidence { loc, message: message.to_owned() }
        };
        let call = evidence(1, "client.send", "refresh call: AuthParameters has REFRESH_TOKEN, no DEVICE_KEY");
        let pool = evidence(0, "DeviceConfiguration", "the pool remembers devices (DeviceConfiguration is present)");
        let missing_key = Finding {
            rule: "device-key-missing-on-refresh",
            severity: Severity::Error,
            confidence: Confidence::High,
            level: Level::Default,
            message: "this refresh fails once the first access token expires".to_owned(),
            place: call,
            evidence: vec![pool.clone()],
            help: "store NewDeviceMetadata.DeviceKey at sign-in, confirm it with ConfirmDevice, send it as DEVICE_KEY"
                .to_owned(),
            aws_error: Some("NotAuthorizedException: Invalid Refresh Token"),
            resource: Some("Pool".into()),
            when: When::always(),
            fix: None,
            ignored: false,
        };
        let both_false = Finding {
            rule: "device-tracking-both-false",
            severity: Severity::Warning,
            confidence: Confidence::Medium,
            message: "the pool tracks devices although both members are false".to_owned(),
            place: pool,
            evidence: Vec::new(),
            help: "leave DeviceConfiguration out".to_owned(),
            aws_error: None,
            when: When::test(template, "IsProd", false),
            ..missing_key.clone()
        };
        let note = Note::on_file("unresolved", template, "the domain is not known");
        let summary = Summary { files_seen: 340, files_read: 2, pools: 1, clients: 0, calls: 1, settings: 12 };
        Report::new(
            sources,
            vec![missing_key, both_false],
            Hidden { level: 3, ..Hidden::default() },
            vec![note],
            summary,
        )
    }

    /// A report of this many findings, all at one place.
    pub(super) fn many(number: usize) -> Report {
        let Report { sources, findings, hidden, summary, .. } = report("infra/auth.yaml", "web/session.ts");
        let [_, Reported { finding, .. }] = findings.as_slice() else { panic!("the report has two findings") };
        Report::new(sources, vec![finding.clone(); number], hidden, Vec::new(), summary)
    }

    /// A report with a graph of the pool, under a name, and of this many calls; the findings are about the first.
    pub(super) fn drawn(report: Report, pool: &str, calls: usize) -> Report {
        let declared = TEMPLATE.find("Pool:").expect("the template has a pool");
        let place = |file, start, end| Loc { file: FileId(file), span: Span::new(start, end) };
        let (at, whole) = (place(0, declared, declared + 4), place(0, declared, TEMPLATE.len()));
        let mut nodes = vec![Node { kind: NodeKind::Pool, name: pool.to_owned(), loc: at, extents: vec![at, whole] }];
        let start = SESSION.find("client.send").expect("the code has a call");
        let loc = place(1, start, SESSION.len());
        let call = Node { kind: NodeKind::Code, name: "InitiateAuth".to_owned(), loc, extents: vec![loc] };
        nodes.extend(vec![call; calls]);
        let edges = (1..=calls).map(|from| Edge { from, to: 0, text: String::new() }).collect();
        report.drawing(Some(Graph { nodes, edges }))
    }

    /// A report without findings.
    pub(super) fn nothing(notes: Vec<Note>) -> Report {
        Report::new(SourceMap::default(), Vec::new(), Hidden::default(), notes, Summary::default())
    }

    /// The report in a format, without colours.
    pub(super) fn written(report: &Report, format: Format, width: Option<usize>) -> String {
        let mut bytes = Vec::new();
        report.write(format, Layout { width, all_notes: false }, &mut bytes).expect("memory can be written");
        anstream::adapter::strip_str(std::str::from_utf8(&bytes).expect("reports are UTF-8")).to_string()
    }

    /// File names as an attacker would choose them.
    pub(super) const HOSTILE: [&str; 2] = ["a\u{1b}[2J\n::error::\u{202e}.yaml", "b\r\u{9b}31m\u{2028}.ts"];

    #[test]
    fn runs_do_not_differ() {
        for format in Format::ALL {
            let one = written(&report("infra/auth.yaml", "web/session.ts"), format, None);
            assert_eq!(one, written(&report("infra/auth.yaml", "web/session.ts"), format, None));
        }
    }

    #[test]
    fn findings_reach_their_severity_unless_they_are_guesses() {
        let mut report = report("infra/auth.yaml", "web/session.ts");
        assert!(report.reaches(Severity::Error));
        report.findings.retain(|reported| reported.finding.severity == Severity::Warning);
        assert!(report.reaches(Severity::Warning) && !report.reaches(Severity::Error));
        report.findings[0].finding.confidence = Confidence::Low;
        assert!(!report.reaches(Severity::Info));
    }
}
