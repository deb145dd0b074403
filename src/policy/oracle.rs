//! Verdicts on views with unknown values, beside what the library says of every completion of them.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::when::When;

use super::Policy;
use super::answer::Status;
use super::engine::evaluate;
use super::verdict::{Documents, verdicts};
use super::view::node::{Member, Node, Owner, Shape, Slot, SlotId, SlotKind};
use super::view::{View, Views};

/// What an unknown value is completed with.
fn completions() -> Vec<Value> {
    vec![
        json!("a"),
        json!("b"),
        json!("prod-1"),
        json!("other"),
        json!(""),
        json!(0),
        json!(5),
        json!(6),
        json!(99),
        json!(true),
        json!(false),
        json!([]),
        json!(["a"]),
        json!(["b"]),
        json!(["a", "b"]),
        json!(["other"]),
        json!(["a", "other"]),
        json!({}),
        json!({ "K": "a" }),
        json!({ "K": "other" }),
        json!({ "K": "a", "L": "b" }),
    ]
}

/// A document: `$` stands for an unknown value, `$more` in a list or as a key for an unknown item or member that may be there,
/// `$maybe` before a key that it may be missing, `$oneOf` for one of several values.
fn views(document: &Value) -> Views {
    let mut slots = Vec::new();
    let root = node(document, "", &mut slots);
    let view = View { when: When::always(), turn: 0, root, slots, resources: Vec::new(), calls: Vec::new() };
    Views { list: vec![view], is_whole: true, shared: BTreeMap::new() }
}

fn slot(key: &str, kind: SlotKind, slots: &mut Vec<Slot>) -> SlotId {
    slots.push(Slot {
        key: key.into(),
        kind,
        why: "it is not known".to_owned(),
        loc: None,
        owner: Owner::Other,
        may_miss: false,
    });
    SlotId(slots.len() - 1)
}

fn node(value: &Value, key: &str, slots: &mut Vec<Slot>) -> Node {
    let shape = match value {
        Value::Null => Shape::Null,
        Value::Bool(value) => Shape::Bool(*value),
        Value::Number(number) => Shape::Number(number.clone()),
        Value::String(text) if text == "$" => Shape::Unknown(slot(key, SlotKind::Value, slots)),
        Value::String(text) => Shape::Text(text.as_str().into()),
        Value::Array(items) => {
            let known = items.iter().filter(|item| *item != "$more");
            let known = known.map(|item| (node(item, key, slots), None)).collect();
            Shape::List(known, items.contains(&json!("$more")).then(|| slot(key, SlotKind::Open, slots)))
        }
        Value::Object(members) if members.contains_key("$oneOf") => {
            let options: Vec<Node> =
                members["$oneOf"].as_array().unwrap().iter().map(|option| node(option, key, slots)).collect();
            Shape::OneOf(slot(key, SlotKind::Choice(options.len()), slots), options)
        }
        Value::Object(members) => {
            let member = |(key, value): (&String, &Value)| {
                let maybe = key.starts_with("$maybe ").then(|| slot(key, SlotKind::Presence, slots));
                let key = key.trim_start_matches("$maybe ");
                Member { maybe, ..Member::new(key, node(value, key, slots)) }
            };
            let known = members.iter().filter(|(key, _)| *key != "$more");
            let known = known.map(member).collect();
            Shape::Map(known, members.contains_key("$more").then(|| slot(key, SlotKind::Open, slots)))
        }
    };
    Node::new(shape, None)
}

/// Every document that an unknown one can be.
fn completed(document: &Value) -> Vec<Value> {
    match document {
        Value::String(text) if text == "$" || text == "$more" => completions(),
        Value::Object(members) if members.contains_key("$oneOf") => members["$oneOf"].as_array().unwrap().clone(),
        Value::Object(members) => members.iter().fold(vec![json!({})], |all, (key, value)| {
            if key == "$more" {
                let values =
                    ["K", "A"].into_iter().flat_map(|key| completions().into_iter().map(move |value| (key, value)));
                let mut more = all.clone();
                for (one, (key, value)) in all.iter().flat_map(|one| values.clone().map(move |with| (one, with))) {
                    let mut one = one.clone();
                    let members = one.as_object_mut().unwrap();
                    members.entry(key).or_insert(value);
                    more.push(one);
                }
                return more;
            }
            let (key, is_maybe) = (key.trim_start_matches("$maybe "), key.starts_with("$maybe "));
            let mut more: Vec<Value> = if is_maybe { all.clone() } else { Vec::new() };
            for value in completed(value) {
                for one in &all {
                    let mut one = one.clone();
                    one[key] = value.clone();
                    more.push(one);
                }
            }
            more
        }),
        Value::Array(items) => items.iter().fold(vec![json!([])], |all, item| {
            let items = completed(item);
            let with = |one: &Value, item: &Value| {
                let mut list = one.as_array().cloned().unwrap_or_default();
                list.push(item.clone());
                Value::Array(list)
            };
            let more = all.iter().flat_map(|one| items.iter().map(|item| with(one, item)).collect::<Vec<_>>());
            if item == "$more" { all.iter().cloned().chain(more).collect() } else { more.collect() }
        }),
        other => vec![other.clone()],
    }
}

