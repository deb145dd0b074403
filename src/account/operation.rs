//! The calls that an audit makes, as one table: the policy, the documentation and the pace come from it.

use std::fmt;

/// A call that an audit makes, named as the service names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the table says what each is for")]
pub enum Operation {
    AssumeRole,
    GetCallerIdentity,
    ListRegions,
    ListUserPools,
    DescribeUserPool,
    GetUserPoolMfaConfig,
    DescribeUserPoolDomain,
    ListIdentityProviders,
    DescribeIdentityProvider,
    ListResourceServers,
    ListGroups,
    DescribeRiskConfiguration,
    GetLogDeliveryConfiguration,
    GetWebACLForResource,
    DescribeStackResources,
    ListUserPoolClients,
    DescribeUserPoolClient,
    DescribeManagedLoginBrandingByClient,
    ListIdentityPools,
    DescribeIdentityPool,
    GetIdentityPoolRoles,
    GetRole,
    LookupEvents,
}

/// What is known of an operation.
#[derive(Debug)]
pub struct Row {
    /// The operation.
    pub operation: Operation,
    /// Its name.
    pub name: &'static str,
    /// The service as IAM and its endpoints name it.
    pub service: &'static str,
    /// What its caller must be allowed: actions, each on the resources it can be limited to. From the service authorization
    /// reference (docs.aws.amazon.com/service-authorization/latest/reference). None where nothing is needed.
    pub permissions: &'static [(&'static str, &'static [&'static str])],
    /// What it is made with, in the order of [`Asked::subject`](super::Asked::subject).
    pub subject: &'static [&'static str],
    /// What its answer tells, to go into "… of NAME cannot be told".
    pub tells: &'static str,
    /// The call whose answer it is made for: without that one it is not made.
    pub follows: Option<Operation>,
    /// What its answer gives of CloudFormation's resources.
    pub gives: &'static [Given],
    /// The quota that it counts against.
    pub quota: Quota,
}

/// A number of requests in a second that the service grants to an account in a Region, over all operations that share it.
///
/// Documented are the rates of the three categories of user pools, with the 5 requests in a second that "any individual
/// operation" of the latter two may make "for a single user pool"
/// (docs.aws.amazon.com/cognito/latest/developerguide/quotas.html, which also lists the operations of each category; of what
/// it does not list, as the newest, the category is taken that the operations beside it are in), that of `GetWebACLForResource`
/// (docs.aws.amazon.com/waf/latest/developerguide/limits.html) and that of `LookupEvents` (CloudTrail's API reference). The
/// quotas of identity pools name other operations; theirs, and those of the other services, are taken low.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Quota {
    /// Category `UserPoolRead`: 15.
    UserPool,
    /// Category `UserPoolResourceRead`: 20.
    UserPoolResource,
    /// Category `UserPoolClientRead`: 15.
    UserPoolClient,
    /// Reading calls about identity pools.
    IdentityPool,
    /// `GetWebACLForResource`: 1.
    WebAcl,
    /// Reading calls of CloudFormation.
    Stack,
    /// Reading calls of IAM.
    Role,
    /// `LookupEvents`: 2, documented with the operation.
    Event,
    /// Calls that are made once or twice.
    Seldom,
}

impl Quota {
    /// Requests per second.
    pub fn rate(self) -> f64 {
        match self {
            Self::UserPool | Self::UserPoolClient => 15.0,
            Self::UserPoolResource => 20.0,
            Self::WebAcl => 1.0,
            Self::Event => 2.0,
            Self::IdentityPool | Self::Role | Self::Seldom => 10.0,
            Self::Stack => 5.0,
        }
    }

    /// Requests per second that one operation of it may make about a single user pool.
    pub fn rate_per_pool(self) -> Option<f64> {
        matches!(self, Self::UserPoolResource | Self::UserPoolClient).then_some(5.0)
    }
}

/// What an answer gives of the resources of one type.
#[derive(Clone, Copy, Debug)]
pub struct Given {
    type_name: &'static str,
    properties: Properties,
}

#[derive(Clone, Copy, Debug)]
enum Properties {
    /// That there are such resources, and so all that is known of them.
    All,
    /// These.
    Only(&'static [&'static str]),
    /// What other calls do not tell: all but these.
    But(&'static [&'static str]),
}

impl Given {
    /// Whether somebody who looks for resources of a type, and reads these of their properties, needs it.
    pub fn serves<'p>(self, type_name: &str, mut properties: impl Iterator<Item = &'p str>) -> bool {
        type_name == self.type_name
            && match self.properties {
                Properties::All => true,
                Properties::Only(these) => properties.any(|property| these.contains(&property)),
                Properties::But(these) => properties.any(|property| !these.contains(&property)),
            }
    }
}

