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

impl Act {
    /// Whether it concerns one user's sessions or devices, but is no sign-in or refresh.
    pub fn is_of_user(self) -> bool {
        use Act::{ConfirmDevice, ForgetDevice, Password, RemoveUser, Revoke, SignOut};
        matches!(self, ConfirmDevice | ForgetDevice | Revoke | SignOut | RemoveUser | Password)
    }
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
    /// What it was answered with.
    pub answer: Answer,
    /// The refusal, where it is one that is known here.
    pub symptom: Option<Symptom>,
    /// The refusal's code.
    pub code: Arc<str>,
    /// The account.
    pub account: Option<Arc<str>>,
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
    /// What the request sets `RefreshTokenRotation` to.
    pub sets_rotation: Option<bool>,
    /// Stands for the event itself, by the id that CloudTrail gives it.
    pub id: Option<u64>,
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

    /// Whether it goes on with a sign-in that another call began.
    pub fn answers_challenge(&self) -> bool {
        self.name.ends_with("RespondToAuthChallenge")
    }
}

/// What a call of a sign-in or a refresh was answered with, by the names that stand in its recorded answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// Tokens: the session began, or went on.
    pub tokens: bool,
    /// A challenge.
    pub challenge: bool,
    /// A new device: the pool remembers them.
    pub device: bool,
    /// Whether a refresh token was among the tokens; `None` where they are not told one by one.
    pub refresh_token: Option<bool>,
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
    pub account: Option<String>,
    pub id: Option<String>,
    pub rotation: Option<String>,
    /// The members that are kept for being there.
    pub kept: Vec<Kept>,
}

/// A member of which it is kept that a request or an answer has it: `null` is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// `DeviceConfiguration` of a request.
    Devices,
    /// `ExplicitAuthFlows` of a request.
    Flows,
    /// `ChallengeName` of an answer.
    Challenge,
    /// `AuthenticationResult` of an answer.
    Tokens,
    /// `AccessToken` in it.
    AccessToken,
    /// `RefreshToken` in it.
    RefreshToken,
    /// `NewDeviceMetadata` in it.
    Device,
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
        let is_ours = self.event_source.map(|source| source == SOURCE);
        if is_ours == Some(false) {
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
        // At sign-in a name that is mistyped gives it as well.
        symptom = symptom.filter(|symptom| *symptom != Symptom::UserUnknown || act == Act::Refresh);
        // The endpoint's events have a status alone: 429 and 5xx are no refusals of what was traded.
        let is_trade = act == Act::Refresh || flow.as_deref() == Some("authorization_code");
        if name == "Token_POST" && is_trade && status == 400.0 && code.is_empty() && message.is_empty() {
            symptom = Some(Symptom::InvalidGrant);
        }
        if known.is_none() && symptom.is_none() {
            return Understood::Passed;
        }
        // Other services have operations of the same names, such as DeleteUser: where a query left the source out, only what
        // names something of a user pool is surely Cognito's.
        if is_ours.is_none()
            && symptom.is_none()
            && [&self.user, &self.client, &self.pool].iter().all(|name| name.is_none())
        {
            return Understood::Passed;
        }
        let user = self.user.filter(|text| told(text)).map(|user| Person::new(&user));
        let caller = self.address.zip(self.agent).map(|(address, agent)| digest(&[&address, &agent]));
        let kept = |member| self.kept.contains(&member);
        let mut shared = |text: Option<String>| text.filter(|text| told(text)).map(|text| names.shared(&text));
        Understood::Event(Box::new(Event {
            at,
            act,
            failed,
            symptom,
            account: shared(self.account),
            region: shared(self.region),
            client: shared(self.client),
            pool: shared(self.pool),
            flow: shared(flow),
            name: names.shared(&name),
            code: names.shared(&code),
            user,
            caller,
            names_device: self.device.is_some_and(|device| !device.is_empty()),
            sets_devices: kept(Kept::Devices),
            sets_flows: kept(Kept::Flows),
            sets_rotation: self.rotation.as_deref().and_then(is_enabled),
            answer: Answer {
                tokens: kept(Kept::Tokens),
                challenge: kept(Kept::Challenge),
                device: kept(Kept::Device),
                refresh_token: kept(Kept::AccessToken).then(|| kept(Kept::RefreshToken)),
            },
            id: self.id.map(|id| digest(&[&id])),
            place,
        }))
    }
}

/// Whether a feature is on (API FeatureType); queries may write the whole setting in one text.
fn is_enabled(text: &str) -> Option<bool> {
    if text.contains("ENABLED") { Some(true) } else { text.contains("DISABLED").then_some(false) }
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
