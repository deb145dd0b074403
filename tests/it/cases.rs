//! A case: a small project with the findings that it must give. [`super::rules`] describes how one is written.

use std::collections::BTreeMap;
use std::fs;
use std::panic::catch_unwind;

use camino::Utf8PathBuf;
use cognito_lint::account::Inquiry;
use cognito_lint::config::ConfigFile;
use cognito_lint::finding::fix::Fix;
use cognito_lint::finding::{Finding, Level};
use cognito_lint::report::Reported;
use cognito_lint::rule;
use cognito_lint::scan::cases::{self, Expected, Found};
use cognito_lint::scan::{self, Options, Scan};
use cognito_lint::source::edit::edited;

use super::history::{self, write};
use super::markdown::{Block, Section};
use super::recorded;

/// A small project with the findings that it must give.
pub struct Case {
    /// The heading of the case.
    pub title: String,
    /// Findings of all rules are compared, not only those of the rule that the case belongs to.
    pub all: bool,
    /// What must be found.
    pub expected: Vec<Expected>,
    files: Vec<(String, String)>,
    /// The files as they were at the base; empty where the case has none.
    base: Vec<(String, String)>,
    /// What an account answered, and what it refused; empty where the case has no account.
    answers: Vec<(String, String)>,
    refused: Vec<(String, String)>,
}

impl Case {
    /// The case of a section.
    pub fn of(section: &Section) -> Self {
        let title = section.title.trim_end_matches("{all}").trim().to_owned();
        let all = section.title.ends_with("{all}");
        let (expected, files, base) = (Vec::new(), Vec::new(), Vec::new());
        let mut case = Self { title, all, expected, files, base, answers: Vec::new(), refused: Vec::new() };
        for block in &section.blocks {
            case.take(block);
        }
        case
    }

    fn take(&mut self, block: &Block) {
        if let Some(path) = block.path() {
            let file = (path.to_owned(), block.text.clone());
            match block.at() {
                None => self.files.push(file),
                Some("base") => return self.base.push(file),
                Some("live") if block.info.starts_with("gap ") => return self.refused.push(file),
                Some("live") => return self.answers.push(file),
                Some("both") => {
                    self.base.push(file.clone());
                    self.files.push(file);
                }
                Some(other) => panic!("a file stands at the base, at both sides or is live, not at {other}"),
            }
        }
        let expected = Expected::in_block(block).unwrap_or_else(|error| panic!("{}: {error}", self.title));
        for one in &expected {
            assert!(rule::all().iter().any(|entry| entry.name == one.rule), "there is no rule {}", one.rule);
        }
        self.expected.extend(expected);
    }

    /// Compares what a scan of the project finds with what it must find.
    ///
    /// # Errors
    /// What differs, and what else was found.
    pub fn check(&self, rule: &str) -> Result<(), String> {
        let scan = self.scan(&self.files)?;
        let wanted = |reported: &&Reported| self.all || reported.finding.rule == rule;
        let found = scan.report.findings().iter().filter(wanted).map(|one| Found::of(&scan.report, one)).collect();
        let mut differences = self.faults_of_fixes(&scan)?;
        differences.extend(cases::differences(&self.expected, found));
        if differences.is_empty() {
            return Ok(());
        }
        let others = scan.report.findings().iter().filter(|reported| !wanted(reported));
        differences.extend(others.map(|other| format!("(also       {})", Found::of(&scan.report, other).told)));
        differences
            .extend(scan.report.notes().iter().map(|note| format!("(note       {}: {})", note.kind, note.message)));
        differences.push(format!("(understood {:?})", scan.report.summary()));
        Err(differences.join("\n    "))
    }

    /// The findings of one rule, as an expectation would tell them.
    ///
    /// # Errors
    /// The scan fails.
    pub fn found(&self, rule: &str) -> Result<Vec<String>, String> {
        let scan = self.scan(&self.files)?;
        let of_rule = scan.report.findings().iter().filter(|reported| reported.finding.rule == rule);
        Ok(of_rule.map(|reported| Found::of(&scan.report, reported).told.to_string()).collect())
    }

    /// A scan of the project.
    ///
    /// # Errors
    /// The scan fails.
    pub fn scanned(&self) -> Result<Scan, String> {
        self.scan(&self.files)
    }

