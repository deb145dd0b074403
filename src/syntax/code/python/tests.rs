use crate::syntax::code::{dump, parse};

/// Lowers a text without errors and compares the dump.
#[track_caller]
fn lowers(text: &str, expected: &str) {
    let module = parse("app.py".into(), text).unwrap();
    assert_eq!(module.errors, Vec::new());
    assert_eq!(module.limit, None);
    assert_eq!(dump::module(&module), dump::undented(expected));
}

#[test]
fn boto3_service_class() {
    let text = r#"
import os, boto3.session
from botocore.exceptions import ClientError as Error
from .config import *

class CognitoService(Base, metaclass=ABCMeta):
    """Signs users in."""
    region: str = os.environ.get("AWS_REGION", "eu-west-1")

    def __init__(self, client_id: Optional[str] = None, *, secret="", **options):
        self.client = boto3.client("cognito-idp", region_name=self.region)
        self.client_id = client_id or os.environ['CLIENT_ID']

    @property
    def issuer(self) -> str:
        return f"https://cognito-idp.{self.region}.amazonaws.com/{POOL_ID!s:>10}"

    async def refresh(self, token, device_key=None):
        params = {"REFRESH_TOKEN": token, **self.extra}
        if device_key is not None:
            params["DEVICE_KEY"] = device_key
        try:
            return await self.client.initiate_auth(
                ClientId=self.client_id,
                AuthFlow="REFRESH_TOKEN" "_AUTH",
                AuthParameters=params,
            )["AuthenticationResult"]
        except (Error, KeyError) as error:
            raise ValueError("cannot refresh %s" % token) from error
"#;
    let expected = r#"
        import module as os from "os"
        import module as boto3 from "boto3"
        import  from "boto3.session"
        import ClientError as Error from "botocore.exceptions"
        import all as  from ".config"
        class CognitoService of Base
          static region: str = os.environ.get("AWS_REGION", "eu-west-1")
          constructor fn __init__(self, client_id: str = null, secret = "", **options)
            self.client = boto3.client("cognito-idp", region_name=self.region)
            self.client_id = (client_id || os.environ["CLIENT_ID"])
          @property
          get fn issuer(self)
            return concat("https://cognito-idp.", self.region, ".amazonaws.com/", POOL_ID)
          fn refresh(self, token, device_key = null)
            params = {REFRESH_TOKEN: token, ...self.extra}
            if (device_key != null)
              params["DEVICE_KEY"] = device_key
            try
              return self.client.initiate_auth(ClientId=self.client_id, AuthFlow="REFRESH_TOKEN_AUTH", AuthParameters=params)["AuthenticationResult"]
            catch
              error = other()
              throw ValueError(concat("cannot refresh ", token))
    "#;
    lowers(text, expected);
}

#[test]
fn pydantic_settings() {
    let text = r#"
from __future__ import annotations
from pydantic_settings import BaseSettings, SettingsConfigDict

class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="COGNITO_")
    client_id: str = Field(..., env="COGNITO_CLIENT_ID")
    pool: "Optional[PoolId]" = None
    secret: SecretStr | None
    flow: typing.Annotated[Flow, "x"]
    scopes: list[str] = ["openid", *EXTRA]
    class Config:
        env_file = ".env"

    @functools.cached_property
    def issuer(self): return self.url
    @staticmethod
    def load(): ...
    @classmethod
    def make(cls, *args, **kwargs): return cls(*args, **kwargs)
    if DEBUG:
        def dump(self): pass
"#;
    let expected = r#"
        import BaseSettings, SettingsConfigDict from "pydantic_settings"
        class Settings of BaseSettings
          static model_config = SettingsConfigDict(env_prefix="COGNITO_")
          static client_id: str = Field(other(), env="COGNITO_CLIENT_ID")
          static pool: PoolId = null
          static secret: SecretStr
          static flow: Flow
          static scopes: list = ["openid", ...EXTRA]
          static Config = class Config; static env_file = ".env"
          @functools.cached_property
          get fn issuer(self)
            return self.url
          @staticmethod
          static fn load()
            other()
          @classmethod
          classmethod fn make(cls, ...args, **kwargs)
            return cls(...args, **kwargs)
          fn dump(self)
    "#;
    lowers(text, expected);
}

#[test]
fn flask_handler_with_secret_hash() {
    let text = r#"
@app.route("/refresh", methods=["POST"])
def refresh(event: dict, /, context: Any = None, *, flow="y"):
    global client
    if client is None: client = boto3.client("cognito-idp")
    elif (count := len(event)) > 10: raise
    else:
        del event["x"]
    digest = hmac.new(secret.encode("utf-8"), msg=(username + client_id).encode(), digestmod=hashlib.sha256).digest()
    params = dict(REFRESH_TOKEN=token, **({"SECRET_HASH": digest} if digest else {}))
    params |= {"DEVICE_KEY": key}
    both = {**params, "x": 1} | {"y": 2}
    x, (y, *z) = a.b[1], c["d"]["e"]
    first = second = third
    with open(path) as file, lock: data = json.load(file)
    async with session.post(url, data={"grant_type": "refresh_token"}) as response: return await response.json()
"#;
    let expected = r#"
        @app.route("/refresh", methods=["POST"])
        fn refresh(event: dict, context: Any = null, flow = "y")
          outer client
          if (client == null)
            client = boto3.client("cognito-idp")
          else
            if other((count = len(event)), 10)
              throw
            else
              delete event["x"]
          digest = hmac.new(secret.encode("utf-8"), msg=concat(username, client_id).encode(), digestmod=hashlib.sha256).digest()
          params = dict(REFRESH_TOKEN=token, **(digest ? {SECRET_HASH: digest} : {}))
          params = {...params, ...{DEVICE_KEY: key}}
          both = {...{...params, x: 1}, ...{y: 2}}
          [x, [y, ...z]] = [a.b[1], c["d"]["e"]]
          first = (second = third)
          file = open(path)
          lock
          block
            data = json.load(file)
          response = session.post(url, data={grant_type: "refresh_token"})
          block
            return response.json()
    "#;
    lowers(text, expected);
}

