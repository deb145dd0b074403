//! Whose a client, an endpoint or a setting is: Cognito's or another provider's.

use super::super::domain::{Answered, Callee, Kind, Source, Val};
use crate::identifier;
use crate::read::settings::keys;
use crate::value::Reference;

/// Values inside each other that are looked at.
const DEEPEST: u32 = 6;
/// What stands in the hosts of the service alone.
const HOSTS: &[&str] = &["amazoncognito.com", "cognito-idp."];

/// Who is behind something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Owner {
    Cognito,
    Other,
}

/// What a value tells: a host of the service decides, then the name of another provider, then Cognito's. `None` where it
/// says nothing.
pub(super) fn of(val: &Val) -> Option<Owner> {
    let mut signs = Signs::default();
    signs.look(val, DEEPEST);
    match signs {
        Signs { host: true, .. } => Some(Owner::Cognito),
        Signs { other: true, .. } => Some(Owner::Other),
        Signs { named: true, .. } => Some(Owner::Cognito),
        _ => None,
    }
}

#[derive(Default)]
struct Signs {
    host: bool,
    named: bool,
    other: bool,
}

impl Signs {
    fn look(&mut self, val: &Val, depth: u32) {
        let Some(depth) = depth.checked_sub(1) else { return };
        match &val.kind {
            Kind::Text(text) => self.text(text),
            Kind::Concat(parts) => parts.iter().for_each(|part| self.look(part, depth)),
            Kind::OneOf(alts) => alts.iter().for_each(|alt| self.look(&alt.val, depth)),
            Kind::Symbol(symbol) => self.name(&symbol.path),
            Kind::Reference(reference) => match &**reference {
                Reference::Environment(name) | Reference::Setting(name) => self.name(name),
                _ => {}
            },
            Kind::Opaque(opaque) => match &opaque.source {
                Source::Input { name, .. } | Source::Import(name) => self.name(name),
                Source::Member { of, key } => {
                    self.name(key);
                    self.look(of, depth);
                }
                Source::Answer(Answered { callee, args, .. }) => {
                    if let Callee::Method { receiver, .. } = callee {
                        self.look(receiver, depth);
                    }
                    args.all().for_each(|argument| self.look(argument, depth));
                }
                Source::Dynamic | Source::Limit => {}
            },
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        self.host |= HOSTS.iter().any(|host| text.contains(host));
        self.named |= identifier::is_generated_client_id(text) || text.contains("cognito");
        self.other |= keys::is_host_of_another(text);
    }

    fn name(&mut self, name: &str) {
        self.named |= keys::names_cognito(name);
        self.other |= keys::names_another(name);
    }
}
