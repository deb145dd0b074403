//! The graph of pools, clients, functions and calls as a Mermaid flowchart, with what the findings say is broken.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Display, Formatter, Write};

use crate::finding::Finding;
use crate::model::graph::{Graph, Node, NodeKind};
use crate::source::Loc;

use super::super::escape::Escaped;
use super::super::{Report, line, story};

/// Nodes of one chart: more cannot be read, and GitHub draws no chart of more than 50,000 characters.
const MOST_NODES: usize = 40;
/// Characters of a label.
const LONGEST: usize = 60;
/// Rules that are named on one edge.
const MOST_RULES: usize = 3;

/// A chart, and how many nodes it leaves out.
pub struct Chart {
    pub text: String,
    pub left_out: usize,
}

/// The chart of a report's graph; `None` where there is nothing to draw.
pub fn chart(report: &Report) -> Option<Chart> {
    let graph = report.graph.as_ref()?;
    let broken = Broken::of(report, graph);
    let (drawn, left_out) = choose(graph, &broken);
    if drawn.is_empty() {
        return None;
    }
    let mut text = "flowchart LR\n".to_owned();
    for number in &drawn {
        text += &format!("  n{number}{}\n", node(report, graph.nodes.get(*number)?));
    }
    let edges: Vec<_> = edges(graph, &broken, &drawn);
    for edge in &edges {
        text += &edge.text;
    }
    let red = edges.iter().enumerate().filter(|(_, edge)| edge.is_broken).map(|(at, _)| at.to_string());
    let red: Vec<_> = red.collect();
    if !red.is_empty() {
        text += &format!("  linkStyle {} stroke:#d1242f,stroke-width:2px\n", red.join(","));
    }
    let marked = broken.nodes.keys().filter(|number| drawn.contains(number)).map(|number| format!("n{number}"));
    let marked: Vec<_> = marked.collect();
    if !marked.is_empty() {
        text += &format!("  classDef broken stroke:#d1242f,stroke-width:3px\n  class {} broken\n", marked.join(","));
    }
    Some(Chart { text, left_out })
}

/// What is broken, with the rules that say so.
#[derive(Default)]
struct Broken<'a> {
    /// Pairs of nodes that do not go together.
    edges: BTreeMap<(usize, usize), BTreeSet<&'a str>>,
    /// Nodes at which a finding stands.
    nodes: BTreeMap<usize, BTreeSet<&'a str>>,
}

impl<'a> Broken<'a> {
    fn of(report: &'a Report, graph: &Graph) -> Self {
        let mut broken = Self::default();
        for reported in &report.findings {
            broken.add(graph, &reported.finding);
        }
        broken
    }

    /// The first node that a finding touches and each pool or client beside it break together.
    fn add(&mut self, graph: &Graph, finding: &'a Finding) {
        let touched = story::places(finding).filter_map(|evidence| node_at(graph, evidence.loc));
        let touched: Vec<usize> = touched.collect();
        let Some((first, rest)) = touched.split_first() else { return };
        self.nodes.entry(*first).or_default().insert(finding.rule);
        let is_resource = |number: &&usize| {
            let kind = graph.nodes.get(**number).map(|node| node.kind);
            **number != *first && matches!(kind, Some(NodeKind::Pool | NodeKind::Client))
        };
        for other in rest.iter().filter(is_resource) {
            self.edges.entry((*first, *other)).or_default().insert(finding.rule);
        }
    }
}

/// The node with the smallest extent around a place.
fn node_at(graph: &Graph, loc: Loc) -> Option<usize> {
    let covers = |extent: &&Loc| extent.file == loc.file && extent.span.contains(loc.span);
    let size = |extent: &Loc| extent.span.end - extent.span.start;
    let around = |node: &Node| node.extents.iter().filter(covers).map(size).min();
    let sized = graph.nodes.iter().enumerate().filter_map(|(number, node)| Some((around(node)?, number)));
    sized.min().map(|(_, number)| number)
}

/// The nodes to draw, and how many are left out: those that are broken, then what they are linked with, then what else is
/// linked. A call without any link tells nothing.
fn choose(graph: &Graph, broken: &Broken<'_>) -> (BTreeSet<usize>, usize) {
    let ends = |pair: &(usize, usize)| [pair.0, pair.1];
    let mut wanted: Vec<usize> = broken.edges.keys().flat_map(ends).chain(broken.nodes.keys().copied()).collect();
    let links: Vec<_> = graph.edges.iter().map(|edge| (edge.from, edge.to)).collect();
    let first: BTreeSet<usize> = wanted.iter().copied().collect();
    let beside = links.iter().filter(|(from, to)| first.contains(from) || first.contains(to));
    wanted.extend(beside.flat_map(ends));
    wanted.extend(links.iter().flat_map(ends));
    let resources = graph.nodes.iter().enumerate().filter(|(_, node)| node.kind != NodeKind::Code);
    wanted.extend(resources.map(|(number, _)| number));
    let mut drawn = BTreeSet::new();
    let mut left_out = BTreeSet::new();
    for number in wanted {
        if drawn.len() < MOST_NODES || drawn.contains(&number) {
            drawn.insert(number);
        } else {
            left_out.insert(number);
        }
    }
    (drawn, left_out.len())
}

struct Line {
    text: String,
    is_broken: bool,
}

