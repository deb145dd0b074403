//! Following a query through a view.

use std::cell::RefCell;
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::super::tree::{All, Clause, Let, Operand, Part};
use super::super::view::node::{Member, Node, Shape, Slot, SlotId};
use super::clauses::{Context, Follower};
use super::decide::Truth;
use super::{DEEPEST, Deps, MOST_STEPS, VarId};

/// The key of a member whose key the policy does not name.
const ANOTHER: &str = "another member";

/// What a query finds.
#[derive(Clone, Debug)]
pub struct Hit<'v> {
    /// What it is.
    pub at: At<'v>,
    /// The spot.
    pub site: Option<usize>,
    /// The choice that it is a part of.
    choice: Option<usize>,
    /// What decides that it is found.
    pub deps: Deps,
    /// No readings can tell whether it is found, or what it is.
    pub is_unsure: bool,
    /// The library may not find it, by what is known.
    pub is_extra: bool,
}

/// What a query finds.
#[derive(Clone, Copy, Debug)]
pub enum At<'v> {
    /// A value of the view.
    Known(&'v Node),
    /// An unknown value.
    Var(VarId),
    /// Nothing.
    Missing,
    /// A value of the policy.
    Literal(&'v serde_json::Value),
    /// What a function makes.
    Made,
}

impl<'v> Hit<'v> {
    /// The root of a view.
    pub fn root(node: &'v Node) -> Self {
        Self { site: Some(address(node)), ..Self::new(At::Known(node)) }
    }

    /// A value of the policy.
    pub fn literal(value: &'v serde_json::Value) -> Self {
        Self::new(At::Literal(value))
    }

    /// What a function makes of values.
    pub fn made(deps: Deps) -> Self {
        Self { is_unsure: !deps.is_empty(), deps, ..Self::new(At::Made) }
    }

    fn new(at: At<'v>) -> Self {
        Self { at, site: None, choice: None, deps: Deps::new(), is_unsure: false, is_extra: false }
    }

    /// Whether it is not empty, if it is found.
    pub fn is_something(&self) -> bool {
        match self.at {
            At::Known(Node { shape: Shape::Text(text), .. }) => !text.is_empty(),
            At::Known(node) => node.members().iter().any(|member| member.maybe.is_none()),
            At::Var(_) | At::Missing | At::Literal(_) | At::Made => false,
        }
    }

    /// Whether the library certainly finds it, where what is `given` is so.
    pub fn is_certain(&self, given: &Deps) -> bool {
        !self.is_extra && !self.is_unsure && self.deps.is_subset(given)
    }

    fn to(&self, node: &'v Node) -> Self {
        let site = self.choice.unwrap_or_else(|| address(node));
        Self { at: At::Known(node), site: Some(site), ..self.clone() }
    }

    fn at(&self, at: At<'v>) -> Self {
        Self { at, ..self.clone() }
    }

    fn var(&self, var: VarId) -> Self {
        self.at(At::Var(var)).with(var)
    }

    fn with(mut self, var: VarId) -> Self {
        self.deps.insert(var);
        self
    }

    fn unsure(self) -> Self {
        Self { is_unsure: true, ..self }
    }
}

fn address(node: &Node) -> usize {
    std::ptr::from_ref(node) as usize
}

/// Where variables are looked up.
pub struct Scope<'s, 'v> {
    /// What queries begin at.
    pub root: Hit<'v>,
    lets: &'v [Let],
    known: RefCell<HashMap<&'v str, Vec<Hit<'v>>>>,
    parent: Option<&'s Scope<'s, 'v>>,
}

impl<'s, 'v> Scope<'s, 'v> {
    /// A scope within another.
    pub fn new(root: Hit<'v>, lets: &'v [Let], parent: Option<&'s Scope<'s, 'v>>) -> Self {
        Self { root, lets, known: RefCell::default(), parent }
    }

    /// Gives a name what it stands for.
    pub fn bind(&self, name: &'v str, hits: Vec<Hit<'v>>) {
        self.known.borrow_mut().insert(name, hits);
    }
}

impl<'v> Follower<'v> {
    /// What a query finds.
    pub fn query(&mut self, parts: &'v [Part], scope: &Scope<'_, 'v>) -> Vec<Hit<'v>> {
        let mut found = Vec::new();
        let variable = match parts.first() {
            Some(Part::Key(key)) => key.strip_prefix('%'),
            _ => None,
        };
        match variable {
            Some(name) => {
                let next = if matches!(parts.get(1), Some(Part::AllIndices(_))) { 2 } else { 1 };
                for hit in self.variable(name, scope) {
                    let scope = Scope::new(hit.clone(), &[], Some(scope));
                    self.follow(parts, next, hit, &scope, &mut found);
                }
            }
            None => self.follow(parts, 0, scope.root.clone(), scope, &mut found),
        }
        found
    }

    /// What a variable stands for.
    fn variable(&mut self, name: &'v str, scope: &Scope<'_, 'v>) -> Vec<Hit<'v>> {
        let mut next = Some(scope);
        while let Some(scope) = next {
            if let Some(hits) = scope.known.borrow().get(name) {
                return hits.clone();
            }
            if let Some(it) = scope.lets.iter().rev().find(|it| it.var == *name) {
                let hits = self.operand(&it.value, scope);
                scope.bind(name, hits.clone());
                return hits;
            }
            next = scope.parent;
        }
        // A name that a query gives to keys.
        vec![Hit::made(Deps::new()).unsure()]
    }

    /// What an operand stands for.
    pub fn operand(&mut self, operand: &'v Operand, scope: &Scope<'_, 'v>) -> Vec<Hit<'v>> {
        if self.depth >= DEEPEST {
            self.gave_up = true;
            return Vec::new();
        }
        self.depth += 1;
        let hits = match operand {
            Operand::Value(literal) => vec![Hit::literal(&literal.value)],
            Operand::Query(query) => {
                let mut hits = self.query(&query.parts, scope);
                hits.retain(|hit| query.match_all || !matches!(hit.at, At::Missing));
                hits
            }
            Operand::Call(call) => {
                let mut deps = Deps::new();
                for parameter in &call.parameters {
                    for hit in self.operand(parameter, scope) {
                        deps.extend(&hit.deps);
                        deps.extend(self.within(&hit));
                    }
                }
                vec![Hit::made(deps)]
            }
        };
        self.depth -= 1;
        hits
    }

    /// Everything unknown within what was found.
    pub fn within(&mut self, hit: &Hit<'v>) -> Deps {
        let mut deps = Deps::new();
        if let At::Known(node) = hit.at {
            self.gather(node, &mut deps);
        }
        deps
    }

    fn mix(&mut self, what: impl Hash) {
        let mut hasher = DefaultHasher::new();
        (self.reach.seen, what).hash(&mut hasher);
        self.reach.seen = hasher.finish();
    }

    /// Takes the keys of a map into the fingerprint.
    fn see_keys(&mut self, hit: &Hit<'v>) {
        if let At::Known(node) = hit.at {
            self.mix(node.members().iter().map(|member| &*member.key).collect::<Vec<_>>());
        }
    }

    /// Takes what is found into the fingerprint: what it is, where it is written, and what it depends on.
    fn see(&mut self, hit: &Hit<'v>) {
        let mut hasher = DefaultHasher::new();
        (self.reach.seen, &hit.deps, hit.is_unsure).hash(&mut hasher);
        match hit.at {
            At::Known(node) => hash(node, &self.view.slots, &mut hasher),
            At::Var(var) => var.hash(&mut hasher),
            At::Missing | At::Literal(_) | At::Made => std::mem::discriminant(&hit.at).hash(&mut hasher),
        }
        let why = |var: &VarId| self.reach.vars.get(*var).and_then(|var| self.view.slots.get(var.slot.0));
        for slot in hit.deps.iter().filter_map(why) {
            (&slot.why, slot.loc).hash(&mut hasher);
        }
        self.reach.seen = hasher.finish();
    }

    fn gather(&mut self, node: &'v Node, deps: &mut Deps) {
        self.steps += 1;
        let mut add = |slot: SlotId| deps.insert(self.reach.var_of(self.view, slot));
        match &node.shape {
            Shape::List(items, open) => {
                items.iter().filter_map(|(_, maybe)| *maybe).chain(*open).for_each(|slot| _ = add(slot));
                items.iter().for_each(|(item, _)| self.gather(item, deps));
            }
            Shape::Map(members, open) => {
                members.iter().filter_map(|member| member.maybe).chain(*open).for_each(|slot| _ = add(slot));
                members.iter().for_each(|member| self.gather(&member.node, deps));
            }
            Shape::OneOf(slot, options) => {
                add(*slot);
                options.iter().for_each(|option| self.gather(option, deps));
            }
            Shape::Unknown(slot) => _ = add(*slot),
            Shape::Null | Shape::Bool(_) | Shape::Number(_) | Shape::Text(_) => {}
        }
    }

    fn follow(&mut self, parts: &'v [Part], at: usize, hit: Hit<'v>, scope: &Scope<'_, 'v>, found: &mut Vec<Hit<'v>>) {
        self.steps += 1;
        if self.steps > MOST_STEPS {
            self.gave_up = true;
            return;
        }
        if let At::Known(node) = hit.at {
            // Something missing is told where it is missing.
            self.mix((node.loc, parts.len() - at.min(parts.len())));
            match &node.shape {
                Shape::OneOf(slot, options) => {
                    let var = self.reach.var_of(self.view, *slot);
                    let choice = hit.choice.unwrap_or_else(|| address(node));
                    for option in options {
                        let hit = Hit { choice: Some(choice), ..hit.clone() }.to(option).with(var);
                        self.follow(parts, at, hit, scope, found);
                    }
                    return;
                }
                Shape::Unknown(slot) => {
                    let var = self.reach.var_of(self.view, *slot);
                    return self.follow(parts, at, hit.var(var), scope, found);
                }
                _ => {}
            }
        }
        let Some(part) = parts.get(at).filter(|_| !matches!(hit.at, At::Missing)) else {
            self.see(&hit);
            found.push(hit);
            return;
        };
        let mut next = Vec::new();
        match part {
            Part::This => next.push(hit),
            Part::Key(key) => match (key.strip_prefix('%'), key.parse()) {
                (Some(name), _) => self.interpolated(name, &hit, scope, &mut next),
                (None, Ok(index)) => self.item(index, &hit, &mut next),
                (None, Err(_)) => self.key(key, &hit, &mut next),
            },
            Part::Index(index) => self.item(*index, &hit, &mut next),
            Part::AllIndices(name) => {
                name.iter().for_each(|_| self.see_keys(&hit));
                self.parts(&hit, name.is_some(), &mut next);
            }
            Part::AllValues(name) => {
                name.iter().for_each(|_| self.see_keys(&hit));
                self.parts(&hit, true, &mut next);
            }
            Part::MapKeyFilter(_, filter) => {
                self.see_keys(&hit);
                let with = self.operand(&filter.compare_with, scope);
                self.keys(&hit, &with, &mut next);
            }
            Part::Filter(name, clauses) => {
                name.iter().for_each(|_| self.see_keys(&hit));
                let is_whole = matches!(
                    at.checked_sub(1).and_then(|before| parts.get(before)),
                    Some(Part::AllValues(_) | Part::AllIndices(_))
                );
                self.filter(clauses, &hit, is_whole, scope, &mut next);
            }
        }
        for hit in next {
            self.follow(parts, at + 1, hit, scope, found);
        }
    }

    /// The member of a key. The library takes one in another way of writing (`user_pool_id`) where that is not there.
    fn key(&mut self, key: &str, hit: &Hit<'v>, found: &mut Vec<Hit<'v>>) {
        match hit.at {
            At::Known(Node { shape: Shape::Map(members, open), .. }) => {
                let exact = members.iter().find(|member| &*member.key == key);
                let alike = || members.iter().filter(|member| plain(&member.key).eq(plain(key)));
                let mut missing = hit.at(At::Missing);
                let mut is_certain = false;
                for member in exact.map_or_else(|| alike().collect(), |exact| vec![exact]) {
                    let mut hit = hit.to(&member.node);
                    let absence = self.absence(member);
                    is_certain |= absence.is_empty();
                    missing.deps.extend(&absence);
                    hit.deps.extend(absence);
                    found.push(hit);
                }
                match open {
                    Some(slot) if exact.is_none() => {
                        let var = self.reach.added(*slot, key);
                        found.push(hit.var(var));
                    }
                    _ if !is_certain => found.push(missing),
                    _ => {}
                }
            }
            At::Var(var) => {
                let member = self.reach.member(var, key);
                found.push(hit.var(member));
            }
            At::Literal(_) | At::Made => found.push(hit.at(At::Made)),
            At::Known(_) | At::Missing => found.push(hit.at(At::Missing)),
        }
    }

    /// What decides whether a member is there.
    fn absence(&mut self, member: &Member) -> Deps {
        let is_nothing = |slot: &SlotId| self.view.slots.get(slot.0).is_some_and(|slot| slot.may_miss);
        let value = if let Shape::Unknown(slot) = member.node.shape { Some(slot) } else { None };
        let slots = member.maybe.into_iter().chain(value.filter(is_nothing));
        slots.collect::<Vec<_>>().into_iter().map(|slot| self.reach.var_of(self.view, slot)).collect()
    }

    /// The members that variables name: all of them where the names are not simply known.
    fn interpolated(&mut self, name: &'v str, hit: &Hit<'v>, scope: &Scope<'_, 'v>, found: &mut Vec<Hit<'v>>) {
        for key in self.variable(name, scope) {
            let mut hit = hit.clone();
            hit.deps.extend(&key.deps);
            match key.at {
                At::Known(Node { shape: Shape::Text(text), .. }) => self.key(text, &hit, found),
                At::Literal(serde_json::Value::String(text)) => self.key(text, &hit, found),
                At::Missing => found.push(hit.at(At::Missing)),
                _ => {
                    hit.is_unsure |= key.is_unsure || !key.deps.is_empty();
                    self.parts(&hit, true, found);
                }
            }
        }
    }

    fn item(&mut self, index: i64, hit: &Hit<'v>, found: &mut Vec<Hit<'v>>) {
        match hit.at {
            At::Known(Node { shape: Shape::List(items, None), .. })
                if items.iter().all(|(_, maybe)| maybe.is_none()) =>
            {
                let index = usize::try_from(index).ok();
                match index.and_then(|index| items.get(index)) {
                    Some((item, _)) => found.push(hit.to(item)),
                    // From the end, or beyond it.
                    None => {
                        found.extend(items.iter().map(|(item, _)| hit.to(item)));
                        found.push(hit.at(At::Missing));
                    }
                }
            }
            At::Known(Node { shape: Shape::List(..), .. }) => {
                let before = found.len();
                self.parts(hit, false, found);
                found.iter_mut().skip(before).for_each(|hit| hit.is_unsure = true);
            }
            At::Var(var) => {
                self.reach.list(var);
                found.push(hit.clone().unsure());
            }
            At::Literal(_) | At::Made => found.push(hit.at(At::Made)),
            At::Known(_) | At::Missing => found.push(hit.at(At::Missing)),
        }
    }

    /// All items; and, of a map, all members.
    fn parts(&mut self, hit: &Hit<'v>, of_maps: bool, found: &mut Vec<Hit<'v>>) {
        let (parts, open): (Vec<(&'v Node, Deps)>, _) = match hit.at {
            At::Known(Node { shape: Shape::List(items, open), .. }) => {
                let mut var_of = |slot: &Option<SlotId>| slot.map(|slot| self.reach.var_of(self.view, slot));
                (items.iter().map(|(item, maybe)| (item, var_of(maybe).into_iter().collect())).collect(), *open)
            }
            At::Known(Node { shape: Shape::Map(members, open), .. }) if of_maps => {
                (members.iter().map(|member| (&member.node, self.absence(member))).collect(), *open)
            }
            At::Var(var) => {
                self.reach.list(var);
                if of_maps {
                    let member = self.reach.member(var, ANOTHER);
                    found.push(hit.var(member));
                }
                found.push(hit.clone());
                return;
            }
            _ => return found.push(hit.clone()),
        };
        let mut missing = hit.at(At::Missing);
        let mut is_certain = false;
        for (node, absence) in parts {
            is_certain |= absence.is_empty();
            missing.deps.extend(&absence);
            let mut hit = hit.to(node);
            hit.deps.extend(absence);
            found.push(hit);
        }
        if let Some(slot) = open {
            let var = self.reach.added(slot, ANOTHER);
            missing.deps.insert(var);
            found.push(hit.var(var));
        }
        if !is_certain {
            found.push(missing);
        }
    }

    /// The members whose keys fit.
    fn keys(&mut self, hit: &Hit<'v>, with: &[Hit<'v>], found: &mut Vec<Hit<'v>>) {
        let mut hit = Hit { is_extra: true, ..hit.clone() };
        for with in with {
            hit.deps.extend(&with.deps);
            hit.is_unsure |= with.is_unsure || !with.deps.is_empty();
        }
        let open = match hit.at {
            At::Known(Node { shape: Shape::Map(members, open), .. }) => {
                for member in members {
                    let absence = self.absence(member);
                    let mut hit = hit.to(&member.node);
                    hit.deps.extend(absence);
                    found.push(hit);
                }
                *open
            }
            At::Var(_) => None,
            _ => return found.push(hit.at(At::Missing)),
        };
        let names: Vec<&str> = with
            .iter()
            .filter_map(|with| if let At::Literal(value) = with.at { value.as_str() } else { None })
            .collect();
        let is_var = matches!(hit.at, At::Var(_));
        if open.is_none() && !is_var {
            return;
        }
        for name in &names {
            let inner = name.strip_prefix('/').and_then(|name| name.strip_suffix('/'));
            let is_plain = inner.is_none();
            let name = inner.and_then(super::sample::fitting).unwrap_or_else(|| (*name).to_owned());
            let mut hit = hit.clone();
            hit.is_unsure |= !is_plain;
            match (open, hit.at) {
                (Some(slot), _) => {
                    let var = self.reach.added(slot, &name);
                    found.push(hit.var(var));
                }
                (None, _) => self.key(&name, &hit, found),
            }
        }
        if names.is_empty() {
            found.push(hit.at(At::Made).unsure());
        }
    }

    /// What clauses hold for, or may.
    fn filter(
        &mut self,
        clauses: &'v All<Clause>,
        hit: &Hit<'v>,
        is_whole: bool,
        scope: &Scope<'_, 'v>,
        found: &mut Vec<Hit<'v>>,
    ) {
        let mut elements = Vec::new();
        match hit.at {
            At::Known(Node { shape: Shape::Map(..), .. }) if is_whole => elements.push(hit.clone()),
            At::Known(Node { shape: Shape::Map(..) | Shape::List(..), .. }) | At::Var(_) => {
                self.parts(hit, !is_whole, &mut elements);
            }
            At::Known(_) if is_whole => elements.push(hit.clone()),
            _ => return found.push(hit.at(if matches!(hit.at, At::Made) { At::Made } else { At::Missing })),
        }
        // Nothing is selected from what is empty.
        elements.retain(|element| !matches!(element.at, At::Missing));
        for mut element in elements {
            let scope = Scope::new(element.clone(), &[], Some(scope));
            let (before, seen) = (self.reach.looks.len(), self.reach.seen);
            let truth = self.conjunction(clauses, &scope, &Context::default());
            for look in self.reach.looks.split_off(before) {
                element.deps.extend(&look.deps);
                element.is_unsure |= look.is_unsure;
            }
            element.is_extra |= truth == Truth::Maybe;
            if truth == Truth::No {
                // What is left out is seen by nobody.
                self.reach.seen = seen;
            } else {
                found.push(element);
            }
        }
    }
}

fn hash(node: &Node, slots: &[Slot], hasher: &mut DefaultHasher) {
    (std::mem::discriminant(&node.shape), node.loc, &node.assumed).hash(hasher);
    let mut see = |slot: &Option<SlotId>| {
        let slot = slot.and_then(|slot| slots.get(slot.0));
        slot.map(|slot| (&slot.why, slot.loc, slot.may_miss)).hash(hasher);
    };
    match &node.shape {
        Shape::Null => {}
        Shape::Bool(value) => value.hash(hasher),
        Shape::Number(number) => number.hash(hasher),
        Shape::Text(text) => text.hash(hasher),
        Shape::List(items, open) => {
            see(open);
            items.iter().for_each(|(_, maybe)| see(maybe));
            items.iter().for_each(|(item, _)| hash(item, slots, hasher));
        }
        Shape::Map(members, open) => {
            see(open);
            members.iter().for_each(|member| see(&member.maybe));
            for member in members {
                (&member.key, member.key_loc, member.by_default).hash(hasher);
                hash(&member.node, slots, hasher);
            }
        }
        Shape::OneOf(slot, options) => {
            see(&Some(*slot));
            options.iter().for_each(|option| hash(option, slots, hasher));
        }
        Shape::Unknown(slot) => see(&Some(*slot)),
    }
}

/// A key however it is written.
fn plain(key: &str) -> impl Iterator<Item = char> {
    key.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase)
}
