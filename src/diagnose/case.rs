//! Refusals that belong together, and everything that is known around them.

use std::collections::HashMap;

use super::event::{Act, Event};
use super::moment::Moment;
use super::person::Person;
use super::reading::Events;
use super::scanned::{Choice, KnownClient, KnownPool, Scanned};
use super::symptom::Symptom;
use super::token::{Kind, Token};

/// Of so many users the sessions are looked at.
const MOST_SESSIONS: usize = 50;

/// The events, by those that they are about.
#[derive(Debug)]
pub struct History<'a> {
    of_user: HashMap<&'a Person, Vec<&'a Event>>,
    /// The events of a caller that is known to be one user's only.
    of_caller: HashMap<u64, Vec<&'a Event>>,
    /// What changes pools and clients.
    pub changes: Vec<&'a Event>,
    /// There are events of other kinds than sign-ins and refreshes, so that one that is not there may not have been.
    pub is_broad: bool,
}

impl<'a> History<'a> {
    /// The history that events tell; they come in the order of their time.
    pub fn of(events: &'a Events) -> Self {
        let mut of_user: HashMap<&Person, Vec<&Event>> = HashMap::new();
        let mut of_caller: HashMap<u64, Vec<&Event>> = HashMap::new();
        for event in &events.list {
            if let Some(user) = &event.user {
                of_user.entry(user).or_default().push(event);
            }
            if let Some(caller) = event.caller {
                of_caller.entry(caller).or_default().push(event);
            }
        }
        of_caller.retain(|_, events| {
            let mut users = events.iter().filter_map(|event| event.user.as_ref());
            users.next().is_some_and(|first| users.all(|other| other == first))
        });
        let is_change = |event: &&Event| {
            let acts = [Act::ChangePool, Act::ChangeClient, Act::CreateClient, Act::DeleteClient, Act::ChangeSecret];
            acts.contains(&event.act) && !event.failed
        };
        Self {
            of_user,
            of_caller,
            changes: events.list.iter().filter(is_change).collect(),
            is_broad: events.list.iter().any(|event| !matches!(event.act, Act::SignIn | Act::Refresh | Act::Other)),
        }
    }

    /// What the user of an event did up to it, and whether that is the user by name.
    fn before(&self, event: &Event) -> (Vec<&'a Event>, bool) {
        let by_name = event.user.as_ref().map(|user| self.of_user.get(user));
        let is_by_name = by_name.is_some();
        let all = by_name.unwrap_or_else(|| self.of_caller.get(&event.caller?)).map(Vec::as_slice).unwrap_or_default();
        let end = all.partition_point(|other| other.at <= event.at);
        let before = all.iter().take(end).copied().filter(|other| !std::ptr::eq(*other, event));
        (before.collect(), is_by_name)
    }
}

/// What one user did up to a refusal.
#[derive(Debug)]
pub struct Session<'a> {
    /// The refusal.
    pub failure: &'a Event,
    /// What the user did before it, in the order of time.
    pub before: Vec<&'a Event>,
    /// Where in that the last sign-in is.
    sign_in: Option<usize>,
    /// The user is known by name, not only by address and program.
    pub is_by_name: bool,
}

impl<'a> Session<'a> {
    /// The last sign-in before the refusal.
    pub fn sign_in(&self) -> Option<&'a Event> {
        self.before.get(self.sign_in?).copied()
    }

    /// What happened between the last sign-in and the refusal; everything where no sign-in is known.
    pub fn since_sign_in(&self) -> &[&'a Event] {
        let start = self.sign_in.map_or(0, |at| at + 1);
        self.before.get(start..).unwrap_or_default()
    }
}

/// Refusals of one kind, for one client, by one operation.
#[derive(Debug)]
pub struct Case<'a> {
    /// What the service answered.
    pub symptom: Symptom,
    /// The refusals, in the order of time; none where only the answer is known.
    pub failures: Vec<&'a Event>,
    /// The last refusal of each user.
    pub sessions: Vec<Session<'a>>,
    /// The tokens that may be of those sessions.
    pub tokens: Vec<&'a Token>,
    /// What is known around.
    pub history: &'a History<'a>,
    /// What the scan knows.
    pub scan: Option<&'a Scanned>,
    /// The present.
    pub now: Moment,
}

