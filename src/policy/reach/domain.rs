//! The values that an unknown value is read as: one for each way in which what a policy asks of it can come out.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Number, Value, json};

use super::super::tree::Operator;
use super::{Asked, Reach, Var, VarId, VarKind, With, sample};

/// In how many ways one value is read.
const MOST_FORMS: usize = 32;
/// Of how many values all combinations are tried in a list.
const MOST_TOGETHER: usize = 4;

/// One way to read an unknown value.
#[derive(Clone, Debug, PartialEq)]
pub enum Form {
    /// It is not there.
    Missing,
    /// It is there.
    There,
    /// It is one of its options.
    Option(usize),
    /// It is a value.
    Value(Value),
    /// It is a map of its members.
    Map,
    /// It is a list of such a map.
    Maps,
}

/// The ways to read an unknown value.
#[derive(Clone, Debug)]
pub struct Domain {
    /// The ways.
    pub forms: Vec<Form>,
    /// These are all that what is asked can tell apart.
    pub is_whole: bool,
}

/// A text that stands nowhere else.
pub fn marker(var: VarId) -> Value {
    format!("unknown value {var}").into()
}

impl Domain {
    /// The ways to read an unknown value of a policy.
    pub fn of(reach: &Reach, number: VarId, var: &Var) -> Self {
        match var.kind {
            VarKind::Choice(count) => Self { forms: (0..count).map(Form::Option).collect(), is_whole: true },
            VarKind::Presence => Self { forms: vec![Form::There, Form::Missing], is_whole: true },
            VarKind::Free => free(reach, number, var),
        }
    }
}

fn free(reach: &Reach, number: VarId, var: &Var) -> Domain {
    let mut values = Values::default();
    values.add(marker(number));
    let wanted = wanted(&var.asked);
    for (_, operator, with) in distinct(&wanted) {
        values.ask(operator, with);
    }
    let mut forms: Vec<Form> = Vec::new();
    if var.may_miss {
        forms.push(Form::Missing);
    }
    if !var.below.is_empty() {
        forms.push(Form::Map);
        // Of lists of several maps one is tried.
        values.is_whole &= !var.is_listed || var.below.iter().all(|(_, below)| asked_of(reach, *below) <= 1);
    }
    if var.is_listed || values.has_lists {
        let lists = lists(&values.list);
        lists.into_iter().for_each(|list| values.add(Value::Array(list)));
        if !var.below.is_empty() {
            forms.push(Form::Maps);
        }
    } else {
        // Where one value is meant the library takes a list for its items.
        let item = values.list.get(1).or(values.list.first()).cloned();
        values.add(json!([]));
        values.add(item.into_iter().collect());
    }
    // What can be compared with nothing fails whichever way round it is asked.
    values.add(json!({}));
    forms.extend(values.list.into_iter().map(Form::Value));
    let is_whole = values.is_whole && forms.len() <= MOST_FORMS;
    forms.truncate(MOST_FORMS);
    Domain { forms, is_whole }
}

/// By how many clauses a value and its parts are asked for.
fn asked_of(reach: &Reach, var: VarId) -> usize {
    let Some(var) = reach.vars.get(var) else { return 0 };
    let own: BTreeSet<usize> = var.asked.iter().map(|asked| asked.clause).collect();
    own.len() + var.below.iter().map(|(_, below)| asked_of(reach, *below)).sum::<usize>()
}

/// What one clause asks for, and how.
type Wanted<'a> = (usize, Operator, Asks<'a>);

/// What is compared with: nothing, a value that may be a pattern, a plain value, another unknown value.
#[derive(Clone, Copy)]
enum Asks<'a> {
    Kind,
    Pattern(&'a Value),
    Plain(&'a Value),
    Var(VarId),
}

/// What clauses ask for, with the items of lists one by one.
fn wanted(asked: &[Asked]) -> Vec<Wanted<'_>> {
    let mut wanted = Vec::new();
    for Asked { clause, operator, with } in asked {
        let mut add = |asks| wanted.push((*clause, *operator, asks));
        match with {
            With::Nothing => add(Asks::Kind),
            With::Var(var) => add(Asks::Var(*var)),
            With::Value(value) => add(Asks::Plain(value)),
            With::Literal(Value::Array(items)) if *operator == Operator::In => {
                items.iter().for_each(|item| add(asks(item)))
            }
            With::Literal(value) => add(asks(value)),
        }
    }
    wanted
}

fn asks(literal: &Value) -> Asks<'_> {
    match literal {
        Value::String(text) if sample::is_plain(text) => Asks::Plain(literal),
        literal => Asks::Pattern(literal),
    }
}

