//! Kubernetes manifests: ConfigMaps and Secrets, and the containers that read them.

use std::collections::HashMap;
use std::sync::Arc;

use camino::Utf8Path;

use crate::source::{FileId, Loc};
use crate::syntax::tree::{Node, NodeKind, Pair, Tree};
use crate::syntax::{data, embedded};
use crate::value::{Kind, Reference, Value, Why};

use super::place::Place;
use super::walk::{Walk, join};
use super::{scalar, surroundings};

/// The values of all ConfigMaps and Secrets, by kind, name and key.
#[derive(Debug, Default)]
pub struct Stored {
    values: HashMap<(&'static str, Arc<str>, Arc<str>), Value>,
}

/// How a container names a ConfigMap's or a Secret's key.
const KEY_REFERENCES: &[(&str, &str)] = &[("configMapKeyRef", "ConfigMap"), ("secretKeyRef", "Secret")];

impl Stored {
    /// Collects the values of all manifests.
    pub fn of<'t>(trees: impl IntoIterator<Item = (FileId, &'t Tree)>) -> Self {
        let mut stored = Self::default();
        for (file, tree) in trees {
            let place = Place::whole(file);
            for document in &tree.documents {
                let Some((kind, name)) = identity(document) else { continue };
                let Some((_, kind)) = KEY_REFERENCES.iter().find(|(_, mine)| *mine == kind) else { continue };
                for (pair, value) in entries(document, &place) {
                    stored.values.insert((*kind, name.into(), pair.key.clone()), value);
                }
            }
        }
        stored
    }

    /// What `valueFrom` takes: the stored value, else a reference to a secret. `None` where it is no Kubernetes one.
    pub fn value(&self, origin: &Node, loc: Loc) -> Option<Value> {
        let (reference, kind) = KEY_REFERENCES.iter().find_map(|(key, kind)| Some((origin.get(key)?, *kind)))?;
        let name: Arc<str> = reference.get("name").and_then(Node::scalar).unwrap_or_default();
        let key: Arc<str> = reference.get("key").and_then(Node::scalar).unwrap_or_default();
        let known = self.values.get(&(kind, name.clone(), key.clone())).cloned();
        Some(known.unwrap_or_else(|| match kind {
            "Secret" => Value::new(Kind::Reference(Reference::Secret { name, field: key }), loc),
            _ => Value::unknown(Why::Deployment(kind.into()), loc),
        }))
    }
}

/// The kind and name of a manifest; `None` for any other document.
pub fn identity(document: &Node) -> Option<(&str, &str)> {
    document.get("apiVersion")?.text()?;
    let kind = document.get("kind")?.text()?;
    let name = document.at(&["metadata", "name"]).and_then(Node::text).unwrap_or_default();
    Some((kind, name))
}

/// Collects the settings of a manifest.
pub fn read(document: &Node, kind: &str, name: &str, walk: Walk<'_>) {
    let root = format!("{kind}/{name}");
    let mut walk = Walk { root: &root, ..walk };
    if !matches!(kind, "ConfigMap" | "Secret") {
        walk.node(document, "");
        return;
    }
    for (pair, value) in entries(document, &walk.place) {
        if !is_file(pair, &mut walk) {
            walk.variable(pair, value, "");
        }
    }
}

/// The entries of a ConfigMap or Secret with their values, decoded.
fn entries<'n>(document: &'n Node, place: &Place) -> Vec<(&'n Pair, Value)> {
    let is_secret = document.get("kind").and_then(Node::text) == Some("Secret");
    let written = |key: &str| document.get(key).map(Node::pairs).unwrap_or_default().iter();
    let plain = written(if is_secret { "stringData" } else { "data" })
        .filter_map(|pair| Some((pair, scalar::value(&pair.value, place)?)));
    let encoded = written("data").filter(|_| is_secret).filter_map(|pair| {
        let text = base64(pair.value.text()?)?;
        Some((pair, scalar::text(&text, place, &pair.value)))
    });
    plain.chain(encoded).collect()
}

/// Collects the settings of a whole file that is kept under a key: `application.yml: |`. Returns whether it is one.
fn is_file(pair: &Pair, walk: &mut Walk<'_>) -> bool {
    let is_text = matches!(&pair.value.kind, NodeKind::Text(text) if text.contains('\n'));
    let Some((text, offsets)) = walk.text.filter(|_| is_text).and_then(|file| embedded::extract(file, &pair.value))
    else {
        return false;
    };
    let Some(tree) = data::parse(Utf8Path::new(&*pair.key), &text) else { return false };
    let place = Place::inside(walk.place.file, offsets);
    let root = join(walk.root, &pair.key);
    let mut inside = Walk { place, text: None, root: &root, stored: walk.stored, sections: &mut *walk.sections };
    if !surroundings::is_other(&tree) {
        tree.documents.iter().for_each(|document| inside.node(document, ""));
    }
    true
}

/// Decodes base64 of either alphabet to text. `None` where it is neither.
fn base64(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut held) = (0_u32, 0);
    for digit in text.bytes().filter(|byte| !byte.is_ascii_whitespace() && *byte != b'=') {
        let value = match digit {
            b'A'..=b'Z' => digit - b'A',
            b'a'..=b'z' => digit - b'a' + 26,
            b'0'..=b'9' => digit - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(value);
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from(bits >> held & 0xff).ok()?);
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_of_either_alphabet() {
        assert_eq!(base64("dXMtZWFzdC0xX0FiMUNkMkVmMw==").as_deref(), Some("us-east-1_Ab1Cd2Ef3"));
        assert_eq!(base64("YQ").as_deref(), Some("a"));
        assert_eq!(base64("Pz8_").as_deref(), Some("???"));
        assert_eq!(base64("").as_deref(), Some(""));
        assert_eq!(base64("not base64!"), None);
        assert_eq!(base64("//79"), None, "no text");
    }
}
