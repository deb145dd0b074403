//! Which files and findings the patterns of a configuration select.

use camino::{Utf8Path, Utf8PathBuf};
use ignore::gitignore::{Gitignore, GitignoreBuilder};

use crate::finding::Finding;
use crate::source::SourceMap;

use super::terms::{PathPattern, ResourcePattern};
use super::{Config, ConfigFile};

/// The patterns of a configuration, ready to be asked.
#[derive(Debug)]
pub struct Selections {
    folder: Utf8PathBuf,
    excluded: Gitignore,
    ignored: Vec<(Option<Gitignore>, Option<ResourcePattern>)>,
}

impl Selections {
    /// The patterns of a configuration's file.
    pub fn of(file: &ConfigFile) -> Self {
        let Config { exclude, ignore, .. } = &file.config;
        let patterns = |entry: &super::Ignored| {
            (entry.path.as_ref().map(|path| matcher(std::slice::from_ref(path))), entry.resource.clone())
        };
        let ignored = ignore.iter().map(patterns).collect();
        Self { folder: file.folder().to_owned(), excluded: matcher(exclude), ignored }
    }

    /// Whether a file, by its absolute path, is to be left out.
    pub fn excludes(&self, path: &Utf8Path) -> bool {
        self.selects_path(&self.excluded, path)
    }

    /// Whether an entry under `ignore`, by its number, selects a finding.
    pub fn ignores(&self, entry: usize, finding: &Finding, sources: &SourceMap) -> bool {
        let Some((path, resource)) = self.ignored.get(entry) else { return false };
        let is_there = || {
            let place = &sources.file(finding.place.loc.file).absolute;
            path.as_ref().is_none_or(|path| self.selects_path(path, place))
        };
        let is_about = |pattern: &ResourcePattern| finding.resource.as_deref().is_some_and(|id| pattern.0.is_match(id));
        resource.as_ref().is_none_or(is_about) && is_there()
    }

    fn selects_path(&self, patterns: &Gitignore, path: &Utf8Path) -> bool {
        let below = path.strip_prefix(&self.folder);
        below.is_ok_and(|below| patterns.matched_path_or_any_parents(below, false).is_ignore())
    }
}

/// A matcher of paths that are relative to the configuration's folder. Patterns were checked when they were read.
fn matcher(patterns: &[PathPattern]) -> Gitignore {
    let mut builder = GitignoreBuilder::new("");
    for PathPattern(pattern) in patterns {
        // To `.gitignore` a dot is a folder's name.
        let anchored = pattern.strip_prefix("./").map(|below| format!("/{below}"));
        let _ = builder.add_line(None, anchored.as_deref().unwrap_or(pattern));
    }
    builder.build().unwrap_or_else(|_| Gitignore::empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::testing::{finding, sources};

    fn selections(text: &str) -> Selections {
        Selections::of(&ConfigFile::parse("/project/cognito-lint.yml".into(), text.to_owned()).unwrap())
    }

    #[test]
    fn files_are_excluded_as_git_ignores_them() {
        let selections = selections("exclude: [legacy/, '*.gen.ts', /infra/old, '!infra/old/kept.yaml']");
        let excluded = ["legacy/a.ts", "web/legacy/deep/a.ts", "web/a.gen.ts", "infra/old/a.yaml"];
        assert!(excluded.iter().all(|path| selections.excludes(&Utf8Path::new("/project").join(path))));
        let kept = ["legacy", "web/a.ts", "web/infra/old/a.yaml", "infra/old/kept.yaml"];
        let wrong: Vec<_> =
            kept.iter().filter(|path| selections.excludes(&Utf8Path::new("/project").join(path))).collect();
        assert!(wrong.is_empty(), "{wrong:?}");
    }

    #[test]
    fn an_entry_needs_everything_that_it_names() {
        let selections = selections(
            "ignore:\n- { rule: a }\n- { rule: a, path: web/ }\n- { rule: a, path: /api }\n- { rule: a, resource: 'Web*' }\n\
             - { rule: a, resource: 'Web*', path: session.ts }\n- { rule: a, resource: Web }\n",
        );
        let web = Finding { resource: Some("WebClient".into()), ..finding("a", 1) };
        let selected = |finding: &Finding| -> Vec<usize> {
            (0..9).filter(|entry| selections.ignores(*entry, finding, &sources())).collect()
        };
        assert_eq!(selected(&web), [0, 1, 3, 4]);
        assert_eq!(selected(&finding("a", 1)), [0, 1]);
    }
}
