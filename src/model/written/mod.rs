//! What is written in place, as it is: texts that can be changed where they stand.

use crate::source::edit::Edit;
use crate::source::outputs::is_output_folder;
use crate::source::{FileId, Loc, Span};
use crate::value::{Entry, Value};

use super::Model;
use super::client::Client;
use super::view::View;

mod comment;
mod list;

pub use list::WrittenList;

/// What may stand between a key and its value, besides blanks and comments.
const BEHIND_KEY: &[char] = &[':', '=', '"', '\''];

/// A text in a file, with its quotes and without.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Literal {
    inner: Span,
    outer: Span,
}

impl Model {
    /// Another text for one that stands right behind its key. `None` where it is not written there, as it is.
    pub fn rewritten(&self, entry: &Entry, text: &str) -> Option<Edit> {
        let inner = self.literal_of(entry)?.inner;
        Some(Edit::new(Loc { span: inner, ..entry.value.loc }, text))
    }

    /// Another text for one that stands right behind the key at a place. `None` where it is not written there, as it is: a
    /// constant may be used elsewhere.
    pub fn replaced(&self, key: Loc, loc: Loc, old: &str, new: &str) -> Option<Edit> {
        let text = self.editable(loc.file)?;
        let inner = literal(text, loc.span, old)?.inner;
        let is_here = key.file == loc.file && is_behind(text, key.span, inner.start, BEHIND_KEY);
        is_here.then(|| Edit::new(Loc { span: inner, ..loc }, new))
    }

    /// A property of a resource as it is written: right behind its key, a list of texts.
    pub fn written_list(&self, view: &View<'_>, path: &[&str]) -> Option<WrittenList<'_>> {
        let (last, parents) = path.split_last()?;
        let entry = view.field(parents).value()?.map()?.entry(last)?;
        let text = self.text_around(entry)?;
        WrittenList::read(text, entry.key_loc, &entry.value)
    }

    /// Whether no other client is given the list of flows of this one: no other instance of its module, no alias of it.
    pub fn has_own_flows(&self, client: &Client<'_>) -> bool {
        client.field(&["ExplicitAuthFlows"]).value().is_some_and(|list| self.types.is_of_one(list.loc))
    }

    fn literal_of(&self, entry: &Entry) -> Option<Literal> {
        let text = self.text_around(entry)?;
        let literal = literal(text, entry.value.loc.span, entry.value.text()?)?;
        is_behind(text, entry.key_loc.span, literal.inner.start, BEHIND_KEY).then_some(literal)
    }

    /// The text of the file that an entry stands in, key and value.
    fn text_around(&self, entry: &Entry) -> Option<&str> {
        let Entry { key, key_loc, value, .. } = entry;
        let text = self.editable(key_loc.file)?;
        let written = text.get(key_loc.span.start as usize..key_loc.span.end as usize)?;
        // Plans, states and exports are no templates: they spell names as Terraform and Pulumi do.
        let path = self.sources.file(key_loc.file).path.as_str();
        let is_data = path.ends_with("json") && !path.ends_with(".tf.json") || path.ends_with(".tfstate");
        let is_own = !is_data || written.trim_matches(BEHIND_KEY) == &**key;
        (is_own && is_here(value, key_loc.file)).then_some(text)
    }

    /// The text of a file that people write: it is on the disk as it was read, and no program made it.
    fn editable(&self, file: FileId) -> Option<&str> {
        let source = self.sources.file(file);
        let is_output = source.ignored || source.path.components().any(|part| is_output_folder(part.as_str()));
        let is_on_disk = self.sources.find(&source.absolute) == Some(file);
        (is_on_disk && !is_output).then(|| &**source.text())
    }
}

fn is_here(value: &Value, file: FileId) -> bool {
    value.loc.file == file && value.assumed.is_none()
}

/// A text at a place, which may have its quotes in it or around it. `None` where something else is written there.
fn literal(text: &str, at: Span, wanted: &str) -> Option<Literal> {
    let written = text.get(at.start as usize..at.end as usize)?;
    let quote = |letter: Option<char>| letter.filter(|letter| matches!(letter, '"' | '\'' | '`'));
    if written == wanted {
        let before = quote(text.get(..at.start as usize)?.chars().next_back());
        let behind = quote(text.get(at.end as usize..)?.chars().next());
        let outer = match before {
            Some(_) if before == behind => Span { start: at.start - 1, end: at.end + 1 },
            Some(_) => return None,
            None => at,
        };
        return Some(Literal { inner: at, outer });
    }
    let first = quote(written.chars().next())?;
    let is_quoted = written.strip_prefix(first)?.strip_suffix(first)? == wanted;
    is_quoted.then_some(Literal { inner: Span { start: at.start + 1, end: at.end - 1 }, outer: at })
}

/// Whether nothing but blanks, comments and these marks stands between a key and the byte `start`.
fn is_behind(text: &str, key: Span, start: u32, marks: &[char]) -> bool {
    let between = text.get(key.end as usize..start as usize);
    between.is_some_and(|between| is_filled_by(between, marks))
}

/// Whether a text has nothing in it but blanks, comments and these marks.
fn is_filled_by(text: &str, marks: &[char]) -> bool {
    let is_filling = |line: &str| {
        let code = ["#", "//"].iter().filter_map(|mark| line.find(mark)).min().map_or(line, |at| &line[..at]);
        code.chars().all(|letter| letter.is_whitespace() || marks.contains(&letter))
    };
    text.lines().all(is_filling)
}

/// The line of a byte: where it starts and where it ends, without its line end.
fn line_around(text: &str, at: u32) -> Span {
    let at = at as usize;
    let start = text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |end| end + 1);
    let end = text.get(at..).and_then(|behind| behind.find('\n')).map_or(text.len(), |end| at + end);
    let is_long = end > start && text.get(..end).is_some_and(|before| before.ends_with('\r'));
    Span::new(start, end - usize::from(is_long))
}

