//! The properties that are compared: those that the other rules on refresh, sign-in and managed login look at.

use std::collections::BTreeSet;

use crate::finding::Severity;
use crate::model::Model;
use crate::model::client::{self, Allows, Client};
use crate::model::flow::Flow;
use crate::model::lifetime::Token;
use crate::model::link::Trust;
use crate::model::pool::{self, DeviceTracking, Pool};
use crate::model::resolve::Target;
use crate::model::view::{Known, View};
use crate::read::Deployer;
use crate::source::Loc;
use crate::value::{Field, Kind, Value};

const IDENTITY_POOL: &str = "AWS::Cognito::IdentityPool";

/// A property that is compared.
pub(super) struct Property {
    /// The type of the resources that have it.
    pub type_name: &'static str,
    /// Where it is written.
    path: &'static [&'static str],
    /// What a resource says of it; nothing where that cannot be told.
    says: fn(&Model, &View<'_>) -> Option<Told>,
    /// Where Terraform leaves out the argument, it leaves the account as it is (`Computed` in terraform-provider-aws).
    is_computed: bool,
    /// What the account has besides may have been put there by others: only what it lacks differs.
    is_shared: bool,
    /// How bad a difference is.
    pub severity: Severity,
    /// What a difference breaks.
    pub breaks: &'static str,
    /// What users see.
    pub answer: Option<&'static str>,
}

/// What is said of a property.
pub(super) struct Told {
    /// The same for what is the same to the service.
    value: BTreeSet<String>,
    /// The same for people.
    pub says: String,
    /// Where; nothing where the property is left out.
    pub loc: Option<Loc>,
}

impl Told {
    fn one(value: impl Into<String>, says: impl Into<String>, loc: Option<Loc>) -> Self {
        Self { value: BTreeSet::from([value.into()]), says: says.into(), loc }
    }

    /// A set of names; `what` they are stands before them.
    fn set(what: &str, names: impl IntoIterator<Item = impl Into<String>>, loc: Option<Loc>) -> Self {
        let value: BTreeSet<String> = names.into_iter().map(Into::into).collect();
        let list = value.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
        let says = if list.is_empty() { format!("no {what}") } else { format!("{what} {list}") };
        Self { value, says, loc }
    }
}

impl Property {
    /// What a resource says.
    pub fn told(&self, model: &Model, view: &View<'_>) -> Option<Told> {
        (self.says)(model, view)
    }

    /// What a declared resource says that the account should have. What a default decides is for the deployment to say.
    pub fn declared(&self, model: &Model, view: &View<'_>) -> Option<Told> {
        let is_left = view.resource.deployer == Deployer::Terraform && self.is_computed;
        let is_unsaid = is_left && view.field(self.path).is_absent();
        if is_unsaid || view.resource.ignored.covers(self.path) {
            return None;
        }
        let own = View { trust: Trust::default(), ..view.clone() };
        self.told(model, &own).filter(|_| own.trust.assumed().is_empty())
    }

    /// Whether the account differs.
    pub fn differs(&self, declared: &Told, live: &Told) -> bool {
        if self.is_shared { !declared.value.is_subset(&live.value) } else { declared.value != live.value }
    }
}

/// What a row has where it says nothing else.
const PLAIN: Property = Property {
    type_name: client::TYPE,
    path: &[],
    says: |_, _| None,
    is_computed: true,
    is_shared: false,
    severity: Severity::Warning,
    breaks: "",
    answer: None,
};

const INVALID: Option<&str> = Some("NotAuthorizedException: Invalid Refresh Token");

