//! The values of settings: what stands in a file, and what of it is kept.

use std::sync::Arc;

use crate::identifier;
use crate::read::{SettingKind, holds_secret};
use crate::syntax::tree::{Node, NodeKind, Style};
use crate::value::{Alternative, Kind, List, Reference, Value, Why};
use crate::when::When;

use super::place::Place;
use super::{keys, substitution};

/// The value of a node: a scalar, a list of scalars, or an intrinsic function of a deployment. `None` for any other map
/// or list.
pub fn value(node: &Node, place: &Place) -> Option<Value> {
    let loc = place.loc(node.span);
    if let Some(tag) = &node.tag {
        return Some(Value::unknown(Why::Deployment(tag.clone()), loc));
    }
    match &node.kind {
        NodeKind::Null => Some(Value::new(Kind::Null, loc)),
        NodeKind::Bool(value) => Some(Value::new(Kind::Bool(*value), loc)),
        NodeKind::Number(text) => Some(Value::text_at(text.clone(), loc)),
        NodeKind::Text(text) => {
            let text = if node.style == Style::Block { text.trim_end_matches('\n') } else { text };
            Some(self::text(text, place, node))
        }
        NodeKind::List(items) => {
            let items: Option<Vec<(Value, When)>> =
                items.iter().map(|item| Some((scalar(item, place)?, When::always()))).collect();
            Some(Value::new(Kind::List(List { items: items?, open: false }), loc))
        }
        NodeKind::Map(pairs) => match pairs.as_slice() {
            [only] if &*only.key == "Ref" || only.key.starts_with("Fn::") => {
                Some(Value::unknown(Why::Deployment(only.key.clone()), loc))
            }
            _ => None,
        },
    }
}

fn scalar(node: &Node, place: &Place) -> Option<Value> {
    if matches!(node.kind, NodeKind::List(_)) { None } else { value(node, place) }
}

/// The value of a text. An empty one is null: nothing was filled in.
pub fn text(text: &str, place: &Place, node: &Node) -> Value {
    let loc = place.loc(node.span);
    if text.is_empty() { Value::new(Kind::Null, loc) } else { substitution::value(text, loc) }
}

/// The plain text of a value, of a list its first item's: what [`keys`] judges by.
pub fn plain(value: &Value) -> Option<&str> {
    match &value.kind {
        Kind::Text(text) => Some(text),
        Kind::Bool(true) => Some("true"),
        Kind::Bool(false) => Some("false"),
        Kind::List(list) => list.items.first().and_then(|(item, _)| item.text()),
        _ => None,
    }
}

/// A value as it is kept for a setting of this kind: without secrets, and with lists as lists. Every setting's value
/// goes through here, wherever it was read.
pub fn kept(kind: SettingKind, key: &str, value: Value) -> Value {
    match kind {
        SettingKind::ClientSecret => strip(value, &identifier::is_placeholder),
        SettingKind::Other => strip(value, &|text| !keys::is_secret_name(key) && is_harmless(text)),
        SettingKind::Scope => listed(strip(value, &|_| true), &[' ', ',', '+']),
        SettingKind::RedirectUri | SettingKind::LogoutUri => listed(strip(value, &|_| true), &[',']),
        _ => strip(value, &|_| true),
    }
}

/// Whether a text is worth keeping and cannot be a secret: an address without credentials, or an identifier.
fn is_harmless(text: &str) -> bool {
    let is_address = text.starts_with("https://") || text.starts_with("http://");
    (is_address && !text.contains(['@', '?']) && !has_generated_part(text))
        || identifier::is_region(text)
        || identifier::user_pool_region(text).is_some()
        || identifier::is_placeholder(text)
}

/// Whether some part of a text looks as if a machine had made it up, as the keys in the addresses of webhooks do.
fn has_generated_part(text: &str) -> bool {
    text.split(|character: char| !character.is_ascii_alphanumeric()).any(|part| {
        part.len() >= 16
            && part.bytes().any(|byte| byte.is_ascii_digit())
            && part.bytes().any(|byte| byte.is_ascii_alphabetic())
    })
}

/// Replaces every text that may not stay or holds a secret, wherever it stands in the value.
fn strip(value: Value, may_stay: &dyn Fn(&str) -> bool) -> Value {
    let stays = |text: &str| may_stay(text) && !holds_secret(text);
    let kind = match value.kind {
        Kind::Text(text) if !stays(&text) => Kind::Unknown(Why::Redacted),
        Kind::Concat(parts) if !parts.iter().all(|part| part.text().is_none_or(stays)) => Kind::Unknown(Why::Redacted),
        Kind::Concat(parts) => Kind::Concat(parts.into_iter().map(|part| strip(part, may_stay)).collect()),
        Kind::OneOf(alternatives) => Kind::OneOf(
            alternatives
                .into_iter()
                .map(|alternative| Alternative { value: strip(alternative.value, may_stay), ..alternative })
                .collect(),
        ),
        Kind::List(list) => Kind::List(List {
            items: list.items.into_iter().map(|(item, when)| (strip(item, may_stay), when)).collect(),
            ..list
        }),
        // Nobody writes a secret as a name on purpose.
        Kind::Unknown(Why::Deployment(name) | Why::Input(name))
        | Kind::Reference(Reference::Environment(name) | Reference::Setting(name) | Reference::SsmParameter(name))
            if holds_secret(&name) =>
        {
            Kind::Unknown(Why::Redacted)
        }
        other => other,
    };
    Value { kind, ..value }
}

