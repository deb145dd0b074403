//! Choices: both sides run from the same state, and their states are joined.

use std::collections::HashMap;
use std::sync::Arc;

use super::domain::{Alt, Kind, Val};
use super::evaluator::{Ended, Evaluator, Flow, MOST_GUARDS, WIDTH};
use super::heap::{Content, Delta, Entry, Object, Slot};
use crate::source::Loc;
use crate::value::Presence;
use crate::when::When;

impl Evaluator<'_> {
    /// Runs every arm from the present state, each under its condition, and joins what they leave.
    pub(super) fn split(
        &mut self,
        arms: &[When],
        loc: Loc,
        run: &mut dyn FnMut(&mut Self, usize) -> (Val, Flow),
    ) -> (Val, Flow) {
        let (start, asked) = (self.path.clone(), self.asked.clone());
        let mut ended = Vec::new();
        for (arm, when) in arms.iter().enumerate() {
            let Some(path) = start.and(when) else { continue };
            self.path = path;
            self.asked = asked.and(when).unwrap_or_default();
            let base = self.heap.depth();
            self.heap.begin();
            let (val, flow) = run(self, arm);
            if flow == Flow::Next {
                ended.push(Ended { when: self.path.without(&start), val, delta: self.heap.changes(base) });
            }
            self.heap.rollback();
        }
        (self.path, self.asked) = (start, asked);
        if ended.is_empty() {
            return (Val::null(loc), Flow::Left);
        }
        if let [only] = ended.as_slice()
            && self.path.tests().len() < MOST_GUARDS
            && let Some(path) = self.path.and(&only.when)
        {
            self.path = path;
        }
        (self.merge(ended, loc), Flow::Next)
    }

    /// Writes the joined state of several ends and gives their joined value.
    pub(super) fn merge(&mut self, ended: Vec<Ended>, loc: Loc) -> Val {
        let (mut whens, mut vals, mut deltas) = (Vec::new(), Vec::new(), Vec::new());
        for end in ended {
            vals.push((end.when.clone(), end.val));
            whens.push(end.when);
            deltas.push(end.delta);
        }
        if let [_] = deltas.as_slice() {
            for (slot, content) in deltas.into_iter().flatten() {
                self.heap.write(&slot, content);
            }
        } else {
            self.write_joined(&whens, deltas, loc);
        }
        self.join(vals, loc)
    }

    fn write_joined(&mut self, whens: &[When], deltas: Vec<Delta>, loc: Loc) {
        let mut order: Vec<Slot> = Vec::new();
        let mut contents: HashMap<Slot, Vec<Option<Content>>> = HashMap::new();
        let arms = deltas.len();
        for (arm, delta) in deltas.into_iter().enumerate() {
            for (slot, content) in delta {
                let row = contents.entry(slot.clone()).or_insert_with(|| {
                    order.push(slot);
                    (0..arms).map(|_| None).collect()
                });
                if let Some(place) = row.get_mut(arm) {
                    *place = Some(content);
                }
            }
        }
        for slot in order {
            let Some(row) = contents.remove(&slot) else { continue };
            let old = self.heap.content(&slot);
            let row = whens.iter().cloned().zip(row.into_iter().map(|content| content.unwrap_or_else(|| old.clone())));
            let joined = match old {
                Content::Variable(_) => {
                    let vals: Vec<(When, Val)> = row
                        .filter_map(|(when, content)| match content {
                            Content::Variable(val) => Some((when, val?)),
                            Content::Object(_) => None,
                        })
                        .collect();
                    Content::Variable((!vals.is_empty()).then(|| self.join(vals, loc)))
                }
                Content::Object(_) => {
                    let objects: Vec<(When, Object)> = row
                        .filter_map(|(when, content)| match content {
                            Content::Object(object) => Some((when, object)),
                            Content::Variable(_) => None,
                        })
                        .collect();
                    match self.join_objects(objects, loc) {
                        Some(object) => Content::Object(object),
                        None => continue,
                    }
                }
            };
            self.heap.write(&slot, joined);
        }
    }

    /// One value for several, each under its condition.
    pub(super) fn join(&mut self, vals: Vec<(When, Val)>, loc: Loc) -> Val {
        let mut alts: Vec<Alt> = Vec::new();
        for (when, val) in vals {
            match &val.kind {
                Kind::OneOf(inner) => {
                    for alt in inner.iter() {
                        if let Some(when) = when.and(&alt.when) {
                            add(&mut alts, Alt { val: alt.val.clone(), when, fallback: alt.fallback });
                        }
                    }
                }
                _ => add(&mut alts, Alt { val, when, fallback: false }),
            }
        }
        self.one_of(alts, loc)
    }

    /// A value of these alternatives.
    pub(super) fn one_of(&mut self, mut alts: Vec<Alt>, loc: Loc) -> Val {
        if alts.len() > WIDTH {
            return self.limit(loc);
        }
        match alts.len() {
            0 => Val::null(loc),
            1 => alts.remove(0).val,
            _ if alts.iter().skip(1).all(|alt| alts[0].val.same(&alt.val)) => alts.remove(0).val,
            _ => Val::new(Kind::OneOf(alts.into()), loc),
        }
    }

    /// One map or list for several.
    pub(super) fn join_objects(&mut self, arms: Vec<(When, Object)>, loc: Loc) -> Option<Object> {
        let mut joined = arms.first()?.1.clone();
        joined.open = arms.iter().any(|(_, object)| object.open);
        let mut order: Vec<Arc<str>> = Vec::new();
        let mut rows: HashMap<Arc<str>, Vec<(&When, &Entry)>> = HashMap::new();
        for (when, object) in &arms {
            for entry in &object.entries {
                rows.entry(entry.key.clone())
                    .or_insert_with(|| {
                        order.push(entry.key.clone());
                        Vec::new()
                    })
                    .push((when, entry));
            }
        }
        joined.entries = Vec::new();
        for key in order {
            let Some(row) = rows.get(&key) else { continue };
            let vals = row.iter().map(|(when, entry)| ((*when).clone(), entry.val.clone())).collect();
            let Some((_, first)) = row.first() else { continue };
            let presence = joined_presence(row, arms.len());
            let key_loc = first.key_loc;
            joined.entries.push(Entry { key, key_loc, val: self.join(vals, loc), presence });
        }
        join_items(&mut joined, &arms);
        Some(joined)
    }
}