/// The edges between the nodes that are drawn. A pair that breaks is drawn once, with the rules on it.
fn edges(graph: &Graph, broken: &Broken<'_>, drawn: &BTreeSet<usize>) -> Vec<Line> {
    let is_drawn = |from: usize, to: usize| drawn.contains(&from) && drawn.contains(&to);
    let links = graph.edges.iter().filter(|edge| is_drawn(edge.from, edge.to));
    let links = links.filter(|edge| !broken.edges.contains_key(&(edge.from, edge.to))).map(|edge| {
        let label = if edge.text.is_empty() { String::new() } else { format!("|\"{}\"|", Label(&edge.text)) };
        Line { text: format!("  n{} -->{label} n{}\n", edge.from, edge.to), is_broken: false }
    });
    let breaks = broken.edges.iter().filter(|((from, to), _)| is_drawn(*from, *to));
    let breaks = breaks.map(|((from, to), rules)| {
        let mut named: Vec<_> = rules.iter().take(MOST_RULES).map(|rule| (*rule).to_owned()).collect();
        if rules.len() > MOST_RULES {
            named.push(format!("{} more", rules.len() - MOST_RULES));
        }
        Line { text: format!("  n{from} -.->|\"✗ {}\"| n{to}\n", named.join(", ")), is_broken: true }
    });
    links.chain(breaks).collect()
}

/// A node's shape and label: a pool is a cylinder, a client a box, a function a box with sides, a call is rounded.
fn node(report: &Report, node: &Node) -> String {
    let (open, close) = match node.kind {
        NodeKind::Pool => ("[(", ")]"),
        NodeKind::Client => ("[", "]"),
        NodeKind::Function => ("[[", "]]"),
        NodeKind::Code => ("(", ")"),
    };
    let path = report.path_in_repository(node.loc);
    let place = format!("{path}:{}", line(&report.sources, node.loc));
    format!("{open}\"{}<br/>{}\"{close}", Label(&node.name), Label(&tail(&place)))
}

/// The end of a place that is too long: it names the file.
fn tail(place: &str) -> String {
    let beyond = place.chars().count().saturating_sub(LONGEST);
    if beyond == 0 { place.to_owned() } else { format!("…{}", place.chars().skip(beyond + 1).collect::<String>()) }
}

/// Text of a label: what is neither a letter, a digit nor harmless stands as its number, so that nothing ends the label.
struct Label<'a>(&'a str);

impl Display for Label<'_> {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        let text = Escaped(self.0).to_string();
        let is_cut = text.chars().count() > LONGEST;
        let kept = if is_cut { LONGEST - 1 } else { LONGEST };
        for letter in text.chars().take(kept) {
            let is_harmless = letter.is_alphanumeric() || " ._-/:→…".contains(letter);
            if is_harmless { out.write_char(letter)? } else { write!(out, "#{};", u32::from(letter))? }
        }
        if is_cut { out.write_char('…') } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::{HOSTILE, drawn, many, report};
    use super::*;

    #[test]
    fn what_breaks_is_drawn_between_the_call_and_the_pool() {
        let chart = chart(&drawn(report("infra/auth.yaml", "web/session.ts"), "Pool", 1)).expect("there is a graph");
        assert_eq!(
            chart.text,
            "flowchart LR\n  n0[(\"Pool<br/>infra/auth.yaml:2\")]\n  n1(\"InitiateAuth<br/>web/session.ts:2\")\n  \
             n1 -.->|\"✗ device-key-missing-on-refresh\"| n0\n  linkStyle 0 stroke:#d1242f,stroke-width:2px\n  \
             classDef broken stroke:#d1242f,stroke-width:3px\n  class n0,n1 broken\n"
        );
        assert_eq!(chart.left_out, 0);
    }

    #[test]
    fn a_chart_is_bounded_and_says_so() {
        let chart = chart(&drawn(many(1), "Pool", 3 * MOST_NODES)).expect("there is a graph");
        let nodes = chart.text.lines().filter(|line| line.contains("<br/>")).count();
        assert_eq!((nodes, chart.left_out), (MOST_NODES, 2 * MOST_NODES + 1));
        assert!(chart.text.contains("✗ device-key-missing-on-refresh"), "what is broken is drawn first");
    }

    #[test]
    fn nothing_ends_a_label() {
        let name = "a\"] --> b[\"x\n  click n0 \"javascript:x\" %%{init}%% #quot; <script> ``` end;";
        let chart = chart(&drawn(report(HOSTILE[0], HOSTILE[1]), name, 1)).expect("there is a graph");
        assert_eq!(chart.text.lines().count(), 7, "{}", chart.text);
        let labels = chart.text.lines().filter(|line| line.contains("<br/>"));
        assert!(labels.clone().all(|line| line.matches('"').count() == 2), "{}", chart.text);
        assert!(labels.clone().all(|line| line.matches('<').count() == 1 && !line.contains('`')), "{}", chart.text);
    }

    #[test]
    fn a_long_place_keeps_its_end() {
        let label = tail(&format!("{}/src/session.ts:47", "deep/".repeat(30)));
        assert!(label.starts_with('…') && label.ends_with("/src/session.ts:47") && label.chars().count() == LONGEST);
        assert_eq!(Label(&"x".repeat(LONGEST + 1)).to_string(), format!("{}…", "x".repeat(LONGEST - 1)));
    }

    #[test]
    fn without_a_graph_nothing_is_drawn() {
        assert!(chart(&report("infra/auth.yaml", "web/session.ts")).is_none());
    }
}
