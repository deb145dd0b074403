//! What the files of one folder declare together: a module.

use std::collections::BTreeMap;
use std::sync::Arc;

use camino::Utf8PathBuf;

use crate::source::{FileId, Loc, Span};
use crate::syntax::hcl::ast::{self, Attribute, Body, Expression, ExpressionKind};

/// A module: all blocks of a folder, by kind and name.
#[derive(Debug, Default)]
pub(super) struct Module<'a> {
    /// Its folder, absolute.
    pub folder: Utf8PathBuf,
    pub variables: BTreeMap<Arc<str>, Block<'a>>,
    pub locals: BTreeMap<Arc<str>, Written<'a>>,
    pub outputs: BTreeMap<Arc<str>, Block<'a>>,
    /// Resources by `type.name`, data sources by `data.type.name`.
    pub resources: BTreeMap<Arc<str>, Block<'a>>,
    /// Calls of other modules.
    pub calls: BTreeMap<Arc<str>, Block<'a>>,
    /// Provider configurations by `name` or `name.alias`.
    pub providers: BTreeMap<Arc<str>, Block<'a>>,
    /// What got other names.
    pub moves: Vec<Block<'a>>,
    /// Some of its files could not be read wholly.
    pub has_faults: bool,
    /// What is let go of, or deleted.
    pub removals: Vec<Block<'a>>,
    /// The `terraform` block.
    pub settings: Option<Block<'a>>,
}

/// An attribute and its file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Written<'a> {
    pub file: FileId,
    pub attribute: &'a Attribute,
}

impl<'a> Written<'a> {
    /// Its value.
    pub fn value(self) -> &'a Expression {
        &self.attribute.value
    }

    /// Where its name stands.
    pub fn loc(self) -> Loc {
        Loc { file: self.file, span: self.attribute.name_span }
    }
}

/// A block, with what override files put over it.
#[derive(Clone, Debug)]
pub(super) struct Block<'a> {
    pub labels: &'a [Arc<str>],
    header: Span,
    /// The bodies of the block; later ones override earlier ones.
    layers: Vec<(FileId, &'a Body)>,
}

impl<'a> Block<'a> {
    /// A block of a file.
    pub fn new(file: FileId, block: &'a ast::Block) -> Self {
        Self { labels: &block.labels, header: block.header, layers: vec![(file, &block.body)] }
    }

    /// The same block, overridden by another.
    fn overridden(&mut self, by: Self) {
        self.layers.extend(by.layers);
    }

    /// Where its kind and labels stand.
    pub fn loc(&self) -> Loc {
        let file = self.layers.first().map_or(FileId(0), |(file, _)| *file);
        Loc { file, span: self.header }
    }

    /// The attribute of a name.
    pub fn attribute(&self, name: &str) -> Option<Written<'a>> {
        let in_layer = |(file, body): &(FileId, &'a Body)| {
            let attribute = body.attributes.iter().rev().find(|attribute| &*attribute.name == name)?;
            Some(Written { file: *file, attribute })
        };
        self.layers.iter().rev().find_map(in_layer)
    }

    /// All attributes, each name once, in written order.
    pub fn attributes(&self) -> Vec<Written<'a>> {
        let mut found: Vec<Written<'a>> = Vec::new();
        for (file, body) in &self.layers {
            for attribute in &body.attributes {
                let written = Written { file: *file, attribute };
                match found.iter_mut().find(|earlier| earlier.attribute.name == attribute.name) {
                    Some(earlier) => *earlier = written,
                    None => found.push(written),
                }
            }
        }
        found
    }

    /// The nested blocks, static and dynamic: those of a kind that an override file writes replace all others of it.
    pub fn blocks(&self) -> Vec<Nested<'a>> {
        let mut found: Vec<Nested<'a>> = Vec::new();
        for (number, (file, body)) in self.layers.iter().enumerate() {
            let own: Vec<Nested<'a>> = body.blocks.iter().filter_map(|block| Nested::of(*file, block)).collect();
            if number > 0 {
                found.retain(|earlier| !own.iter().any(|later| later.kind == earlier.kind));
            }
            found.extend(own);
        }
        found
    }

    /// The static nested blocks of a kind.
    pub fn blocks_of(&self, kind: &str) -> Vec<Block<'a>> {
        let of_kind = |nested: Nested<'a>| (!nested.is_dynamic && &**nested.kind == kind).then_some(nested.block);
        self.blocks().into_iter().filter_map(of_kind).collect()
    }
}

