//! `"…%s…" % values`: a concatenation, where the values can be told apart.

use std::sync::Arc;

use tree_sitter::Node;

use super::super::context::Context;
use super::super::ir::{Expr, ExprKind, ListItem, MapItem};
use super::super::operators::again;
use super::expressions::in_field;
use crate::source::Span;

/// Lowers `left % right`; not followed where it is a modulo or a format that does more than insert values.
pub(super) fn percent(cx: &mut Context<'_>, node: Node<'_>) -> Expr {
    let left = in_field(cx, node, "left");
    let right = in_field(cx, node, "right");
    let format = if let ExprKind::Text(format) = &left.kind { pieces(format) } else { None };
    let kind = match format.and_then(|format| places(&format, &right).map(|places| (format, places))) {
        Some((format, Places::Named)) => concat(format, left.span, |name| named(&right, name)),
        Some((format, Places::Numbered)) => {
            let mut values = items(right).into_iter();
            concat(format, left.span, |_| values.next())
        }
        None => ExprKind::Other(vec![left, right]),
    };
    cx.expr(node, kind)
}

/// A piece of a format.
enum Piece {
    Text(String),
    /// `%s`, or `%(name)s` with the name.
    Value(Option<Arc<str>>),
}

/// How a format takes its values.
enum Places {
    Named,
    Numbered,
}

/// How the values go into the format; `None` where they do not fit, or cannot be told apart. A value that is not written as a
/// tuple is taken for a single one.
fn places(format: &[Piece], values: &Expr) -> Option<Places> {
    let names: Vec<bool> = format
        .iter()
        .filter_map(|piece| if let Piece::Value(name) = piece { Some(name.is_some()) } else { None })
        .collect();
    match &values.kind {
        ExprKind::List(items) => {
            let plain = items.iter().all(|item| matches!(item, ListItem::Item(_)));
            (plain && items.len() == names.len() && !names.contains(&true)).then_some(Places::Numbered)
        }
        _ if names.contains(&true) => (!names.contains(&false)).then_some(Places::Named),
        _ => (names.len() == 1).then_some(Places::Numbered),
    }
}

fn concat(format: Vec<Piece>, span: Span, mut value: impl FnMut(Option<Arc<str>>) -> Option<Expr>) -> ExprKind {
    let part = |piece| match piece {
        Piece::Text(text) => Some(Expr { kind: ExprKind::Text(text.into()), span }),
        Piece::Value(name) => value(name),
    };
    ExprKind::Concat(format.into_iter().filter_map(part).collect())
}

fn items(values: Expr) -> Vec<Expr> {
    match values.kind {
        ExprKind::List(items) => items
            .into_iter()
            .map(|item| match item {
                ListItem::Item(value) | ListItem::Spread(value) => value,
            })
            .collect(),
        _ => vec![values],
    }
}

fn named(values: &Expr, name: Option<Arc<str>>) -> Option<Expr> {
    let key = ExprKind::Text(name?);
    let ExprKind::Map(entries) = &values.kind else {
        let key = Box::new(Expr { kind: key, span: values.span });
        return Some(Expr { kind: ExprKind::Index { of: Box::new(again(values)), key }, span: values.span });
    };
    let value = entries.iter().rev().find_map(|entry| match (entry, &key) {
        (MapItem::Entry { key: Expr { kind: ExprKind::Text(written), .. }, value }, ExprKind::Text(name)) => {
            (written == name).then_some(value)
        }
        _ => None,
    });
    Some(value.map_or_else(|| Expr { kind: ExprKind::Other(Vec::new()), span: values.span }, again))
}

/// Takes a format apart; `None` where it has a conversion that changes how a value is written.
fn pieces(format: &str) -> Option<Vec<Piece>> {
    let mut pieces = Vec::new();
    let mut text = String::new();
    let mut rest = format;
    while let Some((before, conversion)) = rest.split_once('%') {
        text.push_str(before);
        if let Some(after) = conversion.strip_prefix('%') {
            text.push('%');
            rest = after;
            continue;
        }
        pieces.push(Piece::Text(std::mem::take(&mut text)));
        let conversion = match conversion.strip_prefix('(') {
            Some(named) => {
                let (name, after) = named.split_once(')')?;
                pieces.push(Piece::Value(Some(name.into())));
                after
            }
            None => {
                pieces.push(Piece::Value(None));
                conversion
            }
        };
        rest = conversion.strip_prefix(['s', 'd', 'i'])?;
    }
    text.push_str(rest);
    pieces.push(Piece::Text(text));
    pieces.retain(|piece| !matches!(piece, Piece::Text(text) if text.is_empty()));
    Some(pieces)
}
