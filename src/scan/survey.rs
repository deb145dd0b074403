//! What a scan sees that a first configuration may speak of.

use std::collections::BTreeSet;

use crate::config::init::{Seen, example_folder};
use crate::model::Model;
use crate::value::{Kind, Reference, Value};

use super::Scan;

/// What a first configuration is written from.
pub fn seen(scan: &Scan) -> Seen {
    let summary = scan.report.summary();
    let counted = |count: usize, noun: &str| format!("{count} {noun}{}", if count == 1 { "" } else { "s" });
    let understood = [
        counted(summary.pools, "user pool"),
        counted(summary.clients, "app client"),
        counted(summary.calls, "call"),
        counted(summary.settings, "setting"),
        counted(summary.files_read, "file") + " read",
    ];
    let mut seen = Seen {
        understood: understood.join(", "),
        left_out: scan.left_out.clone(),
        parameters: scan.parameters.clone(),
        ..Seen::default()
    };
    for reported in scan.report.findings() {
        *seen.findings.entry(reported.finding.rule).or_default() += 1;
        let places = reported.finding.places().map(|place| &scan.report.sources().file(place.loc.file).path);
        seen.examples.extend(places.filter_map(|path| example_folder(path)));
    }
    seen
}

/// The parameters that Cognito's resources are given and that have no known value.
pub fn unset_parameters(model: &Model) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for resource in model.facts.resources.iter().filter(|resource| resource.type_name.starts_with("AWS::Cognito::")) {
        parameters_in(&resource.properties, &mut found);
    }
    found
}

fn parameters_in(value: &Value, found: &mut BTreeSet<String>) {
    match &value.kind {
        Kind::Reference(Reference::Parameter { name, .. }) => drop(found.insert(name.to_string())),
        Kind::Concat(parts) => parts.iter().for_each(|part| parameters_in(part, found)),
        Kind::List(list) => list.items.iter().for_each(|(item, _)| parameters_in(item, found)),
        Kind::Map(map) => map.entries.iter().for_each(|entry| parameters_in(&entry.value, found)),
        Kind::OneOf(alternatives) => alternatives.iter().for_each(|one| parameters_in(&one.value, found)),
        _ => {}
    }
}
