//! Functions of lists.
//!
//! An item that is in a list under a condition keeps it. Of a list that is open, what is listed stays listed.

use crate::read::branches::{Branch, settle, spread};
use crate::value::{Kind, List, Value, Why};
use crate::when::When;

use super::call::Call;
use super::{MOST_ITEMS, known, numbers};

/// Adds the items of a list, or of each list that it may be.
fn add_items(value: &Value, when: &When, list: &mut List) {
    match &value.kind {
        Kind::List(more) => {
            list.open |= more.open;
            for (item, own) in &more.items {
                list.items.extend(when.and(own).map(|when| (item.clone(), when)));
            }
        }
        Kind::OneOf(_) => {
            for Branch { when: own, value } in spread(value.clone()) {
                if let (Some(when), Some(value)) = (when.and(&own), value) {
                    add_items(&value, &when, list);
                }
            }
        }
        Kind::Null => {}
        _ => list.open = true,
    }
}

/// `concat(lists…)`.
pub(super) fn concat(call: &Call<'_>) -> Option<Value> {
    let mut list = List::default();
    for argument in call.arguments {
        add_items(argument, &When::always(), &mut list);
        if list.items.len() > MOST_ITEMS {
            break;
        }
    }
    Some(call.answer(Kind::List(list)))
}

/// `flatten(list)`: lists in lists are replaced by their items.
pub(super) fn flatten(call: &Call<'_>) -> Option<Value> {
    let mut list = List::default();
    match &call.argument(0)?.kind {
        Kind::List(_) | Kind::OneOf(_) => add_flattened(call.argument(0)?, &When::always(), &mut list),
        _ => return None,
    }
    Some(call.answer(Kind::List(list)))
}

fn add_flattened(value: &Value, when: &When, list: &mut List) {
    if list.items.len() > MOST_ITEMS {
        return;
    }
    match &value.kind {
        Kind::List(more) => {
            list.open |= more.open;
            for (item, own) in &more.items {
                if let Some(when) = when.and(own) {
                    add_flattened(item, &when, list);
                }
            }
        }
        Kind::OneOf(_) => {
            for Branch { when: own, value } in spread(value.clone()) {
                if let (Some(when), Some(value)) = (when.and(&own), value) {
                    add_flattened(&value, &when, list);
                }
            }
        }
        // It may be a list.
        Kind::Unknown(why) if *why != Why::Redacted => list.open = true,
        _ => list.items.push((value.clone(), when.clone())),
    }
}

/// `compact(list)`: without null and empty texts.
pub(super) fn compact(call: &Call<'_>) -> Option<Value> {
    let argument = call.argument(0)?.list()?;
    let mut list = List { items: Vec::new(), open: argument.open };
    for (item, when) in &argument.items {
        for Branch { when: own, value } in spread(item.clone()) {
            let is_kept = |value: &Value| !matches!(&value.kind, Kind::Null) && value.text() != Some("");
            if let (Some(when), Some(value)) = (when.and(&own), value.filter(is_kept)) {
                list.items.push((value, when));
            }
        }
    }
    Some(call.answer(Kind::List(list)))
}

/// `distinct(list)`: without items that are equal to one before them, as far as that can be told.
pub(super) fn distinct(call: &Call<'_>) -> Option<Value> {
    let list = call.argument(0)?.list()?;
    let (values, whens): (Vec<Value>, Vec<When>) = list.items.iter().cloned().unzip();
    let items = without_repetitions(known::unified(values).into_iter().zip(whens));
    Some(call.answer(Kind::List(List { items, open: list.open })))
}

/// Items without those that repeat one before them. Only texts and numbers are compared, so that it takes no long time.
pub(super) fn without_repetitions(items: impl Iterator<Item = (Value, When)>) -> Vec<(Value, When)> {
    let mut seen = std::collections::HashSet::new();
    let is_new = |(item, when): &(Value, When)| match known::text(item) {
        Some(text) if seen.contains(&text) => false,
        Some(text) => {
            if when.is_always() {
                seen.insert(text);
            }
            true
        }
        None => true,
    };
    items.filter(is_new).collect()
}

pub(super) fn reverse(call: &Call<'_>) -> Option<Value> {
    let list = call.argument(0)?.list()?;
    Some(call.answer(Kind::List(List { items: list.items.iter().rev().cloned().collect(), open: list.open })))
}

/// `sort(list)`: texts in order.
pub(super) fn sort(call: &Call<'_>) -> Option<Value> {
    let mut texts =
        call.items(0)?.into_iter().map(|item| Some((known::text(item)?, item))).collect::<Option<Vec<_>>>()?;
    texts.sort_by(|one, other| one.0.cmp(&other.0));
    Some(call.answer_list(texts.into_iter().map(|(text, item)| Value { kind: Kind::Text(text), ..item.clone() })))
}

/// `element(list, index)`: the index begins anew after the last item.
pub(super) fn element(call: &Call<'_>) -> Option<Value> {
    let items = call.items(0)?;
    let index = usize::try_from(call.whole(1)?).ok()?.checked_rem(items.len())?;
    items.get(index).map(|item| (*item).clone())
}

/// `slice(list, start, end)`.
pub(super) fn slice(call: &Call<'_>) -> Option<Value> {
    let items = call.items(0)?;
    let (start, end) = (usize::try_from(call.whole(1)?).ok()?, usize::try_from(call.whole(2)?).ok()?);
    Some(call.answer_list(items.get(start..end)?.iter().map(|item| (*item).clone())))
}

