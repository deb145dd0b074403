//! One account in one Region: its clients, its pace, and how a call is made there.

use std::collections::HashSet;
use std::error::Error;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};

use aws_config::SdkConfig;
use aws_sdk_sts::config::http::HttpResponse;
use aws_sdk_sts::error::{ProvideErrorMetadata, SdkError};
use serde_json::{Value, json};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::call::{self, Service};
use super::capture::Capture;
use super::pace::Pace;
use super::refusal::Refused;
use super::{Work, all};
use crate::account::{Asked, Operation, Refusal};
use crate::identifier;

/// Calls in a row that did not get through, after which no more are made.
const PATIENCE: usize = 12;

/// The most pages of a list. User pools, the longest, are 10,000 at most, 60 on a page.
const MOST_PAGES: usize = 1000;

/// Errors that say that there is nothing, and the answer that they stand for.
const NOTHING: &[(Operation, &[&str], &str)] = &[
    (Operation::DescribeRiskConfiguration, &["ResourceNotFoundException", "UserPoolAddOnNotEnabledException"], "{}"),
    (Operation::DescribeManagedLoginBrandingByClient, &["ResourceNotFoundException"], "{}"),
    (Operation::DescribeStackResources, &["ValidationError"], r#"{"StackResources": []}"#),
];

/// A kind of pools, and how they are found.
#[derive(Debug)]
pub(super) struct Kind {
    /// What lists them.
    list: Operation,
    /// What stands for one as a whole.
    describe: Operation,
    /// The member of the answer that is the list, and the member of an item that is its id.
    members: [&'static str; 2],
    /// The Region that an id names; none where it is of another kind.
    region_of: fn(&str) -> Option<&str>,
    /// How many are read at once.
    at_once: usize,
}

pub(super) const USER_POOLS: Kind = Kind {
    list: Operation::ListUserPools,
    describe: Operation::DescribeUserPool,
    members: ["UserPools", "Id"],
    region_of: identifier::user_pool_region,
    at_once: 32,
};

pub(super) const IDENTITY_POOLS: Kind = Kind {
    list: Operation::ListIdentityPools,
    describe: Operation::DescribeIdentityPool,
    members: ["IdentityPools", "IdentityPoolId"],
    region_of: identifier::identity_pool_region,
    at_once: 16,
};

/// One account in one Region.
#[derive(Debug)]
pub(super) struct Site {
    pub account: Arc<str>,
    pub region: Arc<str>,
    pub work: Arc<Work>,
    pub users: aws_sdk_cognitoidentityprovider::Client,
    pub identities: aws_sdk_cognitoidentity::Client,
    pub tokens: aws_sdk_sts::Client,
    config: SdkConfig,
    pace: Pace,
    line: Mutex<Line>,
}

/// How it is with the connection to the services.
#[derive(Debug, Default)]
struct Line {
    /// Calls that did not get through since one did.
    lost: usize,
    /// Why no more calls are made.
    broken: Option<Refused>,
}

impl Site {
    /// The account in the Region of a configuration.
    pub fn new(config: &SdkConfig, account: Arc<str>, work: Arc<Work>) -> Self {
        Self {
            account,
            region: config.region().map(ToString::to_string).unwrap_or_default().into(),
            users: aws_sdk_cognitoidentityprovider::Client::new(config),
            identities: aws_sdk_cognitoidentity::Client::new(config),
            tokens: aws_sdk_sts::Client::new(config),
            config: config.clone(),
            pace: Pace::new(work.request.rates.clone()),
            line: Mutex::default(),
            work,
        }
    }

    /// A call that is made here.
    pub fn asked(&self, operation: Operation, subject: &[&str]) -> Asked {
        let subject = subject.iter().map(|id| Arc::from(*id)).collect();
        Asked { account: self.account.clone(), region: self.region.clone(), operation, subject }
    }

    /// The ids of this kind and Region that the audit is limited to.
    fn only(&self, kind: &Kind) -> Vec<Arc<str>> {
        let here = |id: &&String| (kind.region_of)(id) == Some(&*self.region);
        self.work.request.pools.iter().filter(here).map(|id| id.as_str().into()).collect()
    }

    /// Says what is going to be read, so that it is known to be missing if the audit is stopped.
    pub fn announce(&self) {
        for kind in [&USER_POOLS, &IDENTITY_POOLS] {
            if self.work.request.pools.is_empty() {
                self.work.record.begin(&self.asked(kind.list, &[]));
            } else {
                self.find(kind, &self.only(kind));
            }
        }
    }

    fn find(&self, kind: &Kind, ids: &[Arc<str>]) {
        self.work.record.find(ids.iter().map(|id| self.asked(kind.describe, &[id])));
    }

    /// Reads pools, those that were asked for or all that are listed, and gives what reading each gave. `page` asks for a
    /// page of the list.
    pub async fn each<T, P, R>(
        self: &Arc<Self>,
        kind: &'static Kind,
        page: impl Fn(Asked, Option<String>) -> P,
        read: impl Fn(Arc<Self>, Asked, Arc<str>) -> R,
    ) -> Vec<T>
    where
        T: Send + 'static,
        P: Future<Output = Result<Value, Refused>>,
        R: Future<Output = T> + Send + 'static,
    {
        let mut ids = self.only(kind);
        if self.work.request.pools.is_empty() {
            let asked = self.asked(kind.list, &[]);
            let [list, id] = kind.members;
            let pools = self.list(&asked, list, id, |token| page(asked.clone(), token)).await;
            ids = pools.iter().map(|pool| text(pool, id).into()).collect();
            self.find(kind, &ids);
            self.work.record.end(&asked);
        }
        let slots = Arc::new(Semaphore::new(kind.at_once));
        let mut tasks = JoinSet::new();
        for id in ids {
            let slot = slots.clone().acquire_owned().await;
            let site = self.clone();
            let asked = self.asked(kind.describe, &[&id]);
            let reading = read(self.clone(), asked.clone(), id);
            tasks.spawn(async move {
                let read = reading.await;
                site.work.record.done(&asked);
                drop(slot);
                read
            });
        }
        all(tasks).await
    }

    /// The number of the account, from the one who ought to know.
    pub async fn identity(&self, asked: &Asked) -> Result<Arc<str>, Refused> {
        let identity = self.call(asked, self.tokens.get_caller_identity().send()).await?;
        Ok(identity.account().unwrap_or_default().into())
    }

    /// Makes a call when its turn has come.
    pub async fn call<O, E>(
        &self,
        asked: &Asked,
        sending: impl Future<Output = Result<O, SdkError<E, HttpResponse>>>,
    ) -> Result<O, Refused>
    where
        E: Error + ProvideErrorMetadata + 'static,
    {
        self.broken().map_or(Ok(()), Err)?;
        self.pace.turn(asked).await;
        let permit = self.work.permits.acquire().await;
        self.broken().map_or(Ok(()), Err)?;
        let outcome = sending.await.map_err(|error| Refused::of(&error));
        drop(permit);
        self.heed(outcome.as_ref().err());
        self.work.record.count(outcome.is_err());
        outcome
    }

    /// Makes a call by the SDK; the answer is as the service wrote it.
    pub async fn sent<O, E, F>(&self, asked: &Asked, send: impl FnOnce(Capture) -> F) -> Result<Value, Refused>
    where
        F: Future<Output = Result<O, SdkError<E, HttpResponse>>>,
        E: Error + ProvideErrorMetadata + 'static,
    {
        let capture = Capture::default();
        self.call(asked, send(capture.clone())).await?;
        object(capture.body())
    }

    /// Makes a call to a service whose SDK is not here.
    pub async fn signed(&self, asked: &Asked, service: Service, members: Value) -> Result<Value, Refused> {
        let Value::Object(members) = members else { return object(None) };
        let operation = asked.operation.name();
        object(Some(self.call(asked, call::call(&self.config, service, operation, &members)).await?))
    }

    /// Makes a call by the SDK and keeps what it gives.
    pub async fn learn<O, E, F>(&self, asked: Asked, send: impl FnOnce(Capture) -> F) -> Option<Value>
    where
        F: Future<Output = Result<O, SdkError<E, HttpResponse>>>,
        E: Error + ProvideErrorMetadata + 'static,
    {
        let answer = self.sent(&asked, send).await;
        self.keep(asked, answer)
    }

    /// Keeps an answer, or why there is none.
    pub fn keep(&self, asked: Asked, answer: Result<Value, Refused>) -> Option<Value> {
        match answer.or_else(|refused| nothing(asked.operation, &refused).ok_or(refused)) {
            Ok(answer) => {
                self.work.record.answer(asked, answer.clone());
                Some(answer)
            }
            Err(refused) => {
                self.work.record.gap(asked, refused);
                None
            }
        }
    }

    /// Reads all pages of a list, which is the member `list` of the answers, and keeps them as one. `name` is the member of
    /// an item that no other has.
    pub async fn list<F>(&self, asked: &Asked, list: &str, name: &str, page: impl Fn(Option<String>) -> F) -> Vec<Value>
    where
        F: Future<Output = Result<Value, Refused>>,
    {
        let mut items = Vec::new();
        let broken = pages(list, name, page, &mut items).await.err();
        // The first pages of a list that broke off are worth having.
        if broken.is_none() || !items.is_empty() {
            self.work.record.answer(asked.clone(), json!({ list: items }));
        }
        if let Some(refused) = broken {
            self.work.record.gap(asked.clone(), refused);
        }
        items
    }

    /// Why no more calls are made here, if so.
    fn broken(&self) -> Option<Refused> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner).broken.clone()
    }

    /// Gives up where it is of no use to ask on: no call would get through.
    fn heed(&self, refused: Option<&Refused>) {
        let mut line = self.line.lock().unwrap_or_else(PoisonError::into_inner);
        match refused.map(|refused| (refused.why, refused)) {
            Some((Refusal::Credentials | Refusal::Expired, refused)) => line.broken = Some(refused.clone()),
            Some((Refusal::Unreachable | Refusal::TimedOut, refused)) => {
                line.lost += 1;
                if line.lost >= PATIENCE {
                    line.broken = Some(refused.clone());
                }
            }
            _ => line.lost = 0,
        }
    }
}

