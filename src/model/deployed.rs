//! Stated ids against the ids that are known to be deployed.

use crate::identifier;
use crate::read::{KnownId, SettingKind};
use crate::source::Loc;

use super::Model;
use super::claim::{Claim, pool_id_in};
use super::link::Confidence;
use super::stage::{self, Stage};

/// How many deployed ids are named as evidence.
pub(super) const MOST_KNOWN: usize = 3;

/// An id that is stated and not deployed.
#[derive(Debug)]
pub struct Undeployed<'m> {
    /// What states it.
    pub claim: Claim<'m>,
    /// Where.
    pub loc: Loc,
    /// Some of the ids that are deployed instead.
    pub known: Vec<&'m KnownId>,
    /// The pool id that stands beside it is not deployed either.
    pub stands_beside_undeployed_pool: bool,
    /// How sure it is that it should be.
    pub confidence: Confidence,
}

impl Model {
    /// The ids of a kind that are stated and not deployed. Ids meant for another environment than those whose outputs are
    /// known are left alone, and so are examples and emulators.
    pub fn undeployed(&self, kind: SettingKind) -> Vec<Undeployed<'_>> {
        let groups = self.claim_groups();
        groups.into_iter().flat_map(|group| self.undeployed_in(&group, kind)).collect()
    }

    fn undeployed_in<'m>(&'m self, group: &[Claim<'m>], kind: SettingKind) -> Vec<Undeployed<'m>> {
        let mut pools = self.all_strangers(group, SettingKind::UserPoolId);
        if kind == SettingKind::UserPoolId {
            return pools;
        }
        let mut strangers = self.all_strangers(group, kind);
        let is_beside = pools.drain(..).any(|pool| pool.confidence > Confidence::Low);
        strangers.iter_mut().for_each(|stranger| stranger.stands_beside_undeployed_pool = is_beside);
        strangers
    }

    /// What is told by files of deployed ids, and else by the lists of accounts.
    fn all_strangers<'m>(&'m self, group: &[Claim<'m>], kind: SettingKind) -> Vec<Undeployed<'m>> {
        let undeployed = |claim, loc, known, confidence| Undeployed {
            claim,
            loc,
            known,
            stands_beside_undeployed_pool: false,
            confidence,
        };
        let strangers = self.strangers(group, kind).into_iter();
        let strangers: Vec<_> =
            strangers.map(|(claim, loc, known)| undeployed(claim, loc, known, Confidence::High)).collect();
        if !strangers.is_empty() {
            return strangers;
        }
        let unlisted = self.unlisted(group, kind).into_iter();
        unlisted.map(|one| undeployed(one.claim, one.loc, one.known, one.confidence)).collect()
    }

    fn strangers<'m>(&'m self, group: &[Claim<'m>], kind: SettingKind) -> Vec<(Claim<'m>, Loc, Vec<&'m KnownId>)> {
        let mut found = Vec::new();
        for claim in group.iter().filter(|claim| !claim.is_pretended() && !self.is_repeated(claim)) {
            let known: Vec<&KnownId> = self.deployed(kind, self.stage_of(claim)).collect();
            let stranger = |text: &str| {
                let id = id_in(claim.kind, kind, text).filter(|_| !known.is_empty());
                let is_derived = |id: &str| claim.kind != kind && states(group, kind, id);
                id.is_some_and(|id| self.known_id(id).is_none() && !is_derived(id))
            };
            if let Some((_, loc)) = claim.literals().into_iter().find(|(text, _)| stranger(text)) {
                found.push((claim.clone(), loc, known.into_iter().take(MOST_KNOWN).collect()));
            }
        }
        found
    }

    /// The deployed ids of a kind that may belong to an environment.
    fn deployed(&self, kind: SettingKind, stage: Option<Stage>) -> impl Iterator<Item = &KnownId> {
        self.facts.known.iter().filter(move |known| {
            let of_stack = known.stack.as_deref().and_then(stage::of);
            known.kind == kind && !known.is_live && (stage.is_none() || of_stack.is_none() || of_stack == stage)
        })
    }

    /// The environment that a claim speaks of: by its group's section, else its file's name.
    fn stage_of(&self, claim: &Claim<'_>) -> Option<Stage> {
        let path = &self.sources.file(claim.loc.file).path;
        let section = claim.group.strip_prefix(path.as_str()).unwrap_or(&claim.group);
        let names = [&*claim.key, section, path.file_name().unwrap_or_default()];
        names.into_iter().find_map(stage::of)
    }
}

/// The id of a kind that a claim of a kind states with a text: a client id, or the pool id in an issuer.
pub(super) fn id_in(of: SettingKind, kind: SettingKind, text: &str) -> Option<&str> {
    let id = match (kind, of) {
        (SettingKind::UserPoolId, SettingKind::UserPoolId | SettingKind::UserPoolArn | SettingKind::Issuer) => {
            pool_id_in(text)
        }
        (SettingKind::ClientId, SettingKind::ClientId) => Some(text).filter(|text| identifier::is_client_id(text)),
        _ => None,
    };
    id.filter(|id| !identifier::is_placeholder(id))
}

/// Whether one of some claims states this very id, so that an address made of it says nothing new.
fn states(group: &[Claim<'_>], kind: SettingKind, id: &str) -> bool {
    group.iter().filter(|claim| claim.kind == kind).any(|claim| claim.literals().iter().any(|(text, _)| *text == id))
}
