//! The calls themselves, by the AWS SDK.
//!
//! An audit asks each account in each Region at the same time. What limits it is the pace of each, see [`pace`]; what it has
//! learnt is in the [`record`], whatever ends it.

use std::panic;
use std::sync::Arc;

use aws_config::{Region, SdkConfig};
use tokio::runtime::Builder;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::{Asked, Audit, Operation, Request, Trouble};
use interrupt::Interrupt;
use progress::Progress;
use record::Record;
use site::Site;

pub mod call;
mod capture;
mod events;
mod identity_pools;
mod interrupt;
mod pace;
mod progress;
mod record;
mod refusal;
mod regions;
pub mod session;
mod site;
mod stacks;
mod user_pools;
mod xml;

/// Calls that are under way at once, over all accounts.
const AT_ONCE: usize = 64;

/// What all that ask share.
#[derive(Debug)]
struct Work {
    request: Request,
    record: Arc<Record>,
    permits: Semaphore,
}

/// Asks the accounts of a request all that rules need to know. Ctrl-C ends it with what is known by then.
///
/// # Errors
/// See [`Trouble`].
pub fn audit(request: &Request) -> Result<Audit, Trouble> {
    let given = request.clone();
    audit_as(request, async move { session::own(&given).await })
}

/// The same with a configuration of the SDK: its credentials, its Region and the HTTP client that it is given.
///
/// # Errors
/// See [`Trouble`].
pub fn audit_as(
    request: &Request,
    config: impl Future<Output = Result<SdkConfig, Trouble>> + Send + 'static,
) -> Result<Audit, Trouble> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let record = Arc::new(Record::default());
    let work = Work { request: request.clone(), record: record.clone(), permits: Semaphore::new(AT_ONCE) };
    let outcome = runtime.block_on(async {
        let _progress = Progress::begin(record.clone());
        let asking = tokio::spawn(async move { ask(config.await?, Arc::new(work)).await });
        let _interrupt = Interrupt::of(asking.abort_handle());
        asking.await
    });
    runtime.shutdown_background();
    match outcome {
        Ok(asked) => asked?,
        Err(ended) if ended.is_panic() => panic::resume_unwind(ended.into_panic()),
        Err(_) => record.interrupt(),
    }
    Ok(record.audit())
}

/// Asks every account: those of the roles, or that of the credentials.
async fn ask(own: SdkConfig, work: Arc<Work>) -> Result<(), Trouble> {
    let mut accounts = JoinSet::new();
    for role in &work.request.roles {
        let theirs = session::assumed(&own, role, work.request.external_id.as_deref()).await;
        accounts.spawn(account(theirs, Some(role.as_str().into()), work.clone()));
    }
    if accounts.is_empty() {
        accounts.spawn(account(own, None, work));
    }
    all(accounts).await.into_iter().collect()
}

/// Asks one account, by the role where there is one.
async fn account(config: SdkConfig, role: Option<Arc<str>>, work: Arc<Work>) -> Result<(), Trouble> {
    let door = Site::new(&config, Arc::default(), work.clone());
    let identity = match &role {
        Some(role) => Asked { account: account_of(role), ..door.asked(Operation::AssumeRole, &[role]) },
        None => door.asked(Operation::GetCallerIdentity, &[]),
    };
    work.record.begin(&identity);
    let known = door.identity(&identity).await;
    if let Some(trouble) = known.as_ref().err().and_then(|refused| session::trouble(&work.request, refused)) {
        return Err(trouble);
    }
    let is_over = known.as_ref().is_err_and(|refused| refused.why.ends_all(identity.operation));
    let account = known.unwrap_or_else(|refused| {
        work.record.gap(identity.clone(), refused);
        Arc::default()
    });
    if !is_over {
        regions(&config, &account, &identity, &work).await;
    }
    work.record.end(&identity);
    Ok(())
}

/// Asks an account in each of its Regions.
async fn regions(config: &SdkConfig, account: &Arc<str>, identity: &Asked, work: &Arc<Work>) {
    let regions = regions::of(&Site::new(config, account.clone(), work.clone())).await;
    let mut sites = JoinSet::new();
    for region in regions {
        let config = config.to_builder().region(Region::new(region)).build();
        let site = Arc::new(Site::new(&config, account.clone(), work.clone()));
        site.announce();
        sites.spawn(site.clone().events());
        sites.spawn(site.clone().user_pools());
        sites.spawn(site.identity_pools());
    }
    work.record.end(identity);
    all(sites).await;
}

/// The number of the account in an ARN; empty where it has none.
fn account_of(arn: &str) -> Arc<str> {
    arn.split(':').nth(4).unwrap_or_default().into()
}

/// Waits for all tasks. A panic in one goes on here, so that nothing is lost silently.
async fn all<T: 'static>(mut tasks: JoinSet<T>) -> Vec<T> {
    let mut outcomes = Vec::with_capacity(tasks.len());
    while let Some(ended) = tasks.join_next().await {
        match ended {
            Ok(outcome) => outcomes.push(outcome),
            Err(error) if error.is_panic() => panic::resume_unwind(error.into_panic()),
            Err(_) => {}
        }
    }
    outcomes
}

#[cfg(test)]
mod tests;
