//! Programs, exports and previews as values.

use crate::read::cloudformation::testing::show;
use crate::read::trees::Trees;
use crate::read::{Deployer, Facts, Replacement, Resource, Retention, SettingKind};
use crate::source::{FileId, SourceFile, SourceMap};
use crate::syntax::data;
use crate::syntax::tree::Tree;

/// What files in the folder `/p` say; those of stacks are not parsed at the start.
fn scan(files: &[(&str, &str)]) -> Facts {
    let mut files = files.to_vec();
    files.sort();
    let file = |(path, text): &(&str, &str)| SourceFile::with_text((*path).into(), format!("/p/{path}").into(), *text);
    let sources = SourceMap::new(files.iter().map(file).collect());
    let parsed: Vec<(FileId, Tree)> = sources
        .iter()
        .filter(|(_, file)| file.text().contains("aws"))
        .filter_map(|(id, file)| Some((id, data::parse(&file.path, file.text())?)))
        .collect();
    super::read(&Trees::new(&sources, parsed), &sources)
}

fn resource<'f>(facts: &'f Facts, id: &str) -> &'f Resource {
    let found = facts.resources.iter().find(|resource| &*resource.key.id == id);
    found.unwrap_or_else(|| panic!("no resource {id} among {:?}", facts.resources))
}

fn property(facts: &Facts, id: &str, path: &str) -> String {
    let path: Vec<&str> = path.split('.').collect();
    resource(facts, id).properties.at(&path).value().map_or("-".to_owned(), show)
}

fn output(facts: &Facts, name: &str) -> String {
    let mut outputs = facts.stacks.iter().flat_map(|stack| &stack.outputs);
    outputs.find(|output| &*output.name == name).map_or("-".to_owned(), |output| show(&output.value))
}

const PROGRAM: &str = r#"
name: shop
runtime: yaml
config:
  refreshDays: {type: integer, default: 30}
  domain: {type: string}
  token: {type: string, secret: true, default: hunter2}
variables:
  region:
    fn::invoke: {function: aws:getRegion, arguments: {}, return: name}
  stored:
    fn::invoke: {function: aws:ssm:getParameter, arguments: {name: /shop/pool}}
  alias: ${pool}
resources:
  pool:
    type: aws:cognito:UserPool
    properties:
      name: users-${pulumi.stack}
      deviceConfiguration: {deviceOnlyRememberedOnUserPrompt: true, challengeRequiredOnNewDevice: null}
      lambdaConfig: {preSignUp: "${check.arn}"}
    options: {protect: true, ignoreChanges: [schemas, 'deviceConfiguration.challengeRequiredOnNewDevice']}
  web:
    type: aws:cognito/userPoolClient:UserPoolClient
    properties:
      userPoolId: ${alias.id}
      refreshTokenValidity: ${refreshDays}
      callbackUrls: ["https://${domain}/in", "https://$${x}"]
      explicitAuthFlows: [ALLOW_REFRESH_TOKEN_AUTH]
  native:
    type: aws-native:cognito:UserPoolClient
    properties: {userPoolId: "${pool}", generateSecret: true, enableTokenRevocation: false}
  known:
    type: aws:cognito:UserPoolClient
    get: {id: eu-west-1_abcdefghi/1example23456789}
  other:
    type: pulumi:pulumi:StackReference
    properties: {name: "org/auth/${pulumi.stack}"}
  check:
    type: aws:lambda:Function
    properties:
      handler: app.handler
      code: {fn::assetArchive: {.: {fn::fileArchive: ./src}}}
      environment:
        variables:
          CLIENT_ID: ${web.id}
          KNOWN: ${known.id}
          OTHER: ${other.outputs["client.id"]}
          ISSUER: https://cognito-idp.${region}.amazonaws.com/${pool.id}
          STORED: ${stored.value}
          NAME: ${web.callbackUrls[0]}
          TOKEN: ${token}
          JOINED: {fn::join: ["-", [a, "${pool.arn}"]]}
          PICKED: {fn::select: [1, {fn::split: [",", "a,b"]}]}
          HIDDEN: {fn::secret: hunter2}
