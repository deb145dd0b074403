//! JSON to the tree. Comments, trailing commas and the other freedoms of JSON5 are accepted.

use jsonc_parser::tokens::Token;
use jsonc_parser::{Scanner, ScannerOptions};

use crate::source::Span;

use super::builder::Builder;
use super::tree::{Node, NodeKind, Style, Tree};

/// What may come next.
#[derive(Clone, Copy, PartialEq)]
enum Expect {
    Value,
    /// A value, or the end of the list.
    Item,
    /// A key, or the end of the map.
    Key,
    Colon,
    /// A comma, or the end of the map or list.
    Comma,
    Nothing,
}

/// Parses a JSON text. Of broken input the tree holds what stands before the first fault; a missing comma is told
/// and overlooked.
pub fn parse(text: &str) -> Tree {
    let start = text.len() - text.trim_start_matches('\u{feff}').len();
    parse_part(text, Span::new(start, text.len()))
}

/// Parses a part of a text as JSON of its own; places are those in the whole text. Nothing where `part` is no slice of it.
pub fn parse_part(text: &str, part: Span) -> Tree {
    let (start, end) = (part.start as usize, part.end as usize);
    let Some(piece) = text.get(start..end) else { return Tree::default() };
    let mut reader = Reader { builder: Builder::new(text, false), maps: Vec::new(), expect: Expect::Value };
    let mut scanner = Scanner::new(piece, &ScannerOptions::default());
    loop {
        match scanner.scan() {
            Ok(Some(token)) => {
                let span = Span::new(start + scanner.token_start(), start + scanner.token_end());
                if !reader.token(token, span) || reader.builder.is_stopped() {
                    break;
                }
            }
            Ok(None) => {
                if reader.expect != Expect::Nothing {
                    reader.builder.error("the text ends too early".to_owned(), Span::new(end, end));
                }
                break;
            }
            Err(error) => {
                let range = error.range();
                let message = sentence(&error.kind().to_string());
                reader.builder.error(message, Span::new(start + range.start, start + range.end));
                break;
            }
        }
    }
    reader.builder.finish()
}

struct Reader<'text> {
    builder: Builder<'text>,
    /// For each open map or list, whether it is a map.
    maps: Vec<bool>,
    expect: Expect,
}

impl Reader<'_> {
    /// Takes the next token. Returns whether reading can go on.
    fn token(&mut self, token: Token<'_>, span: Span) -> bool {
        if self.expect == Expect::Comma && starts_anew(&token) {
            self.expect = self.within();
            let here = Span { end: span.start, ..span };
            if !self.builder.error("a comma is missing".to_owned(), here) {
                return false;
            }
        }
        match (token, self.expect) {
            (Token::CommentLine(_) | Token::CommentBlock(_), _) => {}
            (Token::OpenBrace, Expect::Value | Expect::Item) => self.open(true, span),
            (Token::OpenBracket, Expect::Value | Expect::Item) => self.open(false, span),
            (Token::CloseBrace, Expect::Key | Expect::Comma) if self.maps.last() == Some(&true) => self.close(span),
            (Token::CloseBracket, Expect::Item | Expect::Comma) if self.maps.last() == Some(&false) => self.close(span),
            (Token::Comma, Expect::Comma) => self.expect = self.within(),
            (Token::Colon, Expect::Colon) => self.expect = Expect::Value,
            (token, Expect::Key) => match key(&token) {
                Some(text) => {
                    self.builder.place(Node { style: Style::Quoted, ..Node::new(NodeKind::Text(text.into()), span) });
                    self.expect = Expect::Colon;
                }
                None => return self.unexpected(&token, span),
            },
            (token, Expect::Value | Expect::Item) => match scalar(&token) {
                Some(kind) => {
                    let style = if matches!(token, Token::String(_)) { Style::Quoted } else { Style::Plain };
                    self.builder.place(Node { style, ..Node::new(kind, span) });
                    self.after_value();
                }
                None => return self.unexpected(&token, span),
            },
            (token, _) => return self.unexpected(&token, span),
        }
        true
    }

    fn open(&mut self, is_map: bool, span: Span) {
        let kind = if is_map { NodeKind::Map(Vec::new()) } else { NodeKind::List(Vec::new()) };
        self.builder.open(Node::new(kind, span));
        self.maps.push(is_map);
        self.expect = self.within();
    }

    fn close(&mut self, span: Span) {
        self.maps.pop();
        if let Some(node) = self.builder.close(Some(span.end)) {
            self.builder.place(node);
        }
        self.after_value();
    }

    /// What may come inside the innermost open map or list.
    fn within(&self) -> Expect {
        if self.maps.last() == Some(&true) { Expect::Key } else { Expect::Item }
    }

    fn after_value(&mut self) {
        self.expect = if self.maps.is_empty() { Expect::Nothing } else { Expect::Comma };
    }

    fn unexpected(&mut self, token: &Token<'_>, span: Span) -> bool {
        let expected = match self.expect {
            Expect::Value => "a value",
            Expect::Item => "a value or `]`",
            Expect::Key => "a key or `}`",
            Expect::Colon => "a colon",
            Expect::Comma if self.maps.last() == Some(&true) => "a comma or `}`",
            Expect::Comma => "a comma or `]`",
            Expect::Nothing => "the end of the text",
        };
        let found = match token {
            Token::String(_) => "a string",
            Token::Word(_) => "a word without quotes",
            Token::Number(_) => "a number",
            token => &format!("`{}`", token.as_str()),
        };
        self.builder.error(format!("expected {expected}, found {found}"), span);
        false
    }
}

