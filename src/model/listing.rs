//! Stated ids against the lists of accounts.
//!
//! An account is one of several that a project may be deployed to. That it does not have an id says something only where what
//! stands beside the id is known to be in it.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::identifier;
use crate::read::{Facts, KnownId, SettingKind};
use crate::source::Loc;

use super::Model;
use super::claim::Claim;
use super::deployed::{MOST_KNOWN, id_in};
use super::link::{Confidence, How};
use super::meeting::Meeting;

/// An id that is on no list.
pub(super) struct Unlisted<'m> {
    pub(super) claim: Claim<'m>,
    pub(super) loc: Loc,
    pub(super) known: Vec<&'m KnownId>,
    pub(super) confidence: Confidence,
}

impl Model {
    /// The ids of a kind in a group that accounts do not have: clients of a pool whose clients are all listed, pools of a
    /// Region whose pools are.
    pub(super) fn unlisted<'m>(&'m self, group: &[Claim<'m>], kind: SettingKind) -> Vec<Unlisted<'m>> {
        let is_stated =
            |claim: &Claim<'_>| claim.literals().into_iter().any(|(text, _)| id_in(claim.kind, kind, text).is_some());
        if self.watch.is_some() && group.iter().any(is_stated) {
            self.seek_ids();
        }
        if self.facts.live.listings.is_empty() {
            return Vec::new();
        }
        let claims = group.iter().filter(|claim| !claim.is_pretended() && !self.is_repeated(claim));
        let unlisted = claims.filter_map(|claim| {
            let mut ids = claim.literals().into_iter();
            ids.find_map(|(text, loc)| {
                let id = id_in(claim.kind, kind, text).filter(|id| self.known_id(id).is_none())?;
                let (known, confidence) = match kind {
                    SettingKind::ClientId => self.clients_instead(group)?,
                    _ => self.pools_instead(group, claim, text, id)?,
                };
                Some(Unlisted { claim: claim.clone(), loc, known, confidence })
            })
        });
        unlisted.collect()
    }

    /// The clients of the pool that stands in the group, if all of them are known.
    fn clients_instead(&self, group: &[Claim<'_>]) -> Option<(Vec<&KnownId>, Confidence)> {
        let pools =
            group.iter().flat_map(|claim| claim.literals().into_iter().map(move |(text, _)| (claim.kind, text)));
        let mut pools = pools.filter_map(|(of, text)| id_in(of, SettingKind::UserPoolId, text));
        let pool = pools.next()?;
        // Which of several pools is meant cannot be told.
        if pools.any(|other| other != pool) || !self.lists_clients(pool) {
            return None;
        }
        let clients = self.facts.known.iter().filter(|known| known.is_live && known.pool.as_deref() == Some(pool));
        Some((clients.take(MOST_KNOWN).collect(), Confidence::High))
    }

    /// The pools of the id's Region, if all of them are known. That it is this account that is meant is told by the ARN that
    /// the id stands in, or by another id of the group.
    fn pools_instead(
        &self,
        group: &[Claim<'_>],
        claim: &Claim<'_>,
        text: &str,
        id: &str,
    ) -> Option<(Vec<&KnownId>, Confidence)> {
        let region = identifier::user_pool_region(id)?;
        let account = identifier::user_pool_arn(text).map(|arn| arn.account);
        let listings = self.facts.live.listings.iter();
        let mut listings =
            listings.filter(|listing| listing.kind == SettingKind::UserPoolId && &*listing.region == region);
        if let Some(account) = account {
            listings.find(|listing| &*listing.account == account)?;
        } else {
            listings.next()?;
        }
        let is_there = |other: &Claim<'_>| {
            let known = other.literals().into_iter().filter_map(|(text, _)| self.known_id(text));
            other.loc != claim.loc && known.into_iter().any(|known| known.is_live)
        };
        let is_meant = account.is_some() || group.iter().any(is_there);
        let confidence = if is_meant { Confidence::High } else { Confidence::Low };
        let here = |known: &&KnownId| {
            known.is_live && known.kind == SettingKind::UserPoolId && known.id.starts_with(&format!("{region}_"))
        };
        Some((self.facts.known.iter().filter(here).take(MOST_KNOWN).collect(), confidence))
    }

    /// Whether the clients of a pool were listed to the end.
    fn lists_clients(&self, pool: &str) -> bool {
        self.listed_pools.contains(pool)
    }

    /// Whether all clients of a pool that only an account tells are known.
    pub(super) fn lists_clients_of(&self, number: usize) -> bool {
        let id: Option<&Arc<str>> = self.resource(number).map(|resource| &resource.key.id);
        id.is_some_and(|id| self.lists_clients(id))
    }

    /// How the id of a resource is known: where a name alone says which resource it is, not for certain.
    pub(super) fn how_known(&self, known: &KnownId) -> How {
        self.met.get(&known.id).copied().filter(|_| known.is_live).unwrap_or(How::KnownId)
    }
}

/// The pools whose clients were listed to the end.
pub(super) fn listed_pools(facts: &Facts) -> HashSet<Arc<str>> {
    let listings = facts.live.listings.iter().filter(|listing| listing.kind == SettingKind::ClientId);
    listings.filter_map(|listing| listing.pool.clone()).collect()
}

/// How the ids of accounts were found to be those of declared resources.
pub(super) fn met(meetings: &[Meeting]) -> HashMap<Arc<str>, How> {
    let how = |meeting: &Meeting| Some((meeting.live.key.id.clone(), meeting.steps.first()?.how));
    meetings.iter().filter_map(how).collect()
}
