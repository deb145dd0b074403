//! What a piece of program mentions and writes, without running it.

use std::collections::HashSet;
use std::sync::Arc;

use crate::syntax::code::ir::{
    Argument, Class, Expr, ExprKind, Function, ListItem, MapItem, Module, Pattern, Role, Stmt, StmtKind,
};

/// Methods that change what they are called on.
const CHANGING: &[&str] = &["append", "extend", "insert", "pop", "push", "set", "setdefault", "unshift", "update"];

/// Something met on a walk.
enum Seen<'p> {
    Expression(&'p Expr),
    Written {
        target: &'p Expr,
        value: &'p Expr,
    },
    /// A key of a destructuring pattern.
    Key(&'p Arc<str>),
    Constructor,
}

/// What a function writes of what stands around it.
#[derive(Debug, Default)]
pub(super) struct Writes {
    /// Variables.
    pub(super) variables: HashSet<Arc<str>>,
    /// Variables whose map or list is changed.
    pub(super) contents: HashSet<Arc<str>>,
}

/// The variables and members that a function reads, writes or calls, those of the functions inside it included.
pub(super) fn of_function(function: &Function) -> HashSet<Arc<str>> {
    let mut names = HashSet::new();
    walk_function(function, &mut |seen| {
        match seen {
            Seen::Expression(Expr { kind: ExprKind::Name(name) | ExprKind::Member { key: name, .. }, .. })
            | Seen::Key(name) => {
                names.insert(name.clone());
            }
            _ => {}
        }
        true
    });
    names
}

/// What a function and those inside it write. What they declare themselves is among it.
pub(super) fn written_by(function: &Function) -> Writes {
    let mut writes = Writes::default();
    walk_function(function, &mut |seen| {
        match seen {
            Seen::Written { target, .. } => match &target.kind {
                ExprKind::Name(name) => {
                    writes.variables.insert(name.clone());
                }
                ExprKind::Member { of, .. } | ExprKind::Index { of, .. } => writes.contents.extend(base_of(of)),
                _ => {}
            },
            Seen::Expression(Expr { kind: ExprKind::Call { callee, arguments }, .. }) => match &callee.kind {
                ExprKind::Member { of, key } if CHANGING.contains(&&**key) => writes.contents.extend(base_of(of)),
                ExprKind::Member { key, .. } if &**key == "assign" => {
                    writes.contents.extend(arguments.first().and_then(|first| base_of(&first.value)));
                }
                _ => {}
            },
            _ => {}
        }
        true
    });
    writes
}

/// The variables and fields that functions of a module, but for constructors, give a value.
pub(super) fn set_by_functions(module: &Module) -> HashSet<Arc<str>> {
    let mut names = HashSet::new();
    let mut functions = Vec::new();
    for statement in &module.body {
        functions_in(statement, &mut functions);
    }
    for function in functions {
        walk_function(function, &mut |seen| {
            match seen {
                Seen::Written { target, value } if !matches!(value.kind, ExprKind::Null) => {
                    if let ExprKind::Name(name) | ExprKind::Member { key: name, .. } = &target.kind {
                        names.insert(name.clone());
                    }
                }
                Seen::Constructor => return false,
                _ => {}
            }
            true
        });
    }
    names
}

/// Whether a function writes something that outlives it: a field of its instance, or a variable that it does not
/// declare.
pub(super) fn keeps_state(function: &Function) -> bool {
    let is_own = |name: &str| matches!(name, "this" | "self" | "cls");
    let mut keeps = false;
    walk_function(function, &mut |seen| {
        if let Seen::Written { target, .. } = seen {
            keeps |= match &target.kind {
                ExprKind::Member { of, .. } => matches!(&of.kind, ExprKind::Name(name) if is_own(name)),
                ExprKind::Name(_) => true,
                _ => false,
            };
        }
        true
    });
    keeps
}

/// The variable that a chain of members begins with.
fn base_of(expr: &Expr) -> Option<Arc<str>> {
    let mut expr = expr;
    loop {
        match &expr.kind {
            ExprKind::Name(name) => return Some(name.clone()),
            ExprKind::Member { of, .. } | ExprKind::Index { of, .. } => expr = of,
            _ => return None,
        }
    }
}

/// The outermost functions of a statement.
fn functions_in<'p>(inner: &'p Stmt, functions: &mut Vec<&'p Function>) {
    match &inner.kind {
        StmtKind::Function(function) => functions.push(function),
        StmtKind::Class(class) => {
            functions.extend(class.methods.iter().filter(|method| !is_constructor(method)).map(|method| &**method))
        }
        _ => statement(inner, &mut |seen| {
            if let Seen::Expression(Expr { kind: ExprKind::Lambda(function), .. }) = seen {
                functions.push(function);
                return false;
            }
            true
        }),
    }
}

fn is_constructor(function: &Function) -> bool {
    function.role == Role::Constructor
}

