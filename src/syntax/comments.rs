//! Where the comments of a data file stand. Those of programs are found by [`super::code::comments`].

use std::ops::Range;

use camino::Utf8Path;
use jsonc_parser::tokens::Token;
use jsonc_parser::{Scanner, ScannerOptions};

use crate::source::Span;

use super::data::{Format, begins_with_brace, format};
use super::tree::{Node, NodeKind, Tree};

/// The places of the comments in which a word stands, each from its mark to its end, in order. `tree` is the parsed file.
pub fn with_word(path: &Utf8Path, text: &str, tree: &Tree, word: &str) -> Vec<Span> {
    match format(path) {
        Some(Format::Json) => json(text),
        Some(Format::Template) if begins_with_brace(text) => json(text),
        Some(Format::Ini) => behind_marks(text, tree, word, "#;"),
        Some(Format::Properties) => behind_marks(text, tree, word, "#!"),
        Some(_) => behind_marks(text, tree, word, "#"),
        None => Vec::new(),
    }
}

/// The places of all comments of a text in HCL, in order: `# …`, `// …` and `/* … */` outside of strings and heredocs.
pub fn of_hcl(text: &str) -> Vec<Span> {
    let mut reader = Hcl { text, at: 0, open: Vec::new(), comments: Vec::new() };
    while reader.at < text.len() {
        reader.step();
    }
    reader.comments
}

fn json(text: &str) -> Vec<Span> {
    let start = text.len() - text.trim_start_matches('\u{feff}').len();
    let mut scanner = Scanner::new(&text[start..], &ScannerOptions::default());
    let mut comments = Vec::new();
    while let Ok(Some(token)) = scanner.scan() {
        if matches!(token, Token::CommentLine(_) | Token::CommentBlock(_)) {
            comments.push(Span::new(start + scanner.token_start(), start + scanner.token_end()));
        }
    }
    comments
}

/// Comments that go from a mark to the end of the line. A mark inside a scalar is none, nor is one that touches the text
/// before it; the word stands directly behind the mark.
fn behind_marks(text: &str, tree: &Tree, word: &str, marks: &str) -> Vec<Span> {
    let scalars = scalars(tree);
    let is_in_scalar = |at: usize| {
        let before = scalars.partition_point(|scalar| scalar.start as usize <= at);
        before.checked_sub(1).and_then(|last| scalars.get(last)).is_some_and(|scalar| at < scalar.end as usize)
    };
    let mut comments: Vec<Span> = Vec::new();
    for (at, _) in text.match_indices(word) {
        let head = text.get(..at).unwrap_or_default().trim_end_matches([' ', '\t']);
        let start = head.trim_end_matches(|letter| marks.contains(letter)).len();
        let before = text.get(..start).and_then(|before| before.chars().next_back());
        let is_mark = start < head.len() && before.is_none_or(char::is_whitespace);
        let is_in_comment = comments.last().is_some_and(|last| at < last.end as usize);
        if is_mark && !is_in_comment && !is_in_scalar(start) {
            let end = text.get(at..).and_then(|rest| rest.find('\n')).map_or(text.len(), |end| at + end);
            comments.push(Span::new(start, end));
        }
    }
    comments
}

/// The places of a tree's scalars and keys, in order, none inside another.
fn scalars(tree: &Tree) -> Vec<Span> {
    fn visit(node: &Node, found: &mut Vec<Span>) {
        match &node.kind {
            NodeKind::List(items) => items.iter().for_each(|item| visit(item, found)),
            NodeKind::Map(pairs) => pairs.iter().for_each(|pair| {
                found.push(pair.key_span);
                visit(&pair.value, found);
            }),
            _ => found.push(node.span),
        }
    }
    let mut found = Vec::new();
    tree.documents.iter().for_each(|document| visit(document, &mut found));
    found.sort_unstable();
    found.dedup();
    found
}

/// What a text in HCL is in the middle of.
enum Open {
    /// `"…`.
    Quotes,
    /// `<<NAME`: the name's place.
    Heredoc(Range<usize>),
    /// `${…` in one of these, with the number of braces that are open in it.
    Interpolation(usize),
}

struct Hcl<'text> {
    text: &'text str,
    at: usize,
    open: Vec<Open>,
    comments: Vec<Span>,
}

