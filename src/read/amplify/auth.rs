//! `cli-inputs.json` of the auth category, as the resources that the Amplify CLI makes of it.
//!
//! <https://github.com/aws-amplify/amplify-cli/blob/dev/packages/amplify-category-auth/src/provider-utils/awscloudformation/auth-stack-builder/auth-cognito-stack-builder.ts>

use std::sync::Arc;

use crate::read::nodes::{attribute, call, list, map, pair, pair_at, reference, text, unknown};
use crate::source::Span;
use crate::syntax::json;
use crate::syntax::tree::{Node, NodeKind, Pair};

/// The logical ids of what the CLI makes, and what its outputs are called in other stacks.
pub const POOL: &str = "UserPool";
pub const NATIVE_CLIENT: &str = "UserPoolClient";
pub const WEB_CLIENT: &str = "UserPoolClientWeb";
pub const IDENTITY_POOL: &str = "IdentityPool";

/// What the password must have, by the words of the CLI.
const CHARACTERS: &[(&str, &str)] = &[
    ("Requires Lowercase", "RequireLowercase"),
    ("Requires Numbers", "RequireNumbers"),
    ("Requires Symbols", "RequireSymbols"),
    ("Requires Uppercase", "RequireUppercase"),
];

/// Triggers whose names differ from the pool's.
const TRIGGERS: &[(&str, &str)] = &[("PreSignup", "PreSignUp")];

/// What `cognitoConfig` says. Spans are those of the template that is made.
struct Config<'n>(&'n Node);

impl<'n> Config<'n> {
    fn get(&self, key: &str) -> Option<&'n Node> {
        self.0.get(key).filter(|node| node.kind != NodeKind::Null)
    }

    /// The entries of a list; a text with commas is one too.
    fn texts(&self, key: &str) -> Vec<Arc<str>> {
        let Some(node) = self.get(key) else { return Vec::new() };
        let written: Vec<Arc<str>> = match node.text() {
            Some(text) => vec![text.into()],
            None => node.items().iter().filter_map(Node::scalar).collect(),
        };
        let split = written.iter().flat_map(|text| text.split(','));
        split.map(|text| Arc::from(text.trim())).filter(|text: &Arc<str>| !text.is_empty()).collect()
    }

    fn is_true(&self, key: &str) -> bool {
        self.get(key).and_then(Node::scalar).is_some_and(|value| &*value == "true")
    }

    /// JSON inside a text, or as it is. What stands in a text has the text's place.
    fn json(&self, key: &str) -> Option<Node> {
        let node = self.get(key)?;
        let Some(written) = node.text() else { return Some(node.clone()) };
        let inner = json::parse(written).documents.into_iter().next()?;
        Some(placed(&inner, node.span))
    }

    fn span(&self, key: &str) -> Span {
        self.get(key).map_or(self.0.span, |node| node.span)
    }
}

fn placed(node: &Node, span: Span) -> Node {
    let kind = match &node.kind {
        NodeKind::List(items) => NodeKind::List(items.iter().map(|item| placed(item, span)).collect()),
        NodeKind::Map(pairs) => {
            let one = |one: &Pair| pair_at(one.key.clone(), span, placed(&one.value, span));
            NodeKind::Map(pairs.iter().map(one).collect())
        }
        scalar => scalar.clone(),
    };
    Node { kind, span, ..node.clone() }
}

fn texts(texts: &[Arc<str>], span: Span) -> Node {
    list(texts.iter().map(|one| text(one.clone(), span)).collect(), span)
}

/// The resources of the category; `None` where this is no configuration of Cognito.
pub fn resources(inputs: &Node) -> Option<Vec<Pair>> {
    let config = inputs.get("cognitoConfig")?;
    let selections = config.get("authSelections").and_then(Node::text).unwrap_or("identityPoolAndUserPool");
    let (has_pool, has_identities) = (selections != "identityPoolOnly", selections != "userPoolOnly");
    let config = Config(config);
    let mut made = Vec::new();
    if has_pool {
        made.push(resource(POOL, "AWS::Cognito::UserPool", pool(&config), config.0.span));
        for (id, suffix) in [(WEB_CLIENT, "Web"), (NATIVE_CLIENT, "")] {
            made.push(resource(id, "AWS::Cognito::UserPoolClient", client(&config, suffix), config.0.span));
        }
        made.extend(domain(&config));
    }
    if has_identities {
        made.push(resource(IDENTITY_POOL, "AWS::Cognito::IdentityPool", identities(&config, has_pool), config.0.span));
    }
    Some(made)
}

