//! Files of other repositories: known by their names, and by the places that facts about them speak of.

use std::sync::Arc;

use camino::Utf8PathBuf;

/// A line and a column, both from 1.
pub type Mark = (u32, u32);

/// What is known of a file of another repository. Its text is not: a byte in it is the number of a mark.
#[derive(Debug)]
pub struct Elsewhere {
    /// The repository's name.
    pub repository: Arc<str>,
    /// What is spoken of, in order, so that places stand to each other as they do in the text.
    marks: Vec<Mark>,
}

impl Elsewhere {
    /// A file with these marks.
    pub(super) fn new(repository: Arc<str>, mut marks: Vec<Mark>) -> Self {
        marks.sort_unstable();
        marks.dedup();
        Self { repository, marks }
    }

    /// The number of a mark; of one that is not there, that of the next.
    pub fn offset(&self, mark: Mark) -> usize {
        self.marks.partition_point(|mine| *mine < mark)
    }

    /// The line and column behind a number.
    pub(super) fn mark(&self, offset: u32) -> (usize, usize) {
        let (line, column) = self.marks.get(offset as usize).or(self.marks.last()).copied().unwrap_or((1, 1));
        (line as usize, column as usize)
    }

    /// The folder that stands for the root of a repository. No folder of this machine is called so: it is not absolute.
    pub fn root(repository: &str) -> Utf8PathBuf {
        format!("{repository}:").into()
    }
}
