//! Lists of texts as they are written, in brackets or one item a line.

use crate::source::edit::Edit;
use crate::source::{Loc, Span};
use crate::value::{Kind, Value};

use super::{BEHIND_KEY, Literal, is_behind, is_filled_by, line_around, literal, whole_line};

/// A list of texts that is written right behind its key.
#[derive(Debug)]
pub struct WrittenList<'m> {
    text: &'m str,
    /// From its key to its end.
    loc: Loc,
    items: Vec<(&'m str, Literal)>,
    /// It stands in brackets; else each item has a line and a dash.
    is_bracketed: bool,
}

impl<'m> WrittenList<'m> {
    /// Reads the list in the text of its file. `None` where an item is no text, is written elsewhere, or may not be there.
    pub(super) fn read(text: &'m str, key: Loc, value: &Value) -> Option<Self> {
        let Kind::List(list) = &value.kind else { return None };
        let at = value.loc.span;
        let written = text.get(at.start as usize..at.end as usize)?;
        let is_bracketed = written.starts_with('[') && written.ends_with(']');
        let mut items = Vec::with_capacity(list.items.len());
        for (item, present) in &list.items {
            let name = item.text().filter(|_| present.is_always() && super::is_here(item, key.file))?;
            let literal = literal(text, item.loc.span, name)?;
            items.push((text.get(literal.inner.start as usize..literal.inner.end as usize)?, literal));
        }
        let (first, last) = (items.first()?.1.outer, items.last()?.1.outer);
        let mut list = Self { text, loc: Loc { file: key.file, span: at }, items, is_bracketed };
        let is_whole = if is_bracketed {
            let inside =
                |start, end| text.get(start as usize..end as usize).is_some_and(|gap| is_filled_by(gap, &[',']));
            inside(at.start + 1, first.start)
                && inside(last.end, at.end - 1)
                && list.gaps().all(|gap| is_filled_by(gap, &[',']))
                && is_behind(text, key.span, at.start, BEHIND_KEY)
        } else {
            let marks: Vec<char> = BEHIND_KEY.iter().copied().chain(['-']).collect();
            list.items.iter().all(|(_, item)| list.before(*item).trim() == "-" && is_comment(list.behind(*item)))
                && list.gaps().all(|gap| is_filled_by(gap, &['-']))
                && is_behind(text, key.span, first.start, &marks)
        };
        list.loc.span = Span { start: key.span.start, end: last.end.max(at.end) };
        (!list.open(value) && is_whole).then_some(list)
    }

    fn open(&self, value: &Value) -> bool {
        value.list().is_none_or(|list| list.open)
    }

    /// Where it is written, its key included.
    pub fn loc(&self) -> Loc {
        self.loc
    }

