//! Program text that a template holds, put together as CloudFormation does it.

use std::ops::Range;
use std::sync::Arc;

use crate::source::{Loc, Span};
use crate::syntax::embedded;
use crate::syntax::offsets::Offsets;
use crate::syntax::tree::Node;
use crate::value::Value;

use super::call::Call;
use super::instance::{At, Instance};
use super::substitution::{self, Piece};
use crate::read::branches::{settle, text_of};

/// A program text and where its bytes stand in the template.
pub(super) struct Code {
    pub text: String,
    pub offsets: Offsets,
    pub placeholders: Vec<(Arc<str>, Value)>,
}

/// The program text that a node stands for; `None` where it is no text at all, or nothing of it is known, as with
/// `!Rain::Embed handler.py`, a tag of another tool.
pub(super) fn code(instance: &Instance<'_>, node: &Node) -> Option<Code> {
    let mut writer = Writer { instance, text: String::new(), segments: Vec::new(), placeholders: Vec::new() };
    writer.node(node)?;
    if writer.placeholders.iter().any(|(name, _)| **name == *writer.text) {
        return None;
    }
    Some(Code { text: writer.text, offsets: Offsets::pieces(writer.segments), placeholders: writer.placeholders })
}

struct Writer<'w, 'a> {
    instance: &'w Instance<'a>,
    text: String,
    segments: Vec<(usize, usize)>,
    placeholders: Vec<(Arc<str>, Value)>,
}

impl Writer<'_, '_> {
    fn node(&mut self, node: &Node) -> Option<()> {
        let Some(call) = Call::of(node) else { return self.scalar(node) };
        match (call.name, call.items()) {
            ("Sub", []) => self.substituted(call.literal()?, None),
            ("Sub", [text, variables @ ..]) => self.substituted(text, variables.first()),
            ("Join", [delimiter, list]) if Call::of(list).is_none() => {
                let delimiter = delimiter.text()?;
                for (at, item) in list.items().iter().enumerate() {
                    if at > 0 {
                        self.fixed(delimiter, self.start(item));
                    }
                    self.node(item)?;
                }
                Some(())
            }
            ("Ref", _) => self.value(call.text()?, node, self.start(node)),
            ("GetAtt", items) => {
                let parts: Option<Vec<&str>> = items.iter().map(Node::text).collect();
                let name =
                    call.text().map_or_else(|| parts.map(|parts| parts.join(".")), |name| Some(name.to_owned()))?;
                self.value(&name, node, self.start(node))
            }
            (name, _) => self.value(&format!("Fn::{name}"), node, self.start(node)),
        }
    }

    /// Where a node begins in its file.
    fn start(&self, node: &Node) -> u32 {
        self.instance.loc(node.span).span.start
    }

    /// The text of a scalar, and where it stands in its file.
    fn extract(&self, node: &Node) -> Option<(Arc<str>, Offsets)> {
        let Loc { file, span } = self.instance.loc(node.span);
        let in_file = Node { kind: node.kind.clone(), span, tag: None, ..*node };
        embedded::extract(self.instance.world.sources.file(file).text(), &in_file)
    }

    fn scalar(&mut self, node: &Node) -> Option<()> {
        let (text, offsets) = self.extract(node)?;
        self.mapped(&text, 0..text.len(), &offsets);
        Some(())
    }

    fn substituted(&mut self, node: &Node, variables: Option<&Node>) -> Option<()> {
        let (text, offsets) = self.extract(node)?;
        for piece in substitution::pieces(&text) {
            match piece {
                Piece::Text(range) => self.mapped(&text, range, &offsets),
                Piece::Variable(range) => {
                    let at = offsets.to_file(Span::new(range.start, range.end)).start;
                    let name = text.get(range)?;
                    match variables.and_then(|variables| variables.get(name)) {
                        Some(variable) => self.value(name, variable, at)?,
                        None => self.named(name, node, at),
                    }
                }
            }
        }
        Some(())
    }

    /// A value in the text: its own text, or a placeholder with its name.
    fn value(&mut self, name: &str, node: &Node, at: u32) -> Option<()> {
        let value = self.instance.value(node, &At::default())?;
        self.known(name, value, at);
        Some(())
    }

    fn named(&mut self, name: &str, node: &Node, at: u32) {
        let loc = self.instance.loc(node.span);
        if let Some(value) = settle(self.instance.variable(name, loc, &At::default()), loc) {
            self.known(name, value, at);
        }
    }

    fn known(&mut self, name: &str, value: Value, at: u32) {
        match text_of(&value) {
            Some(text) => self.fixed(&text, at),
            None => {
                let placeholder = format!("${{{name}}}");
                self.fixed(&placeholder, at);
                self.placeholders.push((placeholder.into(), value));
            }
        }
    }

    /// Text that stands for something at one place of the file.
    fn fixed(&mut self, text: &str, at: u32) {
        self.segment(at);
        self.text.push_str(text);
    }

