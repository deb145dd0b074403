//! A call together with the client and the pool that it works on.

use crate::read::{Automatic, Call, Operation, Side};
use crate::source::Loc;
use crate::value::{Field, Value};
use crate::when::When;

use super::client::{self, Client};
use super::flow::Flow;
use super::link::{How, Step, Trust};
use super::pool::{self, Pool};
use super::resolve::{Outcome, Target};
use super::secret_hash::SecretHash;
use super::view::Variant;
use super::{MOST_TESTS, Model, combinations, tests_in};

/// How many cases one call may have; a call with more is looked at without its client.
const MOST_CASES: usize = 64;

/// Parts of addresses that lead to AWS itself or to an emulator.
const OWN_ADDRESSES: &[&str] =
    &["amazonaws.com", "amazoncognito.com", "localhost", "127.0.0.1", "0.0.0.0", "[::1]", "host.docker.internal"];

/// A case by numbers, as the model keeps it.
#[derive(Clone, Debug)]
pub struct Found {
    pub(super) call: usize,
    parameters: Value,
    client: Option<(usize, usize)>,
    pool: Option<(usize, usize)>,
    client_steps: Vec<Step>,
    pool_steps: Vec<Step>,
    client_id: Option<Outcome>,
    when: When,
}

impl Found {
    /// A call under one combination of its own conditions; `None` where they contradict each other.
    fn alone(number: usize, call: &Call, (chosen, parameters): (When, Value)) -> Option<Self> {
        Some(Self {
            call: number,
            parameters,
            client: None,
            pool: None,
            client_steps: Vec::new(),
            pool_steps: Vec::new(),
            client_id: None,
            when: chosen.under(&call.when)?,
        })
    }
}

/// A call with the client and pool it works on, under one combination of conditions.
#[derive(Clone, Debug)]
pub struct Case<'m> {
    /// The call.
    pub call: &'m Call,
    /// Its parameters under this case's conditions, in wire shape.
    pub parameters: &'m Value,
    /// The client, where it is found.
    pub client: Option<Client<'m>>,
    /// The pool, where it is found.
    pub pool: Option<Pool<'m>>,
    /// How the client was found from the call.
    pub client_steps: &'m [Step],
    /// How the pool was found from the client or the call.
    pub pool_steps: &'m [Step],
    /// What the call's client id turned out to be.
    pub client_id: Option<&'m Outcome>,
    /// The combination.
    pub when: &'m When,
    /// What the case rests on; shared with its client and pool.
    pub trust: Trust,
}

impl<'m> Case<'m> {
    pub(super) fn of(model: &'m Model, found: &'m Found) -> Option<Self> {
        let trust = Trust::in_steps(found.client_steps.iter().chain(&found.pool_steps));
        let view = |(number, variant): (usize, usize)| model.views(number, &trust).into_iter().nth(variant);
        let case = Self {
            call: model.facts.calls.get(found.call)?,
            parameters: &found.parameters,
            client: found.client.and_then(view).map(Client::new),
            pool: found.pool.and_then(view).map(Pool::new),
            client_steps: &found.client_steps,
            pool_steps: &found.pool_steps,
            client_id: found.client_id.as_ref(),
            when: &found.when,
            trust: trust.clone(),
        };
        if let Some(outcome) = &found.client_id {
            trust.lower(outcome.confidence());
            if let Some(assumed) = &outcome.value.assumed {
                trust.assume(assumed, case.call.loc);
            }
        }
        Some(case)
    }

    /// The call's place.
    pub fn loc(&self) -> Loc {
        self.call.loc
    }

