//! Which reports are written, and where to: pairs of `--format` and `--output`.

use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind};

use camino::{Utf8Path, Utf8PathBuf};
use clap::error;
use clap::{Arg, ArgAction, ArgMatches, Args, Command, Error, FromArgMatches, value_parser};

use crate::report::Format;

/// The reports of a scan, at least one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outputs(pub Vec<Output>);

/// One report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// How it is written.
    pub format: Format,
    /// The file it goes to; none means standard output.
    pub file: Option<Utf8PathBuf>,
}

impl Outputs {
    /// Whether one of the reports draws the graph of what was understood.
    pub fn draw(&self) -> bool {
        self.0.iter().any(|output| output.format.draws())
    }
}

/// Looks whether a file can be written, as far as that can be told without writing, so that nobody waits for a report that
/// goes nowhere.
///
/// # Errors
/// It is a folder, may not be written, or has no folder that it can be made in.
pub fn check(path: &Utf8Path) -> io::Result<()> {
    match fs::metadata(path) {
        Ok(there) if there.is_dir() => Err(ErrorKind::IsADirectory.into()),
        Ok(there) if there.is_file() => OpenOptions::new().append(true).open(path).map(drop),
        // Opening a pipe would wait for its reader.
        Ok(_) => Ok(()),
        Err(_) => {
            let folder = |path: &Utf8Path| if path.as_str().is_empty() { ".".into() } else { path.to_owned() };
            let folders = path.ancestors().skip(1).map(folder);
            match folders.filter_map(|folder| fs::metadata(folder).ok()).next() {
                Some(there) if !there.is_dir() => Err(ErrorKind::NotADirectory.into()),
                Some(there) if there.permissions().readonly() => Err(ErrorKind::PermissionDenied.into()),
                _ => Ok(()),
            }
        }
    }
}

const FORMAT: &str = "format";
const OUTPUT: &str = "output";

impl Args for Outputs {
    fn augment_args(command: Command) -> Command {
        let format = Arg::new(FORMAT)
            .long(FORMAT)
            .value_name("FORMAT")
            .action(ArgAction::Append)
            .value_parser(super::format(&Format::ALL))
            .help("How to write the report [default: text]; several are written in one run, each with its --output");
        let output = Arg::new(OUTPUT)
            .long(OUTPUT)
            .short('o')
            .value_name("FILE")
            .action(ArgAction::Append)
            .value_parser(value_parser!(Utf8PathBuf))
            .help(
                "Write the report of the --format before it to a file, with the folders it needs; - is standard output",
            );
        command.arg(format).arg(output)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for Outputs {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let formats = in_place::<Format>(matches, FORMAT);
        let files = in_place::<Utf8PathBuf>(matches, OUTPUT);
        pair(formats, files).map_err(|message| Error::raw(error::ErrorKind::ArgumentConflict, message + "\n"))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

/// The values of an argument, each with its place on the command line.
fn in_place<T: Clone + Send + Sync + 'static>(matches: &ArgMatches, name: &str) -> Vec<(usize, T)> {
    let places = matches.indices_of(name).into_iter().flatten();
    places.zip(matches.get_many::<T>(name).into_iter().flatten().cloned()).collect()
}

/// Gives each file to the last format before it; one before all formats belongs to the first.
fn pair(formats: Vec<(usize, Format)>, files: Vec<(usize, Utf8PathBuf)>) -> Result<Outputs, String> {
    let formats = if formats.is_empty() { vec![(0, Format::Text)] } else { formats };
    let mut outputs: Vec<Output> = formats.iter().map(|(_, format)| Output { format: *format, file: None }).collect();
    let mut is_named = vec![false; outputs.len()];
    for (place, file) in files {
        let number = formats.iter().rposition(|(format, _)| *format < place).unwrap_or(0);
        let (Some(output), Some(named)) = (outputs.get_mut(number), is_named.get_mut(number)) else { continue };
        if *named {
            let name = output.format.name();
            return Err(format!("--format {name} has two outputs; write each --format before its --output"));
        }
        *named = true;
        output.file = (file != "-").then_some(file);
    }
    let is_twice = |at: usize, output: &Output| outputs.iter().skip(at + 1).any(|other| same(other, output));
    match outputs.iter().enumerate().find(|(at, output)| is_twice(*at, output)) {
        Some((_, Output { file: Some(file), .. })) => Err(format!("two reports cannot go to {file}")),
        Some(_) => Err("two reports cannot go to standard output; give all but one an --output".to_owned()),
        None => Ok(Outputs(outputs)),
    }
}

fn same(one: &Output, other: &Output) -> bool {
    let plain = |output: &Output| output.file.as_ref().map(|file| file.strip_prefix("./").unwrap_or(file).to_owned());
    plain(one) == plain(other)
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::super::Cli;
    use super::*;

    fn outputs(arguments: &str) -> Result<Vec<(&'static str, Option<String>)>, String> {
        let arguments = ["cognito-lint"].into_iter().chain(arguments.split_whitespace());
        let cli = Cli::try_parse_from(arguments).map_err(|error| error.to_string())?;
        let told = |output: Output| (output.format.name(), output.file.map(Utf8PathBuf::into_string));
        Ok(cli.scan.outputs.0.into_iter().map(told).collect())
    }

    fn file(name: &str) -> Option<String> {
        Some(name.to_owned())
    }

    #[test]
    fn an_output_belongs_to_the_format_before_it() {
        let pairs = "--format sarif --output a.sarif --format text -o - --format junit -o b.xml";
        let expected = vec![("sarif", file("a.sarif")), ("text", None), ("junit", file("b.xml"))];
        assert_eq!(outputs(pairs), Ok(expected));
        let first_to_standard_output = "--format github src --format sarif --output=a.sarif";
        assert_eq!(outputs(first_to_standard_output), Ok(vec![("github", None), ("sarif", file("a.sarif"))]));
    }

    #[test]
    fn text_goes_to_standard_output_unless_something_else_is_said() {
        assert_eq!(outputs(""), Ok(vec![("text", None)]));
        assert_eq!(outputs("-o report.txt"), Ok(vec![("text", file("report.txt"))]));
        assert_eq!(outputs("-o report.json --format json"), Ok(vec![("json", file("report.json"))]));
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        let refused = |arguments: &str| outputs(arguments).expect_err("this is refused");
        assert!(refused("--format json --format text").contains("standard output"));
        assert!(refused("--format json -o a -o b").contains("--format json has two outputs"));
        assert!(refused("-o a --format json -o b --format text").contains("before its --output"));
        assert!(refused("--format json -o a --format text -o ./a").contains("two reports cannot go to a"));
    }
}
