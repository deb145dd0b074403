//! The policies that a command looks at besides the program's own rules.

use std::env;

use camino::{Utf8Path, Utf8PathBuf};
use clap::Args;

use crate::config::ConfigFile;
use crate::policy::Policies;
use crate::scan;

/// The policies that are given.
#[derive(Debug, Args)]
pub struct Given {
    /// Policies in Guard whose rules count too: a file, or a folder whose .guard files are taken (besides the configuration's)
    #[arg(long, value_name = "FILE|DIR")]
    pub policy: Vec<Utf8PathBuf>,
}

impl Given {
    /// These and the configuration's.
    ///
    /// # Errors
    /// The current directory cannot be told, or the configuration cannot be used.
    pub fn read(&self) -> Result<Policies, scan::Error> {
        let current = current()?;
        let paths: Vec<_> = configured(&current)?.into_iter().chain(self.policy.iter().cloned()).collect();
        Ok(Policies::read(&paths, &current))
    }
}

/// The current directory.
///
/// # Errors
/// It cannot be told.
pub fn current() -> Result<Utf8PathBuf, scan::Error> {
    let current = env::current_dir().map_err(scan::Error::Current)?;
    Utf8PathBuf::try_from(current).map_err(|error| scan::Error::Current(error.into_io_error()))
}

/// The policies that the configuration names.
///
/// # Errors
/// It cannot be used.
pub fn configured(current: &Utf8Path) -> Result<Vec<Utf8PathBuf>, scan::Error> {
    let file = ConfigFile::find(current)?;
    let of_file = |file: ConfigFile| -> Vec<_> {
        let paths = file.config.policies.iter();
        paths.map(|path| file.folder().join(path)).collect()
    };
    Ok(file.map(of_file).unwrap_or_default())
}
