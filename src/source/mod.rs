//! Places and files: where a claim stands, and the text behind it.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use camino::{Utf8Path, Utf8PathBuf};

pub mod discovery;
pub mod edit;
pub mod elsewhere;
pub mod git;
pub mod kinds;
mod large;
pub mod noise;
pub mod objects;
pub mod outputs;
pub mod paths;
pub mod prefilter;
pub mod quoted;
pub mod reading;
pub mod revision;
pub mod sieve;
pub mod walk;

use elsewhere::{Elsewhere, Mark};
use objects::Object;

/// A file of this scan, numbered in the order of discovery (sorted by path).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileId(pub u32);

/// A half-open range of bytes in one file, always on character boundaries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The span of `start..end`; offsets past 4 GiB are clamped (files are limited far below that).
    pub fn new(start: usize, end: usize) -> Self {
        let clamp = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        Self { start: clamp(start), end: clamp(end.max(start)) }
    }

    /// Whether `other` lies wholly inside this span.
    pub fn contains(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }
}

/// A place: a span in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Loc {
    /// The file.
    pub file: FileId,
    /// The bytes in it.
    pub span: Span,
}

/// A place as people count it: lines and columns from 1, columns in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// Line of the first character.
    pub line: usize,
    /// Column of the first character.
    pub column: usize,
    /// Line just after the last character.
    pub end_line: usize,
    /// Column just after the last character.
    pub end_column: usize,
}

/// One file that was found.
#[derive(Debug)]
pub struct SourceFile {
    /// Path relative to the current directory, with forward slashes; what reports print.
    pub path: Arc<Utf8Path>,
    /// Absolute path. What is no file, as the answer of an account, has none: it is the same as the other one.
    pub absolute: Arc<Utf8Path>,
    /// git ignores it: it is on this machine only.
    pub ignored: bool,
    /// What is known of it, where it is a file of another repository.
    pub elsewhere: Option<Elsewhere>,
    /// Its content in git, where it does not come from the disk.
    object: Option<Object>,
    text: OnceLock<Arc<str>>,
    lines: OnceLock<Vec<u32>>,
    characters: OnceLock<Vec<usize>>,
}

/// Files that stand at the root of a package.
const MANIFESTS: &[&str] = &[
    "package.json",
    "pyproject.toml",
    "setup.py",
    "requirements.txt",
    "Pipfile",
    "go.mod",
    "pom.xml",
    "build.gradle",
    "build.gradle.kts",
    "Cargo.toml",
    "composer.json",
    "Gemfile",
    "pubspec.yaml",
];

/// Bytes from one remembered count of characters to the next.
const BLOCK: usize = 1024;

impl SourceFile {
    /// A file whose text is read from disk when it is first asked for.
    pub fn on_disk(path: Utf8PathBuf, absolute: Utf8PathBuf) -> Self {
        Self::at(path.into(), absolute.into())
    }

    fn at(path: Arc<Utf8Path>, absolute: Arc<Utf8Path>) -> Self {
        Self {
            path,
            absolute,
            ignored: false,
            elsewhere: None,
            object: None,
            text: OnceLock::new(),
            lines: OnceLock::new(),
            characters: OnceLock::new(),
        }
    }

    /// A file with its text.
    pub fn with_text(path: Utf8PathBuf, absolute: Utf8PathBuf, text: impl Into<Arc<str>>) -> Self {
        Self { text: OnceLock::from(text.into()), ..Self::on_disk(path, absolute) }
    }

    /// What is no file, with its text; the path is one that no file has.
    pub fn told(path: Utf8PathBuf, text: Arc<str>) -> Self {
        let path: Arc<Utf8Path> = path.into();
        Self { text: OnceLock::from(text), ..Self::at(path.clone(), path) }
    }

    /// A file whose text is read from git when it is first asked for.
    pub fn in_git(path: Utf8PathBuf, absolute: Utf8PathBuf, object: Object) -> Self {
        Self { object: Some(object), ..Self::on_disk(path, absolute) }
    }

    /// A file of another repository, at a path there, with the places in it that are spoken of.
    pub fn elsewhere(repository: &Arc<str>, path: &str, marks: Vec<Mark>) -> Self {
        let absolute = Utf8PathBuf::from(format!("{}/{path}", Elsewhere::root(repository)));
        let elsewhere = Some(Elsewhere::new(repository.clone(), marks));
        Self { elsewhere, ..Self::with_text(format!("{repository}: {path}").into(), absolute, "") }
    }

    /// Whether it stands at the root of a package.
    pub fn is_manifest(&self) -> bool {
        self.absolute.file_name().is_some_and(|name| MANIFESTS.contains(&name))
    }

    /// The same file, marked as one that git ignores (or does not).
    #[must_use]
    pub fn with_ignored(self, ignored: bool) -> Self {
        Self { ignored, ..self }
    }

    /// The text. A file that cannot be read, or is past the size limit, is empty; bytes that are not UTF-8 become `?`.
    pub fn text(&self) -> &Arc<str> {
        self.text.get_or_init(|| match &self.object {
            None => reading::read(&self.absolute).map(|read| read.text).unwrap_or_default(),
            Some(object) => {
                object.read(reading::LARGEST_FILE).map(|bytes| reading::decode(bytes).text).unwrap_or_default()
            }
        })
    }

    fn line_starts(&self) -> &[u32] {
        self.lines.get_or_init(|| {
            let ends = memchr_newlines(self.text().as_bytes());
            std::iter::once(0).chain(ends).collect()
        })
    }

