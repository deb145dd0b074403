//! Following references until infrastructure and code meet.

use std::cell::Cell;
use std::sync::Arc;

use crate::read::settings::keys;
use crate::read::{KnownId, Reader, Setting, SettingKind};
use crate::source::Loc;
use crate::value::{Alternative, Kind, Reference, ResourceKey, Value};
use crate::when::When;

use super::Model;
use super::link::{Confidence, How, Step};

/// How many references are followed one after the other.
const DEEPEST: usize = 16;

/// How many steps are taken for one value, whatever its alternatives lead to.
const MOST_STEPS: u32 = 20_000;

/// The attribute of [`Target::Resource`] for a longer text with the resource in it.
pub const AROUND: &str = "text around it";

/// What a value turned out to be, under one condition.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The condition.
    pub when: When,
    /// What it is.
    pub target: Target,
    /// How that was found.
    pub steps: Vec<Step>,
    /// The value at the end of the chain; its place is the last one that was looked at.
    pub value: Value,
    /// It is a fallback (`process.env.X ?? "local"`) and what comes before it leads nowhere in this scan: where that is
    /// set, it is something else.
    pub is_fallback: bool,
}

/// What a value points at.
#[derive(Clone, Debug, PartialEq)]
pub enum Target {
    /// An attribute of a resource (its number): `Ref`, `Arn`, `ClientSecret`, …
    Resource(usize, Arc<str>),
    /// A text.
    Literal(Arc<str>),
    /// Something that another scan, or only a deployment, knows: an import, a secret, a parameter of another stack.
    Elsewhere,
    /// It cannot be told.
    Unknown,
}

impl Outcome {
    /// How sure it is what it points at, steps aside: a text that stands in for an unset value is only likely.
    pub fn confidence(&self) -> Confidence {
        if self.is_fallback && self.target.literal().is_some() { Confidence::Medium } else { Confidence::High }
    }
}

impl Target {
    /// The text, if it is one.
    pub fn literal(&self) -> Option<&str> {
        if let Self::Literal(text) = self { Some(text) } else { None }
    }
}

/// How far a value is followed.
#[derive(Clone, Copy)]
struct Bound<'b> {
    deepest: usize,
    steps: &'b Cell<u32>,
}

impl Bound<'_> {
    /// What is left after one more step; `None` where nothing is.
    fn further(self) -> Option<Self> {
        self.steps.set(self.steps.get().checked_sub(1)?);
        Some(Self { deepest: self.deepest.checked_sub(1)?, ..self })
    }
}

/// Whether a fallback stands for no value: `process.env.X ?? ""`.
fn says_nothing(alternative: &Alternative) -> bool {
    let is_empty = alternative.value.is_unknown() || alternative.value.text() == Some("");
    alternative.fallback && alternative.when.is_always() && is_empty
}

impl Model {
    /// Follows a value that is used at `at` (the code that runs, or the template) to what it points at: one outcome for
    /// every alternative. Never empty.
    pub fn resolve(&self, value: &Value, at: Loc) -> Vec<Outcome> {
        let mut outcomes = Vec::new();
        let start = Outcome {
            when: When::always(),
            target: Target::Unknown,
            steps: Vec::new(),
            value: value.clone(),
            is_fallback: false,
        };
        let steps = Cell::new(MOST_STEPS);
        self.follow(start, at, &mut outcomes, Bound { deepest: DEEPEST, steps: &steps });
        outcomes
    }

    fn follow(&self, from: Outcome, at: Loc, found: &mut Vec<Outcome>, bound: Bound<'_>) {
        let Some(bound) = bound.further() else {
            found.push(Outcome { target: Target::Unknown, ..from });
            return;
        };
        let value = from.value.clone();
        match &value.kind {
            Kind::Text(text) | Kind::Number(text) => {
                let target = Target::Literal(text.clone());
                self.follow_known_id(Outcome { target, ..from }, found, bound);
            }
            Kind::OneOf(alternatives) => found.extend(self.follow_alternatives(alternatives, &from, at, bound)),
            Kind::Reference(reference) => self.follow_reference(reference, from, at, found, bound),
            Kind::Concat(parts) => self.follow_parts(parts, from, at, found, bound),
            _ => found.push(Outcome { target: Target::Unknown, ..from }),
        }
    }

    /// A fallback is only taken where the alternatives before it lead nowhere.
    fn follow_alternatives(
        &self,
        alternatives: &[Alternative],
        from: &Outcome,
        at: Loc,
        bound: Bound<'_>,
    ) -> Vec<Outcome> {
        let mut found: Vec<Outcome> = Vec::new();
        let mut decided = false;
        for alternative in alternatives.iter().filter(|alternative| !says_nothing(alternative)) {
            if alternative.fallback && decided {
                break;
            }
            let Some(when) = from.when.and(&alternative.when).filter(|when| self.is_satisfiable(when)) else {
                continue;
            };
            if alternative.fallback {
                found.clear();
            }
            let before = found.len();
            let is_fallback = from.is_fallback || alternative.fallback;
            let next = Outcome { when, value: alternative.value.clone(), is_fallback, ..from.clone() };
            self.follow(next, at, &mut found, bound);
            decided |= found[before..].iter().any(|outcome| outcome.target != Target::Unknown);
        }
        if found.is_empty() {
            found.push(Outcome { target: Target::Unknown, ..from.clone() });
        }
        found
    }