/// The value of an attribute that other categories take from auth by its name.
pub fn attribute_of(name: &str, span: Span) -> Node {
    match name {
        "UserPoolId" => reference(POOL, span),
        "UserPoolArn" => attribute(POOL, "Arn", span),
        "AppClientIDWeb" => reference(WEB_CLIENT, span),
        "AppClientID" => reference(NATIVE_CLIENT, span),
        "IdentityPoolId" => reference(IDENTITY_POOL, span),
        _ => unknown(span),
    }
}

fn resource(id: &str, type_name: &str, properties: Vec<Pair>, span: Span) -> Pair {
    pair_at(id, span, map(vec![pair("Type", text(type_name, span)), pair("Properties", map(properties, span))], span))
}

/// A name with the environment's behind it.
fn in_environment(name: &Node) -> Node {
    let span = name.span;
    let parts = vec![name.clone(), text("-", span), reference("env", span)];
    call("Fn::Join", list(vec![text("", span), list(parts, span)], span))
}

fn pool(config: &Config<'_>) -> Vec<Pair> {
    let mut properties = Vec::new();
    properties.extend(config.get("userPoolName").map(|name| pair("UserPoolName", in_environment(name))));
    properties.push(pair("Policies", policies(config)));
    if let Some(value) = config.get("usernameCaseSensitive") {
        properties.push(pair("UsernameConfiguration", map(vec![pair("CaseSensitive", value.clone())], value.span)));
    }
    let required = config.texts("requiredAttributes");
    if !required.is_empty() {
        properties.push(pair("Schema", schema(&required, config.span("requiredAttributes"))));
    }
    properties.extend(triggers(config));
    for (key, name) in [("usernameAttributes", "UsernameAttributes"), ("aliasAttributes", "AliasAttributes")] {
        let values = config.texts(key);
        if values.first().is_some_and(|first| &**first != "username") {
            properties.push(pair(name, texts(&values, config.span(key))));
        }
    }
    let verified = verified(config);
    if !verified.is_empty() {
        let value = texts(&verified, config.span("autoVerifiedAttributes"));
        let settings = map(vec![pair("AttributesRequireVerificationBeforeUpdate", value.clone())], value.span);
        properties.push(pair("AutoVerifiedAttributes", value));
        properties.push(pair("UserAttributeUpdateSettings", settings));
    }
    properties.extend(second_factors(config, &verified));
    properties
}

fn policies(config: &Config<'_>) -> Node {
    let wanted = config.texts("passwordPolicyCharacters");
    let span = config.span("passwordPolicyCharacters");
    let mut policy: Vec<Pair> = Vec::new();
    policy.extend(config.get("passwordPolicyMinLength").map(|value| pair("MinimumLength", value.clone())));
    for (word, name) in CHARACTERS {
        let is_wanted = wanted.iter().any(|mine| &**mine == *word);
        policy.push(pair(*name, Node::new(NodeKind::Bool(is_wanted), span)));
    }
    map(vec![pair("PasswordPolicy", map(policy, span))], span)
}

fn schema(required: &[Arc<str>], span: Span) -> Node {
    let is_true = || Node::new(NodeKind::Bool(true), span);
    let one = |name: &Arc<str>| {
        map(vec![pair("Name", text(name.clone(), span)), pair("Required", is_true()), pair("Mutable", is_true())], span)
    };
    list(required.iter().map(one).collect(), span)
}

/// The triggers are functions of stacks of their own.
fn triggers(config: &Config<'_>) -> Option<Pair> {
    let written = config.json("triggers")?;
    let triggers = written.pairs().iter().map(|trigger| {
        let name = TRIGGERS.iter().find(|(key, _)| *key == &*trigger.key).map_or(&*trigger.key, |(_, name)| *name);
        pair_at(name, trigger.key_span, unknown(trigger.key_span))
    });
    let triggers: Vec<Pair> = triggers.collect();
    (!triggers.is_empty()).then(|| pair("LambdaConfig", map(triggers, written.span)))
}

/// What is verified by itself: aliases are added to what was asked for.
fn verified(config: &Config<'_>) -> Vec<Arc<str>> {
    let mut verified = config.texts("autoVerifiedAttributes");
    if config.get("autoVerifiedAttributes").is_some() {
        verified.extend(config.texts("aliasAttributes"));
    }
    verified.retain(|name| matches!(&**name, "email" | "phone_number"));
    verified.sort();
    verified.dedup();
    verified
}

