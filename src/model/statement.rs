//! Where each identifier is stated: the same text may reach several settings and calls, and is corrected in one place.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::read::{Facts, Reader, Setting, SettingKind};
use crate::source::kinds::{Kind, kind};
use crate::source::{FileId, Loc, SourceMap};
use crate::value::{self, Value};

use super::claim::Claim;

/// The settings that are claims, and where their values stand.
#[derive(Debug, Default)]
pub struct Statements {
    /// Files that tell what is deployed: they claim nothing.
    telling: HashSet<FileId>,
    /// Program text.
    programs: HashSet<FileId>,
    /// Of values by their place: the key that stands nearest to them, and its group.
    nearest: HashMap<(SettingKind, Loc), (Loc, Arc<str>)>,
    /// Groups that state several identifiers of a kind: which of them belong together only their users tell.
    ambiguous: HashSet<Arc<str>>,
}

const IDENTIFIERS: &[SettingKind] = &[SettingKind::UserPoolId, SettingKind::ClientId, SettingKind::IdentityPoolId];

impl Statements {
    /// Collects the places of all settings' values.
    pub fn of(facts: &Facts, sources: &SourceMap) -> Self {
        let is_program = |name: &str| matches!(kind(name), Some(Kind::Program | Kind::Script));
        let mut all = Self {
            telling: facts.known.iter().map(|known| known.loc.file).collect(),
            programs: sources
                .iter()
                .filter(|(_, file)| file.path.file_name().is_some_and(is_program))
                .map(|(id, _)| id)
                .collect(),
            nearest: HashMap::new(),
            ambiguous: HashSet::new(),
        };
        let mut kinds: HashSet<(&str, SettingKind)> = HashSet::new();
        for setting in facts.settings.iter().filter(|setting| !setting.example) {
            if !all.claims(setting) {
                continue;
            }
            let is_identifier = IDENTIFIERS.contains(&setting.kind);
            if is_identifier && !kinds.insert((&setting.group, setting.kind)) {
                all.ambiguous.insert(setting.group.clone());
            }
            let stated = (setting.loc, setting.group.clone());
            let value = setting.value.loc;
            all.nearest
                .entry((setting.kind, value))
                .and_modify(|known| {
                    if distance(setting.loc, value) < distance(known.0, value) {
                        *known = stated.clone();
                    }
                })
                .or_insert(stated);
        }
        all
    }

    /// Whether a setting claims something. Program text that only hands variables on leaves the claim to its users.
    pub fn claims(&self, setting: &Setting) -> bool {
        let states = setting.reader != Reader::Configuration
            || !self.programs.contains(&setting.loc.file)
            || states_text(&setting.value);
        states && !self.telling.contains(&setting.loc.file)
    }

    /// Whether a group states one identifier of a kind at most.
    pub fn is_one_set(&self, group: &str) -> bool {
        !self.ambiguous.contains(group)
    }

    /// The group of the setting that states a claim's value, where the claim only repeats it.
    pub fn repeated(&self, claim: &Claim<'_>) -> Option<&Arc<str>> {
        let (key, group) = self.nearest.get(&(claim.kind, claim.value.loc))?;
        let is_itself = claim.setting.is_some_and(|setting| setting.loc == *key);
        (!is_itself && !claim.is_pretended()).then_some(group)
    }
}

/// Whether some text stands in a value, as one alternative at least.
fn states_text(value: &Value) -> bool {
    match &value.kind {
        value::Kind::Text(text) => !text.is_empty(),
        value::Kind::OneOf(alternatives) => alternatives.iter().any(|alternative| states_text(&alternative.value)),
        value::Kind::List(list) => list.items.iter().any(|(item, _)| states_text(item)),
        _ => false,
    }
}

/// How far before its value a key stands.
fn distance(key: Loc, value: Loc) -> u32 {
    if key.file == value.file { value.span.start.checked_sub(key.span.start).unwrap_or(u32::MAX) } else { u32::MAX }
}
