//! An account on loopback: a small HTTP server that answers as the services do, or fails as they do.
#![allow(clippy::expect_used, reason = "what a test expects of its surroundings ends it when it is not so")]

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

/// The number of the account.
pub const ACCOUNT: &str = "123456789012";

/// A secret that an answer holds. It is never to be seen.
pub const SECRET: &str = "hunter2secrethunter2secrethunter2secrethunter2";

/// Attributes that every pool has.
const ATTRIBUTES: [&str; 18] = [
    "address",
    "birthdate",
    "email",
    "email_verified",
    "family_name",
    "gender",
    "given_name",
    "locale",
    "middle_name",
    "name",
    "nickname",
    "phone_number",
    "phone_number_verified",
    "picture",
    "preferred_username",
    "profile",
    "website",
    "zoneinfo",
];

/// How a call goes wrong.
#[derive(Clone, Debug)]
pub enum Fault {
    /// An error of the service: status, name, message.
    Error(u16, &'static str, &'static str),
    /// A body that never ends.
    Slow,
    /// A connection that closes in the middle of the body.
    Cut,
    /// An answer that is not what it says it is.
    Garbage(&'static str),
    /// The same page again and again, under the same token.
    SameToken,
    /// The same page again and again, under a new token each time.
    NewTokens,
}

/// What the account holds.
#[derive(Clone, Debug, Default)]
pub struct Account {
    /// User pools.
    pub pools: usize,
    /// App clients of each.
    pub clients: usize,
    /// Items on a page of the lists of pools and clients.
    pub page: usize,
    /// Operations that fail, by name.
    pub faults: HashMap<&'static str, Fault>,
    /// How long every answer takes.
    pub delay: Duration,
    /// What CloudTrail recorded.
    pub events: Vec<Value>,
    /// Sign-in is not judged by its risk, and its pages have no style: there is less to ask of each client.
    pub is_plain: bool,
}

impl Account {
    /// The id of a user pool.
    pub fn pool_id(index: usize) -> String {
        format!("eu-west-1_Pool{index:05}")
    }

    /// The id of an app client.
    pub fn client_id(pool: usize, client: usize) -> String {
        format!("client{pool:010}x{client:09}")
    }

    /// The account with a fault.
    pub fn failing(mut self, operation: &'static str, fault: Fault) -> Self {
        self.faults.insert(operation, fault);
        self
    }
}

/// A running server. It ends with the process.
#[derive(Clone, Debug)]
pub struct Loopback {
    /// Where it listens.
    pub address: SocketAddr,
    counts: Arc<Mutex<BTreeMap<String, usize>>>,
    subjects: Arc<Mutex<HashSet<String>>>,
    keys: Arc<Mutex<BTreeSet<String>>>,
}

impl Loopback {
    /// Serves an account.
    pub fn serve(account: Account) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("it has one");
        let server = Self { address, counts: Arc::default(), subjects: Arc::default(), keys: Arc::default() };
        let serving = server.clone();
        let account = Arc::new(account);
        thread::spawn(move || {
            for stream in listener.incoming().filter_map(Result::ok) {
                let (server, account) = (serving.clone(), account.clone());
                thread::spawn(move || server.converse(&stream, &account));
            }
        });
        server
    }

    /// What `--endpoint-url` takes.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// How often each operation was called.
    pub fn counts(&self) -> BTreeMap<String, usize> {
        self.counts.lock().expect("nobody panics").clone()
    }

    /// How many different app clients were described.
    pub fn clients_described(&self) -> usize {
        self.subjects.lock().expect("nobody panics").len()
    }

    /// The access keys that requests were signed with.
    pub fn keys(&self) -> Vec<String> {
        self.keys.lock().expect("nobody panics").iter().cloned().collect()
    }

