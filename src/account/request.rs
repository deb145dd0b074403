//! What an audit is asked for.

use std::time::Duration;

use super::Operation;
use super::operation::Quota;

/// How long one attempt of a call may take where nothing else is said.
pub const TIMEOUT: Duration = Duration::from_secs(10);

/// Which accounts, Regions and pools to audit, and how.
#[derive(Clone, Debug)]
pub struct Request {
    /// The profile whose credentials are used, before those of the environment.
    pub profile: Option<String>,
    /// The Regions; none means that of the environment or the profile.
    pub regions: Vec<String>,
    /// Every Region that is enabled.
    pub all_regions: bool,
    /// Roles to assume, each for its account; none means the account of the credentials.
    pub roles: Vec<String>,
    /// The external id that those roles ask for.
    pub external_id: Option<String>,
    /// Ids of the only user pools and identity pools to audit, each in the Region that it names.
    pub pools: Vec<String>,
    /// Where requests go, whatever the service.
    pub endpoint: Option<String>,
    /// How fast to ask.
    pub rates: Rates,
    /// How long one attempt of a call may take.
    pub timeout: Duration,
    /// Ask for the stacks too, so that pools can be joined with their templates.
    pub stacks: bool,
    /// Look up what was called of user pools since this second, counted from the beginning of 1970.
    pub events_since: Option<u64>,
}

impl Default for Request {
    fn default() -> Self {
        Self {
            profile: None,
            regions: Vec::new(),
            all_regions: false,
            roles: Vec::new(),
            external_id: None,
            pools: Vec::new(),
            endpoint: None,
            rates: Rates::default(),
            timeout: TIMEOUT,
            stacks: false,
            events_since: None,
        }
    }
}

/// A limit of requests per second: for all operations, or for one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rate {
    /// The operation; none means each of them.
    pub operation: Option<Operation>,
    /// Requests per second.
    pub per_second: f64,
}

impl Rate {
    /// Reads `N` or `OPERATION=N`.
    ///
    /// # Errors
    /// The operation is not one of an audit, or the number is none, or is not from 0.01 to 100,000.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (operation, number) = match text.split_once('=') {
            Some((name, number)) => {
                let operation = Operation::named(name).ok_or_else(|| format!("an audit makes no call `{name}`"))?;
                (Some(operation), number)
            }
            None => (None, text),
        };
        let per_second = number.parse().ok().filter(|rate| (0.01..=100_000.0).contains(rate));
        let per_second = per_second.ok_or_else(|| format!("`{number}` is no number of requests per second"))?;
        Ok(Self { operation, per_second })
    }
}

/// The limits that users set, before those of the quotas.
#[derive(Clone, Debug, Default)]
pub struct Rates(pub Vec<Rate>);

impl Rates {
    /// What is set for an operation by its name; the last one counts.
    pub fn of_operation(&self, operation: Operation) -> Option<f64> {
        self.0.iter().rev().find(|rate| rate.operation == Some(operation)).map(|rate| rate.per_second)
    }

    /// What holds for all operations of a quota together.
    pub fn of_quota(&self, quota: Quota) -> f64 {
        self.of_all().unwrap_or_else(|| quota.rate())
    }

    /// What holds for an operation on a single user pool.
    pub fn of_pool(&self, operation: Operation) -> Option<f64> {
        let is_set = self.of_all().is_some() || self.of_operation(operation).is_some();
        operation.row().quota.rate_per_pool().filter(|_| !is_set)
    }

    fn of_all(&self) -> Option<f64> {
        self.0.iter().rev().find(|rate| rate.operation.is_none()).map(|rate| rate.per_second)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_numbers_alone_or_of_an_operation() {
        assert_eq!(Rate::parse("5"), Ok(Rate { operation: None, per_second: 5.0 }));
        let clients = Rate { operation: Some(Operation::DescribeUserPoolClient), per_second: 0.5 };
        assert_eq!(Rate::parse("describeuserpoolclient=0.5"), Ok(clients));
        for wrong in ["", "x", "0", "-1", "NaN", "inf", "1e9", "DeleteUserPool=5", "DescribeUserPool="] {
            assert!(Rate::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_last_rate_counts_and_lifts_the_limit_per_pool() {
        let rates = |texts: &[&str]| Rates(texts.iter().map(|text| Rate::parse(text).unwrap()).collect());
        let operation = Operation::DescribeUserPoolClient;
        let quota = operation.row().quota;
        assert_eq!((rates(&[]).of_quota(quota), rates(&[]).of_pool(operation)), (15.0, Some(5.0)));
        assert_eq!((rates(&["3", "4"]).of_quota(quota), rates(&["3", "4"]).of_pool(operation)), (4.0, None));
        let one = rates(&["DescribeUserPoolClient=50"]);
        assert_eq!(
            (one.of_operation(operation), one.of_quota(quota), one.of_pool(operation)),
            (Some(50.0), 15.0, None)
        );
    }
}
