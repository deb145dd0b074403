//! Text of scanned files, made harmless to Markdown as GitHub renders it.

use std::fmt::{self, Display, Formatter, Write};

use super::super::escape::Escaped;

/// Shows a text as it is: no markup, no HTML, no cell's end, no link, nobody mentioned.
pub struct Plain<'a>(pub &'a str);

impl Display for Plain<'_> {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        let text = Escaped(self.0).to_string();
        for (at, letter) in text.char_indices() {
            let (before, from) = (text.get(..at).unwrap_or_default(), text.get(at..).unwrap_or_default());
            match letter {
                // An entity is text to Markdown, but mentions and issues are looked for in what it has become.
                '@' | '#' => write!(out, "&#{};<!-- -->", u32::from(letter))?,
                ',' | '-' | '/' | '(' | ')' | ' ' => out.write_char(letter)?,
                '.' if !ends_with_www(before) => out.write_char(letter)?,
                ':' if !from.starts_with("://") => out.write_char(letter)?,
                _ if letter.is_ascii_punctuation() => write!(out, "&#{};", u32::from(letter))?,
                _ => out.write_char(letter)?,
            }
        }
        Ok(())
    }
}

/// Whether a bare address would begin here.
fn ends_with_www(before: &str) -> bool {
    before.len().checked_sub(3).and_then(|at| before.get(at..)).is_some_and(|end| end.eq_ignore_ascii_case("www"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_markup() {
        let plain = |text| Plain(text).to_string();
        assert_eq!(
            plain("a|b `c` *d* _e_ <f> &g; [h](i)\n"),
            "a&#124;b &#96;c&#96; &#42;d&#42; &#95;e&#95; &#60;f&#62; \
            &#38;g&#59; &#91;h&#93;(i)&#92;n"
        );
        assert_eq!(plain("@octocat #1"), "&#64;<!-- -->octocat &#35;<!-- -->1");
        assert_eq!(plain("https://a.b www.c WWW.d"), "https&#58;//a.b www&#46;c WWW&#46;d");
        assert_eq!(plain("web/session.ts:47 → naïve 名前"), "web/session.ts:47 → naïve 名前");
    }
}
