//! What holds values and permissions for others. Sources: terraform-provider-aws, CloudFormation's resource schemas.

use crate::read::terraform::provider::attribute::Attribute::{Configured, Of};
use crate::read::terraform::provider::row::{
    Row,
    Shape::{Json, Pairs, SecretUnless},
    TABLE, Table, argument, blocks, left_out,
};

const TAGS: Row = argument("tags").shaped(Pairs("Key"));

pub(super) const TABLES: &[Table] = &[
    Table {
        names: &["aws_ssm_parameter"],
        type_name: "AWS::SSM::Parameter",
        rows: &[
            argument("value").shaped(SecretUnless("type", &["String", "StringList"])),
            argument("insecure_value").is("Value"),
            left_out("value_wo"),
            left_out("value_wo_version"),
            left_out("overwrite"),
        ],
        attributes: &[
            ("id", Configured("name")),
            ("arn", Of("Arn")),
            ("has_value_wo", Of("HasValueWo")),
            ("version", Of("Version")),
        ],
        read_only: &["Arn"],
        id_is_ref: true,
        verbatim: &["Tags"],
        ..TABLE
    },
    Table {
        names: &["aws_secretsmanager_secret"],
        type_name: "AWS::SecretsManager::Secret",
        rows: &[
            argument("policy").shaped(Json),
            blocks("replica", &[]).is("ReplicaRegions"),
            left_out("force_overwrite_replica_secret"),
            left_out("recovery_window_in_days"),
            TAGS,
        ],
        attributes: &[("id", Of("Ref")), ("arn", Of("Ref"))],
        read_only: &["Id"],
        id_is_ref: true,
        ..TABLE
    },
    Table {
        names: &["aws_iam_role"],
        type_name: "AWS::IAM::Role",
        rows: &[
            argument("name").is("RoleName"),
            argument("assume_role_policy").is("AssumeRolePolicyDocument").shaped(Json),
            blocks(
                "inline_policy",
                &[argument("name").is("PolicyName"), argument("policy").is("PolicyDocument").shaped(Json)],
            )
            .is("Policies"),
            left_out("force_detach_policies"),
            TAGS,
        ],
        attributes: &[
            ("id", Of("Ref")),
            ("name", Of("Ref")),
            ("arn", Of("Arn")),
            ("unique_id", Of("RoleId")),
            ("create_date", Of("CreateDate")),
        ],
        read_only: &["Arn", "RoleId"],
        id_is_ref: true,
        verbatim: &["AssumeRolePolicyDocument", "PolicyDocument"],
        ..TABLE
    },
    Table {
        names: &["aws_iam_role_policy"],
        type_name: "AWS::IAM::RolePolicy",
        rows: &[
            argument("name").is("PolicyName"),
            argument("role").is("RoleName"),
            argument("policy").is("PolicyDocument").shaped(Json),
        ],
        attributes: &[("id", Of("Id"))],
        verbatim: &["PolicyDocument"],
        ..TABLE
    },
    Table {
        names: &["aws_iam_policy"],
        type_name: "AWS::IAM::ManagedPolicy",
        rows: &[
            argument("name").is("ManagedPolicyName"),
            argument("policy").is("PolicyDocument").shaped(Json),
            left_out("delay_after_policy_creation_in_ms"),
            TAGS,
        ],
        attributes: &[
            ("id", Of("Ref")),
            ("arn", Of("Ref")),
            ("attachment_count", Of("AttachmentCount")),
            ("policy_id", Of("PolicyId")),
        ],
        read_only: &[
            "AttachmentCount",
            "CreateDate",
            "DefaultVersionId",
            "IsAttachable",
            "PermissionsBoundaryUsageCount",
            "PolicyArn",
            "PolicyId",
            "UpdateDate",
        ],
        id_is_ref: true,
        verbatim: &["PolicyDocument"],
        ..TABLE
    },
];
