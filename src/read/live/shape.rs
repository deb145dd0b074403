//! How answers become resources: one table.
//!
//! The services' members mostly have the names of CloudFormation's properties; the table says where they do not. A member
//! that it does not name is a property of the same name, so that what is new needs no row.

use crate::account::Operation;

/// What an answer says of resources of one type.
#[derive(Debug)]
pub(super) struct Shape {
    /// The call.
    pub operation: Operation,
    /// The resource's type.
    pub type_name: &'static str,
    /// The member of the answer that the resource, or the list of them, stands under; empty where it is the answer itself.
    pub member: &'static str,
    /// What tells the resource apart, from the outermost to its own name. The place of the last one is the resource's.
    pub name: &'static [Part],
    /// Members with another name, and that.
    pub renamed: &'static [(&'static str, &'static str)],
    /// Members that stand for a property that is true, as they are only there in that case.
    pub flags: &'static [(&'static str, &'static str)],
    /// Members that are no properties.
    pub dropped: &'static [&'static str],
    /// Properties that the call itself tells.
    pub given: &'static [(&'static str, Given)],
    /// Without any of these there is no such resource; where there are none, there always is.
    pub needs: &'static [&'static str],
    /// What is said of properties that the answer leaves out.
    pub unsaid: Unsaid,
}

