//! A change modifies or removes an attribute of a user pool's schema, which the service refuses.

use std::collections::BTreeMap;

use crate::finding::{Level, Severity};
use crate::model::change::{Pair, Settled};
use crate::model::view::{View, boolean_of};
use crate::model::{Model, pool};
use crate::read::Deployer;
use crate::rule::{Findings, Report, Rule};
use crate::source::Loc;
use crate::value::{Field, Value};

/// The rule. Source: the answer of the service; the Terraform provider refuses such plans by itself.
pub static RULE: Rule = Rule {
    severity: Severity::Error,
    level: Level::Default,
    summary: "a change modifies or removes a schema attribute of a user pool, which is refused",
    check,
};

/// The members of an attribute that say what it is.
const MEMBERS: &[&[&str]] = &[
    &["AttributeDataType"],
    &["DeveloperOnlyAttribute"],
    &["Mutable"],
    &["Required"],
    &["NumberAttributeConstraints", "MaxValue"],
    &["NumberAttributeConstraints", "MinValue"],
    &["StringAttributeConstraints", "MaxLength"],
    &["StringAttributeConstraints", "MinLength"],
];

/// Attributes that every pool has (Developer Guide, standard attributes).
const STANDARD: &[&str] = &[
    "address",
    "birthdate",
    "email",
    "email_verified",
    "family_name",
    "gender",
    "given_name",
    "locale",
    "middle_name",
    "name",
    "nickname",
    "phone_number",
    "phone_number_verified",
    "picture",
    "preferred_username",
    "profile",
    "sub",
    "updated_at",
    "website",
    "zoneinfo",
];

fn check(model: &Model, out: &mut Findings<'_>) {
    // A pool that is made anew takes any schema.
    let lost = model.lost_pools();
    let stays = |pair: &Pair<'_>| !lost.contains(&pair.before.resource.key) && !pair.ignores(&["Schema"]);
    for pair in model.pairs(pool::TYPE).filter(stays) {
        let (Some(before), Some(after)) = (schema(&pair.before), schema(&pair.after)) else { continue };
        for (name, was) in &before.attributes {
            match after.attributes.get(name) {
                Some(is) => {
                    if let Some((member, was, is)) = difference(was, is) {
                        let report = Report::new(&pair, is, format!("{member} of the attribute {name} changes"));
                        out.add(told(&pair, report.because(was, format!("{member} as it was"))));
                    }
                }
                None if !STANDARD.contains(name) || is_required(was) => {
                    let place = after.loc.unwrap_or(pair.after.loc());
                    let report = Report::new(&pair, place, format!("the attribute {name} is removed"));
                    out.add(told(&pair, report.because(was.loc, format!("the attribute {name} stood here"))));
                }
                None => {}
            }
        }
        let new =
            after.attributes.iter().filter(|(name, is)| !before.attributes.contains_key(*name) && is_required(is));
        for (name, is) in new.filter(|(name, _)| STANDARD.contains(name)) {
            let report = Report::new(&pair, is.loc, format!("the attribute {name} becomes required"));
            out.add(told(&pair, report.because(pair.before.loc(), format!("{name} was not required before"))));
        }
    }
}

fn told<'m>(pair: &Pair<'m>, report: Report<'m>) -> Report<'m> {
    let answer = match pair.after.resource.deployer {
        Deployer::Terraform => "cannot modify or remove schema items",
        Deployer::CloudFormation => "Existing schema attributes cannot be modified or deleted.",
    };
    report
        .message("the deployment of this change fails: an attribute in the schema of a user pool that exists cannot be changed or removed")
        .answer(answer)
        .help("leave the attribute as it is, and add a new one with another name where something else is needed")
}

/// The attributes that a pool declares.
struct Schema<'m> {
    attributes: BTreeMap<&'m str, &'m Value>,
    loc: Option<Loc>,
}

/// The schema, if it is known wholly.
fn schema<'m>(pool: &View<'m>) -> Option<Schema<'m>> {
    let list = match pool.field(&["Schema"]) {
        Field::Absent => return Some(Schema { attributes: BTreeMap::new(), loc: None }),
        Field::Present(value) => value.list().filter(|list| !list.open)?,
        Field::Sometimes(_) | Field::Unknown => return None,
    };
    let named = list.items.iter().map(|(item, when)| {
        let name = item.field("Name").value()?.text()?;
        when.is_always().then_some((name.trim_start_matches("custom:"), item))
    });
    Some(Schema { attributes: named.collect::<Option<_>>()?, loc: pool.property_loc(&["Schema"]) })
}

/// The first member that is written on both sides and differs, with its places.
fn difference(was: &Value, is: &Value) -> Option<(String, Loc, Loc)> {
    MEMBERS.iter().find_map(|path| {
        let (Field::Present(was), Field::Present(is)) = (was.at(path), is.at(path)) else { return None };
        // A stack that is deployed keeps the values of its parameters, whatever their defaults become.
        let is_written = was.assumed.is_none() && is.assumed.is_none();
        (is_written && Settled::of(was)? != Settled::of(is)?).then(|| (path.join("."), was.loc, is.loc))
    })
}

fn is_required(attribute: &Value) -> bool {
    let required = attribute.field("Required").value();
    required.is_some_and(|value| boolean_of(value) == Some(true))
}
