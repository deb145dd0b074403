//! The state of one evaluation, its bounds, and the small helpers that every part uses.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::rc::Rc;
use std::sync::Arc;

use super::domain::{Answered, Args, Callee, ClassDef, Kind, ModuleId, ObjectId, Opaque, ScopeId, Source, Symbol, Val};
use super::entries::Worklist;
use super::heap::{Delta, Entry, Heap, Object, Shape};
use super::imports::Resolver;
use super::libraries::LibraryState;
use super::modules::Loaded;
use super::record::Recorder;
use super::settings::Literals;
use super::sides::Sides;
use super::truth::Tests;
use super::versions::Versions;
use crate::read::{Facts, Note, Side, UNSYNTHESISED};
use crate::source::{FileId, Loc, SourceMap, Span};
use crate::syntax::code::ir::{Function, Language, Module};
use crate::value::Presence;
use crate::when::When;

/// Libraries that add variables to the environment while the program runs.
const FILLERS: &[&str] = &["dotenv", "dotenv-flow", "@dotenvx/dotenvx", "python-dotenv", "python-decouple", "environs"];
/// Expressions and statements evaluated per entry.
const STEPS_PER_ENTRY: u32 = 30_000;
/// Of these, the ones of files that are no units.
const STEPS_OUTSIDE: u32 = 3_000;
/// Tests that are kept of guards.
pub(super) const MOST_GUARDS: usize = 16;
/// Expressions and statements evaluated in one scan.
const STEPS_IN_ALL: u64 = 40_000_000;
/// Functions that are inlined into each other.
const CALL_DEPTH: usize = 14;
/// Expressions and statements that stand inside each other, over all inlined functions.
const NESTING: u32 = 1_500;
/// Parts of a value that is made of texts, and bytes of a text.
pub(super) const MOST_PARTS: usize = 32;
pub(super) const LONGEST_TEXT: usize = 8_192;
/// Alternatives of a value.
pub(super) const WIDTH: usize = 8;
/// Items of a literal list that a loop is unrolled over.
pub(super) const UNROLL: usize = 16;

/// Evaluates program text.
pub(super) struct Evaluator<'a> {
    pub(super) sources: &'a SourceMap,
    pub(super) heap: Heap,
    pub(super) modules: Vec<Loaded>,
    pub(super) resolver: Resolver<'a>,
    /// Data files that were imported.
    pub(super) data: HashMap<FileId, Val>,
    pub(super) frames: Vec<Frame>,
    /// Exported names that are being followed to their values.
    pub(super) followed: Vec<(ModuleId, Arc<str>)>,
    /// The tests that hold where the evaluation is.
    pub(super) path: When,
    /// Those of them that choose between two ways to go on; the rest are guards.
    pub(super) asked: When,
    pub(super) tests: Tests,
    pub(super) recorder: Recorder,
    pub(super) worklist: Worklist,
    pub(super) library_state: LibraryState,
    pub(super) versions: Versions<'a>,
    pub(super) sides: Sides<'a>,
    pub(super) settings: Literals,
    /// Variables and fields to which functions give values.
    pub(super) state: HashSet<Arc<str>>,
    notes: Vec<Note>,
    steps: u32,
    steps_in_all: u64,
    steps_outside: u32,
    /// Whether a function of a file that is no unit runs.
    pub(super) is_outside: bool,
    nesting: u32,
    /// Concatenations around the present expression.
    pub(super) in_text: u32,
    next_id: u32,
    /// Whether the present entry used up its steps, so that the rest of it is left out.
    pub(super) exhausted: bool,
    /// Whether something in the present entry nested too deep to be looked into.
    pub(super) was_cut: bool,
}

/// A function, or a module's top level, in the course of its evaluation.
pub(super) struct Frame {
    pub(super) function: Option<Arc<Function>>,
    /// The class whose method it is.
    pub(super) class: Option<Rc<ClassDef>>,
    /// The text of the function, or of the whole module.
    pub(super) body: Loc,
    /// The call in the frame below that led here.
    pub(super) site: Option<Loc>,
    /// The function's own scope.
    pub(super) scope: ScopeId,
    /// The journal level that began with it.
    pub(super) base: usize,
    /// What held when it began.
    pub(super) path: When,
    /// Its ends.
    pub(super) exits: Vec<Ended>,
    /// Names that Python says are not its own.
    pub(super) outer: Vec<Arc<str>>,
    /// The loops around the present statement.
    pub(super) loops: Vec<Turn>,
}

/// A turn of a loop that a `break` may leave.
pub(super) struct Turn {
    pub(super) base: usize,
    pub(super) path: When,
    pub(super) exits: Vec<Ended>,
}

