//! What a repository knows, for the scans of others and for those who write policies.

use camino::Utf8Path;

use crate::model::Model;
use crate::policy::view::{self, View};
use crate::read::facts::{self, Document};
use crate::source::paths::{Folders, absolute};

use super::{Error, Options, concerns_cognito, found, understand};

/// What the paths of a scan say, for the scans of other repositories, and whether it concerns Cognito. The repository is
/// called `name`; without one, as its folder.
///
/// # Errors
/// As those of a scan.
pub fn facts(options: Options, name: Option<&str>) -> Result<(Document, bool), Error> {
    let folders = Folders::of(&options.paths, &options.current);
    let root = folders.repository().to_owned();
    let here = |path: &Utf8Path| absolute(path, &options.current);
    let paths = options.places();
    // Files are called as from the root, whatever folder this runs in.
    let options = Options {
        paths: paths.iter().map(|path| here(path)).collect(),
        var_files: options.var_files.iter().map(|path| here(path)).collect(),
        current: root.clone(),
        ..options
    };
    let (sources, facts) = understand(&mut found(&options)?, &options);
    let name = name.or(root.file_name()).unwrap_or("repository");
    let document = facts::write(&facts, &sources, &root, name);
    // What gives ids to programs may concern it by what another repository knows.
    let concerns = !document.resources.is_empty() || concerns_cognito(&facts, &sources);
    Ok((document, concerns))
}

/// What policies are evaluated over in a scan of the paths, and whether it concerns Cognito.
///
/// # Errors
/// As those of a scan.
pub fn views(options: &Options) -> Result<(Vec<View>, bool), Error> {
    let (sources, facts) = understand(&mut found(options)?, options);
    let recognised = concerns_cognito(&facts, &sources);
    Ok((view::views(&Model::new(sources, facts)).list, recognised))
}
