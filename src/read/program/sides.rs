//! Where a file's code runs.

use std::collections::HashMap;
use std::sync::Arc;

use camino::Utf8Path;

use crate::read::Side;
use crate::source::{FileId, SourceMap};
use crate::syntax::code::ir::{Import, Language, Module, StmtKind};
use crate::syntax::json;
use crate::syntax::tree::Node;

/// Packages that only make sense on one side; a trailing `*` stands for any rest.
const PACKAGES: &[(&str, Side)] = &[
    ("react-native*", Side::Mobile),
    ("@react-native*", Side::Mobile),
    ("expo*", Side::Mobile),
    ("express*", Side::Server),
    ("fastify*", Side::Server),
    ("koa*", Side::Server),
    ("hono*", Side::Server),
    ("@nestjs/*", Side::Server),
    ("@hapi/*", Side::Server),
    ("@middy/*", Side::Server),
    ("aws-lambda", Side::Server),
    ("next/server", Side::Server),
    ("next/headers", Side::Server),
    ("next-auth*", Side::Server),
    ("server-only", Side::Server),
    ("@sveltejs/kit", Side::Server),
    ("h3", Side::Server),
    ("fastapi*", Side::Server),
    ("flask*", Side::Server),
    ("django*", Side::Server),
    ("rest_framework*", Side::Server),
    ("starlette*", Side::Server),
    ("aws_lambda_powertools*", Side::Server),
    ("chalice*", Side::Server),
    ("argparse", Side::Script),
    ("click", Side::Script),
    ("typer", Side::Script),
    ("commander", Side::Script),
    ("yargs", Side::Script),
    ("inquirer", Side::Script),
    ("react*", Side::Browser),
    ("vue*", Side::Browser),
    ("pinia", Side::Browser),
    ("@angular/*", Side::Browser),
    ("svelte*", Side::Browser),
    ("solid-js*", Side::Browser),
    ("next/router", Side::Browser),
    ("next/navigation", Side::Browser),
    ("@aws-amplify/ui*", Side::Browser),
];

/// Folders whose name says it.
const FOLDERS: &[(&str, Side)] = &[
    ("scripts", Side::Script),
    ("script", Side::Script),
    ("bin", Side::Script),
    ("tools", Side::Script),
    ("api", Side::Server),
    ("server", Side::Server),
    ("backend", Side::Server),
    ("lambda", Side::Server),
    ("lambdas", Side::Server),
    ("functions", Side::Server),
    ("handlers", Side::Server),
    ("frontend", Side::Browser),
    ("webapp", Side::Browser),
    ("components", Side::Browser),
    ("hooks", Side::Browser),
];

/// Finds the side of files, each once.
pub(super) struct Sides<'a> {
    sources: &'a SourceMap,
    by_package: HashMap<Arc<Utf8Path>, Side>,
}

impl<'a> Sides<'a> {
    pub(super) fn new(sources: &'a SourceMap) -> Self {
        Self { sources, by_package: HashMap::new() }
    }

    /// The side of a file: by what stands in it, by its folder, by the package it belongs to.
    pub(super) fn of(&mut self, file: FileId, module: &Module) -> Side {
        let source = self.sources.file(file);
        // Browsers run no Python.
        let is_possible = |side: &Side| *side != Side::Browser || module.language != Language::Python;
        [
            written(source.text()),
            imported(module),
            handler(module),
            bundled(source.text()),
            folder(&source.path),
            dom(source.text()),
        ]
        .into_iter()
        .flatten()
        .find(is_possible)
        .unwrap_or_else(|| self.of_package(file))
    }

    fn of_package(&mut self, file: FileId) -> Side {
        let source = self.sources.file(file);
        if source.path.extension() == Some("py") {
            return Side::Unknown;
        }
        let manifest =
            source.absolute.ancestors().skip(1).find_map(|folder| self.sources.find(&folder.join("package.json")));
        let Some(manifest) = manifest else { return Side::Unknown };
        let manifest = self.sources.file(manifest);
        if let Some(known) = self.by_package.get(&manifest.absolute) {
            return *known;
        }
        let side = of_manifest(manifest.text());
        self.by_package.insert(manifest.absolute.clone(), side);
        side
    }
}

/// `"use client"`, `"use server"`, a component's file.
fn written(text: &str) -> Option<Side> {
    let head = text.get(..400).unwrap_or(text);
    let has = |directive: &str| ['"', '\''].iter().any(|quote| head.contains(&format!("{quote}{directive}{quote}")));
    if has("use client") {
        Some(Side::Browser)
    } else if has("use server") {
        Some(Side::Server)
    } else {
        None
    }
}

fn imported(module: &Module) -> Option<Side> {
    let imports = module.body.iter().filter_map(|statement| match &statement.kind {
        StmtKind::Import(Import { module, .. }) => Some(&**module),
        _ => None,
    });
    let sides: Vec<Side> = imports.filter_map(of_package).collect();
    // A server that renders has both; an app on a phone has the browser's framework too.
    [Side::Mobile, Side::Server, Side::Script, Side::Browser].into_iter().find(|side| sides.contains(side))
}

