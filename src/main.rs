//! Arguments in, exit code out.

use std::fs::File;
use std::io::{self, BufWriter, ErrorKind, Write};
use std::process::ExitCode;

use anstream::{AutoStream, StripStream};
use camino::Utf8Path;
use clap::Parser;
use cognito_lint::cli::{Cli, Command, Exit};
use cognito_lint::report::{Format, catalogue};
use cognito_lint::scan::scan;
use miette::{IntoDiagnostic, Result, WrapErr};

fn main() -> ExitCode {
    let exit = match Cli::try_parse() {
        Ok(cli) => run(&cli).unwrap_or_else(|error| {
            // Where standard error is closed there is nobody to tell; the same holds below.
            let _ = writeln!(io::stderr(), "{error:?}");
            Exit::Usage
        }),
        Err(message) => {
            let _ = message.print();
            if message.use_stderr() { Exit::Usage } else { Exit::Clean }
        }
    };
    ExitCode::from(exit as u8)
}

fn run(cli: &Cli) -> Result<Exit> {
    match &cli.command {
        Some(Command::Rules { format }) => write(*format, None, |out| catalogue::list(*format, out))?,
        Some(Command::Explain { rule }) => write(Format::Text, None, |out| catalogue::page(rule, out))?,
        None => {
            let (arguments, format) = (&cli.scan, cli.scan.format);
            let scan = scan(&arguments.options()?)?;
            write(format, arguments.output.as_deref(), |out| scan.report.write(format, arguments.layout(), out))?;
            return Ok(arguments.exit(&scan));
        }
    }
    Ok(Exit::Clean)
}

/// Writes to a file or standard output. Who closes the pipe has read enough.
fn write(format: Format, path: Option<&Utf8Path>, report: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<()> {
    let written = open(format, path).and_then(|mut out| report(&mut *out).and_then(|()| out.flush()));
    let written = written.or_else(|error| if error.kind() == ErrorKind::BrokenPipe { Ok(()) } else { Err(error) });
    let name = path.map_or("standard output", Utf8Path::as_str);
    written.into_diagnostic().wrap_err_with(|| format!("{name} cannot be written"))
}

/// Text has its colours taken away where they are not wanted; documents go byte for byte.
fn open(format: Format, path: Option<&Utf8Path>) -> io::Result<Box<dyn Write>> {
    Ok(match (format, path) {
        (Format::Text, None) => Box::new(BufWriter::new(AutoStream::auto(io::stdout().lock()))),
        (_, None) => Box::new(BufWriter::new(io::stdout().lock())),
        (Format::Text, Some(path)) => Box::new(BufWriter::new(StripStream::new(File::create(path)?))),
        (_, Some(path)) => Box::new(BufWriter::new(File::create(path)?)),
    })
}
