//! The version of a library that a file uses: from the nearest lock file at or above it, else the nearest manifest.

use std::collections::HashMap;
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};

use crate::source::{FileId, SourceMap};
use crate::syntax::json;
use crate::syntax::tree::Node;

/// Reads a package's version from the text of a file.
type Reader = fn(&str, &str) -> Option<String>;

/// Lock files, then manifests.
const LOCKS: &[(&str, Reader)] = &[
    ("package-lock.json", npm_lock),
    ("npm-shrinkwrap.json", npm_lock),
    ("yarn.lock", yarn_lock),
    ("pnpm-lock.yaml", pnpm_lock),
    ("poetry.lock", toml_lock),
    ("uv.lock", toml_lock),
    ("Pipfile.lock", pipfile_lock),
];
const MANIFESTS: &[(&str, Reader)] = &[
    ("package.json", package_json),
    ("requirements.txt", requirements),
    ("pyproject.toml", requirement_lines),
    ("Pipfile", requirement_lines),
];

/// Finds versions, each once.
pub(super) struct Versions<'a> {
    sources: &'a SourceMap,
    known: HashMap<(Utf8PathBuf, Arc<str>), Option<Arc<str>>>,
}

impl<'a> Versions<'a> {
    pub(super) fn new(sources: &'a SourceMap) -> Self {
        Self { sources, known: HashMap::new() }
    }

    /// The version of a package for a file, as written: exact from a lock file, a range from a manifest.
    pub(super) fn of(&mut self, file: FileId, package: &str) -> Option<Arc<str>> {
        let folder = self.sources.file(file).absolute.parent()?;
        let key = (folder.to_owned(), Arc::from(package_of(package)));
        if let Some(known) = self.known.get(&key) {
            return known.clone();
        }
        let found = [LOCKS, MANIFESTS].iter().find_map(|files| self.nearest(folder, files, &key.1));
        let found: Option<Arc<str>> = found.map(Arc::from);
        self.known.insert(key, found.clone());
        found
    }

    /// The folder of the package that a file belongs to.
    pub(super) fn package_folder(&self, file: FileId) -> Option<&'a Utf8Path> {
        let mut folders = self.sources.file(file).absolute.ancestors().skip(1);
        folders.find(|folder| self.sources.find(&folder.join("package.json")).is_some())
    }

    fn nearest(&self, folder: &Utf8Path, files: &[(&str, Reader)], package: &str) -> Option<String> {
        folder.ancestors().find_map(|folder| {
            files.iter().find_map(|(name, read)| {
                let file = self.sources.find(&folder.join(name))?;
                read(self.sources.file(file).text(), package)
            })
        })
    }
}

/// The package of a module: `aws-amplify` of `aws-amplify/auth`.
pub(super) fn package_of(module: &str) -> &str {
    let parts = if module.starts_with('@') { 2 } else { 1 };
    module.match_indices('/').nth(parts - 1).map_or(module, |(at, _)| module.split_at(at).0)
}

/// The numbers of a version or of the start of a range; and whether it is a range that later versions satisfy.
pub(super) fn numbers(version: &str) -> Option<([u32; 3], bool)> {
    let is_range = version.starts_with(['^', '~', '>', '*']) || matches!(version, "latest" | "next");
    let digits = version.trim_start_matches(|letter: char| !letter.is_ascii_digit());
    if digits.is_empty() {
        return is_range.then_some(([0; 3], true));
    }
    let mut numbers = [0; 3];
    for (place, part) in numbers.iter_mut().zip(digits.split('.')) {
        let part: String = part.chars().take_while(char::is_ascii_digit).collect();
        *place = part.parse().unwrap_or(0);
    }
    Some((numbers, is_range))
}

fn root(text: &str) -> Option<Node> {
    json::parse(text).documents.into_iter().next()
}

fn npm_lock(text: &str, package: &str) -> Option<String> {
    if !text.contains(package) {
        return None;
    }
    let root = root(text)?;
    let inner = format!("node_modules/{package}");
    let modern = root.get("packages").and_then(|packages| packages.at(&[&inner, "version"]));
    modern.or_else(|| root.at(&["dependencies", package, "version"]))?.text().map(str::to_owned)
}

fn yarn_lock(text: &str, package: &str) -> Option<String> {
    let is_entry = |line: &str| {
        let line = line.trim_start_matches('"');
        line.strip_prefix(package).is_some_and(|rest| rest.starts_with('@'))
    };
    let mut lines = text.lines().skip_while(|line| !is_entry(line)).skip(1);
    let version = lines.find_map(|line| line.trim_start().strip_prefix("version"))?;
    Some(version.trim_matches([' ', ':', '"']).to_owned())
}

fn pnpm_lock(text: &str, package: &str) -> Option<String> {
    text.lines().find_map(|line| {
        let line = line.trim_start().trim_start_matches(['\'', '"', '/']);
        let rest = line.strip_prefix(package)?.strip_prefix(['@', '/'])?;
        let version: String = rest.chars().take_while(|letter| !"(:'\"_".contains(*letter)).collect();
        version.starts_with(|first: char| first.is_ascii_digit()).then_some(version)
    })
}

fn toml_lock(text: &str, package: &str) -> Option<String> {
    let name = format!("name = \"{package}\"");
    let mut lines = text.lines().skip_while(|line| !line.trim().eq_ignore_ascii_case(&name)).skip(1).take(3);
    quoted(lines.find_map(|line| line.trim().strip_prefix("version"))?)
}

