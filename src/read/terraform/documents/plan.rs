//! Plans: `terraform show -json` of what Terraform or OpenTofu would do.

use std::sync::Arc;

use crate::read::terraform::provider;
use crate::read::{Change, Facts, Move, Output, Replacement, Resource, Retention};
use crate::source::Loc;
use crate::syntax::tree::{Node, NodeKind, Pair};
use crate::value::Value;
use crate::when::When;

use super::Home;
use super::attributes::{self, Attributes};
use super::code;
use super::configuration::Configuration;
use super::document::{Plan, Planned, Subject};
use super::known_ids::{Ids, known_id};
use super::mask::Mask;
use super::references::References;
use super::state;

/// The facts of a plan: the resources as they will be, what changes, and the ids of those that are deployed.
pub fn read(plan: &Plan, home: &Home) -> Facts {
    let planned = plan.changes.iter().map(|planned| (&planned.subject, planned.after.as_ref()));
    let planned = planned.filter_map(|(subject, after)| Some((subject, &after?.0)));
    let stated = plan.resources.iter().map(|stated| (&stated.subject, &stated.values));
    let all: Vec<_> = planned.chain(stated.clone()).collect();
    let references = References::new(home.stack.clone(), &plan.configuration, &all);
    let before = plan.changes.iter().filter_map(|planned| Some((&planned.subject, &planned.before.as_ref()?.0)));
    let ids = Ids::of(before.chain(stated), home);
    let reader = Reader { home, ids: &ids, configuration: &plan.configuration, references };

    let mut facts = Facts { code: code::locations(&all, home), ..Facts::default() };
    plan.changes.iter().for_each(|planned| reader.read(planned, &mut facts));
    for stated in &plan.resources {
        facts.resources.extend(state::resources(stated, &ids, home));
        facts.known.extend(known_id(&stated.subject, &stated.values, home));
    }
    let outputs = plan.outputs.iter().flat_map(Node::pairs).filter_map(|pair| reader.output(pair)).collect();
    facts.stacks.push(home.stack(outputs, !plan.is_whole()));
    facts
}

struct Reader<'a> {
    home: &'a Home,
    ids: &'a Ids,
    configuration: &'a Configuration,
    references: References<'a>,
}

impl Reader<'_> {
    /// What becomes of one resource.
    fn read(&self, planned: &Planned, facts: &mut Facts) {
        let (home, subject) = (self.home, &planned.subject);
        if let Some((before, _)) = &planned.before {
            facts.known.extend(known_id(subject, before, home));
        }
        let after = self.after(planned);
        facts.resources.extend(after.iter().cloned());
        if let Some(previous) = &planned.previous {
            facts.moves.push(Move { from: home.key(previous), to: home.key(&subject.address) });
        }
        let does = |any: &[&str]| planned.actions.iter().any(|action| any.contains(&&**action));
        if !does(&["create", "update", "delete", "forget"]) {
            return;
        }
        let before =
            planned.before.as_ref().map(|(node, sensitive)| attributes::known(node, sensitive, self.ids, home));
        let mut before = before.map(|body| home.resources(subject, &body)).unwrap_or_default();
        // What is only forgotten stays as it is.
        let retention = if does(&["delete"]) { Retention::Deleted } else { Retention::Kept };
        before.iter_mut().for_each(|resource| resource.retention = retention);
        let is_replaced = does(&["create"]) && does(&["delete", "forget"]);
        let replacement = if is_replaced { Replacement::Yes(replaced_by(planned)) } else { Replacement::No };
        let loc = home.loc(subject.span);
        let changes = pairs(before, after).into_iter();
        facts.changes.extend(changes.map(|(before, after)| Change {
            before,
            after,
            replacement: replacement.clone(),
            loc,
        }));
    }

    /// The resources that one will be.
    fn after(&self, planned: &Planned) -> Vec<Resource> {
        let Some((node, sensitive)) = &planned.after else { return Vec::new() };
        let subject = &planned.subject;
        let after_apply = |path: &[Arc<str>], loc: Loc| match path {
            // The provider chooses what nobody gave.
            [argument] if self.is_left_out(subject, argument) => None,
            _ => Some(self.references.value(&subject.address, path, loc)),
        };
        let attributes = Attributes {
            home: self.home,
            ids: self.ids,
            unknown: &planned.unknown,
            sensitive,
            after_apply: &after_apply,
        };
        self.home.resources(subject, &attributes.read(node))
    }

    /// Whether the configuration does not give an argument. Of blocks it does not tell those that are made dynamically.
    fn is_left_out(&self, subject: &Subject, argument: &str) -> bool {
        let arguments = self.configuration.resource(&subject.address);
        arguments.is_some_and(|arguments| !arguments.names(argument))
            && !provider::is_block(&subject.type_name, argument)
    }

    /// An output of the root module, given as a change; nothing where it goes.
    fn output(&self, pair: &Pair) -> Option<Output> {
        let loc = self.home.loc(pair.key_span);
        let mask = |key: &str| pair.value.get(key).map(Mask::of_tree).unwrap_or_default();
        let (unknown, sensitive) = (mask("after_unknown"), mask("after_sensitive"));
        let after_apply = |_: &[Arc<str>], loc: Loc| Some(attributes::after_apply(loc));
        let attributes = Attributes {
            home: self.home,
            ids: self.ids,
            unknown: &unknown,
            sensitive: &sensitive,
            after_apply: &after_apply,
        };
        let value: Value = if unknown == Mask::All {
            self.references.output(&pair.key, loc)
        } else {
            attributes.read(pair.value.get("after").filter(|after| after.kind != NodeKind::Null)?)
        };
        Some(Output { name: pair.key.clone(), value, export: None, when: When::always(), loc })
    }
}

/// The resources before and after, those of one CloudFormation type together.
fn pairs(before: Vec<Resource>, mut after: Vec<Resource>) -> Vec<(Option<Resource>, Option<Resource>)> {
    let mut pairs = Vec::new();
    for one in before {
        let at = after.iter().position(|other| other.type_name == one.type_name);
        let other = at.map(|at| after.remove(at));
        pairs.push((Some(one), other));
    }
    pairs.extend(after.into_iter().map(|one| (None, Some(one))));
    pairs
}

/// The properties that make a replacement necessary.
fn replaced_by(planned: &Planned) -> Vec<Arc<str>> {
    let paths = planned.replace_paths.as_ref().map(Node::items).unwrap_or_default();
    let property = |path: &Node| {
        let argument = path.items().first()?.scalar()?;
        provider::property(&planned.subject.type_name, &argument)
    };
    paths.iter().filter_map(property).collect()
}
