//! Refusals that belong together, and everything that is known around them.

use std::collections::{HashMap, HashSet};

use super::event::{Act, Event};
use super::history::History;
use super::moment::Moment;
use super::person::Person;
use super::scanned::{Choice, KnownClient, KnownPool, Scanned};
use super::session::Session;
use super::symptom::Symptom;
use super::token::{Kind, Token};

/// Of so many users the sessions are looked at.
const MOST_SESSIONS: usize = 50;

/// So many changes are looked at, the latest.
const MOST_CHANGES: usize = 1_000;

/// Refusals of one kind, for one client, by one operation.
#[derive(Debug)]
pub struct Case<'a> {
    /// What the service answered.
    pub symptom: Symptom,
    /// Nobody told the answer: it is taken for the one that says least.
    pub is_assumed: bool,
    /// The refusals, in the order of time; none where only the answer is known.
    pub failures: Vec<&'a Event>,
    /// The last refusal of each user.
    pub sessions: Vec<Session<'a>>,
    /// The tokens that may be of those sessions.
    pub tokens: Vec<&'a Token>,
    /// What changed the pool and its clients before refusals, in the order of time.
    pub changes: Vec<Change<'a>>,
    /// What is known around.
    pub history: &'a History<'a>,
    /// What the scan knows.
    pub scan: Option<&'a Scanned>,
    /// The present.
    pub now: Moment,
}

/// How many of the refused users something holds for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    /// For so many.
    pub count: usize,
    /// Of so many; of none where no user's refusal is known.
    pub of: usize,
}

impl Share {
    /// For how many of them it is so.
    pub fn among(told: impl Iterator<Item = bool>) -> Self {
        told.fold(Self { count: 0, of: 0 }, |share, is_so| Self {
            count: share.count + usize::from(is_so),
            of: share.of + 1,
        })
    }

    /// It holds for each of them.
    pub fn is_all(self) -> bool {
        self.count == self.of
    }

    /// It holds for none of them.
    pub fn is_none(self) -> bool {
        self.count == 0 && self.of > 0
    }

    /// It holds for all but a few, as there are always some who are refused for something else.
    pub fn is_most(self) -> bool {
        self.count * 10 >= self.of * 9
    }

    /// For whom it holds, behind a sentence.
    pub fn shown(self) -> String {
        if self.is_all() { String::new() } else { format!(" (so for {} of {} users)", self.count, self.of) }
    }
}

/// A change of the pool or of one of its clients.
#[derive(Debug)]
pub struct Change<'a> {
    /// The event.
    pub event: &'a Event,
    /// How it is known to be of that pool.
    pub choice: Choice,
    /// Who was refused after it.
    pub before: Share,
    /// Who was refused after it in a session that began before it, as far as that is known.
    pub within: Share,
    /// When one of those sessions began is known.
    pub is_timed: bool,
}

/// What is meant, as far as it is known.
struct Scope<'a> {
    account: Option<&'a str>,
    region: Option<&'a str>,
    pool: Option<&'a str>,
    /// Those that the refused calls, the tokens and the sign-ins of those users name.
    clients: HashSet<&'a str>,
}

