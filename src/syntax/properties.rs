//! Java properties and INI files to the tree.

use std::ops::Range;

use crate::source::Span;

use super::builder::Builder;
use super::tree::{Node, NodeKind, Tree};

/// Parses Java properties: `key=value`, `key: value` and `key value`, comments, escapes, values over several lines.
/// Keys keep their dots.
pub fn parse(text: &str) -> Tree {
    let mut reader = Reader::new(text);
    while let Some(line) = reader.next_line() {
        let written = text[line.clone()].trim_start_matches(BLANKS);
        if written.is_empty() || written.starts_with(['#', '!']) {
            continue;
        }
        let start = line.end - written.len();
        let end = reader.continued(line.end);
        let (key, value) = key_and_value(text, start..end);
        reader.pair(key.clone(), unescape(&text[key]), value.clone(), unescape(&text[value]));
    }
    reader.finish()
}

/// Parses an INI text: sections are maps, `key = value` and `key: value`, comments with `#` or `;`. Lines that are
/// indented further than a key belong to its value.
pub fn parse_ini(text: &str) -> Tree {
    let mut reader = Reader::new(text);
    while let Some(line) = reader.next_line() {
        let (start, end) = trimmed(text, &line);
        let written = &text[start..end];
        if let Some(name) = written.strip_prefix('[').and_then(|rest| rest.split(']').next()) {
            reader.section(start + 1..start + 1 + name.len());
        } else if !written.starts_with(['#', ';'])
            && let Some(separator) = written.find(['=', ':'])
        {
            let key = start..start + written[..separator].trim_end().len();
            let lines = reader.indented_lines(start + separator + 1..line.end, start - line.start);
            let value = lines.first().map_or(end, |line| line.start)..lines.last().map_or(end, |line| line.end);
            let content: Vec<_> = lines.into_iter().map(|line| &text[line]).collect();
            reader.pair(key.clone(), text[key].to_owned(), value, content.join("\n"));
        }
    }
    reader.finish()
}

/// A line without the blanks around it.
fn trimmed(text: &str, line: &Range<usize>) -> (usize, usize) {
    let written = text[line.clone()].trim_start();
    let start = line.end - written.len();
    (start, start + written.trim_end().len())
}

const BLANKS: [char; 3] = [' ', '\t', '\u{c}'];

struct Reader<'text> {
    text: &'text str,
    at: usize,
    builder: Builder<'text>,
    is_in_section: bool,
}

impl<'text> Reader<'text> {
    fn new(text: &'text str) -> Self {
        let at = text.len() - text.trim_start_matches('\u{feff}').len();
        let mut builder = Builder::new(text, false);
        builder.open(Node::new(NodeKind::Map(Vec::new()), Span::new(at, at)));
        Self { text, at, builder, is_in_section: false }
    }

    /// The next line without its end.
    fn next_line(&mut self) -> Option<Range<usize>> {
        if self.at >= self.text.len() {
            return None;
        }
        let start = self.at;
        let end = self.text[start..].find('\n').map_or(self.text.len(), |end| start + end);
        self.at = end + 1;
        Some(start..start + self.text[start..end].trim_end_matches('\r').len())
    }

    /// The end of a value that ends its line with a backslash and so goes on in the next.
    fn continued(&mut self, mut end: usize) -> usize {
        let goes_on = |end: usize| {
            let backslashes = self.text[..end].bytes().rev().take_while(|byte| *byte == b'\\').count();
            backslashes % 2 == 1
        };
        let mut went_on = goes_on(end);
        while went_on {
            let start = self.at;
            if start >= self.text.len() {
                break;
            }
            let line_end = self.text[start..].find('\n').map_or(self.text.len(), |end| start + end);
            self.at = line_end + 1;
            end = start + self.text[start..line_end].trim_end_matches('\r').len();
            went_on = end > start && goes_on(end);
        }
        end
    }

    /// The lines of a value that are not empty: `rest` of the key's own, and those after it that are indented further.
    fn indented_lines(&mut self, rest: Range<usize>, indentation: usize) -> Vec<Range<usize>> {
        let mut lines = vec![rest];
        loop {
            let before = self.at;
            match self.next_line() {
                Some(line) if trimmed(self.text, &line).0 - line.start > indentation => lines.push(line),
                _ => {
                    self.at = before;
                    break;
                }
            }
        }
        let lines = lines.iter().map(|line| trimmed(self.text, line)).map(|(start, end)| start..end);
        lines.filter(|line| !line.is_empty()).collect()
    }

    fn section(&mut self, name: Range<usize>) {
        self.close_section();
        let span = Span::new(name.start, name.end);
        self.builder.place(Node::new(NodeKind::Text(self.text[name].into()), span));
        self.builder.open(Node::new(NodeKind::Map(Vec::new()), span));
        self.is_in_section = true;
    }

