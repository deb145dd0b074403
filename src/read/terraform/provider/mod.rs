//! What the resources of Terraform's and Pulumi's providers are in CloudFormation's words: tables, and what reads them.

use std::sync::Arc;

use crate::read::redaction::redact;
use crate::read::{Deployer, Ignored, Resource, Retention};
use crate::source::Loc;
use crate::value::{Kind, ResourceKey, Value};
use crate::when::When;

mod attribute;
mod blocks;
mod convert;
mod json;
mod left_out;
mod names;
mod row;
mod tables;

#[cfg(test)]
mod tests;

pub use attribute::{Attribute, attribute};

use convert::Converter;
use names::Dialect;
use row::Shape;

/// A resource as a provider describes it: in HCL, a plan, a state, a Pulumi program.
#[derive(Clone, Copy, Debug)]
pub struct Provided<'a> {
    /// Its stack and address.
    pub key: &'a ResourceKey,
    /// Its type as it is written: `aws_cognito_user_pool`, `awscc_cognito_user_pool`, `aws:cognito/userPool:UserPool`,
    /// `aws-native:cognito:UserPool`. A data source's type begins with `data.`.
    pub type_name: &'a str,
    /// Its arguments: a map in snake or camel case, or unknown as a whole. Nested blocks are lists of maps, or maps where
    /// there is one at most.
    pub body: &'a Value,
    /// Where its header stands.
    pub loc: Loc,
    /// The condition it is under.
    pub when: &'a When,
    /// The line of the program that made it, when it is known and in the tree.
    pub source: Option<Loc>,
    /// What its `lifecycle` says of its end.
    pub retention: Retention,
    /// The arguments whose changes it passes over.
    pub ignored: &'a Ignored,
}

/// Whether the scan needs resources or data of this type at all.
pub fn is_known(type_name: &str) -> bool {
    attribute::is_data(type_name) || tables::find(type_name).is_some()
}

/// The CloudFormation-shaped resources that one provider's resource stands for: one, or none where the type is not known
/// or only reads what others made. The texts of secrets are not kept.
pub fn resources(provided: &Provided<'_>) -> Vec<Resource> {
    let Some((table, dialect)) = tables::find(provided.type_name) else { return Vec::new() };
    let kind = match &provided.body.kind {
        Kind::Map(body) => Kind::Map(Converter { table, dialect }.resource(body, provided.loc)),
        other => other.clone(),
    };
    let mut properties = Value { kind, loc: provided.body.loc, assumed: provided.body.assumed.clone() };
    redact(&mut properties);
    let mut left_out = Vec::new();
    left_out::take(&mut properties, &mut Vec::new(), &mut left_out);
    let resource = Resource {
        key: provided.key.clone(),
        type_name: Arc::from(table.type_name),
        properties,
        loc: provided.loc,
        source: provided.source,
        when: provided.when.clone(),
        construct: None,
        metadata: None,
        retention: provided.retention,
        ignored: match provided.ignored {
            Ignored::Properties(arguments) => {
                let property = |argument: &Arc<str>| property(provided.type_name, argument);
                Ignored::Properties(arguments.iter().filter_map(property).collect())
            }
            other => other.clone(),
        },
        left_out,
        deployer: match dialect {
            Dialect::Own => Deployer::Terraform,
            Dialect::Mirror => Deployer::CloudFormation,
        },
    };
    vec![resource]
}

/// The CloudFormation type of a type that is known.
pub fn type_name(type_name: &str) -> Option<&'static str> {
    tables::find(type_name).map(|(table, _)| table.type_name)
}

/// The property that an argument is, joined by dots.
pub fn property(type_name: &str, argument: &str) -> Option<Arc<str>> {
    let (table, _) = tables::find(type_name)?;
    let row = table.rows.iter().find(|row| names::same_or_plural(row.argument, argument));
    let argument = row.map_or(argument, |row| row.argument);
    Some(row.and_then(|row| row.property).map_or_else(|| names::property(argument, table.spellings), Arc::from))
}

/// Whether an argument is a block.
pub fn is_block(type_name: &str, argument: &str) -> bool {
    let rows = tables::find(type_name).map(|(table, _)| table.rows).unwrap_or_default();
    let mut shapes = rows.iter().filter(|row| names::same_or_plural(row.argument, argument)).map(|row| row.shape);
    shapes.any(|shape| matches!(shape, Shape::Block(_) | Shape::Blocks(_) | Shape::Member(..)))
}
