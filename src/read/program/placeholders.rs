//! Texts of inline code in which CloudFormation puts values in place of `${Name}`.

use std::rc::Rc;
use std::sync::Arc;

use crate::source::Loc;
use crate::value;

use super::domain::{Kind, ScopeId, Val};
use super::evaluator::Evaluator;

impl Evaluator<'_> {
    /// A string literal.
    pub(super) fn literal(&mut self, text: &Arc<str>, loc: Loc, scope: ScopeId) -> Val {
        let placeholders = self.module(scope).placeholders.clone();
        let mut parts: Vec<Val> = Vec::new();
        let mut rest: &str = text;
        while let Some((before, after, value)) = first(rest, &placeholders) {
            if !before.is_empty() {
                parts.push(Val::text_at(before, loc));
            }
            parts.push(match &value.kind {
                value::Kind::Reference(reference) => Val::new(Kind::Reference(Rc::new(reference.clone())), loc),
                _ => self.dynamic(loc),
            });
            rest = after;
        }
        if !rest.is_empty() && !parts.is_empty() {
            parts.push(Val::text_at(rest, loc));
        }
        match parts.len() {
            0 => Val::new(Kind::Text(text.clone()), loc),
            1 => parts.swap_remove(0),
            _ => self.concat(parts, loc),
        }
    }
}

/// The first placeholder in a text, with what stands before and after it.
fn first<'t, 'v>(
    text: &'t str,
    placeholders: &'v [(Arc<str>, value::Value)],
) -> Option<(&'t str, &'t str, &'v value::Value)> {
    text.match_indices("${").find_map(|(at, _)| {
        let (before, from) = text.split_at_checked(at)?;
        let (placeholder, value) = placeholders.iter().find(|(placeholder, _)| from.starts_with(&**placeholder))?;
        Some((before, from.get(placeholder.len()..)?, value))
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crate::read::program::{Unit, read};
    use crate::source::{FileId, Loc, SourceFile, SourceMap, Span};
    use crate::syntax::code::ir::Language;
    use crate::syntax::{code, offsets::Offsets};
    use crate::value::{Field, Kind, Reference, ResourceKey, Value, Why};

    #[test]
    fn a_placeholder_is_the_value_that_the_template_puts_there() {
        let text = "import boto3\nclient = boto3.client('cognito-idp')\ndef handler(event, context):\n    \
            return client.initiate_auth(ClientId='${Web}', AuthFlow='${Flow}', UserContextData={'A': '${Name}', 'B': 'x-${Web}'})\n";
        let loc = Loc { file: FileId(0), span: Span::new(0, 1) };
        let web = Reference::Attribute {
            resource: ResourceKey { stack: "t.yaml".into(), id: "Web".into() },
            attribute: "Ref".into(),
        };
        let unit = Unit {
            file: FileId(0),
            inline: None,
            module: Arc::new(code::parse_text(Language::Python, text, &Offsets::identity())),
            placeholders: Arc::new([
                ("${Web}".into(), Value::new(Kind::Reference(web.clone()), loc)),
                ("${Flow}".into(), Value::unknown(Why::Dynamic, loc)),
            ]),
        };
        let sources = SourceMap::new(vec![SourceFile::with_text("t.yaml".into(), "/p/t.yaml".into(), text)]);
        let facts = read(&[unit], &sources);
        let parameters = &facts.calls[0].parameters;
        let at = |path: &[&str]| parameters.at(path).value().unwrap().clone();
        assert_eq!(at(&["ClientId"]).kind, Kind::Reference(web));
        assert!(at(&["AuthFlow"]).is_unknown());
        assert_eq!(at(&["UserContextData", "A"]).text(), Some("${Name}"));
        assert!(matches!(at(&["UserContextData", "B"]).kind, Kind::Concat(parts) if parts.len() == 2));
        assert!(matches!(parameters.field("Missing"), Field::Absent));
    }
}
