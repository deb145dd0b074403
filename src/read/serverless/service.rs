//! A service: its configuration as the template that the framework makes of it.

use std::sync::Arc;

use camino::Utf8Path;

use crate::read::Note;
use crate::read::cloudformation::{Composed, Pieces};
use crate::read::trees::Trees;
use crate::source::{FileId, Loc, SourceMap, Span, prefilter};
use crate::syntax::tree::{Node, NodeKind, Pair};

use super::events;
use super::functions::{self, Provider};
use super::variables::{Raw, Variables};
use crate::read::nodes::{self, is_map, map, merge, pair};

/// A configuration that was found.
#[derive(Debug)]
pub(super) struct Service<'a> {
    pub file: FileId,
    pub root: &'a Node,
    /// Where the nodes stand, if not all in the file.
    pub pieces: Option<Pieces>,
}

/// Whether a document configures a service that is deployed to AWS.
pub(super) fn is_service(root: &Node) -> bool {
    let provider = root.get("provider");
    let name = provider.and_then(|provider| provider.text().or_else(|| provider.get("name")?.text()));
    let is_aws = name.is_none_or(|name| name == "aws" || name.contains('{'));
    provider.is_some() && is_aws && root.get("service").is_some() && root.get("version").is_none()
}

impl<'a> Service<'a> {
    fn variables(&self, trees: &'a Trees, sources: &'a SourceMap, passed: Vec<Pair>) -> Variables<'a> {
        let source = sources.file(self.file);
        let folder = source.absolute.parent().unwrap_or(Utf8Path::new("/"));
        let (pieces, base) = match &self.pieces {
            Some(pieces) => (pieces.clone(), 0),
            None => {
                let mut pieces = Pieces::default();
                let base = pieces.base(self.file, source.text().len());
                (pieces, base)
            }
        };
        Variables::new(trees, sources, folder, Raw { node: self.root, base }, pieces, passed)
    }

    /// The name under which the service is deployed when nobody asks for another stage.
    pub fn stack_name(&self, trees: &'a Trees, sources: &'a SourceMap) -> Option<Arc<str>> {
        stack_name(&mut self.variables(trees, sources, Vec::new()))
    }

    /// The template of the service, and what there is to tell of it; `passed` are parameters from outside.
    pub fn compose(&self, trees: &'a Trees, sources: &'a SourceMap, passed: Vec<Pair>) -> (Composed, Vec<Note>) {
        let mut variables = self.variables(trees, sources, passed);
        let name = stack_name(&mut variables);
        let region = variables.section(&["provider", "region"]).and_then(|node| node.text().map(Arc::from));
        let root = template(&mut variables);
        let Variables { pieces, notes, .. } = variables;
        let is_about_cognito = |file: FileId| prefilter::is_about_cognito(sources.file(file).text().as_bytes());
        let notes = if pieces.files().any(is_about_cognito) { notes } else { Vec::new() };
        let notes = notes.into_iter().map(|(kind, message, span)| {
            let loc = pieces.loc(span).unwrap_or(Loc { file: self.file, span: Span::default() });
            Note { kind, message, file: Some(loc.file), loc: Some(loc) }
        });
        let notes = notes.collect();
        let id = sources.file(self.file).path.as_str().into();
        (Composed { file: self.file, id, root, pieces, name, region }, notes)
    }
}

fn stack_name(variables: &mut Variables<'_>) -> Option<Arc<str>> {
    if let Some(name) = variables.usual(&["provider", "stackName"]) {
        return Some(name);
    }
    let service = variables.usual(&["service", "name"]).or_else(|| variables.usual(&["service"]))?;
    Some(format!("{service}-{}", variables.usual_stage()?).into())
}

fn template(variables: &mut Variables<'_>) -> Node {
    let provider = Provider {
        runtime: variables.section(&["provider", "runtime"]),
        environment: variables.environment(),
        images: variables.section(&["provider", "ecr", "images"]),
    };
    let mut functions = joined(variables.section(&["functions"]));
    if let NodeKind::Map(pairs) = &mut functions.kind {
        pairs.retain(|pair| &*pair.key != nodes::OPEN);
    }
    let mut resources = map(Vec::new(), functions.span);
    let add = |resources: &mut Node, made: Pair| {
        let span = made.key_span;
        merge(resources, map(vec![made], span));
    };
    for function in functions.pairs() {
        functions::resources(function, &provider).into_iter().for_each(|made| add(&mut resources, made));
    }
    if let Some(http_api) = variables.section(&["provider", "httpApi"]) {
        events::http_authorizers(&http_api).into_iter().for_each(|made| add(&mut resources, made));
    }
    for path in [&["appSync"][..], &["custom", "appSync"]] {
        let api = variables.section(path).as_ref().and_then(events::app_sync);
        api.into_iter().for_each(|made| add(&mut resources, made));
    }
    let own = joined(variables.section(&["resources"]));
    let span = own.span;
    let mut template = map(vec![pair("Resources", resources)], span);
    merge(&mut template, own);
    extend(&mut template);
    if let Some(resources) = section(&mut template, "Resources") {
        functions.pairs().iter().for_each(|function| events::trigger_existing(resources, function));
    }
    for (name, made) in [("Parameters", &mut variables.parameters), ("Mappings", &mut variables.mappings)] {
        merge(&mut template, map(vec![pair(name, map(std::mem::take(made), span))], span));
    }
    template
}

/// A section that may be split into a list of parts.
fn joined(section: Option<Node>) -> Node {
    let mut all = map(Vec::new(), section.as_ref().map_or(Span::default(), |section| section.span));
    match section {
        Some(Node { kind: NodeKind::List(parts), tag: None, .. }) => {
            parts.into_iter().for_each(|part| merge(&mut all, joined(Some(part))));
        }
        Some(part) => merge(&mut all, part),
        None => {}
    }
    all
}

fn section<'n>(template: &'n mut Node, name: &str) -> Option<&'n mut Vec<Pair>> {
    let NodeKind::Map(sections) = &mut template.kind else { return None };
    let section = sections.iter_mut().find(|pair| &*pair.key == name)?;
    if let NodeKind::Map(pairs) = &mut section.value.kind { Some(pairs) } else { None }
}

/// `resources.extensions` go over the resources that the framework makes.
fn extend(template: &mut Node) {
    let extensions = section(template, "extensions").map(std::mem::take).unwrap_or_default();
    let Some(resources) = section(template, "Resources") else { return };
    for Pair { key, value, .. } in extensions {
        let made = resources.iter_mut().find(|resource| resource.key == key && is_map(&resource.value));
        if let Some(made) = made {
            merge(&mut made.value, value);
        }
    }
}
