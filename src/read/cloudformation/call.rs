//! Nodes that are calls of intrinsic functions.

use crate::syntax::tree::Node;

/// A call of an intrinsic function, in its short form (a tag) or its long one (a map of one key).
#[derive(Clone, Copy, Debug)]
pub(super) struct Call<'n> {
    /// The function without `Fn::`.
    pub name: &'n str,
    pub argument: &'n Node,
    /// The short form: the argument is the tagged node itself.
    is_tag: bool,
}

impl<'n> Call<'n> {
    /// The call that a node is, if it is one.
    pub fn of(node: &'n Node) -> Option<Self> {
        let Some(tag) = &node.tag else { return Self::long(node) };
        let name = tag.strip_prefix('!').filter(|name| !name.is_empty())?;
        Some(Self { name, argument: node, is_tag: true })
    }

    fn long(node: &'n Node) -> Option<Self> {
        let [pair] = node.pairs() else { return None };
        let name = if &*pair.key == "Ref" { "Ref" } else { pair.key.strip_prefix("Fn::")? };
        (!name.starts_with("ForEach::")).then_some(Self { name, argument: &pair.value, is_tag: false })
    }

    /// The call that is this one's argument: `!ImportValue {"Fn::Sub": …}`.
    pub fn inner(&self) -> Option<Self> {
        if self.is_tag { Self::long(self.argument) } else { Self::of(self.argument) }
    }

    /// The argument, unless it is a call itself.
    pub fn literal(&self) -> Option<&'n Node> {
        self.inner().is_none().then_some(self.argument)
    }

    /// The arguments of a function that takes a list of them.
    pub fn items(&self) -> &'n [Node] {
        self.literal().map(Node::items).unwrap_or_default()
    }

    /// The text argument of a function that takes one.
    pub fn text(&self) -> Option<&'n str> {
        self.literal()?.text()
    }
}