/// A text of several items as a list of them.
fn listed(value: Value, separators: &[char]) -> Value {
    let Some(text) = value.text() else { return value };
    let items: Vec<Arc<str>> =
        text.split(separators).filter(|item| !item.is_empty()).map(|item| item.trim().into()).collect();
    let items = items.into_iter().map(|item| (Value::text_at(item, value.loc), When::always())).collect();
    Value { kind: Kind::List(List { items, open: false }), ..value }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;
    use crate::syntax::yaml;

    const SECRET: &str = "1v9k3q7x5m2t8c4b6n0p1r3j5h7g9f2d4s6a8w0e2y4u6i8o0zq";

    fn read(yaml_text: &str) -> Value {
        value(&yaml::parse(yaml_text).documents[0], &Place::whole(FileId(0))).unwrap()
    }

    fn keep(kind: SettingKind, text: &str) -> Value {
        kept(kind, "NAME", read(&format!("'{text}'")))
    }

    fn is_redacted(value: &Value) -> bool {
        value.kind == Kind::Unknown(Why::Redacted)
    }

    #[test]
    fn nodes_to_values() {
        assert_eq!(read("us-east-1_Ab1Cd2Ef3").text(), Some("us-east-1_Ab1Cd2Ef3"));
        assert_eq!(read("12345678901234567890123456").text(), Some("12345678901234567890123456"));
        assert_eq!(read("''").kind, Kind::Null);
        assert_eq!(read("${POOL}").kind, Kind::Reference(Reference::Environment("POOL".into())));
        assert_eq!(read("!Ref Pool").kind, Kind::Unknown(Why::Deployment("!Ref".into())));
        assert_eq!(read("{Ref: Pool}").kind, Kind::Unknown(Why::Deployment("Ref".into())));
        assert_eq!(plain(&read("[openid, email]")), Some("openid"));
        assert_eq!(read("|\n  us-east-1_Ab1Cd2Ef3\n").text(), Some("us-east-1_Ab1Cd2Ef3"));
    }

    #[test]
    fn secrets_go_and_stand_ins_stay() {
        assert!(is_redacted(&keep(SettingKind::ClientSecret, SECRET)));
        assert!(is_redacted(&keep(SettingKind::ClientSecret, "hush")));
        assert_eq!(keep(SettingKind::ClientSecret, "your-client-secret").text(), Some("your-client-secret"));
        let reference = Kind::Reference(Reference::Environment("SECRET".into()));
        assert_eq!(keep(SettingKind::ClientSecret, "${SECRET}").kind, reference);
        assert!(is_redacted(&keep(SettingKind::ClientId, SECRET)), "a secret in the place of an id");
        let defaulted = keep(SettingKind::ClientSecret, &format!("${{SECRET:-{SECRET}}}"));
        assert!(!format!("{defaulted:?}").contains(SECRET));
        assert!(matches!(defaulted.kind, Kind::OneOf(_)));
    }

    #[test]
    fn of_other_variables_only_the_harmless_values_stay() {
        for text in ["https://api.shop.com/v1", "us-east-1", "us-east-1_Ab1Cd2Ef3"] {
            assert_eq!(keep(SettingKind::Other, text).text(), Some(text));
        }
        for text in [
            "hunter2",
            "postgres://shop:hunter2@db/shop",
            "https://shop:hunter2@api.shop.com",
            "https://api.shop.com/?key=hunter2",
            "https://hooks.shop.com/services/T00000000/B00000000/Xk29fjQ0apLwM3nC8vRt5yZs",
            SECRET,
        ] {
            assert!(is_redacted(&keep(SettingKind::Other, text)), "{text}");
        }
        let mixed = keep(SettingKind::Other, "postgres://shop:hunter2@${HOST}/shop");
        assert!(is_redacted(&mixed));
        let named = kept(SettingKind::Other, "API_TOKEN", read("https://a.shop.com"));
        assert!(is_redacted(&named));
    }

    #[test]
    fn items_become_lists() {
        let texts = |value: &Value| {
            value.list().unwrap().items.iter().map(|(item, _)| item.text().unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(texts(&keep(SettingKind::Scope, "openid profile,email")), ["openid", "profile", "email"]);
        assert_eq!(
            texts(&keep(SettingKind::RedirectUri, "https://shop.com/,http://localhost:3000/")),
            ["https://shop.com/", "http://localhost:3000/"]
        );
        assert_eq!(texts(&keep(SettingKind::LogoutUri, "https://shop.com/")), ["https://shop.com/"]);
    }
}