/// Of the texts that are in the same lists, and compared with nowhere else, one is enough.
fn distinct<'a>(wanted: &[Wanted<'a>]) -> Vec<(usize, Operator, Asks<'a>)> {
    let mut places: BTreeMap<&str, BTreeSet<(usize, bool)>> = BTreeMap::new();
    for (clause, operator, asks) in wanted {
        if let Asks::Plain(Value::String(text)) = asks {
            places.entry(text).or_default().insert((*clause, *operator == Operator::In));
        }
    }
    let (mut seen, mut texts) = (BTreeSet::new(), BTreeSet::new());
    let is_first = |(_, _, asks): &&Wanted<'a>| {
        let Asks::Plain(Value::String(text)) = asks else { return true };
        let Some(clauses) = places.get(text.as_str()).filter(|_| texts.insert(text)) else { return false };
        clauses.iter().any(|(_, is_in)| !is_in) || seen.insert(clauses)
    };
    wanted.iter().filter(is_first).copied().collect()
}

/// The lists that are made of values: all where these are few, else each alone and all together.
fn lists(values: &[Value]) -> Vec<Vec<Value>> {
    let scalars: Vec<&Value> = values.iter().filter(|value| !value.is_array() && !value.is_object()).collect();
    let mut lists = vec![Vec::new()];
    if scalars.len() <= MOST_TOGETHER {
        for set in 1..(1_usize << scalars.len()) {
            let chosen = scalars.iter().enumerate().filter(|(number, _)| set & (1 << number) != 0);
            lists.push(chosen.map(|(_, value)| (*value).clone()).collect());
        }
    } else {
        lists.extend(scalars.iter().map(|value| vec![(*value).clone()]));
        lists.push(scalars.iter().map(|value| (*value).clone()).collect());
        lists.push(scalars.iter().skip(1).map(|value| (*value).clone()).collect());
    }
    lists
}

/// The values that are tried.
struct Values {
    list: Vec<Value>,
    has_lists: bool,
    regexes: BTreeSet<String>,
    is_whole: bool,
}

impl Default for Values {
    fn default() -> Self {
        Self { list: Vec::new(), has_lists: false, regexes: BTreeSet::new(), is_whole: true }
    }
}

impl Values {
    fn add(&mut self, value: Value) {
        if !self.list.contains(&value) {
            self.list.push(value);
        }
    }

    fn ask(&mut self, operator: Operator, asks: Asks<'_>) {
        match asks {
            Asks::Kind => self.kinds(operator),
            Asks::Pattern(value) => self.literal(value, operator),
            Asks::Plain(value) => self.value(value, operator),
            Asks::Var(var) => self.add(marker(var)),
        }
    }

    /// What an operator tells apart that compares with nothing.
    fn kinds(&mut self, operator: Operator) {
        if operator == Operator::Exists {
            return;
        }
        self.has_lists = true;
        let kinds = [json!(""), json!([]), json!({}), json!({ "unknown": 1 }), json!(1)];
        kinds.into_iter().for_each(|value| self.add(value));
        if operator != Operator::Empty {
            [json!(0.5), json!(true), Value::Null].into_iter().for_each(|value| self.add(value));
        }
    }

    /// A value of the policy, in which a text may be a regular expression or a range.
    fn literal(&mut self, value: &Value, operator: Operator) {
        match value {
            Value::String(text) => {
                if let Some(regex) = sample::regex(text) {
                    self.regex(regex);
                } else if let Some(bounds) = sample::range(text) {
                    bounds.into_iter().for_each(|bound| self.number(bound));
                }
                self.value(value, operator);
            }
            Value::Array(items) => {
                self.has_lists = true;
                self.add(value.clone());
                items.iter().for_each(|item| self.literal(item, operator));
            }
            other => self.value(other, operator),
        }
    }

    fn value(&mut self, value: &Value, operator: Operator) {
        match value {
            Value::String(text) if !matches!(operator, Operator::Eq | Operator::In) => {
                // What orders texts.
                self.add("".into());
                self.add(format!("{text}~").into());
            }
            Value::Bool(value) => self.add((!value).into()),
            Value::Number(number) => self.number(number.as_f64().unwrap_or_default()),
            Value::Array(_) => self.has_lists = true,
            _ => {}
        }
        self.add(value.clone());
    }

    /// A number, and those on both sides of it.
    fn number(&mut self, number: f64) {
        for number in [number, number + 1.0, number - 1.0] {
            // Whole numbers stay whole as long as they are told apart.
            let whole = (number.fract() == 0.0 && number.abs() < 9e15).then_some(number as i64);
            let value = whole.map(Number::from).or_else(|| Number::from_f64(number));
            self.add(value.map_or(Value::Null, Value::Number));
        }
    }

    /// Texts that a regular expression fits and does not fit. Of two expressions it is not known what fits both.
    fn regex(&mut self, regex: &str) {
        let (fitting, unfitting) = (sample::fitting(regex), sample::unfitting(regex));
        let is_anything = matches!(regex, ".*" | "^.*$" | ".*$" | "^.*");
        self.is_whole &= fitting.is_some() && (unfitting.is_some() || is_anything);
        fitting.into_iter().chain(unfitting).for_each(|text| self.add(text.into()));
        self.regexes.insert(regex.to_owned());
        self.is_whole &= self.regexes.len() <= 1;
    }
}
