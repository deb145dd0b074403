//! Ids that are known to exist, as a state or plan tells them.

use std::collections::HashMap;
use std::sync::Arc;

use crate::identifier;
use crate::read::terraform::provider::{Attribute, attribute};
use crate::read::{KnownId, SettingKind};
use crate::syntax::tree::Node;
use crate::value::Reference;

use super::Home;
use super::document::Subject;

/// Types with the attribute that holds the id, and that with the id of its pool.
const TYPES: &[(&str, SettingKind, &str, Option<&str>)] = &[
    ("aws_cognito_identity_pool", SettingKind::IdentityPoolId, "id", None),
    ("aws_cognito_managed_user_pool_client", SettingKind::ClientId, "id", Some("user_pool_id")),
    ("aws_cognito_user_pool", SettingKind::UserPoolId, "id", None),
    ("aws_cognito_user_pool_client", SettingKind::ClientId, "id", Some("user_pool_id")),
    ("awscc_cognito_identity_pool", SettingKind::IdentityPoolId, "identity_pool_id", None),
    ("awscc_cognito_user_pool", SettingKind::UserPoolId, "user_pool_id", None),
    ("awscc_cognito_user_pool_client", SettingKind::ClientId, "client_id", Some("user_pool_id")),
];

/// The id of a resource with these attributes.
pub fn known_id(subject: &Subject, attributes: &Node, home: &Home) -> Option<KnownId> {
    let (_, kind, id, pool) = TYPES.iter().find(|(name, ..)| *name == subject.type_name)?;
    let id = attributes.get(id)?;
    let text = id.scalar().filter(|text| !text.is_empty() && !identifier::is_placeholder(text))?;
    let pool = pool.and_then(|pool| attributes.get(pool)?.scalar());
    Some(KnownId {
        kind: *kind,
        id: text,
        pool,
        stack: Some(home.path.clone()),
        output: None,
        resource: Some(home.key(&subject.address)),
        is_live: false,
        loc: home.loc(id.span),
    })
}

/// What texts stand for that a document tells as the ids and ARNs of its resources.
#[derive(Debug, Default)]
pub struct Ids(HashMap<Arc<str>, Reference>);

impl Ids {
    /// The ids and ARNs of resources with these attributes.
    pub fn of<'d>(resources: impl Iterator<Item = (&'d Subject, &'d Node)>, home: &Home) -> Self {
        let mut ids = HashMap::new();
        for (subject, attributes) in resources {
            let reference = |attribute: &str| {
                let resource = home.key(&subject.address);
                Reference::Attribute { resource, attribute: attribute.into() }
            };
            if let Some(known) = known_id(subject, attributes, home) {
                ids.entry(known.id).or_insert_with(|| reference("Ref"));
            }
            let arn = attributes.get("arn").and_then(Node::text).filter(|arn| arn.starts_with("arn:"));
            if let (Some(arn), Some(Attribute::Of(name))) = (arn, attribute(&subject.type_name, "arn")) {
                ids.entry(arn.into()).or_insert_with(|| reference(name));
            }
        }
        Self(ids)
    }

    /// What a text stands for.
    pub fn get(&self, text: &str) -> Option<&Reference> {
        self.0.get(text)
    }
}
