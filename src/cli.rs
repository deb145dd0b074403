//! The command line.

use std::io::{self, IsTerminal, Write};

use camino::Utf8PathBuf;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Args, CommandFactory, Parser, Subcommand};
use clap_complete::Shell;

use crate::config::ConfigFile;
use crate::config::terms::RuleName;
use crate::finding::{Level, Severity};
use crate::report::{Format, Layout};
use crate::scan;

pub mod diagnose;
pub mod facts;
pub mod fixing;
pub mod input;
pub mod live;
pub mod manual;
pub mod outputs;
pub mod policies;
pub mod project;
#[cfg(feature = "guard")]
pub mod trial;

use diagnose::Diagnose;
use fixing::Fixing;
use input::Input;
use outputs::{Output, Outputs};

/// Finds the Amazon Cognito pairings of infrastructure and code that break sign-in and token refresh.
#[derive(Debug, Parser)]
#[command(version, args_conflicts_with_subcommands = true, after_help = EXIT_CODES)]
pub struct Cli {
    /// What to do instead of a scan.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// What to scan, and how to tell.
    #[command(flatten)]
    pub scan: Scan,
}

const EXIT_CODES: &str = "\
Exit codes: 0 nothing found at or above --fail-on, 1 findings, 2 wrong arguments or configuration, 3 nothing to analyse, \
4 incomplete (a rule failed, or an account did not answer)";

/// What to do instead of a scan.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// List the rules
    Rules {
        /// How to write the list
        #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = format(&[Format::Text, Format::Json]))]
        format: Format,
        /// The policies.
        #[command(flatten)]
        policies: policies::Given,
    },
    /// Show the page of a rule: what happens, how we know, how to fix it
    Explain {
        /// The rule
        #[arg(value_parser = RuleName::parse)]
        rule: RuleName,
        /// The policies.
        #[command(flatten)]
        policies: policies::Given,
    },
    /// Write down the findings that are there, so that later runs show new ones only
    Baseline {
        /// What to do with it.
        #[command(subcommand)]
        what: Box<Baseline>,
    },
    /// Tell why a sign-in or refresh was refused: from CloudTrail's events, tokens, the answer, and a scan
    #[command(
        after_help = "Exit codes: 0 causes are told, 2 wrong arguments or input, 3 nothing to go on, 4 incomplete"
    )]
    Diagnose(Box<Diagnose>),
    /// Write what this repository knows, for the scans of others (`--with`)
    Facts(facts::Export),
    /// Write a commented cognito-lint.yml from what a scan of the current directory sees
    Init {
        /// Write over the one that is there
        #[arg(long)]
        force: bool,
    },
    /// Work on policies in Guard
    Policy {
        /// What to do with them.
        #[command(subcommand)]
        what: Policy,
    },
    /// Print the JSON Schema of the configuration
    Schema,
    /// Print the completions of a shell
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Print the manual page
    Man,
}

/// What to do with a baseline.
#[derive(Debug, Subcommand)]
pub enum Baseline {
    /// Write the findings to --baseline, else the configuration's baseline, else cognito-lint-baseline.json
    Write(Input),
    /// Take out of it what is found no more
    Prune(Input),
}

/// What to do with policies.
#[derive(Debug, Subcommand)]
pub enum Policy {
    /// Run the tests that stand beside policies: NAME_tests.yml in the format of cfn-guard test, NAME_tests.md with cases
    Test {
        /// Policies, and folders of them [default: those of the configuration, else the current directory]
        #[arg(value_name = "PATH")]
        paths: Vec<Utf8PathBuf>,
    },
}

/// A scan.
#[derive(Debug, Args)]
pub struct Scan {
    /// What is scanned.
    #[command(flatten)]
    pub input: Input,

    /// The reports.
    #[command(flatten)]
    pub outputs: Outputs,

    /// Show what is new since this branch left REV (a commit, branch or tag), and findings about the changes since
    #[arg(long, value_name = "REV")]
    pub base: Option<String>,

    /// Fixes.
    #[command(flatten)]
    pub fixing: Fixing,

    /// The least severity that makes the exit code 1 (findings of low confidence do not)
    /// [default: warning]
    #[arg(long, value_name = "SEVERITY", value_parser = severity())]
    pub fail_on: Option<Severity>,

    /// Exit with 0 although there are findings
    #[arg(long)]
    pub exit_zero: bool,

    /// Exit with 0 although there is nothing to analyse
    #[arg(long)]
    pub allow_empty: bool,
}

impl Scan {
    /// What the scan needs to know of the arguments.
    ///
    /// # Errors
    /// The current directory cannot be told, or a file that is named cannot be used.
    pub fn options(&self) -> Result<scan::Options, scan::Error> {
        Ok(scan::Options { base: self.base.clone(), ..self.input.options()? })
    }

