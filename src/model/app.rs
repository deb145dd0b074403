//! Apps: which files are one deployable thing.

use std::collections::BTreeSet;

use camino::{Utf8Path, Utf8PathBuf};

use crate::source::elsewhere::Elsewhere;
use crate::source::{FileId, SourceMap};

/// An app, by the folder it stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AppId(usize);

/// The packages of the scan.
#[derive(Debug, Default)]
pub struct Apps {
    roots: Vec<Utf8PathBuf>,
    of_file: Vec<AppId>,
}

impl Apps {
    /// Finds the packages among the scanned files. Files of a repository outside every package are one app together.
    pub fn of(sources: &SourceMap) -> Self {
        let manifests = sources.iter().filter(|(_, file)| file.is_manifest());
        let mut folders: BTreeSet<Utf8PathBuf> =
            manifests.filter_map(|(_, file)| file.absolute.parent().map(Utf8Path::to_path_buf)).collect();
        let elsewhere = sources.iter().filter_map(|(_, file)| file.elsewhere.as_ref());
        folders.extend(elsewhere.map(|file| Elsewhere::root(&file.repository)));
        let mut roots = vec![Utf8PathBuf::new()];
        roots.extend(folders);
        let of_file = sources.iter().map(|(_, file)| nearest(&roots, &file.absolute)).collect();
        Self { roots, of_file }
    }

    /// The app of a file.
    pub fn of_file(&self, file: FileId) -> AppId {
        self.of_file.get(file.0 as usize).copied().unwrap_or(AppId(0))
    }

    /// The folder of an app; empty for the files outside every package.
    pub fn root(&self, app: AppId) -> &Utf8Path {
        self.roots.get(app.0).map_or(Utf8Path::new(""), Utf8PathBuf::as_path)
    }
}

fn nearest(roots: &[Utf8PathBuf], file: &Utf8Path) -> AppId {
    let found =
        file.ancestors().skip(1).find_map(|folder| roots.binary_search_by(|root| root.as_path().cmp(folder)).ok());
    AppId(found.unwrap_or(0))
}