/// What is said of a policy of one rule `R`: it certainly fails, it is undecided, or nothing.
fn said(policy: &str, document: &Value) -> (bool, bool) {
    let policy = Policy::parse("/p.guard".into(), "p.guard".into(), policy).unwrap();
    let found = verdicts(&policy, &views(document), &Documents::default()).unwrap();
    let of_rule = || found.iter().filter(|verdict| verdict.rule == "R");
    (of_rule().any(|verdict| verdict.open.is_empty()), of_rule().any(|verdict| !verdict.open.is_empty()))
}

/// Whether the rule fails with some completion, and with all.
fn is_so(policy: &str, document: &Value) -> (bool, bool) {
    let fails = |document: &Value| {
        let answer = evaluate(&document.to_string(), policy).unwrap();
        answer.statuses().contains(&("R", Status::Fail))
    };
    let fails: Vec<bool> = completed(document).iter().map(fails).collect();
    (fails.contains(&true), fails.iter().all(|fails| *fails))
}

/// What is wrong with what is said; `@` stands for the part of the document that is not empty. Where it is not to be exact, what
/// fails for certain may be said to be undecided.
fn check(policy: &str, document: &Value, is_exact: bool) -> Option<String> {
    let policy = &policy.replace('@', "Resources.");
    let ((is_certain, is_open), (some, all)) = (said(policy, document), is_so(policy, document));
    let wrong = match () {
        () if is_certain && !all => "it is said to fail for certain, and does not",
        () if !is_certain && !is_open && some => "nothing is said of it, and it may fail",
        () if !is_certain && all && is_exact => "it fails for certain, and is not said to",
        () if is_open && !some => "it is said to be undecided, and cannot fail",
        () => return None,
    };
    Some(format!("{wrong}: {policy:?} on {document}"))
}

const CLAUSES: [&str; 18] = [
    "@A == 'a'",
    "@A != 'a'",
    "@A == 'b'",
    "@A in ['a', 'b']",
    "@A not in ['a', 'b']",
    "@A > 5",
    "@A <= 5",
    "@A == true",
    "@A == /^prod-/",
    "@A != /^prod-/",
    "@A exists",
    "@A !exists",
    "@A !empty",
    "@A.K == 'a'",
    "@A[*] == 'a'",
    "some @A[*] == 'a'",
    "@A == @B",
    "@A is_string",
];

fn documents() -> Vec<Value> {
    vec![
        json!({ "Resources": { "A": "$", "B": "a" } }),
        json!({ "Resources": { "A": "a", "B": "$" } }),
        json!({ "Resources": { "A": "other", "B": "$" } }),
        json!({ "Resources": { "$maybe A": "a", "B": "b" } }),
        json!({ "Resources": { "$maybe A": "other", "B": "$" } }),
    ]
}

