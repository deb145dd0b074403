//! A pool that remembers devices and asks for no second factor that a device could replace.

use crate::finding::{Level, Severity};
use crate::model::Model;
use crate::rule::{Findings, Report, Rule};

/// The rule. Source: Developer Guide on devices (a remembered device takes the place of the second factor).
pub static RULE: Rule = Rule {
    severity: Severity::Warning,
    level: Level::Strict,
    summary: "the pool remembers devices although MFA is off",
    check,
};

fn check(model: &Model, out: &mut Findings<'_>) {
    for pool in model.pools().filter(|pool| pool.mfa() == Some("OFF")) {
        let Some(tracking) = pool.tracks_devices() else { continue };
        let report = Report::new(&*pool, tracking, "the pool remembers devices (DeviceConfiguration is present)")
            .message(
                "remembered devices spare users no second factor here, yet every refresh needs a confirmed \
                device and its key",
            )
            .help("remove DeviceConfiguration as a whole, or set MfaConfiguration to OPTIONAL or ON");
        out.add(match pool.property_loc(&["MfaConfiguration"]) {
            Some(loc) => report.because(loc, "MFA is off"),
            None => report.because(pool.loc(), "MFA is off: MfaConfiguration is left out"),
        });
    }
}