    /// What is wrong with the fixes of a scan: each, made alone, makes its finding go away and brings nothing.
    fn faults_of_fixes(&self, scan: &Scan) -> Result<Vec<String>, String> {
        let mut faults = Vec::new();
        let mut tried: Vec<&Fix> = Vec::new();
        for Reported { finding, .. } in scan.report.findings() {
            let Some(fix) = finding.fix.as_ref().filter(|fix| !tried.contains(fix)) else { continue };
            tried.push(fix);
            let mut files = self.files.clone();
            for (id, source) in scan.report.sources().iter() {
                let edits = fix.edits.iter().filter(|edit| edit.loc.file == id);
                if let Some((_, text)) = files.iter_mut().find(|(path, _)| **path == *source.path) {
                    *text = edited(text, edits);
                }
            }
            let (before, after) = (tally(scan), tally(&self.scan(&files)?));
            let count = |tally: &BTreeMap<_, usize>, identity| tally.get(identity).copied().unwrap_or_default();
            let own = identity(scan, finding);
            let mut told = Vec::new();
            if count(&after, &own) >= count(&before, &own) {
                told.push(format!("{own:?} is still there"));
            }
            let new = after.iter().filter(|(identity, number)| **number > count(&before, identity));
            told.extend(new.map(|(identity, _)| format!("{identity:?} is new")));
            let place =
                || Found::of(&scan.report, &Reported { finding: finding.clone(), fingerprint: String::new() }).told;
            faults.extend(told.into_iter().map(|told| format!("fixing      {}: {}: {told}", place(), fix.description)));
        }
        Ok(faults)
    }

    fn scan(&self, files: &[(String, String)]) -> Result<Scan, String> {
        let is_empty = files.is_empty() && self.answers.is_empty();
        assert!(!is_empty, "the case has no file: a fenced block names its file with path=");
        let folder = tempfile::Builder::new().prefix("case").tempdir().expect("a folder for the case");
        let root =
            Utf8PathBuf::from_path_buf(folder.path().canonicalize().expect("it exists")).expect("its name is UTF-8");
        if !self.base.is_empty() {
            history::start(folder.path());
            write(folder.path(), &self.base);
            history::commit(folder.path());
            self.base.iter().for_each(|(path, _)| fs::remove_file(root.join(path)).expect("the file was there"));
        }
        write(folder.path(), files);
        let config = ConfigFile::find(&root).map_err(|error| format!("the configuration: {error}"))?;
        let options = Options {
            rules: config.as_ref().map_or_else(|| rule::all().iter().collect(), |file| file.config.rules(&[], &[])),
            config,
            inquiry: (!self.answers.is_empty()).then(|| Inquiry::told(recorded::audit(&self.answers, &self.refused))),
            base: (!self.base.is_empty()).then(|| "HEAD".to_owned()),
            ..options(root)
        };
        let scan = catch_unwind(|| scan::scan(&options)).map_err(|_| "the scan panics".to_owned())?;
        let scan = scan.map_err(|error| format!("the scan refuses: {error}"))?;
        let is_run = scan.complete || !self.refused.is_empty();
        if is_run { Ok(scan) } else { Err(format!("a rule fails: {:?}", scan.report.notes())) }
    }
}

/// A scan of a folder by all rules, at all levels.
pub fn options(folder: Utf8PathBuf) -> Options {
    Options {
        paths: Vec::new(),
        current: folder,
        baseline: None,
        rules: rule::all().iter().collect(),
        policies: Default::default(),
        level: Level::Audit,
        verbose: false,
        parameters: Default::default(),
        today: scan::today(),
        config: None,
        draw: false,
        diagnose: false,
        with: Vec::new(),
        var_files: Vec::new(),
        environment: None,
        inquiry: None,
        account_only: false,
        base: None,
    }
}

/// What a finding is known by while lines move.
type Identity = (&'static str, String, Option<String>, String);

fn identity(scan: &Scan, finding: &Finding) -> Identity {
    let path = scan.report.sources().file(finding.place.loc.file).path.to_string();
    (finding.rule, path, finding.resource.as_deref().map(str::to_owned), finding.when.to_string())
}

fn tally(scan: &Scan) -> BTreeMap<Identity, usize> {
    let mut tally = BTreeMap::new();
    for reported in scan.report.findings() {
        *tally.entry(identity(scan, &reported.finding)).or_default() += 1;
    }
    tally
}
