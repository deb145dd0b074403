//! No output tells a secret that stands in what was scanned, whatever a policy asks of it.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

/// What every planted secret has in it; numbers stand for passwords of digits.
const PLANTED: [&str; 2] = ["hush", "90817263"];

const TEMPLATE: &str = r#"
Parameters:
  Hidden: { Type: String, NoEcho: true, Default: hush-parameter }
  Words: { Type: String, Default: hush-by-reference }
Resources:
  Pool:
    Type: AWS::Cognito::UserPool
    Properties:
      UserPoolName: !Ref Hidden
      EmailVerificationMessage: !Sub 'x ${Hidden}'
      SmsConfiguration: { ExternalId: hush-external, SnsCallerArn: 'arn:aws:iam::111122223333:role/sms' }
  User:
    Type: AWS::Cognito::UserPoolUser
    Properties:
      UserPoolId: !Ref Pool
      TemporaryPassword: 90817263
      UserAttributes: [{ Name: 'custom:apikey', Value: hush-attribute }]
      ClientMetadata: { password: hush-metadata }
  Apple:
    Type: AWS::Cognito::UserPoolIdentityProvider
    Properties:
      UserPoolId: !Ref Pool
      ProviderName: SignInWithApple
      ProviderType: SignInWithApple
      ProviderDetails: { client_id: a, private_key: hush-key, client_secret: hush-secret, api_key: hush-api }
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      ContainerDefinitions:
        - Name: web
          Environment:
            - { Name: DB_PASSWORD, Value: hush-task }
            - { Name: API_TOKEN, Value: !Ref Words }
            - { Name: CLIENT_ID, Value: !Ref Web }
  Function:
    Type: AWS::Lambda::Function
    Properties:
      Handler: index.handler
      Runtime: python3.12
      Environment:
        Variables:
          ACCESS_TOKEN: hush-access
          DB_PASSWORD: 90817263
          DATABASE_URL: postgres://shop:hush-url@db/shop
          QUERY: https://a.example/?api_key=hush-query
          JOINED: !Sub 'postgres://shop:${Words}@db/shop'
          SESSION: eyJhbGciOiJIUzI1NiJ9.eyJodXNoIjoiaHVzaCJ9.hush1234567
      Code: { ZipFile: "token = 'hush-inline'" }
  Web:
    Type: AWS::Cognito::UserPoolClient
    Metadata: { client_secret: hush-note, text: 'password: hush-note' }
    Properties: { UserPoolId: !Ref Pool, ClientSecret: hush-client, ClientName: !Sub 'web-${Hidden}' }
Outputs:
  Token: { Value: hush-output }
  Url: { Value: 'https://shop:hush-output@a.example' }
"#;

const PYTHON: &str = r#"
import boto3
cognito = boto3.client("cognito-idp")
WEB = "4q8rj2v0k7m5t1x9c3b6n8p2d0"

def calls():
    cognito.initiate_auth(ClientId=WEB, AuthFlow="USER_PASSWORD_AUTH", AuthParameters={"USERNAME": "bob", "PASSWORD": "hush1", "SECRET_HASH": "hush2"}, ClientMetadata={"apiKey": "hush3"})
    cognito.initiate_auth(ClientId=WEB, AuthFlow="REFRESH_TOKEN_AUTH", AuthParameters={"REFRESH_TOKEN": "hush4"})
    cognito.get_tokens_from_refresh_token(ClientId=WEB, RefreshToken="hush5", ClientSecret="hush6")
    cognito.sign_up(ClientId=WEB, Username="u", Password="hush7", SecretHash="hush8")
    cognito.confirm_sign_up(ClientId=WEB, Username="u", ConfirmationCode="hush9")
    cognito.revoke_token(Token="hush10", ClientId=WEB, ClientSecret="hush11")
    cognito.respond_to_auth_challenge(ClientId=WEB, ChallengeName="NEW_PASSWORD_REQUIRED", Session="hush12", ChallengeResponses={"NEW_PASSWORD": "hush13", "USERNAME": "x", "SOFTWARE_TOKEN_MFA_CODE": "hush14", "ANSWER": "hush15"})
    cognito.change_password(PreviousPassword="hush16", ProposedPassword="hush17", AccessToken="hush18")
    cognito.verify_software_token(UserCode="hush19", Session="hush20")
    cognito.confirm_device(AccessToken="hush21", DeviceKey="k", DeviceSecretVerifierConfig={"PasswordVerifier": "hush22", "Salt": "hush23"})
    cognito.admin_create_user(UserPoolId="eu-west-1_Ab1Cd2Ef3", Username="u", TemporaryPassword="hush24")
    cognito.admin_set_user_password(UserPoolId="eu-west-1_Ab1Cd2Ef3", Username="u", Password=90817263, Permanent=True)
