//! The Regions of an account.

use std::collections::BTreeSet;

use serde_json::json;

use super::call;
use super::session;
use super::site::{Site, text};
use crate::account::Operation;

/// The Regions that every account has without asking for them
/// (docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html). They are audited where an account does not say
/// which it has.
const EVERYBODYS: &[&str] = &[
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ca-central-1",
    "eu-central-1",
    "eu-north-1",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
];

/// Regions on a page.
const PAGE: i32 = 50;

/// The Regions to ask an account in.
pub(super) async fn of(door: &Site) -> BTreeSet<String> {
    let request = &door.work.request;
    if !request.pools.is_empty() {
        return request.pools.iter().filter_map(|id| session::region_of(id)).map(str::to_owned).collect();
    }
    if !request.all_regions {
        let named: BTreeSet<String> = request.regions.iter().cloned().collect();
        return if named.is_empty() { [door.region.to_string()].into() } else { named };
    }
    let asked = door.asked(Operation::ListRegions, &[]);
    let page = |token: Option<String>| {
        let mut members = json!({ "MaxResults": PAGE, "RegionOptStatusContains": ["ENABLED", "ENABLED_BY_DEFAULT"] });
        if let Some(token) = token {
            members["NextToken"] = token.into();
        }
        door.signed(&asked, call::ACCOUNT, members)
    };
    let enabled = door.list(&asked, "Regions", "RegionName", page).await;
    let enabled: BTreeSet<String> = enabled.iter().map(|region| text(region, "RegionName").to_owned()).collect();
    if enabled.is_empty() { EVERYBODYS.iter().map(|region| (*region).to_owned()).collect() } else { enabled }
}
