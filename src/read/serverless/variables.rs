//! The values of variables, as nodes of the template.
//!
//! What whoever deploys decides becomes a parameter: the stage, other options, variables of the environment. Where the
//! stage decides which value is taken, each stage that is known is tried, and the template gets a mapping by stage.

use std::sync::Arc;

use camino::Utf8Path;

use crate::read::cloudformation::{Pieces, shifted, shifted_node};
use crate::read::paths::normal;
use crate::read::trees::Trees;
use crate::source::{SourceMap, Span};
use crate::syntax::tree::{Node, NodeKind, Pair};

use super::text::{Segment, Source, Syntax, parse};
use crate::read::nodes::{self, call, is_call, list, map, pair, reference, same, text, unknown};

/// The parameter that stands for the stage.
pub(super) const STAGE: &str = "stage";

/// The stage of who names none.
const USUAL_STAGE: &str = "dev";

/// Stands for the stage in an address while the stage is open.
const ANY_STAGE: char = '\u{1}';

/// How deep values may be taken from each other, how many nodes a service may have once its variables are resolved, how
/// long a text may become, and how many stages are tried.
const DEEPEST: usize = 100;
const MOST_NODES: usize = 200_000;
const LONGEST_TEXT: usize = 64 << 10;
const MOST_STAGES: usize = 16;

/// How much is told of one service.
const MOST_NOTES: usize = 50;

/// Fills the environment of the deployment, and that of the functions, from `.env`.
const DOTENV_PLUGIN: &str = "serverless-dotenv-plugin";

/// Endings of programs, whose answer only a deployment knows.
const PROGRAMS: &[&str] = &["js", "cjs", "mjs", "ts", "cts", "mts"];

/// A node as it was written, and where its file begins.
#[derive(Clone, Copy, Debug)]
pub(super) struct Raw<'a> {
    pub node: &'a Node,
    pub base: u32,
}

impl Raw<'_> {
    fn span(self) -> Span {
        shifted(self.node.span, self.base)
    }
}

/// What an address leads to.
pub(super) enum Found<'a> {
    Missing,
    Raw(Raw<'a>),
    Made(Node),
}

/// The answer depends on the stage, which is open; these stages are worth a try.
pub(super) struct OnStage(Vec<Arc<str>>);

type Answer<T> = Result<T, OnStage>;

/// The configuration of one service, and what its variables turn out to be.
pub(super) struct Variables<'a> {
    trees: &'a Trees,
    sources: &'a SourceMap,
    folder: &'a Utf8Path,
    root: Raw<'a>,
    syntax: Syntax,
    /// The environment is filled from `.env` files.
    reads_dotenv: bool,
    /// Parameters that `serverless-compose.yml` passes.
    passed: Vec<Pair>,
    /// The stage that is tried; none: it is open.
    stage: Option<Arc<str>>,
    stages: Vec<Arc<str>>,
    /// The texts that are being resolved.
    active: Vec<Span>,
    depth: usize,
    nodes: usize,
    /// Where the nodes stand.
    pub pieces: Pieces,
    /// The template's `Parameters`.
    pub parameters: Vec<Pair>,
    /// The template's `Mappings`.
    pub mappings: Vec<Pair>,
    /// What is told of it: kind, sentence, place.
    pub notes: Vec<(&'static str, String, Span)>,
}

impl<'a> Variables<'a> {
    /// The variables of a configuration whose nodes stand in `pieces`.
    pub fn new(
        trees: &'a Trees,
        sources: &'a SourceMap,
        folder: &'a Utf8Path,
        root: Raw<'a>,
        pieces: Pieces,
        passed: Vec<Pair>,
    ) -> Self {
        let syntax = root.node.at(&["provider", "variableSyntax"]).and_then(Node::text).and_then(Syntax::of);
        let mut variables = Self {
            trees,
            sources,
            folder,
            root,
            syntax: syntax.unwrap_or_default(),
            reads_dotenv: reads_dotenv(root.node),
            passed,
            stage: None,
            stages: Vec::new(),
            active: Vec::new(),
            depth: 0,
            nodes: 0,
            pieces,
            parameters: Vec::new(),
            mappings: Vec::new(),
            notes: Vec::new(),
        };
        variables.learn_stages();
        variables
    }

