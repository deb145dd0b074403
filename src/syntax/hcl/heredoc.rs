//! Heredocs: strings of whole lines.

use super::ast::Expression;
use super::parser::{Parsed, Parser};
use super::template::{Token, Tokens};

impl Parser<'_> {
    /// `<<END` or `<<-END`, the lines, and the line that says `END`.
    pub fn heredoc(&mut self) -> Parsed<Expression> {
        let start = self.at;
        self.advance(2);
        let is_indented = self.byte() == b'-';
        if is_indented {
            self.advance(1);
        }
        if matches!(self.byte(), b' ' | b'\t') {
            return Err(self.fault("expected the word that ends the heredoc", self.span(start, self.at)));
        }
        let word = self.expect_name("the word that ends the heredoc")?;
        let line_end = if self.rest().starts_with("\r\n") { 2 } else { 1 };
        if self.text.as_bytes().get(self.at + line_end - 1) != Some(&b'\n') {
            return Err(
                self.fault("nothing may stand behind the word that begins a heredoc", self.span(start, self.end))
            );
        }
        self.advance(line_end);
        let mut tokens = Tokens::default();
        let mut is_line_start = true;
        loop {
            if is_line_start && let Some(length) = ending_line(self.rest(), &word) {
                self.advance(length);
                break;
            }
            if self.is_at_end() {
                return Err(self.fault(format!("no line `{word}` ends the heredoc"), self.span(start, start + 2)));
            }
            self.line(&mut tokens)?;
            is_line_start = self.text.as_bytes().get(self.at - 1) == Some(&b'\n');
        }
        if is_indented {
            remove_indentation(&mut tokens);
        }
        self.template_from(start, tokens)
    }
}

/// The length of the line up to the end of `word`, if the line holds nothing else.
fn ending_line(rest: &str, word: &str) -> Option<usize> {
    let line = &rest[..rest.find('\n').unwrap_or(rest.len())];
    (line.trim() == word).then(|| line.trim_end().len())
}

/// Takes the blanks that all lines begin with off them. Lines of blanks alone do not count.
fn remove_indentation(tokens: &mut Tokens) {
    let mut least = usize::MAX;
    let mut indented = Vec::new();
    let mut is_line_start = true;
    for (at, (token, _)) in tokens.list.iter().enumerate() {
        let Token::Text(text) = token else {
            if std::mem::take(&mut is_line_start) {
                least = 0;
            }
            continue;
        };
        let is_blank = text.trim_start().is_empty() && text.ends_with('\n');
        if is_line_start && !is_blank {
            least = least.min(text.chars().take_while(|letter| letter.is_whitespace()).count());
            indented.push(at);
        }
        is_line_start = text.ends_with('\n');
    }
    for at in indented {
        if let Some((Token::Text(text), _)) = tokens.list.get_mut(at) {
            *text = text.chars().skip(least).collect();
        }
    }
}