    fn converse(&self, stream: &TcpStream, account: &Account) -> Option<()> {
        stream.set_nodelay(true).ok()?;
        let mut reader = BufReader::new(stream);
        loop {
            let Asked { operation, input, key } = request(&mut reader)?;
            self.keys.lock().expect("nobody panics").insert(key);
            *self.counts.lock().expect("nobody panics").entry(operation.clone()).or_default() += 1;
            if operation == "DescribeUserPoolClient" {
                let id = input["ClientId"].as_str().unwrap_or_default().to_owned();
                self.subjects.lock().expect("nobody panics").insert(id);
            }
            thread::sleep(account.delay);
            let is_xml =
                ["GetCallerIdentity", "AssumeRole", "GetRole", "DescribeStackResources"].contains(&&*operation);
            let fault = account.faults.get(&*operation);
            let (status, body) = match fault {
                None if is_xml => (200, xml(&operation)),
                None => (200, answer(account, &operation, &input).to_string()),
                Some(Fault::Error(status, code, message)) if is_xml => {
                    let error =
                        format!("<Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error>");
                    (*status, format!("<ErrorResponse>{error}<RequestId>r</RequestId></ErrorResponse>"))
                }
                Some(Fault::Error(status, code, message)) => {
                    (*status, json!({ "__type": code, "message": message }).to_string())
                }
                Some(Fault::Garbage(text)) => (200, (*text).to_owned()),
                Some(Fault::SameToken | Fault::NewTokens) => {
                    let mut page = answer(account, &operation, &json!({}));
                    let is_new = matches!(fault, Some(Fault::NewTokens));
                    let count = self.counts()[&operation];
                    page["NextToken"] = json!(if is_new { format!("token{count}") } else { "again".to_owned() });
                    (200, page.to_string())
                }
                Some(Fault::Slow | Fault::Cut) => {
                    let head =
                        "HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.1\r\nContent-Length: 5000\r\n\r\n{";
                    (&*stream).write_all(head.as_bytes()).ok()?;
                    if matches!(fault, Some(Fault::Slow)) {
                        thread::sleep(Duration::from_secs(60));
                    }
                    return None;
                }
            };
            let kind = if is_xml { "text/xml" } else { "application/x-amz-json-1.1" };
            let length = body.len();
            let reply =
                format!("HTTP/1.1 {status} Status\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n\r\n{body}");
            (&*stream).write_all(reply.as_bytes()).ok()?;
        }
    }
}

/// A request.
struct Asked {
    operation: String,
    input: Value,
    /// The access key that it was signed with.
    key: String,
}

/// Reads a request; its operation stands in a header, the form or the path.
fn request(reader: &mut impl BufRead) -> Option<Asked> {
    let mut line = String::new();
    reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
    let path = line.split(' ').nth(1)?.to_owned();
    let (mut target, mut length, mut key) = (None, 0, String::new());
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).ok().filter(|read| *read > 0)?;
        let Some((name, value)) = header.trim_end().split_once(':') else { break };
        match name.to_ascii_lowercase().as_str() {
            "x-amz-target" => target = value.trim().rsplit('.').next().map(str::to_owned),
            "authorization" => {
                let scope = value.split_once("Credential=").map(|(_, scope)| scope);
                key = scope.and_then(|scope| scope.split('/').next()).unwrap_or_default().to_owned();
            }
            "content-length" => length = value.trim().parse().ok()?,
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let text = String::from_utf8(body).ok()?;
    let of_form = || text.split('&').find_map(|pair| pair.strip_prefix("Action=")).map(str::to_owned);
    let operation = target.or_else(of_form).or_else(|| (path == "/listRegions").then(|| "ListRegions".to_owned()))?;
    Some(Asked { operation, input: serde_json::from_str(&text).unwrap_or_default(), key })
}

