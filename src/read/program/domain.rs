//! The values the evaluator works with: cheap to clone, aliased through the heap.

use std::rc::Rc;
use std::sync::Arc;

use crate::source::{FileId, Loc};
use crate::syntax::code::ir::{Class, Function, Imported, Language};
use crate::value::Reference;
use crate::when::When;

/// A value and the place it was written at.
#[derive(Clone, Debug)]
pub(super) struct Val {
    pub(super) kind: Kind,
    pub(super) loc: Loc,
}

/// The shapes of a value.
#[derive(Clone, Debug)]
pub(super) enum Kind {
    Null,
    Bool(bool),
    Number(Arc<str>),
    Text(Arc<str>),
    /// A string of which some parts are no plain texts.
    Concat(Rc<[Val]>),
    /// A map, list or instance on the heap.
    Object(ObjectId),
    Function(Rc<Closure>),
    Class(Rc<ClassDef>),
    /// A module of this scan.
    Module(ModuleId),
    /// A name of a library, of the language's runtime or of the global scope.
    Symbol(Rc<Symbol>),
    Reference(Rc<Reference>),
    /// A name of another module of this scan, which is evaluated when it is first read.
    Imported(Rc<ImportedName>),
    OneOf(Rc<[Alt]>),
    /// What comes from outside the scan, with what is known of it.
    Opaque(Rc<Opaque>),
}

/// A name of another module.
#[derive(Debug)]
pub(super) struct ImportedName {
    pub(super) file: FileId,
    pub(super) what: Imported,
}

/// One of several values.
#[derive(Clone, Debug)]
pub(super) struct Alt {
    pub(super) val: Val,
    pub(super) when: When,
    pub(super) fallback: bool,
}

/// An object on the heap.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct ObjectId(pub(super) u32);

/// A scope on the heap.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct ScopeId(pub(super) u32);

/// A module of this scan, by the order in which modules were met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct ModuleId(pub(super) u32);

/// A function with the scope it was made in.
#[derive(Debug)]
pub(super) struct Closure {
    pub(super) function: Arc<Function>,
    pub(super) scope: ScopeId,
    pub(super) module: ModuleId,
    pub(super) class: Option<Rc<ClassDef>>,
    /// The receiver of a method: an instance, or the class.
    pub(super) receiver: Option<Val>,
}

/// A class with the scope it was made in.
#[derive(Debug)]
pub(super) struct ClassDef {
    pub(super) class: Arc<Class>,
    pub(super) scope: ScopeId,
    pub(super) module: ModuleId,
    pub(super) language: Language,
    pub(super) bases: Vec<Val>,
    /// Its static fields.
    pub(super) statics: ObjectId,
}

/// A name outside the scan: `@aws-sdk/client-cognito-identity-provider` and `AuthFlowType.CUSTOM_AUTH`. Globals have an
/// empty package.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Symbol {
    pub(super) package: Arc<str>,
    pub(super) path: Arc<str>,
}

/// What comes from outside the scan.
#[derive(Debug)]
pub(super) struct Opaque {
    /// Tells one unknown from another; members of the same unknown are compared by their keys.
    pub(super) id: u32,
    pub(super) source: Source,
}

/// Where an unknown comes from.
#[derive(Debug)]
pub(super) enum Source {
    /// An argument nobody in the scan passes; its declared class, where it is one of a library.
    Input {
        name: Arc<str>,
        class: Option<Symbol>,
    },
    /// What a call outside the scan answers, or the object that `new` of a class outside makes.
    Answer(Answered),
    /// A member of something unknown.
    Member {
        of: Val,
        key: Arc<str>,
    },
    /// A name that was not found where it should be.
    Import(Arc<str>),
    Dynamic,
    Limit,
}

/// A call outside the scan.
#[derive(Debug)]
pub(super) struct Answered {
    pub(super) callee: Callee,
    pub(super) args: Args,
    /// Whether it is `new`.
    pub(super) made: bool,
    /// The operation that it performs, by its number among the recorded calls.
    pub(super) call: Option<CallId>,
}

/// A recorded call of the Cognito API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct CallId(pub(super) u32);

/// What is called outside the scan.
#[derive(Clone, Debug)]
pub(super) enum Callee {
    Symbol(Rc<Symbol>),
    Method {
        receiver: Val,
        name: Arc<str>,
    },
    /// Some unknown value.
    Value(Val),
}

/// The arguments of a call.
#[derive(Clone, Debug, Default)]
pub(super) struct Args {
    pub(super) positional: Vec<Val>,
    /// A map of the keyword arguments, when there are any.
    pub(super) keywords: Option<Val>,
    /// Something unknown was spread in.
    pub(super) open: bool,
}

impl Val {
    pub(super) fn new(kind: Kind, loc: Loc) -> Self {
        Self { kind, loc }
    }

    pub(super) fn null(loc: Loc) -> Self {
        Self::new(Kind::Null, loc)
    }

    pub(super) fn text_at(text: impl Into<Arc<str>>, loc: Loc) -> Self {
        Self::new(Kind::Text(text.into()), loc)
    }

    pub(super) fn symbol(package: impl Into<Arc<str>>, path: impl Into<Arc<str>>, loc: Loc) -> Self {
        Self::new(Kind::Symbol(Rc::new(Symbol { package: package.into(), path: path.into() })), loc)
    }