    /// The items.
    pub fn names(&self) -> impl Iterator<Item = &'m str> {
        self.items.iter().map(|(name, _)| *name)
    }

    /// Another name for an item.
    pub fn renamed(&self, name: &str, new: &str) -> Option<Vec<Edit>> {
        let (_, item) = self.items.get(self.position(name)?)?;
        Some(vec![self.edit(item.inner, new)])
    }

    /// The list without an item, which is not its only one.
    pub fn without(&self, name: &str) -> Option<Vec<Edit>> {
        let at = self.position(name).filter(|_| self.items.len() > 1)?;
        let item = self.items.get(at)?.1;
        let before = at.checked_sub(1).and_then(|before| self.items.get(before)).map(|(_, item)| item.outer);
        let next = self.items.get(at + 1).map(|(_, item)| item.outer);
        let line = whole_line(self.text, line_around(self.text, item.outer.start));
        if !self.is_bracketed {
            return Some(vec![self.edit(line, "")]);
        }
        let (blank, behind) = (self.before(item).trim().is_empty(), self.behind(item).trim_start());
        if let Some(rest) = behind.strip_prefix(',').filter(|_| blank)
            && is_comment(rest)
        {
            return Some(vec![self.edit(line, "")]);
        }
        if let Some(before) = before.filter(|_| blank && is_comment(behind)) {
            let is_comma = self.text.get(before.end as usize..).is_some_and(|text| text.starts_with(','));
            let comma = Span { start: before.end, end: before.end + u32::from(is_comma) };
            return Some(vec![self.edit(comma, ""), self.edit(line, "")]);
        }
        let is_plain = |start: u32, end: u32| {
            let gap = self.text.get(start as usize..end as usize);
            gap.is_some_and(|gap| gap.chars().all(|letter| letter.is_whitespace() || letter == ','))
        };
        let span = match (before, next) {
            (_, Some(next)) if is_plain(item.outer.end, next.start) => Span { end: next.start, ..item.outer },
            (Some(before), _) if is_plain(before.end, item.outer.start) => Span { start: before.end, ..item.outer },
            _ => return None,
        };
        Some(vec![self.edit(span, "")])
    }

    /// The list with another item behind the last one, written as that one is.
    pub fn with(&self, name: &str) -> Option<Vec<Edit>> {
        let (_, last) = self.items.last()?;
        let quote = self.text.get(last.outer.start as usize..last.inner.start as usize)?;
        let item = format!("{quote}{name}{quote}");
        let (before, behind) = (self.before(*last), self.behind(*last).trim_start());
        let line = line_around(self.text, last.outer.start);
        let line_end = Span { start: line.end, ..line };
        let is_long = self.text.get(line.end as usize..).is_some_and(|rest| rest.starts_with('\r'));
        let next_line = format!("{}{before}{item}", if is_long { "\r\n" } else { "\n" });
        let here = Span { start: last.outer.end, end: last.outer.end };
        let has_own_line = before.trim().is_empty();
        Some(if !self.is_bracketed {
            vec![self.edit(line_end, next_line)]
        } else if has_own_line && behind.strip_prefix(',').is_some_and(is_comment) {
            vec![self.edit(line_end, next_line + ",")]
        } else if has_own_line && here == line_end {
            vec![self.edit(here, format!(",{next_line}"))]
        } else if has_own_line && is_comment(behind) {
            vec![self.edit(here, ","), self.edit(line_end, next_line)]
        } else {
            vec![self.edit(here, format!(", {item}"))]
        })
    }

    fn position(&self, name: &str) -> Option<usize> {
        self.names().position(|mine| mine == name)
    }

    fn edit(&self, span: Span, text: impl Into<String>) -> Edit {
        Edit::new(Loc { span, ..self.loc }, text)
    }

    /// What stands before an item on its line.
    fn before(&self, item: Literal) -> &'m str {
        let line = line_around(self.text, item.outer.start);
        self.text.get(line.start as usize..item.outer.start as usize).unwrap_or_default()
    }

    /// What stands behind an item on its line.
    fn behind(&self, item: Literal) -> &'m str {
        let line = line_around(self.text, item.outer.end);
        self.text.get(item.outer.end as usize..line.end as usize).unwrap_or_default()
    }

    fn gaps(&self) -> impl Iterator<Item = &'m str> {
        self.items.windows(2).map(|pair| match pair {
            [(_, one), (_, next)] => self.text.get(one.outer.end as usize..next.outer.start as usize).unwrap_or("?"),
            _ => "",
        })
    }
}

