//! Text of scanned files, made harmless to a terminal and to a workflow's log.

use std::fmt::{self, Display, Formatter, Write};

/// Shows a text on one line: what would move the cursor, start a command or turn the writing direction stands as its
/// escape (`\n`, `\u{1b}`). GitHub's runner obeys a line of the log that starts with `::`, blanks aside, and `##[` anywhere
/// in it (`ActionCommand` of `actions/runner`).
pub struct Escaped<'a>(pub &'a str);

impl Display for Escaped<'_> {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        let commands = self.0.trim_start().starts_with("::").then(|| self.0.len() - self.0.trim_start().len());
        for (at, letter) in self.0.char_indices() {
            if acts(letter) {
                write!(out, "{}", letter.escape_default())?;
            } else if commands == Some(at) || self.0.get(at..).is_some_and(|rest| rest.starts_with("##[")) {
                write!(out, "{}", letter.escape_unicode())?;
            } else {
                out.write_char(letter)?;
            }
        }
        Ok(())
    }
}

/// Shows the name of a file in a difference, as git does: one with characters that act, or with `"` or `\`, stands in quotes,
/// their bytes as octal numbers. A name with a blank in it is ended by a tab.
pub struct QuotedName<'a>(pub &'a str);

impl Display for QuotedName<'_> {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        let is_command = self.0.contains("##[");
        let is_odd = |letter: char| acts(letter) || matches!(letter, '"' | '\\') || is_command && letter == '#';
        if !self.0.contains(is_odd) {
            return write!(out, "{}{}", self.0, if self.0.contains(' ') { "\t" } else { "" });
        }
        out.write_char('"')?;
        for letter in self.0.chars() {
            if is_odd(letter) {
                letter.encode_utf8(&mut [0; 4]).bytes().try_for_each(|byte| write!(out, "\\{byte:03o}"))?;
            } else {
                out.write_char(letter)?;
            }
        }
        out.write_char('"')
    }
}

/// Shows a text of several lines, each as [`Escaped`] does.
pub struct EscapedLines<'a>(pub &'a str);

impl EscapedLines<'_> {
    /// Whether nothing in the text does anything.
    pub fn is_harmless(&self) -> bool {
        !self.0.chars().any(|letter| letter != '\n' && acts(letter))
    }
}

impl Display for EscapedLines<'_> {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        self.0.split_inclusive('\n').try_for_each(|line| match line.strip_suffix('\n') {
            Some(line) => writeln!(out, "{}", Escaped(line)),
            None => write!(out, "{}", Escaped(line)),
        })
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
    fn nothing_is_a_command_to_a_workflow() {
        assert_eq!(Escaped("::error::a::b").to_string(), r"\u{3a}:error::a::b");
        assert_eq!(Escaped(" ::stop-commands::x").to_string(), r" \u{3a}:stop-commands::x");
        assert_eq!(Escaped("a ##[add-matcher]b").to_string(), r"a \u{23}#[add-matcher]b");
        assert_eq!(Escaped("###[").to_string(), r"#\u{23}#[");
    }

    #[test]
    fn names_stand_in_differences_as_git_takes_them() {
        for (name, quoted) in [
            ("a/naïve.ts", "a/naïve.ts"),
            ("a/two words.ts", "a/two words.ts\t"),
            ("a/##[x]", r#""a/\043\043[x]""#),
            ("a/\"b\"\n\\ c\u{202e}", r#""a/\042b\042\012\134 c\342\200\256""#),
        ] {
            assert_eq!(QuotedName(name).to_string(), quoted);
        }
    }

    #[test]
    fn what_is_read_stays() {
        let text = r#"C:\temp "quoted" → naïve 名前 🎉 Auth::Client ## [x]"#;
        assert_eq!(Escaped(text).to_string(), text);
    }
}
