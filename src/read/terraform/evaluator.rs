//! Expressions to values.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;
use std::sync::Arc;

use crate::read::branches::{self, Branch, Branches, always, combine, concat, spread, text_of};
use crate::read::{Facts, Note};
use crate::source::Loc;
use crate::syntax::hcl::ast::{Binary, Expression, ExpressionKind, For, Item, Part, Unary};
use crate::value::{Entry, Kind, List, Map, Presence, ResourceKey, Value, Why};
use crate::when::When;

use super::World;
use super::code::Archives;
use super::reference::Declared;
use super::repetition::numbered;
use super::scope::Scope;

/// How deep the evaluation may go, through all that expressions refer to.
const DEEPEST: usize = 220;

/// How many values may be made for one root module, those that are copied from elsewhere included.
const MOST_VALUES: usize = 1_000_000;

/// How many values a `for` or a nested list may have.
const MOST_ITEMS: usize = 4_096;

/// How long a text may become.
const LONGEST_TEXT: usize = 1 << 20;

/// What evaluates the expressions of one root module and gathers what it reads.
#[derive(Debug)]
pub(super) struct Evaluator<'a> {
    pub world: Rc<World<'a>>,
    pub facts: RefCell<Facts>,
    /// What the values that stand for whole resources and modules stand for.
    pub targets: RefCell<HashMap<ResourceKey, Target<'a>>>,
    /// What the archives are made of that the configuration makes.
    pub archives: RefCell<Archives>,
    /// The sources of modules that are not there, each with the first place that names it.
    pub missing: RefCell<BTreeMap<Arc<str>, Loc>>,
    /// There may be resources that are not known.
    pub is_open: Cell<bool>,
    instances: Cell<usize>,
    depth: Cell<usize>,
    made: Cell<usize>,
    is_exhausted: Cell<bool>,
}

