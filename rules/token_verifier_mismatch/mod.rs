//! A token verifier expects another pool or client than the app's.

use crate::finding::{Level, Severity};
use crate::model::Model;
use crate::model::claim::PoolIdentity;
use crate::model::resolve::Outcome;
use crate::read::{Call, Operation};
use crate::rule::{About, Findings, Report, Rule};
use crate::value::{Kind, Value};

/// The rule. Source: Developer Guide, verifying JSON web tokens: `iss` is the pool, `aud` or `client_id` the client.
pub static RULE: Rule = Rule {
    severity: Severity::Error,
    level: Level::Default,
    summary: "a token verifier's pool, issuer or client is not the app's",
    check,
};

/// The parameters that name a pool, and those that name clients.
const POOLS: &[&str] = &["UserPoolId", "Issuer"];
const CLIENTS: &[&str] = &["ClientId", "Audience"];

fn check(model: &Model, out: &mut Findings<'_>) {
    for call in model.facts.calls.iter().filter(|call| call.operation == Operation::Verify && call.endpoint.is_none()) {
        let pools = named(model, call, POOLS);
        check_own_client(model, call, &pools, out);
        check_app(model, call, &pools, out);
    }
}

fn named(model: &Model, call: &Call, names: &[&str]) -> Vec<Outcome> {
    let values = names.iter().filter_map(|name| call.parameters.field(name).value());
    values.flat_map(items).flat_map(|value| model.resolve(value, call.loc)).collect()
}

fn items(value: &Value) -> Vec<&Value> {
    match &value.kind {
        Kind::List(list) => list.items.iter().map(|(item, _)| item).collect(),
        _ => vec![value],
    }
}

/// A pool of the verifier from which another outcome certainly differs.
fn certain_stranger<'o>(model: &Model, pools: &'o [Outcome], pool: &PoolIdentity) -> Option<&'o Outcome> {
    let identities: Option<Vec<PoolIdentity>> = pools.iter().map(|outcome| model.pool_identity(outcome)).collect();
    let all_differ = identities?.iter().all(|mine| Model::are_different(mine, pool));
    pools.first().filter(|_| all_differ)
}

fn check_own_client(model: &Model, call: &Call, pools: &[Outcome], out: &mut Findings<'_>) {
    let clients = named(model, call, CLIENTS);
    let stranger = clients
        .iter()
        .find_map(|client| Some((client, certain_stranger(model, pools, &model.pool_identity(client)?)?)));
    let Some((client, pool)) = stranger else { return };
    let about = About::from(("the verifier's client", client)).and(("the verifier's pool", pool));
    out.add(
        Report::new(about, call.loc, "this verifier names a pool and a client of another pool")
            .message("every token is refused: its issuer and its client can never both match")
            .help("give the verifier a pool and a client of that same pool"),
    );
}

/// The pools that the same app signs in to are certainly all others.
fn check_app(model: &Model, call: &Call, pools: &[Outcome], out: &mut Findings<'_>) {
    let mut sign_ins = model.cases_in_app(call).filter(|case| case.is_sign_in() && !case.has_own_endpoint()).peekable();
    if sign_ins.peek().is_none() {
        return;
    }
    let mut example = None;
    for case in sign_ins {
        let Some(outcome) = case.client_id else { return };
        let stranger = model.pool_identity(outcome).and_then(|pool| certain_stranger(model, pools, &pool));
        let Some(pool) = stranger else { return };
        example.get_or_insert((case, pool));
    }
    let Some((case, pool)) = example else { return };
    let about = About::from(&case).and(("the verifier's pool", pool));
    out.add(
        Report::new(about, call.loc, "this verifier expects tokens of another pool")
            .message("tokens of this app's own sign-in are refused: they come from another user pool")
            .because(case.loc(), "the app signs in here")
            .help("give the verifier the pool that the app signs in to"),
    );
}
