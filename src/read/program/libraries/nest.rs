//! The configuration of NestJS: what its factories give, read by path.

use std::sync::Arc;

use super::super::domain::{Args, Val};
use super::super::evaluator::Evaluator;
use super::super::functions::Site;
use super::Invocation;
use crate::source::FileId;

/// The package of this family.
pub(super) const PACKAGES: &[&str] = &["@nestjs/config"];

/// What a factory gives, under its namespace.
pub(super) struct Given {
    file: FileId,
    namespace: Arc<str>,
    map: Val,
}

/// `registerAs("aws", () => ({…}))`, `ConfigModule.forRoot({ load: […] })`, `config.get("aws.clientId")`.
pub(super) fn call(ev: &mut Evaluator<'_>, call: &Invocation<'_>) -> Option<Val> {
    let file = ev.file(call.site.scope);
    match call.callee.name() {
        "registerAs" => {
            let (namespace, factory) = (call.args.get(0)?.text()?.clone(), call.args.get(1)?.clone());
            let map = ev.call(&factory, Args::default(), call.site);
            ev.library_state.nest.push(Given { file, namespace, map });
            Some(factory)
        }
        "forRoot" => {
            let options = ev.heap.object(call.args.get(0)?.object()?);
            let load = options.entry("load")?.val.clone();
            for factory in ev.known_items(&load)?.iter().filter(|factory| factory.closure().is_some()) {
                let map = ev.call(factory, Args::default(), call.site);
                ev.library_state.nest.push(Given { file, namespace: "".into(), map });
            }
            None
        }
        "get" | "getOrThrow" => {
            let (_, name) = call.method()?;
            let key = call.args.get(0)?.text()?.clone();
            find(ev, file, &key, call.site).filter(|_| !name.is_empty())
        }
        _ => None,
    }
}

/// The value under a path, of the factory nearest to a file.
fn find(ev: &mut Evaluator<'_>, file: FileId, path: &str, site: Site) -> Option<Val> {
    let mut given: Vec<(usize, Arc<str>, Val)> = ev
        .library_state
        .nest
        .iter()
        .map(|given| (super::shared_folders(ev, file, given.file), given.namespace.clone(), given.map.clone()))
        .collect();
    given.sort_by_key(|(shared, ..)| std::cmp::Reverse(*shared));
    given.into_iter().find_map(|(_, namespace, map)| {
        let rest = match &*namespace {
            "" => path,
            namespace => path.strip_prefix(namespace)?.strip_prefix('.')?,
        };
        let found = rest.split('.').try_fold(map, |map, key| {
            let id = map.object()?;
            ev.heap.object(id).entry(key)?;
            Some(ev.member(&map, &key.into(), site))
        });
        found.filter(|val| !val.is_null())
    })
}
