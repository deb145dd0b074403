//! Classes.

use std::sync::Arc;

use tree_sitter::Node;

use super::super::context::{Context, children, fields, first_child};
use super::super::ir::{Class, Expr, ExprKind, Field, Role};
use super::expressions::expression;
use super::functions::{annotation, function};

/// Lowers a class.
pub(super) fn class(cx: &mut Context<'_>, node: Node<'_>, decorators: Vec<Expr>) -> Class {
    let arguments = node.child_by_field_name("superclasses").map_or_else(Vec::new, children);
    let bases = arguments.into_iter().filter(|argument| argument.kind() != "keyword_argument");
    let mut class = Class {
        name: node.child_by_field_name("name").map_or_else(|| Arc::from(""), |name| cx.name(name)),
        bases: bases.map(|base| expression(cx, base)).collect(),
        fields: Vec::new(),
        methods: Vec::new(),
        decorators,
        span: cx.span(node),
    };
    for member in node.child_by_field_name("body").map_or_else(Vec::new, children) {
        add(cx, member, Vec::new(), &mut class);
    }
    class
}

/// The decorators of a decorated definition.
pub(super) fn decorators(cx: &mut Context<'_>, node: Node<'_>) -> Vec<Expr> {
    let decorators = children(node).into_iter().filter(|child| child.kind() == "decorator");
    decorators.filter_map(first_child).map(|decorator| expression(cx, decorator)).collect()
}

fn add(cx: &mut Context<'_>, member: Node<'_>, decorators: Vec<Expr>, class: &mut Class) {
    cx.deeper(member, |cx| match member.kind() {
        "expression_statement" => {
            for part in children(member).into_iter().filter(|part| part.kind() == "assignment") {
                class.fields.extend(field(cx, part));
            }
        }
        "decorated_definition" => {
            let decorators = self::decorators(cx, member);
            if let Some(definition) = member.child_by_field_name("definition") {
                add(cx, definition, decorators, class);
            }
        }
        "function_definition" => {
            let role = role(cx, member, &decorators);
            class.methods.push(Arc::new(function(cx, member, role, decorators)));
        }
        "class_definition" => {
            let inner = self::class(cx, member, decorators);
            let name = inner.name.clone();
            let value = Some(cx.expr(member, ExprKind::Class(Arc::new(inner))));
            class.fields.push(Field { name, value, annotation: None, is_static: true });
        }
        // Definitions that depend on a version or platform, and those beside broken code.
        "if_statement" | "try_statement" | "elif_clause" | "else_clause" | "except_clause" | "block" | "ERROR" => {
            for inner in children(member) {
                add(cx, inner, Vec::new(), class);
            }
        }
        _ => {}
    });
}

fn field(cx: &mut Context<'_>, node: Node<'_>) -> Option<Field> {
    let name = node.child_by_field_name("left").filter(|left| left.kind() == "identifier")?;
    Some(Field {
        name: cx.name(name),
        value: fields(node, "right").first().map(|value| expression(cx, *value)),
        annotation: annotation(cx, node),
        is_static: true,
    })
}

fn role(cx: &Context<'_>, node: Node<'_>, decorators: &[Expr]) -> Role {
    let by_decorator = decorators.iter().find_map(|decorator| {
        let (ExprKind::Name(name) | ExprKind::Member { key: name, .. }) = &decorator.kind else { return None };
        match &**name {
            "property" | "cached_property" => Some(Role::Getter),
            "setter" => Some(Role::Setter),
            "staticmethod" => Some(Role::Static),
            "classmethod" => Some(Role::OfClass),
            _ => None,
        }
    });
    let is_constructor = node.child_by_field_name("name").is_some_and(|name| cx.text(name) == "__init__");
    by_decorator.unwrap_or(if is_constructor { Role::Constructor } else { Role::Plain })
}
