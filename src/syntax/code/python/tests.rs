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
