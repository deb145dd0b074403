//! Settings that stand together, and what they turn out to hold once all of them are known.

use std::collections::HashMap;
use std::sync::Arc;

use camino::Utf8PathBuf;

use crate::read::{Facts, Reader, Setting, SettingKind};
use crate::source::Loc;
use crate::value::{Kind, Reference, Value, Why};

use super::surroundings::Surroundings;
use super::{hosted_url, keys, scalar};

/// A key with its value, before it is known what it holds.
#[derive(Debug)]
pub struct Entry {
    /// The words to judge it by: the path from the file's root, or the variable's name.
    pub path: String,
    /// The key as code reads it.
    pub key: Arc<str>,
    /// Where the key stands.
    pub loc: Loc,
    /// Its value, secrets included: it is for judging, not for keeping.
    pub value: Value,
    /// Who reads it.
    pub reader: Reader,
}

/// The sections of one file, in the order in which they begin.
pub struct Sections {
    /// The file's path, with which the groups' names begin.
    file: String,
    /// Where a file will lie that a deployment writes.
    path: Option<Utf8PathBuf>,
    surroundings: Surroundings,
    list: Vec<(String, Vec<Entry>)>,
    by_name: HashMap<String, usize>,
}

/// Parts of a path after which the section before them goes on: `auth.oauth` belongs to `auth`, and a container's
/// environment and arguments to the container.
const TAILS: &[&str] =
    &["oauth", "OAuth", "loginWith", "env", "environment", "Environment", "Variables", "args", "command"];

/// Parts of a path that tell the halves of one section apart: `registration.web` and `provider.web` belong together.
const HALVES: &[&str] = &["registration", "provider", "CognitoUserPool", "Auth"];

impl Sections {
    /// No sections yet, of a file with this path.
    pub fn new(file: impl Into<String>, surroundings: Surroundings) -> Self {
        Self { file: file.into(), path: None, surroundings, list: Vec::new(), by_name: HashMap::new() }
    }

    /// The same for a file that a deployment writes to `path`.
    #[must_use]
    pub fn written_to(self, path: Option<Utf8PathBuf>) -> Self {
        Self { path, ..self }
    }

    /// What holds for the whole file.
    pub fn surroundings(&self) -> Surroundings {
        self.surroundings
    }

    /// Adds an entry to the section of the map at `path`. What cannot matter or is not set is dropped, but for variables
    /// of an environment: any of them may be read by name.
    pub fn add(&mut self, path: &str, entry: Entry) {
        let is_unset = entry.value.kind == Kind::Null;
        let matters = !is_unset && keys::may_matter(&entry.key, scalar::plain(&entry.value));
        if entry.reader != Reader::Environment && !matters || has_endless_word(&entry.key) {
            return;
        }
        let name = section_name(path);
        let at = *self.by_name.entry(name).or_insert_with_key(|name| {
            self.list.push((name.clone(), Vec::new()));
            self.list.len() - 1
        });
        if let Some((_, entries)) = self.list.get_mut(at) {
            entries.push(entry);
        }
    }

    /// Says what the entries hold. Other variables of an environment are told where the file has a setting of Cognito.
    pub fn emit(self, facts: &mut Facts) {
        let kinds: Vec<Vec<Option<SettingKind>>> = self.list.iter().map(|(_, entries)| kinds_of(entries)).collect();
        let is_cognito = kinds.iter().flatten().any(Option::is_some);
        for ((name, entries), kinds) in self.list.into_iter().zip(kinds) {
            let group: Arc<str> = format!("{}#{name}", self.file).into();
            for (entry, kind) in entries.into_iter().zip(kinds) {
                let is_variable = entry.reader == Reader::Environment && is_cognito;
                if let Some(kind) = kind.or_else(|| is_variable.then_some(SettingKind::Other)) {
                    let setting = |kind, key: Arc<str>, value| Setting {
                        kind,
                        value: scalar::kept(kind, &key, value),
                        loc: entry.loc,
                        path: self.path.clone(),
                        group: group.clone(),
                        reader: entry.reader,
                        public: self.surroundings.public || keys::is_public(&key),
                        example: self.surroundings.example,
                        key,
                    };
                    let in_query = entry.value.text().map(|text| hosted_url::parameters(text, entry.value.loc));
                    for (kind, name, value) in in_query.filter(|_| kind == SettingKind::Domain).into_iter().flatten() {
                        facts.settings.push(setting(kind, format!("{}.{name}", entry.key).into(), value));
                    }
                    let value = without_itself(&entry.key, entry.value);
                    facts.settings.push(setting(kind, entry.key.clone(), value));
                }
            }
        }
    }
}

fn kinds_of(entries: &[Entry]) -> Vec<Option<SettingKind>> {
    let pairs: Vec<(&str, Option<&str>)> =
        entries.iter().map(|entry| (entry.path.as_str(), scalar::plain(&entry.value))).collect();
    keys::kinds_of_group(&pairs)
}

/// Whether a key is no name: of a broken line, say, a secret or a piece of a certificate may be taken for one.
fn has_endless_word(key: &str) -> bool {
    key.split(|letter: char| !letter.is_ascii_alphanumeric()).any(|word| word.len() >= 40)
}

/// The section that the map at `path` belongs to.
fn section_name(path: &str) -> String {
    let mut parts: Vec<&str> = path.split('.').collect();
    while parts.last().is_some_and(|last| TAILS.contains(last)) {
        parts.pop();
    }
    if let [.., half, _] = parts.as_slice()
        && HALVES.contains(half)
    {
        parts.remove(parts.len() - 2);
    }
    parts.join(".")
}

/// `NAME: ${NAME}` passes a variable on: it says nothing about where the value comes from.
fn without_itself(key: &str, value: Value) -> Value {
    let is_itself = |value: &Value| matches!(value.reference(), Some(Reference::Environment(name)) if &**name == key);
    let passed_on = |loc| Value::unknown(Why::Input(key.into()), loc);
    match value.kind {
        _ if is_itself(&value) => passed_on(value.loc),
        Kind::OneOf(mut alternatives) => {
            for alternative in alternatives.iter_mut().filter(|alternative| is_itself(&alternative.value)) {
                alternative.value = passed_on(alternative.value.loc);
            }
            Value { kind: Kind::OneOf(alternatives), ..value }
        }
        kind => Value { kind, ..value },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_one_section_come_together() {
        for (path, expected) in [
            ("auth.oauth", "auth"),
            ("Auth.Cognito.loginWith.oauth", "Cognito"),
            ("spring.security.oauth2.client.registration.web", "spring.security.oauth2.client.web"),
            ("spring.security.oauth2.client.provider.web", "spring.security.oauth2.client.web"),
            ("CognitoUserPool.Default", "Default"),
            ("Auth.Default.OAuth", "Default"),
            ("CredentialsProvider.CognitoIdentity.Default", "CredentialsProvider.CognitoIdentity.Default"),
            ("services.web.environment", "services.web"),
            ("services.web.command", "services.web"),
            ("oauth", ""),
            ("", ""),
        ] {
            assert_eq!(section_name(path), expected, "{path}");
        }
    }
}
