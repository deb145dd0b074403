//! Libraries other than the SDKs.

use super::{Project, calls, show, show_call};
use crate::read::Operation;

fn at(path: &str, text: &str) -> Project {
    Project::new(&[(path, text)])
}

#[test]
fn identity_js_sends_and_does_much_by_itself() {
    let project = at(
        "src/cognito.js",
        r#"
        import { CognitoUserPool, CognitoUser, AuthenticationDetails, CognitoRefreshToken } from 'amazon-cognito-identity-js';
        const pool = new CognitoUserPool({ UserPoolId: 'us-east-1_Ab1Cd2Ef3', ClientId: '1h57kf5cpq17m0eml12EXAMPLE'.toLowerCase() });
        export function signIn(username, password) {
          const user = new CognitoUser({ Username: username, Pool: pool });
          user.setAuthenticationFlowType('USER_PASSWORD_AUTH');
          return new Promise((resolve, reject) => user.authenticateUser(new AuthenticationDetails({ Username: username, Password: password }), {
            onSuccess: (session) => resolve(session.getIdToken().getJwtToken()),
            onFailure: reject,
          }));
        }
        export function renew(token) {
          const user = pool.getCurrentUser();
          user.refreshSession(new CognitoRefreshToken({ RefreshToken: token }), (err, session) => {});
        }"#,
    );
    assert_eq!(
        project.calls(),
        [
            r#"InitiateAuth {AuthFlow: "USER_PASSWORD_AUTH", ClientId: "1h57kf5cpq17m0eml12example", AuthParameters: {USERNAME: ?username, PASSWORD: ?password, DEVICE_KEY?: dynamic}}"#,
            r#"InitiateAuth {AuthFlow: "REFRESH_TOKEN_AUTH", ClientId: "1h57kf5cpq17m0eml12example", AuthParameters: {REFRESH_TOKEN: ?token, DEVICE_KEY?: dynamic}}"#,
        ]
    );
    let call = &project.facts.calls[0];
    assert!(call.automatic.confirms_device && call.automatic.no_secret && !call.automatic.implicit);
    let pool = project.facts.settings.iter().find(|setting| &*setting.key == "UserPoolId").unwrap();
    assert_eq!(show(&pool.value), r#""us-east-1_Ab1Cd2Ef3""#);
    assert_eq!(pool.reader, crate::read::Reader::Library);
}

#[test]
fn amplify_refreshes_as_its_version_does() {
    let app = r#"
        import { Amplify } from 'aws-amplify';
        import { signIn, fetchAuthSession } from 'aws-amplify/auth';
        Amplify.configure({ Auth: { Cognito: { userPoolId: import.meta.env.VITE_POOL_ID, userPoolClientId: import.meta.env.VITE_CLIENT_ID } } });
        // Cognito
        export const login = (username: string, password: string) => signIn({ username, password, options: { authFlowType: 'USER_PASSWORD_AUTH' } });
        export const session = () => fetchAuthSession({ forceRefresh: true });"#;
    let with = |version: &str| {
        let manifest = format!(r#"{{"dependencies": {{"aws-amplify": "{version}", "react": "18"}}}}"#);
        Project::new(&[("package.json", &manifest), ("src/auth.ts", app)])
    };
    let project = with("6.0.1");
    let sign_in = r#"InitiateAuth {AuthFlow: "USER_PASSWORD_AUTH", ClientId: env VITE_CLIENT_ID, AuthParameters: {USERNAME: ?username, PASSWORD: ?password, DEVICE_KEY?: dynamic}}"#;
    let refresh = r#"InitiateAuth {AuthFlow: "REFRESH_TOKEN_AUTH", ClientId: env VITE_CLIENT_ID, AuthParameters: {REFRESH_TOKEN: dynamic, DEVICE_KEY?: dynamic}}"#;
    assert_eq!(project.calls(), [sign_in, refresh, refresh]);
    assert!(project.facts.calls[1].automatic.implicit && !project.facts.calls[0].automatic.implicit);
    assert_eq!(project.facts.calls[0].library.version.as_deref(), Some("6.0.1"));
    let new = "GetTokensFromRefreshToken {ClientId: env VITE_CLIENT_ID, RefreshToken: dynamic, DeviceKey?: dynamic}";
    assert_eq!(with("6.15.4").calls(), [sign_in, new, new]);
    assert_eq!(with("^6.0.0").calls(), [sign_in, new, new]);
    let kinds: Vec<_> = project.facts.settings.iter().map(|setting| (setting.kind, show(&setting.value))).collect();
    assert!(kinds.contains(&(crate::read::SettingKind::ClientId, "env VITE_CLIENT_ID".to_owned())), "{kinds:?}");
}

#[test]
fn amplify_5_has_methods_and_one_flow_for_all() {
    let found = calls(
        "src/cognito.js",
        r#"
        import Amplify, { Auth } from 'aws-amplify';
        Amplify.configure({ Auth: { region: 'eu-west-1', userPoolId: 'eu-west-1_Ab1Cd2Ef3', userPoolWebClientId: 'abc', authenticationFlowType: 'USER_PASSWORD_AUTH' } });
        export const login = async (name, password) => { const user = await Auth.signIn(name, password); await Auth.rememberDevice(); return user; };"#,
    );
    assert_eq!(
        found[0],
        r#"InitiateAuth {AuthFlow: "USER_PASSWORD_AUTH", ClientId: "abc", AuthParameters: {USERNAME: ?name, PASSWORD: ?password, DEVICE_KEY?: dynamic}}"#
    );
    assert!(found.iter().any(|call| call.starts_with("UpdateDeviceStatus")));
}

#[test]
fn pycognito_never_sends_a_device_key() {
    let project = at(
        "app/cognito.py",
        r#"
import os
from pycognito import Cognito
def user(name, refresh_token):
    return Cognito(os.environ["POOL_ID"], os.environ["CLIENT_ID"], username=name, refresh_token=refresh_token,
                   client_secret=os.environ["SECRET"])
def sign_in(name, password):
    cognito = user(name, None)
    cognito.authenticate(password=password)
def renew(name, token):
    cognito = user(name, token)
    cognito.renew_access_token()
"#,
    );
    let hash = "base64.b64encode(hmac.new(env SECRET, ?name+env CLIENT_ID, import hashlib.sha256).digest())";
    assert_eq!(
        project.calls(),
        [
            format!(
                r#"InitiateAuth {{AuthFlow: "USER_SRP_AUTH", ClientId: env CLIENT_ID, AuthParameters: {{USERNAME: ?name, SRP_A: dynamic, SECRET_HASH: {hash}}}}}"#
            ),
            format!(
                r#"InitiateAuth {{AuthFlow: "REFRESH_TOKEN_AUTH", ClientId: env CLIENT_ID, AuthParameters: {{REFRESH_TOKEN: ?token, SECRET_HASH: {hash}}}}}"#
            ),
        ]
    );
    assert_eq!(&*project.facts.calls[1].library.name, "pycognito");
    assert_eq!(&*project.facts.calls[1].library.entry, "renew_access_token");
}

#[test]
fn verifiers_and_decoders() {
    let found = calls(
        "src/cognito-auth.ts",
        r#"
        import { CognitoJwtVerifier } from "aws-jwt-verify";
        import jwt from "jsonwebtoken";
        import { jwtVerify, createRemoteJWKSet, decodeJwt } from "jose";
        const issuer = `https://cognito-idp.eu-west-1.amazonaws.com/${process.env.POOL_ID}`;
        const verifier = CognitoJwtVerifier.create({ userPoolId: process.env.POOL_ID!, tokenUse: "access", clientId: process.env.CLIENT_ID! });
        export const a = (token: string) => verifier.verify(token);
        export const b = (token: string) => jwtVerify(token, createRemoteJWKSet(new URL("x")), { issuer, audience: "c" });
        export const c = (token: string) => jwt.decode(token);
        export const d = (token: string) => decodeJwt(token).sub;"#,
    );
    assert_eq!(
        found,
        [
            r#"Verify {UserPoolId: env POOL_ID, TokenUse: "access", ClientId: env CLIENT_ID}"#,
            r#"Verify {Issuer: "https://cognito-idp.eu-west-1.amazonaws.com/"+env POOL_ID, Audience: "c"}"#,
            "Decode {Token: ?token}",
            "Decode {Token: ?token}",
        ]
    );
    let found = calls(
        "app/cognito.py",
        r#"
import jwt
from jose import jwt as jose
def verify(token, key):
    return jwt.decode(token, key, algorithms=["RS256"], audience="c", issuer="https://cognito-idp.eu-west-1.amazonaws.com/p")
def look(token):
    return jwt.decode(token, options={"verify_signature": False})["cognito:groups"]
def claims(token):
    return jose.get_unverified_claims(token)
"#,
    );
    assert_eq!(
        found,
        [
            r#"Verify {Audience: "c", Issuer: "https://cognito-idp.eu-west-1.amazonaws.com/p"}"#,
            "Decode {Token: ?token}",
            "Decode {Token: ?token}",
        ]
    );
}

#[test]
fn identity_pools_take_logins() {
    let project = at(
        "src/cognito.ts",
        r#"
        import { fromCognitoIdentityPool } from "@aws-sdk/credential-providers";
        export const credentials = (token: string) => fromCognitoIdentityPool({ identityPoolId: "eu-west-1:0",
          logins: { [`cognito-idp.eu-west-1.amazonaws.com/${process.env.POOL_ID}`]: token } });"#,
    );
    assert_eq!(project.only().operation, Operation::Federate);
    assert_eq!(show_call(project.only()), r#"Federate {IdentityPoolId: "eu-west-1:0", Logins: {…}}"#);
}

#[test]
fn a_hash_fed_by_statements_knows_its_message() {
    let found = calls(
        "src/cognito.js",
        r#"
        const crypto = require('node:crypto');
        const { CognitoIdentityProviderClient, SignUpCommand } = require('@aws-sdk/client-cognito-identity-provider');
        const client = new CognitoIdentityProviderClient({});
        function hash(user) {
          const hmac = crypto.createHmac('sha256', process.env.SECRET);
          hmac.update(user);
          hmac.update(process.env.CLIENT_ID);
          return hmac.digest('base64');
        }
        exports.signUp = (user) => client.send(new SignUpCommand({ ClientId: process.env.CLIENT_ID, Username: user, SecretHash: hash(user) }));"#,
    );
    assert_eq!(
        found,
        [
            r#"SignUp {ClientId: env CLIENT_ID, Username: ?user, SecretHash: crypto.createHmac("sha256", env SECRET).update(?user).update(env CLIENT_ID).digest("base64")}"#
        ]
    );
}

#[test]
fn secrets_and_parameters_are_read_from_their_stores() {
    let found = calls(
        "src/cognito.ts",
        r#"
        import { SecretsManagerClient, GetSecretValueCommand } from "@aws-sdk/client-secrets-manager";
        import { SSMClient, GetParameterCommand } from "@aws-sdk/client-ssm";
        import { CognitoIdentityProviderClient, InitiateAuthCommand } from "@aws-sdk/client-cognito-identity-provider";
        const secrets = new SecretsManagerClient({});
        const ssm = new SSMClient({});
        async function load() {
          const answer = await secrets.send(new GetSecretValueCommand({ SecretId: "app/cognito" }));
          return JSON.parse(answer.SecretString!);
        }
        export async function signIn(user: string) {
          const secret = await load();
          const flow = await ssm.send(new GetParameterCommand({ Name: "/app/scope" }));
          return new CognitoIdentityProviderClient({}).send(new InitiateAuthCommand({ AuthFlow: "CUSTOM_AUTH", ClientId: secret.clientId,
            AuthParameters: { USERNAME: user, SCOPE: flow.Parameter?.Value } }));
        }"#,
    );
    let expected = r#"InitiateAuth {AuthFlow: "CUSTOM_AUTH", ClientId: Secret { name: "app/cognito", field: "clientId" }, AuthParameters: {USERNAME: ?user, SCOPE: SsmParameter("/app/scope")}}"#;
    assert_eq!(found, [expected]);
}

#[test]
fn an_address_of_the_sign_in_pages_is_a_request_for_authorization() {
    let found = calls(
        "src/cognito-login.ts",
        r#"
        const domain = process.env.COGNITO_DOMAIN;
        export function login() {
          const params = new URLSearchParams({ client_id: process.env.CLIENT_ID!, response_type: "code" });
          window.location.href = `https://${domain}/oauth2/authorize?${params.toString()}`;
        }
        export const other = (state: string) =>
          "https://shop.auth.eu-west-1.amazoncognito.com/login?client_id=abc&response_type=token&state=" + state;
        export const foreign = (id: string) => `https://login.example.com/login?client_id=${id}`;"#,
    );
    assert_eq!(
        found,
        [
            r#"Authorize {client_id: env CLIENT_ID, response_type: "code"}"#,
            r#"Authorize {client_id: "abc", response_type: "token", state: ?state}"#,
        ]
    );
}

#[test]
fn verifiers_of_several_pools_check_lists() {
    let found = calls(
        "src/auth.ts",
        r#"
        import { CognitoJwtVerifier } from "aws-jwt-verify";
        const verifier = CognitoJwtVerifier.create([
          { userPoolId: process.env.A!, clientId: "a" , tokenUse: "id" },
          { userPoolId: process.env.B!, clientId: ["b", "c"], tokenUse: "id" },
        ]);"#,
    );
    assert_eq!(found, [r#"Verify {UserPoolId: [env A, env B], ClientId: ["a", "b", "c"], TokenUse: ["id", "id"]}"#]);
}

#[test]
fn keys_of_a_pool_tell_the_issuer() {
    let found = calls(
        "src/cognito.ts",
        r#"
        import { expressjwt } from "express-jwt";
        import jwksRsa from "jwks-rsa";
        import { Strategy } from "passport-jwt";
        import { jwtVerify, createRemoteJWKSet } from "jose";
        const pool = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Ab1Cd2Ef3";
        export const a = expressjwt({ secret: jwksRsa.expressJwtSecret({ jwksUri: `${pool}/.well-known/jwks.json` }), algorithms: ["RS256"] });
        export const b = new Strategy({ secretOrKeyProvider: jwksRsa.passportJwtSecret({ jwksUri: "x" }), issuer: pool }, () => {});
        const keys = createRemoteJWKSet(new URL(`${pool}/.well-known/jwks.json`));
        export const c = (token: string) => jwtVerify(token, keys);"#,
    );
    let keys =
        r#"Verify {Issuer: "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Ab1Cd2Ef3/.well-known/jwks.json"}"#;
    let issuer = r#"Verify {Issuer: "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Ab1Cd2Ef3"}"#;
    assert_eq!(found, [keys, issuer, keys]);
    let python = calls(
        "app/tokens.py",
        r#"
import jwt
keys = jwt.PyJWKClient("https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Ab1Cd2Ef3/.well-known/jwks.json")
def verify(token):
    return jwt.decode(token, keys.get_signing_key_from_jwt(token).key, algorithms=["RS256"])
"#,
    );
    assert_eq!(python, [keys]);
}

#[test]
fn tokens_of_the_apps_own_are_not_cognitos() {
    let node = r#"
        import jwt from "jsonwebtoken"; // Cognito signs users in, sessions are ours
        export const a = (token: string) => jwt.verify(token, process.env.JWT_SECRET!);
        export class Sessions { constructor(private readonly jwtSecret: string) {} check(token: string) { return jwt.verify(token, this.jwtSecret); } }"#;
    assert_eq!(calls("src/session.ts", node), Vec::<String>::new());
    let python =
        "import jwt\n# Cognito\ndef check(token, key):\n    return jwt.decode(token, key, algorithms=['HS256'])\n";
    assert_eq!(calls("app/session.py", python), Vec::<String>::new());
}

#[test]
fn claims_that_are_read_of_a_decoded_token_are_told() {
    let project = at(
        "src/auth.ts",
        r#"
        import jwt from "jsonwebtoken"; // of Cognito
        export function groups(token: string) {
          const decoded = jwt.decode(token, { complete: true });
          const { "cognito:groups": groups } = decoded!.payload;
          return groups.includes("admins");
        }"#,
    );
    assert_eq!(project.facts.calls[0].reads.paths.iter().map(|path| &**path).collect::<Vec<_>>(), ["cognito:groups"]);
    let unsigned = calls(
        "app/cognito.py",
        "import jwt\n# Cognito\ndef look(token):\n    return jwt.decode(token, algorithms=['none'])\n",
    );
    assert_eq!(unsigned, ["Decode {Token: ?token}"]);
}

#[test]
fn components_of_amplify_sign_in_by_themselves() {
    let found = calls(
        "src/App.tsx",
        r#"
        import { Amplify } from "aws-amplify";
        import { Authenticator, withAuthenticator } from "@aws-amplify/ui-react";
        Amplify.configure({ Auth: { Cognito: { userPoolId: "eu-west-1_Ab1Cd2Ef3", userPoolClientId: "abc" } } });
        function Home() { return <main /> }
        export const App = () => <Authenticator>{({ user }) => <Home />}</Authenticator>;
        export const Other = withAuthenticator(Home);"#,
    );
    let sign_ins = found.iter().filter(|call| call.contains("USER_SRP_AUTH") && call.contains(r#"ClientId: "abc""#));
    assert_eq!(sign_ins.count(), 2, "{found:?}");
}
