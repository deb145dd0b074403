use crate::syntax::code::{dump, parse};

/// Lowers a text without errors and compares the dump, whose lines are indented as the test is.
#[track_caller]
fn lowers(path: &str, text: &str, expected: &str) {
    let module = parse(path.into(), text).unwrap();
    assert_eq!(module.errors, Vec::new());
    assert_eq!(module.limit, None);
    assert_eq!(dump::module(&module), dump::undented(expected));
}

#[test]
fn sdk_call_in_a_class() {
    let text = r#"
import { CognitoIdentityProviderClient as Client, InitiateAuthCommand } from "@aws-sdk/client-cognito-identity-provider";
import type { Config } from "./config";

const region = process.env.AWS_REGION ?? "eu-west-1";

@Injectable()
export class AuthService extends Base<Config> {
  private readonly clientId: string = process.env["CLIENT_ID"]!;
  static shared?: AuthService;

  constructor(private readonly client: Client, @Inject(CONFIG) config: Config) {
    super(config);
  }

  async refresh(token: string, deviceKey?: string) {
    const params = { REFRESH_TOKEN: token, ...(deviceKey && { DEVICE_KEY: deviceKey }) } as any;
    if (this.secret) params.SECRET_HASH = `${hash(token)}`;
    return await this.client.send(new InitiateAuthCommand({
      AuthFlow: "REFRESH_TOKEN" + "_AUTH",
      ClientId: this.clientId,
      AuthParameters: params,
    }));
  }
}
"#;
    let expected = r#"
        import CognitoIdentityProviderClient as Client, InitiateAuthCommand from "@aws-sdk/client-cognito-identity-provider"
        import Config from "./config"
        let region = (process.env.AWS_REGION ?? "eu-west-1")
        @Injectable()
        class AuthService of Base
          clientId: string = process.env["CLIENT_ID"]
          static shared: AuthService
          constructor fn constructor(this.client: Client, config: Config)
            super(config)
          fn refresh(token: string, deviceKey: string)
            let params = {REFRESH_TOKEN: token, ...(deviceKey && {DEVICE_KEY: deviceKey})}
            if this.secret
              params.SECRET_HASH = concat(hash(token))
            return this.client.send(new InitiateAuthCommand({AuthFlow: concat("REFRESH_TOKEN", "_AUTH"), ClientId: this.clientId, AuthParameters: params}))
        export AuthService as AuthService
    "#;
    lowers("auth.service.ts", text, expected);
}

#[test]
fn handler_in_common_js() {
    let text = r#"
"use strict";
const { CognitoUserPool, AuthenticationDetails: Details = fallback, ...others } = require("amazon-cognito-identity-js");
const [first, , { id } = {}] = process.argv, flags = process.env["FLAGS"] || "";
let pool;
exports.handler = async function (event, context = {}, ...rest) {
  pool ??= new CognitoUserPool({ UserPoolId: first, ClientId });
  const data = await (0, util.parse)(event?.body?.["data"]);
  if (!data) return { statusCode: 400 };
  else if (data.mode !== "refresh") throw new Error(`bad mode ${data.mode}!`);
  else { log(typeof data === "undefined", -1, void 0, a - b * c) }
  try { ({ token: this.token, user = "x" } = await pool.refresh(data)); } catch ({ message }) { log(message) } finally { close() }
};
module.exports = { handler: exports.handler, get pool() { return pool }, set pool(value) {}, [key]: 1, "c-d": 2, ...others };
"#;
    let expected = r#"
        "use strict"
        let {CognitoUserPool: CognitoUserPool, AuthenticationDetails: Details = fallback, ...others} = require("amazon-cognito-identity-js")
        let [first, , {id: id}] = process.argv
        let flags = (process.env["FLAGS"] || "")
        let pool
        exports.handler = (event, context = {}, ...rest) => { pool = (pool ?? new CognitoUserPool({UserPoolId: first, ClientId: ClientId})); let data = util.parse(event.body["data"]); if !data; return {statusCode: 400}; else; if (data.mode != "refresh"); throw new Error(concat("bad mode ", data.mode, "!")); else; log((other(data) == "undefined"), -1, null, other(a, other(b, c))); try; {token: this.token, user: (user = "x")} = pool.refresh(data); catch; let {message: message} = other(); log(message); finally; close() }
        module.exports = {pool: set (value) => {  }, handler: exports.handler, pool: get () => { return pool }, [key]: 1, c-d: 2, ...others}
    "#;
    lowers("handler.js", text, expected);
}

