//! String literals of every kind.

use tree_sitter::Node;

use super::super::context::{Context, children};
use super::super::ir::{Expr, ExprKind};
use super::expressions::{in_field, others};

/// Lowers a string, or several that stand beside each other.
pub(super) fn string(cx: &mut Context<'_>, node: Node<'_>) -> Expr {
    let literals = if node.kind() == "string" { vec![node] } else { children(node) };
    if literals.iter().any(|literal| literal.kind() != "string") {
        let parts = others(cx, node);
        return cx.expr(node, parts);
    }
    let mut parts: Vec<Expr> = Vec::new();
    let mut text = String::new();
    let flush = |cx: &Context<'_>, text: &mut String, parts: &mut Vec<Expr>| {
        if !text.is_empty() {
            parts.push(cx.literal(node, std::mem::take(text)));
        }
    };
    for literal in literals {
        let form = Form::of(cx, literal);
        for part in children(literal) {
            match part.kind() {
                "string_content" => form.resolve(cx.text(part), &mut text),
                "interpolation" => {
                    flush(cx, &mut text, &mut parts);
                    parts.push(in_field(cx, part, "expression"));
                }
                _ => {}
            }
        }
    }
    if parts.is_empty() {
        return cx.literal(node, text);
    }
    flush(cx, &mut text, &mut parts);
    cx.expr(node, ExprKind::Concat(parts))
}

/// What the letters before a literal's quotes say.
struct Form {
    raw: bool,
    interpolated: bool,
}

impl Form {
    fn of(cx: &Context<'_>, literal: Node<'_>) -> Self {
        let prefix = cx.text(literal).split(['"', '\'']).next().unwrap_or_default();
        Self { raw: prefix.contains(['r', 'R']), interpolated: prefix.contains(['f', 'F', 't', 'T']) }
    }

    fn resolve(&self, written: &str, text: &mut String) {
        let written =
            if self.interpolated { written.replace("{{", "{").replace("}}", "}") } else { written.to_owned() };
        if self.raw {
            text.push_str(&written);
        } else {
            unescape(&written, text);
        }
    }
}

/// Resolves the escapes of Python; unknown ones stay as written.
fn unescape(written: &str, text: &mut String) {
    let mut rest = written;
    while let Some((before, escape)) = rest.split_once('\\') {
        text.push_str(before);
        rest = match read_escape(escape) {
            Some((character, after)) => {
                text.extend(character);
                after
            }
            None => {
                text.push('\\');
                // The next character is no start of an escape.
                let next = escape.chars().next().map_or(0, char::len_utf8);
                let (literal, after) = escape.split_at_checked(next).unwrap_or_default();
                text.push_str(literal);
                after
            }
        };
    }
    text.push_str(rest);
}

/// What an escape stands for (nothing for a line continuation) and the text after it.
fn read_escape(escape: &str) -> Option<(Option<char>, &str)> {
    let mut rest = escape.chars();
    let first = rest.next()?;
    let after = rest.as_str();
    let character = match first {
        '\n' => return Some((None, after)),
        '\r' => return Some((None, after.strip_prefix('\n').unwrap_or(after))),
        '\\' | '\'' | '"' => first,
        'a' => '\u{7}',
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'v' => '\u{b}',
        'x' => return code(after, 16, 2, 2),
        'u' => return code(after, 16, 4, 4),
        'U' => return code(after, 16, 8, 8),
        '0'..='7' => return code(escape, 8, 1, 3),
        _ => return None,
    };
    Some((Some(character), after))
}

fn code(text: &str, radix: u32, least: usize, most: usize) -> Option<(Option<char>, &str)> {
    let digits = text.chars().take(most).take_while(|digit| digit.is_digit(radix)).count();
    let (digits, after) = text.split_at_checked(digits).filter(|(digits, _)| digits.len() >= least)?;
    let code = u32::from_str_radix(digits, radix).ok()?;
    Some((Some(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER)), after))
}