outputs:
  poolId: ${pool.id}
  reference: {fn::stackReference: [org/auth/prod, id]}
"#;

#[test]
fn a_program_is_its_resources() {
    let facts = scan(&[("Pulumi.yaml", PROGRAM)]);
    let ids: Vec<_> = facts.resources.iter().map(|resource| &*resource.key.id).collect();
    assert_eq!(ids, ["pool", "web", "native", "check"]);
    assert_eq!(&*resource(&facts, "pool").type_name, "AWS::Cognito::UserPool");
    assert_eq!(resource(&facts, "pool").retention, Retention::Guarded);
    let ignored = |property| resource(&facts, "pool").ignored.covers(&[property]);
    assert!(ignored("Schema") && ignored("DeviceConfiguration") && !ignored("UsernameAttributes"));
    let deployers = ["pool", "native"].map(|id| resource(&facts, id).deployer);
    assert_eq!(deployers, [Deployer::Terraform, Deployer::CloudFormation]);
    assert_eq!(property(&facts, "pool", "DeviceConfiguration.DeviceOnlyRememberedOnUserPrompt"), "true");
    assert_eq!(property(&facts, "pool", "LambdaConfig.PreSignUp"), "!GetAtt check.Arn");
    assert_eq!(property(&facts, "web", "UserPoolId"), "!Ref pool");
    assert_eq!(property(&facts, "web", "RefreshTokenValidity"), "30 by the default of configuration refreshDays");
    assert_eq!(property(&facts, "web", "CallbackURLs"), "[<'https://' parameter domain '/in'>, 'https://${x}']");
    assert_eq!(property(&facts, "native", "UserPoolId"), "!Ref pool");
    assert_eq!(property(&facts, "native", "EnableTokenRevocation"), "false");
    assert_eq!(facts.stacks[0].name.as_deref(), Some("shop"));
    assert_eq!(output(&facts, "poolId"), "!Ref pool");
    assert_eq!(output(&facts, "reference"), "output auth.id");
}

#[test]
fn expressions_are_followed() {
    let facts = scan(&[("Pulumi.yaml", PROGRAM)]);
    let variable = |name: &str| property(&facts, "check", &format!("Environment.Variables.{name}"));
    assert_eq!(variable("CLIENT_ID"), "!Ref web");
    assert_eq!(variable("KNOWN"), "'1example23456789'");
    assert_eq!(variable("OTHER"), "output auth.client.id");
    assert_eq!(variable("ISSUER"), "<'https://cognito-idp.' ${AWS::Region} '.amazonaws.com/' !Ref pool>");
    assert_eq!(variable("STORED"), "ssm /shop/pool");
    assert_eq!(variable("NAME"), "<'https://' parameter domain '/in'>");
    assert_eq!(variable("TOKEN"), "redacted by the default of configuration token");
    assert_eq!(variable("JOINED"), "<'a-' !GetAtt pool.Arn>");
    assert_eq!(variable("PICKED"), "'b'");
    assert_eq!(variable("HIDDEN"), "redacted");
    assert!(!format!("{facts:?}").contains("hunter2"));
    let code = &facts.code[0];
    assert_eq!((&*code.resource.id, code.handler.as_deref()), ("check", Some("app.handler")));
    assert_eq!(code.path, crate::read::CodePath::Path("/p/src".into()));
}

#[test]
fn stacks_have_their_own_values() {
    let dev = "config:\n  shop:domain: dev.example\n  shop:token: {secure: v1:hunter3}\n";
    let prod = "config:\n  shop:domain: example.com\n  shop:refreshDays: 5\nenvironment: [more]\n";
    let facts = scan(&[("Pulumi.yaml", PROGRAM), ("Pulumi.dev.yaml", dev), ("Pulumi.prod.yaml", prod)]);
    assert_eq!(
        property(&facts, "web", "RefreshTokenValidity"),
        "{stack = dev: 30 by the default of configuration refreshDays, not stack = dev: 5}"
    );
    assert_eq!(property(&facts, "pool", "UserPoolName"), "{stack = dev: 'users-dev', not stack = dev: 'users-prod'}");
    assert!(property(&facts, "check", "Environment.Variables.OTHER").starts_with("output auth."));
    assert!(!format!("{facts:?}").contains("hunter"));
}

