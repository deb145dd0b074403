//! From paths to a report: the program's table of contents.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use std::{env, fs, io, mem};

use camino::{Utf8Path, Utf8PathBuf};
use miette::{Diagnostic, SourceSpan};
use thiserror::Error;

use crate::account::{self, Inquiry};
use crate::config::{self, ConfigFile, Selections};
use crate::diagnose::scanned::Scanned;
use crate::finding::baseline::Baseline;
use crate::finding::elsewhere::bring_home;
use crate::finding::filter::{Hidden, filter};
use crate::finding::merge::merge;
use crate::finding::suppression::JUDGES;
use crate::finding::{Finding, Level, precedence};
use crate::model::graph::Graph;
use crate::model::sought::Sought;
use crate::model::{Model, client, pool};
use crate::policy::{self, Policies};
use crate::read::cloudformation::{self, Parameters};
use crate::read::ignore::date::Date;
use crate::read::program;
use crate::read::pulumi;
use crate::read::terraform;
use crate::read::trees::Trees;
use crate::read::{self, Facts, Resource, Setting, SettingKind, amplify, ignore, live, serverless, settings};
use crate::report::{Note, Report, Summary};
use crate::rule::{self, Entry};
use crate::source::discovery::{Discovery, LeftOut, discover};
use crate::source::git::Trouble;
use crate::source::paths::{Folders, absolute};
use crate::source::quoted::Quoted;
use crate::source::reading;
use crate::source::{Loc, SourceMap, Span};
use crate::syntax::{data, hcl};

use parse::{Parsed, parse};

mod base;
pub mod baseline;
pub mod cases;
pub mod export;
pub mod fixing;
mod ignores;
mod notes;
mod parse;
pub mod survey;
pub mod with;

/// What to scan, and what to show of it.
#[derive(Debug)]
pub struct Options {
    /// Files and folders; none means the current directory.
    pub paths: Vec<Utf8PathBuf>,
    /// The current directory: reports name files relative to it.
    pub current: Utf8PathBuf,
    /// Values for the parameters of templates and the variables of Terraform's modules.
    pub parameters: Parameters,
    /// Files with values for the variables of Terraform's modules.
    pub var_files: Vec<Utf8PathBuf>,
    /// The environment whose values are taken where there are several.
    pub environment: Option<Arc<str>>,
    /// What accounts hold.
    pub inquiry: Option<Inquiry>,
    /// What other repositories know.
    pub with: Vec<with::Other>,
    /// Nothing but that is looked at, no file.
    pub account_only: bool,
    /// A revision to compare with: what was there where it and HEAD part is not shown, and changes since are findings.
    pub base: Option<String>,
    /// The rules to run.
    pub rules: Vec<&'static Entry>,
    /// The policies to evaluate.
    pub policies: Policies,
    /// The findings to show.
    pub level: Level,
    /// Tell every file that is left out, not only how many there are.
    pub verbose: bool,
    /// Some report draws the graph of what was understood.
    pub draw: bool,
    /// What is known is kept for a diagnosis.
    pub diagnose: bool,
    /// The day on which ignores are judged.
    pub today: Date,
    /// What the project says about the scan, where it says something.
    pub config: Option<ConfigFile>,
    /// The findings that were there before.
    pub baseline: Option<Baselined>,
}

/// A baseline and the file that it was read from.
#[derive(Clone, Debug)]
pub struct Baselined {
    /// The absolute path.
    pub path: Utf8PathBuf,
    /// What it holds.
    pub baseline: Baseline,
}

impl Baselined {
    /// Reads a baseline at an absolute path.
    ///
    /// # Errors
    /// [`Error::Baseline`].
    pub fn read(path: &Utf8Path) -> Result<Self, Error> {
        let text = fs::read_to_string(path).map_err(|error| error.to_string());
        let baseline = text.and_then(|text| Baseline::parse(&text));
        let path = path.to_owned();
        match baseline {
            Ok(baseline) => Ok(Self { path, baseline }),
            Err(message) => Err(Error::Baseline { path, message }),
        }
    }
}

impl Options {
    /// What is looked at: the paths, and the files with values beside them.
    fn places(&self) -> Vec<Utf8PathBuf> {
        let mut places = self.paths.clone();
        if places.is_empty() && !self.account_only {
            places.push(self.current.clone());
        }
        places.extend(self.var_files.iter().cloned());
        places
    }
}