    /// A text of known parts is a literal; a text around one resource (an issuer around a pool's id) points at that
    /// resource, by the attribute [`AROUND`].
    fn follow_parts(&self, parts: &[Value], from: Outcome, at: Loc, found: &mut Vec<Outcome>, bound: Bound<'_>) {
        let mut text = String::new();
        let mut resource = None;
        let mut is_text = true;
        for part in parts {
            let mut outcomes = Vec::new();
            self.follow(Outcome { value: part.clone(), steps: Vec::new(), ..from.clone() }, at, &mut outcomes, bound);
            match outcomes.as_slice() {
                [Outcome { target: Target::Literal(part), .. }] => text.push_str(part),
                [Outcome { target: Target::Resource(number, _), steps, .. }] if resource.is_none() => {
                    resource = Some((*number, steps.clone()));
                }
                [Outcome { target: Target::Elsewhere, .. }] => is_text = false,
                _ => {
                    found.push(Outcome { target: Target::Unknown, ..from });
                    return;
                }
            }
        }
        let mut steps = from.steps.clone();
        let target = match resource {
            Some((number, more)) => {
                steps.extend(more);
                Target::Resource(number, AROUND.into())
            }
            None if is_text => Target::Literal(text.into()),
            None => Target::Elsewhere,
        };
        found.push(Outcome { target, steps, ..from });
    }

    fn follow_reference(
        &self,
        reference: &Reference,
        from: Outcome,
        at: Loc,
        found: &mut Vec<Outcome>,
        bound: Bound<'_>,
    ) {
        let loc = from.value.loc;
        let step = |how, text: String| Step { how, loc, text };
        match reference {
            Reference::Attribute { resource, attribute } => {
                let Some(number) = self.number_of(resource) else {
                    found.push(Outcome { target: Target::Elsewhere, ..from });
                    return;
                };
                let text = match (&**attribute, resource.name()) {
                    (_, address) if address.contains('.') => address.to_owned(),
                    ("Ref", name) => format!("!Ref {name}"),
                    (attribute, name) => format!("!GetAtt {name}.{attribute}"),
                };
                let mut steps = from.steps;
                steps.push(step(How::Reference, text));
                found.push(Outcome { target: Target::Resource(number, attribute.clone()), steps, ..from });
            }
            Reference::Environment(name) => {
                let providers = self.environments.providers(name, &self.facts, &self.sources, at);
                if providers.is_empty() {
                    found.push(Outcome { target: Target::Unknown, ..from.clone() });
                }
                for provided in providers {
                    let text = format!("{name} → {}", provided.by);
                    self.step(&from, Step { how: provided.how, loc: provided.loc, text }, provided.value, found, bound);
                }
            }
            Reference::Setting(key) => {
                // A key that leads back to itself leads nowhere.
                let prefix = format!("{key} → ");
                let is_circle =
                    from.steps.iter().any(|step| step.how == How::Setting && step.text.starts_with(&prefix));
                let settings = if is_circle { Vec::new() } else { self.settings_for(key, at) };
                if settings.is_empty() {
                    found.push(Outcome { target: Target::Unknown, ..from.clone() });
                }
                for setting in settings {
                    let text =
                        format!("{prefix}{}", self.sources.file(setting.loc.file).path.file_name().unwrap_or_default());
                    self.step(&from, Step { how: How::Setting, loc: setting.loc, text }, &setting.value, found, bound);
                }
            }
            Reference::Export(name) => match self.export(name, loc) {
                Some(output) => {
                    self.step(
                        &from,
                        Step { how: How::Output, loc: output.loc, text: format!("!ImportValue {name}") },
                        &output.value,
                        found,
                        bound,
                    );
                }
                None => found.push(Outcome { target: Target::Elsewhere, ..from }),
            },
            Reference::Output { stack, name } => match self.output(stack, name, loc) {
                Some((output, how)) => {
                    let text = format!("output {name} of {stack}");
                    self.step(&from, Step { how, loc: output.loc, text }, &output.value, found, bound);
                }
                None => found.push(Outcome { target: Target::Elsewhere, ..from }),
            },
            Reference::SsmParameter(name) => match self.stored_as(&self.stored, name, loc) {
                Some(value) => {
                    let text = format!("parameter store {name}");
                    self.step(&from, Step { how: How::Store, loc: value.loc, text }, value, found, bound);
                }
                None => found.push(Outcome { target: Target::Elsewhere, ..from }),
            },
            Reference::Secret { name, field } => {
                let field_of = |said: &'_ Value| said.field(field).value().filter(|value| !value.is_unknown()).cloned();
                match self.stored_as(&self.secrets, name, loc).and_then(field_of) {
                    Some(value) => {
                        let text = format!("secret {name}");
                        self.step(&from, Step { how: How::Store, loc: value.loc, text }, &value, found, bound);
                    }
                    None => found.push(Outcome { target: Target::Elsewhere, ..from }),
                }
            }
            Reference::Pseudo(_) => found.push(Outcome { target: Target::Elsewhere, ..from }),
            Reference::Parameter { .. } => found.push(Outcome { target: Target::Unknown, ..from }),
        }
    }