    /// What stands under a path of parameters, by their names on the wire.
    pub fn parameter(&self, path: &[&str]) -> Field<'m> {
        self.parameters.at(path)
    }

    /// The `AuthFlow`, where it is known.
    pub fn flow(&self) -> Option<Flow> {
        self.flow_name().and_then(Flow::named)
    }

    /// The text of `AuthFlow`, where it is known.
    pub fn flow_name(&self) -> Option<&'m str> {
        self.parameter(&["AuthFlow"]).value().and_then(Value::text)
    }

    /// Whether the call is `InitiateAuth` or `AdminInitiateAuth`.
    pub fn initiates_auth(&self) -> bool {
        matches!(self.call.operation, Operation::InitiateAuth | Operation::AdminInitiateAuth)
    }

    /// Whether the operation can have a flow at all: `InitiateAuth` refuses those of administrators for every client.
    pub fn can_initiate(&self, flow: Flow) -> bool {
        self.call.operation == Operation::AdminInitiateAuth || flow.is_taken_by(self.call.operation)
    }

    /// Whether the call certainly trades a refresh token at the user pools API.
    pub fn is_refresh(&self) -> bool {
        self.call.operation == Operation::GetTokensFromRefreshToken || self.refreshes_by_flow()
    }

    /// Whether the call refreshes by `REFRESH_TOKEN_AUTH`.
    pub fn refreshes_by_flow(&self) -> bool {
        self.initiates_auth() && self.flow().is_some_and(Flow::is_refresh)
    }

    /// Whether the call certainly signs a user in at the user pools API.
    pub fn is_sign_in(&self) -> bool {
        self.initiates_auth() && self.flow().is_some_and(|flow| !flow.is_refresh())
    }

    /// Whether the call refreshes at `/oauth2/token`.
    pub fn is_oauth_refresh(&self) -> bool {
        self.call.operation == Operation::Token
            && self.parameter(&["grant_type"]).value().and_then(Value::text) == Some("refresh_token")
    }

    /// Where authentication parameters or challenge responses are: the name of the map.
    fn secrets_map(&self) -> Option<&'static str> {
        match self.call.operation {
            Operation::InitiateAuth | Operation::AdminInitiateAuth => Some("AuthParameters"),
            Operation::RespondToAuthChallenge | Operation::AdminRespondToAuthChallenge => Some("ChallengeResponses"),
            _ => None,
        }
    }

    /// The device key that is sent.
    pub fn device_key(&self) -> Field<'m> {
        match self.secrets_map() {
            Some(map) => self.parameter(&[map, "DEVICE_KEY"]),
            None => self.parameter(&["DeviceKey"]),
        }
    }

    /// The secret hash that is sent.
    pub fn secret_hash(&self) -> Field<'m> {
        match self.secret_hash_name() {
            (Some(map), key) => self.parameter(&[map, key]),
            (None, key) => self.parameter(&[key]),
        }
    }

    /// The map that the operation takes a secret hash in, if it is one, and the hash's name.
    pub fn secret_hash_name(&self) -> (Option<&'static str>, &'static str) {
        let map = self.secrets_map();
        (map, if map.is_some() { "SECRET_HASH" } else { "SecretHash" })
    }

    /// The hashes that are sent as the secret hash, on whatever path. `None` where it may be something else, or nothing is
    /// sent at all.
    pub fn secret_hashes(&self) -> Option<Vec<SecretHash<'m>>> {
        SecretHash::all_of(self.secret_hash().value()?)
    }

    /// The client id that is sent.
    pub fn sent_client_id(&self) -> Option<&'m Value> {
        self.parameter(&["ClientId"]).value()
    }

    /// The value of a parameter of `AuthParameters` or `ChallengeResponses`.
    pub fn auth_parameter(&self, name: &str) -> Field<'m> {
        self.secrets_map().map_or(Field::Absent, |map| self.parameter(&[map, name]))
    }

    /// Whether the operation takes a secret hash where the client has a secret (Developer Guide, secret hash values).
    pub fn takes_secret_hash(&self) -> bool {
        matches!(
            self.call.operation,
            Operation::InitiateAuth
                | Operation::AdminInitiateAuth
                | Operation::RespondToAuthChallenge
                | Operation::AdminRespondToAuthChallenge
                | Operation::SignUp
                | Operation::ConfirmSignUp
                | Operation::ResendConfirmationCode
                | Operation::ForgotPassword
                | Operation::ConfirmForgotPassword
        )
    }

    /// What the library does by itself.
    pub fn automatic(&self) -> Automatic {
        self.call.automatic
    }

    /// Where it runs.
    pub fn side(&self) -> Side {
        self.call.side
    }

    /// Whether the call is sent to an address of the code's own choosing: an emulator or a proxy.
    pub fn has_own_endpoint(&self) -> bool {
        self.call.endpoint.is_some()
    }

    /// Whether something between the app and Cognito may add what the app does not send: the call goes to an address that is
    /// neither AWS's nor an emulator's on the same machine. Servers have no need of that.
    pub fn may_pass_a_proxy(&self) -> bool {
        let is_told = |text: &str| OWN_ADDRESSES.iter().any(|part| text.contains(part));
        let is_far = self.call.endpoint.as_ref().is_some_and(|endpoint| !endpoint.text().is_some_and(is_told));
        is_far && !matches!(self.side(), Side::Server | Side::Script)
    }

    /// Whether both cases work on the same pool resource.
    pub fn shares_pool_with(&self, other: &Case<'_>) -> bool {
        matches!((&self.pool, &other.pool), (Some(mine), Some(theirs)) if mine.resource.key == theirs.resource.key)
    }

    /// Whether both cases can be at the same time.
    pub fn can_meet(&self, other: &Case<'_>) -> bool {
        self.when.and(other.when).is_some()
    }
}

