//! `.env` files to the tree: one map of variables.

use std::ops::Range;

use crate::source::Span;

use super::builder::Builder;
use super::tree::{Node, NodeKind, Style, Tree};

/// Parses a `.env` text: `KEY=value` and `KEY: value`, `export`, comments, and values in quotes over several lines.
///
/// In double quotes `\n`, `\r`, `\t`, `\"`, `\$` and `\\` are escapes. References such as `${OTHER}` stay as they are
/// written. A line that is none of this is passed over, as all readers of such files do; a quote that is never closed is an
/// ordinary letter.
pub fn parse(text: &str) -> Tree {
    let start = text.len() - text.trim_start_matches('\u{feff}').len();
    let mut builder = Builder::new(text, false);
    builder.open(Node::new(NodeKind::Map(Vec::new()), Span::new(start, start)));
    let mut at = start;
    while at < text.len() {
        let end = line_end(text, at);
        let mut read_to = end;
        if let Some((key, value)) = variable(text, at..end) {
            let value = self::value(text, value);
            read_to = read_to.max(line_end(text, value.span.end as usize));
            let name = NodeKind::Text(text[key.clone()].into());
            builder.place(Node::new(name, Span::new(key.start, key.end)));
            builder.place(value);
        }
        at = read_to + 1;
    }
    if let Some(root) = builder.close(Some(Span::new(0, text.len()).end)) {
        builder.place(root);
    }
    builder.finish()
}

fn line_end(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |end| at + end)
}

/// Where in a line a variable's key stands, and the line from its value on.
fn variable(text: &str, line: Range<usize>) -> Option<(Range<usize>, Range<usize>)> {
    let written = text[line.clone()].trim_start();
    let exported = written.strip_prefix("export").filter(|rest| rest.starts_with([' ', '\t'])).map(str::trim_start);
    let written = exported.unwrap_or(written);
    let start = line.end - written.len();
    let separator = written.find('=').or_else(|| written.find(": "))?;
    let key = written[..separator].trim_end();
    let is_of_name = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '.' | '-');
    let is_name = !key.is_empty() && key.chars().all(is_of_name);
    is_name.then(|| (start..start + key.len(), start + separator + 1..line.end))
}

/// Reads the value in what follows the separator in a line, and in further lines if it is in quotes.
fn value(text: &str, line: Range<usize>) -> Node {
    let written = text[line.clone()].trim_start();
    let start = line.end - written.len();
    let quote = written.chars().next().filter(|letter| matches!(letter, '"' | '\'' | '`'));
    if let Some(quote) = quote
        && let Some(end) = closing_quote(text, start + 1, quote)
    {
        let inner = &text[start + 1..end];
        let content = if quote == '"' { unescape(inner) } else { inner.to_owned() };
        return Node { style: Style::Quoted, ..Node::new(NodeKind::Text(content.into()), Span::new(start, end + 1)) };
    }
    let mut is_after_blank = true;
    let comment = written.char_indices().find(|(_, letter)| {
        let is_comment = *letter == '#' && is_after_blank;
        is_after_blank = letter.is_whitespace();
        is_comment
    });
    let content = comment.map_or(written, |(comment, _)| &written[..comment]).trim_end();
    Node::new(NodeKind::Text(content.into()), Span::new(start, start + content.len()))
}

fn closing_quote(text: &str, start: usize, quote: char) -> Option<usize> {
    let mut is_escaped = false;
    for (offset, letter) in text[start..].char_indices() {
        if letter == quote && !is_escaped {
            return Some(start + offset);
        }
        is_escaped = quote == '"' && letter == '\\' && !is_escaped;
    }
    None
}

fn unescape(inner: &str) -> String {
    let mut content = String::with_capacity(inner.len());
    let mut letters = inner.chars();
    while let Some(letter) = letters.next() {
        if letter != '\\' {
            content.push(letter);
            continue;
        }
        match letters.next() {
            Some('n') => content.push('\n'),
            Some('r') => content.push('\r'),
            Some('t') => content.push('\t'),
            Some(escaped @ ('"' | '\\' | '$')) => content.push(escaped),
            other => content.extend(['\\'].into_iter().chain(other)),
        }
    }
    content
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::mutation;

    const SAMPLE: &str = "# Cognito\nexport VITE_USER_POOL_ID=eu-west-1_AbC # the pool\n\nCLIENT_ID = \"1h57\" # web\r\nISSUER='https://x/#a'\nEMPTY=\nURL=https://a/#b\nKEY=\"-----BEGIN\\nx\nünd\"\nREGION: eu-west-1\nexport REGION\nNAME=O'Neil\nREF=${CLIENT_ID}\nCLIENT_ID=2\n";

    #[test]
    fn variables_arrive_with_their_places() {
        let tree = parse(SAMPLE);
        assert_eq!(tree.errors, []);
        let root = &tree.documents[0];
        let values: Vec<_> = root.pairs().iter().map(|pair| (&*pair.key, pair.value.text().unwrap())).collect();
        assert_eq!(
            values,
            [
                ("VITE_USER_POOL_ID", "eu-west-1_AbC"),
                ("ISSUER", "https://x/#a"),
                ("EMPTY", ""),
                ("URL", "https://a/#b"),
                ("KEY", "-----BEGIN\nx\nünd"),
                ("REGION", "eu-west-1"),
                ("NAME", "O'Neil"),
                ("REF", "${CLIENT_ID}"),
                ("CLIENT_ID", "2"),
            ]
        );
        let pair = root.pair("VITE_USER_POOL_ID").unwrap();
        assert_eq!(&SAMPLE[pair.key_span.start as usize..pair.key_span.end as usize], "VITE_USER_POOL_ID");
        assert_eq!(&SAMPLE[pair.value.span.start as usize..pair.value.span.end as usize], "eu-west-1_AbC");
        assert_eq!(tree.duplicates.len(), 1);
        assert_eq!(root.get("ISSUER").unwrap().style, Style::Quoted);
    }

    #[test]
    fn other_lines_are_passed_over() {
        let tree = parse("A=1\nsome words\n<<<<<<< HEAD\nexport A\n# X=1\nB='open\nC=3\n=\n");
        assert_eq!(tree.errors, []);
        let keys: Vec<_> = tree.documents[0].pairs().iter().map(|pair| &*pair.key).collect();
        assert_eq!(keys, ["A", "B", "C"]);
        assert_eq!(tree.documents[0].get("B").unwrap().text(), Some("'open"));
    }

    #[test]
    fn no_bytes_make_it_panic_and_all_places_lie_in_the_text() {
        mutation::each(&[SAMPLE], |text| mutation::check_tree(text, &parse(text)));
    }
}
