//! How values flow to a call.

use super::{Project, calls, py, show, ts};

const SDK: &str = r#"import { CognitoIdentityProviderClient, InitiateAuthCommand } from "@aws-sdk/client-cognito-identity-provider";
const client = new CognitoIdentityProviderClient({});
"#;

fn sdk(text: &str) -> String {
    ts(&format!("{SDK}{text}"))
}

#[test]
fn a_key_set_on_some_path_is_there_sometimes() {
    let shown = sdk(r#"
        export async function refresh(token: string, deviceKey?: string) {
          const params: Record<string, string> = { REFRESH_TOKEN: token };
          if (deviceKey) { params.DEVICE_KEY = deviceKey; }
          params["SCOPE"] = "x";
          return client.send(new InitiateAuthCommand({ AuthFlow: "REFRESH_TOKEN_AUTH", ClientId: "c", AuthParameters: params }));
        }"#);
    assert!(
        shown.contains(r#"AuthParameters: {REFRESH_TOKEN: ?token, DEVICE_KEY?[deviceKey]: ?deviceKey, SCOPE: "x"}"#),
        "{shown}"
    );
}

#[test]
fn conditional_spreads_are_there_sometimes() {
    let shown = sdk(r#"
        export const signIn = (user: string, secret?: string, hash?: string) =>
          client.send(new InitiateAuthCommand({ AuthFlow: "USER_PASSWORD_AUTH", ClientId: "c",
            AuthParameters: { USERNAME: user, ...(secret && { SECRET_HASH: secret }), ...(hash ? { DEVICE_KEY: hash } : {}) } }));"#);
    assert!(shown.contains("{USERNAME: ?user, SECRET_HASH?[secret]: ?secret, DEVICE_KEY?[hash]: ?hash}"), "{shown}");
}

#[test]
fn correlated_choices_stay_correlated() {
    let project = Project::new(&[(
        "src/cognito.ts",
        &format!(
            "{SDK}{}",
            r#"
        export function auth(isRefresh: boolean, token: string, user: string) {
          const flow = isRefresh ? "REFRESH_TOKEN_AUTH" : "USER_PASSWORD_AUTH";
          const params: any = {};
          if (isRefresh) { params.REFRESH_TOKEN = token; } else { params.USERNAME = user; }
          return client.send(new InitiateAuthCommand({ AuthFlow: flow, ClientId: "c", AuthParameters: params }));
        }"#
        ),
    )]);
    let parameters = &project.only().parameters;
    let mut whens = Vec::new();
    parameters.conditions(&mut |when| {
        if !whens.contains(when) {
            whens.push(when.clone())
        }
    });
    assert_eq!(whens.len(), 2, "{}", show(parameters));
    let refresh = parameters.under(whens.iter().find(|when| when.to_string() == "isRefresh").unwrap());
    assert_eq!(
        show(&refresh),
        r#"{AuthFlow: "REFRESH_TOKEN_AUTH", ClientId: "c", AuthParameters: {REFRESH_TOKEN: ?token}}"#
    );
}

#[test]
fn a_variable_that_changes_makes_another_test() {
    let shown = sdk(r#"
        export async function f(token: string) {
          const params: any = {};
          if (token) { params.A = "1"; }
          token = await load();
          if (!token) { params.B = "2"; }
          return client.send(new InitiateAuthCommand({ AuthFlow: "CUSTOM_AUTH", ClientId: "c", AuthParameters: params }));
        }"#);
    assert!(shown.contains(r#"{A?[token]: "1", B?[not token]: "2"}"#), "{shown}");
}

#[test]
fn a_branch_that_leaves_leaves_only_the_other() {
    let shown = sdk(r#"
        export async function f(user: string, secret?: string) {
          const params: any = { USERNAME: user };
          if (!secret) { throw new Error("no secret"); }
          params.SECRET_HASH = secret;
          return client.send(new InitiateAuthCommand({ AuthFlow: "CUSTOM_AUTH", ClientId: "c", AuthParameters: params }));
        }"#);
    assert!(shown.contains("{USERNAME: ?user, SECRET_HASH: ?secret}"), "{shown}");
}

#[test]
fn a_helper_that_returns_early_adds_sometimes() {
    let shown = sdk(r#"
        const SECRET = process.env.CLIENT_SECRET;
        function withHash(params: any, user: string) {
          if (!SECRET) return params;
          params.SECRET_HASH = hash(user);
          return params;
        }
        export const signIn = (user: string) => client.send(new InitiateAuthCommand({
          AuthFlow: "CUSTOM_AUTH", ClientId: "c", AuthParameters: withHash({ USERNAME: user }, user) }));"#);
    assert!(shown.contains("{USERNAME: ?user, SECRET_HASH?[SECRET]: hash(?user)}"), "{shown}");
}

#[test]
fn a_hash_that_is_made_only_with_a_secret_is_sent_only_then() {
    let shown = py(r#"
import boto3, os, hmac, hashlib, base64
class Cognito:
    def __init__(self):
        self.client = boto3.client("cognito-idp")
        self.client_id = os.getenv("CLIENT_ID")
        self.client_secret = os.getenv("CLIENT_SECRET")
    def _hash(self, username):
        if not self.client_secret:
            return None
        message = username + self.client_id
        digest = hmac.new(self.client_secret.encode(), message.encode(), hashlib.sha256).digest()
        return base64.b64encode(digest).decode()
    def sign_in(self, username, password):
        params = {"USERNAME": username, "PASSWORD": password}
        secret_hash = self._hash(username)
        if secret_hash:
            params["SECRET_HASH"] = secret_hash
        return self.client.initiate_auth(ClientId=self.client_id, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=params)
"#);
    assert_eq!(
        shown,
        r#"{ClientId: env CLIENT_ID, AuthFlow: "USER_PASSWORD_AUTH", AuthParameters: {USERNAME: ?username, PASSWORD: ?password, SECRET_HASH?[self.client_secret]: base64.b64encode(hmac.new(env CLIENT_SECRET, ?username+env CLIENT_ID, import hashlib.sha256).digest()).decode()}}"#
    );
}

#[test]
fn fallbacks_are_alternatives() {
    let shown = sdk(r#"
        export const f = () => client.send(new InitiateAuthCommand({
          AuthFlow: "CUSTOM_AUTH", ClientId: process.env.CLIENT_ID || process.env.APP_ID || "fallback" }));"#);
    assert!(shown.contains(r#"ClientId: env CLIENT_ID | else env APP_ID | else "fallback"}"#), "{shown}");
    let shown = py(r#"
import boto3, os
idp = boto3.client("cognito-idp")
def f():
    idp.initiate_auth(ClientId=os.getenv("CLIENT_ID", "fallback"), AuthFlow="CUSTOM_AUTH")
"#);
    assert_eq!(shown, r#"{ClientId: env CLIENT_ID | else "fallback", AuthFlow: "CUSTOM_AUTH"}"#);
}

#[test]
fn wrappers_are_called_where_their_parameters_stand() {
    let project = Project::new(&[(
        "src/cognito.ts",
        &format!(
            "{SDK}{}",
            r#"
        const CLIENT_ID = process.env.CLIENT_ID;
        async function request(flow: string, params: Record<string, string>) {
          return send({ AuthFlow: flow, ClientId: CLIENT_ID, AuthParameters: { ...params, EXTRA: "1" } });
        }
        async function send(input: any) { return client.send(new InitiateAuthCommand(input)); }
        export const signIn = (u: string, p: string) => request("USER_PASSWORD_AUTH", { USERNAME: u, PASSWORD: p });
        export const refresh = (t: string) => request("REFRESH_TOKEN_AUTH", { REFRESH_TOKEN: t });"#
        ),
    )]);
    assert_eq!(
        project.calls(),
        [
            r#"InitiateAuth {AuthFlow: "USER_PASSWORD_AUTH", ClientId: env CLIENT_ID, AuthParameters: {USERNAME: ?u, PASSWORD: ?p, EXTRA: "1"}}"#,
            r#"InitiateAuth {AuthFlow: "REFRESH_TOKEN_AUTH", ClientId: env CLIENT_ID, AuthParameters: {REFRESH_TOKEN: ?t, EXTRA: "1"}}"#,
        ]
    );
    let refresh = &project.facts.calls[1];
    assert_eq!(project.text_at(refresh), r#"request("REFRESH_TOKEN_AUTH", { REFRESH_TOKEN: t })"#);
    let through: Vec<&str> = refresh.through.iter().map(|loc| project.sources.text(*loc)).collect();
    assert!(through[0].starts_with("send({ AuthFlow"), "{through:?}");
    assert_eq!(through[1], "new InitiateAuthCommand(input)");
}

#[test]
fn a_map_handed_to_something_unknown_is_open() {
    let shown = sdk(r#"
        import { decorate } from "some-library";
        export const f = (token: string) => {
          const params = { REFRESH_TOKEN: token };
          console.log(params);
          decorate(params);
          return client.send(new InitiateAuthCommand({ AuthFlow: "REFRESH_TOKEN_AUTH", ClientId: "c", AuthParameters: params }));
        };"#);
    assert!(shown.contains("AuthParameters: {REFRESH_TOKEN: ?token, …}"), "{shown}");
}

#[test]
fn an_unknown_spread_leaves_a_map_open() {
    let shown = sdk(r#"
        export const f = (extra: object) => client.send(new InitiateAuthCommand({
          AuthFlow: "CUSTOM_AUTH", ClientId: "c", AuthParameters: { ...extra, USERNAME: "u" } }));"#);
    assert!(shown.contains(r#"AuthParameters: {USERNAME: "u", …}"#), "{shown}");
}

#[test]
fn assign_update_delete_and_defaults() {
    let shown = sdk(r#"
        export const f = (token: string) => {
          const params = Object.assign({}, { REFRESH_TOKEN: token, X: "1" }, { DEVICE_KEY: "k" });
          delete params.X;
          return client.send(new InitiateAuthCommand({ AuthFlow: "REFRESH_TOKEN_AUTH", ClientId: "c", AuthParameters: params }));
        };"#);
    assert!(shown.contains(r#"AuthParameters: {REFRESH_TOKEN: ?token, DEVICE_KEY: "k"}"#), "{shown}");
    let shown = py(r#"
import boto3
idp = boto3.client("cognito-idp")
def f(token, key):
    params = {**{"REFRESH_TOKEN": token}, "A": "1", "B": "2"}
    params.update(DEVICE_KEY=key)
    params.update({"C": "3"})
    params.setdefault("A", "9")
    params.pop("B")
    del params["C"]
    idp.initiate_auth(ClientId="c", AuthFlow="REFRESH_TOKEN_AUTH", AuthParameters=params)
"#);
    assert!(shown.contains(r#"AuthParameters: {REFRESH_TOKEN: ?token, A: "1", DEVICE_KEY: ?key}"#), "{shown}");
}

#[test]
fn loops_run_over_literals_and_may_not_run_over_unknowns() {
    let shown = py(r#"
import boto3
idp = boto3.client("cognito-idp")
def f(pairs, token):
    params = {}
    for key, value in [("REFRESH_TOKEN", token), ("DEVICE_KEY", "k")]:
        params[key] = value
    for pair in pairs:
        params["MORE"] = pair
    idp.initiate_auth(ClientId="c", AuthFlow="REFRESH_TOKEN_AUTH", AuthParameters=params)
"#);
    assert!(shown.contains(r#"AuthParameters: {REFRESH_TOKEN: ?token, DEVICE_KEY: "k", MORE?: ?pairs.[]}"#), "{shown}");
}

#[test]
fn handlers_are_alternatives() {
    let shown = py(r#"
import boto3
idp = boto3.client("cognito-idp")
def f(token):
    params = {"REFRESH_TOKEN": token}
    try:
        params["DEVICE_KEY"] = load()
    except KeyError:
        pass
    idp.initiate_auth(ClientId="c", AuthFlow="REFRESH_TOKEN_AUTH", AuthParameters=params)
"#);
    assert!(shown.contains("AuthParameters: {REFRESH_TOKEN: ?token, DEVICE_KEY?: load()}"), "{shown}");
}

#[test]
fn fields_getters_and_lazily_made_clients() {
    let shown = ts(r#"
        import { CognitoIdentityProviderClient, InitiateAuthCommand } from "@aws-sdk/client-cognito-identity-provider";
        let cached: CognitoIdentityProviderClient | undefined;
        function getClient() {
          if (!cached) { cached = new CognitoIdentityProviderClient({}); }
          return cached;
        }
        export class CognitoService {
          private readonly clientId: string;
          private poolId = process.env.POOL_ID!;
          static readonly FLOW = "USER_PASSWORD_AUTH";
          constructor() { this.clientId = process.env.CLIENT_ID ?? ""; }
          get pool() { return this.poolId.trim(); }
          async signIn(user: string) {
            const { clientId } = this;
            return getClient().send(new InitiateAuthCommand({ AuthFlow: CognitoService.FLOW, ClientId: clientId, UserPoolId: this.pool,
              AuthParameters: { USERNAME: user } }));
          }
        }"#);
    assert_eq!(
        shown,
        r#"{AuthFlow: "USER_PASSWORD_AUTH", ClientId: env CLIENT_ID | else "", UserPoolId: env POOL_ID, AuthParameters: {USERNAME: ?user}}"#
    );
}

#[test]
fn a_field_set_by_another_method_is_seen() {
    let shown = ts(r#"
        import { CognitoIdentityProviderClient, InitiateAuthCommand } from "@aws-sdk/client-cognito-identity-provider";
        export class CognitoService {
          private clientId: string | null = null;
          private client = new CognitoIdentityProviderClient({});
          async signIn(user: string) {
            return this.client.send(new InitiateAuthCommand({ AuthFlow: "CUSTOM_AUTH", ClientId: this.clientId!, AuthParameters: { USERNAME: user } }));
          }
          async init() { this.clientId = process.env.CLIENT_ID!; }
        }"#);
    assert!(shown.contains("ClientId: env CLIENT_ID,"), "{shown}");
}

#[test]
fn classes_derive_and_call_their_base() {
    let shown = py(r#"
import boto3, os
class Base:
    region = "eu-west-1"
    def __init__(self, client_id):
        self.client_id = client_id
        self.idp = boto3.client("cognito-idp", region_name=self.region)
    def params(self):
        return {"USERNAME": self.user()}
class Auth(Base):
    def __init__(self):
        super().__init__(os.environ["CLIENT_ID"])
    def user(self):
        return "u"
    def sign_in(self):
        return self.idp.initiate_auth(ClientId=self.client_id, AuthFlow="CUSTOM_AUTH", AuthParameters=self.params())
"#);
    assert_eq!(shown, r#"{ClientId: env CLIENT_ID, AuthFlow: "CUSTOM_AUTH", AuthParameters: {USERNAME: "u"}}"#);
}

#[test]
fn a_global_is_written_by_a_function() {
    let shown = py(r#"
import boto3, os
client = None
def init():
    global client
    client = boto3.client("cognito-idp")
def f():
    init()
    client.admin_get_user(UserPoolId="p")
"#);
    assert_eq!(shown, r#"{UserPoolId: "p"}"#);
}

#[test]
fn callbacks_promises_and_wrapped_handlers_run() {
    let found = calls(
        "src/cognito.ts",
        &format!(
            "{SDK}{}",
            r#"
        import middy from "@middy/core";
        import React from "react";
        export const handler = middy(async (event: any) => {
          const body = JSON.parse(event.body);
          return client.send(new InitiateAuthCommand({ AuthFlow: "CUSTOM_AUTH", ClientId: "a", AuthParameters: { USERNAME: body.email } }));
        });
        export function Login() {
          const signIn = React.useCallback(async () => load().then((user) =>
            client.send(new InitiateAuthCommand({ AuthFlow: "CUSTOM_AUTH", ClientId: "b", AuthParameters: { USERNAME: user } }))), []);
          return signIn;
        }
        export const later = (user: string) => new Promise((resolve) => {
          client.send(new InitiateAuthCommand({ AuthFlow: "CUSTOM_AUTH", ClientId: "d", AuthParameters: { USERNAME: user } })).then(resolve);
        });"#
        ),
    );
    assert_eq!(
        found,
        [
            r#"InitiateAuth {AuthFlow: "CUSTOM_AUTH", ClientId: "a", AuthParameters: {USERNAME: JSON.parse(?event.body).email}}"#,
            r#"InitiateAuth {AuthFlow: "CUSTOM_AUTH", ClientId: "b", AuthParameters: {USERNAME: load()}}"#,
            r#"InitiateAuth {AuthFlow: "CUSTOM_AUTH", ClientId: "d", AuthParameters: {USERNAME: ?user}}"#,
        ]
        .iter()
        .map(|line| (*line).to_owned())
        .collect::<Vec<_>>()
    );
}

#[test]
fn secrets_are_not_kept() {
    let secret = "1a2b3c4d5e6f7g8h9i0j1k2l3m4n5o6p7q8r9s0t1u2v3w4x5y6z";
    let shown = sdk(&format!(
        r#"
        import crypto from "crypto";
        const SECRET = "short-secret";
        export const f = (user: string) => client.send(new InitiateAuthCommand({{
          AuthFlow: "CUSTOM_AUTH", ClientId: "c", ClientSecret: "plain", X: "{secret}",
          AuthParameters: {{ SECRET_HASH: crypto.createHmac("sha256", SECRET).update(user + "c").digest("base64") }} }}));"#
    ));
    assert!(!shown.contains("short-secret") && !shown.contains("plain") && !shown.contains(secret), "{shown}");
    assert!(
        shown.contains(r#"SECRET_HASH: crypto.createHmac("sha256", redacted).update(?user+"c").digest("base64")"#),
        "{shown}"
    );
}

#[test]
fn endless_recursion_and_deep_nesting_end() {
    let mut text = String::from(
        "// cognito\nfunction f(x) { return g(x) + f(x); }\nfunction g(x) { return f(x); }\nf(1);\nconst deep = ",
    );
    text.push_str(&"f(".repeat(150));
    text.push_str(&")".repeat(150));
    assert_eq!(calls("src/deep.js", &text), Vec::<String>::new());
}

#[test]
fn an_explosion_of_calls_ends_in_a_note() {
    let mut text = String::from("// cognito\n");
    for level in 0..12 {
        text.push_str(&format!(
            "function f{level}(x) {{ f{0}(x); f{0}(x); f{0}(x); f{0}(x); f{0}(x); f{0}(x); return f{0}(x); }}\n",
            level + 1
        ));
    }
    text.push_str("function f12(x) { return x; }\nexport const start = (x) => f0(x);\n");
    let project = Project::new(&[("src/cognito.js", &text)]);
    assert!(project.facts.notes.iter().any(|note| note.kind == "limit"));
}

#[test]
fn a_function_without_a_name_is_called_by_what_holds_it() {
    let project = Project::new(&[(
        "src/cognito.ts",
        &format!(
            "{SDK}{}",
            r#"
        export const signIn = async (user: string) =>
          client.send(new InitiateAuthCommand({ AuthFlow: "CUSTOM_AUTH", ClientId: "c", AuthParameters: { USERNAME: user } }));"#
        ),
    )]);
    assert_eq!(project.only().function.as_deref(), Some("signIn"));
}

#[test]
fn a_place_that_does_the_same_for_many_is_one_call() {
    let mut text = format!(
        "{SDK}const run = (user: string) => client.send(new InitiateAuthCommand({{ AuthFlow: 'CUSTOM_AUTH', ClientId: 'c', AuthParameters: {{ USERNAME: user }} }}));\n"
    );
    for number in 0..5 {
        text.push_str(&format!("export const f{number} = (request: any) => run(request.body.email);\n"));
    }
    assert_eq!(calls("src/cognito.ts", &text).len(), 1);
}

#[test]
fn a_wrapper_that_may_be_what_it_wraps_is_called_and_comes_back() {
    let shown = sdk(r#"
        import { hooks as given } from "./generated";
        const hooks: any = { ...given };
        export function install(log: boolean) {
          const before = hooks.run;
          hooks.run = log ? () => console.log("run") : before;
          hooks.run();
        }
        export const signIn = (user: string) => {
          install(process.env.LOG === "on");
          hooks.run();
          return client.send(new InitiateAuthCommand({ AuthFlow: "CUSTOM_AUTH", ClientId: "c", AuthParameters: { USERNAME: user } }));
        };"#);
    assert!(shown.contains("{USERNAME: ?user}"), "{shown}");
}

#[test]
fn a_test_is_told_as_it_is_written() {
    let shown = sdk(r#"
        export const f = (env: any, user: string) => {
          const params: any = { USERNAME: user };
          if (env.stage !== "test") { params.A = "1"; }
          if (env.stage === "test") { params.B = "2"; }
          return client.send(new InitiateAuthCommand({ AuthFlow: "CUSTOM_AUTH", ClientId: "c", AuthParameters: params }));
        };"#);
    assert!(shown.contains(r#"A?[env.stage !== "test"]: "1", B?[not env.stage !== "test"]: "2""#), "{shown}");
}

#[test]
fn a_member_that_falls_back_on_itself_is_called_once() {
    let project = Project::new(&[(
        "session.ts",
        r#"import { CognitoIdentityProviderClient, InitiateAuthCommand } from "@aws-sdk/client-cognito-identity-provider";
        class Session {
          refresh(token: string) {
            this.report = this.report || ((error: Error) => console.error(error));
            this.report(new Error("expired"));
            const client = new CognitoIdentityProviderClient({});
            return client.send(new InitiateAuthCommand({ AuthFlow: "REFRESH_TOKEN_AUTH", ClientId: "web" }));
          }
        }
        export const session = new Session();"#,
    )]);
    assert_eq!(project.only().operation, crate::read::Operation::InitiateAuth);
    assert!(project.facts.notes.is_empty(), "{:?}", project.facts.notes);
}

#[test]
fn what_a_callback_of_something_unknown_writes_is_not_certain() {
    let shown = sdk(r#"
        import { each, load } from "some-library";
        export const f = (token: string) => {
          const params: any = { REFRESH_TOKEN: token };
          let deviceKey: string | undefined;
          load((value: string) => { deviceKey = value; });
          each((key: string) => { params.OTHER = key; });
          const more: any = {};
          if (deviceKey) { more.DEVICE_KEY = deviceKey; }
          return client.send(new InitiateAuthCommand({ AuthFlow: "REFRESH_TOKEN_AUTH", ClientId: "c", AuthParameters: params, ClientMetadata: more }));
        };"#);
    assert!(shown.contains("AuthParameters: {REFRESH_TOKEN: ?token, …}"), "{shown}");
    assert!(shown.contains("ClientMetadata: {DEVICE_KEY?[deviceKey]: dynamic}"), "{shown}");
}

#[test]
fn loops_over_something_unknown_add_sometimes() {
    let shown = sdk(r#"
        export const f = (extra: string[]) => {
          const params: any = { USERNAME: "u" };
          extra.forEach((value) => { params.EXTRA = value; });
          return client.send(new InitiateAuthCommand({ AuthFlow: "CUSTOM_AUTH", ClientId: "c", AuthParameters: params }));
        };"#);
    assert!(shown.contains(r#"AuthParameters: {USERNAME: "u", EXTRA?: ?extra.[]}"#), "{shown}");
}

#[test]
fn a_variable_that_another_function_sets_is_not_nothing() {
    let project = Project::new(&[
        (
            "src/cognito.ts",
            &format!(
                "{SDK}{}",
                r#"
        let session: { refreshToken: string } | null = null;
        export function setSession(value: any) { session = value; }
        export class Store {
          private deviceKey: string | null = null;
          remember(key: string) { this.deviceKey = key; }
          parameters() {
            const params: any = {};
            if (this.deviceKey) { params.DEVICE_KEY = this.deviceKey; }
            return params;
          }
        }
        const store = new Store();
        export async function refresh() {
          if (!session) return null;
          return client.send(new InitiateAuthCommand({ AuthFlow: "REFRESH_TOKEN_AUTH", ClientId: "c",
            AuthParameters: { REFRESH_TOKEN: session.refreshToken, ...store.parameters() } }));
        }"#
            ),
        ),
        (
            "src/login.ts",
            r#"
        // signs in with Cognito
        import { setSession } from "./cognito";
        export const done = () => { if (Math.random() > 2) { setSession({ refreshToken: "r" }); } };"#,
        ),
    ]);
    let shown = show(&project.only().parameters);
    assert!(shown.contains("DEVICE_KEY?[this.deviceKey]"), "{shown}");
}

#[test]
fn setters_run() {
    let shown = ts(r#"
        import { CognitoIdentityProviderClient, InitiateAuthCommand } from "@aws-sdk/client-cognito-identity-provider";
        class Settings { private value = ""; set id(id: string) { this.value = id; } get id() { return this.value; } }
        export const f = () => {
          const settings = new Settings();
          settings.id = process.env.CLIENT_ID!;
          return new CognitoIdentityProviderClient({}).send(new InitiateAuthCommand({ AuthFlow: "CUSTOM_AUTH", ClientId: settings.id }));
        };"#);
    assert_eq!(shown, r#"{AuthFlow: "CUSTOM_AUTH", ClientId: env CLIENT_ID}"#);
}