/// What a scan gave.
#[derive(Debug)]
pub struct Scan {
    /// What to tell.
    pub report: Report,
    /// Something concerns Cognito: infrastructure, configuration or code.
    pub recognised: bool,
    /// Every rule ran to its end, and an account that was audited told everything.
    pub complete: bool,
    /// The whole project was scanned, not a part of it.
    pub whole: bool,
    /// How many files were left out, by the reason.
    pub left_out: Vec<(LeftOut, usize)>,
    /// Parameters that Cognito's resources are given and that have no known value.
    pub parameters: BTreeSet<String>,
    /// What is known, for a diagnosis.
    pub scanned: Option<Scanned>,
}

/// Why there is no scan.
#[derive(Debug, Error, Diagnostic)]
pub enum Error {
    /// A path that cannot be walked.
    #[error("{0}")]
    Path(String),
    /// `--parameters` that cannot be used.
    #[error("{0}")]
    #[diagnostic(help(
        "give KEY=VALUE, or a file as CloudFormation's tools take it: JSON or YAML with a list of ParameterKey and ParameterValue, or a plain map"
    ))]
    Parameters(String),
    /// A file with values for parameters or variables that has a fault in it.
    #[error("this file of values cannot be parsed")]
    ValueSyntax {
        /// The file.
        #[source_code]
        file: Quoted,
        /// What is wrong.
        message: String,
        /// Where.
        #[label("{message}")]
        span: SourceSpan,
    },
    /// A rule that is named and is not there.
    #[error("`{name}`: {message}")]
    Rule {
        /// Its name.
        name: String,
        /// Why not, and what may be meant.
        message: String,
    },
    /// A configuration that cannot be used.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Config(#[from] config::Error),
    /// A baseline that cannot be used.
    #[error("the baseline {path} cannot be used: {message}")]
    #[diagnostic(help("`cognito-lint baseline write` writes one"))]
    Baseline {
        /// The file.
        path: Utf8PathBuf,
        /// Why.
        message: String,
    },
    /// A file of facts that cannot be used.
    #[error("{place}: {message}")]
    Facts {
        /// The file, and the line and column in it where there is one.
        place: String,
        /// What is wrong.
        message: String,
        /// What to do about it.
        #[help]
        help: &'static str,
    },
    /// The base cannot be read.
    #[error(transparent)]
    #[diagnostic(help("{}", trouble.help()))]
    Base {
        /// Why.
        #[from]
        trouble: Trouble,
    },
    /// A file cannot be fixed.
    #[error("{path} was not fixed: {error}")]
    Fix {
        /// The file.
        path: Utf8PathBuf,
        /// Why.
        error: io::Error,
    },
    /// The account cannot be audited.
    #[error(transparent)]
    Live(#[from] account::Trouble),
    /// The current directory is gone, or its name is not UTF-8.
    #[error("the current directory cannot be told: {0}")]
    Current(#[source] io::Error),
}

impl Error {
    fn of_values(path: &Utf8Path, text: &str, span: Span, message: String) -> Self {
        let file = Quoted::new(path, text.to_owned());
        let span = file.mark(span.start as usize, span.end as usize);
        Self::ValueSyntax { file, message, span }
    }
}

/// Reads the values of `--parameters`, files and pairs; later ones go before earlier ones.
///
/// # Errors
/// [`Error::Parameters`] and [`Error::ValueSyntax`].
pub fn parameters(given: &[String]) -> Result<Parameters, Error> {
    let mut parameters = Parameters::default();
    for given in given {
        let path = Utf8Path::new(given);
        if given.contains('=') && !path.is_file() {
            parameters.add_pair(given).map_err(Error::Parameters)?;
            continue;
        }
        let text =
            reading::read(path).map_err(|error| Error::Parameters(format!("{given} cannot be read: {error}")))?.text;
        if let Some(fault) = data::parse(path, &text).and_then(|tree| tree.errors.into_iter().next()) {
            return Err(Error::of_values(path, &text, fault.span, fault.message));
        }
        parameters.add_file(path, &text).map_err(Error::Parameters)?;
    }
    Ok(parameters)
}

/// Looks whether the files of `--var-file` can be parsed; that they are there is for the scan to tell.
///
/// # Errors
/// [`Error::ValueSyntax`].
pub fn check_var_files(paths: &[Utf8PathBuf], current: &Utf8Path) -> Result<(), Error> {
    for path in paths {
        let Ok(read) = reading::read(&absolute(path, current)) else { continue };
        let parsed = hcl::parse_values(path, &read.text);
        let fault = parsed.errors.into_iter().map(|error| (error.span, error.message)).next();
        let fault = fault.or_else(|| parsed.limit.map(|limit| (limit.span, limit.message)));
        let blocks = parsed.body.blocks.iter().filter(|_| path.extension() != Some("json"));
        let block = || blocks.map(|block| (block.header, "a file with values has no blocks".to_owned())).next();
        if let Some((span, message)) = fault.or_else(block) {
            return Err(Error::of_values(path, &read.text, span, message));
        }
    }
    Ok(())
}

/// Today; where the variable `SOURCE_DATE_EPOCH` is set, as reproducible builds set it, the day of that second.
pub fn today() -> Date {
    let given = env::var("SOURCE_DATE_EPOCH").ok().and_then(|seconds| seconds.parse().ok());
    let given = given.and_then(|seconds| SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds)));
    Date::of(given.unwrap_or_else(SystemTime::now))
}

