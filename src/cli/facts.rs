//! What a repository knows, for the scans of others.

use camino::Utf8PathBuf;
use clap::Args;
use clap::builder::NonEmptyStringValueParser;

use crate::policy::view::View;
use crate::read::facts::Document;
use crate::scan::{self, export};

use super::input::Input;

/// What is written down, and where.
#[derive(Debug, Args)]
pub struct Export {
    /// Files and folders to look at [default: those of the configuration, else the current directory]
    #[arg(value_name = "PATH")]
    pub paths: Vec<Utf8PathBuf>,

    /// The file to write [default: standard output]; - is standard output, too
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<Utf8PathBuf>,

    /// What other scans call this repository [default: the name of its folder]
    #[arg(long, value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    pub name: Option<String>,

    /// Write instead what policies in Guard are evaluated over
    #[arg(long, value_name = "VIEW", value_parser = ["policy"], conflicts_with = "name")]
    pub view: Option<String>,

    /// Values for the parameters of templates and the variables of Terraform, as in a scan
    #[arg(long, value_name = "FILE|KEY=VALUE")]
    pub parameters: Vec<String>,

    /// A file with values for the variables of Terraform
    #[arg(long, value_name = "FILE")]
    pub var_file: Vec<Utf8PathBuf>,

    /// The environment to look at where files give values for several
    #[arg(long, value_name = "NAME")]
    pub env: Option<String>,

    /// The configuration [default: cognito-lint.yml, here or above, up to the root of the git repository]
    #[arg(long, value_name = "FILE")]
    pub config: Option<Utf8PathBuf>,

    /// Use no configuration
    #[arg(long, conflicts_with = "config")]
    pub no_config: bool,
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
            paths: self.paths.clone(),
            parameters: self.parameters.clone(),
            var_file: self.var_file.clone(),
            env: self.env.clone(),
            config: self.config.clone(),
            no_config: self.no_config,
            // A policy sees what a scan does; what others know is theirs to tell.
            alone: self.view.is_none(),
            ..Input::default()
        };
        input.options_without_baseline()
    }
}