    /// The stage that is deployed unless another one is asked for, and those that have parameters of their own.
    fn learn_stages(&mut self) {
        let written = self.root.node.at(&["provider", "stage"]).map(|node| Raw { node, base: self.root.base });
        let usual = written.and_then(|raw| {
            self.stage = Some(USUAL_STAGE.into());
            let node = match raw.node.text().and_then(|text| parse(text, &self.syntax)).as_deref() {
                Some([Segment::Variable(sources)]) => {
                    let asked = |source: &&Source| !is_stage_option(source);
                    let others: Vec<Source> = sources.iter().filter(asked).cloned().collect();
                    match self.find(&others, raw.span()) {
                        Ok(Found::Missing) | Err(_) => None,
                        Ok(found) => Some(self.made(found, raw.span())),
                    }
                }
                _ => Some(self.resolve(raw)),
            };
            self.stage = None;
            self.scalar(&node?)
        });
        let usual = usual.unwrap_or_else(|| USUAL_STAGE.into());
        self.declare(STAGE, Some(&usual), written.unwrap_or(self.root).span());
        self.stages.push(usual);
        for section in ["params", "stages"] {
            let named = self.root.node.get(section).map(Node::pairs).unwrap_or_default();
            self.stages.extend(named.iter().map(|pair| pair.key.clone()).filter(|stage| &**stage != "default"));
        }
    }

    /// The stage that is deployed unless another one is asked for.
    pub fn usual_stage(&self) -> Option<&Arc<str>> {
        self.stages.first()
    }

    /// A part of the configuration, with its variables resolved.
    pub fn section(&mut self, path: &[&str]) -> Option<Node> {
        let root = self.root;
        match self.walk(Found::Raw(root), path) {
            Ok(Found::Missing) => None,
            Ok(Found::Raw(raw)) => Some(self.resolve(raw)),
            Ok(Found::Made(node)) => Some(node),
            Err(OnStage(stages)) => Some(self.by_stage(&stages, root.span(), |mine| mine.walk(Found::Raw(root), path))),
        }
    }

    /// The text of a part of the configuration at the stage that is deployed unless another one is asked for.
    pub fn usual(&mut self, path: &[&str]) -> Option<Arc<str>> {
        self.stage = self.usual_stage().cloned();
        let node = self.section(path);
        self.stage = None;
        self.scalar(&node?)
    }

    /// The environment that every function gets: `provider.environment`, and what a plugin puts there.
    pub fn environment(&mut self) -> Option<Node> {
        let own = self.section(&["provider", "environment"]);
        if !has_plugin(self.root.node, DOTENV_PLUGIN) {
            return own;
        }
        // Which variables go in and which files they come from can be configured.
        let mut all = map(Vec::new(), own.as_ref().map_or(self.root.span(), |own| own.span));
        if let Some((file, tree)) = self.trees.at(&self.folder.join(".env"), self.sources)
            && let Some(root) = tree.documents.first()
        {
            let base = self.pieces.base(file, self.sources.file(file).text().len());
            nodes::merge(&mut all, shifted_node(root, base));
        }
        let span = all.span;
        nodes::merge(&mut all, unknown(span));
        if let Some(own) = own {
            nodes::merge(&mut all, own);
        }
        Some(all)
    }

    /// The text of a scalar, or the default of a parameter.
    pub fn scalar(&self, node: &Node) -> Option<Arc<str>> {
        if !is_call(node) {
            return node.scalar();
        }
        let name = node.get("Ref")?.text()?;
        let parameter = self.parameters.iter().find(|pair| &*pair.key == name)?;
        parameter.value.get("Default")?.scalar()
    }

    /// A node with its variables resolved.
    pub fn resolve(&mut self, raw: Raw<'a>) -> Node {
        let span = raw.span();
        self.nodes += 1;
        if self.nodes > MOST_NODES {
            if self.nodes == MOST_NODES + 1 {
                self.note(
                    "limit",
                    format!("this service has more than {MOST_NODES} values once its variables are resolved"),
                    span,
                );
            }
            return unknown(span);
        }
        self.deeper(span, |mine| mine.resolved(raw, span)).unwrap_or_else(|| unknown(span))
    }

    /// Goes one level deeper, if that is allowed.
    fn deeper<T>(&mut self, span: Span, function: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.depth >= DEEPEST {
            self.note("limit", format!("variables and values stand more than {DEEPEST} deep in each other"), span);
            return None;
        }
        self.depth += 1;
        let result = function(self);
        self.depth -= 1;
        Some(result)
    }

