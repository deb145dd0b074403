//! Claims: identifiers that configuration and code state, wherever they stand.

use std::sync::Arc;

use crate::read::{Call, Setting, SettingKind};
use crate::source::Loc;
use crate::value::{Kind, Value};

use super::Model;
use super::client::{self, Client};
use super::link::Trust;
use super::pool;
use super::resolve::{Outcome, Target};

/// An identifier that is stated somewhere.
#[derive(Clone, Debug)]
pub struct Claim<'m> {
    /// Of what.
    pub kind: SettingKind,
    /// The key or parameter it stands under.
    pub key: Arc<str>,
    /// What is stated.
    pub value: &'m Value,
    /// Where the key stands, or the value in a call.
    pub loc: Loc,
    /// Claims that stand together: one section of a file, one object, one call.
    pub group: Arc<str>,
    /// The setting, if it is one.
    pub setting: Option<&'m Setting>,
    /// The call, if it is a call's parameter.
    pub call: Option<&'m Call>,
}

/// Which pool something belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum PoolIdentity {
    /// A pool of the scan, by its resource's number.
    Resource(usize),
    /// A pool by its id.
    Id(Arc<str>),
}

/// The parameters of calls that are claims.
const PARAMETERS: &[(&str, SettingKind)] = &[
    ("ClientId", SettingKind::ClientId),
    ("client_id", SettingKind::ClientId),
    ("UserPoolId", SettingKind::UserPoolId),
    ("IdentityPoolId", SettingKind::IdentityPoolId),
    ("Issuer", SettingKind::Issuer),
];

impl<'m> Claim<'m> {
    /// Whether it stands in an example, or is meant for an emulator.
    pub fn is_pretended(&self) -> bool {
        self.setting.is_some_and(|setting| setting.example) || self.call.is_some_and(|call| call.endpoint.is_some())
    }

    /// The texts that are stated here, in place or as alternatives, with their places.
    pub fn literals(&self) -> Vec<(&'m str, Loc)> {
        let mut found = Vec::new();
        collect(self.value, &mut found);
        found
    }

    /// What it points at.
    pub fn outcomes(&self, model: &Model) -> Vec<Outcome> {
        model.resolve(self.value, self.loc)
    }

    /// The file's name and place do not matter: whether both stand together.
    pub fn stands_with(&self, other: &Self) -> bool {
        self.group == other.group
    }
}

fn collect<'m>(value: &'m Value, found: &mut Vec<(&'m str, Loc)>) {
    match &value.kind {
        Kind::Text(text) => found.push((text, value.loc)),
        Kind::OneOf(alternatives) => alternatives.iter().for_each(|alternative| collect(&alternative.value, found)),
        Kind::List(list) => list.items.iter().for_each(|(item, _)| collect(item, found)),
        _ => {}
    }
}

