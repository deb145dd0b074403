//! What a scan knows that speaks for or against a cause: pools, clients, and what the rules found.

use std::collections::HashMap;
use std::sync::Arc;

use crate::finding::{Confidence, Finding};
use crate::model::Model;
use crate::model::client::{Allows, Client};
use crate::model::flow::Flow;
use crate::model::lifetime::Token;
use crate::model::pool::{DeviceTracking, Pool};
use crate::model::view::Known;
use crate::read::{Operation, SettingKind};
use crate::source::Loc;

/// Where something is written: `infra/auth.yaml:12`.
pub type Place = String;

/// What is known of a pool, in one variant of its conditions.
#[derive(Clone, Debug)]
pub struct KnownPool {
    /// Its name where it is declared.
    pub name: String,
    /// Where.
    pub place: Place,
    /// Its ids, as far as the scan knows them.
    pub ids: Vec<Arc<str>>,
    /// Whether it remembers devices, and where that is written.
    pub tracking: Option<(bool, Place)>,
    /// Whether users sign in with an address or a number instead of a user name.
    pub has_username_attributes: Option<bool>,
}

/// What is known of an app client, in one variant of its conditions.
#[derive(Clone, Debug)]
pub struct KnownClient {
    /// Its name where it is declared.
    pub name: String,
    /// Where.
    pub place: Place,
    /// Its ids, as far as the scan knows them.
    pub ids: Vec<Arc<str>>,
    /// The places of the pools that it can belong to.
    pub pools: Vec<Place>,
    /// Whether it has a secret, and where that is written.
    pub secret: Option<(bool, Place)>,
    /// Whether its refresh tokens rotate, and where that is written.
    pub rotation: Option<(bool, Place)>,
    /// How long its refresh tokens live, in seconds and in words, and where that is written.
    pub lifetime: Option<(u64, String, Place)>,
    /// Whether it allows each flow, and where that is written.
    pub flows: Vec<(Flow, Option<(bool, Place)>)>,
}

/// What a rule found.
#[derive(Clone, Debug)]
pub struct Found {
    /// The rule.
    pub rule: &'static str,
    /// Where.
    pub place: Place,
    /// The pool or client that it is about.
    pub resource: Option<Arc<str>>,
    /// What it says.
    pub message: String,
    /// Whether nothing was taken for granted.
    pub is_certain: bool,
}

/// What a scan knows.
#[derive(Clone, Debug, Default)]
pub struct Scanned {
    /// The pools.
    pub pools: Vec<KnownPool>,
    /// The app clients.
    pub clients: Vec<KnownClient>,
    /// The findings.
    pub found: Vec<Found>,
    /// Where the code confirms devices, by itself or through its library.
    pub confirms: Option<Place>,
    /// Every client id that is known to exist.
    pub client_ids: Vec<Arc<str>>,
    /// The place of every client id that configuration or code names.
    pub named_ids: HashMap<Arc<str>, Place>,
}

/// Which of several is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// The scan knows its id.
    ById,
    /// There is no other.
    Only,
    /// It may be any of them.
    Any,
}

impl Scanned {
    /// What a model and the findings in it come to.
    pub fn of(model: &Model, findings: &[Finding]) -> Self {
        let place = |loc: Loc| format!("{}:{}", model.sources.file(loc.file).path, model.sources.position(loc).line);
        let ids = |kind: SettingKind, key: &crate::value::ResourceKey| -> Vec<Arc<str>> {
            let of = |known: &&crate::read::KnownId| known.kind == kind && known.resource.as_ref() == Some(key);
            model.facts.known.iter().filter(of).map(|known| known.id.clone()).collect()
        };
        let pools =
            model.pools().map(|pool| known_pool(&pool, &place, ids(SettingKind::UserPoolId, &pool.resource.key)));
        let clients = model.clients().map(|client| KnownClient {
            pools: model.pool_of(&client).iter().map(|(pool, ..)| place(pool.loc())).collect(),
            ..known_client(&client, &place, ids(SettingKind::ClientId, &client.resource.key))
        });
        let found = findings.iter().map(|finding| Found {
            rule: finding.rule,
            place: place(finding.place.loc),
            resource: finding.resource.clone(),
            message: finding.message.clone(),
            is_certain: finding.confidence == Confidence::High,
        });
        let claims = model.claims().filter(|claim| claim.kind == SettingKind::ClientId && !claim.is_pretended());
        let named = claims.flat_map(|claim| claim.literals()).map(|(id, loc)| (id.into(), place(loc)));
        let known = model.facts.known.iter().filter(|known| known.kind == SettingKind::ClientId);
        Self {
            pools: pools.collect(),
            clients: clients.collect(),
            found: found.collect(),
            confirms: model
                .facts
                .calls
                .iter()
                .find(|call| call.operation == Operation::ConfirmDevice || call.automatic.confirms_device)
                .map(|call| place(call.loc)),
            client_ids: known.map(|known| known.id.clone()).collect(),
            named_ids: named.collect(),
        }
    }

