//! Parts of a text that something else fills in: `${NAME}`, `{{ … }}`, `$(NAME)`, `<%= … %>` and their like.

use std::sync::Arc;

use crate::source::Loc;
use crate::value::{Alternative, Kind, Reference, Value, Why};
use crate::when::When;
use crate::words;

/// How deep defaults in defaults are followed.
const DEEPEST: usize = 4;

/// The longest text in bytes in which parts are looked for.
const LONGEST: usize = 4096;

/// The longest such part in bytes.
const LONGEST_PART: usize = 256;

/// How a hole is written: its beginning, its end, and who fills it.
const HOLES: &[(&str, &str, Filler)] = &[
    ("${{", "}}", Filler::Workflow),
    ("{{", "}}", Filler::Template),
    ("${", "}", Filler::Variable),
    ("#{", "}", Filler::Template),
    ("$(", ")", Filler::Variable),
    ("<%", "%>", Filler::Ruby),
    ("%env(", ")%", Filler::Variable),
];

/// The same around a whole text.
const WHOLE: &[(&str, &str)] = &[("%", "%"), ("__", "__"), ("@", "@")];

/// What the Serverless Framework fills in at deployment: `${self:custom.stage}`.
const SERVERLESS: &str = "aws cf file git opt output param s3 self sls strToBool";

#[derive(Clone, Copy)]
enum Filler {
    /// The environment, or the configuration's own keys.
    Variable,
    /// A workflow's contexts: `secrets.X`, `vars.X`, `env.X`.
    Workflow,
    /// A template engine.
    Template,
    /// ERB.
    Ruby,
}

/// Whether something in the text is filled in by something else.
pub fn is_in(text: &str) -> bool {
    whole(text).is_some() || next_hole(text).is_some()
}

/// What a text with such parts means: a reference, a default, or several parts. A text without them is a text.
pub fn value(text: &str, loc: Loc) -> Value {
    parse(text, loc, DEEPEST)
}

fn parse(text: &str, loc: Loc, deepest: usize) -> Value {
    if let Some(name) = whole(text) {
        return Value::new(Kind::Reference(Reference::Environment(name.into())), loc);
    }
    let Some(deepest) = deepest.checked_sub(1) else { return Value::unknown(Why::Limit, loc) };
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(hole) = next_hole(rest) {
        if !hole.before.is_empty() {
            parts.push(Value::text_at(hole.before, loc));
        }
        parts.push(filled(&hole, loc, deepest));
        rest = hole.after;
    }
    match parts.pop() {
        None => Value::text_at(text, loc),
        Some(only) if parts.is_empty() && rest.is_empty() => only,
        Some(last) => {
            parts.push(last);
            if !rest.is_empty() {
                parts.push(Value::text_at(rest, loc));
            }
            Value::new(Kind::Concat(parts), loc)
        }
    }
}

/// A hole in a text, and what stands around it.
struct Hole<'t> {
    before: &'t str,
    inside: &'t str,
    after: &'t str,
    filler: Filler,
}

fn next_hole(text: &str) -> Option<Hole<'_>> {
    if text.len() > LONGEST {
        return None;
    }
    let mut from = 0;
    while let Some(at) = text.get(from..)?.find(['$', '{', '#', '<', '%']).map(|at| from + at) {
        let (before, rest) = text.split_at(at);
        if rest.starts_with("$$") {
            from = at + 2;
            continue;
        }
        let opened = HOLES.iter().find_map(|(open, close, filler)| {
            let inside = rest.strip_prefix(open)?;
            let end = closing(inside, open, close)?;
            Some(Hole { before, inside: inside.get(..end)?, after: inside.get(end + close.len()..)?, filler: *filler })
        });
        if let Some(hole) = opened.or_else(|| bare(before, rest)) {
            return Some(hole);
        }
        from = at + 1;
    }
    None
}

/// `$NAME`, in capitals only: elsewhere a dollar sign is a character like any other.
fn bare<'t>(before: &'t str, rest: &'t str) -> Option<Hole<'t>> {
    let name = rest.strip_prefix('$')?;
    let end = name.find(|character| !is_capital(character)).unwrap_or(name.len());
    let (inside, after) = name.split_at(end);
    is_variable(inside).then_some(Hole { before, inside, after, filler: Filler::Variable })
}

