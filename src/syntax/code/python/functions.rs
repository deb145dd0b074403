//! Functions, their parameters, and the names of types.

use std::sync::Arc;

use tree_sitter::Node;

use super::super::context::{Context, children, first_child};
use super::super::ir::{Expr, Function, Parameter, ParameterKind, Pattern, Role, Stmt, StmtKind};
use super::expressions::{expression, pattern};
use super::statements;

/// Lowers a function or lambda.
pub(super) fn function(cx: &mut Context<'_>, node: Node<'_>, role: Role, decorators: Vec<Expr>) -> Function {
    let parameters = node.child_by_field_name("parameters").map_or_else(Vec::new, children);
    Function {
        name: node.child_by_field_name("name").map_or_else(|| Arc::from(""), |name| cx.name(name)),
        parameters: parameters.into_iter().filter_map(|node| parameter(cx, node)).collect(),
        body: node.child_by_field_name("body").map_or_else(Vec::new, |body| self::body(cx, body)),
        role,
        decorators,
        span: cx.span(node),
    }
}

fn body(cx: &mut Context<'_>, node: Node<'_>) -> Vec<Stmt> {
    if node.kind() == "block" {
        return statements::all(cx, &children(node));
    }
    let value = expression(cx, node);
    vec![cx.stmt(node, StmtKind::Return(Some(value)))]
}

/// A parameter; `None` for the separators `*` and `/`.
fn parameter(cx: &mut Context<'_>, node: Node<'_>) -> Option<Parameter> {
    let bound = match node.kind() {
        "keyword_separator" | "positional_separator" => return None,
        "default_parameter" | "typed_default_parameter" => node.child_by_field_name("name")?,
        "typed_parameter" => first_child(node)?,
        _ => node,
    };
    let kind = match bound.kind() {
        "list_splat_pattern" => ParameterKind::Rest,
        "dictionary_splat_pattern" => ParameterKind::Keywords,
        _ => ParameterKind::Single,
    };
    let name = if kind == ParameterKind::Single { Some(bound) } else { first_child(bound) };
    Some(Parameter {
        pattern: name.map_or(Pattern::Other, |name| pattern(cx, name)),
        default: node.child_by_field_name("value").map(|value| expression(cx, value)),
        annotation: annotation(cx, node),
        kind,
        field: false,
    })
}

/// The name of the type in a node's `type` field, without arguments; of a union or an optional, the first that is not None.
pub(super) fn annotation(cx: &Context<'_>, node: Node<'_>) -> Option<Arc<str>> {
    /// Forms of `typing` that stand for their first argument.
    const TRANSPARENT: [&str; 5] = ["Optional", "Union", "Annotated", "Final", "ClassVar"];
    const DEEPEST: usize = 8;
    let mut text = cx.text(node.child_by_field_name("type")?);
    for _ in 0..DEEPEST {
        text = text.trim_matches(|edge: char| edge.is_whitespace() || matches!(edge, '"' | '\'' | '(' | ')'));
        if let Some((member, others)) = text.split_once('|').filter(|(member, _)| !member.contains('[')) {
            text = if member.trim() == "None" { others } else { member };
            continue;
        }
        let Some((name, arguments)) = text.split_once('[') else { break };
        let name = name.trim();
        if !TRANSPARENT.contains(&name.rsplit('.').next().unwrap_or(name)) {
            text = name;
            break;
        }
        text = match arguments.split_once(',') {
            Some((first, _)) if !first.contains('[') => first.trim_end_matches(']'),
            _ => arguments.trim_end_matches(']'),
        };
    }
    let is_name = |text: &str| text.chars().all(|part| part.is_alphanumeric() || matches!(part, '_' | '.'));
    (!text.is_empty() && is_name(text)).then(|| text.into())
}
