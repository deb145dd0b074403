//! The attributes of a resource in a plan or state, as a value.

use std::sync::Arc;

use crate::source::{Loc, Span};
use crate::syntax::tree::{Node, NodeKind};
use crate::value::{Entry, Kind, List, Map, Presence, Value, Why};
use crate::when::When;

use super::Home;
use super::known_ids::Ids;
use super::mask::Mask;

/// Reads attributes. A `0` is left out: providers write it for a number that nobody gave. The id of a resource that the
/// document tells is a reference to it.
pub struct Attributes<'a> {
    /// The document.
    pub home: &'a Home,
    /// The ids.
    pub ids: &'a Ids,
    /// What is not known yet.
    pub unknown: &'a Mask,
    /// What is not kept.
    pub sensitive: &'a Mask,
    /// The value of what is not known yet; nothing where nobody gave one.
    pub after_apply: &'a AfterApply<'a>,
}

/// Tells a value that is not known yet, by its path and the place it would stand at.
pub type AfterApply<'a> = dyn Fn(&[Arc<str>], Loc) -> Option<Value> + 'a;

/// What is known once the plan is carried out, and no reference tells it now.
pub fn after_apply(loc: Loc) -> Value {
    Value::unknown(Why::Deployment("known after apply".into()), loc)
}

/// Attributes that are all known, but for those that are sensitive.
pub fn known(node: &Node, sensitive: &Mask, ids: &Ids, home: &Home) -> Value {
    let after_apply = |_: &[Arc<str>], loc: Loc| Some(after_apply(loc));
    Attributes { home, ids, unknown: &Mask::None, sensitive, after_apply: &after_apply }.read(node)
}

impl Attributes<'_> {
    /// The attributes of a resource.
    pub fn read(&self, node: &Node) -> Value {
        let value = self.value(node, self.unknown, self.sensitive, &mut Vec::new(), true);
        value.unwrap_or_else(|| after_apply(self.loc(node.span)))
    }

    /// A value; `is_block` says whether it holds arguments, rather than entries that somebody wrote.
    fn value(
        &self,
        node: &Node,
        unknown: &Mask,
        sensitive: &Mask,
        path: &mut Vec<Arc<str>>,
        is_block: bool,
    ) -> Option<Value> {
        let loc = self.loc(node.span);
        let kind = match &node.kind {
            _ if *unknown == Mask::All => return (self.after_apply)(path, loc),
            NodeKind::Null => Kind::Null,
            _ if *sensitive == Mask::All => Kind::Unknown(self.home.hidden.clone()),
            NodeKind::Bool(value) => Kind::Bool(*value),
            NodeKind::Number(number) => Kind::Number(number.clone()),
            NodeKind::Text(text) => match self.ids.get(text) {
                Some(reference) => Kind::Reference(reference.clone()),
                None => Kind::Text(text.clone()),
            },
            NodeKind::List(items) => {
                let mut list = List::default();
                for (at, item) in items.iter().enumerate() {
                    let key: Arc<str> = at.to_string().into();
                    path.push(key.clone());
                    let value = self.value(item, unknown.of(&key), sensitive.of(&key), path, true);
                    path.pop();
                    list.items.extend(value.map(|value| (value, When::always())));
                }
                Kind::List(list)
            }
            NodeKind::Map(pairs) => {
                let mut map = Map::default();
                for pair in pairs {
                    let (unknown, sensitive) = (unknown.of(&pair.key), sensitive.of(&pair.key));
                    if is_block && *unknown == Mask::None && is_unset(&pair.value) {
                        continue;
                    }
                    path.push(pair.key.clone());
                    let value = self.value(&pair.value, unknown, sensitive, path, false);
                    path.pop();
                    map.entries.extend(value.map(|value| entry(&pair.key, self.loc(pair.key_span), value)));
                }
                // What is not known at all is left out of the attributes.
                for key in unknown.keys().filter(|key| node.get(key).is_none()) {
                    path.push(key.clone());
                    let value = (self.after_apply)(path, loc);
                    path.pop();
                    map.entries.extend(value.map(|value| entry(key, loc, value)));
                }
                Kind::Map(map)
            }
        };
        Some(Value::new(kind, loc))
    }

    fn loc(&self, span: Span) -> Loc {
        self.home.loc(span)
    }
}

fn entry(key: &Arc<str>, key_loc: Loc, value: Value) -> Entry {
    Entry { key: key.clone(), key_loc, value, presence: Presence::Always }
}

/// Whether this is what stands for a number that nobody gave.
fn is_unset(node: &Node) -> bool {
    matches!(&node.kind, NodeKind::Number(number) if &**number == "0")
}
