//! What is looked for in a model: where an account left something untold, this says which rules may be silent about it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

/// Types of resources that were looked for, each with those of its properties that were read.
pub type Sought = BTreeMap<String, BTreeSet<String>>;

/// Remembers what is looked for.
#[derive(Debug, Default)]
pub struct Watch(Mutex<Sought>);

impl Watch {
    /// Resources of a type are looked for.
    pub(super) fn seek(&self, type_name: &str) {
        self.note(type_name, None);
    }

    /// A property of a resource is read.
    pub(super) fn read(&self, type_name: &str, property: &str) {
        self.note(type_name, Some(property));
    }

    fn note(&self, type_name: &str, property: Option<&str>) {
        let mut sought = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !sought.contains_key(type_name) {
            sought.insert(type_name.to_owned(), BTreeSet::new());
        }
        let known = sought.get_mut(type_name);
        if let Some((known, property)) = known.zip(property).filter(|(known, property)| !known.contains(*property)) {
            known.insert(property.to_owned());
        }
    }

    /// What was looked for since this was asked last.
    pub fn take(&self) -> Sought {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_type_and_property_is_remembered_once_and_then_forgotten() {
        let watch = Watch::default();
        watch.seek("Pool");
        watch.read("Client", "Flows");
        watch.read("Client", "Flows");
        watch.read("Client", "Name");
        let flows_and_name = BTreeSet::from(["Flows".to_owned(), "Name".to_owned()]);
        let expected = BTreeMap::from([("Pool".to_owned(), BTreeSet::new()), ("Client".to_owned(), flows_and_name)]);
        assert_eq!(watch.take(), expected);
        assert_eq!(watch.take(), Sought::new());
    }
}
