//! A change switches device tracking on or off under live sessions.

use crate::finding::{Level, Severity};
use crate::model::Model;
use crate::model::pool::{self, DeviceTracking, Pool};
use crate::rule::{Findings, Report, Rule};

/// The rule. What becomes of refresh tokens that were issued before such a switch is not documented.
pub static RULE: Rule = Rule {
    severity: Severity::Warning,
    level: Level::Default,
    summary: "a change switches device tracking on or off under live sessions",
    check,
};

fn check(model: &Model, out: &mut Findings<'_>) {
    for pair in model.pairs(pool::TYPE).filter(|pair| !pair.ignores(&["DeviceConfiguration"])) {
        let (before, after) = (Pool::new(pair.before.clone()), Pool::new(pair.after.clone()));
        match (before.device_tracking(), after.device_tracking()) {
            (DeviceTracking::Off, DeviceTracking::On(now)) => out.add(
                Report::new(&pair, now, "DeviceConfiguration is new: the pool tracks devices from now on")
                    .because(before.loc(), "the pool did not track devices before")
                    .message("when this is deployed, refresh calls need the key of a confirmed device; sessions from before have none, and may all end with the next refresh")
                    .answer("NotAuthorizedException: Invalid Refresh Token")
                    .help("first ship apps that confirm devices and send DEVICE_KEY with each refresh; then switch tracking on at a time when a new sign-in of all users is acceptable"),
            ),
            (DeviceTracking::On(then), DeviceTracking::Off) => out.add(
                Report::new(&pair, after.loc(), "the pool tracks no devices any more")
                    .because(then, "DeviceConfiguration as it was")
                    .message("when this is deployed, the pool forgets what remembered devices were for: sessions that carry a device key may end with the next refresh, and users are asked for their second factor again")
                    .help("switch tracking off at a time when a new sign-in of all users is acceptable; what becomes of refresh tokens from before is not documented"),
            ),
            _ => {}
        }
    }
}