/// Tells all differences at once.
fn check_all(policies: impl IntoIterator<Item = String>, documents: &[Value], is_exact: bool) {
    let mut wrong = Vec::new();
    let mut count = 0;
    for policy in policies {
        for document in documents {
            count += 1;
            wrong.extend(check(&policy, document, is_exact));
        }
    }
    assert!(count > 0 && wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn clauses_alone_are_judged_as_their_completions_are() {
    check_all(CLAUSES.iter().map(|clause| format!("rule R {{ {clause} }}")), &documents(), true);
}

#[test]
fn clauses_together_are_judged_as_their_completions_are() {
    let second = ["@B == 'a'", "@B != 'a'", "@B exists", "@A == 'b'", "@A != 'a'"];
    let pairs = || CLAUSES.iter().flat_map(|first| second.iter().map(move |second| (first, second)));
    let forms = pairs().flat_map(|(first, second)| {
        [
            format!("rule R {{ {first} or {second} }}"),
            format!("rule R {{ {first}\n {second} }}"),
            format!("rule R when {first} {{ {second} }}"),
            format!("rule R {{ when {second} {{ {first} }} }}"),
            format!("rule P {{ {first} }}\nrule R {{\n P or {second}\n }}"),
            format!("rule P when {first} {{ {second} }}\nrule R {{\n not P\n }}"),
            format!("rule part(x) {{ %x == 'a' }}\nrule R when {first} {{ part(@B) }}"),
        ]
    });
    check_all(forms.step_by(13), &documents(), true);
}

#[test]
fn selections_are_judged_as_their_completions_are() {
    let policies = [
        "let x = Resources.*[ A == 'a' ]\nrule R { %x empty }",
        "let x = Resources.*[ A == 'a' ]\nrule R { %x !empty }",
        "let x = Resources.*[ A != 'a' ]\nrule R { %x.B == 'b' }",
        "let x = Resources.*[ A == 'a' ]\nrule R when %x !empty { %x.B == 'b' }",
        "let x = Resources.*[ A == 'a' B == 'b' ]\nrule R { %x empty }",
        "let x = Resources.*[ A in ['a', 'b'] ].B\nrule R { Resources.*.A in %x }",
        "let x = Resources.*.B\nrule R { Resources.*.A not in %x }",
        "rule R { Resources.* { A == 'a' or B == 'a' } }",
        "rule R { some Resources.*.A == 'a' }",
        "rule R { Resources.*.A == Resources.*.B }",
        "let x = Resources.*[ A == 'a' ]\nlet n = count(%x)\nrule R { %n == 1 }",
        "rule R { Resources[ keys == /^x/ ].A == 'a' }",
        "rule R { Resources.*[ A exists ].B == 'a' }",
    ];
    let documents = [
        json!({ "Resources": { "x": { "A": "$", "B": "b" }, "y": { "A": "a", "B": "a" } } }),
        json!({ "Resources": { "x": { "A": "$", "B": "$" } } }),
        json!({ "Resources": { "x": { "$maybe A": "a", "B": "b" }, "y": { "A": "b", "B": "$" } } }),
        json!({ "Resources": { "x": { "A": "other", "B": "b" }, "y": { "A": "b", "B": "other" } } }),
    ];
    check_all(policies.map(str::to_owned), &documents, true);
}

#[test]
fn open_maps_and_lists_are_judged_as_their_completions_are() {
    let policies = [
        "rule R { @A.K == 'a' }",
        "rule R { @A.K exists }",
        "rule R { @A.K !exists }",
        "rule R { @A[*] == 'a' }",
        "rule R { some @A[*] == 'a' }",
        "rule R { @A[*] in ['a', 'b'] }",
        "rule R { @A !empty }",
        "rule R { @A empty }",
        "rule R { @A.* == 'a' }",
        "rule R { @A[ this == 'a' ] !empty }",
        "rule R { @A[ keys == 'K' ] empty }",
        "rule R { @A.K == 'a' or @A.L == 'b' }",
        "rule R when @A.K exists { @A.K != 'a' }",
        "rule R { @A == @B }",
        "rule R { @A in @B }",
        "rule R { @A { K == 'a' or L == 'b' } }",
        "rule R { @A[*] { this == 'a' } }",
        "let x = @A.K\nrule R when %x exists { %x != 'a' }",
        "let x = @A\nrule R { %x !empty }",
        "let x = @A\nrule R { %x == 'a' }",
    ];
    let documents = [
        json!({ "Resources": { "A": { "L": "b", "$more": 1 }, "B": "a" } }),
        json!({ "Resources": { "A": { "K": "a", "$more": 1 }, "B": "a" } }),
        json!({ "Resources": { "A": ["a", "$more"], "B": "a" } }),
        json!({ "Resources": { "A": ["other", "$more"], "B": ["a", "b"] } }),
        json!({ "Resources": { "A": ["$more"], "B": "a" } }),
        json!({ "Resources": { "A": ["a", "$"], "B": "a" } }),
        json!({ "Resources": { "A": { "$oneOf": ["a", "b"] }, "B": "a" } }),
        json!({ "Resources": { "A": { "$oneOf": ["b", "other"] }, "B": { "$oneOf": ["a", "other"] } } }),
        json!({ "Resources": { "A": "$", "B": "a" } }),
        json!({ "Resources": { "A": { "$maybe K": "$", "L": "other" }, "B": "a" } }),
        json!({ "Resources": { "A": { "$maybe K": { "$oneOf": ["a", "b"] } }, "B": "a" } }),
    ];
    check_all(policies.map(str::to_owned), &documents, false);
}
