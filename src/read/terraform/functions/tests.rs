use std::sync::Arc;

use super::table::FUNCTIONS;
use super::{Files, call, decoded, known, text};
use crate::read::cloudformation::testing::show;
use crate::source::{FileId, Loc, Span};
use crate::syntax::hcl::ast::{Expression, ExpressionKind, Unary};
use crate::syntax::hcl::parse_expression;
use crate::syntax::offsets::Offsets;
use crate::value::{Alternative, Entry, Kind, List, Map, Presence, Reference, ResourceKey, Value, Why};
use crate::when::When;

fn at(span: Span) -> Loc {
    Loc { file: FileId(0), span }
}

fn plain(kind: Kind) -> Value {
    Value::new(kind, at(Span::default()))
}

fn when(name: &str, holds: bool) -> When {
    When::test("s", name, holds)
}

/// What names mean in the expressions of these tests.
fn named(name: &str) -> Value {
    let unknown = |name: &str| plain(Kind::Unknown(Why::Input(name.into())));
    let either = |one: Value, other: Value| {
        let alternative = |value, holds| Alternative { value, when: when("c", holds), fallback: false };
        plain(Kind::OneOf(vec![alternative(one, true), alternative(other, false)]))
    };
    let list = |items: Vec<(Value, When)>, open| plain(Kind::List(List { items, open }));
    match name {
        // A resource's id.
        "id" => plain(Kind::Reference(Reference::Attribute {
            resource: ResourceKey { stack: "s".into(), id: "web".into() },
            attribute: "Ref".into(),
        })),
        "secret" => plain(Kind::Unknown(Why::Redacted)),
        "either" => either(value("\"A\""), value("\"B\"")),
        "perhaps" => either(value("[\"x\"]"), value("[]")),
        "filled" => either(value("\"x\""), value("\"\"")),
        "maps" => either(value("{ k = 1 }"), value("{ k = 2, l = 3 }")),
        "sometimes" => {
            let Kind::Map(mut map) = value("{ k = 9, m = 8 }").kind else { panic!() };
            map.entries.iter_mut().for_each(|entry| entry.presence = Presence::Sometimes(when("c", true)));
            plain(Kind::Map(map))
        }
        "single" => list(vec![(value("id"), when("c", true))], false),
        "open" => list(vec![(value("\"a\""), When::always())], true),
        "openmap" => plain(Kind::Map(Map { open: true, ..value("{ k = 1 }").map().unwrap().clone() })),
        name => unknown(name),
    }
}

fn evaluate(expression: &Expression) -> Value {
    let loc = at(expression.span);
    let kind = match &expression.kind {
        ExpressionKind::Null => Kind::Null,
        ExpressionKind::Bool(value) => Kind::Bool(*value),
        ExpressionKind::Number(number) => Kind::Number(number.clone()),
        ExpressionKind::Text(text) => Kind::Text(text.clone()),
        ExpressionKind::Unary { operator: Unary::Minus, operand } => match evaluate(operand).kind {
            Kind::Number(number) => Kind::Number(format!("-{number}").into()),
            _ => panic!("{expression:?}"),
        },
        ExpressionKind::Template(parts) => {
            let part = |part: &crate::syntax::hcl::ast::Part| match part {
                crate::syntax::hcl::ast::Part::Text(text) => plain(Kind::Text(text.clone())),
                crate::syntax::hcl::ast::Part::Value(value) => evaluate(value),
                _ => panic!("{part:?}"),
            };
            return crate::read::branches::concat(parts.iter().map(part).collect(), loc);
        }
        ExpressionKind::List(items) => {
            Kind::List(List { items: items.iter().map(|item| (evaluate(item), When::always())).collect(), open: false })
        }
        ExpressionKind::Map(items) => {
            let entry = |item: &crate::syntax::hcl::ast::Item| Entry {
                key: known::text(&evaluate(&item.key)).unwrap(),
                key_loc: at(item.key.span),
                value: evaluate(&item.value),
                presence: Presence::Always,
            };
            Kind::Map(Map { entries: items.iter().map(entry).collect(), open: false })
        }
        ExpressionKind::Name(name) => return Value { loc, ..named(name) },
        ExpressionKind::Call { function, arguments, spread: false } => {
            let arguments: Vec<Value> = arguments.iter().map(evaluate).collect();
            let file = |path: &str| (path == "a.json").then(|| (FileId(7), Arc::from("{\"k\": [\"v\"]}")));
            return call(function, &arguments, &file, loc);
        }
        _ => panic!("{expression:?}"),
    };
    Value::new(kind, loc)
}

