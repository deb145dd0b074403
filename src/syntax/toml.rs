//! TOML to the tree.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::source::Span;

use super::builder::MOST_ERRORS;
use super::tree::{Limit, Node, NodeKind, Pair, Style, SyntaxError, Tree};

/// Parses a TOML text. Of a broken one the tree holds what could be read.
///
/// Places: a table that is opened by a header has the header's; dates are text.
pub fn parse(text: &str) -> Tree {
    let start = text.len() - text.trim_start_matches('\u{feff}').len();
    let (table, errors) = DeTable::parse_recoverable(&text[start..]);
    let place = |range: std::ops::Range<usize>| Span::new(start + range.start, start + range.end);

    let mut tree = Tree::default();
    for error in errors.iter().take(MOST_ERRORS) {
        let span = error.span().map(place).unwrap_or_default();
        if error.message().contains("recurs") {
            tree.limit = Some(Limit { message: "tables and arrays stand too deep in each other".to_owned(), span });
        } else {
            tree.errors.push(SyntaxError { message: error.message().to_owned(), span });
        }
    }
    if tree.limit.is_none() {
        let root = Node::new(table_kind(table.into_inner(), start), Span::new(start, text.len()));
        tree.documents.push(Node { cut: !errors.is_empty(), ..root });
    }
    tree
}

fn table_kind(table: DeTable<'_>, start: usize) -> NodeKind {
    let mut pairs: Vec<Pair> = table
        .into_iter()
        .map(|(key, value)| {
            let key_span = Span::new(start + key.span().start, start + key.span().end);
            Pair { key: key.into_inner().into(), key_span, value: node(value, start) }
        })
        .collect();
    pairs.sort_by_key(|pair| pair.key_span);
    NodeKind::Map(pairs)
}

/// The parser bounds how deep values stand in each other, and with that this recursion.
fn node(value: Spanned<DeValue<'_>>, start: usize) -> Node {
    let span = Span::new(start + value.span().start, start + value.span().end);
    let mut style = Style::Plain;
    let kind = match value.into_inner() {
        DeValue::String(text) => {
            style = Style::Quoted;
            NodeKind::Text(text.into())
        }
        DeValue::Integer(number) => NodeKind::Number(number.to_string().into()),
        DeValue::Float(number) => NodeKind::Number(number.to_string().into()),
        DeValue::Boolean(value) => NodeKind::Bool(value),
        DeValue::Datetime(date) => NodeKind::Text(date.to_string().into()),
        DeValue::Array(items) => NodeKind::List(items.into_iter().map(|item| node(item, start)).collect()),
        DeValue::Table(table) => table_kind(table, start),
    };
    Node { style, ..Node::new(kind, span) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::mutation;

    const SAMCONFIG: &str = r#"version = 0.1
[default.deploy.parameters]
stack_name = "aüth"
parameter_overrides = 'Stage="prod" PoolName=main'
confirm_changeset = true # ask
capabilities = ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]
since = 2024-01-02
[[hooks]]
run = { before = "x", retries = 0x1F }
[[hooks]]
"#;

    #[test]
    fn a_samconfig_arrives_in_written_order_with_its_places() {
        let tree = parse(SAMCONFIG);
        assert_eq!(tree.errors, []);
        let root = &tree.documents[0];
        let keys: Vec<_> = root.pairs().iter().map(|pair| &*pair.key).collect();
        assert_eq!(keys, ["version", "default", "hooks"]);
        let deploy = root.at(&["default", "deploy", "parameters"]).unwrap();
        let name = deploy.get("stack_name").unwrap();
        assert_eq!((name.text(), name.style), (Some("aüth"), Style::Quoted));
        assert_eq!(&SAMCONFIG[name.span.start as usize..name.span.end as usize], "\"aüth\"");
        assert_eq!(deploy.get("parameter_overrides").unwrap().text(), Some("Stage=\"prod\" PoolName=main"));
        assert_eq!(deploy.get("confirm_changeset").unwrap().kind, NodeKind::Bool(true));
        assert_eq!(deploy.get("capabilities").unwrap().items().len(), 2);
        assert_eq!(deploy.get("since").unwrap().text(), Some("2024-01-02"));
        let key = deploy.pair("capabilities").unwrap().key_span;
        assert_eq!(&SAMCONFIG[key.start as usize..key.end as usize], "capabilities");
        let hooks = root.get("hooks").unwrap();
        assert_eq!(hooks.items().len(), 2);
        assert_eq!(hooks.items()[0].at(&["run", "retries"]).unwrap().scalar().as_deref(), Some("0x1F"));
    }

    #[test]
    fn of_broken_text_the_rest_is_read() {
        let tree = parse("[a]\nx = 1\ny = [\nz = 2\n[b]\nw = 'x'\n");
        assert!(!tree.errors.is_empty());
        assert!(tree.documents[0].cut);
        assert!(tree.documents[0].at(&["a", "x"]).is_some());
    }

    #[test]
    fn any_nesting_ends_at_the_bound() {
        for text in [
            format!("a = {}", "[".repeat(100_000)),
            format!("a{} = 1", ".a".repeat(100_000)),
            format!("a = {}", "{a=".repeat(100_000)),
        ] {
            let tree = parse(&text);
            assert!(tree.limit.is_some() && tree.documents.is_empty(), "{:?}", tree.errors);
        }
    }

    #[test]
    fn no_bytes_make_it_panic_and_all_places_lie_in_the_text() {
        mutation::each(&[SAMCONFIG], |text| mutation::check_tree(text, &parse(text)));
    }
}
