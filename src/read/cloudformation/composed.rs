//! Templates that the reader of another format puts together, of nodes that stand in several files.

use std::sync::Arc;

use crate::source::{FileId, Loc, Span};
use crate::syntax::tree::{Node, NodeKind, Pair};

use super::template::Template;

/// A template that is written in another format.
#[derive(Debug)]
pub struct Composed {
    /// The file that says what belongs together; paths in the template are relative to it.
    pub file: FileId,
    /// The stack; see [`crate::read::Stack`].
    pub id: Arc<str>,
    /// The template. Spans of its nodes are those of `pieces`.
    pub root: Node,
    /// Where the nodes stand.
    pub pieces: Pieces,
    /// The name it is deployed under, where it is known.
    pub name: Option<Arc<str>>,
    /// The region it is deployed to, where it is known.
    pub region: Option<Arc<str>>,
}

impl Composed {
    pub(super) fn template(&self) -> Template<'_> {
        Template { file: self.file, root: &self.root, pieces: Some(&self.pieces) }
    }
}

/// Several files laid end to end, so that one span tells the file too.
#[derive(Clone, Debug, Default)]
pub struct Pieces {
    /// The files, each with its first byte, in that order.
    files: Vec<(FileId, u32)>,
    end: u32,
}

impl Pieces {
    /// The first byte of a file that is `length` bytes long; it is laid at the end if it is not among them yet.
    pub fn base(&mut self, file: FileId, length: usize) -> u32 {
        if let Some((_, base)) = self.files.iter().find(|(known, _)| *known == file) {
            return *base;
        }
        let base = self.end;
        self.files.push((file, base));
        self.end = Span::new(0, (base as usize).saturating_add(length).saturating_add(1)).end;
        base
    }

    /// The files.
    pub fn files(&self) -> impl Iterator<Item = FileId> + '_ {
        self.files.iter().map(|(file, _)| *file)
    }

    /// The place of a span; a span that crosses files ends with its first one.
    pub fn loc(&self, span: Span) -> Option<Loc> {
        let at = self.files.partition_point(|(_, base)| *base <= span.start).checked_sub(1)?;
        let (file, base) = *self.files.get(at)?;
        let limit = self.files.get(at + 1).map_or(self.end, |(_, next)| *next) - 1;
        let span = Span { start: span.start - base, end: span.end.min(limit).max(span.start) - base };
        Some(Loc { file, span })
    }
}

/// A span that begins `base` bytes later.
pub fn shifted(span: Span, base: u32) -> Span {
    Span { start: span.start.saturating_add(base), end: span.end.saturating_add(base) }
}

/// A node with all spans shifted.
pub fn shifted_node(node: &Node, base: u32) -> Node {
    let kind = match &node.kind {
        NodeKind::List(items) => NodeKind::List(items.iter().map(|item| shifted_node(item, base)).collect()),
        NodeKind::Map(pairs) => NodeKind::Map(pairs.iter().map(|pair| shifted_pair(pair, base)).collect()),
        scalar => scalar.clone(),
    };
    Node { kind, span: shifted(node.span, base), tag: node.tag.clone(), ..*node }
}

fn shifted_pair(pair: &Pair, base: u32) -> Pair {
    let key_span = shifted(pair.key_span, base);
    Pair { key: pair.key.clone(), key_span, value: shifted_node(&pair.value, base) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_tells_its_file() {
        let mut pieces = Pieces::default();
        let (first, second) = (pieces.base(FileId(7), 10), pieces.base(FileId(3), 5));
        assert_eq!((first, second, pieces.base(FileId(7), 10)), (0, 11, 0));
        let at = |start, end| pieces.loc(Span { start, end }).map(|loc| (loc.file.0, loc.span.start, loc.span.end));
        assert_eq!(at(2, 10), Some((7, 2, 10)));
        assert_eq!(at(12, 14), Some((3, 1, 3)));
        assert_eq!(at(9, 14), Some((7, 9, 10)));
        assert_eq!(at(400, 500), Some((3, 389, 389)));
        assert_eq!(Pieces::default().loc(Span::new(0, 1)), None);
    }
}
