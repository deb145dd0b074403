//! The walk over one folder: what is in it, read as far as it matters.

use std::borrow::Cow;
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use camino::{Utf8Path, Utf8PathBuf};
use ignore::{DirEntry, ParallelVisitor, ParallelVisitorBuilder, WalkBuilder, WalkState};
use walkdir::WalkDir;

use super::discovery::{LeftOut, PassedOver};
use super::kinds::Use;
use super::objects::Object;
use super::reading::{LARGEST_FILE, Read};
use super::sieve::{self, Folder};
use super::{large, outputs};

/// A file that was found. All paths here are absolute.
#[derive(Debug)]
pub struct Found {
    /// Where.
    pub path: Utf8PathBuf,
    /// Its text, when it is to be parsed.
    pub read: Option<Read>,
    /// Whether git ignores it.
    pub ignored: bool,
    /// Its content in git, where it does not come from the file system.
    pub object: Option<Object>,
}

impl Found {
    /// A file that is known and not read.
    pub fn unread(path: Utf8PathBuf) -> Self {
        Self { path, read: None, ignored: false, object: None }
    }
}

/// What a walk found.
#[derive(Debug, Default)]
pub struct Harvest {
    /// The files that some reader understands.
    pub found: Vec<Found>,
    /// What was left out.
    pub passed_over: Vec<PassedOver>,
    /// How many files there are.
    pub seen: usize,
}

impl Harvest {
    /// Adds what another walk found.
    pub fn append(&mut self, mut other: Self) {
        self.found.append(&mut other.found);
        self.passed_over.append(&mut other.passed_over);
        self.seen += other.seen;
    }

    /// Leaves out what the configuration excludes.
    pub fn leave_out_if(&mut self, is_excluded: impl Fn(&Utf8Path) -> bool) {
        for file in self.found.extract_if(.., |file| is_excluded(&file.path)) {
            self.passed_over.push(PassedOver { path: file.path, why: LeftOut::Excluded, files: 1 });
        }
    }

    fn leave_out(&mut self, path: Utf8PathBuf, why: LeftOut, files: usize) {
        self.passed_over.push(PassedOver { path, why, files });
    }
}

/// Walks a folder. Links in it are not followed, so that loops of them do no harm; the folder itself may be one.
///
/// # Errors
/// Whatever the file system says of the folder itself.
pub fn walk(root: &Utf8Path) -> io::Result<Harvest> {
    if !fs::symlink_metadata(root)?.is_symlink() {
        return Ok(walk_folder(root));
    }
    let real = root.canonicalize_utf8()?;
    let mut harvest = walk_folder(&real);
    let as_named = |path: &mut Utf8PathBuf| {
        if let Ok(below) = path.strip_prefix(&real) {
            *path = root.join(below);
        }
    };
    harvest.found.iter_mut().for_each(|file| as_named(&mut file.path));
    harvest.passed_over.iter_mut().for_each(|file| as_named(&mut file.path));
    Ok(harvest)
}

fn walk_folder(root: &Utf8Path) -> Harvest {
    let builder = builder(root);
    let harvests = Mutex::new(Harvest::default());
    builder.build_parallel().visit(&mut Visitors { root, harvests: &harvests });
    let mut harvest = harvests.into_inner().unwrap_or_else(PoisonError::into_inner);
    mark_ignored(root, &builder, &mut harvest.found);
    harvest
}

/// Reads one file that was named on the command line: whatever it is, it is to be parsed.
pub fn named(path: &Utf8Path) -> Harvest {
    let mut visitor = Visitor::new(path.parent().unwrap_or(path));
    visitor.harvest.seen = 1;
    visitor.read(path, Use::Parsed, true);
    let mut harvest = std::mem::take(&mut visitor.harvest);
    if let Some(folder) = path.parent() {
        mark_ignored(folder, &builder(folder), &mut harvest.found);
    }
    harvest
}

fn builder(root: &Utf8Path) -> WalkBuilder {
    let mut builder = WalkBuilder::new(root);
    builder.hidden(false).require_git(false);
    builder
}

/// Tells of paths below a folder, there or not, whether its ignore files keep a walk from them.
pub fn ignored_below(root: &Utf8Path) -> impl FnMut(&Utf8Path, bool) -> bool + use<> {
    let mut matcher = builder(root).build_matchers().pop();
    move |path, is_folder| matcher.as_mut().is_some_and(|matcher| matcher.matched(path, is_folder).is_ignore())
}

