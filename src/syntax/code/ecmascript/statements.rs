//! Statements.

use std::sync::Arc;

use tree_sitter::Node;

use super::super::branches::{self, Arm};
use super::super::context::{Context, children, first_child, has_token};
use super::super::ir::{Expr, ExprKind, Pattern, Role, Stmt, StmtKind};
use super::expressions::{assignment, expression, in_field};
use super::{classes, functions, modules, patterns, switch};

/// Lowers statements in order.
pub(super) fn all(cx: &mut Context<'_>, nodes: &[Node<'_>]) -> Vec<Stmt> {
    let mut out = Vec::new();
    for node in nodes {
        statement(cx, *node, &mut out);
    }
    out
}

/// Lowers one statement, which may become none or several.
pub(super) fn statement(cx: &mut Context<'_>, node: Node<'_>, out: &mut Vec<Stmt>) {
    cx.deeper(node, |cx| lower(cx, node, out));
}

fn lower(cx: &mut Context<'_>, node: Node<'_>, out: &mut Vec<Stmt>) {
    let kind = match node.kind() {
        "expression_statement" => {
            children(node).into_iter().for_each(|child| effect(cx, child, out));
            return;
        }
        "lexical_declaration" | "variable_declaration" | "using_declaration" => return declarations(cx, node, out),
        "function_declaration" | "generator_function_declaration" => {
            StmtKind::Function(Arc::new(functions::function(cx, node, Role::Plain, Vec::new())))
        }
        "class_declaration" | "abstract_class_declaration" => {
            StmtKind::Class(Arc::new(classes::class(cx, node, Vec::new())))
        }
        "enum_declaration" => return out.extend(classes::enumeration(cx, node).map(|kind| cx.stmt(node, kind))),
        "internal_module" => return out.extend(classes::namespace(cx, node).map(|kind| cx.stmt(node, kind))),
        "import_statement" | "import_alias" => return modules::import(cx, node, out),
        "export_statement" => return modules::export(cx, node, out),
        "return_statement" => StmtKind::Return(value(cx, node)),
        "throw_statement" => StmtKind::Throw(value(cx, node)),
        "break_statement" | "continue_statement" => StmtKind::Break,
        "if_statement" => return branch(cx, node, out),
        "switch_statement" => return switch::lower(cx, node, out),
        "for_in_statement" => for_in(cx, node),
        "for_statement" => counted(cx, node),
        "while_statement" => {
            let test = in_field(cx, node, "condition");
            let mut body = vec![effect_of(test)];
            body.extend(self::body(cx, node, "body"));
            StmtKind::Loop { binding: None, body }
        }
        "do_statement" => {
            let mut body = self::body(cx, node, "body");
            body.push(effect_of(in_field(cx, node, "condition")));
            StmtKind::Loop { binding: None, body }
        }
        "try_statement" => attempt(cx, node),
        "statement_block" => StmtKind::Block(all(cx, &children(node))),
        "labeled_statement" => return out.extend(body(cx, node, "body")),
        "with_statement" => StmtKind::Block(body(cx, node, "body")),
        // Types, declarations of what stands elsewhere, and what does nothing.
        "interface_declaration"
        | "type_alias_declaration"
        | "ambient_declaration"
        | "module"
        | "function_signature"
        | "empty_statement"
        | "debugger_statement"
        | "hash_bang_line"
        | "comment" => return,
        "ERROR" => return children(node).into_iter().for_each(|child| statement(cx, child, out)),
        _ => return effect(cx, node, out),
    };
    out.push(cx.stmt(node, kind));
}

/// An expression that stands as a statement.
fn effect(cx: &mut Context<'_>, node: Node<'_>, out: &mut Vec<Stmt>) {
    let kind = match node.kind() {
        "assignment_expression" | "augmented_assignment_expression" => {
            let Some((target, value)) = assignment(cx, node) else { return };
            StmtKind::Assign { target, value }
        }
        "sequence_expression" => return children(node).into_iter().for_each(|child| effect(cx, child, out)),
        "internal_module" => return statement(cx, node, out),
        _ => match expression(cx, node) {
            Expr { kind: ExprKind::Assign { target, value }, .. } => {
                StmtKind::Assign { target: *target, value: *value }
            }
            other => StmtKind::Expr(other),
        },
    };
    out.push(cx.stmt(node, kind));
}

