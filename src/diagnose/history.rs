//! The events, by those that they are about.

use std::collections::HashMap;

use super::event::{Act, Event};
use super::moment::Moment;
use super::person::Person;
use super::reading::Events;
use super::session::Session;

/// The events, by those that they are about.
#[derive(Debug)]
pub struct History<'a> {
    /// The events of each user, those of the addresses and programs among them that are known to be that user's only.
    of_user: HashMap<&'a Person, Vec<&'a Event>>,
    /// Whose an address and program are, where they are known to be one user's only.
    owners: HashMap<u64, &'a Person>,
    /// The events that end something for a user, and nothing says for whom.
    of_nobody: Vec<&'a Event>,
    /// The calls with a client that were answered.
    of_client: HashMap<&'a str, Vec<&'a Event>>,
    /// What changes pools and clients, in the order of time.
    pub changes: Vec<&'a Event>,
    /// There are events of other kinds than sign-ins and refreshes, so that one that is not there may not have been.
    pub is_broad: bool,
}

impl<'a> History<'a> {
    /// The history that events tell; they come in the order of their time.
    pub fn of(events: &'a Events) -> Self {
        let mut owners: HashMap<u64, Option<&Person>> = HashMap::new();
        for (caller, user) in events.list.iter().filter_map(|event| Some((event.caller?, event.user.as_ref()?))) {
            let owner = owners.entry(caller).or_insert(Some(user));
            *owner = owner.filter(|owner| *owner == user);
        }
        let owners: HashMap<u64, &Person> =
            owners.into_iter().filter_map(|(caller, owner)| Some((caller, owner?))).collect();
        let mut of_user: HashMap<&Person, Vec<&Event>> = HashMap::new();
        let mut of_client: HashMap<&str, Vec<&Event>> = HashMap::new();
        let mut of_nobody = Vec::new();
        for event in &events.list {
            match whose(event, &owners) {
                Some(user) => of_user.entry(user).or_default().push(event),
                None if event.act.is_of_user() && !event.failed => of_nobody.push(event),
                None => {}
            }
            if let Some(client) = event.client.as_deref().filter(|_| !event.failed) {
                of_client.entry(client).or_default().push(event);
            }
        }
        let is_change = |event: &&Event| {
            let acts = [Act::ChangePool, Act::ChangeClient, Act::CreateClient, Act::DeleteClient, Act::ChangeSecret];
            acts.contains(&event.act) && !event.failed
        };
        Self {
            of_user,
            owners,
            of_nobody,
            of_client,
            changes: events.list.iter().filter(is_change).collect(),
            is_broad: events.list.iter().any(|event| !matches!(event.act, Act::SignIn | Act::Refresh | Act::Other)),
        }
    }

    /// What the user of a refusal did up to it.
    pub fn session(&self, failure: &'a Event) -> Session<'a> {
        let all = whose(failure, &self.owners).and_then(|user| self.of_user.get(user));
        let all = all.map(Vec::as_slice).unwrap_or_default();
        let end = all.partition_point(|other| other.at <= failure.at);
        let before = all.iter().take(end).copied().filter(|other| !std::ptr::eq(*other, failure)).collect();
        Session::new(failure, before)
    }

    /// The last event of a kind between two moments that may be any user's.
    pub fn of_nobody(&self, act: Act, from: Moment, to: Moment) -> Option<&'a Event> {
        let is_it = |event: &&Event| event.act == act && from <= event.at;
        self.of_nobody.iter().rev().copied().skip_while(|event| event.at > to).find(is_it)
    }

    /// The calls with a client that were answered, in the order of time.
    pub fn answered(&self, client: &str) -> &[&'a Event] {
        self.of_client.get(client).map(Vec::as_slice).unwrap_or_default()
    }

    /// The pool of a client: some call that was answered names both.
    pub fn pool_of(&self, client: &str) -> Option<&'a str> {
        self.answered(client).iter().rev().find_map(|event| event.pool.as_deref())
    }
}

fn whose<'a>(event: &'a Event, owners: &HashMap<u64, &'a Person>) -> Option<&'a Person> {
    event.user.as_ref().or_else(|| owners.get(&event.caller?).copied())
}