    fn resolved(&mut self, raw: Raw<'a>, span: Span) -> Node {
        let Raw { node, base } = raw;
        let with = |kind: NodeKind| Node { kind, span, tag: node.tag.clone(), ..*node };
        if let Some(node) = self.substitution(raw, span) {
            return node;
        }
        match &node.kind {
            NodeKind::Text(written) => match parse(written, &self.syntax) {
                None => with(node.kind.clone()),
                Some(segments) => {
                    let value = self.guarded(span, |mine| mine.text(&segments, span));
                    tagged(value.unwrap_or_else(|| unknown(span)), node.tag.as_deref())
                }
            },
            NodeKind::List(items) => {
                let items = items.iter().map(|node| self.resolve(Raw { node, base })).collect();
                with(NodeKind::List(items))
            }
            NodeKind::Map(pairs) => {
                let resolved = |pair: &'a Pair| Pair {
                    key: pair.key.clone(),
                    key_span: shifted(pair.key_span, base),
                    value: self.resolve(Raw { node: &pair.value, base }),
                };
                let pairs = pairs.iter().map(resolved).collect();
                with(NodeKind::Map(pairs))
            }
            scalar => with(scalar.clone()),
        }
    }

    /// `Fn::Sub` with variables in its text: what is no text goes in by a name.
    fn substitution(&mut self, raw: Raw<'a>, span: Span) -> Option<Node> {
        let argument = match raw.node.pairs() {
            _ if raw.node.tag.as_deref() == Some("!Sub") => raw.node,
            [only] if &*only.key == "Fn::Sub" => &only.value,
            _ => return None,
        };
        let (written, given) = match argument.items() {
            [] => (argument, None),
            [written, given, ..] => (written, Some(Raw { node: given, base: raw.base })),
            [written] => (written, None),
        };
        let segments = parse(written.text()?, &self.syntax)?;
        let mut pairs = match given.map(|given| self.resolve(given)) {
            Some(Node { kind: NodeKind::Map(pairs), .. }) => pairs,
            _ => Vec::new(),
        };
        let mut joined = String::new();
        for segment in &segments {
            let sources = match segment {
                Segment::Text(text) => {
                    joined.push_str(text);
                    continue;
                }
                Segment::Variable(sources) => sources,
            };
            let value = self.guarded(span, |mine| mine.variable(sources, span)).unwrap_or_else(|| unknown(span));
            match value.scalar().filter(|_| !is_call(&value)) {
                Some(text) => joined.push_str(&text),
                None => {
                    let name = format!("Variable{}", pairs.len());
                    joined.push_str(&format!("${{{name}}}"));
                    pairs.push(pair(name, value));
                }
            }
        }
        let joined = text(joined, shifted(written.span, raw.base));
        let argument = if pairs.is_empty() { joined } else { list(vec![joined, map(pairs, span)], span) };
        Some(call("Fn::Sub", argument))
    }

    /// Does something with the text at a place, unless that is being done already.
    fn guarded<T>(&mut self, span: Span, function: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.active.contains(&span) {
            self.note("unresolved", "this variable leads back to itself".to_owned(), span);
            return None;
        }
        self.active.push(span);
        let result = function(self);
        self.active.pop();
        Some(result)
    }

    fn text(&mut self, segments: &[Segment], span: Span) -> Node {
        if let [Segment::Variable(sources)] = segments {
            return self.variable(sources, span);
        }
        let mut parts: Vec<Node> = Vec::new();
        for segment in segments {
            let part = match segment {
                Segment::Text(written) => text(written.clone(), span),
                Segment::Variable(sources) => self.variable(sources, span),
            };
            let known = |node: &Node| node.scalar().filter(|_| !is_call(node));
            match (parts.last_mut(), known(&part)) {
                (Some(last), Some(more)) if known(last).is_some() => {
                    let joined = format!("{}{more}", known(last).unwrap_or_default());
                    *last = text(joined, span);
                }
                _ => parts.push(part),
            }
        }
        if parts.iter().filter_map(Node::text).map(str::len).sum::<usize>() > LONGEST_TEXT {
            return unknown(span);
        }
        match parts.pop() {
            Some(only) if parts.is_empty() => only,
            last => {
                parts.extend(last);
                call("Fn::Join", list(vec![text("", span), list(parts, span)], span))
            }
        }
    }

    fn variable(&mut self, sources: &[Source], span: Span) -> Node {
        match self.find(sources, span) {
            Ok(found) => self.made(found, span),
            Err(OnStage(stages)) => self.by_stage(&stages, span, |mine| mine.find(sources, span)),
        }
    }

    /// What was found, as it stands at a place that uses it.
    fn made(&mut self, found: Found<'a>, span: Span) -> Node {
        let node = match found {
            Found::Made(node) => node,
            Found::Raw(raw) => self.resolve(raw),
            Found::Missing => {
                self.note("unresolved", "this variable has no value in what was scanned".to_owned(), span);
                unknown(span)
            }
        };
        Node { span, ..node }
    }

    /// What a question gives for each stage that is known.
    fn by_stage(&mut self, more: &[Arc<str>], span: Span, ask: impl Fn(&mut Self) -> Answer<Found<'a>>) -> Node {
        let mut stages: Vec<Arc<str>> = Vec::new();
        for stage in self.stages.iter().chain(more) {
            if !stages.contains(stage) && stages.len() < MOST_STAGES {
                stages.push(stage.clone());
            }
        }
        let before = self.stage.take();
        let mut rows = Vec::new();
        for stage in stages {
            self.stage = Some(stage.clone());
            if let Ok(found @ (Found::Raw(_) | Found::Made(_))) = ask(self) {
                rows.push((stage, self.made(found, span)));
            }
        }
        self.stage = before;
        if rows.is_empty() {
            return self.made(Found::Missing, span);
        }
        self.folded(rows, span)
    }

    /// The values of stages as one node.
    fn folded(&mut self, rows: Vec<(Arc<str>, Node)>, span: Span) -> Node {
        if let Some(((_, first), others)) = rows.split_first()
            && others.iter().all(|(_, other)| same(first, other))
        {
            return first.clone();
        }
        if rows.iter().all(|(_, row)| nodes::is_map(row)) {
            return self.folded_maps(&rows, span);
        }
        let name = format!("Stages{}", self.mappings.len());
        let cells = rows.into_iter().map(|(stage, value)| pair(stage, map(vec![pair("value", value)], span)));
        self.mappings.push(pair(name.clone(), map(cells.collect(), span)));
        call("Fn::FindInMap", list(vec![text(name, span), reference(STAGE, span), text("value", span)], span))
    }

    /// The maps of stages as one map, whose entries are folded.
    fn folded_maps(&mut self, rows: &[(Arc<str>, Node)], span: Span) -> Node {
        let mut keys: Vec<&Pair> = Vec::new();
        for pair in rows.iter().flat_map(|(_, row)| row.pairs()) {
            if !keys.iter().any(|known| known.key == pair.key) {
                keys.push(pair);
            }
        }
        let pairs = keys.into_iter().map(|Pair { key, key_span, .. }| {
            let cell = |row: &Node| row.get(key).cloned().unwrap_or_else(|| reference("AWS::NoValue", span));
            let cells = rows.iter().map(|(stage, row)| (stage.clone(), cell(row))).collect();
            Pair { key: key.clone(), key_span: *key_span, value: self.folded(cells, span) }
        });
        map(pairs.collect(), span)
    }

    /// The first of several sources that has a value.
    fn find(&mut self, sources: &[Source], span: Span) -> Answer<Found<'a>> {
        for (at, source) in sources.iter().enumerate() {
            let rest = sources.get(at + 1..).unwrap_or_default();
            let found = self.deeper(span, |mine| mine.source(source, rest, span));
            match found.unwrap_or_else(|| Ok(Found::Made(unknown(span))))? {
                Found::Missing => {}
                Found::Raw(Raw { node: Node { kind: NodeKind::Null, .. }, .. }) if !rest.is_empty() => {}
                found => return Ok(found),
            }
        }
        Ok(Found::Missing)
    }

    fn source(&mut self, source: &Source, rest: &[Source], span: Span) -> Answer<Found<'a>> {
        let (name, arguments, address) = match source {
            Source::Quoted(segments) if segments.is_empty() => return Ok(Found::Made(text("", span))),
            Source::Quoted(segments) => return Ok(Found::Made(self.text(segments, span))),
            Source::Plain(kind) => return Ok(Found::Made(Node::new(kind.clone(), span))),
            Source::Nested(sources) => return self.find(sources, span),
            Source::Call { name, arguments, address } => (&**name, arguments.as_deref(), address.as_deref()),
        };
        let Some(address) = self.address(address.unwrap_or_default(), span)? else {
            return Ok(Found::Made(unknown(span)));
        };
        let kind = name.split('.').next().unwrap_or_default();
        if !matches!(kind, "self" | "file") && address.contains(ANY_STAGE) {
            return Err(OnStage(Vec::new()));
        }
        Ok(match (kind, &*address) {
            ("self", _) => return self.own(&address, span),
            ("opt" | "sls", "stage") => self.own_stage(span),
            ("opt" | "env", name) => return self.given(&format!("{kind}:{name}"), rest, span),
            ("param", name) => return self.parameter(name, rest, span),
            ("file", _) => return self.file(arguments.unwrap_or_default(), &address, span),
            ("aws", "accountId") => Found::Made(reference("AWS::AccountId", span)),
            ("aws", "region") => Found::Made(reference("AWS::Region", span)),
            ("cf", _) => Found::Made(stack_output(&address, span)),
            ("ssm", _) => Found::Made(text(dynamic_reference(&address), span)),
            ("strToBool", _) => {
                let value = self.text(arguments.unwrap_or_default(), span);
                let value = self.scalar(&value).and_then(|text| text.trim_matches(['\'', '"']).parse().ok());
                Found::Made(value.map_or_else(|| unknown(span), |value| Node::new(NodeKind::Bool(value), span)))
            }
            _ => Found::Made(unknown(span)),
        })
    }

    /// The text of an address, with [`ANY_STAGE`] where the stage stands in it; `None` where it is not known.
    fn address(&mut self, segments: &[Segment], span: Span) -> Answer<Option<String>> {
        let mut address = String::new();
        for segment in segments {
            let sources = match segment {
                Segment::Text(text) => {
                    address.push_str(text);
                    continue;
                }
                Segment::Variable(sources) => sources,
            };
            let found = self.find(sources, span)?;
            let node = self.made(found, span);
            if is_stage(&node) {
                address.push(ANY_STAGE);
            } else if let Some(text) = self.scalar(&node) {
                address.push_str(&text);
            } else if depends_on_stage(&node) && self.stage.is_none() {
                return Err(OnStage(Vec::new()));
            } else {
                return Ok(None);
            }
        }
        Ok(Some(address))
    }

    fn own_stage(&self, span: Span) -> Found<'a> {
        Found::Made(match &self.stage {
            Some(stage) => text(stage.clone(), span),
            None => reference(STAGE, span),
        })
    }

    /// `self:`
    fn own(&mut self, address: &str, span: Span) -> Answer<Found<'a>> {
        let root = self.root;
        let path: Vec<&str> = address.split('.').collect();
        let found = match &*path {
            ["provider", "stage"] => return Ok(self.own_stage(span)),
            ["service"] if root.node.at(&["service", "name"]).is_some() => &["service", "name"],
            path => path,
        };
        Ok(match self.walk(Found::Raw(root), found)? {
            Found::Missing if address == "provider.region" => Found::Made(reference("AWS::Region", span)),
            found => found,
        })
    }

    /// Follows keys down from what was found.
    fn walk(&mut self, from: Found<'a>, path: &[&str]) -> Answer<Found<'a>> {
        let mut found = from;
        for key in path.iter().filter(|key| !key.is_empty()) {
            found = match self.settled(found)? {
                Found::Missing => return Ok(Found::Missing),
                Found::Raw(Raw { node, base }) => {
                    if key.contains(ANY_STAGE) {
                        return Err(OnStage(like(key, node.pairs().iter().map(|pair| &*pair.key))));
                    }
                    let item = || node.items().get(key.parse::<usize>().ok()?);
                    node.get(key).or_else(item).map_or(Found::Missing, |node| Found::Raw(Raw { node, base }))
                }
                Found::Made(node) if is_call(&node) => {
                    let open = self.stage.is_none() && depends_on_stage(&node);
                    return if open { Err(OnStage(Vec::new())) } else { Ok(Found::Made(unknown(node.span))) };
                }
                Found::Made(_) if key.contains(ANY_STAGE) => return Err(OnStage(Vec::new())),
                Found::Made(node) => {
                    let item = || node.items().get(key.parse::<usize>().ok()?);
                    node.get(key).or_else(item).map_or(Found::Missing, |node| Found::Made(node.clone()))
                }
            };
        }
        Ok(found)
    }

    /// What was found, where it is a variable what that stands for.
    fn settled(&mut self, found: Found<'a>) -> Answer<Found<'a>> {
        let Found::Raw(raw) = found else { return Ok(found) };
        let Some(segments) = raw.node.text().and_then(|text| parse(text, &self.syntax)) else { return Ok(found) };
        let span = raw.span();
        let next = self.guarded(span, |mine| match segments.as_slice() {
            [Segment::Variable(sources)] if raw.node.tag.is_none() => {
                let found = mine.find(sources, span)?;
                mine.settled(found)
            }
            _ => Ok(Found::Made(mine.text(&segments, span))),
        });
        next.unwrap_or_else(|| Ok(Found::Made(unknown(span))))
    }

    /// `opt:` and `env:`: a parameter, with what the environment's file or the next source says as its default.
    fn given(&mut self, name: &str, rest: &[Source], span: Span) -> Answer<Found<'a>> {
        let in_file = name.strip_prefix("env:").and_then(|name| self.dotenv(name));
        let default = match in_file {
            Some(text) => Some(text),
            None => match self.find(rest, span)? {
                Found::Missing => None,
                found => {
                    let node = self.made(found, span);
                    if node.get("Ref").is_some() || matches!(node.kind, NodeKind::List(_)) || nodes::is_map(&node) {
                        return Ok(Found::Made(node));
                    }
                    node.scalar().filter(|_| !is_call(&node))
                }
            },
        };
        let name = self.declare(name, default.as_deref(), span);
        Ok(Found::Made(reference(name, span)))
    }

    /// Declares a parameter and says under which name: another default is another parameter.
    fn declare(&mut self, name: &str, default: Option<&str>, span: Span) -> Arc<str> {
        let of = |pair: &Pair| pair.value.get("Default").and_then(Node::scalar);
        let name: Arc<str> = match self.parameters.iter().find(|pair| &*pair.key == name) {
            Some(known) if of(known).as_deref() != default => format!("{name}, {}", default.unwrap_or("none")).into(),
            _ => name.into(),
        };
        if !self.parameters.iter().any(|pair| pair.key == name) {
            let mut body = vec![pair("Type", text("String", span))];
            body.extend(default.map(|default| pair("Default", text(default, span))));
            self.parameters.push(pair(name.clone(), map(body, span)));
        }
        name
    }

    /// The variable of an `.env` file: one for the stage goes before one for all.
    fn dotenv(&self, name: &str) -> Option<Arc<str>> {
        if !self.reads_dotenv {
            return None;
        }
        let stage = self.stage.as_ref().or_else(|| self.usual_stage());
        let files = stage.map(|stage| format!(".env.{stage}")).into_iter().chain([".env".to_owned()]);
        files.into_iter().find_map(|file| {
            let (_, tree) = self.trees.at(&self.folder.join(file), self.sources)?;
            tree.documents.first()?.get(name)?.scalar()
        })
    }

    /// `param:`
    fn parameter(&mut self, name: &str, rest: &[Source], span: Span) -> Answer<Found<'a>> {
        if let Some(pair) = self.passed.iter().find(|pair| &*pair.key == name) {
            return Ok(Found::Made(pair.value.clone()));
        }
        let root = self.root.node;
        let written =
            |stage: &str| root.at(&["params", stage, name]).or_else(|| root.at(&["stages", stage, "params", name]));
        let found = match &self.stage {
            Some(stage) => written(stage),
            None if self.stages.iter().any(|stage| written(stage).is_some()) => return Err(OnStage(Vec::new())),
            None => None,
        };
        match found.or_else(|| written("default")) {
            Some(node) => Ok(Found::Raw(Raw { node, base: self.root.base })),
            None => self.given(&format!("param:{name}"), rest, span),
        }
    }

    /// `file(path):address`; the path is relative to the service.
    fn file(&mut self, path: &[Segment], address: &str, span: Span) -> Answer<Found<'a>> {
        let Some(path) = self.address(path, span)? else { return Ok(Found::Made(unknown(span))) };
        let path = normal(&self.folder.join(path.trim()));
        if path.as_str().contains(ANY_STAGE) {
            let files = self.sources.iter().map(|(_, file)| file.absolute.as_str());
            return Err(OnStage(like(path.as_str(), files)));
        }
        if path.extension().is_some_and(|extension| PROGRAMS.contains(&extension)) {
            return Ok(Found::Made(unknown(span)));
        }
        let Some((file, tree)) = self.trees.at(&path, self.sources) else { return Ok(Found::Missing) };
        let Some(node) = tree.documents.first() else { return Ok(Found::Missing) };
        let base = self.pieces.base(file, self.sources.file(file).text().len());
        let path: Vec<&str> = address.split('.').collect();
        self.walk(Found::Raw(Raw { node, base }), &path)
    }

    fn note(&mut self, kind: &'static str, message: String, span: Span) {
        let note = (kind, message, span);
        if self.notes.len() < MOST_NOTES && !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }
}

