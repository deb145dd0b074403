//! Arguments in, exit code out.

use std::fs;
use std::io::{self, BufWriter, ErrorKind, IsTerminal, Write};
use std::process::ExitCode;

use anstream::{AutoStream, StripStream};
use camino::{Utf8Path, Utf8PathBuf};
use clap::Parser;
use cognito_lint::account::policy::policy;
use cognito_lint::cli::diagnose::Diagnose;
use cognito_lint::cli::facts::Export;
use cognito_lint::cli::input::Input;
use cognito_lint::cli::policies::Given;
use cognito_lint::cli::project::Project;
use cognito_lint::cli::{self, Baseline, Cli, Command, Exit, Policy, outputs};
use cognito_lint::config::terms::RuleName;
use cognito_lint::policy::view;
use cognito_lint::report::escape::{Escaped, EscapedLines};
use cognito_lint::report::{Format, catalogue, diff};
use cognito_lint::rule;
use cognito_lint::scan::{self, Baselined, fixing, scan};
use cognito_lint::source::paths::Relative;
use cognito_lint::{config, diagnose};
use miette::{GraphicalReportHandler, GraphicalTheme, IntoDiagnostic, Result, WrapErr, bail, miette};

fn main() -> ExitCode {
    let exit = match Cli::try_parse() {
        Ok(cli) => run(&cli).unwrap_or_else(|error| {
            tell(&error);
            Exit::Usage
        }),
        Err(message) => {
            let _ = if message.use_stderr() && !is_harmless(&message.to_string()) {
                write!(io::stderr(), "{}", EscapedLines(&message.to_string()))
            } else {
                message.print()
            };
            if message.use_stderr() { Exit::Usage } else { Exit::Clean }
        }
    };
    ExitCode::from(exit as u8)
}

/// An error as it is shown, in colour only if nothing in it acts on a terminal.
fn told(error: &miette::Report) -> String {
    let mut plain = String::new();
    let handler = GraphicalReportHandler::new_themed(GraphicalTheme::unicode_nocolor());
    // Writing to a string does not fail.
    let _ = handler.render_report(&mut plain, error.as_ref());
    if is_harmless(&plain) { format!("{error:?}") } else { EscapedLines(&plain).to_string() }
}

fn is_harmless(text: &str) -> bool {
    EscapedLines(text).is_harmless()
}

/// Tells what is wrong with what was given.
fn tell(error: &miette::Report) {
    // Where standard error is closed there is nobody to tell.
    let _ = writeln!(io::stderr(), "{}", told(error));
}

fn run(cli: &Cli) -> Result<Exit> {
    match &cli.command {
        Some(Command::Rules { format, policies }) => return rules(*format, policies),
        Some(Command::Explain { rule, policies }) => explain(rule, policies)?,
        Some(Command::Baseline { what }) => return baseline(what),
        Some(Command::Diagnose(arguments)) => return diagnose(arguments),
        Some(Command::Facts(export)) => return facts(export),
        Some(Command::Policy { what: Policy::Test { paths } }) => return test_policies(paths),
        Some(Command::Init { force }) => init(*force)?,
        Some(Command::Schema) => write(Format::Json, None, |out| {
            serde_json::to_writer_pretty(&mut *out, &config::schema())?;
            writeln!(out)
        })?,
        Some(Command::Completions { shell }) => write(Format::Json, None, |out| cli::completions(*shell, out))?,
        Some(Command::Man) => write(Format::Json, None, |out| cli::manual::write(out))?,
        None if cli.scan.input.live.show_policy => write(Format::Json, None, |out| writeln!(out, "{}", policy(false)))?,
        None => {
            let arguments = &cli.scan;
            let options = scan::Options { draw: arguments.outputs.draw(), ..arguments.options()? };
            arguments.outputs.0.iter().filter_map(|output| output.file.as_deref()).try_for_each(check)?;
            let faults = &options.policies.faults;
            // An audit takes long: what ends in an error anyway is not begun.
            if options.inquiry.is_some() && !faults.is_empty() {
                faults.iter().for_each(|fault| tell(&fault.clone().into()));
                return Ok(Exit::Usage);
            }
            let Some(scan) = fixed(arguments, &options)? else { return Ok(Exit::Clean) };
            // Files first: where one cannot be written, nothing goes to standard output.
            let (files, printed): (Vec<_>, Vec<_>) =
                arguments.outputs.0.iter().partition(|output| output.file.is_some());
            for output in files.into_iter().chain(printed) {
                let layout = arguments.layout(output);
                write(output.format, output.file.as_deref(), |out| scan.report.write(output.format, layout, out))?;
            }
            faults.iter().for_each(|fault| tell(&fault.clone().into()));
            return Ok(if faults.is_empty() { arguments.exit(&scan, options.config.as_ref()) } else { Exit::Usage });
        }
    }
    Ok(Exit::Clean)
}

