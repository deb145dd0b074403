//! The answers with their files. Each is parsed when it is asked for, as thousands of trees at once take much room.

use std::sync::Arc;

use crate::account::{Answer, Asked, Operation};
use crate::source::{FileId, Loc, SourceFile, SourceMap, Span};
use crate::syntax::json;
use crate::syntax::tree::{Node, NodeKind};

use super::place;
use super::texts::Texts;

/// An answer that was parsed.
#[derive(Debug)]
pub(super) struct Parsed<'a> {
    /// The call.
    pub asked: &'a Asked,
    /// The file that its text is.
    pub file: FileId,
    /// What it says.
    pub root: Node,
}

impl Parsed<'_> {
    /// A place in the answer.
    pub fn loc(&self, span: Span) -> Loc {
        Loc { file: self.file, span }
    }

    /// An identifier that the call was made with.
    pub fn subject(&self, at: usize) -> Option<&Arc<str>> {
        self.asked.subject.get(at)
    }

    /// What stands under a member: the items of a list, or the one thing. An empty name is the answer itself.
    pub fn things(&self, member: &str) -> &[Node] {
        let node = if member.is_empty() { Some(&self.root) } else { self.root.get(member) };
        match node {
            Some(Node { kind: NodeKind::List(items), .. }) => items,
            Some(node) if matches!(node.kind, NodeKind::Map(_)) => std::slice::from_ref(node),
            _ => &[],
        }
    }
}

/// All answers, in the order of the audit.
#[derive(Debug)]
pub(super) struct Answers<'s> {
    list: Vec<(&'s Asked, FileId)>,
    sources: &'s SourceMap,
    /// What many of them say in the same words.
    pub texts: Texts,
}

impl<'s> Answers<'s> {
    /// Their texts join the sources.
    pub fn new(answers: &'s [Answer], sources: &'s mut SourceMap) -> Self {
        sources.reserve(answers.len());
        let add = |Answer { asked, body }: &'s Answer| {
            let file = sources.add_aside(SourceFile::told(place::path(asked), body.clone()));
            (asked, file)
        };
        let list = answers.iter().map(add).collect();
        Self { list, sources, texts: Texts::default() }
    }

    /// The calls, with the files of their answers.
    pub fn iter(&self) -> impl Iterator<Item = (&Asked, FileId)> {
        self.list.iter().copied()
    }

    /// The answers to one kind of call. Half an answer would have what is missing taken for absent, and is left out.
    pub fn of(&self, operation: Operation) -> impl Iterator<Item = Parsed<'_>> {
        let answers = self.iter().filter(move |(asked, _)| asked.operation == operation);
        answers.filter_map(|(asked, file)| Some(Parsed { asked, file, root: self.root(file)? }))
    }

    /// The calls whose answers cannot be understood, with the files of these.
    pub fn broken(&self) -> impl Iterator<Item = (&Asked, FileId)> {
        self.iter().filter(|(_, file)| self.root(*file).is_none())
    }

    /// What an answer says, if it is JSON and whole.
    fn root(&self, file: FileId) -> Option<Node> {
        let mut tree = json::parse(self.sources.file(file).text());
        let is_whole = tree.errors.is_empty() && tree.limit.is_none() && tree.documents.len() == 1;
        let mut root = tree.documents.pop().filter(|_| is_whole)?;
        self.texts.share(&mut root);
        Some(root)
    }
}
