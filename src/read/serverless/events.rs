//! Events of functions, as far as they have to do with who may call: authorizers and triggers of user pools.
//!
//! <https://www.serverless.com/framework/docs/providers/aws/events/apigateway>,
//! <https://www.serverless.com/framework/docs/providers/aws/events/http-api>,
//! <https://www.serverless.com/framework/docs/providers/aws/events/cognito-user-pool>

use crate::source::Span;
use crate::syntax::tree::{Node, NodeKind, Pair};

use super::functions::{api, listed, resource};
use super::naming;
use crate::read::nodes::{self, attribute, is_map, map, merge, pair, pair_at, reference, text};

/// The resources that an event of a function makes.
pub(super) fn resources(function: &str, event: &Node) -> Vec<Pair> {
    let [Pair { key: kind, value: event, .. }] = event.pairs() else { return Vec::new() };
    match &**kind {
        "http" => rest(event),
        "httpApi" => vec![api(naming::HTTP_API, "AWS::ApiGatewayV2::Api", event.span)],
        "cognitoUserPool" => pool(function, event),
        _ => Vec::new(),
    }
}

/// The API of an `http` event, and its authorizer if that works with user pools.
fn rest(event: &Node) -> Vec<Pair> {
    let mut made = vec![api(naming::REST_API, "AWS::ApiGateway::RestApi", event.span)];
    made.extend(event.get("authorizer").and_then(rest_authorizer));
    made
}

fn rest_authorizer(written: &Node) -> Option<Pair> {
    let is_pool = |arn: &Node| arn.text().is_some_and(|arn| arn.contains(":cognito-idp:"));
    let has_type = |node: &Node| node.text().is_some_and(|name| name.eq_ignore_ascii_case("COGNITO_USER_POOLS"));
    let arn = if is_map(written) { written.get("arn")? } else { written };
    if !is_pool(arn) && !written.get("type").is_some_and(has_type) {
        return None;
    }
    let name = written.get("name").and_then(Node::text);
    let name = name.or_else(|| arn.text()?.rsplit([':', '-']).next()).unwrap_or("authorizer");
    let span = written.span;
    let properties = vec![
        pair("Name", text(name, span)),
        pair("Type", text("COGNITO_USER_POOLS", span)),
        pair("ProviderARNs", listed(arn)),
        pair("RestApiId", reference(naming::REST_API, span)),
    ];
    Some(pair_at(naming::rest_authorizer(name), span, resource("AWS::ApiGateway::Authorizer", map(properties, span))))
}

/// `provider.httpApi.authorizers`
pub(super) fn http_authorizers(http_api: &Node) -> Vec<Pair> {
    let authorizers = http_api.get("authorizers").map(Node::pairs).unwrap_or_default();
    let made = authorizers.iter().filter_map(|Pair { key: name, key_span, value }| {
        let issuer = value.get("issuerUrl")?;
        let span = value.span;
        let mut jwt = vec![pair("Issuer", issuer.clone())];
        jwt.extend(value.get("audience").map(|audience| pair("Audience", listed(audience))));
        let api = http_api.get("id").cloned().unwrap_or_else(|| reference(naming::HTTP_API, span));
        let properties = vec![
            pair("Name", text(name.clone(), span)),
            pair("AuthorizerType", text("JWT", span)),
            pair("ApiId", api),
            pair("JwtConfiguration", map(jwt, span)),
        ];
        let made = resource("AWS::ApiGatewayV2::Authorizer", map(properties, span));
        Some(pair_at(naming::http_authorizer(name), *key_span, made))
    });
    made.collect()
}

/// The pool of a `cognitoUserPool` event with its trigger, and the pool's permission. A pool that exists is changed
/// when all resources are known; see [`trigger_existing`].
fn pool(function: &str, event: &Node) -> Vec<Pair> {
    let trigger = event.get("trigger").and_then(Node::text);
    let (Some(name), Some(trigger)) = (event.get("pool"), trigger) else { return Vec::new() };
    if is_existing(event) {
        return Vec::new();
    }
    let Some(pool_name) = name.text() else { return Vec::new() };
    let (span, id) = (event.span, naming::pool(pool_name));
    let config = map(vec![pair(trigger, target(function, span))], span);
    let properties = map(vec![pair("UserPoolName", name.clone()), pair("LambdaConfig", config)], span);
    let permission = permission(function, attribute(&id, "Arn", span), span);
    vec![
        pair_at(id, span, resource("AWS::Cognito::UserPool", properties)),
        pair_at(naming::pool_permission(function, pool_name, trigger), span, permission),
    ]
}

