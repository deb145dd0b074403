//! User pools, and all that hangs on them.

use std::sync::Arc;

use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::site::{Site, USER_POOLS, text};
use super::{all, call};
use crate::account::{Asked, Operation};

/// Items on a page, the most that the service gives.
const PAGE: i32 = 60;

/// Resource servers on a page.
const PAGE_OF_SERVERS: i32 = 50;

/// The version of the sign-in pages that has a style for each client.
const STYLED: u64 = 2;

impl Site {
    /// Reads every user pool, or those that were asked for.
    pub async fn user_pools(self: Arc<Self>) {
        let page = async |asked: Asked, token| {
            let send = |capture| {
                let call = self.users.list_user_pools().max_results(PAGE).set_next_token(token);
                call.customize().interceptor(capture).send()
            };
            self.sent(&asked, send).await
        };
        self.each(&USER_POOLS, page, Self::user_pool).await;
    }

    async fn user_pool(self: Arc<Self>, asked: Asked, pool: Arc<str>) {
        let answer = self
            .learn(asked, |capture| {
                self.users.describe_user_pool().user_pool_id(&*pool).customize().interceptor(capture).send()
            })
            .await;
        // A pool that is gone, or that nobody may look at, has nothing more to say.
        if let Some(settings) = answer.as_ref().and_then(|answer| answer.get("UserPool")) {
            let traits = Traits::of(settings);
            let mut tasks = JoinSet::new();
            tasks.spawn(self.clone().factors(pool.clone()));
            tasks.spawn(self.clone().identity_providers(pool.clone()));
            tasks.spawn(self.clone().resource_servers(pool.clone()));
            tasks.spawn(self.clone().groups(pool.clone()));
            tasks.spawn(self.clone().log_delivery(pool.clone()));
            if !text(settings, "Arn").is_empty() {
                tasks.spawn(self.clone().web_acl(pool.clone(), text(settings, "Arn").to_owned()));
            }
            if self.work.request.stacks {
                tasks.spawn(self.clone().stack(pool.clone()));
            }
            tasks.spawn(self.clone().domains_and_clients(pool, traits));
            all(tasks).await;
        }
    }

    async fn factors(self: Arc<Self>, pool: Arc<str>) {
        let asked = self.asked(Operation::GetUserPoolMfaConfig, &[&pool]);
        self.learn(asked, |capture| {
            self.users.get_user_pool_mfa_config().user_pool_id(&*pool).customize().interceptor(capture).send()
        })
        .await;
    }

    async fn identity_providers(self: Arc<Self>, pool: Arc<str>) {
        let asked = self.asked(Operation::ListIdentityProviders, &[&pool]);
        let page = |token| {
            self.sent(&asked, |capture| {
                let call = self.users.list_identity_providers().user_pool_id(&*pool).max_results(PAGE);
                call.set_next_token(token).customize().interceptor(capture).send()
            })
        };
        let providers = self.list(&asked, "Providers", "ProviderName", page).await;
        let mut tasks = JoinSet::new();
        for provider in &providers {
            tasks.spawn(self.clone().identity_provider(pool.clone(), text(provider, "ProviderName").into()));
        }
        all(tasks).await;
    }

    async fn identity_provider(self: Arc<Self>, pool: Arc<str>, provider: Arc<str>) {
        let asked = self.asked(Operation::DescribeIdentityProvider, &[&pool, &provider]);
        self.learn(asked, |capture| {
            let call = self.users.describe_identity_provider().user_pool_id(&*pool).provider_name(&*provider);
            call.customize().interceptor(capture).send()
        })
        .await;
    }

    async fn resource_servers(self: Arc<Self>, pool: Arc<str>) {
        let asked = self.asked(Operation::ListResourceServers, &[&pool]);
        let page = |token| {
            self.sent(&asked, |capture| {
                let call = self.users.list_resource_servers().user_pool_id(&*pool).max_results(PAGE_OF_SERVERS);
                call.set_next_token(token).customize().interceptor(capture).send()
            })
        };
        self.list(&asked, "ResourceServers", "Identifier", page).await;
    }

    async fn groups(self: Arc<Self>, pool: Arc<str>) {
        let asked = self.asked(Operation::ListGroups, &[&pool]);
        let page = |token| {
            self.sent(&asked, |capture| {
                let call = self.users.list_groups().user_pool_id(&*pool).limit(PAGE).set_next_token(token);
                call.customize().interceptor(capture).send()
            })
        };
        self.list(&asked, "Groups", "GroupName", page).await;
    }