/// Tells what is met; where `visit` says no, what is inside is passed over.
type Visit<'v, 'p> = &'v mut dyn FnMut(Seen<'p>) -> bool;

fn walk_function<'p>(function: &'p Function, visit: Visit<'_, 'p>) {
    for parameter in &function.parameters {
        pattern(&parameter.pattern, visit);
        parameter.default.iter().for_each(|default| expression(default, visit));
    }
    statements(&function.body, visit);
    function.decorators.iter().for_each(|decorator| expression(decorator, visit));
}

fn class<'p>(class: &'p Class, visit: Visit<'_, 'p>) {
    class.bases.iter().chain(&class.decorators).for_each(|expr| expression(expr, visit));
    class.fields.iter().filter_map(|field| field.value.as_ref()).for_each(|value| expression(value, visit));
    for method in &class.methods {
        if !is_constructor(method) || visit(Seen::Constructor) {
            walk_function(method, visit);
        }
    }
}

fn statements<'p>(body: &'p [Stmt], visit: Visit<'_, 'p>) {
    body.iter().for_each(|inner| statement(inner, visit));
}

fn statement<'p>(inner: &'p Stmt, visit: Visit<'_, 'p>) {
    match &inner.kind {
        StmtKind::Let { pattern: bound, value, .. } => {
            pattern(bound, visit);
            value.iter().for_each(|value| expression(value, visit));
        }
        StmtKind::Assign { target, value } => {
            visit(Seen::Written { target, value });
            expression(target, visit);
            expression(value, visit);
        }
        StmtKind::Expr(value) => expression(value, visit),
        StmtKind::Return(value) | StmtKind::Throw(value) => value.iter().for_each(|value| expression(value, visit)),
        StmtKind::If { condition, then, otherwise } => {
            expression(condition, visit);
            statements(then, visit);
            statements(otherwise, visit);
        }
        StmtKind::Loop { binding, body } => {
            binding.iter().for_each(|(_, items)| expression(items, visit));
            statements(body, visit);
        }
        StmtKind::Try { body, handlers, finally } => {
            statements(body, visit);
            handlers.iter().for_each(|handler| statements(handler, visit));
            statements(finally, visit);
        }
        StmtKind::Block(body) => statements(body, visit),
        StmtKind::Function(function) => walk_function(function, visit),
        StmtKind::Class(inner) => class(inner, visit),
        StmtKind::Break | StmtKind::Outer(_) | StmtKind::Import(_) | StmtKind::Export(_) => {}
    }
}

fn pattern<'p>(bound: &'p Pattern, visit: Visit<'_, 'p>) {
    match bound {
        Pattern::Map { entries, .. } => {
            for (key, inner, default) in entries {
                visit(Seen::Key(key));
                pattern(inner, visit);
                default.iter().for_each(|default| expression(default, visit));
            }
        }
        Pattern::List(items) => items.iter().flatten().for_each(|inner| pattern(inner, visit)),
        Pattern::Name(..) | Pattern::Other => {}
    }
}

fn expression<'p>(expr: &'p Expr, visit: Visit<'_, 'p>) {
    if !visit(Seen::Expression(expr)) {
        return;
    }
    match &expr.kind {
        ExprKind::Null | ExprKind::Bool(_) | ExprKind::Number(_) | ExprKind::Text(_) | ExprKind::Name(_) => {}
        ExprKind::Concat(children) | ExprKind::Other(children) => {
            children.iter().for_each(|child| expression(child, visit));
        }
        ExprKind::Member { of: inner, .. } | ExprKind::Not(inner) | ExprKind::Delete(inner) => expression(inner, visit),
        ExprKind::Index { of: left, key: right }
        | ExprKind::Or(left, right)
        | ExprKind::Coalesce(left, right)
        | ExprKind::And(left, right)
        | ExprKind::Equals { left, right, .. } => {
            expression(left, visit);
            expression(right, visit);
        }
        ExprKind::Call { callee: head, arguments } | ExprKind::New { class: head, arguments } => {
            expression(head, visit);
            arguments.iter().for_each(|Argument { value, .. }| expression(value, visit));
        }
        ExprKind::Map(items) => items.iter().for_each(|item| match item {
            MapItem::Entry { key, value } => {
                expression(key, visit);
                expression(value, visit);
            }
            MapItem::Spread(value) => expression(value, visit),
        }),
        ExprKind::List(items) => items.iter().for_each(|item| match item {
            ListItem::Item(value) | ListItem::Spread(value) => expression(value, visit),
        }),
        ExprKind::Choice { condition, then, otherwise } => {
            [condition, then, otherwise].into_iter().for_each(|child| expression(child, visit));
        }
        ExprKind::Assign { target, value } => {
            visit(Seen::Written { target, value });
            expression(target, visit);
            expression(value, visit);
        }
        ExprKind::Lambda(function) => walk_function(function, visit),
        ExprKind::Class(inner) => class(inner, visit),
    }
}