/// Whether the rest of a line has nothing in it but a comment, if that.
fn is_comment(rest: &str) -> bool {
    let rest = rest.trim();
    rest.is_empty() || rest.starts_with('#') || rest.starts_with("//")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;
    use crate::source::edit::edited;
    use crate::value::List;
    use crate::when::When;

    /// What becomes of a text with a list of A, B and C under the key `Flows`.
    fn changed(text: &str, change: impl Fn(&WrittenList<'_>) -> Option<Vec<Edit>>) -> Option<String> {
        let at = |part: &str| {
            let start = text.find(part).unwrap();
            Loc { file: FileId(0), span: Span::new(start, start + part.len()) }
        };
        let names = ["AAA", "BBB", "CCC"].into_iter().filter(|name| text.contains(name));
        let items: Vec<_> = names.map(|name| (Value::text_at(name, at(name)), When::always())).collect();
        let start = text.find('[').or(text.find("- ")).unwrap();
        let end = text.rfind(']').map(|end| end + 1).or(text.rfind("CCC").map(|end| end + 3)).unwrap();
        let loc = Loc { file: FileId(0), span: Span::new(start, end) };
        let value = Value::new(Kind::List(List { items, open: false }), loc);
        let list = WrittenList::read(text, at("Flows"), &value)?;
        Some(edited(text, &change(&list)?))
    }

    #[test]
    fn items_go_with_their_lines_and_commas() {
        for (text, without_b, without_c) in [
            ("Flows: [AAA, BBB, CCC]\n", "Flows: [AAA, CCC]\n", "Flows: [AAA, BBB]\n"),
            (
                "Flows:\n  - AAA # first\n  - BBB # next\n  - 'CCC'\nX: 1\n",
                "Flows:\n  - AAA # first\n  - 'CCC'\nX: 1\n",
                "Flows:\n  - AAA # first\n  - BBB # next\nX: 1\n",
            ),
            (
                "\"Flows\": [\r\n \"AAA\",\r\n \"BBB\",\r\n \"CCC\"\r\n]",
                "\"Flows\": [\r\n \"AAA\",\r\n \"CCC\"\r\n]",
                "\"Flows\": [\r\n \"AAA\",\r\n \"BBB\"\r\n]",
            ),
            (
                "Flows = [\n  \"AAA\",\n  \"BBB\", # x\n  \"CCC\", // y\n]\n",
                "Flows = [\n  \"AAA\",\n  \"CCC\", // y\n]\n",
                "Flows = [\n  \"AAA\",\n  \"BBB\", # x\n]\n",
            ),
        ] {
            assert_eq!(changed(text, |list| list.without("BBB")).as_deref(), Some(without_b));
            assert_eq!(changed(text, |list| list.without("CCC")).as_deref(), Some(without_c));
        }
        assert_eq!(changed("Flows: [AAA]", |list| list.without("AAA")), None);
    }

    #[test]
    fn items_come_in_as_the_last_one_is_written() {
        for (text, with) in [
            ("Flows: [AAA, BBB, CCC]\n", "Flows: [AAA, BBB, CCC, NEW]\n"),
            ("Flows:\n  - AAA\n  - 'CCC' # last\nX: 1\n", "Flows:\n  - AAA\n  - 'CCC' # last\n  - 'NEW'\nX: 1\n"),
            ("\"Flows\": [\r\n \"AAA\",\r\n \"CCC\"\r\n]", "\"Flows\": [\r\n \"AAA\",\r\n \"CCC\",\r\n \"NEW\"\r\n]"),
            ("Flows = [\n  \"CCC\", # x\n]\n", "Flows = [\n  \"CCC\", # x\n  \"NEW\",\n]\n"),
            ("Flows = [\n  \"CCC\" # x\n]\n", "Flows = [\n  \"CCC\", # x\n  \"NEW\"\n]\n"),
            ("Flows=['CCC']", "Flows=['CCC', 'NEW']"),
        ] {
            assert_eq!(changed(text, |list| list.with("NEW")).as_deref(), Some(with));
        }
    }

    #[test]
    fn a_list_with_something_else_in_it_is_left_alone() {
        for text in [
            "Flows: [...base, \"AAA\", \"CCC\"]",
            "Flows = [\"AAA\"] + [\"CCC\"]",
            "Flows: other\nX: [AAA, CCC]",
            "Flows: ['AAA, CCC']",
        ] {
            assert_eq!(changed(text, |list| list.with("NEW")), None, "{text}");
        }
        assert_eq!(
            changed("Flows: [AAA, BBB]", |list| list.renamed("BBB", "NEW")).as_deref(),
            Some("Flows: [AAA, NEW]")
        );
    }
}