    fn step(&self, from: &Outcome, step: Step, to: &Value, found: &mut Vec<Outcome>, bound: Bound<'_>) {
        let mut steps = from.steps.clone();
        let at = step.loc;
        steps.push(step);
        self.follow(Outcome { target: Target::Unknown, steps, value: to.clone(), ..from.clone() }, at, found, bound);
    }

    /// A literal id that a state names is the resource that has it; one that a file of deployed outputs names is the
    /// resource behind that output.
    fn follow_known_id(&self, from: Outcome, found: &mut Vec<Outcome>, bound: Bound<'_>) {
        let known = from.target.literal().and_then(|id| self.known_id(id));
        if let Some((known, number)) = known.and_then(|known| Some((known, self.number_of(known.resource.as_ref()?)?)))
        {
            let address = known.resource.as_ref().map(|key| &*key.id).unwrap_or_default();
            let is_own = address == &*known.id;
            let text = if is_own { "in the account".to_owned() } else { format!("deployed as {address}") };
            let mut steps = from.steps;
            steps.push(Step { how: self.how_known(known), loc: known.loc, text });
            found.push(Outcome { target: Target::Resource(number, "Ref".into()), steps, ..from });
            return;
        }
        let output = known
            .and_then(|known| Some((known, self.output(known.stack.as_ref()?, known.output.as_ref()?, known.loc)?)));
        match output {
            Some((known, (output, how)))
                if !from.steps.iter().any(|step| matches!(step.how, How::KnownId | How::Guess)) =>
            {
                let text = format!("deployed as output {}", output.name);
                let before = found.len();
                let how = how.max(How::KnownId);
                self.step(&from, Step { how, loc: known.loc, text }, &output.value, found, bound);
                if !found[before..].iter().any(|outcome| matches!(outcome.target, Target::Resource(..))) {
                    found.truncate(before);
                    found.push(from);
                }
            }
            _ => found.push(from),
        }
    }

    /// What a file of deployed outputs says about a literal id.
    pub fn known_id(&self, id: &str) -> Option<&KnownId> {
        self.seek_ids();
        self.known.get(id).and_then(|number| self.facts.known.get(*number))
    }

    /// The settings that a key read at a place means: of that key, else of that kind given to a library, in the same app
    /// before any other of the repository.
    fn settings_for(&self, key: &str, at: Loc) -> Vec<&Setting> {
        let app = self.apps.of_file(at.file);
        let in_app = |setting: &&Setting| self.apps.of_file(setting.loc.file) == app;
        let repository = self.sources.repository(at.file);
        let readable = |setting: &&Setting| {
            let is_read = !setting.example && matches!(setting.reader, Reader::Configuration | Reader::Library);
            is_read && self.sources.repository(setting.loc.file) == repository
        };
        let exact: Vec<&Setting> =
            self.facts.settings.iter().filter(|setting| &*setting.key == key).filter(readable).collect();
        let near: Vec<&Setting> = exact.iter().copied().filter(in_app).collect();
        if !exact.is_empty() {
            return if near.is_empty() { exact } else { near };
        }
        // A constant's name stands before the keys that code reads of it.
        let inner = |setting: &&Setting| setting.key.split_once('.').is_some_and(|(_, inner)| inner == key);
        let inner: Vec<&Setting> = self
            .facts
            .settings
            .iter()
            .filter(inner)
            .filter(readable)
            .filter(in_app)
            .filter(|_| key.contains('.'))
            .collect();
        if !inner.is_empty() {
            return inner;
        }
        let Some(kind) = keys::kind_of(key, None) else { return Vec::new() };
        let given = |setting: &&Setting| setting.kind == kind && setting.reader == Reader::Library;
        self.facts.settings.iter().filter(given).filter(readable).filter(in_app).collect()
    }

    /// The number of the resource with a key.
    pub fn number_of(&self, key: &ResourceKey) -> Option<usize> {
        self.by_key.get(key).copied()
    }

    /// Whether the stacks' parameters can be such that a condition holds.
    pub fn is_satisfiable(&self, when: &When) -> bool {
        when.is_always()
            || self
                .facts
                .stacks
                .iter()
                .filter(|stack| when.tests().iter().any(|test| test.scope == stack.id))
                .all(|stack| stack.conditions.satisfiable(when))
    }

    /// Whether a literal of this kind is among the ids known to exist; `None` where nothing of that kind is known. What an
    /// account has counts where the project declares nothing itself.
    pub fn is_known(&self, kind: SettingKind, id: &str) -> Option<bool> {
        let counts = |known: &&KnownId| known.kind == kind && (!known.is_live || !self.declares());
        let mut any = false;
        for known in self.facts.known.iter().filter(counts) {
            if &*known.id == id {
                return Some(true);
            }
            any = true;
        }
        any.then_some(false)
    }
}
