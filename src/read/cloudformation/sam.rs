//! What the SAM transform adds: Globals, the APIs that events imply, the triggers of user pools.

use std::collections::HashMap;
use std::sync::Arc;

use crate::read::{Deployer, Ignored, Resource, Retention};
use crate::source::Loc;
use crate::value::{Alternative, Entry, Kind, List, Map, Presence, Reference, ResourceKey, Value};
use crate::when::When;

use super::authorizers;
use super::graphql;
use super::instance::Declared;

const PREFIX: &str = "AWS::Serverless::";

/// The APIs that events without a reference to one imply: the event's type, the property that names an API, the API.
const IMPLICIT: &[(&str, &str, &str)] =
    &[("Api", "RestApiId", "ServerlessRestApi"), ("HttpApi", "ApiId", "ServerlessHttpApi")];

/// Merges the globals into the SAM resources and returns the resources that the transform makes besides.
pub(super) fn expand(declared: &mut [Declared<'_>], globals: Option<&Value>) -> Vec<Resource> {
    for Declared { resource, .. } in declared.iter_mut() {
        let section = resource.type_name.strip_prefix(PREFIX).and_then(|kind| globals?.field(kind).value());
        if let Some(section) = section {
            let loc = resource.properties.loc;
            resource.properties = Value { loc, ..merged(section, &resource.properties) };
        }
    }
    declared.iter_mut().for_each(|declared| graphql::expand(&mut declared.resource));
    let mut made = implied_apis(declared, globals);
    made.extend(triggers(declared));
    let apis = declared.iter().map(|declared| &declared.resource).chain(&made);
    let authorizers: Vec<Resource> = apis.flat_map(authorizers::of_api).collect();
    made.extend(authorizers);
    made
}

/// A resource's property over the global one: maps are merged, lists joined, anything else is replaced.
fn merged(global: &Value, own: &Value) -> Value {
    let kind = match (&global.kind, &own.kind) {
        (Kind::Map(global), Kind::Map(own)) => Kind::Map(merged_maps(global, own)),
        (Kind::List(global), Kind::List(own)) => Kind::List(List {
            items: global.items.iter().chain(&own.items).cloned().collect(),
            open: global.open || own.open,
        }),
        _ => return own.clone(),
    };
    Value { kind, ..own.clone() }
}

fn merged_maps(global: &Map, own: &Map) -> Map {
    let mut entries: Vec<Entry> = Vec::with_capacity(global.entries.len() + own.entries.len());
    let mine: HashMap<&str, &Entry> = own.entries.iter().map(|entry| (&*entry.key, entry)).collect();
    for entry in &global.entries {
        entries.push(mine.get(&*entry.key).map_or_else(|| entry.clone(), |mine| merged_entries(entry, mine)));
    }
    let globals: HashMap<&str, ()> = global.entries.iter().map(|entry| (&*entry.key, ())).collect();
    entries.extend(own.entries.iter().filter(|entry| !globals.contains_key(&*entry.key)).cloned());
    Map { entries, open: global.open || own.open }
}

/// Where the resource's own entry is there only sometimes, the global one is there else.
fn merged_entries(global: &Entry, own: &Entry) -> Entry {
    let value = merged(&global.value, &own.value);
    let Presence::Sometimes(when) = &own.presence else { return Entry { value, ..own.clone() } };
    let alternative = |value: Value, when: When| Alternative { value, when, fallback: false };
    let otherwise = match when.tests() {
        [test] => When::test(test.scope.clone(), test.name.clone(), !test.holds),
        _ => When::always(),
    };
    let loc = own.value.loc;
    let either = vec![alternative(value, when.clone()), alternative(global.value.clone(), otherwise)];
    Entry { value: Value::new(Kind::OneOf(either), loc), presence: global.presence.clone(), ..own.clone() }
}

/// An event of a function.
struct Event<'r> {
    function: &'r Resource,
    entry: &'r Entry,
    type_name: &'r str,
    properties: Option<&'r Value>,
}

impl<'r> Event<'r> {
    fn property(&self, key: &str) -> Option<&'r Value> {
        self.properties?.field(key).value()
    }
}