impl<'text> Hcl<'text> {
    fn rest(&self) -> &'text str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn line_end(&self) -> usize {
        self.rest().find('\n').map_or(self.text.len(), |end| self.at + end)
    }

    fn step(&mut self) {
        let rest = self.rest();
        match self.open.last() {
            Some(Open::Quotes | Open::Heredoc(_)) if rest.starts_with("$${") || rest.starts_with("%%{") => self.at += 3,
            Some(Open::Quotes | Open::Heredoc(_)) if rest.starts_with("${") || rest.starts_with("%{") => {
                self.open.push(Open::Interpolation(0));
                self.at += 2;
            }
            Some(Open::Quotes) => self.quoted(rest),
            Some(Open::Heredoc(name)) => {
                let name = self.text.get(name.clone()).unwrap_or_default();
                let is_line_start = self.text.get(..self.at).is_some_and(|head| head.ends_with('\n'));
                if is_line_start && rest.lines().next().is_some_and(|line| line.trim() == name) {
                    self.open.pop();
                    self.at = self.line_end();
                } else {
                    self.skip(rest);
                }
            }
            Some(Open::Interpolation(_)) | None => self.code(rest),
        }
    }

    fn quoted(&mut self, rest: &str) {
        if rest.starts_with('\\') {
            self.at += 1;
        } else if rest.starts_with(['"', '\n']) {
            self.open.pop();
        }
        let escaped = self.rest();
        self.skip(escaped);
    }

    fn code(&mut self, rest: &str) {
        if rest.starts_with('#') || rest.starts_with("//") {
            let end = self.line_end();
            self.comments.push(Span::new(self.at, end));
            self.at = end;
        } else if rest.starts_with("/*") {
            let end = rest.find("*/").map_or(self.text.len(), |end| self.at + end + "*/".len());
            self.comments.push(Span::new(self.at, end));
            self.at = end;
        } else if rest.starts_with('"') {
            self.open.push(Open::Quotes);
            self.at += 1;
        } else if let Some(name) = heredoc(rest) {
            self.open.push(Open::Heredoc(self.at + name.start..self.at + name.end));
            self.at = self.line_end() + 1;
        } else {
            match (rest.chars().next(), self.open.last_mut()) {
                (Some('{'), Some(Open::Interpolation(braces))) => *braces += 1,
                (Some('}'), Some(Open::Interpolation(0))) => drop(self.open.pop()),
                (Some('}'), Some(Open::Interpolation(braces))) => *braces -= 1,
                _ => {}
            }
            self.skip(rest);
        }
    }

    fn skip(&mut self, rest: &str) {
        self.at += rest.chars().next().map_or(1, char::len_utf8);
    }
}

/// Where the name stands in a heredoc's beginning: `<<NAME` or `<<-NAME` at the end of a line.
fn heredoc(rest: &str) -> Option<Range<usize>> {
    let opening = rest.strip_prefix("<<")?;
    let indented = opening.strip_prefix('-').unwrap_or(opening);
    let is_of_name = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '-');
    let after = indented.trim_start_matches(is_of_name);
    let (start, length) = (rest.len() - indented.len(), indented.len() - after.len());
    (length > 0 && after.starts_with(['\r', '\n'])).then(|| start..start + length)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::{data, mutation};

    const WORD: &str = "tool:";

    fn found<'t>(path: &str, text: &'t str) -> Vec<&'t str> {
        let tree = data::parse(path.into(), text).unwrap();
        let spans = with_word(path.into(), text, &tree, WORD);
        spans.iter().map(|span| &text[span.start as usize..span.end as usize]).collect()
    }

    #[test]
    fn yaml_comments_are_told_from_scalars() {
        let text = "# tool: one\na: b # tool: two\nc: 'x # tool: no'\nd: |\n  # tool: no\n  e\nf: g#tool:no\n\
                    h: [a, # tool: three\n  b]\ni: >- # tool: four\n  text # tool: no\n## tool: five\n";
        let comments = ["# tool: one", "# tool: two", "# tool: three", "# tool: four", "## tool: five"];
        assert_eq!(found("a.yaml", text), comments);
    }

    #[test]
    fn other_data_formats_have_their_marks() {
        let toml = "# tool: one\na = \"# tool: no\"\nb = '''\n# tool: no\n''' # tool: two\n";
        assert_eq!(found("a.toml", toml), ["# tool: one", "# tool: two"]);
        assert_eq!(found(".env", "# tool: one\nA=b # tool: two\nC=\"# tool: no\"\nD=x# tool: no\n").len(), 2);
        let properties = "# tool: one\n! tool: two\na=b # tool: no\nc=d \\\n # tool: no\n";
        assert_eq!(found("a.properties", properties), ["# tool: one", "! tool: two"]);
        assert_eq!(found("a.ini", "; tool: one\n[a]\n# tool: two\nb = c ; tool: no\n").len(), 2);
        let json = "{ // tool: one\n \"a\": \"// tool: no\", /* tool: two\n */ \"b\": 'x /* tool: no */'}";
        assert_eq!(found("a.json", json), ["// tool: one", "/* tool: two\n */"]);
        assert_eq!(found("a.template", json).len(), 2);
    }

    #[test]
    fn hcl_comments_are_told_from_strings_and_heredocs() {
        let text = "# one\na = \"# no ${f(\"// no\", {b = 1}) /* two */} \\\" # no\" // three\nb = <<-EOT\n # no\n ${c # four\n}\n  EOT\n\
                    c = \"$${ # no\"\n/* five\n*/ d = 1 << 2 # six\n";
        let comments = of_hcl(text).into_iter().map(|span| &text[span.start as usize..span.end as usize]);
        let expected = ["# one", "/* two */", "// three", "# four", "/* five\n*/", "# six"];
        assert_eq!(comments.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn no_bytes_make_it_panic() {
        let text = "a = \"é ${b}\" # tool: x\nc = <<E\nd\nE\n/* tool: */ ";
        mutation::each(&[text], |text| {
            found("a.yaml", text);
            found("a.json", text);
            assert!(of_hcl(text).iter().all(|span| text.get(span.start as usize..span.end as usize).is_some()));
        });
    }
}
