//! A client that is attached to a literal pool id although its stack declares a pool.

use crate::finding::{Level, Severity};
use crate::identifier;
use crate::model::Model;
use crate::model::pool;
use crate::rule::{Findings, Report, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    severity: Severity::Warning,
    level: Level::Default,
    summary: "a client is attached to a literal pool id although its stack declares its own pool",
    check,
};

fn check(model: &Model, out: &mut Findings<'_>) {
    for client in model.clients().filter(|client| model.is_declared(client.resource)) {
        let Some(id) = client.user_pool_id().filter(|id| id.text().and_then(identifier::user_pool_region).is_some())
        else {
            continue;
        };
        let own = model.resources(pool::TYPE).find(|pool| pool.resource.key.stack == client.resource.key.stack);
        let Some(own) = own else { continue };
        let place = client.property_loc(&["UserPoolId"]).unwrap_or(id.loc);
        out.add(
            Report::new(&*client, place, "UserPoolId is a literal id")
                .message("this client is created in another user pool than the one that this stack declares")
                .because(own.loc(), format!("the stack's own pool, {}", own.name()))
                .help(format!("write !Ref {}; if the other pool is meant, pass its id as a parameter", own.name())),
        );
    }
}