#[test]
fn imports_and_exports_of_all_kinds() {
    let text = r#"
import fallback, * as all from "a";
import { default as other, type T, "quoted name" as quoted } from "b";
import "./effect";
import old = require("old");
import Pool = AWS.Cognito.Pool;
const lazy = await import("./lazy"), id = import.meta.env.VITE_CLIENT_ID;
export const { one, two: [three] } = four;
export { one as uno, three as default } from "./c";
export * as ns from "./d";
export * from "./e";
export { lazy, id as clientId };
export function f() {}
@Injectable() export default class Service {}
export type Alias = string;
export interface Shape {}
declare module "m" { export const hidden: string }
declare const hidden: string;
"#;
    let expected = r#"
        import default as fallback, module as all from "a"
        import default as other, T, quoted name as quoted from "b"
        import  from "./effect"
        import module as old from "old"
        let Pool = AWS.Cognito.Pool
        let lazy = import("./lazy")
        let id = import.meta.env.VITE_CLIENT_ID
        let {one: one, two: [three]} = four
        export one as one
        export three as three
        export one as uno, three as default from "./c"
        export module as ns from "./d"
        export all from "./e"
        export lazy as lazy
        export id as clientId
        fn f()
        export f as f
        @Injectable()
        class Service
        export Service as default
    "#;
    lowers("index.ts", text, expected);
}

#[test]
fn default_exports_are_values() {
    lowers("a.ts", "export default { clientId: 'x' } satisfies Config;", "export default {clientId: \"x\"}");
    lowers("a.ts", "export default () => 1", "export default () => { return 1 }");
    lowers("a.js", "export default class extends Base { a = 1 }", "export default class  of Base; a = 1");
    lowers("a.ts", "export = settings;", "module.exports = settings");
}

#[test]
fn enumerations_and_namespaces_are_maps() {
    let text = r#"
export enum Flow { Refresh = "REFRESH_TOKEN_AUTH", Two = 2, Three, "c-d" = `x` }
const enum Level { Low, High }
namespace Config { export const clientId = "abc"; const hidden = 1; }
"#;
    let expected = r#"
        let Flow = {Refresh: "REFRESH_TOKEN_AUTH", Two: 2, Three: 3, c-d: "x"}
        export Flow as Flow
        let Level = {Low: 0, High: 1}
        let Config = () => { let clientId = "abc"; let hidden = 1; return {clientId: clientId} }()
    "#;
    lowers("a.ts", text, expected);
}

