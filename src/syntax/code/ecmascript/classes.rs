//! Classes, enumerations and namespaces.

use std::sync::Arc;

use tree_sitter::Node;

use super::super::context::{Context, children, fields, has_token};
use super::super::ir::{Class, Expr, ExprKind, Field, Function, MapItem, Pattern, Role, Stmt, StmtKind};
use super::expressions::{expression, in_field, key};
use super::functions::{annotation, method, property_name};
use super::{patterns, statements};

/// Lowers a class; `decorators` are those that stand before an `export`.
pub(super) fn class(cx: &mut Context<'_>, node: Node<'_>, mut decorators: Vec<Expr>) -> Class {
    decorators.extend(self::decorators(cx, node));
    let mut class = Class {
        name: node.child_by_field_name("name").map_or_else(|| Arc::from(""), |name| cx.name(name)),
        bases: bases(cx, node),
        fields: Vec::new(),
        methods: Vec::new(),
        decorators,
        span: cx.span(node),
    };
    let members = node.child_by_field_name("body").map_or_else(Vec::new, children);
    let mut before = Vec::new();
    for member in members {
        match member.kind() {
            // In TypeScript's tree a method's decorators stand before it.
            "decorator" => before.extend(decorator(cx, member)),
            "method_definition" => {
                let mut decorators = std::mem::take(&mut before);
                decorators.extend(self::decorators(cx, member));
                class.methods.push(Arc::new(method(cx, member, decorators)));
            }
            "public_field_definition" | "field_definition" => class.fields.push(field(cx, member)),
            "class_static_block" => class.methods.push(Arc::new(static_block(cx, member))),
            _ => before.clear(),
        }
    }
    class
}

/// The decorators of a declaration.
pub(super) fn decorators(cx: &mut Context<'_>, node: Node<'_>) -> Vec<Expr> {
    fields(node, "decorator").into_iter().filter_map(|node| decorator(cx, node)).collect()
}

fn decorator(cx: &mut Context<'_>, node: Node<'_>) -> Option<Expr> {
    Some(expression(cx, *children(node).first()?))
}

fn bases(cx: &mut Context<'_>, node: Node<'_>) -> Vec<Expr> {
    let Some(heritage) = children(node).into_iter().find(|child| child.kind() == "class_heritage") else {
        return Vec::new();
    };
    let mut bases = Vec::new();
    for child in children(heritage) {
        match child.kind() {
            "extends_clause" => bases.extend(fields(child, "value").into_iter().map(|base| expression(cx, base))),
            "implements_clause" => {}
            _ => bases.push(expression(cx, child)),
        }
    }
    bases
}

fn field(cx: &mut Context<'_>, node: Node<'_>) -> Field {
    let name = node.child_by_field_name("name").or(node.child_by_field_name("property"));
    Field {
        name: name.map_or_else(|| Arc::from(""), |name| property_name(cx, name)),
        value: node.child_by_field_name("value").map(|value| expression(cx, value)),
        annotation: annotation(cx, node),
        is_static: has_token(node, "static"),
    }
}

/// `static { … }` is a static method without a name.
fn static_block(cx: &mut Context<'_>, node: Node<'_>) -> Function {
    Function {
        name: Arc::from(""),
        parameters: Vec::new(),
        body: node.child_by_field_name("body").map_or_else(Vec::new, |body| statements::all(cx, &children(body))),
        role: Role::Static,
        decorators: Vec::new(),
        span: cx.span(node),
    }
}

/// `enum X { A = "a", B }` declares a map. A member without a value counts on from the one before.
pub(super) fn enumeration(cx: &mut Context<'_>, node: Node<'_>) -> Option<StmtKind> {
    let name = node.child_by_field_name("name")?;
    let body = node.child_by_field_name("body")?;
    let mut next = Some(0_i64);
    let mut entries = Vec::new();
    for member in children(body) {
        let (key, value) = if member.kind() == "enum_assignment" {
            let Some(name) = member.child_by_field_name("name") else { continue };
            (key(cx, name), in_field(cx, member, "value"))
        } else {
            let counted = next.map_or(ExprKind::Other(Vec::new()), |count| ExprKind::Number(count.to_string().into()));
            (key(cx, member), cx.expr(member, counted))
        };
        let number = if let ExprKind::Number(number) = &value.kind { number.parse::<i64>().ok() } else { None };
        next = number.and_then(|number| number.checked_add(1));
        entries.push(MapItem::Entry { key, value });
    }
    let pattern = Pattern::Name(cx.name(name), cx.span(name));
    Some(StmtKind::Let { pattern, value: Some(cx.expr(node, ExprKind::Map(entries))), annotation: None })
}

/// `namespace X { … }` declares what a function that runs its body and returns its exports would give.
pub(super) fn namespace(cx: &mut Context<'_>, node: Node<'_>) -> Option<StmtKind> {
    let name = node.child_by_field_name("name").filter(|name| name.kind() == "identifier")?;
    let mut body = statements::all(cx, &children(node.child_by_field_name("body")?));
    let exported = body.iter().filter_map(|stmt| match &stmt.kind {
        StmtKind::Export(super::super::ir::Export::Name { local, exported }) => Some(MapItem::Entry {
            key: Expr { kind: ExprKind::Text(exported.clone()), span: stmt.span },
            value: Expr { kind: ExprKind::Name(local.clone()), span: stmt.span },
        }),
        _ => None,
    });
    let exports = cx.expr(node, ExprKind::Map(exported.collect()));
    body.retain(|stmt| !matches!(stmt.kind, StmtKind::Export(_)));
    body.push(Stmt { span: exports.span, kind: StmtKind::Return(Some(exports)) });
    let function = Function {
        name: Arc::from(""),
        parameters: Vec::new(),
        body,
        role: Role::Plain,
        decorators: Vec::new(),
        span: cx.span(node),
    };
    let callee = Box::new(cx.expr(node, ExprKind::Lambda(Arc::new(function))));
    let value = cx.expr(node, ExprKind::Call { callee, arguments: Vec::new() });
    Some(StmtKind::Let { pattern: patterns::pattern(cx, name), value: Some(value), annotation: None })
}
