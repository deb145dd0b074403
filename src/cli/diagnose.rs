//! `cognito-lint diagnose`: what there is to go on, and what comes of it.

use std::fs::File;
use std::io::{self, IsTerminal, Read};

use camino::Utf8PathBuf;
use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use miette::{Result, bail, miette};

use crate::account::{self, Answer, Audit, Inquiry, Operation, Request};
use crate::diagnose::history::History;
use crate::diagnose::moment::Moment;
use crate::diagnose::report::{Format, Report, notes};
use crate::diagnose::symptom::Symptom;
use crate::diagnose::token::{self, Token};
use crate::diagnose::{Evidence, diagnose, reading};
use crate::finding::Level;
use crate::report::Note;
use crate::report::escape::Escaped;
use crate::report::tally::counted;
use crate::rule;
use crate::scan::{self, Options, scan};

use super::Exit;
use super::input::Input;
use super::live::Live;
use super::project::Project;

/// What there is to go on.
#[derive(Debug, Args)]
pub struct Diagnose {
    /// What is scanned for what the events do not tell.
    #[command(flatten)]
    pub project: Project,

    /// Events of CloudTrail: a log file (also .gz), an answer of LookupEvents, a query's result (also as CSV), or a folder of
    /// them; - is standard input
    #[arg(long, value_name = "FILE|DIR|-")]
    pub events: Vec<Utf8PathBuf>,

    /// A file with the tokens of the session that was refused, or - for standard input; they are decoded here, and neither
    /// sent nor printed
    #[arg(long, value_name = "FILE|-")]
    pub token: Vec<String>,

    /// The answer of the service, as an app or a log shows it
    #[arg(long, value_name = "TEXT")]
    pub error: Vec<String>,

    /// Scan nothing
    #[arg(long, conflicts_with_all = ["paths", "parameters", "var_file", "env", "config"])]
    pub no_scan: bool,

    /// How far back --live looks events up: `90m`, `24h` or `7d`
    #[arg(long, requires = "live", value_name = "DURATION", default_value = "24h", value_parser = seconds, hide_default_value = true)]
    pub since: u64,

    /// The account whose events are looked up, and that is audited.
    #[command(flatten)]
    pub live: Live,

    /// How to write the diagnosis
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = format())]
    pub format: Format,
}

fn format() -> impl TypedValueParser<Value = Format> {
    PossibleValuesParser::new(["text", "json"]).map(|name| if name == "json" { Format::Json } else { Format::Text })
}

/// The longest that CloudTrail keeps events without a trail, in seconds.
const LONGEST: u64 = 90 * 24 * 60 * 60;

/// Reads a duration in minutes, hours or days, to seconds.
fn seconds(text: &str) -> Result<u64, &'static str> {
    let units = [('m', 60), ('h', 60 * 60), ('d', 24 * 60 * 60)];
    let read = units.iter().find_map(|(unit, seconds)| Some((text.strip_suffix(*unit)?, seconds)));
    let seconds = read.and_then(|(number, seconds)| number.parse::<u64>().ok()?.checked_mul(*seconds));
    seconds
        .filter(|seconds| (1..=LONGEST).contains(seconds))
        .ok_or("write it like 90m, 24h or 7d; events are kept for 90 days")
}

/// What to give where there is nothing to go on.
const NOTHING: &str = "there is nothing to go on: give events of CloudTrail (--events FILE), the tokens of a session that was \
                       refused (--token FILE), or the answer of the service (--error TEXT); --live looks the events up";