/// Whether the environment is filled from `.env` files: by a plugin, by `useDotenv`, or by version 4.
/// <https://www.serverless.com/framework/docs/environment-variables>
fn reads_dotenv(root: &Node) -> bool {
    let version = root.get("frameworkVersion").and_then(Node::scalar).unwrap_or_default();
    let is_four = version.trim_start_matches(['^', '~', '>', '=', ' ']).starts_with('4');
    is_four
        || has_plugin(root, DOTENV_PLUGIN)
        || root.get("useDotenv").is_some_and(|value| value.kind == NodeKind::Bool(true))
}

fn has_plugin(root: &Node, name: &str) -> bool {
    let plugins = root.get("plugins").map(|plugins| plugins.get("modules").unwrap_or(plugins));
    plugins.is_some_and(|plugins| plugins.items().iter().any(|plugin| plugin.text() == Some(name)))
}

fn is_stage_option(source: &Source) -> bool {
    let Source::Call { name, address: Some(address), .. } = source else { return false };
    matches!((&**name, address.as_slice()), ("opt" | "sls", [Segment::Text(text)]) if &**text == "stage")
}

fn is_stage(node: &Node) -> bool {
    node.get("Ref").and_then(Node::text) == Some(STAGE)
}

fn depends_on_stage(node: &Node) -> bool {
    is_stage(node)
        || node.items().iter().any(depends_on_stage)
        || node.pairs().iter().any(|pair| depends_on_stage(&pair.value))
}

