//! SARIF 2.1.0, within what GitHub code scanning takes ("SARIF support for code scanning" in its documentation).

use std::collections::{BTreeMap, HashMap};
use std::io::{self, Write};

use camino::{Utf8Path, Utf8PathBuf};

use crate::finding::{Confidence, Evidence, Severity};
use crate::rule;
use crate::source::FileId;

use super::escape::Escaped;
use super::region::Region;
use super::{Note, Report, Reported, notes, story};

use line_hash::line_hashes;
use log::{
    ArtifactLocation, BaseId, CodeFlow, Descriptor, Driver, Extent, Finding, FindingProperties, Invocation, Location,
    Log, Notification, PhysicalLocation, Run, Text, ThreadFlow, ThreadFlowLocation, Tool,
};
use uri::uri;

mod fixes;
mod line_hash;
mod log;
mod rules;
mod uri;

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
/// What paths are relative to.
const ROOT: &str = "%SRCROOT%";
/// How columns are counted.
const COLUMNS: &str = "utf16CodeUnits";
/// Results that GitHub takes of one run; more make it refuse the whole log.
const MOST_RESULTS: usize = 25_000;
/// Places of a result that GitHub shows.
const MOST_PLACES: usize = 100;

pub fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, &log(report))?;
    writeln!(out)
}

fn log(report: &Report) -> Log {
    let mut entries: Vec<_> = rule::all().iter().collect();
    for entry in &report.rules {
        if !entries.iter().any(|other| other.name == entry.name) {
            entries.push(entry);
        }
    }
    let ids = entries.iter().enumerate().map(|(at, entry)| (entry.name, at)).collect();
    let mut lines = Lines { report, hashes: HashMap::new() };
    let results = worst(report).into_iter().map(|reported| result(report, &ids, &mut lines, reported)).collect();
    let driver = Driver {
        name: env!("CARGO_PKG_NAME"),
        semantic_version: env!("CARGO_PKG_VERSION"),
        rules: entries.into_iter().map(rules::rule).collect(),
    };
    let invocation = Invocation {
        execution_successful: report.failures().next().is_none(),
        tool_execution_notifications: notifications(report),
    };
    let root = BaseId { description: text("the root of the repository") };
    let run = Run {
        tool: Tool { driver },
        invocations: [invocation],
        original_uri_base_ids: BTreeMap::from([(ROOT, root)]),
        column_kind: COLUMNS,
        results,
    };
    Log { schema: SCHEMA, version: "2.1.0", runs: [run] }
}

/// The findings in their order; of too many the worst.
fn worst(report: &Report) -> Vec<&Reported> {
    let mut findings: Vec<_> = report.findings.iter().collect();
    if findings.len() > MOST_RESULTS {
        findings.sort_by_key(|reported| std::cmp::Reverse(reported.finding.severity));
        findings.truncate(MOST_RESULTS);
    }
    findings
}

fn result(report: &Report, ids: &HashMap<&str, usize>, lines: &mut Lines<'_>, reported: &Reported) -> Finding {
    let finding = &reported.finding;
    // Code hosts show the files of their own repository: places in another one stand in the message alone.
    let own = story::places(finding).take(MOST_PLACES).filter(|evidence| !report.is_elsewhere(evidence.loc));
    let places: Vec<_> = own.map(|evidence| location(report, evidence)).collect();
    let numbered = |(number, place): (usize, &Location)| Location { id: Some(number), ..place.clone() };
    let related: Vec<_> = places.iter().enumerate().skip(1).map(numbered).collect();
    let code_flows = if related.is_empty() { Vec::new() } else { vec![flow(&places)] };
    let own = location(report, &finding.place);
    let hash = lines.hash(finding.place.loc.file, &own);
    let known = [("cognitoLint/v1", Some(reported.fingerprint.clone())), ("primaryLocationLineHash", hash)];
    Finding {
        rule_id: finding.rule,
        rule_index: ids.get(finding.rule).copied().unwrap_or_default(),
        level: level(finding.severity),
        message: text(&message(report, reported)),
        locations: [own],
        related_locations: related,
        code_flows,
        fixes: finding.fix.iter().map(|fix| fixes::fix(report, fix)).collect(),
        partial_fingerprints: known.into_iter().filter_map(|(name, print)| Some((name, print?))).collect(),
        rank: rank(finding.confidence),
        properties: FindingProperties {
            confidence: finding.confidence.name(),
            level: finding.level.name(),
            aws_error: finding.aws_error,
            resource: finding.resource.as_deref().map(|resource| Escaped(resource).to_string()),
            when: (!finding.when.is_always()).then(|| Escaped(&finding.when.to_string()).to_string()),
            help: Escaped(&finding.help).to_string(),
        },
    }
}

