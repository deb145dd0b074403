//! A sign-in uses a flow that its client does not allow.

use crate::finding::{Confidence, Level, Severity};
use crate::model::Model;
use crate::model::case::Case;
use crate::model::client::{Allows, Client};
use crate::model::flow::Flow;
use crate::model::resolve::Target;
use crate::read::Operation;
use crate::rule::{About, Findings, Report, Rule, fixes};
use crate::source::Loc;

/// The rule. Source: API ExplicitAuthFlowsType and CreateUserPoolClient (the default list).
pub static RULE: Rule = Rule {
    severity: Severity::Error,
    level: Level::Default,
    summary: "a sign-in uses a flow that its app client does not allow",
    check,
};

fn check(model: &Model, out: &mut Findings<'_>) {
    for case in model.cases().filter(Case::is_sign_in) {
        // A flow that the operation never takes is another mistake, and is told as such.
        let Some(flow) = case.flow().filter(|flow| case.can_initiate(*flow)) else { continue };
        let clients = match &case.client {
            Some(client) => vec![client.clone()],
            None => clients_of_pool(model, &case),
        };
        let refusals: Option<Vec<_>> = clients.iter().map(|client| refusal(client, flow)).collect();
        let Some(refusals) = refusals.filter(|refusals| !refusals.is_empty()) else { continue };
        let about = clients.iter().fold(About::from(&case), |about, client| about.resting_on(&client.trust));
        let mut report = Report::new(about, case.loc(), format!("{} with {flow}", case.call.library.entry))
            .message(format!("Cognito refuses this sign-in: the app client does not allow {flow}"))
            .help(format!(
                "add {} to the client's ExplicitAuthFlows, or sign in with a flow that it allows",
                flow.allowed_by()
            ));
        for (loc, text) in refusals {
            report = report.because(loc, text);
        }
        if let Some(error) = answer(&case, flow) {
            report = report.answer(error);
        }
        let fix = if let [client] = clients.as_slice() { fixes::allowing(model, client, flow) } else { None };
        out.add(report.fix(fix));
    }
}

/// The clients that the call may mean where its own cannot be told: all of its pool's, unless it names one of elsewhere.
fn clients_of_pool<'m>(model: &'m Model, case: &Case<'m>) -> Vec<Client<'m>> {
    let is_elsewhere = case.client_id.is_some_and(|outcome| !matches!(outcome.target, Target::Unknown));
    let Some(pool) = case.pool.as_ref().filter(|_| !is_elsewhere) else { return Vec::new() };
    case.trust.lower(Confidence::Medium);
    model.clients_of(pool).unwrap_or_default()
}

/// Where the client leaves the flow out, with what stands there.
fn refusal(client: &Client<'_>, flow: Flow) -> Option<(Loc, String)> {
    let (name, wanted) = (client.name(), flow.allowed_by());
    match client.allows(flow) {
        Allows::No(Some(loc)) => Some((loc, format!("ExplicitAuthFlows of {name} has no {wanted}"))),
        Allows::No(None) => {
            let text =
                format!("{name} has no ExplicitAuthFlows: only SRP, custom authentication and refresh are allowed");
            Some((client.loc(), text))
        }
        Allows::Yes | Allows::Unknown => None,
    }
}

fn answer(case: &Case<'_>, flow: Flow) -> Option<&'static str> {
    match (case.call.operation, flow) {
        (Operation::AdminInitiateAuth, _) => Some("InvalidParameterException: Auth flow not enabled for this client"),
        (_, Flow::UserPasswordAuth) => {
            Some("InvalidParameterException: USER_PASSWORD_AUTH flow not enabled for this client")
        }
        _ => None,
    }
}