/// A part of what tells a resource apart.
#[derive(Clone, Copy, Debug)]
pub(super) enum Part {
    /// An identifier that the call was made with.
    Subject(usize),
    /// The text of a member.
    Member(&'static str),
    /// A word that tells the kinds of resources of one pool apart.
    Word(&'static str),
}

/// A property that the call itself tells.
#[derive(Clone, Copy, Debug)]
pub(super) enum Given {
    /// An identifier that the call was made with.
    Subject(usize),
    /// The same, or else this text.
    SubjectOr(usize, &'static str),
    /// The ARN of the pool that the call was made for.
    PoolArn,
}

/// What is said of properties that an answer leaves out.
#[derive(Clone, Copy, Debug)]
pub(super) enum Unsaid {
    /// They are not set, but for these, of which older resources may leave out what holds for them.
    Unset(&'static [&'static str]),
    /// Nothing: the answer is one line of a list.
    Anything,
}

use Given::{PoolArn, Subject as Asked, SubjectOr};
use Part::{Member, Subject, Word};

/// What a row has where it says nothing else.
const PLAIN: Shape = Shape {
    operation: Operation::DescribeUserPool,
    type_name: "",
    member: "",
    name: &[],
    renamed: &[],
    flags: &[],
    dropped: &[],
    given: &[],
    needs: &[],
    unsaid: Unsaid::Unset(&[]),
};

const POOL: &str = "AWS::Cognito::UserPool";
const CLIENT: &str = "AWS::Cognito::UserPoolClient";
const IDENTITY_POOL: &str = "AWS::Cognito::IdentityPool";

/// Source: the API references of the services and CloudFormation's resource schemas. A resource that several rows tell is
/// told by the first that has an answer.
pub(super) const SHAPES: &[Shape] = &[
    Shape {
        operation: Operation::DescribeUserPool,
        type_name: POOL,
        member: "UserPool",
        name: &[Member("Id")],
        renamed: &[("Name", "UserPoolName"), ("SchemaAttributes", "Schema")],
        dropped: &[
            "Id",
            "Arn",
            "Status",
            "LastModifiedDate",
            "CreationDate",
            "EstimatedNumberOfUsers",
            "Domain",
            "CustomDomain",
            "SmsConfigurationFailure",
            "EmailConfigurationFailure",
            "DcrConfiguration",
        ],
        // Pools that are older than the plans.
        unsaid: Unsaid::Unset(&["UserPoolTier"]),
        ..PLAIN
    },
    Shape {
        operation: Operation::ListUserPools,
        type_name: POOL,
        member: "UserPools",
        name: &[Member("Id")],
        renamed: &[("Name", "UserPoolName")],
        dropped: &["Id", "Status", "LastModifiedDate", "CreationDate", "LambdaConfig"],
        unsaid: Unsaid::Anything,
        ..PLAIN
    },
    Shape {
        operation: Operation::DescribeUserPoolClient,
        type_name: CLIENT,
        member: "UserPoolClient",
        name: &[Member("ClientId")],
        flags: &[("ClientSecret", "GenerateSecret")],
        dropped: &["ClientId", "LastModifiedDate", "CreationDate", "ClientType"],
        // Clients that are older than the revocation of tokens.
        unsaid: Unsaid::Unset(&["EnableTokenRevocation"]),
        ..PLAIN
    },
    Shape {
        operation: Operation::ListUserPoolClients,
        type_name: CLIENT,
        member: "UserPoolClients",
        name: &[Member("ClientId")],
        dropped: &["ClientId"],
        unsaid: Unsaid::Anything,
        ..PLAIN
    },
    Shape {
        operation: Operation::DescribeUserPoolDomain,
        type_name: "AWS::Cognito::UserPoolDomain",
        member: "DomainDescription",
        name: &[Word("domain"), Member("Domain")],
        dropped: &["AWSAccountId", "S3Bucket", "CloudFrontDistribution", "Version", "Status"],
        needs: &["UserPoolId"],
        ..PLAIN
    },
    Shape {
        operation: Operation::DescribeIdentityProvider,
        type_name: "AWS::Cognito::UserPoolIdentityProvider",
        member: "IdentityProvider",
        name: &[Subject(0), Word("provider"), Member("ProviderName")],
        dropped: &["LastModifiedDate", "CreationDate", "AcrMapping"],
        ..PLAIN
    },
    Shape {
        operation: Operation::ListResourceServers,
        type_name: "AWS::Cognito::UserPoolResourceServer",
        member: "ResourceServers",
        name: &[Subject(0), Word("resource-server"), Member("Identifier")],
        dropped: &["ManagedBy"],
        ..PLAIN
    },
    Shape {
        operation: Operation::ListGroups,
        type_name: "AWS::Cognito::UserPoolGroup",
        member: "Groups",
        name: &[Subject(0), Word("group"), Member("GroupName")],
        dropped: &["LastModifiedDate", "CreationDate"],
        ..PLAIN
    },
    Shape {
        operation: Operation::DescribeRiskConfiguration,
        type_name: "AWS::Cognito::UserPoolRiskConfigurationAttachment",
        member: "RiskConfiguration",
        name: &[Subject(0), Word("risk"), Subject(1)],
        dropped: &["LastModifiedDate"],
        given: &[("UserPoolId", Asked(0)), ("ClientId", SubjectOr(1, "ALL"))],
        needs: &[
            "CompromisedCredentialsRiskConfiguration",
            "AccountTakeoverRiskConfiguration",
            "RiskExceptionConfiguration",
        ],
        ..PLAIN
    },
    Shape {
        operation: Operation::GetLogDeliveryConfiguration,
        type_name: "AWS::Cognito::LogDeliveryConfiguration",
        member: "LogDeliveryConfiguration",
        name: &[Subject(0), Word("logs")],
        given: &[("UserPoolId", Asked(0))],
        needs: &["LogConfigurations"],
        ..PLAIN
    },
    Shape {
        operation: Operation::DescribeManagedLoginBrandingByClient,
        type_name: "AWS::Cognito::ManagedLoginBranding",
        member: "ManagedLoginBranding",
        name: &[Subject(0), Word("branding"), Subject(1)],
        dropped: &["ManagedLoginBrandingId", "LastModifiedDate", "CreationDate"],
        given: &[("ClientId", Asked(1))],
        ..PLAIN
    },
    Shape {
        operation: Operation::GetWebACLForResource,
        type_name: "AWS::WAFv2::WebACLAssociation",
        member: "WebACL",
        name: &[Subject(0), Word("web-acl")],
        renamed: &[("ARN", "WebACLArn")],
        dropped: &["Name", "Id"],
        given: &[("ResourceArn", PoolArn)],
        needs: &["ARN"],
        ..PLAIN
    },
    Shape {
        operation: Operation::DescribeIdentityPool,
        type_name: IDENTITY_POOL,
        name: &[Member("IdentityPoolId")],
        dropped: &["IdentityPoolId"],
        needs: &["IdentityPoolId"],
        ..PLAIN
    },
    Shape {
        operation: Operation::ListIdentityPools,
        type_name: IDENTITY_POOL,
        member: "IdentityPools",
        name: &[Member("IdentityPoolId")],
        dropped: &["IdentityPoolId"],
        unsaid: Unsaid::Anything,
        ..PLAIN
    },
    Shape {
        operation: Operation::GetIdentityPoolRoles,
        type_name: "AWS::Cognito::IdentityPoolRoleAttachment",
        name: &[Member("IdentityPoolId"), Word("roles")],
        needs: &["Roles", "RoleMappings"],
        ..PLAIN
    },
    Shape {
        operation: Operation::GetRole,
        type_name: "AWS::IAM::Role",
        member: "Role",
        name: &[Word("role"), Member("RoleName")],
        dropped: &["RoleId", "Arn", "CreateDate", "RoleLastUsed", "SourceRoleTemplate"],
        ..PLAIN
    },
];
