//! What becomes of a file or folder below a scanned root, by its name and its bytes: the same wherever files come from.

use std::borrow::Cow;

use camino::{Utf8Component, Utf8Path};

use super::discovery::LeftOut;
use super::kinds::{Kind, Use, kind, usage};
use super::reading::{self, LARGEST_FILE, LARGEST_PROGRAM};
use super::walk::Found;
use super::{noise, outputs, prefilter};

/// What becomes of a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Folder {
    /// Its files are looked at.
    Entered,
    /// It is build output, of which [`outputs::output_use`] says what is read.
    Output,
    /// It is left out, with a count.
    LeftOut(LeftOut),
    /// It is hidden.
    Passed,
}

/// What becomes of a folder, by its name and its parent's. The root is always entered, unless it is build output.
pub fn folder(name: &str, parent: &str, is_root: bool) -> Folder {
    if outputs::is_output_folder(name) {
        Folder::Output
    } else if is_root {
        Folder::Entered
    } else if let Some(why) = noise::folder(name, parent) {
        Folder::LeftOut(why)
    } else if name.starts_with('.') {
        Folder::Passed
    } else {
        Folder::Entered
    }
}

/// How a file in a folder that is entered is used, by its name; `Err` where it is left out, with a count. Hidden files
/// are only looked at where [`outputs::is_wanted_file`] says so.
///
/// # Errors
/// Why it is left out.
pub fn file(name: &str) -> Result<Option<Use>, LeftOut> {
    match noise::file(name) {
        Some(why) => Err(why),
        None => Ok(usage(name).or_else(|| outputs::is_wanted_file(name).then_some(Use::Parsed))),
    }
}

/// A file below a root that is read, by its path alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted<'path> {
    /// How it is used.
    pub used: Use,
    /// What an ignore file must name to keep the walk from it, relative to the root: the file itself, or, of what is read
    /// although it is ignored, the folder above.
    pub reached_by: &'path Utf8Path,
}

/// Whether and how a file is used, by the root's name and its path relative to the root: the steps of a walk at once.
pub fn below<'path>(root: &str, relative: &'path Utf8Path) -> Option<Wanted<'path>> {
    let name = relative.file_name()?;
    if relative.components().any(|component| !matches!(component, Utf8Component::Normal(_))) {
        return None;
    }
    if outputs::is_output_folder(root) {
        let path = Utf8Path::new(root).join(relative);
        return Some(Wanted { used: in_output(&path)?, reached_by: Utf8Path::new("") });
    }
    let mut folders: Vec<&Utf8Path> =
        relative.ancestors().skip(1).filter(|folder| !folder.as_str().is_empty()).collect();
    folders.reverse();
    let mut parent = root;
    for path in folders {
        let name = path.file_name()?;
        match folder(name, parent, false) {
            Folder::Entered => parent = name,
            Folder::Output => {
                let above = path.parent()?;
                return Some(Wanted { used: in_output(relative.strip_prefix(above).ok()?)?, reached_by: above });
            }
            Folder::LeftOut(_) | Folder::Passed => return None,
        }
    }
    let is_wanted = outputs::is_wanted_file(name);
    if name.starts_with('.') && !is_wanted {
        return None;
    }
    let used = file(name).ok()??;
    Some(Wanted { used, reached_by: if is_wanted { relative.parent()? } else { relative } })
}

/// How a file of build output is used; `path` is relative to the parent of the output's folder.
fn in_output(path: &Utf8Path) -> Option<Use> {
    let is_entered = |folder: &Utf8Path| folder.as_str().is_empty() || outputs::enters_output(folder);
    path.ancestors().skip(1).all(is_entered).then(|| outputs::output_use(path))?
}

/// How many bytes a file of this name may have.
pub fn largest(name: &str) -> u64 {
    if matches!(kind(name), Some(Kind::Program | Kind::Script)) { LARGEST_PROGRAM } else { LARGEST_FILE }
}

/// Looks at a file's bytes: its text where it is to be parsed. A file that is named is kept whatever it holds.
///
/// # Errors
/// Why it is left out.
pub fn sift(path: &Utf8Path, used: Use, is_named: bool, content: Cow<'_, [u8]>) -> Result<Found, LeftOut> {
    let name = path.file_name().unwrap_or_default();
    let wide = reading::utf16(&content);
    let searched = wide.as_ref().map_or(&*content, |text| text.as_bytes());
    if used == Use::Searched && !prefilter::mentions(searched) {
        return Ok(Found::unread(path.to_owned()));
    }
    match noise::content(name, searched).filter(|_| !is_named) {
        Some(why) => Err(why),
        None => Ok(Found { read: Some(reading::decode(content.into_owned())), ..Found::unread(path.to_owned()) }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_judged_as_the_walk_would() {
        let wanted =
            |root, path| below(root, Utf8Path::new(path)).map(|wanted| (wanted.used, wanted.reached_by.as_str()));
        for (path, expected) in [
            ("infra/auth.yaml", Some((Use::Searched, "infra/auth.yaml"))),
            ("web/package.json", Some((Use::OnDemand, "web/package.json"))),
            ("web/.env", Some((Use::Parsed, "web"))),
            (".env", Some((Use::Parsed, ""))),
            ("cdk.out/Auth.template.json", Some((Use::Parsed, ""))),
            ("infra/cdk.out/asset.1a/index.js", Some((Use::Searched, "infra"))),
            ("infra/cdk.out/asset.1a/node_modules/x/index.js", None),
            ("node_modules/x/index.js", None),
            ("src/__tests__/deep/a.ts", None),
            ("src/a.test.ts", None),
            (".github/auth.yaml", None),
            (".eslintrc.json", None),
            ("environments/test/pool.yaml", Some((Use::Searched, "environments/test/pool.yaml"))),
            ("../auth.yaml", None),
            ("logo.png", None),
        ] {
            assert_eq!(wanted("project", path), expected, "{path}");
        }
        assert_eq!(wanted("tests", "auth.yaml"), Some((Use::Searched, "auth.yaml")));
        assert_eq!(wanted("cdk.out", "Auth.template.json"), Some((Use::Parsed, "")));
    }
}
