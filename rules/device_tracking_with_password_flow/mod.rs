//! Password sign-in in a pool that remembers devices.

use crate::finding::{Level, Severity};
use crate::model::Model;
use crate::model::case::Case;
use crate::model::client::Client;
use crate::model::flow::Flow;
use crate::model::together::Reach;
use crate::model::view::Known;
use crate::rule::{About, Findings, Report, Rule};
use crate::source::Loc;

/// The rule. Source: Knowledge Center on remembered devices (SRP only), Developer Guide on devices (password flow too).
pub static RULE: Rule = Rule {
    severity: Severity::Warning,
    level: Level::Default,
    summary: "password sign-in in a pool that remembers devices",
    check,
};

const TRACKING: &str = "the pool remembers devices (DeviceConfiguration is present)";
const ANSWER: &str = "NotAuthorizedException: Invalid Refresh Token";
const HELP: &str = "sign in with USER_SRP_AUTH, or remove DeviceConfiguration from the pool; AWS's Knowledge Center says \
    that remembered devices need USER_SRP_AUTH, the Developer Guide lists USER_PASSWORD_AUTH too, and then each device must \
    be confirmed with ConfirmDevice and its key sent with every refresh";

fn check(model: &Model, out: &mut Findings<'_>) {
    for client in model.clients() {
        check_client(model, &client, out);
    }
    let confirmed = model.confirmed_pools();
    for app in model.cases_by_app() {
        let refreshes: Vec<&Case<'_>> = app.iter().filter(|case| case.is_refresh()).collect();
        for sign_in in app.iter().filter(|case| case.is_sign_in() && case.flow().is_some_and(Flow::sends_password)) {
            check_sign_in(sign_in, &refreshes, &confirmed, out);
        }
    }
}

fn check_client(model: &Model, client: &Client<'_>, out: &mut Findings<'_>) {
    let Known::Set(flows, _) = client.explicit_auth_flows() else { return };
    let is_password = |name: &str| {
        [Flow::UserPasswordAuth, Flow::AdminUserPasswordAuth].iter().any(|flow| flow.is_allowed_by(&[name]))
    };
    for (pool, _, steps) in model.pool_of(client) {
        let Some(tracking) = pool.tracks_devices() else { continue };
        for (name, loc) in flows.iter().filter(|(name, _)| is_password(name)) {
            let about = About::from(&**client).and(&*pool).and(("the client's pool", steps.as_slice()));
            out.add(
                Report::new(about, *loc, format!("the client allows {name}"))
                    .message("password sign-ins may give sessions that cannot be refreshed: the pool remembers devices")
                    .because(tracking, TRACKING)
                    .answer(ANSWER)
                    .help(HELP),
            );
        }
    }
}

fn check_sign_in(sign_in: &Case<'_>, refreshes: &[&Case<'_>], confirmed: &Reach, out: &mut Findings<'_>) {
    let Some(pool) = &sign_in.pool else { return };
    let Some(tracking) = pool.tracks_devices() else { return };
    let is_confirmed = sign_in.automatic().confirms_device || confirmed.covers(pool);
    let about = About::from(sign_in);
    let flow = sign_in.flow_name().unwrap_or_default();
    let report = Report::new(about, sign_in.loc(), format!("sign-in call: {flow}"))
        .because(tracking, TRACKING)
        .answer(ANSWER)
        .help(HELP);
    out.add(match broken_refresh(sign_in, refreshes, is_confirmed) {
        Some((refresh, lacks)) => report
            .severity(Severity::Error)
            .message("a session from this password sign-in cannot be refreshed once its first access token expires")
            .because(refresh, format!("refresh call of the same app: {lacks}")),
        None => report
            .message("this password sign-in may give a session that cannot be refreshed: the pool remembers devices"),
    });
}

/// The first refresh that may be for this sign-in's sessions and cannot succeed, and what it lacks.
fn broken_refresh(sign_in: &Case<'_>, refreshes: &[&Case<'_>], is_confirmed: bool) -> Option<(Loc, &'static str)> {
    let may_follow = |refresh: &Case<'_>| {
        refresh.shares_pool_with(sign_in)
            && refresh.shares_client_with(sign_in) != Some(false)
            && refresh.can_meet(sign_in)
    };
    refreshes.iter().filter(|refresh| may_follow(refresh)).find_map(|refresh| {
        match (refresh.device_key().is_absent(), is_confirmed) {
            (true, _) => Some((refresh.loc(), "it sends no device key")),
            (false, false) => Some((refresh.loc(), "nothing in this scan confirms a device with ConfirmDevice")),
            (false, true) => None,
        }
    })
}
