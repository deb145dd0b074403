//! Old and new names of flows stand in one list.

use crate::finding::fix::Fix;
use crate::finding::{Level, Severity};
use crate::model::Model;
use crate::model::client::Client;
use crate::model::flow::{Flow, LEGACY, newer_name};
use crate::model::view::Known;
use crate::rule::{Findings, Report, Rule};

/// The rule. Source: API CreateUserPoolClient, `ExplicitAuthFlows`.
pub static RULE: Rule = Rule {
    severity: Severity::Error,
    level: Level::Default,
    summary: "ExplicitAuthFlows mixes names with and without the prefix ALLOW_",
    check,
};

fn check(model: &Model, out: &mut Findings<'_>) {
    for client in model.clients() {
        let Known::Set(list, _) = client.explicit_auth_flows() else { continue };
        let mut legacy = list.iter().filter(|(name, _)| LEGACY.contains(name));
        let newer = list.iter().find(|(name, _)| name.starts_with("ALLOW_"));
        let (Some((name, loc)), Some((newer, newer_loc))) = (legacy.next(), newer) else { continue };
        let mut report = Report::new(&*client, *loc, format!("{name} is one of the older names"))
            .message(format!("the deployment of {} fails: {name} cannot stand beside names with the prefix ALLOW_", client.name()))
            .because(*newer_loc, format!("{newer} is one of the newer names"))
            .answer("Auth flow name with prefix 'ALLOW' cannot be used with legacy auth flow names.")
            .help("write all names with ALLOW_: ALLOW_ADMIN_USER_PASSWORD_AUTH for ADMIN_NO_SRP_AUTH, ALLOW_CUSTOM_AUTH for CUSTOM_AUTH_FLOW_ONLY, ALLOW_USER_PASSWORD_AUTH for USER_PASSWORD_AUTH");
        for (name, loc) in legacy {
            report = report.because(*loc, format!("{name} is another one"));
        }
        out.add(report.fix(fix(model, &client)));
    }
}

/// The newer names for the older ones. A list of older names allows refresh by itself, one of newer names does not.
fn fix(model: &Model, client: &Client<'_>) -> Option<Fix> {
    let list = client.written_flows(model).filter(|_| model.has_own_flows(client))?;
    let names: Vec<&str> = list.names().collect();
    let mut written: Vec<Option<&str>> = Vec::with_capacity(names.len());
    for name in &names {
        let newer = if LEGACY.contains(name) { newer_name(name)? } else { name };
        let is_twice = written.contains(&Some(newer)) || (newer != *name && names.contains(&newer));
        written.push((!is_twice).then_some(newer));
    }
    let refresh = Flow::RefreshTokenAuth.allowed_by();
    let needs_refresh = !written.contains(&Some(refresh)) && client.rotates_refresh_tokens() == Some(false);
    let added: &[&str] = if needs_refresh { &[refresh] } else { &[] };
    let edit = list.rewritten(|at, _| written.get(at).copied().flatten().map(str::to_owned), added)?;
    Some(Fix::safe("write all names with the prefix ALLOW_", vec![edit], list.loc()))
}