impl Scope<'_> {
    /// How an event is known to be of it; `None` where it is of another account, Region or pool.
    fn choice(&self, event: &Event) -> Option<Choice> {
        fn differ(one: Option<&str>, other: Option<&str>) -> bool {
            one.is_some() && other.is_some() && one != other
        }
        let is_other = differ(self.account, event.account.as_deref())
            || differ(self.region, event.region.as_deref())
            || differ(self.pool, event.pool.as_deref());
        let is_same = event.client.as_deref().is_some_and(|client| self.clients.contains(client))
            || self.pool.is_some() && self.pool == event.pool.as_deref();
        if is_other { None } else { Some(if is_same { Choice::ById } else { Choice::Any }) }
    }
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
        // Those whom no event names are told apart by address and program.
        let whom = |failure: &&'a Event| (failure.user.as_ref(), failure.caller.filter(|_| failure.user.is_none()));
        let mut last: HashMap<(Option<&Person>, Option<u64>), &Event> = HashMap::new();
        last.extend(failures.iter().map(|failure| (whom(failure), *failure)));
        let mut last: Vec<&Event> = last.into_values().collect();
        last.sort_by_key(|failure| (failure.at, failure.place.1));
        let sessions = last.into_iter().rev().take(MOST_SESSIONS).map(|failure| history.session(failure)).collect();
        let case =
            Self { symptom, is_assumed: false, failures, sessions, tokens, changes: Vec::new(), history, scan, now };
        Self { changes: case.changes(), ..case }
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

    /// Whether the refused calls went to the OAuth endpoints; `None` where neither a call nor the answer says so.
    pub fn is_oauth(&self) -> Option<bool> {
        self.failure().map(Event::is_oauth).or(self.symptom.is_of_endpoint().then_some(true))
    }

    /// The token of a session: that of its user, or of the only one.
    pub fn token_of(&self, session: &Session<'_>) -> Option<&'a Token> {
        self.readable().find(|token| match (&token.user, &session.failure.user) {
            (Some(theirs), Some(user)) => theirs == user,
            _ => self.sessions.len() == 1,
        })
    }

    /// Of whom a token is.
    pub fn share_of(&self, token: &Token) -> Share {
        let is_theirs = |session: &&Session<'_>| session.failure.user.is_some() && session.failure.user == token.user;
        let count = self.sessions.iter().filter(is_theirs).count().max(1).min(self.sessions.len());
        Share { count, of: self.sessions.len() }
    }

    /// When a session began: its token says so, else the event of its sign-in.
    pub fn begun(&self, session: &Session<'a>) -> Option<Moment> {
        let by_token = self.token_of(session).and_then(|token| token.signed_in);
        by_token.or_else(|| session.sign_in().map(|event| event.at))
    }

    /// The tokens that can be read: access and ID tokens.
    pub fn readable(&self) -> impl Iterator<Item = &'a Token> {
        self.tokens.iter().copied().filter(|token| matches!(token.kind, Kind::Access | Kind::Id))
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

    /// Whether a rule found something in what the scan knows.
    pub fn found(&self, rule: &str) -> bool {
        self.scan.is_some_and(|scan| scan.found.iter().any(|found| found.rule == rule))
    }

    /// The pool that is meant: the refused calls name it, or another call together with their client, or the scan knows it of
    /// their client, or a token that was issued to their client names it.
    pub fn pool_at_hand(&self) -> Option<&'a str> {
        let client = self.client();
        let is_theirs = |token: &&Token| client.is_none() || token.client.as_deref() == client;
        let by_token = || self.readable().filter(is_theirs).find_map(|token| token.pool.as_deref());
        let by_event = || self.history.pool_of(client?);
        self.pool().or_else(by_event).or_else(|| self.scan?.pool_id_of(client?)).or_else(by_token)
    }

    /// What a change must not contradict.
    fn scope(&self) -> Scope<'_> {
        let failure = self.failure();
        let sign_ins = self.sessions.iter().flat_map(Session::sign_ins).filter_map(|event| event.client.as_deref());
        let issuing = self.readable().filter_map(|token| token.client.as_deref());
        Scope {
            account: failure.and_then(|failure| failure.account.as_deref()),
            region: failure.and_then(|failure| failure.region.as_deref()),
            pool: self.pool_at_hand(),
            clients: self.client().into_iter().chain(issuing).chain(sign_ins).collect(),
        }
    }

    fn changes(&self) -> Vec<Change<'a>> {
        let end = self.failure().map_or(self.now, |failure| failure.at);
        let lasting: Vec<(Option<Moment>, Moment)> =
            self.sessions.iter().map(|session| (self.begun(session), session.failure.at)).collect();
        // Where no refusal is known, a token says when the session began.
        let begun = self.readable().find_map(|token| token.signed_in).filter(|_| lasting.is_empty());
        let scope = self.scope();
        let recent = self.history.changes.iter().rev().skip_while(|event| event.at > end);
        let change = |event: &&'a Event| {
            let choice = scope.choice(event)?;
            let before = Share::among(lasting.iter().map(|(_, refused)| event.at <= *refused));
            let within = Share::among(
                lasting
                    .iter()
                    .map(|(begun, refused)| begun.is_none_or(|begun| begun <= event.at) && event.at <= *refused),
            );
            let is_late = begun.is_some_and(|begun| begun > event.at);
            let mut beginnings = lasting.iter().filter_map(|(begun, _)| *begun).chain(begun);
            let is_timed = beginnings.any(|begun| begun <= event.at);
            (!is_late).then_some(Change { event, choice, before, within, is_timed })
        };
        let mut changes: Vec<Change<'a>> = recent.filter_map(change).take(MOST_CHANGES).collect();
        changes.reverse();
        changes
    }

    /// The last change of a kind that lies before refusals.
    pub fn change(&self, is_it: impl Fn(&Event) -> bool) -> Option<&Change<'a>> {
        self.changes.iter().rev().find(|change| is_it(change.event) && !change.before.is_none())
    }

    /// The last change of a kind that lies in refused sessions.
    pub fn change_within(&self, is_it: impl Fn(&Event) -> bool) -> Option<&Change<'a>> {
        self.changes.iter().rev().find(|change| is_it(change.event) && !change.within.is_none())
    }
}
