//! The stacks of an account, as CloudFormation tells them.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::account::Operation;
use crate::source::Span;

use super::answers::{Answers, Parsed};
use super::{Deployment, Member};
use crate::syntax::tree::Node;

/// The stacks with the resources that answers name, each stack once, in the order of their names.
pub(super) fn read(answers: &Answers<'_>) -> Vec<Deployment> {
    let mut stacks: BTreeMap<Arc<str>, Vec<Member>> = BTreeMap::new();
    for answer in answers.of(Operation::DescribeStackResources) {
        for thing in answer.things("StackResources") {
            let Some((stack, member)) = member(&answer, thing) else { continue };
            let members = stacks.entry(stack).or_default();
            if !members.iter().any(|mine| mine.logical == member.logical) {
                members.push(member);
            }
        }
    }
    stacks.into_iter().map(|(name, members)| Deployment { name, members }).collect()
}

fn member(answer: &Parsed<'_>, thing: &Node) -> Option<(Arc<str>, Member)> {
    let text = |name: &str| thing.get(name).and_then(Node::text).map(Arc::from);
    let logical = thing.pair("LogicalResourceId")?;
    let span = Span { start: logical.key_span.start, end: logical.value.span.end };
    let member = Member {
        logical: logical.value.text()?.into(),
        physical: text("PhysicalResourceId")?,
        type_name: text("ResourceType")?,
        loc: answer.loc(span),
    };
    Some((text("StackName")?, member))
}
