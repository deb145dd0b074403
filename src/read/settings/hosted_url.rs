//! What the query of a hosted page's address says: `https://…amazoncognito.com/login?client_id=…`.

use crate::identifier;
use crate::read::SettingKind;
use crate::source::Loc;
use crate::value::Value;

use super::substitution;

/// The query parameters that are settings.
const PARAMETERS: &[(&str, SettingKind)] = &[
    ("client_id", SettingKind::ClientId),
    ("redirect_uri", SettingKind::RedirectUri),
    ("logout_uri", SettingKind::LogoutUri),
    ("scope", SettingKind::Scope),
    ("response_type", SettingKind::ResponseType),
];

/// The settings in the query of an address on a prefix domain: kind, parameter and value; none for any other address.
pub fn parameters(address: &str, loc: Loc) -> Vec<(SettingKind, &'static str, Value)> {
    if identifier::hosted_domain(address).is_none() {
        return Vec::new();
    }
    let value =
        |name| Some(substitution::value(&identifier::decoded(identifier::query_parameter(address, name)?), loc));
    PARAMETERS.iter().filter_map(|(name, kind)| Some((*kind, *name, value(name)?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{FileId, Span};

    #[test]
    fn the_query_of_a_login_address() {
        let loc = Loc { file: FileId(0), span: Span::new(0, 1) };
        let address = "https://my-shop.auth.us-east-1.amazoncognito.com/login?client_id=4q8rj2v0k7m5t1x9c3b6n8p2d0\
                       &response_type=code&scope=openid+email&redirect_uri=https%3A%2F%2Fshop.com%2F";
        let found = parameters(address, loc);
        let texts: Vec<_> = found.iter().map(|(kind, name, value)| (*kind, *name, value.text().unwrap())).collect();
        assert_eq!(
            texts,
            [
                (SettingKind::ClientId, "client_id", "4q8rj2v0k7m5t1x9c3b6n8p2d0"),
                (SettingKind::RedirectUri, "redirect_uri", "https://shop.com/"),
                (SettingKind::Scope, "scope", "openid email"),
                (SettingKind::ResponseType, "response_type", "code"),
            ]
        );
        assert!(parameters("https://accounts.google.com/o/oauth2?client_id=x", loc).is_empty());
    }
}
