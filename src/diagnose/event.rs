//! Events of CloudTrail about user pools, and what of them is kept.
//!
//! Cognito hides tokens, passwords, user names and all `AuthParameters`; left are the operation, its outcome, the client, the
//! flow and mostly the user's `sub` (Developer Guide, "Amazon Cognito logging in AWS CloudTrail").

use std::sync::Arc;

use super::moment::Moment;
use super::person::{Person, digest};
use super::symptom::Symptom;

/// What CloudTrail names the user pools API.
pub const SOURCE: &str = "cognito-idp.amazonaws.com";

/// What Cognito writes in place of what it does not tell.
pub const HIDDEN: &str = "HIDDEN_";

/// What an operation does to sessions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Act {
    /// It begins a session, or a step of its beginning.
    SignIn,
    /// It trades a refresh token for new tokens.
    Refresh,
    /// It confirms a device.
    ConfirmDevice,
    /// It takes a device away.
    ForgetDevice,
    /// It ends one session.
    Revoke,
    /// It ends all sessions of a user.
    SignOut,
    /// It takes the user away, or out of use.
    RemoveUser,
    /// It changes a password.
    Password,
    /// It changes the pool.
    ChangePool,
    /// It changes a client.
    ChangeClient,
    /// It makes a client.
    CreateClient,
    /// It takes a client away.
    DeleteClient,
    /// It changes a client's secrets.
    ChangeSecret,
    /// Anything else.
    Other,
}

/// The operations that matter, those of the API and of the OAuth endpoints. Initiations and `/oauth2/token` depend on
/// their flow.
const ACTS: &[(&str, Act)] = &[
    ("InitiateAuth", Act::SignIn),
    ("AdminInitiateAuth", Act::SignIn),
    ("RespondToAuthChallenge", Act::SignIn),
    ("AdminRespondToAuthChallenge", Act::SignIn),
    ("Token_POST", Act::SignIn),
    ("GetTokensFromRefreshToken", Act::Refresh),
    ("ConfirmDevice", Act::ConfirmDevice),
    ("UpdateDeviceStatus", Act::Other),
    ("AdminUpdateDeviceStatus", Act::Other),
    ("ForgetDevice", Act::ForgetDevice),
    ("AdminForgetDevice", Act::ForgetDevice),
    ("RevokeToken", Act::Revoke),
    ("Revoke_POST", Act::Revoke),
    ("GlobalSignOut", Act::SignOut),
    ("AdminUserGlobalSignOut", Act::SignOut),
    ("AdminDisableUser", Act::RemoveUser),
    ("AdminDeleteUser", Act::RemoveUser),
    ("DeleteUser", Act::RemoveUser),
    ("ChangePassword", Act::Password),
    ("ConfirmForgotPassword", Act::Password),
    ("AdminSetUserPassword", Act::Password),
    ("AdminResetUserPassword", Act::Password),
    ("UpdateUserPool", Act::ChangePool),
    ("UpdateUserPoolClient", Act::ChangeClient),
    ("CreateUserPoolClient", Act::CreateClient),
    ("DeleteUserPoolClient", Act::DeleteClient),
    ("AddUserPoolClientSecret", Act::ChangeSecret),
    ("DeleteUserPoolClientSecret", Act::ChangeSecret),
];

/// Flows and grants that trade a refresh token.
const REFRESH_FLOWS: &[&str] = &["REFRESH_TOKEN_AUTH", "REFRESH_TOKEN", "refresh_token"];

/// An event.
#[derive(Clone, Debug)]
pub struct Event {
    /// When.
    pub at: Moment,
    /// The operation, as CloudTrail names it: `InitiateAuth`, `Token_POST`.
    pub name: Arc<str>,
    /// What it does.
    pub act: Act,
    /// Whether it was refused.
    pub failed: bool,
    /// The refusal, where it is one that is known here.
    pub symptom: Option<Symptom>,
    /// The refusal's code.
    pub code: Arc<str>,
    /// The Region.
    pub region: Option<Arc<str>>,
    /// The app client that the call named.
    pub client: Option<Arc<str>>,
    /// The user pool that the call named.
    pub pool: Option<Arc<str>>,
    /// The flow, or the grant at `/oauth2/token`.
    pub flow: Option<Arc<str>>,
    /// The user.
    pub user: Option<Person>,
    /// Stands for the address and program that called.
    pub caller: Option<u64>,
    /// Whether the call is recorded with a device key (its text or that it is hidden).
    pub names_device: bool,
    /// The request sets `DeviceConfiguration`.
    pub sets_devices: bool,
    /// The request sets `ExplicitAuthFlows`.
    pub sets_flows: bool,
    /// The file it stands in, and which record of that file it is, from 1.
    pub place: (Arc<str>, usize),
}

impl Event {
    /// Where it stands, for people.
    pub fn shown_place(&self) -> String {
        format!("{}, record {}", self.place.0, self.place.1)
    }

