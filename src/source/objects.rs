//! Contents of files that git keeps, read when they are asked for.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};
use std::sync::{Arc, Mutex, PoisonError};

use super::git::{self, Repository};

/// A running `git cat-file --batch`: it is asked for one content after the other.
#[derive(Debug)]
pub struct Objects(Mutex<Batch>);

#[derive(Debug)]
struct Batch {
    child: Child,
    questions: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Objects {
    /// The contents of a repository.
    ///
    /// # Errors
    /// Git cannot be run.
    pub fn of(repository: &Repository) -> io::Result<Self> {
        let mut batch = git::command(repository.top());
        batch.args(["cat-file", "--batch"]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = batch.spawn()?;
        let (questions, answers) = (child.stdin.take(), child.stdout.take());
        let answers = BufReader::new(answers.ok_or(io::ErrorKind::BrokenPipe)?);
        Ok(Self(Mutex::new(Batch { child, questions, answers })))
    }

    /// A content by its name, which a listing gave; `None` where it is not there.
    ///
    /// # Errors
    /// Git has ended, or says what it must not.
    pub fn read(&self, name: &str, largest: u64) -> io::Result<Option<Vec<u8>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).read(name, largest)
    }
}

impl Batch {
    fn read(&mut self, name: &str, largest: u64) -> io::Result<Option<Vec<u8>>> {
        let questions = self.questions.as_mut().ok_or(io::ErrorKind::BrokenPipe)?;
        questions.write_all(format!("{name}\n").as_bytes())?;
        questions.flush()?;
        let mut about = String::new();
        self.answers.read_line(&mut about)?;
        // `<name> <type> <size>`, or `<name> missing`.
        let mut words = about.split_ascii_whitespace().skip(1);
        let size = match (words.next(), words.next().and_then(|size| size.parse::<u64>().ok())) {
            (Some("missing"), _) => return Ok(None),
            (Some(_), Some(size)) if size <= largest => size,
            _ => {
                // What comes next is no answer to any further question.
                self.questions = None;
                return Err(io::ErrorKind::InvalidData.into());
            }
        };
        let mut content = vec![0; usize::try_from(size).map_err(|_| io::ErrorKind::FileTooLarge)?];
        self.answers.read_exact(&mut content)?;
        self.answers.read_exact(&mut [0])?;
        Ok(Some(content))
    }
}

impl Drop for Batch {
    fn drop(&mut self) {
        // Without questions it ends by itself; where it is still answering, nobody listens.
        self.questions = None;
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The content of one file.
#[derive(Clone, Debug)]
pub struct Object {
    /// Where it is kept.
    pub objects: Arc<Objects>,
    /// Its name there.
    pub name: Arc<str>,
}

impl Object {
    /// The bytes, as far as there are some.
    pub fn read(&self, largest: u64) -> Option<Vec<u8>> {
        self.objects.read(&self.name, largest).ok()?
    }
}
