//! Authorizers that are written inside an API, in SAM's `Auth` or in OpenAPI, as the resources that they become.

use crate::read::Resource;
use crate::source::Loc;
use crate::value::{Entry, Field, Kind, List, Presence, ResourceKey, Value};
use crate::when::When;

use super::sam::{attribute, entry, map, resource};

/// A type of API: its definition in OpenAPI.
const APIS: &[(&str, &str)] = &[
    ("AWS::Serverless::Api", "DefinitionBody"),
    ("AWS::Serverless::HttpApi", "DefinitionBody"),
    ("AWS::ApiGateway::RestApi", "Body"),
    ("AWS::ApiGatewayV2::Api", "Body"),
];

/// Where an OpenAPI document (3 and 2) holds its security schemes.
const SCHEMES: &[&[&str]] = &[&["components", "securitySchemes"], &["securityDefinitions"]];

/// The authorizers of an API that work with user pools.
pub(super) fn of_api(api: &Resource) -> Vec<Resource> {
    let Some((_, definition)) = APIS.iter().find(|(type_name, _)| *type_name == &*api.type_name) else {
        return Vec::new();
    };
    let entries = |value: Option<&Value>| value.and_then(Value::map).map(|map| map.entries.clone()).unwrap_or_default();
    let of_sam = entries(api.properties.at(&["Auth", "Authorizers"]).value());
    let of_sam = of_sam.iter().filter_map(|written| Authorizer::of_sam(&written.value)?.resource(api, written));
    let definition = api.properties.field(definition).value();
    let schemes = SCHEMES.iter().flat_map(|path| entries(definition.and_then(|body| body.at(path).value())));
    let of_open_api = schemes.filter_map(|written| {
        let extension = written.value.field("x-amazon-apigateway-authorizer").value()?;
        Authorizer::of_open_api(extension)?.resource(api, &written)
    });
    of_sam.chain(of_open_api).collect()
}

/// What an authorizer trusts.
enum Authorizer<'v> {
    /// User pools by their ARNs (a REST API).
    Pools(&'v Value),
    /// The issuer and the audiences of a JWT (an HTTP API).
    Jwt { issuer: Option<&'v Value>, audience: Option<&'v Value>, loc: Loc },
}

impl<'v> Authorizer<'v> {
    fn of_sam(value: &'v Value) -> Option<Self> {
        match value.field("UserPoolArn") {
            Field::Present(pools) | Field::Sometimes(pools) => Some(Self::Pools(pools)),
            _ => Self::jwt(value.field("JwtConfiguration").value()?),
        }
    }

    fn of_open_api(extension: &'v Value) -> Option<Self> {
        match extension.field("type").value()?.text()? {
            "cognito_user_pools" => extension.field("providerARNs").value().map(Self::Pools),
            "jwt" => Self::jwt(extension.field("jwtConfiguration").value()?),
            _ => None,
        }
    }

    fn jwt(configuration: &'v Value) -> Option<Self> {
        // SAM takes the names with capitals too.
        let member = |name: &str| {
            let mut entries = configuration.map()?.entries.iter();
            Some(&entries.find(|entry| entry.key.eq_ignore_ascii_case(name))?.value)
        };
        Some(Self::Jwt { issuer: member("issuer"), audience: member("audience"), loc: configuration.loc })
    }

    fn resource(&self, api: &Resource, written: &Entry) -> Option<Resource> {
        let loc = written.key_loc;
        let text = |text: &str| Value::text_at(text, loc);
        let mut entries = vec![entry("Name", text(&written.key), loc)];
        let type_name = match self {
            Self::Pools(pools) => {
                entries.push(entry("Type", text("COGNITO_USER_POOLS"), loc));
                entries.push(entry("RestApiId", attribute(&api.key, "Ref", loc), loc));
                entries.push(entry("ProviderARNs", listed(pools), pools.loc));
                "AWS::ApiGateway::Authorizer"
            }
            Self::Jwt { issuer, audience, loc: configuration } => {
                let issuer = issuer.map(|issuer| entry("Issuer", issuer.clone(), issuer.loc));
                let audience = audience.map(|audience| entry("Audience", listed(audience), audience.loc));
                entries.push(entry("AuthorizerType", text("JWT"), loc));
                entries.push(entry("ApiId", attribute(&api.key, "Ref", loc), loc));
                let configuration = map(issuer.into_iter().chain(audience).collect(), *configuration);
                entries.push(entry("JwtConfiguration", configuration.clone(), configuration.loc));
                "AWS::ApiGatewayV2::Authorizer"
            }
        };
        let when = match &written.presence {
            Presence::Always => api.when.clone(),
            Presence::Sometimes(when) => api.when.and(when)?,
        };
        let key = ResourceKey { stack: api.key.stack.clone(), id: format!("{}/{}", api.key.id, written.key).into() };
        let made = resource(key, type_name, map(entries, written.value.loc), loc, &when);
        Some(Resource { source: api.source, construct: api.construct.clone(), metadata: api.metadata.clone(), ..made })
    }
}

/// A list, also of a single value.
fn listed(value: &Value) -> Value {
    match &value.kind {
        Kind::List(_) | Kind::Unknown(_) | Kind::OneOf(_) => value.clone(),
        _ => {
            let items = vec![(value.clone(), When::always())];
            Value::new(Kind::List(List { items, open: false }), value.loc)
        }
    }
}
