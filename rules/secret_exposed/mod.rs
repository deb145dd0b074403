//! The value of a client secret, where others can read it.

use std::collections::BTreeMap;

use crate::finding::{Level, Severity};
use crate::identifier;
use crate::model::Model;
use crate::read::settings::keys;
use crate::read::{Setting, SettingKind};
use crate::rule::{About, Findings, Report, Rule};
use crate::source::Loc;
use crate::value::{Kind, Reference, Value, Why};

/// The rule. Source: Developer Guide, app clients: secrets are for confidential clients. The value is never kept, so that
/// it cannot be printed.
pub static RULE: Rule = Rule {
    severity: Severity::Error,
    level: Level::Default,
    summary: "the value of a client secret stands in a file that others can read, or reaches the browser",
    check,
};

fn check(model: &Model, out: &mut Findings<'_>) {
    let settings = model.facts.settings.iter().filter(|setting| setting.kind == SettingKind::ClientSecret);
    for setting in where_written(settings.filter(|setting| !setting.example)) {
        check_one(model, &setting.key, &setting.value, setting.loc, setting.public, out);
    }
    for (name, value, loc) in model.environments.iter().flat_map(|environment| environment.variables()) {
        if keys::kind_of(name, value.text()) == Some(SettingKind::ClientSecret) {
            check_one(model, name, value, loc, keys::is_public(name), out);
        }
    }
    for client in model.clients() {
        if let Some(value) = client.field(&["ClientSecret"]).value() {
            let loc = client.property_loc(&["ClientSecret"]).unwrap_or(value.loc);
            check_one(model, "ClientSecret", value, loc, false, out);
        }
    }
}

/// Of settings that hand on one written value, the one that stands nearest to it.
fn where_written<'m>(settings: impl Iterator<Item = &'m Setting>) -> impl Iterator<Item = &'m Setting> {
    let distance = |setting: &Setting| {
        let (key, value) = (setting.loc, setting.value.loc);
        (key.file != value.file, key.span.start.abs_diff(value.span.start))
    };
    let mut nearest: BTreeMap<(Loc, bool), &Setting> = BTreeMap::new();
    for setting in settings {
        let best = nearest.entry((setting.value.loc, setting.public)).or_insert(setting);
        if distance(setting) < distance(best) {
            *best = setting;
        }
    }
    nearest.into_values()
}

fn check_one(model: &Model, key: &str, value: &Value, loc: Loc, is_shipped: bool, out: &mut Findings<'_>) {
    // What git ignores stays on this machine, unless a bundler ships it.
    let is_committed = !model.sources.file(loc.file).ignored;
    let report = Report::new(About::default(), loc, format!("{key} holds a client secret"));
    if is_shipped && (is_written(value) || points_at_secret(value)) {
        out.add(
            report
                .message("everybody who opens the app can read this client secret")
                .help("make a client without a secret for the front end and delete this one: a secret that was shipped stays known"),
        );
    } else if is_committed && is_written(value) {
        out.add(
            report
                .message("everybody who can read this file or its history can read this client secret")
                .help("read the secret from a secret store at run time, and replace it: AddUserPoolClientSecret and DeleteUserPoolClientSecret, or a new client"),
        );
    }
}

/// Whether a secret's value is written there, in one of the alternatives at least.
fn is_written(value: &Value) -> bool {
    match &value.kind {
        Kind::Unknown(Why::Redacted) => true,
        Kind::Text(text) => !text.is_empty() && !identifier::is_placeholder(text) && !identifier::names_store(text),
        Kind::OneOf(alternatives) => alternatives.iter().any(|alternative| is_written(&alternative.value)),
        _ => false,
    }
}

/// Whether the deployment puts a secret's value there.
fn points_at_secret(value: &Value) -> bool {
    matches!(value.reference(), Some(Reference::Secret { .. }))
        || matches!(value.reference(), Some(Reference::Attribute { attribute, .. }) if &**attribute == "ClientSecret")
}