/// Marks the files that git ignores. Only those that are read all the same can be such.
fn mark_ignored(root: &Utf8Path, builder: &WalkBuilder, found: &mut [Found]) {
    if !root.ancestors().any(|folder| folder.join(".git").exists()) {
        return;
    }
    let Some(mut matcher) = builder.build_matchers().pop() else { return };
    for file in found.iter_mut().filter(|file| file.read.is_some()) {
        if let Ok(path) = file.path.strip_prefix(root) {
            file.ignored = matcher.matched(path, false).is_ignore();
        }
    }
}

struct Visitors<'walk> {
    root: &'walk Utf8Path,
    harvests: &'walk Mutex<Harvest>,
}

impl<'walk> ParallelVisitorBuilder<'walk> for Visitors<'walk> {
    fn build(&mut self) -> Box<dyn ParallelVisitor + 'walk> {
        Box::new(Gathering { visitor: Visitor::new(self.root), harvests: self.harvests })
    }
}

/// The visitor of one thread, which hands over what it has when the thread is done.
struct Gathering<'walk> {
    visitor: Visitor<'walk>,
    harvests: &'walk Mutex<Harvest>,
}

impl ParallelVisitor for Gathering<'_> {
    fn visit(&mut self, entry: Result<DirEntry, ignore::Error>) -> WalkState {
        self.visitor.visit(entry)
    }
}

impl Drop for Gathering<'_> {
    fn drop(&mut self) {
        let mut harvests = self.harvests.lock().unwrap_or_else(PoisonError::into_inner);
        harvests.append(std::mem::take(&mut self.visitor.harvest));
    }
}

struct Visitor<'walk> {
    root: &'walk Utf8Path,
    harvest: Harvest,
    /// The bytes of the file that is being looked at; kept from file to file.
    buffer: Vec<u8>,
}

impl<'walk> Visitor<'walk> {
    fn new(root: &'walk Utf8Path) -> Self {
        Self { root, harvest: Harvest::default(), buffer: Vec::new() }
    }

