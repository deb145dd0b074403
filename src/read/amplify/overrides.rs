//! `override.ts`: what a program changes in the resources that the Amplify CLI makes.
//!
//! <https://docs.amplify.aws/gen1/javascript/build-a-backend/auth/override-cognito/>

use std::sync::Arc;

use crate::read::cloudformation::shifted;
use crate::read::nodes::{list, map, merge, open, pair_at, reference, text, unknown};
use crate::source::Span;
use crate::syntax::code::ir::{Argument, Expr, ExprKind, Function, ListItem, MapItem, Module, Pattern, Stmt, StmtKind};
use crate::syntax::tree::{Node, NodeKind, Pair};

/// Properties whose names the CDK spells in its own way.
const NAMES: &[(&str, &str)] = &[("callbackUrLs", "CallbackURLs"), ("logoutUrLs", "LogoutURLs")];

/// What a program does to the resources.
struct Override<'r> {
    /// The name of the function's parameter.
    parameter: Arc<str>,
    resources: &'r mut Vec<Pair>,
    base: u32,
}

/// Applies a program to resources. A property that is changed in a way that is not followed is unknown afterwards; nodes
/// of the program begin at `base`.
pub fn apply(module: &Module, base: u32, resources: &mut Vec<Pair>) {
    for function in module.body.iter().filter_map(function) {
        let Some(Pattern::Name(parameter, _)) = function.parameters.first().map(|first| &first.pattern) else {
            continue;
        };
        let mut applied = Override { parameter: parameter.clone(), resources: &mut *resources, base };
        function.body.iter().for_each(|statement| applied.statement(statement));
    }
}

fn function(statement: &Stmt) -> Option<&Function> {
    match &statement.kind {
        StmtKind::Function(function) if &*function.name == "override" => Some(function),
        StmtKind::Let {
            pattern: Pattern::Name(name, _),
            value: Some(Expr { kind: ExprKind::Lambda(function), .. }),
            ..
        } if &**name == "override" => Some(function),
        _ => None,
    }
}

