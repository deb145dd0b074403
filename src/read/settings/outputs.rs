//! Stack outputs that somebody wrote to a file: ids that are known to exist.

use std::sync::Arc;

use camino::Utf8Path;

use crate::identifier;
use crate::read::{KnownId, SettingKind};
use crate::source::Loc;
use crate::syntax::tree::{Node, NodeKind, Pair, Tree};
use crate::words;

use super::keys;
use super::place::Place;

/// An output of a stack: its name, its value and where that stands.
type Output = (Arc<str>, Arc<str>, Loc);

/// The ids that a file of outputs tells. The file is known by its shape: `aws cloudformation describe-stacks`, and, where
/// its name speaks of outputs, `cdk deploy --outputs-file` and `terraform output -json`.
pub fn read(path: &Utf8Path, tree: &Tree, place: &Place) -> Vec<KnownId> {
    let named =
        words::split(path.file_stem().unwrap_or_default()).iter().any(|word| word == "outputs" || word == "output");
    let stacks = tree.documents.iter().flat_map(|document| {
        let described = described(document, place);
        if described.is_empty() && named { written(document, place) } else { described }
    });
    stacks.flat_map(|(stack, outputs)| known(stack.as_ref(), &outputs)).collect()
}

/// `{"Stacks": [{"StackName": …, "Outputs": [{"OutputKey": …, "OutputValue": …}]}]}`, or a part of it.
fn described(document: &Node, place: &Place) -> Vec<(Option<Arc<str>>, Vec<Output>)> {
    let outputs_of = |list: &Node| -> Vec<Output> {
        let output = |item: &Node| {
            let value = item.get("OutputValue")?;
            Some((item.get("OutputKey")?.scalar()?, value.scalar()?, place.loc(value.span)))
        };
        list.items().iter().filter_map(output).collect()
    };
    let stack_of = |stack: &Node| {
        let outputs = stack.get("Outputs").map(outputs_of).unwrap_or_default();
        (!outputs.is_empty()).then(|| (stack.get("StackName").and_then(Node::scalar), outputs))
    };
    let bare = outputs_of(document);
    if !bare.is_empty() {
        return vec![(None, bare)];
    }
    let stacks = document.get("Stacks").unwrap_or(document);
    if stacks.items().is_empty() {
        stack_of(stacks).into_iter().collect()
    } else {
        stacks.items().iter().filter_map(stack_of).collect()
    }
}

/// `{stack: {output: value}}`, `{output: value}`, or `{output: {"value": …}}`.
fn written(document: &Node, place: &Place) -> Vec<(Option<Arc<str>>, Vec<Output>)> {
    let mut stacks = Vec::new();
    let mut flat = Vec::new();
    for pair in document.pairs() {
        let is_terraform = pair.value.get("value").is_some() && pair.value.get("sensitive").is_some();
        let value = if is_terraform { pair.value.get("value") } else { Some(&pair.value) };
        match value {
            Some(value) if matches!(value.kind, NodeKind::Text(_)) => {
                flat.extend(value.scalar().map(|text| (pair.key.clone(), text, place.loc(value.span))));
            }
            Some(inner) if !is_terraform && inner.pairs().iter().all(|pair| pair.value.scalar().is_some()) => {
                let output = |pair: &Pair| Some((pair.key.clone(), pair.value.scalar()?, place.loc(pair.value.span)));
                stacks.push((Some(pair.key.clone()), inner.pairs().iter().filter_map(output).collect()));
            }
            _ => {}
        }
    }
    stacks.push((None, flat));
    stacks
}

/// The ids among the outputs of one stack. A client's pool is the stack's only one.
fn known(stack: Option<&Arc<str>>, outputs: &[Output]) -> Vec<KnownId> {
    let mut known: Vec<KnownId> = Vec::new();
    for (name, value, loc) in outputs {
        if let Some((kind, id)) = id_in(name, value)
            && !known.iter().any(|other| &*other.id == id)
        {
            let (stack, output) = (stack.cloned(), Some(name.clone()));
            known.push(KnownId {
                kind,
                id: id.into(),
                pool: None,
                stack,
                output,
                resource: None,
                is_live: false,
                loc: *loc,
            });
        }
    }
    let mut pools = known.iter().filter(|id| id.kind == SettingKind::UserPoolId);
    let pool = pools.next().filter(|_| pools.next().is_none()).map(|pool| pool.id.clone());
    for client in known.iter_mut().filter(|id| id.kind == SettingKind::ClientId) {
        client.pool.clone_from(&pool);
    }
    known
}

