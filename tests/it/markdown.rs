//! Markdown as the rules' pages and cases use it: headings and fenced blocks.

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
pub fn sections(page: &str) -> Vec<Section> {
    let mut sections = vec![Section::default()];
    let mut fence: Option<&str> = None;
    for (number, line) in page.lines().enumerate() {
        let section = sections.last_mut().expect("there is one from the start");
        match fence {
            Some(open) if line.trim_end() == open => fence = None,
            Some(_) => {
                let block = section.blocks.last_mut().expect("an open fence has its block");
                block.text.push_str(line);
                block.text.push('\n');
            }
            None if line.starts_with("```") => {
                let info = line.trim_start_matches('`');
                fence = Some(&line[..line.len() - info.len()]);
                section.blocks.push(Block { info: info.trim().to_owned(), text: String::new() });
            }
            None => {
                if let Some(title) = line.strip_prefix("## ") {
                    sections.push(Section { title: title.trim().to_owned(), line: number + 1, blocks: Vec::new() });
                }
            }
        }
    }
    assert!(fence.is_none(), "a fenced block is not closed");
    sections
}

#[test]
fn blocks_belong_to_the_heading_above_and_hide_headings_inside() {
    let page = "# Title\n## One\n```yaml path=a/b.yaml\n## not a heading\n```\ntext\n````md\n```\n````\n## Two\n";
    let sections = sections(page);
    let titles: Vec<_> = sections.iter().map(|section| (section.title.as_str(), section.line)).collect();
    assert_eq!(titles, [("", 0), ("One", 2), ("Two", 10)]);
    assert_eq!(sections[1].blocks[0].path(), Some("a/b.yaml"));
    assert_eq!(sections[1].blocks[0].text, "## not a heading\n");
    assert_eq!((sections[1].blocks[1].text.as_str(), sections[1].blocks[1].path()), ("```\n", None));
}
