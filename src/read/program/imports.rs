//! Which file, or which library, an import means.

use std::cell::OnceCell;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};

use super::domain::ModuleId;
use crate::source::{FileId, SourceMap};
use crate::syntax::code::ir::Language;
use crate::syntax::json;
use crate::syntax::tree::Node;
use crate::words;

const EXTENSIONS: &[&str] = &["ts", "tsx", "mts", "cts", "js", "jsx", "mjs", "cjs", "vue", "svelte", "json"];
/// Configuration files that extend each other.
const LONGEST_EXTENDS: u32 = 6;

/// What an import means.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Target {
    File(FileId),
    /// Something outside the scan, by its name.
    Library(Arc<str>),
    /// A file that should be in the scan and is not.
    Missing,
}

/// Finds the files behind imports.
pub(super) struct Resolver<'a> {
    sources: &'a SourceMap,
    /// `None` for a file that is no program text.
    modules: HashMap<FileId, Option<ModuleId>>,
    found: HashMap<(FileId, Arc<str>), Target>,
    /// Import aliases by the folder of their configuration file.
    aliases: HashMap<Utf8PathBuf, Option<Arc<Aliases>>>,
    packages: OnceCell<HashMap<Arc<str>, Utf8PathBuf>>,
    /// The folders that layers add to where functions find modules.
    layers: OnceCell<Vec<Utf8PathBuf>>,
}

/// `compilerOptions` of a TypeScript or JavaScript project.
#[derive(Debug)]
struct Aliases {
    base: Option<Utf8PathBuf>,
    /// Pattern and its targets; both may hold one `*`.
    paths: Vec<(Arc<str>, Vec<Utf8PathBuf>)>,
}

impl<'a> Resolver<'a> {
    pub(super) fn new(sources: &'a SourceMap) -> Self {
        Self {
            sources,
            modules: HashMap::new(),
            found: HashMap::new(),
            aliases: HashMap::new(),
            packages: OnceCell::new(),
            layers: OnceCell::new(),
        }
    }

    /// The module of a file that was met before; `Some(None)` where it has none.
    pub(super) fn loaded(&self, file: FileId) -> Option<Option<ModuleId>> {
        self.modules.get(&file).copied()
    }

    pub(super) fn remember(&mut self, file: FileId, module: Option<ModuleId>) {
        self.modules.insert(file, module);
    }

    /// What `module` means in a file.
    pub(super) fn resolve(&mut self, from: FileId, module: &str, language: Language) -> Target {
        if let Some(found) = self.found.get(&(from, module.into())) {
            return found.clone();
        }
        let target = match language {
            Language::Python => self.python(from, module),
            Language::TypeScript | Language::JavaScript => self.ecmascript(from, module),
        };
        self.found.insert((from, module.into()), target.clone());
        target
    }

