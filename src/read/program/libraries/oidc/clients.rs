//! The OpenID Connect clients, and what each of their functions does.

/// What a function or class of a client does.
#[derive(Clone, Copy, Debug)]
pub(super) enum Does {
    /// It keeps what it is given for the calls to come.
    Keeps,
    /// It sends the user to the sign-in page.
    Authorizes,
    /// It asks the token endpoint for this grant.
    Grants(&'static str),
    /// It asks for the grant that its parameters name; else for this one.
    GrantsNamed(&'static str),
    /// It does all of that by itself: sign-in, exchange of the code, and refresh as its options say.
    Everything(Renewal),
}

/// When a client refreshes by itself.
#[derive(Clone, Copy, Debug)]
pub(super) enum Renewal {
    Never,
    /// Unless this option is off.
    Unless(&'static str),
    /// Only if this option is on.
    If(&'static str),
}

/// A function or class, and what its positional arguments are. Maps among them hold options.
pub(super) struct Function {
    pub(super) names: &'static [&'static str],
    pub(super) does: Does,
    pub(super) arguments: &'static [&'static str],
}

/// Libraries that work alike.
pub(super) struct Client {
    pub(super) packages: &'static [&'static str],
    /// It knows no other provider.
    pub(super) is_cognitos: bool,
    /// Its answers name the tokens `accessToken`, `refreshToken`.
    pub(super) renames: bool,
    pub(super) functions: &'static [Function],
}

const fn row(names: &'static [&'static str], does: Does, arguments: &'static [&'static str]) -> Function {
    Function { names, does, arguments }
}

use Does::{Authorizes, Everything, Grants, GrantsNamed, Keeps};

const CODE: &str = "authorization_code";
const REFRESH: &str = "refresh_token";
const MACHINE: &str = "client_credentials";

/// Sources: the documentation and source of each library.
pub(super) const CLIENTS: &[Client] = &[
    Client {
        packages: &[
            "next-auth/providers/cognito",
            "@auth/core/providers/cognito",
            "@auth/sveltekit/providers/cognito",
            "@auth/express/providers/cognito",
            "passport-cognito",
            "passport-cognito-oauth2",
        ],
        is_cognitos: true,
        renames: false,
        functions: &[row(&["", "default", "Strategy", "CognitoStrategy", "Cognito"], Everything(Renewal::Never), &[])],
    },
    Client {
        packages: &["arctic"],
        is_cognitos: false,
        renames: false,
        functions: &[
            row(&["AmazonCognito"], Keeps, &["issuer", "client_id", "client_secret", "redirect_uri"]),
            row(&["createAuthorizationURL"], Authorizes, &["state", "code_verifier", "scope"]),
            row(&["validateAuthorizationCode"], Grants(CODE), &["code", "code_verifier"]),
            row(&["refreshAccessToken"], Grants(REFRESH), &["refresh_token", "scope"]),
        ],
    },
    Client {
        packages: &["oidc-client-ts", "react-oidc-context", "vue-oidc-client", "@axa-fr/react-oidc"],
        is_cognitos: false,
        renames: false,
        functions: &[row(
            &["UserManager", "AuthProvider", "OidcProvider", "createOidcAuth"],
            Everything(Renewal::Unless("automaticSilentRenew")),
            &[],
        )],
    },
    Client {
        packages: &["oidc-client"],
        is_cognitos: false,
        renames: false,
        functions: &[row(&["UserManager"], Everything(Renewal::If("automaticSilentRenew")), &[])],
    },
    Client {
        packages: &["angular-auth-oidc-client"],
        is_cognitos: false,
        renames: false,
        functions: &[row(&["forRoot", "provideAuth"], Everything(Renewal::If("useRefreshToken")), &[])],
    },
    Client {
        packages: &["angular-oauth2-oidc", "passport-openidconnect", "passport-oauth2", "openid-client/passport"],
        is_cognitos: false,
        renames: false,
        functions: &[row(&["configure", "Strategy", "OAuth2Strategy", ""], Everything(Renewal::Never), &[])],
    },
    Client {
        packages: &["react-oauth2-code-pkce"],
        is_cognitos: false,
        renames: false,
        functions: &[row(&["AuthProvider"], Everything(Renewal::Unless("autoRefresh")), &[])],
    },
    Client {
        packages: &["openid-client"],
        is_cognitos: false,
        renames: false,
        functions: &[
            row(&["Issuer", "discover"], Keeps, &["issuer"]),
            row(&["Client"], Keeps, &[]),
            row(&["discovery", "Configuration"], Keeps, &["issuer", "client_id", "client_secret"]),
            row(&["authorizationUrl"], Authorizes, &[]),
            row(&["callback", "oauthCallback"], Grants(CODE), &["redirect_uri"]),
            row(&["refresh"], Grants(REFRESH), &["refresh_token"]),
            row(&["grant"], GrantsNamed(MACHINE), &[]),
            row(&["buildAuthorizationUrl"], Authorizes, &[""]),
            row(&["authorizationCodeGrant"], Grants(CODE), &[""]),
            row(&["refreshTokenGrant"], Grants(REFRESH), &["", "refresh_token"]),
            row(&["clientCredentialsGrant"], Grants(MACHINE), &[""]),
            row(&["genericGrantRequest"], GrantsNamed(MACHINE), &["", "grant_type"]),
        ],
    },
    Client {
        packages: &["expo-auth-session"],
        is_cognitos: false,
        renames: true,
        functions: &[
            row(&["useAutoDiscovery", "fetchDiscoveryAsync", "resolveDiscoveryAsync"], Keeps, &["issuer"]),
            row(&["useAuthRequest", "AuthRequest", "loadAsync"], Authorizes, &[]),
            row(&["exchangeCodeAsync"], Grants(CODE), &[]),
            row(&["refreshAsync"], Grants(REFRESH), &[]),
        ],
    },
    Client {
        packages: &["react-native-app-auth"],
        is_cognitos: false,
        renames: true,
        functions: &[row(&["authorize"], Everything(Renewal::Never), &[]), row(&["refresh"], Grants(REFRESH), &[])],
    },
    Client {
        packages: &["authlib", "requests_oauthlib"],
        is_cognitos: false,
        renames: false,
        functions: &[
            row(&["OAuth2Session", "OAuth2Client", "AsyncOAuth2Client"], Keeps, &["client_id", "client_secret"]),
            row(&["register"], Everything(Renewal::Never), &[]),
            row(&["create_authorization_url", "authorization_url"], Authorizes, &["issuer"]),
            row(&["fetch_token"], GrantsNamed(CODE), &["token_endpoint"]),
            row(&["refresh_token"], Grants(REFRESH), &["token_endpoint", "refresh_token"]),
        ],
    },
];
