//! A file's bytes to text.

use std::fs;
use std::io;
use std::sync::Arc;

use camino::Utf8Path;

use super::Span;

/// Files larger than this many bytes are passed over.
pub const LARGEST_FILE: u64 = 8 * 1024 * 1024;

/// Program text larger than this many bytes is passed over: people do not write such files.
pub const LARGEST_PROGRAM: u64 = 2 * 1024 * 1024;

/// Terraform plans and states larger than this many bytes are passed over.
pub const LARGEST_STATE: u64 = 512 * 1024 * 1024;

/// What reading a file gave.
#[derive(Clone, Debug, Default)]
pub struct Read {
    /// The text; each byte that is not UTF-8 is a `?`, so that offsets stay those of the file.
    pub text: Arc<str>,
    /// The first bytes that are not UTF-8.
    pub invalid: Option<Span>,
}

/// Reads a file. A byte order mark is kept as a character that parsers skip.
///
/// # Errors
/// Whatever the file system says; [`io::ErrorKind::FileTooLarge`] past [`LARGEST_FILE`].
pub fn read(path: &Utf8Path) -> io::Result<Read> {
    if fs::metadata(path)?.len() > LARGEST_FILE {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    Ok(decode(fs::read(path)?))
}

/// The text of a file in UTF-16, as shells on Windows write them; `None` without its byte order mark.
pub fn utf16(bytes: &[u8]) -> Option<String> {
    let (mark, rest) = bytes.split_first_chunk::<2>()?;
    let unit = match mark {
        [0xff, 0xfe] => u16::from_le_bytes,
        [0xfe, 0xff] => u16::from_be_bytes,
        _ => return None,
    };
    let units = rest.as_chunks::<2>().0.iter().map(|pair| unit(*pair));
    Some(char::decode_utf16(units).map(|read| read.unwrap_or('?')).collect())
}

/// Makes text of bytes. Offsets in a file that was UTF-16 are those of its text.
pub fn decode(bytes: Vec<u8>) -> Read {
    if let Some(text) = utf16(&bytes) {
        return Read { text: text.into(), invalid: None };
    }
    match String::from_utf8(bytes) {
        Ok(text) => Read { text: text.into(), invalid: None },
        Err(error) => {
            let start = error.utf8_error().valid_up_to();
            let mut text = String::with_capacity(error.as_bytes().len());
            for chunk in error.as_bytes().utf8_chunks() {
                text.push_str(chunk.valid());
                text.extend(chunk.invalid().iter().map(|_| '?'));
            }
            Read { text: text.into(), invalid: Some(Span::new(start, start + 1)) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utf_16_is_text_in_either_order() {
        let bytes = |unit: fn(u16) -> [u8; 2]| "\u{feff}POOL=ü".encode_utf16().flat_map(unit).collect::<Vec<_>>();
        assert_eq!(&*decode(bytes(u16::to_le_bytes)).text, "POOL=ü");
        assert_eq!(&*decode(bytes(u16::to_be_bytes)).text, "POOL=ü");
    }

    #[test]
    fn bytes_that_are_no_text_keep_their_places() {
        let read = decode(b"a\xff\xfeb".to_vec());
        assert_eq!((&*read.text, read.invalid), ("a??b", Some(Span::new(1, 2))));
    }
}