#[test]
fn a_program_may_stand_beside_its_project_file() {
    let main = r#"{"resources": {"pool": {"type": "aws:cognito:UserPool", "properties": {"name": "${title}"}}}}"#;
    let project = "name: shop\nruntime: {name: yaml}\nmain: src\nconfig: {title: {default: aws}}\n";
    let facts = scan(&[("Pulumi.yaml", project), ("src/Main.json", main)]);
    assert_eq!(property(&facts, "pool", "UserPoolName"), "'aws' by the default of configuration title");
}

#[test]
fn circles_and_bombs_end() {
    let mut text =
        "runtime: yaml\nvariables:\n  a: ${b}\n  b: ${a}\n  v0: [aws, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for at in 1..300 {
        let before = at - 1;
        text += &format!("  v{at}: [{}]\n", vec![format!("'${{v{before}}}'"); 10].join(", "));
    }
    for at in 0..5_000 {
        text += &format!("  w{at}: ${{w{}}}\n", at + 1);
    }
    text += "resources:\n  pool:\n    type: aws:cognito:UserPool\n    properties:\n      name: ${a}\n      tags: ${v299}\n      aliasAttributes: ${w0}\n      x: ${pool.x}\n";
    let facts = scan(&[("Pulumi.yaml", &text)]);
    assert_eq!(property(&facts, "pool", "UserPoolName"), "?Dynamic");
    assert_eq!(facts.resources.len(), 1);
}

#[test]
fn wrong_shapes_are_no_panic() {
    let odd = "resources: {a: {type: aws:cognito:UserPool, properties: [1]}, b: {type: [x]}, c: 7, \
        d: {type: aws:cognito:UserPool, properties: {fn::join: 7}, get: 7}, e: {type: 'pulumi:pulumi:StackReference'}}\n\
        variables: {a: {fn::invoke: {function: aws:ssm:getParameter, arguments: 7, return: [x]}}}\n\
        outputs: {a: '${e.outputs[0]}', b: '${a.b[0]}', c: {fn::select: [x, y]}, d: '${config}'}\nconfig: {x: {default: {}}}\nruntime: yaml";
    crate::syntax::mutation::each(&[odd], |text| {
        scan(&[("Pulumi.yaml", text), ("Pulumi.dev.yaml", text)]);
    });
    crate::syntax::mutation::each(&[EXPORT, PREVIEW], |text| {
        scan(&[("stack.json", text)]);
    });
}

