//! What versions of secrets say: CloudFormation has that in the secret.

use crate::read::SettingKind;
use crate::read::settings::{self, keys};
use crate::value::{Entry, Kind, Presence, Reference, Value};

use super::evaluator::Evaluator;
use super::functions;

/// The type of a version of a secret.
pub(super) const VERSION: &str = "aws_secretsmanager_secret_version";

impl Evaluator<'_> {
    /// Puts what a version with this body says into its secret, as far as that is JSON and may be kept.
    pub fn fill_secret(&self, body: &Value) {
        let (Some(secret), Some(text)) = (body.field("secret_id").value(), body.field("secret_string").value()) else {
            return;
        };
        let Some(Reference::Attribute { resource: key, .. }) = secret.reference() else { return };
        let Some(mut said) = functions::decoded(text).filter(|said| matches!(said.kind, Kind::Map(_))) else { return };
        keep(&mut said);
        let resources = &mut self.facts.borrow_mut().resources;
        let Some(resource) = resources.iter_mut().find(|resource| resource.key == *key) else { return };
        if let Kind::Map(properties) = &mut resource.properties.kind {
            let presence = Presence::Always;
            properties.insert(Entry { key: "SecretString".into(), key_loc: text.loc, value: said, presence });
        }
    }
}

/// Takes out what may be secret: identifiers and what points at resources stay.
fn keep(said: &mut Value) {
    let Kind::Map(map) = &mut said.kind else { return };
    for entry in &mut map.entries {
        let kind = keys::kind_of(&entry.key, entry.value.text()).unwrap_or(SettingKind::Other);
        match &entry.value.kind {
            Kind::Map(_) => keep(&mut entry.value),
            _ => entry.value = settings::kept(kind, &entry.key, entry.value.clone()),
        }
    }
}
