//! Runs a grammar over a text, within bounds.

use std::borrow::Cow;
use std::io;
use std::ops::{ControlFlow, Range};
use std::thread;
use std::time::{Duration, Instant};

use tree_sitter::{Node, ParseOptions, Parser, Tree};

use super::context::Context;
use super::ir::{Language, Module, Stmt};
use crate::source::Span;
use crate::syntax::offsets::Offsets;
use crate::syntax::tree::Limit;

/// Makes a text into one of the same length that a grammar can read better; `None` where there is nothing to do.
pub(super) type Prepare = fn(&str) -> Option<Cow<'_, str>>;

/// A grammar and what it means.
pub(super) struct Grammar {
    /// The parser's tables.
    pub tree_sitter: fn() -> tree_sitter::Language,
    /// What is done to the text for it.
    pub prepare: Prepare,
    /// Lowers the root of a tree.
    pub lower: fn(&mut Context<'_>, Node<'_>) -> Vec<Stmt>,
}

/// Longer program texts, in bytes, are passed over.
const LONGEST_TEXT: usize = 1024 * 1024;

/// A text that takes longer to parse is passed over. Only inputs made to be ambiguous come near it.
const LONGEST_PARSE: Duration = Duration::from_secs(10);

/// Errors after this many say nothing new.
const MOST_ERRORS: usize = 5;

/// What lowering needs at most, in bytes.
const STACK: usize = 8 * 1024 * 1024;

/// Tree-sitter frees its ambiguities by recursion, at worst one call for every byte of the text.
const STACK_PER_BYTE: usize = 256;

/// Parses `text` with the first grammar that has no quarrel with it, else with the first.
pub(super) fn parse(language: Language, grammars: &[Grammar], text: &str, offsets: &Offsets) -> Module {
    let stopped = |message: &str| Module {
        language,
        body: Vec::new(),
        errors: Vec::new(),
        limit: Some(Limit { message: message.to_owned(), span: offsets.to_file(Span::new(0, 0)) }),
    };
    if text.len() > LONGEST_TEXT {
        return stopped("Program text longer than 1 MiB is not read");
    }
    match on_large_stack(text.len(), || parse_here(language, grammars, text, offsets)) {
        Ok(Some(module)) => module,
        Ok(None) => stopped("Parsing took longer than 10 seconds"),
        Err(_) => stopped("The parser could not be run"),
    }
}

/// Runs `work` on a thread whose stack is large enough for any text of `length` bytes.
fn on_large_stack<T: Send>(length: usize, work: impl FnOnce() -> T + Send) -> io::Result<T> {
    thread::scope(|scope| {
        let stack = STACK + STACK_PER_BYTE * length;
        let worker = thread::Builder::new().name("parser".into()).stack_size(stack).spawn_scoped(scope, work)?;
        worker.join().map_err(|_| io::Error::other("the parser stopped"))
    })
}

/// The places of the comments of a text, in order. None of a text that is passed over.
pub(super) fn comments(grammars: &[Grammar], text: &str, offsets: &Offsets) -> Vec<Span> {
    let find = || best_tree(grammars, text).map(|(_, tree)| comments_of(&tree)).unwrap_or_default();
    let found = if text.len() > LONGEST_TEXT { Ok(Vec::new()) } else { on_large_stack(text.len(), find) };
    found.unwrap_or_default().into_iter().map(|span| offsets.to_file(span)).collect()
}

fn comments_of(tree: &Tree) -> Vec<Span> {
    let mut comments = Vec::new();
    let mut cursor = tree.walk();
    loop {
        let node = cursor.node();
        if node.kind().ends_with("comment") {
            comments.push(Span::new(node.start_byte(), node.end_byte()));
        } else if cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return comments;
            }
        }
    }
}

fn parse_here(language: Language, grammars: &[Grammar], text: &str, offsets: &Offsets) -> Option<Module> {
    let (grammar, tree) = best_tree(grammars, text)?;
    let mut context = Context::new(text, offsets);
    let body = (grammar.lower)(&mut context, tree.root_node());
    Some(Module { language, body, errors: errors(&context, &tree), limit: context.limit })
}

fn best_tree<'g>(grammars: &'g [Grammar], text: &str) -> Option<(&'g Grammar, Tree)> {
    let mut best = None;
    for grammar in grammars {
        let Some(prepared) = (grammar.prepare)(text) else { continue };
        let tree = tree(grammar, &prepared)?;
        let is_faultless = !tree.root_node().has_error();
        if is_faultless || best.is_none() {
            best = Some((grammar, tree));
        }
        if is_faultless {
            break;
        }
    }
    best
}

fn tree(grammar: &Grammar, text: &str) -> Option<Tree> {
    let mut parser = Parser::new();
    parser.set_language(&(grammar.tree_sitter)()).ok()?;
    let bytes = text.as_bytes();
    let end = Instant::now() + LONGEST_PARSE;
    let mut until_end = |_: &_| if Instant::now() < end { ControlFlow::Continue(()) } else { ControlFlow::Break(()) };
    let options = ParseOptions::new().progress_callback(&mut until_end);
    parser.parse_with_options(&mut |at, _| bytes.get(at..).unwrap_or_default(), None, Some(options))
}

/// The first faults of a tree in the order of the text; faults with nothing but space between them are one.
fn errors(context: &Context<'_>, tree: &Tree) -> Vec<(Span, String)> {
    let mut found: Vec<(Range<usize>, String)> = Vec::new();
    let mut cursor = tree.walk();
    let mut parent = "";
    let mut parents = Vec::new();
    loop {
        let node = cursor.node();
        let is_fault = node.is_error() || node.is_missing();
        if is_fault && !is_harmless(context, node, parent) {
            let range = node.byte_range();
            let is_full = found.len() == MOST_ERRORS;
            match found.last_mut().filter(|(last, _)| context.blank(last.end..range.start)) {
                Some((last, _)) => last.end = range.end,
                None if is_full => break,
                None => found.push((range, fault(node))),
            }
        }
        if !is_fault && node.has_error() && !TYPES.contains(&node.kind()) && cursor.goto_first_child() {
            parents.push(parent);
            parent = node.kind();
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return context.places(found);
            }
            parent = parents.pop().unwrap_or_default();
        }
    }
    context.places(found)
}

/// Nodes that hold no program: a fault in them says more about the grammar than about the text.
const TYPES: &[&str] = &[
    "type_annotation",
    "type_arguments",
    "type_parameters",
    "type_alias_declaration",
    "interface_declaration",
    "ambient_declaration",
];

/// JSX may have `&` in its text and attributes, which its grammars take for the start of a character reference.
fn is_harmless(context: &Context<'_>, node: Node<'_>, parent: &str) -> bool {
    matches!(parent, "jsx_element" | "string") && context.text(node).starts_with('&')
}

fn fault(node: Node<'_>) -> String {
    if node.is_missing() { format!("`{}` is missing here", node.kind()) } else { "This cannot be parsed".to_owned() }
}