/// `chunklist(list, size)`; chunks of no size are one chunk.
pub(super) fn chunklist(call: &Call<'_>) -> Option<Value> {
    let (items, size) = (call.items(0)?, usize::try_from(call.whole(1)?).ok()?);
    let size = if size == 0 { items.len().max(1) } else { size };
    let chunk = |chunk: &[&Value]| call.answer_list(chunk.iter().map(|item| (*item).clone()));
    Some(call.answer_list(items.chunks(size).map(chunk)))
}

/// `index(list, value)`.
pub(super) fn index(call: &Call<'_>) -> Option<Value> {
    let (items, wanted) = (call.items(0)?, call.argument(1)?);
    for (at, item) in items.into_iter().enumerate() {
        if known::equal(item, wanted)? {
            return Some(call.answer(Kind::Number(at.to_string().into())));
        }
    }
    None
}

/// `matchkeys(values, keys, wanted)`: the values whose keys are wanted.
pub(super) fn matchkeys(call: &Call<'_>) -> Option<Value> {
    let (values, keys) = (call.items(0)?, call.items(1)?);
    let texts = |items: Vec<&Value>| items.into_iter().map(known::text).collect::<Option<Vec<_>>>();
    let (keys, wanted) = (texts(keys)?, texts(call.items(2)?)?);
    let wanted: std::collections::HashSet<_> = wanted.into_iter().collect();
    let is_wanted = |(value, key): (&&Value, &std::sync::Arc<str>)| wanted.contains(key).then(|| (*value).clone());
    (values.len() == keys.len()).then(|| call.answer_list(values.iter().zip(&keys).filter_map(is_wanted)))
}

/// `range(limit)`, `range(start, limit)`, `range(start, limit, step)`: at most 1024 numbers.
pub(super) fn range(call: &Call<'_>) -> Option<Value> {
    const MOST_NUMBERS: usize = 1024;
    let numbers: Option<Vec<f64>> = (0..call.arguments.len()).map(|at| call.number(at)).collect();
    let (start, limit, step) = match *numbers?.as_slice() {
        [limit] => (0.0, limit, if limit < 0.0 { -1.0 } else { 1.0 }),
        [start, limit] => (start, limit, if limit < start { -1.0 } else { 1.0 }),
        [start, limit, step] => (start, limit, step),
        _ => return None,
    };
    let is_before = |number: f64| if step < 0.0 { number > limit } else { number < limit };
    let is_endless = step == 0.0 || (limit > start && step < 0.0) || (limit < start && step > 0.0);
    let mut items = Vec::new();
    let mut number = start;
    while is_before(number) && !is_endless {
        if items.len() == MOST_NUMBERS {
            return None;
        }
        items.push(Value::new(numbers::written(number)?, call.loc));
        number += step;
    }
    (!is_endless).then(|| call.answer_list(items))
}

/// `one(list)`: the only item, or null of an empty list.
pub(super) fn one(call: &Call<'_>) -> Option<Value> {
    let list = call.argument(0)?.list().filter(|list| !list.open)?;
    match list.items.as_slice() {
        [] => Some(call.answer(Kind::Null)),
        [(item, when)] => {
            let mut found = vec![Branch { when: when.clone(), value: Some(item.clone()) }];
            let nothing = |when| Branch { when, value: Some(call.answer(Kind::Null)) };
            found.extend(when.otherwise().into_iter().map(nothing));
            settle(found, call.loc)
        }
        _ => None,
    }
}

/// `coalescelist(lists…)`: the first that is not empty.
pub(super) fn coalescelist(call: &Call<'_>) -> Option<Value> {
    for argument in call.arguments {
        match &argument.kind {
            Kind::Null => {}
            Kind::List(list) if list.items.is_empty() && !list.open => {}
            Kind::List(list) if list.items.iter().any(|(_, when)| when.is_always()) => return Some(argument.clone()),
            _ => return None,
        }
    }
    None
}

/// `setproduct(lists…)`: all combinations of items.
pub(super) fn setproduct(call: &Call<'_>) -> Option<Value> {
    let lists: Option<Vec<Vec<&Value>>> = call.arguments.iter().map(known::items).collect();
    let lists = lists.filter(|lists| !lists.is_empty())?;
    let size = lists.iter().map(Vec::len).try_fold(1, usize::checked_mul);
    size.filter(|size| *size <= MOST_ITEMS)?;
    let mut rows: Vec<Vec<Value>> = vec![Vec::new()];
    for list in lists {
        let longer = |row: &Vec<Value>, item: &Value| row.iter().chain([item]).cloned().collect();
        rows = rows.iter().flat_map(|row| list.iter().map(|item| longer(row, item)).collect::<Vec<_>>()).collect();
    }
    Some(call.answer_list(rows.into_iter().map(|row| call.answer_list(row))))
}

pub(super) fn alltrue(call: &Call<'_>) -> Option<Value> {
    all_are(call, "true").map(|all| call.answer_bool(all))
}

pub(super) fn anytrue(call: &Call<'_>) -> Option<Value> {
    all_are(call, "false").map(|all| call.answer_bool(!all))
}

/// Whether all items are true or false, where that can be told.
fn all_are(call: &Call<'_>, wanted: &str) -> Option<bool> {
    let list = call.argument(0)?.list()?;
    let is_wanted = |(item, _): &(Value, When)| known::text(item).map(|text| &*text == wanted);
    if list.items.iter().any(|item| item.1.is_always() && is_wanted(item) == Some(false)) {
        return Some(false);
    }
    (!list.open && list.items.iter().all(|item| is_wanted(item) == Some(true))).then_some(true)
}
