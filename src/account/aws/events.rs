//! What was called of user pools, by CloudTrail's event history.

use std::sync::Arc;

use serde_json::json;

use super::call;
use super::site::Site;
use crate::account::Operation;

/// Events on a page, the most that there can be.
const PAGE: u8 = 50;

/// What CloudTrail names the user pools API.
const SOURCE: &str = "cognito-idp.amazonaws.com";

impl Site {
    /// Looks the events up since the moment that the request names, if it names one.
    pub async fn events(self: Arc<Self>) {
        let Some(since) = self.work.request.events_since else { return };
        let asked = self.asked(Operation::LookupEvents, &[]);
        self.work.record.begin(&asked);
        let page = |token: Option<String>| {
            let source = json!([{ "AttributeKey": "EventSource", "AttributeValue": SOURCE }]);
            let mut members = json!({ "StartTime": since, "MaxResults": PAGE, "LookupAttributes": source });
            if let Some(token) = token {
                members["NextToken"] = token.into();
            }
            self.signed(&asked, call::CLOUDTRAIL, members)
        };
        self.list(&asked, "Events", "EventId", page).await;
        self.work.record.end(&asked);
    }
}
