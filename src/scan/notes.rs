//! What a scan tells besides findings: why it may be silent, and what it passed over.

use std::collections::{BTreeMap, BTreeSet};
use std::mem;

use crate::account::Gap;
use crate::account::gaps::{self, Told};
use crate::account::operation::{Given, TABLE};
use crate::config::Config;
use crate::model::Model;
use crate::model::case::Case;
use crate::model::sought::Sought;
use crate::policy::Policies;
use crate::read::{self, Operation};
use crate::report::{Note, Summary};
use crate::source::Loc;
use crate::source::discovery::{Discovery, LeftOut, PassedOver};
use crate::value::{Kind, Reference, Value, Why};

/// Notes on the scan as a whole, and on the calls whose user pool and app client cannot be told.
pub fn of_model(model: &Model, summary: Summary) -> Vec<Note> {
    let has_infrastructure = summary.pools + summary.clients > 0;
    let mut notes = Vec::new();
    let is_program = |note: &read::Note| note.kind == read::UNSYNTHESISED;
    if summary.calls > 0 && !has_infrastructure && !model.facts.notes.iter().any(is_program) {
        notes.push(Note::on_scan(
            "no-pool",
            "code calls Cognito and no user pool was found, so that rules which need both are silent: scan the folder of \
             the infrastructure too, or give its facts with --with",
        ));
    }
    if summary.calls == 0 && summary.pools > 0 {
        notes.push(Note::on_scan(
            "no-code",
            "a user pool was found and no code that calls Cognito, so that rules which need both are silent: scan the \
             folder of the application too, or give its facts with --with",
        ));
    }
    if has_infrastructure {
        notes.extend(unresolved(model));
    }
    notes
}

/// What reading told, without where programs make user pools that are known from elsewhere.
pub fn of_reading(model: &mut Model, summary: Summary) -> Vec<Note> {
    let mut notes = mem::take(&mut model.facts.notes);
    if summary.pools + summary.clients > 0 {
        notes.retain(|note| note.kind != read::UNSYNTHESISED);
    }
    notes.into_iter().map(|note| Note::of(note, &model.sources)).collect()
}

/// Nothing was understood.
pub fn of_nothing() -> Note {
    Note::on_scan("nothing", "no infrastructure, configuration or code was found that concerns Cognito")
}

/// Files that were left out: how many for each reason, or, if `all` are to be told, each. Those that could not be read
/// for another reason than noise are told one by one.
pub fn of_passed_over(found: &Discovery, all: bool) -> Vec<Note> {
    let is_noise = |why: LeftOut| !matches!(why, LeftOut::TooLarge | LeftOut::Inaccessible);
    let each = found.passed_over.iter().filter(|left| all || !is_noise(left.why)).map(passed_over);
    let counts = found.left_out.iter().filter(|(why, count)| !all && is_noise(*why) && *count > 0);
    let counts = counts.map(|(why, count)| {
        Note::on_scan("left-out", format!("{count} files were not read: {} (--verbose names them)", why.describe()))
    });
    each.chain(counts).collect()
}

fn passed_over(left: &PassedOver) -> Note {
    match left.why {
        LeftOut::TooLarge => Note::on_file("limit", left.path.as_str(), "the file is too large and was passed over"),
        LeftOut::Inaccessible => Note::on_file("inaccessible", left.path.as_str(), "this cannot be read"),
        why => {
            let files = if left.files == 1 { String::new() } else { format!(", {} files", left.files) };
            Note::on_file("left-out", left.path.as_str(), format!("not read: {}{files}", why.describe()))
        }
    }
}

/// Findings of the baseline that are gone.
pub fn of_stale_baseline(count: usize) -> Note {
    let findings =
        if count == 1 { "1 finding of the baseline is" } else { &format!("{count} findings of the baseline are") };
    Note::on_scan("stale-baseline", format!("{findings} found no more: `cognito-lint baseline prune` takes them out"))
}

