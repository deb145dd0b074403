//! The small program representation that every language is lowered to.
//!
//! It keeps what data flow needs and nothing else: what a construct does to values. Anything without such a
//! meaning becomes [`ExprKind::Other`] with its children, so that calls inside it are still seen.

use std::sync::Arc;

use crate::source::Span;
use crate::syntax::tree::Limit;

/// A language that is lowered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Language {
    /// TypeScript, TSX, and the script blocks of Vue and Svelte with `lang="ts"`.
    TypeScript,
    /// JavaScript and JSX.
    JavaScript,
    /// Python.
    Python,
}

/// One parsed source file.
#[derive(Clone, Debug)]
pub struct Module {
    /// Its language.
    pub language: Language,
    /// Its statements.
    pub body: Vec<Stmt>,
    /// Parts that could not be parsed, with a sentence each; the body holds all the rest.
    pub errors: Vec<(Span, String)>,
    /// The first bound that was reached; what lies beyond it is left out of the body.
    pub limit: Option<Limit>,
}

/// An expression and its place.
#[derive(Clone, Debug)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Where it stands (a place in the file, also for embedded code).
    pub span: Span,
}

/// What an expression does.
#[derive(Clone, Debug)]
pub enum ExprKind {
    /// `null`, `undefined`, `None`.
    Null,
    /// A boolean literal.
    Bool(bool),
    /// A number literal, as written.
    Number(Arc<str>),
    /// A string literal, escapes resolved.
    Text(Arc<str>),
    /// Template strings, f-strings and `+` (a `+` of numbers too: the evaluator decides).
    Concat(Vec<Expr>),
    /// A variable. `this` and `self` are names too: `this` in ECMAScript, the first parameter in Python. So are `super`
    /// and `import` (of `import("m")` and, as [`ExprKind::Member`], `import.meta`).
    Name(Arc<str>),
    /// `of.key` and `of?.key`.
    Member {
        /// The object.
        of: Box<Expr>,
        /// The member's name.
        key: Arc<str>,
    },
    /// `of[key]`.
    Index {
        /// The object or list.
        of: Box<Expr>,
        /// The key.
        key: Box<Expr>,
    },
    /// `callee(arguments)`. A tagged template is a call whose first argument is the text.
    Call {
        /// What is called.
        callee: Box<Expr>,
        /// With what.
        arguments: Vec<Argument>,
    },
    /// `new class(arguments)`; a JSX element is `new Tag({attributes}, children…)`.
    New {
        /// The class.
        class: Box<Expr>,
        /// The constructor's arguments.
        arguments: Vec<Argument>,
    },
    /// An object or dictionary literal. Methods, getters and setters are [`ExprKind::Lambda`] values with their role.
    Map(Vec<MapItem>),
    /// An array, tuple, list or set literal.
    List(Vec<ListItem>),
    /// `condition ? then : otherwise`, `then if condition else otherwise`.
    Choice {
        /// The test.
        condition: Box<Expr>,
        /// Its value when true.
        then: Box<Expr>,
        /// Its value when false.
        otherwise: Box<Expr>,
    },
    /// `left || right`, `left or right`: the right value when the left is falsy.
    Or(Box<Expr>, Box<Expr>),
    /// `left ?? right`: the right value when the left is null.
    Coalesce(Box<Expr>, Box<Expr>),
    /// `left && right`, `left and right`.
    And(Box<Expr>, Box<Expr>),
    /// `!x`, `not x`.
    Not(Box<Expr>),
    /// `left == right` (strict or not, `is`), or its negation.
    Equals {
        /// One side.
        left: Box<Expr>,
        /// The other.
        right: Box<Expr>,
        /// `!=`, `!==`, `is not`.
        negated: bool,
    },
    /// `target = value` as an expression (`:=` too).
    Assign {
        /// What is assigned to.
        target: Box<Expr>,
        /// The new value.
        value: Box<Expr>,
    },
    /// `delete of.key`, `del of[key]`.
    Delete(Box<Expr>),
    /// An anonymous function.
    Lambda(Arc<Function>),
    /// A class as an expression.
    Class(Arc<Class>),
    /// Anything else; the children are evaluated for what happens in them.
    Other(Vec<Expr>),
}

