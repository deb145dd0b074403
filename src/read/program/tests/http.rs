//! Requests by hand.

use super::{Project, calls, show};

fn at(path: &str, text: &str) -> Project {
    Project::new(&[(path, text)])
}

fn ts(text: &str) -> Vec<String> {
    calls("src/cognito.ts", text)
}

fn py(text: &str) -> Vec<String> {
    calls("app/cognito.py", text)
}

#[test]
fn requests_with_a_target_are_operations() {
    let project = at(
        "mobile/src/cognito.ts",
        r#"
        const REGION = "eu-west-1";
        const CLIENT_ID = process.env.EXPO_PUBLIC_CLIENT_ID;
        async function cognitoRequest(target: string, body: Record<string, unknown>) {
          const response = await fetch(`https://cognito-idp.${REGION}.amazonaws.com/`, {
            method: "POST",
            headers: { "Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": `AWSCognitoIdentityProviderService.${target}` },
            body: JSON.stringify({ ClientId: CLIENT_ID, ...body }),
          });
          return response.json();
        }
        export async function refresh(token: string) {
          const answer = await cognitoRequest("InitiateAuth", { AuthFlow: "REFRESH_TOKEN_AUTH", AuthParameters: { REFRESH_TOKEN: token } });
          return answer.AuthenticationResult.AccessToken;
        }
        export const signIn = (user: string, password: string) =>
          cognitoRequest("InitiateAuth", { AuthFlow: "USER_PASSWORD_AUTH", AuthParameters: { USERNAME: user, PASSWORD: password } });"#,
    );
    assert_eq!(
        project.calls(),
        [
            r#"InitiateAuth {ClientId: env EXPO_PUBLIC_CLIENT_ID, AuthFlow: "REFRESH_TOKEN_AUTH", AuthParameters: {REFRESH_TOKEN: ?token}}"#,
            r#"InitiateAuth {ClientId: env EXPO_PUBLIC_CLIENT_ID, AuthFlow: "USER_PASSWORD_AUTH", AuthParameters: {USERNAME: ?user, PASSWORD: ?password}}"#,
        ]
    );
    let refresh = &project.facts.calls[0];
    assert!(project.text_at(refresh).starts_with("cognitoRequest(\"InitiateAuth\""));
    assert_eq!(refresh.reads.paths.last().map(|path| &**path), Some("AuthenticationResult.AccessToken"));
    assert!(refresh.endpoint.is_none());
    assert_eq!(&*refresh.library.name, "http");
}

#[test]
fn the_token_endpoint_takes_forms_in_many_ways() {
    let project = at(
        "src/cognito.ts",
        r#"
        import axios from "axios";
        const domain = "https://shop.auth.eu-west-1.amazoncognito.com";
        const basic = Buffer.from(`${process.env.CLIENT_ID}:${process.env.CLIENT_SECRET}`).toString("base64");
        export const a = (token: string) => fetch(`${domain}/oauth2/token`, { method: "POST",
          body: new URLSearchParams({ grant_type: "refresh_token", client_id: process.env.CLIENT_ID!, refresh_token: token }) });
        export const b = (token: string) => axios.post(domain + "/oauth2/token", { grant_type: "refresh_token", client_id: "c", refresh_token: token });
        export const c = (code: string) => axios({ url: `${domain}/oauth2/token`, method: "post",
          headers: { "Content-Type": "application/x-www-form-urlencoded", Authorization: `Basic ${basic}` },
          data: `grant_type=authorization_code&code=${code}&redirect_uri=https%3A%2F%2Fx` });
        export const d = (token: string) => {
          const form = new URLSearchParams();
          form.append("grant_type", "refresh_token");
          form.append("refresh_token", token);
          return fetch(`${process.env.COGNITO_DOMAIN}/oauth2/token`, { method: "POST", body: form.toString() });
        };"#,
    );
    assert_eq!(
        project.calls(),
        [
            r#"Token {grant_type: "refresh_token", client_id: env CLIENT_ID, refresh_token: ?token, Encoding: "form"}"#,
            r#"Token {grant_type: "refresh_token", client_id: "c", refresh_token: ?token, Encoding: "json"}"#,
            r#"Token {grant_type: "authorization_code", code: ?code, redirect_uri: "https://x", Authorization: "Basic", client_id: env CLIENT_ID, client_secret: env CLIENT_SECRET, Encoding: "form"}"#,
            r#"Token {grant_type: "refresh_token", refresh_token: ?token, Encoding: "form"}"#,
        ]
    );
    let python = calls(
        "app/cognito.py",
        r#"
import os, requests, httpx
DOMAIN = os.environ["COGNITO_DOMAIN"]
def refresh(token):
    return requests.post(f"https://{DOMAIN}/oauth2/token",
        data={"grant_type": "refresh_token", "refresh_token": token},
        auth=(os.environ["CLIENT_ID"], os.environ["CLIENT_SECRET"])).json()
async def as_json(token):
    async with httpx.AsyncClient(base_url=f"https://{DOMAIN}") as client:
        return await client.post("/oauth2/token", json={"grant_type": "refresh_token", "client_id": "c", "refresh_token": token})
"#,
    );
    assert_eq!(
        python,
        [
            r#"Token {grant_type: "refresh_token", refresh_token: ?token, Authorization: "Basic", client_id: env CLIENT_ID, client_secret: env CLIENT_SECRET, Encoding: "form"}"#,
            r#"Token {grant_type: "refresh_token", client_id: "c", refresh_token: ?token, Encoding: "json"}"#,
        ]
    );
}

