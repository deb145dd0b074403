//! Answers in XML, in the shape that they would have in JSON.

use roxmltree::{Document, Node, ParsingOptions};
use serde_json::{Map, Value};

/// Answers nest a few levels; what nests deeper is cut off there.
const DEEPEST: usize = 32;

/// Parses an answer: elements become members of what the outermost one holds, lists of `member` become lists, and what
/// holds text alone is that text.
///
/// # Errors
/// The bytes are no XML.
pub fn parse(bytes: &[u8]) -> Result<Value, Box<dyn std::error::Error + Send + Sync>> {
    let text = std::str::from_utf8(bytes)?;
    let document =
        Document::parse_with_options(text, ParsingOptions { allow_dtd: false, ..ParsingOptions::default() })?;
    Ok(value(document.root_element(), DEEPEST))
}

fn value(node: Node<'_, '_>, depth: usize) -> Value {
    let mut children = node.children().filter(Node::is_element).peekable();
    if depth == 0 || children.peek().is_none() {
        return Value::String(node.text().unwrap_or_default().to_owned());
    }
    let is_list = children.clone().all(|child| name(child) == "member");
    if is_list {
        return Value::Array(children.map(|child| value(child, depth - 1)).collect());
    }
    let members = children.map(|child| (name(child).to_owned(), value(child, depth - 1)));
    Value::Object(members.collect::<Map<_, _>>())
}

fn name<'a>(node: Node<'a, '_>) -> &'a str {
    node.tag_name().name()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_members_are_lists_and_leaves_are_texts() {
        let text = "<R xmlns='x'><Result><Stacks><member><Name>a&amp;b</Name></member></Stacks><Empty/></Result></R>";
        let expected = serde_json::json!({ "Result": { "Stacks": [{ "Name": "a&b" }], "Empty": "" } });
        assert_eq!(parse(text.as_bytes()).unwrap(), expected);
        assert!(parse(b"<a><b></a>").is_err());
        assert!(parse(&[0xff]).is_err());
    }
}
