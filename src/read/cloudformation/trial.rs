//! One assignment of values to the open parameters, and what conditions are under it.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::conditions::{Conditions, Expression, Name, Operand, Variable};

/// How deep operands may stand in each other, and how long a chain of conditions may be.
const DEEPEST: usize = 64;

/// The open parameters that expressions depend on.
pub(super) struct Matters<'c> {
    conditions: &'c Conditions,
    seen: BTreeSet<Name>,
    /// Each of them with what it is compared to.
    pub variables: BTreeMap<Name, BTreeSet<Arc<str>>>,
}

impl<'c> Matters<'c> {
    /// Nothing matters yet.
    pub fn new(conditions: &'c Conditions) -> Self {
        Self { conditions, seen: BTreeSet::new(), variables: BTreeMap::new() }
    }

    /// Adds what an expression depends on.
    pub fn add(&mut self, expression: &Expression) {
        self.expression(expression, 0);
    }

    fn expression(&mut self, expression: &Expression, depth: usize) {
        if depth > DEEPEST {
            return;
        }
        match expression {
            Expression::Equals(left, right) => {
                let mut names = BTreeSet::new();
                let mut literals = BTreeSet::new();
                for operand in [left, right] {
                    self.operand(operand, &mut names, &mut literals, depth + 1);
                }
                literals
                    .extend(names.iter().filter_map(|name| self.conditions.variable(name)).flat_map(Variable::known));
                for name in names {
                    self.variables.entry(name).or_default().extend(literals.iter().cloned());
                }
            }
            Expression::All(parts) | Expression::Any(parts) => {
                parts.iter().for_each(|part| self.expression(part, depth + 1));
            }
            Expression::Not(part) => self.expression(part, depth + 1),
            Expression::Named(name) => self.named(name, depth),
            Expression::Unknown => {}
        }
    }

    fn named(&mut self, name: &Name, depth: usize) {
        if self.seen.insert(name.clone()) {
            let conditions = self.conditions;
            if let Some(definition) = conditions.definition(name) {
                self.expression(definition, depth + 1);
            }
        }
    }

    fn operand(
        &mut self,
        operand: &Operand,
        names: &mut BTreeSet<Name>,
        literals: &mut BTreeSet<Arc<str>>,
        depth: usize,
    ) {
        if depth > DEEPEST {
            return;
        }
        match operand {
            Operand::Text(text) => {
                literals.insert(text.clone());
            }
            Operand::Variable(name) => {
                names.insert(name.clone());
            }
            Operand::Lookup { table, keys } => {
                for (top, second) in table.keys() {
                    literals.extend([top.clone(), second.clone()]);
                }
                self.operand(&keys.0, names, literals, depth + 1);
                self.operand(&keys.1, names, literals, depth + 1);
            }
            Operand::Joined(parts) => {
                parts.iter().for_each(|part| self.operand(part, names, literals, depth + 1));
            }
            Operand::Rejoined { list: of, .. } | Operand::Piece { of, .. } => {
                self.operand(of, names, literals, depth + 1);
            }
            Operand::Choice { condition, then, otherwise } => {
                self.named(condition, depth);
                self.operand(then, names, literals, depth + 1);
                self.operand(otherwise, names, literals, depth + 1);
            }
            Operand::Unknown => {}
        }
    }
}

/// One assignment of values to the open parameters.
pub(super) struct Trial<'c> {
    conditions: &'c Conditions,
    assignment: HashMap<&'c Name, Arc<str>>,
    /// Outcomes of named conditions; one that is being worked out is not known.
    known: RefCell<HashMap<Name, Option<bool>>>,
    /// How many named conditions are being worked out.
    depth: Cell<usize>,
}

impl<'c> Trial<'c> {
    /// The trial of these values.
    pub fn new(conditions: &'c Conditions, assignment: HashMap<&'c Name, Arc<str>>) -> Self {
        Self { conditions, assignment, known: RefCell::default(), depth: Cell::new(0) }
    }

    /// Whether an expression holds; `None` where it depends on something unknown.
    pub fn holds(&self, expression: &Expression) -> Option<bool> {
        match expression {
            Expression::Equals(left, right) => Some(self.text(left)? == self.text(right)?),
            Expression::All(parts) => self.all(parts, true),
            Expression::Any(parts) => self.all(parts, false).map(|none| !none),
            Expression::Not(part) => self.holds(part).map(|holds| !holds),
            Expression::Named(name) => self.named(name),
            Expression::Unknown => None,
        }
    }

    /// Whether all parts have the wanted outcome; one that surely has the other decides.
    fn all(&self, parts: &[Expression], wanted: bool) -> Option<bool> {
        let mut sure = true;
        for part in parts {
            match self.holds(part) {
                Some(found) if found != wanted => return Some(false),
                Some(_) => {}
                None => sure = false,
            }
        }
        sure.then_some(true)
    }

    fn named(&self, name: &Name) -> Option<bool> {
        if let Some(known) = self.known.borrow().get(name) {
            return *known;
        }
        if self.depth.get() > DEEPEST {
            return None;
        }
        self.known.borrow_mut().insert(name.clone(), None);
        self.depth.set(self.depth.get() + 1);
        let outcome = self.conditions.definition(name).and_then(|definition| self.holds(definition));
        self.depth.set(self.depth.get() - 1);
        self.known.borrow_mut().insert(name.clone(), outcome);
        outcome
    }

    fn text(&self, operand: &Operand) -> Option<Arc<str>> {
        match operand {
            Operand::Text(text) => Some(text.clone()),
            Operand::Variable(name) => self.assignment.get(name).cloned(),
            Operand::Lookup { table, keys } => table.get(&(self.text(&keys.0)?, self.text(&keys.1)?)).cloned(),
            Operand::Joined(parts) => {
                let parts: Option<Vec<Arc<str>>> = parts.iter().map(|part| self.limited(part)).collect();
                Some(parts?.concat().into())
            }
            Operand::Rejoined { list, delimiter } => Some(self.text(list)?.replace(',', delimiter).into()),
            Operand::Piece { of, delimiter, index } => {
                self.text(of)?.split(&**delimiter).nth(*index).map(|piece| piece.trim().into())
            }
            Operand::Choice { condition, then, otherwise } => {
                if self.named(condition)? {
                    self.text(then)
                } else {
                    self.text(otherwise)
                }
            }
            Operand::Unknown => None,
        }
    }

    /// A part of a longer text. Of a parameter that takes any value no trial can tell what the whole may be.
    fn limited(&self, part: &Operand) -> Option<Arc<str>> {
        if let Operand::Variable(name) = part {
            let variable = self.conditions.variable(name)?;
            if variable.allowed.is_empty() {
                return None;
            }
        }
        self.text(part)
    }
}