fn permission(function: &str, pool: Node, span: Span) -> Node {
    let properties = vec![
        pair("Action", text("lambda:InvokeFunction", span)),
        pair("FunctionName", target(function, span)),
        pair("Principal", text("cognito-idp.amazonaws.com", span)),
        pair("SourceArn", pool),
    ];
    resource("AWS::Lambda::Permission", map(properties, span))
}

fn target(function: &str, span: Span) -> Node {
    attribute(&naming::function(function), "Arn", span)
}

fn is_existing(event: &Node) -> bool {
    event.get("existing").is_some_and(|value| value.kind == NodeKind::Bool(true))
}

/// Sets a trigger in the pool that an event calls existing, if the template has one of that name; where that cannot be
/// told, the triggers of every pool stay open. The framework finds the pool by its name once the stack is there.
pub(super) fn trigger_existing(resources: &mut Vec<Pair>, function: &Pair) {
    let events = function.value.get("events").map(Node::items).unwrap_or_default();
    for event in events.iter().filter_map(|event| event.get("cognitoUserPool")).filter(|event| is_existing(event)) {
        let trigger = event.get("trigger").and_then(Node::text);
        let (Some(name), Some(trigger)) = (event.get("pool"), trigger) else { continue };
        let is_pool = |pair: &&mut Pair| pair.value.get("Type").and_then(Node::text) == Some("AWS::Cognito::UserPool");
        let mut permissions = Vec::new();
        for pool in resources.iter_mut().filter(is_pool) {
            let pool_name = pool.value.at(&["Properties", "UserPoolName"]);
            let is_named = pool_name.map(|pool_name| nodes::same(pool_name, name));
            let span = event.span;
            let config = match is_named {
                Some(true) => pair(trigger, target(&function.key, span)),
                Some(false) if name.text().is_some() && pool_name.is_some_and(|name| name.text().is_some()) => continue,
                _ => pair(nodes::OPEN, text("", span)),
            };
            let properties = map(vec![pair("LambdaConfig", map(vec![config], span))], span);
            merge(&mut pool.value, map(vec![pair("Properties", properties)], span));
            if is_named == Some(true) {
                let id = format!("{}{trigger}PermissionFor{}", naming::function(&function.key), pool.key);
                let permission = permission(&function.key, attribute(&pool.key, "Arn", span), span);
                permissions.push(pair_at(id, span, permission));
            }
        }
        resources.extend(permissions);
    }
}

/// The API of the plugin for AppSync, in the shape of its second version (`appSync`) or its first (`custom.appSync`).
///
/// <https://github.com/sid88in/serverless-appsync-plugin/blob/master/doc/authentication.md>
pub(super) fn app_sync(section: &Node) -> Option<Pair> {
    let span = section.span;
    let main = section.get("authentication").unwrap_or(section);
    let mut properties = authentication(main)?;
    let more = section.get("additionalAuthentications").or_else(|| section.get("additionalAuthenticationProviders"));
    if let Some(more) = more {
        let providers = more.items().iter().filter_map(|one| Some(map(authentication(one)?, one.span)));
        properties.push(pair("AdditionalAuthenticationProviders", nodes::list(providers.collect(), more.span)));
    }
    properties.extend(section.get("name").map(|name| pair("Name", name.clone())));
    Some(pair_at("GraphQlApi", span, resource("AWS::AppSync::GraphQLApi", map(properties, span))))
}

fn authentication(written: &Node) -> Option<Vec<Pair>> {
    let kind = written.get("type").or_else(|| written.get("authenticationType"))?;
    let mut properties = vec![pair("AuthenticationType", kind.clone())];
    if let Some(config) = written.get("config").or_else(|| written.get("userPoolConfig")) {
        let names = [
            ("userPoolId", "UserPoolId"),
            ("awsRegion", "AwsRegion"),
            ("defaultAction", "DefaultAction"),
            ("appIdClientRegex", "AppIdClientRegex"),
        ];
        let pairs = names.iter().filter_map(|(key, name)| Some(pair(*name, config.get(key)?.clone())));
        properties.push(pair("UserPoolConfig", map(pairs.collect(), config.span)));
    }
    Some(properties)
}
