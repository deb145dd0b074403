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
