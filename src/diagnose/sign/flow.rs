//! Which flows the client allows, and what changed them.

use crate::model::flow::Flow;

use super::super::case::Case;
use super::super::event::{Act, Event};
use super::super::scanned::unanimous;
use super::{Signs, Weight, chosen, client_argument, pool_argument, weight_of};

/// Whether the client allows the flow of the refused call, by the scan.
pub fn allowed(case: &Case<'_>, signs: &mut Signs) {
    let Some(flow) = case.flow().and_then(Flow::named) else {
        return signs.miss("which flow the refused call used: its event says so (--events)");
    };
    if let Some((clients, choice)) = case.known_clients()
        && let Some((allows, place)) = unanimous(&clients, |client| {
            let (_, allowed) = client.flows.iter().find(|(mine, _)| *mine == flow)?;
            allowed.as_ref().map(|(allows, place)| (*allows, place))
        })
    {
        let verb = if allows { "allows" } else { "does not allow" };
        return signs.speak(
            !allows,
            weight_of(choice),
            format!("the client{} {verb} {flow}", chosen(choice, "client")),
            place.clone(),
        );
    }
    signs.miss(format!(
        "which flows the client allows: aws cognito-idp describe-user-pool-client --user-pool-id {} --client-id {} --query UserPoolClient.ExplicitAuthFlows",
        pool_argument(case),
        client_argument(case)
    ));
}

/// What a client allows where nothing is set (API CreateUserPoolClient, ExplicitAuthFlows).
const DEFAULT: &[&str] = &["REFRESH_TOKEN_AUTH", "REFRESH_TOKEN", "USER_SRP_AUTH", "CUSTOM_AUTH"];

/// Whether the client was updated before the refusal.
pub fn reset(case: &Case<'_>, signs: &mut Signs) {
    let is_of_client = |event: &Event| {
        event.act == Act::ChangeClient && (case.client().is_none() || event.client.as_deref() == case.client())
    };
    let Some(change) = case.change(is_of_client) else {
        if !case.history.is_broad {
            signs.miss("whether the client was updated before the first refusal: an event UpdateUserPoolClient says so (--events)");
        }
        return;
    };
    let at = change.event.at;
    let of_default = case.flow().filter(|flow| DEFAULT.contains(flow));
    let (is_for, weight, text) = match of_default {
        _ if change.event.sets_flows => {
            (false, Weight::Some, format!("the client was updated at {at}, with ExplicitAuthFlows"))
        }
        Some(flow) => {
            let text =
                format!("the client was updated at {at} without ExplicitAuthFlows, but the default allows {flow}");
            (false, Weight::Strong, text)
        }
        None => (
            true,
            Weight::Strong,
            format!("the client was updated at {at} without ExplicitAuthFlows, which resets them"),
        ),
    };
    signs.change(change, is_for, weight, &text);
}

/// Whether the refused call traded an authorisation code.
pub fn traded_code(case: &Case<'_>, signs: &mut Signs) {
    match case.flow() {
        Some(flow) => {
            let place = case.failure().map(Event::shown_place);
            signs.speak(
                flow == "authorization_code",
                Weight::Deciding,
                format!("the refused call used the grant {flow}"),
                place,
            );
        }
        None => signs.miss("which grant the refused call used: its event Token_POST says so (--events)"),
    }
}