/// Finds the cases of every call.
pub(super) fn find(model: &Model) -> Vec<Found> {
    (0..model.facts.calls.len()).flat_map(|number| cases_of(model, number)).collect()
}

/// Every call without its client and pool.
pub(super) fn alone(model: &Model) -> Vec<Found> {
    let calls = model.facts.calls.iter().enumerate();
    let variants = calls.flat_map(|(number, call)| {
        parameter_variants(call).into_iter().filter_map(move |variant| Found::alone(number, call, variant))
    });
    variants.collect()
}

fn cases_of(model: &Model, number: usize) -> Vec<Found> {
    let call = &model.facts.calls[number];
    let mut cases = Vec::new();
    for parameters in parameter_variants(call) {
        add_cases(model, number, call, parameters, &mut cases);
    }
    if cases.len() <= MOST_CASES {
        return cases;
    }
    vec![Found {
        client: None,
        pool: None,
        client_id: None,
        client_steps: Vec::new(),
        pool_steps: Vec::new(),
        when: When::always(),
        ..cases.swap_remove(0)
    }]
}

/// The call's parameters under each combination of the tests that decide which flow it is and which client it names.
/// Other tests stay open: an entry that is set only on some path is `Sometimes`.
fn parameter_variants(call: &Call) -> Vec<(When, Value)> {
    let deciding = ["AuthFlow", "ClientId", "UserPoolId", "client_id", "grant_type"];
    let mut tests = Vec::new();
    for value in deciding.iter().filter_map(|name| call.parameters.field(name).value()) {
        for test in tests_in(value) {
            if !tests.contains(&test) {
                tests.push(test);
            }
        }
    }
    if tests.is_empty() || tests.len() > MOST_TESTS {
        return vec![(When::always(), call.parameters.clone())];
    }
    combinations(&tests).map(|when| (when.clone(), call.parameters.under(&when))).collect()
}

fn add_cases(model: &Model, number: usize, call: &Call, variant: (When, Value), cases: &mut Vec<Found>) {
    let Some(plain) = Found::alone(number, call, variant) else { return };
    let clients = outcomes(model, call, &plain.parameters, &["ClientId", "client_id"]);
    let pools = outcomes(model, call, &plain.parameters, &["UserPoolId"]);
    let before = cases.len();
    for outcome in &clients {
        let Some(when) = plain.when.and(&outcome.when) else { continue };
        let found = Found { when, client_id: Some(outcome.clone()), ..plain.clone() };
        match outcome.target {
            Target::Resource(resource, _) if is_type(model, resource, client::TYPE) => {
                with_client(model, &found, resource, &outcome.steps, cases);
            }
            Target::Resource(..) | Target::Elsewhere => with_pools(model, &found, &pools, cases),
            Target::Literal(_) | Target::Unknown => with_candidate(model, &found, &pools, cases),
        }
    }
    if cases.len() == before {
        with_candidate(model, &plain, &pools, cases);
    }
}

fn outcomes(model: &Model, call: &Call, parameters: &Value, names: &[&str]) -> Vec<Outcome> {
    let value = names.iter().find_map(|name| parameters.field(name).value());
    value.map(|value| model.resolve(value, call.loc)).unwrap_or_default()
}

fn is_type(model: &Model, number: usize, type_name: &str) -> bool {
    model.resource(number).is_some_and(|resource| &*resource.type_name == type_name)
}

/// The client is known: its pools come from its own `UserPoolId`.
fn with_client(model: &Model, found: &Found, resource: usize, steps: &[Step], cases: &mut Vec<Found>) {
    for (variant, view) in model.views(resource, &Trust::default()).into_iter().enumerate() {
        let Some(when) = found.when.and(&view.variant.when).filter(|when| model.is_satisfiable(when)) else { continue };
        let found = Found { when, client: Some((resource, variant)), client_steps: steps.to_vec(), ..found.clone() };
        let before = cases.len();
        for (pool, when, pool_steps) in model.pool_of(&Client::new(view)) {
            let Some(when) = found.when.and(&when) else { continue };
            let pool = position(model, &pool);
            cases.push(Found { when, pool, pool_steps, ..found.clone() });
        }
        if cases.len() == before {
            cases.push(found);
        }
    }
}