fn effect_of(expr: Expr) -> Stmt {
    Stmt { span: expr.span, kind: StmtKind::Expr(expr) }
}

fn value(cx: &mut Context<'_>, node: Node<'_>) -> Option<Expr> {
    first_child(node).map(|value| expression(cx, value))
}

/// The statements of a field: those in its braces, or the only one.
pub(super) fn body(cx: &mut Context<'_>, node: Node<'_>, field: &str) -> Vec<Stmt> {
    match node.child_by_field_name(field) {
        Some(body) if body.kind() == "statement_block" => all(cx, &children(body)),
        Some(body) => all(cx, &[body]),
        None => Vec::new(),
    }
}

fn declarations(cx: &mut Context<'_>, node: Node<'_>, out: &mut Vec<Stmt>) {
    for declarator in children(node) {
        if declarator.kind() != "variable_declarator" {
            statement(cx, declarator, out);
            continue;
        }
        let Some(name) = declarator.child_by_field_name("name") else { continue };
        let pattern = patterns::pattern(cx, name);
        let value = declarator.child_by_field_name("value").map(|value| expression(cx, value));
        let annotation = functions::annotation(cx, declarator);
        out.push(cx.stmt(declarator, StmtKind::Let { pattern, value, annotation }));
    }
}

fn branch(cx: &mut Context<'_>, node: Node<'_>, out: &mut Vec<Stmt>) {
    let mut arms = Vec::new();
    let mut next = Some(node);
    while let Some(node) = next {
        let is_if = node.kind() == "if_statement";
        let arm = cx.below(branches::level(arms.len()), |cx| Arm {
            condition: is_if.then(|| in_field(cx, node, "condition")),
            body: if is_if { body(cx, node, "consequence") } else { alone(cx, node) },
            span: cx.span(node),
        });
        arms.push(arm);
        next = if is_if { node.child_by_field_name("alternative").and_then(first_child) } else { None };
    }
    out.extend(branches::decide(arms));
}

fn alone(cx: &mut Context<'_>, node: Node<'_>) -> Vec<Stmt> {
    if node.kind() == "statement_block" { all(cx, &children(node)) } else { all(cx, &[node]) }
}

fn for_in(cx: &mut Context<'_>, node: Node<'_>) -> StmtKind {
    let pattern = node.child_by_field_name("left").map_or(Pattern::Other, |left| patterns::pattern(cx, left));
    let mut items = in_field(cx, node, "right");
    if has_token(node, "in") {
        // The keys of what stands there, not its items.
        items = cx.expr(node, ExprKind::Other(vec![items]));
    }
    StmtKind::Loop { binding: Some((pattern, items)), body: body(cx, node, "body") }
}

fn counted(cx: &mut Context<'_>, node: Node<'_>) -> StmtKind {
    let mut outer = Vec::new();
    if let Some(first) = node.child_by_field_name("initializer") {
        statement(cx, first, &mut outer);
    }
    let mut inner = Vec::new();
    if let Some(test) = node.child_by_field_name("condition") {
        statement(cx, test, &mut inner);
    }
    inner.extend(body(cx, node, "body"));
    if let Some(step) = node.child_by_field_name("increment") {
        effect(cx, step, &mut inner);
    }
    outer.push(cx.stmt(node, StmtKind::Loop { binding: None, body: inner }));
    StmtKind::Block(outer)
}

fn attempt(cx: &mut Context<'_>, node: Node<'_>) -> StmtKind {
    let tried = body(cx, node, "body");
    let handlers = node.child_by_field_name("handler").map(|handler| {
        let mut statements = Vec::new();
        if let Some(caught) = handler.child_by_field_name("parameter") {
            let pattern = patterns::pattern(cx, caught);
            let value = Some(cx.unknown(caught));
            statements.push(cx.stmt(caught, StmtKind::Let { pattern, value, annotation: None }));
        }
        statements.extend(body(cx, handler, "body"));
        statements
    });
    let finally = node.child_by_field_name("finalizer").map_or_else(Vec::new, |last| body(cx, last, "body"));
    StmtKind::Try { body: tried, handlers: handlers.into_iter().collect(), finally }
}
