//! A view read in one way: everything unknown gets a value that may be there.

use std::sync::Arc;

use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};

use crate::source::Loc;

use super::reach::domain::{Domain, Form};
use super::reach::{Reach, VarId};
use super::view::View;
use super::view::node::{Member, Node, Shape, SlotId};

/// One way to read a view. What a policy does not look at is an empty map, which nothing can be compared with.
#[derive(Clone, Copy, Debug)]
pub struct Reading<'a> {
    /// The view.
    pub view: &'a View,
    /// The sections that are shown.
    pub sections: &'a [&'static str],
    /// What the policy looks at.
    pub reach: &'a Reach,
    /// The ways to read each unknown value.
    pub domains: &'a [Domain],
    /// Of each the number of the one that is taken.
    pub row: &'a [usize],
}

/// What stands at a path of a reading.
#[derive(Clone, Debug)]
pub struct Spot<'a> {
    /// The member that holds it, where a map does.
    pub member: Option<&'a Member>,
    /// The nearest key.
    pub key: Option<&'a str>,
    /// The value.
    pub node: &'a Node,
    /// The choice that it is a part of.
    pub choice: Option<&'a Node>,
    /// The section and the key or number of the entry that it belongs to.
    pub entry: Option<(&'a str, usize)>,
    /// The nearest place above it.
    pub above: Option<Loc>,
}

impl Spot<'_> {
    /// Where it is written: a map of infrastructure by its key, one of a program by itself, as its key may stand in a helper
    /// that other calls share.
    pub fn loc(&self) -> Option<Loc> {
        let is_in_program = self.entry.is_some_and(|(section, _)| section == "Calls");
        let is_map = matches!(self.node.shape, Shape::Map(..));
        let member = self.member.and_then(|member| if is_map { member.key_loc } else { member.loc() });
        let own = self.node.loc.filter(|_| !is_map || is_in_program || self.above.is_none());
        if is_map && is_in_program { own.or(member).or(self.above) } else { member.or(own).or(self.above) }
    }

    /// The same spot in other readings.
    pub fn id(&self) -> usize {
        std::ptr::from_ref(self.choice.unwrap_or(self.node)) as usize
    }
}

impl<'a> Reading<'a> {
    /// The form that an unknown value has.
    fn form(&self, var: VarId) -> Option<&'a Form> {
        self.domains.get(var)?.forms.get(*self.row.get(var)?)
    }

    fn form_of(&self, slot: SlotId) -> Option<&'a Form> {
        self.form(self.reach.var(slot)?)
    }

    /// The option of a choice, where one is taken.
    fn option<'n>(&self, slot: SlotId, options: &'n [Node]) -> Option<&'n Node> {
        if let Some(Form::Option(number)) = self.form_of(slot) { options.get(*number) } else { None }
    }

    /// Whether what may be missing is there.
    fn is_there(&self, maybe: Option<SlotId>) -> bool {
        maybe.and_then(|slot| self.form_of(slot)) != Some(&Form::Missing)
    }

    /// Whether a member is there.
    fn has(&self, member: &Member) -> bool {
        let of_value = if let Shape::Unknown(slot) = member.node.shape { Some(slot) } else { None };
        self.is_there(member.maybe) && self.is_there(of_value)
    }

    /// The members or items of these that are there.
    fn present(&self, parts: &'a [(Arc<str>, VarId)]) -> impl Iterator<Item = (&'a Arc<str>, VarId)> {
        let is_there = |(_, var): &(&Arc<str>, VarId)| self.form(*var) != Some(&Form::Missing);
        parts.iter().map(|(key, var)| (key, *var)).filter(is_there)
    }

    /// What is added to a map or list.
    fn added(&self, open: Option<SlotId>) -> &'a [(Arc<str>, VarId)] {
        open.map_or(&[], |slot| self.reach.more(slot))
    }

    /// What stands at a path, as the library writes paths: `/Resources/Client/Properties/ExplicitAuthFlows/0`.
    pub fn find(&self, path: &str) -> Option<Spot<'a>> {
        let node = &self.view.root;
        let start = Spot { member: None, key: None, node, choice: None, entry: None, above: None };
        self.below(start, path.strip_prefix('/').unwrap_or(path), 0)
    }

    /// Keys are not escaped in paths, so that every key that fits is tried.
    fn below(&self, at: Spot<'a>, rest: &str, depth: usize) -> Option<Spot<'a>> {
        let above = at.loc();
        match &at.node.shape {
            Shape::OneOf(slot, options) => match self.option(*slot, options) {
                Some(node) => self.below(Spot { node, choice: at.choice.or(Some(at.node)), ..at }, rest, depth),
                None => Some(at),
            },
            Shape::Unknown(_) => Some(at),
            _ if rest.is_empty() => Some(at),
            Shape::Map(members, open) => {
                let there = members.iter().enumerate().filter(|(_, member)| self.has(member));
                let mut found = there.filter_map(|(number, member)| {
                    let behind = rest.strip_prefix(&*member.key)?;
                    let behind = if behind.is_empty() { behind } else { behind.strip_prefix('/')? };
                    let entry = match depth {
                        0 => Some((&*member.key, usize::MAX)),
                        1 => at.entry.map(|(section, _)| (section, number)),
                        _ => at.entry,
                    };
                    let (key, node) = (Some(&*member.key), &member.node);
                    self.below(Spot { member: Some(member), key, node, entry, above, ..at.clone() }, behind, depth + 1)
                });
                found.next().or_else(|| {
                    let is_added = |(key, _): &(Arc<str>, VarId)| rest.starts_with(&**key);
                    self.added(*open).iter().any(is_added).then(|| at.clone())
                })
            }
            Shape::List(items, open) => {
                let (first, behind) = rest.split_once('/').unwrap_or((rest, ""));
                let mut there = items.iter().enumerate().filter(|(_, (_, maybe))| self.is_there(*maybe));
                let Some((number, (node, _))) = there.nth(first.parse().ok()?) else {
                    return open.map(|_| at.clone());
                };
                let entry = if depth == 1 { at.entry.map(|(section, _)| (section, number)) } else { at.entry };
                self.below(Spot { member: None, node, entry, above, ..at }, behind, depth + 1)
            }
            _ => None,
        }
    }

    /// The document.
    pub fn document(&self) -> String {
        serde_json::to_string(&Shown { reading: self, node: &self.view.root, is_root: true }).unwrap_or_default()
    }
}

