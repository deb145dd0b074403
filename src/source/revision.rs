//! The files of a project as they are at a commit, found as a walk would find them.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};

use super::SourceFile;
use super::discovery::{self, Discovery};
use super::git::{Commit, Entry, Listed, Repository, Trouble};
use super::kinds::Use;
use super::objects::{Object, Objects};
use super::reading::Read;
use super::sieve::{self, Wanted};
use super::walk::{Found, Harvest, ignored_below};
use super::{outputs, paths};

/// How many bytes of text are kept of one commit.
const MOST_BYTES: usize = 1 << 30;

/// A commit to compare with.
#[derive(Debug)]
pub struct Revision {
    repository: Repository,
    /// The commit.
    pub commit: Commit,
}

/// The files of a project at a commit.
#[derive(Debug, Default)]
pub struct Past {
    /// What a scan of it would look at.
    pub found: Discovery,
    /// Folders of other repositories, of which nothing is known, relative to the current directory.
    pub submodules: BTreeSet<Utf8PathBuf>,
}

impl Revision {
    /// The last commit that a revision and HEAD share, in the repository around the first of the paths.
    ///
    /// # Errors
    /// See [`Trouble`].
    pub fn shared_with_head(name: &str, paths: &[Utf8PathBuf], current: &Utf8Path) -> Result<Self, Trouble> {
        let first = paths.first().map_or_else(|| current.to_owned(), |path| paths::absolute(path, current));
        let folder = if first.is_dir() { &first } else { first.parent().unwrap_or(&first) };
        let repository = Repository::around(folder)?;
        let commit = repository.shared_with_head(name)?;
        Ok(Self { repository, commit })
    }

    /// What a scan of the paths would look at at this commit. `now` is what it looks at now: files of it that git ignores
    /// are this machine's and belong to both sides, unless they are built from others.
    ///
    /// # Errors
    /// See [`Trouble`].
    pub fn discover(
        &self,
        paths: &[Utf8PathBuf],
        current: &Utf8Path,
        now: &Discovery,
        is_excluded: impl Fn(&Utf8Path) -> bool,
    ) -> Result<Past, Trouble> {
        let objects = Arc::new(Objects::of(&self.repository).map_err(Trouble::Program)?);
        let mut reader = Reader {
            revision: self,
            objects,
            read: HashMap::new(),
            bytes: 0,
            outside: BTreeSet::new(),
            submodules: BTreeSet::new(),
        };
        let here = [current.to_owned()];
        let mut harvest = Harvest::default();
        let mut roots = HashSet::new();
        for path in if paths.is_empty() { &here } else { paths } {
            let root = paths::absolute(path, current);
            reader.root(&root, &mut harvest)?;
            roots.insert(root);
        }
        harvest.leave_out_if(|path| is_excluded(path) && !roots.contains(path));
        let known: HashSet<&Utf8PathBuf> = harvest.found.iter().map(|file| &file.path).collect();
        let Reader { submodules, outside, .. } = reader;
        let local: Vec<Found> = of_this_machine(now, &outside).filter(|file| !known.contains(&file.path)).collect();
        harvest.found.extend(local);
        let relative = paths::Relative::to(current);
        let submodules = submodules.iter().map(|path| relative.path(path)).collect();
        Ok(Past { found: discovery::assemble(harvest, &roots, current), submodules })
    }
}

/// Files that git ignores and nobody builds – environments, what deployments wrote down – and those outside the repository.
fn of_this_machine<'n>(now: &'n Discovery, outside: &'n BTreeSet<Utf8PathBuf>) -> impl Iterator<Item = Found> + 'n {
    let is_built = |path: &Utf8Path| path.components().any(|part| outputs::is_output_folder(part.as_str()));
    let files = now.relevant.iter().map(|id| (*id, now.sources.file(*id)));
    let is_local = move |file: &SourceFile| file.ignored && !is_built(&file.absolute);
    let local = files.filter(move |(_, file)| is_local(file) || outside.contains(&*file.absolute));
    local.map(|(id, file)| {
        let invalid = now.unreadable.iter().find(|(unreadable, ..)| *unreadable == id).map(|(_, span, _)| *span);
        let read = Some(Read { text: file.text().clone(), invalid });
        Found { read, ignored: true, ..Found::unread(file.absolute.to_path_buf()) }
    })
}

