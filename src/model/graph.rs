//! Pools, app clients, functions and calls as a plain graph, for drawing.

use std::collections::{HashMap, HashSet};

use crate::read::{Call, Operation, Resource};
use crate::source::Loc;

use super::Model;
use super::case::Case;
use super::link::{How, Step};

/// What was understood, as nodes and edges.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Graph {
    /// The nodes, in the order in which they were met.
    pub nodes: Vec<Node>,
    /// The edges, one from a node to another.
    pub edges: Vec<Edge>,
}

/// A thing with a place.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// What it is.
    pub kind: NodeKind,
    /// A resource's logical id, or the operation that a call performs.
    pub name: String,
    /// Where it is declared, or called.
    pub loc: Loc,
    /// The places that belong to it.
    pub extents: Vec<Loc>,
}

/// The kinds of nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NodeKind {
    /// A user pool.
    Pool,
    /// An app client.
    Client,
    /// A function or container that runs code.
    Function,
    /// A line of code that calls Cognito.
    Code,
}

/// A link from one node to another, by their indices.
#[derive(Clone, Debug, PartialEq)]
pub struct Edge {
    /// Where it starts.
    pub from: usize,
    /// Where it leads.
    pub to: usize,
    /// By what: a variable, a setting. May be empty.
    pub text: String,
}

impl Graph {
    /// The graph of a model. Stacks of one template are drawn once.
    pub fn of(model: &Model) -> Self {
        let mut drawing = Drawing { model, graph: Self::default(), by_loc: HashMap::new(), linked: HashSet::new() };
        for pool in model.pools() {
            drawing.resource(NodeKind::Pool, pool.resource);
        }
        for client in model.clients() {
            let from = drawing.resource(NodeKind::Client, client.resource);
            for (pool, ..) in model.pool_of(&client) {
                let to = drawing.resource(NodeKind::Pool, pool.resource);
                drawing.edge(from, to, "");
            }
        }
        model.cases().for_each(|case| drawing.case(&case));
        drawing.graph
    }
}

struct Drawing<'m> {
    model: &'m Model,
    graph: Graph,
    by_loc: HashMap<Loc, usize>,
    linked: HashSet<(usize, usize)>,
}

impl Drawing<'_> {
    fn resource(&mut self, kind: NodeKind, resource: &Resource) -> usize {
        let extents = [Some(resource.loc), Some(resource.properties.loc), resource.source];
        let (name, loc) = (resource.key.id.to_string(), resource.loc);
        self.node(Node { kind, name, loc, extents: extents.into_iter().flatten().collect() }).0
    }

    /// The call's node, its client's and pool's, and those of the functions that run it.
    fn case(&mut self, case: &Case<'_>) {
        let (call, loc) = (case.call, case.call.loc);
        let node = Node { kind: NodeKind::Code, name: operation(call), loc, extents: vec![loc] };
        let (from, is_new) = self.node(node);
        if is_new {
            let model = self.model;
            for (function, _) in model.environments.around(&model.facts, &model.sources, loc) {
                let function = self.resource(NodeKind::Function, function);
                self.edge(function, from, "");
            }
        }
        if let Some(client) = &case.client {
            let to = self.resource(NodeKind::Client, client.resource);
            self.edge(from, to, by(case.client_steps));
        } else if let Some(pool) = &case.pool {
            let to = self.resource(NodeKind::Pool, pool.resource);
            self.edge(from, to, by(case.pool_steps));
        }
    }

    /// The number of a node, and whether it is new.
    fn node(&mut self, node: Node) -> (usize, bool) {
        let next = self.graph.nodes.len();
        let number = *self.by_loc.entry(node.loc).or_insert(next);
        if number == next {
            self.graph.nodes.push(node);
        }
        (number, number == next)
    }

    fn edge(&mut self, from: usize, to: usize, text: &str) {
        if self.linked.insert((from, to)) {
            self.graph.edges.push(Edge { from, to, text: text.to_owned() });
        }
    }
}

fn operation(call: &Call) -> String {
    match call.operation {
        Operation::Other => call.library.entry.to_string(),
        operation => format!("{operation:?}"),
    }
}

/// What a link starts with, in the words of the code.
fn by(steps: &[Step]) -> &str {
    match steps.first() {
        Some(Step { how: How::OnlyCandidate | How::Guess, .. }) => "the only one found",
        Some(step) => &step.text,
        None => "",
    }
}
