//! Changes of a file as `patch` and `git apply` take them.

use std::io::{self, Write};
use std::ops::Range;

use camino::Utf8Path;

use crate::source::edit::{Edit, edited};

use super::escape::{Escaped, QuotedName};

/// Lines around a change.
const AROUND: usize = 3;

/// Lines of a text that become others.
struct Change {
    lines: Range<usize>,
    new: String,
}

/// Writes what changes make of a text, as a unified difference. For people, on a terminal, nothing in it acts.
///
/// # Errors
/// What `out` says.
pub fn write(path: &Utf8Path, text: &str, edits: &[Edit], people: bool, out: &mut dyn Write) -> io::Result<()> {
    let old: Vec<&str> = text.split_inclusive('\n').collect();
    for (mark, side) in [("---", "a"), ("+++", "b")] {
        writeln!(out, "{mark} {}", QuotedName(&format!("{side}/{path}")))?;
    }
    let mut added = 0;
    for hunk in hunks(changes(text, &old, edits)) {
        added = write_hunk(&old, &hunk, added, people, out)?;
    }
    Ok(())
}

/// The lines that change, in their order.
fn changes(text: &str, old: &[&str], edits: &[Edit]) -> Vec<Change> {
    let starts: Vec<usize> = old
        .iter()
        .scan(0, |at, line| {
            let start = *at;
            *at += line.len();
            Some(start)
        })
        .collect();
    let line_of = |at: u32| starts.partition_point(|start| *start <= at as usize).max(1) - 1;
    let mut edits: Vec<&Edit> = edits.iter().collect();
    edits.sort();
    let mut groups: Vec<(Range<usize>, Vec<&Edit>)> = Vec::new();
    for edit in edits {
        let lines = line_of(edit.loc.span.start)..line_of(edit.loc.span.end) + 1;
        match groups.last_mut().filter(|(before, _)| lines.start <= before.end) {
            Some((before, group)) => {
                before.end = before.end.max(lines.end);
                group.push(edit);
            }
            None => groups.push((lines, vec![edit])),
        }
    }
    let change = |(lines, group): (Range<usize>, Vec<&Edit>)| {
        let start = starts.get(lines.start).copied().unwrap_or_default();
        let end = starts.get(lines.end).copied().unwrap_or(text.len());
        let moved = group.into_iter().cloned().map(|mut edit| {
            edit.loc.span.start -= u32::try_from(start).unwrap_or_default();
            edit.loc.span.end -= u32::try_from(start).unwrap_or_default();
            edit
        });
        let new = edited(text.get(start..end).unwrap_or_default(), &moved.collect::<Vec<_>>());
        trimmed(old, lines, &new)
    };
    groups.into_iter().map(change).collect()
}

/// A change without the lines at its ends that stay as they are.
fn trimmed(old: &[&str], lines: Range<usize>, new: &str) -> Change {
    let was = old.get(lines.clone()).unwrap_or_default();
    let now: Vec<&str> = new.split_inclusive('\n').collect();
    let before = was.iter().zip(&now).take_while(|(was, now)| was == now).count();
    let most = was.len().min(now.len()) - before;
    let behind = was.iter().rev().zip(now.iter().rev()).take(most).take_while(|(was, now)| was == now).count();
    let new = now.get(before..now.len() - behind).unwrap_or_default().concat();
    Change { lines: lines.start + before..lines.end - behind, new }
}

/// Changes that are near each other stand in one part of the difference.
fn hunks(changes: Vec<Change>) -> Vec<Vec<Change>> {
    let mut hunks: Vec<Vec<Change>> = Vec::new();
    for change in changes {
        let last = hunks
            .last_mut()
            .filter(|hunk| hunk.last().is_some_and(|before| change.lines.start <= before.lines.end + 2 * AROUND));
        match last {
            Some(hunk) => hunk.push(change),
            None => hunks.push(vec![change]),
        }
    }
    hunks
}

