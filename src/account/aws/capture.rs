//! The body of an answer as it came, before the SDK takes from it what it knows.

use std::sync::{Arc, Mutex};

use aws_sdk_sts::config::interceptors::AfterDeserializationInterceptorContextRef;
use aws_sdk_sts::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_sts::error::BoxError;
use serde_json::Value;

/// Keeps the body of the last answer of the call that it is given to.
#[derive(Clone, Debug, Default)]
pub struct Capture(Arc<Mutex<Option<Value>>>);

impl Capture {
    /// The body, if it was JSON.
    pub fn body(&self) -> Option<Value> {
        self.0.lock().ok()?.take()
    }
}

impl Intercept for Capture {
    fn name(&self) -> &'static str {
        "Capture"
    }

    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if let (Some(bytes), Ok(mut kept)) = (context.response().body().bytes(), self.0.lock()) {
            *kept = serde_json::from_slice(bytes).ok();
        }
        Ok(())
    }
}
