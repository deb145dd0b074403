//! What holds for every language: broken, hostile and mutated input.

use super::ir::{Language, Module};
use super::{dump, language_of, parse, parse_text};
use crate::syntax::offsets::Offsets;

/// Every place in a module, by way of its debug text.
fn spans(module: &Module) -> Vec<(usize, usize)> {
    let text = format!("{module:?}");
    let spans = text.split("Span { start: ").skip(1).map(|rest| {
        let (start, rest) = rest.split_once(", end: ").unwrap();
        (start.parse().unwrap(), rest.split_once(' ').unwrap().0.parse().unwrap())
    });
    spans.collect()
}

#[track_caller]
fn check_places(text: &str, module: &Module) {
    for (start, end) in spans(module) {
        assert!(text.get(start..end).is_some(), "{start}..{end} is no place in {text:?}");
    }
}

const SAMPLES: &[(&str, &str)] = &[
    (
        "a.ts",
        "import { A as B, type C } from '@aws-sdk/x';\n@D() export class É extends F<G> { #x?: H<I> = 1; \
         constructor(private readonly j: J, { k = 'ü' }: L = {}) { super(`a${k}😀\\u{e9}`) } get m() { return this.j!.n?.[0] } }\n\
         export enum E { A = 'a', B }\nswitch (a) { case 1: b(); default: c() }\nexport const q = async (x) => ({ ...x, y: z ?? 1 }) as const;",
    ),
    ("a.tsx", "export default () => <A.B c=\"d &amp; é\" {...e}>{f ? <g/> : 'h'} ü <></></A.B>;"),
    (
        "a.js",
        "const { a, b: [c = 1, ...d], ...e } = require('x');\nmodule.exports = { get f() { return /g/ }, [h]: 'é', async *i() { yield* j } };\n\
         for (const k of l) try { m() } catch { if (n) break; else continue } finally { o += 1 }",
    ),
    (
        "a.py",
        "from ..a import (b, c as d)\n@e(f='ü')\nclass É(G, metaclass=H):\n    i: Optional['J'] = K(..., l=1)\n    async def m(self, *n, o: P = 2, **q):\n        \
         return f'é{self.r!s:>{s}}{{t}}' 'u' % (v,)\nmatch w:\n    case {'x': y} | 'z' if a: b\n    case _: {k: v for k, v in c.items() if d}\nwith e as f, g: h = i = (j, *k)\n",
    ),
    (
        "a.vue",
        "<template>é</template><script lang=\"ts\">const a: B = 'ü'</script><script setup>import c from 'd'; e(`😀${c}`)</script>",
    ),
    ("a.svelte", "<script context=module>export let a = 'é'</script>\n<script>$: b = a</script><p>{b}</p>"),
];

#[test]
fn samples_are_without_fault() {
    for (path, text) in SAMPLES {
        let module = parse((*path).into(), text).unwrap();
        assert_eq!(module.errors, Vec::new(), "{path}");
        assert!(!module.body.is_empty());
        check_places(text, &module);
    }
}

#[test]
fn mutations_never_panic_and_keep_places_in_the_text() {
    const INSERTED: &[&str] = &["(", "}", "`", "'", "\"", "\\", "${", "\n", "😀", "<", "\0", "*", " in ", "</script>"];
    for (path, text) in SAMPLES {
        let bounds: Vec<usize> = (0..=text.len()).filter(|at| text.is_char_boundary(*at)).collect();
        for (number, at) in bounds.iter().enumerate() {
            let next = bounds[(number + 1 + number % 7).min(bounds.len() - 1)].max(*at);
            let cut = format!("{}{}", &text[..*at], &text[next..]);
            let insert = format!("{}{}{}", &text[..*at], INSERTED[number % INSERTED.len()], &text[*at..]);
            for mutated in [&text[..*at], &cut, &insert] {
                check_places(mutated, &parse((*path).into(), mutated).unwrap());
            }
        }
    }
}

#[test]
fn what_can_be_parsed_beside_broken_code_is_kept() {
    let text = "const a = 1;\nfunction f( { return b; \nconst c = call({ x: 1, y: });\nclass D { m() { return e } }\n";
    let module = parse("a.ts".into(), text).unwrap();
    let dump = dump::module(&module);
    for kept in ["let a = 1", "call({x: 1", "return e"] {
        assert!(dump.contains(kept), "{kept} is missing in {dump}");
    }
    assert!(!module.errors.is_empty() && module.errors.len() <= 5);
    assert!(module.errors.iter().all(|(span, _)| span.start > 12));

    let text = "a = 1\ndef f(:\n    pass\nclass C:\n    def m(self):\n        return boto3.client('x')\nb = (2\n";
    let module = parse("a.py".into(), text).unwrap();
    let dump = dump::module(&module);
    assert!(dump.contains("a = 1") && dump.contains("boto3.client(\"x\")"), "{dump}");
    assert!(!module.errors.is_empty());
}

#[test]
fn a_missing_bracket_is_named() {
    let module = parse("a.js".into(), "f(1;").unwrap();
    assert_eq!(module.errors.iter().map(|(_, message)| message.as_str()).collect::<Vec<_>>(), ["`)` is missing here"]);
}