/// What breaks, then the places as links to the related locations, then what else there is to say.
fn message(report: &Report, Reported { finding, .. }: &Reported) -> String {
    let mut message = format!("{}.", plain(&finding.message));
    let mut own = 0;
    for evidence in story::places(finding).take(MOST_PLACES) {
        let stands_there = plain(&evidence.message);
        if report.is_elsewhere(evidence.loc) {
            message += &format!("\n{}: {stands_there}", plain(&story::place(report, evidence)));
            continue;
        }
        message += &if own == 0 { format!("\n{stands_there}") } else { format!("\n[{stands_there}]({own})") };
        own += 1;
    }
    if finding.evidence.len() >= MOST_PLACES {
        message += &format!("\nand {} more places", finding.evidence.len() + 1 - MOST_PLACES);
    }
    story::remarks(finding).for_each(|(title, text)| message += &format!("\n{title}: {}", plain(&text)));
    message
}

/// Text in which nothing is taken for a link (SARIF 3.11.6).
fn plain(text: &str) -> String {
    Escaped(text).to_string().replace('\\', r"\\").replace('[', r"\[").replace(']', r"\]")
}

fn text(text: &str) -> Text {
    Text { text: text.to_owned() }
}

fn flow(places: &[Location]) -> CodeFlow {
    let step = |location: &Location| ThreadFlowLocation { location: location.clone() };
    CodeFlow { thread_flows: [ThreadFlow { locations: places.iter().map(step).collect() }] }
}

fn location(report: &Report, evidence: &Evidence) -> Location {
    let path = report.path_in_repository(evidence.loc);
    let region = Extent::Region(Region::of(&report.sources, evidence.loc));
    Location {
        id: None,
        physical_location: physical(&path, Some(region)),
        message: Some(Text { text: Escaped(&evidence.message).to_string() }),
    }
}

fn physical(path: &Utf8Path, region: Option<Extent>) -> PhysicalLocation {
    PhysicalLocation { artifact_location: ArtifactLocation { uri: uri(path.as_str()), uri_base_id: ROOT }, region }
}

/// The notes, and how many results are left out.
fn notifications(report: &Report) -> Vec<Notification> {
    let notes = report.notes.iter().map(|note| notification(report, note));
    let beyond = report.findings.len().checked_sub(MOST_RESULTS).filter(|beyond| *beyond > 0);
    let beyond = beyond.map(|beyond| {
        let message = format!("{beyond} results are left out: a log may have {MOST_RESULTS}");
        notification(report, &Note::on_scan("limit", message))
    });
    notes.chain(beyond).collect()
}

fn notification(report: &Report, note: &Note) -> Notification {
    let level = match note.kind {
        "rule-failed" | "live-gap" => "error",
        "limit" | "unreadable" | "inaccessible" | "stale-assembly" => "warning",
        _ => "note",
    };
    let location = |path: &String| {
        let path: Utf8PathBuf = report.folders.from_repository(Utf8Path::new(path));
        let line = note.line.map(|start_line| Extent::Line { start_line });
        Location { id: None, physical_location: physical(&path, line), message: None }
    };
    Notification {
        descriptor: Descriptor { id: note.kind },
        level,
        message: text(&plain(&notes::sentence(note, usize::MAX))),
        locations: note.path.iter().map(location).collect(),
    }
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

/// From 0 to 100, the surest first.
fn rank(confidence: Confidence) -> f64 {
    match confidence {
        Confidence::High => 90.0,
        Confidence::Medium => 60.0,
        Confidence::Low => 30.0,
    }
}

/// The hashes of lines, of each file once.
struct Lines<'a> {
    report: &'a Report,
    hashes: HashMap<FileId, Vec<String>>,
}

