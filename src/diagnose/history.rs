//! The events, by those that they are about.

use std::collections::HashMap;

use super::event::{Act, Event};
use super::person::Person;
use super::reading::Events;
use super::session::Session;

/// The events, by those that they are about.
#[derive(Debug)]
pub struct History<'a> {
    of_user: HashMap<&'a Person, Vec<&'a Event>>,
    /// The events of a caller that is known to be one user's only.
    of_caller: HashMap<u64, Vec<&'a Event>>,
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
        let mut of_user: HashMap<&Person, Vec<&Event>> = HashMap::new();
        let mut of_caller: HashMap<u64, Vec<&Event>> = HashMap::new();
        let mut of_client: HashMap<&str, Vec<&Event>> = HashMap::new();
        for event in &events.list {
            if let Some(user) = &event.user {
                of_user.entry(user).or_default().push(event);
            }
            if let Some(caller) = event.caller {
                of_caller.entry(caller).or_default().push(event);
            }
            if let Some(client) = event.client.as_deref().filter(|_| !event.failed) {
                of_client.entry(client).or_default().push(event);
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
            of_client,
            changes: events.list.iter().filter(is_change).collect(),
            is_broad: events.list.iter().any(|event| !matches!(event.act, Act::SignIn | Act::Refresh | Act::Other)),
        }
    }

    /// What the user of a refusal did up to it.
    pub fn session(&self, failure: &'a Event) -> Session<'a> {
        let by_name = failure.user.as_ref().map(|user| self.of_user.get(user));
        let is_by_name = by_name.is_some();
        let by_caller = || self.of_caller.get(&failure.caller?);
        let all = by_name.unwrap_or_else(by_caller).map(Vec::as_slice).unwrap_or_default();
        let end = all.partition_point(|other| other.at <= failure.at);
        let before = all.iter().take(end).copied().filter(|other| !std::ptr::eq(*other, failure)).collect();
        Session::new(failure, before, is_by_name)
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
