//! Fixes that several rules offer.

use crate::finding::fix::Fix;
use crate::model::Model;
use crate::model::client::Client;
use crate::model::flow::{Flow, LEGACY};
use crate::model::written::WrittenList;

/// Allows a flow in a client's list. A list of older names takes no newer one, and rotation takes no refresh by a flow.
pub fn allowing(model: &Model, client: &Client<'_>, flow: Flow) -> Option<Fix> {
    let list = own_list(model, client)?;
    let is_refused = list.names().any(|name| LEGACY.contains(&name))
        || (flow.is_refresh() && client.rotates_refresh_tokens() != Some(false));
    let name = flow.allowed_by();
    let edits = vec![list.with(name).filter(|_| !is_refused)?];
    Some(Fix::to_review(format!("add {name} to ExplicitAuthFlows"), edits, list.loc()))
}

/// Takes a name out of a client's list of flows.
pub fn without(model: &Model, client: &Client<'_>, name: &str) -> Option<Fix> {
    let list = own_list(model, client)?;
    Some(Fix::to_review(format!("remove {name} from ExplicitAuthFlows"), vec![list.without(name)?], list.loc()))
}

/// The list of flows that no other client is given.
fn own_list<'m>(model: &'m Model, client: &Client<'_>) -> Option<WrittenList<'m>> {
    client.written_flows(model).filter(|_| model.has_own_flows(client))
}