/// Whether a token begins a value or key, so that a comma must be missing where it follows one.
fn starts_anew(token: &Token<'_>) -> bool {
    matches!(token, Token::OpenBrace | Token::OpenBracket) || scalar(token).is_some()
}

fn key<'token>(token: &'token Token<'_>) -> Option<&'token str> {
    let is_key = matches!(token, Token::Word(_)) || scalar(token).is_some();
    is_key.then(|| token.as_str())
}

fn scalar(token: &Token<'_>) -> Option<NodeKind> {
    match token {
        Token::String(text) => Some(NodeKind::Text(text.as_ref().into())),
        Token::Number(number) => Some(NodeKind::Number((*number).into())),
        Token::Boolean(value) => Some(NodeKind::Bool(*value)),
        Token::Null => Some(NodeKind::Null),
        _ => None,
    }
}

/// A message of the scanner in our style: no capital at its start.
fn sentence(message: &str) -> String {
    let mut letters = message.chars();
    letters.next().map(|first| first.to_ascii_lowercase()).into_iter().chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::mutation;

    const TEMPLATE: &str = r#"{
  // synthesised
  "Resources": {
    "Client\u0041": {
      "Type": "AWS::Cognito::UserPoolClient",
      "Properties": {
        "UserPoolId": { "Ref": "Pööl" },
        "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH",],
        "RefreshTokenValidity": 30, "GenerateSecret": false, "ReadAttributes": null, /* none */
      },
    },
  },
}
"#;

    fn slice(text: &str, span: Span) -> &str {
        &text[span.start as usize..span.end as usize]
    }

    #[test]
    fn a_template_arrives_with_its_places() {
        let tree = parse(TEMPLATE);
        assert_eq!((tree.errors.len(), tree.documents.len()), (0, 1));
        let root = &tree.documents[0];
        assert_eq!(slice(TEMPLATE, root.span), TEMPLATE.trim_end());
        let resource = root.get("Resources").unwrap().pair("ClientA").unwrap();
        assert_eq!(slice(TEMPLATE, resource.key_span), r#""Client\u0041""#);
        let properties = resource.value.get("Properties").unwrap();
        let flows = properties.get("ExplicitAuthFlows").unwrap();
        assert_eq!(slice(TEMPLATE, flows.span), r#"["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH",]"#);
        assert_eq!(flows.items()[1].text(), Some("ALLOW_REFRESH_TOKEN_AUTH"));
        assert_eq!(flows.items()[1].style, Style::Quoted);
        assert_eq!(properties.get("RefreshTokenValidity").unwrap().kind, NodeKind::Number("30".into()));
        assert_eq!(properties.get("GenerateSecret").unwrap().kind, NodeKind::Bool(false));
        assert_eq!(properties.get("ReadAttributes").unwrap().kind, NodeKind::Null);
        assert_eq!(properties.at(&["UserPoolId", "Ref"]).unwrap().text(), Some("Pööl"));
    }

    #[test]
    fn a_merge_key_is_a_key_like_any_other_here() {
        let tree = parse(r#"{"a": {"<<": {"b": 1}}, '<<': {"c": 2}, <<: 1}"#);
        assert!(tree.documents[0].at(&["a", "<<", "b"]).is_some());
        assert!(tree.documents[0].at(&["<<", "c"]).is_some());
    }

    #[test]
    fn of_equal_keys_the_last_stays() {
        let tree = parse(r#"{"a": 1, "b": 2, "a": 3}"#);
        assert_eq!(tree.documents[0].get("a").unwrap().kind, NodeKind::Number("3".into()));
        assert_eq!(tree.duplicates, [("a".into(), Span::new(1, 4))]);
    }

    #[test]
    fn broken_input_holds_what_stands_before_the_fault() {
        let text = r#"{"pool": {"id": "x", "clients": ["a", "b"#;
        let tree = parse(text);
        assert_eq!(tree.errors.len(), 1);
        assert_eq!(tree.errors[0].span.start, 38);
        let root = &tree.documents[0];
        let clients = root.at(&["pool", "clients"]).unwrap();
        assert_eq!(clients.items().len(), 1);
        assert!(root.cut && clients.cut);

        let tree = parse(r#"{"a": 1 "b": 2}"#);
        assert_eq!(tree.errors[0].message, "a comma is missing");
        assert!(tree.documents[0].get("b").is_some() && !tree.documents[0].cut);

        let tree = parse(r#"{"a": ]}"#);
        assert_eq!(tree.errors[0].message, "expected a value, found `]`");
        assert!(tree.documents[0].get("a").unwrap().cut);

        for text in ["", "{} {}", "{\"a\"}", "[1,,2]", "nonsense", "{]", "[}"] {
            assert_eq!(parse(text).errors.len(), 1, "{text}");
        }
    }

    #[test]
    fn a_byte_order_mark_is_skipped_and_places_stay_right() {
        let text = "\u{feff}{\"é\": 1}";
        let tree = parse(text);
        assert_eq!(tree.errors, []);
        assert_eq!(slice(text, tree.documents[0].pairs()[0].key_span), "\"é\"");
    }

    #[test]
    fn any_nesting_ends_at_the_bound() {
        for text in ["[".repeat(100_000), "{\"a\":".repeat(100_000), "[{\"a\":".repeat(50_000)] {
            let tree = parse(&text);
            assert!(tree.limit.is_some() && tree.documents.is_empty());
        }
    }

    #[test]
    fn no_bytes_make_it_panic_and_all_places_lie_in_the_text() {
        let loose = "{a: .5, 'b': +0x1F, $c: NaN, \"d\\\n e\": [Infinity, -1e5, '\\x41'], é: \"\\ud83d\\ude00\"}";
        mutation::each(&[TEMPLATE, loose], |text| mutation::check_tree(text, &parse(text)));
    }
}
