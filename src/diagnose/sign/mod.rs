//! Signs: what speaks for a cause or against it, and what would but is not known.
//!
//! A sign decides where it leaves no other reading: a claim of the token, a member of the refused request, an event of that
//! very user. What the scan knows is strong at most, since the account may differ from the files.

use crate::identifier::user_pool_region;

use super::case::{Case, Change, Share};
use super::event::Event;
use super::scanned::Choice;
use super::session::Session;
use super::token::Token;

pub mod client;
pub mod device;
pub mod flow;
pub mod lifetime;
pub mod rotation;
pub mod secret;
pub mod session;

/// Behind what is known of a user whom no event names.
const BY_CALLER: &str = "; the user is known by address and program only";

/// Looks at a case for one kind of sign.
pub type Test = fn(&Case<'_>, &mut Signs);

/// How much a sign says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// A little.
    Some,
    /// Much.
    Strong,
    /// Everything.
    Deciding,
}

impl Weight {
    /// Its name in documents.
    pub fn name(self) -> &'static str {
        match self {
            Self::Some => "some",
            Self::Strong => "strong",
            Self::Deciding => "deciding",
        }
    }

    /// What it counts in a ranking.
    pub fn points(self) -> i32 {
        match self {
            Self::Some => 1,
            Self::Strong => 3,
            Self::Deciding => 10,
        }
    }

    /// One step less.
    #[must_use]
    pub fn weaker(self) -> Self {
        if self == Self::Deciding { Self::Strong } else { Self::Some }
    }
}

/// A sign.
#[derive(Clone, Debug)]
pub struct Sign {
    /// It speaks for the cause, not against it.
    pub is_for: bool,
    /// How much it says.
    pub weight: Weight,
    /// What it is, in a sentence without a full stop.
    pub text: String,
    /// Where it stands.
    pub place: Option<String>,
}

/// The signs of one cause.
#[derive(Clone, Debug, Default)]
pub struct Signs {
    /// What is known.
    pub known: Vec<Sign>,
    /// What is not, and how it would be.
    pub unknown: Vec<String>,
}

impl Signs {
    /// Something speaks for the cause.
    pub fn speak_for(&mut self, weight: Weight, text: impl Into<String>, place: impl Into<Option<String>>) {
        self.known.push(Sign { is_for: true, weight, text: text.into(), place: place.into() });
    }

    /// Something speaks against it.
    pub fn speak_against(&mut self, weight: Weight, text: impl Into<String>, place: impl Into<Option<String>>) {
        self.known.push(Sign { is_for: false, weight, text: text.into(), place: place.into() });
    }

    /// Something speaks for it if it is so, else against it.
    pub fn speak(&mut self, is_for: bool, weight: Weight, text: impl Into<String>, place: impl Into<Option<String>>) {
        self.known.push(Sign { is_for, weight, text: text.into(), place: place.into() });
    }

    /// Something is not known that would speak: what, and how to learn it.
    pub fn miss(&mut self, what: impl Into<String>) {
        let what = what.into();
        if !self.unknown.contains(&what) {
            self.unknown.push(what);
        }
    }

    /// What a token says: it decides where it is of all that were refused.
    fn token(&mut self, case: &Case<'_>, token: &Token, is_for: bool, weight: Weight, text: &str) {
        let share = case.share_of(token);
        let weight = if share.is_all() { weight } else { weight.min(Weight::Strong) };
        self.speak(is_for, weight, format!("{text}{}", share.shown()), token.source.to_string());
    }

    /// What a change of the pool or a client says that lies before refusals.
    fn change(&mut self, change: &Change<'_>, is_for: bool, weight: Weight, text: &str) {
        self.changed(change, change.before, is_for, weight, text);
    }

    /// What a change says that lies in the refused sessions. It is little where no event tells when they began.
    fn change_within(&mut self, change: &Change<'_>, is_for: bool, weight: Weight, text: &str) {
        let weight = if change.is_timed { weight } else { Weight::Some };
        self.changed(change, change.within, is_for, weight, text);
    }

    /// Where a change may be of another pool, it says little.
    fn changed(&mut self, change: &Change<'_>, share: Share, is_for: bool, weight: Weight, text: &str) {
        let (most, whose) = match (change.choice, change.event.pool.as_deref()) {
            (Choice::ById | Choice::Only, _) => (weight, String::new()),
            (Choice::Any, Some(pool)) => {
                (Weight::Some, format!("; that was pool {pool}, the one of the refused call is not known"))
            }
            (Choice::Any, None) => (Weight::Some, "; its pool is not named".to_owned()),
        };
        let text = format!("{text}{}{whose}", share.shown());
        self.speak(is_for, share.weigh(weight.min(most)), text, change.event.shown_place());
    }

    /// What the sessions say, each by an event: all of them much, some of them a little.
    fn sessions<'a>(
        &mut self,
        case: &Case<'a>,
        is_so: impl Fn(&Session<'a>) -> Option<(bool, &'a Event)>,
        text: impl Fn(bool, &Event) -> String,
    ) {
        let told: Vec<(bool, &Event, bool)> = case
            .sessions
            .iter()
            .filter_map(|session| is_so(session).map(|(is_so, event)| (is_so, event, session.is_by_name(event))))
            .collect();
        for side in [true, false] {
            let Some((_, event, is_by_name)) = told.iter().find(|(is_so, ..)| *is_so == side) else { continue };
            let share = Share { count: told.iter().filter(|(is_so, ..)| *is_so == side).count(), of: told.len() };
            let weight = share.weigh(Weight::Strong);
            let weight = if *is_by_name { weight } else { weight.weaker() };
            let by = if *is_by_name { "" } else { BY_CALLER };
            self.speak(side, weight, format!("{}{}{by}", text(side, event), share.shown()), event.shown_place());
        }
    }
}

impl Share {
    /// What a sign of this weight is worth that holds for them: a few are always refused for something else.
    pub fn weigh(self, weight: Weight) -> Weight {
        match () {
            () if self.is_all() => weight,
            () if self.is_most() => weight.min(Weight::Strong),
            () => Weight::Some,
        }
    }
}

/// What the scan says is strong where it is certain which resource is meant, and little otherwise.
fn weight_of(choice: Choice) -> Weight {
    if choice == Choice::Any { Weight::Some } else { Weight::Strong }
}

/// How the scan's resource was chosen, behind what it says.
fn chosen(choice: Choice, what: &str) -> String {
    match choice {
        Choice::ById => String::new(),
        Choice::Only => format!(", the only {what} of the scan,"),
        Choice::Any => format!(", as all {what}s of the scan that may be meant,"),
    }
}

/// A client's id as it is put into a command that people copy, or a stand-in. Whoever calls the service chooses the id that is
/// recorded.
fn client_argument<'a>(case: &Case<'a>) -> &'a str {
    let is_id = |id: &&str| id.bytes().all(|byte| byte.is_ascii_alphanumeric());
    case.client().filter(is_id).unwrap_or("<client id>")
}

/// The same for a pool's id.
fn pool_argument<'a>(case: &Case<'a>) -> &'a str {
    case.pool_at_hand().filter(|id| user_pool_region(id).is_some()).unwrap_or("<pool id>")
}
