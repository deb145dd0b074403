//! A file's bytes to text.

use std::fs;
use std::io;
use std::sync::Arc;

use camino::Utf8Path;

use super::Span;

/// Files larger than this many bytes are passed over.
pub const LARGEST_FILE: u64 = 16 * 1024 * 1024;

/// Program text larger than this many bytes is passed over: people do not write such files.
pub const LARGEST_PROGRAM: u64 = 2 * 1024 * 1024;

/// What reading a file gave.
#[derive(Debug, Default)]
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

/// Makes text of bytes.
pub fn decode(bytes: Vec<u8>) -> Read {
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