fn value(written: &str) -> Value {
    let piece = parse_expression(written, &Offsets::identity());
    assert_eq!(piece.error, None, "{written}");
    evaluate(&piece.expression)
}

fn shown(written: &str) -> String {
    show(&value(written))
}

/// The file holds what `terraform console` of version 1.11 says of `jsonencode` of each expression; `error` where it
/// refuses it, and `unknown` where it does not know either.
#[test]
fn known_values_give_what_terraform_says() {
    let mut wrong = Vec::new();
    for line in include_str!("semantics.txt").lines() {
        let (written, expected) = line.split_once("  ==>  ").unwrap();
        let found = text(&call("jsonencode", &[value(written)], &|_| None, at(Span::default())));
        let expected = match expected {
            "error" | "unknown" => None,
            expected => value(expected).text().map(Arc::from),
        };
        if found != expected {
            wrong.push(format!("{written}: {found:?}, terraform says {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_table_is_in_order_and_no_arguments_make_a_function_panic() {
    assert!(FUNCTIONS.is_sorted_by_key(|(name, ..)| *name));
    let odd: Vec<Value> = [
        "null",
        "\"\"",
        "\"é\"",
        "\"%\"",
        "\"%[9]s\"",
        "\"/(/\"",
        "\"9e9999\"",
        "-1",
        "0",
        "1.5",
        "9e18",
        "1e9223372036854775807",
        "true",
        "[]",
        "{}",
        "[null]",
        "[[]]",
        "[-1, \"a\", id]",
        "{ a = null }",
        "id",
        "u",
        "secret",
        "either",
        "perhaps",
        "maps",
        "sometimes",
        "single",
        "open",
        "openmap",
        "\"a${id}\"",
        "jsonencode([u])",
    ]
    .iter()
    .map(|written| value(written))
    .collect();
    let none: Files<'_> = &|_| None;
    for (name, ..) in FUNCTIONS {
        call(name, &[], none, at(Span::default()));
        for one in &odd {
            call(name, std::slice::from_ref(one), none, at(Span::default()));
            for two in &odd {
                call(name, &[one.clone(), two.clone()], none, at(Span::default()));
                call(name, &[one.clone(), two.clone(), value("-1")], none, at(Span::default()));
            }
        }
    }
}

#[test]
fn known_parts_stay_known() {
    assert_eq!(shown(r#"lower("A-${id}-B")"#), "<'a-' ?lower(!Ref web) '-b'>");
    assert_eq!(shown(r#"join("/", ["a", 1, id])"#), "<'a/1/' !Ref web>");
    assert_eq!(shown(r#"format("%s-%d-%v", "a", 2, id)"#), "<'a-2-' !Ref web>");
    assert_eq!(shown(r#"formatlist("%s/x", ["a", id])"#), "['a/x', <!Ref web '/x'>]");
    assert_eq!(shown(r#"trimprefix("https://${id}", "https://")"#), "!Ref web");
    assert_eq!(shown(r#"trimsuffix("${id}/", "/")"#), "!Ref web");
    assert_eq!(shown(r#"trimprefix("a${id}", "https")"#), "<'a' !Ref web>");
    assert_eq!(shown(r#"startswith("http://${id}", "https://")"#), "false");
    assert_eq!(shown(r#"startswith("https://${id}", "https://")"#), "true");
    assert_eq!(shown(r#"startswith("h${id}", "https://")"#), "?startswith(<'h' !Ref web>, 'https://')");
    assert_eq!(shown(r#"strcontains("a.b${id}", ".b")"#), "true");
    assert_eq!(shown("concat([\"a\"], perhaps, u)"), "['a', 'x' when c, …]");
    assert_eq!(shown("flatten([[\"a\", id], perhaps])"), "['a', !Ref web, 'x' when c]");
    assert_eq!(shown("compact([\"a\", filled, \"\", id])"), "['a', 'x' when c, !Ref web]");
    assert_eq!(shown("distinct([id, \"a\", \"a\"])"), "[!Ref web, 'a']");
    assert_eq!(shown("toset([\"b\", \"a\"])"), "['a', 'b']");
    assert_eq!(shown("element([id, u], 2)"), "!Ref web");
    assert_eq!(shown("length([id, u])"), "2");
    assert_eq!(shown("length(open)"), "?length(['a', …])");
    assert_eq!(shown("keys({ b = id, a = u })"), "['a', 'b']");
    assert_eq!(shown("values({ b = id, a = 1 })"), "[1, !Ref web]");
    assert_eq!(
        shown("[tostring(id), toset(u), tolist(u), tomap(u)]"),
        "[!Ref web, ?Input(\"u\"), ?Input(\"u\"), ?Input(\"u\")]"
    );
    assert_eq!(shown("alltrue([false, u])"), "false");
    assert_eq!(shown("alltrue([true, u])"), "?alltrue([true, ?Input(\"u\")])");
}

#[test]
fn alternatives_are_asked_one_by_one() {
    assert_eq!(shown("lower(either)"), "{c: 'a', not c: 'b'}");
    assert_eq!(shown("format(\"%s-%s\", either, either)"), "{c: 'A-A', not c: 'B-B'}");
    assert_eq!(shown("join(\"-\", [\"x\", either])"), "{c: 'x-A', not c: 'x-B'}");
    assert_eq!(shown("lookup(maps, \"l\", 0)"), "{c: 0, not c: 3}");
    assert_eq!(shown("length(perhaps)"), "{c: 1, not c: 0}");
    assert_eq!(shown("one(single)"), "{c: !Ref web, not c: null}");
    assert_eq!(shown("coalesce(filled, \"y\")"), "{c: 'x', not c: 'y'}");
    assert_eq!(shown("merge({ k = 0, a = 1 }, maps)"), "{c: (k: 1, a: 1), not c: (k: 2, a: 1, l: 3)}");
}

#[test]
fn what_may_be_replaced_is_what_is_used_where_nothing_replaces_it() {
    assert_eq!(shown("merge({ k = 1, n = 2 }, sometimes)"), "(k: {c: 9, not c: 1}, n: 2, m: 8 when c)");
    assert_eq!(shown("merge(sometimes, { k = 1 })"), "(k: 1, m: 8 when c)");
    let merged = value("merge({ k = 1 }, u, { l = 2 })");
    assert_eq!(show(&merged), "(k: {: ??Input(\"u\")[k], : 1}, l: 2, …)");
    let Kind::OneOf(alternatives) = &merged.map().unwrap().entry("k").unwrap().value.kind else { panic!() };
    assert_eq!(alternatives.iter().map(|either| either.fallback).collect::<Vec<_>>(), [false, true]);
    assert_eq!(shown("merge({ k = 0, l = 1 }, openmap)"), "(k: 1, l: {: ?(k: 1, …)[l], : 1}, …)");
    assert_eq!(shown("lookup(openmap, \"z\", 5)"), "{: ?(k: 1, …)[z], : 5}");
    assert_eq!(shown("lookup(openmap, \"k\", 5)"), "1");
    assert_eq!(shown("coalesce(u, \"a\", \"b\")"), "{: ?Input(\"u\"), : 'a'}");
    assert_eq!(shown("coalesce(null, id, \"b\")"), "!Ref web");
}

#[test]
fn unknown_results_say_what_they_are_made_from() {
    assert_eq!(shown("sha256(id)"), "?sha256(!Ref web)");
    assert_eq!(shown("provider::aws::arn_parse(\"a\")"), "?provider::aws::arn_parse('a')");
    assert_eq!(shown("nothing_of_this_name()"), "?nothing_of_this_name()");
    assert_eq!(shown("split(\",\", id)"), "?split(',', !Ref web)");
    assert!(value("base64encode(id)").is_same_as(&value("base64encode(id)")));
    assert!(!value("md5(id)").is_same_as(&value("md5(u)")));
    assert_eq!(shown("upper()"), "?upper()");
}

#[test]
fn secrets_are_not_kept() {
    assert_eq!(shown("sensitive(\"hunter2\")"), "redacted");
    assert_eq!(shown("nonsensitive(sensitive({ a = \"hunter2\", b = id }))"), "(a: redacted, b: !Ref web)");
    assert_eq!(shown("base64encode(secret)"), "redacted");
    assert_eq!(shown("upper(\"a${secret}\")"), "<'A' redacted>");
    assert!(!format!("{:?}", value("sensitive(jsonencode({ a = \"hunter2\" }))")).contains("hunter2"));
}

#[test]
fn encoded_documents_are_read_with_what_is_filled_in() {
    assert_eq!(shown("jsondecode(jsonencode({ a = id, b = [either] }))"), "(a: !Ref web, b: [{c: 'A', not c: 'B'}])");
    assert_eq!(shown("yamldecode(yamlencode({ a = id }))"), "(a: !Ref web)");
    assert_eq!(shown("base64decode(base64encode(id))"), "!Ref web");
    let written = r#""{\"a\": \"x-${id}\", \"b\": ${u}, \"c\": [${jsonencode({ d = id })}], \"e\": \"\\\"${id}\"}""#;
    let document = decoded(&value(written)).unwrap();
    assert_eq!(show(&document), "(a: <'x-' !Ref web>, b: ?Input(\"u\"), c: [(d: !Ref web)], e: <'\"' !Ref web>)");
    assert_eq!(shown("yamldecode(\"a: ${id}\\nb: yes\\nc: 'yes'\\n\")"), "(a: !Ref web, b: true, c: 'yes')");
    assert_eq!(shown("jsondecode(\"{\")"), "?jsondecode('{')");
    assert_eq!(shown("upper(jsonencode({ a = 1 }))"), "'{\"A\":1}'");
}

#[test]
fn parts_stand_where_they_are_written() {
    let written = "merge({ a = \"one\" }, { b = concat([\"two\"], [\"three\"]) })";
    let merged = value(written);
    let at = |value: &Value| &written[value.loc.span.start as usize..value.loc.span.end as usize];
    assert_eq!(at(&merged), written);
    assert_eq!(at(merged.at(&["a"]).value().unwrap()), "\"one\"");
    assert_eq!(at(&merged.at(&["b"]).value().unwrap().list().unwrap().items[1].0), "\"three\"");
    let read = value("jsondecode(file(\"a.json\"))");
    let item = &read.at(&["k"]).value().unwrap().list().unwrap().items[0].0;
    assert_eq!((item.text(), item.loc), (Some("v"), Loc { file: FileId(7), span: Span::new(7, 10) }));
    assert_eq!(shown("file(\"b.json\")"), "?file('b.json')");
    assert_eq!(shown("fileexists(\"a.json\")"), "true");
    assert_eq!(shown("fileexists(\"b.json\")"), "?fileexists('b.json')");
}

#[test]
fn large_results_are_bounded() {
    let many: Vec<String> = (0..200).map(|at| format!("\"{at}\"")).collect();
    let many = format!("[{}]", many.join(", "));
    assert!(shown(&format!("setproduct({many}, {many}, {many})")).starts_with("?setproduct"));
    assert_eq!(shown("range(1000000000)"), "?range(1000000000)");
    assert_eq!(shown("range(0, 1, 0)"), "?range(0, 1, 0)");
    assert!(shown("indent(1000000000, \"a\\nb\")").starts_with("?indent"));
    assert!(shown("format(\"%1000000000d\", 1)").starts_with("?format"));
    let mut text = value("\"aaaaaaaaaa\"");
    for _ in 0..8 {
        text = call("replace", &[text.clone(), plain(Kind::Text("a".into())), text], &|_| None, at(Span::default()));
    }
    assert!(text.is_unknown());
    assert!(shown("replace(\"a\", \"/(a{1000}){1000}/\", \"\")").starts_with("?replace"));
    let mut list = value(&many);
    for _ in 0..30 {
        list = call("concat", &[list.clone(), list], &|_| None, at(Span::default()));
    }
    assert!(matches!(list.kind, Kind::List(List { open: true, .. }) | Kind::Unknown(_)));
}
