//! States: what Terraform or OpenTofu has deployed, in its own file or as `terraform show -json` prints it.

use crate::read::{Facts, Output, Reader, Resource, Setting, SettingKind};
use crate::syntax::tree::{Node, NodeKind};
use crate::value::{Value, Why};
use crate::when::When;

use super::Home;
use super::attributes;
use super::code;
use super::document::{State, Stated};
use super::known_ids::{Ids, known_id};
use super::mask::Mask;

/// The facts of a state: the resources as they are, and their ids.
pub fn read(state: &State, home: &Home) -> Facts {
    let all: Vec<_> = state.resources.iter().map(|stated| (&stated.subject, &stated.values)).collect();
    let ids = Ids::of(all.iter().copied(), home);
    let mut facts = Facts { code: code::locations(&all, home), ..Facts::default() };
    for stated in &state.resources {
        facts.resources.extend(resources(stated, &ids, home));
        facts.known.extend(known_id(&stated.subject, &stated.values, home));
        facts.settings.extend(secret(stated, home));
    }
    let outputs = state.outputs.iter().flat_map(|outputs| self::outputs(outputs, &ids, home)).collect();
    facts.stacks.push(home.stack(outputs, false));
    facts
}

/// The resources that one is, as it is.
pub fn resources(stated: &Stated, ids: &Ids, home: &Home) -> Vec<Resource> {
    home.resources(&stated.subject, &attributes::known(&stated.values, &stated.sensitive, ids, home))
}

/// The secret of a client, which a state holds as it is.
fn secret(stated: &Stated, home: &Home) -> Option<Setting> {
    let is_client = stated.subject.type_name.ends_with("_user_pool_client");
    let pair = stated.values.pair("client_secret").filter(|_| is_client)?;
    pair.value.text().filter(|secret| !secret.is_empty())?;
    Some(Setting {
        kind: SettingKind::ClientSecret,
        key: pair.key.clone(),
        value: Value::unknown(Why::Redacted, home.loc(pair.value.span)),
        loc: home.loc(pair.key_span),
        path: None,
        group: format!("{}:{}", home.path, stated.subject.address).into(),
        reader: Reader::Deployment,
        public: false,
        example: false,
    })
}

/// `{"user_pool_id": {"value": …, "sensitive": false}}`.
fn outputs(outputs: &Node, ids: &Ids, home: &Home) -> impl Iterator<Item = Output> {
    outputs.pairs().iter().filter_map(|pair| {
        let loc = home.loc(pair.key_span);
        let value = pair.value.get("value")?;
        let is_sensitive = pair.value.get("sensitive").is_some_and(|sensitive| sensitive.kind == NodeKind::Bool(true));
        let sensitive = if is_sensitive { Mask::All } else { Mask::None };
        let value = attributes::known(value, &sensitive, ids, home);
        Some(Output { name: pair.key.clone(), value, export: None, when: When::always(), loc })
    })
}
