//! A user pool.

use std::ops::Deref;

use crate::source::Loc;
use crate::value::{Field, Kind, Value};

use super::view::{Known, View};

/// The resource type.
pub const TYPE: &str = "AWS::Cognito::UserPool";

/// A user pool in one of its variants.
#[derive(Clone, Debug)]
pub struct Pool<'m>(View<'m>);

impl<'m> Deref for Pool<'m> {
    type Target = View<'m>;

    fn deref(&self) -> &View<'m> {
        &self.0
    }
}

/// Whether a pool remembers devices.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum DeviceTracking {
    /// It does: some member of `DeviceConfiguration`, true or false, is written there.
    On(Loc),
    /// It does not.
    Off,
    /// It cannot be told.
    Unknown,
}

impl<'m> Pool<'m> {
    /// A pool over a resource of type [`TYPE`].
    pub fn new(view: View<'m>) -> Self {
        Self(view)
    }

    /// Whether the pool remembers devices. Any member with a value switches it on, `false` too (API
    /// DeviceConfigurationType); what an empty object does is not documented.
    pub fn device_tracking(&self) -> DeviceTracking {
        match self.field(&["DeviceConfiguration"]) {
            Field::Absent => DeviceTracking::Off,
            Field::Present(Value { kind: Kind::Null, .. }) => DeviceTracking::Off,
            Field::Present(value) => match &value.kind {
                Kind::Map(map) if map.entries.iter().any(|entry| is_member(&entry.value)) => {
                    DeviceTracking::On(self.property_loc(&["DeviceConfiguration"]).unwrap_or(value.loc))
                }
                _ => DeviceTracking::Unknown,
            },
            Field::Sometimes(_) | Field::Unknown => DeviceTracking::Unknown,
        }
    }

    /// Where device tracking is switched on, if it certainly is.
    pub fn tracks_devices(&self) -> Option<Loc> {
        if let DeviceTracking::On(loc) = self.device_tracking() { Some(loc) } else { None }
    }

    /// `ChallengeRequiredOnNewDevice`: a remembered device replaces the second factor.
    pub fn device_replaces_mfa(&self) -> Known<bool> {
        self.boolean(&["DeviceConfiguration", "ChallengeRequiredOnNewDevice"])
    }

    /// `DeviceOnlyRememberedOnUserPrompt`: devices are remembered only when the app says so.
    pub fn remembers_on_prompt(&self) -> Known<bool> {
        self.boolean(&["DeviceConfiguration", "DeviceOnlyRememberedOnUserPrompt"])
    }

    /// The attributes that users sign in with instead of a user name.
    pub fn username_attributes(&self) -> Known<Vec<(&'m str, Loc)>> {
        self.texts(&["UsernameAttributes"])
    }

    /// `MfaConfiguration`: `OFF`, `ON` or `OPTIONAL`, `OFF` where it is left out. YAML's unquoted `ON` and `OFF` are
    /// booleans to CloudFormation, of which nothing is said here.
    pub fn mfa(&self) -> Option<&'m str> {
        self.text_or_default(&["MfaConfiguration"])
    }

    /// A trigger of `LambdaConfig`. `Unset` where it is certainly not there.
    pub fn trigger(&self, name: &str) -> Known<&'m Value> {
        match self.field(&["LambdaConfig", name]) {
            Field::Absent => Known::Unset,
            Field::Present(value) | Field::Sometimes(value) => Known::Set(value, value.loc),
            Field::Unknown => Known::Unknown,
        }
    }
}

fn is_member(value: &Value) -> bool {
    !matches!(value.kind, Kind::Null)
}
