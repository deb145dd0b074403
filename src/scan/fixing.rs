//! The fixes of a scan's findings, made in the files.

use std::collections::BTreeMap;
use std::fmt;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};

use camino::{Utf8Path, Utf8PathBuf};

use crate::finding::fix::Fix;
use crate::report::Report;
use crate::source::FileId;
use crate::source::edit::{Edit, edited};

use super::parse::count_faults;
use super::{Options, Scan, absolute, scan};

/// A fix may make room for another one; more often than this the files are not looked at again.
const MOST_PASSES: usize = 8;

/// A file and its fixes.
#[derive(Debug)]
pub struct Fixed {
    /// Its path as reports name it.
    pub path: Utf8PathBuf,
    /// Its text.
    pub text: String,
    /// The changes of it, which do not collide.
    pub edits: Vec<Edit>,
    absolute: Utf8PathBuf,
}

/// What can be fixed at once.
#[derive(Debug, Default)]
pub struct Fixes {
    /// The files that change.
    pub files: Vec<Fixed>,
    /// How many findings are fixed by that.
    pub findings: usize,
}

/// What a run that fixes did.
#[derive(Debug)]
pub struct Outcome {
    /// What is left.
    pub scan: Scan,
    /// How many findings were fixed.
    pub findings: usize,
    /// The files that changed.
    pub files: Vec<Utf8PathBuf>,
}

/// The fixes of a report that can be made together: the safe ones, the others only if `all`. Of two that touch the same
/// text the first is taken. Files outside of the paths that were scanned stay as they are.
pub fn of(report: &Report, options: &Options, all: bool) -> Fixes {
    let sources = report.sources();
    let mut taken: BTreeMap<FileId, Vec<&Fix>> = BTreeMap::new();
    for fix in report.findings().iter().filter_map(|reported| reported.finding.fix.as_ref()) {
        // What stands in several files is for people: one of them may not be there to write.
        let Some(file) = fix.edits.first().map(|edit| edit.loc.file) else { continue };
        let is_of_file = fix.edits.iter().all(|edit| edit.loc.file == file);
        let fixes = taken.entry(file).or_default();
        let collides = fixes.iter().any(|other| fix.collides(other));
        if (fix.safe || all) && is_of_file && !collides && is_scanned(report, options, file) {
            fixes.push(fix);
        }
    }
    let mut made = Fixes::default();
    for (file, fixes) in taken.into_iter().filter(|(_, fixes)| !fixes.is_empty()) {
        let source = sources.file(file);
        let edits: Vec<Edit> = fixes.iter().flat_map(|fix| fix.edits.clone()).collect();
        let faults = |text: &str| count_faults(&source.path, text);
        let (path, absolute) = (source.path.to_path_buf(), source.absolute.to_path_buf());
        let fixed = Fixed { path, text: source.text().to_string(), edits, absolute };
        // No fix is worth a file that cannot be read any more.
        let is_worse = faults(&edited(&fixed.text, &fixed.edits)) > faults(&fixed.text);
        if !is_worse && fixed.may_change() {
            made.findings += fixes.len();
            made.files.push(fixed);
        }
    }
    made
}

/// Makes the fixes of a scan's findings, and scans again, until there are no more.
///
/// # Errors
/// See [`super::Error`]; a file cannot be written.
pub fn fix(options: &Options, all: bool) -> Result<Outcome, super::Error> {
    let mut outcome = Outcome { scan: scan(options)?, findings: 0, files: Vec::new() };
    for _ in 0..MOST_PASSES {
        let fixes = of(&outcome.scan.report, options, all);
        if fixes.files.is_empty() {
            break;
        }
        for file in fixes.files {
            file.write().map_err(|error| super::Error::Fix { path: file.path.clone(), error })?;
            outcome.files.push(file.path);
        }
        outcome.findings += fixes.findings;
        outcome.scan = scan(options)?;
    }
    outcome.files.sort();
    outcome.files.dedup();
    Ok(outcome)
}

impl fmt::Display for Outcome {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counted = |count: usize, noun: &str| format!("{count} {noun}{}", if count == 1 { "" } else { "s" });
        if self.findings == 0 {
            return out.write_str("nothing to fix");
        }
        write!(out, "fixed {} in {}", counted(self.findings, "finding"), counted(self.files.len(), "file"))
    }
}

fn is_scanned(report: &Report, options: &Options, file: FileId) -> bool {
    let path = &report.sources().file(file).absolute;
    let scanned = options.places();
    let is_below = scanned.iter().any(|place| path.starts_with(absolute(place, &options.current)));
    is_below && !path.is_symlink()
}

impl Fixed {
    /// Whether the file may be written, and holds the text that was read: other bytes than UTF-8 would be lost.
    fn may_change(&self) -> bool {
        let is_locked = fs::metadata(&self.absolute).is_ok_and(|file| file.permissions().readonly());
        !is_locked && fs::read(&self.absolute).is_ok_and(|bytes| bytes == self.text.as_bytes())
    }

    /// Writes the file at once: who reads it meanwhile sees all of the change or nothing.
    fn write(&self) -> io::Result<()> {
        if !self.may_change() {
            return Err(io::Error::other("it has changed since it was read"));
        }
        let name = self.absolute.file_name().unwrap_or_default();
        let beside = self.absolute.with_file_name(format!(".{name}.{}.tmp", std::process::id()));
        let written = self.write_to(&beside).and_then(|()| fs::rename(&beside, &self.absolute));
        if written.is_err() {
            // The first error is the one to tell.
            let _ = fs::remove_file(&beside);
        }
        written
    }

    fn write_to(&self, beside: &Utf8Path) -> io::Result<()> {
        let mut file = OpenOptions::new().write(true).create_new(true).open(beside)?;
        file.write_all(edited(&self.text, &self.edits).as_bytes())?;
        let old = fs::metadata(&self.absolute)?;
        keep_owner(beside, &old)?;
        file.set_permissions(old.permissions())?;
        file.sync_all()
    }
}

/// Gives a new file to who owns the old one, which matters where an administrator's container writes.
#[cfg(unix)]
fn keep_owner(new: &Utf8Path, old: &fs::Metadata) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, chown};
    let made = fs::metadata(new)?;
    if (made.uid(), made.gid()) == (old.uid(), old.gid()) {
        Ok(())
    } else {
        chown(new, Some(old.uid()), Some(old.gid()))
    }
}

#[cfg(not(unix))]
fn keep_owner(_: &Utf8Path, _: &fs::Metadata) -> io::Result<()> {
    Ok(())
}