/// Scans the paths.
///
/// # Errors
/// See [`Error`]. A file that cannot be read is a finding instead.
pub fn scan(options: &Options) -> Result<Scan, Error> {
    let mut found = found(options)?;
    let base = options.base.as_deref().map(|name| base::read(name, options, &found, excluded(options))).transpose()?;
    let is_whole = found.covers_project(&options.current);
    let (mut sources, mut facts) = understand(&mut found, options);
    if let Some(base) = &base {
        facts.changes.extend(base.changes(&facts, &mut sources));
    }
    // Last, as it takes a while: whatever is wrong with the rest is told before an account is asked.
    let audit = options.inquiry.as_ref().map(Inquiry::audit).transpose()?;
    if let Some(audit) = audit {
        facts.extend(live::read(audit, &mut sources));
    }
    let gaps = audit.map_or(&[][..], |audit| &audit.gaps);
    let mut model = Model::new(sources, facts);
    if !gaps.is_empty() {
        model.watch();
    }
    let Judged { findings, mut hidden, failed, undecided, sought } = judge(&mut model, options, is_whole);
    let mut findings = precedence::apply(findings);
    let scanned = options.diagnose.then(|| Scanned::of(&model, &findings));
    hidden.ignored = findings.extract_if(.., |finding| finding.ignored).count();
    let mut stale = 0;
    if let Some(file) = &options.baseline {
        (hidden.baseline, stale) = baseline::hide(file, &mut findings, &model.sources);
    }
    let mut notes = Vec::new();
    if let Some(base) = base {
        (findings, hidden.base) = base.findings.new_among(findings, &model.sources);
        notes.extend(base.notes);
    }

    let summary = Summary {
        files_seen: found.seen,
        files_read: found.relevant.len(),
        pools: model.distinct(pool::TYPE).len(),
        clients: model.distinct(client::TYPE).len(),
        calls: model.facts.calls.iter().map(|call| call.loc).collect::<HashSet<_>>().len(),
        settings: model.facts.settings.iter().filter(|setting| setting.kind != SettingKind::Other).count(),
    };
    let recognised = concerns_cognito(&model.facts, &model.sources)
        || model.facts.notes.iter().any(|note| note.kind == read::UNSYNTHESISED);
    notes.extend(if recognised { notes::of_model(&model, summary) } else { vec![notes::of_nothing()] });
    notes.extend(notes::of_passed_over(&found, options.verbose));
    notes.extend((stale > 0 && is_whole).then(|| notes::of_stale_baseline(stale)));
    notes.extend(notes::of_failures(&failed));
    notes.extend(undecided.into_iter().map(|note| Note::of(note, &model.sources)));
    notes.extend(with::notes(&options.with, &model));
    notes.extend(notes::of_policies(&options.policies, options.config.as_ref().map(|file| &file.config)));
    notes.extend(notes::of_gaps(gaps, &sought, options.policies.rules().next().is_some()));
    notes.extend(notes::of_reading(&mut model, summary));
    let complete = failed.is_empty() && gaps.is_empty();
    let parameters = survey::unset_parameters(&model);
    let folders = Folders::of(&options.paths, &options.current);
    let graph = options.draw.then(|| Graph::of(&model));
    let report = Report::new(model.sources, findings, hidden, notes, summary).within(folders).drawing(graph);
    let report = report.with_rules(options.policies.rules().collect());
    Ok(Scan { report, recognised, complete, whole: is_whole, left_out: found.left_out, parameters, scanned })
}

/// The files to look at.
fn found(options: &Options) -> Result<Discovery, Error> {
    discover(&options.places(), &options.current, excluded(options)).map_err(Error::Path)
}

/// Tells the paths that are not looked at: what the configuration excludes, and the files that say something about scans.
fn excluded(options: &Options) -> impl Fn(&Utf8Path) -> bool + '_ {
    let selections = options.config.as_ref().map(Selections::of);
    move |path| {
        let config = options.config.iter().map(|file| &file.path);
        let own = config.chain(options.baseline.iter().map(|file| &file.path));
        selections.as_ref().is_some_and(|patterns| patterns.excludes(path))
            || own.chain(options.with.iter().map(|other| &other.path)).any(|own| own == path)
    }
}

