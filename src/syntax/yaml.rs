//! YAML to the tree.
//!
//! Anchors and aliases are resolved: a repeated node keeps the place at which it is written. How much they may repeat is
//! bounded, so that a few lines cannot grow into a tree that fills the memory.

use std::collections::HashMap;

use granit_parser::{ErrorKind, Event, Parser, ScalarStyle, ScanError, StructureStyle, Tag};

use crate::source::Span;

use super::builder::{Builder, DEEPEST};
use super::tree::{Node, NodeKind, Style, Tree};

use source::Source;

mod source;

/// How many nodes anchors and aliases may repeat in one file.
const MOST_REPEATED: usize = 200_000;

/// Parses a YAML text: scalars by the YAML 1.2 core schema, merge keys applied. Of a broken document the tree holds what
/// stands before the fault, and the documents after it.
pub fn parse(text: &str) -> Tree {
    let mut source = Source::new(text);
    loop {
        let (tree, refused_line) = read(&source);
        if !refused_line.is_some_and(|at| source.indent(at)) {
            return tree;
        }
    }
}

/// Reads a text. Also returns where a line of a quoted scalar was refused for its indentation.
fn read(source: &Source<'_>) -> (Tree, Option<usize>) {
    let options = granit_parser::options! {
        emit_comments: false,
        emit_unresolved_aliases: true,
        flow_nesting_limit: DEEPEST,
        block_nesting_limit: DEEPEST,
    };
    let mut parser = Parser::new_from_str_with_options(source.text(), options);
    let mut reader = Reader::new(source);
    let mut refused_line = None;
    while !reader.builder.is_stopped() {
        match parser.next_event() {
            None => break,
            Some(Ok((event, span))) => reader.event(event, span),
            Some(Err(error)) => {
                if *error.kind() == ErrorKind::InvalidQuotedScalarIndent {
                    refused_line = refused_line.or(error.marker().byte_offset());
                }
                if !reader.fault(&error) || !parser.proceed_next_document().unwrap_or(false) {
                    break;
                }
            }
        }
    }
    (reader.builder.finish(), refused_line)
}

/// A node that aliases may repeat.
struct Anchored {
    node: Node,
    size: Size,
}

/// How large a node is: all the nodes in it, and how deep they stand.
#[derive(Clone, Copy)]
struct Size {
    nodes: usize,
    depth: usize,
}

struct Reader<'text> {
    builder: Builder<'text>,
    source: &'text Source<'text>,
    text: &'text str,
    anchors: HashMap<usize, Anchored>,
    /// For each open map or list, the number of its anchor (0: none) and whether brackets enclose it.
    open: Vec<(usize, StructureStyle)>,
    repeated: usize,
}

impl<'text> Reader<'text> {
    fn new(source: &'text Source<'text>) -> Self {
        let text = source.file();
        let builder = Builder::new(text, true);
        Self { builder, source, text, anchors: HashMap::new(), open: Vec::new(), repeated: 0 }
    }