impl Diagnose {
    /// Gathers the evidence, ranks the causes and hands the report over.
    ///
    /// # Errors
    /// A file or an argument cannot be used.
    pub fn run(&self, write: impl FnOnce(&Report<'_>) -> Result<()>) -> Result<(Exit, Option<String>)> {
        let (evidence, missing) = self.evidence()?;
        let history = History::of(&evidence.events);
        let diagnosis = diagnose(&evidence, &history, Moment::now());
        let mut notes = notes(&diagnosis, &evidence);
        let is_complete = missing.is_empty() && evidence.events.faults.is_empty() && evidence.events.left_out == 0;
        notes.extend(missing);
        if diagnosis.troubles.is_empty() {
            let events = &evidence.events;
            let read = match (events.records, events.list.len()) {
                (0, _) => String::new(),
                (records, kept) => format!(
                    "{} read, {kept} of them about sessions of user pools, and none refused with an answer that is told apart here; ",
                    counted(records, "record")
                ),
            };
            let told: Vec<String> = notes.iter().map(|note| format!("\n  {}", Escaped(note))).collect();
            let exit = if is_complete { Exit::Nothing } else { Exit::Incomplete };
            return Ok((exit, Some(format!("{read}{NOTHING}{}", told.concat()))));
        }
        write(&Report { diagnosis: &diagnosis, evidence: &evidence, notes })?;
        Ok((if is_complete { Exit::Clean } else { Exit::Incomplete }, None))
    }

    /// The evidence, and what of it the scan could not tell.
    fn evidence(&self) -> Result<(Evidence, Vec<String>)> {
        let inputs = self.events.iter().filter(|path| *path == "-").count()
            + self.token.iter().filter(|path| *path == "-").count();
        if inputs > 1 {
            bail!("standard input can be read once: give one - only");
        }
        self.refuse_tokens()?;
        let mut tokens = Vec::new();
        for path in &self.token {
            tokens.extend(tokens_of(path)?);
        }
        let mut answers = Vec::new();
        for text in &self.error {
            let known = || Symptom::known().map(|text| format!("\n  {text}")).collect::<String>();
            answers.push(
                Symptom::of(text)
                    .ok_or_else(|| miette!("--error is no answer that is known here; these are:{}", known()))?,
            );
        }
        answers.dedup();
        let events =
            reading::read(&self.events, &mut io::stdin()).map_err(|message| miette!("{}", Escaped(&message)))?;
        if let Some(fault) = events.faults.first().filter(|_| events.records == 0) {
            bail!("no event was read: {}", Escaped(fault));
        }
        let is_asked = !events.list.is_empty() || !tokens.is_empty() || !answers.is_empty();
        if !self.live.live && (self.no_scan || !is_asked) {
            return Ok((Evidence { events, tokens, answers, scan: None }, Vec::new()));
        }
        let mut options = self.options()?;
        let mut audit = self.audit()?;
        let looked_up = audit.as_mut().map(|audit| audit.take(Operation::LookupEvents)).unwrap_or_default();
        options.inquiry = audit.map(Inquiry::told);
        let place = |answer: &Answer| format!("account {}, {}", answer.asked.account, answer.asked.region);
        let events = reading::add(events, looked_up.iter().map(|answer| (place(answer), &*answer.body)));
        let scan = scan(&options)?;
        let is_missing = |note: &&Note| matches!(note.kind, "rule-failed" | "live-gap");
        let missing = scan.report.notes().iter().filter(|note| !scan.complete && is_missing(note));
        let missing = missing.map(|note| note.message.clone()).collect();
        Ok((Evidence { events, tokens, answers, scan: scan.scanned.filter(|_| scan.recognised) }, missing))
    }

    /// A token where a path belongs is in the shell's history already; a message about that path would print it as well.
    fn refuse_tokens(&self) -> Result<()> {
        let paths = [("PATH", &self.project.paths), ("--events", &self.events), ("--var-file", &self.project.var_file)];
        let paths = paths.into_iter().flat_map(|(name, paths)| paths.iter().map(move |path| (name, path.as_str())));
        let tokens = self.token.iter().map(|path| ("--token", path.as_str()));
        let Some((name, _)) = tokens.chain(paths).find(|(_, path)| token::holds_token(path)) else { return Ok(()) };
        let input = if name == "PATH" || name == "--var-file" { "a path" } else { "a file or -" };
        bail!(
            "{name} takes {input}, and this is a token itself: it stands in the history of your shell now, and in the list of \
             processes while a command runs. Sign that session out, and give the next one in a file or through standard input \
             (--token)"
        )
    }

    /// A scan for everything that may be a cause, whatever the project ignores.
    fn options(&self) -> Result<Options, scan::Error> {
        let input = Input { project: self.project.clone(), ..Input::default() };
        let rules = rule::all().iter().collect();
        let mut options = Options { rules, level: Level::Audit, diagnose: true, ..input.options_without_baseline()? };
        // Where an account is audited, nothing else is unless it is named.
        if self.no_scan {
            options.paths.clear();
        } else if options.paths.is_empty() {
            options.paths.push(options.current.clone());
        }
        Ok(options)
    }

    /// What accounts hold, and what was called of user pools there, where that is asked for.
    fn audit(&self) -> Result<Option<Audit>, scan::Error> {
        let since = Moment::now().before(self.since);
        let request = self.live.request(!self.no_scan);
        let request = request.map(|request| Request { events_since: Some(since), ..request });
        Ok(request.as_ref().map(account::audit).transpose()?)
    }
}

/// The tokens of a file or of standard input. No message repeats what was read or given.
fn tokens_of(path: &str) -> Result<Vec<Token>> {
    let (name, input): (&str, Box<dyn Read>) = match path {
        "-" if io::stdin().is_terminal() => {
            bail!("--token - reads standard input: pipe the token in, so that no terminal shows it")
        }
        "-" => ("standard input", Box::new(io::stdin())),
        path => (path, Box::new(File::open(path).map_err(|error| miette!("{} cannot be read: {error}", shown(path)))?)),
    };
    token::read(name, input).map_err(|error| miette!("{}: {error}", shown(name)))
}

/// A name as far as no token can be in it.
fn shown(name: &str) -> String {
    Escaped(&name.chars().take(200).collect::<String>()).to_string()
}
