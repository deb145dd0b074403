//! A client that has a secret, used where no secret can be sent or kept.

use std::collections::BTreeMap;

use crate::finding::{Level, Severity};
use crate::model::Model;
use crate::model::app::AppId;
use crate::model::case::Case;
use crate::model::client::{self, Client};
use crate::model::resolve::{Outcome, Target};
use crate::read::settings::keys;
use crate::read::{Operation, Reader, Setting, SettingKind, Side};
use crate::rule::{About, Findings, Report, Rule};
use crate::source::Loc;
use crate::value::{ResourceKey, Value};
use crate::when::When;

/// The rule. Source: the README of amazon-cognito-identity-js; Developer Guide, app clients (public and confidential).
pub static RULE: Rule = Rule {
    severity: Severity::Error,
    level: Level::Default,
    summary: "a client with a secret is used from a browser, or by a library that cannot send one",
    check,
};

/// A use of a client with a secret.
struct Use<'m> {
    about: About<'m>,
    client: Client<'m>,
    loc: Loc,
    text: String,
    /// It is a call that goes without the secret, so that the service's answer is known.
    is_refused: bool,
}

/// One mistake, however many calls make it: a client, an app, a condition.
type Uses<'m> = BTreeMap<(ResourceKey, AppId, When), Vec<Use<'m>>>;

fn check(model: &Model, out: &mut Findings<'_>) {
    let mut uses = Uses::new();
    let calls = model.cases().filter_map(|case| use_in_call(&case));
    for one in calls.chain(uses_in_configuration(model)) {
        let key = (one.client.resource.key.clone(), model.apps.of_file(one.loc.file), one.about.when().clone());
        uses.entry(key).or_default().push(one);
    }
    for mut places in uses.into_values() {
        let first = places.remove(0);
        let mut report = Report::new(first.about, first.loc, first.text)
            .message("sign-in fails here: the app client has a secret, which this app can neither send nor keep")
            .because(first.client.secret_loc(), format!("{} has a secret", first.client.name()))
            .help("give this app a client of its own without a secret (a changed GenerateSecret makes a new client id), or let a server make the calls");
        if first.is_refused {
            report = report.answer(
                "NotAuthorizedException: Client <clientId> is configured with secret but SECRET_HASH was not received",
            );
        }
        for other in places {
            report = report.because(other.loc, other.text);
        }
        out.add(report);
    }
}

fn has_secret<'c, 'm>(client: &'c Option<Client<'m>>) -> Option<&'c Client<'m>> {
    client.as_ref().filter(|client| client.has_secret() == Some(true))
}

/// A call by a library that knows no secret, or from a browser. A hash that a server made, or a proxy adds, is all right.
fn use_in_call<'m>(case: &Case<'m>) -> Option<Use<'m>> {
    let needs_secret = case.takes_secret_hash()
        || matches!(case.call.operation, Operation::GetTokensFromRefreshToken | Operation::Token);
    if !needs_secret || case.may_pass_a_proxy() {
        return None;
    }
    let hash = case.secret_hash();
    let made_elsewhere = !hash.is_absent() && case.secret_hashes().is_none();
    let library = &case.call.library;
    let text = match case.side() {
        _ if case.automatic().no_secret => format!("{} ({}) cannot send a secret", library.entry, library.name),
        Side::Browser if !made_elsewhere => format!("{} runs in the browser", library.entry),
        _ => return None,
    };
    let client = has_secret(&case.client)?.clone();
    Some(Use {
        about: About::from(case),
        client,
        loc: case.loc(),
        text,
        is_refused: case.takes_secret_hash() && hash.is_absent(),
    })
}

/// Configuration of a front end that names such a client.
fn uses_in_configuration<'m>(model: &'m Model) -> impl Iterator<Item = Use<'m>> {
    let settings =
        model.facts.settings.iter().filter(|setting| setting.kind == SettingKind::ClientId && !setting.example);
    let in_files = settings.filter_map(|setting| {
        let by_library = setting.reader == Reader::Library;
        let is_wanted = setting.public && !(by_library && has_secret_beside(model, setting));
        is_wanted.then_some((&*setting.key, &setting.value, setting.loc, by_library))
    });
    let variables = model.environments.iter().flat_map(|environment| environment.variables());
    let shipped = variables.filter_map(|(name, value, loc)| {
        let is_wanted = keys::is_public(name) && keys::kind_of(name, None) == Some(SettingKind::ClientId);
        is_wanted.then_some((&**name, value, loc, false))
    });
    in_files.chain(shipped).flat_map(|(key, value, loc, by_library)| uses_of_value(model, key, value, loc, by_library))
}

/// A native app that is given the secret too can use the client; what that exposes is another matter.
fn has_secret_beside(model: &Model, setting: &Setting) -> bool {
    let is_secret = |other: &Setting| other.kind == SettingKind::ClientSecret && other.group == setting.group;
    model.facts.settings.iter().any(is_secret)
}

fn uses_of_value<'m>(model: &'m Model, key: &str, value: &Value, loc: Loc, by_library: bool) -> Vec<Use<'m>> {
    let mut uses = Vec::new();
    for outcome in model.resolve(value, loc) {
        for client in clients_at(model, &outcome) {
            // A browser may name a client with a secret to send the user to the sign-in pages; the server does the rest.
            let for_pages_only = !by_library && client.oauth_flows().is_none_or(|grants| !grants.is_empty());
            if client.has_secret() != Some(true) || for_pages_only {
                continue;
            }
            let about = About::from(("the client id", &outcome)).and(&*client);
            let text = format!("{key} gives this client to a front end");
            uses.push(Use { about, client, loc, text, is_refused: by_library });
        }
    }
    uses
}

fn clients_at<'m>(model: &'m Model, outcome: &Outcome) -> Vec<Client<'m>> {
    let Target::Resource(number, _) = outcome.target else { return Vec::new() };
    let views = model.views(number, &crate::model::link::Trust::in_steps(&outcome.steps));
    views.into_iter().filter(|view| &*view.resource.type_name == client::TYPE).map(Client::new).collect()
}
