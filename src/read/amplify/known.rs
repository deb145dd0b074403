//! Ids that Amplify's own files know: of pools that were imported, by environment, and of what was deployed last.

use std::sync::Arc;

use crate::identifier;
use crate::read::{KnownId, SettingKind};
use crate::source::{FileId, Loc};
use crate::syntax::tree::Node;

/// The names of ids in `team-provider-info.json` and in `amplify-meta.json`.
const NAMES: &[(&str, SettingKind)] = &[
    ("userPoolId", SettingKind::UserPoolId),
    ("UserPoolId", SettingKind::UserPoolId),
    ("webClientId", SettingKind::ClientId),
    ("nativeClientId", SettingKind::ClientId),
    ("AppClientIDWeb", SettingKind::ClientId),
    ("AppClientID", SettingKind::ClientId),
    ("identityPoolId", SettingKind::IdentityPoolId),
    ("IdentityPoolId", SettingKind::IdentityPoolId),
];

/// The ids of all environments in `team-provider-info.json`: `{dev: {categories: {auth: {name: {userPoolId: …}}}}}`.
pub fn of_team(root: &Node, file: FileId) -> Vec<KnownId> {
    let environments = root.pairs().iter();
    let auth = environments.filter_map(|environment| environment.value.at(&["categories", "auth"]));
    auth.flat_map(Node::pairs).flat_map(|resource| ids(&resource.value, file)).collect()
}

/// The ids in `amplify-meta.json`: `{auth: {name: {output: {UserPoolId: …}}}}`.
pub fn of_meta(root: &Node, file: FileId) -> Vec<KnownId> {
    let resources = root.get("auth").map(Node::pairs).unwrap_or_default();
    resources.iter().filter_map(|resource| resource.value.get("output")).flat_map(|output| ids(output, file)).collect()
}

fn ids(written: &Node, file: FileId) -> Vec<KnownId> {
    let found = NAMES.iter().filter_map(|(name, kind)| {
        let node = written.get(name)?;
        let id = node.text().filter(|id| is_id(*kind, id))?;
        Some((*kind, Arc::<str>::from(id), Loc { file, span: node.span }, *name))
    });
    let found: Vec<_> = found.collect();
    let pool = found.iter().find(|(kind, ..)| *kind == SettingKind::UserPoolId).map(|(_, id, ..)| id.clone());
    let known = found.into_iter().map(|(kind, id, loc, name)| {
        let pool = pool.clone().filter(|_| kind == SettingKind::ClientId);
        KnownId { kind, id, pool, stack: None, output: Some(name.into()), resource: None, is_live: false, loc }
    });
    known.collect()
}

fn is_id(kind: SettingKind, text: &str) -> bool {
    !identifier::is_placeholder(text)
        && match kind {
            SettingKind::UserPoolId => identifier::user_pool_region(text).is_some(),
            SettingKind::ClientId => identifier::is_generated_client_id(text),
            _ => identifier::identity_pool_region(text).is_some(),
        }
}