    fn folder(&self, file: FileId) -> &'a Utf8Path {
        let sources: &'a SourceMap = self.sources;
        sources.file(file).absolute.parent().unwrap_or(Utf8Path::new("/"))
    }

    fn python(&self, from: FileId, module: &str) -> Target {
        let dots = module.bytes().take_while(|byte| *byte == b'.').count();
        let relative: Utf8PathBuf = module[dots..].split('.').filter(|part| !part.is_empty()).collect();
        let folder = self.folder(from);
        if dots > 0 {
            let base = folder.ancestors().nth(dots - 1).unwrap_or(folder);
            return self.python_file(&base.join(relative)).map_or(Target::Missing, Target::File);
        }
        for base in folder.ancestors() {
            for base in [base.to_owned(), base.join("src")] {
                // A file named like the library that it imports does not mean itself.
                if let Some(file) = self.python_file(&base.join(&relative)).filter(|file| *file != from) {
                    return Target::File(file);
                }
            }
        }
        let in_layer = self.in_layer("python", |folder| self.python_file(&folder.join(&relative)));
        in_layer.map_or_else(|| Target::Library(module.into()), Target::File)
    }

    /// The file that only one of the layers for a language has.
    fn in_layer(&self, language: &str, file: impl Fn(&Utf8Path) -> Option<FileId>) -> Option<FileId> {
        let layers = self.layers.get_or_init(|| layer_folders(self.sources));
        let mut found = layers.iter().filter(|folder| folder.ends_with(language)).filter_map(|folder| file(folder));
        found.next().filter(|_| found.next().is_none())
    }

    fn python_file(&self, path: &Utf8Path) -> Option<FileId> {
        let as_module = Utf8PathBuf::from(format!("{path}.py"));
        self.sources.find(&as_module).or_else(|| self.sources.find(&path.join("__init__.py")))
    }

    fn ecmascript(&mut self, from: FileId, module: &str) -> Target {
        let folder = self.folder(from);
        if module.starts_with('.') {
            return self.script(&normal(&folder.join(module))).map_or(Target::Missing, Target::File);
        }
        let module = module.strip_prefix("node:").unwrap_or(module);
        if let Some(aliases) = self.aliases_of(folder)
            && let Some(file) = self.aliased(&aliases, module)
        {
            return Target::File(file);
        }
        if let Some(path) = module.strip_prefix("/opt/nodejs/") {
            let in_layer = self.in_layer("nodejs", |folder| self.script(&folder.join(path)));
            return in_layer.map_or(Target::Missing, Target::File);
        }
        if let Some(file) = self.in_sources(folder, module).or_else(|| self.in_workspace(module)) {
            return Target::File(file);
        }
        let is_alias = module.starts_with("@/") || module.starts_with("~/") || module.starts_with("#/");
        if is_alias { Target::Missing } else { Target::Library(module.into()) }
    }

    /// A file by its path with or without extension, or a folder's index.
    fn script(&self, path: &Utf8Path) -> Option<FileId> {
        if let Some(file) = self.sources.find(path) {
            return Some(file);
        }
        let with = |extension: &str| self.sources.find(Utf8Path::new(&format!("{path}.{extension}")));
        if let Some(file) = EXTENSIONS.iter().find_map(|extension| with(extension)) {
            return Some(file);
        }
        // TypeScript is imported by the name of what it compiles to.
        let source = match path.extension() {
            Some("js") => &["ts", "tsx"][..],
            Some("mjs") => &["mts"],
            Some("cjs") => &["cts"],
            _ => &[],
        };
        let replaced = source.iter().find_map(|extension| self.sources.find(&path.with_extension(extension)));
        let index =
            || EXTENSIONS.iter().find_map(|extension| self.sources.find(&path.join(format!("index.{extension}"))));
        replaced.or_else(index)
    }

    /// `@/x`, `~/x`, `src/x` from a project's root or its `src`, without configuration.
    fn in_sources(&self, folder: &Utf8Path, module: &str) -> Option<FileId> {
        let alias = ["@/", "~/", "#/", "@@/", "~~/", "$lib/"].iter().find_map(|alias| module.strip_prefix(alias));
        let plain = module.starts_with("src/").then_some(module);
        let rest = alias.or(plain)?;
        folder.ancestors().find_map(|base| {
            let inner: &[&str] = if alias.is_some() { &["src", "app", "src/lib", ""] } else { &[""] };
            inner.iter().find_map(|inner| self.script(&base.join(inner).join(rest)))
        })
    }

    /// A package of this repository.
    fn in_workspace(&self, module: &str) -> Option<FileId> {
        let packages = self.packages.get_or_init(|| package_folders(self.sources));
        let parts = if module.starts_with('@') { 2 } else { 1 };
        let end = module.match_indices('/').nth(parts - 1).map_or(module.len(), |(at, _)| at);
        let (name, rest) = module.split_at(end);
        let folder = packages.get(name)?;
        let rest = rest.trim_start_matches('/');
        ["src", "", "lib"].iter().find_map(|inner| {
            let base = if inner.is_empty() { folder.clone() } else { folder.join(inner) };
            self.script(&if rest.is_empty() { base.join("index") } else { base.join(rest) })
        })
    }

    fn aliased(&self, aliases: &Aliases, module: &str) -> Option<FileId> {
        for (pattern, targets) in &aliases.paths {
            let Some(star) = matched(pattern, module) else { continue };
            for target in targets {
                let path = Utf8PathBuf::from(target.as_str().replacen('*', star, 1));
                if let Some(file) = self.script(&normal(&path)) {
                    return Some(file);
                }
            }
        }
        aliases.base.as_ref().and_then(|base| self.script(&normal(&base.join(module))))
    }

    /// The aliases that hold in a folder: those of the nearest configuration file.
    fn aliases_of(&mut self, folder: &Utf8Path) -> Option<Arc<Aliases>> {
        if let Some(known) = self.aliases.get(folder) {
            return known.clone();
        }
        let own = ["tsconfig.json", "jsconfig.json", "tsconfig.app.json", "tsconfig.base.json"]
            .iter()
            .find_map(|name| self.sources.find(&folder.join(name)))
            .and_then(|file| self.read_aliases(file, LONGEST_EXTENDS));
        let aliases = match (own, folder.parent()) {
            (Some(own), _) => Some(Arc::new(own)),
            (None, Some(parent)) => self.aliases_of(parent),
            (None, None) => None,
        };
        self.aliases.insert(folder.to_owned(), aliases.clone());
        aliases
    }

    fn read_aliases(&self, file: FileId, chain: u32) -> Option<Aliases> {
        let chain = chain.checked_sub(1)?;
        let folder = self.folder(file);
        let tree = json::parse(self.sources.file(file).text());
        let root = tree.documents.first()?;
        let options = root.get("compilerOptions");
        let base = options.and_then(|options| options.get("baseUrl")?.text()).map(|base| normal(&folder.join(base)));
        let from = base.as_deref().unwrap_or(folder);
        let paths: Vec<(Arc<str>, Vec<Utf8PathBuf>)> = options
            .and_then(|options| options.get("paths"))
            .map_or(&[][..], Node::pairs)
            .iter()
            .map(|pair| {
                (pair.key.clone(), pair.value.items().iter().filter_map(Node::text).map(|to| from.join(to)).collect())
            })
            .collect();
        if base.is_some() || !paths.is_empty() {
            return Some(Aliases { base, paths });
        }
        let referenced =
            root.get("references").map_or(&[][..], Node::items).iter().filter_map(|item| item.get("path")?.text());
        root.get("extends").and_then(Node::text).into_iter().chain(referenced).find_map(|next| {
            let path = normal(&folder.join(next));
            let found = self.sources.find(&path).or_else(|| self.sources.find(Utf8Path::new(&format!("{path}.json"))));
            found
                .or_else(|| self.sources.find(&path.join("tsconfig.json")))
                .and_then(|file| self.read_aliases(file, chain))
        })
    }
}

