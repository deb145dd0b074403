//! Text that is wrapped into the columns of a terminal.

use std::io::{self, Write};

use textwrap::{Options, WordSeparator, WordSplitter, WrapAlgorithm};

use super::escape::Escaped;

/// Messages are not wrapped into columns narrower than this.
const NARROWEST: usize = 24;

/// Writes the rest of a line whose first `before` columns (`gap` included) are taken; further lines stand at `indent`.
///
/// # Errors
/// What `out` says.
pub fn wrapped(
    out: &mut dyn Write,
    width: Option<usize>,
    gap: &str,
    before: usize,
    text: &str,
    indent: usize,
) -> io::Result<()> {
    let text = Escaped(text).to_string();
    let Some(width) = width.filter(|width| *width >= indent + NARROWEST) else {
        return writeln!(out, "{gap}{text}");
    };
    let (taken, indent) = (" ".repeat(before), " ".repeat(indent));
    let options = Options::new(width)
        .initial_indent(&taken)
        .subsequent_indent(&indent)
        .break_words(false)
        .word_separator(WordSeparator::AsciiSpace)
        .word_splitter(WordSplitter::NoHyphenation)
        .wrap_algorithm(WrapAlgorithm::FirstFit);
    let lines = textwrap::wrap(&text, options);
    let first = lines.first().and_then(|first| first.get(before..)).unwrap_or_default();
    writeln!(out, "{gap}{first}")?;
    lines.iter().skip(1).try_for_each(|line| writeln!(out, "{line}"))
}
