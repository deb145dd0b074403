//! Which values are given to a root module: by the files that Terraform reads by itself, by those that are chosen when it
//! is run, and on the command line.

use std::collections::BTreeMap;

use camino::Utf8Path;

use crate::source::{FileId, Loc};
use crate::syntax::hcl;
use crate::syntax::offsets::Offsets;
use crate::value::{Kind, Value};

use super::World;
use super::configuration::Module;
use super::paths::relative;
use super::values::{ByName, Values, constant, of_file};

/// Ends of the names of files with values.
const ENDS: &[&str] = &[".tfvars", ".tfvars.json", ".tofuvars", ".tofuvars.json"];

/// What a file's name must begin with to be read in any case.
const DEFAULT: &str = "terraform";

/// How many folders above a root module files with values for it are looked for.
const MOST_FOLDERS: usize = 2;

/// What a variable's variable of the environment begins with.
const ENVIRONMENT: &str = "TF_VAR_";

/// What names of files and folders begin with that only show which values there are.
const SAMPLES: &[&str] = &["example", "sample"];

fn is_sample(path: &str) -> bool {
    path.split('/').any(|part| SAMPLES.iter().any(|sample| part.starts_with(sample)))
}

/// A file's name without its end.
fn stem(name: &str) -> Option<&str> {
    ENDS.iter().find_map(|end| name.strip_suffix(end))
}

/// Whether Terraform reads a file with this name by itself.
fn is_automatic(stem: &str) -> bool {
    stem == DEFAULT || stem.ends_with(".auto")
}

/// The files with values, by their folders.
pub(super) fn files<'a>(world: &World<'a>) -> BTreeMap<&'a Utf8Path, Vec<FileId>> {
    let mut files: BTreeMap<&Utf8Path, Vec<FileId>> = BTreeMap::new();
    for (id, file) in world.sources.iter() {
        if file.absolute.file_name().and_then(stem).is_some()
            && let Some(folder) = file.absolute.parent()
        {
            files.entry(folder).or_default().push(id);
        }
    }
    files
}

impl<'a> World<'a> {
    /// The values for the variables of a root module.
    pub fn values(&self, module: &Module<'a>) -> Values {
        let mut values = Values::default();
        let (automatic, choices) = self.files_for(module);
        let chosen: Vec<&FileId> = choices.iter().filter(|file| self.is_chosen(module, **file)).collect();
        for file in automatic.iter().chain(chosen.iter().copied()) {
            values.add(self.values_in(*file));
        }
        if chosen.is_empty() {
            for file in &choices {
                let name = relative(&self.sources.file(*file).absolute, &module.folder);
                values.add_file(name.into(), self.values_in(*file));
            }
        }
        values.add(self.environment(module));
        for file in &self.given.files {
            values.add(self.values_in(*file));
        }
        values.add(self.parameters(module));
        values
    }

    /// Whether Terraform reads files with values by itself in a folder.
    pub fn has_values(&self, folder: &Utf8Path) -> bool {
        let names = self.value_files().get(folder).into_iter().flatten();
        let mut names = names.filter_map(|file| self.sources.file(*file).absolute.file_name().and_then(stem));
        names.any(is_automatic)
    }

    /// The files that Terraform reads by itself, and those of which one may be chosen.
    fn files_for(&self, module: &Module<'a>) -> (Vec<FileId>, Vec<FileId>) {
        let (mut automatic, mut choices) = (Vec::new(), Vec::new());
        for (folder, files) in self.value_files() {
            let is_own = *folder == module.folder;
            let is_near = !is_own && !self.has_module(folder) && self.is_for(folder, &module.folder);
            if !is_own && !is_near {
                continue;
            }
            for file in files {
                let name = self.sources.file(*file).absolute.file_name().and_then(stem).unwrap_or_default();
                if self.given.files.contains(file) {
                    continue;
                }
                if is_own && is_automatic(name) {
                    automatic.push(*file);
                } else if self.fits(*file, module) {
                    choices.push(*file);
                }
            }
        }
        // Terraform reads `terraform.tfvars` before the others, and those in the order of their names.
        automatic.sort_by_key(|file| {
            let name = self.sources.file(*file).absolute.file_name().unwrap_or_default();
            (stem(name) != Some(DEFAULT), name.to_owned())
        });
        (automatic, choices)
    }

