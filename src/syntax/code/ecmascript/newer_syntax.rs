//! Syntax of TypeScript that the grammar does not know yet.

/// The text with newer syntax made into older of the same length, so that every place stays; `None` where there is none.
pub(in super::super) fn rewrite(text: &str) -> Option<String> {
    let mut bytes = text.as_bytes().to_vec();
    let mut changed = false;
    for (at, _) in text.match_indices("export type *") {
        changed |= fill(&mut bytes, at + "export ".len(), "type".len(), b' ');
    }
    for (at, word) in text.match_indices("accessor ") {
        let after = text.get(at + word.len()..).unwrap_or_default();
        if starts_a_word(text, at) && after.starts_with(|next: char| next.is_alphabetic() || "_$#".contains(next)) {
            changed |= fill(&mut bytes, at, word.len(), b' ');
        }
    }
    for (at, _) in text.match_indices("import(") {
        let after_typeof = text.get(..at).is_some_and(|before| before.ends_with("typeof "));
        if let Some(length) = imported_type(text.get(at..).unwrap_or_default(), after_typeof) {
            changed |= starts_a_word(text, at) && fill(&mut bytes, at, length, b'_');
        }
    }
    if changed { String::from_utf8(bytes).ok() } else { None }
}

fn fill(bytes: &mut [u8], at: usize, length: usize, with: u8) -> bool {
    bytes.get_mut(at..at + length).map(|range| range.fill(with)).is_some()
}

fn starts_a_word(text: &str, at: usize) -> bool {
    let before = text.get(..at).and_then(|before| before.chars().next_back());
    !before.is_some_and(|last| last.is_alphanumeric() || "_$.".contains(last))
}

/// The length of `import("m").Type` where type arguments follow it, or where it is of a `typeof`.
fn imported_type(text: &str, after_typeof: bool) -> Option<usize> {
    let module = text.strip_prefix("import(")?;
    let quote = module.chars().next().filter(|first| matches!(first, '"' | '\''))?;
    let (_, after) = module.get(1..)?.split_once(quote)?;
    let path = after.strip_prefix(')')?;
    let rest = path.trim_start_matches(|part: char| part.is_alphanumeric() || "_$.".contains(part));
    let is_generic = path.starts_with('.') && rest.starts_with('<');
    (is_generic || after_typeof).then(|| text.len() - rest.len())
}
