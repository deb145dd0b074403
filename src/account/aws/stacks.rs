//! Which stack a user pool is of, and what its template calls what it made.

use std::sync::Arc;

use serde_json::{Value, json};

use super::call;
use super::site::{Site, text};
use crate::account::Operation;

impl Site {
    /// Reads the stack of a user pool. Of its resources only Cognito's are kept.
    pub async fn stack(self: Arc<Self>, pool: Arc<str>) {
        let asked = self.asked(Operation::DescribeStackResources, &[&pool]);
        let members = json!({ "PhysicalResourceId": &*pool });
        let answer = self.signed(&asked, call::CLOUDFORMATION, members).await;
        let answer = answer.map(|mut answer| {
            if let Some(Value::Array(resources)) = answer.get_mut("StackResources") {
                resources.retain(|resource| text(resource, "ResourceType").starts_with("AWS::Cognito::"));
            }
            answer
        });
        self.keep(asked, answer);
    }
}