/// What the rules say.
struct Judged {
    /// The findings to show, those among them that an ignore covers included.
    findings: Vec<Finding>,
    hidden: Hidden,
    failed: Vec<(&'static str, String)>,
    /// What policies cannot decide.
    undecided: Vec<read::Note>,
    /// What each rule looked for, where the model remembers that.
    sought: Vec<(&'static str, Sought)>,
}

/// A model to findings. `is_whole` says whether the whole project is in it.
fn judge(model: &mut Model, options: &Options, is_whole: bool) -> Judged {
    let (judges, others): (Vec<_>, Vec<_>) = options.rules.iter().partition(|rule| JUDGES.contains(&rule.name));
    let mut outcome = rule::run(&others, model);
    let policies = options.policies.enter(&mut model.sources, &options.current);
    model.facts.ignores.extend(options.policies.ignores(&policies, &model.sources));
    let (told, undecided) = policy::judge(&options.policies, &policies, model);
    outcome.extend(told);
    let mut findings = merge(mem::take(&mut outcome.findings));
    bring_home(&mut findings, &model.sources);
    ignores::settle(&mut findings, &mut outcome, model, &judges, options, is_whole);
    if let Some(file) = &options.config {
        file.config.adjust(&mut findings);
    }
    let (findings, hidden) = filter(findings, options.level);
    Judged { findings, hidden, failed: outcome.failed, undecided, sought: outcome.sought }
}

/// The files, which `found` loses, and what they, the configuration and other repositories say.
fn understand(found: &mut Discovery, options: &Options) -> (SourceMap, Facts) {
    let mut facts = read(found, options);
    if let Some(file) = &options.config {
        facts.ignores.extend(file.ignores(ignores::add(file, &mut found.sources, &options.current)));
    }
    let mut sources = mem::take(&mut found.sources);
    options.with.iter().for_each(|other| other.join(&mut sources, &mut facts));
    (sources, facts)
}

/// Files to facts.
fn read(found: &Discovery, options: &Options) -> Facts {
    let sources = &found.sources;
    let Parsed { trees, configurations, mut units, documents } = parse(found);
    let trees = Trees::new(sources, trees);
    let (mut composed, notes) = serverless::read(&trees, sources);
    let (backends, known) = amplify::read(&trees, sources);
    composed.extend(backends);
    let templates = cloudformation::read(&trees, sources, &options.parameters, &composed);
    let configurations = Trees::new(sources, configurations);
    let given = terraform::Given {
        files: options.var_files.iter().filter_map(|path| sources.find(&absolute(path, &options.current))).collect(),
        environment: options.environment.clone(),
        parameters: &options.parameters,
    };
    let terraform = terraform::read(&configurations, &trees, sources, &given);
    units.retain(|unit| !templates.is_copy(&sources.file(unit.file).absolute));

    let mut facts = parse::faults_of_bytes(found);
    for (file, tree) in trees.parsed().chain(trees.late()) {
        facts.extend(parse::faults_of_tree(file, tree, sources.file(file).text()));
    }
    for (file, document) in &documents {
        facts.extend(parse::faults_of_document(*file, document, sources.file(*file).text()));
    }
    for (file, parsed) in configurations.parsed().chain(configurations.late()) {
        facts.extend(parse::faults_of_configuration(file, parsed, sources.file(file).text()));
    }
    for unit in &units {
        facts.extend(parse::faults_of_unit(unit, sources.file(unit.file).text()));
    }
    for code in &templates.inline {
        let unit = parse::inline(code);
        facts.extend(parse::faults_of_unit(&unit, &code.text));
        units.push(unit);
    }
    facts.extend(templates.facts);
    facts.extend(terraform::documents::read(terraform, &documents, sources));
    facts.notes.extend(notes);
    facts.extend(known);
    facts.extend(pulumi::read(&trees, sources));
    facts.extend(settings::read(trees.parsed(), sources));
    facts.extend(program::read(&units, sources));
    facts.ignores = ignore::read(&found.relevant, &trees, &templates.inline, sources);
    facts
}

/// Whether what the scan itself read concerns Cognito.
fn concerns_cognito(facts: &Facts, sources: &SourceMap) -> bool {
    let is_own = |loc: Loc| sources.repository(loc.file).is_none();
    let is_setting = |setting: &Setting| setting.kind != SettingKind::Other && is_own(setting.loc);
    let is_cognito = |resource: &Resource| resource.type_name.starts_with("AWS::Cognito::") && is_own(resource.loc);
    facts.calls.iter().any(|call| is_own(call.loc))
        || facts.settings.iter().any(is_setting)
        || facts.resources.iter().any(is_cognito)
}