#[test]
fn the_oauth_of_others_is_not_cognitos() {
    let fedex = r#"
import requests
class FedexProvider:
    def token(self):
        return requests.post("https://apis.fedex.com/oauth/token", data={"grant_type": "client_credentials", "client_id": self.id})
    def other(self):
        return requests.post("https://login.example.com/oauth2/token", data={"grant_type": "refresh_token"})
# user_pool is no word of ours here
"#;
    let project = Project::new(&[("app/fedex_provider.py", fedex)]);
    assert_eq!(project.calls(), Vec::<String>::new());
}

#[test]
fn clients_are_made_with_a_base_and_headers() {
    let project = at(
        "src/cognito.ts",
        r#"
        import axios from "axios";
        import ky from "ky";
        const idp = axios.create({ baseURL: "http://localhost:9229/",
          headers: { "Content-Type": "application/x-amz-json-1.1", "x-amz-target": "AWSCognitoIdentityProviderService.InitiateAuth" } });
        const oauth = axios.create({ baseURL: process.env.COGNITO_DOMAIN });
        const web = ky.create({ prefixUrl: "https://shop.auth.eu-west-1.amazoncognito.com" });
        const request = (path: string, form: Record<string, string>) => oauth.post(path, new URLSearchParams(form));
        export const a = (token: string) => idp.post("", { AuthFlow: "REFRESH_TOKEN_AUTH", ClientId: "c", AuthParameters: { REFRESH_TOKEN: token } });
        export const b = (token: string) => request("/oauth2/token", { grant_type: "refresh_token", client_id: "c", refresh_token: token });
        export const c = (code: string) => web.post("oauth2/token", { body: new URLSearchParams({ grant_type: "authorization_code", client_id: "c", code }) }).json();
        export const d = (token: string) => oauth({ url: "/oauth2/token", method: "POST", data: { grant_type: "refresh_token", refresh_token: token } });"#,
    );
    assert_eq!(
        project.calls(),
        [
            r#"InitiateAuth {AuthFlow: "REFRESH_TOKEN_AUTH", ClientId: "c", AuthParameters: {REFRESH_TOKEN: ?token}}"#,
            r#"Token {grant_type: "refresh_token", client_id: "c", refresh_token: ?token, Encoding: "form"}"#,
            r#"Token {grant_type: "authorization_code", client_id: "c", code: ?code, Encoding: "form"}"#,
            r#"Token {grant_type: "refresh_token", refresh_token: ?token, Encoding: "json"}"#,
        ]
    );
    assert!(show(project.facts.calls[0].endpoint.as_ref().unwrap()).contains("localhost:9229"));
    assert!(project.text_at(&project.facts.calls[1]).starts_with(r#"request("/oauth2/token""#));
    assert!(project.facts.calls[1].endpoint.is_none());
}

#[test]
fn pythons_clients_and_their_sessions() {
    assert_eq!(
        py(r#"
import os, json, base64, aiohttp, httpx, requests, urllib.parse, urllib3, http.client
from urllib.request import Request, urlopen
DOMAIN = os.environ["COGNITO_DOMAIN"]
http_pool = urllib3.PoolManager()

def a(code):
    data = urllib.parse.urlencode({"grant_type": "authorization_code", "client_id": "a", "code": code}).encode("utf-8")
    with urlopen(Request(f"https://{DOMAIN}/oauth2/token", data=data, method="POST")) as response:
        return json.loads(response.read().decode("utf-8"))["access_token"]

async def b(token):
    async with aiohttp.ClientSession() as session:
        async with session.post(f"https://{DOMAIN}/oauth2/token", data={"grant_type": "refresh_token", "client_id": "b", "refresh_token": token}) as response:
            return (await response.json())["access_token"]

def c(token):
    secret = base64.b64encode(f"{os.environ['CLIENT_ID']}:{os.environ['SECRET']}".encode()).decode()
    return http_pool.request("POST", f"https://{DOMAIN}/oauth2/token", headers={"Authorization": "Basic " + secret},
        body=urllib.parse.urlencode({"grant_type": "client_credentials"}))

def d(token):
    connection = http.client.HTTPSConnection("shop.auth.eu-west-1.amazoncognito.com")
    connection.request("POST", "/oauth2/token", f"grant_type=refresh_token&client_id=d&refresh_token={token}", {"Content-Type": "application/x-www-form-urlencoded"})
    return connection.getresponse()

def e(user, password):
    session = requests.Session()
    return session.request("POST", "https://cognito-idp.eu-west-1.amazonaws.com/", data=json.dumps({"AuthFlow": "USER_PASSWORD_AUTH", "ClientId": "e", "AuthParameters": {"USERNAME": user, "PASSWORD": password}}),
        headers={"X-Amz-Target": "AWSCognitoIdentityProviderService.InitiateAuth"})
"#),
        [
            r#"Token {grant_type: "authorization_code", client_id: "a", code: ?code, Encoding: "form"}"#,
            r#"Token {grant_type: "refresh_token", client_id: "b", refresh_token: ?token, Encoding: "form"}"#,
            r#"Token {grant_type: "client_credentials", Authorization: "Basic", client_id: env CLIENT_ID, client_secret: env SECRET, Encoding: "form"}"#,
            r#"Token {grant_type: "refresh_token", client_id: "d", refresh_token: ?token, Encoding: "form"}"#,
            r#"InitiateAuth {AuthFlow: "USER_PASSWORD_AUTH", ClientId: "e", AuthParameters: {USERNAME: ?user, PASSWORD: ?password}}"#,
        ]
    );
}

#[test]
fn answers_are_followed_through_their_bodies() {
    let project = at(
        "src/cognito.js",
        r#"
        const axios = require("axios");
        const https = require("https");
        const url = "https://shop.auth.eu-west-1.amazoncognito.com/oauth2/token";
        const form = (token) => new URLSearchParams({ grant_type: "refresh_token", client_id: "c", refresh_token: token });
        exports.a = (token) => fetch(url, { method: "POST", body: form(token) })
          .then((response) => response.json())
          .then((data) => { localStorage.setItem("refresh_token", data.refresh_token); return data.id_token; });
        exports.b = async (token) => {
          const { data } = await axios.post(url, form(token));
          localStorage.setItem("access_token", data.access_token);
          if (data.refresh_token) localStorage.setItem("refresh_token", data.refresh_token);
        };
        exports.c = (token) => new Promise((resolve) => {
          const request = https.request({ hostname: "shop.auth.eu-west-1.amazoncognito.com", path: "/oauth2/token", method: "POST" }, (response) => {
            let body = "";
            response.on("data", (chunk) => (body += chunk));
            response.on("end", () => resolve(JSON.parse(body)));
          });
          request.write(form(token).toString());
          request.end();
        });"#,
    );
    let stores = |at: usize| -> Vec<(String, bool)> {
        project.facts.calls[at].stores.iter().map(|store| (store.path.to_string(), store.has_fallback)).collect()
    };
    assert_eq!(project.facts.calls.len(), 3, "{:?}", project.calls());
    assert_eq!(stores(0), [("refresh_token".to_owned(), false)]);
    assert_eq!(stores(1), [("access_token".to_owned(), false), ("refresh_token".to_owned(), true)]);
    assert!(!project.facts.calls[0].reads.escapes && !project.facts.calls[1].reads.escapes);
    assert!(project.facts.calls[2].reads.escapes);
}

#[test]
fn endpoints_of_cognito_are_known_by_names_where_their_hosts_are_not() {
    // A setting's or member's name, the client's name, else the file's own words.
    assert_eq!(
        ts(r#"
        const post = (url: string, form: Record<string, string>) => fetch(url, { method: "POST", body: new URLSearchParams(form) });
        export const a = (config: any) => post(`https://${config.cognitoDomain}/oauth2/token`, { grant_type: "client_credentials" });
        export const b = () => post(process.env.COGNITO_TOKEN_URL!, { grant_type: "client_credentials", client_id: "b" });
        export const c = () => post(`${process.env.AUTH_URL}/oauth2/token`, { grant_type: "client_credentials", client_id: process.env.COGNITO_CLIENT_ID! });
        export const d = () => post("https://auth.shop.com/oauth2/token", { grant_type: "client_credentials", client_id: "d" });
        export const e = () => post(process.env.SERVICE_TOKEN_URL!, { grant_type: "client_credentials", client_id: "1h57kf5cpq17m0eml12ktp9v3q" });"#)
        .len(),
        5
    );
}

#[test]
fn other_providers_and_other_uses_of_the_words_are_none_of_cognitos() {
    assert_eq!(
        ts(r#"
        import axios from "axios";
        import nock from "nock";
        import { Router } from "express";
        const form = { grant_type: "refresh_token", client_id: process.env.CLIENT_ID!, refresh_token: "t" };
        // Beside Cognito, people sign in elsewhere too.
        export const google = () => axios.post("https://oauth2.googleapis.com/token", form);
        export const azure = () => axios.post(`https://login.microsoftonline.com/${process.env.TENANT}/oauth2/token`, form);
        export const named = () => axios.post(`${process.env.OKTA_DOMAIN}/oauth2/token`, form);
        export const client = () => axios.post("https://auth.shop.com/oauth2/token", { ...form, client_id: process.env.KEYCLOAK_CLIENT_ID });
        export const deep = () => axios.post("https://api.partner.com/v1/oauth2/token", form);
        export const github = () => axios.post("https://github.com/login/oauth/access_token", form);
        export const read = () => axios.get("https://auth.shop.com/oauth2/token");
        export const asked = () => fetch("https://auth.shop.com/oauth2/token", { method: "GET" });
        const router = Router();
        router.post("/oauth2/token", (request, response) => response.json({}));
        nock("https://auth.shop.com").post("/oauth2/token").reply(200, {});
        console.log("https://shop.auth.eu-west-1.amazoncognito.com/oauth2/token", form);
        export const url = new URL("https://shop.auth.eu-west-1.amazoncognito.com/oauth2/token");
        export const request = new Request("https://shop.auth.eu-west-1.amazoncognito.com/oauth2/token", { method: "POST" });"#),
        Vec::<String>::new()
    );
    // Without Cognito's name, a custom domain may be anybody's.
    let file = |text: &str| calls("src/session.ts", text);
    let anybody = r#"export const f = (refresh_token: string) => fetch("https://auth.shop.com/oauth2/token", { method: "POST",
          body: new URLSearchParams({ grant_type: "refresh_token", client_id: "c", refresh_token }) });"#;
    assert_eq!(file(anybody), Vec::<String>::new());
    assert_eq!(file(&anybody.replace("auth.shop.com", "shop.auth.eu-west-1.amazoncognito.com")).len(), 1);
}

#[test]
fn a_client_that_is_passed_in_sends_to_cognito() {
    assert_eq!(
        py(r#"
async def refresh(client, token):
    return await client.post("https://shop.auth.eu-west-1.amazoncognito.com/oauth2/token", data={"grant_type": "refresh_token", "client_id": "c", "refresh_token": token})
async def other(client, token):
    return await client.post("https://auth.shop.com/oauth2/token", data={"grant_type": "refresh_token", "client_id": "c", "refresh_token": token})
def shown(log):
    log.write("https://shop.auth.eu-west-1.amazoncognito.com/oauth2/token", {"grant_type": "x"})
"#),
        [r#"Token {grant_type: "refresh_token", client_id: "c", refresh_token: ?token}"#]
    );
}

#[test]
fn basic_authentication_is_seen_and_its_secret_is_not_kept() {
    let calls = ts(r#"
        const url = "https://shop.auth.eu-west-1.amazoncognito.com/oauth2/token";
        const body = new URLSearchParams({ grant_type: "client_credentials" });
        export const a = () => fetch(url, { method: "POST", body, headers: { Authorization: "Basic " + btoa("my-client:my-hidden-word") } });
        export const b = (authorization: string) => fetch(url, { method: "POST", body, headers: { authorization } });
        export const c = (headers: Record<string, string>) => fetch(url, { method: "POST", body, headers });"#);
    assert_eq!(
        calls,
        [
            r#"Token {grant_type: "client_credentials", Authorization: "Basic", client_id: "my-client", client_secret: redacted, Encoding: "form"}"#,
            r#"Token {grant_type: "client_credentials", Authorization: dynamic, Encoding: "form", …}"#,
            r#"Token {grant_type: "client_credentials", Encoding: "form", …}"#,
        ]
    );
}

#[test]
fn the_sign_in_pages_are_asked_for_by_their_address() {
    assert_eq!(
        ts(r#"
        const domain = process.env.COGNITO_DOMAIN;
        export const a = () => { window.location.href = `${domain}/login?client_id=${process.env.CLIENT_ID}&response_type=code&redirect_uri=${encodeURIComponent("https://shop.com/back")}`; };
        export const b = (state: string) => {
          const query = new URLSearchParams({ client_id: "b", response_type: "token", scope: "openid", state });
          return `https://auth.shop.com/oauth2/authorize?${query}`;
        };
        export const other = () => `https://login.microsoftonline.com/oauth2/authorize?client_id=${process.env.CLIENT_ID}`;
        export const own = (next: string) => `/login?next=${next}`;"#),
        [
            r#"Authorize {client_id: env CLIENT_ID, response_type: "code", redirect_uri: "https://shop.com/back"}"#,
            r#"Authorize {client_id: "b", response_type: "token", scope: "openid", state: ?state}"#,
        ]
    );
}

#[test]
fn observables_hand_their_answer_on() {
    let project = at(
        "src/cognito.ts",
        r#"
        import { HttpClient, HttpHeaders, HttpParams } from "@angular/common/http";
        import { HttpService } from "@nestjs/axios";
        import { firstValueFrom } from "rxjs";
        import { map, tap } from "rxjs/operators";
        export class Web {
          constructor(private http: HttpClient) {}
          refresh(token: string) {
            const body = new HttpParams().set("grant_type", "refresh_token").set("client_id", "a").set("refresh_token", token);
            const headers = new HttpHeaders({ "Content-Type": "application/x-www-form-urlencoded" });
            return this.http.post<any>("https://shop.auth.eu-west-1.amazoncognito.com/oauth2/token", body.toString(), { headers })
              .pipe(tap((tokens) => localStorage.setItem("refresh_token", tokens.refresh_token)), map((tokens) => tokens.access_token))
              .subscribe((token) => console.log(token));
          }
        }
        export class Server {
          constructor(private readonly http: HttpService) {}
          async refresh(token: string) {
            const form = new URLSearchParams(`grant_type=refresh_token&client_id=b&refresh_token=${token}`);
            const answer = await firstValueFrom(this.http.post("https://shop.auth.eu-west-1.amazoncognito.com/oauth2/token", form));
            return answer.data.access_token;
          }
        }"#,
    );
    assert_eq!(
        project.calls(),
        [
            r#"Token {grant_type: "refresh_token", client_id: "a", refresh_token: ?token, Encoding: "form"}"#,
            r#"Token {grant_type: "refresh_token", client_id: "b", refresh_token: ?token, Encoding: "form"}"#,
        ]
    );
    let [web, server] = &project.facts.calls[..] else { panic!() };
    assert_eq!(&*web.stores[0].path, "refresh_token");
    assert!(!web.reads.escapes);
    assert_eq!(server.reads.paths.last().map(|path| &**path), Some("access_token"));
}

#[test]
fn an_answer_for_a_function_that_is_not_followed_may_be_read_there() {
    let project = at(
        "src/cognito.js",
        r#"
        const url = "https://shop.auth.eu-west-1.amazoncognito.com/oauth2/token";
        export const a = () => { $.ajax({ url, type: "POST", data: { grant_type: "refresh_token", client_id: "a" }, success: (tokens) => keep(tokens) }); };
        export const b = async () => { const answer = await fetch(url, { method: "POST", body: "grant_type=refresh_token&client_id=b" });
          if (answer.ok) answer.consume((tokens) => keep(tokens)); };"#,
    );
    let escapes: Vec<bool> = project.facts.calls.iter().map(|call| call.reads.escapes).collect();
    assert_eq!(escapes, [true, true]);
}
