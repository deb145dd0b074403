//! A client allows a password flow that no code uses.

use crate::finding::{Level, Severity};
use crate::model::Model;
use crate::model::case::Case;
use crate::model::client::Client;
use crate::model::flow::Flow;
use crate::model::view::Known;
use crate::rule::{About, Findings, Report, Rule, fixes};
use crate::source::Loc;

/// The rule. Source: Developer Guide, authentication flows; the principle of least privilege.
pub static RULE: Rule = Rule {
    severity: Severity::Info,
    level: Level::Strict,
    summary: "a client allows a password flow that no code in the scan uses",
    check,
};

fn check(model: &Model, out: &mut Findings<'_>) {
    let sign_ins: Vec<Case<'_>> = model.cases().filter(|case| case.initiates_auth() && !case.is_refresh()).collect();
    for client in model.clients() {
        let Known::Set(list, _) = client.explicit_auth_flows() else { continue };
        for (name, loc) in list {
            let Some(flow) = Flow::of_client_name(name).filter(|flow| flow.sends_password()) else { continue };
            if let Some(users) = other_users(&sign_ins, &client, flow) {
                report(model, &client, name, loc, &users, out);
            }
        }
    }
}

/// The sign-ins through this client. `None` where there are none, or where one uses the flow or may do so.
fn other_users<'s, 'm>(sign_ins: &'s [Case<'m>], client: &Client<'_>, flow: Flow) -> Option<Vec<&'s Case<'m>>> {
    let is_same = |other: Flow| other.allowed_by() == flow.allowed_by();
    let mut users = Vec::new();
    for case in sign_ins {
        let may_use = case.flow_name().is_none() || case.flow().is_some_and(is_same);
        match &case.client {
            Some(mine) if mine.resource.key != client.resource.key => continue,
            _ if may_use => return None,
            Some(_) => users.push(case),
            None => {}
        }
    }
    (!users.is_empty()).then_some(users)
}

fn report(model: &Model, client: &Client<'_>, name: &str, loc: Loc, users: &[&Case<'_>], out: &mut Findings<'_>) {
    let about = users.iter().fold(About::from(&**client), |about, case| about.resting_on(&case.trust));
    let mut report = Report::new(about, loc, format!("{name} is allowed"))
        .message(format!("no code in this scan signs in with {name}: {} could do without it", client.name()))
        .help(format!("remove {name} from ExplicitAuthFlows unless something outside this scan needs it"));
    for case in users {
        report = report.because(
            case.loc(),
            format!("a sign-in through this client, with {}", case.flow_name().unwrap_or_default()),
        );
    }
    out.add(report.fix(fixes::without(model, client, name)));
}
