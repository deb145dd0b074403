//! The views as JSON, for people and for Guard's own tools.
//!
//! What is not known is `{"$unknown": why}`, one of several values `{"$oneOf": […]}`, what may be missing
//! `{"$sometimes": value}`; where more may follow than is known, a map has the member `$open` and a list the item
//! `{"$open": why}`.

use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};

use super::node::{Node, Shape, Slot, SlotId};
use super::{VERSION, View};

/// The views of a model as one document.
#[derive(Serialize)]
pub struct Printed<'v> {
    version: i64,
    views: Vec<PrintedView<'v>>,
}

#[derive(Serialize)]
struct PrintedView<'v> {
    /// The conditions of the deployment, for people.
    #[serde(skip_serializing_if = "String::is_empty")]
    when: String,
    document: Shown<'v>,
}

/// The views as they are printed.
pub fn printed(views: &[View]) -> Printed<'_> {
    let views = views.iter().map(|view| PrintedView {
        when: view.when.to_string(),
        document: Shown { slots: &view.slots, node: &view.root },
    });
    Printed { version: VERSION, views: views.collect() }
}

struct Shown<'v> {
    slots: &'v [Slot],
    node: &'v Node,
}

impl<'v> Shown<'v> {
    fn other(&self, node: &'v Node) -> Self {
        Self { slots: self.slots, node }
    }

    fn why(&self, slot: SlotId) -> &'v str {
        self.slots.get(slot.0).map_or("it is not known", |slot| &slot.why)
    }
}

impl Serialize for Shown<'_> {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        match &self.node.shape {
            Shape::Null => out.serialize_unit(),
            Shape::Bool(value) => out.serialize_bool(*value),
            Shape::Number(number) => number.serialize(out),
            Shape::Text(text) => out.serialize_str(text),
            Shape::List(items, open) => {
                let mut list = out.serialize_seq(None)?;
                for (item, maybe) in items {
                    match maybe {
                        Some(_) => list.serialize_element(&Marked("$sometimes", self.other(item)))?,
                        None => list.serialize_element(&self.other(item))?,
                    }
                }
                if let Some(slot) = open {
                    list.serialize_element(&Marked("$open", self.why(*slot)))?;
                }
                list.end()
            }
            Shape::Map(members, open) => {
                let mut map = out.serialize_map(None)?;
                for member in members {
                    let shown = self.other(&member.node);
                    match member.maybe {
                        Some(_) => map.serialize_entry(&*member.key, &Marked("$sometimes", shown))?,
                        None => map.serialize_entry(&*member.key, &shown)?,
                    }
                }
                if let Some(slot) = open {
                    map.serialize_entry("$open", self.why(*slot))?;
                }
                map.end()
            }
            Shape::OneOf(_, options) => {
                let options: Vec<_> = options.iter().map(|option| self.other(option)).collect();
                Marked("$oneOf", options).serialize(out)
            }
            Shape::Unknown(slot) => Marked("$unknown", self.why(*slot)).serialize(out),
        }
    }
}

/// A map of one member.
struct Marked<T>(&'static str, T);

impl<T: Serialize> Serialize for Marked<T> {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        let mut map = out.serialize_map(Some(1))?;
        map.serialize_entry(self.0, &self.1)?;
        map.end()
    }
}
