//! A pool migrates users at sign-in, and no client of it lets the password through.

use crate::finding::{Level, Severity};
use crate::model::Model;
use crate::model::client::{Allows, Client};
use crate::model::flow::Flow;
use crate::model::pool::Pool;
use crate::rule::{About, Findings, Report, Rule};
use crate::value::{Field, Kind};

/// The rule. Source: Developer Guide, migrate user Lambda trigger.
pub static RULE: Rule = Rule {
    severity: Severity::Warning,
    level: Level::Default,
    summary: "a pool has a UserMigration trigger and no client of it allows a password flow",
    check,
};

/// The flows in which Cognito sees the password.
const WITH_PASSWORD: [Flow; 3] = [Flow::UserPasswordAuth, Flow::AdminUserPasswordAuth, Flow::UserAuth];

fn check(model: &Model, out: &mut Findings<'_>) {
    for pool in model.pools() {
        let Some(loc) = migration(&pool) else { continue };
        let Some(clients) = model.clients_of(&pool).filter(|clients| !clients.is_empty()) else { continue };
        if clients.iter().any(|client| !never_sees_passwords(client)) {
            continue;
        }
        let about = clients.iter().fold(About::from(&*pool), |about, client| about.resting_on(&client.trust));
        let mut report = Report::new(about, loc, "the pool's UserMigration trigger")
            .message("users are never migrated at sign-in: no client of this pool allows a flow that sends the password")
            .help("allow ALLOW_USER_PASSWORD_AUTH or ALLOW_ADMIN_USER_PASSWORD_AUTH on the client that old users sign in with, and let it use that flow until they are migrated");
        for client in &clients {
            let (place, text) = match client.property_loc(&["ExplicitAuthFlows"]) {
                Some(place) => (place, format!("{} allows no password flow", client.name())),
                None => {
                    (client.loc(), format!("{} has no ExplicitAuthFlows: no password flow is allowed", client.name()))
                }
            };
            report = report.because(place, text);
        }
        out.add(report);
    }
}

/// Where the trigger is certainly attached.
fn migration(pool: &Pool<'_>) -> Option<crate::source::Loc> {
    match pool.field(&["LambdaConfig", "UserMigration"]) {
        Field::Present(value) if !matches!(value.kind, Kind::Null) => {
            Some(pool.property_loc(&["LambdaConfig", "UserMigration"]).unwrap_or(value.loc))
        }
        _ => None,
    }
}

/// Whether no user can give a password to Cognito through a client: by no flow, and not on the hosted pages either.
fn never_sees_passwords(client: &Client<'_>) -> bool {
    let has_pages = client.oauth_flows().is_none_or(|grants| grants.iter().any(|grant| *grant != "client_credentials"));
    !has_pages && WITH_PASSWORD.iter().all(|flow| matches!(client.allows(*flow), Allows::No(_)))
}
