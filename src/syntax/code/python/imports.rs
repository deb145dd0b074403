//! Imports.

use std::sync::Arc;

use tree_sitter::Node;

use super::super::context::{Context, children, fields};
use super::super::ir::{Import, ImportItem, Imported, Stmt, StmtKind};

/// `import a.b` binds `a` and loads `a.b`; `import a.b as c` binds `a.b`.
pub(super) fn import(cx: &mut Context<'_>, node: Node<'_>, out: &mut Vec<Stmt>) {
    for part in fields(node, "name") {
        let module = name(cx, part);
        if let Some(alias) = part.child_by_field_name("alias") {
            let item = ImportItem { what: Imported::Module, local: cx.name(alias) };
            out.push(cx.stmt(part, StmtKind::Import(Import { module, items: vec![item] })));
            continue;
        }
        if let Some((first, _)) = module.split_once('.') {
            let first: Arc<str> = first.into();
            let item = ImportItem { what: Imported::Module, local: first.clone() };
            out.push(cx.stmt(part, StmtKind::Import(Import { module: first, items: vec![item] })));
            out.push(cx.stmt(part, StmtKind::Import(Import { module, items: Vec::new() })));
        } else {
            let item = ImportItem { what: Imported::Module, local: module.clone() };
            out.push(cx.stmt(part, StmtKind::Import(Import { module, items: vec![item] })));
        }
    }
}

/// `from m import a as b`.
pub(super) fn import_from(cx: &mut Context<'_>, node: Node<'_>, out: &mut Vec<Stmt>) {
    let Some(module) = node.child_by_field_name("module_name") else { return };
    let module = without_space(cx.text(module)).into();
    let mut items = Vec::new();
    for part in fields(node, "name") {
        let name = name(cx, part);
        let local = part.child_by_field_name("alias").map_or_else(|| name.clone(), |alias| cx.name(alias));
        items.push(ImportItem { what: Imported::Name(name), local });
    }
    if children(node).iter().any(|child| child.kind() == "wildcard_import") {
        items.push(ImportItem { what: Imported::All, local: Arc::from("") });
    }
    out.push(cx.stmt(node, StmtKind::Import(Import { module, items })));
}

fn name(cx: &Context<'_>, node: Node<'_>) -> Arc<str> {
    without_space(cx.text(node.child_by_field_name("name").unwrap_or(node))).into()
}

fn without_space(text: &str) -> String {
    text.chars().filter(|part| !part.is_whitespace()).collect()
}
