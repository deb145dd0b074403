//! What changes do to resources: which properties differ, which resources go.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use crate::read::{Change, Replacement, Resource};
use crate::source::Loc;
use crate::value::{Field, Kind, Reference, ResourceKey, Value};
use crate::when::{Test, When};

use super::create_only::{self, Effect};
use super::link::Trust;
use super::view::{Variant, View, boolean_of};
use super::{Model, defaults, pool};

/// A change with the variants of both sides.
#[derive(Debug)]
pub(super) struct Sides {
    before: Vec<Variant>,
    after: Vec<Variant>,
}

/// A resource before and after, under conditions that can be at once.
#[derive(Clone, Debug)]
pub struct Pair<'m> {
    /// As it was.
    pub before: View<'m>,
    /// As it is.
    pub after: View<'m>,
    /// The conditions of both.
    pub when: When,
    /// The change it is part of.
    pub change: &'m Change,
}

/// A resource that goes.
#[derive(Clone, Debug)]
pub struct Gone<'m> {
    /// As it was.
    pub before: View<'m>,
    /// The resource of its type that is new in the same stack and takes its place.
    pub heir: Option<&'m Resource>,
    /// The change.
    pub change: &'m Change,
}

/// A property that differs.
#[derive(Clone, Copy, Debug)]
pub struct Difference {
    /// Where it was written; nothing where it was left out.
    pub before: Option<Loc>,
    /// Where it is written, else the resource's place.
    pub after: Loc,
}

/// Why a resource is made anew.
#[derive(Debug)]
pub struct Anew {
    /// The property, for people.
    pub property: String,
    /// What becomes of it.
    pub effect: Effect,
    /// What the service answers where the change is refused.
    pub answer: Option<&'static str>,
    /// Where it differs.
    pub difference: Difference,
}

impl Model {
    /// The variants of the changes' resources.
    pub(super) fn sides_of_changes(&self) -> Vec<Sides> {
        let variants = |side: &Option<Resource>| side.as_ref().map(|one| self.variants_of(one)).unwrap_or_default();
        let sides = |change: &Change| Sides { before: variants(&change.before), after: variants(&change.after) };
        self.facts.changes.iter().map(sides).collect()
    }

