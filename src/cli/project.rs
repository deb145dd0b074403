//! The project that a command looks at, and how its values are chosen.

use camino::Utf8PathBuf;
use clap::Args;

/// The project that a command looks at.
#[derive(Clone, Debug, Default, Args)]
pub struct Project {
    /// Files and folders to look at [default: those of the configuration, else the current directory]
    #[arg(value_name = "PATH")]
    pub paths: Vec<Utf8PathBuf>,

    /// Values for the parameters of templates and the variables of Terraform; a file holds them as CloudFormation's tools
    /// take them
    #[arg(long, value_name = "FILE|KEY=VALUE")]
    pub parameters: Vec<String>,

    /// A file with values for the variables of Terraform
    #[arg(long, value_name = "FILE")]
    pub var_file: Vec<Utf8PathBuf>,

    /// The environment to look at where files give values for several: `prod` takes `prod.tfvars`, `envs/prod/*.tfvars` and
    /// the TF_VAR_… of `.env.prod`
    #[arg(long, value_name = "NAME")]
    pub env: Option<String>,

    /// The configuration [default: cognito-lint.yml, here or above, up to the root of the git repository]
    #[arg(long, value_name = "FILE")]
    pub config: Option<Utf8PathBuf>,

    /// Use no configuration
    #[arg(long, conflicts_with = "config")]
    pub no_config: bool,
}
