//! One use of a module: the root, or what a `module` block makes of it.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::{Rc, Weak};
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};

use crate::value::{ResourceKey, Value};
use crate::when::When;

use super::configuration::{Block, Module};
use super::repetition::Repetition;
use super::scope::Bindings;
use super::values::Values;

/// A module that nothing calls, and what is given to it.
#[derive(Debug)]
pub(super) struct Root {
    /// The stack's id: the folder as reports name it.
    pub stack: Arc<str>,
    /// The folder, absolute.
    pub folder: Utf8PathBuf,
    /// Values for its variables.
    pub values: Values,
    /// Folders of installed modules, by the path of calls (`auth.pool`).
    pub installed: HashMap<Arc<str>, Utf8PathBuf>,
}

/// A use of a module.
#[derive(Debug)]
pub(super) struct Instance<'a> {
    pub module: Rc<Module<'a>>,
    pub root: Rc<Root>,
    /// Its address with a dot behind it (`module.auth["spa"].`); empty for the root.
    pub prefix: Arc<str>,
    /// The names of the calls that lead here, joined by dots.
    pub path: Arc<str>,
    /// The block that calls it; none for the root.
    pub call: Option<Call<'a>>,
    /// The condition under which it is there.
    pub when: When,
    /// How many calls lead here.
    pub depth: usize,
    pub memo: RefCell<HashMap<(Arc<str>, When), Memo>>,
    pub repetitions: RefCell<HashMap<Arc<str>, Option<Rc<Repetition>>>>,
    pub children: RefCell<HashMap<Arc<str>, Option<Rc<Self>>>>,
}

/// The block that calls a module.
#[derive(Debug)]
pub(super) struct Call<'a> {
    /// Whoever calls outlives what is called.
    pub parent: Weak<Instance<'a>>,
    pub block: Block<'a>,
    pub bindings: Bindings,
}

/// A value that is worked out once.
#[derive(Clone, Debug)]
pub(super) enum Memo {
    /// Being worked out: whoever asks now is part of a circle.
    Busy,
    /// It, and how many values are in it.
    Done(Value, usize),
}

impl<'a> Instance<'a> {
    /// The use of a module by a root or a call.
    pub fn new(module: Rc<Module<'a>>, root: Rc<Root>) -> Self {
        Self {
            module,
            root,
            prefix: Arc::from(""),
            path: Arc::from(""),
            call: None,
            when: When::always(),
            depth: 0,
            memo: RefCell::default(),
            repetitions: RefCell::default(),
            children: RefCell::default(),
        }
    }

    /// The key of something that the module declares.
    pub fn key(&self, name: &str) -> ResourceKey {
        ResourceKey { stack: self.root.stack.clone(), id: format!("{}{name}", self.prefix).into() }
    }

    /// The scope of conditions whose names mean something in this module only.
    pub fn tests(&self) -> Arc<str> {
        match self.prefix.strip_suffix('.') {
            Some(address) => format!("{}/{address}", self.root.stack).into(),
            None => self.root.stack.clone(),
        }
    }

    /// Whether a folder is this module's or that of one that leads to it.
    pub fn is_inside(&self, folder: &Utf8Path) -> bool {
        if self.module.folder == folder {
            return true;
        }
        let parent = self.call.as_ref().and_then(|call| call.parent.upgrade());
        parent.is_some_and(|parent| parent.is_inside(folder))
    }
}
