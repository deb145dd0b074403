//! Text of scanned files, made harmless to a terminal.

use std::fmt::{self, Display, Formatter, Write};

/// Shows a text on one line: what would move the cursor, start a command or turn the writing direction stands as its
/// escape (`\n`, `\u{1b}`).
pub struct Escaped<'a>(pub &'a str);

impl Display for Escaped<'_> {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        for letter in self.0.chars() {
            if acts(letter) { write!(out, "{}", letter.escape_default())? } else { out.write_char(letter)? }
        }
        Ok(())
    }
}

/// Whether a character does something instead of being shown: control and format characters, separators of lines.
fn acts(letter: char) -> bool {
    letter.is_control()
        || matches!(letter,
            '\u{ad}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}' | '\u{70f}' | '\u{180e}' | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_acts_is_shown() {
        let text = "a\nb\t\u{1b}[31m\u{9b}\u{7f}\u{202e}\u{2066}\u{200b}";
        assert_eq!(Escaped(text).to_string(), r"a\nb\t\u{1b}[31m\u{9b}\u{7f}\u{202e}\u{2066}\u{200b}");
    }

    #[test]
    fn what_is_read_stays() {
        let text = r#"C:\temp "quoted" → naïve 名前 🎉"#;
        assert_eq!(Escaped(text).to_string(), text);
    }
}
