//! A file as messages about it quote it.

use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

/// How many bytes of a line are shown before what is marked, of what is marked, and after it. Lines of minified files have
/// hundreds of thousands, and past 65,535 columns miette (7.6) panics.
const LONGEST: usize = 200;

/// The text of a file under a name. Of long lines the part around what is marked is shown.
#[derive(Clone, Debug)]
pub struct Quoted {
    name: String,
    text: String,
}

impl Quoted {
    /// A text under the name that messages give it.
    pub fn new(name: impl AsRef<str>, mut text: String) -> Self {
        // A mark at the very end is shown in a whole line only.
        if !text.ends_with('\n') {
            text.push('\n');
        }
        Self { name: name.as_ref().to_owned(), text }
    }

    /// What to mark of these bytes: their beginning, where there are many, on character boundaries. The end of the file is
    /// that of its last line.
    pub fn mark(&self, start: usize, end: usize) -> SourceSpan {
        let start = self.text.floor_char_boundary(start.min(self.text.trim_end_matches(['\n', '\r']).len()));
        let end = self.text.floor_char_boundary(end.min(start + LONGEST));
        (start..end.max(start)).into()
    }
}

impl SourceCode for Quoted {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let whole = self.text.read_span(span, before, after)?;
        let (first, last) = (whole.span().offset(), whole.span().offset() + whole.data().len());
        let (start, end) = (span.offset(), (span.offset() + span.len()).min(last));
        let shown = self.from(first, start)..self.to(end, last);
        let skipped = self.text.get(first..shown.start).unwrap_or_default();
        let column = match skipped.rfind('\n') {
            Some(at) => skipped.len() - at - 1,
            None => whole.column() + skipped.len(),
        };
        let line = whole.line() + skipped.matches('\n').count();
        let data = self.text.get(shown.clone()).unwrap_or_default().as_bytes();
        let span = (shown.start, data.len()).into();
        Ok(Box::new(MietteSpanContents::new_named(self.name.clone(), data, span, line, column, whole.line_count())))
    }
}

impl Quoted {
    /// Where to begin between `first` and `start`: a line that does not fit is left out, or cut where the mark is in it.
    fn from(&self, first: usize, start: usize) -> usize {
        let cut = self.text.ceil_char_boundary(start.saturating_sub(LONGEST).max(first));
        let newline = self.text.get(cut..start).filter(|_| cut > first).and_then(|text| text.find('\n'));
        newline.map_or(cut, |at| cut + at + 1)
    }

    /// Where to end between `end` and `last`, likewise.
    fn to(&self, end: usize, last: usize) -> usize {
        let cut = self.text.floor_char_boundary((end + LONGEST).min(last));
        let newline = self.text.get(end..cut).filter(|_| cut < last).and_then(|text| text.rfind('\n'));
        newline.map_or(cut, |at| end + at)
    }
}

#[cfg(test)]
mod tests {
    use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme, Report};
    use thiserror::Error;

    use super::*;

    #[derive(Debug, Error, Diagnostic)]
    #[error("no")]
    struct Fault {
        #[source_code]
        file: Quoted,
        #[label("here")]
        span: SourceSpan,
    }

    fn shown(text: &str, start: usize, end: usize) -> String {
        let file = Quoted::new("f.json", text.to_owned());
        let span = file.mark(start, end);
        let mut out = String::new();
        let report = Report::new(Fault { file, span });
        GraphicalReportHandler::new_themed(GraphicalTheme::none())
            .render_report(&mut out, report.as_ref())
            .expect("it can be told");
        out
    }

    #[test]
    fn short_files_are_quoted_as_they_are() {
        let text = "a: 1\nb: nö\nc: 3\n";
        let out = shown(text, 8, 11);
        assert!(out.contains("f.json:2:4") && out.contains("1 | a: 1") && out.contains("3 | c: 3"), "{out}");
    }

    #[test]
    fn of_long_lines_the_part_around_the_mark_is_quoted() {
        let long = "ä".repeat(70_000);
        let text = format!("{long}\n{long} fault {long}\n{long}");
        let start = text.find("fault").expect("it is there");
        let out = shown(&text, start, start + 5);
        assert!(out.len() < 2000 && out.contains(" fault ") && out.contains("here"), "{out}");
        assert!(out.contains(&format!("f.json:2:{}", 2 * 70_000 + 2)), "{out}");
        let line = out.lines().find(|line| line.contains("fault")).expect("it is quoted");
        assert!(line.trim_start().starts_with("2 |"), "{out}");
    }

    #[test]
    fn long_marks_are_cut() {
        let text = "x".repeat(100_000);
        for (start, end) in [(0, text.len()), (70_000, 70_000), (text.len(), text.len())] {
            assert!(shown(&text, start, end).len() < 3000);
        }
    }

    #[test]
    fn marks_at_every_place_of_small_files_can_be_told() {
        for text in ["", "\n", "a", "a\r\nb\r\n", "é\n\né", "\u{feff}a: [\n"] {
            for start in 0..=text.len() {
                for end in start..=text.len() {
                    assert!(shown(text, start, end).contains("here"), "{text:?} {start}..{end}");
                }
            }
        }
    }
}