/// The id in an output's value.
fn id_in<'v>(name: &str, value: &'v str) -> Option<(SettingKind, &'v str)> {
    if identifier::is_placeholder(value) {
        return None;
    }
    let named_pool = || {
        let arn = identifier::user_pool_arn(value).map(|arn| arn.pool);
        arn.or_else(|| identifier::issuer(value).map(|issuer| issuer.pool))
    };
    if let Some(pool) =
        Some(value).into_iter().chain(named_pool()).find(|pool| identifier::user_pool_region(pool).is_some())
    {
        return Some((SettingKind::UserPoolId, pool));
    }
    if identifier::is_generated_client_id(value) && !keys::is_secret_name(name) {
        return Some((SettingKind::ClientId, value));
    }
    let kind = keys::kind_of(name, Some(value)).filter(|kind| *kind == SettingKind::IdentityPoolId)?;
    identifier::identity_pool_region(value).map(|_| (kind, value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;
    use crate::syntax::json;

    const POOL: &str = "us-east-1_Ab1Cd2Ef3";
    const CLIENT: &str = "4q8rj2v0k7m5t1x9c3b6n8p2d0";

    /// Kind, id, pool, stack, output.
    type Told = (SettingKind, String, Option<String>, Option<String>, String);

    fn ids(path: &str, text: &str) -> Vec<Told> {
        let known = read(path.into(), &json::parse(text), &Place::whole(FileId(0)));
        let owned = |text: Option<Arc<str>>| text.map(|text| text.to_string());
        known
            .into_iter()
            .map(|id| (id.kind, id.id.to_string(), owned(id.pool), owned(id.stack), owned(id.output).unwrap()))
            .collect()
    }

    #[test]
    fn an_outputs_file_of_cdk() {
        let text = format!(
            r#"{{ "AuthStack": {{ "UserPoolId": "{POOL}", "ExportsOutputRefWebClient2F5918F7": "{CLIENT}",
                   "IdentityPoolId": "us-east-1:3d1b5a7c-0f2e-4a6b-8c9d-1e3f5a7b9c0d", "ApiUrl": "https://x.execute-api.us-east-1.amazonaws.com/" }},
                 "Other": {{ "UserPoolClientId": "5w9sk3u1l8n6y2z0d4c7o9q3e1" }} }}"#
        );
        let stack = || Some("AuthStack".to_owned());
        assert_eq!(
            ids("infra/cdk-outputs.json", &text),
            [
                (SettingKind::UserPoolId, POOL.into(), None, stack(), "UserPoolId".into()),
                (
                    SettingKind::ClientId,
                    CLIENT.into(),
                    Some(POOL.into()),
                    stack(),
                    "ExportsOutputRefWebClient2F5918F7".into()
                ),
                (
                    SettingKind::IdentityPoolId,
                    "us-east-1:3d1b5a7c-0f2e-4a6b-8c9d-1e3f5a7b9c0d".into(),
                    None,
                    stack(),
                    "IdentityPoolId".into()
                ),
                (
                    SettingKind::ClientId,
                    "5w9sk3u1l8n6y2z0d4c7o9q3e1".into(),
                    None,
                    Some("Other".into()),
                    "UserPoolClientId".into()
                ),
            ]
        );
        assert!(ids("config.json", &text).is_empty(), "the same shape under another name is configuration");
    }

    #[test]
    fn described_stacks_whole_or_in_part() {
        let outputs = format!(
            r#"[{{"OutputKey": "PoolArn", "OutputValue": "arn:aws:cognito-idp:us-east-1:111122223333:userpool/{POOL}"}},
                {{"OutputKey": "ClientId", "OutputValue": "{CLIENT}", "ExportName": "client"}}]"#
        );
        for (text, stack) in [
            (format!(r#"{{"Stacks": [{{"StackName": "auth", "Outputs": {outputs}}}]}}"#), Some("auth".to_owned())),
            (format!(r#"{{"StackName": "auth", "Outputs": {outputs}}}"#), Some("auth".to_owned())),
            (outputs.clone(), None),
        ] {
            let found = ids("stack.json", &text);
            assert_eq!(found[0], (SettingKind::UserPoolId, POOL.into(), None, stack.clone(), "PoolArn".into()));
            assert_eq!(found[1], (SettingKind::ClientId, CLIENT.into(), Some(POOL.into()), stack, "ClientId".into()));
        }
    }

    #[test]
    fn outputs_of_terraform() {
        let text = format!(
            r#"{{"user_pool_id": {{"sensitive": false, "type": "string", "value": "{POOL}"}},
                 "client_secret": {{"sensitive": true, "type": "string", "value": "{CLIENT}"}}}}"#
        );
        let found = ids("outputs.json", &text);
        assert_eq!(found, [(SettingKind::UserPoolId, POOL.into(), None, None, "user_pool_id".into())]);
    }

    #[test]
    fn two_pools_leave_a_client_without_one() {
        let text = format!(
            r#"{{"S": {{"A": "{POOL}", "B": "us-east-1_Gh4Ij5Kl6", "Client": "{CLIENT}", "C": "us-east-1_EXAMPLE"}}}}"#
        );
        let found = ids("outputs.json", &text);
        assert_eq!(found.len(), 3, "{found:?}");
        assert_eq!(found[2].2, None);
    }
}
