//! Calls seen together: which of them may be for the same client or pool.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::read::Operation;
use crate::source::Loc;
use crate::value::{Reference, ResourceKey, Value};

use super::Model;
use super::app::AppId;
use super::case::Case;
use super::client::Client;
use super::link::{How, Step};
use super::pool::Pool;
use super::view::View;

/// The pools, or the clients, that some calls may be for.
#[derive(Debug, Default)]
pub struct Reach {
    /// By the place of their declaration, so that stacks of one template count as one.
    places: HashMap<Loc, HashSet<ResourceKey>>,
    /// One of the calls may be for any of them.
    any: bool,
}

impl Reach {
    /// The pools that these calls may be for.
    pub fn of_pools<'m>(cases: impl Iterator<Item = Case<'m>>) -> Self {
        Self::of(cases.map(|case| certain_pool(&case).map(|pool| place(pool))))
    }

    /// The clients that these calls may be for.
    pub fn of_clients<'m>(cases: impl Iterator<Item = Case<'m>>) -> Self {
        Self::of(cases.map(|case| certain_client(&case).map(|client| place(client))))
    }

    fn of(places: impl Iterator<Item = Option<(Loc, ResourceKey)>>) -> Self {
        let mut reach = Self::default();
        for place in places {
            match place {
                Some((loc, key)) => drop(reach.places.entry(loc).or_default().insert(key)),
                None => reach.any = true,
            }
        }
        reach
    }

    /// Whether one of the calls may be for this pool or client.
    pub fn covers(&self, view: &View<'_>) -> bool {
        let mut keys = self.places.get(&view.loc()).into_iter().flatten();
        self.any || keys.any(|key| is_one_key(key, &view.resource.key) != Some(false))
    }
}

impl Model {
    /// The cases of each app together, in the order of their places.
    pub fn cases_by_app(&self) -> Vec<Vec<Case<'_>>> {
        let mut apps: BTreeMap<AppId, Vec<Case<'_>>> = BTreeMap::new();
        for case in self.cases() {
            apps.entry(self.apps.of_file(case.call.loc.file)).or_default().push(case);
        }
        let mut apps: Vec<Vec<Case<'_>>> = apps.into_values().collect();
        apps.iter_mut().for_each(|cases| cases.sort_by_key(Case::loc));
        apps
    }

    /// The pools whose devices some call confirms. An access token names no pool, so that mostly any may be meant.
    pub fn confirmed_pools(&self) -> Reach {
        Reach::of_pools(self.cases().filter(|case| case.call.operation == Operation::ConfirmDevice))
    }
}

impl<'m> Case<'m> {
    /// Whether both calls name the same client; `None` where that cannot be told. Different names for unknown values are
    /// no proof of different clients.
    pub fn shares_client_with(&self, other: &Case<'_>) -> Option<bool> {
        if let (Some((mine, sure)), Some((theirs, also_sure))) = (self.literal_client_id(), other.literal_client_id()) {
            return (mine == theirs || sure && also_sure).then_some(mine == theirs);
        }
        if self.client_reference().is_some_and(|mine| other.client_reference() == Some(mine)) {
            return Some(true);
        }
        let is_same = is_one(self.client.as_ref()?, other.client.as_ref()?)?;
        let is_certain = certain_client(self).is_some() && certain_client(other).is_some();
        (is_same || is_certain).then_some(is_same)
    }

    /// Whether both calls may be for the same pool: their pools are not certainly different ones.
    pub fn may_share_pool_with(&self, other: &Case<'_>) -> bool {
        if let (Some(mine), Some(theirs)) = (certain_pool(self), certain_pool(other)) {
            return is_one(mine, theirs) != Some(false);
        }
        !matches!((self.literal_pool_id(), other.literal_pool_id()), (Some(mine), Some(theirs)) if mine != theirs)
    }

    /// Whether both calls are for one pool, as far as can be told from what is written and not from what is left.
    pub fn certainly_shares_pool_with(&self, other: &Case<'_>) -> bool {
        if let (Some(mine), Some(theirs)) = (certain_pool(self), certain_pool(other)) {
            return is_one(mine, theirs) == Some(true);
        }
        matches!((self.literal_pool_id(), other.literal_pool_id()), (Some(mine), Some(theirs)) if mine == theirs)
    }

    /// The text of the pool's id that is sent.
    fn literal_pool_id(&self) -> Option<&'m str> {
        self.parameter(&["UserPoolId"]).value().and_then(Value::text)
    }

    /// The client's id as a text, and whether it is that and not only a fallback.
    fn literal_client_id(&self) -> Option<(&'m str, bool)> {
        let outcome = self.client_id?;
        Some((outcome.target.literal()?, !outcome.is_fallback))
    }

    /// The reference behind the client's id that leads no further.
    fn client_reference(&self) -> Option<&'m Reference> {
        self.client_id?.value.reference().filter(|_| certain_client(self).is_none())
    }
}

/// The pool of a case, where it is not a guess.
fn certain_pool<'a, 'm>(case: &'a Case<'m>) -> Option<&'a Pool<'m>> {
    let is_guessed = is_guess(case.client_steps) || is_guess(case.pool_steps);
    case.pool.as_ref().filter(|_| !is_guessed)
}

/// The client of a case, where it is not a guess.
fn certain_client<'a, 'm>(case: &'a Case<'m>) -> Option<&'a Client<'m>> {
    case.client.as_ref().filter(|_| !is_guess(case.client_steps))
}

fn place(view: &View<'_>) -> (Loc, ResourceKey) {
    (view.loc(), view.resource.key.clone())
}

/// Whether both are one resource, or what stacks of one template make of it.
fn is_one(mine: &View<'_>, theirs: &View<'_>) -> Option<bool> {
    if mine.loc() == theirs.loc() { is_one_key(&mine.resource.key, &theirs.resource.key) } else { Some(false) }
}

/// The same for the keys of what is declared at one place, which is several where it is repeated within a stack. `None`
/// where it is not known under which index.
fn is_one_key(mine: &ResourceKey, theirs: &ResourceKey) -> Option<bool> {
    let is_any = |key: &ResourceKey| key.id.contains("[*]");
    (!is_any(mine) && !is_any(theirs)).then_some(mine.stack != theirs.stack || mine.id == theirs.id)
}

fn is_guess(steps: &[Step]) -> bool {
    steps.iter().any(|step| matches!(step.how, How::OnlyCandidate | How::Guess))
}
