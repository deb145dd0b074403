//! The project as it was at the base, which a change is compared with.

use camino::{Utf8Path, Utf8PathBuf};

use crate::finding::earlier::Earlier;
use crate::model::Model;
use crate::model::compare::Readings;
use crate::read::{Change, Facts};
use crate::report::Note;
use crate::source::SourceMap;
use crate::source::discovery::Discovery;
use crate::source::git::Trouble;
use crate::source::revision::{Past, Revision};

use super::Options;

/// An earlier reading of the same paths.
#[derive(Debug)]
pub struct Base {
    /// Its files.
    sources: SourceMap,
    /// What they say.
    facts: Facts,
    /// What is wrong there.
    pub findings: Earlier,
    /// What the comparison rests on.
    pub notes: Vec<Note>,
}

/// Reads the paths as they are at the last commit that `name` and HEAD share. `now` is what is there now. The
/// configuration is that of now for both.
///
/// # Errors
/// Git does not know the revision, or not all of it.
pub fn read(
    name: &str,
    options: &Options,
    now: &Discovery,
    is_excluded: impl Fn(&Utf8Path) -> bool,
) -> Result<Base, Trouble> {
    let revision = Revision::shared_with_head(name, &options.paths, &options.current)?;
    let Past { mut found, submodules } = revision.discover(&options.places(), &options.current, now, is_excluded)?;
    let is_whole = found.covers_project(&options.current);
    let (sources, facts) = super::understand(&mut found, options);
    let mut model = Model::new(sources, facts);
    // What was ignored there was not shown, and what another finding hid there is no news without it.
    let shown: Vec<_> =
        super::judge(&mut model, options, is_whole).findings.into_iter().filter(|finding| !finding.ignored).collect();
    let findings = Earlier::new(&shown, &model.sources);
    let mut notes = vec![Note::on_scan(
        "base",
        format!("compared with commit {}, the last one that {name} and HEAD share", revision.commit.short()),
    )];
    notes.extend(submodules.into_iter().map(of_submodule));
    let Model { sources, facts, .. } = model;
    Ok(Base { sources, facts, findings, notes })
}

impl Base {
    /// What has changed since. `files` are those of now; the earlier ones that changes refer to join them.
    pub fn changes(&self, now: &Facts, files: &mut SourceMap) -> Vec<Change> {
        Readings { before: &self.facts, files_before: &self.sources, after: now }.changes(files)
    }
}

fn of_submodule(path: Utf8PathBuf) -> Note {
    Note::on_file("base", path, "this is another repository (a submodule): all that is found in it counts as new")
}
