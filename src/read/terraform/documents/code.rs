//! Where the code of functions lies.

use std::collections::{HashMap, HashSet};

use crate::read::paths::{normal, unpacked};
use crate::read::{CodeLocation, CodePath};
use crate::syntax::tree::Node;

use super::Home;
use super::document::Subject;

/// Data that makes an archive.
pub const ARCHIVE: &str = "data.archive_file";

/// The code of the functions among resources with these attributes. Paths are those in the folder of the document.
pub fn locations<'d>(resources: &[(&'d Subject, &'d Node)], home: &Home) -> Vec<CodeLocation> {
    let archives: HashMap<&str, &str> = resources.iter().filter_map(|(subject, node)| archive(subject, node)).collect();
    let mut told = HashSet::new();
    let location = |(subject, node): (&'d Subject, &'d Node)| {
        let file = node.get("filename").filter(|_| subject.type_name == "aws_lambda_function")?;
        let name = file.text().filter(|_| told.insert(&subject.address))?;
        let path = match archives.get(name) {
            Some(contents) => normal(&home.folder.join(contents)),
            None => unpacked(normal(&home.folder.join(name))),
        };
        Some(CodeLocation {
            resource: home.key(&subject.address),
            path: CodePath::Path(path),
            handler: node.get("handler").and_then(Node::scalar),
            loc: home.loc(file.span),
        })
    };
    resources.iter().copied().filter_map(location).collect()
}

/// An archive's path and that of what is in it.
fn archive<'d>(subject: &Subject, node: &'d Node) -> Option<(&'d str, &'d str)> {
    let text = |name: &str| node.get(name).and_then(Node::text);
    let contents = text("source_dir").or_else(|| text("source_file"));
    (subject.type_name == ARCHIVE).then_some((text("output_path")?, contents?))
}
