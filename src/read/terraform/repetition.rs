//! How often a block is there: `count` and `for_each`.

use std::rc::Rc;
use std::sync::Arc;

use crate::read::branches::{self, Branch, text_of};
use crate::source::Loc;
use crate::syntax::hcl::ast::Expression;
use crate::value::{Kind, List, Value, Why};
use crate::when::When;

use super::configuration::Block;
use super::evaluator::{Evaluator, condition};
use super::instance::Instance;
use super::scope::{Bindings, Scope, pair, record};

/// How many instances of one block are told apart.
const MOST: usize = 256;

/// How often a block is there.
#[derive(Debug)]
pub(super) enum Repetition {
    /// Once, without an index.
    One,
    /// By number.
    Count(Vec<Turn>),
    /// By key; open where there may be more.
    Each(Vec<Turn>, bool),
    /// It cannot be told how often and under which keys.
    Unknown(Turn),
}

/// One instance of a block.
#[derive(Clone, Debug)]
pub(super) struct Turn {
    /// Its number or key.
    pub key: Value,
    /// What `each.value` is; the number where the block is counted.
    pub value: Value,
    /// The condition under which it is there.
    pub when: When,
}

impl Turn {
    /// The end of the instance's address: `[0]`, `["spa"]`, `[*]` where the key is not known.
    pub fn index(&self) -> String {
        match &self.key.kind {
            Kind::Number(number) => format!("[{number}]"),
            Kind::Text(key) => format!("[{key:?}]"),
            _ => "[*]".to_owned(),
        }
    }

    /// The name that an address's index has in the labels of loops.
    fn label(&self) -> String {
        self.index().trim_matches(['[', ']']).to_owned()
    }
}

impl Repetition {
    /// The instances with the ends of their addresses and the names that they bind.
    pub fn turns(&self) -> Vec<(String, Bindings, When)> {
        let none = Bindings::default();
        match self {
            Self::One => vec![(String::new(), none, When::always())],
            Self::Count(turns) => turns
                .iter()
                .map(|turn| {
                    let count = record(vec![("index", turn.key.clone())], turn.key.loc);
                    (turn.index(), none.with("count", count, &turn.label()), turn.when.clone())
                })
                .collect(),
            Self::Each(turns, _) => turns.iter().map(bound).collect(),
            Self::Unknown(turn) => {
                let (index, bindings, when) = bound(turn);
                let count = record(vec![("index", turn.key.clone())], turn.key.loc);
                vec![(index, bindings.with("count", count, "*"), when)]
            }
        }
    }
}

fn bound(turn: &Turn) -> (String, Bindings, When) {
    let each = pair(turn.key.clone(), turn.value.clone());
    (turn.index(), Bindings::default().with("each", each, &turn.label()), turn.when.clone())
}

impl<'a> Evaluator<'a> {
    /// How often a block of a module is there; worked out once.
    pub fn repetition(&self, instance: &Rc<Instance<'a>>, name: &Arc<str>, block: &Block<'a>) -> Rc<Repetition> {
        if let Some(known) = instance.repetitions.borrow().get(name) {
            // What depends on itself is not known.
            return known.clone().unwrap_or_else(|| Rc::new(unknown(When::always(), block.loc())));
        }
        instance.repetitions.borrow_mut().insert(name.clone(), None);
        let found = Rc::new(self.work_out(instance, block));
        instance.repetitions.borrow_mut().insert(name.clone(), Some(found.clone()));
        found
    }

    fn work_out(&self, instance: &Rc<Instance<'a>>, block: &Block<'a>) -> Repetition {
        if let Some(count) = block.attribute("count") {
            let scope = Scope::new(instance.clone(), count.file);
            return self.count(count.value(), &scope);
        }
        if let Some(each) = block.attribute("for_each") {
            let scope = Scope::new(instance.clone(), each.file);
            return match self.each(each.value(), &scope, turns_of) {
                (turns, open) if !open || !turns.is_empty() => Repetition::Each(turns, open),
                _ => unknown(self.presence_of(each.value(), &scope, "is not empty"), scope.loc(each.value().span)),
            };
        }
        if let Some(enabled) = block.blocks_of("lifecycle").iter().find_map(|block| block.attribute("enabled")) {
            let scope = Scope::new(instance.clone(), enabled.file);
            return self.enabled(enabled.value(), &scope);
        }
        Repetition::One
    }

    /// The condition that stands for "this is there at all".
    fn presence_of(&self, expression: &Expression, scope: &Scope<'a>, what: &str) -> When {
        let (home, name) = self.origin(expression, scope);
        When::test(home, format!("{name} {what}"), true)
    }

    /// What the value of an expression is assumed by.
    pub fn assumed_by(&self, expression: &Expression, scope: &Scope<'a>) -> Option<Arc<str>> {
        let found = branches::spread(self.evaluate(expression, scope));
        branches::assumed_by(found.iter().filter_map(|branch| branch.value.as_ref()))
    }