    fn pair(&mut self, key_at: Range<usize>, key: String, value_at: Range<usize>, value: String) {
        let place = |range: Range<usize>| Span::new(range.start, range.end);
        self.builder.place(Node::new(NodeKind::Text(key.into()), place(key_at)));
        self.builder.place(Node::new(NodeKind::Text(value.into()), place(value_at)));
    }

    fn close_section(&mut self) {
        if std::mem::take(&mut self.is_in_section)
            && let Some(section) = self.builder.close(None)
        {
            self.builder.place(section);
        }
    }

    fn finish(mut self) -> Tree {
        self.close_section();
        if let Some(root) = self.builder.close(Some(Span::new(0, self.text.len()).end)) {
            self.builder.place(root);
        }
        self.builder.finish()
    }
}

/// Splits a line of properties at its first blank, `=` or `:` that is not escaped.
fn key_and_value(text: &str, line: Range<usize>) -> (Range<usize>, Range<usize>) {
    let mut is_escaped = false;
    let separator = text[line.clone()].char_indices().find(|(_, letter)| {
        let is_separator = !is_escaped && (matches!(letter, '=' | ':') || BLANKS.contains(letter));
        is_escaped = *letter == '\\' && !is_escaped;
        is_separator
    });
    let key_end = separator.map_or(line.end, |(at, _)| line.start + at);
    let rest = text[key_end..line.end].trim_start_matches(BLANKS);
    let rest = rest.strip_prefix(['=', ':']).unwrap_or(rest).trim_start_matches(BLANKS);
    (line.start..key_end, line.end - rest.len()..line.end)
}

fn unescape(written: &str) -> String {
    let mut content = String::with_capacity(written.len());
    let mut letters = written.chars().peekable();
    while let Some(letter) = letters.next() {
        if letter != '\\' {
            content.push(letter);
            continue;
        }
        match letters.next() {
            Some('n') => content.push('\n'),
            Some('r') => content.push('\r'),
            Some('t') => content.push('\t'),
            Some('f') => content.push('\u{c}'),
            Some('u') => {
                let digits: String = std::iter::from_fn(|| letters.next_if(char::is_ascii_hexdigit)).take(4).collect();
                let code = u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32);
                content.push(code.unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            // The value goes on after the blanks at the start of the next line.
            Some('\r' | '\n') => while letters.next_if(|next| next.is_whitespace()).is_some() {},
            other => content.extend(other),
        }
    }
    content
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::mutation;

    const PROPERTIES: &str = "# Spring\n! old\nspring.security.oauth2.client.registration.cognito.client-id=1h57\n  issuer : https://x\\:1/\\u00e9\nscopes openid,\\\n    email,\\\r\n\n  ümlaut = b\\\\\nempty\nempty=\na\\=b=c\n";
    const INI: &str = "top = 1\n[default]\nregion = eu-west-1 \n; note\n[profile prod] # x\nrole: a=b\npath = C:\\new\nnothing\n[pytest]\naddopts =\n    --cov=a\n    --cov=b\n\n  x = 1\n";

    #[test]
    fn properties_arrive_with_their_places() {
        let tree = parse(PROPERTIES);
        let root = &tree.documents[0];
        let values: Vec<_> = root.pairs().iter().map(|pair| (&*pair.key, pair.value.text().unwrap())).collect();
        assert_eq!(
            values,
            [
                ("spring.security.oauth2.client.registration.cognito.client-id", "1h57"),
                ("issuer", "https://x:1/é"),
                ("scopes", "openid,email,"),
                ("ümlaut", "b\\"),
                ("empty", ""),
                ("a=b", "c"),
            ]
        );
        let issuer = root.pair("issuer").unwrap();
        assert_eq!(&PROPERTIES[issuer.key_span.start as usize..issuer.key_span.end as usize], "issuer");
        assert_eq!(
            &PROPERTIES[issuer.value.span.start as usize..issuer.value.span.end as usize],
            "https://x\\:1/\\u00e9"
        );
        assert_eq!(tree.duplicates.len(), 1);
    }

    #[test]
    fn sections_are_maps() {
        let tree = parse_ini(INI);
        let root = &tree.documents[0];
        assert_eq!(root.get("top").unwrap().text(), Some("1"));
        assert_eq!(root.at(&["default", "region"]).unwrap().text(), Some("eu-west-1"));
        assert_eq!(root.at(&["profile prod", "role"]).unwrap().text(), Some("a=b"));
        assert_eq!(root.at(&["profile prod", "path"]).unwrap().text(), Some("C:\\new"));
        assert_eq!(root.at(&["pytest", "addopts"]).unwrap().text(), Some("--cov=a\n--cov=b"));
        let key = root.pair("profile prod").unwrap().key_span;
        assert_eq!(&INI[key.start as usize..key.end as usize], "profile prod");
    }

    #[test]
    fn no_bytes_make_it_panic_and_all_places_lie_in_the_text() {
        mutation::each(&[PROPERTIES, INI], |text| {
            mutation::check_tree(text, &parse(text));
            mutation::check_tree(text, &parse_ini(text));
        });
    }
}