/// What a value stands for.
#[derive(Clone, Debug)]
pub(super) enum Target<'a> {
    /// A resource or data source.
    Resource(Declared<'a>),
    /// A call of a module.
    Call(Declared<'a>),
}

impl<'a> Evaluator<'a> {
    /// An evaluator that has read nothing yet.
    pub fn new(world: Rc<World<'a>>) -> Self {
        Self {
            world,
            facts: RefCell::default(),
            targets: RefCell::default(),
            archives: RefCell::default(),
            missing: RefCell::default(),
            is_open: Cell::new(false),
            instances: Cell::new(0),
            depth: Cell::new(0),
            made: Cell::new(0),
            is_exhausted: Cell::new(false),
        }
    }

    /// Tells something that is no finding.
    pub fn note(&self, kind: &'static str, message: String, loc: Loc) {
        let notes = &mut self.facts.borrow_mut().notes;
        if !notes.iter().any(|note| note.loc == Some(loc) && note.message == message) {
            notes.push(Note { kind, message, file: Some(loc.file), loc: Some(loc) });
        }
    }

    /// Counts values that are made. `false` where they are too many.
    pub fn spend(&self, values: usize, loc: Loc) -> bool {
        let made = self.made.get().saturating_add(values);
        self.made.set(made);
        if made <= MOST_VALUES {
            return true;
        }
        if !self.is_exhausted.replace(true) {
            self.note("limit", format!("this module makes more than {MOST_VALUES} values; the rest is unknown"), loc);
        }
        false
    }

    /// Counts a use of a module; `false` where there are so many already.
    pub fn admit(&self, most: usize) -> bool {
        self.instances.set(self.instances.get() + 1);
        self.instances.get() <= most
    }

    /// What an expression is.
    pub fn evaluate(&self, expression: &Expression, scope: &Scope<'a>) -> Value {
        let loc = scope.loc(expression.span);
        let too_much = || Value::unknown(Why::Limit, loc);
        if !self.spend(1, loc) {
            return too_much();
        }
        self.deeper(|| self.kind_of(expression, scope, loc), too_much)
    }

    /// Goes one level deeper, or takes the other way where that is too deep.
    pub fn deeper<T>(&self, function: impl FnOnce() -> T, otherwise: impl FnOnce() -> T) -> T {
        if self.depth.get() >= DEEPEST {
            return otherwise();
        }
        self.depth.set(self.depth.get() + 1);
        let result = function();
        self.depth.set(self.depth.get() - 1);
        result
    }

    /// What an expression is under each condition.
    pub fn branches(&self, expression: &Expression, scope: &Scope<'a>) -> Branches {
        spread(self.evaluate(expression, scope))
    }

    fn kind_of(&self, expression: &Expression, scope: &Scope<'a>, loc: Loc) -> Value {
        let kind = match &expression.kind {
            ExpressionKind::Null => Kind::Null,
            ExpressionKind::Bool(value) => Kind::Bool(*value),
            ExpressionKind::Number(number) => Kind::Number(number.clone()),
            ExpressionKind::Text(text) => Kind::Text(text.clone()),
            ExpressionKind::Unreadable => Kind::Unknown(Why::Dynamic),
            ExpressionKind::Template(parts) => return self.template(parts, scope, loc),
            ExpressionKind::List(items) => {
                let items = items.iter().map(|item| (self.evaluate(item, scope), When::always()));
                Kind::List(List { items: items.collect(), open: false })
            }
            ExpressionKind::Map(items) => Kind::Map(self.map(items, scope)),
            ExpressionKind::Name(_)
            | ExpressionKind::Member { .. }
            | ExpressionKind::Index { .. }
            | ExpressionKind::Splat { .. } => return self.traverse(expression, scope, loc),
            ExpressionKind::Call { function, .. } if &**function == "contains" => {
                return self.truth_value(expression, scope, loc);
            }
            ExpressionKind::Call { function, arguments, spread } => {
                return self.call(function, arguments, *spread, scope, loc);
            }
            ExpressionKind::Choice { condition, then, otherwise } => {
                return self.choice(condition, [then, otherwise], scope, loc);
            }
            ExpressionKind::Unary { operator: Unary::Minus, operand } => {
                return self.arithmetic(Binary::Subtract, None, operand, scope, loc);
            }
            ExpressionKind::Unary { operator: Unary::Not, .. } => return self.truth_value(expression, scope, loc),
            ExpressionKind::Binary { operator, left, right } if is_arithmetic(*operator) => {
                return self.arithmetic(*operator, Some(left), right, scope, loc);
            }
            ExpressionKind::Binary { .. } => return self.truth_value(expression, scope, loc),
            ExpressionKind::For(written) => return self.for_each(written, scope, loc),
        };
        Value::new(kind, loc)
    }

    fn template(&self, parts: &[Part], scope: &Scope<'a>, loc: Loc) -> Value {
        if let [Part::Value(only)] = parts {
            return Value { loc, ..self.evaluate(only, scope) };
        }
        let mut found = Vec::new();
        self.parts(parts, scope, loc, &mut found);
        settled(combine(found, loc, |row| always(bounded(concat(row.into_iter().flatten().collect(), loc)))), loc)
    }

    /// The parts of a template under each condition, in order.
    pub fn parts(&self, parts: &[Part], scope: &Scope<'a>, loc: Loc, found: &mut Vec<Branches>) {
        for part in parts {
            if found.len() > MOST_ITEMS {
                return found.push(always(Value::unknown(Why::Limit, loc)));
            }
            match part {
                Part::Text(text) => found.push(always(Value::text_at(text.clone(), loc))),
                Part::Value(expression) => found.push(self.branches(expression, scope)),
                Part::If { condition, then, otherwise } => {
                    found.push(self.chosen(condition, scope, |holds, scope| {
                        self.joined(if holds { then } else { otherwise }, scope, loc)
                    }));
                }
                Part::For { key, item, of, body } => {
                    let of = self.evaluate(of, scope);
                    let (turns, open) = numbered(&of);
                    for turn in turns {
                        let Some(inner) = self.turn(key.as_ref(), item, &turn.key, &turn.value, &turn.when, scope)
                        else {
                            continue;
                        };
                        self.parts(body, &inner, loc, found);
                    }
                    if open {
                        found.push(always(Value::unknown(Why::Dynamic, loc)));
                    }
                }
            }
        }
    }

    fn joined(&self, parts: &[Part], scope: &Scope<'a>, loc: Loc) -> Value {
        let mut found = Vec::new();
        self.parts(parts, scope, loc, &mut found);
        settled(combine(found, loc, |row| always(bounded(concat(row.into_iter().flatten().collect(), loc)))), loc)
    }

    fn map(&self, items: &[Item], scope: &Scope<'a>) -> Map {
        let mut map = Map::default();
        for item in items {
            let key_loc = scope.loc(item.key.span);
            let key = self.evaluate(&item.key, scope);
            match text_of(&key) {
                Some(key) => {
                    let value = self.evaluate(&item.value, scope);
                    map.insert(Entry { key, key_loc, value, presence: Presence::Always });
                }
                None => map.open = true,
            }
        }
        map
    }

    fn choice(&self, condition: &Expression, values: [&Expression; 2], scope: &Scope<'a>, loc: Loc) -> Value {
        let [then, otherwise] = values;
        let found =
            self.chosen(condition, scope, |holds, scope| self.evaluate(if holds { then } else { otherwise }, scope));
        settled(branches::one_if_equal(found), loc)
    }

    /// What `value` gives for each outcome that a condition can have.
    fn chosen(&self, condition: &Expression, scope: &Scope<'a>, value: impl Fn(bool, &Scope<'a>) -> Value) -> Branches {
        let mut found = Branches::new();
        for (when, holds) in self.truth(condition, scope) {
            let Some(inner) = scope.under(&when) else { continue };
            for branch in spread(value(holds, &inner)) {
                if let Some(when) = when.and(&branch.when) {
                    found.push(Branch { when, value: branch.value });
                }
            }
        }
        found
    }

    /// `-a` is `0 - a`.
    fn arithmetic(
        &self,
        operator: Binary,
        left: Option<&Expression>,
        right: &Expression,
        scope: &Scope<'a>,
        loc: Loc,
    ) -> Value {
        let zero = || always(Value::new(Kind::Number("0".into()), loc));
        let operands = vec![left.map_or_else(zero, |left| self.branches(left, scope)), self.branches(right, scope)];
        let found = combine(operands, loc, |row| {
            let number = |at: usize| text_of(row.get(at)?.as_ref()?)?.parse::<f64>().ok();
            let result = number(0).zip(number(1)).and_then(|(left, right)| calculate(operator, left, right));
            let assumed = branches::assumed_by(row.iter().flatten());
            let open = row.iter().flatten().find(|operand| text_of(operand).is_none());
            let kind = match (result, open) {
                (Some(number), _) => Kind::Number(written(number).into()),
                (None, Some(Value { kind: Kind::Unknown(why), .. })) => Kind::Unknown(why.clone()),
                (None, Some(operand)) => {
                    Kind::Unknown(Why::Member { of: Box::new(operand.clone()), key: "a number made of it".into() })
                }
                (None, None) => Kind::Unknown(Why::Dynamic),
            };
            always(Value { kind, loc, assumed })
        });
        settled(found, loc)
    }

    fn for_each(&self, written: &For, scope: &Scope<'a>, loc: Loc) -> Value {
        let source = self.evaluate(&written.of, scope);
        let found = spread(source).into_iter().filter_map(|Branch { when, value }| {
            let scope = scope.under(&when)?;
            let value = value.map(|source| self.for_over(written, &source, &scope, loc));
            Some(Branch { when, value })
        });
        settled(found.collect(), loc)
    }

    fn for_over(&self, written: &For, source: &Value, scope: &Scope<'a>, loc: Loc) -> Value {
        let source = self.as_collection(source);
        let (turns, mut open) = numbered(&source);
        let mut list = List::default();
        let mut entries: Vec<Entry> = Vec::new();
        for (at, turn) in turns.into_iter().enumerate() {
            if at >= MOST_ITEMS {
                open = true;
                break;
            }
            let inner = self.turn(written.key.as_ref(), &written.item, &turn.key, &turn.value, &turn.when, scope);
            let Some(inner) = inner else { continue };
            let conditions = match &written.condition {
                Some(condition) => self.truth(condition, &inner),
                None => vec![(When::always(), true)],
            };
            for (when, _) in conditions.into_iter().filter(|(_, holds)| *holds) {
                let (Some(inner), Some(when)) = (inner.under(&when), when.and(&turn.when)) else { continue };
                let value = self.evaluate(&written.result, &inner);
                match &written.result_key {
                    None => list.items.push((value, when)),
                    Some(key) => {
                        let key_loc = inner.loc(key.span);
                        let Some(key) = text_of(&self.evaluate(key, &inner)) else {
                            open = true;
                            continue;
                        };
                        let entry = Entry { key, key_loc, value, presence: presence(when) };
                        add(entry, written.grouped, &mut entries);
                    }
                }
            }
        }
        let kind = if written.result_key.is_some() {
            Kind::Map(Map { entries, open })
        } else {
            Kind::List(List { open, ..list })
        };
        Value { kind, loc, assumed: source.assumed }
    }

    /// The scope of one turn of a loop.
    fn turn(
        &self,
        key: Option<&Arc<str>>,
        item: &Arc<str>,
        key_value: &Value,
        value: &Value,
        when: &When,
        scope: &Scope<'a>,
    ) -> Option<Scope<'a>> {
        let scope = scope.under(when)?;
        let label = text_of(key_value).unwrap_or_else(|| "*".into());
        let scope = scope.with(item, value.clone(), &label);
        Some(match key {
            Some(key) => Scope { bindings: scope.bindings.with(key, key_value.clone(), &label), ..scope },
            None => scope,
        })
    }
}