fn pipfile_lock(text: &str, package: &str) -> Option<String> {
    let root = root(text)?;
    let version = root.at(&["default", package, "version"]).or_else(|| root.at(&["develop", package, "version"]))?;
    version.text().map(|version| version.trim_start_matches('=').to_owned())
}

fn package_json(text: &str, package: &str) -> Option<String> {
    if !text.contains(package) {
        return None;
    }
    let root = root(text)?;
    let groups = ["dependencies", "devDependencies", "peerDependencies"];
    groups.iter().find_map(|group| root.at(&[group, package])?.text().map(str::to_owned))
}

fn requirements(text: &str, package: &str) -> Option<String> {
    text.lines().find_map(|line| requirement(line.split('#').next()?, package))
}

/// A requirement among the lines of a TOML file: an item of a list, or a key.
fn requirement_lines(text: &str, package: &str) -> Option<String> {
    text.lines().find_map(|line| {
        let line = line.trim().trim_start_matches(['"', '\'']);
        requirement(line.trim_end_matches(['"', '\'', ',']), package)
    })
}

fn requirement(line: &str, package: &str) -> Option<String> {
    let line = line.trim();
    let rest =
        line.get(..package.len()).filter(|name| name.eq_ignore_ascii_case(package)).and(line.get(package.len()..))?;
    let rest = match rest.strip_prefix('[') {
        Some(extras) => extras.split_once(']')?.1,
        None => rest,
    };
    let rest = rest.trim_start();
    if !rest.starts_with(['=', '>', '<', '~', '!', '^']) {
        return None;
    }
    let version = rest.trim_start_matches(['=', ' ', '"', '\'']).trim_end_matches(['"', '\'']);
    Some(version.split([',', ';']).next()?.trim().to_owned())
}

fn quoted(text: &str) -> Option<String> {
    text.split('"').nth(1).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceFile;

    fn version(files: &[(&str, &str)], from: &str, package: &str) -> Option<String> {
        let file =
            |(path, text): &(&str, &str)| SourceFile::with_text((*path).into(), format!("/r/{path}").into(), *text);
        let sources = SourceMap::new(files.iter().map(file).chain([file(&(from, ""))]).collect());
        let file = sources.find(format!("/r/{from}").as_str().into()).unwrap();
        Versions::new(&sources).of(file, package).map(|version| version.to_string())
    }

    #[test]
    fn lock_files_come_before_manifests() {
        let manifest = ("package.json", r#"{"dependencies": {"aws-amplify": "^6.0.0"}}"#);
        let lock = r#"{"lockfileVersion": 3, "packages": {"node_modules/aws-amplify": {"version": "6.15.4"}}}"#;
        let from = "src/auth.ts";
        assert_eq!(version(&[manifest], from, "aws-amplify/auth").as_deref(), Some("^6.0.0"));
        assert_eq!(
            version(&[manifest, ("package-lock.json", lock)], from, "aws-amplify/auth").as_deref(),
            Some("6.15.4")
        );
        let yarn = "# yarn\n\n\"aws-amplify@^6.0.0\":\n  version \"6.2.1\"\n  resolved x\n";
        assert_eq!(version(&[manifest, ("yarn.lock", yarn)], from, "aws-amplify").as_deref(), Some("6.2.1"));
        let berry = "\"aws-amplify@npm:^6.0.0\":\n  version: 6.3.0\n";
        assert_eq!(version(&[("yarn.lock", berry)], from, "aws-amplify").as_deref(), Some("6.3.0"));
        let pnpm =
            "packages:\n\n  '@aws-amplify/auth@6.1.0':\n    x: y\n  aws-amplify@6.5.0(react@18.0.0):\n    x: y\n";
        assert_eq!(version(&[("pnpm-lock.yaml", pnpm)], from, "aws-amplify").as_deref(), Some("6.5.0"));
    }

    #[test]
    fn python_has_many_files() {
        let from = "app/auth.py";
        for (file, text) in [
            ("requirements.txt", "boto3==1.34.1\npycognito[extra]==2024.5.1  # sign-in\n"),
            ("poetry.lock", "[[package]]\nname = \"pycognito\"\nversion = \"2024.5.1\"\n"),
            ("Pipfile.lock", r#"{"default": {"pycognito": {"version": "==2024.5.1"}}}"#),
            ("pyproject.toml", "[project]\ndependencies = [\n  \"pycognito==2024.5.1\",\n]\n"),
            ("pyproject.toml", "[tool.poetry.dependencies]\npycognito = \"2024.5.1\"\n"),
        ] {
            assert_eq!(version(&[(file, text)], from, "pycognito").as_deref(), Some("2024.5.1"), "{file}");
        }
        assert_eq!(version(&[("requirements.txt", "pycognitox==1\n")], from, "pycognito"), None);
    }

    #[test]
    fn versions_compare_by_numbers() {
        assert_eq!(numbers("6.15.4"), Some(([6, 15, 4], false)));
        assert_eq!(numbers("^6.0"), Some(([6, 0, 0], true)));
        assert_eq!(numbers("latest"), Some(([0, 0, 0], true)));
        assert_eq!(numbers("workspace"), None);
    }
}
