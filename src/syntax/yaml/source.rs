//! The text that the YAML parser is given, and where its bytes stand in the file.

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::source::Span;
use crate::syntax::offsets::Offsets;

/// How often a file is parsed anew, and how many bytes that may be in all.
const MOST_ATTEMPTS: usize = 100;
const MOST_BYTES: usize = 64 * 1024 * 1024;

/// A file's text without its byte order mark, in which some lines may be indented further.
///
/// YAML wants the lines of a quoted scalar to be indented further than what they stand in. PyYAML, and with it
/// CloudFormation, does not mind, and templates with JSON in quotes make use of that. As the blanks in front of such
/// lines mean nothing, more of them are put there when the parser refuses a line.
pub(super) struct Source<'file> {
    file: &'file str,
    text: Cow<'file, str>,
    offsets: Offsets,
    /// Where in the file the lines begin that are indented further.
    indented: BTreeSet<usize>,
}

impl<'file> Source<'file> {
    pub fn new(file: &'file str) -> Self {
        let text = file.trim_start_matches('\u{feff}');
        let offsets = Offsets::shifted(file.len() - text.len());
        Self { file, text: Cow::Borrowed(text), offsets, indented: BTreeSet::new() }
    }

    /// The file's own text.
    pub fn file(&self) -> &'file str {
        self.file
    }

    /// The text to parse.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The place in the file of a range of the text to parse.
    pub fn place(&self, start: usize, end: usize) -> Span {
        self.offsets.to_file(Span::new(start, end))
    }

    /// Indents the line at an offset of the text further. Returns whether parsing anew is worth it.
    pub fn indent(&mut self, at: usize) -> bool {
        let at = self.place(at, at).start as usize;
        let line = self.file.get(..at).and_then(|head| head.rfind('\n')).map_or(0, |end| end + 1);
        let attempts = self.indented.len() + 1;
        if attempts > MOST_ATTEMPTS || attempts * self.file.len() > MOST_BYTES || !self.indented.insert(line) {
            return false;
        }
        self.lay_out();
        true
    }

    fn lay_out(&mut self) {
        let blanks = |line: &str| line.bytes().take_while(|byte| *byte == b' ').count();
        let deepest = " ".repeat(1 + self.file.lines().map(blanks).max().unwrap_or(0));
        let mut text = String::with_capacity(self.file.len() + self.indented.len() * deepest.len());
        let mut from = self.file.len() - self.file.trim_start_matches('\u{feff}').len();
        let mut segments = vec![(text.len(), from)];
        for line in &self.indented {
            text.push_str(self.file.get(from..*line).unwrap_or_default());
            text.push_str(&deepest);
            from = from.max(*line);
            segments.push((text.len(), from));
        }
        text.push_str(self.file.get(from..).unwrap_or_default());
        self.text = Cow::Owned(text);
        self.offsets = Offsets::pieces(segments);
    }
}