impl Lines<'_> {
    /// The hash of the line that a location starts in.
    fn hash(&mut self, file: FileId, location: &Location) -> Option<String> {
        let sources = &self.report.sources;
        let hashes = self.hashes.entry(file).or_insert_with(|| line_hashes(sources.file(file).text()));
        let Some(Extent::Region(Region { start_line, .. })) = location.physical_location.region else { return None };
        hashes.get(start_line.checked_sub(1)?).cloned()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::Format;
    use super::super::testing::{HOSTILE, many, nothing, report, written};
    use super::*;

    fn run_of(report: &Report) -> Value {
        let text = written(report, Format::Sarif, None);
        let mut log: Value = serde_json::from_str(&text).expect("the report is JSON");
        assert_eq!((&log["version"], &log["$schema"]), (&json!("2.1.0"), &json!(SCHEMA)));
        assert_eq!(log["runs"].as_array().map(Vec::len), Some(1));
        log["runs"][0].take()
    }

    #[test]
    fn a_result_with_its_evidence() {
        let run = run_of(&report("infra/auth.yaml", "web/session.ts"));
        let result = &run["results"][1];
        let at = |uri: &str, [line, column, end]: [usize; 3]| {
            json!({
                "artifactLocation": { "uri": uri, "uriBaseId": "%SRCROOT%" },
                "region": { "startLine": line, "startColumn": column, "endLine": line, "endColumn": end },
            })
        };
        let call = json!({
            "physicalLocation": at("web/session.ts", [2, 3, 14]),
            "message": { "text": "refresh call: AuthParameters has REFRESH_TOKEN, no DEVICE_KEY" },
        });
        let pool = json!({
            "physicalLocation": at("infra/auth.yaml", [5, 7, 26]),
            "message": { "text": "the pool remembers devices (DeviceConfiguration is present)" },
        });
        assert_eq!(result["locations"], json!([call]));
        let linked = json!({ "id": 1, "physicalLocation": pool["physicalLocation"], "message": pool["message"] });
        assert_eq!(result["relatedLocations"], json!([linked]));
        let steps = json!([{ "location": call }, { "location": pool }]);
        assert_eq!(result["codeFlows"], json!([{ "threadFlows": [{ "locations": steps }] }]));
        assert_eq!(
            result["message"]["text"],
            "this refresh fails once the first access token expires.\n\
             refresh call: AuthParameters has REFRESH_TOKEN, no DEVICE_KEY\n\
             [the pool remembers devices (DeviceConfiguration is present)](1)\n\
             Cognito will answer: NotAuthorizedException: Invalid Refresh Token\n\
             help: store NewDeviceMetadata.DeviceKey at sign-in, confirm it with ConfirmDevice, send it as DEVICE_KEY"
        );
        assert_eq!((&result["level"], &result["rank"]), (&json!("error"), &json!(90.0)));
        let id = result["ruleIndex"].as_u64().map(|at| run["tool"]["driver"]["rules"][at as usize]["id"].clone());
        assert_eq!(id.as_ref(), Some(&result["ruleId"]));
        let prints = &result["partialFingerprints"];
        assert_eq!(prints["cognitoLint/v1"].as_str().map(str::len), Some(32));
        assert!(prints["primaryLocationLineHash"].as_str().is_some_and(|hash| hash.ends_with(":1")), "{prints}");
        assert_eq!(run["results"][0]["properties"]["when"], "not IsProd");
    }

    #[test]
    fn one_place_is_no_flow() {
        let run = run_of(&report("infra/auth.yaml", "web/session.ts"));
        assert_eq!(run["results"][0].get("codeFlows"), None);
        assert_eq!(run["results"][0].get("relatedLocations"), None);
    }

    #[test]
    fn notes_are_notifications_and_a_failed_rule_is_no_success() {
        let run = run_of(&report("infra/auth.yaml", "web/session.ts"));
        let notification = &run["invocations"][0]["toolExecutionNotifications"][0];
        assert_eq!((&notification["descriptor"]["id"], &notification["level"]), (&json!("unresolved"), &json!("note")));
        let uri = &notification["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
        assert_eq!(uri, "infra/auth.yaml");
        assert_eq!(run["invocations"][0]["executionSuccessful"], true);
        let failed = run_of(&nothing(vec![Note::on_scan("rule-failed", "a rule failed")]));
        assert_eq!(failed["invocations"][0]["executionSuccessful"], false);
    }

    #[test]
    fn of_too_many_results_the_worst_are_kept() {
        let mut long = many(MOST_RESULTS + 3);
        long.findings[1].finding.severity = Severity::Info;
        let kept = worst(&long);
        assert_eq!(kept.len(), MOST_RESULTS);
        assert!(kept.iter().all(|reported| reported.finding.severity == Severity::Error));
        let [told] = notifications(&long).try_into().unwrap_or_else(|_| panic!("one notification"));
        assert!(told.message.text.starts_with("3 results are left out"));
    }

    #[test]
    fn of_too_many_places_the_first_are_kept() {
        let mut long = many(1);
        let finding = &mut long.findings[0].finding;
        let row = finding.evidence[0].clone();
        finding.evidence = vec![row; MOST_PLACES + 20];
        let result = &run_of(&long)["results"][0];
        assert_eq!(result["relatedLocations"].as_array().map(Vec::len), Some(MOST_PLACES - 1));
        let steps = &result["codeFlows"][0]["threadFlows"][0]["locations"];
        assert_eq!(steps.as_array().map(Vec::len), Some(MOST_PLACES));
        assert!(result["message"]["text"].as_str().is_some_and(|text| text.contains("\nand 21 more places\n")));
    }

    #[test]
    fn hostile_names_are_encoded_in_uris_and_escaped_in_texts() {
        let text = written(&report(HOSTILE[0], HOSTILE[1]), Format::Sarif, None);
        assert!(!text.contains(['\u{1b}', '\u{9b}', '\r', '\u{202e}']), "{text:?}");
        let run = run_of(&report(HOSTILE[0], HOSTILE[1]));
        let uri = &run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
        assert_eq!(uri, "a%1B%5B2J%0A%3A%3Aerror%3A%3A%E2%80%AE.yaml");
        assert_eq!(plain("see [here](1) or \\"), r"see \[here\](1) or \\");
    }
}