    fn visit(&mut self, entry: Result<DirEntry, ignore::Error>) -> WalkState {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                // Other errors are about single lines of ignore files.
                if error.io_error().is_some() {
                    self.harvest.leave_out(self.place_of(&error), LeftOut::Inaccessible, 1);
                }
                return WalkState::Continue;
            }
        };
        let Some(path) = Utf8Path::from_path(entry.path()) else {
            self.harvest.seen += 1;
            self.harvest.leave_out(lossy(entry.path()), LeftOut::Inaccessible, 1);
            return WalkState::Skip;
        };
        if entry.depth() == 0 || entry.file_type().is_some_and(|kind| kind.is_dir()) {
            self.folder(path, entry.depth() == 0)
        } else {
            if entry.file_type().is_some_and(|kind| kind.is_file()) {
                self.file(path);
            }
            WalkState::Continue
        }
    }

    fn place_of(&self, error: &ignore::Error) -> Utf8PathBuf {
        match error {
            ignore::Error::WithPath { path, .. } => lossy(path),
            ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => self.place_of(err),
            _ => self.root.to_owned(),
        }
    }

    fn folder(&mut self, path: &Utf8Path, is_root: bool) -> WalkState {
        let name = path.file_name().unwrap_or_default();
        let parent = path.parent().and_then(Utf8Path::file_name);
        match sieve::folder(name, parent.unwrap_or_default(), is_root) {
            Folder::Entered => {}
            Folder::Output => {
                // The folder above hands it over, ignored or not.
                if is_root {
                    self.output(path);
                }
                return WalkState::Skip;
            }
            Folder::LeftOut(why) => return self.leave_folder_out(path, why),
            Folder::Passed => return WalkState::Skip,
        }
        if self.wanted(path) || is_root {
            WalkState::Continue
        } else {
            self.leave_folder_out(path, LeftOut::Dependency)
        }
    }

    fn leave_folder_out(&mut self, folder: &Utf8Path, why: LeftOut) -> WalkState {
        let entries = WalkDir::new(folder).into_iter().flatten();
        let files = entries.filter(|entry| entry.file_type().is_file()).count();
        self.harvest.seen += files;
        self.harvest.leave_out(folder.to_owned(), why, files);
        WalkState::Skip
    }

    /// Reads what is wanted of a folder although git may ignore it. Returns false for a Python environment, which is
    /// known by a file in it.
    fn wanted(&mut self, folder: &Utf8Path) -> bool {
        // A folder that cannot be read is told by the walk itself.
        let Ok(entries) = fs::read_dir(folder) else { return true };
        let mut wanted = Vec::new();
        for entry in entries.flatten() {
            let name = entry.file_name();
            let Some(name) = name.to_str() else { continue };
            if name == "pyvenv.cfg" {
                return false;
            }
            if outputs::is_output_folder(name) || outputs::is_wanted_file(name) {
                wanted.push((folder.join(name), entry.file_type()));
            }
        }
        for (path, file_type) in wanted {
            match (path.file_name(), file_type) {
                (Some(name), Ok(kind)) if kind.is_dir() && outputs::is_output_folder(name) => self.output(&path),
                (Some(name), Ok(kind)) if kind.is_file() => self.judged(&path, name),
                _ => {}
            }
        }
        true
    }

    fn file(&mut self, path: &Utf8Path) {
        let name = path.file_name().unwrap_or_default();
        // Hidden files are passed, and what the folder above has handed over is not read twice.
        if !name.starts_with('.') && !outputs::is_wanted_file(name) {
            self.judged(path, name);
        }
    }

    fn judged(&mut self, path: &Utf8Path, name: &str) {
        self.harvest.seen += 1;
        match sieve::file(name) {
            Ok(Some(used)) => self.read(path, used, false),
            Ok(None) => {}
            Err(why) => self.harvest.leave_out(path.to_owned(), why, 1),
        }
    }

    /// Reads a folder of build output.
    fn output(&mut self, folder: &Utf8Path) {
        let base = folder.parent().unwrap_or(folder);
        let relative = |path: &Path| Utf8Path::from_path(path)?.strip_prefix(base).ok().map(Utf8Path::to_owned);
        let walk = WalkDir::new(folder).sort_by_file_name().into_iter();
        let entries = walk.filter_entry(|entry| {
            !entry.file_type().is_dir() || relative(entry.path()).is_some_and(|path| outputs::enters_output(&path))
        });
        for entry in entries.flatten().filter(|entry| entry.file_type().is_file()) {
            let Some(path) = relative(entry.path()) else { continue };
            self.harvest.seen += 1;
            if let Some(used) = outputs::output_use(&path) {
                self.read(&base.join(path), used, false);
            }
        }
    }

    /// Reads a file as far as its use asks for it. A file that is named is kept whatever it holds.
    fn read(&mut self, path: &Utf8Path, used: Use, is_named: bool) {
        if used == Use::OnDemand {
            self.harvest.found.push(Found::unread(path.to_owned()));
            return;
        }
        let largest = sieve::largest(path.file_name().unwrap_or_default());
        let content = match fill(&mut self.buffer, path, largest) {
            Ok(length) => Ok(Cow::Borrowed(self.buffer.get(..length).unwrap_or_default())),
            Err(error) if error.kind() == io::ErrorKind::FileTooLarge && largest == LARGEST_FILE => {
                large::read(path, is_named).map(Cow::Owned)
            }
            Err(error) => Err(error),
        };
        let content = match content {
            Ok(content) => content,
            Err(error) => {
                let is_large = error.kind() == io::ErrorKind::FileTooLarge;
                let why = if is_large { LeftOut::TooLarge } else { LeftOut::Inaccessible };
                return self.harvest.leave_out(path.to_owned(), why, 1);
            }
        };
        match sieve::sift(path, used, is_named, content) {
            Ok(found) => self.harvest.found.push(found),
            Err(why) => self.harvest.leave_out(path.to_owned(), why, 1),
        }
    }
}

/// Reads a file into the front of `buffer`. Returns its length.
fn fill(buffer: &mut Vec<u8>, path: &Utf8Path, largest: u64) -> io::Result<usize> {
    let mut file = File::open(path)?;
    let length = file.metadata()?.len();
    if length > largest {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    let length = usize::try_from(length).unwrap_or(0);
    if buffer.len() < length {
        buffer.resize(length, 0);
    }
    let mut filled = 0;
    while let Some(rest) = buffer.get_mut(filled..length).filter(|rest| !rest.is_empty()) {
        match file.read(rest) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

fn lossy(path: &Path) -> Utf8PathBuf {
    path.to_string_lossy().into_owned().into()
}
