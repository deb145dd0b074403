use crate::read::cloudformation::testing::{Scan, show};
use crate::read::cloudformation::{self, Parameters};
use crate::read::trees::Trees;
use crate::read::{CodePath, serverless};
use crate::source::{FileId, SourceFile, SourceMap};
use crate::syntax::data;
use crate::syntax::mutation;

/// Reads the services among files, given by their paths below `/p` and their texts; other files are read when asked for.
fn scan(files: &[(&str, &str)]) -> Scan {
    let mut files = files.to_vec();
    files.sort();
    let file = |(path, text): &(&str, &str)| SourceFile::with_text((*path).into(), format!("/p/{path}").into(), *text);
    let sources = SourceMap::new(files.iter().map(file).collect());
    let parsed: Vec<_> = sources
        .iter()
        .filter(|(_, file)| file.path.as_str().contains("serverless") || file.text().contains("AWS::"))
        .filter_map(|(id, file): (FileId, _)| Some((id, data::parse(&file.path, file.text())?)))
        .collect();
    let trees = Trees::new(&sources, parsed);
    let (composed, notes) = serverless::read(&trees, &sources);
    let mut reading = cloudformation::read(&trees, &sources, &Parameters::default(), &composed);
    reading.facts.notes.extend(notes);
    Scan { sources, reading }
}

