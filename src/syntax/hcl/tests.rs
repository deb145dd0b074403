use super::ast::{Body, Expression, ExpressionKind, File, Part, Step};
use super::*;
use crate::syntax::{embedded, json, mutation};

/// An expression in one line: operations in parentheses, templates between backquotes.
fn show(expression: &Expression) -> String {
    let list = |items: &[Expression]| items.iter().map(show).collect::<Vec<_>>().join(", ");
    match &expression.kind {
        ExpressionKind::Null => "null".to_owned(),
        ExpressionKind::Bool(value) => value.to_string(),
        ExpressionKind::Number(number) => number.to_string(),
        ExpressionKind::Text(text) => format!("{text:?}"),
        ExpressionKind::Template(parts) => format!("`{}`", show_parts(parts)),
        ExpressionKind::List(items) => format!("[{}]", list(items)),
        ExpressionKind::Map(items) => {
            let items: Vec<_> =
                items.iter().map(|item| format!("{} = {}", show(&item.key), show(&item.value))).collect();
            format!("{{{}}}", items.join(", "))
        }
        ExpressionKind::Name(name) => name.to_string(),
        ExpressionKind::Member { of, key } => format!("{}.{key}", show(of)),
        ExpressionKind::Index { of, key } => format!("{}[{}]", show(of), show(key)),
        ExpressionKind::Splat { of, each } => format!("{}[*]({})", show(of), show_steps(each)),
        ExpressionKind::Call { function, arguments, spread } => {
            format!("{function}({}{})", list(arguments), if *spread { "..." } else { "" })
        }
        ExpressionKind::Choice { condition, then, otherwise } => {
            format!("({} ? {} : {})", show(condition), show(then), show(otherwise))
        }
        ExpressionKind::Unary { operator, operand } => format!("{operator:?}({})", show(operand)),
        ExpressionKind::Binary { operator, left, right } => format!("({} {operator:?} {})", show(left), show(right)),
        ExpressionKind::For(each) => {
            let names: Vec<_> = each.key.iter().chain([&each.item]).map(|name| name.to_string()).collect();
            let key = each.result_key.as_ref().map_or(String::new(), |key| format!("{} => ", show(key)));
            let condition =
                each.condition.as_ref().map_or(String::new(), |condition| format!(" if {}", show(condition)));
            let grouped = if each.grouped { "..." } else { "" };
            format!("for {} in {}: {key}{}{grouped}{condition}", names.join(" "), show(&each.of), show(&each.result))
        }
        ExpressionKind::Unreadable => "unreadable".to_owned(),
    }
}

fn show_parts(parts: &[Part]) -> String {
    parts.iter().map(show_part).collect::<Vec<_>>().join(" ")
}

fn show_part(part: &Part) -> String {
    match part {
        Part::Text(text) => format!("{text:?}"),
        Part::Value(value) => format!("${}", show(value)),
        Part::If { condition, then, otherwise } => {
            format!("if({} {{{}}} {{{}}})", show(condition), show_parts(then), show_parts(otherwise))
        }
        Part::For { key, item, of, body } => {
            let key = key.as_ref().map_or(String::new(), |key| format!("{key} "));
            format!("for({key}{item} in {} {{{}}})", show(of), show_parts(body))
        }
    }
}

fn show_steps(steps: &[Step]) -> String {
    let show_step = |step: &Step| match step {
        Step::Member(key) => format!(".{key}"),
        Step::Index(key) => format!("[{}]", show(key)),
        Step::Splat(steps) => format!("[*]({})", show_steps(steps)),
    };
    steps.iter().map(show_step).collect()
}

fn show_body(body: &Body) -> String {
    let attributes = body.attributes.iter().map(|attribute| format!("{}={}", attribute.name, show(&attribute.value)));
    let blocks = body.blocks.iter().map(|block| {
        let labels: String = block.labels.iter().map(|label| format!(" {label:?}")).collect();
        format!("{}{labels}{{{}}}", block.kind, show_body(&block.body))
    });
    attributes.chain(blocks).collect::<Vec<_>>().join("; ")
}

