//! What a repository knows, for the scans of others.

use camino::Utf8PathBuf;
use clap::Args;
use clap::builder::NonEmptyStringValueParser;

use crate::policy::view::View;
use crate::read::facts::Document;
use crate::scan::{self, export};

use super::input::Input;
use super::project::Project;

/// What is written down, and where.
#[derive(Debug, Args)]
pub struct Export {
    /// What is looked at.
    #[command(flatten)]
    pub project: Project,

    /// The file to write [default: standard output]; - is standard output, too
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<Utf8PathBuf>,

    /// What other scans call this repository [default: the name of its folder]
    #[arg(long, value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    pub name: Option<String>,

    /// Write instead what policies in Guard are evaluated over
    #[arg(long, value_name = "VIEW", value_parser = ["policy"], conflicts_with = "name")]
    pub view: Option<String>,
}

impl Export {
    /// What the repository knows, and whether any of it concerns Cognito.
    ///
    /// # Errors
    /// As those of a scan.
    pub fn document(&self) -> Result<(Document, bool), scan::Error> {
        export::facts(self.options()?, self.name.as_deref())
    }

    /// What policies are evaluated over, and whether any of it concerns Cognito.
    ///
    /// # Errors
    /// As those of a scan.
    pub fn views(&self) -> Result<(Vec<View>, bool), scan::Error> {
        export::views(&self.options()?)
    }

    fn options(&self) -> Result<scan::Options, scan::Error> {
        let input = Input {
            project: self.project.clone(),
            // A policy sees what a scan does; what others know is theirs to tell.
            alone: self.view.is_none(),
            ..Input::default()
        };
        input.options_without_baseline()
    }
}