/// Adds an alternative, or widens the condition of an equal one.
fn add(alts: &mut Vec<Alt>, new: Alt) {
    for alt in alts.iter_mut() {
        if alt.fallback == new.fallback
            && alt.val.same(&new.val)
            && let Some(when) = When::merge(&alt.when, &new.when)
        {
            alt.when = when;
            return;
        }
    }
    alts.push(new);
}

fn joined_presence(row: &[(&When, &Entry)], arms: usize) -> Presence {
    let first = row.first().map(|(_, entry)| &entry.presence);
    if row.len() == arms
        && let Some(first) = first
        && row.iter().all(|(_, entry)| entry.presence == *first)
    {
        return first.clone();
    }
    let whens = row.iter().filter_map(|(when, entry)| match &entry.presence {
        Presence::Always => Some((*when).clone()),
        Presence::Sometimes(present) => when.and(present),
    });
    let merged = whens.map(Some).reduce(|a, b| When::merge(&a?, &b?)).flatten();
    Presence::Sometimes(merged.unwrap_or_default())
}

/// Keeps the items all arms share and adds the rest of each under its condition.
fn join_items(joined: &mut Object, arms: &[(When, Object)]) {
    let same = |at: usize| {
        let first = arms.first().and_then(|(_, object)| object.items.get(at));
        first.is_some_and(|(val, when)| {
            arms.iter().all(|(_, object)| {
                object.items.get(at).is_some_and(|(other, present)| present == when && other.same(val))
            })
        })
    };
    let shared = (0..joined.items.len()).take_while(|at| same(*at)).count();
    joined.items.truncate(shared);
    for (when, object) in arms {
        for (item, present) in object.items.iter().skip(shared) {
            let Some(present) = when.and(present) else { continue };
            joined.open |= present.is_always();
            joined.push(item.clone(), present);
        }
    }
}
