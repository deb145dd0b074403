//! A change makes a new user pool in place of the old one, deletes it, or is refused by the service.

use crate::finding::{Level, Severity};
use crate::model::change::{Anew, Gone, Pair};
use crate::model::create_only::Effect;
use crate::model::view::View;
use crate::model::{Model, pool};
use crate::read::Retention;
use crate::rule::{Findings, Report, Rule};

/// The rule. Source: the service's answer to such updates, ForceNew in the Terraform provider; the CloudFormation
/// reference says that these updates need no interruption, which is not so.
pub static RULE: Rule = Rule {
    severity: Severity::Error,
    level: Level::Default,
    summary: "a change replaces or deletes a user pool with all its users, or is refused",
    check,
};

fn check(model: &Model, out: &mut Findings<'_>) {
    for pair in model.pairs(pool::TYPE) {
        for anew in model.made_anew(&pair) {
            out.add(changed(&pair, &anew));
        }
    }
    for gone in model.gone(pool::TYPE) {
        deleted(&gone).into_iter().for_each(|report| out.add(report));
    }
}

fn changed<'m>(pair: &Pair<'m>, anew: &Anew) -> Report<'m> {
    let property = if anew.property.is_empty() { "it" } else { &anew.property };
    let report =
        Report::new(pair, anew.difference.after, format!("{property} changes, which a pool that exists cannot take"));
    let report = match anew.difference.before {
        Some(before) => report.because(before, format!("{property} as it was")),
        None if anew.property.is_empty() => report,
        None => report.because(pair.before.loc(), format!("{property} was left out before")),
    };
    let report = match anew.effect {
        Effect::Refused => {
            let report = report.message(format!(
                "the deployment of this change fails and is rolled back: {property} of a user pool cannot be changed once it exists"
            ));
            anew.answer.into_iter().fold(report, Report::answer)
        }
        _ if pair.after.resource.retention == Retention::Guarded => {
            report.message("this change needs the user pool replaced, and prevent_destroy refuses that")
        }
        _ if is_protected(&pair.before) => {
            report.message("this change needs the user pool replaced, and its deletion protection refuses that")
        }
        _ => report.message(
            "when this is deployed the user pool is replaced by an empty one: all its users, their passwords and their tokens are lost",
        ),
    };
    report.help(format!(
        "leave {property} as it is; where it must change, make a second pool, move the users to it (a UserMigration trigger, or an import), then the apps, and delete the first one last"
    ))
}

/// A pool that the stack lets go of and that nothing takes the place of stays what it is.
fn deleted<'m>(gone: &Gone<'m>) -> Option<Report<'m>> {
    let name = gone.before.name();
    let (place, stands_there) = match gone.heir {
        Some(heir) => (heir.loc, format!("{} is new; a pool that is called otherwise is another pool", heir.key.id)),
        None => (gone.change.loc, format!("{name} is removed")),
    };
    let message = match (gone.before.resource.retention, gone.heir) {
        (Retention::Kept | Retention::Unknown, None) => return None,
        (Retention::Kept | Retention::Unknown, Some(_)) => format!(
            "when this is deployed the stack lets go of the user pool {name} and makes a new, empty one: its users stay behind, and nobody can sign in to the new one"
        ),
        _ if is_protected(&gone.before) => {
            format!(
                "the deployment of this change fails: it deletes the user pool {name}, whose deletion protection is active"
            )
        }
        (_, Some(_)) => format!(
            "when this is deployed the user pool {name} is deleted and a new, empty one is made: all its users, their passwords and their tokens are lost"
        ),
        (_, None) => format!(
            "when this is deployed the user pool {name} is deleted: all its users, their passwords and their tokens are lost"
        ),
    };
    Some(Report::new(gone, place, stands_there).because(gone.before.loc(), format!("{name} stood here")).message(message).help(
        format!(
            "keep the name {name} (in the CDK: the path of the construct; in Terraform: add a moved block); where the pool is to leave this stack and live on, set its DeletionPolicy to Retain first, deploy that, and import it where it goes"
        ),
    ))
}

fn is_protected(pool: &View<'_>) -> bool {
    pool.text_or_default(&["DeletionProtection"]) == Some("ACTIVE")
}
