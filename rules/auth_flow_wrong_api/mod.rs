//! `AuthFlow` holds a value that the operation does not take.

use std::collections::HashMap;

use crate::finding::fix::Fix;
use crate::finding::{Confidence, Level, Severity};
use crate::model::Model;
use crate::model::case::Case;
use crate::model::client::{Allows, Client};
use crate::model::flow::{Flow, LEGACY, newer_name};
use crate::read::Operation;
use crate::rule::{Findings, Report, Rule};
use crate::source::Loc;

/// The rule. Source: API InitiateAuth, AdminInitiateAuth (`AuthFlow`) and ExplicitAuthFlowsType.
pub static RULE: Rule = Rule {
    severity: Severity::Error,
    level: Level::Default,
    summary: "AuthFlow holds a value that the operation does not take",
    check,
};

fn check(model: &Model, out: &mut Findings<'_>) {
    let mut clients: HashMap<Loc, Vec<Client<'_>>> = HashMap::new();
    for case in model.cases().filter(Case::initiates_auth) {
        clients.entry(case.loc()).or_default().extend(case.client);
    }
    for case in model.calls().filter(Case::initiates_auth) {
        let Some(name) = case.flow_name() else { continue };
        let fix = fix(model, &case, name, clients.get(&case.loc()).map(Vec::as_slice).unwrap_or_default());
        let operation =
            if case.call.operation == Operation::InitiateAuth { "InitiateAuth" } else { "AdminInitiateAuth" };
        let report = Report::new(&case, case.loc(), format!("{operation} with AuthFlow {name}")).fix(fix);
        match Flow::named(name) {
            Some(flow) if flow.is_taken_by(case.call.operation) => {}
            Some(Flow::UserPasswordAuth) => {
                case.trust.lower(Confidence::Medium);
                out.add(
                    report
                        .severity(Severity::Warning)
                        .message("USER_PASSWORD_AUTH is not among the flows that AdminInitiateAuth documents")
                        .help("send ADMIN_USER_PASSWORD_AUTH and allow ALLOW_ADMIN_USER_PASSWORD_AUTH on the client, or call InitiateAuth"),
                );
            }
            Some(flow) => out.add(
                report
                    .message(format!("InitiateAuth refuses {flow}: only AdminInitiateAuth takes it"))
                    .help("call AdminInitiateAuth with the credentials of a server, or sign in with USER_SRP_AUTH or USER_PASSWORD_AUTH"),
            ),
            None if is_client_name(name) => {
                let instead = Flow::of_client_name(name).map_or(String::new(), |flow| format!(": the flow is called {flow}"));
                out.add(
                    report
                        .message(format!("Cognito refuses {name} as AuthFlow: it is a name for a client's ExplicitAuthFlows"))
                        .help(format!("send the flow's own name as AuthFlow{instead}")),
                );
            }
            None => {}
        }
    }
}

/// Whether a name that is no flow is one for a client's list. Names that this program does not know may be new ones.
fn is_client_name(name: &str) -> bool {
    LEGACY.contains(&name) || (name.starts_with("ALLOW_") && Flow::of_client_name(name).is_some())
}

/// The flow that is meant, in its own name, where the operation takes it and no client of the call refuses it.
fn fix(model: &Model, case: &Case<'_>, name: &str, clients: &[Client<'_>]) -> Option<Fix> {
    let is_admin = case.call.operation == Operation::AdminInitiateAuth;
    let flow = match Flow::of_client_name(newer_name(name).unwrap_or(name))? {
        Flow::UserPasswordAuth if is_admin => Flow::AdminUserPasswordAuth,
        flow => flow,
    };
    let is_refused = clients.iter().any(|client| matches!(client.allows(flow), Allows::No(_)));
    if flow.name() == name || is_refused || !flow.is_taken_by(case.call.operation) {
        return None;
    }
    let entry = case.call.parameters.map()?.entry("AuthFlow")?;
    let edit = model.rewritten(entry, flow.name())?;
    Some(Fix::safe(format!("write {flow} for {name}"), vec![edit], entry.value.loc))
}
