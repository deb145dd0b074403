//! Changes of files: what stands at a place becomes another text.

use super::Loc;

/// A change of a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edit {
    /// What goes; an empty place is where something comes in.
    pub loc: Loc,
    /// What comes.
    pub text: String,
}

impl Edit {
    /// A change of a place.
    pub fn new(loc: Loc, text: impl Into<String>) -> Self {
        Self { loc, text: text.into() }
    }

    /// Whether both cannot be made: they share a byte, or it is not clear which of two texts comes first.
    pub fn collides(&self, other: &Self) -> bool {
        let (mine, theirs) = (self.loc.span, other.loc.span);
        let is_same_place = mine.start == theirs.start && (mine.start == mine.end) == (theirs.start == theirs.end);
        self.loc.file == other.loc.file
            && self != other
            && (is_same_place || (mine.start < theirs.end && theirs.start < mine.end))
    }
}

/// The text of a file after changes of it, each of which is made once; they do not collide.
pub fn edited<'e>(text: &str, edits: impl IntoIterator<Item = &'e Edit>) -> String {
    let mut edits: Vec<&Edit> = edits.into_iter().collect();
    edits.sort();
    edits.dedup();
    let mut result = String::with_capacity(text.len());
    let mut at = 0;
    for edit in edits {
        let (start, end) = (edit.loc.span.start as usize, edit.loc.span.end as usize);
        result += text.get(at..start).unwrap_or_default();
        result += &edit.text;
        at = end;
    }
    result + text.get(at..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{FileId, Span};

    fn edit(start: usize, end: usize, text: &str) -> Edit {
        Edit::new(Loc { file: FileId(0), span: Span::new(start, end) }, text)
    }

    #[test]
    fn changes_are_made_in_the_order_of_the_text_and_once() {
        let edits = [edit(4, 4, "!"), edit(0, 1, "A"), edit(3, 4, ""), edit(0, 1, "A")];
        assert_eq!(edited("abcdef", &edits), "Abc!ef");
        assert_eq!(edited("ü", &[]), "ü");
    }

    #[test]
    fn changes_of_one_place_collide() {
        assert!(edit(0, 3, "x").collides(&edit(2, 4, "y")));
        assert!(edit(2, 2, "x").collides(&edit(2, 2, "y")));
        assert!(edit(2, 2, "x").collides(&edit(1, 4, "")));
        assert!(!edit(2, 2, "x").collides(&edit(2, 2, "x")));
        assert!(!edit(0, 2, "x").collides(&edit(2, 2, "y")));
        assert!(!edit(2, 4, "x").collides(&edit(2, 2, "y")));
        assert!(!edit(0, 2, "x").collides(&edit(2, 4, "y")));
    }
}
