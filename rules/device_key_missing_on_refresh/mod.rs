//! A refresh without the device key, in a pool that remembers devices.

use crate::finding::{Level, Severity};
use crate::model::Model;
use crate::model::case::Case;
use crate::read::Operation;
use crate::rule::{Findings, Report, Rule};

/// The rule. Source: API GetTokensFromRefreshToken (`DeviceKey`), Developer Guide on refresh tokens.
pub static RULE: Rule = Rule {
    severity: Severity::Error,
    level: Level::Default,
    summary: "a refresh sends no device key although the pool remembers devices",
    check,
};

fn check(model: &Model, out: &mut Findings<'_>) {
    for case in model.cases().filter(Case::is_refresh) {
        let Some(tracking) = case.pool.as_ref().and_then(|pool| pool.tracks_devices()) else { continue };
        if !case.device_key().is_absent() {
            continue;
        }
        let sent = if case.call.operation == Operation::GetTokensFromRefreshToken {
            "refresh call: RefreshToken is sent, no DeviceKey"
        } else {
            "refresh call: AuthParameters has REFRESH_TOKEN, no DEVICE_KEY"
        };
        out.add(
            Report::new(&case, case.loc(), sent)
                .message("this refresh fails once the first access token expires")
                .because(tracking, "the pool remembers devices (DeviceConfiguration is present)")
                .answer("NotAuthorizedException: Invalid Refresh Token")
                .help(help(&case)),
        );
    }
}

fn help(case: &Case<'_>) -> String {
    let key = if case.call.operation == Operation::GetTokensFromRefreshToken { "DeviceKey" } else { "DEVICE_KEY" };
    if case.call.library.name.as_ref() == "pycognito" {
        return "pycognito never sends a device key: refresh with the SDK's own call and DEVICE_KEY, or switch device tracking off".to_owned();
    }
    format!("store NewDeviceMetadata.DeviceKey at sign-in, confirm it with ConfirmDevice, send it as {key}")
}
