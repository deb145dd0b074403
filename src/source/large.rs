//! Files past the usual size that are read all the same: Terraform's plans and states, which grow with what they describe.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};

use camino::Utf8Path;
use memchr::memmem;

use super::reading::LARGEST_STATE;

/// How much of each end of a file is looked at to tell what it is.
const END: u64 = 4096;

/// A member that Terraform writes near the beginning, and tools that sort the members near the end.
const MARK: &[u8] = b"\"terraform_version\"";

/// The bytes of a large file, if it looks like Terraform's or is `named` on the command line.
///
/// # Errors
/// Whatever the file system says; [`io::ErrorKind::FileTooLarge`] for another file, and for one past [`LARGEST_STATE`].
pub fn read(path: &Utf8Path, named: bool) -> io::Result<Vec<u8>> {
    let mut file = File::open(path)?;
    let length = file.metadata()?.len();
    if length > LARGEST_STATE || !(named || ends(&mut file, length)?.iter().any(|end| is_terraform(end))) {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    file.rewind()?;
    let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or(0));
    file.take(length).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The first and the last bytes of a file.
fn ends(file: &mut File, length: u64) -> io::Result<[Vec<u8>; 2]> {
    let mut read = |start: u64| {
        let mut bytes = Vec::new();
        file.seek(SeekFrom::Start(start))?;
        file.take(END).read_to_end(&mut bytes)?;
        Ok::<_, io::Error>(bytes)
    };
    Ok([read(0)?, read(length.saturating_sub(END))?])
}

/// Whether a piece of a file, in UTF-8 or (as shells on Windows write it) UTF-16, has Terraform's mark.
fn is_terraform(piece: &[u8]) -> bool {
    let plain: Vec<u8> = piece.iter().copied().filter(|byte| *byte != 0).collect();
    memmem::find(&plain, MARK).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn is_read(content: &[u8], named: bool) -> bool {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("plan.json");
        fs::write(&path, content).unwrap();
        match read(Utf8Path::from_path(&path).unwrap(), named) {
            Ok(bytes) => bytes == content,
            Err(error) => {
                assert_eq!(error.kind(), io::ErrorKind::FileTooLarge);
                false
            }
        }
    }

    #[test]
    fn a_plan_is_known_by_either_end() {
        let filler = "x".repeat(20_000);
        let first = format!("{{\"format_version\": \"1.2\", \"terraform_version\": \"1.9.0\", \"a\": \"{filler}\"}}");
        let last = format!("{{\"a\": \"{filler}\", \"terraform_version\": \"1.9.0\"}}");
        let wide: Vec<u8> = format!("\u{feff}{first}").encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert!(is_read(first.as_bytes(), false) && is_read(last.as_bytes(), false) && is_read(&wide, false));
        let middle = format!("{{\"a\": \"{filler}\", \"terraform_version\": \"1.9.0\", \"b\": \"{filler}\"}}");
        assert!(!is_read(middle.as_bytes(), false) && is_read(middle.as_bytes(), true));
        assert!(!is_read(filler.as_bytes(), false) && !is_read(b"", false));
    }
}
