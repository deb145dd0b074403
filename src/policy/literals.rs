//! The values that a policy compares with.

use serde::{Serialize, Serializer};

use super::lexis::{Word, WordKind};

/// A value that a policy compares with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Literal<'t> {
    /// A string.
    Text(&'t str),
    /// A number.
    Number(f64),
    /// A whole number.
    Whole(i64),
    /// A boolean.
    Bool(bool),
}

impl Serialize for Literal<'_> {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => out.serialize_str(text),
            Self::Number(number) => out.serialize_f64(*number),
            Self::Whole(number) => out.serialize_i64(*number),
            Self::Bool(value) => out.serialize_bool(*value),
        }
    }
}

/// The values that a policy compares with, each once; of a simple regular expression a text that fits.
pub fn literals<'t>(words: &[Word<'t>]) -> Vec<Literal<'t>> {
    let mut literals = Vec::new();
    for word in words {
        let literal = match word.kind {
            WordKind::Text => Some(Literal::Text(word.text)),
            WordKind::Regex => sample(word.text).map(Literal::Text),
            WordKind::Number => match word.text.parse() {
                Ok(whole) => Some(Literal::Whole(whole)),
                Err(_) => word.text.parse().ok().map(Literal::Number),
            },
            WordKind::Name => match word.text {
                "true" | "True" | "TRUE" => Some(Literal::Bool(true)),
                "false" | "False" | "FALSE" => Some(Literal::Bool(false)),
                _ => None,
            },
            _ => None,
        };
        for literal in literal.into_iter().flat_map(around) {
            if !literals.contains(&literal) {
                literals.push(literal);
            }
        }
    }
    literals
}

/// A literal, and of a whole number its neighbours, so that both sides of a bound are tried.
fn around(literal: Literal<'_>) -> Vec<Literal<'_>> {
    match literal {
        Literal::Whole(number) => {
            [number, number.saturating_add(1), number.saturating_sub(1)].map(Literal::Whole).to_vec()
        }
        other => vec![other],
    }
}

/// A text that a regular expression of plain letters fits, with anchors, `(?i)` and `.*` around it.
fn sample(regex: &str) -> Option<&str> {
    let inner = regex.strip_prefix("(?i)").unwrap_or(regex);
    let inner = inner.trim_start_matches('^').trim_start_matches(".*").trim_end_matches('$').trim_end_matches(".*");
    let first = inner.trim_start_matches('(').split(['|', ')']).next().unwrap_or(inner);
    let is_plain = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '-' | ' ' | ':' | '@' | '/');
    (!first.is_empty() && first.chars().all(is_plain)).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::super::lexis::words;
    use super::*;

    #[test]
    fn literals_are_what_values_are_compared_with() {
        let found = literals(&words("A == 'OFF' B <= 60 C == true D == /(?i)^prod-.*$/ E == /[a-z]+/ F == 'OFF'"));
        let expected = [
            Literal::Text("OFF"),
            Literal::Whole(60),
            Literal::Whole(61),
            Literal::Whole(59),
            Literal::Bool(true),
            Literal::Text("prod-"),
        ];
        assert_eq!(found, expected);
    }
}
