//! Credentials and what else the SDK needs to know before the first call.

use std::env;
use std::time::Duration;

use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::retry::RetryConfig;
use aws_config::sts::AssumeRoleProvider;
use aws_config::timeout::TimeoutConfig;
use aws_config::{AppName, BehaviorVersion, Region, SdkConfig};
use aws_sdk_sts::config::{RuntimeComponents, SharedCredentialsProvider, SharedHttpClient};
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::Provider;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::{Builder as HttpClient, ConnectorBuilder};

use super::refusal::Refused;
use super::regions;
use crate::account::{Refusal, Request, Trouble};
use crate::identifier;

const NAME: &str = "cognito-lint";

/// Attempts of a call where `AWS_MAX_ATTEMPTS` does not say.
const ATTEMPTS: u32 = 6;

/// The wait before the second attempt; it doubles from one to the next, and a part of it is taken by chance.
const BACKOFF: Duration = Duration::from_millis(500);

/// The longest wait for a connection.
const CONNECT: Duration = Duration::from_secs(5);

/// The Region to begin in where all are audited and none is set.
const FIRST: &str = "us-east-1";

/// The configuration of the credentials that the environment or the profile gives.
///
/// # Errors
/// [`Trouble::NoRegion`], [`Trouble::NoSuchRegion`] and [`Trouble::Attempts`].
pub async fn own(request: &Request) -> Result<SdkConfig, Trouble> {
    let retry = RetryConfig::adaptive().with_max_attempts(attempts()?).with_initial_backoff(BACKOFF);
    let timeout = TimeoutConfig::builder()
        .connect_timeout(request.timeout.min(CONNECT))
        .operation_attempt_timeout(request.timeout)
        .build();
    let mut loader = aws_config::defaults(BehaviorVersion::latest())
        .http_client(http_client())
        .retry_config(retry)
        .timeout_config(timeout);
    if let Ok(name) = AppName::new(NAME) {
        loader = loader.app_name(name);
    }
    if let Some(region) = first_region(request) {
        loader = loader.region(Region::new(region.to_owned()));
    }
    if let Some(endpoint) = &request.endpoint {
        loader = loader.endpoint_url(endpoint);
    }
    if let Some(profile) = &request.profile {
        loader = loader.profile_name(profile);
    }
    let config = loader.load().await;
    let region = match config.region() {
        Some(region) => region.clone(),
        None if request.all_regions => Region::from_static(FIRST),
        None => return Err(Trouble::NoRegion),
    };
    let config = config.into_builder().region(region.clone()).build();
    regions::check(request, &config).await?;
    let mut config = config.into_builder();
    // Credentials of the environment would go before those of a profile, though it was named on purpose.
    if let Some(profile) = &request.profile {
        let around = ProviderConfig::without_region().with_region(Some(region));
        let provider = ProfileFileCredentialsProvider::builder().configure(&around).profile_name(profile).build();
        config = config.credentials_provider(SharedCredentialsProvider::new(provider));
    }
    Ok(config.build())
}

/// One client for all services: each would have its own connections and its own list of authorities. Like that of the SDK it
/// heeds the proxies of the environment.
pub(super) fn http_client() -> SharedHttpClient {
    HttpClient::new().build_with_connector_fn(|settings, components| {
        let mut connector = ConnectorBuilder::default().tls_provider(Provider::Rustls(CryptoMode::AwsLc));
        connector.set_connector_settings(settings.cloned());
        connector.set_sleep_impl(components.and_then(RuntimeComponents::sleep_impl));
        connector.set_proxy_config(Some(ProxyConfig::from_env()));
        connector.build()
    })
}

/// The same for a role that those credentials may assume.
pub async fn assumed(own: &SdkConfig, role: &str, external_id: Option<&str>) -> SdkConfig {
    let mut provider = AssumeRoleProvider::builder(role).configure(own).session_name(NAME);
    if let Some(id) = external_id {
        provider = provider.external_id(id);
    }
    let provider = SharedCredentialsProvider::new(provider.build().await);
    own.to_builder().credentials_provider(provider).build()
}

/// Whether it is the profile's fault that there are no credentials: it is not there, or says nothing that can be used.
pub(super) fn trouble(request: &Request, refused: &Refused) -> Option<Trouble> {
    let name = request.profile.as_ref()?;
    let is_local = refused.why == Refusal::Credentials && refused.code.is_none();
    is_local.then(|| Trouble::Profile { name: name.clone(), message: refused.message.clone() })
}

fn first_region(request: &Request) -> Option<&str> {
    let of_pool = || request.pools.first().and_then(|id| region_of(id));
    request.regions.first().map(String::as_str).or_else(of_pool)
}

/// The Region that the id of a user pool or an identity pool names.
pub(super) fn region_of(id: &str) -> Option<&str> {
    identifier::user_pool_region(id).or_else(|| identifier::identity_pool_region(id))
}

fn attempts() -> Result<u32, Trouble> {
    let Ok(text) = env::var("AWS_MAX_ATTEMPTS") else { return Ok(ATTEMPTS) };
    text.trim().parse().ok().filter(|attempts| *attempts > 0).ok_or(Trouble::Attempts(text))
}
