//! What of an account is audited, and how it is asked.

use std::time::Duration;

use clap::Args;

use crate::account::Request;
use crate::account::request::{Rate, Rates, TIMEOUT};
use crate::identifier;

const HEADING: &str = "Live audit";

/// The longest wait for one attempt of a call, in seconds.
const LONGEST: u64 = 3600;

/// What of an account is audited, and how it is asked.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = HEADING)]
pub struct Live {
    /// Audit what the account holds now; with PATH, join it with what is there
    #[arg(long)]
    pub live: bool,

    /// The profile whose credentials are used, before those of the environment
    #[arg(long, requires = "live", value_name = "NAME")]
    pub profile: Option<String>,

    /// A Region to audit [default: that of the environment or the profile]
    #[arg(long, requires = "live", value_name = "REGION", value_delimiter = ',', value_parser = region)]
    pub region: Vec<String>,

    /// Audit every Region that is enabled
    #[arg(long, requires = "live", conflicts_with = "region")]
    pub all_regions: bool,

    /// A role to assume: its account is audited, and not that of the credentials
    #[arg(long, requires = "live", value_name = "ARN", value_parser = role)]
    pub role_arn: Vec<String>,

    /// The external id that the roles ask for
    #[arg(long, requires = "role_arn", value_name = "ID")]
    pub external_id: Option<String>,

    /// The id of a user pool or an identity pool: nothing else is audited
    #[arg(long, requires = "live", value_name = "ID", value_delimiter = ',', value_parser = pool, conflicts_with_all = ["region", "all_regions"])]
    pub pool: Vec<String>,

    /// Where requests go [default: AWS_ENDPOINT_URL, else AWS]
    #[arg(long, requires = "live", value_name = "URL", value_parser = endpoint)]
    pub endpoint_url: Option<String>,

    /// The most requests in a second, of all operations that share a quota, or of one [default: the service's quotas]
    #[arg(long, requires = "live", value_name = "OPERATION=N|N", value_parser = Rate::parse)]
    pub rate: Vec<Rate>,

    /// How long one attempt of a request may take; AWS_MAX_ATTEMPTS says how many there are [default: 10]
    #[arg(long, requires = "live", value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=LONGEST))]
    pub timeout: Option<u64>,

    /// Print the IAM policy that the audit needs, and audit nothing
    #[arg(long, requires = "live")]
    pub show_policy: bool,
}

impl Live {
    /// The audit that is asked for, if one is. `joins` says that there is infrastructure or code to join it with.
    pub fn request(&self, joins: bool) -> Option<Request> {
        let mut roles = self.role_arn.clone();
        roles.sort_unstable();
        roles.dedup();
        self.live.then(|| Request {
            profile: self.profile.clone(),
            regions: self.region.clone(),
            all_regions: self.all_regions,
            roles,
            external_id: self.external_id.clone(),
            pools: self.pool.clone(),
            endpoint: self.endpoint_url.clone(),
            rates: Rates(self.rate.clone()),
            timeout: self.timeout.map_or(TIMEOUT, Duration::from_secs),
            stacks: joins,
            events_since: None,
        })
    }
}

fn region(text: &str) -> Result<String, &'static str> {
    if identifier::is_region(text) { Ok(text.to_owned()) } else { Err("a Region is written like eu-west-1") }
}

fn pool(text: &str) -> Result<String, &'static str> {
    let region = identifier::user_pool_region(text).or_else(|| identifier::identity_pool_region(text));
    match region {
        Some(_) => Ok(text.to_owned()),
        None => Err("a user pool's id is written like eu-west-1_Ab1Cd2Ef3, an identity pool's like eu-west-1:UUID"),
    }
}

fn role(text: &str) -> Result<String, &'static str> {
    let parts: Vec<_> = text.splitn(6, ':').collect();
    match parts[..] {
        ["arn", _, "iam", "", account, name]
            if account.len() == 12
                && account.bytes().all(|byte| byte.is_ascii_digit())
                && name.strip_prefix("role/").is_some_and(|name| !name.is_empty()) =>
        {
            Ok(text.to_owned())
        }
        _ => Err("a role is written like arn:aws:iam::123456789012:role/audit"),
    }
}

fn endpoint(text: &str) -> Result<String, &'static str> {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    match rest {
        Some(rest) if !rest.is_empty() && !rest.starts_with('/') => Ok(text.to_owned()),
        _ => Err("an endpoint is written like http://localhost:5000"),
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use crate::cli::Cli;

    fn parse(arguments: &[&str]) -> Result<Cli, clap::Error> {
        Cli::try_parse_from([&["cognito-lint"], arguments].concat())
    }

    #[test]
    fn what_belongs_to_the_audit_needs_it() {
        for wrong in [
            &["--region", "eu-west-1"][..],
            &["--show-policy"],
            &["--live", "--external-id", "x"],
            &["--live", "--region", "europe"],
            &["--live", "--region", "eu-west-1", "--all-regions"],
            &["--live", "--pool", "client"],
            &["--live", "--pool", "eu-west-1_Ab1Cd2Ef3", "--region", "eu-west-1"],
            &["--live", "--role-arn", "audit"],
            &["--live", "--endpoint-url", "localhost"],
            &["--live", "--rate", "fast"],
            &["--live", "--timeout", "0"],
        ] {
            assert!(parse(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn several_of_each_are_taken() {
        let arguments = ["--live", "--region", "eu-west-1,us-east-1", "--region", "eu-west-2", "--rate", "5"];
        let request = parse(&arguments).unwrap().scan.input.live.request(false).unwrap();
        assert_eq!(request.regions, ["eu-west-1", "us-east-1", "eu-west-2"]);
        assert!(!request.stacks);
        assert!(parse(&[]).unwrap().scan.input.live.request(true).is_none());
    }
}