    /// The bytes of a line, counted from 1, without its line end and the blanks around it. `None` past the last line.
    pub fn line(&self, number: usize) -> Option<Span> {
        let starts = self.line_starts();
        let start = *starts.get(number.checked_sub(1)?)? as usize;
        let end = starts.get(number).map_or(self.text().len(), |next| *next as usize);
        let line = self.text().get(start..end)?;
        let before = line.len() - line.trim_start().len();
        Some(Span::new(start + before, start + before.max(line.trim_end().len())))
    }

    /// The number of the line, from 1, on which a byte stands.
    pub fn line_of(&self, offset: u32) -> usize {
        if let Some(elsewhere) = &self.elsewhere {
            return elsewhere.mark(offset).0;
        }
        self.line_starts().partition_point(|start| *start <= offset).max(1)
    }

    fn line_column(&self, offset: u32) -> (usize, usize) {
        if let Some(elsewhere) = &self.elsewhere {
            return elsewhere.mark(offset);
        }
        let starts = self.line_starts();
        let line = self.line_of(offset);
        let start = starts.get(line - 1).copied().unwrap_or(0);
        (line, self.characters_before(offset).saturating_sub(self.characters_before(start)) + 1)
    }

    /// How many characters begin before a byte. Lines may be very long, so that counts are remembered on the way.
    fn characters_before(&self, offset: u32) -> usize {
        let begins = |bytes: &[u8]| bytes.iter().filter(|byte| **byte & 0xc0 != 0x80).count();
        let bytes = self.text().as_bytes();
        let counts = self.characters.get_or_init(|| {
            let count = |total: &mut usize, block| {
                let before = *total;
                *total += begins(block);
                Some(before)
            };
            bytes.chunks(BLOCK).scan(0, count).collect()
        });
        let offset = (offset as usize).min(bytes.len());
        let block = (offset / BLOCK).min(counts.len().saturating_sub(1));
        let counted = counts.get(block).copied().unwrap_or_default();
        counted + begins(bytes.get(block * BLOCK..offset).unwrap_or_default())
    }
}

fn memchr_newlines(bytes: &[u8]) -> impl Iterator<Item = u32> + '_ {
    bytes.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| Span::new(at + 1, at + 1).start)
}

/// Every file of the scan.
#[derive(Debug, Default)]
pub struct SourceMap {
    files: Vec<SourceFile>,
    by_path: HashMap<Arc<Utf8Path>, FileId>,
}

impl SourceMap {
    /// A map over `files`; a file's number is its index.
    pub fn new(files: Vec<SourceFile>) -> Self {
        let by_path = (0..).map(FileId).zip(&files).map(|(id, file)| (file.absolute.clone(), id)).collect();
        Self { files, by_path }
    }

    /// Adds a file behind the others, or finds the one that has its path.
    pub fn add(&mut self, file: SourceFile) -> FileId {
        let next = FileId(Span::new(self.files.len(), 0).start);
        let id = *self.by_path.entry(file.absolute.clone()).or_insert(next);
        if id == next {
            self.files.push(file);
        }
        id
    }

    /// Makes room for so many more files.
    pub fn reserve(&mut self, more: usize) {
        self.files.reserve_exact(more);
    }

    /// Adds a file that its path does not find: one as it was, or what is no file.
    pub fn add_aside(&mut self, file: SourceFile) -> FileId {
        let id = FileId(Span::new(self.files.len(), 0).start);
        self.files.push(file);
        id
    }

    /// The file behind a number. Numbers come from this map, so the file is there.
    pub fn file(&self, id: FileId) -> &SourceFile {
        &self.files[id.0 as usize]
    }

    /// The name of the repository that a file is in; `None` for the one that is scanned.
    pub fn repository(&self, id: FileId) -> Option<&str> {
        self.file(id).elsewhere.as_ref().map(|elsewhere| &*elsewhere.repository)
    }

    /// All files with their numbers.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &SourceFile)> {
        (0..).map(FileId).zip(&self.files)
    }

    /// The number of the file at an absolute path.
    pub fn find(&self, absolute: &Utf8Path) -> Option<FileId> {
        self.by_path.get(absolute).copied()
    }

    /// Lines and columns of a place.
    pub fn position(&self, loc: Loc) -> Position {
        let file = self.file(loc.file);
        let (line, column) = file.line_column(loc.span.start);
        let (end_line, end_column) = file.line_column(loc.span.end);
        Position { line, column, end_line, end_column }
    }

    /// The text at a place.
    pub fn text(&self, loc: Loc) -> &str {
        self.file(loc.file).text().get(loc.span.start as usize..loc.span.end as usize).unwrap_or("")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_however_long_the_line() {
        let text = format!("é\n{}x\n", "aé".repeat(3000));
        let file = SourceFile::with_text("a".into(), "/a".into(), text.as_str());
        assert_eq!(file.line_column(0), (1, 1));
        assert_eq!(file.line_column(2), (1, 2));
        for characters in [0, 1, 681, 682, 683, 1024, 2048, 5999, 6000] {
            let offset = 3 + characters / 2 * 3 + characters % 2;
            assert_eq!(file.line_column(u32::try_from(offset).unwrap()), (2, characters + 1));
        }
        assert_eq!(file.line_column(u32::MAX), (3, 1));
        assert_eq!(file.line_of(3), 2);
        let whole = SourceFile::with_text("a".into(), "/a".into(), "é".repeat(BLOCK));
        assert_eq!(whole.line_column(2 * 1024), (1, BLOCK + 1));
    }
}
