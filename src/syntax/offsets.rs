//! Text that stands inside another file (inline Lambda code, a script block) and where its bytes really are.

use crate::source::Span;

/// Maps offsets of an extracted text back to the file it was taken from.
#[derive(Clone, Debug, Default)]
pub struct Offsets {
    /// (offset in the text, offset in the file), ascending; between two entries offsets run in step.
    segments: Vec<(u32, u32)>,
}

impl Offsets {
    /// The text is the whole file.
    pub fn identity() -> Self {
        Self::default()
    }

    /// The text starts at byte `start` of the file and runs in step with it.
    pub fn shifted(start: usize) -> Self {
        Self { segments: vec![(0, Span::new(start, start).start)] }
    }

    /// A text of several pieces: pairs of (offset in the text, offset in the file), ascending in the first.
    pub fn pieces(segments: impl IntoIterator<Item = (usize, usize)>) -> Self {
        let offset = |at: usize| Span::new(at, at).start;
        Self { segments: segments.into_iter().map(|(text, file)| (offset(text), offset(file))).collect() }
    }

    /// The place in the file of a span of the text.
    pub fn to_file(&self, span: Span) -> Span {
        Span { start: self.offset(span.start), end: self.offset(span.end).max(self.offset(span.start)) }
    }

    fn offset(&self, at: u32) -> u32 {
        let next = self.segments.partition_point(|(text, _)| *text <= at);
        match next.checked_sub(1).and_then(|index| self.segments.get(index)) {
            Some((text, file)) => file + (at - text),
            None => at,
        }
    }
}