const fn all(type_name: &'static str) -> Given {
    Given { type_name, properties: Properties::All }
}

const fn only(type_name: &'static str, these: &'static [&'static str]) -> Given {
    Given { type_name, properties: Properties::Only(these) }
}

const fn but(type_name: &'static str, these: &'static [&'static str]) -> Given {
    Given { type_name, properties: Properties::But(these) }
}

const POOL: &str = "AWS::Cognito::UserPool";
const CLIENT: &str = "AWS::Cognito::UserPoolClient";
const PROVIDER: &str = "AWS::Cognito::UserPoolIdentityProvider";
const IDENTITY_POOL: &str = "AWS::Cognito::IdentityPool";

/// What stands for the stack that a resource is of.
pub const STACK: &str = "AWS::CloudFormation::Stack";

/// The properties of a pool that are told with its factors of sign-in.
pub const FACTORS: &[&str] = &[
    "EmailAuthenticationMessage",
    "EmailAuthenticationSubject",
    "EnabledMfas",
    "WebAuthnFactorConfiguration",
    "WebAuthnRelyingPartyID",
    "WebAuthnUserVerification",
];

const EVERYTHING: &[&str] = &["*"];
const USER_POOLS: &[&str] = &["arn:aws:cognito-idp:*:*:userpool/*"];
const IDENTITY_POOLS: &[&str] = &["arn:aws:cognito-identity:*:*:identitypool/*"];
const WEB_ACLS: &[&str] = &["arn:aws:wafv2:*:*:*/webacl/*/*"];

/// Every operation, in the order of the enumeration.
pub const TABLE: &[Row] = &[
    Row {
        operation: Operation::AssumeRole,
        name: "AssumeRole",
        service: "sts",
        permissions: &[],
        subject: &["role"],
        tells: "what the account of the role holds",
        follows: None,
        gives: &[],
        quota: Quota::Seldom,
    },
    Row {
        operation: Operation::GetCallerIdentity,
        name: "GetCallerIdentity",
        service: "sts",
        permissions: &[],
        subject: &[],
        tells: "which account the credentials are for",
        follows: None,
        gives: &[],
        quota: Quota::Seldom,
    },
    Row {
        operation: Operation::ListRegions,
        name: "ListRegions",
        service: "account",
        permissions: &[("account:ListRegions", EVERYTHING)],
        subject: &[],
        tells: "which Regions are enabled",
        follows: None,
        gives: &[],
        quota: Quota::Seldom,
    },
    Row {
        operation: Operation::ListUserPools,
        name: "ListUserPools",
        service: "cognito-idp",
        permissions: &[("cognito-idp:ListUserPools", EVERYTHING)],
        subject: &[],
        tells: "which user pools there are",
        follows: Some(Operation::ListRegions),
        gives: &[all(POOL)],
        quota: Quota::UserPool,
    },
    Row {
        operation: Operation::DescribeUserPool,
        name: "DescribeUserPool",
        service: "cognito-idp",
        permissions: &[("cognito-idp:DescribeUserPool", USER_POOLS)],
        subject: &["user pool"],
        tells: "the settings",
        follows: Some(Operation::ListUserPools),
        gives: &[but(POOL, &["UserPoolName"])],
        quota: Quota::UserPool,
    },
    Row {
        operation: Operation::GetUserPoolMfaConfig,
        name: "GetUserPoolMfaConfig",
        service: "cognito-idp",
        permissions: &[("cognito-idp:GetUserPoolMfaConfig", USER_POOLS)],
        subject: &["user pool"],
        tells: "the factors of sign-in",
        follows: Some(Operation::DescribeUserPool),
        gives: &[only(POOL, FACTORS)],
        quota: Quota::UserPoolResource,
    },
    Row {
        operation: Operation::DescribeUserPoolDomain,
        name: "DescribeUserPoolDomain",
        service: "cognito-idp",
        permissions: &[("cognito-idp:DescribeUserPoolDomain", EVERYTHING)],
        subject: &["user pool", "domain"],
        tells: "the domain",
        follows: Some(Operation::DescribeUserPool),
        gives: &[all("AWS::Cognito::UserPoolDomain")],
        quota: Quota::UserPoolResource,
    },
    Row {
        operation: Operation::ListIdentityProviders,
        name: "ListIdentityProviders",
        service: "cognito-idp",
        permissions: &[("cognito-idp:ListIdentityProviders", USER_POOLS)],
        subject: &["user pool"],
        tells: "which identity providers there are",
        follows: Some(Operation::DescribeUserPool),
        gives: &[all(PROVIDER)],
        quota: Quota::UserPoolResource,
    },
    Row {
        operation: Operation::DescribeIdentityProvider,
        name: "DescribeIdentityProvider",
        service: "cognito-idp",
        permissions: &[("cognito-idp:DescribeIdentityProvider", USER_POOLS)],
        subject: &["user pool", "provider"],
        tells: "the identity provider",
        follows: Some(Operation::ListIdentityProviders),
        gives: &[all(PROVIDER)],
        quota: Quota::UserPoolResource,
    },
    Row {
        operation: Operation::ListResourceServers,
        name: "ListResourceServers",
        service: "cognito-idp",
        permissions: &[("cognito-idp:ListResourceServers", USER_POOLS)],
        subject: &["user pool"],
        tells: "the resource servers",
        follows: Some(Operation::DescribeUserPool),
        gives: &[all("AWS::Cognito::UserPoolResourceServer")],
        quota: Quota::UserPoolResource,
    },
    Row {
        operation: Operation::ListGroups,
        name: "ListGroups",
        service: "cognito-idp",
        permissions: &[("cognito-idp:ListGroups", USER_POOLS)],
        subject: &["user pool"],
        tells: "the groups",
        follows: Some(Operation::DescribeUserPool),
        gives: &[all("AWS::Cognito::UserPoolGroup")],
        quota: Quota::UserPoolResource,
    },
    Row {
        operation: Operation::DescribeRiskConfiguration,
        name: "DescribeRiskConfiguration",
        service: "cognito-idp",
        permissions: &[("cognito-idp:DescribeRiskConfiguration", USER_POOLS)],
        subject: &["user pool", "client, where it is that of one"],
        tells: "the answers to risk",
        follows: Some(Operation::ListUserPoolClients),
        gives: &[all("AWS::Cognito::UserPoolRiskConfigurationAttachment")],
        quota: Quota::UserPoolResource,
    },
    Row {
        operation: Operation::GetLogDeliveryConfiguration,
        name: "GetLogDeliveryConfiguration",
        service: "cognito-idp",
        permissions: &[("cognito-idp:GetLogDeliveryConfiguration", USER_POOLS)],
        subject: &["user pool"],
        tells: "where logs go",
        follows: Some(Operation::DescribeUserPool),
        gives: &[all("AWS::Cognito::LogDeliveryConfiguration")],
        quota: Quota::UserPoolResource,
    },
    Row {
        operation: Operation::GetWebACLForResource,
        name: "GetWebACLForResource",
        service: "wafv2",
        permissions: &[
            ("wafv2:GetWebACLForResource", &[WEB_ACLS[0], USER_POOLS[0]]),
            ("wafv2:GetWebACL", WEB_ACLS),
            ("cognito-idp:GetWebACLForResource", USER_POOLS),
        ],
        subject: &["user pool"],
        tells: "the web ACL",
        follows: Some(Operation::DescribeUserPool),
        gives: &[all("AWS::WAFv2::WebACLAssociation")],
        quota: Quota::WebAcl,
    },
    Row {
        operation: Operation::DescribeStackResources,
        name: "DescribeStackResources",
        service: "cloudformation",
        permissions: &[("cloudformation:DescribeStackResources", EVERYTHING)],
        subject: &["user pool"],
        tells: "the stack",
        follows: Some(Operation::DescribeUserPool),
        gives: &[all(STACK)],
        quota: Quota::Stack,
    },
    Row {
        operation: Operation::ListUserPoolClients,
        name: "ListUserPoolClients",
        service: "cognito-idp",
        permissions: &[("cognito-idp:ListUserPoolClients", USER_POOLS)],
        subject: &["user pool"],
        tells: "which app clients there are",
        follows: Some(Operation::DescribeUserPool),
        gives: &[all(CLIENT)],
        quota: Quota::UserPoolClient,
    },
    Row {
        operation: Operation::DescribeUserPoolClient,
        name: "DescribeUserPoolClient",
        service: "cognito-idp",
        permissions: &[("cognito-idp:DescribeUserPoolClient", USER_POOLS)],
        subject: &["user pool", "client"],
        tells: "the app client",
        follows: Some(Operation::ListUserPoolClients),
        gives: &[but(CLIENT, &["ClientName", "UserPoolId"])],
        quota: Quota::UserPoolClient,
    },
    Row {
        operation: Operation::DescribeManagedLoginBrandingByClient,
        name: "DescribeManagedLoginBrandingByClient",
        service: "cognito-idp",
        permissions: &[("cognito-idp:DescribeManagedLoginBrandingByClient", USER_POOLS)],
        subject: &["user pool", "client"],
        tells: "the style of the sign-in pages",
        follows: Some(Operation::DescribeUserPoolClient),
        gives: &[all("AWS::Cognito::ManagedLoginBranding")],
        quota: Quota::UserPoolResource,
    },
    Row {
        operation: Operation::ListIdentityPools,
        name: "ListIdentityPools",
        service: "cognito-identity",
        permissions: &[("cognito-identity:ListIdentityPools", EVERYTHING)],
        subject: &[],
        tells: "which identity pools there are",
        follows: Some(Operation::ListRegions),
        gives: &[all(IDENTITY_POOL)],
        quota: Quota::IdentityPool,
    },
    Row {
        operation: Operation::DescribeIdentityPool,
        name: "DescribeIdentityPool",
        service: "cognito-identity",
        permissions: &[("cognito-identity:DescribeIdentityPool", IDENTITY_POOLS)],
        subject: &["identity pool"],
        tells: "the settings",
        follows: Some(Operation::ListIdentityPools),
        gives: &[but(IDENTITY_POOL, &["IdentityPoolName"])],
        quota: Quota::IdentityPool,
    },
    Row {
        operation: Operation::GetIdentityPoolRoles,
        name: "GetIdentityPoolRoles",
        service: "cognito-identity",
        permissions: &[("cognito-identity:GetIdentityPoolRoles", IDENTITY_POOLS)],
        subject: &["identity pool"],
        tells: "the roles",
        follows: Some(Operation::DescribeIdentityPool),
        gives: &[all("AWS::Cognito::IdentityPoolRoleAttachment")],
        quota: Quota::IdentityPool,
    },
    Row {
        operation: Operation::GetRole,
        name: "GetRole",
        service: "iam",
        permissions: &[("iam:GetRole", &["arn:aws:iam::*:role/*"])],
        subject: &["role"],
        tells: "who may assume the role",
        follows: Some(Operation::GetIdentityPoolRoles),
        gives: &[all("AWS::IAM::Role")],
        quota: Quota::Role,
    },
    Row {
        operation: Operation::LookupEvents,
        name: "LookupEvents",
        service: "cloudtrail",
        permissions: &[("cloudtrail:LookupEvents", EVERYTHING)],
        subject: &[],
        tells: "what was called of user pools",
        follows: None,
        gives: &[],
        quota: Quota::Event,
    },
];

impl Operation {
    /// Its row of the table.
    pub fn row(self) -> &'static Row {
        &TABLE[self as usize]
    }

    /// Whether it is made only where `other` was answered, or is that itself.
    pub fn depends_on(self, other: Self) -> bool {
        self == other || self.row().follows.is_some_and(|before| before.depends_on(other))
    }

    /// Its name, as the service writes it.
    pub fn name(self) -> &'static str {
        self.row().name
    }

    /// The operation of a name, however its letters are written.
    pub fn named(name: &str) -> Option<Self> {
        TABLE.iter().find(|row| row.name.eq_ignore_ascii_case(name)).map(|row| row.operation)
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_the_order_of_the_enumeration() {
        for (index, row) in TABLE.iter().enumerate() {
            assert_eq!(row.operation as usize, index, "{}", row.name);
            assert_eq!(format!("{:?}", row.operation), row.name);
            assert_eq!(Operation::named(&row.name.to_lowercase()), Some(row.operation));
        }
    }

    #[test]
    fn calls_follow_each_other_in_no_circle() {
        for row in TABLE {
            let before = std::iter::successors(row.follows, |before| before.row().follows);
            assert!(before.take(TABLE.len()).count() < TABLE.len(), "{}", row.name);
        }
        assert!(Operation::GetRole.depends_on(Operation::ListRegions));
        assert!(!Operation::GetRole.depends_on(Operation::ListUserPools));
    }

    #[test]
    fn a_call_serves_those_who_read_what_only_it_tells() {
        let serves = |operation: Operation, read: &[&str]| {
            operation.row().gives.iter().any(|given| given.serves(POOL, read.iter().copied()))
        };
        assert!(serves(Operation::ListUserPools, &[]));
        assert!(!serves(Operation::DescribeUserPool, &["UserPoolName"]));
        assert!(serves(Operation::DescribeUserPool, &["UserPoolName", "MfaConfiguration"]));
        assert!(serves(Operation::GetUserPoolMfaConfig, &["EnabledMfas"]));
        assert!(!serves(Operation::GetUserPoolMfaConfig, &["MfaConfiguration"]));
        assert!(!serves(Operation::ListGroups, &["MfaConfiguration"]));
    }

    #[test]
    fn every_call_is_allowed_by_an_action_of_its_own_name() {
        for row in TABLE.iter().filter(|row| row.service != "sts") {
            let action = format!("{}:{}", row.service, row.name);
            assert!(row.permissions.iter().any(|(name, _)| *name == action), "{action}");
            for (name, resources) in row.permissions {
                let verb = name.split_once(':').unwrap().1;
                assert!(["Get", "List", "Describe", "Lookup"].iter().any(|start| verb.starts_with(start)), "{name}");
                assert!(!resources.is_empty(), "{name}");
            }
        }
    }
}