/// Lists the program's rules and those of policies.
fn rules(format: Format, given: &Given) -> Result<Exit> {
    let policies = given.read()?;
    let rules: Vec<_> = rule::all().iter().chain(policies.rules()).collect();
    write(format, None, |out| catalogue::list(&rules, format, out))?;
    policies.faults.iter().for_each(|fault| tell(&fault.clone().into()));
    Ok(if policies.faults.is_empty() { Exit::Clean } else { Exit::Usage })
}

/// Shows the page of one of the program's rules, or of a policy's.
fn explain(name: &RuleName, given: &Given) -> Result<()> {
    let entry = match rule::named(name.as_str()) {
        Ok(entry) => entry,
        Err(_) => {
            let policies = given.read()?;
            let missing = |message| miette!("`{}`: {message}", name.as_str());
            policies.check(name.as_str()).map_err(missing)?;
            match (policies.named(name.as_str()), policies.faults.first()) {
                (Some(entry), _) => entry,
                (None, Some(fault)) => return Err(fault.clone().into()),
                (None, None) => bail!("`{}`: there is no such rule", name.as_str()),
            }
        }
    };
    write(Format::Text, None, |out| catalogue::page(entry, out))
}

/// The scan to report, once its findings are fixed where that is asked for. `None` where only the changes are to be seen.
fn fixed(arguments: &cli::Scan, options: &scan::Options) -> Result<Option<scan::Scan>> {
    let fixing = arguments.fixing;
    if !fixing.fix {
        return Ok(Some(scan(options)?));
    }
    if fixing.diff {
        let people = io::stdout().is_terminal();
        let fixes = fixing::of(&scan(options)?.report, options, fixing.unsafe_fixes);
        let mut files = fixes.files.iter();
        write(Format::Json, None, |out| {
            files.try_for_each(|file| diff::write(&file.path, &file.text, &file.edits, people, out))
        })?;
        return Ok(None);
    }
    let outcome = fixing::fix(options, fixing.unsafe_fixes)?;
    // As above, nobody may be there to tell.
    let _ = writeln!(io::stderr(), "{outcome}");
    Ok(Some(outcome.scan))
}

/// Writes a first configuration into the current directory.
fn init(force: bool) -> Result<()> {
    let path = Utf8Path::new(config::file::NAMES[0]);
    let there = config::file::NAMES.iter().find(|name| Utf8Path::new(name).exists());
    if let Some(there) = there.filter(|_| !force) {
        bail!("there is a {there} already; --force writes over {path}");
    }
    let options = Input { project: Project { no_config: true, ..Project::default() }, ..Input::default() }.options()?;
    let text = config::init::text(&scan::survey::seen(&scan(&options)?));
    write(Format::Json, Some(path), |out| out.write_all(text.as_bytes()))?;
    write(Format::Text, None, |out| writeln!(out, "{path} is written; it says what holds anyway, and offers the rest"))
}

/// Tells why something was refused, or what to give where that cannot be told.
fn diagnose(arguments: &Diagnose) -> Result<Exit> {
    if arguments.live.show_policy {
        write(Format::Json, None, |out| writeln!(out, "{}", policy(true)))?;
        return Ok(Exit::Clean);
    }
    let format = if arguments.format == diagnose::report::Format::Text { Format::Text } else { Format::Json };
    let (exit, message) =
        arguments.run(|report| write(format, None, |out| report.write(arguments.format, cli::width(), out)))?;
    if let Some(message) = message {
        let _ = writeln!(io::stderr(), "{message}");
    }
    Ok(exit)
}

