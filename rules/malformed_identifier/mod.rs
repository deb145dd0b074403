//! A text that cannot be the identifier it is given as.

use std::collections::HashMap;

use crate::finding::fix::Fix;
use crate::finding::{Level, Severity};
use crate::identifier;
use crate::model::Model;
use crate::model::claim::Claim;
use crate::read::SettingKind;
use crate::rule::{About, Findings, Report, Rule};
use crate::source::{Loc, Span};

/// The rule. Source: the patterns of the API's UserPoolIdType, ClientIdType and IdentityPoolId, and what the service
/// generates.
pub static RULE: Rule = Rule {
    severity: Severity::Error,
    level: Level::Default,
    summary: "a value cannot be the pool, client or identity pool id that it is given as",
    check,
};

fn check(model: &Model, out: &mut Findings<'_>) {
    let claims: Vec<Claim<'_>> = model.statements().filter(|claim| !claim.is_pretended()).collect();
    let mut swaps: HashMap<&str, Vec<&Claim<'_>>> = HashMap::new();
    for claim in claims.iter().filter(|claim| claim.value.text().is_some_and(|text| misfit(claim, text).is_some())) {
        swaps.entry(&claim.group).or_default().push(claim);
    }
    for claim in &claims {
        for (text, loc) in claim.literals() {
            if let Some(is) = misfit(claim, text) {
                let place = if claim.setting.is_some() { claim.loc } else { loc };
                out.add(
                    Report::new(About::default(), place, format!("{} is {is}", claim.key))
                        .message(format!("this cannot be {}: every call with it is refused", wanted(claim.kind)))
                        .help(format!("put {} here", wanted(claim.kind)))
                        .fix(swaps.get(&*claim.group).and_then(|swapped| fix(model, swapped))),
                );
            }
        }
    }
}

/// The two wrong ids of a group in each other's places, where each is what the other should be.
fn fix(model: &Model, swapped: &[&Claim<'_>]) -> Option<Fix> {
    let [one, other] = swapped else { return None };
    let (here, there) = (one.value.text()?, other.value.text()?);
    let fits = |claim: &Claim<'_>, text: &str| other_shape(text).is_some_and(|shape| shape.is(claim.kind));
    if !fits(one, there) || !fits(other, here) || one.value.loc.file != other.value.loc.file {
        return None;
    }
    let edits = vec![
        model.replaced(one.loc, one.value.loc, here, there)?,
        model.replaced(other.loc, other.value.loc, there, here)?,
    ];
    let (start, end) = (one.value.loc.span, other.value.loc.span);
    let span = Span { start: start.start.min(end.start), end: start.end.max(end.end) };
    Some(Fix::safe(format!("swap {} and {}", one.key, other.key), edits, Loc { span, ..one.value.loc }))
}

fn wanted(kind: SettingKind) -> &'static str {
    match kind {
        SettingKind::UserPoolId => "a user pool id (`eu-west-1_` and letters and digits)",
        SettingKind::IdentityPoolId => "an identity pool id (`eu-west-1:` and a UUID)",
        _ => "an app client id (26 lower-case letters and digits)",
    }
}

/// What the text is instead, where it certainly is something else.
fn misfit(claim: &Claim<'_>, text: &str) -> Option<&'static str> {
    if identifier::is_placeholder(text) {
        return None;
    }
    let other = other_shape(text)?;
    let fits = match claim.kind {
        SettingKind::UserPoolId | SettingKind::ClientId | SettingKind::IdentityPoolId => other.is(claim.kind),
        _ => true,
    };
    (!fits).then(|| other.name())
}

#[derive(Clone, Copy, PartialEq)]
enum Shape {
    UserPool,
    Client,
    IdentityPool,
    Arn,
    Issuer,
}

impl Shape {
    /// Whether it is the shape of the ids of a kind.
    fn is(self, kind: SettingKind) -> bool {
        match kind {
            SettingKind::UserPoolId => self == Self::UserPool,
            SettingKind::ClientId => self == Self::Client,
            SettingKind::IdentityPoolId => self == Self::IdentityPool,
            _ => false,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::UserPool => "a user pool id",
            Self::Client => "an app client id",
            Self::IdentityPool => "an identity pool id",
            Self::Arn => "the ARN of a user pool",
            Self::Issuer => "an issuer address",
        }
    }
}

fn other_shape(text: &str) -> Option<Shape> {
    if identifier::user_pool_region(text).is_some() {
        Some(Shape::UserPool)
    } else if identifier::is_generated_client_id(text) {
        Some(Shape::Client)
    } else if identifier::identity_pool_region(text).is_some() {
        Some(Shape::IdentityPool)
    } else if identifier::user_pool_arn(text).is_some() {
        Some(Shape::Arn)
    } else {
        identifier::issuer(text).map(|_| Shape::Issuer)
    }
}
