//! The ids that exist, and the lists that were read to their end.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::account::{Asked, Gap, Operation};
use crate::read::{KnownId, SettingKind};

use super::answers::Answers;
use super::{Deployment, Holding, Listing};

/// The types of resources that have ids which others name.
const IDENTIFIED: &[(&str, SettingKind)] = &[
    ("AWS::Cognito::IdentityPool", SettingKind::IdentityPoolId),
    ("AWS::Cognito::UserPool", SettingKind::UserPoolId),
    ("AWS::Cognito::UserPoolClient", SettingKind::ClientId),
];

/// Lists, what they list, and whether they are of one pool.
const LISTS: &[(Operation, SettingKind)] = &[
    (Operation::ListUserPools, SettingKind::UserPoolId),
    (Operation::ListUserPoolClients, SettingKind::ClientId),
    (Operation::ListIdentityPools, SettingKind::IdentityPoolId),
];

/// The ids of resources. The stack that has one is named where CloudFormation tells it.
pub(super) fn known(holdings: &[Holding], stacks: &[Deployment]) -> Vec<KnownId> {
    let members = stacks.iter().flat_map(|stack| stack.members.iter().map(|member| (&*member.physical, &stack.name)));
    let stacks: HashMap<&str, &Arc<str>> = members.collect();
    let id_of = |holding: &Holding| {
        let (_, kind) = IDENTIFIED.iter().find(|(name, _)| *name == &*holding.resource.type_name)?;
        let resource = &holding.resource;
        let pool = resource.properties.field("UserPoolId").value().and_then(|pool| pool.text());
        Some(KnownId {
            kind: *kind,
            id: holding.id.clone(),
            pool: pool.map(Arc::from),
            stack: stacks.get(&*holding.id).map(|name| Arc::clone(name)),
            output: None,
            resource: Some(resource.key.clone()),
            is_live: true,
            loc: resource.loc,
        })
    };
    holdings.iter().filter_map(id_of).collect()
}

/// The lists that were answered without a gap.
pub(super) fn listings(answers: &Answers<'_>, gaps: &[Gap]) -> Vec<Listing> {
    let broken_off: HashSet<&Asked> = gaps.iter().map(|gap| &gap.asked).collect();
    let listing = |asked: &Asked, kind: SettingKind| Listing {
        kind,
        account: asked.account.clone(),
        region: asked.region.clone(),
        pool: asked.subject.first().cloned(),
    };
    let listed = answers.iter().filter_map(|(asked, _)| {
        let (_, kind) = LISTS.iter().find(|(operation, _)| *operation == asked.operation)?;
        (!broken_off.contains(asked)).then(|| listing(asked, *kind))
    });
    listed.collect()
}
