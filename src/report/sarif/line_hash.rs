//! The hashes of lines by which GitHub code scanning recognises a result when lines move: `primaryLocationLineHash`, as its
//! upload action fills it in where a log has none (`github/codeql-action`, `src/fingerprints.ts`).

use std::collections::HashMap;

/// Characters that a line's hash covers, from the line's start on; blanks do not count.
const COVERED: usize = 100;
/// The base of the polynomial, which wraps at 64 bits.
const BASE: u64 = 37;
/// What stands for the end of the file.
const END: u16 = u16::MAX;

/// The hash of every line, the first line first: hexadecimal digits, and the number of the line among those with the same
/// digits.
pub fn line_hashes(text: &str) -> Vec<String> {
    let (units, starts) = without_blanks(text);
    let mut seen: HashMap<u64, usize> = HashMap::new();
    let hashes = starts.iter().map(|start| {
        let covered = units.iter().skip(*start).copied().chain(std::iter::repeat(0)).take(COVERED);
        let hash = covered.fold(0_u64, |hash, unit| hash.wrapping_mul(BASE).wrapping_add(u64::from(unit)));
        let number = seen.entry(hash).or_default();
        *number += 1;
        format!("{hash:x}:{number}")
    });
    hashes.collect()
}

/// The text's UTF-16 code units without blanks, every kind of line end being a line feed, and where its lines start.
fn without_blanks(text: &str) -> (Vec<u16>, Vec<usize>) {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let mut units: Vec<u16> = Vec::with_capacity(text.len() + 1);
    let mut starts = vec![0];
    for unit in text.encode_utf16() {
        if unit == u16::from(b'\n') {
            starts.push(units.len() + 1);
        }
        if unit != u16::from(b' ') && unit != u16::from(b'\t') {
            units.push(unit);
        }
    }
    units.push(END);
    (units, starts)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The values that the action gives for these texts.
    #[test]
    fn lines_have_the_hashes_that_the_upload_gives_them() {
        assert_eq!(line_hashes(""), ["c129715d7a2bc9a3:1"]);
        let four = ["271789c17abda88f:1", "54703d4cd895b18:1", "180aee12dab6264:1", "a23a3dc5e078b07b:1"];
        assert_eq!(line_hashes(" a\nb\n  \t\tc\n d"), four);
        assert_eq!(line_hashes(" a\r\nb\r  \t\tc\n d"), four);
        let longer = line_hashes("x = 2\nx = 1\nprint(x)\nx = 3\nprint(x)\nx = 4\nprint(x)\n");
        assert_eq!(longer[..3], ["e54938cc54b302f1:1", "bb609acbe9138d60:1", "1131fd5871777f34:1"]);
        assert_eq!(longer[5..], ["2c644846cb18d53e:1", "f1b89f20de0d133:1", "c129715d7a2bc9a3:1"]);
    }

    #[test]
    fn lines_alike_are_numbered() {
        let hashes = line_hashes(&"Lorem ipsum dolor sit amet.\n".repeat(10));
        assert_eq!(hashes[..2], ["a7f2ff13bc495cf2:1", "a7f2ff13bc495cf2:2"]);
        assert_eq!(hashes[6..8], ["a7f2ff1481e87703:1", "a9cf91f7bbf1862b:1"]);
    }
}