/// Writes one part. Before it, `added` more lines were added than taken away; returns how many are after it.
fn write_hunk(old: &[&str], hunk: &[Change], added: isize, people: bool, out: &mut dyn Write) -> io::Result<isize> {
    let (Some(first), Some(last)) = (hunk.first(), hunk.last()) else { return Ok(added) };
    let lines = first.lines.start.saturating_sub(AROUND)..(last.lines.end + AROUND).min(old.len());
    let gone: usize = hunk.iter().map(|change| change.lines.len()).sum();
    let come: usize = hunk.iter().map(|change| change.new.split_inclusive('\n').count()).sum();
    let count = lines.len() - gone + come;
    // An empty side is told by the line before it.
    let number = |start: usize, count: usize| start + usize::from(count > 0);
    let new_start = number(lines.start.saturating_add_signed(added), count);
    writeln!(out, "@@ -{},{} +{new_start},{count} @@", number(lines.start, lines.len()), lines.len())?;
    let mut at = lines.start;
    for change in hunk {
        write_lines(' ', old.get(at..change.lines.start).unwrap_or_default(), people, out)?;
        write_lines('-', old.get(change.lines.clone()).unwrap_or_default(), people, out)?;
        write_lines('+', &change.new.split_inclusive('\n').collect::<Vec<_>>(), people, out)?;
        at = change.lines.end;
    }
    write_lines(' ', old.get(at..lines.end).unwrap_or_default(), people, out)?;
    Ok(added.saturating_add_unsigned(come).saturating_sub_unsigned(gone))
}

fn write_lines(mark: char, lines: &[&str], people: bool, out: &mut dyn Write) -> io::Result<()> {
    for line in lines {
        let text = line.strip_suffix('\n').unwrap_or(line);
        if people {
            write!(out, "{mark}{}", Escaped(text.trim_end_matches('\r')))?
        } else {
            write!(out, "{mark}{text}")?
        }
        out.write_all(if line.ends_with('\n') { b"\n" } else { b"\n\\ No newline at end of file\n" })?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{FileId, Loc, Span};

    fn difference(text: &str, edits: &[(usize, usize, &str)]) -> String {
        let edit = |(start, end, new): &(usize, usize, &str)| {
            Edit::new(Loc { file: FileId(0), span: Span::new(*start, *end) }, *new)
        };
        let edits: Vec<_> = edits.iter().map(edit).collect();
        let mut bytes = Vec::new();
        write("a.yaml".into(), text, &edits, false, &mut bytes).expect("memory can be written");
        String::from_utf8(bytes).expect("texts are UTF-8")
    }

    #[test]
    fn a_line_goes_and_one_comes() {
        assert_eq!(
            difference("a\nb\nc\nd\ne\nf\n", &[(3, 5, ""), (11, 11, "\ng")]),
            "--- a/a.yaml\n+++ b/a.yaml\n@@ -1,6 +1,6 @@\n a\n b\n-c\n d\n e\n f\n+g\n"
        );
    }

    #[test]
    fn changes_far_from_each_other_stand_apart() {
        let text: String = (0..20).map(|number| format!("{number:02}\n")).collect();
        assert_eq!(
            difference(&text, &[(3, 5, "x\ny"), (57, 59, "z")]),
            "--- a/a.yaml\n+++ b/a.yaml\n@@ -1,5 +1,6 @@\n 00\n-01\n+x\n+y\n 02\n 03\n 04\n@@ -17,4 +18,4 @@\n 16\n 17\n 18\n-19\n+z\n"
        );
    }

    #[test]
    fn a_text_may_end_without_a_line_end() {
        assert_eq!(
            difference("a\nb", &[(1, 3, "")]),
            "--- a/a.yaml\n+++ b/a.yaml\n@@ -1,2 +1,1 @@\n-a\n-b\n\\ No newline at end of file\n+a\n\\ No newline at end of file\n"
        );
    }
}