impl<'a> Case<'a> {
    /// The case of some refusals, with the tokens that were given.
    pub fn new(
        symptom: Symptom,
        failures: Vec<&'a Event>,
        tokens: Vec<&'a Token>,
        history: &'a History<'a>,
        scan: Option<&'a Scanned>,
        now: Moment,
    ) -> Self {
        let mut last: HashMap<Option<&Person>, &Event> = HashMap::new();
        last.extend(failures.iter().map(|failure| (failure.user.as_ref(), *failure)));
        let mut last: Vec<&Event> = last.into_values().collect();
        last.sort_by_key(|failure| (failure.at, failure.place.1));
        let sessions = last.into_iter().rev().take(MOST_SESSIONS).map(|failure| {
            let (before, is_by_name) = history.before(failure);
            let sign_in = before.iter().rposition(|event| event.began_session());
            Session { failure, before, sign_in, is_by_name }
        });
        Self { symptom, sessions: sessions.collect(), failures, tokens, history, scan, now }
    }

    /// The refusal that stands for all of them.
    pub fn failure(&self) -> Option<&'a Event> {
        self.failures.last().copied()
    }

    /// The client that the refused calls name.
    pub fn client(&self) -> Option<&'a str> {
        self.failure()?.client.as_deref()
    }

    /// The pool that the refused calls name.
    pub fn pool(&self) -> Option<&'a str> {
        self.failure()?.pool.as_deref()
    }

    /// The flow or grant of the refused calls.
    pub fn flow(&self) -> Option<&'a str> {
        self.failure()?.flow.as_deref()
    }

    /// Whether the refused calls traded a refresh token; `None` where no call is known, or not its flow.
    pub fn is_refresh(&self) -> Option<bool> {
        let failure = self.failure()?;
        if failure.act == Act::Refresh || self.symptom.is_of_refresh_token() {
            return Some(true);
        }
        let depends_on_flow = matches!(&*failure.name, "InitiateAuth" | "AdminInitiateAuth" | "Token_POST");
        if depends_on_flow && failure.flow.is_none() { None } else { Some(false) }
    }

    /// The token of a session: that of its user, or of the only one.
    pub fn token_of(&self, session: &Session<'_>) -> Option<&'a Token> {
        self.readable().find(|token| match (&token.user, &session.failure.user) {
            (Some(theirs), Some(user)) => theirs == user,
            _ => self.sessions.len() == 1,
        })
    }

    /// When the first refusal was.
    pub fn begin(&self) -> Option<Moment> {
        Some(self.failures.first()?.at)
    }

    /// The tokens that can be read: access and ID tokens.
    pub fn readable(&self) -> impl Iterator<Item = &'a Token> {
        self.tokens.iter().copied().filter(|token| matches!(token.kind, Kind::Access | Kind::Id))
    }

    /// When the session began, and who says so.
    pub fn signed_in(&self) -> Option<(Moment, String)> {
        let token = self.readable().find_map(|token| Some((token.signed_in?, token.source.to_string())));
        let event =
            || self.sessions.iter().find_map(|session| Some((session.sign_in()?.at, session.sign_in()?.shown_place())));
        token.or_else(event)
    }

    /// The clients of the scan that may be meant, and how that is known.
    pub fn known_clients(&self) -> Option<(Vec<&'a KnownClient>, Choice)> {
        let issuing = || self.readable().find_map(|token| token.client.as_deref());
        let found = self.scan?.clients_of(self.client().or_else(issuing));
        Some(found).filter(|found| !found.0.is_empty())
    }

    /// The pools of the scan that may be meant, and how that is known.
    pub fn known_pools(&self) -> Option<(Vec<&'a KnownPool>, Choice)> {
        let (clients, choice) = self.known_clients().unwrap_or((Vec::new(), Choice::Any));
        let found = self.scan?.pools_of(self.pool_at_hand(), &clients, choice);
        Some(found).filter(|found| !found.0.is_empty())
    }

    /// The pool that is meant: the refused calls name it, or the token.
    pub fn pool_at_hand(&self) -> Option<&'a str> {
        self.pool().or_else(|| self.readable().find_map(|token| token.pool.as_deref()))
    }

    /// The changes of the pool and its clients up to the first refusal. Where the pool is not known, those of all pools.
    pub fn changes_before(&self) -> impl DoubleEndedIterator<Item = &'a Event> {
        let end = self.begin().unwrap_or(self.now);
        let pool = self.pool_at_hand();
        let is_of_pool = move |event: &&Event| pool.is_none() || event.pool.is_none() || event.pool.as_deref() == pool;
        self.history.changes.iter().copied().filter(move |event| event.at <= end).filter(is_of_pool)
    }

    /// The same from the sign-in on, where one is known.
    pub fn changes(&self) -> impl DoubleEndedIterator<Item = &'a Event> {
        let start = self.signed_in().map(|(moment, _)| moment);
        self.changes_before().filter(move |event| start.is_none_or(|start| start <= event.at))
    }
}
