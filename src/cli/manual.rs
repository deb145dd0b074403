//! The manual page: one for the program and all its commands.

use std::io::{self, Write};

use clap::{Command, CommandFactory};
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};

use super::{Cli, EXIT_CODES};

/// Writes the page in roff.
///
/// # Errors
/// `out` cannot be written.
pub fn write(mut out: &mut dyn Write) -> io::Result<()> {
    let mut command = Cli::command();
    command.build();
    let mut commands = Roff::new();
    commands.control("SH", ["COMMANDS"]);
    leaves(&command, &mut commands);
    commands.text([roman("cognito-lint help COMMAND tells the options of a command.")]);
    commands.control("SH", ["EXIT STATUS"]);
    commands.text([roman(EXIT_CODES)]);

    let man = Man::new(command);
    man.render_title(&mut out)?;
    man.render_name_section(&mut out)?;
    man.render_synopsis_section(&mut out)?;
    man.render_description_section(&mut out)?;
    man.render_options_section(&mut out)?;
    commands.to_writer(&mut out)
}

/// What each command takes and does. Of a command that only holds others, the others.
fn leaves(command: &Command, page: &mut Roff) {
    for command in command.get_subcommands().filter(|command| command.get_name() != "help") {
        if command.has_subcommands() {
            leaves(command, page);
            continue;
        }
        let usage = command.clone().render_usage().to_string();
        let about = command.get_about().map(ToString::to_string).unwrap_or_default();
        page.control("TP", []);
        page.text([bold(usage.trim_start_matches("Usage: "))]);
        page.text([roman(about)]);
    }
    page.control("PP", []);
}
