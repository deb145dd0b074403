//! Both members of `DeviceConfiguration` are false: that switches device tracking on, not off.

use crate::finding::{Level, Severity};
use crate::model::Model;
use crate::model::view::Known;
use crate::rule::{Findings, Report, Rule};

/// The rule. Source: API DeviceConfigurationType; rules of the catalogue: at least one member is written false and none
/// is, or may be, true.
pub static RULE: Rule = Rule {
    severity: Severity::Warning,
    level: Level::Default,
    summary: "DeviceConfiguration with both members false switches device tracking on",
    check,
};

fn check(model: &Model, out: &mut Findings<'_>) {
    for pool in model.pools() {
        let members = [pool.device_replaces_mfa(), pool.remembers_on_prompt()];
        let none_is_true = members.iter().all(|member| matches!(member, Known::Unset | Known::Set(false, _)));
        let one_is_false = members.iter().any(|member| member.is(&false));
        let Some(tracking) = pool.tracks_devices().filter(|_| none_is_true && one_is_false) else { continue };
        out.add(
            Report::new(&*pool, tracking, "DeviceConfiguration is present, and no member of it is true")
                .message("this switches device tracking on, although it reads as off")
                .answer("NotAuthorizedException: Invalid Refresh Token")
                .help("to switch device tracking off, remove DeviceConfiguration as a whole; to keep it, confirm devices and send their keys on refresh"),
        );
    }
}