const EXPORT: &str = r#"{"version": 3, "deployment": {"manifest": {}, "resources": [
  {"urn": "urn:pulumi:prod::shop::pulumi:pulumi:Stack::shop-prod", "type": "pulumi:pulumi:Stack",
   "outputs": {"poolId": "eu-west-1_Kd93mQx7Z", "token": {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "plaintext": "\"hunter2\""}}},
  {"urn": "urn:pulumi:prod::shop::my:Auth$aws:cognito/userPool:UserPool::main", "custom": true, "id": "eu-west-1_Kd93mQx7Z", "protect": true,
   "type": "aws:cognito/userPool:UserPool", "inputs": {"__defaults": ["name"], "name": "main-1", "deviceConfiguration": {"__defaults": [], "challengeRequiredOnNewDevice": true}},
   "outputs": {"arn": "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_Kd93mQx7Z", "id": "eu-west-1_Kd93mQx7Z"}, "sourcePosition": "project:///index.ts#2,7"},
  {"urn": "urn:pulumi:prod::shop::aws:cognito/userPoolClient:UserPoolClient::main", "custom": true, "id": "2n8dk4v0q6t1h5s9w3j7b2m4x1",
   "type": "aws:cognito/userPoolClient:UserPoolClient", "inputs": {"userPoolId": "eu-west-1_Kd93mQx7Z", "generateSecret": true},
   "outputs": {"userPoolId": "eu-west-1_Kd93mQx7Z", "clientSecret": "hunter2"}},
  {"urn": "urn:pulumi:prod::shop::aws:lambda/function:Function::check", "custom": true, "id": "check-1", "type": "aws:lambda/function:Function",
   "inputs": {"handler": "app.handler", "code": {"4dabf18193072939515e22adb298388d": "0def7320c3a5731c473e5ecbe6d01bc7", "path": "./src.zip"},
     "environment": {"variables": {"CLIENT_ID": "2n8dk4v0q6t1h5s9w3j7b2m4x1", "POOL_ARN": "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_Kd93mQx7Z"}}}},
  {"urn": "urn:pulumi:prod::shop::aws:cognito/userPool:UserPool::gone", "delete": true, "id": "eu-west-1_T6wPq1zLe", "type": "aws:cognito/userPool:UserPool", "inputs": {}},
  {"urn": "urn:pulumi:prod::shop::aws:cognito/userPool:UserPool::foreign", "external": true, "id": "eu-west-1_R2vYb8nHs", "type": "aws:cognito/userPool:UserPool", "inputs": {}}
]}}"#;

#[test]
fn an_export_is_what_is_deployed() {
    let facts = scan(&[
        ("Pulumi.yaml", "name: shop # aws\nruntime: nodejs\n"),
        ("out/stack.json", EXPORT),
        ("index.ts", "import x\nnew aws.Pool()\n"),
    ]);
    let ids: Vec<_> = facts.resources.iter().map(|resource| &*resource.key.id).collect();
    assert_eq!(ids, ["main", "aws:cognito/userPoolClient:UserPoolClient::main", "check"]);
    assert_eq!(property(&facts, "main", "DeviceConfiguration.ChallengeRequiredOnNewDevice"), "true");
    assert!(resource(&facts, "main").source.is_some());
    let client = "aws:cognito/userPoolClient:UserPoolClient::main";
    assert_eq!(property(&facts, client, "UserPoolId"), "!Ref main");
    assert_eq!(property(&facts, "check", "Environment.Variables.CLIENT_ID"), format!("!Ref {client}"));
    assert_eq!(property(&facts, "check", "Environment.Variables.POOL_ARN"), "!GetAtt main.Arn");
    assert_eq!((output(&facts, "poolId"), output(&facts, "token")), ("!Ref main".into(), "redacted".into()));
    let known: Vec<_> = facts.known.iter().map(|known| (known.kind, &*known.id, known.pool.as_deref())).collect();
    assert_eq!(known[0], (SettingKind::UserPoolId, "eu-west-1_Kd93mQx7Z", None));
    assert_eq!(known[1], (SettingKind::ClientId, "2n8dk4v0q6t1h5s9w3j7b2m4x1", Some("eu-west-1_Kd93mQx7Z")));
    assert_eq!(facts.settings.len(), 1);
    assert!(facts.changes.is_empty());
    assert!(!format!("{facts:?}").contains("hunter2"));
}