/// Writes what the repository knows.
fn facts(export: &Export) -> Result<Exit> {
    let output = export.output.as_deref().filter(|path| *path != "-");
    let recognised = if export.view.is_some() {
        let (views, recognised) = export.views()?;
        write(Format::Json, output, |out| {
            serde_json::to_writer_pretty(&mut *out, &view::json::printed(&views))?;
            writeln!(out)
        })?;
        recognised
    } else {
        let (document, recognised) = export.document()?;
        write(Format::Json, output, |out| document.write(out))?;
        for (path, line) in document.faults() {
            let warning = format!("warning: {path}:{line}: this cannot be read wholly, and the facts say so");
            let _ = writeln!(io::stderr(), "{}", Escaped(&warning));
        }
        recognised
    };
    if recognised {
        return Ok(Exit::Clean);
    }
    let _ = writeln!(io::stderr(), "no infrastructure, configuration or code was found that concerns Cognito");
    Ok(Exit::Nothing)
}

/// Runs the tests of policies, and says how they came out.
#[cfg(feature = "guard")]
fn test_policies(paths: &[Utf8PathBuf]) -> Result<Exit> {
    let trial = cli::trial::Trial::of(paths)?;
    trial.faults().iter().for_each(|fault| tell(&fault.clone().into()));
    write(Format::Text, None, |out| trial.write(out))?;
    Ok(trial.exit())
}

#[cfg(not(feature = "guard"))]
fn test_policies(_: &[Utf8PathBuf]) -> Result<Exit> {
    bail!("this program was built without the feature guard, which evaluates policies")
}

/// Writes or prunes a baseline, and says what it holds now.
fn baseline(what: &Baseline) -> Result<Exit> {
    let (Baseline::Write(input) | Baseline::Prune(input)) = what;
    let options = input.options_without_baseline()?;
    let path = input.baseline_path(&options);
    let file = if let Baseline::Prune(_) = what { Some(Baselined::read(&path)?) } else { None };
    if let Some(fault) = options.policies.faults.first() {
        return Err(fault.clone().into());
    }
    check(&path)?;
    let scan = scan(&options)?;
    if !scan.complete {
        bail!("a rule failed, so that {path} was not written: a scan tells which");
    }
    if file.is_some() && !scan.whole {
        bail!(
            "only a scan of the whole project tells what is found no more: name the root of the repository, or no path"
        );
    }
    let shown = Relative::to(&options.current).path(&path);
    let (baseline, told) = match &file {
        Some(file) => {
            let (baseline, stale) = scan::baseline::pruned(file, &scan);
            let told = format!("{shown}: {stale} taken out, {} left", baseline.len());
            (baseline, told)
        }
        None => {
            let baseline = scan::baseline::of(&scan, &path);
            let (count, plural) = (baseline.len(), if baseline.len() == 1 { "" } else { "s" });
            let told = format!(
                "{shown}: {count} finding{plural}; `--baseline {shown}`, or `baseline:` in cognito-lint.yml, uses it"
            );
            (baseline, told)
        }
    };
    write(Format::Json, Some(&path), |out| out.write_all(baseline.text().as_bytes()))?;
    write(Format::Text, None, |out| writeln!(out, "{}", Escaped(&told)))?;
    Ok(Exit::Clean)
}

/// Writes to a file or standard output. Who closes the pipe has read enough.
fn write(format: Format, path: Option<&Utf8Path>, report: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<()> {
    let written = match path {
        Some(path) => save(format, path, report),
        None => print(format, report),
    };
    let written = written.or_else(|error| if error.kind() == ErrorKind::BrokenPipe { Ok(()) } else { Err(error) });
    settled(written, path)
}

/// Looks whether a file can be written.
fn check(path: &Utf8Path) -> Result<()> {
    settled(outputs::check(path), Some(path))
}

fn settled(written: io::Result<()>, path: Option<&Utf8Path>) -> Result<()> {
    let name = path.map_or("standard output", Utf8Path::as_str);
    written.into_diagnostic().wrap_err_with(|| format!("{name} cannot be written"))
}

/// Text has its colours taken away where they are not wanted; documents go byte for byte.
fn print(format: Format, report: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let mut out: Box<dyn Write> = match format {
        Format::Text => Box::new(BufWriter::new(AutoStream::auto(io::stdout().lock()))),
        _ => Box::new(BufWriter::new(io::stdout().lock())),
    };
    report(&mut *out)?;
    out.flush()
}

/// Writes a file in one go, once the whole report is made, in a folder that is made if need be.
fn save(format: Format, path: &Utf8Path, report: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let mut bytes = Vec::new();
    match format {
        Format::Text => report(&mut StripStream::new(&mut bytes))?,
        _ => report(&mut bytes)?,
    }
    if let Some(folder) = path.parent().filter(|folder| !folder.as_str().is_empty()) {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, bytes)
}
