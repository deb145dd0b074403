//! What a template declares.

use std::sync::Arc;

use crate::source::{FileId, Loc, Span};
use crate::syntax::tree::Node;

use super::composed::Pieces;

/// A template: one document of a file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Template<'a> {
    /// The file.
    pub file: FileId,
    /// Its document.
    pub root: &'a Node,
    /// Where its nodes stand, if not all in the file.
    pub pieces: Option<&'a Pieces>,
}

/// Whether a document is a CloudFormation or SAM template. The format version is optional in templates, so typed
/// resources tell it too.
pub fn is_template(root: &Node) -> bool {
    let is_typed =
        |resource: &Node| resource.get("Type").and_then(Node::text).is_some_and(|type_name| type_name.contains("::"));
    let resources = root.get("Resources").map(Node::pairs).unwrap_or_default();
    root.get("AWSTemplateFormatVersion").is_some()
        || resources.iter().any(|pair| is_typed(&pair.value) || pair.key.starts_with("Fn::ForEach::"))
}

impl<'a> Template<'a> {
    /// The template that a document of a file is.
    pub fn of_file(file: FileId, root: &'a Node) -> Self {
        Self { file, root, pieces: None }
    }

    /// The place of one of its spans.
    pub fn loc(&self, span: Span) -> Loc {
        let whole = || Loc { file: self.file, span };
        self.pieces
            .map_or_else(whole, |pieces| pieces.loc(span).unwrap_or(Loc { file: self.file, span: Span::default() }))
    }

    /// A section of the template.
    pub fn section(&self, name: &str) -> Option<&'a Node> {
        self.root.get(name)
    }

    /// The parameters.
    pub fn declarations(&self) -> impl Iterator<Item = Declaration<'a>> {
        let pairs = self.section("Parameters").map(Node::pairs).unwrap_or_default();
        pairs.iter().map(|pair| Declaration { name: &pair.key, body: &pair.value })
    }
}

/// A declared parameter.
#[derive(Clone, Copy, Debug)]
pub(super) struct Declaration<'a> {
    /// Its name.
    pub name: &'a Arc<str>,
    body: &'a Node,
}

/// What CloudFormation does with a parameter's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ParameterType {
    /// It is the text itself.
    Text,
    /// It is a number.
    Number,
    /// Its commas separate items.
    List,
    /// It names an entry of the parameter store, whose value is used.
    Stored,
}

impl Declaration<'_> {
    /// Where it stands.
    pub fn span(&self) -> Span {
        self.body.span
    }

    /// Its type.
    pub fn parameter_type(&self) -> ParameterType {
        let written = self.body.get("Type").and_then(Node::text).unwrap_or("String");
        match written {
            "Number" => ParameterType::Number,
            _ if written.starts_with("AWS::SSM::Parameter::Value<") => ParameterType::Stored,
            "CommaDelimitedList" => ParameterType::List,
            _ if written.starts_with("List<") => ParameterType::List,
            _ => ParameterType::Text,
        }
    }

    /// Its default.
    pub fn default(&self) -> Option<Arc<str>> {
        self.body.get("Default").and_then(Node::scalar)
    }

    /// `AllowedValues`; empty where any value may be.
    pub fn allowed(&self) -> Vec<Arc<str>> {
        let items = self.body.get("AllowedValues").map(Node::items).unwrap_or_default();
        items.iter().filter_map(Node::scalar).collect()
    }

    /// Whether its value is a secret.
    pub fn no_echo(&self) -> bool {
        self.body.get("NoEcho").and_then(Node::scalar).is_some_and(|value| value.eq_ignore_ascii_case("true"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::{json, yaml};

    fn root(text: &str) -> Node {
        yaml::parse(text).documents.remove(0)
    }

    #[test]
    fn templates_are_told_by_their_shape() {
        assert!(is_template(&root("AWSTemplateFormatVersion: '2010-09-09'\nDescription: x\n")));
        assert!(is_template(&root("Resources:\n  Users:\n    Type: AWS::Cognito::UserPool\n")));
        assert!(is_template(&root("Resources:\n  Fn::ForEach::Pools: [A, [x], {}]\n")));
        assert!(!is_template(&root("resources:\n  Resources:\n    Users:\n      Type: AWS::Cognito::UserPool\n")));
        assert!(!is_template(&root("Resources:\n  cpu:\n    Type: fast\n")));
        assert!(!is_template(&root("- a\n- b\n")));
        assert!(is_template(&json::parse(r#"{"Resources": {"U": {"Type": "AWS::S3::Bucket"}}}"#).documents[0]));
    }

    #[test]
    fn declarations_say_what_their_values_mean() {
        let root = root(
            "Parameters:\n  Stage: {Type: String, AllowedValues: [dev, 1, true]}\n  Days: {Type: Number, Default: 30}\n  \
             Urls: {Type: CommaDelimitedList, Default: 'a,b'}\n  Ids: {Type: 'List<String>'}\n  \
             Pool: {Type: 'AWS::SSM::Parameter::Value<String>'}\n  Secret: {Type: String, NoEcho: 'true'}\n",
        );
        let template = Template::of_file(FileId(0), &root);
        let types: Vec<ParameterType> = template.declarations().map(|declared| declared.parameter_type()).collect();
        use ParameterType::{List, Number, Stored, Text};
        assert_eq!(types, [Text, Number, List, List, Stored, Text]);
        let declared: Vec<Declaration<'_>> = template.declarations().collect();
        assert_eq!(declared[0].allowed(), ["dev".into(), "1".into(), Arc::<str>::from("true")]);
        assert_eq!(declared[1].default().as_deref(), Some("30"));
        assert!(declared[5].no_echo() && !declared[0].no_echo());
    }
}
