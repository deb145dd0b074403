//! What is scanned, and which findings count: what the command line says, before what the configuration says.

use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use clap::Args;

use super::live::Live;
use super::policies;
use super::project::Project;
use crate::account::Inquiry;
use crate::config::terms::RuleName;
use crate::config::{Config, ConfigFile};
use crate::finding::Level;
use crate::policy::Policies;
use crate::scan::{self, Baselined, Options};
use crate::source::paths::absolute;

/// The baseline's name where none is given.
const BASELINE: &str = "cognito-lint-baseline.json";

/// What is scanned, and which findings count.
#[derive(Debug, Default, Args)]
pub struct Input {
    /// What is scanned.
    #[command(flatten)]
    pub project: Project,

    /// Facts of another repository to join with, as `cognito-lint facts` wrote them there
    #[arg(long, value_name = "FACTS")]
    pub with: Vec<Utf8PathBuf>,

    /// Look at this repository alone, whatever the configuration joins it with.
    #[arg(skip)]
    pub alone: bool,

    /// Which findings to show: `strict` adds hygiene and opinions, `audit` adds guesses [default: default]
    #[arg(long, value_name = "LEVEL", value_parser = super::level())]
    pub level: Option<Level>,

    /// Run these rules only, whatever the configuration says
    #[arg(long, value_name = "RULE", value_delimiter = ',', value_parser = RuleName::parse)]
    pub only: Vec<RuleName>,

    /// Leave these rules out
    #[arg(long, value_name = "RULE", value_delimiter = ',', value_parser = RuleName::parse)]
    pub skip: Vec<RuleName>,

    /// Policies in Guard: a file, or a folder whose .guard files are taken (besides the configuration's)
    #[arg(long, value_name = "FILE|DIR")]
    pub policy: Vec<Utf8PathBuf>,

    /// Fail what a policy cannot decide, because a value is not known
    #[arg(long)]
    pub strict_policies: bool,

    /// Do not show findings that this file holds, as `cognito-lint baseline write` wrote it
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<Utf8PathBuf>,

    /// Tell every note, and every file that was left out
    #[arg(long, short)]
    pub verbose: bool,

    /// The account that is audited.
    #[command(flatten)]
    pub live: Live,
}

impl Input {
    /// What the scan needs to know, its baseline included.
    ///
    /// # Errors
    /// The current directory cannot be told, or a file that is named cannot be used.
    pub fn options(&self) -> Result<Options, scan::Error> {
        let mut options = self.options_without_baseline()?;
        if let Some(path) = self.named_baseline(&options) {
            options.baseline = Some(Baselined::read(&path)?);
        }
        Ok(options)
    }

    /// The same without a baseline.
    ///
    /// # Errors
    /// As above.
    pub fn options_without_baseline(&self) -> Result<Options, scan::Error> {
        let current = policies::current()?;
        let file = match &self.project.config {
            Some(path) => Some(ConfigFile::read(&absolute(path, &current))?),
            None if self.project.no_config => None,
            None => ConfigFile::find(&current)?,
        };
        let nothing = Config::default();
        let (folder, config) = file.as_ref().map_or((&*current, &nothing), |file| (file.folder(), &file.config));
        let below = |path: &String| folder.join(path);
        let is_account_only = self.live.live && self.project.paths.is_empty();
        let paths = if self.project.paths.is_empty() && !is_account_only {
            config.paths.iter().map(below).collect()
        } else {
            self.project.paths.clone()
        };
        let files = config.parameter_files.iter().map(|path| below(path).into_string());
        let pairs = config.parameters.iter().map(|(name, value)| format!("{name}={value}"));
        let given: Vec<_> = files.chain(pairs).chain(self.project.parameters.iter().cloned()).collect();
        let with: Vec<_> = config.with.iter().map(|path| absolute(&below(path), &current)).collect();
        let with = if self.alone { Vec::new() } else { with };
        let with: Vec<_> = with.into_iter().chain(self.with.iter().cloned()).collect();
        scan::check_var_files(&self.project.var_file, &current)?;
        let policies: Vec<_> =
            config.policies.iter().map(|path| folder.join(path)).chain(self.policy.iter().cloned()).collect();
        let mut policies = Policies::read(&policies, &current);
        self.check_names(&policies, file.as_ref())?;
        policies.strict = self.strict_policies || config.strict_policies;
        policies.retain(|rule| config.wants(rule, &self.only, &self.skip));
        Ok(Options {
            paths,
            parameters: scan::parameters(&given)?,
            var_files: self.project.var_file.clone(),
            environment: self.project.env.as_deref().map(Arc::from),
            with: scan::with::read(&with, &current)?,
            rules: config.rules(&self.only, &self.skip),
            policies,
            level: self.level.or(config.level).unwrap_or(Level::Default),
            verbose: self.verbose,
            account_only: is_account_only,
            draw: false,
            diagnose: false,
            today: scan::today(),
            baseline: None,
            base: None,
            inquiry: self.live.request(!is_account_only).map(Inquiry::of),
            current,
            config: file,
        })
    }

    /// Looks whether the rules of policies that are named are there. A configuration may be shared with runs that are given
    /// policies, so that without any it is refused only where nothing else would run.
    fn check_names(&self, policies: &Policies, file: Option<&ConfigFile>) -> Result<(), scan::Error> {
        for name in self.only.iter().chain(&self.skip).filter(|name| name.is_of_policy()) {
            let fault = |message| scan::Error::Rule { name: name.as_str().to_owned(), message };
            policies.check(name.as_str()).map_err(fault)?;
        }
        let Some(file) = file else { return Ok(()) };
        let only = if self.only.is_empty() { &file.config.only } else { &self.only };
        let is_all = !only.is_empty() && only.iter().all(RuleName::is_of_policy);
        for name in file.config.rules_of_policies().filter(|_| policies.are_given() || is_all) {
            policies.check(name.as_str()).map_err(|message| file.refused(name.as_str(), message))?;
        }
        Ok(())
    }

    /// Where the baseline is, or is to be.
    pub fn baseline_path(&self, options: &Options) -> Utf8PathBuf {
        let folder = options.config.as_ref().map_or(&*options.current, ConfigFile::folder);
        self.named_baseline(options).unwrap_or_else(|| folder.join(BASELINE))
    }

    fn named_baseline(&self, options: &Options) -> Option<Utf8PathBuf> {
        let of_config =
            |file: &ConfigFile| file.config.baseline.as_ref().map(|path| absolute(Utf8Path::new(path), file.folder()));
        let given = self.baseline.as_ref().map(|path| absolute(path, &options.current));
        given.or_else(|| options.config.as_ref().and_then(of_config))
    }
}