/// Adds an entry to those of a resulting map; with `...` equal keys make a list, else the last one stays.
fn add(entry: Entry, grouped: bool, entries: &mut Vec<Entry>) {
    let Some(known) = entries.iter_mut().find(|known| known.key == entry.key) else {
        let value = if grouped {
            let items = vec![(entry.value.clone(), condition(&entry.presence))];
            Value::new(Kind::List(List { items, open: false }), entry.value.loc)
        } else {
            entry.value
        };
        return entries.push(Entry { value, ..entry });
    };
    match &mut known.value.kind {
        Kind::List(list) if grouped => list.items.push((entry.value, condition(&entry.presence))),
        _ => *known = entry,
    }
}

/// The condition under which an entry is there.
pub(super) fn condition(presence: &Presence) -> When {
    match presence {
        Presence::Always => When::always(),
        Presence::Sometimes(when) => when.clone(),
    }
}

/// The presence of what is there under a condition.
pub(super) fn presence(when: When) -> Presence {
    if when.is_always() { Presence::Always } else { Presence::Sometimes(when) }
}

/// One value for all branches, null where there is none.
pub(super) fn settled(found: Branches, loc: Loc) -> Value {
    branches::settle(found, loc).unwrap_or_else(|| Value::new(Kind::Null, loc))
}

/// A text that is not too long.
fn bounded(value: Value) -> Value {
    let length = match &value.kind {
        Kind::Text(text) => text.len(),
        Kind::Concat(parts) => parts.iter().filter_map(Value::text).map(str::len).sum(),
        _ => 0,
    };
    if length > LONGEST_TEXT { Value::unknown(Why::Limit, value.loc) } else { value }
}

fn is_arithmetic(operator: Binary) -> bool {
    matches!(operator, Binary::Add | Binary::Subtract | Binary::Multiply | Binary::Divide | Binary::Modulo)
}

fn calculate(operator: Binary, left: f64, right: f64) -> Option<f64> {
    let result = match operator {
        Binary::Add => left + right,
        Binary::Subtract => left - right,
        Binary::Multiply => left * right,
        Binary::Divide => left / right,
        Binary::Modulo => left % right,
        _ => return None,
    };
    result.is_finite().then_some(result)
}

/// A number as Terraform writes it.
fn written(number: f64) -> String {
    // Beyond this, a float does not tell whole numbers apart.
    const LARGEST_WHOLE: f64 = 9_007_199_254_740_992.0;
    if number.fract() == 0.0 && number.abs() < LARGEST_WHOLE { format!("{number:.0}") } else { number.to_string() }
}
