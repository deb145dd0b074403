//! Markdown as pages and cases use it: headings and fenced blocks.

use std::mem;

/// A part of a page: a heading of second level and the blocks under it.
#[derive(Debug, Default)]
pub struct Section {
    /// The heading's text; empty for what stands before the first.
    pub title: String,
    /// The heading's line, from 1.
    pub line: usize,
    /// The fenced blocks.
    pub blocks: Vec<Block>,
}

/// A fenced block.
#[derive(Debug, Default)]
pub struct Block {
    /// What stands behind the opening fence.
    pub info: String,
    /// The lines between the fences.
    pub text: String,
}

impl Block {
    /// The path after `path=`, up to ` at=` or the end of the line.
    pub fn path(&self) -> Option<&str> {
        let (_, path) = self.info.split_once("path=")?;
        Some(path.split_once(" at=").map_or(path, |(path, _)| path).trim())
    }

    /// The side of a comparison after `at=`.
    pub fn at(&self) -> Option<&str> {
        self.info.split_once(" at=").map(|(_, at)| at.trim())
    }
}

/// Splits a page at its `##` headings.
///
/// # Errors
/// A fenced block is not closed.
pub fn sections(page: &str) -> Result<Vec<Section>, String> {
    let mut sections = Vec::new();
    let mut section = Section::default();
    let mut open: Option<(&str, Block)> = None;
    for (number, line) in page.lines().enumerate() {
        if let Some((fence, block)) = &mut open {
            if line.trim_end() == *fence {
                section.blocks.extend(open.take().map(|(_, block)| block));
            } else {
                block.text.push_str(line);
                block.text.push('\n');
            }
        } else if line.starts_with("```") {
            let info = line.trim_start_matches('`');
            let fence = line.strip_suffix(info).unwrap_or(line);
            open = Some((fence, Block { info: info.trim().to_owned(), text: String::new() }));
        } else if let Some(title) = line.strip_prefix("## ") {
            let next = Section { title: title.trim().to_owned(), line: number + 1, blocks: Vec::new() };
            sections.push(mem::replace(&mut section, next));
        }
    }
    sections.push(section);
    if open.is_some() { Err("a fenced block is not closed".to_owned()) } else { Ok(sections) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_belong_to_the_heading_above_and_hide_headings_inside() {
        let page = "# Title\n## One\n```yaml path=a/b.yaml\n## not a heading\n```\ntext\n````md\n```\n````\n## Two\n";
        let sections = sections(page).unwrap();
        let titles: Vec<_> = sections.iter().map(|section| (section.title.as_str(), section.line)).collect();
        assert_eq!(titles, [("", 0), ("One", 2), ("Two", 10)]);
        assert_eq!(sections[1].blocks[0].path(), Some("a/b.yaml"));
        assert_eq!(sections[1].blocks[0].text, "## not a heading\n");
        assert_eq!((sections[1].blocks[1].text.as_str(), sections[1].blocks[1].path()), ("```\n", None));
    }
}
