//! Facts that go from one repository to another: what infrastructure and application are to each other where they do not
//! stand together. [`write()`] tells them, [`read()`] understands them, [`Document::join`] adds them to those of a scan.

use std::io;

use serde::Deserialize;

pub mod document;
mod impossible;
mod join;
mod keep;
mod write;

pub use document::Document;
pub use write::write;

use crate::read::Facts;
use crate::source::SourceMap;

/// Why a file of facts cannot be used.
#[derive(Debug, PartialEq, Eq)]
pub struct Fault {
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: &'static str,
    /// Its line and column, from 1, columns in bytes; `None` where it is nowhere in particular.
    pub at: Option<(usize, usize)>,
}

impl Fault {
    fn new(message: impl Into<String>, help: &'static str) -> Self {
        Self { message: message.into(), help, at: None }
    }

    /// The file cannot be read at all.
    pub fn of_reading(error: &io::Error) -> Self {
        Self::new(format!("these facts cannot be read: {error}"), WRITE)
    }
}

const WRITE: &str = "`cognito-lint facts --output FILE` writes such a file in the other repository";
const UPGRADE: &str = "use the cognito-lint here that wrote the file, or a later one";

/// What is the same in every version.
#[derive(Deserialize)]
struct Head {
    facts: Option<u64>,
    #[serde(default)]
    tool: Tool,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Tool {
    version: String,
}

/// Reads a file of facts.
///
/// # Errors
/// It is no JSON, something else, of a version that is not known, or wrong in itself.
pub fn read(text: &str) -> Result<Document, Fault> {
    let fault = |error: serde_json::Error| Fault {
        message: format!("this is not a file of facts: {}", without_place(&error)),
        help: WRITE,
        at: Some((error.line(), error.column())),
    };
    let text = text.trim_start_matches('\u{feff}');
    let head: Head = serde_json::from_str(text).map_err(fault)?;
    match head.facts {
        None => return Err(Fault::new("this is not a file of facts: it does not say which version it has", WRITE)),
        Some(version) if version != u64::from(document::VERSION) => {
            let (own, known) = (env!("CARGO_PKG_VERSION"), document::VERSION);
            let message = format!(
                "these facts have version {version}, written by cognito-lint {}; cognito-lint {own} knows version {known}",
                head.tool.version
            );
            return Err(Fault::new(message, if version > u64::from(document::VERSION) { UPGRADE } else { WRITE }));
        }
        Some(_) => {}
    }
    let document: Document = serde_json::from_str(text).map_err(fault)?;
    let tried = document.join("", &mut SourceMap::default(), &mut Facts::default());
    tried.map_err(|message| Fault::new(format!("this is not a file of facts: {message}"), WRITE))?;
    Ok(document)
}

/// What an error says, without its place, which is shown otherwise.
fn without_place(error: &serde_json::Error) -> String {
    let said = error.to_string();
    said.rsplit_once(" at line ").map_or_else(|| said.clone(), |(message, _)| message.to_owned())
}

#[cfg(test)]
mod tests;
