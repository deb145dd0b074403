//! `samconfig.toml`: the parameter values that `sam deploy` gives a template, per environment.

use std::sync::Arc;

use crate::read::Reader;
use crate::source::{Loc, Span};
use crate::syntax::embedded;
use crate::syntax::tree::{Node, NodeKind, Pair, Tree};

use super::place::Place;
use super::scalar;
use super::section::{Entry, Sections};

/// What one environment of the file deploys.
#[derive(Debug, PartialEq)]
pub struct Deployment {
    /// The environment: `default`, unless `sam` is told another.
    pub environment: Arc<str>,
    /// The template's path as written, relative to the file; `sam` takes `template.yaml` where there is none.
    pub template: Option<Arc<str>>,
    /// The stack's name.
    pub stack: Option<Arc<str>>,
    /// The parameters' values.
    pub parameters: Vec<Parameter>,
}

/// A parameter's value.
#[derive(Debug, PartialEq)]
pub struct Parameter {
    /// Its name.
    pub name: Arc<str>,
    /// Its value, secrets included: it is not for reports.
    pub value: Arc<str>,
    /// Where it stands.
    pub loc: Loc,
}

/// The commands whose parameters count, the one that decides last.
const COMMANDS: &[&str] = &["global", "deploy"];

/// Reads the deployments of a `samconfig` file with this text.
pub fn deployments(tree: &Tree, text: &str, place: &Place) -> Vec<Deployment> {
    let environments = tree.documents.iter().flat_map(Node::pairs).filter(|pair| !pair.value.pairs().is_empty());
    let deployment = |environment: &Pair| {
        let mut deployment =
            Deployment { environment: environment.key.clone(), template: None, stack: None, parameters: Vec::new() };
        for command in COMMANDS {
            let Some(written) = environment.value.at(&[command, "parameters"]) else { continue };
            let scalar = |keys: &[&str]| keys.iter().find_map(|key| written.get(key)?.scalar());
            deployment.template = scalar(&["template", "template_file"]).or(deployment.template);
            deployment.stack = scalar(&["stack_name"]).or(deployment.stack);
            if let Some(overrides) = written.get("parameter_overrides") {
                deployment.parameters = parameters(overrides, text, place);
            }
        }
        deployment
    };
    environments.map(deployment).collect()
}

/// Collects the parameters as settings: one section per environment.
pub fn read(tree: &Tree, text: &str, place: &Place, sections: &mut Sections) {
    for deployment in deployments(tree, text, place) {
        for Parameter { name, value, loc } in deployment.parameters {
            let node = Node::new(NodeKind::Text(value.clone()), loc.span);
            let value = scalar::text(&value, &Place::whole(loc.file), &node);
            let entry = Entry { path: name.to_string(), key: name, loc, value, reader: Reader::Deployment };
            sections.add(&deployment.environment, entry);
        }
    }
}

/// `parameter_overrides`: one text, or a list of them.
fn parameters(node: &Node, file: &str, place: &Place) -> Vec<Parameter> {
    let texts = if let NodeKind::List(items) = &node.kind { items.as_slice() } else { std::slice::from_ref(node) };
    let mut parameters = Vec::new();
    for node in texts {
        let Some((text, offsets)) = embedded::extract(file, node) else { continue };
        parameters.extend(assignments(&text).into_iter().map(|(name, value, span)| {
            let loc = place.loc(offsets.to_file(span));
            Parameter { name: name.into(), value: value.into(), loc }
        }));
    }
    parameters
}

/// `Name=value Other="two words"`, and `ParameterKey=Name,ParameterValue=value`.
fn assignments(text: &str) -> Vec<(String, String, Span)> {
    let mut found = Vec::new();
    for (word, span) in shell_words(text) {
        let pair = match word.strip_prefix("ParameterKey=").and_then(|rest| rest.split_once(",ParameterValue=")) {
            Some(pair) => Some(pair),
            None => word.split_once('='),
        };
        if let Some((name, value)) = pair {
            found.push((name.to_owned(), value.to_owned(), span));
        }
    }
    found
}

/// The words of a command line, without their quotes.
fn shell_words(text: &str) -> Vec<(String, Span)> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut start = None;
    let mut quote = None;
    let mut letters = text.char_indices();
    while let Some((at, letter)) = letters.next() {
        match (quote, letter) {
            (Some(open), _) if letter == open => quote = None,
            (None, '"' | '\'') => {
                start.get_or_insert(at);
                quote = Some(letter);
            }
            (None | Some('"'), '\\') => {
                start.get_or_insert(at);
                word.extend(letters.next().map(|(_, escaped)| escaped));
            }
            (None, _) if letter.is_whitespace() => {
                if let Some(start) = start.take() {
                    words.push((std::mem::take(&mut word), Span::new(start, at)));
                }
            }
            _ => {
                start.get_or_insert(at);
                word.push(letter);
            }
        }
    }
    words.extend(start.map(|start| (word, Span::new(start, text.len()))));
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_a_command_line() {
        let text =
            r#"UserPoolId="us-east-1_Ab1Cd2Ef3" Name='two words' Empty= Escaped=\"x ParameterKey=A,ParameterValue=b=c"#;
        let found = assignments(text);
        let pairs: Vec<(&str, &str)> = found.iter().map(|(name, value, _)| (name.as_str(), value.as_str())).collect();
        assert_eq!(
            pairs,
            [
                ("UserPoolId", "us-east-1_Ab1Cd2Ef3"),
                ("Name", "two words"),
                ("Empty", ""),
                ("Escaped", "\"x"),
                ("A", "b=c")
            ]
        );
        let (_, _, span) = &found[1];
        assert_eq!(&text[span.start as usize..span.end as usize], "Name='two words'");
    }
}