"#;

const TYPESCRIPT: &str = r#"
import { signIn, confirmSignUp, confirmSignIn } from "aws-amplify/auth";
export const calls = async () => {
  await signIn({ username: "u", password: "hush30" });
  await confirmSignUp({ username: "u", confirmationCode: "hush31" });
  await confirmSignIn({ challengeResponse: "hush32" });
  await fetch("https://shop.auth.eu-west-1.amazoncognito.com/oauth2/token", { method: "POST",
    headers: { Authorization: "Basic aHVzaDpodXNo", "Content-Type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({ grant_type: "authorization_code", code: "hush33", code_verifier: "hush34", client_secret: "hush35", client_id: "4q8rj2v0k7m5t1x9c3b6n8p2d0" }) });
};
"#;

const TERRAFORM: &str = r#"
variable "words" {
  sensitive = true
  default   = "hush-variable"
}
resource "aws_cognito_user_pool" "main" {
  name                       = var.words
  email_verification_message = "x ${var.words}"
  sms_configuration {
    external_id    = "hush-external"
    sns_caller_arn = "arn:aws:iam::111122223333:role/sms"
  }
}
resource "aws_cognito_identity_provider" "google" {
  user_pool_id     = aws_cognito_user_pool.main.id
  provider_name    = "Google"
  provider_type    = "Google"
  provider_details = { client_id = "x", client_secret = "hush-google", app_secret = "hush-app" }
}
resource "aws_cognito_user" "u" {
  user_pool_id       = aws_cognito_user_pool.main.id
  username           = "u"
  temporary_password = "90817263"
}
resource "aws_lambda_function" "f" {
  function_name = "f"
  environment {
    variables = { REFRESH_TOKEN = "hush-lambda", URL = "https://a:hush-lambda@b.example" }
  }
}
"#;

const SETTINGS: &str = "COGNITO_CLIENT_ID=4q8rj2v0k7m5t1x9c3b6n8p2d0\nCOGNITO_CLIENT_SECRET=hush-env\nUSER_PASSWORD=hush-env\n\
                        COGNITO_DOMAIN=https://user:hush-env@x.auth.eu-west-1.amazoncognito.com\nAWS_SECRET_ACCESS_KEY=hush-env\n";

/// Fails of every value there is, so that each is quoted.
const CURIOUS: &str = "\
rule R1 { Resources.*.* not in [/./] }
rule R2 { Resources.*.Properties.* not in [/./] }
rule R3 { Resources.*.Properties.*.* not in [/./] }
rule R4 { Resources.*.Properties.*.*.* not in [/./] }
rule R5 { Resources.*.Properties.*[*].*[*].* not in [/./] }
rule R6 { Resources.*.Metadata.* not in [/./] }
rule R7 { Resources.User.Properties.TemporaryPassword == 5 }
rule R8 { Resources.Function.Properties.Environment.Variables.DB_PASSWORD == 5 }
rule C1 { Calls[*].* not in [/./] }
rule C2 { Calls[*].Parameters.* not in [/./] }
rule C3 { Calls[*].Parameters.*.* not in [/./] }
rule S1 { Settings[*].* not in [/./] }
rule L1 { Links[*].* not in [/./] }
rule A1 { Apps[*].* not in [/./] }
";

fn run(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cognito-lint"));
    command.args(arguments).current_dir(folder).output().expect("the program runs")
}

fn planted() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (path, text) in [
        ("infra/template.yaml", TEMPLATE),
        ("tf/main.tf", TERRAFORM),
        ("api/calls.py", PYTHON),
        ("web/src/calls.ts", TYPESCRIPT),
        ("web/package.json", r#"{"name": "web", "dependencies": {"aws-amplify": "^6.0.0"}}"#),
        ("web/.env", SETTINGS),
        ("curious.guard", CURIOUS),
    ] {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("it can be made");
        fs::write(path, text).expect("it can be written");
    }
    folder
}

fn told(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

fn assert_silent(what: &str, told: &str) {
    let leaks: Vec<_> = told.lines().filter(|line| PLANTED.iter().any(|secret| line.contains(secret))).collect();
    assert!(leaks.is_empty(), "{what} tells {leaks:#?}");
}

#[test]
fn no_output_tells_a_secret() {
    let folder = planted();
    for format in ["text", "concise", "json", "sarif", "github", "gitlab", "junit", "markdown"] {
        let arguments =
            ["--policy", "curious.guard", "--strict-policies", "--level", "audit", "--verbose", "--format", format];
        let output = run(folder.path(), &arguments);
        let text = told(&output);
        assert_eq!(output.status.code(), Some(1), "{text}");
        assert!(text.contains("secret-exposed") || format == "markdown", "{format}: {text}");
        // GitHub's annotations are cut off after a number of them.
        assert!(["policy/R2", "policy/C3"].iter().all(|rule| text.contains(rule)) || format == "github", "{text}");
        assert_silent(format, &text);
    }
}

#[test]
fn neither_facts_nor_the_view_tell_a_secret_but_that_there_is_one() {
    let folder = planted();
    let facts = run(folder.path(), &["facts"]);
    assert_eq!(facts.status.code(), Some(0), "{}", told(&facts));
    assert_silent("facts", &told(&facts));
    let view = told(&run(folder.path(), &["facts", "--view", "policy"]));
    assert_silent("the view", &view);
    let document: serde_json::Value = serde_json::from_str(&view).expect("JSON");
    let hidden = serde_json::json!({ "$unknown": "it is kept secret" });
    let document = &document["views"][0]["document"];
    let variables = &document["Resources"]["Function"]["Properties"]["Environment"]["Variables"];
    for name in ["ACCESS_TOKEN", "DB_PASSWORD", "DATABASE_URL", "QUERY", "SESSION"] {
        assert_eq!(variables[name], hidden, "{name}");
    }
    let calls = document["Calls"].as_array().expect("a list");
    let parameters = |operation: &str| {
        let call = calls.iter().find(|call| call["Operation"] == operation && call["Library"] == "boto3");
        &call.expect("the call is there")["Parameters"]
    };
    assert_eq!(parameters("ConfirmSignUp")["ConfirmationCode"], hidden);
    assert_eq!(parameters("GetTokensFromRefreshToken")["RefreshToken"], hidden);
    assert_eq!(parameters("RespondToAuthChallenge")["ChallengeResponses"]["USERNAME"], "x");
}

#[test]
fn a_policy_can_say_that_a_secret_is_there() {
    let folder = planted();
    let policy = "rule NO_PASSWORDS { Calls[ Operation == 'SignUp' Library == 'boto3' ].Parameters.Password not exists <<a password>> }\n\
                  rule REFRESHES { Calls[ Operation == 'InitiateAuth' Refresh == true Library == 'boto3' ].Parameters.AuthParameters.REFRESH_TOKEN exists }\n";
    fs::write(folder.path().join("there.guard"), policy).expect("it can be written");
    let text = told(&run(folder.path(), &["--policy", "there.guard", "--format", "concise", "--strict-policies"]));
    let lines: Vec<_> = text.lines().filter(|line| line.contains("policy/")).collect();
    assert!(lines.len() == 1 && lines[0].contains("policy/NO_PASSWORDS] a password"), "{lines:#?}");
}