/// What the `*` of a pattern stands for in a module's name; empty for a pattern without one that is the name.
fn matched<'m>(pattern: &str, module: &'m str) -> Option<&'m str> {
    match pattern.split_once('*') {
        Some((before, after)) => module.strip_prefix(before)?.strip_suffix(after),
        None => (pattern == module).then_some(""),
    }
}

/// The folders of the repository's own packages, by the packages' names.
fn package_folders(sources: &SourceMap) -> HashMap<Arc<str>, Utf8PathBuf> {
    let manifests = sources.iter().filter(|(_, file)| file.absolute.file_name() == Some("package.json"));
    let mut folders = HashMap::new();
    for (_, file) in manifests {
        let tree = json::parse(file.text());
        let name = tree.documents.first().and_then(|root| root.get("name")?.text().map(Arc::from));
        if let (Some(name), Some(folder)) = (name, file.absolute.parent()) {
            folders.entry(name).or_insert_with(|| folder.to_owned());
        }
    }
    folders
}

/// The folders `python` and `nodejs` of Lambda layers, whose folder says so.
fn layer_folders(sources: &SourceMap) -> Vec<Utf8PathBuf> {
    let is_layer = |part: &str| words::split(part).iter().any(|word| matches!(&**word, "layer" | "layers"));
    let folders = sources.iter().filter_map(|(_, file)| {
        let folders = file.path.parent()?.ancestors().zip(file.absolute.parent()?.ancestors());
        let (_, folder) = folders
            .filter(|(path, _)| path.file_name().is_some_and(|name| matches!(name, "python" | "nodejs")))
            .find(|(path, _)| path.iter().any(is_layer))?;
        Some(folder.to_owned())
    });
    folders.collect::<BTreeSet<_>>().into_iter().collect()
}

/// A path without `.` and `..`.
pub(super) fn normal(path: &Utf8Path) -> Utf8PathBuf {
    let mut parts = Utf8PathBuf::new();
    for part in path.components() {
        match part.as_str() {
            "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts
}