#[test]
fn nest_service_with_decorators_and_accessors() {
    let text = r#"
@Controller("auth")
export class AuthController extends mixin(Base, Logged)<T> implements OnModuleInit {
  @Input() private readonly pool?: Promise<Pool> | undefined;
  static #shared: AuthController;
  declare ids: string[];
  static get shared(): AuthController { return AuthController.#shared ??= new AuthController() }
  set flow(value: null | AWS.Flow<T>) { this.#flow = value }
  abstract run(): void;
  login(this: Window, password: string): void;
  @Post("refresh") async refresh(@Body() { token, deviceKey = "none" }: RefreshDto, @Inject(CONFIG) readonly config?: Config) {
    return this.cognito.refresh(token);
  }
  handler = async (event: APIGatewayEvent) => this.refresh(event.body!);
  static { AuthController.ready = true }
}
"#;
    let expected = r#"
        @Controller("auth")
        class AuthController of mixin(Base, Logged)
          pool: Promise
          static #shared: AuthController
          ids: Array
          handler = (event: APIGatewayEvent) => { return this.refresh(event.body) }
          get fn shared()
            return (AuthController.#shared = (AuthController.#shared ?? new AuthController()))
          set fn flow(value: AWS.Flow)
            this.#flow = value
          @Post("refresh")
          fn refresh({token: token, deviceKey: deviceKey = "none"}: RefreshDto, this.config: Config)
            return this.cognito.refresh(token)
          static fn ()
            AuthController.ready = true
        export AuthController as AuthController
    "#;
    lowers("auth.controller.ts", text, expected);
}

#[test]
fn switches() {
    let text = r#"
switch (event.type) {
  case "a":
  case "b": one(); break;
  case "c": { two(); }
  default: three(); return;
  case `d`: { four(); break }
}
for (const x of xs) {
  switch (next(x)) { case 1: if (x) break; one(); break; default: continue }
}
"#;
    let expected = r#"
        if ((event.type == "a") || (event.type == "b"))
          one()
        else
          if (event.type == "d")
            four()
          else
            if (event.type == "c")
              two()
            three()
            return
        loop x of xs
          loop
            let subject@168 = next(x)
            if (subject@168 == 1)
              if x
                break
              one()
            else
              break
            break
    "#;
    lowers("a.ts", text, expected);
}

#[test]
fn a_switch_of_many_cases_keeps_every_case() {
    let cases: String = (0..300).map(|number| format!("case {number}: f({number}); break;")).collect();
    let text = format!("switch (x) {{ {cases} default: g() }}");
    let module = parse("a.js".into(), &text).unwrap();
    assert_eq!(module.limit, None);
    let dump = dump::module(&module);
    assert!((0..300).all(|number| dump.contains(&format!("if (x == {number})"))));
    assert!(dump.contains("if other()\n") && dump.contains("g()"));
}

#[test]
fn loops() {
    let text = r#"
for (let i = 0; i < 3; i++) use(i);
for (const key in object) { if (key) continue; break }
for await (const [k, v] of pairs) {}
while (more()) next();
do { next() } while (more());
outer: for (;;) {}
"#;
    let expected = r#"
        block
          let i = 0
          loop
            other(i, 3)
            use(i)
            i = other(i)
        loop key of other(object)
          if key
            break
          break
        loop [k, v] of pairs
        loop
          more()
          next()
        loop
          next()
          more()
        block
          loop
    "#;
    lowers("a.ts", text, expected);
}

#[test]
fn escapes_in_strings_and_templates() {
    let text = r#"f("a\x41\u{1F600}\uD83D\uDE00\uD83D\n\
b\0", 'it\'s', `t\`${x}\${y}`, `plain`, "\q\u00e9", tag`a${b}`)"#;
    let expected = r#"f("aA😀😀�\nb\0", "it's", concat("t`", x, "${y}"), "plain", "qé", tag(concat("a", b)))"#;
    lowers("a.js", text, expected);
}

#[test]
fn wrappers_that_change_nothing_are_left_out() {
    let text = "const x = ((await (y as any)!) satisfies T), z = <T>w, u = a?.b?.[c]?.(...d)";
    let expected = "let x = y\nlet z = w\nlet u = a.b[c](...d)";
    lowers("a.ts", text, expected);
    lowers(
        "a.js",
        "function* g() { const x = yield call(f); return void send() }",
        "fn g()\n  let x = call(f)\n  return send()",
    );
}

#[test]
fn await_in_front_of_brackets() {
    let text = "async () => { const d = await (await fetch(u)).json(), e = await (0, a.b)(c), g = await (h)(i) }";
    let expected = "() => { let d = fetch(u).json(); let e = a.b(c); let g = h(i) }";
    lowers("a.js", text, expected);
    lowers("a.ts", text, expected);
}

#[test]
fn operators_nest_as_they_bind() {
    lowers("a.js", "x = a && b || c && !d || e", "x = (((a && b) || (c && !d)) || e)");
    lowers("a.js", "x = (a ?? b) + 'c' + (d + e) + f", "x = concat((a ?? b), \"c\", concat(d, e), f)");
    lowers("a.js", "x = a === b ? c : d != null ? 1 : 2", "x = ((a == b) ? c : ((d != null) ? 1 : 2))");
    lowers(
        "a.js",
        "x.y += 1; z ||= a; z &&= b; n -= 1; d[i]++",
        "x.y = concat(x.y, 1)\nz = (z || a)\nz = (z && b)\nn = other(n, 1)\nd[i] = other(d[i])",
    );
}

#[test]
fn jsx_elements_are_made_like_objects() {
    let text = r#"
export const App = () => (
  <Authenticator.Provider region="eu &amp; us" {...props} enabled>
    {/* nothing */}
    sign in
    <amplify-login onClick={() => Auth.signIn(user)} xlink:href="x" />
    <>{items.map((item) => <Item key={item.id} icon=<b/> />)}</>
  </Authenticator.Provider>
);
"#;
    let expected = r#"
        let App = () => { return new Authenticator.Provider({region: "eu & us", ...props, enabled: true}, "sign in", new "amplify-login"({onClick: () => { return Auth.signIn(user) }, xlink:href: "x"}), other(items.map((item) => { return new Item({key: item.id, icon: new "b"({})}) }))) }
        export App as App
    "#;
    for path in ["app.jsx", "app.tsx", "app.js"] {
        lowers(path, text, expected);
    }
}

#[test]
fn flow_annotations_in_javascript() {
    let text = "// @flow\ntype Props = { a: string };\nexport function f(user: ?User, props: Props): Promise<void> { return g(user) }";
    let expected = "fn f(user: User, props: Props)\n  return g(user)\nexport f as f";
    lowers("a.js", text, expected);
}

#[test]
fn what_is_deleted() {
    lowers("a.js", "delete params.A; delete params['B'];", "delete params.A\ndelete params[\"B\"]\n");
}

#[test]
fn syntax_newer_than_the_grammar() {
    let text = r#"
export type * from "./types";
class Pool { accessor id = f(import("x").y); static accessor #b: import("é").B<C> | undefined = 1 }
const accessor = 'accessor x', actual = await original<typeof import('./a')>();
"#;
    let expected = r#"
        export all from "./types"
        class Pool
          id = f(import("x").y)
          static #b: import("é").B = 1
        let accessor = "accessor x"
        let actual = original()
    "#;
    lowers("a.ts", text, expected);
}

#[test]
fn what_grammars_get_wrong_is_no_fault_of_the_text() {
    let module = parse("a.tsx".into(), "f(<p a='Q&A'>Terms & Conditions {x} Q&A &amp;</p>)").unwrap();
    assert_eq!(module.errors, Vec::new());
    let module = parse("a.ts".into(), "class C<in out T> { a = 1 }").unwrap();
    assert_eq!(module.errors, Vec::new());
    let module = parse("a.tsx".into(), "f(<p>{&}</p>)").unwrap();
    assert!(!module.errors.is_empty());
}