/// What the services with forms answer.
fn xml(operation: &str) -> String {
    let result = match operation {
        "GetCallerIdentity" => {
            format!("<Account>{ACCOUNT}</Account><UserId>U</UserId><Arn>arn:aws:iam::{ACCOUNT}:user/u</Arn>")
        }
        "AssumeRole" => format!(
            "<Credentials><AccessKeyId>ASIAEXAMPLE</AccessKeyId><SecretAccessKey>{SECRET}</SecretAccessKey>\
             <SessionToken>{SECRET}</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>\
             <AssumedRoleUser><AssumedRoleId>A:s</AssumedRoleId><Arn>arn:aws:sts::{ACCOUNT}:assumed-role/audit/s</Arn></AssumedRoleUser>"
        ),
        "GetRole" => format!(
            "<Role><Path>/</Path><RoleName>in</RoleName><RoleId>R</RoleId><Arn>arn:aws:iam::{ACCOUNT}:role/in</Arn>\
             <CreateDate>2024-01-01T00:00:00Z</CreateDate><AssumeRolePolicyDocument>%7B%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C%22Condition%22%3A%7B%22StringEquals%22%3A%7B%22sts%3AExternalId%22%3A%22{SECRET}%22%7D%7D%7D%5D%7D</AssumeRolePolicyDocument></Role>"
        ),
        _ => "<StackResources><member><StackName>shop</StackName><StackId>arn:aws:cloudformation:eu-west-1:1:stack/shop/1</StackId>\
              <LogicalResourceId>Pool</LogicalResourceId><PhysicalResourceId>eu-west-1_Pool00000</PhysicalResourceId>\
              <ResourceType>AWS::Cognito::UserPool</ResourceType><Timestamp>2024-01-01T00:00:00Z</Timestamp>\
              <ResourceStatus>CREATE_COMPLETE</ResourceStatus></member>\
              <member><StackName>shop</StackName><LogicalResourceId>Table</LogicalResourceId><ResourceType>AWS::DynamoDB::Table</ResourceType>\
              <Timestamp>2024-01-01T00:00:00Z</Timestamp><ResourceStatus>CREATE_COMPLETE</ResourceStatus></member></StackResources>"
            .to_owned(),
    };
    format!("<{operation}Response><{operation}Result>{result}</{operation}Result></{operation}Response>")
}

