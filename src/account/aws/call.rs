//! Calls of services that are asked too little to bring their whole SDK: signed, retried and timed out by the SDK's own
//! runtime, with the configuration that its clients have.

use std::error::Error;
use std::fmt;

use aws_config::SdkConfig;
use aws_runtime::auth::SigV4OperationSigningConfig;
use aws_runtime::auth::sigv4::{SCHEME_ID, SigV4AuthScheme};
use aws_runtime::retries::classifiers::AwsErrorCodeClassifier;
use aws_smithy_runtime::client::orchestrator::operation::Operation;
use aws_smithy_runtime::client::retries::classifiers::{HttpStatusCodeClassifier, TransientErrorClassifier};
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::auth::static_resolver::StaticAuthSchemeOptionResolver;
use aws_smithy_runtime_api::client::auth::{
    AuthSchemeOptionResolverParams, SharedAuthScheme, SharedAuthSchemeOptionResolver,
};
use aws_smithy_runtime_api::client::identity::SharedIdentityResolver;
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse, OrchestratorError};
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponentsBuilder;
use aws_smithy_runtime_api::client::runtime_plugin::StaticRuntimePlugin;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::Layer;
use aws_smithy_types::error::ErrorMetadata;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use aws_types::SigningName;
use aws_types::region::{Region, SigningRegion};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value};

use super::xml;

/// A service, and how it is spoken to.
#[derive(Clone, Copy, Debug)]
pub struct Service {
    /// Its name in requests' signatures and in the names of its hosts.
    pub name: &'static str,
    /// The one region of each partition in which it can be asked, where it is not asked in every region.
    pub home: Option<fn(&str) -> &'static str>,
    /// How parameters and answers are written.
    pub protocol: Protocol,
}

/// How parameters and answers are written.
#[derive(Clone, Copy, Debug)]
pub enum Protocol {
    /// JSON, with the operation in the header `X-Amz-Target` behind this prefix.
    Json(&'static str),
    /// JSON sent to a path of the operation's name.
    RestJson,
    /// A form of this version's API, answered in XML.
    Query(&'static str),
}

/// User pools, which have an SDK of their own.
pub const USERS: Service =
    Service { name: "cognito-idp", home: None, protocol: Protocol::Json("AWSCognitoIdentityProviderService") };
/// What web ACL protects a resource.
pub const WAF: Service = Service { name: "wafv2", home: None, protocol: Protocol::Json("AWSWAF_20190729") };
/// What was called in an account.
pub const CLOUDTRAIL: Service = Service {
    name: "cloudtrail",
    home: None,
    protocol: Protocol::Json("com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101"),
};
/// Which stack a resource is of.
pub const CLOUDFORMATION: Service =
    Service { name: "cloudformation", home: None, protocol: Protocol::Query("2010-05-15") };
/// Roles.
pub const IAM: Service = Service {
    name: "iam",
    home: Some(|region| match region {
        _ if region.starts_with("cn-") => "cn-north-1",
        _ if region.starts_with("us-gov-") => "us-gov-west-1",
        _ => "us-east-1",
    }),
    protocol: Protocol::Query("2010-05-08"),
};
/// Which regions an account uses.
pub const ACCOUNT: Service = Service {
    name: "account",
    home: Some(|region| if region.starts_with("cn-") { "cn-northwest-1" } else { "us-east-1" }),
    protocol: Protocol::RestJson,
};

/// What a service refuses a call with.
#[derive(Debug)]
pub struct Fault(ErrorMetadata);

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(out)
    }
}

impl Error for Fault {}

impl ProvideErrorMetadata for Fault {
    fn meta(&self) -> &ErrorMetadata {
        &self.0
    }
}

/// Calls an operation with these members and gives its answer in the members of the service's own documentation; in
/// answers that come as XML every leaf is a text.
///
/// # Errors
/// What the service refuses with, or what keeps it from answering.
pub async fn call(
    config: &SdkConfig,
    service: Service,
    operation: &'static str,
    members: &Map<String, Value>,
) -> Result<Value, SdkError<Fault, HttpResponse>> {
    let given = config.region().map_or("us-east-1", Region::as_ref);
    let region = service.home.map_or_else(|| given.to_owned(), |home| home(given).to_owned());
    let endpoint = config.endpoint_url().map_or_else(|| host(service, &region, config), str::to_owned);
    let mut call = Operation::builder().service_name(service.name).operation_name(operation).endpoint_url(&endpoint);
    if let Some(time) = config.time_source() {
        call = call.time_source(time);
    }
    if let Some(sleep) = config.sleep_impl() {
        call = call.sleep_impl(sleep);
    }
    if let Some(client) = config.http_client() {
        call = call.http_client(client);
    }
    call.standard_retry(config.retry_config().unwrap_or(&RetryConfig::standard()))
        .timeout_config(config.timeout_config().cloned().unwrap_or_else(TimeoutConfig::disabled))
        .retry_classifier(TransientErrorClassifier::<Fault>::new())
        .retry_classifier(HttpStatusCodeClassifier::default())
        .retry_classifier(AwsErrorCodeClassifier::<Fault>::new())
        .runtime_plugin(signing(config, service, region))
        .serializer(move |body: String| request(service, operation, body))
        .deserializer(move |answer: &HttpResponse| read(service, operation, answer))
        .build()
        .invoke(body(service, operation, members))
        .await
}

