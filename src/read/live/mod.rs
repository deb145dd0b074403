//! What accounts answered: resources in CloudFormation shape, the ids that exist, the stacks that they belong to.
//!
//! Each answer becomes a source file of its own, so that all that is said of an account has its line there. Nothing is
//! called from here: recorded answers serve as well as those that were just given.

use std::sync::Arc;

use crate::account::{Audit, Operation};
use crate::read::{Facts, Note, Resource, SettingKind};
use crate::source::{Loc, SourceMap};

mod answers;
mod ids;
mod mfa;
pub mod place;
mod resources;
mod shape;
mod stacks;
#[cfg(test)]
mod tests;
mod texts;
mod values;

use answers::Answers;

/// What accounts were found to hold.
#[derive(Debug, Default)]
pub struct Holdings {
    /// The resources, in the order of the answers.
    pub resources: Vec<Holding>,
    /// The stacks that some of them belong to.
    pub stacks: Vec<Deployment>,
    /// Which lists were read to their end.
    pub listings: Vec<Listing>,
    /// There may be pools or clients that were not told.
    pub hides_ids: bool,
}

impl Holdings {
    /// Adds what another reading found.
    pub fn extend(&mut self, other: Self) {
        self.resources.extend(other.resources);
        self.stacks.extend(other.stacks);
        self.listings.extend(other.listings);
        self.hides_ids |= other.hides_ids;
    }
}

/// A resource as an account has it.
#[derive(Clone, Debug)]
pub struct Holding {
    /// The resource, with what was answered as its properties.
    pub resource: Resource,
    /// The id that the service gave it: of a pool, a client, an identity pool; of others what tells them apart.
    pub id: Arc<str>,
}

/// A stack as CloudFormation tells it.
#[derive(Clone, Debug, PartialEq)]
pub struct Deployment {
    /// Its name.
    pub name: Arc<str>,
    /// Its resources.
    pub members: Vec<Member>,
}

/// A resource of a stack as CloudFormation tells it.
#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    /// Its logical id.
    pub logical: Arc<str>,
    /// Its id in the account.
    pub physical: Arc<str>,
    /// Its type.
    pub type_name: Arc<str>,
    /// Where this is told.
    pub loc: Loc,
}

/// A list of ids that was read to its end: what is not in it does not exist there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing {
    /// Ids of what.
    pub kind: SettingKind,
    /// In which account.
    pub account: Arc<str>,
    /// In which Region.
    pub region: Arc<str>,
    /// Of clients, those of which pool.
    pub pool: Option<Arc<str>>,
}

/// Reads the answers of an audit, whose texts join `sources`. What its gaps would have told is unknown.
pub fn read(audit: &Audit, sources: &mut SourceMap) -> Facts {
    let answers = Answers::new(&audit.answers, sources);
    let mut facts = Facts::default();
    facts.live.resources = resources::read(&answers);
    facts.live.stacks = stacks::read(&answers);
    facts.live.listings = ids::listings(&answers, &audit.gaps);
    facts.live.hides_ids = audit.gaps.iter().any(|gap| gap.loses(Operation::ListUserPoolClients));
    facts.known = ids::known(&facts.live.resources, &facts.live.stacks);
    facts.notes.extend(answers.broken().map(|(asked, file)| Note {
        kind: "live-gap",
        message: format!(
            "the answer to {} cannot be understood, so that its part of the account is not known",
            asked.operation
        ),
        file: Some(file),
        loc: None,
    }));
    facts
}
