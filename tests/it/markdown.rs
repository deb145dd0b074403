//! Markdown, of pages that are known to be sound.

pub use cognito_lint::scan::cases::markdown::{Block, Section};

/// Splits a page at its `##` headings.
pub fn sections(page: &str) -> Vec<Section> {
    cognito_lint::scan::cases::markdown::sections(page).expect("the page's blocks are closed")
}
