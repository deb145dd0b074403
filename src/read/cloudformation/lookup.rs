//! `Fn::FindInMap`.

use std::sync::Arc;

use crate::source::Loc;
use crate::syntax::tree::Node;
use crate::value::Value;
use crate::when::When;

use super::call::Call;
use super::functions::deployment;
use super::instance::{At, Instance};
use crate::read::branches::{self, Branch, Branches, always, combine, text_of};

impl Instance<'_> {
    /// What a lookup finds; where it depends on a parameter that is not given, under each of that parameter's values.
    pub fn find_in_map(&self, call: &Call<'_>, loc: Loc, at: &At) -> Branches {
        let (map, top, second, default) = match call.items() {
            [map, top, second] => (map, top, second, None),
            [map, top, second, options] => (map, top, second, options.get("DefaultValue")),
            _ => return always(deployment("FindInMap", loc)),
        };
        let map_name = self.value(map, at).and_then(|name| text_of(&name));
        let mapping = map_name.and_then(|name| self.inputs.mapping(&name));
        let first = mapping.and_then(|mapping| mapping.pairs().first()).map(|pair| &pair.value);
        let (top, second) = (self.key_branches(top, keys(mapping), at), self.key_branches(second, keys(first), at));
        let found = combine(vec![top, second], loc, |row| {
            let keys: Option<Vec<Arc<str>>> = row.iter().map(|key| text_of(key.as_ref()?)).collect();
            let found = match keys.as_deref() {
                Some([top, second]) => mapping.and_then(|mapping| mapping.at(&[top, second])),
                _ => return always(deployment("FindInMap", loc)),
            };
            let assumed = branches::assumed_by(row.iter().flatten());
            let Some(node) = found.or(default) else { return always(deployment("FindInMap", loc)) };
            let mut values = self.evaluate(node, at);
            for value in values.iter_mut().filter_map(|branch| branch.value.as_mut()) {
                value.assumed = value.assumed.take().or_else(|| assumed.clone());
            }
            values
        });
        branches::one_if_equal(found)
    }

    /// The keys that a lookup is made with: those of the mapping, where it depends on a parameter that is not given.
    fn key_branches(&self, node: &Node, keys: Vec<Arc<str>>, at: &At) -> Branches {
        const MOST_KEYS: usize = 32;
        let variable = Call::of(node)
            .filter(|call| call.name == "Ref")
            .and_then(|call| self.open_parameter(&at.bindings.substitute(call.text()?)));
        let Some(variable) = variable else { return self.evaluate(node, at) };
        let allowed =
            self.conditions.variable(&variable).map(|declared| declared.allowed.as_slice()).unwrap_or_default();
        let possible: Vec<Arc<str>> =
            keys.into_iter().filter(|key| allowed.is_empty() || allowed.contains(key)).collect();
        if possible.is_empty() || possible.len() > MOST_KEYS {
            return self.evaluate(node, at);
        }
        let loc = self.loc(node.span);
        let branch = |key: Arc<str>| {
            let when = When::test(variable.scope.clone(), format!("{} = {key}", variable.name), true);
            Branch { when, value: Some(Value::text_at(key, loc)) }
        };
        possible.into_iter().map(branch).collect()
    }
}

fn keys(map: Option<&Node>) -> Vec<Arc<str>> {
    map.map(Node::pairs).unwrap_or_default().iter().map(|pair| pair.key.clone()).collect()
}