/// Where a service is asked.
pub fn host(service: Service, region: &str, config: &SdkConfig) -> String {
    let suffix = if region.starts_with("cn-") { "amazonaws.com.cn" } else { "amazonaws.com" };
    let fips = if config.use_fips().unwrap_or(false) { "-fips" } else { "" };
    match service.home {
        // The endpoint of roles in AWS's main partition carries no region.
        Some(_) if service.name == IAM.name && region == "us-east-1" => format!("https://iam{fips}.{suffix}"),
        Some(_) if service.name == IAM.name && region == "us-gov-west-1" => format!("https://iam.us-gov.{suffix}"),
        _ => format!("https://{}{fips}.{region}.{suffix}", service.name),
    }
}

/// What signs the calls of a service with the credentials of `config`.
fn signing(config: &SdkConfig, service: Service, region: String) -> StaticRuntimePlugin {
    let mut components = RuntimeComponentsBuilder::new("signing")
        .with_auth_scheme(SharedAuthScheme::new(SigV4AuthScheme::new()))
        .with_auth_scheme_option_resolver(Some(SharedAuthSchemeOptionResolver::new(
            StaticAuthSchemeOptionResolver::new(vec![SCHEME_ID]),
        )))
        .with_identity_cache(config.identity_cache());
    if let Some(credentials) = config.credentials_provider() {
        components.set_identity_resolver(SCHEME_ID, SharedIdentityResolver::new(credentials));
    }
    let mut layer = Layer::new("signing");
    layer.store_put(AuthSchemeOptionResolverParams::new(()));
    layer.store_put(SigV4OperationSigningConfig {
        region: Some(SigningRegion::from(Region::new(region))),
        name: Some(SigningName::from_static(service.name)),
        ..SigV4OperationSigningConfig::default()
    });
    StaticRuntimePlugin::new().with_config(layer.freeze()).with_runtime_components(components)
}

fn body(service: Service, operation: &str, members: &Map<String, Value>) -> String {
    let Protocol::Query(version) = service.protocol else { return Value::Object(members.clone()).to_string() };
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let member =
        |(key, value): (&String, &Value)| format!("&{key}={}", utf8_percent_encode(&text(value), NON_ALPHANUMERIC));
    format!("Action={operation}&Version={version}") + &members.iter().map(member).collect::<String>()
}

fn request(service: Service, operation: &str, body: String) -> Result<HttpRequest, BoxError> {
    let mut request = HttpRequest::new(SdkBody::from(body));
    request.set_method("POST")?;
    let content = match service.protocol {
        Protocol::Json(prefix) => {
            request.headers_mut().try_insert("x-amz-target", format!("{prefix}.{operation}"))?;
            "application/x-amz-json-1.1"
        }
        Protocol::RestJson => {
            request.set_uri(format!("/{}{}", operation[..1].to_lowercase(), &operation[1..]))?;
            "application/json"
        }
        Protocol::Query(_) => "application/x-www-form-urlencoded",
    };
    request.headers_mut().try_insert("content-type", content)?;
    Ok(request)
}

fn read(service: Service, operation: &str, answer: &HttpResponse) -> Result<Value, OrchestratorError<Fault>> {
    let body = answer.body().bytes().unwrap_or_default();
    let parsed = match service.protocol {
        Protocol::Query(_) => xml::parse(body),
        _ if body.is_empty() => Ok(Value::Null),
        _ => serde_json::from_slice(body).map_err(BoxError::from),
    };
    if !answer.status().is_success() {
        // A refusal whose body cannot be read is told by its status.
        let header = answer.headers().get("x-amzn-errortype");
        return Err(OrchestratorError::operation(fault(header, &parsed.unwrap_or_default())));
    }
    let mut value = parsed.map_err(OrchestratorError::response)?;
    if let Protocol::Query(_) = service.protocol {
        value = value.get_mut(format!("{operation}Result")).map(Value::take).unwrap_or_default();
    }
    Ok(value)
}

