//! What of a view that is not known a policy looks at, and which clause depends on what of it.
//!
//! The queries of the policy are followed through the view, with more found than the library would find where that is simpler,
//! never less. Nothing is judged here: `cover` says which readings of the view tell, and the library evaluates them.

use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;
use std::sync::Arc;

use super::tree::{Operator, Tree};
use super::view::View;
use super::view::node::{SlotId, SlotKind};

mod clauses;
pub mod cover;
mod decide;
pub mod domain;
mod queries;
mod sample;

/// How many steps the queries of a policy are followed through a view; what is further is not known.
const MOST_STEPS: usize = 400_000;
/// How deep variables and rules that use each other are followed.
const DEEPEST: usize = 48;

/// The number of an unknown value.
pub type VarId = usize;
/// Unknown values that something depends on.
pub type Deps = BTreeSet<VarId>;

/// Something unknown that a policy looks at, or a part of it.
#[derive(Debug)]
pub struct Var {
    /// The slot that it is, or is a part of.
    pub slot: SlotId,
    /// What it may be.
    pub kind: VarKind,
    /// It may be missing.
    pub may_miss: bool,
    /// What it is asked for.
    pub asked: Vec<Asked>,
    /// Its items are asked for.
    pub is_listed: bool,
    /// Its members that are asked for.
    pub below: Vec<(Arc<str>, VarId)>,
}

/// What an unknown value may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VarKind {
    /// One of so many.
    Choice(usize),
    /// There or not.
    Presence,
    /// Anything.
    Free,
}

/// One thing that an unknown value is asked for.
#[derive(Debug)]
pub struct Asked {
    /// The number of the clause.
    pub clause: usize,
    /// How.
    pub operator: Operator,
    /// What it is compared with.
    pub with: With,
}

/// What an unknown value is compared with.
#[derive(Debug)]
pub enum With {
    /// Nothing: it is asked what it is.
    Nothing,
    /// A value of the policy.
    Literal(serde_json::Value),
    /// A value of the view.
    Value(serde_json::Value),
    /// Another unknown value.
    Var(VarId),
}

/// That a rule looks at something.
#[derive(Clone, Debug, PartialEq)]
pub struct Look {
    /// The number of the rule.
    pub rule: usize,
    /// The spot, as [`super::reading::Spot::id`] names it; nothing for one about nothing that is there.
    pub site: Option<usize>,
    /// What decides how it comes out.
    pub deps: Deps,
    /// No readings can tell how it comes out.
    pub is_unsure: bool,
    /// Of `deps`, what decides whether it is asked at all.
    pub gate: Rc<Deps>,
}

/// What a policy looks at in a view.
#[derive(Debug, Default)]
pub struct Reach {
    /// The unknown values.
    pub vars: Vec<Var>,
    /// What its rules look at.
    pub looks: Vec<Look>,
    /// A fingerprint of everything that it sees: the same in views that differ in nothing that it looks at.
    pub seen: u64,
    by_slot: HashMap<SlotId, VarId>,
    /// What may be added to open maps and lists.
    more: HashMap<SlotId, Vec<(Arc<str>, VarId)>>,
}

impl Reach {
    /// Follows a policy through a view.
    pub fn of(tree: &Tree, view: &View) -> Self {
        clauses::Follower::new(tree, view).all()
    }

    /// The unknown value of a slot.
    pub fn var(&self, slot: SlotId) -> Option<VarId> {
        self.by_slot.get(&slot).copied()
    }

    /// What may be added to an open map or list, by keys.
    pub fn more(&self, slot: SlotId) -> &[(Arc<str>, VarId)] {
        self.more.get(&slot).map(Vec::as_slice).unwrap_or_default()
    }

    fn push(&mut self, slot: SlotId, kind: VarKind, may_miss: bool) -> VarId {
        let is_listed = false;
        self.vars.push(Var { slot, kind, may_miss, asked: Vec::new(), is_listed, below: Vec::new() });
        self.vars.len() - 1
    }

    fn var_of(&mut self, view: &View, slot: SlotId) -> VarId {
        if let Some(var) = self.var(slot) {
            return var;
        }
        let known = view.slots.get(slot.0);
        let kind = match known.map(|slot| slot.kind) {
            Some(SlotKind::Choice(count)) => VarKind::Choice(count),
            Some(SlotKind::Presence) => VarKind::Presence,
            Some(SlotKind::Value | SlotKind::Open) | None => VarKind::Free,
        };
        let var = self.push(slot, kind, known.is_some_and(|slot| slot.may_miss));
        self.by_slot.insert(slot, var);
        var
    }

    /// A member or item that an open map or list may have.
    fn added(&mut self, slot: SlotId, key: &str) -> VarId {
        if let Some((_, var)) = self.more(slot).iter().find(|(mine, _)| &**mine == key) {
            return *var;
        }
        let var = self.push(slot, VarKind::Free, true);
        self.more.entry(slot).or_default().push((key.into(), var));
        var
    }

    /// A member that an unknown value may have.
    fn member(&mut self, of: VarId, key: &str) -> VarId {
        let Some(above) = self.vars.get(of) else { return of };
        if let Some((_, var)) = above.below.iter().find(|(mine, _)| &**mine == key) {
            return *var;
        }
        let var = self.push(above.slot, VarKind::Free, true);
        if let Some(above) = self.vars.get_mut(of) {
            above.below.push((key.into(), var));
        }
        var
    }

    fn ask(&mut self, var: VarId, clause: usize, operator: Operator, with: With) {
        if let Some(var) = self.vars.get_mut(var) {
            var.asked.push(Asked { clause, operator, with });
        }
    }

    fn list(&mut self, var: VarId) {
        if let Some(var) = self.vars.get_mut(var) {
            var.is_listed = true;
        }
    }
}