/// One way in which a piece of program ended.
#[derive(Debug)]
pub(super) struct Ended {
    /// The tests it took, beyond those that held when the piece began.
    pub(super) when: When,
    pub(super) val: Val,
    /// What it wrote.
    pub(super) delta: Delta,
}

/// Whether the statements after a piece of program are reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flow {
    Next,
    Left,
}

impl<'a> Evaluator<'a> {
    pub(super) fn new(sources: &'a SourceMap) -> Self {
        Self {
            sources,
            heap: Heap::default(),
            modules: Vec::new(),
            resolver: Resolver::new(sources),
            data: HashMap::new(),
            frames: Vec::new(),
            followed: Vec::new(),
            path: When::always(),
            asked: When::always(),
            tests: Tests::default(),
            recorder: Recorder::default(),
            worklist: Worklist::default(),
            library_state: LibraryState::default(),
            versions: Versions::new(sources),
            sides: Sides::new(sources),
            settings: Literals::default(),
            state: HashSet::new(),
            notes: Vec::new(),
            steps: 0,
            steps_in_all: 0,
            steps_outside: 0,
            is_outside: false,
            nesting: 0,
            in_text: 0,
            next_id: 0,
            exhausted: false,
            was_cut: false,
        }
    }

    /// What was found.
    pub(super) fn into_facts(mut self) -> Facts {
        let modules: HashMap<FileId, Arc<Module>> =
            self.modules.iter().map(|module| (module.file, module.text.clone())).collect();
        let mut calls = std::mem::take(&mut self.recorder.calls);
        calls.sort_by_key(|call| call.loc);
        for call in &mut calls {
            let file = call.loc.file;
            call.library.version = self.versions.of(file, &call.library.name);
            if call.side == Side::Unknown
                && let Some(module) = modules.get(&file)
            {
                call.side = self.sides.of(file, module);
            }
            // Calls that are signed with credentials of the account are a server's.
            let is_signed = call.library.entry.to_ascii_lowercase().starts_with("admin");
            if is_signed && call.side != Side::Script {
                call.side = Side::Server;
            }
            if call.side == Side::Unknown && &*call.library.name == "aws-amplify" {
                call.side = Side::Browser;
            }
        }
        let mut facts = Facts { notes: std::mem::take(&mut self.notes), ..Facts::default() };
        self.add_settings(&calls, &modules, &mut facts);
        let mut files: BTreeSet<FileId> =
            calls.iter().map(|call| call.loc.file).chain(facts.settings.iter().map(|one| one.loc.file)).collect();
        files.retain(|file| FILLERS.iter().any(|package| self.versions.of(*file, package).is_some()));
        facts.filled_environments = files;
        facts.calls = calls;
        facts
    }

    /// Tells that a bound was reached at a place.
    pub(super) fn note_limit(&mut self, loc: Loc) {
        self.notes.push(Note {
            kind: "limit",
            message: "this function is too large to be followed to its end".to_owned(),
            file: Some(loc.file),
            loc: Some(loc),
        });
    }

    /// Tells, once in a file, that its program makes user pools or app clients when it runs.
    pub(super) fn note_program_of_infrastructure(&mut self, loc: Loc, what_to_do: &str) {
        let is_told = |note: &Note| note.kind == UNSYNTHESISED && note.loc.is_some_and(|told| told.file == loc.file);
        if self.notes.iter().any(is_told) {
            return;
        }
        let message = format!(
            "the user pools that this program makes are not in the scan, so that rules are silent on them: {what_to_do}"
        );
        self.notes.push(Note { kind: UNSYNTHESISED, message, file: None, loc: Some(loc) });
    }

    /// Whether the text of a module mentions Cognito.
    pub(super) fn mentions_cognito(&self, scope: ScopeId) -> bool {
        self.module(scope).mentions_cognito
    }

    /// Whether the text of a file mentions Cognito.
    pub(super) fn is_about_cognito(&self, file: FileId) -> bool {
        let text = self.sources.file(file).text();
        text.contains("ognito") || text.contains("COGNITO")
    }

    /// A fresh budget for an entry.
    pub(super) fn begin_entry(&mut self) {
        self.steps = 0;
        self.steps_outside = 0;
        self.exhausted = false;
        self.was_cut = false;
        self.path = When::always();
        self.asked = When::always();
    }