/// What is compared. What the service answers otherwise than it is written (the order of lists, older names of flows, units
/// of time, members with their default) is the same here.
pub(super) const ALL: &[Property] = &[
    Property {
        type_name: pool::TYPE,
        path: &["DeviceConfiguration"],
        says: tracking,
        is_computed: false,
        severity: Severity::Error,
        breaks: "where devices are tracked, a refresh without the key of a confirmed device fails",
        answer: INVALID,
        ..PLAIN
    },
    Property {
        type_name: pool::TYPE,
        path: &["DeviceConfiguration"],
        says: devices,
        is_computed: false,
        breaks: "it decides which devices are remembered and whether they replace the second factor",
        ..PLAIN
    },
    Property {
        type_name: pool::TYPE,
        path: &["MfaConfiguration"],
        says: mfa,
        is_computed: false,
        breaks: "with a second factor, sign-in has a challenge that apps must answer",
        ..PLAIN
    },
    Property {
        type_name: pool::TYPE,
        path: &["UsernameAttributes"],
        says: username_attributes,
        is_computed: false,
        breaks: "it decides which user name a secret hash is made of on refresh",
        ..PLAIN
    },
    Property {
        type_name: pool::TYPE,
        path: &["LambdaConfig"],
        says: triggers,
        is_shared: true,
        breaks: "custom authentication and the migration of users fail without their triggers",
        ..PLAIN
    },
    Property {
        path: &["GenerateSecret"],
        says: secret,
        is_computed: false,
        severity: Severity::Error,
        breaks: "a client with a secret refuses calls without a secret hash, and one without refuses those with it",
        answer: Some("NotAuthorizedException: Unable to verify secret hash for client"),
        ..PLAIN
    },
    Property {
        path: &["RefreshTokenRotation"],
        says: rotation,
        is_computed: false,
        severity: Severity::Error,
        breaks: "with rotation, REFRESH_TOKEN_AUTH fails and each refresh token works once",
        ..PLAIN
    },
    Property {
        path: &["ExplicitAuthFlows"],
        says: refresh_flow,
        severity: Severity::Error,
        breaks: "where ALLOW_REFRESH_TOKEN_AUTH is missing, a refresh through InitiateAuth fails",
        ..PLAIN
    },
    Property {
        path: &["ExplicitAuthFlows"],
        says: flows,
        breaks: "sign-in by a flow that is not allowed fails",
        ..PLAIN
    },
    Property {
        path: &["RefreshTokenValidity"],
        says: |_, view| lifetime(view, Token::Refresh),
        breaks: "it decides after how long users must sign in again",
        ..PLAIN
    },
    Property {
        path: &["AccessTokenValidity"],
        says: |_, view| lifetime(view, Token::Access),
        breaks: "it decides how often apps must refresh",
        ..PLAIN
    },
    Property {
        path: &["IdTokenValidity"],
        says: |_, view| lifetime(view, Token::Id),
        breaks: "it decides how often apps must refresh",
        ..PLAIN
    },
    Property {
        path: &["AllowedOAuthFlows"],
        says: grants,
        breaks: "managed login refuses grants that are not allowed, and without the code grant there is no refresh token",
        ..PLAIN
    },
    Property {
        path: &["AllowedOAuthScopes"],
        says: |_, view| of_oauth(view, "AllowedOAuthScopes", "scopes"),
        breaks: "managed login refuses scopes that are not allowed",
        answer: Some("invalid_scope"),
        ..PLAIN
    },
    Property {
        path: &["CallbackURLs"],
        says: |_, view| of_oauth(view, "CallbackURLs", "callback addresses"),
        breaks: "managed login refuses addresses that are not registered",
        answer: Some("redirect_mismatch"),
        ..PLAIN
    },
    Property {
        path: &["LogoutURLs"],
        says: |_, view| of_oauth(view, "LogoutURLs", "sign-out addresses"),
        breaks: "sign-out refuses addresses that are not registered",
        ..PLAIN
    },
    Property {
        path: &["SupportedIdentityProviders"],
        says: |_, view| identity_providers(view),
        breaks: "managed login offers other ways to sign in",
        ..PLAIN
    },
    Property {
        type_name: IDENTITY_POOL,
        path: &["CognitoIdentityProviders"],
        says: trusted_clients,
        is_computed: false,
        breaks: "the identity pool refuses tokens of clients that it does not list",
        answer: Some("NotAuthorizedException: Token is not from a supported provider of this identity pool."),
        ..PLAIN
    },
];

fn tracking(_: &Model, view: &View<'_>) -> Option<Told> {
    match Pool::new(view.clone()).device_tracking() {
        DeviceTracking::On(loc) => Some(Told::one("on", "devices are tracked", Some(loc))),
        DeviceTracking::Off => Some(Told::one("off", "devices are not tracked", None)),
        DeviceTracking::Unknown => None,
    }
}

/// How devices are remembered, where they are.
fn devices(_: &Model, view: &View<'_>) -> Option<Told> {
    let loc = Pool::new(view.clone()).tracks_devices()?;
    let member = |name: &str| match view.boolean(&["DeviceConfiguration", name]) {
        Known::Set(value, _) => Some(value),
        Known::Unset => Some(false),
        Known::Unknown => None,
    };
    let names = ["ChallengeRequiredOnNewDevice", "DeviceOnlyRememberedOnUserPrompt"];
    let values: Vec<String> =
        names.into_iter().map(|name| Some(format!("{name}: {}", member(name)?))).collect::<Option<_>>()?;
    let says = values.join(", ");
    Some(Told::one(says.clone(), says, Some(loc)))
}

fn mfa(_: &Model, view: &View<'_>) -> Option<Told> {
    let value = view.text_or_default(&["MfaConfiguration"])?;
    Some(Told::one(value, format!("MfaConfiguration {value}"), view.property_loc(&["MfaConfiguration"])))
}

fn username_attributes(_: &Model, view: &View<'_>) -> Option<Told> {
    let names = texts(view, "UsernameAttributes")?;
    Some(Told::set("UsernameAttributes", names, view.property_loc(&["UsernameAttributes"])))
}

