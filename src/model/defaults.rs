//! What the service does where a property is left out: one table, each row with its source.

/// One documented default.
struct ServiceDefault {
    type_name: &'static str,
    path: &'static [&'static str],
    value: &'static str,
    /// Where it is documented.
    #[expect(dead_code, reason = "kept beside the value so that a reader can check it")]
    source: &'static str,
}

const POOL: &str = "AWS::Cognito::UserPool";
const CLIENT: &str = "AWS::Cognito::UserPoolClient";
const IDENTITY_POOL: &str = "AWS::Cognito::IdentityPool";

const DEFAULTS: &[ServiceDefault] = &[
    ServiceDefault { type_name: POOL, path: &["MfaConfiguration"], value: "OFF", source: "API CreateUserPool" },
    ServiceDefault { type_name: POOL, path: &["DeletionProtection"], value: "INACTIVE", source: "API CreateUserPool" },
    ServiceDefault {
        type_name: POOL,
        path: &["UserPoolTier"],
        value: "ESSENTIALS",
        source: "Developer Guide, user pool feature plans",
    },
    ServiceDefault {
        type_name: POOL,
        path: &["UsernameConfiguration", "CaseSensitive"],
        value: "true",
        source: "API UsernameConfigurationType",
    },
    ServiceDefault { type_name: CLIENT, path: &["GenerateSecret"], value: "false", source: "API CreateUserPoolClient" },
    ServiceDefault {
        type_name: CLIENT,
        path: &["AllowedOAuthFlowsUserPoolClient"],
        value: "false",
        source: "API CreateUserPoolClient",
    },
    ServiceDefault {
        type_name: CLIENT,
        path: &["EnableTokenRevocation"],
        value: "true",
        source: "API CreateUserPoolClient",
    },
    ServiceDefault {
        type_name: CLIENT,
        path: &["PreventUserExistenceErrors"],
        value: "LEGACY",
        source: "API CreateUserPoolClient",
    },
    ServiceDefault {
        type_name: CLIENT,
        path: &["RefreshTokenRotation", "Feature"],
        value: "DISABLED",
        source: "Developer Guide, refresh tokens",
    },
    ServiceDefault {
        type_name: CLIENT,
        path: &["AccessTokenValidity"],
        value: "1",
        source: "API CreateUserPoolClient (hours)",
    },
    ServiceDefault {
        type_name: CLIENT,
        path: &["IdTokenValidity"],
        value: "1",
        source: "API CreateUserPoolClient (hours)",
    },
    ServiceDefault {
        type_name: CLIENT,
        path: &["RefreshTokenValidity"],
        value: "30",
        source: "API CreateUserPoolClient (days)",
    },
    ServiceDefault {
        type_name: CLIENT,
        path: &["TokenValidityUnits", "AccessToken"],
        value: "hours",
        source: "API TokenValidityUnitsType",
    },
    ServiceDefault {
        type_name: CLIENT,
        path: &["TokenValidityUnits", "IdToken"],
        value: "hours",
        source: "API TokenValidityUnitsType",
    },
    ServiceDefault {
        type_name: CLIENT,
        path: &["TokenValidityUnits", "RefreshToken"],
        value: "days",
        source: "API TokenValidityUnitsType",
    },
    ServiceDefault {
        type_name: IDENTITY_POOL,
        path: &["AllowClassicFlow"],
        value: "false",
        source: "API CreateIdentityPool",
    },
];

/// What the service assumes for a property of a resource type that is left out, as text.
pub fn of(type_name: &str, path: &[&str]) -> Option<&'static str> {
    DEFAULTS.iter().find(|default| default.type_name == type_name && default.path == path).map(|default| default.value)
}

/// What the service assumes for the properties of a resource type that are left out, as texts; parts of properties aside.
pub fn of_type(type_name: &str) -> impl Iterator<Item = (&'static str, &'static str)> {
    let of_type = DEFAULTS.iter().filter(move |default| default.type_name == type_name);
    of_type.filter_map(|default| if let [property] = default.path { Some((*property, default.value)) } else { None })
}

/// The flows that a client allows when `ExplicitAuthFlows` is left out (API CreateUserPoolClient).
pub const EXPLICIT_AUTH_FLOWS: &[&str] = &["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_CUSTOM_AUTH"];