    /// Whether files with values in a folder without a module may be for a module: those below it with no other module
    /// between, and those in a folder near by.
    fn is_for(&self, folder: &Utf8Path, module: &Utf8Path) -> bool {
        let mut above = folder.ancestors().skip(1);
        if folder.starts_with(module) {
            return above.find(|above| self.has_module(above)) == Some(module);
        }
        let near = module.ancestors().skip(1).take(MOST_FOLDERS);
        near.into_iter().any(|near| folder.starts_with(near) && !folder.ancestors().any(|above| self.has_module(above)))
    }

    /// Whether a file gives values to variables of a module, and to no others.
    fn fits(&self, file: FileId, module: &Module<'a>) -> bool {
        let path = relative(&self.sources.file(file).absolute, &module.folder);
        let values = self.values_in(file);
        let mut names = values.keys();
        !values.is_empty() && !is_sample(&path) && names.all(|name| module.variables.contains_key(name))
    }

    /// Whether a file is for the environment that was chosen: by its name, or that of a folder it stands in.
    fn is_chosen(&self, module: &Module<'a>, file: FileId) -> bool {
        let Some(environment) = &self.given.environment else { return false };
        let path = relative(&self.sources.file(file).absolute, &module.folder);
        path.split('/').any(|part| part == &**environment || stem(part) == Some(environment))
    }

    fn values_in(&self, file: FileId) -> ByName {
        if let Some(parsed) = self.files.get(file, self.sources) {
            return of_file(file, parsed);
        }
        // A file that is named may have any name.
        let source = self.sources.file(file);
        of_file(file, &hcl::parse_values(&source.path, source.text()))
    }

    /// The values in a file of the environment that was chosen: `TF_VAR_stage=prod` in `.env.prod`.
    fn environment(&self, module: &Module<'a>) -> ByName {
        let Some(environment) = &self.given.environment else { return ByName::new() };
        let mut found = ByName::new();
        let folders = module.folder.ancestors().take(1 + MOST_FOLDERS);
        let names = [format!(".env.{environment}"), format!("{environment}.env")];
        let paths = folders.flat_map(|folder| names.iter().map(move |name| folder.join(name)));
        for (file, tree) in paths.filter_map(|path| self.trees.at(&path, self.sources)) {
            for pair in tree.documents.iter().flat_map(|root| root.pairs()) {
                let text = pair.key.strip_prefix(ENVIRONMENT).zip(pair.value.scalar());
                if let Some((name, text)) = text.filter(|(name, _)| module.variables.contains_key(*name)) {
                    let loc = Loc { file, span: pair.value.span };
                    found.entry(name.into()).or_insert_with(|| given(&text, loc));
                }
            }
        }
        found
    }

    /// The values of `--parameters`.
    fn parameters(&self, module: &Module<'a>) -> ByName {
        let variables = module.variables.iter();
        let found = variables.filter_map(|(name, block)| {
            let value = self.given.parameters.for_all(name)?;
            Some((name.clone(), given(value, block.loc())))
        });
        found.collect()
    }
}

/// A value from outside: a list or map as Terraform takes it, else the text.
fn given(text: &str, loc: Loc) -> Value {
    let is_structured = text.trim_start().starts_with(['[', '{']);
    let piece = is_structured.then(|| hcl::parse_expression(text, &Offsets::identity()));
    let value = piece.map(|piece| constant(&piece.expression, loc.file));
    match value {
        Some(mut value) if matches!(value.kind, Kind::List(_) | Kind::Map(_)) => {
            place(&mut value, loc);
            value
        }
        _ => Value::text_at(text, loc),
    }
}

/// Puts a value with all that is in it at a place.
fn place(value: &mut Value, loc: Loc) {
    value.loc = loc;
    match &mut value.kind {
        Kind::List(list) => list.items.iter_mut().for_each(|(item, _)| place(item, loc)),
        Kind::Map(map) => map.entries.iter_mut().for_each(|entry| {
            entry.key_loc = loc;
            place(&mut entry.value, loc);
        }),
        _ => {}
    }
}