/// What the services with JSON answer.
fn answer(account: &Account, operation: &str, input: &Value) -> Value {
    let pool = input["UserPoolId"].as_str().unwrap_or_default();
    match operation {
        "ListRegions" => json!({"Regions": [{"RegionName": "eu-west-1", "RegionOptStatus": "ENABLED_BY_DEFAULT"}]}),
        "ListUserPools" => {
            let item = |index| json!({"Id": Account::pool_id(index), "Name": format!("pool-{index}")});
            page("UserPools", account.pools, account.page, input, item)
        }
        "DescribeUserPool" => json!({"UserPool": {
            "Id": pool,
            "Arn": format!("arn:aws:cognito-idp:eu-west-1:{ACCOUNT}:userpool/{pool}"),
            "Name": "shop",
            "Domain": "shop",
            "MfaConfiguration": "OFF",
            "DeviceConfiguration": {"ChallengeRequiredOnNewDevice": true, "DeviceOnlyRememberedOnUserPrompt": false},
            "EmailVerificationMessage": SECRET,
            "SmsConfiguration": {"SnsCallerArn": "arn:aws:iam::1:role/sms", "ExternalId": SECRET},
            "UserPoolAddOns": {"AdvancedSecurityMode": if account.is_plain { "OFF" } else { "ENFORCED" }},
            "SchemaAttributes": ATTRIBUTES.map(attribute),
            "FieldOfNextYear": {"Mode": "NEW"},
        }}),
        "GetUserPoolMfaConfig" => {
            json!({"MfaConfiguration": "OFF", "SmsMfaConfiguration": {"SmsAuthenticationMessage": SECRET}})
        }
        "DescribeUserPoolDomain" => {
            let version = if account.is_plain { 1 } else { 2 };
            json!({"DomainDescription": {"Domain": "shop", "UserPoolId": "p", "ManagedLoginVersion": version}})
        }
        "ListIdentityProviders" => json!({"Providers": [{"ProviderName": "Google", "ProviderType": "Google"}]}),
        "DescribeIdentityProvider" => {
            json!({"IdentityProvider": {"UserPoolId": pool, "ProviderName": "Google", "ProviderType": "Google",
            "ProviderDetails": {"client_id": "google", "client_secret": SECRET, "token_url": "https://oauth2.example/token"}}})
        }
        "ListResourceServers" => json!({"ResourceServers": [{"UserPoolId": pool, "Identifier": "api", "Name": "api",
            "Scopes": [{"ScopeName": "read", "ScopeDescription": "read"}]}]}),
        "ListGroups" => json!({"Groups": [{"GroupName": "admins", "UserPoolId": pool}]}),
        "DescribeRiskConfiguration" => {
            json!({"RiskConfiguration": {"UserPoolId": pool, "AccountTakeoverRiskConfiguration": {
            "Actions": {}, "NotifyConfiguration": {"SourceArn": "arn:aws:ses:1", "BlockEmail": {"Subject": SECRET, "HtmlBody": SECRET}}}}})
        }
        "GetLogDeliveryConfiguration" => {
            json!({"LogDeliveryConfiguration": {"UserPoolId": pool, "LogConfigurations": []}})
        }
        "GetWebACLForResource" => {
            json!({"WebACL": {"Name": "edge", "Id": "1", "ARN": "arn:aws:wafv2:1", "DefaultAction": {"Allow": {}},
            "VisibilityConfig": {"SampledRequestsEnabled": true, "CloudWatchMetricsEnabled": true, "MetricName": SECRET}}})
        }
        "ListUserPoolClients" => {
            let index = pool.trim_start_matches("eu-west-1_Pool").parse().unwrap_or_default();
            let item = |client| json!({"ClientId": Account::client_id(index, client), "UserPoolId": pool, "ClientName": "web"});
            page("UserPoolClients", account.clients, account.page, input, item)
        }
        "DescribeUserPoolClient" => json!({"UserPoolClient": {
            "UserPoolId": pool,
            "ClientId": input["ClientId"],
            "ClientName": "web",
            "ClientSecret": SECRET,
            "RefreshTokenValidity": 30,
            "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
            "ReadAttributes": ATTRIBUTES,
            "WriteAttributes": ATTRIBUTES,
            "CallbackURLs": ["https://shop.example/in", "https://shop.example/out"],
            "AllowedOAuthFlows": ["code"],
            "AllowedOAuthFlowsUserPoolClient": true,
        }}),
        "DescribeManagedLoginBrandingByClient" => {
            json!({"ManagedLoginBranding": {"ManagedLoginBrandingId": "b", "UserPoolId": pool,
            "Assets": [{"Category": "PAGE_HEADER_LOGO", "ColorMode": "DARK", "Extension": "PNG", "Bytes": "aGk="}]}})
        }
        "LookupEvents" => {
            let event = |(number, event): (usize, &Value)| json!({"EventId": number.to_string(), "CloudTrailEvent": event.to_string()});
            json!({"Events": account.events.iter().enumerate().map(event).collect::<Vec<_>>()})
        }
        "ListIdentityPools" => {
            json!({"IdentityPools": [{"IdentityPoolId": "eu-west-1:00000000-0000-4000-8000-000000000000", "IdentityPoolName": "shop"}]})
        }
        "DescribeIdentityPool" => {
            json!({"IdentityPoolId": input["IdentityPoolId"], "IdentityPoolName": "shop", "AllowUnauthenticatedIdentities": false})
        }
        "GetIdentityPoolRoles" => {
            json!({"IdentityPoolId": input["IdentityPoolId"], "Roles": {"authenticated": format!("arn:aws:iam::{ACCOUNT}:role/in")}})
        }
        _ => json!({}),
    }
}

fn attribute(name: &str) -> Value {
    json!({"Name": name, "AttributeDataType": "String", "DeveloperOnlyAttribute": false, "Mutable": true,
        "Required": false, "StringAttributeConstraints": {"MinLength": "0", "MaxLength": "2048"}})
}

/// A page of a list of `count` items, `size` on each; its token is the number of the next item.
fn page(name: &str, count: usize, size: usize, input: &Value, item: impl Fn(usize) -> Value) -> Value {
    let asked = input["MaxResults"].as_u64().and_then(|most| usize::try_from(most).ok()).unwrap_or(60);
    let size = if size == 0 { asked } else { size.min(asked) };
    let start: usize = input["NextToken"].as_str().and_then(|token| token.parse().ok()).unwrap_or_default();
    let end = (start + size).min(count);
    let items: Vec<_> = (start..end).map(item).collect();
    let mut page = json!({ name: items });
    if end < count {
        page["NextToken"] = json!(end.to_string());
    }
    page
}