/// A node as a reading shows it.
struct Shown<'r> {
    reading: &'r Reading<'r>,
    node: &'r Node,
    is_root: bool,
}

impl Serialize for Shown<'_> {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        let reading = self.reading;
        let shown = |node| Shown { reading, node, is_root: false };
        match &self.node.shape {
            Shape::Null => out.serialize_unit(),
            Shape::Bool(value) => out.serialize_bool(*value),
            Shape::Number(number) => number.serialize(out),
            Shape::Text(text) => out.serialize_str(text),
            Shape::List(items, open) => {
                let mut list = out.serialize_seq(None)?;
                for (item, _) in items.iter().filter(|(_, maybe)| reading.is_there(*maybe)) {
                    list.serialize_element(&shown(item))?;
                }
                for (_, var) in reading.present(reading.added(*open)) {
                    list.serialize_element(&Held { reading, var })?;
                }
                list.end()
            }
            Shape::Map(members, open) => {
                let mut map = out.serialize_map(None)?;
                let is_shown = |member: &&Member| {
                    reading.has(member) && (!self.is_root || reading.sections.contains(&&*member.key))
                };
                for member in members.iter().filter(is_shown) {
                    map.serialize_entry(&*member.key, &shown(&member.node))?;
                }
                for (key, var) in reading.present(reading.added(*open)) {
                    map.serialize_entry(&**key, &Held { reading, var })?;
                }
                map.end()
            }
            Shape::OneOf(slot, options) => match reading.option(*slot, options) {
                Some(option) => shown(option).serialize(out),
                None => out.serialize_map(Some(0))?.end(),
            },
            Shape::Unknown(slot) => match reading.reach.var(*slot) {
                Some(var) => Held { reading, var }.serialize(out),
                None => out.serialize_map(Some(0))?.end(),
            },
        }
    }
}

/// An unknown value as a reading shows it.
struct Held<'r> {
    reading: &'r Reading<'r>,
    var: VarId,
}

/// The map of the members of an unknown value.
struct Members<'r>(&'r Held<'r>);

impl Serialize for Members<'_> {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        let Held { reading, var } = *self.0;
        let mut map = out.serialize_map(None)?;
        let below = reading.reach.vars.get(var).map_or(&[][..], |var| &var.below);
        for (key, var) in reading.present(below) {
            map.serialize_entry(&**key, &Held { reading, var })?;
        }
        map.end()
    }
}

impl Serialize for Held<'_> {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        match self.reading.form(self.var) {
            Some(Form::Value(value)) => value.serialize(out),
            Some(Form::Maps) => [Members(self)].serialize(out),
            _ => Members(self).serialize(out),
        }
    }
}