    /// A part of a text that stands in the file.
    fn mapped(&mut self, text: &str, range: Range<usize>, offsets: &Offsets) {
        let mut expected = None;
        for (at, letter) in text.get(range.clone()).unwrap_or_default().char_indices() {
            let place = offsets.to_file(Span::new(range.start + at, range.start + at)).start;
            if expected != Some(place) {
                self.segment(place);
            }
            self.text.push(letter);
            expected = Some(place + Span::new(0, letter.len_utf8()).end);
        }
        self.segment(offsets.to_file(Span::new(range.end, range.end)).start);
    }

    /// From here on the text stands at this place of the file.
    fn segment(&mut self, file: u32) {
        let (text, file) = (self.text.len(), file as usize);
        match self.segments.last_mut() {
            Some(last) if last.0 == text => last.1 = file,
            _ => self.segments.push((text, file)),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::read::cloudformation::testing::{Scan, scan, show};
    use crate::source::{Loc, Span};
    use crate::syntax::code::ir::Language;

    /// What stands in the template where `needle` stands in the code.
    fn found<'s>(scan: &'s Scan, needle: &str) -> &'s str {
        let code = &scan.reading.inline[0];
        let at = code.text.find(needle).unwrap_or_else(|| panic!("{needle} in {}", code.text));
        let span = code.offsets.to_file(Span::new(at, at + needle.len()));
        scan.text(Loc { file: code.file, span })
    }

    fn yaml(code: &str) -> Scan {
        scan(&[(
            "t.yaml",
            &format!(
                "Parameters:\n  Days: {{Type: Number, Default: 3}}\nResources:\n  F:\n    Type: AWS::Lambda::Function\n    Properties:\n      Runtime: nodejs20.x\n      Code:\n        ZipFile: {code}\n"
            ),
        )])
    }

    #[test]
    fn code_in_a_block_is_found_in_the_template() {
        let scan = yaml(
            "|\n          const c = 1;\n          exports.handler = async () => {\n            return c;\n          };",
        );
        let code = &scan.reading.inline[0];
        assert_eq!(&*code.text, "const c = 1;\nexports.handler = async () => {\n  return c;\n};\n");
        assert_eq!((code.language, &*code.resource.id), (Language::JavaScript, "F"));
        assert_eq!(found(&scan, "return c;"), "return c;");
        assert!(scan.text(code.loc).contains("exports.handler"));
    }

    #[test]
    fn substitutions_are_known_texts_or_placeholders() {
        let scan = yaml(
            "!Sub |\n          const days = ${Days};\n          const id = '${Web}', arn = '${Users.Arn}';\n          const t = `${!x}`;\n          done();",
        );
        let code = &scan.reading.inline[0];
        assert_eq!(
            &*code.text,
            "const days = 3;\nconst id = '${Web}', arn = '${Users.Arn}';\nconst t = `${x}`;\ndone();\n"
        );
        let placeholders: Vec<String> =
            code.placeholders.iter().map(|(name, value)| format!("{name} {}", show(value))).collect();
        assert_eq!(placeholders, ["${Web} !Ref Web", "${Users.Arn} !GetAtt Users.Arn"]);
        for needle in ["const days", "const id", "const t", "done()"] {
            assert_eq!(found(&scan, needle), needle);
        }
    }

    #[test]
    fn joined_lines_and_variables_are_found_each() {
        let template = r#"{"Resources": {"F": {"Type": "AWS::Lambda::Function", "Properties": {"Runtime": "python3.12", "Code": {"ZipFile":
            {"Fn::Join": ["\n", ["import os", {"Fn::Join": ["", ["CLIENT = '", {"Ref": "Web"}, "'"]]}, "def handler(e, c):\n    return \"x\"", {"Fn::GetAtt": ["A", "B"]}]]}}}}}}"#;
        let scan = scan(&[("t.json", template)]);
        let code = &scan.reading.inline[0];
        assert_eq!(&*code.text, "import os\nCLIENT = '${Web}'\ndef handler(e, c):\n    return \"x\"\n${A.B}");
        assert_eq!(code.language, Language::Python);
        assert_eq!(found(&scan, "handler(e, c)"), "handler(e, c)");
        assert!(found(&scan, "\"x\"").starts_with(r#"\"x\""#));
        assert_eq!(found(&scan, "import o"), "import o");
    }

    #[test]
    fn code_of_other_runtimes_or_no_text_is_left() {
        let none = scan(&[(
            "t.yaml",
            "Resources:\n  F:\n    Type: AWS::Lambda::Function\n    Properties: {Runtime: ruby3.3, Code: {ZipFile: 'x'}}\n",
        )]);
        assert!(none.reading.inline.is_empty());
        assert!(yaml("[a]").reading.inline.is_empty());
        assert!(yaml("!Rain::Embed handler.js").reading.inline.is_empty());
        let variables = yaml("{'Fn::Sub': ['const id = \"${Id}\";', {Id: abc}]}");
        assert_eq!(&*variables.reading.inline[0].text, "const id = \"abc\";");
    }
}