/// A block inside another.
#[derive(Clone, Debug)]
pub(super) struct Nested<'a> {
    /// The kind of block that it is or, when dynamic, makes.
    pub kind: &'a Arc<str>,
    /// Written as `dynamic "kind" { … }`.
    pub is_dynamic: bool,
    pub block: Block<'a>,
}

impl<'a> Nested<'a> {
    fn of(file: FileId, block: &'a ast::Block) -> Option<Self> {
        let is_dynamic = &*block.kind == "dynamic";
        let kind = if is_dynamic { block.labels.first()? } else { &block.kind };
        Some(Self { kind, is_dynamic, block: Block::new(file, block) })
    }
}

impl<'a> Module<'a> {
    /// The module that these files declare, in the order of their names; override files go over the others.
    pub fn new(folder: Utf8PathBuf, files: &[(FileId, &'a ast::File)], overrides: &[(FileId, &'a ast::File)]) -> Self {
        let mut module = Self { folder, ..Self::default() };
        for (file, parsed) in files.iter().chain(overrides) {
            module.has_faults |= !parsed.errors.is_empty();
            parsed.body.blocks.iter().for_each(|block| module.add(*file, block));
        }
        module
    }

    fn add(&mut self, file: FileId, block: &'a ast::Block) {
        let made = || Block::new(file, block);
        let labels = block.labels.as_slice();
        match (&*block.kind, labels) {
            ("locals", _) => {
                for attribute in &block.body.attributes {
                    self.locals.insert(attribute.name.clone(), Written { file, attribute });
                }
            }
            ("variable", [name]) => insert(&mut self.variables, name.clone(), made()),
            ("output", [name]) => insert(&mut self.outputs, name.clone(), made()),
            ("module", [name]) => insert(&mut self.calls, name.clone(), made()),
            ("resource", [kind, name]) => insert(&mut self.resources, format!("{kind}.{name}").into(), made()),
            ("data", [kind, name]) => insert(&mut self.resources, format!("data.{kind}.{name}").into(), made()),
            ("provider", [name]) => {
                let alias = made().attribute("alias").and_then(|alias| literal(alias.value()));
                let key = alias.map_or_else(|| name.clone(), |alias| format!("{name}.{alias}").into());
                insert(&mut self.providers, key, made());
            }
            ("moved", []) => self.moves.push(made()),
            ("removed", []) => self.removals.push(made()),
            ("terraform", []) => match &mut self.settings {
                Some(settings) => settings.overridden(made()),
                None => self.settings = Some(made()),
            },
            _ => {}
        }
    }

    /// Whether it declares anything.
    pub fn is_empty(&self) -> bool {
        self.variables.is_empty()
            && self.locals.is_empty()
            && self.outputs.is_empty()
            && self.resources.is_empty()
            && self.calls.is_empty()
            && self.removals.is_empty()
    }
}

fn insert<'a>(blocks: &mut BTreeMap<Arc<str>, Block<'a>>, name: Arc<str>, block: Block<'a>) {
    match blocks.get_mut(&name) {
        Some(known) => known.overridden(block),
        None => drop(blocks.insert(name, block)),
    }
}

/// The text of an expression that is a plain string.
pub(super) fn literal(expression: &Expression) -> Option<Arc<str>> {
    if let ExpressionKind::Text(text) = &expression.kind { Some(text.clone()) } else { None }
}
