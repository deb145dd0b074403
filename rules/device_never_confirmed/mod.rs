//! A sign-in whose device nothing confirms, in a pool that remembers devices.

use std::collections::HashSet;

use crate::finding::{Level, Severity};
use crate::model::Model;
use crate::model::case::Case;
use crate::rule::{Findings, Report, Rule};

/// The rule. Source: Developer Guide on devices and on refresh tokens, API ConfirmDevice.
pub static RULE: Rule = Rule {
    severity: Severity::Error,
    level: Level::Default,
    summary: "the pool remembers devices and nothing confirms the device of a sign-in",
    check,
};

fn check(model: &Model, out: &mut Findings<'_>) {
    let confirmed = model.confirmed_pools();
    let mut reported = HashSet::new();
    for case in model.cases().filter(|case| case.is_sign_in() && !case.automatic().confirms_device) {
        let Some(pool) = case.pool.as_ref().filter(|pool| !confirmed.covers(pool)) else { continue };
        let Some(tracking) = pool.tracks_devices() else { continue };
        if !reported.insert((case.loc(), case.when.clone())) {
            continue;
        }
        out.add(
            Report::new(&case, case.loc(), "sign-in call: nothing in this scan calls ConfirmDevice for its device")
                .message("a session from this sign-in cannot be refreshed once its first access token expires")
                .because(tracking, "the pool remembers devices (DeviceConfiguration is present)")
                .answer("NotAuthorizedException: Invalid Refresh Token")
                .help(help(&case)),
        );
    }
}

fn help(case: &Case<'_>) -> &'static str {
    match &*case.call.library.name {
        "pycognito" | "warrant" => {
            "call ConfirmDevice with the SDK (or AWSSRP.confirm_device) after sign-in, or remove \
                DeviceConfiguration from the pool"
        }
        _ => {
            "after sign-in, call ConfirmDevice with the access token and NewDeviceMetadata.DeviceKey, or remove \
                DeviceConfiguration from the pool"
        }
    }
}
