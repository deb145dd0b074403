//! Dynamic references: `{{resolve:service:…}}` inside strings.

use crate::source::Loc;
use crate::value::{Kind, Reference, Value, Why};

use crate::read::branches::concat;

const OPEN: &str = "{{resolve:";
const CLOSE: &str = "}}";

/// The string with its dynamic references as references.
pub(super) fn resolve(value: Value) -> Value {
    let is_open = |value: &Value| value.text().is_some_and(|text| text.contains(OPEN));
    let loc = value.loc;
    match value.kind {
        Kind::Text(_) if is_open(&value) => concat(resolve_parts(vec![value], loc), loc),
        Kind::Concat(parts) if parts.iter().any(is_open) => {
            let assumed = value.assumed;
            Value { assumed, ..concat(resolve_parts(parts, loc), loc) }
        }
        _ => value,
    }
}

/// A dynamic reference whose text ends in a later part is made of values that only a deployment knows.
fn resolve_parts(parts: Vec<Value>, at: Loc) -> Vec<Value> {
    let mut resolved = Vec::new();
    let mut inside = false;
    for part in parts {
        let Some(text) = part.text() else {
            if !inside {
                resolved.push(part);
            }
            continue;
        };
        let piece = |text: &str| Value { kind: Kind::Text(text.into()), loc: part.loc, assumed: part.assumed.clone() };
        let mut rest = text;
        loop {
            if inside {
                let Some((_, after)) = rest.split_once(CLOSE) else { break };
                inside = false;
                resolved.push(Value::unknown(Why::Deployment("{{resolve}}".into()), part.loc));
                rest = after;
            }
            let Some((before, from)) = rest.split_once(OPEN) else {
                resolved.push(piece(rest));
                break;
            };
            resolved.push(piece(before));
            match from.split_once(CLOSE) {
                Some((inner, after)) => {
                    resolved.push(Value { assumed: part.assumed.clone(), ..reference(inner, part.loc) });
                    rest = after;
                }
                None => {
                    inside = true;
                    break;
                }
            }
        }
    }
    if inside {
        resolved.push(Value::unknown(Why::Deployment("{{resolve}}".into()), at));
    }
    resolved
}

/// What stands between `{{resolve:` and `}}`.
fn reference(inner: &str, loc: Loc) -> Value {
    let unknown = || Value::unknown(Why::Deployment(format!("{OPEN}{inner}{CLOSE}").into()), loc);
    let Some((service, rest)) = inner.split_once(':') else { return unknown() };
    let reference = match service {
        "ssm" | "ssm-secure" => Reference::SsmParameter(name_and_rest(rest, 6).0.into()),
        "secretsmanager" => {
            let (name, rest) = name_and_rest(rest, 7);
            // After the name: `SecretString`, the JSON key, the version's stage and id.
            let field = rest.split(':').nth(1).unwrap_or_default();
            Reference::Secret { name: name.into(), field: field.into() }
        }
        _ => return unknown(),
    };
    Value::new(Kind::Reference(reference), loc)
}

/// A name up to its colon; an ARN has `segments` of its own.
fn name_and_rest(text: &str, segments: usize) -> (&str, &str) {
    let colons = if text.starts_with("arn:") { segments } else { 1 };
    match text.match_indices(':').nth(colons - 1) {
        Some((at, _)) => (text.get(..at).unwrap_or_default(), text.get(at + 1..).unwrap_or_default()),
        None => (text, ""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{FileId, Span};

    const AT: Loc = Loc { file: FileId(0), span: Span { start: 0, end: 0 } };

    fn resolved(text: &str) -> Kind {
        resolve(Value::text_at(text, AT)).kind
    }

    fn secret(name: &str, field: &str) -> Reference {
        Reference::Secret { name: name.into(), field: field.into() }
    }

    #[test]
    fn a_whole_text_becomes_the_reference() {
        let stored = |name: &str| Kind::Reference(Reference::SsmParameter(name.into()));
        assert_eq!(resolved("{{resolve:ssm:/auth/client-id}}"), stored("/auth/client-id"));
        assert_eq!(resolved("{{resolve:ssm-secure:/auth/client-id:3}}"), stored("/auth/client-id"));
        assert_eq!(
            resolved("{{resolve:ssm:arn:aws:ssm:eu-west-1:111122223333:parameter/id:2}}"),
            stored("arn:aws:ssm:eu-west-1:111122223333:parameter/id")
        );
        assert_eq!(
            resolved("{{resolve:secretsmanager:app/auth:SecretString:client_secret::}}"),
            Kind::Reference(secret("app/auth", "client_secret"))
        );
        assert_eq!(resolved("{{resolve:secretsmanager:app/auth}}"), Kind::Reference(secret("app/auth", "")));
        assert_eq!(
            resolved("{{resolve:secretsmanager:arn:aws:secretsmanager:eu-west-1:1:secret:a-X:SecretString:k}}"),
            Kind::Reference(secret("arn:aws:secretsmanager:eu-west-1:1:secret:a-X", "k"))
        );
    }

    #[test]
    fn a_reference_in_a_text_is_a_part_of_it() {
        let Kind::Concat(parts) = resolved("a-{{resolve:ssm:n}}-{{resolve:other:x}}") else { panic!() };
        assert_eq!(parts[0].text(), Some("a-"));
        assert_eq!(parts[1].reference(), Some(&Reference::SsmParameter("n".into())));
        assert!(parts[3].is_unknown());
        assert_eq!(resolved("{{resolve:ssm:n"), Kind::Unknown(Why::Deployment("{{resolve}}".into())));
        assert_eq!(resolved("plain }}"), Kind::Text("plain }}".into()));
    }

    #[test]
    fn a_reference_made_of_other_values_is_unknown() {
        let arn = Value::new(Kind::Reference(Reference::Pseudo("AWS::Region".into())), AT);
        let parts =
            vec![Value::text_at("{{resolve:secretsmanager:", AT), arn, Value::text_at(":SecretString:k::}}", AT)];
        let value = resolve(Value::new(Kind::Concat(parts), AT));
        assert_eq!(value.kind, Kind::Unknown(Why::Deployment("{{resolve}}".into())));
    }
}
