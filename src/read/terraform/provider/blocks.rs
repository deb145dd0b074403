//! Blocks: lists of maps of which some may be there under a condition only.

use crate::read::branches::{Branch, Branches, presence, settle, spread};
use crate::source::Loc;
use crate::value::{Kind, List, Map, Presence, Value, Why};
use crate::when::When;

/// The maps that a block may be, each with its condition.
pub(super) struct Found {
    /// The maps; no value where the block is not there. Something unknown stays as it is.
    pub branches: Branches,
    /// More may be there, or it is not known whether it is.
    pub open: bool,
}

/// The maps of a value that stands for a block. Empty blocks are as good as none if `drop_empty`, which is what the
/// provider makes of them.
pub(super) fn find(value: &Value, drop_empty: bool) -> Found {
    let mut found = Found { branches: Vec::new(), open: false };
    for Branch { when, value } in spread(value.clone()) {
        let Some(value) = value else { continue };
        match &value.kind {
            Kind::Null => found.branches.push(Branch { when, value: None }),
            Kind::Map(_) => found.add(value, when, drop_empty),
            Kind::List(list) => found.add_list(list, &when, drop_empty),
            _ => found.open = true,
        }
    }
    found
}

impl Found {
    fn add(&mut self, value: Value, when: When, drop_empty: bool) {
        let is_empty = value.map().is_some_and(is_empty);
        self.branches.push(Branch { when, value: (!(is_empty && drop_empty)).then_some(value) });
    }

    fn add_list(&mut self, list: &List, when: &When, drop_empty: bool) {
        let certain = list.items.iter().any(|(_, item)| item.is_always());
        for (item, present) in &list.items {
            let Some(when) = when.and(present) else { continue };
            for Branch { when: own, value } in spread(item.clone()) {
                if let (Some(when), Some(value)) = (when.and(&own), value) {
                    self.add(value, when, drop_empty);
                }
            }
        }
        if !certain {
            self.open |= list.open;
            self.branches.push(Branch { when: when.clone(), value: None });
        }
    }

    /// The one map that the block is, with its presence; `None` where there certainly is none.
    pub fn settled(self, loc: Loc) -> Option<(Value, Presence)> {
        let there = presence(&self.branches);
        if self.open {
            let value = settle(self.branches, loc).unwrap_or_else(|| Value::unknown(Why::Dynamic, loc));
            return Some((value, Presence::Sometimes(When::always())));
        }
        Some((settle(self.branches, loc)?, there?))
    }

    /// The same with every map changed.
    pub fn map(self, mut change: impl FnMut(Map) -> Map) -> Self {
        let branches = self
            .branches
            .into_iter()
            .map(|branch| Branch { value: branch.value.map(|value| inside(value, &mut change)), ..branch });
        Self { branches: branches.collect(), ..self }
    }
}

/// A value with its map changed; something unknown stays.
pub(super) fn inside(value: Value, change: impl FnOnce(Map) -> Map) -> Value {
    match value.kind {
        Kind::Map(map) => Value { kind: Kind::Map(change(map)), ..value },
        _ => value,
    }
}

fn is_empty(map: &Map) -> bool {
    !map.open && map.entries.iter().all(|entry| entry.value.kind == Kind::Null)
}
