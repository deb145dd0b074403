//! Program text that stands in a scalar of a data file, with the place in the file of each of its pieces.
//!
//! A block scalar is indented, a quoted one has escapes and folded lines, and `Fn::Join` spreads one text over many
//! scalars. The parsers keep only the resulting text; here it is laid beside the file again, letter by letter.

use std::iter::Peekable;
use std::str::CharIndices;
use std::sync::Arc;

use crate::source::Span;

use super::offsets::Offsets;
use super::tree::{Node, Style};

/// A piece of a text that is joined from several.
#[derive(Clone, Copy, Debug)]
pub enum Piece<'tree> {
    /// A scalar; a list or map gives nothing.
    Scalar(&'tree Node),
    /// Text in place of something that stands at a span of the file and has no text of its own, such as a reference.
    Placeholder(&'tree str, Span),
}

/// The text of a scalar of `file`, and where it stands there. Nothing for a list, a map or null.
pub fn extract(file: &str, scalar: &Node) -> Option<(Arc<str>, Offsets)> {
    let text = scalar.scalar()?;
    let mut segments = Segments::default();
    segments.lay(file, scalar, &text, 0);
    Some((text, Offsets::pieces(segments.0)))
}

/// The text of several pieces of `file` with a separator between them, and where it stands there.
pub fn join(file: &str, pieces: &[Piece<'_>], separator: &str) -> (Arc<str>, Offsets) {
    let mut text = String::new();
    let mut segments = Segments::default();
    for (index, piece) in pieces.iter().enumerate() {
        if index > 0 {
            text.push_str(separator);
        }
        match piece {
            Piece::Scalar(node) => {
                let piece = node.scalar().unwrap_or_default();
                segments.lay(file, node, &piece, text.len());
                text.push_str(&piece);
            }
            Piece::Placeholder(placeholder, span) => {
                segments.add(text.len(), span.start as usize);
                text.push_str(placeholder);
                segments.add(text.len(), span.end as usize);
            }
        }
    }
    (text.into(), Offsets::pieces(segments.0))
}

/// Pairs of an offset in the text and one in the file, where the distance between the two changes.
#[derive(Default)]
struct Segments(Vec<(usize, usize)>);

impl Segments {
    fn add(&mut self, text: usize, file: usize) {
        match self.0.last_mut() {
            Some(last) if last.0 == text => last.1 = file,
            Some(last) if last.1 + (text - last.0) == file => {}
            _ => self.0.push((text, file)),
        }
    }

    /// Lays the text of a scalar, which begins at `base` of the whole text, beside what is written in the file.
    ///
    /// Blanks and line ends are where the two may differ (indentation, folding); every other letter must be found again.
    fn lay(&mut self, file: &str, scalar: &Node, text: &str, base: usize) {
        let (start, end) = (scalar.span.start as usize, scalar.span.end as usize);
        let quote = file.as_bytes().get(start).filter(|_| scalar.style == Style::Quoted).copied();
        let content = if quote.is_some() { start + 1..end.saturating_sub(1) } else { start..end };
        self.add(base, content.start);
        let mut letters = text.char_indices().peekable();
        let mut units = Units { letters: file.get(content.clone()).unwrap_or("").char_indices().peekable(), quote };
        while let (Some((at, letter)), Some((unit_at, unit))) = (next_letter(&mut letters), units.next_letter()) {
            if letter != unit {
                break;
            }
            self.add(base + at, content.start + unit_at);
            let next = units.letters.peek().map_or(content.len(), |(next, _)| *next);
            self.add(base + at + letter.len_utf8(), content.start + next);
        }
        self.add(base + text.len(), content.end.max(content.start));
    }
}

fn is_blank(letter: char) -> bool {
    matches!(letter, ' ' | '\t' | '\n' | '\r')
}

fn next_letter(letters: &mut Peekable<CharIndices<'_>>) -> Option<(usize, char)> {
    letters.find(|(_, letter)| !is_blank(*letter))
}

/// What is written in a file, taken letter by letter as the parser understands it.
struct Units<'file> {
    letters: Peekable<CharIndices<'file>>,
    quote: Option<u8>,
}

/// Letters that stand for others after a backslash; those not listed stand for themselves.
const ESCAPES: &[(char, char)] = &[
    ('n', '\n'),
    ('r', '\r'),
    ('t', '\t'),
    ('0', '\0'),
    ('a', '\u{7}'),
    ('b', '\u{8}'),
    ('v', '\u{b}'),
    ('f', '\u{c}'),
    ('e', '\u{1b}'),
    ('N', '\u{85}'),
    ('_', '\u{a0}'),
    ('L', '\u{2028}'),
    ('P', '\u{2029}'),
];

impl Units<'_> {
    fn next_letter(&mut self) -> Option<(usize, char)> {
        loop {
            let (at, written) = self.letters.next()?;
            let letter = match (self.quote, written) {
                (Some(b'"'), '\\') => self.escaped()?,
                (Some(b'\''), '\'') => self.letters.next()?.1,
                _ => written,
            };
            if !is_blank(letter) {
                return Some((at, letter));
            }
        }
    }

    fn escaped(&mut self) -> Option<char> {
        let (_, letter) = self.letters.next()?;
        let digits = match letter {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            _ => return Some(ESCAPES.iter().find(|(name, _)| *name == letter).map_or(letter, |(_, meaning)| *meaning)),
        };
        let code = self.hexadecimal(digits)?;
        let is_first_half = (0xd800..0xdc00).contains(&code);
        if is_first_half && self.letters.next_if(|(_, next)| *next == '\\').is_some() {
            self.letters.next()?;
            let second = self.hexadecimal(4)?;
            return char::from_u32(0x1_0000 + ((code - 0xd800) << 10) + second.checked_sub(0xdc00)?);
        }
        char::from_u32(code)
    }

    fn hexadecimal(&mut self, digits: usize) -> Option<u32> {
        (0..digits).try_fold(0_u32, |code, _| Some((code << 4) | self.letters.next()?.1.to_digit(16)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::{json, mutation, yaml};

    /// What stands in the file where `needle` stands in the text.
    fn found<'file>(file: &'file str, (text, offsets): &(Arc<str>, Offsets), needle: &str) -> &'file str {
        let at = text.find(needle).unwrap();
        let span = offsets.to_file(Span::new(at, at + needle.len()));
        &file[span.start as usize..span.end as usize]
    }

    #[test]
    fn the_lines_of_a_literal_block_are_found_behind_their_indentation() {
        let file = "Code:\n  ZipFile: |\n\n    import boto3\n    def handler(event, context):\n        täble = 'x'\n\n        return täble\nNext: 1\n";
        let tree = yaml::parse(file);
        let code = extract(file, tree.documents[0].at(&["Code", "ZipFile"]).unwrap()).unwrap();
        assert!(code.0.starts_with("\nimport boto3\ndef"));
        for needle in ["import boto3", "handler(event, context)", "täble = 'x'", "return täble"] {
            assert_eq!(found(file, &code, needle), needle);
        }
    }

    #[test]
    fn letters_are_found_behind_escapes_and_folded_lines() {
        let file = "a: \"x = \\\"q\\\";\\n\\ty\\u00e9\\U0001F600 = 1; \\\n    z = 2;\n\n  w = 3;\"\nb: 'it''s\n  done'\nc: >-\n  one\n  two\n\n  three\nd: plain\n  goes on\n";
        let tree = yaml::parse(file);
        let scalar = |key| extract(file, tree.documents[0].get(key).unwrap()).unwrap();
        let quoted = scalar("a");
        assert_eq!(&*quoted.0, "x = \"q\";\n\tyé😀 = 1; z = 2;\nw = 3;");
        assert_eq!(found(file, &quoted, "\"q\""), "\\\"q\\\"");
        assert_eq!(found(file, &quoted, "yé😀"), "y\\u00e9\\U0001F600");
        for needle in ["z = 2;", "w = 3;"] {
            assert_eq!(found(file, &quoted, needle), needle);
        }
        assert_eq!(found(file, &scalar("b"), "it's"), "it''s");
        assert_eq!(found(file, &scalar("b"), "done"), "done");
        assert_eq!(found(file, &scalar("c"), "three"), "three");
        assert_eq!(found(file, &scalar("d"), "goes on"), "goes on");
    }

    #[test]
    fn a_json_string_is_found_line_by_line() {
        let file = r#"{"ZipFile": "const c = \"\ud83d\ude00\";\nfoo(c,\n  {\"A\": 1})"}"#;
        let tree = json::parse(file);
        let code = extract(file, tree.documents[0].get("ZipFile").unwrap()).unwrap();
        assert_eq!(&*code.0, "const c = \"😀\";\nfoo(c,\n  {\"A\": 1})");
        assert_eq!(found(file, &code, "😀"), r"\ud83d\ude00");
        assert_eq!(found(file, &code, "foo(c,"), "foo(c,");
        assert_eq!(found(file, &code, "{\"A\""), r#"{\"A\""#);
    }

    #[test]
    fn joined_lines_are_each_found_at_their_own_place() {
        let file = r#"{"Fn::Join": ["\n", ["const pool = '", {"Ref": "Pool"}, "';", "use(\"a\");"]]}"#;
        let tree = json::parse(file);
        let list = tree.documents[0].get("Fn::Join").unwrap().items()[1].items();
        let pieces = [
            Piece::Scalar(&list[0]),
            Piece::Placeholder("${Pool}", list[1].span),
            Piece::Scalar(&list[2]),
            Piece::Scalar(&list[3]),
        ];
        let code = join(file, &pieces, "\n");
        assert_eq!(&*code.0, "const pool = '\n${Pool}\n';\nuse(\"a\");");
        assert_eq!(found(file, &code, "pool ="), "pool =");
        assert_eq!(found(file, &code, "${Pool}"), r#"{"Ref": "Pool"}"#);
        assert_eq!(found(file, &code, "';"), "';");
        assert_eq!(found(file, &code, "(\"a\")"), r#"(\"a\")"#);
    }

    #[test]
    fn places_stay_in_the_file_whatever_the_scalar() {
        let sample = "a: |+\n  x\n\n   y\n\nb: \"\\x41\\\n   c \\u12 '' \"\nc: 'd''\n\n e'\n";
        mutation::each(&[sample], |file| {
            for pair in yaml::parse(file).documents.iter().flat_map(Node::pairs) {
                let Some((text, offsets)) = extract(file, &pair.value) else { continue };
                for (at, letter) in text.char_indices().filter(|(_, letter)| !is_blank(*letter)) {
                    let span = offsets.to_file(Span::new(at, at + letter.len_utf8()));
                    assert!(file.get(span.start as usize..span.end as usize).is_some(), "{span:?} in {file:?}");
                }
            }
        });
    }
}