/// The stages for which one of these names is like the pattern.
fn like<'n>(pattern: &str, names: impl Iterator<Item = &'n str>) -> Vec<Arc<str>> {
    let Some((before, after)) = pattern.split_once(ANY_STAGE) else { return Vec::new() };
    let stage = |name: &'n str| name.strip_prefix(before)?.strip_suffix(after);
    let is_stage = |stage: &&str| !stage.is_empty() && !stage.contains(['/', '.']) && *stage != "default";
    names.filter_map(stage).filter(is_stage).take(MOST_STAGES).map(Arc::from).collect()
}

/// A tagged text whose variables were resolved.
fn tagged(value: Node, tag: Option<&str>) -> Node {
    let Some(name) = tag.and_then(|tag| tag.strip_prefix('!')) else { return value };
    if !is_call(&value) {
        return Node { tag: tag.map(Arc::from), ..value };
    }
    let function = if name == "Ref" { name.to_owned() } else { format!("Fn::{name}") };
    call(&function, value)
}

/// `${cf:stack.Output}`
fn stack_output(address: &str, span: Span) -> Node {
    let Some((stack, output)) = address.split_once('.') else { return unknown(span) };
    output_of(stack, output, span)
}

/// The output of a stack.
pub(super) fn output_of(stack: &str, output: &str, span: Span) -> Node {
    let pairs = vec![pair("StackName", text(stack, span)), pair("OutputName", text(output, span))];
    call("Fn::GetStackOutput", map(pairs, span))
}

/// `${ssm:/path}`; secrets of Secrets Manager have a path of their own.
fn dynamic_reference(address: &str) -> String {
    let path = address.split('~').next().unwrap_or_default();
    match path.strip_prefix("/aws/reference/secretsmanager/") {
        Some(secret) => format!("{{{{resolve:secretsmanager:{secret}}}}}"),
        None => format!("{{{{resolve:ssm:{path}}}}}"),
    }
}
