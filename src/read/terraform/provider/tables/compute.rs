//! What runs code, with its environment. Sources: terraform-provider-aws, CloudFormation's resource schemas.

use crate::read::terraform::provider::attribute::Attribute::{Configured, Of};
use crate::read::terraform::provider::row::{
    Row,
    Shape::{ApiJson, Pairs},
    TABLE, Table, argument, block, blocks, left_out,
};

const TAGS: Row = argument("tags").shaped(Pairs("Key"));

pub(super) const TABLES: &[Table] = &[
    Table {
        names: &["aws_lambda_function"],
        type_name: "AWS::Lambda::Function",
        rows: FUNCTION,
        attributes: &[
            ("id", Of("Ref")),
            ("function_name", Of("Ref")),
            ("name", Of("Ref")),
            ("arn", Of("Arn")),
            ("invoke_arn", Of("InvokeArn")),
            ("qualified_arn", Of("QualifiedArn")),
            ("qualified_invoke_arn", Of("QualifiedInvokeArn")),
            ("response_streaming_invoke_arn", Of("ResponseStreamingInvokeArn")),
            ("version", Of("Version")),
            ("last_modified", Of("LastModified")),
            ("code_sha256", Of("CodeSha256")),
            ("source_code_size", Of("SourceCodeSize")),
            ("signing_job_arn", Of("SigningJobArn")),
            ("signing_profile_version_arn", Of("SigningProfileVersionArn")),
        ],
        read_only: &["Arn", "SnapStartResponse"],
        id_is_ref: true,
        spellings: &["SourceKMSKeyArn", "ExecutionEnvironmentMemoryGiBPerVCpu"],
        verbatim: &["Variables"],
        ..TABLE
    },
    Table {
        names: &["aws_lambda_function_url"],
        type_name: "AWS::Lambda::Url",
        rows: &[
            argument("authorization_type").is("AuthType"),
            argument("function_name").is("TargetFunctionArn"),
            block("cors", &[]),
        ],
        attributes: &[
            ("id", Of("Id")),
            ("function_url", Of("FunctionUrl")),
            ("function_arn", Of("FunctionArn")),
            ("url_id", Of("UrlId")),
        ],
        read_only: &["FunctionArn", "FunctionUrl"],
        ..TABLE
    },
    Table {
        names: &["aws_lambda_alias"],
        type_name: "AWS::Lambda::Alias",
        rows: &[block("routing_config", &[])],
        attributes: &[("id", Of("Ref")), ("arn", Of("Ref")), ("invoke_arn", Of("InvokeArn"))],
        read_only: &["AliasArn"],
        id_is_ref: true,
        ..TABLE
    },
    Table {
        names: &["aws_lambda_permission"],
        type_name: "AWS::Lambda::Permission",
        rows: &[
            // Pulumi's name for it.
            argument("function").is("FunctionName"),
            left_out("statement_id"),
            left_out("statement_id_prefix"),
        ],
        attributes: &[("id", Of("Id"))],
        spellings: &["PrincipalOrgID"],
        ..TABLE
    },
    Table {
        names: &["aws_ecs_task_definition"],
        type_name: "AWS::ECS::TaskDefinition",
        rows: &[
            argument("container_definitions").shaped(ApiJson),
            block("ephemeral_storage", &[]),
            blocks("placement_constraints", &[]),
            block("proxy_configuration", &[]),
            block("runtime_platform", &[]),
            blocks("volume", VOLUME).is("Volumes"),
            left_out("skip_destroy"),
            left_out("track_latest"),
            TAGS,
        ],
        attributes: &[
            ("id", Of("Id")),
            ("arn", Of("Ref")),
            ("arn_without_revision", Of("ArnWithoutRevision")),
            ("revision", Of("Revision")),
        ],
        read_only: &["TaskDefinitionArn"],
        id_is_ref: true,
        spellings: &["EFSVolumeConfiguration", "FSxWindowsFileServerVolumeConfiguration", "IAM", "SizeInGiB"],
        verbatim: &["DockerLabels", "DriverOpts", "Labels", "Options"],
        ..TABLE
    },
    Table {
        names: &["aws_apprunner_service"],
        type_name: "AWS::AppRunner::Service",
        rows: &[
            block("source_configuration", APP_RUNNER_SOURCE),
            block("encryption_configuration", &[]),
            block("health_check_configuration", &[]),
            block("instance_configuration", &[]),
            block("network_configuration", &[block("egress_configuration", &[]), block("ingress_configuration", &[])]),
            block("observability_configuration", &[]),
            TAGS,
        ],
        attributes: &[
            ("id", Of("Ref")),
            ("arn", Of("ServiceArn")),
            ("service_id", Of("ServiceId")),
            ("service_url", Of("ServiceUrl")),
            ("status", Of("Status")),
        ],
        read_only: &["ServiceArn", "ServiceId", "ServiceUrl", "Status"],
        id_is_ref: true,
        ..TABLE
    },
    Table {
        names: &["aws_codebuild_project"],
        type_name: "AWS::CodeBuild::Project",
        rows: &[
            block("artifacts", &[]),
            block("build_batch_config", &[block("restrictions", &[argument("compute_types_allowed")])]),
            argument("build_timeout").is("TimeoutInMinutes"),
            block("cache", &[]),
            block(
                "environment",
                &[
                    blocks("environment_variable", &[]).is("EnvironmentVariables"),
                    block("registry_credential", &[]),
                    block("docker_server", &[]),
                    block("fleet", &[]),
                ],
            ),
            blocks("file_system_locations", &[]),
            block("logs_config", &[block("cloudwatch_logs", &[]), block("s3_logs", &[])]),
            argument("project_visibility").is("Visibility"),
            argument("queued_timeout").is("QueuedTimeoutInMinutes"),
            blocks("secondary_artifacts", &[]),
            blocks("secondary_sources", SOURCE),
            blocks("secondary_source_version", &[]).is("SecondarySourceVersions"),
            block("source", SOURCE),
            block("vpc_config", &[]),
            TAGS,
        ],
        attributes: &[
            ("id", Of("Arn")),
            ("arn", Of("Arn")),
            ("badge_url", Of("BadgeUrl")),
            ("public_project_alias", Of("PublicProjectAlias")),
        ],
        read_only: &["Arn", "Id"],
        spellings: &["CloudWatchLogs", "BuildSpec"],
        ..TABLE
    },
    Table {
        names: &["aws_amplify_app"],
        type_name: "AWS::Amplify::App",
        rows: &[
            left_out("access_token"),
            left_out("oauth_token"),
            left_out("basic_auth_credentials"),
            argument("enable_basic_auth").is("BasicAuthConfig.EnableBasicAuth"),
            argument("enable_auto_branch_creation").is("AutoBranchCreationConfig.EnableAutoBranchCreation"),
            argument("auto_branch_creation_patterns").is("AutoBranchCreationConfig.AutoBranchCreationPatterns"),
            block(
                "auto_branch_creation_config",
                &[
                    left_out("basic_auth_credentials"),
                    argument("enable_basic_auth").is("BasicAuthConfig.EnableBasicAuth"),
                    argument("environment_variables").shaped(Pairs("Name")),
                ],
            ),
            block("cache_config", &[]),
            blocks("custom_rule", &[]).is("CustomRules"),
            argument("environment_variables").shaped(Pairs("Name")),
            argument("iam_service_role_arn").is("IAMServiceRole"),
            block("job_config", &[]),
            TAGS,
        ],
        attributes: &[
            ("id", Of("AppId")),
            ("arn", Of("Arn")),
            ("default_domain", Of("DefaultDomain")),
            ("production_branch", Of("ProductionBranch")),
        ],
        read_only: &["AppId", "AppName", "Arn", "DefaultDomain"],
        spellings: &["IAMServiceRole"],
        ..TABLE
    },
    Table {
        names: &["aws_amplify_branch"],
        type_name: "AWS::Amplify::Branch",
        rows: &[
            left_out("basic_auth_credentials"),
            argument("enable_basic_auth").is("BasicAuthConfig.EnableBasicAuth"),
            argument("backend_environment_arn").is("Backend.StackArn"),
            argument("environment_variables").shaped(Pairs("Name")),
            TAGS,
        ],
        attributes: &[
            ("id", Configured("branch_name")),
            ("arn", Of("Arn")),
            ("associated_resources", Of("AssociatedResources")),
            ("custom_domains", Of("CustomDomains")),
            ("destination_branch", Of("DestinationBranch")),
            ("source_branch", Of("SourceBranch")),
        ],
        read_only: &["Arn"],
        ..TABLE
    },
];