    /// The resources of a type that are there before and after.
    pub fn pairs(&self, type_name: &'static str) -> impl Iterator<Item = Pair<'_>> {
        self.facts.changes.iter().zip(&self.sides).flat_map(move |(change, sides)| {
            let both = (change.before.as_ref(), change.after.as_ref());
            let (Some(before), Some(after)) = both else { return Vec::new() };
            if *before.type_name != *type_name {
                return Vec::new();
            }
            let names = Names::of(sides);
            let all = sides.before.iter().flat_map(|old| sides.after.iter().map(move |new| (old, new)));
            all.filter(|(old, new)| names.can_meet(&old.when, &new.when))
                .filter_map(|(old, new)| {
                    let when = old.when.and(&new.when).filter(|when| self.is_satisfiable(when))?;
                    let trust = Trust::default();
                    let before = View { resource: before, variant: old, trust: trust.clone(), watch: None };
                    Some(Pair {
                        before,
                        after: View { resource: after, variant: new, trust, watch: None },
                        when,
                        change,
                    })
                })
                .collect()
        })
    }

    /// The resources of a type that go.
    pub fn gone(&self, type_name: &'static str) -> impl Iterator<Item = Gone<'_>> {
        let is_new = |change: &&Change| change.before.is_none();
        let new = self.facts.changes.iter().filter(is_new).filter_map(|change| change.after.as_ref());
        let new = new.filter(|new| *new.type_name == *type_name);
        let mut heirs: HashMap<&str, Vec<&Resource>> = HashMap::new();
        new.for_each(|new| heirs.entry(&*new.key.stack).or_default().push(new));
        let changes = self.facts.changes.iter().zip(&self.sides);
        let lost = changes.clone().filter(|(change, _)| change.after.is_none());
        let mut lost_of: HashMap<&str, usize> = HashMap::new();
        lost.filter_map(|(change, _)| change.before.as_ref().filter(|before| *before.type_name == *type_name))
            .for_each(|before| *lost_of.entry(&*before.key.stack).or_default() += 1);
        changes.filter(|(change, _)| change.after.is_none()).filter_map(move |(change, sides)| {
            let resource = change.before.as_ref().filter(|before| *before.type_name == *type_name)?;
            let variant = sides.before.first()?;
            let before = View { resource, variant, trust: Trust::default(), watch: None };
            let new = heirs.get(&*resource.key.stack).map(Vec::as_slice).unwrap_or_default();
            let is_only = lost_of.get(&*resource.key.stack) == Some(&1);
            Some(Gone { before, heir: heir(resource, new, is_only), change })
        })
    }

    /// The pools that go or are made anew, by their name before: no client of theirs can stay.
    pub fn lost_pools(&self) -> HashSet<&ResourceKey> {
        let gone = self.gone(pool::TYPE).map(|gone| &gone.before.resource.key);
        let is_replaced = |pair: &Pair<'_>| self.made_anew(pair).iter().any(|anew| anew.effect == Effect::Replaced);
        let replaced = self.pairs(pool::TYPE).filter(is_replaced).map(|pair| &pair.before.resource.key);
        gone.chain(replaced).collect()
    }

    /// The properties for which a resource is made anew, or for which the deployment fails.
    pub fn made_anew(&self, pair: &Pair<'_>) -> Vec<Anew> {
        let planned = |property: &str, after: Loc| {
            let difference = Difference { before: None, after };
            Anew { property: property.to_owned(), effect: Effect::Replaced, answer: None, difference }
        };
        match &pair.change.replacement {
            Replacement::No => Vec::new(),
            Replacement::Yes(properties) if properties.is_empty() => vec![planned("", pair.change.loc)],
            Replacement::Yes(properties) => {
                let loc = |property: &str| pair.after.property_loc(&property.split('.').collect::<Vec<_>>());
                let anew = |property: &Arc<str>| planned(property, loc(property).unwrap_or(pair.change.loc));
                properties.iter().map(anew).collect()
            }
            Replacement::Undecided => {
                let rows = create_only::properties(&pair.before.resource.type_name, pair.after.resource.deployer);
                let rows = rows.filter(|(_, effect)| matches!(effect, Effect::Replaced | Effect::Refused));
                let anew = |(property, effect): (&'static str, Effect)| {
                    let path: Vec<&str> = property.split('.').collect();
                    let (answer, difference) = (refusal(property), self.difference(pair, &path)?);
                    Some(Anew { property: property.to_owned(), effect, answer, difference })
                };
                rows.filter_map(anew).collect()
            }
        }
    }

    /// How a property differs; `None` where it does not, or where that cannot be told.
    fn difference(&self, pair: &Pair<'_>, path: &[&str]) -> Option<Difference> {
        if pair.ignores(path) {
            return None;
        }
        let (before, after) = (settled(&pair.before, path)?, settled(&pair.after, path)?);
        let is_same = match (&before, &after) {
            (Settled::Resource(before), Settled::Resource(after)) => self.is_same(before, after),
            // What an id stands for is not known.
            (Settled::Resource(_), _) | (_, Settled::Resource(_)) => true,
            _ => before == after,
        };
        if is_same || pair.differs_in_default(path) {
            return None;
        }
        let loc = |view: &View<'_>| view.property_loc(path);
        Some(Difference { before: loc(&pair.before), after: loc(&pair.after).unwrap_or(pair.after.loc()) })
    }

    /// Whether both are one resource that is called otherwise now.
    fn is_same(&self, before: &ResourceKey, after: &ResourceKey) -> bool {
        let is_it = |resource: &Option<Resource>, key: &ResourceKey| {
            resource.as_ref().is_some_and(|resource| resource.key == *key)
        };
        let is_renamed = |change: &Change| is_it(&change.before, before) && is_it(&change.after, after);
        before == after || self.facts.changes.iter().any(is_renamed)
    }
}

/// The resource that takes the place of one: the new one that is deployed under the same name, else the only new one for
/// the only one that goes.
fn heir<'m>(gone: &Resource, new: &[&'m Resource], is_only: bool) -> Option<&'m Resource> {
    let name = |resource: &Resource| {
        let named = ["UserPoolName", "ClientName"].iter().find_map(|key| resource.properties.field(key).value())?;
        named.text().map(Arc::<str>::from)
    };
    let mine = name(gone);
    let named = new.iter().find(|new| mine.is_some() && name(new) == mine);
    let only = if let [only] = new { Some(only).filter(|_| is_only) } else { None };
    named.or(only).copied()
}

/// The tests that a resource's variants ask on each side of a change.
struct Names<'m> {
    before: HashSet<&'m Test>,
    after: HashSet<&'m Test>,
}

impl<'m> Names<'m> {
    fn of(sides: &'m Sides) -> Self {
        let tests = |variants: &'m [Variant]| variants.iter().flat_map(|variant| variant.when.tests()).collect();
        Self { before: tests(&sides.before), after: tests(&sides.after) }
    }