/// The value of the only argument of a faultless file.
fn value(written: &str) -> String {
    let file = parse(&format!("a = {written}\n"));
    assert_eq!((file.errors.as_slice(), file.limit), (&[][..], None), "{written}");
    show(&file.body.attributes[0].value)
}

fn faults(file: &File) -> Vec<&str> {
    file.errors.iter().map(|error| &*error.message).collect()
}

#[test]
fn operators_bind_as_in_terraform() {
    assert_eq!(value("a || b && c == d > e + f * g"), "(a Or (b And (c Equal (d Greater (e Add (f Multiply g))))))");
    assert_eq!(value("a - b - c"), "((a Subtract b) Subtract c)");
    assert_eq!(value("a == b == c"), "((a Equal b) Equal c)");
    assert_eq!(value("!a.b && -c[0] > -1"), "(Not(a.b) And (Minus(c[0]) Greater Minus(1)))");
    assert_eq!(value("a ? b : c ? d : e"), "(a ? b : (c ? d : e))");
    assert_eq!(
        value("a >= b ? c <= d : e != f % 2"),
        "((a GreaterOrEqual b) ? (c LessOrEqual d) : (e NotEqual (f Modulo 2)))"
    );
    assert_eq!(value("(\n a\n ||\n b # why\n)"), "(a Or b)");
    assert_eq!(value("(a + b) / 2"), "((a Add b) Divide 2)");
}

#[test]
fn steps_and_splats_are_told_apart() {
    assert_eq!(value("a.b.0.c[\"d\"][e.f]"), "a.b.0.c[\"d\"][e.f]");
    assert_eq!(value("a . b [0]"), "a.b[0]");
    assert_eq!(value("a[*].b[0].c"), "a[*](.b[0].c)");
    assert_eq!(value("a[*].b[*].c"), "a[*](.b[*](.c))");
    assert_eq!(value("a.*.b.0.c[0]"), "a[*](.b.0.c)[0]");
    assert_eq!(value("f(a[*]...)"), "f(a[*]()...)");
    assert_eq!(value("a[\"${b}-c\"].d"), "a[`$b \"-c\"`].d");
    assert_eq!(value("data.aws_x.this[each.key].id"), "data.aws_x.this[each.key].id");
}

#[test]
fn literals_and_calls_are_read() {
    assert_eq!(value("[1, 2.50, 1e3, 1.5E-7, true, null,]"), "[1, 2.50, 1e3, 1.5E-7, true, null]");
    assert_eq!(value("f(a,\n  b,\n)"), "f(a, b)");
    assert_eq!(value("provider::aws::arn_parse(f ())"), "provider::aws::arn_parse(f())");
    assert_eq!(value("null(1)"), "null(1)");
    assert_eq!(
        value("{\n  a = 1, b : 2\n\n  \"c d\" = 3 # c\n  (e) = 4\n  \"f${g}\" = 5\n  true = 6\n  h.i = 7, }"),
        "{\"a\" = 1, \"b\" = 2, \"c d\" = 3, e = 4, `\"f\" $g` = 5, \"true\" = 6, h.i = 7}"
    );
    assert_eq!(value("{ if = in, endfor = for }"), "{\"if\" = in, \"endfor\" = for}");
    assert_eq!(value("/* a\n b */ 1 // c"), "1");
}

#[test]
fn loops_are_read() {
    assert_eq!(value("[for a in b : a.c if a.d]"), "for a in b: a.c if a.d");
    assert_eq!(value("{\n for k, v in b :\n k => v...\n if c\n}"), "for k v in b: k => v... if c");
    assert_eq!(value("[for a in b : { x = a }]"), "for a in b: {\"x\" = a}");
    assert_eq!(value("[forest]"), "[forest]");
}

