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
    /// The types of CloudFormation that its answer gives, wholly or in part.
    pub gives: &'static [&'static str],
    /// The quota that it counts against.
    pub quota: Quota,
}

/// A number of requests in a second that the service grants to an account in a Region, over all operations that share it.
///
/// Those of user pools and of web ACLs are documented: docs.aws.amazon.com/cognito/latest/developerguide/quotas.html and
/// docs.aws.amazon.com/waf/latest/developerguide/limits.html. The others are not, and are taken low.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Quota {
    /// Category `UserPoolRead`.
    UserPool,
    /// Category `UserPoolResourceRead`.
    UserPoolResource,
    /// Category `UserPoolClientRead`.
    UserPoolClient,
    /// Reading calls about identity pools.
    IdentityPool,
    /// `GetWebACLForResource`.
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
        gives: &["AWS::Cognito::UserPool"],
        quota: Quota::UserPool,
    },
    Row {
        operation: Operation::DescribeUserPool,
        name: "DescribeUserPool",
        service: "cognito-idp",
        permissions: &[("cognito-idp:DescribeUserPool", USER_POOLS)],
        subject: &["user pool"],
        tells: "the settings",
        gives: &["AWS::Cognito::UserPool"],
        quota: Quota::UserPool,
    },
    Row {
        operation: Operation::GetUserPoolMfaConfig,
        name: "GetUserPoolMfaConfig",
        service: "cognito-idp",
        permissions: &[("cognito-idp:GetUserPoolMfaConfig", USER_POOLS)],
        subject: &["user pool"],
        tells: "the factors of sign-in",
        gives: &["AWS::Cognito::UserPool"],
        quota: Quota::UserPoolResource,
    },
    Row {
        operation: Operation::DescribeUserPoolDomain,
        name: "DescribeUserPoolDomain",
        service: "cognito-idp",
        permissions: &[("cognito-idp:DescribeUserPoolDomain", EVERYTHING)],
        subject: &["user pool", "domain"],
        tells: "the domain",
        gives: &["AWS::Cognito::UserPoolDomain"],
        quota: Quota::UserPoolResource,
    },
    Row {
        operation: Operation::ListIdentityProviders,
        name: "ListIdentityProviders",
        service: "cognito-idp",
        permissions: &[("cognito-idp:ListIdentityProviders", USER_POOLS)],
        subject: &["user pool"],
        tells: "which identity providers there are",
        gives: &["AWS::Cognito::UserPoolIdentityProvider"],
        quota: Quota::UserPoolResource,
    },
    Row {
        operation: Operation::DescribeIdentityProvider,
        name: "DescribeIdentityProvider",
        service: "cognito-idp",
        permissions: &[("cognito-idp:DescribeIdentityProvider", USER_POOLS)],
        subject: &["user pool", "provider"],
        tells: "the identity provider",
        gives: &["AWS::Cognito::UserPoolIdentityProvider"],
        quota: Quota::UserPoolResource,
    },
    Row {
        operation: Operation::ListResourceServers,
        name: "ListResourceServers",
        service: "cognito-idp",
        permissions: &[("cognito-idp:ListResourceServers", USER_POOLS)],
        subject: &["user pool"],
        tells: "the resource servers",
        gives: &["AWS::Cognito::UserPoolResourceServer"],
        quota: Quota::UserPoolResource,
    },
    Row {
        operation: Operation::ListGroups,
        name: "ListGroups",
        service: "cognito-idp",
        permissions: &[("cognito-idp:ListGroups", USER_POOLS)],
        subject: &["user pool"],
        tells: "the groups",
        gives: &["AWS::Cognito::UserPoolGroup"],
        quota: Quota::UserPoolResource,
    },
    Row {
        operation: Operation::DescribeRiskConfiguration,
        name: "DescribeRiskConfiguration",
        service: "cognito-idp",
        permissions: &[("cognito-idp:DescribeRiskConfiguration", USER_POOLS)],
        subject: &["user pool", "client, where it is that of one"],
        tells: "the answers to risk",
        gives: &["AWS::Cognito::UserPoolRiskConfigurationAttachment"],
        quota: Quota::UserPoolResource,
    },
    Row {
        operation: Operation::GetLogDeliveryConfiguration,
        name: "GetLogDeliveryConfiguration",
        service: "cognito-idp",
        permissions: &[("cognito-idp:GetLogDeliveryConfiguration", USER_POOLS)],
        subject: &["user pool"],
        tells: "where logs go",
        gives: &["AWS::Cognito::LogDeliveryConfiguration"],
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
        gives: &["AWS::WAFv2::WebACLAssociation"],
        quota: Quota::WebAcl,
    },
    Row {
        operation: Operation::DescribeStackResources,
        name: "DescribeStackResources",
        service: "cloudformation",
        permissions: &[("cloudformation:DescribeStackResources", EVERYTHING)],
        subject: &["user pool"],
        tells: "the stack",
        gives: &[],
        quota: Quota::Stack,
    },
    Row {
        operation: Operation::ListUserPoolClients,
        name: "ListUserPoolClients",
        service: "cognito-idp",
        permissions: &[("cognito-idp:ListUserPoolClients", USER_POOLS)],
        subject: &["user pool"],
        tells: "which app clients there are",
        gives: &["AWS::Cognito::UserPoolClient"],
        quota: Quota::UserPoolClient,
    },
    Row {
        operation: Operation::DescribeUserPoolClient,
        name: "DescribeUserPoolClient",
        service: "cognito-idp",
        permissions: &[("cognito-idp:DescribeUserPoolClient", USER_POOLS)],
        subject: &["user pool", "client"],
        tells: "the app client",
        gives: &["AWS::Cognito::UserPoolClient"],
        quota: Quota::UserPoolClient,
    },
    Row {
        operation: Operation::DescribeManagedLoginBrandingByClient,
        name: "DescribeManagedLoginBrandingByClient",
        service: "cognito-idp",
        permissions: &[("cognito-idp:DescribeManagedLoginBrandingByClient", USER_POOLS)],
        subject: &["user pool", "client"],
        tells: "the style of the sign-in pages",
        gives: &["AWS::Cognito::ManagedLoginBranding"],
        quota: Quota::UserPoolResource,
    },
    Row {
        operation: Operation::ListIdentityPools,
        name: "ListIdentityPools",
        service: "cognito-identity",
        permissions: &[("cognito-identity:ListIdentityPools", EVERYTHING)],
        subject: &[],
        tells: "which identity pools there are",
        gives: &["AWS::Cognito::IdentityPool"],
        quota: Quota::IdentityPool,
    },
    Row {
        operation: Operation::DescribeIdentityPool,
        name: "DescribeIdentityPool",
        service: "cognito-identity",
        permissions: &[("cognito-identity:DescribeIdentityPool", IDENTITY_POOLS)],
        subject: &["identity pool"],
        tells: "the settings",
        gives: &["AWS::Cognito::IdentityPool"],
        quota: Quota::IdentityPool,
    },
    Row {
        operation: Operation::GetIdentityPoolRoles,
        name: "GetIdentityPoolRoles",
        service: "cognito-identity",
        permissions: &[("cognito-identity:GetIdentityPoolRoles", IDENTITY_POOLS)],
        subject: &["identity pool"],
        tells: "the roles",
        gives: &["AWS::Cognito::IdentityPoolRoleAttachment"],
        quota: Quota::IdentityPool,
    },
    Row {
        operation: Operation::GetRole,
        name: "GetRole",
        service: "iam",
        permissions: &[("iam:GetRole", &["arn:aws:iam::*:role/*"])],
        subject: &["role"],
        tells: "who may assume the role",
        gives: &["AWS::IAM::Role"],
        quota: Quota::Role,
    },
    Row {
        operation: Operation::LookupEvents,
        name: "LookupEvents",
        service: "cloudtrail",
        permissions: &[("cloudtrail:LookupEvents", EVERYTHING)],
        subject: &[],
        tells: "what was called of user pools",
        gives: &[],
        quota: Quota::Event,
    },
];

impl Operation {
    /// Its row of the table.
    pub fn row(self) -> &'static Row {
        &TABLE[self as usize]
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