/// An argument of a call.
#[derive(Clone, Debug)]
pub struct Argument {
    /// The keyword of `keyword=value`.
    pub name: Option<Arc<str>>,
    /// `...value` or `*value`; `**value` is a spread with an empty name.
    pub spread: bool,
    /// The value.
    pub value: Expr,
}

/// An entry of a map literal.
#[derive(Clone, Debug)]
pub enum MapItem {
    /// `key: value`; shorthand `{ key }` too, whose value is the name.
    Entry {
        /// The key; a literal [`ExprKind::Text`] unless computed.
        key: Expr,
        /// The value.
        value: Expr,
    },
    /// `...value`, `**value`.
    Spread(Expr),
}

/// An item of a list literal.
#[derive(Clone, Debug)]
pub enum ListItem {
    /// One item.
    Item(Expr),
    /// `...items`, `*items`.
    Spread(Expr),
}

/// A statement and its place.
#[derive(Clone, Debug)]
pub struct Stmt {
    /// What it is.
    pub kind: StmtKind,
    /// Where it stands.
    pub span: Span,
}

/// What a statement does.
#[derive(Clone, Debug)]
pub enum StmtKind {
    /// A declaration: `const x = …`, `let {a} = …`, a class-less field. Python has none: it assigns.
    Let {
        /// What is declared.
        pattern: Pattern,
        /// Its value, if any.
        value: Option<Expr>,
        /// The declared type's name, without arguments.
        annotation: Option<Arc<str>>,
    },
    /// `target = value`; for `target += value` the value is a [`ExprKind::Concat`] of both.
    Assign {
        /// Name, member, index, or a list or map literal for destructuring.
        target: Expr,
        /// The new value.
        value: Expr,
    },
    /// An expression for its effect.
    Expr(Expr),
    /// Leaves the function with a value.
    Return(Option<Expr>),
    /// Leaves by `throw` or `raise`.
    Throw(Option<Expr>),
    /// Leaves a loop or its turn: `break`, `continue`.
    Break,
    /// `global x`, `nonlocal x`: these names are those of a scope further out.
    Outer(Vec<Arc<str>>),
    /// A choice; `switch` and `match` are lowered to a chain of these with [`ExprKind::Equals`].
    If {
        /// The test.
        condition: Expr,
        /// Done when true.
        then: Vec<Stmt>,
        /// Done when false.
        otherwise: Vec<Stmt>,
    },
    /// Any loop.
    Loop {
        /// `for (pattern of items)`.
        binding: Option<(Pattern, Expr)>,
        /// The body (the test and step of a counted loop are its first and last statements).
        body: Vec<Stmt>,
    },
    /// `try`; `with` is a plain [`StmtKind::Block`] after a `Let`/`Assign` of its value.
    Try {
        /// What is tried.
        body: Vec<Stmt>,
        /// The handlers.
        handlers: Vec<Vec<Stmt>>,
        /// Always done.
        finally: Vec<Stmt>,
    },
    /// Statements in braces.
    Block(Vec<Stmt>),
    /// A named function.
    Function(Arc<Function>),
    /// A class.
    Class(Arc<Class>),
    /// An import (CommonJS `const {a} = require("m")` is a `Let` of a call and stays one).
    Import(Import),
    /// An export of what other statements declare, or of another module's names.
    Export(Export),
}

/// What a value is bound to.
#[derive(Clone, Debug)]
pub enum Pattern {
    /// A name and its place.
    Name(Arc<str>, Span),
    /// `{ key: pattern = default, ...rest }`.
    Map {
        /// Key, pattern, default.
        entries: Vec<(Arc<str>, Pattern, Option<Expr>)>,
        /// The name that takes the rest.
        rest: Option<Arc<str>>,
    },
    /// `[a, b]`; `None` for a skipped place.
    List(Vec<Option<Pattern>>),
    /// Anything else.
    Other,
}