const PREVIEW: &str = r#"{"steps": [
  {"op": "update", "urn": "urn:pulumi:prod::shop::aws:cognito/userPool:UserPool::users",
   "oldState": {"urn": "urn:pulumi:prod::shop::aws:cognito/userPool:UserPool::users", "id": "eu-west-1_Kd93mQx7Z", "inputs": {"mfaConfiguration": "OFF"}},
   "newState": {"urn": "urn:pulumi:prod::shop::aws:cognito/userPool:UserPool::users", "id": "eu-west-1_Kd93mQx7Z", "inputs": {"mfaConfiguration": "ON"}}, "detailedDiff": null},
  {"op": "create-replacement", "urn": "urn:pulumi:prod::shop::aws:cognito/userPoolClient:UserPoolClient::web",
   "oldState": {"id": "2n8dk4v0q6t1h5s9w3j7b2m4x1", "inputs": {"userPoolId": "eu-west-1_Kd93mQx7Z", "generateSecret": false}},
   "newState": {"inputs": {"userPoolId": "eu-west-1_Kd93mQx7Z", "generateSecret": true}}, "replaceReasons": ["generateSecret"]},
  {"op": "replace", "urn": "urn:pulumi:prod::shop::aws:cognito/userPoolClient:UserPoolClient::web",
   "oldState": {"id": "2n8dk4v0q6t1h5s9w3j7b2m4x1", "inputs": {"userPoolId": "eu-west-1_Kd93mQx7Z", "generateSecret": false}},
   "newState": {"inputs": {"userPoolId": "eu-west-1_Kd93mQx7Z", "generateSecret": true}}, "replaceReasons": ["generateSecret"]},
  {"op": "create", "urn": "urn:pulumi:prod::shop::aws:lambda/function:Function::check",
   "newState": {"inputs": {"environment": {"variables": {"USER_POOL_ID": "eu-west-1_Kd93mQx7Z", "USER_POOL_CLIENT_ID": "04da6b54-80e4-46f7-96ec-b56ff0331ba9", "API_KEY": "[secret]", "OTHER": "04da6b54-80e4-46f7-96ec-b56ff0331ba9"}}},
    "propertyDependencies": {"environment": ["urn:pulumi:prod::shop::aws:cognito/userPoolClient:UserPoolClient::web", "urn:pulumi:prod::shop::aws:cognito/userPool:UserPool::users"]}}},
  {"op": "delete", "urn": "urn:pulumi:prod::shop::aws:cognito/userPool:UserPool::old", "oldState": {"id": "eu-west-1_J5cXk0aMf", "inputs": {}}},
  {"op": "same", "urn": "urn:pulumi:prod::shop::aws:cognito/userPool:UserPool::stays", "oldState": {"inputs": {}}, "newState": {"inputs": {}}}
]}"#;

#[test]
fn a_preview_is_what_will_be_and_what_changes() {
    let facts = scan(&[("preview.json", PREVIEW), ("export.json", EXPORT)]);
    let mut ids: Vec<_> = facts.resources.iter().map(|resource| &*resource.key.id).collect();
    ids.sort_unstable();
    assert_eq!(ids, ["check", "stays", "users", "web"]);
    assert_eq!(property(&facts, "users", "MfaConfiguration"), "'ON'");
    let variable = |name: &str| property(&facts, "check", &format!("Environment.Variables.{name}"));
    assert_eq!((variable("USER_POOL_ID"), variable("USER_POOL_CLIENT_ID")), ("!Ref users".into(), "!Ref web".into()));
    assert_eq!((variable("API_KEY"), variable("OTHER")), ("redacted".into(), "?known after the deployment".into()));
    let change = |change: &crate::read::Change| {
        let id = |resource: &Option<Resource>| resource.as_ref().map_or("-".to_owned(), |one| one.key.id.to_string());
        let how = match &change.replacement {
            Replacement::Yes(reasons) => format!("replaced by {}", reasons.join(" ")),
            other => format!("{other:?}"),
        };
        format!("{} {} {how}", id(&change.before), id(&change.after))
    };
    let changes: Vec<String> = facts.changes.iter().map(change).collect();
    assert_eq!(
        changes,
        ["users users No", "web web replaced by GenerateSecret", "- check Undecided", "old - Undecided"]
    );
}

#[test]
fn a_deployment_of_a_program_tells_its_ids() {
    let program = "name: shop\nruntime: yaml\nresources:\n  main: {type: aws:cognito:UserPool}\n";
    let facts = scan(&[("Pulumi.yaml", program), ("export.json", EXPORT)]);
    assert_eq!(facts.resources.len(), 1);
    let known = facts.known[0].resource.as_ref().unwrap();
    assert_eq!((&*known.stack, &*known.id), ("Pulumi.yaml", "main"));
}
