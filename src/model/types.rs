//! The resources of each type.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::read::Resource;
use crate::source::Loc;

/// The numbers of resources by their type.
#[derive(Debug, Default)]
pub(super) struct Types {
    types: HashMap<Arc<str>, OfType>,
    /// How many resources are declared at a place.
    declared: HashMap<Loc, u32>,
}

#[derive(Debug, Default)]
struct OfType {
    all: Vec<usize>,
    distinct: Vec<usize>,
}

impl Types {
    pub(super) fn of(resources: &[Resource]) -> Self {
        let mut types: HashMap<Arc<str>, OfType> = HashMap::new();
        let mut declared: HashMap<Loc, u32> = HashMap::new();
        let mut seen = HashSet::new();
        for (number, resource) in resources.iter().enumerate() {
            *declared.entry(resource.loc).or_default() += 1;
            let of_type = types.entry(resource.type_name.clone()).or_default();
            of_type.all.push(number);
            if seen.insert((&resource.type_name, &resource.key.id, resource.loc)) {
                of_type.distinct.push(number);
            }
        }
        Self { types, declared }
    }

    /// The resources of a type, in order.
    pub(super) fn all(&self, type_name: &str) -> &[usize] {
        self.types.get(type_name).map(|of_type| of_type.all.as_slice()).unwrap_or_default()
    }

    /// The same, of several with the same name at the same place only the first.
    pub(super) fn distinct(&self, type_name: &str) -> &[usize] {
        self.types.get(type_name).map(|of_type| of_type.distinct.as_slice()).unwrap_or_default()
    }

    /// Whether a resource is the only one that is declared at its place.
    pub(super) fn is_alone(&self, resource: &Resource) -> bool {
        self.declared.get(&resource.loc).is_none_or(|count| *count <= 1)
    }
}