impl Override<'_> {
    fn statement(&mut self, statement: &Stmt) {
        match &statement.kind {
            StmtKind::Assign { target, value } => self.assign(target, value),
            StmtKind::Expr(Expr { kind: ExprKind::Assign { target, value }, .. }) => self.assign(target, value),
            StmtKind::Expr(Expr { kind: ExprKind::Call { callee, arguments }, .. }) => self.call(callee, arguments),
            _ => self.touch_statement(statement),
        }
    }

    fn assign(&mut self, target: &Expr, value: &Expr) {
        self.touch(value);
        match self.path(target).as_deref() {
            Some([resource, keys @ ..]) if !keys.is_empty() => {
                let keys: Vec<String> = keys.iter().map(|key| property_name(key)).collect();
                let value = self.literal(value, property_name);
                self.set(resource, &keys, shifted(target.span, self.base), value);
            }
            _ => self.touch(target),
        }
    }

    /// `resources.userPool.addPropertyOverride("Policies.PasswordPolicy.MinimumLength", 12)`
    fn call(&mut self, callee: &Expr, arguments: &[Argument]) {
        let path = self.path(callee);
        let (Some([resource, method]), [key, rest @ ..]) = (path.as_deref(), arguments) else {
            self.touch(callee);
            arguments.iter().for_each(|argument| self.touch(&argument.value));
            return;
        };
        rest.iter().for_each(|argument| self.touch(&argument.value));
        let ExprKind::Text(key) = &key.value.kind else { return self.forget(resource) };
        let keys: Vec<String> = key.split('.').map(str::to_owned).collect();
        let span = shifted(callee.span, self.base);
        match (&**method, rest) {
            ("addPropertyOverride", [value]) => {
                let value = self.literal(&value.value, str::to_owned);
                self.set(resource, &keys, span, value);
            }
            ("addPropertyDeletionOverride", []) => {
                self.set(resource, &keys, span, reference("AWS::NoValue", span));
            }
            _ => self.forget(resource),
        }
    }

    /// The names behind the parameter: `resources.userPool.policies` is `userPool`, `policies`.
    fn path(&self, expression: &Expr) -> Option<Vec<Arc<str>>> {
        let (of, key) = match &expression.kind {
            ExprKind::Name(name) => return (*name == self.parameter).then(Vec::new),
            ExprKind::Member { of, key } => (of, key.clone()),
            ExprKind::Index { of, key } => match &key.kind {
                ExprKind::Text(key) => (of, key.clone()),
                _ => return None,
            },
            _ => return None,
        };
        let mut path = self.path(of)?;
        path.push(key);
        Some(path)
    }

    fn properties(&mut self, resource: &str) -> Option<&mut Node> {
        let id = property_name(resource);
        let found = self.resources.iter_mut().find(|pair| *pair.key == *id)?;
        let NodeKind::Map(sections) = &mut found.value.kind else { return None };
        sections.iter_mut().find(|pair| &*pair.key == "Properties").map(|pair| &mut pair.value)
    }

    fn set(&mut self, resource: &str, keys: &[String], span: Span, value: Node) {
        let Some(properties) = self.properties(resource) else { return };
        let Some((first, inner)) = keys.split_first() else { return };
        let value = inner.iter().rev().fold(value, |value, key| map(vec![pair_at(key.as_str(), span, value)], span));
        // A new value takes the place of the old one, except where only a part of it is named.
        if inner.is_empty()
            && let NodeKind::Map(pairs) = &mut properties.kind
        {
            pairs.retain(|pair| *pair.key != **first);
        }
        merge(properties, map(vec![pair_at(first.as_str(), span, value)], span));
    }

    /// Leaves everything about a resource open.
    fn forget(&mut self, resource: &str) {
        if let Some(properties) = self.properties(resource) {
            *properties = unknown(properties.span);
        }
    }

    /// The value of an expression that is written out, with the names of members as properties are named.
    fn literal(&self, expression: &Expr, name: fn(&str) -> String) -> Node {
        let span = shifted(expression.span, self.base);
        match &expression.kind {
            ExprKind::Null => Node::new(NodeKind::Null, span),
            ExprKind::Bool(value) => Node::new(NodeKind::Bool(*value), span),
            ExprKind::Number(value) => Node::new(NodeKind::Number(value.clone()), span),
            ExprKind::Text(value) => text(value.clone(), span),
            ExprKind::List(items) => {
                let items = items.iter().map(|item| match item {
                    ListItem::Item(item) => self.literal(item, name),
                    ListItem::Spread(_) => unknown(span),
                });
                list(items.collect(), span)
            }
            ExprKind::Map(items) => {
                let mut pairs = Vec::new();
                for item in items {
                    match item {
                        MapItem::Entry { key: Expr { kind: ExprKind::Text(key), span }, value } => {
                            pairs.push(pair_at(name(key), shifted(*span, self.base), self.literal(value, name)));
                        }
                        _ => open(&mut pairs, span),
                    }
                }
                map(pairs, span)
            }
            _ => unknown(span),
        }
    }

    /// Forgets what an expression that is not followed may change: resources that go somewhere else as a whole.
    fn touch(&mut self, expression: &Expr) {
        match self.path(expression).as_deref() {
            Some([]) => {
                let all: Vec<Arc<str>> = self.resources.iter().map(|pair| pair.key.clone()).collect();
                all.iter().for_each(|id| self.forget(id));
            }
            Some([resource]) => self.forget(resource),
            // What is read of a resource changes nothing; a list or map of it might be changed.
            Some([resource, property, ..]) => {
                let unknown_ = unknown(shifted(expression.span, self.base));
                let span = unknown_.span;
                self.set(resource, &[property_name(property)], span, unknown_);
            }
            None => self.touch_children(expression),
        }
    }

    fn touch_children(&mut self, expression: &Expr) {
        match &expression.kind {
            ExprKind::Concat(parts) | ExprKind::Other(parts) => parts.iter().for_each(|part| self.touch(part)),
            ExprKind::Member { of, .. } | ExprKind::Not(of) | ExprKind::Delete(of) => self.touch(of),
            ExprKind::Index { of: left, key: right }
            | ExprKind::Or(left, right)
            | ExprKind::Coalesce(left, right)
            | ExprKind::And(left, right)
            | ExprKind::Equals { left, right, .. }
            | ExprKind::Assign { target: left, value: right } => {
                self.touch(left);
                self.touch(right);
            }
            ExprKind::Call { callee, arguments } | ExprKind::New { class: callee, arguments } => {
                // A method may change what it is called on.
                match (self.path(callee).as_deref(), &callee.kind) {
                    (Some([resource, _]), _) => self.forget(resource),
                    _ => self.touch(callee),
                }
                arguments.iter().for_each(|argument| self.touch(&argument.value));
            }
            ExprKind::Map(items) => items.iter().for_each(|item| match item {
                MapItem::Entry { key, value } => {
                    self.touch(key);
                    self.touch(value);
                }
                MapItem::Spread(value) => self.touch(value),
            }),
            ExprKind::List(items) => items.iter().for_each(|item| match item {
                ListItem::Item(value) | ListItem::Spread(value) => self.touch(value),
            }),
            ExprKind::Choice { condition, then, otherwise } => {
                [condition, then, otherwise].into_iter().for_each(|part| self.touch(part));
            }
            ExprKind::Lambda(function) => function.body.iter().for_each(|inner| self.touch_statement(inner)),
            ExprKind::Null
            | ExprKind::Bool(_)
            | ExprKind::Number(_)
            | ExprKind::Text(_)
            | ExprKind::Name(_)
            | ExprKind::Class(_) => {}
        }
    }

    /// Forgets what a statement that is not followed may change.
    fn touch_statement(&mut self, statement: &Stmt) {
        let mut all = |statements: &[Stmt]| statements.iter().for_each(|inner| self.touch_statement(inner));
        match &statement.kind {
            StmtKind::Assign { target, value } => {
                self.touch(target);
                self.touch(value);
            }
            StmtKind::Let { value: Some(value), .. } | StmtKind::Expr(value) => self.touch(value),
            StmtKind::Return(Some(value)) | StmtKind::Throw(Some(value)) => self.touch(value),
            StmtKind::If { condition, then, otherwise } => {
                all(then);
                all(otherwise);
                self.touch(condition);
            }
            StmtKind::Loop { binding, body } => {
                all(body);
                if let Some((_, over)) = binding {
                    self.touch(over);
                }
            }
            StmtKind::Try { body, handlers, finally } => {
                all(body);
                handlers.iter().for_each(|handler| all(handler));
                all(finally);
            }
            StmtKind::Block(body) => all(body),
            StmtKind::Function(function) => all(&function.body),
            _ => {}
        }
    }
}

/// `deviceConfiguration` → `DeviceConfiguration`
fn property_name(name: &str) -> String {
    if let Some((_, known)) = NAMES.iter().find(|(mine, _)| *mine == name) {
        return (*known).to_owned();
    }
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
