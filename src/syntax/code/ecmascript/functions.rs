//! Functions, their parameters, and the names of types.

use std::sync::Arc;

use tree_sitter::Node;

use super::super::context::{Context, children, first_child, has_token};
use super::super::ir::{Expr, ExprKind, Function, Parameter, ParameterKind, Pattern, Role, Stmt, StmtKind};
use super::expressions::{expression, key};
use super::{patterns, statements};

/// Lowers a function declaration, function expression or arrow.
pub(super) fn function(cx: &mut Context<'_>, node: Node<'_>, role: Role, decorators: Vec<Expr>) -> Function {
    let name = node.child_by_field_name("name").map_or_else(|| Arc::from(""), |name| property_name(cx, name));
    let parameters = match (node.child_by_field_name("parameter"), node.child_by_field_name("parameters")) {
        (Some(single), _) => vec![parameter(cx, single)],
        (None, Some(list)) => {
            let declared = children(list).into_iter().filter(|parameter| !declares_this(*parameter));
            declared.map(|node| parameter(cx, node)).collect()
        }
        (None, None) => Vec::new(),
    };
    let body = node.child_by_field_name("body").map_or_else(Vec::new, |body| self::body(cx, body));
    Function { name, parameters, body, role, decorators, span: cx.span(node) }
}

/// Lowers a method of a class or object.
pub(super) fn method(cx: &mut Context<'_>, node: Node<'_>, decorators: Vec<Expr>) -> Function {
    let role = if has_token(node, "get") {
        Role::Getter
    } else if has_token(node, "set") {
        Role::Setter
    } else if has_token(node, "static") {
        Role::Static
    } else if node.child_by_field_name("name").is_some_and(|name| cx.text(name) == "constructor") {
        Role::Constructor
    } else {
        Role::Plain
    };
    function(cx, node, role, decorators)
}

/// The name of a member; a computed one that is no literal has the text between its brackets.
pub(super) fn property_name(cx: &mut Context<'_>, node: Node<'_>) -> Arc<str> {
    match key(cx, node).kind {
        ExprKind::Text(name) => name,
        _ => cx.name(node),
    }
}

fn body(cx: &mut Context<'_>, node: Node<'_>) -> Vec<Stmt> {
    if node.kind() == "statement_block" {
        return statements::all(cx, &children(node));
    }
    let value = expression(cx, node);
    vec![cx.stmt(node, StmtKind::Return(Some(value)))]
}

/// TypeScript's `this: T`, which takes no argument.
fn declares_this(node: Node<'_>) -> bool {
    node.child_by_field_name("pattern").is_some_and(|pattern| pattern.kind() == "this")
}

fn parameter(cx: &mut Context<'_>, node: Node<'_>) -> Parameter {
    let typed = matches!(node.kind(), "required_parameter" | "optional_parameter");
    let bound =
        if typed { node.child_by_field_name("pattern").or(node.child_by_field_name("name")) } else { Some(node) };
    let rest = bound.filter(|bound| bound.kind() == "rest_pattern");
    let (pattern, default) = match rest.map_or(bound, first_child) {
        Some(bound) => patterns::with_default(cx, bound),
        None => (Pattern::Other, None),
    };
    let value = if typed { node.child_by_field_name("value") } else { None };
    Parameter {
        pattern,
        default: value.map(|value| expression(cx, value)).or(default),
        annotation: annotation(cx, node),
        kind: if rest.is_some() { ParameterKind::Rest } else { ParameterKind::Single },
        field: typed && is_field(node),
    }
}

fn is_field(node: Node<'_>) -> bool {
    node.children(&mut node.walk())
        .any(|child| matches!(child.kind(), "accessibility_modifier" | "override_modifier" | "readonly"))
}

/// The name of the type in a node's `type` field, without arguments: of a union, its first member that is a name.
pub(super) fn annotation(cx: &Context<'_>, node: Node<'_>) -> Option<Arc<str>> {
    let mut at = first_child(node.child_by_field_name("type")?)?;
    loop {
        at = match at.kind() {
            "type_identifier" | "nested_type_identifier" | "predefined_type" => return Some(cx.name(at)),
            "array_type" | "tuple_type" => return Some("Array".into()),
            "generic_type" => at.child_by_field_name("name")?,
            "parenthesized_type" | "readonly_type" | "flow_maybe_type" => first_child(at)?,
            "union_type" => children(at).into_iter().find(|member| member.kind() != "literal_type")?,
            _ => return None,
        };
    }
}
