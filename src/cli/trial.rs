//! `policy test`: the tests of policies, told for people.

use std::io::{self, Write};

use camino::Utf8PathBuf;
use owo_colors::OwoColorize;

use crate::policy::{Fault, Policies};
use crate::scan;
use crate::scan::cases::policy::{Tested, run};
use crate::source::paths::Relative;

use super::{Exit, policies};

/// The tests of some policies, with how they came out.
#[derive(Debug)]
pub struct Trial {
    policies: Policies,
    tested: Vec<Vec<Tested>>,
    current: Utf8PathBuf,
}

impl Trial {
    /// Runs the tests of the policies at these paths; of none, of the configuration's, else of those in the current directory.
    ///
    /// # Errors
    /// The current directory cannot be told, or the configuration cannot be used.
    pub fn of(paths: &[Utf8PathBuf]) -> Result<Self, scan::Error> {
        let current = policies::current()?;
        let mut paths = if paths.is_empty() { policies::configured(&current)? } else { paths.to_vec() };
        if paths.is_empty() {
            paths.push(current.clone());
        }
        let policies = Policies::read(&paths, &current);
        let tested = policies.list.iter().map(run).collect();
        Ok(Self { policies, tested, current })
    }

    /// What is wrong with policies that cannot be used.
    pub fn faults(&self) -> &[Fault] {
        &self.policies.faults
    }

    fn files(&self) -> impl Iterator<Item = &Tested> {
        self.tested.iter().flatten()
    }

    /// How many tests passed, and how many did not.
    fn counts(&self) -> (usize, usize) {
        let outcomes = || self.files().filter_map(|file| file.outcomes.as_ref().ok()).flatten();
        let failed = outcomes().filter(|outcome| !outcome.differences.is_empty()).count();
        (outcomes().count() - failed, failed)
    }

    /// The exit code: something cannot be used, something differs, there is nothing to test, or all is well.
    pub fn exit(&self) -> Exit {
        let (passed, failed) = self.counts();
        if !self.policies.faults.is_empty() || self.files().any(|file| file.outcomes.is_err()) {
            Exit::Usage
        } else if failed > 0 {
            Exit::Findings
        } else if passed == 0 {
            Exit::Nothing
        } else {
            Exit::Clean
        }
    }

    /// Tells the tests by their policies: what differs in full, the others by their number.
    ///
    /// # Errors
    /// What `out` says.
    pub fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let relative = Relative::to(&self.current);
        for (policy, files) in self.policies.list.iter().zip(&self.tested) {
            writeln!(out, "{}", relative.path(&policy.path).bold())?;
            if files.is_empty() {
                writeln!(
                    out,
                    "  no tests: {}_tests.yml, or .md, would be its",
                    policy.path.file_stem().unwrap_or_default()
                )?;
            }
            for Tested { path, outcomes } in files {
                let path = relative.path(path);
                match outcomes {
                    Err(message) => writeln!(out, "  {} {path}: {message}", "cannot be run".red())?,
                    Ok(outcomes) => {
                        let passed = outcomes.iter().filter(|outcome| outcome.differences.is_empty()).count();
                        writeln!(out, "  {path}: {passed} of {} passed", outcomes.len())?;
                        for outcome in outcomes.iter().filter(|outcome| !outcome.differences.is_empty()) {
                            writeln!(out, "    {} {}", "differs".red(), outcome.name)?;
                            outcome.differences.iter().try_for_each(|line| writeln!(out, "      {line}"))?;
                        }
                    }
                }
            }
        }
        let (passed, failed) = self.counts();
        let policies = self.policies.list.len();
        writeln!(out, "{policies} policies, {} tests: {passed} passed, {failed} differ", passed + failed)
    }
}