/// The value of a property of a resource in a service with this `custom` section.
fn value(custom: &str, written: &str) -> String {
    let text = format!(
        "service: shop\nprovider: {{name: aws, stage: \"${{opt:stage, 'dev'}}\"}}\ncustom:\n  {custom}\n\
         resources:\n  Resources:\n    R:\n      Type: AWS::X::Y\n      Properties:\n        V: {written}\n"
    );
    let shared = "a: {b: [x, y]}\ndev: {id: d}\nprod: {id: p}\n";
    scan(&[
        ("serverless.yml", &text),
        ("c.yml", shared),
        ("config/dev.json", r#"{"id": "one"}"#),
        ("config/live.json", r#"{"id": "two"}"#),
    ])
    .property("R", "V")
}

#[test]
fn variables_have_the_values_that_the_framework_gives_them() {
    let custom = "{a: 1, list: [x, y], name: '${self:service}-${self:custom.a}', map: {k: v}, nothing: null}";
    let value = |written: &str| value(&format!("x: {custom}").replace("custom.", "custom.x."), written);
    assert_eq!(value("${self:custom.x.name}"), "'shop-1'");
    assert_eq!(value("${self:custom.x.map}"), "(k: 'v')");
    assert_eq!(value("${self:custom.x.list.1}"), "'y'");
    assert_eq!(value("${self:custom.x.none, self:custom.x.nothing, 'last'}"), "'last'");
    assert_eq!(value("a ${self:custom.x.name} b"), "'a shop-1 b'");
    assert_eq!(value("${file(./c.yml):a.b.0}"), "'x'");
    assert_eq!(value("${file(missing.yml):a, 'other'}"), "'other'");
    assert_eq!(value("${self:custom.x.${self:custom.x.nowhere, 'a'}}"), "1");
    assert_eq!(value("${strToBool('true')}"), "true");
    assert_eq!(value("${self:custom.x.nowhere}"), "?Fn::Variable");
}

#[test]
fn what_a_deployment_decides_is_a_reference() {
    let value = |written: &str| value("a: 1", written);
    assert_eq!(value("${env:POOL_ID}"), "parameter env:POOL_ID");
    assert_eq!(value("${env:POOL_ID, 'x'}"), "'x' by the default of parameter env:POOL_ID");
    assert_eq!(value("${env:CLIENT_SECRET, 'hunter2'}"), "redacted");
    assert_eq!(value("${opt:region, 'eu-west-1'}"), "'eu-west-1' by the default of parameter opt:region");
    assert_eq!(value("${cf:auth-dev.UserPoolId}"), "output auth-dev.UserPoolId");
    assert_eq!(value("${cf(eu-west-1):auth-${sls:stage}.Id}"), "output auth-dev.Id");
    assert_eq!(value("${ssm:/auth/id~true}"), "ssm /auth/id");
    assert_eq!(value("'${ssm(eu-west-1):/auth/${sls:stage}/id}'"), "ssm /auth/dev/id");
    assert_eq!(value("${aws:accountId}"), "${AWS::AccountId}");
    assert_eq!(value("${s3:bucket/key}"), "?Fn::Variable");
    assert_eq!(value("${file(./ids.js):id, 'x'}"), "?Fn::Variable");
    assert_eq!(value("${self:provider.region}"), "${AWS::Region}");
}

#[test]
fn the_stage_is_a_parameter_and_known_stages_are_tried() {
    let by = "by the default of parameter stage";
    assert_eq!(value("a: 1", "${self:provider.stage}"), format!("'dev' {by}"));
    assert_eq!(value("a: 1", "users-${sls:stage}-x"), format!("'users-dev-x' {by}"));
    let ids = "ids: {dev: d, prod: p}";
    assert_eq!(value(ids, "${self:custom.ids.${sls:stage}}"), "{stage = dev: 'd', stage = prod: 'p'}");
    assert_eq!(value(ids, "a-${self:custom.ids.${opt:stage, 'x'}}"), "{stage = dev: 'a-d', stage = prod: 'a-p'}");
    assert_eq!(value("ids: {dev: d, prod: d}", "${self:custom.ids.${sls:stage}}"), "'d'");
    assert_eq!(
        value("ids: {default: f, prod: p}", "${self:custom.ids.${sls:stage}, self:custom.ids.default}"),
        "{stage = dev: 'f', stage = prod: 'p'}"
    );
    assert_eq!(value("a: 1", "${file(./config/${sls:stage}.json):id}"), "{stage = dev: 'one', stage = live: 'two'}");
    assert_eq!(
        value("all: '${file(./c.yml):${self:provider.stage}}'", "${self:custom.all.id}"),
        "{stage = dev: 'd', stage = prod: 'p'}"
    );
    assert_eq!(
        value("m: {dev: {a: 1, b: 2}, prod: {a: 1}}", "${self:custom.m.${sls:stage}}"),
        "(a: 1, b: 2 when stage = dev)"
    );
}

#[test]
fn parameters_differ_by_stage() {
    let service = "service: s\nprovider: {name: aws}\nparams:\n  default: {id: none, same: s}\n  prod: {id: p}\n\
        resources:\n  Resources:\n    R:\n      Type: AWS::X::Y\n      Properties: {A: '${param:id}', B: '${param:same}', C: '${param:open}'}\n";
    let scan = scan(&[("serverless.yml", service)]);
    assert_eq!(scan.property("R", "A"), "{stage = dev: 'none', stage = prod: 'p'}");
    assert_eq!(scan.property("R", "B"), "'s'");
    assert_eq!(scan.property("R", "C"), "parameter param:open");
}

#[test]
fn intrinsics_keep_working_around_variables() {
    let value = |written: &str| value("a: Pool\n  env: {dev: d, prod: p}", written);
    assert_eq!(value("!Ref '${self:custom.a}'"), "!Ref Pool");
    assert_eq!(
        value("!Sub 'x/${self:custom.a}/${Pool.Arn}/${AWS::Region}'"),
        "<'x/Pool/' !GetAtt Pool.Arn '/' ${AWS::Region}>"
    );
    assert_eq!(
        value("!Sub '${self:custom.env.${sls:stage}}-${Pool}'"),
        "{stage = dev: <'d-' !Ref Pool>, stage = prod: <'p-' !Ref Pool>}"
    );
    assert_eq!(value("{'Fn::Sub': ['${A}${self:custom.a}', {A: !Ref B}]}"), "<!Ref B 'Pool'>");
    assert_eq!(value("!ImportValue '${self:service}-id'"), "export shop-id");
    assert_eq!(value("!ImportValue 'x-${sls:stage}'"), "export x-dev by the default of parameter stage");
    assert_eq!(value("{'Fn::GetAtt': ['${self:custom.a}', Arn]}"), "!GetAtt Pool.Arn");
}

#[test]
fn dotenv_files_give_the_environment_of_a_deployment() {
    let service = |with: &str| {
        format!(
            "service: s\nprovider: {{name: aws, environment: {{ID: '${{env:POOL_ID}}'}}}}\n{with}\nfunctions: {{f: {{handler: a.b}}}}\n"
        )
    };
    let id = |with: &str, property: &str| {
        scan(&[("serverless.yml", &service(with)), (".env", "POOL_ID=x\nOTHER=y\n")])
            .property("FLambdaFunction", property)
    };
    let variables = "Environment.Variables.ID";
    assert_eq!(id("useDotenv: true", variables), "'x' by the default of parameter env:POOL_ID");
    assert_eq!(id("frameworkVersion: '^4.1'", variables), "'x' by the default of parameter env:POOL_ID");
    assert_eq!(id("frameworkVersion: '3'", variables), "parameter env:POOL_ID");
    let plugin = id("plugins: [serverless-dotenv-plugin]", "Environment.Variables");
    assert_eq!(plugin, "(POOL_ID: 'x', OTHER: 'y', ID: 'x' by the default of parameter env:POOL_ID, …)");
}

#[test]
fn code_is_what_a_handler_may_reach() {
    let place = |handler: &str| {
        let service = format!("service: s\nprovider: {{name: aws}}\nfunctions: {{f: {{handler: {handler}}}}}\n");
        let scan = scan(&[("serverless.yml", &service), ("create.js", ""), ("packages/api/package.json", "{}")]);
        scan.code("FLambdaFunction").map(|code| match &code.path {
            CodePath::Path(path) => format!("{path} {}", code.handler.as_deref().unwrap_or_default()),
            CodePath::Inline => String::new(),
        })
    };
    assert_eq!(place("src/auth/login.handler").as_deref(), Some("/p/src auth/login.handler"));
    assert_eq!(place("./packages/api/src/login.main").as_deref(), Some("/p/packages/api src/login.main"));
    assert_eq!(place("create.main").as_deref(), Some("/p/create.js create.main"));
    assert_eq!(place("missing.main"), None);
    assert_eq!(place("\"${env:HANDLER}\""), None);
}

const API: &str = "service: {name: api}\nprovider:\n  name: aws\n  runtime: nodejs20.x\n  environment: {A: shared, B: shared, C: gone}\n  \
    httpApi:\n    authorizers:\n      jwt-auth: {type: jwt, issuerUrl: !Sub 'https://x/${Users}', audience: !Ref Web}\n  \
    ecr: {images: {app: {path: ./image}}}\n\
    functions:\n  sign-in:\n    handler: src/auth/sign-in.handler\n    environment: {B: own, C: null}\n    events:\n      - http: {path: /a, method: get, authorizer: {type: COGNITO_USER_POOLS, name: pool, arn: !GetAtt Users.Arn}}\n      \
    - http: GET /open\n      - httpApi: {path: /b, method: get, authorizer: {name: jwt-auth}}\n  \
    boxed: {image: {name: app}}\n  pulled: {image: 1.dkr.ecr.eu-west-1.amazonaws.com/x}\n  \
    check: {handler: src/check.handler, events: [{cognitoUserPool: {pool: Members, trigger: PreSignUp}}]}\n  \
    later: {handler: src/later.handler, events: [{cognitoUserPool: {pool: shop-users, trigger: PostConfirmation, existing: true}}]}\n\
    resources:\n  - Resources:\n      Users: {Type: AWS::Cognito::UserPool, Properties: {UserPoolName: shop-users}}\n      Web: {Type: AWS::Cognito::UserPoolClient, Properties: {UserPoolId: !Ref Users}}\n      \
    CognitoUserPoolMembers: {Type: AWS::Cognito::UserPool, Properties: {MfaConfiguration: 'OFF'}}\n  \
    - Outputs: {Id: {Value: !Ref Web}}\n    extensions: {SignDashinLambdaFunction: {Properties: {Tags: [x]}}}\n";

#[test]
fn functions_become_resources_under_the_framework_s_names() {
    let scan = scan(&[("api/serverless.yml", API)]);
    let variables = |id: &str| scan.property(id, "Environment.Variables");
    assert_eq!(variables("SignDashinLambdaFunction"), "(A: 'shared', B: 'own')");
    assert_eq!(variables("BoxedLambdaFunction"), "(A: 'shared', B: 'shared', C: 'gone')");
    assert_eq!(scan.property("SignDashinLambdaFunction", "Tags"), "['x']");
    let code = scan.code("SignDashinLambdaFunction").unwrap();
    assert_eq!(
        (&code.path, code.handler.as_deref()),
        (&CodePath::Path("/p/api/src".into()), Some("auth/sign-in.handler"))
    );
    assert_eq!(scan.code("BoxedLambdaFunction").unwrap().path, CodePath::Path("/p/api/image".into()));
    assert!(scan.code("PulledLambdaFunction").is_none());
    assert_eq!(scan.reading.facts.stacks[0].name.as_deref(), Some("api-dev"));
    assert_eq!(show(&scan.output("Id").value), "!Ref Web");
    assert_eq!(scan.text(scan.resource("SignDashinLambdaFunction").loc), "sign-in");
}

#[test]
fn authorizers_and_triggers_become_resources() {
    let scan = scan(&[("api/serverless.yml", API)]);
    assert_eq!(scan.property("PoolApiGatewayAuthorizer", "ProviderARNs"), "[!GetAtt Users.Arn]");
    assert_eq!(
        scan.property("HttpApiAuthorizerJwtDashauth", "JwtConfiguration"),
        "(Issuer: <'https://x/' !Ref Users>, Audience: [!Ref Web])"
    );
    assert_eq!(scan.property("CognitoUserPoolMembers", "MfaConfiguration"), "'OFF'");
    assert_eq!(scan.property("CognitoUserPoolMembers", "LambdaConfig"), "(PreSignUp: !GetAtt CheckLambdaFunction.Arn)");
    assert_eq!(scan.property("Users", "LambdaConfig"), "(PostConfirmation: !GetAtt LaterLambdaFunction.Arn)");
    assert_eq!(
        scan.property("CheckLambdaPermissionCognitoUserPoolMembersTriggerSourcePreSignUp", "SourceArn"),
        "!GetAtt CognitoUserPoolMembers.Arn"
    );
}

#[test]
fn a_pool_that_may_be_the_one_of_an_event_keeps_its_triggers_open() {
    let service = "service: a\nprovider: {name: aws}\nfunctions:\n  f: {handler: a.b, events: [{cognitoUserPool: {pool: '${env:NAME}', trigger: PreSignUp, existing: true}}]}\n\
        resources: {Resources: {P: {Type: AWS::Cognito::UserPool, Properties: {UserPoolName: x}}}}\n";
    assert_eq!(scan(&[("serverless.yml", service)]).property("P", "LambdaConfig"), "?Fn::Transform");
}

#[test]
fn parts_in_other_files_stand_where_they_are_written() {
    let service = "service: a\nprovider: {name: aws}\nfunctions: ['${file(f.yml)}']\nresources: ['${file(res/users.yml)}', '${file(res/none.yml)}']\n";
    let users =
        "Resources:\n  Users:\n    Type: AWS::Cognito::UserPool\n    Properties: {UserPoolName: '${self:service}'}\n";
    let scan = scan(&[("serverless.yml", service), ("res/users.yml", users), ("f.yml", "go: {handler: x.y}\n")]);
    assert_eq!(scan.resources(), ["serverless.yml:GoLambdaFunction", "serverless.yml:Users"]);
    let pool = scan.resource("Users");
    assert_eq!(scan.sources.file(pool.loc.file).path.as_str(), "res/users.yml");
    assert_eq!(scan.text(pool.loc), "Users");
    let name = pool.properties.field("UserPoolName").value().unwrap();
    assert_eq!((show(name).as_str(), scan.text(name.loc)), ("'a'", "'${self:service}'"));
    assert_eq!(scan.notes(), ["unresolved"]);
}

#[test]
fn services_that_are_deployed_together_pass_outputs_on() {
    let compose = "services:\n  auth: {path: auth}\n  api: {path: ./api, params: {poolId: '${auth.PoolId}', plain: x, other: '${sls:stage}'}}\n";
    let auth = "service: login\nprovider: {name: aws}\nresources: {Outputs: {PoolId: {Value: x}}}\n";
    let api = "service: api\nprovider: {name: aws}\nfunctions: {f: {handler: a.b, environment: {P: '${param:poolId}', Q: '${param:plain}', R: '${param:other}'}}}\n";
    let scan = scan(&[("serverless-compose.yml", compose), ("auth/serverless.yml", auth), ("api/serverless.yml", api)]);
    assert_eq!(
        scan.property("FLambdaFunction", "Environment.Variables"),
        "(P: output login-dev.PoolId, Q: 'x', R: ?Fn::Variable)"
    );
}

#[test]
fn an_api_of_the_appsync_plugin_is_an_api() {
    let two = "service: a\nprovider: {name: aws}\nappSync: {name: x, authentication: {type: AMAZON_COGNITO_USER_POOLS, config: {userPoolId: !Ref P, appIdClientRegex: !Ref C}}}\n";
    let one = "service: a\nprovider: {name: aws}\ncustom: {appSync: {authenticationType: AMAZON_COGNITO_USER_POOLS, userPoolConfig: {userPoolId: !Ref P, appIdClientRegex: !Ref C}}}\n";
    for service in [two, one] {
        let scan = scan(&[("serverless.yml", service)]);
        assert_eq!(scan.property("GraphQlApi", "UserPoolConfig"), "(UserPoolId: !Ref P, AppIdClientRegex: !Ref C)");
    }
}

#[test]
fn a_program_may_export_the_service() {
    let users = "export default { Users: { Type: 'AWS::Cognito::UserPool', Properties: { UserPoolName: '${self:service}-${sls:stage}' } } };\n";
    let body = "service: 'shop', provider: { name: 'aws', environment: { POOL: { Ref: 'Users' }, KEY: process.env.KEY, ID: process.env.ID ?? 'none' } },\n  \
        functions: { login: { handler: 'src/login.handler', ...extra() } }, resources: { Resources: { ...users } }";
    let modern = format!("import users from './users';\nconst config: AWS = {{ {body} }};\nexport default config;\n");
    let common = format!("const users = require('./users').default;\nmodule.exports = {{ {body} }};\n");
    for (name, program) in [("serverless.ts", modern), ("serverless.js", common)] {
        let scan = scan(&[(name, &program), ("users.ts", users)]);
        assert_eq!(scan.property("Users", "UserPoolName"), "'shop-dev' by the default of parameter stage", "{name}");
        assert_eq!(scan.sources.file(scan.resource("Users").loc.file).path.as_str(), "users.ts");
        assert_eq!(
            scan.property("LoginLambdaFunction", "Environment.Variables"),
            "(POOL: !Ref Users, KEY: parameter env:KEY, ID: 'none' by the default of parameter env:ID)"
        );
    }
}

#[test]
fn circles_are_told_and_end() {
    let circles = [
        "a: '${self:custom.b}'\n  b: '${self:custom.a}'",
        "a: {x: '${self:custom.a}'}",
        "a: '${self:}'",
        "a: '${self:custom.a.b}'",
        "a: 'x${self:custom.a}'",
        "a: '${file(serverless.yml)}'",
        "a: '${file(serverless.yml):custom.a}'",
    ];
    for circle in circles {
        let value = value(circle, "${self:custom.a}");
        assert!(value.contains("?Fn::Variable"), "{circle}: {value}");
    }
}

#[test]
fn bombs_end() {
    let doubled: Vec<String> =
        (0..60).map(|at| format!("a{at}: '${{self:custom.a{0}}}${{self:custom.a{0}}}'", at + 1)).collect();
    value(&format!("{}\n  a60: x", doubled.join("\n  ")), "${self:custom.a0}");
    let wide: Vec<String> =
        (0..60).map(|at| format!("a{at}: ['${{self:custom.a{0}}}', '${{self:custom.a{0}}}']", at + 1)).collect();
    value(&format!("{}\n  a60: x", wide.join("\n  ")), "${self:custom.a0}");
    let stages: Vec<String> = (0..40).map(|at| format!("s{at}: '${{self:custom.m.${{sls:stage}}}}'")).collect();
    value(&format!("m: {{{}}}", stages.join(", ")), "${self:custom.m.${sls:stage}}");
    let deep = format!("a: {}x{}", "{a: ".repeat(120), "}".repeat(120));
    value(&deep, "${self:custom}");
}

#[test]
fn broken_services_never_panic() {
    let stage = "service: s\nprovider: {name: aws, stage: \"${opt:stage, 'dev'}\", environment: '${file(e.yml):${sls:stage}}'}\nparams: {prod: {a: b}}\n\
        resources: ['${file(r.yml)}', {Resources: {U: {Type: AWS::Cognito::UserPool, Properties: {N: !Sub '${param:a}${U}'}}}}]\n";
    let events = "service: a\nprovider: {name: aws, httpApi: {authorizers: {j: {issuerUrl: x, audience: [y]}}}}\nfunctions: {f: {handler: a.b, image: {name: c}, events: [{http: {authorizer: {arn: x, type: COGNITO_USER_POOLS}}}, {cognitoUserPool: {pool: p, trigger: T}}]}}\nresources: {extensions: {F: {A: b}}}\n";
    mutation::each(&[events, stage], |text| {
        scan(&[
            ("serverless.yml", text),
            ("e.yml", "dev: {A: b}\nprod: {A: c}\n"),
            ("r.yml", "- {Resources: {X: {Type: AWS::X::Y}}}\n"),
        ]);
    });
}