/// A line with the line end before it (the one behind it for the first line).
fn whole_line(text: &str, line: Span) -> Span {
    if let Some(before) = text.get(..line.start as usize).and_then(|before| before.strip_suffix('\n')) {
        return Span { start: Span::new(before.strip_suffix('\r').unwrap_or(before).len(), 0).start, end: line.end };
    }
    let behind = text.get(line.end as usize..).unwrap_or_default();
    let end = ["\r\n", "\n"].iter().find(|end| behind.starts_with(**end)).map_or(0, |end| end.len());
    Span::new(line.start as usize, line.end as usize + end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_told_from_what_only_leads_to_it() {
        let at = |text: &str, part: &str| {
            let start = text.find(part).unwrap();
            literal(text, Span::new(start, start + part.len()), "FLOW")
        };
        let both = Some(Literal { inner: Span::new(4, 8), outer: Span::new(3, 9) });
        assert_eq!(at("a: \"FLOW\"", "FLOW"), both);
        assert_eq!(at("a: \"FLOW\"", "\"FLOW\""), both);
        assert_eq!(at("a: FLOW", "FLOW"), Some(Literal { inner: Span::new(3, 7), outer: Span::new(3, 7) }));
        assert_eq!(at("a: local.flow", "local.flow"), None);
        assert_eq!(at("a: \"FLOW x\"", "FLOW"), None);
        assert_eq!(at("a: Types.FLOW", "Types.FLOW"), None);
    }

    #[test]
    fn a_line_goes_with_the_line_end_before_it() {
        for (text, part, left) in [("a\nb\nc\n", "b", "a\nc\n"), ("a\r\nb\r\nc", "b", "a\r\nc"), ("a\nb", "b", "a")] {
            let line = line_around(text, u32::try_from(text.find(part).unwrap()).unwrap());
            let whole = whole_line(text, line);
            let mut text = text.to_owned();
            text.replace_range(whole.start as usize..whole.end as usize, "");
            assert_eq!(text, left);
        }
        assert_eq!(whole_line("a\nb", Span::new(0, 1)), Span::new(0, 2));
    }
}
