//! The tests of policies: those in Guard's format, and cases.

use std::fs;

use camino::{Utf8Path, Utf8PathBuf};

use crate::finding::Level;
use crate::policy::expectations::{self, Outcome};
use crate::policy::{Policies, Policy};
use crate::read::cloudformation::Parameters;
use crate::rule;
use crate::scan::{self, Options};

use super::markdown::{Section, sections};
use super::{Expected, Found, differences};

/// The endings of files with tests; cases are Markdown.
const ENDINGS: [&str; 5] = ["yml", "yaml", "json", "jsn", "md"];

/// A file with tests of one policy.
#[derive(Debug)]
pub struct Tested {
    /// Its absolute path.
    pub path: Utf8PathBuf,
    /// How its tests came out; a sentence where they cannot be run.
    pub outcomes: Result<Vec<Outcome>, String>,
}

/// Runs the tests of a policy: the files beside it, or in a folder `tests` there, whose names begin with the policy's and
/// `_test`.
pub fn run(policy: &Policy) -> Vec<Tested> {
    let of_file = |path: Utf8PathBuf| {
        let text = fs::read_to_string(&path).map_err(|error| error.to_string());
        let outcomes = text.and_then(|text| match path.extension() {
            Some("md") => cases(policy, &text),
            _ => expectations::run(&policy.text, &text),
        });
        Tested { path, outcomes }
    };
    files(&policy.path).into_iter().map(of_file).collect()
}

fn files(policy: &Utf8Path) -> Vec<Utf8PathBuf> {
    let (Some(folder), Some(stem)) = (policy.parent(), policy.file_stem()) else { return Vec::new() };
    let beginning = format!("{stem}_test");
    let is_tests = |path: &Utf8Path| {
        path.file_name().is_some_and(|name| name.starts_with(&beginning))
            && path.extension().is_some_and(|ending| ENDINGS.contains(&ending))
    };
    let mut files = Vec::new();
    for folder in [folder.to_owned(), folder.join("tests")] {
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        files.extend(
            entries.filter_map(|entry| Utf8PathBuf::from_path_buf(entry.path()).ok()).filter(|path| is_tests(path)),
        );
    }
    files.sort();
    files
}

/// Runs the cases of a page; what stands before its first heading is no case.
fn cases(policy: &Policy, page: &str) -> Result<Vec<Outcome>, String> {
    let sections = sections(page)?;
    let cases: Vec<_> = sections.iter().skip(1).map(|section| case(policy, section)).collect::<Result<_, _>>()?;
    if cases.is_empty() {
        Err("there is no case in it: a case is a heading `## …` with blocks".to_owned())
    } else {
        Ok(cases)
    }
}

fn case(policy: &Policy, section: &Section) -> Result<Outcome, String> {
    let wrong = |message: String| format!("line {}, {}: {message}", section.line, section.title);
    let folder = tempfile::Builder::new().prefix("case").tempdir().map_err(|error| wrong(error.to_string()))?;
    let root = folder.path().canonicalize().map_err(|error| wrong(error.to_string()))?;
    let root = Utf8PathBuf::from_path_buf(root).map_err(|path| wrong(format!("{} is not UTF-8", path.display())))?;
    let mut expected = Vec::new();
    let mut has_files = false;
    for block in &section.blocks {
        expected.extend(Expected::in_block(block).map_err(wrong)?);
        if let Some(path) = block.path() {
            write(&root, path, &block.text).map_err(wrong)?;
            has_files = true;
        }
    }
    if !has_files {
        return Err(wrong("the case has no file: a fenced block names its file with path=".to_owned()));
    }
    if let Some(other) = expected.iter().find(|one| !policy.rules.iter().any(|rule| rule.entry.name == one.rule)) {
        return Err(wrong(format!("the policy has no rule {}", other.rule)));
    }
    let scan = scan::scan(&options(policy, root)).map_err(|error| wrong(error.to_string()))?;
    if !scan.complete {
        let failed = scan.report.notes().iter().find(|note| note.kind == "rule-failed");
        return Err(wrong(failed.map_or_else(String::new, |note| note.message.clone())));
    }
    let findings = scan.report.findings().iter().map(|reported| Found::of(&scan.report, reported));
    let undecided = scan.report.notes().iter().filter_map(Found::undecided);
    let differences = differences(&expected, findings.chain(undecided).collect());
    Ok(Outcome { name: section.title.clone(), differences })
}

/// Writes a file of a case, which may not leave the case's folder.
fn write(root: &Utf8Path, path: &str, text: &str) -> Result<(), String> {
    let parts: Vec<_> = Utf8Path::new(path).components().map(|part| part.as_str()).collect();
    if path.is_empty()
        || path.starts_with('/')
        || parts.iter().any(|part| matches!(*part, ".." | "/") || part.contains(':'))
    {
        return Err(format!("`{path}` is no path below the case's folder"));
    }
    let path = root.join(path);
    let folder = path.parent().unwrap_or(root);
    fs::create_dir_all(folder).and_then(|()| fs::write(&path, text)).map_err(|error| format!("{path}: {error}"))
}

/// A scan for one policy.
fn options(policy: &Policy, root: Utf8PathBuf) -> Options {
    Options {
        paths: Vec::new(),
        current: root,
        parameters: Parameters::default(),
        var_files: Vec::new(),
        environment: None,
        base: None,
        // A file that cannot be read makes a case worthless.
        rules: rule::named("unreadable-file").into_iter().collect(),
        policies: Policies::of(policy.clone()),
        level: Level::Audit,
        verbose: false,
        draw: false,
        diagnose: false,
        inquiry: None,
        with: Vec::new(),
        account_only: false,
        today: scan::today(),
        config: None,
        baseline: None,
    }
}
