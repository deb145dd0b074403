//! The notes for people: where they are about, and not too many of one kind.

use super::{Layout, Note, Report};

/// Notes of one kind that are written out unless all are wanted.
const MOST: usize = 5;

/// The kind and the text of each note that is told.
pub fn told(report: &Report, layout: Layout) -> Vec<(&'static str, String)> {
    let most = if layout.all_notes { usize::MAX } else { MOST };
    let mut told = Vec::new();
    for notes in report.notes.chunk_by(|a, b| a.kind == b.kind) {
        told.extend(notes.iter().take(most).map(|note| (note.kind, text(note, most))));
        let more = notes.len().saturating_sub(most);
        let [first, ..] = notes else { continue };
        if more > 0 {
            told.push((first.kind, format!("and {more} more; --verbose tells them all")));
        }
    }
    told
}

fn text(note: &Note, most: usize) -> String {
    let message = sentence(note, most);
    match (&note.path, note.line) {
        (Some(path), Some(line)) => format!("{path}:{line}: {message}"),
        (Some(path), None) => format!("{path}: {message}"),
        (None, _) => message,
    }
}

/// The message with the rules that may be silent, no more than `most` of them by name.
pub fn sentence(Note { message, rules, .. }: &Note, most: usize) -> String {
    let named = rules.iter().take(most).copied().collect::<Vec<_>>().join(", ");
    match rules.len().saturating_sub(most) {
        _ if rules.is_empty() => message.clone(),
        0 => format!("{message}; rules that may be silent for it: {named}"),
        more => format!("{message}; rules that may be silent for it: {named} and {more} more"),
    }
}