    /// Goes one level deeper, unless a bound is reached.
    pub(super) fn enter(&mut self) -> bool {
        if self.steps >= STEPS_PER_ENTRY || self.steps_in_all >= STEPS_IN_ALL {
            self.exhausted = true;
            return false;
        }
        if self.nesting >= NESTING {
            self.was_cut = true;
            return false;
        }
        self.steps += 1;
        self.steps_in_all += 1;
        self.steps_outside += u32::from(self.is_outside);
        self.nesting += 1;
        true
    }

    pub(super) fn leave(&mut self) {
        self.nesting -= 1;
    }

    /// Whether one more function may be inlined. Of files that are only read for what others take from them, little is.
    pub(super) fn may_inline(&self, function: &Arc<Function>, module: ModuleId) -> bool {
        let is_unit = self.modules[module.0 as usize].is_unit;
        self.frames.len() < CALL_DEPTH
            && (is_unit || self.steps_outside < STEPS_OUTSIDE)
            && !self
                .frames
                .iter()
                .any(|frame| frame.function.as_ref().is_some_and(|running| Arc::ptr_eq(running, function)))
    }

    /// The file a scope's code stands in.
    pub(super) fn file(&self, scope: ScopeId) -> FileId {
        self.module(scope).file
    }

    /// The module a scope belongs to.
    pub(super) fn module(&self, scope: ScopeId) -> &Loaded {
        &self.modules[self.heap.scope(scope).module.0 as usize]
    }

    pub(super) fn language(&self, scope: ScopeId) -> Language {
        self.module(scope).text.language
    }

    /// A place in the code of a scope.
    pub(super) fn at(&self, scope: ScopeId, span: Span) -> Loc {
        Loc { file: self.file(scope), span }
    }

    fn fresh_id(&mut self) -> u32 {
        self.next_id += 1;
        self.next_id
    }

    fn opaque(&mut self, source: Source, loc: Loc) -> Val {
        let id = self.fresh_id();
        Val::new(Kind::Opaque(Rc::new(Opaque { id, source })), loc)
    }

    pub(super) fn dynamic(&mut self, loc: Loc) -> Val {
        self.opaque(Source::Dynamic, loc)
    }

    pub(super) fn limit(&mut self, loc: Loc) -> Val {
        self.opaque(Source::Limit, loc)
    }

    pub(super) fn not_found(&mut self, name: Arc<str>, loc: Loc) -> Val {
        self.opaque(Source::Import(name), loc)
    }

    /// An argument that nobody in the scan passes.
    pub(super) fn input(&mut self, name: Arc<str>, class: Option<Symbol>, loc: Loc) -> Val {
        self.opaque(Source::Input { name, class }, loc)
    }

    /// A member of something unknown.
    pub(super) fn member_of(&mut self, of: Val, key: Arc<str>, loc: Loc) -> Val {
        self.opaque(Source::Member { of, key }, loc)
    }

    /// The answer of a call outside the scan.
    pub(super) fn answer(&mut self, callee: Callee, args: Args, made: bool, loc: Loc) -> Val {
        self.opaque(Source::Answer(Answered { callee, args, made, call: None }), loc)
    }

    /// The answer of a call outside the scan that is made by an operation of the Cognito API.
    pub(super) fn answer_of(&mut self, answered: Answered, loc: Loc) -> Val {
        self.opaque(Source::Answer(answered), loc)
    }

    /// A new empty map.
    pub(super) fn new_map(&mut self, loc: Loc) -> ObjectId {
        self.heap.alloc(Object::new(Shape::Map, loc))
    }

    /// A new map with entries.
    pub(super) fn map_of<K: Into<Arc<str>>>(&mut self, entries: impl IntoIterator<Item = (K, Val)>, loc: Loc) -> Val {
        let mut object = Object::new(Shape::Map, loc);
        for (key, val) in entries {
            object.put(Entry { key: key.into(), key_loc: val.loc, val, presence: Presence::Always });
        }
        Val::new(Kind::Object(self.heap.alloc(object)), loc)
    }

    /// A new list.
    pub(super) fn list_of(&mut self, items: impl IntoIterator<Item = Val>, loc: Loc) -> Val {
        let mut object = Object::new(Shape::List, loc);
        for item in items {
            object.push(item, When::always());
        }
        Val::new(Kind::Object(self.heap.alloc(object)), loc)
    }

    /// The alternatives of a value that are possible here; the value itself when it is no choice.
    pub(super) fn alternatives(&self, val: &Val) -> Vec<(When, Val)> {
        match &val.kind {
            Kind::OneOf(alts) => alts
                .iter()
                .filter(|alt| !self.path.contradicts(&alt.when))
                .map(|alt| (alt.when.clone(), alt.val.clone()))
                .collect(),
            _ => vec![(When::always(), val.clone())],
        }
    }
}
