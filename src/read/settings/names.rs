//! The words that keys of settings are made of.

use crate::read::SettingKind;

/// What a name says.
#[derive(Debug)]
pub struct Naming {
    /// What is kept under it.
    pub kind: SettingKind,
    /// Words that follow each other in the name; any of these runs will do.
    pub runs: &'static [&'static str],
    /// What the name alone is worth.
    pub ground: Ground,
    /// Words that make it the name of something else, as lists here are: separated by blanks.
    pub unless: &'static str,
}

/// What a name alone is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ground {
    /// It says what is kept under it.
    Name,
    /// It says so beside Cognito's name only.
    Cognito,
    /// It may mean something else: the value decides.
    Shape,
}

/// Words by which a name is that of something around an identifier: its name, a role, where it is kept.
const NOT_THE_THING: &str = "\
    access arn attribute attributes count description email enabled endpoint expiration expiry export file flag \
    function group groups hash header issued lambda length logo mfa name names output param parameter path pattern \
    policy provider providers regex role roles schema sdk size ssm status style table tags tier timeout trigger ttl \
    type validity version";

/// Words by which a domain is not that of the sign-in page.
const OTHER_DOMAINS: &str = "\
    allowed certificate cookie cors email from mail sender status zone";

/// What names mean, the more specific ones first.
pub const NAMINGS: &[Naming] = &[
    Naming {
        kind: SettingKind::ClientSecret,
        runs: &["client secret", "app secret"],
        ground: Ground::Name,
        unless: NOT_THE_THING,
    },
    Naming { kind: SettingKind::ClientId, runs: &["client id"], ground: Ground::Name, unless: NOT_THE_THING },
    Naming {
        kind: SettingKind::IdentityPoolId,
        runs: &["identity pool id", "identity default pool id"],
        ground: Ground::Name,
        unless: NOT_THE_THING,
    },
    Naming { kind: SettingKind::UserPoolId, runs: &["user pool id"], ground: Ground::Name, unless: NOT_THE_THING },
    Naming {
        kind: SettingKind::UserPoolArn,
        runs: &["user pool arn"],
        ground: Ground::Name,
        unless: "parameter path ssm",
    },
    Naming {
        kind: SettingKind::LogoutUri,
        runs: &[
            "logout uri",
            "logout url",
            "logout redirect",
            "logout callback",
            "signout uri",
            "signout url",
            "signout redirect",
            "redirect signout",
            "redirect logout",
            "signout callback",
        ],
        ground: Ground::Name,
        unless: "path",
    },
    Naming {
        kind: SettingKind::RedirectUri,
        runs: &[
            "redirect uri",
            "redirect url",
            "callback uri",
            "callback url",
            "redirect signin",
            "signin redirect",
            "redirect login",
            "login redirect",
            "signin callback",
        ],
        ground: Ground::Name,
        unless: "path",
    },
    Naming { kind: SettingKind::Region, runs: &["region"], ground: Ground::Name, unless: "" },
    Naming {
        kind: SettingKind::Domain,
        runs: &[
            "oauth domain",
            "auth domain",
            "login domain",
            "sso domain",
            "web domain",
            "hosted ui",
            "hosted domain",
        ],
        ground: Ground::Name,
        unless: OTHER_DOMAINS,
    },
    Naming { kind: SettingKind::Domain, runs: &["domain"], ground: Ground::Cognito, unless: OTHER_DOMAINS },
    Naming {
        kind: SettingKind::Issuer,
        runs: &["issuer", "authority", "jwks", "jwk set", "metadata address", "openid configuration"],
        ground: Ground::Name,
        unless: "",
    },
    Naming {
        kind: SettingKind::AuthFlow,
        runs: &["auth flow", "authentication flow"],
        ground: Ground::Name,
        unless: "",
    },
    Naming { kind: SettingKind::ResponseType, runs: &["response type"], ground: Ground::Name, unless: "" },
    Naming { kind: SettingKind::Scope, runs: &["scope"], ground: Ground::Name, unless: "" },
    Naming { kind: SettingKind::UserPoolId, runs: &["pool id"], ground: Ground::Cognito, unless: NOT_THE_THING },
    Naming {
        kind: SettingKind::ClientId,
        runs: &["app id", "auth cognito id"],
        ground: Ground::Cognito,
        unless: NOT_THE_THING,
    },
    Naming { kind: SettingKind::ClientSecret, runs: &["secret"], ground: Ground::Cognito, unless: NOT_THE_THING },
    Naming {
        kind: SettingKind::IdentityPoolId,
        runs: &["identity pool"],
        ground: Ground::Shape,
        unless: NOT_THE_THING,
    },
    Naming {
        kind: SettingKind::ClientId,
        runs: &["client", "audience", "aud"],
        ground: Ground::Shape,
        unless: NOT_THE_THING,
    },
    Naming {
        kind: SettingKind::UserPoolId,
        runs: &["pool id", "user pool", "cognito pool"],
        ground: Ground::Shape,
        unless: NOT_THE_THING,
    },
];