/// Where the hole ends; holes inside it are skipped.
fn closing(inside: &str, open: &str, close: &str) -> Option<usize> {
    let inside = inside.get(..inside.floor_char_boundary(LONGEST_PART))?;
    let nests = close == "}";
    let mut depth = 0_usize;
    let mut from = 0;
    loop {
        let end = from + inside.get(from..)?.find(close)?;
        if nests {
            depth += inside.get(from..end)?.matches(open).count();
        }
        if depth == 0 {
            return Some(end);
        }
        depth -= 1;
        from = end + close.len();
    }
}

/// `%NAME%`, `__NAME__` or `@NAME@` as the whole text.
fn whole(text: &str) -> Option<&str> {
    WHOLE
        .iter()
        .find_map(|(open, close)| text.strip_prefix(open)?.strip_suffix(close))
        .filter(|name| is_variable(name) && name.chars().all(is_capital))
}

fn filled(hole: &Hole<'_>, loc: Loc, deepest: usize) -> Value {
    let inside = hole.inside.trim();
    let unknown = || Value::unknown(Why::Deployment(inside.into()), loc);
    let reference = |reference| Value::new(Kind::Reference(reference), loc);
    match hole.filler {
        Filler::Template => unknown(),
        Filler::Ruby => ruby_variable(inside).map_or_else(unknown, |name| reference(Reference::Environment(name))),
        Filler::Workflow => match inside.split_once('.') {
            Some(("secrets", name)) if is_variable(name) => {
                reference(Reference::Secret { name: name.into(), field: "".into() })
            }
            Some(("env", name)) if is_variable(name) => reference(Reference::Environment(name.into())),
            _ => unknown(),
        },
        Filler::Variable => variable(inside, loc, deepest).unwrap_or_else(unknown),
    }
}

/// What stands inside `${…}`: `NAME`, `NAME:-default`, `NAME:default`, `env:NAME, default`, `ssm:/name`, `a.key`.
fn variable(inside: &str, loc: Loc, deepest: usize) -> Option<Value> {
    let reference = |reference| Value::new(Kind::Reference(reference), loc);
    if let Some(name) = inside.strip_prefix("ssm:") {
        return is_key(name.trim_start_matches('/')).then(|| reference(Reference::SsmParameter(name.into())));
    }
    if let Some((stack, output)) = inside.strip_prefix("cf:").and_then(|name| name.split_once('.')) {
        let names = [stack, output].into_iter().all(is_key);
        return names.then(|| reference(Reference::Output { stack: stack.into(), name: output.into() }));
    }
    let inside = inside.strip_prefix("env:").or_else(|| inside.strip_prefix("string:")).unwrap_or(inside);
    let end = inside.find(|character: char| !is_key_character(character)).unwrap_or(inside.len());
    let (mut name, mut rest) = inside.split_at(end);
    // In `NAME-default` the dash is none of the name.
    if let Some((head, _)) = name.split_once('-').filter(|(head, _)| is_variable(head) && head.chars().all(is_capital))
    {
        (name, rest) = inside.split_at(head.len());
    }
    if rest.starts_with(':') && words::is_in(SERVERLESS, name) {
        return None;
    }
    let to = if is_variable(name) {
        Reference::Environment(name.into())
    } else if is_key(name) {
        Reference::Setting(name.into())
    } else {
        return None;
    };
    let rest = rest.trim_start();
    if rest.is_empty() || rest.starts_with([':', '?']) && rest.trim_start_matches(':').starts_with('?') {
        return Some(reference(to));
    }
    let default = [":-", ":=", ":", "-", ","].iter().find_map(|mark| rest.strip_prefix(mark))?.trim();
    let default = default.trim_matches(['\'', '"', '`']);
    if default.is_empty() {
        return Some(reference(to));
    }
    let alternative = |value, fallback| Alternative { value, when: When::always(), fallback };
    let alternatives = vec![alternative(reference(to), false), alternative(parse(default, loc, deepest), true)];
    Some(Value::new(Kind::OneOf(alternatives), loc))
}

/// `ENV["NAME"]`, `ENV.fetch('NAME')`.
fn ruby_variable(inside: &str) -> Option<Arc<str>> {
    let (_, rest) = inside.split_once("ENV")?;
    let name = rest.split(['"', '\'']).nth(1)?;
    is_variable(name).then(|| name.into())
}

fn is_capital(character: char) -> bool {
    character.is_ascii_uppercase() || character.is_ascii_digit() || character == '_'
}

/// A name that an environment variable can have.
fn is_variable(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && name.chars().all(|character| character.is_ascii_alphanumeric() || character == '_')
}

fn is_key_character(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '_' | '-' | '.' | '/')
}

