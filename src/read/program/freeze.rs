//! From the evaluator's values to the ones that facts carry. No secret's value gets past here.

use std::sync::Arc;

use super::domain::{Alt, Answered, Args, Callee, Kind, Opaque, Source, Val};
use super::evaluator::Evaluator;
use super::heap::Object;
use crate::read::redaction::{erase, holds_secret, is_secret};
use crate::source::Loc;
use crate::value::{self, Alternative, Answer, List, Map, Presence, Value, Why};

/// Values inside one value, and how deep they stand.
const MOST_VALUES: u32 = 3_000;
const DEEPEST: u32 = 16;
/// Values that tell what one unknown was made from.
const MOST_OF_AN_ANSWER: u32 = 200;

struct Freezer<'e, 'a> {
    evaluator: &'e Evaluator<'a>,
    left: u32,
    keeps_secrets: bool,
}

impl Evaluator<'_> {
    /// A value as a fact carries it, under what holds here.
    pub(super) fn freeze(&self, val: &Val) -> Value {
        Freezer { evaluator: self, left: MOST_VALUES, keeps_secrets: false }.value(val, DEEPEST).under(&self.path)
    }

    /// The same with secrets, for what judges and drops them itself.
    pub(super) fn raw(&self, val: &Val) -> Value {
        Freezer { evaluator: self, left: MOST_VALUES, keeps_secrets: true }.value(val, DEEPEST).under(&self.path)
    }
}

impl Freezer<'_, '_> {
    fn value(&mut self, val: &Val, depth: u32) -> Value {
        let loc = val.loc;
        let (Some(depth), Some(left)) = (depth.checked_sub(1), self.left.checked_sub(1)) else {
            return Value::unknown(Why::Limit, loc);
        };
        self.left = left;
        let kind = match &val.kind {
            Kind::Null => value::Kind::Null,
            Kind::Bool(value) => value::Kind::Bool(*value),
            Kind::Number(number) => value::Kind::Number(number.clone()),
            Kind::Text(text) if !self.keeps_secrets && holds_secret(text) => value::Kind::Unknown(Why::Redacted),
            Kind::Text(text) => value::Kind::Text(text.clone()),
            Kind::Concat(parts) => value::Kind::Concat(parts.iter().map(|part| self.value(part, depth)).collect()),
            Kind::Object(id) => return self.object(self.evaluator.heap.object(*id), loc, depth),
            Kind::Reference(reference) => value::Kind::Reference((**reference).clone()),
            Kind::OneOf(alts) => value::Kind::OneOf(alts.iter().map(|alt| self.alternative(alt, depth)).collect()),
            Kind::Symbol(symbol) => value::Kind::Unknown(Why::Import(symbol.full_name())),
            Kind::Opaque(opaque) => value::Kind::Unknown(self.why(opaque, loc, depth)),
            Kind::Function(_) | Kind::Class(_) | Kind::Module(_) | Kind::Imported(_) => {
                value::Kind::Unknown(Why::Dynamic)
            }
        };
        Value::new(kind, loc)
    }

    fn alternative(&mut self, alt: &Alt, depth: u32) -> Alternative {
        Alternative { value: self.value(&alt.val, depth), when: alt.when.clone(), fallback: alt.fallback }
    }

    fn object(&mut self, object: &Object, loc: Loc, depth: u32) -> Value {
        if object.class().is_some() {
            return Value::unknown(Why::Dynamic, loc);
        }
        if object.is_list() {
            let items = object.items.iter().map(|(item, when)| (self.value(item, depth), when.clone())).collect();
            return Value::new(value::Kind::List(List { items, open: object.open }), loc);
        }
        let mut entries = Vec::with_capacity(object.entries.len());
        for entry in &object.entries {
            let mut value = self.value(&entry.val, depth);
            // An undefined member is not sent.
            let mut presence = entry.presence.clone();
            if let Presence::Sometimes(when) = &presence {
                value = value.under(when);
            }
            if !self.keeps_secrets && is_secret(&entry.key) {
                erase(&mut value);
            }
            if let (Presence::Always, value::Kind::OneOf(alternatives)) = (&presence, &mut value.kind)
                && let Some(when) = take_null(alternatives)
            {
                presence = Presence::Sometimes(when);
                if let [_] = alternatives.as_slice()
                    && let Some(only) = alternatives.pop()
                {
                    value = only.value;
                }
            }
            entries.push(value::Entry { key: entry.key.clone(), key_loc: entry.key_loc, value, presence });
        }
        Value::new(value::Kind::Map(Map { entries, open: object.open }), loc)
    }

    fn why(&mut self, opaque: &Opaque, loc: Loc, depth: u32) -> Why {
        match &opaque.source {
            Source::Input { name, .. } => Why::Input(name.clone()),
            Source::Answer(answered) => {
                let kept = self.left.saturating_sub(MOST_OF_AN_ANSWER);
                self.left -= kept;
                let answer = self.answer(answered, loc, depth);
                self.left += kept;
                Why::Result(Box::new(answer))
            }
            Source::Member { of, key } => Why::Member { of: Box::new(self.value(of, depth)), key: key.clone() },
            Source::Import(name) => Why::Import(name.clone()),
            Source::Dynamic => Why::Dynamic,
            Source::Limit => Why::Limit,
        }
    }

    fn answer(&mut self, answered: &Answered, loc: Loc, depth: u32) -> Answer {
        let Args { positional, keywords, .. } = &answered.args;
        let mut arguments: Vec<Value> = positional.iter().map(|argument| self.value(argument, depth)).collect();
        arguments.extend(keywords.iter().map(|map| self.value(map, depth)));
        let (callee, receiver): (Arc<str>, Option<Value>) = match &answered.callee {
            Callee::Symbol(symbol) => (symbol.full_name(), None),
            Callee::Method { receiver, name } => (name.clone(), Some(self.value(receiver, depth))),
            Callee::Value(val) => ("".into(), Some(self.value(val, depth))),
        };
        if callee.ends_with("createHmac") {
            arguments.iter_mut().skip(1).for_each(erase);
        } else if &*callee == "hmac.new" || &*callee == "hmac.digest" {
            arguments.iter_mut().take(1).for_each(erase);
        }
        Answer { callee, receiver, arguments, call: loc.span.end }
    }
}

/// Takes a null alternative out: what it leaves is there only when that alternative is not chosen.
fn take_null(alternatives: &mut Vec<Alternative>) -> Option<crate::when::When> {
    let at = alternatives.iter().position(|alternative| matches!(alternative.value.kind, value::Kind::Null))?;
    let null = alternatives.remove(at);
    Some(match alternatives.as_slice() {
        [only] if !null.fallback => only.when.clone(),
        _ => super::expressions::opposite(&null.when),
    })
}