    pub(super) fn environment(name: impl Into<Arc<str>>, loc: Loc) -> Self {
        Self::new(Kind::Reference(Rc::new(Reference::Environment(name.into()))), loc)
    }

    pub(super) fn setting(key: impl Into<Arc<str>>, loc: Loc) -> Self {
        Self::new(Kind::Reference(Rc::new(Reference::Setting(key.into()))), loc)
    }

    pub(super) fn text(&self) -> Option<&Arc<str>> {
        if let Kind::Text(text) = &self.kind { Some(text) } else { None }
    }

    pub(super) fn object(&self) -> Option<ObjectId> {
        if let Kind::Object(id) = self.kind { Some(id) } else { None }
    }

    pub(super) fn as_symbol(&self) -> Option<&Symbol> {
        if let Kind::Symbol(symbol) = &self.kind { Some(symbol) } else { None }
    }

    pub(super) fn closure(&self) -> Option<&Rc<Closure>> {
        if let Kind::Function(closure) = &self.kind { Some(closure) } else { None }
    }

    pub(super) fn is_null(&self) -> bool {
        matches!(self.kind, Kind::Null)
    }

    /// The source of an unknown.
    pub(super) fn source(&self) -> Option<&Source> {
        if let Kind::Opaque(opaque) = &self.kind { Some(&opaque.source) } else { None }
    }

    /// The call outside that this is the answer of.
    pub(super) fn answered(&self) -> Option<&Answered> {
        if let Some(Source::Answer(answered)) = self.source() { Some(answered) } else { None }
    }

    /// Whether both are certainly the same value. Places do not matter.
    pub(super) fn same(&self, other: &Self) -> bool {
        match (&self.kind, &other.kind) {
            (Kind::Null, Kind::Null) => true,
            (Kind::Bool(a), Kind::Bool(b)) => a == b,
            (Kind::Number(a), Kind::Number(b)) | (Kind::Text(a), Kind::Text(b)) => a == b,
            (Kind::Object(a), Kind::Object(b)) => a == b,
            (Kind::Function(a), Kind::Function(b)) => Rc::ptr_eq(a, b),
            (Kind::Class(a), Kind::Class(b)) => Rc::ptr_eq(a, b),
            (Kind::Module(a), Kind::Module(b)) => a == b,
            (Kind::Symbol(a), Kind::Symbol(b)) => a == b,
            (Kind::Reference(a), Kind::Reference(b)) => a == b,
            (Kind::Concat(a), Kind::Concat(b)) => {
                Rc::ptr_eq(a, b) || (a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| a.same(b)))
            }
            (Kind::OneOf(a), Kind::OneOf(b)) => {
                Rc::ptr_eq(a, b)
                    || (a.len() == b.len()
                        && a.iter()
                            .zip(b.iter())
                            .all(|(a, b)| a.when == b.when && a.fallback == b.fallback && a.val.same(&b.val)))
            }
            (Kind::Opaque(a), Kind::Opaque(b)) => a.same(b),
            _ => false,
        }
    }
}

impl Opaque {
    fn same(&self, other: &Self) -> bool {
        match (&self.source, &other.source) {
            _ if self.id == other.id => true,
            (Source::Member { of, key }, Source::Member { of: other_of, key: other_key }) => {
                key == other_key && of.same(other_of)
            }
            (Source::Import(a), Source::Import(b)) => a == b,
            _ => false,
        }
    }
}

impl Symbol {
    /// The last part of the path.
    pub(super) fn name(&self) -> &str {
        self.path.rsplit('.').next().unwrap_or(&self.path)
    }

    /// The name with its package: `boto3.client`.
    pub(super) fn full_name(&self) -> Arc<str> {
        match (&*self.package, &*self.path) {
            ("", path) => path.into(),
            (package, "") => package.into(),
            (package, path) => format!("{package}.{path}").into(),
        }
    }

    /// A member of this name.
    pub(super) fn member(&self, key: &str) -> Self {
        let path = if self.path.is_empty() { key.into() } else { format!("{}.{key}", self.path).into() };
        Self { package: self.package.clone(), path }
    }
}

impl Callee {
    /// The last part of what is called: a function's or method's own name.
    pub(super) fn name(&self) -> &str {
        match self {
            Self::Symbol(symbol) => symbol.name(),
            Self::Method { name, .. } => name,
            Self::Value(_) => "",
        }
    }
}

impl Args {
    pub(super) fn of(positional: Vec<Val>) -> Self {
        Self { positional, ..Self::default() }
    }

    pub(super) fn get(&self, index: usize) -> Option<&Val> {
        self.positional.get(index)
    }

    /// Whether both are certainly the same arguments.
    pub(super) fn same(&self, other: &Self) -> bool {
        let all = |args: &Self| args.all().cloned().collect::<Vec<_>>();
        let (mine, theirs) = (all(self), all(other));
        !self.open && !other.open && mine.len() == theirs.len() && mine.iter().zip(&theirs).all(|(a, b)| a.same(b))
    }

    /// Every argument, the keyword map last.
    pub(super) fn all(&self) -> impl Iterator<Item = &Val> {
        self.positional.iter().chain(self.keywords.iter())
    }
}