/// What a refusal says: its code stands in a header or in the body, with names of shapes and addresses around it.
fn fault(header: Option<&str>, body: &Value) -> Fault {
    let body = body.get("Error").unwrap_or(body);
    let text = |keys: &[&str]| keys.iter().find_map(|key| body.get(*key)?.as_str());
    let code = header.or_else(|| text(&["__type", "Code", "code"])).map(|code| {
        let code = code.split_once(':').map_or(code, |(code, _)| code);
        code.rsplit('#').next().unwrap_or(code)
    });
    let metadata = ErrorMetadata::builder();
    let metadata = if let Some(code) = code { metadata.code(code) } else { metadata };
    let message = text(&["message", "Message"]);
    Fault(if let Some(message) = message { metadata.message(message) } else { metadata }.build())
}

#[cfg(test)]
mod tests {
    use aws_config::retry::RetryConfig;
    use aws_config::{BehaviorVersion, Region};
    use aws_sdk_sts::config::{Credentials, SharedCredentialsProvider};
    use aws_smithy_http_client::test_util::{ReplayEvent, StaticReplayClient};
    use aws_smithy_runtime_api::http;

    use super::*;

    type Refused = Box<SdkError<Fault, HttpResponse>>;

    fn answer(status: u16, body: &str) -> HttpResponse {
        HttpResponse::new(http::StatusCode::try_from(status).unwrap(), SdkBody::from(body))
    }

    fn replay(answers: Vec<HttpResponse>) -> (StaticReplayClient, SdkConfig) {
        let event = |answer| ReplayEvent::new(HttpRequest::new(SdkBody::empty()), answer);
        let client = StaticReplayClient::new(answers.into_iter().map(event).collect());
        let config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("eu-west-1"))
            .credentials_provider(SharedCredentialsProvider::new(Credentials::for_tests()))
            .retry_config(RetryConfig::disabled())
            .http_client(client.clone())
            .build();
        (client, config)
    }

    fn call(config: &SdkConfig, service: Service, members: &Map<String, Value>) -> Result<Value, Refused> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        runtime.block_on(super::call(config, service, "GetRole", members)).map_err(Box::new)
    }

    #[test]
    fn json_services_are_told_the_operation_in_a_header() {
        let (client, config) = replay(vec![answer(200, r#"{"WebACL":{"Name":"edge"}}"#)]);
        let members = serde_json::json!({ "ResourceArn": "arn" });
        let got = call(&config, WAF, members.as_object().unwrap()).unwrap();
        assert_eq!(got["WebACL"]["Name"], "edge");
        let request = client.actual_requests().next().unwrap();
        assert_eq!(request.uri(), "https://wafv2.eu-west-1.amazonaws.com/");
        assert_eq!(request.headers().get("x-amz-target"), Some("AWSWAF_20190729.GetRole"));
        assert_eq!(request.body().bytes(), Some(&br#"{"ResourceArn":"arn"}"#[..]));
        let signed = request.headers().get("authorization").unwrap();
        assert!(signed.contains("/eu-west-1/wafv2/aws4_request"), "{signed}");
    }

    #[test]
    fn forms_are_answered_in_xml_and_asked_at_home() {
        let body =
            "<GetRoleResponse><GetRoleResult><Role><RoleName>a b</RoleName></Role></GetRoleResult></GetRoleResponse>";
        let (client, config) = replay(vec![answer(200, body)]);
        let members = serde_json::json!({ "RoleName": "a b" });
        let got = call(&config, IAM, members.as_object().unwrap()).unwrap();
        assert_eq!(got["Role"]["RoleName"], "a b");
        let request = client.actual_requests().next().unwrap();
        assert_eq!(request.uri(), "https://iam.amazonaws.com/");
        assert_eq!(request.body().bytes(), Some(&b"Action=GetRole&Version=2010-05-08&RoleName=a%20b"[..]));
        assert!(request.headers().get("authorization").unwrap().contains("/us-east-1/iam/aws4_request"));
    }

    #[test]
    fn refusals_keep_their_code_and_message() {
        let xml = "<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>";
        let json = r#"{"__type":"com.amazonaws.wafv2#WAFNonexistentItemException","message":"no"}"#;
        let cases = [(IAM, xml, "AccessDenied"), (WAF, json, "WAFNonexistentItemException")];
        for (service, body, code) in cases {
            let (_, config) = replay(vec![answer(400, body)]);
            let refused = call(&config, service, &Map::new()).unwrap_err();
            let SdkError::ServiceError(refused) = *refused else { panic!("it is no refusal by the service") };
            assert_eq!((refused.err().code(), refused.err().message()), (Some(code), Some("no")));
        }
    }

    #[test]
    fn what_is_no_answer_is_an_error() {
        let (_, config) = replay(vec![answer(200, "<a"), answer(200, "{"), answer(503, "busy")]);
        for service in [IAM, WAF, WAF] {
            assert!(call(&config, service, &Map::new()).is_err());
        }
    }
}
