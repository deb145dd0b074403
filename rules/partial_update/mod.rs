//! An update of a pool or a client with a part of its settings: the rest is reset.

use std::collections::HashSet;

use crate::finding::{Level, Severity};
use crate::model::Model;
use crate::model::case::Case;
use crate::model::view::View;
use crate::read::Operation;
use crate::rule::{Findings, Report, Rule};
use crate::source::FileId;
use crate::value::{Kind, Map, Value, Why};

/// The rule. Source: API UpdateUserPool and UpdateUserPoolClient; Developer Guide, updating user pool and app client
/// configuration.
pub static RULE: Rule = Rule {
    severity: Severity::Error,
    level: Level::Default,
    summary: "UpdateUserPool or UpdateUserPoolClient is sent with a part of the settings, which resets the others",
    check,
};

/// An operation that replaces all settings at once.
struct Update {
    operation: Operation,
    name: &'static str,
    /// The operation that tells what there is.
    describe: Operation,
    describe_name: &'static str,
    create: Operation,
    /// The settings that it resets when they are left out, those first that hurt most. `UserPoolTier` stays as it is.
    settings: &'static [&'static str],
}

const UPDATES: &[Update] = &[
    Update {
        operation: Operation::UpdateUserPool,
        name: "UpdateUserPool",
        describe: Operation::DescribeUserPool,
        describe_name: "DescribeUserPool",
        create: Operation::CreateUserPool,
        settings: &[
            "LambdaConfig",
            "DeviceConfiguration",
            "MfaConfiguration",
            "Policies",
            "AutoVerifiedAttributes",
            "EmailConfiguration",
            "SmsConfiguration",
            "AccountRecoverySetting",
            "AdminCreateUserConfig",
            "VerificationMessageTemplate",
            "UserPoolAddOns",
            "UserAttributeUpdateSettings",
            "DeletionProtection",
            "UserPoolTags",
        ],
    },
    Update {
        operation: Operation::UpdateUserPoolClient,
        name: "UpdateUserPoolClient",
        describe: Operation::DescribeUserPoolClient,
        describe_name: "DescribeUserPoolClient",
        create: Operation::CreateUserPoolClient,
        settings: &[
            "ExplicitAuthFlows",
            "CallbackURLs",
            "RefreshTokenValidity",
            "AllowedOAuthFlows",
            "AllowedOAuthScopes",
            "AllowedOAuthFlowsUserPoolClient",
            "SupportedIdentityProviders",
            "LogoutURLs",
            "AccessTokenValidity",
            "IdTokenValidity",
            "TokenValidityUnits",
            "RefreshTokenRotation",
            "EnableTokenRevocation",
            "PreventUserExistenceErrors",
            "ReadAttributes",
            "WriteAttributes",
        ],
    },
];

fn check(model: &Model, out: &mut Findings<'_>) {
    for update in UPDATES {
        let others = Others::of(model, update);
        for case in model.cases().filter(|case| case.call.operation == update.operation) {
            let Some(sent) = case.parameters.map().filter(|sent| is_closed(sent)) else { continue };
            if others.describing.contains(&case.loc().file) || others.is_all_there_was(update, sent) {
                continue;
            }
            let left_out: Vec<&str> =
                update.settings.iter().copied().filter(|name| sent.field(name).is_absent()).collect();
            let declared = declared(&case, update);
            let reset: Vec<&str> = match declared {
                Some(view) => left_out.into_iter().filter(|name| !view.field(&[name]).is_absent()).collect(),
                None => left_out,
            };
            if !reset.is_empty() {
                out.add(report(&case, update, declared, &reset));
            }
        }
    }
}

/// What else the code does with pools or clients.
struct Others<'m> {
    /// The files that read what there is.
    describing: HashSet<FileId>,
    /// What pools or clients are made with.
    made: Vec<&'m Map>,
}

impl<'m> Others<'m> {
    fn of(model: &'m Model, update: &Update) -> Self {
        let of = |operation| model.facts.calls.iter().filter(move |call| call.operation == operation);
        Self {
            describing: of(update.describe).map(|call| call.loc.file).collect(),
            made: of(update.create).filter_map(|call| call.parameters.map()).filter(|made| !made.open).collect(),
        }
    }

    /// Whether the code makes such a thing with no more settings than these.
    fn is_all_there_was(&self, update: &Update, sent: &Map) -> bool {
        let is_kept = |made: &Map, name: &str| made.field(name).is_absent() || !sent.field(name).is_absent();
        self.made.iter().any(|made| update.settings.iter().all(|name| is_kept(made, name)))
    }
}

/// Whether all that is sent is known, and none of it is read from what there is.
fn is_closed(sent: &Map) -> bool {
    !sent.open && !sent.entries.iter().any(|entry| is_described(&entry.value))
}

/// Whether a value is read from an answer of `Describe…`.
fn is_described(value: &Value) -> bool {
    match &value.kind {
        Kind::Unknown(Why::Member { of, .. }) => is_described(of),
        Kind::Unknown(Why::Result(answer)) => {
            answer.callee.to_ascii_lowercase().contains("describe")
                || answer.receiver.as_ref().is_some_and(is_described)
                || answer.arguments.iter().any(is_described)
        }
        Kind::Concat(parts) => parts.iter().any(is_described),
        Kind::OneOf(alternatives) => alternatives.iter().any(|alternative| is_described(&alternative.value)),
        Kind::List(list) => list.open || list.items.iter().any(|(item, _)| is_described(item)),
        Kind::Map(map) => map.open || map.entries.iter().any(|entry| is_described(&entry.value)),
        _ => false,
    }
}

/// The resource that is updated, where it is in the scan.
fn declared<'c, 'm>(case: &'c Case<'m>, update: &Update) -> Option<&'c View<'m>> {
    match update.operation {
        Operation::UpdateUserPool => case.pool.as_deref(),
        _ => case.client.as_deref(),
    }
}

fn report<'m>(case: &Case<'m>, update: &Update, declared: Option<&View<'m>>, reset: &[&str]) -> Report<'m> {
    let Update { name, describe_name, .. } = update;
    let mut report = Report::new(case, case.loc(), format!("{name} with a part of the settings"))
        .message(format!("{name} resets what it is not sent: {}", some_of(reset)))
        .help(format!("read what there is with {describe_name}, change it, and send all of it back"));
    for (property, view) in reset.iter().filter_map(|property| Some((property, declared?))) {
        if let Some(loc) = view.property_loc(&[property]) {
            report = report.because(loc, format!("{property} is set here"));
        }
    }
    report
}

/// The first three names.
fn some_of(names: &[&str]) -> String {
    let first = names.iter().take(3).copied().collect::<Vec<_>>().join(", ");
    if names.len() > 3 { format!("{first}, …") } else { first }
}
