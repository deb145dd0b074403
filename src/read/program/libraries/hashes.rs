//! Hashes that are fed statement by statement: `hmac.update(x); return hmac.digest("base64")`.

use super::super::domain::{Callee, Kind, Val};
use super::super::evaluator::Evaluator;
use super::{Invocation, root};

/// The packages of this family.
pub(super) const PACKAGES: &[&str] = &["crypto", "hmac", "hashlib", "@aws-crypto"];

/// Feeds a hash, or goes on with what it was fed.
pub(super) fn call(ev: &mut Evaluator<'_>, call: &Invocation<'_>) -> Option<Val> {
    let (receiver, name) = call.method()?;
    let Kind::Opaque(hash) = &receiver.kind else { return None };
    let name_of_root = root(receiver)?;
    if !matches!(name_of_root.name(), "createHmac" | "createHash" | "new" | "Sha256" | "sha256") {
        return None;
    }
    let fed = ev.library_state.fed.get(&hash.id).cloned();
    if &**name != "update" && fed.is_none() {
        return None;
    }
    let callee = Callee::Method { receiver: fed.unwrap_or_else(|| receiver.clone()), name: name.clone() };
    let answer = ev.answer(callee, call.args.clone(), false, call.site.loc);
    if &**name == "update" {
        ev.library_state.fed.insert(hash.id, answer.clone());
    }
    Some(answer)
}
