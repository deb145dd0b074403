//! What asks for tokens: gateways, GraphQL interfaces, load balancers. Sources: terraform-provider-aws, CloudFormation's
//! resource schemas.

use crate::read::terraform::provider::attribute::Attribute::Of;
use crate::read::terraform::provider::row::{
    Default::Text,
    Row,
    Shape::{Json, Keyed, Only, Pairs},
    TABLE, Table, argument, block, blocks, left_out,
};

const TAGS: Row = argument("tags").shaped(Pairs("Key"));

/// Pulumi's name for `rest_api_id`.
const REST_API: Row = argument("rest_api").is("RestApiId");

pub(super) const TABLES: &[Table] = &[
    Table {
        names: &["aws_api_gateway_rest_api"],
        type_name: "AWS::ApiGateway::RestApi",
        rows: &[
            argument("api_key_source").is("ApiKeySourceType"),
            argument("body").shaped(Json),
            block("endpoint_configuration", &[]),
            argument("policy").shaped(Json),
            argument("put_rest_api_mode").is("Mode"),
            TAGS,
        ],
        attributes: &[
            ("id", Of("Ref")),
            ("arn", Of("Arn")),
            ("created_date", Of("CreatedDate")),
            ("execution_arn", Of("ExecutionArn")),
            ("root_resource_id", Of("RootResourceId")),
        ],
        read_only: &["RestApiId", "RootResourceId"],
        id_is_ref: true,
        spellings: &["ETag"],
        verbatim: &["Body", "Parameters", "Policy"],
        ..TABLE
    },
    Table {
        names: &["aws_api_gateway_authorizer"],
        type_name: "AWS::ApiGateway::Authorizer",
        rows: &[REST_API, argument("type").or(Text("TOKEN"))],
        attributes: &[("id", Of("Ref")), ("arn", Of("Arn"))],
        read_only: &["AuthorizerId"],
        spellings: &["ProviderARNs"],
        ..TABLE
    },
    Table {
        names: &["aws_api_gateway_method"],
        type_name: "AWS::ApiGateway::Method",
        rows: &[REST_API, argument("authorization").is("AuthorizationType")],
        attributes: &[("id", Of("Id"))],
        verbatim: &[
            "RequestModels",
            "RequestParameters",
            "RequestTemplates",
            "ResponseModels",
            "ResponseParameters",
            "ResponseTemplates",
        ],
        ..TABLE
    },
    Table {
        names: &["aws_apigatewayv2_api"],
        type_name: "AWS::ApiGatewayV2::Api",
        rows: &[argument("body").shaped(Json), block("cors_configuration", &[])],
        attributes: &[
            ("id", Of("Ref")),
            ("arn", Of("Arn")),
            ("api_endpoint", Of("ApiEndpoint")),
            ("execution_arn", Of("ExecuteApiArn")),
        ],
        read_only: &["ApiEndpoint", "ApiId", "ExecuteApiArn"],
        id_is_ref: true,
        verbatim: &["Body", "Tags"],
        ..TABLE
    },
    Table {
        names: &["aws_apigatewayv2_authorizer"],
        type_name: "AWS::ApiGatewayV2::Authorizer",
        rows: &[argument("identity_sources").is("IdentitySource"), block("jwt_configuration", &[argument("audience")])],
        attributes: &[("id", Of("Ref"))],
        read_only: &["AuthorizerId"],
        ..TABLE
    },
    Table {
        names: &["aws_apigatewayv2_route"],
        type_name: "AWS::ApiGatewayV2::Route",
        rows: &[argument("request_parameter")
            .is("RequestParameters")
            .shaped(Keyed("request_parameter_key", &[left_out("request_parameter_key")]))],
        attributes: &[("id", Of("Ref"))],
        read_only: &["RouteId"],
        verbatim: &["RequestModels", "RequestParameters"],
        ..TABLE
    },
    Table {
        names: &["aws_appsync_graphql_api"],
        type_name: "AWS::AppSync::GraphQLApi",
        rows: &[
            blocks("additional_authentication_provider", APPSYNC_PROVIDER).is("AdditionalAuthenticationProviders"),
            block("enhanced_metrics_config", &[]),
            block("lambda_authorizer_config", &[]),
            block("log_config", &[argument("cloudwatch_logs_role_arn").is("CloudWatchLogsRoleArn")]),
            block("openid_connect_config", &[]),
            block("user_pool_config", &[]),
            left_out("schema"),
            TAGS,
        ],
        attributes: &[("id", Of("ApiId")), ("arn", Of("Arn")), ("uris", Of("Uris"))],
        read_only: &["ApiId", "Arn", "GraphQLDns", "GraphQLEndpointArn", "GraphQLUrl", "RealtimeDns", "RealtimeUrl"],
        spellings: &["AuthTTL", "GraphQLDns", "GraphQLEndpointArn", "GraphQLUrl", "IatTTL", "OpenIDConnectConfig"],
        verbatim: &["EnvironmentVariables"],
        ..TABLE
    },
    Table {
        names: &["aws_lb_listener", "aws_alb_listener"],
        type_name: "AWS::ElasticLoadBalancingV2::Listener",
        rows: &[
            blocks("default_action", ACTION).is("DefaultActions"),
            argument("certificate_arn").is("Certificates").shaped(Only("CertificateArn")),
            block("mutual_authentication", &[]),
            TAGS,
        ],
        attributes: &[("id", Of("Ref")), ("arn", Of("ListenerArn"))],
        read_only: &["ListenerArn"],
        id_is_ref: true,
        verbatim: &["AuthenticationRequestExtraParams"],
        ..TABLE
    },
    Table {
        names: &["aws_lb_listener_rule", "aws_alb_listener_rule"],
        type_name: "AWS::ElasticLoadBalancingV2::ListenerRule",
        rows: &[
            blocks("action", ACTION).is("Actions"),
            blocks(
                "condition",
                &[
                    block("host_header", &[]).is("HostHeaderConfig"),
                    block("http_header", &[]).is("HttpHeaderConfig"),
                    block("http_request_method", &[]).is("HttpRequestMethodConfig"),
                    block("path_pattern", &[]).is("PathPatternConfig"),
                    blocks("query_string", &[]).is("QueryStringConfig.Values"),
                    block("source_ip", &[]).is("SourceIpConfig"),
                ],
            )
            .is("Conditions"),
            TAGS,
        ],
        attributes: &[("id", Of("Ref")), ("arn", Of("RuleArn"))],
        read_only: &["IsDefault", "RuleArn"],
        id_is_ref: true,
        verbatim: &["AuthenticationRequestExtraParams"],
        ..TABLE
    },
    Table {
        names: &["aws_wafv2_web_acl_association"],
        type_name: "AWS::WAFv2::WebACLAssociation",
        attributes: &[("id", Of("Id"))],
        spellings: &["WebACLArn"],
        ..TABLE
    },
];

const APPSYNC_PROVIDER: &[Row] =
    &[block("lambda_authorizer_config", &[]), block("openid_connect_config", &[]), block("user_pool_config", &[])];

const ACTION: &[Row] = &[
    block("authenticate_cognito", &[]).is("AuthenticateCognitoConfig"),
    block("authenticate_oidc", &[]).is("AuthenticateOidcConfig"),
    block("fixed_response", &[]).is("FixedResponseConfig"),
    block(
        "forward",
        &[
            blocks("target_group", &[argument("arn").is("TargetGroupArn")]).is("TargetGroups"),
            block("stickiness", &[argument("duration").is("DurationSeconds")]).is("TargetGroupStickinessConfig"),
        ],
    )
    .is("ForwardConfig"),
    block("jwt_validation", &[blocks("additional_claim", &[]).is("AdditionalClaims")]).is("JwtValidationConfig"),
    block("redirect", &[]).is("RedirectConfig"),
];
