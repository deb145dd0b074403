//! The resources of each type.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::read::Resource;
use crate::source::Loc;

/// The numbers of resources by their type.
#[derive(Debug, Default)]
pub(super) struct Types {
    types: HashMap<Arc<str>, OfType>,
    /// How many clients have the list of flows at a place: an anchor or a module may give it to several.
    flows: HashMap<Loc, u32>,
}

#[derive(Debug, Default)]
struct OfType {
    all: Vec<usize>,
    distinct: Vec<usize>,
}

impl Types {
    pub(super) fn of(resources: &[Resource]) -> Self {
        let mut types: HashMap<Arc<str>, OfType> = HashMap::new();
        let mut flows: HashMap<Loc, u32> = HashMap::new();
        let mut seen = HashSet::new();
        for (number, resource) in resources.iter().enumerate() {
            if let Some(list) = resource.properties.field("ExplicitAuthFlows").value() {
                *flows.entry(list.loc).or_default() += 1;
            }
            let of_type = types.entry(resource.type_name.clone()).or_default();
            of_type.all.push(number);
            if seen.insert((&resource.type_name, &resource.key.id, resource.loc)) {
                of_type.distinct.push(number);
            }
        }
        Self { types, flows }
    }

    /// The resources of a type, in order.
    pub(super) fn all(&self, type_name: &str) -> &[usize] {
        self.types.get(type_name).map(|of_type| of_type.all.as_slice()).unwrap_or_default()
    }

    /// The same, of several with the same name at the same place only the first.
    pub(super) fn distinct(&self, type_name: &str) -> &[usize] {
        self.types.get(type_name).map(|of_type| of_type.distinct.as_slice()).unwrap_or_default()
    }

    /// Whether only one client has the list of flows at a place.
    pub(super) fn is_of_one(&self, flows: Loc) -> bool {
        self.flows.get(&flows) == Some(&1)
    }
}
