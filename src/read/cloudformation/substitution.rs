//! The `${…}` of `Fn::Sub`.

use std::ops::Range;

/// A part of a `Fn::Sub` text, by its bytes.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Piece {
    /// Text as it stands. `${!x}`, which stands for `${x}`, is two such pieces around its `!`.
    Text(Range<usize>),
    /// The name inside `${…}`.
    Variable(Range<usize>),
}

/// The parts of a text.
pub(super) fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut from = 0;
    let mut at = 0;
    let mut push = |range: Range<usize>| {
        if !range.is_empty() {
            pieces.push(Piece::Text(range));
        }
    };
    let mut variables: Vec<Range<usize>> = Vec::new();
    while let Some(open) = text.get(at..).and_then(|rest| rest.find("${")).map(|found| at + found) {
        let name = open + 2;
        let Some(close) = text.get(name..).and_then(|rest| rest.find('}')).map(|found| name + found) else { break };
        at = close + 1;
        if text.get(name..close).is_some_and(|inner| inner.starts_with('!')) {
            push(from..name);
            from = name + 1;
        } else if name < close {
            push(from..open);
            variables.push(trimmed(text, name..close));
            from = close + 1;
        }
    }
    push(from..text.len());
    pieces.extend(variables.into_iter().map(Piece::Variable));
    pieces.sort_by_key(Piece::start);
    pieces
}

impl Piece {
    fn start(&self) -> usize {
        match self {
            Self::Text(range) | Self::Variable(range) => range.start,
        }
    }
}

fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let name = text.get(range.clone()).unwrap_or_default();
    let start = range.start + (name.len() - name.trim_start().len());
    start..start + name.trim().len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> Vec<(bool, &str)> {
        let part = |piece: &Piece| match piece {
            Piece::Text(range) => (false, &text[range.clone()]),
            Piece::Variable(range) => (true, &text[range.clone()]),
        };
        pieces(text).iter().map(part).collect()
    }

    #[test]
    fn variables_and_text_are_told_apart() {
        assert_eq!(
            parts("https://${Api}.x/${Stage}"),
            [(false, "https://"), (true, "Api"), (false, ".x/"), (true, "Stage")]
        );
        assert_eq!(parts("${Pool.Arn}"), [(true, "Pool.Arn")]);
        assert_eq!(parts("${ AWS::Region }-ü"), [(true, "AWS::Region"), (false, "-ü")]);
    }

    #[test]
    fn an_escaped_variable_is_text_without_its_mark() {
        assert_eq!(parts("a${!b}c"), [(false, "a${"), (false, "b}c")]);
        assert_eq!(parts("${!b}${c}"), [(false, "${"), (false, "b}"), (true, "c")]);
    }

    #[test]
    fn what_is_no_variable_stays_text() {
        assert_eq!(parts(""), []);
        assert_eq!(parts("${}"), [(false, "${}")]);
        assert_eq!(parts("a ${b"), [(false, "a ${b")]);
        assert_eq!(parts("$b {c}"), [(false, "$b {c}")]);
    }
}
