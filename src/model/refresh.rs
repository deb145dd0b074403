//! Refresh tokens: what a call makes of the one it is answered with.

use std::sync::Arc;

use crate::read::{Operation, Store};
use crate::value::Value;

use super::case::Case;

/// The names of the refresh token in answers of the user pools API and of the token endpoint.
const NAMES: &[&str] = &["RefreshToken", "refresh_token"];

impl<'m> Case<'m> {
    /// Whether the call trades a refresh token for new tokens, at the user pools API or at `/oauth2/token`.
    pub fn trades_refresh_token(&self) -> bool {
        self.is_refresh() || self.is_oauth_refresh()
    }

    /// The grant that a call of `/oauth2/token` names, where it is known.
    pub fn grant(&self) -> Option<&'m str> {
        self.parameter(&["grant_type"])
            .value()
            .filter(|_| self.call.operation == Operation::Token)
            .and_then(Value::text)
    }

    /// Whether the refresh token of the answer is certainly not looked at, although the answer is.
    pub fn ignores_refresh_token(&self) -> bool {
        let reads = &self.call.reads;
        let is_read = reads.paths.iter().chain(self.call.stores.iter().map(|store| &store.path)).any(names_it);
        !reads.paths.is_empty() && !reads.escapes && !is_read && !self.automatic().stores_tokens
    }

    /// Whether the refresh token of the answer is looked at.
    pub fn reads_refresh_token(&self) -> bool {
        self.call.reads.paths.iter().any(names_it)
    }

    /// Where the refresh token of the answer is stored.
    pub fn refresh_token_stores(&self) -> impl Iterator<Item = &'m Store> {
        self.call.stores.iter().filter(|store| names_it(&store.path))
    }
}

fn names_it(path: &Arc<str>) -> bool {
    path.rsplit('.').next().is_some_and(|last| NAMES.contains(&last))
}