const FUNCTION: &[Row] = &[
    argument("function_name"),
    // Pulumi's names for the function's name and for its code.
    argument("name").is("FunctionName"),
    argument("code"),
    argument("filename").is("Code"),
    argument("image_uri").is("Code.ImageUri"),
    argument("s3_bucket").is("Code.S3Bucket"),
    argument("s3_key").is("Code.S3Key"),
    argument("s3_object_version").is("Code.S3ObjectVersion"),
    argument("source_kms_key_arn").is("Code.SourceKMSKeyArn"),
    block("capacity_provider_config", &[block("lambda_managed_instances_capacity_provider_config", &[])]),
    block("dead_letter_config", &[]),
    block("durable_config", &[argument("retention_period").is("RetentionPeriodInDays")]),
    block("environment", &[]),
    block("ephemeral_storage", &[]),
    blocks("file_system_config", &[]).is("FileSystemConfigs"),
    block("image_config", &[argument("command"), argument("entry_point")]),
    block("logging_config", &[]),
    block("snap_start", &[left_out("optimization_status")]),
    block("tenancy_config", &[]),
    block("tracing_config", &[]),
    block("vpc_config", &[left_out("vpc_id")]),
    left_out("source_code_hash"),
    left_out("publish"),
    left_out("publish_to"),
    left_out("skip_destroy"),
    left_out("replace_security_groups_on_destroy"),
    left_out("replacement_security_group_ids"),
    TAGS,
];

const VOLUME: &[Row] = &[
    argument("host_path").is("Host.SourcePath"),
    block("docker_volume_configuration", &[]),
    block("efs_volume_configuration", &[block("authorization_config", &[])]),
    block("fsx_windows_file_server_volume_configuration", &[block("authorization_config", &[])]),
];

const APP_RUNNER_ENVIRONMENT: &[Row] = &[
    argument("runtime_environment_variables").shaped(Pairs("Name")),
    argument("runtime_environment_secrets").shaped(Pairs("Name")),
];

const APP_RUNNER_SOURCE: &[Row] = &[
    block("authentication_configuration", &[]),
    block(
        "code_repository",
        &[
            block("code_configuration", &[block("code_configuration_values", APP_RUNNER_ENVIRONMENT)]),
            block("source_code_version", &[]),
        ],
    ),
    block("image_repository", &[block("image_configuration", APP_RUNNER_ENVIRONMENT)]),
];

const SOURCE: &[Row] = &[
    block("auth", &[]),
    block("build_status_config", &[]),
    argument("buildspec").is("BuildSpec"),
    block("git_submodules_config", &[]),
];