/// A path joined by dots, or a parameter's name.
fn is_key(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic()) && name.chars().all(is_key_character)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{FileId, Span};

    fn read(text: &str) -> Kind {
        value(text, Loc { file: FileId(0), span: Span::new(0, text.len()) }).kind
    }

    fn environment(name: &str) -> Kind {
        Kind::Reference(Reference::Environment(name.into()))
    }

    #[test]
    fn variables_of_every_dialect() {
        for text in [
            "${CLIENT_ID}",
            "$CLIENT_ID",
            "$(CLIENT_ID)",
            "${env:CLIENT_ID}",
            "${{ env.CLIENT_ID }}",
            "%CLIENT_ID%",
            "__CLIENT_ID__",
            "@CLIENT_ID@",
            "%env(CLIENT_ID)%",
            "%env(string:CLIENT_ID)%",
            "<%= ENV['CLIENT_ID'] %>",
            "<%= ENV.fetch(\"CLIENT_ID\") %>",
            "${CLIENT_ID:?must be set}",
            "${CLIENT_ID?must be set}",
            "${CLIENT_ID:}",
            "${CLIENT_ID:-}",
        ] {
            assert_eq!(read(text), environment("CLIENT_ID"), "{text}");
            assert!(is_in(text), "{text}");
        }
        assert_eq!(read("${clientId}"), environment("clientId"));
    }

    #[test]
    fn other_sources() {
        assert_eq!(read("${cognito.client-id}"), Kind::Reference(Reference::Setting("cognito.client-id".into())));
        assert_eq!(read("${ssm:/shop/client-id}"), Kind::Reference(Reference::SsmParameter("/shop/client-id".into())));
        let output = Reference::Output { stack: "auth-prod".into(), name: "ClientId".into() };
        assert_eq!(read("${cf:auth-prod.ClientId}"), Kind::Reference(output));
        let secret = Reference::Secret { name: "CLIENT_ID".into(), field: "".into() };
        assert_eq!(read("${{ secrets.CLIENT_ID }}"), Kind::Reference(secret));
        for text in [
            "{{ .Values.clientId }}",
            "#{clientId}",
            "${self:custom.clientId}",
            "${{ vars.CLIENT_ID }}",
            "${file(a.yml):b}",
        ] {
            assert!(matches!(read(text), Kind::Unknown(Why::Deployment(_))), "{text}: {:?}", read(text));
        }
    }

    #[test]
    fn defaults_are_fallbacks() {
        for text in [
            "${CLIENT_ID:-abc}",
            "${CLIENT_ID-abc}",
            "${CLIENT_ID:=abc}",
            "${CLIENT_ID:abc}",
            "${env:CLIENT_ID, 'abc'}",
        ] {
            let Kind::OneOf(alternatives) = read(text) else { panic!("{text}: {:?}", read(text)) };
            assert_eq!(alternatives[0].value.kind, environment("CLIENT_ID"), "{text}");
            assert_eq!(alternatives[1].value.text(), Some("abc"), "{text}");
            assert!(alternatives[1].fallback);
        }
        let Kind::OneOf(nested) = read("${A:${B:c}}") else { panic!() };
        let Kind::OneOf(inner) = &nested[1].value.kind else { panic!("{nested:?}") };
        assert_eq!(inner[1].value.text(), Some("c"));
    }

    #[test]
    fn parts_are_joined() {
        let Kind::Concat(parts) = read("https://cognito-idp.${AWS_REGION}.amazonaws.com/$POOL_ID/x") else { panic!() };
        let kinds: Vec<&Kind> = parts.iter().map(|part| &part.kind).collect();
        assert_eq!(kinds[1], &environment("AWS_REGION"));
        assert_eq!(kinds[3], &environment("POOL_ID"));
        assert_eq!(parts[4].text(), Some("/x"));
    }

    #[test]
    fn plain_texts_stay() {
        for text in [
            "",
            "us-east-1_Ab1Cd2Ef3",
            "pa$$word",
            "cost: $5",
            "50%",
            "a#b",
            "x{y}",
            "${",
            "{{",
            "100% <b>",
            "__init__",
            "me@x.com",
            "$lower",
        ] {
            assert_eq!(read(text), Kind::Text(text.into()), "{text}");
            assert!(!is_in(text), "{text}");
        }
    }

    #[test]
    fn endless_nesting_ends() {
        read(&"${A:".repeat(10_000));
        read(&format!("{}x{}", "${A:".repeat(10_000), "}".repeat(10_000)));
        read(&"$".repeat(10_001));
        read(&"${{".repeat(10_000));
    }
}