/// Rules that failed.
pub fn of_failures(failed: &[(&'static str, String)]) -> impl Iterator<Item = Note> {
    failed.iter().map(|(rule, reason)| {
        let message = format!("the rule {rule} failed, and its findings are missing: {reason}");
        Note::on_scan("rule-failed", message)
    })
}

/// Rules of policies that the configuration names although no policy is given, and names that several policies use.
pub fn of_policies(policies: &Policies, config: Option<&Config>) -> Vec<Note> {
    let named = config.filter(|_| !policies.are_given()).into_iter().flat_map(Config::rules_of_policies);
    let absent = named.filter_map(|name| {
        let message = policies.check(name.as_str()).err()?;
        Some(Note::on_scan("no-policy", format!("the configuration names {}, and {message}", name.as_str())))
    });
    let shared = policies.shared().into_iter().map(|(name, paths)| {
        let message = format!("{name} is the name of rules in {paths}: what is said of one is said of all");
        Note::on_scan("shared-name", message)
    });
    absent.chain(shared).collect()
}

/// What an account did not tell, each with the rules that looked for it: these may be silent for want of it.
pub fn of_gaps(gaps: &[Gap], sought: &[(&'static str, Sought)], with_policies: bool) -> impl Iterator<Item = Note> {
    gaps::told(gaps).into_iter().map(move |Told { sentence, gap }| {
        let lost: Vec<Given> =
            TABLE.iter().filter(|row| gap.loses(row.operation)).flat_map(|row| row.gives).copied().collect();
        let looks = |(_, sought): &&(&'static str, Sought)| {
            let serves = |given: &Given, (type_name, properties): (&String, &BTreeSet<String>)| {
                given.serves(type_name, properties.iter().map(String::as_str))
            };
            lost.iter().any(|given| sought.iter().any(|read| serves(given, read)))
        };
        let rules: Vec<_> = sought.iter().filter(looks).map(|(rule, _)| *rule).collect();
        let nobody = if rules.is_empty() { "; no rule that ran looks for it" } else { "" };
        let policies = if with_policies && !lost.is_empty() { "; policies do not see it" } else { "" };
        Note { rules, ..Note::on_scan("live-gap", format!("{sentence}{nobody}{policies}")) }
    })
}

/// The calls of which neither the client nor the pool is known in any case.
fn unresolved(model: &Model) -> impl Iterator<Item = Note> + '_ {
    let mut calls: BTreeMap<Loc, (bool, Case<'_>)> = BTreeMap::new();
    for case in model.cases().filter(needs_client).filter(|case| model.is_own(case.loc().file)) {
        let known = case.client.is_some() || case.pool.is_some();
        calls.entry(case.loc()).and_modify(|(any, _)| *any |= known).or_insert((known, case));
    }
    calls.into_iter().filter(|(_, (known, _))| !known).map(move |(loc, (_, case))| {
        let sent = case.client_id.map(|outcome| &outcome.value).or_else(|| case.sent_client_id());
        let id = sent.map_or_else(|| "it names none".to_owned(), describe);
        let message = format!("which app client this call uses cannot be told, so that rules are silent here: {id}");
        Note::of(read::Note { kind: "unresolved", message, file: None, loc: Some(loc) }, &model.sources)
    })
}

/// Whether the call names one app client, and not a user pool or the user's access token alone.
fn needs_client(case: &Case<'_>) -> bool {
    use Operation::*;
    let is_for_pool =
        matches!(case.call.operation, CreateUserPool | DescribeUserPool | UpdateUserPool | CreateUserPoolClient);
    let is_for_user = matches!(
        case.call.operation,
        ConfirmDevice | UpdateDeviceStatus | AdminUpdateDeviceStatus | ForgetDevice | GlobalSignOut
    );
    !is_for_pool && !is_for_user && !matches!(case.call.operation, Decode | Federate | Other)
}

/// Where a value comes from that is not known.
fn describe(value: &Value) -> String {
    match &value.kind {
        Kind::Text(text) => format!("the id {text} is not that of a client which was found"),
        Kind::Reference(reference) => describe_reference(reference),
        Kind::Unknown(why) => describe_unknown(why),
        _ => "its id is put together when the program runs".to_owned(),
    }
}

fn describe_reference(reference: &Reference) -> String {
    match reference {
        Reference::Environment(name) => format!("the environment variable {name} is not set in what was scanned"),
        Reference::Setting(key) => format!("the setting {key} is not in what was scanned"),
        Reference::Parameter { name, .. } => format!("the parameter {name} has no known value"),
        Reference::Export(name) => format!("the export {name} is not in what was scanned"),
        Reference::Output { stack, name } => format!("the output {name} of {stack} is not in what was scanned"),
        Reference::SsmParameter(name) => format!("it is in the parameter store, under {name}"),
        Reference::Secret { name, .. } => format!("it is in the secret {name}"),
        Reference::Attribute { resource, attribute } => format!("it is {attribute} of {}", resource.id),
        Reference::Pseudo(name) => format!("it is {name}"),
    }
}

fn describe_unknown(why: &Why) -> String {
    match why {
        Why::Input(name) => format!("its id is the argument {name}, which nothing in the scan passes"),
        Why::Result(answer) => format!("its id is what {} answers", answer.callee),
        Why::Member { key, .. } => format!("its id is the member {key} of something unknown"),
        Why::Import(name) => format!("its id comes from {name}, which was not found"),
        Why::Deployment(name) => format!("its id is known after deployment only: {name}"),
        Why::Redacted => "its id is kept secret".to_owned(),
        Why::Dynamic | Why::Limit => "its id is put together when the program runs".to_owned(),
    }
}
