//! String and template literals.

use tree_sitter::Node;

use super::super::context::{Context, children};
use super::super::ir::{Expr, ExprKind};
use super::expressions::expression;

/// Lowers a string or template literal.
pub(super) fn string(cx: &mut Context<'_>, node: Node<'_>) -> Expr {
    let written = cx.text(node);
    let quote = written.chars().next().filter(|first| matches!(first, '"' | '\'' | '`'));
    let mut from = node.start_byte() + quote.map_or(0, char::len_utf8);
    let closed = written.len() > 1 && quote.is_some_and(|quote| written.ends_with(quote));
    let end = node.end_byte() - usize::from(closed);
    let mut parts = Vec::new();
    let piece = |cx: &Context<'_>, parts: &mut Vec<Expr>, from: usize, to: usize| {
        let text = unescape(cx.text_at(from..to));
        if !text.is_empty() {
            parts.push(cx.literal(node, text));
        }
    };
    for substitution in children(node).into_iter().filter(|child| child.kind() == "template_substitution") {
        piece(cx, &mut parts, from, substitution.start_byte());
        parts.push(expression(cx, substitution));
        from = substitution.end_byte();
    }
    piece(cx, &mut parts, from, end);
    match parts.as_slice() {
        [] => cx.literal(node, ""),
        [Expr { kind: ExprKind::Text(_), .. }] => parts.swap_remove(0),
        _ => cx.expr(node, ExprKind::Concat(parts)),
    }
}

/// Resolves the escapes of ECMAScript. Halves of a surrogate pair become one character, lone ones U+FFFD.
pub(super) fn unescape(raw: &str) -> String {
    let mut text = String::with_capacity(raw.len());
    let mut high: Option<u32> = None;
    let mut rest = raw;
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at(at);
        push_lone(&mut text, if before.is_empty() { None } else { high.take() });
        text.push_str(before);
        let (unit, after) = read_escape(escape.get(1..).unwrap_or_default());
        rest = after;
        match (high.take(), unit) {
            (Some(high), Escape::Unit(low @ 0xDC00..=0xDFFF)) => {
                let code = 0x1_0000 + ((high - 0xD800) << 10) + (low - 0xDC00);
                text.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            (lone, unit) => {
                push_lone(&mut text, lone);
                match unit {
                    Escape::Unit(unit @ 0xD800..=0xDBFF) => high = Some(unit),
                    Escape::Unit(unit) => text.push(char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER)),
                    Escape::Nothing => {}
                }
            }
        }
    }
    push_lone(&mut text, high);
    text.push_str(rest);
    text
}

fn push_lone(text: &mut String, high: Option<u32>) {
    if high.is_some() {
        text.push(char::REPLACEMENT_CHARACTER);
    }
}

enum Escape {
    /// A code point, or half of one.
    Unit(u32),
    /// A line continuation.
    Nothing,
}

/// Reads what follows a backslash; also gives the text after it.
fn read_escape(text: &str) -> (Escape, &str) {
    let mut rest = text.chars();
    let Some(first) = rest.next() else { return (Escape::Unit('\\'.into()), "") };
    let unit = match first {
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        'b' => '\u{8}',
        'f' => '\u{c}',
        'v' => '\u{b}',
        '0' if !rest.as_str().starts_with(|next: char| next.is_ascii_digit()) => '\0',
        '\r' => return (Escape::Nothing, rest.as_str().strip_prefix('\n').unwrap_or(rest.as_str())),
        '\n' | '\u{2028}' | '\u{2029}' => return (Escape::Nothing, rest.as_str()),
        'x' => return hexadecimal(rest.as_str(), 2).unwrap_or((Escape::Unit('x'.into()), rest.as_str())),
        'u' => {
            let braced = rest.as_str().strip_prefix('{').and_then(|text| text.split_once('}'));
            let code = match braced {
                Some((digits, after)) => u32::from_str_radix(digits, 16).ok().map(|code| (Escape::Unit(code), after)),
                None => hexadecimal(rest.as_str(), 4),
            };
            return code.unwrap_or((Escape::Unit('u'.into()), rest.as_str()));
        }
        other => other,
    };
    (Escape::Unit(unit.into()), rest.as_str())
}

fn hexadecimal(text: &str, digits: usize) -> Option<(Escape, &str)> {
    let code = text.get(..digits).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
    Some((Escape::Unit(u32::from_str_radix(code, 16).ok()?), text.get(digits..)?))
}

/// Resolves the common character references of HTML; others stay as written.
pub(super) fn unescape_html(raw: &str) -> String {
    let mut text = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((before, after)) = rest.split_once('&') {
        text.push_str(before);
        let reference = after.split_once(';').and_then(|(name, after)| Some((character(name)?, after)));
        let (character, after) = reference.unwrap_or(('&', after));
        text.push(character);
        rest = after;
    }
    text.push_str(rest);
    text
}

fn character(name: &str) -> Option<char> {
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => '\u{a0}',
        _ => {
            let digits = name.strip_prefix('#')?;
            let code = match digits.strip_prefix(['x', 'X']) {
                Some(digits) => u32::from_str_radix(digits, 16),
                None => digits.parse(),
            };
            char::from_u32(code.ok()?)?
        }
    })
}
