//! Whether findings are fixed, and how.

use clap::Args;

/// Whether findings are fixed.
#[derive(Clone, Copy, Debug, Default, Args)]
pub struct Fixing {
    /// Correct what can be corrected for certain in the files themselves, and report what is left
    #[arg(long)]
    pub fix: bool,

    /// With --fix, make the corrections too that somebody has to look at: they allow or forbid something
    #[arg(long, requires = "fix")]
    pub unsafe_fixes: bool,

    /// With --fix, change no file: print the changes instead of a report, as `git apply` takes them
    #[arg(long, requires = "fix", conflicts_with_all = ["format", "output"])]
    pub diff: bool,
}
