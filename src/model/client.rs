//! An app client.

use std::ops::Deref;

use crate::source::Loc;
use crate::value::{Field, Value};

use super::Model;
use super::defaults::EXPLICIT_AUTH_FLOWS;
use super::flow::Flow;
use super::view::{Known, View};
use super::written::WrittenList;

/// The resource type.
pub const TYPE: &str = "AWS::Cognito::UserPoolClient";

/// An app client in one of its variants.
#[derive(Clone, Debug)]
pub struct Client<'m>(View<'m>);

impl<'m> Deref for Client<'m> {
    type Target = View<'m>;

    fn deref(&self) -> &View<'m> {
        &self.0
    }
}

/// Whether a client allows a flow, and where that is written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Allows {
    /// It does.
    Yes,
    /// It does not: by the list that stands there, or (no place) by the service's default.
    No(Option<Loc>),
    /// It cannot be told.
    Unknown,
}

impl<'m> Client<'m> {
    /// A client over a resource of type [`TYPE`].
    pub fn new(view: View<'m>) -> Self {
        Self(view)
    }

    /// The list of flows where it is written as it is, in place.
    pub fn written_flows<'a>(&self, model: &'a Model) -> Option<WrittenList<'a>> {
        model.written_list(self, &["ExplicitAuthFlows"])
    }

    /// The flows as written, with their places.
    pub fn explicit_auth_flows(&self) -> Known<Vec<(&'m str, Loc)>> {
        self.texts(&["ExplicitAuthFlows"])
    }

    /// Whether a flow is allowed, by the list or by the service's default for none. What an empty list does is not
    /// documented.
    pub fn allows(&self, flow: Flow) -> Allows {
        match self.explicit_auth_flows() {
            Known::Set(list, _) if list.is_empty() => Allows::Unknown,
            Known::Set(list, loc) => {
                let names: Vec<&str> = list.iter().map(|(name, _)| *name).collect();
                if flow.is_allowed_by(&names) { Allows::Yes } else { Allows::No(Some(loc)) }
            }
            Known::Unset if flow.is_allowed_by(EXPLICIT_AUTH_FLOWS) => Allows::Yes,
            Known::Unset => Allows::No(None),
            Known::Unknown => Allows::Unknown,
        }
    }

    /// Whether the client has a secret (`false` where `GenerateSecret` is left out and no `ClientSecret` is given); `None`
    /// where it cannot be told.
    pub fn has_secret(&self) -> Option<bool> {
        match self.field(&["ClientSecret"]) {
            Field::Present(_) => return Some(true),
            Field::Absent => {}
            Field::Sometimes(_) | Field::Unknown => return None,
        }
        self.boolean_or_default(&["GenerateSecret"])
    }

    /// Where the secret is asked for, else the client's own place.
    pub fn secret_loc(&self) -> Loc {
        let written = self.property_loc(&["GenerateSecret"]).or_else(|| self.property_loc(&["ClientSecret"]));
        written.unwrap_or(self.loc())
    }

    /// Whether refresh tokens rotate; `None` where it cannot be told.
    pub fn rotates_refresh_tokens(&self) -> Option<bool> {
        self.text_or_default(&["RefreshTokenRotation", "Feature"]).map(|feature| feature == "ENABLED")
    }

    /// Where rotation is written, else the client's own place.
    pub fn rotation_loc(&self) -> Loc {
        self.property_loc(&["RefreshTokenRotation"]).unwrap_or(self.loc())
    }

    /// The OAuth grants that the client allows: empty where it is not enabled for OAuth; `None` where it cannot be told.
    pub fn oauth_flows(&self) -> Option<Vec<&'m str>> {
        match self.boolean_or_default(&["AllowedOAuthFlowsUserPoolClient"]) {
            Some(false) => Some(Vec::new()),
            Some(true) => match self.texts(&["AllowedOAuthFlows"]) {
                Known::Set(list, _) => Some(list.into_iter().map(|(name, _)| name).collect()),
                Known::Unset => Some(Vec::new()),
                Known::Unknown => None,
            },
            None => None,
        }
    }

    /// The pool's id as the client names it.
    pub fn user_pool_id(&self) -> Option<&'m Value> {
        self.field(&["UserPoolId"]).value()
    }
}
