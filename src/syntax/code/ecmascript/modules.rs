//! Imports and exports.

use std::sync::Arc;

use tree_sitter::Node;

use super::super::context::{Context, children, first_child, has_token};
use super::super::ir::{Export, ExprKind, Import, ImportItem, Imported, Stmt, StmtKind};
use super::super::operators::dotted;
use super::expressions::{expression, key};
use super::{classes, patterns, statements};

/// Lowers `import …`; types are imported like values, so that annotations can be resolved.
pub(super) fn import(cx: &mut Context<'_>, node: Node<'_>, out: &mut Vec<Stmt>) {
    let parts = children(node);
    if node.kind() == "import_alias" {
        return alias(cx, node, &parts, out);
    }
    let mut items = Vec::new();
    let mut source = node.child_by_field_name("source");
    for part in parts {
        match part.kind() {
            "import_clause" => children(part).into_iter().for_each(|part| clause(cx, part, &mut items)),
            "import_require_clause" => {
                source = part.child_by_field_name("source");
                items.extend(first_child(part).map(|name| ImportItem { what: Imported::Module, local: cx.name(name) }));
            }
            _ => {}
        }
    }
    if let Some(module) = source.and_then(|source| text(cx, source)) {
        out.push(cx.stmt(node, StmtKind::Import(Import { module, items })));
    }
}

/// `import X = A.B`.
fn alias(cx: &mut Context<'_>, node: Node<'_>, parts: &[Node<'_>], out: &mut Vec<Stmt>) {
    let [name, of, ..] = parts else { return };
    let value = dotted(cx, *of);
    let pattern = patterns::pattern(cx, *name);
    out.push(cx.stmt(node, StmtKind::Let { pattern, value: Some(value), annotation: None }));
}

fn clause(cx: &mut Context<'_>, node: Node<'_>, items: &mut Vec<ImportItem>) {
    match node.kind() {
        "identifier" => items.push(ImportItem { what: Imported::Default, local: cx.name(node) }),
        "namespace_import" => {
            items.extend(first_child(node).map(|name| ImportItem { what: Imported::Module, local: cx.name(name) }));
        }
        "named_imports" => {
            for specifier in children(node) {
                let Some(name) = specifier.child_by_field_name("name").and_then(|name| text(cx, name)) else {
                    continue;
                };
                let local = specifier.child_by_field_name("alias").map_or_else(|| name.clone(), |local| cx.name(local));
                items.push(ImportItem { what: imported(name), local });
            }
        }
        _ => {}
    }
}

fn imported(name: Arc<str>) -> Imported {
    if &*name == "default" { Imported::Default } else { Imported::Name(name) }
}

/// The text of a name or string.
fn text(cx: &mut Context<'_>, node: Node<'_>) -> Option<Arc<str>> {
    match key(cx, node).kind {
        ExprKind::Text(text) => Some(text),
        _ => None,
    }
}

/// Lowers `export …`.
pub(super) fn export(cx: &mut Context<'_>, node: Node<'_>, out: &mut Vec<Stmt>) {
    if let Some(source) = node.child_by_field_name("source") {
        let Some(module) = text(cx, source) else { return };
        return exports_from(cx, node, module, out);
    }
    let is_default = has_token(node, "default");
    if let Some(declaration) = node.child_by_field_name("declaration") {
        return declared(cx, node, declaration, is_default, out);
    }
    if let Some(value) = node.child_by_field_name("value") {
        let value = match value.kind() {
            "class" => {
                let decorators = classes::decorators(cx, node);
                let class = classes::class(cx, value, decorators);
                cx.expr(value, ExprKind::Class(Arc::new(class)))
            }
            _ => expression(cx, value),
        };
        out.push(cx.stmt(node, StmtKind::Export(Export::Default(value))));
        return;
    }
    for part in children(node) {
        match part.kind() {
            "export_clause" => {
                for (local, exported) in specifiers(cx, part) {
                    out.push(cx.stmt(node, StmtKind::Export(Export::Name { local, exported })));
                }
            }
            "ERROR" => statements::statement(cx, part, out),
            // `export = value` is `module.exports = value`.
            _ if has_token(node, "=") => {
                let module = cx.expr(node, ExprKind::Name("module".into()));
                let target = cx.expr(node, ExprKind::Member { of: Box::new(module), key: "exports".into() });
                let value = expression(cx, part);
                out.push(cx.stmt(node, StmtKind::Assign { target, value }));
            }
            _ => {}
        }
    }
}

/// A declaration and the exports of what it declares.
fn declared(cx: &mut Context<'_>, node: Node<'_>, declaration: Node<'_>, is_default: bool, out: &mut Vec<Stmt>) {
    let before = out.len();
    if matches!(declaration.kind(), "class_declaration" | "abstract_class_declaration") {
        let decorators = classes::decorators(cx, node);
        let class = classes::class(cx, declaration, decorators);
        out.push(cx.stmt(declaration, StmtKind::Class(Arc::new(class))));
    } else {
        statements::statement(cx, declaration, out);
    }
    let names: Vec<Arc<str>> = out.iter().skip(before).flat_map(names).collect();
    for local in names {
        let exported = if is_default { "default".into() } else { local.clone() };
        out.push(cx.stmt(node, StmtKind::Export(Export::Name { local, exported })));
    }
}

fn names(statement: &Stmt) -> Vec<Arc<str>> {
    match &statement.kind {
        StmtKind::Let { pattern, .. } => patterns::names(pattern),
        StmtKind::Function(function) => vec![function.name.clone()],
        StmtKind::Class(class) => vec![class.name.clone()],
        _ => Vec::new(),
    }
}

fn exports_from(cx: &mut Context<'_>, node: Node<'_>, module: Arc<str>, out: &mut Vec<Stmt>) {
    let mut names = None;
    for part in children(node) {
        match part.kind() {
            "export_clause" => {
                let pairs = specifiers(cx, part).into_iter();
                names = Some(pairs.map(|(local, exported)| (imported(local), exported)).collect());
            }
            "namespace_export" => {
                names = first_child(part).and_then(|name| text(cx, name)).map(|name| vec![(Imported::Module, name)]);
            }
            _ => {}
        }
    }
    out.push(cx.stmt(node, StmtKind::Export(Export::From { module, names })));
}

/// The names of an export clause, here and outside.
fn specifiers(cx: &mut Context<'_>, clause: Node<'_>) -> Vec<(Arc<str>, Arc<str>)> {
    let mut names = Vec::new();
    for specifier in children(clause) {
        let Some(local) = specifier.child_by_field_name("name").and_then(|name| text(cx, name)) else { continue };
        let alias = specifier.child_by_field_name("alias").and_then(|name| text(cx, name));
        names.push((local.clone(), alias.unwrap_or(local)));
    }
    names
}
