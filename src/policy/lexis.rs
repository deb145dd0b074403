//! The words of a policy's text.

use crate::source::Span;

/// A word of a policy.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Word<'t> {
    /// What it is.
    pub kind: WordKind,
    /// Its text; of a string what is between the quotes, of a regular expression what is between the slashes.
    pub text: &'t str,
    /// The byte that it begins at.
    pub start: usize,
}

/// The kinds of words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WordKind {
    /// A name or a key.
    Name,
    /// A number.
    Number,
    /// A string.
    Text,
    /// A regular expression.
    Regex,
    /// A comment, without its `#`.
    Comment,
    /// What a clause says when it fails.
    Message,
    /// A bracket or any other mark.
    Mark,
}

/// Splits a policy into its words.
pub fn words(text: &str) -> Vec<Word<'_>> {
    let mut words = Vec::new();
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let (kind, length, inner) = next(rest);
        if let Some(kind) = kind {
            words.push(Word { kind, text: inner, start: at });
        }
        at += length.max(1);
        while !text.is_char_boundary(at) {
            at += 1;
        }
    }
    words
}

/// The kind, the length and the inner text of what stands at the beginning; no kind for a blank.
fn next(rest: &str) -> (Option<WordKind>, usize, &str) {
    let first = rest.chars().next().unwrap_or_default();
    let is_letter = |letter: char| letter.is_alphanumeric() || letter == '_';
    let run = |is_part: &dyn Fn(char) -> bool| rest.find(|letter| !is_part(letter)).unwrap_or(rest.len());
    match first {
        blank if blank.is_whitespace() => (None, blank.len_utf8(), ""),
        '#' => {
            let length = rest.find('\n').unwrap_or(rest.len());
            (Some(WordKind::Comment), length, &rest[1..length])
        }
        '"' | '\'' => quoted(rest, first, WordKind::Text),
        '/' => quoted(rest, '/', WordKind::Regex),
        '<' if rest.starts_with("<<") => {
            let length = rest.find(">>").map_or(rest.len(), |end| end + 2);
            (Some(WordKind::Message), length, rest[..length].trim_start_matches('<').trim_end_matches('>'))
        }
        digit if digit.is_ascii_digit() => {
            let length = run(&|letter| letter.is_ascii_digit() || letter == '.');
            (Some(WordKind::Number), length, &rest[..length])
        }
        letter if is_letter(letter) => {
            let length = run(&is_letter);
            (Some(WordKind::Name), length, &rest[..length])
        }
        mark => (Some(WordKind::Mark), mark.len_utf8(), &rest[..mark.len_utf8()]),
    }
}

/// A word up to its closing mark, which a backslash hides.
fn quoted(rest: &str, mark: char, kind: WordKind) -> (Option<WordKind>, usize, &str) {
    let mut is_hidden = false;
    for (at, letter) in rest.char_indices().skip(1) {
        if letter == mark && !is_hidden {
            return (Some(kind), at + mark.len_utf8(), &rest[1..at]);
        }
        is_hidden = letter == '\\' && !is_hidden;
    }
    (Some(WordKind::Mark), mark.len_utf8(), &rest[..mark.len_utf8()])
}

/// Where something is declared: the keyword and the name after it.
pub fn declaration(words: &[Word<'_>], keyword: &str, name: &str) -> Option<Span> {
    let is_name = |word: &Word<'_>, text: &str| word.kind == WordKind::Name && word.text == text;
    let found = words.windows(2).find_map(|pair| match pair {
        [first, second] if is_name(first, keyword) && is_name(second, name) => Some((first, second)),
        _ => None,
    });
    found.map(|(first, second)| Span::new(first.start, second.start + name.len()))
}

/// How many of these brackets are open at once, at most.
pub fn depth(words: &[Word<'_>], opening: &str, closing: &str) -> usize {
    let (mut open, mut most) = (0_usize, 0);
    for word in words.iter().filter(|word| word.kind == WordKind::Mark) {
        if opening.contains(word.text) {
            open += 1;
        } else if closing.contains(word.text) {
            open = open.saturating_sub(1);
        }
        most = most.max(open);
    }
    most
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_told_apart() {
        let text = "# a 'comment'\nrule X when %a !empty { A.b[*] == /re\\/gex/ <<it's {bad}>> 'it\\'s' 1.5 } é";
        let kinds: Vec<_> = words(text).iter().map(|word| (word.kind, word.text)).collect();
        for expected in [
            (WordKind::Comment, " a 'comment'"),
            (WordKind::Name, "rule"),
            (WordKind::Regex, r"re\/gex"),
            (WordKind::Message, "it's {bad}"),
            (WordKind::Text, r"it\'s"),
            (WordKind::Number, "1.5"),
            (WordKind::Name, "é"),
        ] {
            assert!(kinds.contains(&expected), "{expected:?} in {kinds:?}");
        }
        assert_eq!(depth(&words(text), "{[(", "}])"), 2);
        assert_eq!(depth(&words(text), "[", "]"), 1);
    }

    #[test]
    fn unfinished_words_end_nowhere_else() {
        for text in ["'never closed", "/never", "<<never", "\"\\", "#", "é'", ""] {
            assert!(words(text).iter().map(|word| word.text.len()).sum::<usize>() <= text.len());
        }
    }
}
