//! A refresh by a flow that the client does not allow.

use crate::finding::{Level, Severity};
use crate::model::Model;
use crate::model::case::Case;
use crate::model::client::Allows;
use crate::model::flow::Flow;
use crate::read::Operation;
use crate::rule::{Findings, Report, Rule, fixes};

/// The rule. Source: API InitiateAuth and ExplicitAuthFlowsType, Developer Guide on authentication flows.
pub static RULE: Rule = Rule {
    severity: Severity::Error,
    level: Level::Default,
    summary: "a refresh by REFRESH_TOKEN_AUTH with a client that does not allow this flow",
    check,
};

fn check(model: &Model, out: &mut Findings<'_>) {
    for case in model.cases().filter(Case::refreshes_by_flow) {
        let Some(client) = &case.client else { continue };
        let Allows::No(Some(list)) = client.allows(Flow::RefreshTokenAuth) else { continue };
        let report = Report::new(&case, case.loc(), "refresh call by REFRESH_TOKEN_AUTH")
            .message("this refresh is refused: the app client does not allow REFRESH_TOKEN_AUTH")
            .because(list, "ExplicitAuthFlows has no ALLOW_REFRESH_TOKEN_AUTH")
            .help(
                "add ALLOW_REFRESH_TOKEN_AUTH to the client's ExplicitAuthFlows, or refresh with \
                GetTokensFromRefreshToken, which needs no flow",
            )
            .fix(fixes::allowing(model, client, Flow::RefreshTokenAuth));
        out.add(match case.call.operation {
            Operation::AdminInitiateAuth => {
                report.answer("InvalidParameterException: Auth flow not enabled for this client")
            }
            _ => report,
        });
    }
}