#[test]
fn strings_resolve_escapes_and_fillings() {
    assert_eq!(value(r#""a\n\t\"\\\u00e9\U0001F600""#), "\"a\\n\\t\\\"\\\\é😀\"");
    assert_eq!(value(r#""$$${1}|$$$${1}|$${1}|$|$$|%%%{if|%%{ |%|a$""#), "\"$${1}|$$${1}|${1}|$|$$|%%{if|%{ |%|a$\"");
    assert_eq!(
        value(r#""x ${ f("y ${"z"}", { a = "}" }) } ${b}""#),
        "`\"x \" $f(`\"y \" $\"z\"`, {\"a\" = \"}\"}) \" \" $b`"
    );
    assert_eq!(value(r#""${ a }""#), "a");
    assert_eq!(value(r#""${a}${b}""#), "`$a $b`");
    assert_eq!(value(r#""a ${~ b ~} c""#), "`\"a\" $b \"c\"`");
    assert_eq!(value(r#""%{ if a }b%{ else }c${d}%{ endif ~}  e""#), "`if(a {\"b\"} {\"c\" $d}) \"e\"`");
    assert_eq!(value(r#""%{ for k, v in a ~} ${k}=${v}, %{~ endfor }""#), "`for(k v in a {$k \"=\" $v \",\"})`");
    assert_eq!(value("\"${f(\n1\n)}\""), "f(1)");
}

#[test]
fn heredocs_keep_or_lose_their_indentation() {
    assert_eq!(value("<<EOT\n  a\n  $${b} \"\\n\"\n EOT"), r#""  a\n  ${b} \"\\n\"\n""#);
    assert_eq!(value("<<-EOT\n    a\n\n      b ${c}\n    EOT\n"), r#"`"a\n\n  b " $c "\n"`"#);
    assert_eq!(value("<<-EOT\n    a\n  ${c}\n    EOT\n"), r#"`"  a\n" $c "\n"`"#);
    assert_eq!(value("[<<A\nx\nA\n, <<B\ny\nB\n]"), r#"["x\n", "y\n"]"#);
    assert_eq!(value("<<EOT\n${~ a ~}\nEOT"), "`$a`");
    // What terraform makes of the same text: `~}` eats one line's end, after which no new line begins.
    assert_eq!(
        value("<<-EOT\n    %{ for x in l ~}\n       s ${x}\n    %{ endfor ~}\n    end\n    EOT"),
        r#"`for(x in l {"       s " $x "\n"}) "    end\n"`"#
    );
    let crlf = parse("a = <<EOT\r\nx\r\nEOT\r\nb = 1 # c\r\nc {\r\n}\r\n");
    assert_eq!((show_body(&crlf.body).as_str(), crlf.errors.len()), ("a=\"x\\r\\n\"; b=1; c{}", 0));
}

#[test]
fn files_hold_arguments_and_blocks() {
    let text = "\u{feff}/* x */ resource \"aws_x\" main { # y\n  é-b = 1\n  one { c = [2] }\n  none {}\n}\n// z";
    let file = parse(text);
    assert_eq!(faults(&file), [""; 0]);
    assert_eq!(show_body(&file.body), "resource \"aws_x\" \"main\"{é-b=1; one{c=[2]}; none{}}");
    let block = &file.body.blocks[0];
    let at = |span: Span| &text[span.start as usize..span.end as usize];
    assert_eq!(at(block.header), "resource \"aws_x\" main");
    assert_eq!(at(block.body.attributes[0].name_span), "é-b");
    assert_eq!(at(block.body.blocks[0].body.attributes[0].value.span), "[2]");
}

#[test]
fn expressions_stand_where_they_are_written() {
    let text = "a = (b.c) ? \"x${d}\" /* y */ : f( 1 )   # z\n";
    let file = parse(text);
    let at = |expression: &Expression| &text[expression.span.start as usize..expression.span.end as usize];
    let choice = &file.body.attributes[0].value;
    assert_eq!(at(choice), "(b.c) ? \"x${d}\" /* y */ : f( 1 )");
    let ExpressionKind::Choice { condition, then, otherwise } = &choice.kind else { panic!() };
    assert_eq!((at(condition), at(then), at(otherwise)), ("(b.c)", "\"x${d}\"", "f( 1 )"));
    let ExpressionKind::Template(parts) = &then.kind else { panic!() };
    let Part::Value(value) = &parts[1] else { panic!() };
    assert_eq!(at(value), "d");
}

#[test]
fn a_broken_argument_loses_nothing_else() {
    let file = parse("a = [1, 2\nb {\n  c = ]\n  d = 'x'\n  e = \"y\n  f = 4\n}\ng = 5\n}\nh = 6\n");
    assert_eq!(show_body(&file.body), "a=unreadable; g=5; h=6; b{c=unreadable; d=unreadable; e=unreadable; f=4}");
    assert_eq!(
        faults(&file),
        [
            "expected a comma or `]`, found `b`",
            "expected a value, found `]`",
            "expected a value, found `'`",
            "the string is not closed on its line",
            "expected an argument or a block, found `}`",
        ]
    );
    let file = parse("a = f(1\n  x y {z}\n)\nb = [c d,\n  e\n]\nf = 2");
    assert_eq!(show_body(&file.body), "a=unreadable; b=unreadable; f=2");
    let file = parse("a \"b {\n c = 1\n}\nd {\n  e = <<EOT\n}\nEOT\n}\n");
    assert_eq!(show_body(&file.body), "c=1; d{e=\"}\\n\"}");
}

#[test]
fn what_terraform_refuses_is_a_fault() {
    for text in [
        "a = b ?\n 1 : 2\n",
        "a {\n b = 1 }\n",
        "a { b = 1, c = 2 }\n",
        "a = 1 \r b=2\n",
        "a = \"x\\qy\"\n",
        "a = b.*.c.*.d\n",
        "a = f(b...,)\n",
        "a = {a=1,\n\n,b=2}\n",
        "a = 1 /* x \n y */ b = 2\n",
        "\"a\" = 1\n",
        "a \"b${c}\" {}\n",
        "a = 1e\n",
        "a = .5\n",
        "a = 5.\n",
        "a = [for k in b : k...]\n",
        "a = {for k in b : k}\n",
        "a = [for k in b : k => v]\n",
        "a = \"${\"x\ny\"}\"\n",
        "a\n= 1\n",
        "a =\n1\n",
        "a = {b =\n1}\n",
        "a = -\n",
        "a = 0x10\n",
        "a;\n",
        "a = b => c\n",
        "a = b &\n",
        "a = \"\\uD83D\"\n",
        "a {\n}}\n",
        "}\n",
        "a {}b {}\n",
        "a = {(b) = 1, (c)d = 2}\n",
        "a = { b = 1 c = 2}\n",
        "a = [1 2]\n",
        "a = [1\n2]\n",
        "a = [,]\n",
        "a = <<EOT \nfoo\nEOT\n",
        "a = <<EOT\nfoo\n",
        "a = {for = 1}\n",
        "a = 1\nb = 2\na = 3\n",
        "a = \"%{ if b }\"\n",
        "a = \"%{ endif }\"\n",
        "a = \"%{ for b in c }%{ endif }\"\n",
        "a {\n",
        "a = /* b\n",
    ] {
        assert!(!parse(text).errors.is_empty(), "{text:?}");
    }
}

#[test]
fn texts_inside_other_files_keep_their_places() {
    let file = r#"{"a": "x\n${var.stage}", "b": "${var.c}", "c": "var.d[0]"}"#;
    let tree = json::parse(file);
    let extract = |key| embedded::extract(file, tree.documents[0].get(key).unwrap()).unwrap();
    let (text, offsets) = extract("a");
    let template = parse_template(&text, &offsets).expression;
    assert_eq!(show(&template), r#"`"x\n" $var.stage`"#);
    let ExpressionKind::Template(parts) = &template.kind else { panic!() };
    let Part::Value(value) = &parts[1] else { panic!() };
    assert_eq!(&file[value.span.start as usize..value.span.end as usize], "var.stage");
    let (text, offsets) = extract("b");
    assert_eq!(show(&parse_template(&text, &offsets).expression), "var.c");
    let (text, offsets) = extract("c");
    assert_eq!(show(&parse_expression(&text, &offsets).expression), "var.d[0]");
    assert_eq!(
        parse_expression("a b", &offsets).error.unwrap().message,
        "expected the end of the expression, found `b`"
    );
    assert_eq!(
        show(&parse_template("a \"b\" \\n\n  %{ if c ~}\n  d%{ endif }", &offsets).expression),
        "`\"a \\\"b\\\" \\\\n\\n  \" if(c {\"  d\"} {})`"
    );
}

#[test]
fn deep_nesting_reaches_a_bound_instead_of_the_stack() {
    let many = |start: &str, more: &str| parse(&format!("a = {start}{}", more.repeat(100_000))).limit;
    for open in
        ["[", "{a=", "(", "f(", "\"${", "-", "!", "a[", "a ? ", "a ? b : ", "[for a in ", "a+", "a*b+", "a[*].b["]
    {
        assert!(many("", open).is_some(), "{open}");
    }
    for link in [".b", ".0", "[0]", "[*]", "[*].b", ".*.b[0]", " + a", " || a", "() + f"] {
        assert!(many("a", link).is_some(), "{link}");
    }
    for (text, name) in [("a {\n", "blocks"), ("a{", "one-line blocks")] {
        assert!(parse(&text.repeat(100_000)).limit.is_some(), "{name}");
    }
    assert!(parse(&format!("a = \"{}\"", "%{if b}".repeat(100_000))).limit.is_some());
    assert!(parse_template(&"%{for a in b}".repeat(100_000), &Offsets::identity()).limit.is_some());
    let chains = "(a.b.c.d.e.f.g.h.i.j.k)[0]";
    let nested = (0..100).fold("a".to_owned(), |inner, _| format!("({inner}){}", &chains[2..23]));
    assert!(parse(&format!("a = {nested}")).limit.is_some());
    assert!(parse(&format!("a = [{}]", "a.b.c, ".repeat(100_000))).limit.is_none());
    assert!(parse(&format!("a = {}1{}", "[".repeat(150), "]".repeat(150))).limit.is_none());
}

#[test]
fn no_bytes_make_it_panic_and_all_places_lie_in_the_text() {
    let samples = [
        "a = <<-EOT\n  x ${b ~}\n  %{ if c }y%{ else }z%{ endif }\n EOT\nr \"s\" t {\r\n  u = [for k, v in w : f(v...) if !k]\n}\n",
        "é = \"a\\n$${b}${c[\"d\"].*.e}\" /* f */ # g\nh = { \"i\" = j ? -1.5e3 : k[*].l, (m) : n }\no { p = q::r(1) }",
    ];
    mutation::each(&samples, |text| {
        let file = parse(text);
        for span in file.errors.iter().map(|error| error.span) {
            assert!(text.get(span.start as usize..span.end as usize).is_some(), "{span:?} in {text:?}");
        }
        check(text, &file.body);
        let _ = parse_template(text, &Offsets::identity());
        let _ = parse_expression(text, &Offsets::identity());
    });
}

fn check(text: &str, body: &Body) {
    let inside =
        |span: Span| assert!(text.get(span.start as usize..span.end as usize).is_some(), "{span:?} in {text:?}");
    for attribute in &body.attributes {
        inside(attribute.name_span);
        inside(attribute.value.span);
    }
    for block in &body.blocks {
        inside(block.header);
        check(text, &block.body);
    }
}