    /// Whether a resource can be so before and so after a change. A condition that only the earlier side knows and one that
    /// only the later side knows may be one under another name; and what is chosen by a value that only the later side
    /// knows (a new stage, a new file of values) was not there before.
    fn can_meet(&self, before: &When, after: &When) -> bool {
        let knows = |tests: &HashSet<&Test>, test: &Test| {
            tests.iter().any(|known| known.scope == test.scope && known.name == test.name)
        };
        let is_gone = before.tests().iter().any(|test| !knows(&self.after, test));
        let new: Vec<&Test> = after.tests().iter().filter(|test| !knows(&self.before, test)).collect();
        let is_choice = |test: &&Test| test.holds && test.equality().is_some_and(|(subject, _)| self.chooses(subject));
        (!is_gone || new.is_empty()) && !new.iter().any(is_choice)
    }

    /// Whether one of several deployments is chosen by a subject.
    fn chooses(&self, subject: &str) -> bool {
        const CHOICES: [&str; 3] = ["stack", "stage", "var-file"];
        CHOICES.contains(&subject)
            || self.before.iter().any(|test| test.equality().is_some_and(|(known, _)| known == subject))
    }
}

/// What the service answers where it refuses a change of a property.
fn refusal(property: &str) -> Option<&'static str> {
    Some(match property {
        "AliasAttributes" => "Updates are not allowed for property - AliasAttributes.",
        "UsernameAttributes" => "Updates are not allowed for property - UsernameAttributes.",
        "UsernameConfiguration.CaseSensitive" => "Updates are not allowed for property - UsernameConfiguration.",
        _ => return None,
    })
}

impl Pair<'_> {
    /// Whether a property stays as it is deployed, whatever is written.
    pub fn ignores(&self, path: &[&str]) -> bool {
        self.after.resource.ignored.covers(path)
    }

    /// A stack that is deployed keeps the values of its parameters, whatever their defaults become.
    fn differs_in_default(&self, path: &[&str]) -> bool {
        let assumed = |view: &View<'_>| view.field(path).value().and_then(|value| value.assumed.clone());
        assumed(&self.before).is_some_and(|before| Some(before) == assumed(&self.after))
    }
}

impl View<'_> {
    /// Whether a property refers to one of these resources.
    pub fn refers_to(&self, property: &str, resources: &HashSet<&ResourceKey>) -> bool {
        let value = self.field(&[property]).value();
        matches!(value.and_then(Settled::of), Some(Settled::Resource(resource)) if resources.contains(resource))
    }
}

/// What stands under a path, or the service's default where nothing does; `None` where it cannot be told.
fn settled<'v>(view: &View<'v>, path: &[&str]) -> Option<Settled<'v>> {
    let settled = match view.field(path) {
        Field::Absent => Settled::Nothing,
        Field::Present(value) => {
            if let Some(assumed) = &value.assumed {
                view.trust.assume(assumed, value.loc);
            }
            Settled::of(value)?
        }
        Field::Sometimes(_) | Field::Unknown => return None,
    };
    if settled != Settled::Nothing {
        return Some(settled);
    }
    Some(match defaults::of(&view.resource.type_name, path) {
        Some("true") => Settled::Bool(true),
        Some("false") => Settled::Bool(false),
        Some(text) => Settled::Text(text),
        None => Settled::Nothing,
    })
}

/// A value of which nothing is open, as far as changes go.
#[derive(Debug, PartialEq)]
pub enum Settled<'v> {
    /// It is left out, or empty.
    Nothing,
    /// A boolean, also written as text.
    Bool(bool),
    /// A text, or a number as written.
    Text(&'v str),
    /// Texts, whatever their order.
    Texts(BTreeSet<&'v str>),
    /// A resource, by one of its attributes.
    Resource(&'v ResourceKey),
}

impl<'v> Settled<'v> {
    /// A value, if nothing of it is open.
    pub fn of(value: &'v Value) -> Option<Self> {
        if let Some(value) = boolean_of(value) {
            return Some(Self::Bool(value));
        }
        match &value.kind {
            Kind::Null => Some(Self::Nothing),
            Kind::Text(text) | Kind::Number(text) => Some(Self::Text(text)),
            Kind::List(list) if !list.open => {
                let text = |(item, when): &'v (Value, When)| item.text().filter(|_| when.is_always());
                let texts: BTreeSet<&str> = list.items.iter().map(text).collect::<Option<_>>()?;
                Some(if texts.is_empty() { Self::Nothing } else { Self::Texts(texts) })
            }
            Kind::Reference(Reference::Attribute { resource, .. }) => Some(Self::Resource(resource)),
            _ => None,
        }
    }
}