#[test]
fn a_map_with_broken_entries_is_open() {
    for (path, text) in [("a.js", "x = { a: 1, b 2, c: 3 }"), ("a.py", "x = {'a': 1, b 2, 'c': 3}")] {
        let dump = dump::module(&parse(path.into(), text).unwrap());
        assert!(dump.contains("...") || dump.contains("[other("), "{dump}");
    }
}

#[test]
fn deep_nesting_is_cut_and_said() {
    let cases = [
        (Language::TypeScript, "x = ", "[", "1", "]"),
        (Language::TypeScript, "let x: ", "{a:", "b", "}"),
        (Language::TypeScript, "", "a[", "b", "++]++"),
        (Language::TypeScript, "", "f(() => { switch (g()) { case h(", "1", "): } })"),
        (Language::JavaScript, "", "(a)=>", "1", ""),
        (Language::JavaScript, "", "if (a) b(); else ", "c", ""),
        (Language::JavaScript, "", "a ? b : ", "c", ""),
        (Language::JavaScript, "x = ", "<a>", "", "</a>"),
        (Language::JavaScript, "", "`${", "a", "}`"),
        (Language::JavaScript, "", "- ", "a", ""),
        (Language::Python, "x = ", "[", "1", "]"),
        (Language::Python, "x = ", "lambda: ", "1", ""),
        (Language::Python, "x = ", "not ", "1", ""),
        (Language::Python, "x: ", "Optional[", "a", "]"),
        (Language::Python, "x = ", "'%s%s' % (a, ", "1", ")"),
    ];
    for (language, before, open, middle, close) in cases {
        let count = 100_000 / (open.len() + close.len());
        let text = format!("{before}{}{middle}{}", open.repeat(count), close.repeat(count));
        let module = parse_text(language, &text, &Offsets::identity());
        assert!(module.body.len() <= 1, "{open}");
        check_places(&text, &module);
    }
}

#[test]
fn hundred_thousand_brackets_in_a_row() {
    for language in [Language::TypeScript, Language::JavaScript, Language::Python] {
        for text in
            ["(".repeat(100_000), ")".repeat(100_000), format!("{}1{}", "(".repeat(100_000), ")".repeat(100_000))]
        {
            let module = parse_text(language, &text, &Offsets::identity());
            check_places(&text, &module);
        }
    }
}

/// The parser keeps every reading of such a text and frees them by recursion.
#[test]
fn ambiguity_a_hundred_thousand_levels_deep() {
    let text = format!("let x: {}", "{a:".repeat(100_000));
    let module = parse_text(Language::JavaScript, &text, &Offsets::identity());
    assert!(!module.errors.is_empty());
    check_places(&text, &module);
}

#[test]
fn long_chains_keep_what_stands_in_them() {
    let text = format!("x = 'a'{}", " + 'b'".repeat(10_000));
    for language in [Language::JavaScript, Language::Python] {
        let module = parse_text(language, &text, &Offsets::identity());
        assert_eq!(module.limit, None);
        assert_eq!(dump::module(&module).matches("\"b\"").count(), 10_000);
    }
    let text = format!("x = a{}", ".then(f())".repeat(5_000));
    for language in [Language::TypeScript, Language::Python] {
        let module = parse_text(language, &text, &Offsets::identity());
        assert!(module.limit.is_some());
        assert_eq!(dump::module(&module).matches("f()").count(), 5_000);
    }
    let text = format!("x = a{}", " || b(c)".repeat(5_000));
    let module = parse_text(Language::TypeScript, &text, &Offsets::identity());
    assert_eq!(module.limit, None);
    assert_eq!(dump::module(&module).matches("b(c)").count(), 5_000);
}

#[test]
fn a_text_past_the_limit_is_passed_over_and_said() {
    let module = parse("a.js".into(), &" ".repeat(1024 * 1024 + 1)).unwrap();
    assert!(module.body.is_empty() && module.errors.is_empty());
    assert_eq!(module.limit.unwrap().message, "Program text longer than 1 MiB is not read");
}

#[test]
fn places_of_embedded_code_are_those_of_the_file() {
    let file = "ZipFile: |\n  x = 1\n  y = f(2)\n";
    let code = "x = 1\ny = f(2)\n";
    let offsets = Offsets::pieces(vec![(0, 13), (6, 21)]);
    let module = parse_text(Language::Python, code, &offsets);
    let places: Vec<&str> =
        module.body.iter().map(|statement| &file[statement.span.start as usize..statement.span.end as usize]).collect();
    assert_eq!(places, ["x = 1", "y = f(2)"]);
}

#[test]
fn languages_by_name() {
    assert_eq!(language_of("a/b.mts".into()), Some(Language::TypeScript));
    assert_eq!(language_of("a.d.ts".into()), None);
    assert_eq!(language_of("A.JSX".into()), Some(Language::JavaScript));
    assert_eq!(language_of("a.py".into()), Some(Language::Python));
    assert_eq!(language_of("py".into()), None);
    assert_eq!(language_of("a.json".into()), None);
    assert!(parse("a.txt".into(), "x = 1").is_none());
}