impl Model {
    /// Every claim: settings, and identifiers among the parameters of calls.
    pub fn claims(&self) -> impl Iterator<Item = Claim<'_>> {
        let settings = self.facts.settings.iter().filter(|setting| self.statements.claims(setting));
        let settings = settings.map(|setting| Claim {
            kind: setting.kind,
            key: setting.key.clone(),
            value: &setting.value,
            loc: setting.loc,
            group: setting.group.clone(),
            setting: Some(setting),
            call: None,
        });
        let calls = self.facts.calls.iter().enumerate();
        settings.chain(calls.flat_map(|(number, call)| parameters(number, call)))
    }

    /// The claims without those that only repeat what a setting states.
    pub fn statements(&self) -> impl Iterator<Item = Claim<'_>> {
        self.claims().filter(|claim| self.statements.repeated(claim).is_none())
    }

    /// The claims by group, in the order of their first member. A call that only repeats what one group of settings
    /// states is left out.
    pub fn claim_groups(&self) -> Vec<Vec<Claim<'_>>> {
        let mut groups: Vec<Vec<Claim<'_>>> = Vec::new();
        let mut by_name = std::collections::HashMap::new();
        for claim in self.claims() {
            let at = *by_name.entry(claim.group.clone()).or_insert_with(|| {
                groups.push(Vec::new());
                groups.len() - 1
            });
            groups[at].push(claim);
        }
        groups.retain(|group| !self.is_repetition(group));
        groups
    }

    fn is_repetition(&self, group: &[Claim<'_>]) -> bool {
        let mut stated = group.iter().map(|claim| claim.call.and_then(|_| self.statements.repeated(claim)));
        let first = stated.next().flatten();
        first.is_some_and(|group| self.statements.is_one_set(group)) && stated.all(|other| other == first)
    }

    /// Whether a claim only repeats what a setting states.
    pub fn is_repeated(&self, claim: &Claim<'_>) -> bool {
        self.statements.repeated(claim).is_some()
    }

    /// The pool that an outcome means: it is the pool's id, ARN or issuer, or a client of it.
    pub fn pool_identity(&self, outcome: &Outcome) -> Option<PoolIdentity> {
        match &outcome.target {
            Target::Resource(number, _) => {
                let type_name = &*self.resource(*number)?.type_name;
                match type_name {
                    pool::TYPE => Some(PoolIdentity::Resource(*number)),
                    client::TYPE => self.pool_of_client(*number),
                    _ => None,
                }
            }
            Target::Literal(text) => {
                let known = self.known_id(text);
                match known {
                    Some(known) if known.kind == SettingKind::ClientId => known.pool.clone().map(PoolIdentity::Id),
                    _ => pool_id_in(text).map(|id| self.pool_of_id(id)),
                }
            }
            _ => None,
        }
    }

    /// The pool that has an id: the resource that is known to, if there is one.
    fn pool_of_id(&self, id: &str) -> PoolIdentity {
        let known = self.known_id(id).filter(|known| known.kind == SettingKind::UserPoolId);
        let number = known.and_then(|known| self.number_of(known.resource.as_ref()?));
        number.map_or_else(|| PoolIdentity::Id(id.into()), PoolIdentity::Resource)
    }

    /// The one pool that a client resource belongs to.
    pub fn pool_of_client(&self, number: usize) -> Option<PoolIdentity> {
        let mut found: Vec<PoolIdentity> = Vec::new();
        for view in self.views(number, &Trust::default()) {
            let client = Client::new(view);
            let value = client.user_pool_id()?;
            for outcome in self.resolve(value, value.loc) {
                let identity = match outcome.target {
                    Target::Resource(pool, _) if &*self.resource(pool)?.type_name == pool::TYPE => {
                        PoolIdentity::Resource(pool)
                    }
                    Target::Literal(id) => PoolIdentity::Id(id),
                    _ => return None,
                };
                if !found.contains(&identity) {
                    found.push(identity);
                }
            }
        }
        (found.len() == 1).then(|| found.swap_remove(0))
    }

    /// Whether two identities are certainly different pools: two resources that no condition makes one, or two ids.
    /// A resource and an id may be the same.
    pub fn are_different(a: &PoolIdentity, b: &PoolIdentity) -> bool {
        match (a, b) {
            (PoolIdentity::Resource(mine), PoolIdentity::Resource(theirs)) => mine != theirs,
            (PoolIdentity::Id(mine), PoolIdentity::Id(theirs)) => mine != theirs,
            _ => false,
        }
    }
}

/// The pool id in an id, an ARN or an issuer.
pub fn pool_id_in(text: &str) -> Option<&str> {
    if crate::identifier::user_pool_region(text).is_some() {
        return Some(text);
    }
    let arn = crate::identifier::user_pool_arn(text).map(|arn| arn.pool);
    arn.or_else(|| crate::identifier::issuer(text).map(|issuer| issuer.pool).filter(|pool| !pool.is_empty()))
}

fn parameters(number: usize, call: &Call) -> impl Iterator<Item = Claim<'_>> {
    PARAMETERS.iter().filter_map(move |(name, kind)| {
        let value = call.parameters.field(name).value()?;
        Some(Claim {
            kind: *kind,
            key: (*name).into(),
            value,
            loc: value.loc,
            group: format!("call {number}").into(),
            setting: None,
            call: Some(call),
        })
    })
}
