//! The state of a resource, as Pulumi writes it down.

use std::sync::Arc;

use crate::read::paths::{normal, unpacked};
use crate::read::settings::keys;
use crate::read::{CodeLocation, CodePath, SettingKind};
use crate::syntax::tree::{Node, NodeKind};
use crate::value::{Entry, Kind, Map, Presence, Value, Why};

use super::deployment::{Home, kind_in};
use super::plain::plain;

/// The key that marks a map as something that JSON cannot say, and what it may say there.
const SIGNATURE: &str = "4dabf18193072939515e22adb298388d";
const SECRET: &str = "1b47061264138c4ac30d75fd1eb44270";
const RESOURCE: &str = "5cf8f73096256a8f31e491e813e4eb8e";
const OUTPUT: &str = "d0e6a833031e9bbcd3f4e8bde6ca49a4";

/// What stands for values that are not known before the deployment.
const UNKNOWN: &[&str] = &[
    "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
    "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
    "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
    "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
    "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
    "output<string>",
    "[unknown]",
];

/// Attributes that a setting of some kind holds, and the ends of the types of resources that have them.
const HOLD: &[(SettingKind, &str, &str)] = &[
    (SettingKind::ClientId, "Ref", "UserPoolClient"),
    (SettingKind::ClientSecret, "ClientSecret", "UserPoolClient"),
    (SettingKind::IdentityPoolId, "Ref", "IdentityPool"),
    (SettingKind::UserPoolArn, "Arn", "UserPool"),
    (SettingKind::UserPoolId, "Ref", "UserPool"),
];

/// Whether a text stands for a secret.
pub(super) fn is_hidden(text: &str) -> bool {
    text == "[secret]"
}

/// The arguments of a resource.
pub(super) fn inputs(home: &Home<'_>, state: &Node) -> Value {
    let Some(inputs) = state.get("inputs") else {
        return Value::new(Kind::Map(Map { open: true, ..Map::default() }), home.loc(state.span));
    };
    let dependencies = |argument: &str| {
        let urns = state.at(&["propertyDependencies", argument]).map(Node::items).unwrap_or_default();
        urns.iter().filter_map(Node::text).collect::<Vec<_>>()
    };
    let mut map = Map { entries: Vec::new(), open: inputs.cut };
    for pair in inputs.pairs().iter().filter(|pair| !pair.key.starts_with("__")) {
        let value = value(home, &pair.value, &pair.key, &dependencies(&pair.key));
        if value.kind != Kind::Null {
            let (key, key_loc) = (pair.key.clone(), home.loc(pair.key_span));
            map.entries.push(Entry { key, key_loc, value, presence: Presence::Always });
        }
    }
    Value::new(Kind::Map(map), home.loc(inputs.span))
}

/// What a node under a key is, which was made from these resources.
pub(super) fn value(home: &Home<'_>, node: &Node, key: &Arc<str>, from: &[&str]) -> Value {
    let loc = home.loc(node.span);
    let unknown = |why: Why| Value::unknown(why, loc);
    let later = || unknown(Why::Deployment("known after the deployment".into()));
    if let Some(signature) = node.get(SIGNATURE) {
        return match signature.text() {
            Some(SECRET) => unknown(Why::Redacted),
            Some(RESOURCE) => {
                let urn = node.get("urn").and_then(Node::text);
                urn.and_then(|urn| home.reference(urn, "Ref")).map_or_else(later, |kind| Value::new(kind, loc))
            }
            Some(OUTPUT) if node.get("secret").is_some() => unknown(Why::Redacted),
            Some(OUTPUT) => node.get("value").map_or_else(later, |node| value(home, node, key, from)),
            _ => unknown(Why::Deployment("asset".into())),
        };
    }
    match &node.kind {
        NodeKind::Text(text) if UNKNOWN.contains(&&**text) => {
            made_from(home, key, from).map_or_else(later, |kind| Value::new(kind, loc))
        }
        NodeKind::Text(text) if is_hidden(text) => unknown(Why::Redacted),
        NodeKind::Text(text) => Value::new(home.identified(text).unwrap_or(Kind::Text(text.clone())), loc),
        _ => {
            let mut value = plain(node, loc.file, &|own, inner| value(home, inner, own.unwrap_or(key), from));
            if let Kind::Map(map) = &mut value.kind {
                // What the provider notes for itself.
                map.entries.retain(|entry| !entry.key.starts_with("__"));
            }
            value
        }
    }
}

/// What a value under a key is, by what it holds, where only one of the resources has that.
fn made_from(home: &Home<'_>, key: &str, from: &[&str]) -> Option<Kind> {
    let wanted = keys::kind_of(key, None)?;
    let (_, attribute, end) = HOLD.iter().find(|(kind, ..)| *kind == wanted)?;
    let mut having = from.iter().filter(|urn| kind_in(urn).ends_with(&format!(":{end}")));
    let only = having.next().filter(|_| having.next().is_none())?;
    home.reference(only, attribute)
}

/// Where the code of a function lies, by a path in the folder of the project.
pub(super) fn code(home: &Home<'_>, urn: &str, state: &Node) -> Option<CodeLocation> {
    let code = state.at(&["inputs", "code"])?;
    let path =
        code.get("path").or_else(|| code.get("assets")?.pairs().iter().find_map(|pair| pair.value.get("path")))?;
    let path = normal(&home.folder().join(path.text()?));
    let handler = state.at(&["inputs", "handler"]).and_then(Node::scalar);
    Some(CodeLocation {
        resource: home.key(urn)?,
        path: CodePath::Path(unpacked(path)),
        handler,
        loc: home.loc(code.span),
    })
}