/// The triggers that rules ask for, and whether they are there; to which function they lead is not compared.
fn triggers(_: &Model, view: &View<'_>) -> Option<Told> {
    let names = ["CreateAuthChallenge", "DefineAuthChallenge", "UserMigration", "VerifyAuthChallengeResponse"];
    let mut there = Vec::new();
    for name in names {
        match view.field(&["LambdaConfig", name]) {
            Field::Present(Value { kind: Kind::Null, .. }) | Field::Absent => {}
            Field::Present(_) => there.push(name),
            Field::Sometimes(_) | Field::Unknown => return None,
        }
    }
    Some(Told::set("triggers", there, view.property_loc(&["LambdaConfig"])))
}

fn secret(_: &Model, view: &View<'_>) -> Option<Told> {
    let client = Client::new(view.clone());
    let loc = view.property_loc(&["GenerateSecret"]);
    let (value, says) =
        if client.has_secret()? { ("yes", "the client has a secret") } else { ("no", "the client has no secret") };
    Some(Told::one(value, says, loc))
}

fn rotation(_: &Model, view: &View<'_>) -> Option<Told> {
    let rotates = Client::new(view.clone()).rotates_refresh_tokens()?;
    let (value, says) = if rotates { ("on", "refresh tokens rotate") } else { ("off", "refresh tokens do not rotate") };
    Some(Told::one(value, says, view.property_loc(&["RefreshTokenRotation"])))
}

fn refresh_flow(_: &Model, view: &View<'_>) -> Option<Told> {
    let loc = view.property_loc(&["ExplicitAuthFlows"]);
    match Client::new(view.clone()).allows(Flow::RefreshTokenAuth) {
        Allows::Yes => Some(Told::one("yes", "REFRESH_TOKEN_AUTH is allowed", loc)),
        Allows::No(_) => Some(Told::one("no", "REFRESH_TOKEN_AUTH is not allowed", loc)),
        Allows::Unknown => None,
    }
}

/// The flows of sign-in that are allowed, whatever they are called in the list.
fn flows(_: &Model, view: &View<'_>) -> Option<Told> {
    let client = Client::new(view.clone());
    let all =
        [Flow::UserSrpAuth, Flow::UserPasswordAuth, Flow::AdminUserPasswordAuth, Flow::CustomAuth, Flow::UserAuth];
    let mut allowed = Vec::new();
    for flow in all {
        match client.allows(flow) {
            Allows::Yes => allowed.push(flow.name()),
            Allows::No(_) => {}
            Allows::Unknown => return None,
        }
    }
    Some(Told::set("flows of sign-in", allowed, view.property_loc(&["ExplicitAuthFlows"])))
}

fn lifetime(view: &View<'_>, token: Token) -> Option<Told> {
    let lifetime = Client::new(view.clone()).lifetime(token)?;
    let what = match token {
        Token::Access => "access",
        Token::Id => "ID",
        Token::Refresh => "refresh",
    };
    Some(Told::one(lifetime.seconds().to_string(), format!("{what} tokens live {lifetime}"), lifetime.loc))
}

fn grants(_: &Model, view: &View<'_>) -> Option<Told> {
    let flows = Client::new(view.clone()).oauth_flows()?;
    Some(Told::set("grants", flows, view.property_loc(&["AllowedOAuthFlows"])))
}

/// A list that counts for managed login alone.
fn of_oauth(view: &View<'_>, property: &'static str, what: &str) -> Option<Told> {
    if Client::new(view.clone()).oauth_flows()?.is_empty() {
        return None;
    }
    Some(Told::set(what, texts(view, property)?, view.property_loc(&[property])))
}

/// The identity providers that are offered. Which they are where none is named is not documented.
fn identity_providers(view: &View<'_>) -> Option<Told> {
    let names = texts(view, "SupportedIdentityProviders").filter(|names| !names.is_empty())?;
    Some(Told::set("identity providers", names, view.property_loc(&["SupportedIdentityProviders"])))
}

/// The texts of a list; none where it is left out.
fn texts(view: &View<'_>, property: &'static str) -> Option<Vec<String>> {
    match view.texts(&[property]) {
        Known::Set(list, _) => Some(list.into_iter().map(|(text, _)| text.to_owned()).collect()),
        Known::Unset => Some(Vec::new()),
        Known::Unknown => None,
    }
}

/// The clients that an identity pool lists, as the resources that they are.
fn trusted_clients(model: &Model, view: &View<'_>) -> Option<Told> {
    let path = ["CognitoIdentityProviders"];
    let providers = match view.field(&path) {
        Field::Absent => return Some(Told::set("clients", Vec::<String>::new(), None)),
        Field::Present(Value { kind: Kind::List(list), .. }) if !list.open => &list.items,
        _ => return None,
    };
    let mut clients = Vec::new();
    for (provider, when) in providers {
        let client = provider.field("ClientId").value().filter(|_| when.is_always())?;
        let outcomes = model.resolve(client, client.loc);
        let [outcome] = outcomes.as_slice() else { return None };
        let Target::Resource(number, _) = &outcome.target else { return None };
        clients.push(model.resource(*number)?.key.id.to_string());
    }
    Some(Told::set("clients", clients, view.property_loc(&path)))
}
