//! The code that an asset of a cloud assembly was copied or bundled from.

use std::collections::HashSet;

use camino::{Utf8Path, Utf8PathBuf};

use crate::source::{FileId, reading};
use crate::syntax::json;
use crate::syntax::tree::Node;

use super::World;
use crate::read::paths::normal;

/// How many files of one name are compared with a copy.
const MOST_CANDIDATES: usize = 200;

/// Where the code of an asset folder comes from, the handler's first: a folder of the tree with the same files, or the files
/// that were bundled. Empty where that cannot be told.
pub(super) fn originals(world: &World<'_>, asset: &Utf8Path, handler: Option<&str>) -> Vec<Utf8PathBuf> {
    let Some((module, _)) = handler.and_then(|handler| handler.rsplit_once('.')) else { return Vec::new() };
    let file = handler_file(world, asset, module);
    let folder = file.and_then(|(path, file)| copied_from(world, asset, path, file));
    let bundled = || {
        let named = file.map(|(_, file)| named_in_comments(world.sources.file(file).text())).unwrap_or_default();
        if named.is_empty() { named_in_map(asset, module) } else { named }
    };
    folder.map(|folder| vec![folder]).unwrap_or_else(|| in_tree(world, asset, &bundled()))
}

/// The file of the asset that holds the handler's module; Python also writes `src.app` for `src/app`.
fn handler_file<'w>(world: &World<'w>, asset: &Utf8Path, module: &str) -> Option<(&'w Utf8Path, FileId)> {
    let modules = [asset.join(module), asset.join(module.replace('.', "/"))];
    let mut files = world.paths.below(asset);
    files.find(|(path, _)| modules.contains(&path.with_extension("")))
}

/// The folder outside all assemblies that has the handler's file at the same place, byte for byte, and the most of the
/// other files.
fn copied_from(world: &World<'_>, asset: &Utf8Path, path: &Utf8Path, file: FileId) -> Option<Utf8PathBuf> {
    let below = path.strip_prefix(asset).ok()?;
    let text = world.sources.file(file).text();
    let candidates = world.paths.named(path.file_name()?).iter().take(MOST_CANDIDATES);
    let folders = candidates.filter_map(|candidate| {
        let candidate = world.sources.file(*candidate);
        let folder = Utf8Path::new(candidate.absolute.as_str().strip_suffix(below.as_str())?);
        let is_equal = candidate.absolute.ends_with(below) && !is_built(folder) && candidate.text() == text;
        is_equal.then(|| normal(folder))
    });
    let mut folders: Vec<Utf8PathBuf> = folders.collect();
    if folders.len() < 2 {
        return folders.pop();
    }
    let mut ranked: Vec<(usize, Utf8PathBuf)> =
        folders.into_iter().map(|folder| (shared_files(world, asset, &folder), folder)).collect();
    ranked.sort();
    let (most, folder) = ranked.pop()?;
    let is_only = ranked.last().is_none_or(|(next, _)| *next < most);
    is_only.then_some(folder)
}

fn shared_files(world: &World<'_>, asset: &Utf8Path, folder: &Utf8Path) -> usize {
    let is_shared = |(path, file): &(&Utf8Path, FileId)| {
        let original = path.strip_prefix(asset).ok().and_then(|below| world.sources.find(&folder.join(below)));
        original.is_some_and(|original| world.sources.file(original).text() == world.sources.file(*file).text())
    };
    world.paths.below(asset).filter(is_shared).count()
}

/// The files of a bundle, as esbuild names them in comments; the entry is the last of them.
fn named_in_comments(text: &str) -> Vec<String> {
    let comments = text.lines().filter_map(|line| line.strip_prefix("// "));
    comments.filter(|comment| is_module(comment)).map(str::to_owned).collect()
}

