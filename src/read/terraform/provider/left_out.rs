//! What is not there by something that is only assumed leaves a resource's properties.

use std::sync::Arc;

use crate::read::LeftOut;
use crate::value::{Kind, Value};

use super::convert::is_left_out;

/// Takes the entries out of a value that stand for nothing, with the maps that hold nothing else.
pub(super) fn take(value: &mut Value, path: &mut Vec<Arc<str>>, found: &mut Vec<LeftOut>) {
    match &mut value.kind {
        Kind::Map(map) => map.entries.retain_mut(|entry| {
            path.push(entry.key.clone());
            let before = found.len();
            take(&mut entry.value, path, found);
            let is_hollow =
                found.len() > before && entry.value.map().is_some_and(|map| map.entries.is_empty() && !map.open);
            let assumed = if is_hollow {
                found.get(before).map(|part| part.assumed.clone())
            } else {
                entry.value.assumed.clone().filter(|_| is_left_out(&entry.value))
            };
            let is_there = assumed.is_none();
            found.extend(assumed.map(|assumed| LeftOut { path: path.clone(), assumed, loc: entry.value.loc }));
            path.pop();
            is_there
        }),
        // Nobody asks for a part of one of several by its path.
        Kind::List(list) => list.items.iter_mut().for_each(|(item, _)| take(item, path, &mut Vec::new())),
        Kind::OneOf(alternatives) => {
            alternatives.iter_mut().for_each(|one| take(&mut one.value, path, &mut Vec::new()));
        }
        _ => {}
    }
}
