//! Texts that regular expressions fit.

use std::iter::Peekable;
use std::str::Chars;

/// How long a sample gets.
const LONGEST: usize = 256;

/// Whether a text of a policy is no regular expression and no range; one that looks like such cannot be told from it.
pub fn is_plain(text: &str) -> bool {
    regex(text).is_none() && range(text).is_none()
}

/// What stands between the slashes of a regular expression.
pub fn regex(text: &str) -> Option<&str> {
    text.strip_prefix('/')?.strip_suffix('/').filter(|inner| !inner.is_empty())
}

/// The bounds of a range.
pub fn range(text: &str) -> Option<[f64; 2]> {
    let inner = text.strip_prefix(['[', '('])?.strip_suffix([']', ')'])?;
    let (lower, upper) = inner.split_once(',')?;
    Some([lower.trim().parse().ok()?, upper.trim().parse().ok()?])
}

/// A text that a regular expression fits, where one is found.
pub fn fitting(regex: &str) -> Option<String> {
    let compiled = regex_lite::Regex::new(regex).ok()?;
    let mut text = String::new();
    let mut rest = regex.chars().peekable();
    alternatives(&mut rest, &mut text);
    (rest.next().is_none() && compiled.is_match(&text)).then_some(text)
}

/// A text that a regular expression does not fit, where one is found.
pub fn unfitting(regex: &str) -> Option<String> {
    let compiled = regex_lite::Regex::new(regex).ok()?;
    let texts = ["unknown", "", "0", "A", " ", "-", "unknown 0 A-\u{e9}"];
    texts.into_iter().find(|text| !compiled.is_match(text)).map(str::to_owned)
}

/// Writes what the first alternative fits, and leaves the others out.
fn alternatives(rest: &mut Peekable<Chars<'_>>, text: &mut String) {
    let mut is_first = true;
    loop {
        let mut own = String::new();
        sequence(rest, if is_first { text } else { &mut own });
        if rest.next_if_eq(&'|').is_none() {
            return;
        }
        is_first = false;
    }
}

fn sequence(rest: &mut Peekable<Chars<'_>>, text: &mut String) {
    while let Some(letter) = rest.next_if(|letter| !matches!(letter, '|' | ')')) {
        let mut one = String::new();
        match letter {
            '^' | '$' => continue,
            '(' => {
                flags(rest);
                alternatives(rest, &mut one);
                rest.next_if_eq(&')');
            }
            '[' => one.extend(class(rest)),
            '.' => one.push('a'),
            '\\' => one.extend(rest.next().and_then(escaped)),
            letter => one.push(letter),
        }
        for _ in 0..count(rest) {
            if text.len() < LONGEST {
                text.push_str(&one);
            }
        }
    }
}

/// Goes past `?:`, `?P<name>` and `?i`.
fn flags(rest: &mut Peekable<Chars<'_>>) {
    if rest.next_if_eq(&'?').is_none() {
        return;
    }
    while let Some(letter) = rest.next_if(|letter| *letter != ')') {
        if matches!(letter, ':' | '>') {
            return;
        }
    }
}

/// A letter of a class.
fn class(rest: &mut Peekable<Chars<'_>>) -> Option<char> {
    let is_negated = rest.next_if_eq(&'^').is_some();
    let mut letters = Vec::new();
    while let Some(letter) = rest.next() {
        match letter {
            ']' if !letters.is_empty() => break,
            '\\' => letters.extend(rest.next().and_then(escaped)),
            letter => letters.push(letter),
        }
    }
    if is_negated { "a0A-_ .".chars().find(|letter| !letters.contains(letter)) } else { letters.first().copied() }
}

/// A letter that an escape stands for; nothing for one that stands for a place.
fn escaped(letter: char) -> Option<char> {
    match letter {
        'd' => Some('0'),
        'w' => Some('a'),
        's' => Some(' '),
        'D' | 'S' => Some('a'),
        'W' => Some('-'),
        'b' | 'B' | 'A' | 'z' => None,
        't' => Some('\t'),
        'n' => Some('\n'),
        other => Some(other),
    }
}

/// How often what stands before is to be there.
fn count(rest: &mut Peekable<Chars<'_>>) -> usize {
    let count = match rest.peek() {
        Some('*' | '?' | '+') => {
            rest.next();
            1
        }
        Some('{') => {
            let inner: String = rest.by_ref().skip(1).take_while(|letter| *letter != '}').collect();
            inner.split(',').next().and_then(|least| least.parse().ok()).unwrap_or(1)
        }
        _ => return 1,
    };
    rest.next_if_eq(&'?');
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_fit() {
        for (regex, sample) in [
            ("(?i)^prod-.*$", Some("prod-a")),
            ("^[a-z]+-(dev|test)$", Some("a-dev")),
            (r"^\d{3}\.(?:x|y)?$", Some("000.x")),
            ("^https://", Some("https://")),
            ("[^a]b", Some("0b")),
            ("^(?=x)y", None),
            ("a^", None),
            ("(", None),
        ] {
            assert_eq!(fitting(regex).as_deref(), sample, "{regex}");
        }
        assert_eq!(unfitting("^[a-z]").as_deref(), Some(""));
        assert_eq!(unfitting(".*"), None);
    }

    #[test]
    fn hostile_expressions_end() {
        for regex in
            ["((((((((a{99}){99}){99}){99}){99}){99}){99}){99})", "[", "[]", "{", "a{999999999999}", "\\", "(?"]
        {
            assert!(fitting(regex).is_none_or(|text| text.len() <= 2 * LONGEST), "{regex}");
        }
        assert_eq!(fitting(&"(".repeat(100_000)), None);
    }
}
