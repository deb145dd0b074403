//! What a text in HashiCorp's configuration language says, with the place of every part.

use std::sync::Arc;

use crate::source::Span;
use crate::syntax::tree::{Limit, SyntaxError};

/// A parsed text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct File {
    /// Its attributes and blocks.
    pub body: Body,
    /// What could not be parsed; the body holds what could.
    pub errors: Vec<SyntaxError>,
    /// A bound that was reached; the text is passed over, and the body empty.
    pub limit: Option<Limit>,
}

/// What stands in a file or between the braces of a block, in written order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Body {
    /// `name = value`.
    pub attributes: Vec<Attribute>,
    /// `kind "label" { … }`.
    pub blocks: Vec<Block>,
}

/// `name = value`.
#[derive(Clone, Debug, PartialEq)]
pub struct Attribute {
    /// The name.
    pub name: Arc<str>,
    /// Where the name stands.
    pub name_span: Span,
    /// The value.
    pub value: Expression,
}

/// `kind "label" { … }`.
#[derive(Clone, Debug, PartialEq)]
pub struct Block {
    /// Its kind: `resource`, `variable`, `device_configuration`.
    pub kind: Arc<str>,
    /// Its labels.
    pub labels: Vec<Arc<str>>,
    /// Where its kind and labels stand.
    pub header: Span,
    /// What stands in it.
    pub body: Body,
}

/// An expression.
#[derive(Clone, Debug, PartialEq)]
pub struct Expression {
    /// What it is.
    pub kind: ExpressionKind,
    /// The bytes it is written in.
    pub span: Span,
}

/// The kinds of expressions.
#[derive(Clone, Debug, PartialEq)]
pub enum ExpressionKind {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number, as written.
    Number(Arc<str>),
    /// A string or heredoc without interpolation, its escapes resolved.
    Text(Arc<str>),
    /// A string or heredoc with interpolations or directives; its value is always a string. (`"${a}"` alone is `a` itself.)
    Template(Vec<Part>),
    /// `[a, b]`.
    List(Vec<Expression>),
    /// `{ a = b }`.
    Map(Vec<Item>),
    /// The first name of a reference: `var` of `var.stage`, an iterator's name.
    Name(Arc<str>),
    /// `of.key`; of `of.0`, the key is `0`.
    Member {
        /// Of what.
        of: Box<Expression>,
        /// Which.
        key: Arc<str>,
    },
    /// `of[key]`.
    Index {
        /// Of what.
        of: Box<Expression>,
        /// Which.
        key: Box<Expression>,
    },
    /// `of[*].a.b` or `of.*.a.b`: the steps are applied to every item.
    Splat {
        /// The list, or the one value.
        of: Box<Expression>,
        /// The steps.
        each: Vec<Step>,
    },
    /// `function(arguments)`.
    Call {
        /// The function.
        function: Arc<str>,
        /// The arguments.
        arguments: Vec<Expression>,
        /// The last argument is a list whose items are the arguments (`...`).
        spread: bool,
    },
    /// `condition ? then : otherwise`.
    Choice {
        /// The condition.
        condition: Box<Expression>,
        /// Its value where the condition holds.
        then: Box<Expression>,
        /// Its value where it does not.
        otherwise: Box<Expression>,
    },
    /// `!a`, `-a`.
    Unary {
        /// The operator.
        operator: Unary,
        /// What it is applied to.
        operand: Box<Expression>,
    },
    /// `a == b`.
    Binary {
        /// The operator.
        operator: Binary,
        /// What stands before it.
        left: Box<Expression>,
        /// What stands after it.
        right: Box<Expression>,
    },
    /// `[for …]`, `{for …}`.
    For(Box<For>),
    /// What could not be parsed.
    Unreadable,
}

/// A part of a template.
#[derive(Clone, Debug, PartialEq)]
pub enum Part {
    /// Text.
    Text(Arc<str>),
    /// `${…}`.
    Value(Expression),
    /// `%{ if … }`.
    If {
        /// The condition.
        condition: Expression,
        /// The parts where it holds.
        then: Vec<Part>,
        /// The parts where it does not.
        otherwise: Vec<Part>,
    },
    /// `%{ for … }`.
    For {
        /// The name of the key or index.
        key: Option<Arc<str>>,
        /// The name of the item.
        item: Arc<str>,
        /// What is gone through.
        of: Expression,
        /// The parts of every turn.
        body: Vec<Part>,
    },
}

/// `key = value` of a map.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// The key; a bare name is a text, one in parentheses an expression.
    pub key: Expression,
    /// The value.
    pub value: Expression,
}

/// A step of a splat.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// `.key`.
    Member(Arc<str>),
    /// `[key]`.
    Index(Expression),
    /// `[*].a.b` inside a splat: the steps are applied to every item of the item.
    Splat(Vec<Step>),
}

/// A `for` expression.
#[derive(Clone, Debug, PartialEq)]
pub struct For {
    /// The name of the key or index.
    pub key: Option<Arc<str>>,
    /// The name of the item.
    pub item: Arc<str>,
    /// What is gone through.
    pub of: Expression,
    /// The key of a resulting map's entry; a list results without it.
    pub result_key: Option<Expression>,
    /// The resulting item or value.
    pub result: Expression,
    /// Values of equal keys become a list (`...`).
    pub grouped: bool,
    /// `if …`.
    pub condition: Option<Expression>,
}

/// Operators of one operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Unary {
    Not,
    Minus,
}

/// Operators of two operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Binary {
    Or,
    And,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
}
