//! A client id stands beside the id of a pool that it does not belong to.

use crate::finding::{Level, Severity};
use crate::model::Model;
use crate::model::claim::Claim;
use crate::model::resolve::Outcome;
use crate::read::SettingKind;
use crate::rule::{About, Findings, Report, Rule};

/// The rule. Source: a client belongs to one pool (API DescribeUserPoolClient).
pub static RULE: Rule = Rule {
    severity: Severity::Error,
    level: Level::Default,
    summary: "a client id stands beside the id of another pool",
    check,
};

fn check(model: &Model, out: &mut Findings<'_>) {
    for group in model.claim_groups() {
        let Some((client, pool)) = pair(&group) else { continue };
        let (clients, pools) = (client.outcomes(model), pool.outcomes(model));
        let Some((client_outcome, pool_outcome)) = mismatch(model, &clients, &pools) else { continue };
        let about = About::from(("the client id", client_outcome)).and(("the pool id", pool_outcome));
        out.add(
            Report::new(about, client.loc, format!("{} names a client", client.key))
                .message("this client belongs to another user pool than the one named beside it")
                .because(pool.loc, format!("{} names the pool", pool.key))
                .answer("NotAuthorizedException: Incorrect username or password.")
                .help("take both ids from the same pool"),
        );
    }
}

/// The one client and the one pool of a group; several of either say nothing about who belongs to whom.
fn pair<'g, 'm>(group: &'g [Claim<'m>]) -> Option<(&'g Claim<'m>, &'g Claim<'m>)> {
    let only = |kind| {
        let mut claims = group.iter().filter(move |claim| claim.kind == kind && !claim.is_pretended());
        claims.next().filter(|_| claims.next().is_none())
    };
    Some((only(SettingKind::ClientId)?, only(SettingKind::UserPoolId)?))
}

/// Outcomes that are certainly of two pools, where no other pair could be of one.
fn mismatch<'o>(model: &Model, clients: &'o [Outcome], pools: &'o [Outcome]) -> Option<(&'o Outcome, &'o Outcome)> {
    let mut found = None;
    for client in clients {
        let mine = model.pool_identity(client)?;
        for pool in pools {
            let theirs = model.pool_identity(pool)?;
            if client.when.and(&pool.when).is_none() {
                continue;
            }
            if !Model::are_different(&mine, &theirs) {
                return None;
            }
            found.get_or_insert((client, pool));
        }
    }
    found
}