fn events<'r>(declared: &'r [Declared<'_>]) -> impl Iterator<Item = Event<'r>> {
    let functions = declared.iter().map(|declared| &declared.resource);
    let functions = functions.filter(|resource| &*resource.type_name == "AWS::Serverless::Function");
    functions.flat_map(|function| {
        let events = function.properties.field("Events").value().and_then(Value::map);
        let entries = events.map(|events| events.entries.as_slice()).unwrap_or_default();
        entries.iter().filter_map(move |entry| {
            let type_name = entry.value.field("Type").value()?.text()?;
            Some(Event { function, entry, type_name, properties: entry.value.field("Properties").value() })
        })
    })
}

fn implied_apis(declared: &[Declared<'_>], globals: Option<&Value>) -> Vec<Resource> {
    let mut made: Vec<Resource> = Vec::new();
    for event in events(declared) {
        let Some((kind, property, id)) = IMPLICIT.iter().find(|(kind, ..)| *kind == event.type_name) else { continue };
        if event.property(property).is_some() || made.iter().any(|api| &*api.key.id == *id) {
            continue;
        }
        let key = ResourceKey { stack: event.function.key.stack.clone(), id: (*id).into() };
        let settings = globals.and_then(|globals| globals.field(kind).value()).cloned();
        let properties = settings.unwrap_or_else(|| Value::new(Kind::Map(Map::default()), event.entry.key_loc));
        let type_name = format!("{PREFIX}{kind}");
        made.push(resource(key, &type_name, properties, event.entry.key_loc, &event.function.when));
    }
    made
}

/// Sets the triggers that `Cognito` events ask for in their pools, and permits the pools to call the functions.
fn triggers(declared: &mut [Declared<'_>]) -> Vec<Resource> {
    let numbers: HashMap<Arc<str>, usize> =
        declared.iter().enumerate().map(|(at, declared)| (declared.resource.key.id.clone(), at)).collect();
    let mut wanted: Vec<(usize, Entry, When)> = Vec::new();
    let mut permissions: Vec<Resource> = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    for event in events(declared).filter(|event| event.type_name == "Cognito") {
        let Some(Reference::Attribute { resource: pool, .. }) = event.property("UserPool").and_then(Value::reference)
        else {
            continue;
        };
        let Some(number) = numbers.get(&pool.id) else { continue };
        let loc = event.entry.key_loc;
        let function = attribute(&event.function.key, "Arn", loc);
        let named = event.property("Trigger").map(texts).unwrap_or_default();
        if named.is_empty() {
            open.push(*number);
        }
        for trigger in named {
            let entry = entry(trigger.text().unwrap_or_default(), function.clone(), trigger.loc);
            wanted.push((*number, entry, event.function.when.clone()));
        }
        let text = |text: &str| Value::text_at(text, loc);
        let properties = map(
            vec![
                entry("Action", text("lambda:InvokeFunction"), loc),
                entry("FunctionName", attribute(&event.function.key, "Ref", loc), loc),
                entry("Principal", text("cognito-idp.amazonaws.com"), loc),
                entry("SourceArn", attribute(pool, "Arn", loc), loc),
            ],
            loc,
        );
        // One permission covers all events of a function.
        let id = format!("{}CognitoPermission", event.function.key.id);
        let key = ResourceKey { stack: event.function.key.stack.clone(), id: id.into() };
        if permissions.iter().any(|permission| permission.key == key) {
            continue;
        }
        permissions.push(resource(key, "AWS::Lambda::Permission", properties, loc, &event.function.when));
    }
    for (number, trigger, when) in wanted {
        if let Some(pool) = declared.get_mut(number) {
            add_trigger(&mut pool.resource, trigger, when);
        }
    }
    for number in open {
        if let Some(pool) = declared.get_mut(number) {
            open_triggers(&mut pool.resource);
        }
    }
    permissions
}

fn add_trigger(pool: &mut Resource, mut trigger: Entry, when: When) {
    if !when.follows_from(&pool.when) {
        trigger.presence = Presence::Sometimes(when);
    }
    if let Some(config) = trigger_map(pool, trigger.key_loc) {
        config.insert(trigger);
    }
}

/// Says that a pool may have triggers that are not known.
fn open_triggers(pool: &mut Resource) {
    if let Some(config) = trigger_map(pool, pool.loc) {
        config.open = true;
    }
}

/// The triggers of a pool, where they are known.
fn trigger_map(pool: &mut Resource, loc: Loc) -> Option<&mut Map> {
    let Kind::Map(properties) = &mut pool.properties.kind else { return None };
    if properties.entry("LambdaConfig").is_none() {
        properties.insert(entry("LambdaConfig", map(Vec::new(), loc), loc));
    }
    let config = properties.entries.iter_mut().find(|entry| &*entry.key == "LambdaConfig")?;
    let Kind::Map(map) = &mut config.value.kind else { return None };
    config.presence = Presence::Always;
    Some(map)
}

/// A text, or the texts of a list.
fn texts(value: &Value) -> Vec<&Value> {
    match &value.kind {
        Kind::Text(_) => vec![value],
        Kind::List(list) => list.items.iter().map(|(item, _)| item).filter(|item| item.text().is_some()).collect(),
        _ => Vec::new(),
    }
}

/// A resource that the transform makes.
pub(super) fn resource(key: ResourceKey, type_name: &str, properties: Value, loc: Loc, when: &When) -> Resource {
    Resource {
        key,
        type_name: type_name.into(),
        properties,
        loc,
        source: None,
        when: when.clone(),
        construct: None,
        metadata: None,
        retention: Retention::default(),
        ignored: Ignored::Nothing,
        left_out: Vec::new(),
        deployer: Deployer::CloudFormation,
    }
}

/// A reference to a resource.
pub(super) fn attribute(resource: &ResourceKey, attribute: &str, loc: Loc) -> Value {
    let reference = Reference::Attribute { resource: resource.clone(), attribute: attribute.into() };
    Value::new(Kind::Reference(reference), loc)
}

/// An entry that is always there.
pub(super) fn entry(key: &str, value: Value, loc: Loc) -> Entry {
    Entry { key: key.into(), key_loc: loc, value, presence: Presence::Always }
}

/// A map of these entries.
pub(super) fn map(entries: Vec<Entry>, loc: Loc) -> Value {
    Value::new(Kind::Map(Map { entries, open: false }), loc)
}

#[cfg(test)]
mod tests {
    use crate::read::cloudformation::testing::{Scan, show, template};

    const APP: &str = "\
Transform: AWS::Serverless-2016-10-31
Parameters:
  WithStage: {Type: String}
Conditions:
  HasStage: !Equals [!Ref WithStage, 'true']
Globals:
  Function:
    Runtime: nodejs20.x
    Environment:
      Variables:
        USER_POOL_ID: !Ref Users
        STAGE: dev
  Api:
    Auth:
      DefaultAuthorizer: Pool
      Authorizers:
        Pool:
          UserPoolArn: !GetAtt Users.Arn
Resources:
  Users:
    Type: AWS::Cognito::UserPool
  Session:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: src/
      Handler: app.handler
      Environment:
        Variables:
          CLIENT_ID: !Ref Web
          STAGE: !If [HasStage, prod, !Ref 'AWS::NoValue']
      Events:
        Login:
          Type: Api
          Properties: {Path: /login, Method: post}
        Refresh:
          Type: Api
          Properties: {Path: /refresh, Method: post}
  Migrate:
    Type: AWS::Serverless::Function
    Condition: HasStage
    Properties:
      Runtime: python3.12
      Events:
        SignUp:
          Type: Cognito
          Properties:
            UserPool: !Ref Users
            Trigger: [PreSignUp, UserMigration]
  Http:
    Type: AWS::Serverless::HttpApi
    Properties:
      Auth:
        Authorizers:
          Jwt:
            JwtConfiguration:
              issuer: !Sub 'https://cognito-idp.${AWS::Region}.amazonaws.com/${Users}'
              audience: [!Ref Web]
          Custom:
            FunctionArn: !GetAtt Session.Arn
";

    fn app() -> Scan {
        template(APP)
    }

    #[test]
    fn globals_are_merged_under_the_resources_own_properties() {
        let scan = app();
        let variables = scan.property("Session", "Environment.Variables");
        assert_eq!(
            variables,
            "(USER_POOL_ID: !Ref Users, STAGE: {HasStage: 'prod', not HasStage: 'dev'}, CLIENT_ID: !Ref Web)"
        );
        assert_eq!(scan.property("Session", "Runtime"), "'nodejs20.x'");
        assert_eq!(scan.property("Migrate", "Runtime"), "'python3.12'");
        let properties = &scan.resource("Session").properties;
        assert!(scan.text(properties.loc).starts_with("CodeUri"));
    }

    #[test]
    fn authorizers_of_apis_become_resources() {
        let scan = app();
        assert_eq!(scan.property("ServerlessRestApi", "Auth.DefaultAuthorizer"), "'Pool'");
        let rest = scan.resource("ServerlessRestApi/Pool");
        assert_eq!(&*rest.type_name, "AWS::ApiGateway::Authorizer");
        assert_eq!(
            show(&rest.properties),
            "(Name: 'Pool', Type: 'COGNITO_USER_POOLS', RestApiId: !Ref ServerlessRestApi, ProviderARNs: [!GetAtt Users.Arn])"
        );
        assert_eq!(scan.text(rest.loc), "Pool");
        let http = scan.resource("Http/Jwt");
        assert_eq!(&*http.type_name, "AWS::ApiGatewayV2::Authorizer");
        assert_eq!(
            scan.property("Http/Jwt", "JwtConfiguration"),
            "(Issuer: <'https://cognito-idp.' ${AWS::Region} '.amazonaws.com/' !Ref Users>, Audience: [!Ref Web])"
        );
        assert!(!scan.resources().iter().any(|resource| resource.contains("Custom")));
    }

    #[test]
    fn events_of_pools_become_triggers_with_permissions() {
        let scan = app();
        assert_eq!(
            scan.property("Users", "LambdaConfig"),
            "(PreSignUp: !GetAtt Migrate.Arn when HasStage, UserMigration: !GetAtt Migrate.Arn when HasStage)"
        );
        let permission = scan.resource("MigrateCognitoPermission");
        assert_eq!(permission.when.to_string(), "HasStage");
        assert_eq!(scan.property("MigrateCognitoPermission", "Principal"), "'cognito-idp.amazonaws.com'");
        assert_eq!(scan.property("MigrateCognitoPermission", "SourceArn"), "!GetAtt Users.Arn");
    }

    #[test]
    fn a_trigger_that_is_unknown_is_any() {
        let scan = template(
            "Parameters: {Which: {Type: String}}\nResources:\n  Users: {Type: AWS::Cognito::UserPool}\n  F:\n    Type: AWS::Serverless::Function\n    \
             Properties:\n      Events:\n        A: {Type: Cognito, Properties: {UserPool: !Ref Users, Trigger: PreSignUp}}\n        \
             B: {Type: Cognito, Properties: {UserPool: !Ref Users, Trigger: !Ref Which}}\n",
        );
        assert_eq!(scan.property("Users", "LambdaConfig"), "(PreSignUp: !GetAtt F.Arn, …)");
        assert_eq!(scan.resources(), ["t.yaml:Users", "t.yaml:F", "t.yaml:FCognitoPermission"]);
    }

    #[test]
    fn a_graphql_api_becomes_one_of_appsync() {
        let scan = template(
            "Resources:\n  Api:\n    Type: AWS::Serverless::GraphQLApi\n    Properties:\n      Auth:\n        Type: AMAZON_COGNITO_USER_POOLS\n        \
             UserPool: {UserPoolId: !Ref Users}\n        Additional:\n          - {Type: AMAZON_COGNITO_USER_POOLS, UserPool: {UserPoolId: !Ref Staff}}\n          - {Type: API_KEY}\n",
        );
        assert_eq!(&*scan.resource("Api").type_name, "AWS::AppSync::GraphQLApi");
        assert_eq!(
            show(&scan.resource("Api").properties),
            "(AuthenticationType: 'AMAZON_COGNITO_USER_POOLS', UserPoolConfig: (UserPoolId: !Ref Users), \
             AdditionalAuthenticationProviders: [(AuthenticationType: 'AMAZON_COGNITO_USER_POOLS', UserPoolConfig: (UserPoolId: !Ref Staff)), \
             (AuthenticationType: 'API_KEY')])"
        );
    }

    #[test]
    fn a_jwt_configuration_may_have_capitals() {
        let scan = template(
            "Resources:\n  Api:\n    Type: AWS::Serverless::HttpApi\n    Properties:\n      Auth:\n        Authorizers:\n          \
             Jwt: {JwtConfiguration: {Issuer: 'https://x', Audience: abc}}\n",
        );
        assert_eq!(scan.property("Api/Jwt", "JwtConfiguration"), "(Issuer: 'https://x', Audience: ['abc'])");
    }

    #[test]
    fn authorizers_in_open_api_become_resources() {
        let scan = template(
            "Resources:\n  Api:\n    Type: AWS::ApiGateway::RestApi\n    Properties:\n      Body:\n        securityDefinitions:\n          pool:\n            type: apiKey\n            \
             x-amazon-apigateway-authorizer: {type: cognito_user_pools, providerARNs: [!GetAtt Users.Arn]}\n  \
             Http:\n    Type: AWS::ApiGatewayV2::Api\n    Properties:\n      Body:\n        components:\n          securitySchemes:\n            jwt:\n              \
             x-amazon-apigateway-authorizer: {type: jwt, jwtConfiguration: {issuer: 'https://x', audience: [!Ref Web]}}\n            other:\n              x-amazon-apigateway-authorizer: {type: request}\n",
        );
        assert_eq!(scan.resources(), ["t.yaml:Api", "t.yaml:Http", "t.yaml:Api/pool", "t.yaml:Http/jwt"]);
        assert_eq!(scan.property("Api/pool", "ProviderARNs"), "[!GetAtt Users.Arn]");
        assert_eq!(scan.property("Http/jwt", "JwtConfiguration.Audience"), "[!Ref Web]");
    }
}
