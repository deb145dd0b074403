//! A configured Region that is not the one in the pool's id.

use crate::finding::{Level, Severity};
use crate::identifier;
use crate::model::Model;
use crate::model::claim::Claim;
use crate::read::settings::keys;
use crate::read::{Reader, SettingKind};
use crate::rule::{About, Findings, Report, Rule};
use crate::source::Loc;

/// The rule. Source: the part of a user pool id before `_` is its Region (API UserPoolIdType); identity pool ids start
/// with theirs.
pub static RULE: Rule = Rule {
    severity: Severity::Error,
    level: Level::Default,
    summary: "the configured Region is not the one of the pool beside it",
    check,
};

fn check(model: &Model, out: &mut Findings<'_>) {
    for group in model.claim_groups() {
        let Some((region, configured)) = configured_region(&group) else { continue };
        for (claim, loc, own) in group.iter().filter_map(own_region) {
            if own == configured {
                continue;
            }
            out.add(
                Report::new(About::default(), region.loc, format!("{} is {configured}", region.key))
                    .message(format!("calls go to {configured}, where this pool does not exist"))
                    .because(loc, format!("{} is in {own}", claim.key))
                    .answer("ResourceNotFoundException: User pool client does not exist")
                    .help(format!("set the Region to {own}, or take the id of a pool in {configured}")),
            );
        }
    }
}

/// The one Region that a group names for Cognito: by its key, or by what is configured as a whole.
fn configured_region<'g, 'm>(group: &'g [Claim<'m>]) -> Option<(&'g Claim<'m>, &'m str)> {
    let is_for_cognito = |claim: &&Claim<'_>| {
        let is_of_library = claim.setting.is_some_and(|setting| setting.reader == Reader::Library);
        is_of_library || keys::names_cognito(&claim.key)
    };
    let mut regions =
        group.iter().filter(|claim| claim.kind == SettingKind::Region && !claim.is_pretended()).filter(is_for_cognito);
    let region = regions.next().filter(|_| regions.next().is_none())?;
    region.value.text().filter(|text| identifier::is_region(text)).map(|text| (region, text))
}

/// The Region inside an identifier.
fn own_region<'g, 'm>(claim: &'g Claim<'m>) -> Option<(&'g Claim<'m>, Loc, &'m str)> {
    let text = claim.value.text().filter(|text| !identifier::is_placeholder(text))?;
    let region = match claim.kind {
        SettingKind::UserPoolId => identifier::user_pool_region(text),
        SettingKind::Issuer => identifier::issuer(text).map(|issuer| issuer.region),
        _ => None,
    };
    region.filter(|_| !claim.is_pretended()).map(|region| (claim, claim.loc, region))
}
