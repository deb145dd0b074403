//! Lists of texts as they are written, in brackets or one item a line.

use crate::source::edit::Edit;
use crate::source::{Loc, Span};
use crate::value::{Kind, Value};

use super::{BEHIND_KEY, Literal, is_behind, is_filled_by, line_around, literal};

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

    /// Another list in place of this one, as one change: what becomes of each item (nothing: it goes), and what comes behind
    /// them. `None` where nothing would be left, or where comments would lose what they stand beside.
    pub fn rewritten(&self, change: impl Fn(usize, &str) -> Option<String>, added: &[&str]) -> Option<Edit> {
        let kept: Vec<(Literal, String)> =
            (self.items.iter().enumerate()).filter_map(|(at, (name, item))| Some((*item, change(at, name)?))).collect();
        let (first, last) = (self.items.first()?.1, self.items.last()?.1);
        kept.first()?;
        let has_lines = self.items.iter().all(|(_, item)| self.has_own_line(*item));
        let (span, new) = if has_lines {
            let span = Span::new(self.line(first).start as usize, self.line(last).end as usize);
            (span, self.lines(&kept, added))
        } else {
            let is_plain = |gap: &str| gap.chars().all(|letter| letter.is_whitespace() || letter == ',');
            let is_kept = kept.len() == self.items.len() && added.is_empty();
            if !self.is_bracketed || !(is_kept || self.gaps().all(is_plain)) {
                return None;
            }
            (Span { start: first.outer.start, end: last.outer.end }, self.row(&kept, added))
        };
        let old = self.text.get(span.start as usize..span.end as usize)?;
        let (span, new) = least(old, span, &new);
        Some(Edit::new(Loc { span, ..self.loc }, new))
    }

    /// The list without the items of a name, which are not all.
    pub fn without(&self, name: &str) -> Option<Edit> {
        self.rewritten(|_, mine| (mine != name).then(|| mine.to_owned()), &[])
    }

    /// The list with another item behind the last one, written as that one is.
    pub fn with(&self, name: &str) -> Option<Edit> {
        self.rewritten(|_, mine| Some(mine.to_owned()), &[name])
    }

    /// Items on one line or few, each with what stands before it.
    fn row(&self, kept: &[(Literal, String)], added: &[&str]) -> String {
        let gap = |item: &Literal| {
            let at = self.items.iter().position(|(_, mine)| mine == item).and_then(|at| at.checked_sub(1));
            at.and_then(|before| self.gaps().nth(before)).unwrap_or(", ")
        };
        let mut row = String::new();
        for (at, (item, name)) in kept.iter().enumerate() {
            row += if at > 0 { gap(item) } else { "" };
            row += &self.quoted(*item, name);
        }
        added.iter().for_each(|name| row = format!("{row}, {}", self.like_last(name)));
        row
    }

    /// Items with a line each, between which other lines may stand.
    fn lines(&self, kept: &[(Literal, String)], added: &[&str]) -> String {
        let Some((_, last)) = self.items.last() else { return String::new() };
        let has_comma = |item: Literal| self.behind(item).trim_start().starts_with(',');
        // A comma behind the last item is a habit that is kept.
        let (ends_with_comma, end) = (has_comma(*last), line_end(self.text, self.line(*last).end));
        let count = self.items.len();
        let mut texts: Vec<(bool, String, &str)> = Vec::new();
        let mut before = String::new();
        for at in 0..count {
            let Some((_, item)) = self.items.get(at) else { continue };
            if let Some(previous) = at.checked_sub(1).and_then(|at| self.items.get(at)) {
                let (start, stop) = (self.line(previous.1).end as usize, self.line(*item).start as usize);
                before += self.text.get(start..stop).unwrap_or_default().strip_prefix(end).unwrap_or_default();
            }
            let Some((_, name)) = kept.iter().find(|(mine, _)| mine == item) else { continue };
            let head = format!("{}{}{}", std::mem::take(&mut before), self.before(*item), self.quoted(*item, name));
            let tail = self.behind(*item);
            let tail = tail.trim_start().strip_prefix(',').unwrap_or(tail);
            texts.push((self.is_bracketed, head, tail));
        }
        let lead = self.before(*last);
        texts.extend(added.iter().map(|name| (self.is_bracketed, format!("{lead}{}", self.like_last(name)), "")));
        let all = texts.len();
        let lines = texts.into_iter().enumerate().map(|(at, (needs_comma, head, tail))| {
            let comma = if needs_comma && (at + 1 < all || ends_with_comma) { "," } else { "" };
            format!("{head}{comma}{tail}")
        });
        let lines: Vec<String> = lines.collect();
        let rest = before.strip_suffix(end).unwrap_or(&before);
        let rest = if rest.is_empty() { String::new() } else { format!("{end}{rest}") };
        lines.join(end) + &rest
    }

    fn has_own_line(&self, item: Literal) -> bool {
        let (before, behind) = (self.before(item).trim(), self.behind(item).trim_start());
        let behind = if self.is_bracketed { behind.strip_prefix(',').unwrap_or(behind) } else { behind };
        before == (if self.is_bracketed { "" } else { "-" }) && is_comment(behind)
    }

    fn line(&self, item: Literal) -> Span {
        line_around(self.text, item.outer.start)
    }

    /// A name in the quotes of an item.
    fn quoted(&self, item: Literal, name: &str) -> String {
        let quote = self.text.get(item.outer.start as usize..item.inner.start as usize).unwrap_or_default();
        format!("{quote}{name}{quote}")
    }

    fn like_last(&self, name: &str) -> String {
        self.items.last().map_or_else(String::new, |(_, last)| self.quoted(*last, name))
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

/// The part of a change that differs, at the boundaries of letters.
fn least(old: &str, span: Span, new: &str) -> (Span, String) {
    let mut start = old.bytes().zip(new.bytes()).take_while(|(old, new)| old == new).count();
    while !(old.is_char_boundary(start) && new.is_char_boundary(start)) {
        start -= 1;
    }
    let most = old.len().min(new.len()) - start;
    let mut end = old.bytes().rev().zip(new.bytes().rev()).take(most).take_while(|(old, new)| old == new).count();
    while !(old.is_char_boundary(old.len() - end) && new.is_char_boundary(new.len() - end)) {
        end -= 1;
    }
    let from = span.start as usize;
    let new = new.get(start..new.len() - end).unwrap_or_default().to_owned();
    (Span::new(from + start, from + old.len() - end), new)
}

/// The line end that stands at a byte; that of the text's first line where none does.
fn line_end(text: &str, at: u32) -> &'static str {
    let here = text.get(at as usize..).unwrap_or_default();
    let first = text.split_once('\n').is_some_and(|(line, _)| line.ends_with('\r'));
    if here.starts_with("\r\n") || (here.is_empty() && first) { "\r\n" } else { "\n" }
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
    fn changed(text: &str, change: impl Fn(&WrittenList<'_>) -> Option<Edit>) -> Option<String> {
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
        Some(edited(text, [&change(&list)?]))
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
        assert_eq!(changed("Flows: [AAA, BBB]", |list| renamed(list, "BBB")).as_deref(), Some("Flows: [AAA, NEW]"));
    }

    fn renamed(list: &WrittenList<'_>, name: &str) -> Option<Edit> {
        list.rewritten(|_, mine| Some(if mine == name { "NEW" } else { mine }.to_owned()), &[])
    }

    #[test]
    fn several_changes_of_a_list_are_one() {
        let only_a =
            |list: &WrittenList<'_>| list.rewritten(|_, mine| (mine == "AAA").then(|| "NEW".to_owned()), &["DDD"]);
        for (text, changed_to) in [
            ("Flows: [AAA, BBB, CCC]\n", "Flows: [NEW, DDD]\n"),
            ("Flows:\n  - AAA # a\n  # b\n  - BBB\n  - CCC # c\nX: 1\n", "Flows:\n  - NEW # a\n  - DDD\n  # b\nX: 1\n"),
            ("\"Flows\": [\n \"AAA\",\n \"BBB\",\n \"CCC\"\n]", "\"Flows\": [\n \"NEW\",\n \"DDD\"\n]"),
            (
                "Flows = [\r\n  \"AAA\", # a\r\n  \"BBB\",\r\n  \"CCC\",\r\n]",
                "Flows = [\r\n  \"NEW\", # a\r\n  \"DDD\",\r\n]",
            ),
        ] {
            assert_eq!(changed(text, only_a).as_deref(), Some(changed_to));
        }
        let none = |list: &WrittenList<'_>| list.rewritten(|_, _| None, &["NEW"]);
        assert_eq!(changed("Flows: [AAA, BBB]", none), None);
    }
}
