//! Which clients belong to which pool.

use std::collections::{HashMap, HashSet};

use super::Model;
use super::client::{self, Client};
use super::link::Trust;
use super::pool::{self, Pool};

/// The clients of each pool, by the numbers of their resources.
#[derive(Debug, Default)]
pub(super) struct Membership {
    clients: HashMap<usize, Vec<usize>>,
    /// The pool of some client cannot be told, so that it may be any.
    has_strays: bool,
    /// Pools of accounts that have clients which are not known.
    unlisted: HashSet<usize>,
}

impl Membership {
    /// Looks up the pools of all clients.
    pub(super) fn of(model: &Model) -> Self {
        let mut membership = Self::default();
        for number in model.types.all(client::TYPE).iter().copied() {
            for view in model.views(number, &Trust::default()) {
                let pools = model.pool_of(&Client::new(view));
                // Those of accounts name the pool that they are of, whether or not it was told.
                membership.has_strays |= pools.is_empty() && !model.is_live(number);
                for (pool, ..) in pools {
                    let clients =
                        model.number_of(&pool.resource.key).map(|at| membership.clients.entry(at).or_default());
                    if let Some(clients) = clients.filter(|clients| clients.last() != Some(&number)) {
                        clients.push(number);
                    }
                }
            }
        }
        let pools = model.types.all(pool::TYPE).iter().filter(|number| model.is_live(**number));
        membership.unlisted = pools.copied().filter(|number| !model.lists_clients_of(*number)).collect();
        membership
    }
}

impl Model {
    /// The clients that can belong to a pool while it is in its variant, each in its fitting variants. `None` where there
    /// may be others: the pool of some client in the scan cannot be told, or an account did not list them.
    pub fn clients_of(&self, pool: &Pool<'_>) -> Option<Vec<Client<'_>>> {
        self.seek(&[client::TYPE]);
        if self.membership.has_strays {
            return None;
        }
        let number = self.number_of(&pool.resource.key).filter(|number| !self.membership.unlisted.contains(number))?;
        let numbers = self.membership.clients.get(&number).map(Vec::as_slice).unwrap_or_default();
        let clients = numbers.iter().flat_map(|client| self.views(*client, &Trust::default())).map(Client::new);
        let fits = |client: &Client<'_>| {
            let mut pools = self.pool_of(client).into_iter();
            pools
                .any(|(mine, when, _)| mine.resource.key == pool.resource.key && when.and(&pool.variant.when).is_some())
        };
        Some(clients.filter(fits).collect())
    }
}