/// Only the pool may be known: from the call's own `UserPoolId`.
fn with_pools(model: &Model, found: &Found, pools: &[Outcome], cases: &mut Vec<Found>) {
    let before = cases.len();
    for outcome in pools {
        let Target::Resource(resource, _) = outcome.target else { continue };
        if is_type(model, resource, pool::TYPE) {
            with_pool(model, found, resource, &outcome.when, &outcome.steps, cases);
        }
    }
    if cases.len() == before {
        cases.push(found.clone());
    }
}

fn with_pool(model: &Model, found: &Found, resource: usize, when: &When, steps: &[Step], cases: &mut Vec<Found>) {
    for (variant, view) in model.views(resource, &Trust::default()).into_iter().enumerate() {
        let both = found.when.and(when).and_then(|when| when.and(&view.variant.when));
        let Some(when) = both.filter(|when| model.is_satisfiable(when)) else { continue };
        cases.push(Found { when, pool: Some((resource, variant)), pool_steps: steps.to_vec(), ..found.clone() });
    }
}

/// The client cannot be told: where nothing else could be meant, the only one.
fn with_candidate(model: &Model, found: &Found, pools: &[Outcome], cases: &mut Vec<Found>) {
    let at = model.facts.calls[found.call].loc;
    let place = if model.declares() { "this scan" } else { "the account" };
    let says_id = found.client_id.as_ref().is_some_and(|outcome| outcome.target.literal().is_some());
    let only = |what: &str, resource: usize| {
        let loc = model.facts.resources[resource].loc;
        // An id that is written here need not be that of something there, and what is there may serve the code there.
        let is_guess = !model.is_near(loc.file, at) && (says_id || model.has_calls(loc.file));
        let how = if is_guess { How::Guess } else { How::OnlyCandidate };
        Step { how, loc, text: format!("the only {what} in {place}") }
    };
    let known_pool = pools.iter().any(|outcome| matches!(outcome.target, Target::Resource(..) | Target::Elsewhere));
    let is_foreign = is_foreign_id(model, found);
    // Nor can it be told where an account that has it may not have told it.
    let is_stated = |outcome: &Outcome| outcome.target.literal().is_some();
    let is_hidden = model.facts.live.hides_ids && found.client_id.iter().chain(pools).any(is_stated);
    if known_pool || is_foreign || is_hidden {
        with_pools(model, found, pools, cases);
        return;
    }
    match (candidates(model, client::TYPE, at).as_slice(), candidates(model, pool::TYPE, at).as_slice()) {
        ([resource], _) => {
            with_client(model, found, *resource, &[only("app client", *resource)], cases);
        }
        (_, [resource]) => {
            with_pool(model, found, *resource, &When::always(), &[only("user pool", *resource)], cases);
        }
        _ => cases.push(found.clone()),
    }
}

/// The resources of a type that a call may mean: those of its own repository, else those of all.
fn candidates(model: &Model, type_name: &str, at: Loc) -> Vec<usize> {
    let repository = |loc: Loc| model.sources.repository(loc.file);
    let all = model.candidates(type_name);
    let is_near = |number: &&usize| repository(model.facts.resources[**number].loc) == repository(at);
    let near: Vec<usize> = all.iter().filter(is_near).copied().collect();
    if near.is_empty() { all.to_vec() } else { near }
}

/// The literal id is none of the deployed ones: nothing in the scan is meant by it. What an account has besides says
/// nothing of what is declared.
fn is_foreign_id(model: &Model, found: &Found) -> bool {
    let literal = found.client_id.as_ref().and_then(|outcome| outcome.target.literal());
    literal.is_some_and(|id| model.is_unknown_id(crate::read::SettingKind::ClientId, id))
}

fn position(model: &Model, pool: &Pool<'_>) -> Option<(usize, usize)> {
    let number = model.by_key.get(&pool.resource.key).copied()?;
    let variants: &[Variant] = model.variants.get(number)?;
    let variant = variants.iter().position(|variant| std::ptr::eq(variant, pool.variant))?;
    Some((number, variant))
}
