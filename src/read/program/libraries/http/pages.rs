//! Addresses of the sign-in pages: a text with such an address and its query sends the user there.

use super::{LIBRARY, address};
use crate::read::Operation;
use crate::read::program::domain::{Args, Callee, Kind, Val};
use crate::read::program::evaluator::Evaluator;
use crate::read::program::functions::Site;
use crate::read::program::libraries::owner::{self, Owner};
use crate::read::program::record::Meaning;

const AUTHORIZE: &str = "/oauth2/authorize";
const LOGIN: &str = "/login";

/// A text that may be the address of a sign-in page.
pub(in super::super) fn address(ev: &mut Evaluator<'_>, text: &Val, site: Site) {
    let Kind::Concat(parts) = &text.kind else { return };
    let mentions = |page: &str| {
        let asks = |text: &str| text.split(page).skip(1).any(|rest| rest.starts_with('?'));
        parts.iter().any(|part| part.text().is_some_and(|text| asks(text)))
    };
    let is_authorize = mentions(AUTHORIZE);
    if !is_authorize && !mentions(LOGIN) {
        return;
    }
    let (page, query) = address::split(ev, text);
    let is_cognitos = match owner::of(&page) {
        Some(owner) => owner == Owner::Cognito,
        None => is_authorize && ev.mentions_cognito(site.scope),
    };
    if !is_cognitos {
        return;
    }
    let parameters = query.unwrap_or_else(|| ev.dynamic(text.loc));
    let meaning = Meaning::new(Operation::Authorize, parameters, LIBRARY, "authorize");
    ev.record(meaning, &Callee::Value(text.clone()), &Args::default(), site);
}
