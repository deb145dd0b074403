//! `Metadata: { cognito-lint: { ignore: […] } }` of a template, a resource or anything else.

use std::sync::Arc;

use crate::source::{FileId, Loc, Span};
use crate::syntax::tree::{Node, NodeKind, Pair, Tree};

use super::{Covers, Ignore, KEY, Named};

/// The ignores in the `Metadata` of whatever has it in a tree, in the order of the text.
pub fn read(file: FileId, tree: &Tree) -> Vec<Ignore> {
    let mut reader = Reader { file, ignores: Vec::new() };
    for document in &tree.documents {
        reader.visit(document, document.span, None);
    }
    reader.ignores
}

struct Reader {
    file: FileId,
    ignores: Vec<Ignore>,
}

impl Reader {
    /// Looks through a node. `part` is where it stands with its key, which names it.
    fn visit(&mut self, node: &Node, part: Span, key: Option<&Arc<str>>) {
        node.items().iter().for_each(|item| self.visit(item, item.span, None));
        for pair in node.pairs() {
            match (&*pair.key == "Metadata").then(|| pair.value.get(KEY)).flatten() {
                Some(settings) => self.settings(settings, &Covers::Part(self.place(part), key.cloned())),
                None => self.visit(&pair.value, around(pair), Some(&pair.key)),
            }
        }
    }

    fn place(&self, span: Span) -> Loc {
        Loc { file: self.file, span }
    }

    fn settings(&mut self, settings: &Node, covers: &Covers) {
        let mut faults = Vec::new();
        for pair in settings.pairs() {
            match (&*pair.key, &pair.value.kind) {
                ("ignore", NodeKind::List(items)) => items.iter().for_each(|item| self.entry(item, covers)),
                ("ignore", NodeKind::Text(_) | NodeKind::Map(_)) => self.entry(&pair.value, covers),
                _ => faults.push(pair.key_span),
            }
        }
        if settings.pairs().is_empty() {
            faults.push(settings.span);
        }
        for span in faults {
            let fault = Some("this asks for nothing: write a list of rules under `ignore`".to_owned());
            let loc = self.place(span);
            self.ignores.push(Ignore {
                rules: Vec::new(),
                reason: None,
                until: None,
                covers: covers.clone(),
                loc,
                comment: None,
                fault,
            });
        }
    }

    /// A rule's name, or a map of `rule`, `reason` and `until`.
    fn entry(&mut self, entry: &Node, covers: &Covers) {
        let rules = match &entry.kind {
            NodeKind::Map(_) => entry.get("rule"),
            _ => Some(entry),
        };
        let texts = rules.into_iter().flat_map(|rules| std::iter::once(rules).chain(rules.items()));
        let named = |rule: &Node| Some(Named { name: rule.text()?.into(), loc: self.place(rule.span), verdict: None });
        let rules: Vec<_> = texts.filter_map(named).collect();
        let until = entry.get("until").map(|until| until.scalar().unwrap_or_default().parse());
        let unknown = entry.pairs().iter().find(|pair| !matches!(&*pair.key, "rule" | "reason" | "until"));
        let fault = match (&until, unknown) {
            (Some(Err(message)), _) => Some(String::clone(message)),
            (_, Some(pair)) => Some(format!("`{}` is not known here: there are rule, reason and until", pair.key)),
            _ if rules.is_empty() => Some("this names no rule: write its name, or a map with `rule`".to_owned()),
            _ => None,
        };
        self.ignores.push(Ignore {
            rules,
            reason: entry.get("reason").and_then(Node::scalar),
            until: until.and_then(Result::ok),
            covers: covers.clone(),
            loc: self.place(entry.span),
            comment: None,
            fault,
        });
    }
}

fn around(pair: &Pair) -> Span {
    Span { start: pair.key_span.start, end: pair.value.span.end.max(pair.key_span.end) }
}