/// The same from the source map of a bundle, which may be minified and is none of the files of the scan.
fn named_in_map(asset: &Utf8Path, module: &str) -> Vec<String> {
    let maps = ["js.map", "mjs.map", "cjs.map"].map(|extension| asset.join(format!("{module}.{extension}")));
    let Some(map) = maps.iter().find_map(|path| reading::read(path).ok()) else { return Vec::new() };
    let tree = json::parse(&map.text);
    let sources = tree.documents.first().and_then(|map| map.get("sources")).map(Node::items).unwrap_or_default();
    sources.iter().filter_map(Node::text).map(str::to_owned).collect()
}

/// Those of the files of a bundle that are in the tree, the entry first.
fn in_tree(world: &World<'_>, asset: &Utf8Path, named: &[String]) -> Vec<Utf8PathBuf> {
    let Some(project) = asset.ancestors().find_map(|folder| world.assemblies.project_of(folder)) else {
        return Vec::new();
    };
    let mut originals: Vec<Utf8PathBuf> = Vec::new();
    let mut seen = HashSet::new();
    for source in named.iter().rev().filter(|source| !source.contains("node_modules/")) {
        let written = normal(&Utf8Path::new("/").join(source.trim_start_matches("../")));
        let Some(found) = world.paths.like(world.sources, &written, project) else { continue };
        let original = &world.sources.file(found).absolute;
        if !is_built(original) && seen.insert(found) {
            originals.push(original.to_path_buf());
        }
    }
    originals
}

fn is_module(comment: &str) -> bool {
    let extension = Utf8Path::new(comment).extension();
    !comment.contains(' ')
        && extension
            .is_some_and(|extension| matches!(extension, "ts" | "tsx" | "mts" | "cts" | "js" | "jsx" | "mjs" | "cjs"))
}

/// Whether a path leads into an asset of some assembly.
fn is_built(path: &Utf8Path) -> bool {
    path.components().any(|part| part.as_str() == "cdk.out" || part.as_str().starts_with("asset."))
}

#[cfg(test)]
mod tests {
    use camino::Utf8PathBuf;

    use crate::read::CodePath;
    use crate::read::cloudformation::{Parameters, read};
    use crate::read::trees::Trees;
    use crate::source::{FileId, SourceFile, SourceMap};
    use crate::syntax::json;

    #[test]
    fn a_minified_bundle_is_known_by_its_source_map() {
        let folder = tempfile::tempdir().unwrap();
        let root = Utf8PathBuf::from_path_buf(folder.path().to_path_buf()).unwrap();
        let write = |path: &str, text: &str| {
            std::fs::create_dir_all(root.join(path).parent().unwrap()).unwrap();
            std::fs::write(root.join(path), text).unwrap();
            SourceFile::on_disk(path.into(), root.join(path))
        };
        let template = r#"{"Resources": {"F": {"Type": "AWS::Lambda::Function", "Properties": {"Handler": "index.handler"},
            "Metadata": {"aws:asset:path": "asset.5c", "aws:asset:property": "Code"}}}}"#;
        let map = r#"{"version": 3, "sources": ["../../../node_modules/x/index.js", "../../lambda/tokens.ts", "../../lambda/session.ts"]}"#;
        write("cdk.out/asset.5c/index.js", "var a=1;//# sourceMappingURL=index.js.map");
        write("cdk.out/asset.5c/index.js.map", map);
        let sources = SourceMap::new(vec![
            write("cdk.out/Api.template.json", template),
            write("cdk.out/manifest.json", r#"{"version": "55.0.0", "artifacts": {}}"#),
            write("lambda/session.ts", "export const handler = 1;"),
            write("lambda/tokens.ts", "export const tokens = 1;"),
        ]);
        let trees = Trees::new(&sources, [(FileId(0), json::parse(template))]);
        let reading = read(&trees, &sources, &Parameters::default(), &[]);
        let paths: Vec<&CodePath> = reading.facts.code.iter().map(|code| &code.path).collect();
        let expected = ["lambda/session.ts", "lambda/tokens.ts"].map(|path| CodePath::Path(root.join(path)));
        assert_eq!(paths, expected.iter().collect::<Vec<_>>());
        assert!(
            reading.is_copy(&root.join("cdk.out/asset.5c/index.js"))
                && !reading.is_copy(&root.join("lambda/session.ts"))
        );
    }
}
