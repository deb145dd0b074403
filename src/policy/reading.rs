//! A view read in one way: every slot gets a value that may be there.

use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};

use crate::source::Loc;

use super::literals::Literal;
use super::view::View;
use super::view::node::{Member, Node, Shape, SlotId, SlotKind};

/// One way to read a view. The first leaves everything open incomparable; the others try, for the slots that a policy
/// touches, what the policy compares with.
#[derive(Clone, Copy, Debug)]
pub struct Reading<'a> {
    /// The view.
    pub view: &'a View,
    /// The sections that are shown.
    pub sections: &'a [&'static str],
    /// The slots that the policy touches, sorted.
    pub touched: &'a [SlotId],
    /// What is tried.
    pub tried: &'a Tried<'a>,
    /// The number of the reading.
    pub number: usize,
}

/// What a policy compares with.
#[derive(Clone, Debug, Default)]
pub struct Tried<'a> {
    /// The values.
    pub literals: Vec<Literal<'a>>,
    /// The keys that it names.
    pub keys: Vec<&'a str>,
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
    /// The slot that it is in, or that it is a part of.
    pub slot: Option<SlotId>,
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

    /// What makes a clause about it undecided: that it is unknown itself, or, for one about something missing, that more may
    /// be there.
    pub fn open(&self, is_missing: bool) -> Option<SlotId> {
        match &self.node.shape {
            Shape::Map(_, open) | Shape::List(_, open) if is_missing => self.slot.or(*open),
            _ => self.slot,
        }
    }
}

/// What a slot holds in a reading.
enum Held<'a> {
    /// Nothing that anything can be compared with.
    Opaque,
    /// A text that stands nowhere else.
    Marker(SlotId),
    /// A value of the policy's.
    Literal(&'a Literal<'a>),
}

impl<'a> Reading<'a> {
    /// In how many ways a view is to be read so that everything is tried.
    pub fn count(view: &View, touched: &[SlotId], tried: &Tried<'_>) -> usize {
        let of_slot = |slot: &SlotId| match view.slots.get(slot.0).map(|slot| slot.kind) {
            Some(SlotKind::Value | SlotKind::Open) => 2 + tried.literals.len(),
            Some(SlotKind::Choice(count)) => count,
            Some(SlotKind::Presence) => 2,
            None => 1,
        };
        touched.iter().map(of_slot).max().unwrap_or(1)
    }

    /// Whether it is the same for every policy with these sections: nothing is tried.
    pub fn is_plain(&self) -> bool {
        let is_choice =
            |slot: &SlotId| self.view.slots.get(slot.0).is_some_and(|slot| matches!(slot.kind, SlotKind::Choice(_)));
        self.number == 0 && !self.touched.iter().any(is_choice)
    }

    fn is_touched(&self, slot: SlotId) -> bool {
        self.touched.binary_search(&slot).is_ok()
    }

    fn held(&self, slot: SlotId) -> Held<'a> {
        match self.number.checked_sub(1) {
            Some(number) if self.is_touched(slot) => number
                .checked_sub(1)
                .and_then(|number| self.tried.literals.get(number % self.tried.literals.len().max(1)))
                .map_or(Held::Marker(slot), Held::Literal),
            _ => Held::Opaque,
        }
    }

    /// The option of a choice, where one is taken.
    fn option<'n>(&self, slot: SlotId, options: &'n [Node]) -> Option<&'n Node> {
        if self.is_touched(slot) { options.get(self.number % options.len().max(1)) } else { None }
    }

    /// Whether what may be missing is there.
    fn is_there(&self, maybe: Option<SlotId>) -> bool {
        maybe.is_none_or(|slot| !self.is_touched(slot) || self.number.is_multiple_of(2))
    }

    /// The slot of a map whose missing members are filled in.
    fn filled(&self, open: Option<SlotId>) -> Option<SlotId> {
        open.filter(|slot| !self.number.is_multiple_of(2) && self.is_touched(*slot))
    }

    /// What stands at a path, as the library writes paths: `/Resources/Client/Properties/ExplicitAuthFlows/0`.
    pub fn find(&self, path: &str) -> Option<Spot<'a>> {
        let node = &self.view.root;
        let start = Spot { member: None, key: None, node, choice: None, slot: None, entry: None, above: None };
        self.below(start, path.strip_prefix('/').unwrap_or(path), 0)
    }

    /// Keys are not escaped in paths, so that every key that fits is tried.
    fn below(&self, at: Spot<'a>, rest: &str, depth: usize) -> Option<Spot<'a>> {
        let above = at.loc();
        match &at.node.shape {
            Shape::OneOf(slot, options) => match self.option(*slot, options) {
                Some(node) => self.below(Spot { node, choice: at.choice.or(Some(at.node)), ..at }, rest, depth),
                None => Some(Spot { slot: Some(*slot), ..at }),
            },
            Shape::Unknown(slot) => Some(Spot { slot: Some(*slot), ..at }),
            _ if rest.is_empty() => Some(at),
            Shape::Map(members, open) => {
                let there = members.iter().enumerate().filter(|(_, member)| self.is_there(member.maybe));
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
                found.next().or_else(|| Some(Spot { slot: Some(self.filled(*open)?), ..at.clone() }))
            }
            Shape::List(items, _) => {
                let (first, behind) = rest.split_once('/').unwrap_or((rest, ""));
                let mut there = items.iter().enumerate().filter(|(_, (_, maybe))| self.is_there(*maybe));
                let (number, (node, _)) = there.nth(first.parse().ok()?)?;
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
            Shape::List(items, _) => {
                let mut list = out.serialize_seq(None)?;
                for (item, _) in items.iter().filter(|(_, maybe)| reading.is_there(*maybe)) {
                    list.serialize_element(&shown(item))?;
                }
                list.end()
            }
            Shape::Map(members, open) => {
                let mut map = out.serialize_map(None)?;
                let is_shown = |member: &&Member| {
                    reading.is_there(member.maybe) && (!self.is_root || reading.sections.contains(&&*member.key))
                };
                for member in members.iter().filter(is_shown) {
                    map.serialize_entry(&*member.key, &shown(&member.node))?;
                }
                if let Some(slot) = reading.filled(*open) {
                    let missing = |key: &&&str| !members.iter().any(|member| &*member.key == **key);
                    for key in reading.tried.keys.iter().filter(missing) {
                        map.serialize_entry(key, &reading.held(slot))?;
                    }
                }
                map.end()
            }
            Shape::OneOf(slot, options) => match reading.option(*slot, options) {
                Some(option) => shown(option).serialize(out),
                None => Held::Opaque.serialize(out),
            },
            Shape::Unknown(slot) => reading.held(*slot).serialize(out),
        }
    }
}

impl Serialize for Held<'_> {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Opaque => out.serialize_map(Some(0))?.end(),
            Self::Marker(slot) => out.collect_str(&format_args!("unknown {}", slot.0)),
            Self::Literal(literal) => literal.serialize(out),
        }
    }
}