    fn count(&self, expression: &Expression, scope: &Scope<'a>) -> Repetition {
        let loc = scope.loc(expression.span);
        let mut counts = Vec::new();
        for Branch { when, value } in branches::spread(self.evaluate(expression, scope)) {
            let number = value.and_then(|value| text_of(&value)).and_then(|number| number.parse::<usize>().ok());
            match number {
                Some(number) if number <= MOST => counts.push((when, number)),
                Some(_) => {
                    self.note("limit", format!("more than {MOST} instances are not told apart"), loc);
                    return unknown(When::always(), loc);
                }
                None => return unknown(self.presence_of(expression, scope, "> 0"), loc),
            }
        }
        let most = counts.iter().map(|(_, number)| *number).max().unwrap_or(0);
        let turn = |at: usize| {
            let there = counts.iter().map(|(when, number)| Branch {
                when: when.clone(),
                value: (at < *number).then(|| Value::new(Kind::Null, loc)),
            });
            let key = Value::new(Kind::Number(at.to_string().into()), loc);
            let when = present(&there.collect());
            let when = when.unwrap_or_else(|| self.presence_of(expression, scope, &format!("> {at}")));
            Turn { value: key.clone(), key, when }
        };
        Repetition::Count((0..most).map(turn).collect())
    }

    /// OpenTofu's `lifecycle { enabled = … }`: one instance without an index, or none.
    fn enabled(&self, expression: &Expression, scope: &Scope<'a>) -> Repetition {
        match self.truth(expression, scope).as_slice() {
            [(_, true)] => Repetition::One,
            [(_, false)] => Repetition::Count(Vec::new()),
            _ => Repetition::One,
        }
    }

    /// The turns of `for_each`, and whether there may be others; `turns_of` tells those of one value.
    pub fn each(
        &self,
        expression: &Expression,
        scope: &Scope<'a>,
        turns_of: fn(&Value) -> (Vec<Turn>, bool),
    ) -> (Vec<Turn>, bool) {
        let mut turns: Vec<(Turn, branches::Branches)> = Vec::new();
        let mut open = false;
        let outcomes = branches::spread(self.evaluate(expression, scope));
        for Branch { when, value } in &outcomes {
            let Some(value) = value else { continue };
            let (found, more) = turns_of(value);
            open |= more || found.len() > MOST;
            for turn in found.into_iter().take(MOST) {
                let Some(both) = when.and(&turn.when) else { continue };
                let branch = Branch { when: both, value: Some(turn.value.clone()) };
                match turns.iter_mut().find(|(known, _)| known.key.kind == turn.key.kind) {
                    Some((_, branches)) => branches.push(branch),
                    None => turns.push((turn, vec![branch])),
                }
            }
        }
        let turns = turns.into_iter().filter_map(|(turn, mut there)| {
            // The outcomes without this key tell when it is not there.
            for Branch { when, .. } in &outcomes {
                if !there.iter().any(|branch| when.follows_from(&branch.when)) {
                    there.push(Branch { when: when.clone(), value: None });
                }
            }
            let when = if there.len() == 1 { Some(there.first()?.when.clone()) } else { present(&there) };
            let when = when.unwrap_or_else(|| self.presence_of(expression, scope, "is not empty"));
            Some(Turn { value: branches::settle(there, turn.value.loc)?, when, key: turn.key })
        });
        (turns.collect(), open)
    }
}

fn unknown(when: When, loc: Loc) -> Repetition {
    let key = Value::unknown(Why::Input("each.key".into()), loc);
    let value = Value::unknown(Why::Input("each.value".into()), loc);
    Repetition::Unknown(Turn { key, value, when })
}

/// The one condition under which any of these branches has a value, if one says it.
fn present(branches: &branches::Branches) -> Option<When> {
    if branches.iter().all(|branch| branch.value.is_some()) {
        return Some(When::always());
    }
    let there = branches.iter().filter(|branch| branch.value.is_some());
    branches::covering(there.map(|branch| branch.when.clone()).collect())
}

/// A part of a value, which is assumed where that is.
fn inherited(part: &Value, of: &Value) -> Value {
    Value { assumed: part.assumed.clone().or_else(|| of.assumed.clone()), ..part.clone() }
}

/// The turns of a dynamic block, where the items of a list are told apart by their numbers.
pub(super) fn numbered(value: &Value) -> (Vec<Turn>, bool) {
    let Some(list) = value.list() else { return turns_of(value) };
    let turn = |(at, (item, when)): (usize, &(Value, When))| Turn {
        key: Value::new(Kind::Number(at.to_string().into()), item.loc),
        value: inherited(item, value),
        when: when.clone(),
    };
    (list.items.iter().enumerate().map(turn).collect(), list.open)
}

/// The turns that a map or set makes, and whether there may be others.
fn turns_of(value: &Value) -> (Vec<Turn>, bool) {
    match &value.kind {
        Kind::Map(map) => {
            let turn = |entry: &crate::value::Entry| Turn {
                key: Value::text_at(entry.key.clone(), entry.key_loc),
                value: inherited(&entry.value, value),
                when: condition(&entry.presence),
            };
            (map.entries.iter().map(turn).collect(), map.open)
        }
        Kind::List(List { items, open }) => {
            let turn = |(item, when): &(Value, When)| {
                let key = text_of(item)?;
                let key = Value::text_at(key, item.loc);
                let value = Value { assumed: inherited(item, value).assumed, ..key.clone() };
                Some(Turn { value, key, when: when.clone() })
            };
            let turns: Vec<Turn> = items.iter().filter_map(turn).collect();
            let unknown = turns.len() < items.len();
            (turns, *open || unknown)
        }
        Kind::Null => (Vec::new(), false),
        _ => (Vec::new(), true),
    }
}
