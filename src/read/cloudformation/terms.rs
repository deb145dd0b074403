//! The condition functions of a template to the expressions that are tried.

use std::sync::Arc;

use crate::syntax::tree::Node;

use super::call::Call;
use super::conditions::{Expression, Name, Operand};
use super::each::Bindings;
use super::inputs::Inputs;
use super::substitution::{self, Piece};

impl Inputs<'_> {
    /// What a condition says.
    pub fn expression(&self, node: &Node, bindings: &Bindings) -> Expression {
        let all = |items: &[Node]| items.iter().map(|item| self.expression(item, bindings)).collect();
        let named = |name: &str| Expression::Named(self.condition_name(name, bindings));
        if let Some(name) = single(node, "Condition") {
            return name.text().map_or(Expression::Unknown, named);
        }
        let Some(call) = Call::of(node) else { return Expression::Unknown };
        match (call.name, call.items()) {
            ("Equals", [left, right]) => {
                Expression::Equals(self.operand(left, bindings), self.operand(right, bindings))
            }
            ("And", items) if !items.is_empty() => Expression::All(all(items)),
            ("Or", items) if !items.is_empty() => Expression::Any(all(items)),
            ("Not", [item]) => Expression::Not(Box::new(self.expression(item, bindings))),
            ("Condition", _) => call.text().map_or(Expression::Unknown, named),
            _ => Expression::Unknown,
        }
    }

    /// What a condition compares.
    pub fn operand(&self, node: &Node, bindings: &Bindings) -> Operand {
        let Some(call) = Call::of(node) else {
            return node.scalar().map_or(Operand::Unknown, |text| Operand::Text(bindings.substitute(&text).into()));
        };
        let operand = |node: &Node| self.operand(node, bindings);
        match (call.name, call.items()) {
            ("Ref", _) => call.text().map_or(Operand::Unknown, |name| self.named(name, bindings)),
            ("Sub", _) => call.text().map_or(Operand::Unknown, |text| self.joined(text, bindings)),
            ("FindInMap", [map, top, second]) => match map.text().and_then(|map| self.table(map)) {
                Some(table) => Operand::Lookup { table, keys: Box::new((operand(top), operand(second))) },
                None => Operand::Unknown,
            },
            ("Join", [delimiter, list]) => match (delimiter.text(), Call::of(list)) {
                (Some(delimiter), None) => Operand::Joined(join(delimiter, list.items().iter().map(operand))),
                (Some(delimiter), Some(call)) if call.name == "Ref" => {
                    Operand::Rejoined { list: Box::new(operand(list)), delimiter: delimiter.into() }
                }
                _ => Operand::Unknown,
            },
            ("Select", [index, list]) => {
                let Some(index) = index.scalar().and_then(|index| index.parse().ok()) else { return Operand::Unknown };
                self.selected(index, list, bindings)
            }
            ("If", [condition, then, otherwise]) => match condition.text() {
                Some(name) => Operand::Choice {
                    condition: self.condition_name(name, bindings),
                    then: Box::new(operand(then)),
                    otherwise: Box::new(operand(otherwise)),
                },
                None => Operand::Unknown,
            },
            _ => Operand::Unknown,
        }
    }

    fn condition_name(&self, name: &str, bindings: &Bindings) -> Name {
        Name { scope: self.id.clone(), name: bindings.substitute(name).into() }
    }

    fn named(&self, name: &str, bindings: &Bindings) -> Operand {
        if let Some(value) = bindings.get(name) {
            return Operand::Text(value.clone());
        }
        if let Some(known) = self.pseudo(name) {
            return Operand::Text(known);
        }
        match self.parameters.get(name) {
            Some(parameter) => parameter.operand.clone(),
            None if name == "AWS::NoValue" => Operand::Unknown,
            None if name.starts_with("AWS::") => Operand::Variable(Name { scope: Arc::from(""), name: name.into() }),
            None => Operand::Unknown,
        }
    }

    fn joined(&self, text: &str, bindings: &Bindings) -> Operand {
        let text = bindings.substitute(text);
        let part = |piece: &Piece| match piece {
            Piece::Text(range) => Operand::Text(text.get(range.clone()).unwrap_or_default().into()),
            Piece::Variable(range) => self.named(text.get(range.clone()).unwrap_or_default(), bindings),
        };
        Operand::Joined(substitution::pieces(&text).iter().map(part).collect())
    }

    fn selected(&self, index: usize, list: &Node, bindings: &Bindings) -> Operand {
        let Some(call) = Call::of(list) else {
            return list.items().get(index).map_or(Operand::Unknown, |item| self.operand(item, bindings));
        };
        let piece = |of: &Node, delimiter: &str| Operand::Piece {
            of: Box::new(self.operand(of, bindings)),
            delimiter: delimiter.into(),
            index,
        };
        match (call.name, call.items()) {
            ("Ref", _) => piece(list, ","),
            ("Split", [delimiter, of]) => delimiter.text().map_or(Operand::Unknown, |delimiter| piece(of, delimiter)),
            _ => Operand::Unknown,
        }
    }
}

/// The value of a map of this one key.
fn single<'n>(node: &'n Node, key: &str) -> Option<&'n Node> {
    match node.pairs() {
        [pair] if &*pair.key == key => Some(&pair.value),
        _ => None,
    }
}

fn join(delimiter: &str, items: impl Iterator<Item = Operand>) -> Vec<Operand> {
    let mut parts = Vec::new();
    for item in items {
        if !parts.is_empty() {
            parts.push(Operand::Text(delimiter.into()));
        }
        parts.push(item);
    }
    parts
}
