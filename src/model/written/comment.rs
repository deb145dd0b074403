//! Ignores in comments, which go when they have nothing to cover.

use crate::read::ignore::{Ignore, Named};
use crate::source::edit::Edit;
use crate::source::{Loc, Span};

use super::{Model, line_around, whole_line};

impl Model {
    /// What takes a rule out of an ignore in a comment, or the comment away if that is what becomes of all its rules.
    pub fn without_ignored(&self, ignore: &Ignore, rule: &Named) -> Option<Edit> {
        let comment = ignore.comment?;
        let text = self.editable(comment.file)?;
        let span = if ignore.rules.iter().all(|other| other.verdict == rule.verdict) {
            around_comment(text, alone(text, comment.span)?)?
        } else {
            let at = ignore.rules.iter().position(|other| other.loc == rule.loc)?;
            let name = |at: usize| ignore.rules.get(at).map(|rule| rule.loc.span);
            match (name(at + 1), at.checked_sub(1).and_then(name)) {
                (Some(next), _) => Span { end: next.start, ..rule.loc.span },
                (None, Some(before)) => Span { start: before.end, ..rule.loc.span },
                (None, None) => return None,
            }
        };
        Some(Edit::new(Loc { span, ..comment }, ""))
    }
}

/// The comment, if nothing else is said in it before the ignore: other tools are told things in comments, too.
fn alone(text: &str, comment: Span) -> Option<Span> {
    let said = text.get(comment.start as usize..comment.end as usize)?;
    let before = said.find("cognito-lint").map_or(said, |at| &said[..at]);
    let is_mark = |letter: char| letter.is_whitespace() || "#/*<!-;{".contains(letter);
    before.chars().all(is_mark).then_some(comment)
}

/// A comment that ends its line, with the blanks before it; with the line, if there is nothing else on it.
fn around_comment(text: &str, comment: Span) -> Option<Span> {
    let line = line_around(text, comment.start);
    let head = text.get(line.start as usize..comment.start as usize)?;
    let tail = text.get(comment.end as usize..line.end.max(comment.end) as usize)?;
    if !tail.trim().is_empty() {
        return None;
    }
    let code = head.trim_end();
    if code.is_empty() {
        return Some(whole_line(text, line));
    }
    Some(Span::new(line.start as usize + code.len(), line.end as usize))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_goes_with_its_blanks_or_its_line() {
        let without = |text: &str, comment: &str| {
            let start = text.find(comment).unwrap();
            let span = around_comment(text, Span::new(start, start + comment.len()))?;
            let mut text = text.to_owned();
            text.replace_range(span.start as usize..span.end as usize, "");
            Some(text)
        };
        assert_eq!(without("a: 1\n  # x\nb: 2\n", "# x").as_deref(), Some("a: 1\nb: 2\n"));
        assert_eq!(without("a: 1  # x\r\nb: 2\n", "# x").as_deref(), Some("a: 1\r\nb: 2\n"));
        assert_eq!(without("/* x */ a();\n", "/* x */"), None);
        let is_alone = |text: &str| alone(text, Span::new(0, text.len())).is_some();
        assert!(is_alone("{/* cognito-lint: ignore[x] */") && is_alone("# cognito-lint: ignore[x] old"));
        assert!(!is_alone("# noqa  # cognito-lint: ignore[x]"));
        assert_eq!(without("# x\na: 1\n", "# x").as_deref(), Some("a: 1\n"));
    }
}
