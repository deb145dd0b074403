//! Django's settings: names of the project's own settings module.

use std::sync::Arc;

use super::super::domain::{ImportedName, Symbol, Val};
use super::super::evaluator::Evaluator;
use super::super::functions::Site;
use crate::source::FileId;
use crate::syntax::code::ir::Imported;

/// `settings.NAME`, where a settings module of the scan has that name.
pub(super) fn setting(ev: &mut Evaluator<'_>, symbol: &Symbol, key: &Arc<str>, site: Site) -> Option<Val> {
    if &*symbol.package != "django.conf" || &*symbol.path != "settings" {
        return None;
    }
    let from = ev.file(site.scope);
    let mut files = modules(ev);
    files.sort_by_key(|file| std::cmp::Reverse(super::shared_folders(ev, from, *file)));
    files.into_iter().find_map(|file| {
        let what = Imported::Name(key.clone());
        let mentions = ev.sources.file(file).text().contains(&**key);
        mentions.then(|| ev.import(&ImportedName { file, what }, site.loc)).filter(|val| !is_missing(val))
    })
}

fn is_missing(val: &Val) -> bool {
    matches!(val.source(), Some(super::super::domain::Source::Import(_)))
}

fn modules(ev: &mut Evaluator<'_>) -> Vec<FileId> {
    if let Some(known) = &ev.library_state.django {
        return known.clone();
    }
    let is_settings = |path: &camino::Utf8Path| {
        let in_package = path.parent().and_then(|folder| folder.file_name()) == Some("settings");
        path.file_name() == Some("settings.py") || (in_package && path.extension() == Some("py"))
    };
    let found: Vec<FileId> = ev.sources.iter().filter(|(_, file)| is_settings(&file.path)).map(|(id, _)| id).collect();
    ev.library_state.django = Some(found.clone());
    found
}