fn second_factors(config: &Config<'_>, verified: &[Arc<str>]) -> Vec<Pair> {
    let Some(mode) = config.get("mfaConfiguration") else { return Vec::new() };
    let mut properties = vec![pair("MfaConfiguration", mode.clone())];
    let kinds = config.texts("mfaTypes");
    let has = |kind: &str| mode.text() != Some("OFF") && kinds.iter().any(|mine| &**mine == kind);
    let span = config.span("mfaTypes");
    let phone = |names: &[Arc<str>]| names.iter().any(|name| &**name == "phone_number");
    let sends_texts = has("SMS Text Message")
        || phone(verified)
        || phone(&config.texts("usernameAttributes"))
        || phone(&config.texts("aliasAttributes"));
    let mut factors = Vec::new();
    if has("SMS Text Message") {
        factors.push(text("SMS_MFA", span));
    }
    if has("TOTP") {
        factors.push(text("SOFTWARE_TOKEN_MFA", span));
    }
    if !factors.is_empty() {
        properties.push(pair("EnabledMfas", list(factors, span)));
    }
    // Older versions of the CLI set it up in any case.
    let sms = if sends_texts { map(vec![pair("SnsCallerArn", unknown(span))], span) } else { unknown(span) };
    properties.push(pair("SmsConfiguration", sms));
    properties
}

/// A client: the one for browsers (`Web`) never has a secret, the one for devices has one where that is asked for.
fn client(config: &Config<'_>, suffix: &str) -> Vec<Pair> {
    let here = config.0.span;
    let mut properties = vec![pair("UserPoolId", reference(POOL, here))];
    if let Some(name) = config.get("resourceNameTruncated").and_then(Node::text) {
        let name = text(format!("{name}_app_client{suffix}"), config.span("resourceNameTruncated"));
        properties.push(pair("ClientName", name));
    }
    if let Some(days) = config.get("userpoolClientRefreshTokenValidity") {
        properties.push(pair("RefreshTokenValidity", days.clone()));
        properties.push(pair("TokenValidityUnits", map(vec![pair("RefreshToken", text("days", here))], here)));
    }
    if suffix.is_empty() {
        let secret = config.get("userpoolClientGenerateSecret");
        properties.extend(secret.map(|secret| pair("GenerateSecret", secret.clone())));
    }
    if config.is_true("userpoolClientSetAttributes") {
        for (key, name) in
            [("userpoolClientReadAttributes", "ReadAttributes"), ("userpoolClientWriteAttributes", "WriteAttributes")]
        {
            properties.extend(config.get(key).map(|value| pair(name, value.clone())));
        }
    }
    properties.extend(oauth(config));
    properties
}

fn oauth(config: &Config<'_>) -> Vec<Pair> {
    let Some(settings) = config.json("oAuthMetadata") else { return Vec::new() };
    let span = settings.span;
    let mut properties = vec![pair("AllowedOAuthFlowsUserPoolClient", Node::new(NodeKind::Bool(true), span))];
    for name in ["AllowedOAuthFlows", "AllowedOAuthScopes", "CallbackURLs", "LogoutURLs"] {
        properties.extend(settings.get(name).map(|value| pair(name, value.clone())));
    }
    // The named providers are made by a program of the CLI.
    let has_others = config.json("hostedUIProviderMeta").is_some_and(|meta| !meta.items().is_empty());
    let mut providers = vec![text("COGNITO", span)];
    if has_others {
        providers.push(unknown(span));
    }
    properties.push(pair("SupportedIdentityProviders", list(providers, span)));
    properties
}

/// The domain, which a program of the CLI makes.
fn domain(config: &Config<'_>) -> Option<Pair> {
    let name = config.get("hostedUIDomainName")?;
    let span = name.span;
    let properties = vec![pair("Domain", in_environment(name)), pair("UserPoolId", reference(POOL, span))];
    Some(resource("HostedUIDomain", "AWS::Cognito::UserPoolDomain", properties, span))
}

fn identities(config: &Config<'_>, has_pool: bool) -> Vec<Pair> {
    let mut properties = Vec::new();
    let guests = config.get("allowUnauthenticatedIdentities");
    properties.extend(guests.map(|guests| pair("AllowUnauthenticatedIdentities", guests.clone())));
    if has_pool {
        let span = config.0.span;
        let provider = |client: &str| {
            let name = call("Fn::GetAtt", list(vec![text(POOL, span), text("ProviderName", span)], span));
            map(vec![pair("ClientId", reference(client, span)), pair("ProviderName", name)], span)
        };
        let providers = list(vec![provider(NATIVE_CLIENT), provider(WEB_CLIENT)], span);
        properties.push(pair("CognitoIdentityProviders", providers));
    }
    properties
}