    fn event(&mut self, event: Event<'_>, span: granit_parser::Span) {
        let span = self.span(span);
        match event {
            Event::Scalar(value, style, anchor, tag) => {
                let node = scalar(&value, style, tag.as_deref(), self.trimmed(span));
                self.place(node, anchor);
            }
            Event::SequenceStart(style, anchor, tag) => {
                self.open(NodeKind::List(Vec::new()), span, style, anchor, tag.as_deref());
            }
            Event::MappingStart(style, anchor, tag) => {
                self.open(NodeKind::Map(Vec::new()), span, style, anchor, tag.as_deref());
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(span),
            Event::Alias(anchor) => self.repeat(anchor, span),
            Event::UnresolvedAlias(name) => {
                self.builder.error(format!("no anchor `&{name}` stands before this alias"), span);
                self.place(self.unresolved(span), 0);
            }
            Event::DocumentEnd => self.anchors.clear(),
            _ => {}
        }
    }

    fn open(&mut self, kind: NodeKind, span: Span, style: StructureStyle, anchor: usize, tag: Option<&Tag>) {
        self.open.push((anchor, style));
        let tag = tag.filter(|tag| tag.is_custom()).map(|tag| tag.to_string().into());
        self.builder.open(Node { tag, ..Node::new(kind, Span { end: span.start, ..span }) });
    }

    fn close(&mut self, span: Span) {
        let Some((anchor, style)) = self.open.pop() else { return };
        let end = (style == StructureStyle::Flow).then_some(span.end);
        if let Some(node) = self.builder.close(end) {
            self.place(node, anchor);
        }
    }

    fn place(&mut self, node: Node, anchor: usize) {
        if anchor != 0 {
            let size = size(&node);
            if self.count(size.nodes, node.span) {
                self.anchors.insert(anchor, Anchored { node: node.clone(), size });
            }
        }
        self.builder.place(node);
    }

    fn repeat(&mut self, anchor: usize, span: Span) {
        let Some(Anchored { node, size }) = self.anchors.get(&anchor) else {
            self.builder.error("this alias stands inside the node that it repeats".to_owned(), span);
            return self.place(self.unresolved(span), 0);
        };
        let (node, size) = (node.clone(), *size);
        if self.builder.depth() + size.depth > DEEPEST {
            self.builder.stop(format!("maps and lists stand more than {DEEPEST} deep in each other"), span);
        } else if self.count(size.nodes, span) {
            self.builder.place(node);
            self.builder.extend(span.end);
        }
    }

    /// Counts nodes that are repeated. Returns whether they are still within the bound.
    fn count(&mut self, nodes: usize, span: Span) -> bool {
        self.repeated += nodes;
        if self.repeated > MOST_REPEATED {
            self.builder.stop(format!("anchors and aliases repeat more than {MOST_REPEATED} nodes"), span);
        }
        !self.builder.is_stopped()
    }

    /// An alias that cannot be resolved: its own text, as its value is not known.
    fn unresolved(&self, span: Span) -> Node {
        let written = self.text.get(span.start as usize..span.end as usize).unwrap_or_default();
        Node::new(NodeKind::Text(written.into()), span)
    }

    /// Takes a fault. Returns whether the documents after it are worth reading.
    fn fault(&mut self, error: &ScanError) -> bool {
        let at = error.marker().byte_offset().unwrap_or(0);
        let at = self.text.floor_char_boundary(self.source.place(at, at).start as usize);
        let span = Span::new(at, at + self.text[at..].chars().next().map_or(0, char::len_utf8));
        self.builder.cut();
        self.open.clear();
        self.anchors.clear();
        if *error.kind() == ErrorKind::RecursionLimitExceeded {
            self.builder.stop(format!("maps and lists stand more than {DEEPEST} deep in each other"), span);
            return false;
        }
        self.builder.error(error.info().to_string(), span)
    }

    fn span(&self, span: granit_parser::Span) -> Span {
        let range = span.byte_range().unwrap_or_default();
        self.source.place(range.start, range.end)
    }

    /// The span without the line ends after a block scalar.
    fn trimmed(&self, span: Span) -> Span {
        let written = self.text.get(span.start as usize..span.end as usize).unwrap_or_default();
        Span::new(span.start as usize, span.start as usize + written.trim_end_matches([' ', '\t', '\r', '\n']).len())
    }
}

fn scalar(value: &str, style: ScalarStyle, tag: Option<&Tag>, span: Span) -> Node {
    let style = match style {
        ScalarStyle::Plain => Style::Plain,
        ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => Style::Quoted,
        ScalarStyle::Literal | ScalarStyle::Folded => Style::Block,
    };
    let core = tag.and_then(Tag::core_suffix);
    let custom = tag.filter(|tag| tag.is_custom()).map(Tag::to_string).filter(|tag| tag != "!");
    let kind = match (core, tag) {
        (Some("str"), _) => NodeKind::Text(value.into()),
        (Some("int" | "float"), _) => NodeKind::Number(value.into()),
        (Some(_), _) => plain(value),
        (None, Some(_)) if !value.is_empty() || style != Style::Plain => NodeKind::Text(value.into()),
        _ if style == Style::Plain => plain(value),
        _ => NodeKind::Text(value.into()),
    };
    Node { tag: custom.map(Into::into), style, ..Node::new(kind, span) }
}

/// What a plain scalar means by the YAML 1.2 core schema.
fn plain(value: &str) -> NodeKind {
    match value {
        "" | "~" | "null" | "Null" | "NULL" => NodeKind::Null,
        "true" | "True" | "TRUE" => NodeKind::Bool(true),
        "false" | "False" | "FALSE" => NodeKind::Bool(false),
        _ if is_number(value) => NodeKind::Number(value.into()),
        _ => NodeKind::Text(value.into()),
    }
}

fn is_number(value: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if let Some(octal) = value.strip_prefix("0o") {
        return digits(octal) && octal.bytes().all(|byte| byte < b'8');
    }
    if let Some(hexadecimal) = value.strip_prefix("0x") {
        return !hexadecimal.is_empty() && hexadecimal.bytes().all(|byte| byte.is_ascii_hexdigit());
    }
    let unsigned = value.strip_prefix(['-', '+']).unwrap_or(value);
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") || matches!(value, ".nan" | ".NaN" | ".NAN") {
        return true;
    }
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent.strip_prefix(['-', '+']).unwrap_or(exponent))),
        None => (unsigned, None),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let mantissa_is_number = match (whole, fraction) {
        ("", fraction) => mantissa.starts_with('.') && digits(fraction),
        (whole, "") => digits(whole),
        (whole, fraction) => digits(whole) && digits(fraction),
    };
    mantissa_is_number && exponent.is_none_or(digits)
}

