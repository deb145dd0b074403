//! Identity pools and the roles that they hand out.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::site::{IDENTITY_POOLS, Site};
use super::{account_of, all, call};
use crate::account::{Asked, Operation};
use crate::identifier;

/// Pools on a page.
const PAGE: i32 = 60;

impl Site {
    /// Reads every identity pool, or those that were asked for, and then their roles.
    pub async fn identity_pools(self: Arc<Self>) {
        let page = async |asked: Asked, token| {
            let send = |capture| {
                let call = self.identities.list_identity_pools().max_results(PAGE).set_next_token(token);
                call.customize().interceptor(capture).send()
            };
            self.sent(&asked, send).await
        };
        let roles = self.each(&IDENTITY_POOLS, page, Self::identity_pool).await;
        let roles: BTreeSet<String> = roles.into_iter().flatten().collect();
        let mut tasks = JoinSet::new();
        for role in roles.into_iter().filter(|role| account_of(role) == self.account) {
            tasks.spawn(self.clone().role(role));
        }
        all(tasks).await;
    }

    /// Reads one pool; its roles.
    async fn identity_pool(self: Arc<Self>, asked: Asked, pool: Arc<str>) -> BTreeSet<String> {
        let settings = self
            .learn(asked, |capture| {
                self.identities
                    .describe_identity_pool()
                    .identity_pool_id(&*pool)
                    .customize()
                    .interceptor(capture)
                    .send()
            })
            .await;
        let mut roles = BTreeSet::new();
        if settings.is_some() {
            let answer = self
                .learn(self.asked(Operation::GetIdentityPoolRoles, &[&pool]), |capture| {
                    let call = self.identities.get_identity_pool_roles().identity_pool_id(&*pool);
                    call.customize().interceptor(capture).send()
                })
                .await;
            collect_roles(answer.as_ref().unwrap_or(&Value::Null), &mut roles);
        }
        roles
    }

    async fn role(self: Arc<Self>, arn: String) {
        let name = arn.rsplit('/').next().unwrap_or_default();
        let asked = Asked { region: "aws-global".into(), ..self.asked(Operation::GetRole, &[&arn]) };
        let answer = self.signed(&asked, call::IAM, json!({ "RoleName": name })).await;
        let answer = answer.map(|mut answer| {
            // The trust policy is JSON in a text, and that as in an address.
            if let Some(trust) = answer.pointer_mut("/Role/AssumeRolePolicyDocument") {
                *trust =
                    serde_json::from_str(&identifier::decoded(trust.as_str().unwrap_or_default())).unwrap_or_default();
            }
            answer
        });
        self.keep(asked, answer);
    }
}

/// The ARNs of roles, wherever they stand in an answer: those of the two states, and those of the rules.
fn collect_roles(value: &Value, roles: &mut BTreeSet<String>) {
    match value {
        Value::String(text) if text.starts_with("arn:") && text.contains(":iam::") && text.contains(":role/") => {
            roles.insert(text.clone());
        }
        Value::Object(members) => members.values().for_each(|member| collect_roles(member, roles)),
        Value::Array(items) => items.iter().for_each(|item| collect_roles(item, roles)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_are_found_in_states_and_rules() {
        let answer = json!({
            "IdentityPoolId": "eu-west-1:1",
            "Roles": {"authenticated": "arn:aws:iam::123456789012:role/in", "unauthenticated": "arn:aws:iam::123456789012:role/out"},
            "RoleMappings": {"idp": {"RulesConfiguration": {"Rules": [{"Claim": "role/", "RoleARN": "arn:aws:iam::123456789012:role/path/admin"}]}}},
        });
        let mut roles = BTreeSet::new();
        collect_roles(&answer, &mut roles);
        let names: Vec<_> = roles.iter().map(|arn| arn.rsplit('/').next().unwrap()).collect();
        assert_eq!(names, ["in", "out", "admin"]);
        assert_eq!(&*account_of("arn:aws:iam::123456789012:role/in"), "123456789012");
    }
}
