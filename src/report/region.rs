//! The extent of a place as code hosts and SARIF count it.

use serde::Serialize;

use crate::source::{Loc, SourceMap, Span};

/// Lines and columns from 1; columns count UTF-16 code units, and the end is just behind the last one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Region {
    /// Line of the first character.
    pub start_line: usize,
    /// Column of the first character.
    pub start_column: usize,
    /// Line of the last character.
    pub end_line: usize,
    /// Column just after the last character.
    pub end_column: usize,
}

impl Region {
    /// The region of a place, without the blanks and line ends that it ends with: a region that reaches into the line after
    /// the last one is refused by code hosts.
    pub fn of(sources: &SourceMap, loc: Loc) -> Self {
        let blank = |text: &str| text.len() - text.trim_end().len();
        let end = loc.span.end as usize - blank(sources.text(loc));
        Self::exactly(sources, Loc { span: Span::new(loc.span.start as usize, end), ..loc })
    }

    /// The region of a place to its last character, whatever that is.
    pub fn exactly(sources: &SourceMap, loc: Loc) -> Self {
        let (text, span) = (sources.file(loc.file).text(), loc.span);
        let lines = sources.position(loc);
        Self {
            start_line: lines.line,
            start_column: column(text, span.start),
            end_line: lines.end_line,
            end_column: column(text, span.end),
        }
    }
}

fn column(text: &str, offset: u32) -> usize {
    let before = text.get(..offset as usize).unwrap_or(text);
    let line = before.rsplit('\n').next().unwrap_or_default();
    line.encode_utf16().count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{FileId, SourceFile};

    fn region(text: &str, part: &str) -> [usize; 4] {
        let start = text.find(part).expect("the part is in the text");
        let sources = SourceMap::new(vec![SourceFile::with_text("a.yaml".into(), "/a.yaml".into(), text)]);
        let loc = Loc { file: FileId(0), span: Span::new(start, start + part.len()) };
        let Region { start_line, start_column, end_line, end_column } = Region::of(&sources, loc);
        [start_line, start_column, end_line, end_column]
    }

    #[test]
    fn columns_count_utf_16_code_units() {
        assert_eq!(region("a: 1\nnaïve: 🎉 x\n", "x"), [2, 11, 2, 12]);
        assert_eq!(region("a: 1\nnaïve: 🎉 x\n", "🎉"), [2, 8, 2, 10]);
    }

    #[test]
    fn a_region_does_not_reach_past_the_last_line() {
        assert_eq!(region("a: 1\nb:\n  c: 2\n\n", "b:\n  c: 2\n\n"), [2, 1, 3, 7]);
        assert_eq!(region("a: 1\r\nb: 2\r\n", "b: 2\r\n"), [2, 1, 2, 5]);
        assert_eq!(region("", ""), [1, 1, 1, 1]);
    }
}
