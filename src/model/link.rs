//! How two things were found to be the same, and how far that can be trusted.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

use crate::source::Loc;

/// How sure it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confidence {
    /// A guess.
    Low,
    /// Something was taken for granted.
    Medium,
    /// Every step is written in the sources.
    High,
}

impl Confidence {
    /// Its name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// One step of a link, with its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// What kind of step.
    pub how: How,
    /// Where it is written.
    pub loc: Loc,
    /// The step for people: `SessionFunction.Environment`, `!Ref WebClient`.
    pub text: String,
}

/// The kinds of steps, strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum How {
    /// A reference inside one stack, or between a stack and its nested stacks.
    Reference,
    /// An export and its import, or an output that another place names.
    Output,
    /// A parameter store entry or a secret that the infrastructure itself writes.
    Store,
    /// The environment that the function or container of this code is given.
    Environment,
    /// A configuration key.
    Setting,
    /// A literal id that a file of deployed outputs names.
    KnownId,
    /// The same literal id on both sides.
    SameId,
    /// The same name on both sides, which nothing else has.
    SameName,
    /// An environment variable of that name, set for some other code only.
    EnvironmentName,
    /// Nothing else could be meant.
    OnlyCandidate,
    /// Nothing else could be meant in another repository, which may have nothing to do with this one.
    Guess,
}

impl How {
    /// The confidence of a link whose weakest step this is.
    pub fn confidence(self) -> Confidence {
        match self {
            Self::SameName | Self::EnvironmentName | Self::OnlyCandidate => Confidence::Medium,
            Self::Guess => Confidence::Low,
            _ => Confidence::High,
        }
    }
}

/// What was taken for granted, each with its place.
type Assumptions = Vec<(Arc<str>, Loc)>;

/// What a conclusion rests on. Views lower it whenever they answer from something assumed or cannot answer; clones share
/// it, so that a rule cannot forget what it looked at.
#[derive(Clone, Debug)]
pub struct Trust {
    confidence: Rc<Cell<Confidence>>,
    assumed: Rc<RefCell<Assumptions>>,
}

impl Default for Trust {
    fn default() -> Self {
        Self { confidence: Rc::new(Cell::new(Confidence::High)), assumed: Rc::default() }
    }
}

impl Trust {
    /// Trust of this much.
    pub fn of(confidence: Confidence) -> Self {
        let trust = Self::default();
        trust.lower(confidence);
        trust
    }

    /// Trust in a chain of steps: that of its weakest.
    pub fn in_steps<'a>(steps: impl IntoIterator<Item = &'a Step>) -> Self {
        let trust = Self::default();
        for step in steps {
            trust.lower(step.how.confidence());
        }
        trust
    }

    /// Something less sure was looked at.
    pub fn lower(&self, to: Confidence) {
        self.confidence.set(self.confidence.get().min(to));
    }

    /// A value was taken for granted: `the default of parameter Stage`.
    pub fn assume(&self, what: &Arc<str>, loc: Loc) {
        self.lower(Confidence::Medium);
        let mut assumed = self.assumed.borrow_mut();
        if !assumed.iter().any(|(mine, _)| mine == what) {
            assumed.push((what.clone(), loc));
        }
    }

    /// The confidence that is left.
    pub fn confidence(&self) -> Confidence {
        self.confidence.get()
    }

    /// What was taken for granted, with its places.
    pub fn assumed(&self) -> Vec<(Arc<str>, Loc)> {
        self.assumed.borrow().clone()
    }
}
