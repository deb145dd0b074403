//! Authentication flows: their names in calls and in clients, and which call may use which.

use std::fmt;

use crate::read::Operation;

/// A value of `AuthFlow`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the service's own names")]
pub enum Flow {
    UserSrpAuth,
    UserPasswordAuth,
    AdminUserPasswordAuth,
    AdminNoSrpAuth,
    CustomAuth,
    UserAuth,
    RefreshToken,
    RefreshTokenAuth,
}

struct Row {
    flow: Flow,
    name: &'static str,
    /// What allows it in a list of `ALLOW_*` names.
    allowed_by: &'static str,
    /// What allows it in a list of the older names; `None`: such a list always allows it.
    legacy: Option<&'static str>,
    /// The operations whose documentation lists it.
    taken_by: &'static [Operation],
}

const BOTH: &[Operation] = &[Operation::InitiateAuth, Operation::AdminInitiateAuth];
const PUBLIC: &[Operation] = &[Operation::InitiateAuth];
const ADMIN: &[Operation] = &[Operation::AdminInitiateAuth];

/// Source: API InitiateAuth, AdminInitiateAuth and ExplicitAuthFlowsType; Developer Guide, authentication flows.
const FLOWS: &[Row] = &[
    Row {
        flow: Flow::UserSrpAuth,
        name: "USER_SRP_AUTH",
        allowed_by: "ALLOW_USER_SRP_AUTH",
        legacy: None,
        taken_by: BOTH,
    },
    Row {
        flow: Flow::UserPasswordAuth,
        name: "USER_PASSWORD_AUTH",
        allowed_by: "ALLOW_USER_PASSWORD_AUTH",
        legacy: Some("USER_PASSWORD_AUTH"),
        taken_by: PUBLIC,
    },
    Row {
        flow: Flow::AdminUserPasswordAuth,
        name: "ADMIN_USER_PASSWORD_AUTH",
        allowed_by: "ALLOW_ADMIN_USER_PASSWORD_AUTH",
        legacy: Some("ADMIN_NO_SRP_AUTH"),
        taken_by: ADMIN,
    },
    Row {
        flow: Flow::AdminNoSrpAuth,
        name: "ADMIN_NO_SRP_AUTH",
        allowed_by: "ALLOW_ADMIN_USER_PASSWORD_AUTH",
        legacy: Some("ADMIN_NO_SRP_AUTH"),
        taken_by: ADMIN,
    },
    Row { flow: Flow::CustomAuth, name: "CUSTOM_AUTH", allowed_by: "ALLOW_CUSTOM_AUTH", legacy: None, taken_by: BOTH },
    Row {
        flow: Flow::UserAuth,
        name: "USER_AUTH",
        allowed_by: "ALLOW_USER_AUTH",
        legacy: Some("ALLOW_USER_AUTH"),
        taken_by: BOTH,
    },
    Row {
        flow: Flow::RefreshTokenAuth,
        name: "REFRESH_TOKEN_AUTH",
        allowed_by: "ALLOW_REFRESH_TOKEN_AUTH",
        legacy: None,
        taken_by: BOTH,
    },
    Row {
        flow: Flow::RefreshToken,
        name: "REFRESH_TOKEN",
        allowed_by: "ALLOW_REFRESH_TOKEN_AUTH",
        legacy: None,
        taken_by: BOTH,
    },
];

/// The legacy names of `ExplicitAuthFlows`.
pub const LEGACY: &[&str] = &["ADMIN_NO_SRP_AUTH", "CUSTOM_AUTH_FLOW_ONLY", "USER_PASSWORD_AUTH"];

/// The `ALLOW_*` name for one of the older names (API ExplicitAuthFlowsType).
pub fn newer_name(legacy: &str) -> Option<&'static str> {
    match legacy {
        "CUSTOM_AUTH_FLOW_ONLY" => Some(Flow::CustomAuth.allowed_by()),
        _ => Flow::of_client_name(legacy).map(Flow::allowed_by),
    }
}

impl Flow {
    /// Every flow.
    pub const ALL: [Self; 8] = [
        Self::UserSrpAuth,
        Self::UserPasswordAuth,
        Self::AdminUserPasswordAuth,
        Self::AdminNoSrpAuth,
        Self::CustomAuth,
        Self::UserAuth,
        Self::RefreshToken,
        Self::RefreshTokenAuth,
    ];