fn of_package(package: &str) -> Option<Side> {
    let is = |pattern: &str| match pattern.strip_suffix('*') {
        Some(start) => package
            .strip_prefix(start)
            .is_some_and(|rest| start.ends_with('/') || rest.is_empty() || rest.starts_with(['/', '-', '.', '_'])),
        None => package == pattern,
    };
    PACKAGES.iter().find(|(pattern, _)| is(pattern)).map(|(_, side)| *side)
}

/// The handler of a function in the cloud.
fn handler(module: &Module) -> Option<Side> {
    let is_handler = |name: &str| matches!(name, "handler" | "lambda_handler");
    let declares = module.body.iter().any(|statement| match &statement.kind {
        StmtKind::Function(function) => is_handler(&function.name),
        StmtKind::Let { pattern: crate::syntax::code::ir::Pattern::Name(name, _), .. } => is_handler(name),
        _ => false,
    });
    declares.then_some(Side::Server)
}

/// Variables that only a bundler for browsers fills in.
fn bundled(text: &str) -> Option<Side> {
    let prefixes = ["import.meta.env.VITE_", "process.env.REACT_APP_", "process.env.VUE_APP_"];
    prefixes.iter().any(|prefix| text.contains(prefix)).then_some(Side::Browser)
}

fn folder(path: &Utf8Path) -> Option<Side> {
    if matches!(path.extension(), Some("vue" | "svelte")) {
        return Some(Side::Browser);
    }
    if matches!(path.file_stem(), Some("route" | "middleware")) {
        return Some(Side::Server);
    }
    let parents = path.parent()?;
    let side_of = |part: &str| FOLDERS.iter().find(|(name, _)| *name == part).map(|(_, side)| *side);
    if parents.iter().any(|part| side_of(part) == Some(Side::Script)) {
        return Some(Side::Script);
    }
    // `frontend/src/api` is a front end that calls an API.
    parents.iter().find_map(side_of)
}

/// What only a browser has.
fn dom(text: &str) -> Option<Side> {
    let words = ["window.", "localStorage", "sessionStorage", "document."];
    words.iter().any(|word| text.contains(word)).then_some(Side::Browser)
}

fn of_manifest(text: &str) -> Side {
    let tree = json::parse(text);
    let names = |group: &str| {
        let group = tree.documents.first().and_then(|root| root.get(group));
        group.map_or(&[][..], Node::pairs).iter().filter_map(|pair| of_package(&pair.key)).collect::<Vec<_>>()
    };
    let sides = names("dependencies");
    if sides.contains(&Side::Mobile) && !sides.contains(&Side::Server) {
        Side::Mobile
    } else if sides.contains(&Side::Server) {
        // A package with a server in it may run on both sides.
        if sides.contains(&Side::Browser) { Side::Unknown } else { Side::Server }
    } else if sides.contains(&Side::Browser) {
        Side::Browser
    } else {
        Side::Unknown
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceFile;
    use crate::syntax::code;

    fn side(path: &str, text: &str, manifest: &str) -> Side {
        let file = |path: &str, text: &str| SourceFile::with_text(path.into(), format!("/r/{path}").into(), text);
        let sources = SourceMap::new(vec![file(path, text), file("package.json", manifest)]);
        let module = code::parse(path.into(), text).unwrap();
        Sides::new(&sources).of(FileId(0), &module)
    }

    #[test]
    fn sides_by_text_imports_folders_and_packages() {
        for (path, text, manifest, expected) in [
            ("src/auth.ts", "", r#"{"dependencies": {"react": "18"}}"#, Side::Browser),
            ("src/auth.ts", "", r#"{"dependencies": {"react": "18", "express": "4"}}"#, Side::Unknown),
            ("src/auth.ts", "", r#"{"dependencies": {"expo": "50", "react": "18"}}"#, Side::Mobile),
            ("src/auth.ts", "localStorage.getItem('x')", "{}", Side::Browser),
            ("src/api/auth.ts", "axios.post(import.meta.env.VITE_URL)", "{}", Side::Browser),
            ("src/api/auth.ts", "axios.post(process.env.URL)", "{}", Side::Server),
            ("webapp/settings.py", "# Written by the user's document.", "{}", Side::Unknown),
            ("src/auth.ts", "import express from 'express'", r#"{"dependencies": {"react": "18"}}"#, Side::Server),
            ("src/auth.ts", "\"use client\"\nimport { x } from 'next/server'", "{}", Side::Browser),
            ("app/api/login/route.ts", "", r#"{"dependencies": {"react": "18"}}"#, Side::Server),
            ("frontend/src/api/auth.ts", "", "{}", Side::Browser),
            ("backend/scripts/auth.ts", "", "{}", Side::Script),
            ("src/x.ts", "export const handler = async () => 1", "{}", Side::Server),
            ("scripts/login.ts", "", r#"{"dependencies": {"react": "18"}}"#, Side::Script),
            ("app/auth.py", "from fastapi import APIRouter", "{}", Side::Server),
            ("app/auth.py", "import boto3", r#"{"dependencies": {"react": "18"}}"#, Side::Unknown),
            ("src/Login.vue", "<script>export default {}</script>", "{}", Side::Browser),
            ("src/auth.ts", "import x from 'reactor'", "{}", Side::Unknown),
        ] {
            assert_eq!(side(path, text, manifest), expected, "{path} {text} {manifest}");
        }
    }
}