#[test]
fn statements_of_all_kinds() {
    let text = r#"
for i, (k, v) in enumerate(items):
    if not k: continue
    break
else:
    done()
while more(): pass
try:
    go()
except* Error as e: log(e)
except (A, B): pass
else: fine()
finally: close()
count += 1; total -= 1
print("a", *b, sep="")
assert a, b
label: str
if __name__ == "__main__":
    main()
"#;
    let expected = r#"
        loop [i, [k, v]] of enumerate(items)
          if !k
            break
          break
        done()
        loop
          more()
        try
          go()
          fine()
        catch
          e = other()
          log(e)
        catch
        finally
          close()
        count = concat(count, 1)
        total = other(total, 1)
        print("a", ...b, sep="")
        other(a, b)
        if (__name__ == "__main__")
          main()
    "#;
    lowers(text, expected);
}

#[test]
fn matches() {
    let text = r#"
match event:
    case {"type": "x", **rest} if rest: pass
    case Flow.REFRESH | "b": one()
    case [a, *b] | -1: two()
    case Point(x=0, y=yy) as p: three()
    case 5: four()
    case other: five()
    case _: never()
match a, b:
    case _: six()
"#;
    let expected = r#"
        if (other() && rest)
          rest = other()
        else
          if ((event == Flow.REFRESH) || (event == "b"))
            one()
          else
            if other()
              a = other()
              b = other()
              two()
            else
              if other()
                yy = other()
                p = other()
                three()
              else
                if (event == 5)
                  four()
                else
                  other = event
                  five()
        let subject@225 = [a, b]
        six()
    "#;
    lowers(text, expected);
}

#[test]
fn strings_of_all_kinds() {
    let text = r#"f(b"\x41\n" 'it\'s' r"\d", "\N{DASH}\u00e9\101\q", """tri
ple""", f"{a!r}{b:>10}{{c}}{d['e']}\t{f'{g}'}", F'x' "y", "a\
b")"#;
    let expected =
        r#"f("A\nit's\\d", "\\N{DASH}éA\\q", "tri\nple", concat(a, b, "{c}", d["e"], "\t", concat(g)), "xy", "ab")"#;
    lowers(text, expected);
}

#[test]
fn formats_with_percent() {
    lowers(
        r#""https://%s.auth.%s.com" % (domain, get(region))"#,
        r#"concat("https://", domain, ".auth.", get(region), ".com")"#,
    );
    lowers(r#""%(a)s-%(b)d%%" % {"a": 1, "b": name}"#, r#"concat(1, "-", name, "%")"#);
    lowers(r#""%(a)s" % params"#, r#"concat(params["a"])"#);
    lowers(r#""client %s" % client_id"#, r#"concat("client ", client_id)"#);
    lowers(r#""%5d" % n; "%s %s" % pair; n % 2"#, "other(\"%5d\", n)\nother(\"%s %s\", pair)\nother(n, 2)");
}

#[test]
fn comprehensions() {
    lowers(
        "x = [c['id'] for c in clients if c for d in c.all()]",
        r#"x = [...other(clients, (c, d) => { c.all(); if other(c); return c["id"] })]"#,
    );
    lowers("x = {k: v for k, v in params.items() if v is not None}", "x = {...(other() && params)}");
    lowers("x = {k: v for k, v in params.items()}", "x = {...params}");
    lowers(
        "x = {k.upper(): v for k, v in params.items()}",
        "x = {...other(params.items(), ([k, v]) => { return [k.upper(), v] })}",
    );
    lowers("x = any(y for y in z)", "x = any(other(z, (y) => { return y }))");
}

#[test]
fn operators_and_comparisons() {
    lowers("x = a and b or not c", "x = ((a && b) || !c)");
    lowers(
        "x = a in b, a < b < c, a == b, a is not None, a <> b",
        "x = [other(a, b), other(a, b, c), (a == b), (a != null), (a != b)]",
    );
    lowers("x = y[1:2], y[a, b], -1, ~y, ...", "x = [y[other(1, 2)], y[[a, b]], -1, other(y), other()]");
    lowers("x = lambda a, *b, c=1: (a, b)", "x = (a, ...b, c = 1) => { return [a, b] }");
    lowers("x = (yield await y)", "x = y");
}

#[test]
fn imports_of_all_kinds() {
    let text =
        "import os.path, boto3 as aws\nfrom . import config\nfrom ..pkg . mod import (a, b as c)\nfrom m import *";
    let expected = r#"
        import module as os from "os"
        import  from "os.path"
        import module as aws from "boto3"
        import config from "."
        import a, b as c from "..pkg.mod"
        import all as  from "m"
    "#;
    lowers(text, expected);
}

#[test]
fn what_is_deleted_and_whose_a_name_is() {
    let text = "
def f():
    global client, count
    del params['A'], params['B']
    del client.key
";
    let expected = r#"
        fn f()
          outer client, count
          delete params["A"]
          delete params["B"]
          delete client.key
    "#;
    lowers(text, expected);
}
