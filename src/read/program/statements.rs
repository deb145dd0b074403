//! What statements do.

use std::rc::Rc;
use std::sync::Arc;

use super::domain::{Closure, Kind, ScopeId, Val};
use super::evaluator::{Ended, Evaluator, Flow, Turn, UNROLL};
use super::truth::Truth;
use crate::source::Loc;
use crate::syntax::code::ir::{Expr, Function, Language, Pattern, Stmt, StmtKind};
use crate::when::When;

impl Evaluator<'_> {
    /// Runs statements in order.
    pub(super) fn run(&mut self, body: &[Stmt], scope: ScopeId) -> Flow {
        for statement in body {
            if let StmtKind::Function(function) = &statement.kind {
                self.declare(function, scope);
            }
        }
        for statement in body {
            if !self.enter() {
                return Flow::Next;
            }
            let flow = self.statement(statement, scope);
            self.leave();
            if flow == Flow::Left {
                return Flow::Left;
            }
        }
        Flow::Next
    }

    fn statement(&mut self, statement: &Stmt, scope: ScopeId) -> Flow {
        let loc = self.at(scope, statement.span);
        match &statement.kind {
            StmtKind::Let { pattern, value, .. } => {
                let val = match value {
                    Some(value) => self.eval(value, scope),
                    None => Val::null(loc),
                };
                self.emit_constant(pattern, &val, scope);
                self.bind(pattern, val, scope);
            }
            StmtKind::Assign { target, value } => {
                let val = self.eval(value, scope);
                self.assign(target, val, scope);
            }
            StmtKind::Expr(expr) => {
                self.eval(expr, scope);
            }
            StmtKind::Return(value) => {
                let val = match value {
                    Some(value) => self.eval(value, scope),
                    None => Val::null(loc),
                };
                self.exit(val);
                return Flow::Left;
            }
            StmtKind::Throw(value) => {
                if let Some(value) = value {
                    self.eval(value, scope);
                }
                return Flow::Left;
            }
            StmtKind::Break => {
                self.break_off(loc);
                return Flow::Left;
            }
            StmtKind::If { condition, then, otherwise } => return self.choose(condition, then, otherwise, loc, scope),
            StmtKind::Loop { binding, body } => return self.repeat(binding.as_ref(), body, loc, scope),
            StmtKind::Try { body, handlers, finally } => return self.attempt(body, handlers, finally, loc, scope),
            StmtKind::Block(body) => return self.block(body, scope),
            StmtKind::Outer(names) => {
                if let Some(frame) = self.frames.last_mut() {
                    frame.outer.extend(names.iter().cloned());
                }
            }
            // Declared before the statements ran.
            StmtKind::Function(_) => {}
            StmtKind::Class(class) => {
                let val = self.class(class, scope, loc);
                self.heap.set(scope, &class.name, val);
            }
            StmtKind::Import(import) => self.bind_import(import, loc, scope),
            StmtKind::Export(export) => self.export(export, scope),
        }
        Flow::Next
    }

    /// Statements in a scope of their own, where the language has such.
    fn block(&mut self, body: &[Stmt], scope: ScopeId) -> Flow {
        let scope = self.inner_scope(scope);
        self.run(body, scope)
    }

    fn inner_scope(&mut self, scope: ScopeId) -> ScopeId {
        if self.language(scope) == Language::Python {
            return scope;
        }
        let module = self.heap.scope(scope).module;
        self.heap.open_scope(Some(scope), module)
    }

    fn declare(&mut self, function: &Arc<Function>, scope: ScopeId) {
        let module = self.heap.scope(scope).module;
        let closure = Rc::new(Closure { function: function.clone(), scope, module, class: None, receiver: None });
        self.worklist.made(&closure);
        let loc = self.at(scope, function.span);
        self.heap.set(scope, &function.name, Val::new(Kind::Function(closure), loc));
        for decorator in &function.decorators {
            self.eval(decorator, scope);
        }
    }

    /// Leaves the function with a value.
    fn exit(&mut self, val: Val) {
        let Some(frame) = self.frames.last() else { return };
        let ended = Ended { when: self.path.without(&frame.path), val, delta: self.heap.changes(frame.base) };
        if let Some(frame) = self.frames.last_mut() {
            frame.exits.push(ended);
        }
    }

    /// Leaves the turn of a loop.
    fn break_off(&mut self, loc: Loc) {
        let Some(turn) = self.frames.last().and_then(|frame| frame.loops.last()) else { return };
        let ended =
            Ended { when: self.path.without(&turn.path), val: Val::null(loc), delta: self.heap.changes(turn.base) };
        if let Some(turn) = self.frames.last_mut().and_then(|frame| frame.loops.last_mut()) {
            turn.exits.push(ended);
        }
    }

    fn choose(&mut self, condition: &Expr, then: &[Stmt], otherwise: &[Stmt], loc: Loc, scope: ScopeId) -> Flow {
        match self.condition(condition, scope) {
            Truth::Yes => self.block(then, scope),
            Truth::No => self.block(otherwise, scope),
            Truth::Maybe { yes, no } => {
                let run = &mut |it: &mut Self, arm: usize| {
                    (Val::null(loc), it.block(if arm == 0 { then } else { otherwise }, scope))
                };
                self.split(&[yes, no], loc, run).1
            }
        }
    }

    fn repeat(&mut self, binding: Option<&(Pattern, Expr)>, body: &[Stmt], loc: Loc, scope: ScopeId) -> Flow {
        let items = binding.map(|(pattern, items)| (pattern, self.eval(items, scope)));
        if let Some((pattern, items)) = &items
            && let Some(known) = self.known_items(items)
        {
            for item in known {
                if self.turn(Some((pattern, item)), body, loc, scope) == Flow::Left {
                    return Flow::Left;
                }
            }
            return Flow::Next;
        }
        let run = &mut |it: &mut Self, arm: usize| {
            if arm == 1 {
                return (Val::null(loc), Flow::Next);
            }
            let bound = items.as_ref().map(|(pattern, items)| (*pattern, it.item_of(items)));
            (Val::null(loc), it.turn(bound, body, loc, scope))
        };
        self.split(&[When::always(), When::always()], loc, run).1
    }

    /// One turn of a loop; where a `break` leaves it does not matter to what the turn wrote.
    fn turn(&mut self, bound: Option<(&Pattern, Val)>, body: &[Stmt], loc: Loc, scope: ScopeId) -> Flow {
        let base = self.heap.depth();
        let path = self.path.clone();
        self.heap.begin();
        let turn = Turn { base, path: path.clone(), exits: Vec::new() };
        if let Some(frame) = self.frames.last_mut() {
            frame.loops.push(turn);
        }
        let inner = self.inner_scope(scope);
        if let Some((pattern, item)) = bound {
            self.bind(pattern, item, inner);
        }
        if self.run(body, inner) == Flow::Next {
            self.break_off(loc);
        }
        self.heap.rollback();
        self.path = path;
        let exits =
            self.frames.last_mut().and_then(|frame| frame.loops.pop()).map(|turn| turn.exits).unwrap_or_default();
        if exits.is_empty() {
            return Flow::Left;
        }
        self.merge(exits, loc);
        Flow::Next
    }

    /// The items of a list that is wholly known and short.
    pub(super) fn known_items(&self, val: &Val) -> Option<Vec<Val>> {
        let object = self.heap.object(val.object()?);
        let is_known = object.is_list()
            && !object.open
            && object.items.len() <= UNROLL
            && object.items.iter().all(|(_, when)| when.is_always());
        is_known.then(|| object.items.iter().map(|(item, _)| item.clone()).collect())
    }

    /// Some item of a list, or of something unknown.
    pub(super) fn item_of(&mut self, items: &Val) -> Val {
        let known: Vec<(When, Val)> = items
            .object()
            .map(|id| self.heap.object(id).items.iter().map(|(item, _)| (When::always(), item.clone())).collect())
            .unwrap_or_default();
        if known.is_empty() {
            return self.member_of(items.clone(), "[]".into(), items.loc);
        }
        self.join(known, items.loc)
    }

    fn attempt(&mut self, body: &[Stmt], handlers: &[Vec<Stmt>], finally: &[Stmt], loc: Loc, scope: ScopeId) -> Flow {
        let flow = if handlers.is_empty() {
            self.block(body, scope)
        } else {
            let arms = vec![When::always(); handlers.len() + 1];
            let run = &mut |it: &mut Self, arm: usize| {
                let statements = arm.checked_sub(1).and_then(|at| handlers.get(at)).map_or(body, Vec::as_slice);
                (Val::null(loc), it.block(statements, scope))
            };
            self.split(&arms, loc, run).1
        };
        match self.block(finally, scope) {
            Flow::Left => Flow::Left,
            Flow::Next => flow,
        }
    }
}
