//! An authorizer accepts tokens of another pool or client than the app's.

use crate::finding::{Level, Severity};
use crate::model::Model;
use crate::model::claim::PoolIdentity;
use crate::model::link::{Confidence, Trust};
use crate::model::resolve::Outcome;
use crate::model::view::View;
use crate::read::SettingKind;
use crate::rule::{About, Findings, Report, Rule};
use crate::source::Loc;
use crate::value::Value;

/// The rule. Source: the API Gateway, AppSync and Elastic Load Balancing guides' chapters on user pool authorizers.
pub static RULE: Rule = Rule {
    severity: Severity::Error,
    level: Level::Default,
    summary: "an authorizer points at another pool or client than the app uses",
    check,
};

/// An authorizer's properties: those that name pools, and those that name clients.
struct Authorizer {
    type_name: &'static str,
    pools: &'static [&'static [&'static str]],
    clients: &'static [&'static [&'static str]],
}

const AUTHORIZERS: &[Authorizer] = &[
    Authorizer { type_name: "AWS::ApiGateway::Authorizer", pools: &[&["ProviderARNs"]], clients: &[] },
    Authorizer {
        type_name: "AWS::ApiGatewayV2::Authorizer",
        pools: &[&["JwtConfiguration", "Issuer"]],
        clients: &[&["JwtConfiguration", "Audience"]],
    },
    Authorizer {
        type_name: "AWS::AppSync::GraphQLApi",
        pools: &[
            &["UserPoolConfig", "UserPoolId"],
            &["AdditionalAuthenticationProviders", "UserPoolConfig", "UserPoolId"],
        ],
        clients: &[],
    },
    Authorizer {
        type_name: "AWS::ElasticLoadBalancingV2::Listener",
        pools: &[&["DefaultActions", "AuthenticateCognitoConfig", "UserPoolArn"]],
        clients: &[&["DefaultActions", "AuthenticateCognitoConfig", "UserPoolClientId"]],
    },
    Authorizer {
        type_name: "AWS::ElasticLoadBalancingV2::ListenerRule",
        pools: &[&["Actions", "AuthenticateCognitoConfig", "UserPoolArn"]],
        clients: &[&["Actions", "AuthenticateCognitoConfig", "UserPoolClientId"]],
    },
];

fn check(model: &Model, out: &mut Findings<'_>) {
    let used = used_pools(model);
    for authorizer in AUTHORIZERS {
        for view in model.resources(authorizer.type_name) {
            let Some(accepted) = named(model, &view, authorizer.pools).filter(|pools| !pools.is_empty()) else {
                continue;
            };
            let Some(clients) = named(model, &view, authorizer.clients) else { continue };
            if !clients.is_empty() {
                check_clients(&view, &accepted, &clients, out);
            }
            check_app(&view, &accepted, used.as_deref(), out);
        }
    }
}

/// Something that is named, with its pool.
struct Named {
    pool: PoolIdentity,
    loc: Loc,
    outcome: Outcome,
}

/// Everything under some paths with its pool; `None` where one of them cannot be told.
fn named(model: &Model, view: &View<'_>, paths: &[&[&str]]) -> Option<Vec<Named>> {
    let mut values = Vec::new();
    for path in paths {
        collect(view.properties(), path, &mut values);
    }
    values
        .into_iter()
        .flat_map(|value| model.resolve(value, value.loc))
        .map(|outcome| named_by(model, outcome))
        .collect()
}

fn named_by(model: &Model, outcome: Outcome) -> Option<Named> {
    let loc = outcome.steps.first().map_or(outcome.value.loc, |step| step.loc);
    Some(Named { pool: model.pool_identity(&outcome)?, loc, outcome })
}

/// The values under a path; lists on the way stand for each of their items.
fn collect<'v>(value: &'v Value, path: &[&str], found: &mut Vec<&'v Value>) {
    if let Some(list) = value.list() {
        list.items.iter().for_each(|(item, _)| collect(item, path, found));
        return;
    }
    match path.split_first() {
        None => found.push(value),
        Some((first, rest)) => {
            if let Some(value) = value.field(first).value() {
                collect(value, rest, found);
            }
        }
    }
}

fn check_clients(view: &View<'_>, accepted: &[Named], clients: &[Named], out: &mut Findings<'_>) {
    let is_foreign = |client: &Named| accepted.iter().all(|pool| Model::are_different(&pool.pool, &client.pool));
    let (Some(client), Some(pool)) = (clients.iter().find(|client| is_foreign(client)), accepted.first()) else {
        return;
    };
    let about = About::from(view).and(("the client", &client.outcome)).and(("the pool", &pool.outcome));
    out.add(
        Report::new(about, client.loc, "this client belongs to another user pool")
            .message("no token of this client passes the authorizer: it trusts another user pool")
            .because(pool.loc, "the user pool that the authorizer trusts")
            .help("name a pool and clients of that same pool"),
    );
}

fn check_app(view: &View<'_>, accepted: &[Named], used: Option<&[Named]>, out: &mut Findings<'_>) {
    let Some(used) = used.filter(|used| !used.is_empty()) else { return };
    let is_other = |theirs: &Named| accepted.iter().all(|mine| Model::are_different(&mine.pool, &theirs.pool));
    let (true, Some(theirs), Some(mine)) = (used.iter().all(is_other), used.first(), accepted.first()) else { return };
    // That no app of this scan uses the authorizer's pool does not prove that none does.
    let guess = Trust::default();
    guess.lower(Confidence::Medium);
    let view = View { trust: guess, ..view.clone() };
    let about =
        About::from(&view).and(("the app's client", &theirs.outcome)).and(("the authorizer's pool", &mine.outcome));
    out.add(
        Report::new(about, mine.loc, "the user pool that the authorizer trusts")
            .message("the API refuses this project's tokens: they come from another user pool")
            .because(theirs.loc, "the app's client belongs to another user pool")
            .help("point the authorizer at the pool of the app's client"),
    );
}

/// The pools whose clients the scanned code and configuration use; `None` where one of them cannot be told.
fn used_pools(model: &Model) -> Option<Vec<Named>> {
    let clients = model.claims().filter(|claim| claim.kind == SettingKind::ClientId && !claim.is_pretended());
    let named = clients.flat_map(|claim| claim.outcomes(model).into_iter().map(move |outcome| (claim.loc, outcome)));
    named.map(|(loc, outcome)| Some(Named { loc, ..named_by(model, outcome)? })).collect()
}
