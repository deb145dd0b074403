//! SAM's GraphQL API as the AppSync API that it becomes.

use crate::read::Resource;
use crate::value::{Entry, Kind, List, Map, Value};

/// SAM's names of configurations, and AppSync's.
const CONFIGURATIONS: &[(&str, &str)] = &[
    ("LambdaAuthorizer", "LambdaAuthorizerConfig"),
    ("OpenIDConnect", "OpenIDConnectConfig"),
    ("UserPool", "UserPoolConfig"),
];

/// Makes an `AWS::Serverless::GraphQLApi` what the transform makes of it, as far as it says who may call it.
pub(super) fn expand(api: &mut Resource) {
    if &*api.type_name != "AWS::Serverless::GraphQLApi" {
        return;
    }
    api.type_name = "AWS::AppSync::GraphQLApi".into();
    let Kind::Map(properties) = &mut api.properties.kind else { return };
    let Some(at) = properties.entries.iter().position(|entry| &*entry.key == "Auth") else { return };
    let auth = properties.entries.remove(at);
    let Kind::Map(map) = &auth.value.kind else {
        properties.open = true;
        return;
    };
    let default = provider(map);
    properties.open |= default.open;
    properties.entries.extend(default.entries);
    if let Some(additional) = map.entry("Additional") {
        let value = additional.value.list().map_or_else(
            || additional.value.clone(),
            |list| {
                let item = |item: &Value| match &item.kind {
                    Kind::Map(map) => Value { kind: Kind::Map(provider(map)), ..item.clone() },
                    _ => item.clone(),
                };
                let items = list.items.iter().map(|(value, when)| (item(value), when.clone())).collect();
                Value { kind: Kind::List(List { items, open: list.open }), ..additional.value.clone() }
            },
        );
        properties.insert(Entry { key: "AdditionalAuthenticationProviders".into(), value, ..additional.clone() });
    }
}

/// One way to be let in.
fn provider(auth: &Map) -> Map {
    let named = |entry: &Entry| {
        let name = CONFIGURATIONS.iter().find(|(sam, _)| *sam == &*entry.key).map(|(_, name)| *name);
        let name = name.or((&*entry.key == "Type").then_some("AuthenticationType"))?;
        Some(Entry { key: name.into(), ..entry.clone() })
    };
    Map { entries: auth.entries.iter().filter_map(named).collect(), open: auth.open }
}
