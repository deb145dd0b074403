//! A change makes a new app client in place of the old one, or deletes it: its refresh tokens die with it.

use crate::finding::{Level, Severity};
use crate::model::change::{Anew, Gone, Pair};
use crate::model::{Model, client};
use crate::read::Retention;
use crate::rule::{Findings, Report, Rule};

/// The rule. Source: createOnlyProperties of the CloudFormation schema and RequiresReplace of the Terraform provider; a
/// refresh token is only taken from the client that issued it (API InitiateAuth).
pub static RULE: Rule = Rule {
    severity: Severity::Error,
    level: Level::Default,
    summary: "a change replaces an app client, and every refresh token that it issued dies",
    check,
};

const ANSWER: &str = "NotAuthorizedException: Invalid Refresh Token";

fn check(model: &Model, out: &mut Findings<'_>) {
    // Where the pool is lost too, `pool-replaced` says more.
    let lost = model.lost_pools();
    for pair in model.pairs(client::TYPE).filter(|pair| !pair.before.refers_to("UserPoolId", &lost)) {
        for anew in model.made_anew(&pair) {
            out.add(replaced(&pair, &anew));
        }
    }
    for gone in model.gone(client::TYPE).filter(|gone| !gone.before.refers_to("UserPoolId", &lost)) {
        deleted(&gone).into_iter().for_each(|report| out.add(report));
    }
}

fn replaced<'m>(pair: &Pair<'m>, anew: &Anew) -> Report<'m> {
    let property = if anew.property.is_empty() { "it" } else { &anew.property };
    let report =
        Report::new(pair, anew.difference.after, format!("{property} changes, which a client that exists cannot take"));
    let report = match anew.difference.before {
        Some(before) => report.because(before, format!("{property} as it was")),
        None if anew.property.is_empty() => report,
        None => report.because(pair.before.loc(), format!("{property} was left out before")),
    };
    let report = match pair.after.resource.retention {
        Retention::Guarded => report.message("this change needs the app client replaced, and prevent_destroy refuses that"),
        _ => report
            .message("when this is deployed the app client is replaced: every refresh token that it issued dies, and its users must sign in again")
            .answer(ANSWER),
    };
    report.help(format!(
        "leave {property} as it is; where it must change, add a second client, move the apps to it, and delete {} once its last refresh token has expired",
        pair.before.name()
    ))
}

/// A client that the stack lets go of and that nothing takes the place of stays what it is.
fn deleted<'m>(gone: &Gone<'m>) -> Option<Report<'m>> {
    let name = gone.before.name();
    match (gone.heir, gone.before.resource.retention) {
        (Some(heir), _) => Some(
            Report::new(gone, heir.loc, format!("{} is new; a client that is called otherwise is another client", heir.key.id))
                .because(gone.before.loc(), format!("{name} stood here"))
                .message(format!(
                    "when this is deployed the app client {name} gives way to a new one with another id: every refresh token that it issued dies, and its users must sign in again"
                ))
                .answer(ANSWER)
                .help(format!(
                    "keep the name {name} (in the CDK: the path of the construct; in Terraform: add a moved block), or let both stand until the last refresh token of {name} has expired"
                )),
        ),
        (None, Retention::Deleted | Retention::Guarded) => Some(
            Report::new(gone, gone.change.loc, format!("{name} is removed"))
                .because(gone.before.loc(), format!("{name} stood here"))
                .severity(Severity::Warning)
                .message(format!(
                    "when this is deployed the app client {name} is deleted: every refresh token that it issued dies, and apps that still carry its id can sign nobody in"
                ))
                .answer(ANSWER)
                .help(format!("keep {name} until no app uses it and its last refresh token has expired")),
        ),
        (None, Retention::Kept | Retention::Unknown) => None,
    }
}
