//! The names that a piece of program mentions.

use std::collections::HashSet;
use std::sync::Arc;

use crate::syntax::code::ir::{Argument, Class, Expr, ExprKind, Function, ListItem, MapItem, Pattern, Stmt, StmtKind};

/// The variables and members that a function reads, writes or calls, those of the functions inside it included.
pub(super) fn of_function(function: &Function) -> HashSet<Arc<str>> {
    let mut names = HashSet::new();
    collect_function(function, &mut names);
    names
}

/// Whether a function writes something that outlives it: a field of its instance, or a variable that it does not
/// declare.
pub(super) fn keeps_state(function: &Function) -> bool {
    function.body.iter().any(writes_outside)
}

fn writes_outside(statement: &Stmt) -> bool {
    match &statement.kind {
        StmtKind::Assign { target, .. } => is_outside(target),
        StmtKind::Expr(Expr { kind: ExprKind::Assign { target, .. }, .. }) => is_outside(target),
        StmtKind::If { then, otherwise, .. } => then.iter().chain(otherwise).any(writes_outside),
        StmtKind::Try { body, handlers, finally } => {
            body.iter().chain(handlers.iter().flatten()).chain(finally).any(writes_outside)
        }
        StmtKind::Block(body) | StmtKind::Loop { body, .. } => body.iter().any(writes_outside),
        _ => false,
    }
}

fn is_outside(target: &Expr) -> bool {
    match &target.kind {
        ExprKind::Member { of, .. } => {
            matches!(&of.kind, ExprKind::Name(name) if matches!(&**name, "this" | "self" | "cls"))
        }
        ExprKind::Name(_) => true,
        _ => false,
    }
}

fn collect_function(function: &Function, names: &mut HashSet<Arc<str>>) {
    for parameter in &function.parameters {
        pattern(&parameter.pattern, names);
        parameter.default.iter().for_each(|default| expression(default, names));
    }
    statements(&function.body, names);
    function.decorators.iter().for_each(|decorator| expression(decorator, names));
}

fn class(class: &Class, names: &mut HashSet<Arc<str>>) {
    class.bases.iter().chain(&class.decorators).for_each(|expr| expression(expr, names));
    class.fields.iter().filter_map(|field| field.value.as_ref()).for_each(|value| expression(value, names));
    class.methods.iter().for_each(|method| collect_function(method, names));
}

fn statements(body: &[Stmt], names: &mut HashSet<Arc<str>>) {
    body.iter().for_each(|inner| statement(inner, names));
}

fn statement(inner: &Stmt, names: &mut HashSet<Arc<str>>) {
    match &inner.kind {
        StmtKind::Let { pattern: bound, value, .. } => {
            pattern(bound, names);
            value.iter().for_each(|value| expression(value, names));
        }
        StmtKind::Assign { target, value } => {
            expression(target, names);
            expression(value, names);
        }
        StmtKind::Expr(value) => expression(value, names),
        StmtKind::Return(value) | StmtKind::Throw(value) => value.iter().for_each(|value| expression(value, names)),
        StmtKind::If { condition, then, otherwise } => {
            expression(condition, names);
            statements(then, names);
            statements(otherwise, names);
        }
        StmtKind::Loop { binding, body } => {
            binding.iter().for_each(|(_, items)| expression(items, names));
            statements(body, names);
        }
        StmtKind::Try { body, handlers, finally } => {
            statements(body, names);
            handlers.iter().for_each(|handler| statements(handler, names));
            statements(finally, names);
        }
        StmtKind::Block(body) => statements(body, names),
        StmtKind::Function(function) => collect_function(function, names),
        StmtKind::Class(inner) => class(inner, names),
        StmtKind::Break | StmtKind::Outer(_) | StmtKind::Import(_) | StmtKind::Export(_) => {}
    }
}

fn pattern(bound: &Pattern, names: &mut HashSet<Arc<str>>) {
    match bound {
        Pattern::Map { entries, .. } => {
            for (key, inner, default) in entries {
                names.insert(key.clone());
                pattern(inner, names);
                default.iter().for_each(|default| expression(default, names));
            }
        }
        Pattern::List(items) => items.iter().flatten().for_each(|inner| pattern(inner, names)),
        Pattern::Name(..) | Pattern::Other => {}
    }
}

fn expression(expr: &Expr, names: &mut HashSet<Arc<str>>) {
    let mut all = |children: &[&Expr]| children.iter().for_each(|child| expression(child, names));
    match &expr.kind {
        ExprKind::Null | ExprKind::Bool(_) | ExprKind::Number(_) | ExprKind::Text(_) => {}
        ExprKind::Concat(children) | ExprKind::Other(children) => {
            children.iter().for_each(|child| expression(child, names));
        }
        ExprKind::Name(name) => {
            names.insert(name.clone());
        }
        ExprKind::Member { of, key } => {
            all(&[of]);
            names.insert(key.clone());
        }
        ExprKind::Index { of, key } => all(&[of, key]),
        ExprKind::Call { callee, arguments } => {
            all(&[callee]);
            self::arguments(arguments, names);
        }
        ExprKind::New { class, arguments } => {
            all(&[class]);
            self::arguments(arguments, names);
        }
        ExprKind::Map(items) => items.iter().for_each(|item| match item {
            MapItem::Entry { key, value } => {
                expression(key, names);
                expression(value, names);
            }
            MapItem::Spread(value) => expression(value, names),
        }),
        ExprKind::List(items) => items.iter().for_each(|item| match item {
            ListItem::Item(value) | ListItem::Spread(value) => expression(value, names),
        }),
        ExprKind::Choice { condition, then, otherwise } => all(&[condition, then, otherwise]),
        ExprKind::Or(left, right) | ExprKind::Coalesce(left, right) | ExprKind::And(left, right) => all(&[left, right]),
        ExprKind::Not(inner) | ExprKind::Delete(inner) => all(&[inner]),
        ExprKind::Equals { left, right, .. } => all(&[left, right]),
        ExprKind::Assign { target, value } => all(&[target, value]),
        ExprKind::Lambda(function) => collect_function(function, names),
        ExprKind::Class(inner) => class(inner, names),
    }
}

fn arguments(arguments: &[Argument], names: &mut HashSet<Arc<str>>) {
    arguments.iter().for_each(|argument| expression(&argument.value, names));
}