    /// Whether it went to the OAuth endpoints.
    pub fn is_oauth(&self) -> bool {
        self.name.ends_with("_POST")
    }

    /// Whether it began a session and was answered. What it was answered with is not recorded: it may be a challenge.
    pub fn began_session(&self) -> bool {
        self.act == Act::SignIn && !self.failed
    }
}

/// What was read of a record, by the names that CloudTrail gives. Texts are cut to [`LONGEST`] bytes.
#[derive(Debug, Default)]
#[expect(missing_docs, reason = "CloudTrail's own names")]
pub struct Record {
    pub event_name: Option<String>,
    pub event_time: Option<String>,
    pub event_source: Option<String>,
    pub region: Option<String>,
    pub error_code: Option<String>,
    pub error_message: Option<String>,
    pub address: Option<String>,
    pub agent: Option<String>,
    pub client: Option<String>,
    pub pool: Option<String>,
    pub flow: Option<String>,
    pub grant: Option<String>,
    pub device: Option<String>,
    pub user: Option<String>,
    pub status: Option<String>,
    pub sets_devices: bool,
    pub sets_flows: bool,
}

/// The longest name or identifier that is kept, in bytes: that of a client (API ClientIdType).
const LONGEST_NAME: usize = 128;

/// The longest text that is kept of a record's member, in bytes.
pub const LONGEST: usize = 512;

/// What a record comes to.
#[derive(Debug)]
pub enum Understood {
    /// It is about a user pool's sessions.
    Event(Box<Event>),
    /// It is about something else.
    Passed,
    /// It lacks what an event must have.
    Faulty(&'static str),
}

impl Record {
    /// The event that a record tells of.
    pub fn understood(self, place: (Arc<str>, usize), names: &mut Names) -> Understood {
        let Some(name) = self.event_name else { return Understood::Passed };
        if self.event_source.is_some_and(|source| source != SOURCE) {
            return Understood::Passed;
        }
        let Some(at) = self.event_time.as_deref().and_then(Moment::parse) else {
            return Understood::Faulty("its eventTime cannot be read");
        };
        let code = self.error_code.unwrap_or_default();
        let message = self.error_message.unwrap_or_default();
        let status = self.status.as_deref().and_then(|status| status.parse::<f64>().ok()).unwrap_or(0.0);
        let failed = !code.is_empty() || !message.is_empty() || status >= 400.0;
        let flow = self.flow.or(self.grant).filter(|text| told(text));
        let known = ACTS.iter().find(|(mine, _)| *mine == name).map(|(_, act)| *act);
        let act = match known {
            Some(Act::SignIn) if flow.as_deref().is_some_and(|flow| REFRESH_FLOWS.contains(&flow)) => Act::Refresh,
            Some(Act::SignIn) if flow.as_deref() == Some("client_credentials") => Act::Other,
            known => known.unwrap_or(Act::Other),
        };
        let mut symptom = Symptom::of(&message).or_else(|| Symptom::of(&code)).filter(|_| failed);
        // The endpoint's events have a status alone: 429 and 5xx are no refusals of what was traded.
        let is_trade = act == Act::Refresh || flow.as_deref() == Some("authorization_code");
        if name == "Token_POST" && is_trade && status == 400.0 && code.is_empty() && message.is_empty() {
            symptom = Some(Symptom::InvalidGrant);
        }
        if known.is_none() && symptom.is_none() {
            return Understood::Passed;
        }
        let user = self.user.filter(|text| told(text)).map(|user| Person::new(&user));
        let caller = self.address.zip(self.agent).map(|(address, agent)| digest(&[&address, &agent]));
        let mut shared = |text: Option<String>| text.filter(|text| told(text)).map(|text| names.shared(&text));
        Understood::Event(Box::new(Event {
            at,
            act,
            failed,
            symptom,
            region: shared(self.region),
            client: shared(self.client),
            pool: shared(self.pool),
            flow: shared(flow),
            name: names.shared(&name),
            code: names.shared(&code),
            user,
            caller,
            names_device: self.device.is_some_and(|device| !device.is_empty()),
            sets_devices: self.sets_devices,
            sets_flows: self.sets_flows,
            place,
        }))
    }
}

fn told(text: &str) -> bool {
    !text.is_empty() && !text.starts_with(HIDDEN)
}

/// Texts that many events share, each kept once.
#[derive(Debug, Default)]
pub struct Names(std::collections::HashSet<Arc<str>>);

impl Names {
    /// The one copy of a text, cut where it is longer than any identifier.
    pub fn shared(&mut self, text: &str) -> Arc<str> {
        let text = text.get(..text.floor_char_boundary(LONGEST_NAME)).unwrap_or(text);
        if let Some(mine) = self.0.get(text) {
            return mine.clone();
        }
        let mine: Arc<str> = text.into();
        self.0.insert(mine.clone());
        mine
    }
}