/// A function, method or arrow.
#[derive(Clone, Debug)]
pub struct Function {
    /// Its name; empty for an anonymous one.
    pub name: Arc<str>,
    /// Its parameters, `self` included in Python.
    pub parameters: Vec<Parameter>,
    /// Its body; an expression body is a single return.
    pub body: Vec<Stmt>,
    /// What kind of member it is.
    pub role: Role,
    /// Its decorators.
    pub decorators: Vec<Expr>,
    /// The whole function.
    pub span: Span,
}

/// What kind of member a function is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A function, or a method of an instance.
    Plain,
    /// `get x()`, `@property`.
    Getter,
    /// `set x(v)`, `@x.setter`.
    Setter,
    /// `static`, `@staticmethod`.
    Static,
    /// `@classmethod`: the first parameter is the class.
    OfClass,
    /// `constructor`, `__init__`.
    Constructor,
}

/// A parameter of a function.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// What it binds.
    pub pattern: Pattern,
    /// Its default.
    pub default: Option<Expr>,
    /// The declared type's name, without arguments.
    pub annotation: Option<Arc<str>>,
    /// How it takes arguments.
    pub kind: ParameterKind,
    /// TypeScript's `constructor(private x: T)`: also sets `this.x`.
    pub field: bool,
}

/// How a parameter takes arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParameterKind {
    /// One argument.
    Single,
    /// `...rest`, `*args`.
    Rest,
    /// `**kwargs`.
    Keywords,
}

/// A class.
#[derive(Clone, Debug)]
pub struct Class {
    /// Its name; empty for an anonymous one.
    pub name: Arc<str>,
    /// Its base classes.
    pub bases: Vec<Expr>,
    /// Fields with their values, in order; static ones marked. Python class attributes are static.
    pub fields: Vec<Field>,
    /// Its methods.
    pub methods: Vec<Arc<Function>>,
    /// Its decorators.
    pub decorators: Vec<Expr>,
    /// The whole class.
    pub span: Span,
}

/// A field of a class.
#[derive(Clone, Debug)]
pub struct Field {
    /// Its name.
    pub name: Arc<str>,
    /// Its value, if any.
    pub value: Option<Expr>,
    /// The declared type's name, without arguments.
    pub annotation: Option<Arc<str>>,
    /// Whether it belongs to the class.
    pub is_static: bool,
}

/// An import.
#[derive(Clone, Debug)]
pub struct Import {
    /// The module as written: `./x`, `@aws-sdk/…`, `boto3`, `..pkg.mod` (Python's leading dots kept).
    pub module: Arc<str>,
    /// What is taken from it.
    pub items: Vec<ImportItem>,
}

/// One imported name.
#[derive(Clone, Debug)]
pub struct ImportItem {
    /// What is taken.
    pub what: Imported,
    /// The local name.
    pub local: Arc<str>,
}

/// What an import takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Imported {
    /// A named export.
    Name(Arc<str>),
    /// The default export.
    Default,
    /// The whole module: `* as x`, `import x` in Python.
    Module,
    /// Every name (`from m import *`); the local name is empty.
    All,
}

/// An export.
#[derive(Clone, Debug)]
pub enum Export {
    /// `export { local as exported }`; `export const x` and `export function f` add one of these after the declaration.
    Name {
        /// The name in this module.
        local: Arc<str>,
        /// The name outside (`default` for the default).
        exported: Arc<str>,
    },
    /// `export default expression`.
    Default(Expr),
    /// `export { imported as exported } from "module"`; `None` for `export * from`.
    From {
        /// The other module.
        module: Arc<str>,
        /// Its names, and theirs outside.
        names: Option<Vec<(Imported, Arc<str>)>>,
    },
}