/// Reads pages until there are no more.
async fn pages<F>(
    list: &str,
    name: &str,
    page: impl Fn(Option<String>) -> F,
    items: &mut Vec<Value>,
) -> Result<(), Refused>
where
    F: Future<Output = Result<Value, Refused>>,
{
    let mut token = None;
    let mut known = HashSet::new();
    for _ in 0..MOST_PAGES {
        let mut answer = page(token.clone()).await?;
        let next = answer.get("NextToken").and_then(Value::as_str).map(str::to_owned);
        let found = match answer.get_mut(list).map(Value::take) {
            Some(Value::Array(found)) => found,
            None | Some(Value::Null) => Vec::new(),
            Some(_) => return Err(Refused::new(Refusal::Malformed, format!("{list} is no list"))),
        };
        let before = items.len();
        let count = found.len();
        items.extend(found.into_iter().filter(|item| known.insert(text(item, name).to_owned())));
        let is_repeated = count > 0 && items.len() == before;
        match next {
            None => return Ok(()),
            Some(next) if is_repeated || Some(&next) == token.as_ref() => {
                return Err(Refused::new(Refusal::Endless, "a page came twice"));
            }
            Some(next) => token = Some(next),
        }
    }
    Err(Refused::new(Refusal::Endless, format!("there are more than {MOST_PAGES}")))
}

/// An answer, which is an object.
fn object(answer: Option<Value>) -> Result<Value, Refused> {
    let answer = answer.filter(Value::is_object);
    answer.ok_or_else(|| Refused::new(Refusal::Malformed, "the answer is no JSON object"))
}

/// The answer that an error stands for.
fn nothing(operation: Operation, refused: &Refused) -> Option<Value> {
    let code = refused.code.as_deref()?;
    let row = NOTHING.iter().find(|(of, codes, _)| *of == operation && codes.contains(&code))?;
    serde_json::from_str(row.2).ok()
}

/// The text of a member; empty where there is none.
pub(super) fn text<'v>(value: &'v Value, member: &str) -> &'v str {
    value.get(member).and_then(Value::as_str).unwrap_or_default()
}
