//! `switch`: a chain of ifs, with cases that fall through into the next.

use tree_sitter::Node;

use super::super::branches::{self, Arm};
use super::super::context::{Context, children, fields};
use super::super::ir::{Expr, Stmt, StmtKind};
use super::super::operators::any_of;
use super::expressions::{expression, in_field};
use super::statements;

/// Cases that run into each other, up to the one that ends.
#[derive(Default)]
struct Group {
    /// The tests of each case with the statements that stand under it; cases without statements join the next.
    parts: Vec<(Vec<Expr>, Vec<Stmt>)>,
    /// Whether `default` is among them.
    has_default: bool,
}

/// Longer runs of cases that fall through have unknown conditions.
const LONGEST_RUN: usize = 16;

/// Lowers a switch. One that is left by a `break` in the middle becomes a loop of one turn.
pub(super) fn lower(cx: &mut Context<'_>, node: Node<'_>, out: &mut Vec<Stmt>) {
    let value = in_field(cx, node, "value");
    let mut statements = Vec::new();
    let subject = branches::subject(node, value, &mut statements);
    let mut groups = groups(cx, node, &subject);
    groups.sort_by_key(|group| group.has_default);
    let arms = groups.into_iter().map(|group| group.arm(cx, node)).collect();
    statements.extend(branches::decide(arms));
    if leaves(&statements) {
        statements.push(cx.stmt(node, StmtKind::Break));
        out.push(cx.stmt(node, StmtKind::Loop { binding: None, body: statements }));
    } else {
        out.extend(statements);
    }
}

fn groups(cx: &mut Context<'_>, node: Node<'_>, subject: &Expr) -> Vec<Group> {
    let mut groups = Vec::new();
    let mut group = Group::default();
    let mut tests = Vec::new();
    for case in node.child_by_field_name("body").map_or_else(Vec::new, children) {
        match case.child_by_field_name("value") {
            Some(value) => tests.push(branches::is(subject, expression(cx, value))),
            None => group.has_default = true,
        }
        let body = fields(case, "body");
        let (kept, ends) = before_break(&body);
        if kept.is_empty() && !ends {
            continue;
        }
        // Two levels for the condition of a part within the group's.
        let body = cx.below(branches::level(groups.len()) + 2, |cx| statements::all(cx, &kept));
        group.parts.push((std::mem::take(&mut tests), body));
        if ends {
            groups.push(std::mem::take(&mut group));
        }
    }
    if !tests.is_empty() {
        group.parts.push((tests, Vec::new()));
    }
    if !group.parts.is_empty() {
        groups.push(group);
    }
    groups
}

/// The statements up to a `break` that ends the case, and whether the case ends.
fn before_break<'t>(body: &[Node<'t>]) -> (Vec<Node<'t>>, bool) {
    let (last, before) = match body.split_last() {
        Some((last, before)) => (*last, before),
        None => return (Vec::new(), false),
    };
    match last.kind() {
        "break_statement" => (before.to_vec(), true),
        "return_statement" | "throw_statement" | "continue_statement" => (body.to_vec(), true),
        "statement_block" => {
            let (inner, ends) = match children(last).as_slice() {
                [inner @ .., end] if end.kind() == "break_statement" => (inner.to_vec(), true),
                [inner @ .., end] => {
                    let ends = matches!(end.kind(), "return_statement" | "throw_statement" | "continue_statement");
                    ([inner, &[*end]].concat(), ends)
                }
                [] => (Vec::new(), false),
            };
            ([before, &inner].concat(), ends)
        }
        _ => (body.to_vec(), false),
    }
}

impl Group {
    fn arm(self, cx: &Context<'_>, node: Node<'_>) -> Arm {
        let mut all = Vec::new();
        let mut body = Vec::new();
        let last = self.parts.len().saturating_sub(1);
        for (number, (tests, part)) in self.parts.into_iter().enumerate() {
            all.extend(tests);
            if number == last {
                body.extend(part);
                break;
            }
            // What has been reached by falling through so far.
            let condition = if number < LONGEST_RUN && !all.is_empty() {
                any_of(all.iter().map(branches::again).collect())
            } else {
                cx.unknown(node)
            };
            let span = condition.span;
            body.push(Stmt { kind: StmtKind::If { condition, then: part, otherwise: Vec::new() }, span });
        }
        let condition = if self.has_default { None } else { Some(any_of(all)) };
        let span = condition.as_ref().map_or(cx.span(node), |condition| condition.span);
        Arm { condition, body, span }
    }
}

/// Whether a `break` stands outside every loop in these statements.
fn leaves(statements: &[Stmt]) -> bool {
    statements.iter().any(|statement| match &statement.kind {
        StmtKind::Break => true,
        StmtKind::If { then, otherwise, .. } => leaves(then) || leaves(otherwise),
        StmtKind::Block(inner) => leaves(inner),
        StmtKind::Try { body, handlers, finally } => {
            leaves(body) || handlers.iter().any(|handler| leaves(handler)) || leaves(finally)
        }
        _ => false,
    })
}