/// Other providers of sign-in and of APIs that have clients, secrets and scopes too.
pub const FOREIGN: &str = "\
    adfs adobe airtable apple asana atlassian auth0 azure azuread bitbucket calendly discord docusign dropbox entra \
    facebook figma firebase fitbit github gitlab gmail google hubspot instagram intuit jira kakao keycloak kinde \
    line linear linkedin lwa meta microsoft msal naver notion okta onelogin outlook paypal ping pingone plaid \
    quickbooks reddit salesforce shopify slack spotify square strava stripe supabase tiktok twilio twitch twitter \
    workos xero yahoo zendesk zitadel zoom";

/// Words that say nothing about whose a key is.
pub const NEUTRAL: &str = "\
    admin address amplify api app application auth authentication authority aud audience aws backend base callback \
    client configuration connect connection current default dev development domain env expo flow frontend gatsby \
    hosted id idp in issuer jwk jwks jwt local login logout main metadata mobile my native next ng nuxt oauth oidc \
    openid out pool post preprod prod production project proxy public qa react redirect region resource response \
    sandbox scope secret server service set sign signin signout site spa sso stage staging success test tf token \
    type uat ui uri url user valid value var vite vue web";

/// Words that are found written together.
pub const VOCABULARY: &str = "\
    app arn auth aws callback client clients cognito domain id identity ids issuer jwks logout mobile oauth pool \
    pools redirect region scope scopes secret signin signout uri uris url urls user web";

/// Plurals and their singulars.
pub const PLURALS: &[(&str, &str)] = &[
    ("audiences", "audience"),
    ("clients", "client"),
    ("domains", "domain"),
    ("flows", "flow"),
    ("ids", "id"),
    ("pools", "pool"),
    ("scopes", "scope"),
    ("uris", "uri"),
    ("urls", "url"),
];

/// Two halves of one word.
pub const HALVES: &[(&str, &str, &str)] = &[
    ("call", "back", "callback"),
    ("log", "in", "login"),
    ("log", "out", "logout"),
    ("o", "auth", "oauth"),
    ("open", "id", "openid"),
    ("sign", "in", "signin"),
    ("sign", "out", "signout"),
    ("auth", "0", "auth0"),
];

/// Words of names whose values must stay unseen.
pub const SECRETS: &str = "\
    apikey cert certificate connection cookie credential credentials dsn key keys license otp passphrase passwd \
    password pass pin private pwd salt secret secrets seed session signature signing token tokens webhook";

/// Words at the end of a name under which people are shown what a value looks like.
pub const SAMPLES: &str = "example hint metavar placeholder placeholders sample tooltip";

/// Values that say nothing: switches, and the types that schemas write in the place of values.
pub const NO_VALUES: &str = "true false string String str";

/// The authentication flows of the service, in requests.
pub const AUTH_FLOWS: &str = "\
    USER_SRP_AUTH USER_PASSWORD_AUTH USER_AUTH CUSTOM_AUTH ADMIN_NO_SRP_AUTH ADMIN_USER_PASSWORD_AUTH \
    REFRESH_TOKEN_AUTH REFRESH_TOKEN";