/// Measures a node. Its depth is bounded, so that the recursion is.
fn size(node: &Node) -> Size {
    let children = node.items().iter().chain(node.pairs().iter().map(|pair| &pair.value));
    children.map(size).fold(Size { nodes: 1, depth: 1 }, |sum, child| Size {
        nodes: sum.nodes + child.nodes,
        depth: sum.depth.max(child.depth + 1),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::mutation;

    const TEMPLATE: &str = r#"AWSTemplateFormatVersion: "2010-09-09" # the only version
Parameters:
  Stage: { Type: String, Default: dev }
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
Resources:
  Pool:
    Type: AWS::Cognito::UserPool
    Properties:
      UserPoolName: !Sub "${AWS::StackName}-pöol"
      DeviceConfiguration:
        ChallengeRequiredOnNewDevice: true
        DeviceOnlyRememberedOnUserPrompt: False
      Schema:
      - Name: email
        Required: yes
      LambdaConfig: !If
        - IsProd
        - PreSignUp: !GetAtt Check.Arn
        - !Ref AWS::NoValue
  Check:
    Type: AWS::Lambda::Function
    Properties:
      Timeout: 010
      Code:
        ZipFile: |
          exports.handler = async (event) => {
            return event;
          };
"#;

    fn slice(text: &str, span: Span) -> &str {
        &text[span.start as usize..span.end as usize]
    }

    fn only(text: &str) -> Node {
        let mut tree = parse(text);
        assert_eq!(tree.errors, []);
        assert_eq!(tree.limit, None);
        assert_eq!(tree.documents.len(), 1);
        tree.documents.remove(0)
    }

    #[test]
    fn a_template_arrives_with_its_tags_styles_and_places() {
        let root = only(TEMPLATE);
        let pool = root.at(&["Resources", "Pool"]).unwrap();
        assert_eq!(slice(TEMPLATE, root.pair("Resources").unwrap().key_span), "Resources");
        assert!(slice(TEMPLATE, pool.span).starts_with("Type: AWS::Cognito::UserPool\n"));
        assert!(slice(TEMPLATE, pool.span).ends_with("!Ref AWS::NoValue"));

        let name = pool.at(&["Properties", "UserPoolName"]).unwrap();
        assert_eq!(
            (name.tag.as_deref(), name.text(), name.style),
            (Some("!Sub"), Some("${AWS::StackName}-pöol"), Style::Quoted)
        );
        assert_eq!(slice(TEMPLATE, name.span), "\"${AWS::StackName}-pöol\"");

        let devices = pool.at(&["Properties", "DeviceConfiguration"]).unwrap();
        assert_eq!(devices.get("ChallengeRequiredOnNewDevice").unwrap().kind, NodeKind::Bool(true));
        assert_eq!(devices.get("DeviceOnlyRememberedOnUserPrompt").unwrap().kind, NodeKind::Bool(false));
        let required = pool.at(&["Properties", "Schema"]).unwrap().items()[0].get("Required").unwrap();
        assert_eq!((required.text(), required.style), (Some("yes"), Style::Plain));

        let choice = pool.at(&["Properties", "LambdaConfig"]).unwrap();
        assert_eq!((choice.tag.as_deref(), choice.items().len()), (Some("!If"), 3));
        let trigger = choice.items()[1].get("PreSignUp").unwrap();
        assert_eq!((trigger.tag.as_deref(), trigger.text()), (Some("!GetAtt"), Some("Check.Arn")));
        assert_eq!(slice(TEMPLATE, trigger.span), "Check.Arn");

        let stage = root.at(&["Parameters", "Stage"]).unwrap();
        assert_eq!(slice(TEMPLATE, stage.span), "{ Type: String, Default: dev }");
        let function = root.at(&["Resources", "Check", "Properties"]).unwrap();
        assert_eq!(function.get("Timeout").unwrap().kind, NodeKind::Number("010".into()));
        let code = function.at(&["Code", "ZipFile"]).unwrap();
        assert_eq!(code.style, Style::Block);
        assert_eq!(code.text(), Some("exports.handler = async (event) => {\n  return event;\n};\n"));
        let written = slice(TEMPLATE, code.span);
        assert!(written.starts_with("exports.handler") && written.ends_with("};"), "{written}");
    }

    #[test]
    fn scalars_follow_the_core_schema() {
        let root = only(
            "[~, null, on, 'true', TRUE, 0o17, 0x1F, 1.5e3, .5, 5., 1e, 1_000, 2012-10-17, -.inf, !!str 12, !!int '7', ! 8, !Ref 9, !Ref ~]",
        );
        let texts: Vec<_> = root
            .items()
            .iter()
            .map(|node| match &node.kind {
                NodeKind::Null => "null".to_owned(),
                NodeKind::Bool(value) => format!("{value}"),
                NodeKind::Number(number) => format!("number {number}"),
                NodeKind::Text(text) => format!("{}'{text}'", node.tag.as_deref().unwrap_or_default()),
                _ => unreachable!(),
            })
            .collect();
        assert_eq!(
            texts.join(" "),
            "null null 'on' 'true' true number 0o17 number 0x1F number 1.5e3 number .5 number 5. '1e' '1_000' '2012-10-17' number -.inf '12' number 7 '8' !Ref'9' !Ref'~'"
        );
    }

    #[test]
    fn aliases_and_merge_keys_are_resolved_and_explicit_keys_win() {
        let text = "base: &base\n  Runtime: nodejs22.x\n  Environment: {POOL: a}\nmore: &more {Runtime: x, Timeout: 3}\n\
                    one:\n  <<: *base\n  Environment: {POOL: b}\ntwo:\n  <<: [*base, *more]\nthree: *base\nfour:\n  '<<': *base\n";
        let root = only(text);
        let one = root.get("one").unwrap();
        assert_eq!(one.get("Runtime").unwrap().text(), Some("nodejs22.x"));
        assert_eq!(one.at(&["Environment", "POOL"]).unwrap().text(), Some("b"));
        let two = root.get("two").unwrap();
        let keys: Vec<_> = two.pairs().iter().map(|pair| &*pair.key).collect();
        assert_eq!(keys, ["Runtime", "Environment", "Timeout"]);
        assert_eq!(two.get("Runtime").unwrap().text(), Some("nodejs22.x"));
        assert_eq!(root.get("three"), root.get("base"));
        assert!(root.at(&["four", "<<", "Runtime"]).is_some());
    }

    #[test]
    fn of_equal_keys_the_last_stays_and_the_first_is_told() {
        let text = "ClientId: one\nOther: x\nClientId: two\n";
        let tree = parse(text);
        assert_eq!(tree.documents[0].get("ClientId").unwrap().text(), Some("two"));
        assert_eq!(tree.documents[0].pairs().len(), 2);
        assert_eq!(tree.duplicates, [("ClientId".into(), Span::new(0, 8))]);
    }

    #[test]
    fn a_broken_document_holds_what_stands_before_the_fault_and_the_next_is_read() {
        let text = "kind: ConfigMap\ndata:\n  POOL: eu-west-1_a\n  CLIENT: [x\n---\nkind: Secret\n";
        let tree = parse(text);
        assert_eq!(tree.errors.len(), 1);
        assert!(tree.errors[0].span.start >= 48, "{:?}", tree.errors);
        let first = &tree.documents[0];
        assert_eq!(first.at(&["data", "POOL"]).unwrap().text(), Some("eu-west-1_a"));
        assert!(first.cut && first.get("data").unwrap().cut && !first.get("kind").unwrap().cut);
        assert_eq!(tree.documents[1].get("kind").unwrap().text(), Some("Secret"));
        assert!(!tree.documents[1].cut);
    }

    #[test]
    fn an_unknown_alias_is_told_and_its_value_is_not_null() {
        let tree = parse("a: *missing\nb: &self [*self]\nc: 1\n");
        assert_eq!(tree.errors.len(), 2);
        assert_eq!(tree.documents[0].get("a").unwrap().text(), Some("*missing"));
        assert!(tree.documents[0].get("c").is_some());
    }

    #[test]
    fn the_lines_of_a_quoted_scalar_may_stand_further_left() {
        let text = "\u{feff}Policies:\n  - Name: é\n    Document: !Sub '{\n      \"a\": [\n\"b\",\n  \"ü\"\n    ]\n  }'\n  - Name: B # é\n";
        let policies = &only(text).get("Policies").cloned().unwrap();
        let document = policies.items()[0].get("Document").unwrap();
        assert_eq!(document.text(), Some("{ \"a\": [ \"b\", \"ü\" ] }"));
        assert!(slice(text, document.span).starts_with("'{\n") && slice(text, document.span).ends_with("  }'"));
        assert_eq!(slice(text, policies.items()[1].get("Name").unwrap().span), "B");

        let endless = format!("- - 'a\n{}", "b\n".repeat(1000));
        assert_eq!(parse(&endless).errors.len(), 1);
    }

    #[test]
    fn a_byte_order_mark_is_skipped_and_places_stay_right() {
        let text = "\u{feff}Pool: é\nId: x\n";
        let root = only(text);
        assert_eq!(slice(text, root.pair("Pool").unwrap().key_span), "Pool");
        assert_eq!(slice(text, root.get("Id").unwrap().span), "x");
    }

    #[test]
    fn an_alias_bomb_ends_at_the_bound() {
        let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..40 {
            bomb += &format!("a{level}: &a{level} [{}]\n", vec![format!("*a{}", level - 1); 9].join(", "));
        }
        let tree = parse(&bomb);
        assert!(tree.limit.unwrap().message.contains("aliases"));
        assert!(tree.documents.is_empty());

        let mut chain = "a0: &a0 [x]\n".to_owned();
        for level in 1..3000 {
            chain += &format!("a{level}: &a{level} [*a{}]\n", level - 1);
        }
        assert!(parse(&chain).limit.unwrap().message.contains("deep"));
    }

    #[test]
    fn any_nesting_ends_at_the_bound() {
        let deep = 100_000;
        let indented: String = (0..2000).map(|level| format!("{}a:\n", " ".repeat(level))).collect();
        for text in ["[".repeat(deep), "{a: ".repeat(deep), "- ".repeat(deep), "? ".repeat(deep), indented] {
            assert!(parse(&text).limit.is_some(), "{}", &text[..20]);
        }
    }

    #[test]
    fn no_bytes_make_it_panic_and_all_places_lie_in_the_text() {
        let more = "%YAML 1.2\n---\n&a [*a, !<x> 'it''s', \"\\u00e9\\\n  b\"]: >-\n folded\n\n text\n...\n--- !!map\n? - k\n: {é: 𝛑, <<: {x: 1}}\n";
        let left = "a:\n  - b: '{\n    c\n  é\nd\n  }'\n  - \"x\n\n y\"\n";
        mutation::each(&[TEMPLATE, more, left], |text| mutation::check_tree(text, &parse(text)));
    }
}