    /// The clients that an id may mean, and how that is known.
    pub fn clients_of(&self, id: Option<&str>) -> (Vec<&KnownClient>, Choice) {
        choose(&self.clients, id, |client| (&client.ids, &client.place))
    }

    /// The id of the pool that a client belongs to, where the scan knows the client by its id.
    pub fn pool_id_of(&self, client: &str) -> Option<&str> {
        let (clients, Choice::ById) = self.clients_of(Some(client)) else { return None };
        let is_theirs = |pool: &&KnownPool| clients.iter().any(|client| client.pools.contains(&pool.place));
        let mut ids = self.pools.iter().filter(is_theirs).flat_map(|pool| &pool.ids);
        let first = ids.next()?;
        ids.all(|other| other == first).then_some(&**first)
    }

    /// The pools that an id, else these clients, may mean, and how that is known.
    pub fn pools_of(&self, id: Option<&str>, clients: &[&KnownClient], choice: Choice) -> (Vec<&KnownPool>, Choice) {
        let found = choose(&self.pools, id, |pool| (&pool.ids, &pool.place));
        let is_theirs = |pool: &&KnownPool| clients.iter().any(|client| client.pools.contains(&pool.place));
        let theirs: Vec<&KnownPool> = self.pools.iter().filter(is_theirs).collect();
        if found.1 == Choice::Any && choice != Choice::Any && !theirs.is_empty() { (theirs, choice) } else { found }
    }
}

fn choose<'s, T>(all: &'s [T], id: Option<&str>, names: fn(&T) -> (&Vec<Arc<str>>, &Place)) -> (Vec<&'s T>, Choice) {
    let exact: Vec<&T> = all.iter().filter(|one| names(one).0.iter().any(|mine| Some(&**mine) == id)).collect();
    if !exact.is_empty() {
        return (exact, Choice::ById);
    }
    // What has other ids than this one is not meant.
    let possible: Vec<&T> = all.iter().filter(|one| id.is_none() || names(one).0.is_empty()).collect();
    let mut places = possible.iter().map(|one| names(one).1);
    let first = places.next();
    let choice = if first.is_some() && places.all(|place| Some(place) == first) { Choice::Only } else { Choice::Any };
    (possible, choice)
}

/// What all of several say; `None` where one does not say it, or they differ.
pub fn unanimous<'s, T, V>(all: &[&'s T], say: impl Fn(&'s T) -> Option<(V, &'s Place)>) -> Option<(V, &'s Place)>
where
    V: PartialEq,
{
    let mut said = all.iter().map(|one| say(one));
    let first = said.next()??;
    said.all(|other| other.is_some_and(|other| other.0 == first.0)).then_some(first)
}

fn known_pool(pool: &Pool<'_>, place: &impl Fn(Loc) -> Place, ids: Vec<Arc<str>>) -> KnownPool {
    let tracking = match pool.device_tracking() {
        DeviceTracking::On(loc) => Some((true, place(loc))),
        DeviceTracking::Off => Some((false, place(pool.loc()))),
        DeviceTracking::Unknown => None,
    };
    let has_username_attributes = match pool.username_attributes() {
        Known::Set(list, _) => Some(!list.is_empty()),
        Known::Unset => Some(false),
        Known::Unknown => None,
    };
    KnownPool {
        name: pool.resource.key.id.to_string(),
        place: place(pool.loc()),
        ids,
        tracking,
        has_username_attributes,
    }
}

/// All but the pools.
fn known_client(client: &Client<'_>, place: &impl Fn(Loc) -> Place, ids: Vec<Arc<str>>) -> KnownClient {
    let flows = Flow::ALL.iter().map(|flow| {
        let allowed = match client.allows(*flow) {
            Allows::Yes => Some((true, place(client.property_loc(&["ExplicitAuthFlows"]).unwrap_or(client.loc())))),
            Allows::No(loc) => Some((false, place(loc.unwrap_or(client.loc())))),
            Allows::Unknown => None,
        };
        (*flow, allowed)
    });
    let lifetime = client.lifetime(Token::Refresh);
    KnownClient {
        name: client.resource.key.id.to_string(),
        place: place(client.loc()),
        ids,
        pools: Vec::new(),
        secret: client.has_secret().map(|has| (has, place(client.secret_loc()))),
        rotation: client.rotates_refresh_tokens().map(|rotates| (rotates, place(client.rotation_loc()))),
        lifetime: lifetime.map(|life| (life.seconds(), life.to_string(), place(life.loc.unwrap_or(client.loc())))),
        flows: flows.collect(),
    }
}