    async fn log_delivery(self: Arc<Self>, pool: Arc<str>) {
        let asked = self.asked(Operation::GetLogDeliveryConfiguration, &[&pool]);
        self.learn(asked, |capture| {
            self.users.get_log_delivery_configuration().user_pool_id(&*pool).customize().interceptor(capture).send()
        })
        .await;
    }

    async fn web_acl(self: Arc<Self>, pool: Arc<str>, arn: String) {
        let asked = self.asked(Operation::GetWebACLForResource, &[&pool]);
        let answer = self.signed(&asked, call::WAF, json!({ "ResourceArn": arn })).await;
        self.keep(asked, answer);
    }

    /// The domains come first: only the pages of the newer version have a style for each client.
    async fn domains_and_clients(self: Arc<Self>, pool: Arc<str>, traits: Traits) {
        let mut is_styled = false;
        for domain in &traits.domains {
            let asked = self.asked(Operation::DescribeUserPoolDomain, &[&pool, domain]);
            let answer = self
                .learn(asked, |capture| {
                    self.users.describe_user_pool_domain().domain(domain).customize().interceptor(capture).send()
                })
                .await;
            let version = answer.as_ref().and_then(|answer| answer.pointer("/DomainDescription/ManagedLoginVersion"));
            // Where that is not told, a style may be there.
            is_styled |= answer.is_none() || version.and_then(Value::as_u64) == Some(STYLED);
        }
        let asked = self.asked(Operation::ListUserPoolClients, &[&pool]);
        let page = |token| {
            self.sent(&asked, |capture| {
                let call = self.users.list_user_pool_clients().user_pool_id(&*pool).max_results(PAGE);
                call.set_next_token(token).customize().interceptor(capture).send()
            })
        };
        let clients = self.list(&asked, "UserPoolClients", "ClientId", page).await;
        let mut tasks = JoinSet::new();
        if traits.judges_risk {
            tasks.spawn(self.clone().risk(pool.clone(), None));
        }
        for client in &clients {
            let id: Arc<str> = text(client, "ClientId").into();
            if traits.judges_risk {
                tasks.spawn(self.clone().risk(pool.clone(), Some(id.clone())));
            }
            tasks.spawn(self.clone().client(pool.clone(), id, is_styled));
        }
        all(tasks).await;
    }

    async fn risk(self: Arc<Self>, pool: Arc<str>, client: Option<Arc<str>>) {
        let subject: Vec<&str> = [Some(&*pool), client.as_deref()].into_iter().flatten().collect();
        let asked = self.asked(Operation::DescribeRiskConfiguration, &subject);
        self.learn(asked, |capture| {
            let call = self.users.describe_risk_configuration().user_pool_id(&*pool);
            call.set_client_id(client.as_deref().map(str::to_owned)).customize().interceptor(capture).send()
        })
        .await;
    }

    async fn client(self: Arc<Self>, pool: Arc<str>, client: Arc<str>, is_styled: bool) {
        let asked = self.asked(Operation::DescribeUserPoolClient, &[&pool, &client]);
        let answer = self
            .learn(asked, |capture| {
                let call = self.users.describe_user_pool_client().user_pool_id(&*pool).client_id(&*client);
                call.customize().interceptor(capture).send()
            })
            .await;
        let flows =
            answer.as_ref().and_then(|answer| answer.pointer("/UserPoolClient/AllowedOAuthFlowsUserPoolClient"));
        if is_styled && flows == Some(&Value::Bool(true)) {
            let asked = self.asked(Operation::DescribeManagedLoginBrandingByClient, &[&pool, &client]);
            self.learn(asked, |capture| {
                let call = self.users.describe_managed_login_branding_by_client().user_pool_id(&*pool);
                call.client_id(&*client).customize().interceptor(capture).send()
            })
            .await;
        }
    }
}

/// What of a pool's settings says what else to ask.
#[derive(Debug)]
struct Traits {
    domains: Vec<String>,
    /// Sign-in is judged by its risk.
    judges_risk: bool,
}

impl Traits {
    fn of(settings: &Value) -> Self {
        let domains = ["Domain", "CustomDomain"].map(|member| text(settings, member)).into_iter();
        let mode = settings.pointer("/UserPoolAddOns/AdvancedSecurityMode").and_then(Value::as_str);
        Self {
            domains: domains.filter(|domain| !domain.is_empty()).map(str::to_owned).collect(),
            judges_risk: mode.is_some_and(|mode| mode != "OFF"),
        }
    }
}
