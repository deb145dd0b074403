//! A pool that remembers a device only when the app says so, and an app that never does.

use std::collections::HashSet;

use crate::finding::{Level, Severity};
use crate::model::Model;
use crate::model::case::Case;
use crate::model::together::Reach;
use crate::model::view::Known;
use crate::read::Operation;
use crate::rule::{Findings, Report, Rule};

/// The rule. Source: API DeviceConfigurationType and UpdateDeviceStatus, Developer Guide on devices.
pub static RULE: Rule = Rule {
    severity: Severity::Warning,
    level: Level::Default,
    summary: "devices are remembered on the user's word only and nothing ever remembers one",
    check,
};

const HELP: &str = "where ConfirmDevice answers UserConfirmationNecessary, ask the user and call \
    UpdateDeviceStatus with remembered, or set DeviceOnlyRememberedOnUserPrompt to false";

fn check(model: &Model, out: &mut Findings<'_>) {
    let remembers = |case: &Case<'_>| {
        matches!(case.call.operation, Operation::UpdateDeviceStatus | Operation::AdminUpdateDeviceStatus)
    };
    let remembered = Reach::of_pools(model.cases().filter(remembers));
    // One finding for each pool: at a call that confirms its devices, else at a sign-in.
    let mut calls: Vec<Case<'_>> = model.cases().filter(|case| confirms(case) || case.is_sign_in()).collect();
    calls.sort_by_key(|case| (!confirms(case), case.loc()));
    let mut reported = HashSet::new();
    for case in &calls {
        let Some(pool) = case.pool.as_ref().filter(|pool| !remembered.covers(pool)) else { continue };
        let (Some(tracking), Known::Set(true, prompt)) = (pool.tracks_devices(), pool.remembers_on_prompt()) else {
            continue;
        };
        if !reported.insert((pool.loc(), pool.variant.when.clone())) {
            continue;
        }
        let what = if confirms(case) { "the device is confirmed" } else { "sign-in call" };
        out.add(
            Report::new(case, case.loc(), format!("{what}: nothing in this scan calls UpdateDeviceStatus"))
                .message("no device is ever remembered: users are asked for their second factor at each sign-in")
                .because(prompt, "the pool remembers a device only when the app says so")
                .because(tracking, "the pool remembers devices (DeviceConfiguration is present)")
                .help(HELP),
        );
    }
}

fn confirms(case: &Case<'_>) -> bool {
    case.call.operation == Operation::ConfirmDevice
}
