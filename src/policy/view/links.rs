//! The links of the view: which call and which client belong to what.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::model::link::{Step, Trust};
use crate::read::Resource;
use crate::source::Loc;

use super::node::{Member, Node, Shape, SlotKind};
use super::values::Builder;

impl Builder<'_> {
    /// Every link: of clients to their pools, of calls to clients and pools.
    pub fn links(&mut self) -> Node {
        let model = self.model;
        let mut seen = BTreeSet::new();
        let mut links = Vec::new();
        for client in model.clients().filter(|client| !client.variant.when.contradicts(self.world)) {
            for (pool, when, steps) in model.pool_of(&client) {
                let (from, to) = (self.name_of(client.resource), self.name_of(pool.resource));
                if let (Some(from), Some(to)) = (from, to)
                    && !when.contradicts(self.world)
                    && seen.insert((client.loc(), to.clone()))
                {
                    links.push(link("client-pool", from, to, client.loc(), &steps));
                }
            }
        }
        for case in model.cases().filter(|case| !case.when.contradicts(self.world)) {
            let file: Arc<str> = model.sources.file(case.loc().file).path.as_str().into();
            let client = case.client.as_ref().map(|client| ("call-client", client.resource, case.client_steps));
            let pool = case.pool.as_ref().map(|pool| ("call-pool", pool.resource, case.pool_steps));
            for (kind, resource, steps) in client.into_iter().chain(pool) {
                if let Some(to) = self.name_of(resource)
                    && seen.insert((case.loc(), to.clone()))
                {
                    links.push(link(kind, file.clone(), to, case.loc(), steps));
                }
            }
        }
        Node::list(links, None)
    }

    /// The name of a resource in this view.
    pub fn name_of(&self, resource: &Resource) -> Option<Arc<str>> {
        self.names.get(&self.model.number_of(&resource.key)?).cloned()
    }

    /// The same list, to which something unknown may belong.
    pub fn open(&mut self, key: &str, list: Node) -> Node {
        let slot = self.slot(key, SlotKind::Open, "not all of it can be told", list.loc);
        match list.shape {
            Shape::List(items, _) => Node { shape: Shape::List(items, Some(slot)), ..list },
            _ => list,
        }
    }
}

fn link(kind: &str, from: Arc<str>, to: Arc<str>, loc: Loc, steps: &[Step]) -> Node {
    let weakest = steps.iter().map(|step| step.how).max();
    let by = weakest.map_or_else(|| "Reference".to_owned(), |how| format!("{how:?}"));
    let texts = [
        ("Kind", Node::text(kind, Some(loc))),
        ("From", Node::text(from, Some(loc))),
        ("To", Node::text(to, Some(loc))),
        ("By", Node::text(by, Some(loc))),
        ("Confidence", Node::text(Trust::in_steps(steps).confidence().name(), Some(loc))),
    ];
    Node::map(texts.map(|(key, node)| Member::new(key, node)).into(), Some(loc))
}