    /// The flow of a name in `AuthFlow`.
    pub fn named(name: &str) -> Option<Self> {
        FLOWS.iter().find(|row| row.name == name).map(|row| row.flow)
    }

    fn row(self) -> Option<&'static Row> {
        FLOWS.iter().find(|row| row.flow == self)
    }

    /// Its name in `AuthFlow`.
    pub fn name(self) -> &'static str {
        self.row().map_or("", |row| row.name)
    }

    /// The `ALLOW_*` name that a client needs for it.
    pub fn allowed_by(self) -> &'static str {
        self.row().map_or("", |row| row.allowed_by)
    }

    /// Whether the documentation of `InitiateAuth` or `AdminInitiateAuth` lists it.
    pub fn is_taken_by(self, operation: Operation) -> bool {
        self.row().is_some_and(|row| row.taken_by.contains(&operation))
    }

    /// The flow that a name of a client's list stands for: `USER_SRP_AUTH` for `ALLOW_USER_SRP_AUTH`.
    pub fn of_client_name(name: &str) -> Option<Self> {
        FLOWS.iter().find(|row| row.allowed_by == name || row.legacy == Some(name)).map(|row| row.flow)
    }

    /// Whether it trades a refresh token for new tokens.
    pub fn is_refresh(self) -> bool {
        matches!(self, Self::RefreshToken | Self::RefreshTokenAuth)
    }

    /// Whether the password itself is sent.
    pub fn sends_password(self) -> bool {
        matches!(self, Self::UserPasswordAuth | Self::AdminUserPasswordAuth | Self::AdminNoSrpAuth)
    }

    /// Whether a client's list of flows (explicit, or the default one) allows it.
    pub fn is_allowed_by(self, list: &[&str]) -> bool {
        if list.contains(&self.allowed_by()) {
            return true;
        }
        let is_legacy = list.iter().any(|name| LEGACY.contains(name));
        match self.row().and_then(|row| row.legacy) {
            _ if !is_legacy => false,
            Some(name) => list.contains(&name),
            // CUSTOM_AUTH_FLOW_ONLY switches SRP off; custom authentication and refresh stay on.
            None => self != Self::UserSrpAuth || !list.contains(&"CUSTOM_AUTH_FLOW_ONLY"),
        }
    }
}

impl fmt::Display for Flow {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn legacy_lists_leave_srp_custom_and_refresh_on() {
        for flow in [Flow::UserSrpAuth, Flow::CustomAuth, Flow::RefreshToken, Flow::RefreshTokenAuth] {
            assert!(flow.is_allowed_by(&["ADMIN_NO_SRP_AUTH"]), "{flow}");
        }
        assert!(Flow::AdminUserPasswordAuth.is_allowed_by(&["ADMIN_NO_SRP_AUTH"]));
        assert!(!Flow::UserPasswordAuth.is_allowed_by(&["ADMIN_NO_SRP_AUTH"]));
        assert!(!Flow::UserSrpAuth.is_allowed_by(&["CUSTOM_AUTH_FLOW_ONLY"]));
    }

    #[test]
    fn admin_flows_are_for_the_admin_operation_alone() {
        assert!(!Flow::AdminNoSrpAuth.is_taken_by(Operation::InitiateAuth));
        assert!(Flow::AdminUserPasswordAuth.is_taken_by(Operation::AdminInitiateAuth));
        assert!(Flow::UserSrpAuth.is_taken_by(Operation::AdminInitiateAuth));
        assert!(!Flow::UserPasswordAuth.is_taken_by(Operation::AdminInitiateAuth));
    }

    #[test]
    fn names_of_a_clients_list_stand_for_flows() {
        assert_eq!(Flow::of_client_name("ALLOW_ADMIN_USER_PASSWORD_AUTH"), Some(Flow::AdminUserPasswordAuth));
        assert_eq!(Flow::of_client_name("ADMIN_NO_SRP_AUTH"), Some(Flow::AdminUserPasswordAuth));
        assert_eq!(Flow::of_client_name("ALLOW_REFRESH_TOKEN_AUTH"), Some(Flow::RefreshTokenAuth));
        assert_eq!(Flow::of_client_name("ALLOW_CLIENT_TOKEN_AUTH"), None);
    }
}
