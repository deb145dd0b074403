//! The tables, by service.

use super::names::{Dialect, same};
use super::row::Table;

mod cognito;
mod compute;
mod identity_pools;
mod interfaces;
mod stores;

const ALL: &[&[Table]] =
    &[cognito::TABLES, identity_pools::TABLES, compute::TABLES, interfaces::TABLES, stores::TABLES];

/// The table of a type and how it is to be read; see [`super::Provided::type_name`].
pub(super) fn find(type_name: &str) -> Option<(&'static Table, Dialect)> {
    let mut tables = ALL.iter().copied().flatten();
    if let Some(name) = type_name.strip_prefix("awscc_") {
        return Some((tables.find(|table| is_mirror(table, name))?, Dialect::Mirror));
    }
    let mut token = type_name.split(':');
    match (token.next()?, token.next(), token.next()) {
        ("aws-native", Some(service), Some(name)) => {
            let name = format!("{service}{name}");
            Some((tables.find(|table| is_mirror(table, &name))?, Dialect::Mirror))
        }
        ("aws", Some(module), Some(name)) => {
            let service = module.split_once('/').map_or(module, |(service, _)| service);
            let name = format!("aws{service}{name}");
            let is_it = |table: &&Table| table.names.iter().any(|mine| same(mine, &name));
            Some((tables.find(is_it)?, Dialect::Own))
        }
        (name, None, None) => Some((tables.find(|table| table.names.contains(&name))?, Dialect::Own)),
        _ => None,
    }
}

/// Whether CloudFormation's type of a table is the one that these words name.
fn is_mirror(table: &Table, name: &str) -> bool {
    table.type_name.strip_prefix("AWS::").is_some_and(|own| same(own, name))
}