struct Reader<'revision> {
    revision: &'revision Revision,
    objects: Arc<Objects>,
    /// What reading gave, by content and use: a content may stand at many paths.
    read: HashMap<(Arc<str>, bool), Option<Read>>,
    /// How many bytes are kept.
    bytes: usize,
    /// Files that are named and do not lie in the repository.
    outside: BTreeSet<Utf8PathBuf>,
    submodules: BTreeSet<Utf8PathBuf>,
}

impl Reader<'_> {
    /// Adds the files below a root: a folder, or one file that is named.
    fn root(&mut self, root: &Utf8Path, harvest: &mut Harvest) -> Result<(), Trouble> {
        let outside = || Trouble::Repository {
            folder: root.to_owned(),
            said: format!("--base compares one repository, {}", self.revision.repository.top()),
        };
        // The repository's top is known without links.
        let real = root.canonicalize_utf8().map_err(|_| outside())?;
        let top = self.revision.repository.top().canonicalize_utf8().map_err(|_| outside())?;
        let is_file = real.is_file();
        let below = match real.strip_prefix(&top) {
            Ok(below) => below.to_owned(),
            // A file with values may lie anywhere.
            Err(_) if is_file => {
                self.outside.insert(root.to_owned());
                return Ok(());
            }
            Err(_) => return Err(outside()),
        };
        let files = self.revision.repository.files(&self.revision.commit, &below)?;
        if is_file {
            let mut same = files.iter().filter(|file| file.path == below);
            return same.try_for_each(|file| self.file(file, root.to_owned(), Use::Parsed, true, harvest));
        }
        let environments: HashSet<&Utf8Path> = files
            .iter()
            .filter(|file| file.path.file_name() == Some("pyvenv.cfg"))
            .filter_map(|file| file.path.parent())
            .filter(|folder| *folder != below)
            .collect();
        let name = real.file_name().unwrap_or_default();
        let mut is_ignored = ignored_below(&real);
        for file in &files {
            let Ok(relative) = file.path.strip_prefix(&below) else { continue };
            let path = root.join(relative);
            if file.entry == Entry::Submodule {
                self.submodules.insert(path);
                continue;
            }
            let Some(Wanted { used, reached_by }) = sieve::below(name, relative) else { continue };
            let is_installed = || file.path.ancestors().any(|folder| environments.contains(folder));
            if !is_installed() && !is_ignored(reached_by, reached_by != relative) {
                self.file(file, path, used, false, harvest)?;
            }
        }
        Ok(())
    }

    fn file(
        &mut self,
        listed: &Listed,
        path: Utf8PathBuf,
        used: Use,
        is_named: bool,
        harvest: &mut Harvest,
    ) -> Result<(), Trouble> {
        let Entry::File(name, size) = &listed.entry else { return Ok(()) };
        let size = size.ok_or_else(|| self.missing(listed))?;
        let largest = sieve::largest(path.file_name().unwrap_or_default());
        if size > largest {
            return Ok(());
        }
        let name: Arc<str> = name.as_str().into();
        let object = Object { objects: self.objects.clone(), name: name.clone() };
        if used == Use::OnDemand {
            harvest.found.push(Found { object: Some(object), ..Found::unread(path) });
            return Ok(());
        }
        let key = (name, used == Use::Parsed);
        if let Some(known) = self.read.get(&key) {
            harvest.found.push(Found { object: Some(object), read: known.clone(), ..Found::unread(path) });
            return Ok(());
        }
        let content = self.objects.read(&key.0, largest).map_err(|error| Trouble::Failed(error.to_string()))?;
        let content = content.ok_or_else(|| self.missing(listed))?;
        if let Ok(found) = sieve::sift(&path, used, is_named, content.into()) {
            self.bytes += found.read.as_ref().map_or(0, |read| read.text.len());
            if self.bytes > MOST_BYTES {
                return Err(Trouble::TooLarge(self.revision.commit.short().to_owned()));
            }
            self.read.insert(key, found.read.clone());
            harvest.found.push(Found { object: Some(object), ..found });
        }
        Ok(())
    }

    fn missing(&self, listed: &Listed) -> Trouble {
        Trouble::Missing { path: listed.path.to_string(), commit: self.revision.commit.short().to_owned() }
    }
}
