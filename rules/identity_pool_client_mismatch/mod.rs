//! An identity pool trusts a client under a pool that it does not belong to, or not the app's client.

use crate::finding::{Level, Severity};
use crate::model::Model;
use crate::model::claim::{Claim, PoolIdentity};
use crate::model::resolve::{Outcome, Target};
use crate::model::view::View;
use crate::read::SettingKind;
use crate::rule::{About, Findings, Report, Rule};
use crate::value::{Field, Value};

/// The rule. Source: cognito-identity API CognitoIdentityProvider.
pub static RULE: Rule = Rule {
    severity: Severity::Error,
    level: Level::Default,
    summary: "an identity pool's provider and client belong to different user pools, or the app's client is not among them",
    check,
};

const TYPE: &str = "AWS::Cognito::IdentityPool";
const ANSWER: &str = "NotAuthorizedException: Token is not from a supported provider of this identity pool.";

fn check(model: &Model, out: &mut Findings<'_>) {
    for identity_pool in model.resources(TYPE) {
        for provider in providers(&identity_pool).unwrap_or_default() {
            check_provider(model, &identity_pool, provider, out);
        }
    }
    for group in model.claim_groups() {
        check_app(model, &group, out);
    }
}

/// The identity pool's user pool providers; `None` where more may be among them.
fn providers<'m>(identity_pool: &View<'m>) -> Option<Vec<&'m Value>> {
    let list = match identity_pool.field(&["CognitoIdentityProviders"]) {
        Field::Absent => return Some(Vec::new()),
        Field::Present(value) => value.list()?,
        Field::Sometimes(_) | Field::Unknown => return None,
    };
    (!list.open).then(|| list.items.iter().map(|(provider, _)| provider).collect())
}

fn check_provider(model: &Model, identity_pool: &View<'_>, provider: &Value, out: &mut Findings<'_>) {
    let (Field::Present(client), Field::Present(name)) = (provider.field("ClientId"), provider.field("ProviderName"))
    else {
        return;
    };
    let (clients, names) = (model.resolve(client, client.loc), model.resolve(name, name.loc));
    let ([client_outcome], [name_outcome]) = (clients.as_slice(), names.as_slice()) else { return };
    let (Some(mine), Some(theirs)) = (model.pool_identity(client_outcome), model.pool_identity(name_outcome)) else {
        return;
    };
    if !Model::are_different(&mine, &theirs) {
        return;
    }
    let about = About::from(identity_pool).and(("the client", client_outcome)).and(("the provider", name_outcome));
    out.add(
        Report::new(about, client.loc, "ClientId is a client of another user pool")
            .message("no token of this client is accepted: the provider beside it is another user pool")
            .because(name.loc, "ProviderName names the user pool")
            .answer(ANSWER)
            .help("name the pool and a client of that same pool"),
    );
}

/// The app states an identity pool and a client; the identity pool must list the client.
fn check_app(model: &Model, group: &[Claim<'_>], out: &mut Findings<'_>) {
    let claim = |kind| group.iter().find(|claim| claim.kind == kind && !claim.is_pretended());
    let (Some(stated), Some(client)) = (claim(SettingKind::IdentityPoolId), claim(SettingKind::ClientId)) else {
        return;
    };
    let (stated_outcomes, client_outcomes) = (stated.outcomes(model), client.outcomes(model));
    let ([stated_outcome], [client_outcome]) = (stated_outcomes.as_slice(), client_outcomes.as_slice()) else { return };
    let (Target::Resource(number, _), Target::Resource(app_client, _)) =
        (&stated_outcome.target, &client_outcome.target)
    else {
        return;
    };
    for identity_pool in model.views(*number, &Default::default()) {
        let Some(trusted) = trusted_clients(model, &identity_pool) else { continue };
        if trusted.is_empty() || trusted.contains(app_client) {
            continue;
        }
        let about = About::from(&identity_pool)
            .and(("the app's client", client_outcome))
            .and(("the identity pool", stated_outcome));
        out.add(
            Report::new(about, client.loc, format!("{} is a client that the identity pool does not list", client.key))
                .message("the identity pool refuses this app's tokens")
                .because(stated.loc, format!("{} names the identity pool", stated.key))
                .because(identity_pool.loc(), "its CognitoIdentityProviders list other clients only")
                .answer(ANSWER)
                .help("add the app's client to CognitoIdentityProviders, or use a client that is listed"),
        );
    }
}

/// The client resources that an identity pool lists; `None` where one cannot be told.
fn trusted_clients(model: &Model, identity_pool: &View<'_>) -> Option<Vec<usize>> {
    let clients = providers(identity_pool)?.into_iter().map(|provider| match provider.field("ClientId") {
        Field::Present(client) => Some(model.resolve(client, client.loc)),
        _ => None,
    });
    let outcomes: Vec<Outcome> = clients.collect::<Option<Vec<_>>>()?.into_iter().flatten().collect();
    outcomes
        .iter()
        .map(|outcome| match (&outcome.target, model.pool_identity(outcome)) {
            (Target::Resource(number, _), Some(PoolIdentity::Resource(_))) => Some(*number),
            _ => None,
        })
        .collect()
}