    /// The exit code of a scan. A failed rule outweighs findings: what it would have found is not known.
    pub fn exit(&self, scan: &scan::Scan, config: Option<&ConfigFile>) -> Exit {
        let fail_on = self.fail_on.or(config.and_then(|file| file.config.fail_on)).unwrap_or(Severity::Warning);
        if !scan.complete {
            Exit::Incomplete
        } else if scan.report.reaches(fail_on) {
            if self.exit_zero { Exit::Clean } else { Exit::Findings }
        } else if scan.recognised || self.allow_empty {
            Exit::Clean
        } else {
            Exit::Nothing
        }
    }

    /// How a report for people is laid out: for the terminal that it goes to, if it goes to one.
    pub fn layout(&self, output: &Output) -> Layout {
        Layout { width: output.file.is_none().then(width).flatten(), all_notes: self.input.verbose }
    }
}

/// The columns of the terminal that standard output goes to, if it goes to one.
pub fn width() -> Option<usize> {
    let size = io::stdout().is_terminal().then(terminal_size::terminal_size).flatten();
    size.map(|(width, _)| usize::from(width.0))
}

/// How a run ended, as the exit code tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// Nothing at or above `--fail-on`.
    Clean = 0,
    /// Findings.
    Findings = 1,
    /// Wrong arguments, or a file named there that cannot be used.
    Usage = 2,
    /// Nothing to analyse.
    Nothing = 3,
    /// A rule failed or an account did not tell everything; the other findings are printed.
    Incomplete = 4,
}

/// Writes what makes `shell` complete the command line.
///
/// # Errors
/// `out` cannot be written.
pub fn completions(shell: Shell, out: &mut dyn Write) -> io::Result<()> {
    // What writes them takes a failure for a mistake of the program; who closes the pipe makes none.
    let mut script = Vec::new();
    let mut command = Cli::command();
    let name = command.get_name().to_owned();
    clap_complete::generate(shell, &mut command, name, &mut script);
    out.write_all(&script)
}

/// Takes the name of a format; the long help says what each is for.
fn format(formats: &[Format]) -> impl TypedValueParser<Value = Format> + use<> {
    let formats = formats.to_vec();
    let names: Vec<_> = formats.iter().map(|format| PossibleValue::new(format.name()).help(format.purpose())).collect();
    PossibleValuesParser::new(names).try_map(move |text| chosen(&formats, Format::name, &text))
}

fn level() -> impl TypedValueParser<Value = Level> {
    named(&Level::ALL, Level::name)
}

fn severity() -> impl TypedValueParser<Value = Severity> {
    named(&Severity::ALL, Severity::name)
}

/// Takes the name of one of `values`.
fn named<T>(values: &[T], name: fn(T) -> &'static str) -> impl TypedValueParser<Value = T> + use<T>
where
    T: Copy + Send + Sync + 'static,
{
    let values = values.to_vec();
    let names: Vec<_> = values.iter().map(|value| name(*value)).collect();
    PossibleValuesParser::new(names).try_map(move |text| chosen(&values, name, &text))
}

fn chosen<T: Copy>(values: &[T], name: fn(T) -> &'static str, text: &str) -> Result<T, &'static str> {
    values.iter().copied().find(|value| name(*value) == text).ok_or("not one of the possible values")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::finding::filter::Hidden;
    use crate::report::{Report, Summary};
    use crate::source::SourceMap;

    fn exit(arguments: &[&str], recognised: bool, complete: bool) -> Exit {
        let report = Report::new(SourceMap::default(), Vec::new(), Hidden::default(), Vec::new(), Summary::default());
        let cli = Cli::try_parse_from([&["cognito-lint"], arguments].concat()).unwrap();
        cli.scan.exit(
            &scan::Scan {
                report,
                recognised,
                complete,
                whole: true,
                left_out: Vec::new(),
                parameters: BTreeSet::new(),
                scanned: None,
            },
            None,
        )
    }

    #[test]
    fn a_failed_rule_is_told_whatever_else_is_so() {
        assert_eq!(exit(&[], true, true), Exit::Clean);
        assert_eq!(exit(&["--exit-zero", "--allow-empty"], true, false), Exit::Incomplete);
        assert_eq!(exit(&[], false, false), Exit::Incomplete);
        assert_eq!(exit(&["--exit-zero"], false, true), Exit::Nothing);
    }

    #[test]
    fn the_command_line_is_sound() {
        <Cli as clap::CommandFactory>::command().debug_assert();
    }
}
