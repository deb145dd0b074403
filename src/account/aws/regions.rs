//! The Regions of an account.

use std::collections::BTreeSet;
use std::env;
use std::net::ToSocketAddrs;
use std::time::Duration;

use aws_config::{Region, SdkConfig};
use serde_json::json;
use tokio::{task, time};

use super::call;
use super::session;
use super::site::{Site, text};
use crate::account::{Operation, Request, Trouble};

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

/// The other Regions that are known by name: those that accounts ask for, and those of other partitions.
const OTHERS: &[&str] = &[
    "af-south-1",
    "ap-east-1",
    "ap-east-2",
    "ap-south-2",
    "ap-southeast-3",
    "ap-southeast-4",
    "ap-southeast-5",
    "ap-southeast-6",
    "ap-southeast-7",
    "ca-west-1",
    "cn-north-1",
    "cn-northwest-1",
    "eu-central-2",
    "eu-south-1",
    "eu-south-2",
    "il-central-1",
    "me-central-1",
    "me-south-1",
    "mx-central-1",
    "us-gov-east-1",
    "us-gov-west-1",
];

/// The longest wait for the address of a host.
const PATIENCE: Duration = Duration::from_secs(5);

/// Looks whether the Regions that are named exist. One that is not known by name may be newer than this program: it is there
/// if its services have a host. Behind a proxy, or with an endpoint of the user's own, that is not to be seen from here.
///
/// # Errors
/// [`Trouble::NoSuchRegion`].
pub(super) async fn check(request: &Request, config: &SdkConfig) -> Result<(), Trouble> {
    let has_proxy =
        ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"].iter().any(|name| env::var_os(name).is_some());
    if has_proxy || config.endpoint_url().is_some() {
        return Ok(());
    }
    let of_pools = request.pools.iter().filter_map(|id| session::region_of(id));
    let own = config.region().map(Region::as_ref);
    let named: BTreeSet<&str> = request.regions.iter().map(String::as_str).chain(of_pools).chain(own).collect();
    for region in named.into_iter().filter(|region| !is_known(region)) {
        let host = call::host(call::USERS, region, config);
        let name = host.trim_start_matches("https://").to_owned();
        let address = task::spawn_blocking(move || (name, 443).to_socket_addrs().is_ok());
        // Who waits for an answer in vain does not know.
        if matches!(time::timeout(PATIENCE, address).await, Ok(Ok(false))) {
            return Err(Trouble::NoSuchRegion { region: region.to_owned(), host });
        }
    }
    Ok(())
}

fn is_known(region: &str) -> bool {
    EVERYBODYS.contains(&region) || OTHERS.contains(&region)
}

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

#[cfg(test)]
mod tests {
    use aws_config::BehaviorVersion;

    use super::*;

    fn checked(region: &str, endpoint: Option<&str>) -> Result<(), Trouble> {
        let config = SdkConfig::builder().behavior_version(BehaviorVersion::latest());
        let mut config = config.region(Region::new("eu-west-1"));
        config.set_endpoint_url(endpoint.map(str::to_owned));
        let request = Request { regions: vec![region.to_owned()], ..Request::default() };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        runtime.block_on(check(&request, &config.build()))
    }

    #[test]
    fn regions_that_are_known_and_those_behind_an_endpoint_are_taken_as_they_are() {
        for (region, endpoint) in [
            ("eu-west-1", None),
            ("il-central-1", None),
            ("us-gov-west-1", None),
            ("xx-nowhere-9", Some("http://localhost")),
        ] {
            assert!(checked(region, endpoint).is_ok(), "{region}");
        }
    }
}
