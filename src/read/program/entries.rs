//! Where evaluation starts: module tops, then every function that nothing in the scan calls.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;
use std::sync::Arc;

use super::domain::{Args, ClassDef, Closure, Kind, ModuleId, ScopeId, Symbol, Val};
use super::evaluator::Evaluator;
use super::functions::{Site, parameter_name};
use super::heap::{Content, Object, Shape, Slot};
use super::names;
use crate::source::Loc;
use crate::syntax::code::ir::{Function, ParameterKind, Role};
use crate::value::Presence;
use crate::when::When;

/// Closures of one function, and instances of one class, that are run.
const MOST_RUNS: usize = 4;
/// Rounds in which functions become entries, and those after which it goes faster at the price of their order.
const MOST_ROUNDS: usize = 10_000;
const CAREFUL_ROUNDS: usize = 60;

/// Functions that were made, and those that ran.
#[derive(Default)]
pub(super) struct Worklist {
    order: Vec<Task>,
    known: HashMap<*const Function, usize>,
    ran: HashSet<*const Function>,
    /// Those that ran by themselves.
    entries: HashSet<*const Function>,
    instances: HashMap<*const ClassDef, Vec<(Args, Val)>>,
    /// Instances that stand for classes nobody makes.
    given: HashMap<*const ClassDef, Val>,
    /// What anonymous functions were called by: the variable, key or field that holds them.
    names: HashMap<*const Function, Arc<str>>,
}

/// A function that may have to run by itself.
struct Task {
    function: Arc<Function>,
    module: ModuleId,
    /// Closures, the last ones made; of a method none.
    closures: Vec<Rc<Closure>>,
    class: Option<Rc<ClassDef>>,
}

impl Worklist {
    /// A function was made.
    pub(super) fn made(&mut self, closure: &Rc<Closure>) {
        let task = self.task(&closure.function, closure.module, None);
        if task.closures.len() >= MOST_RUNS {
            task.closures.remove(0);
        }
        task.closures.push(closure.clone());
    }

    /// A class was declared.
    pub(super) fn declared(&mut self, class: &Rc<ClassDef>) {
        for method in &class.class.methods {
            self.task(method, class.module, Some(class));
        }
    }

    fn task(&mut self, function: &Arc<Function>, module: ModuleId, class: Option<&Rc<ClassDef>>) -> &mut Task {
        let next = self.order.len();
        let at = *self.known.entry(Arc::as_ptr(function)).or_insert(next);
        if at == next {
            self.order.push(Task { function: function.clone(), module, closures: Vec::new(), class: class.cloned() });
        }
        &mut self.order[at]
    }

    /// An instance was made. One that is made like another behaves like it.
    pub(super) fn instance(&mut self, class: &Rc<ClassDef>, args: Args, instance: &Val) {
        let instances = self.instances.entry(Rc::as_ptr(class)).or_default();
        if instances.len() < MOST_RUNS && !instances.iter().any(|(known, _)| known.same(&args)) {
            instances.push((args, instance.clone()));
        }
    }

    /// A value was put under a name.
    pub(super) fn named(&mut self, val: &Val, name: &Arc<str>) {
        if let Some(closure) = val.closure().filter(|closure| closure.function.name.is_empty()) {
            self.names.entry(Arc::as_ptr(&closure.function)).or_insert_with(|| name.clone());
        }
    }

    /// What people call a function.
    pub(super) fn name(&self, function: &Arc<Function>) -> Option<Arc<str>> {
        if function.name.is_empty() {
            self.names.get(&Arc::as_ptr(function)).cloned()
        } else {
            Some(function.name.clone())
        }
    }

    /// A function runs.
    pub(super) fn mark(&mut self, function: &Arc<Function>) {
        self.ran.insert(Arc::as_ptr(function));
    }

    /// A function was left before its end.
    pub(super) fn unmark(&mut self, function: &Arc<Function>) {
        if !self.entries.contains(&Arc::as_ptr(function)) {
            self.ran.remove(&Arc::as_ptr(function));
        }
    }

    /// The functions that have not run, from number `from` on.
    fn pending(&self, is_entry: impl Fn(ModuleId) -> bool) -> Vec<usize> {
        let waits = |task: &Task| !self.ran.contains(&Arc::as_ptr(&task.function)) && is_entry(task.module);
        self.order.iter().enumerate().filter(|(_, task)| waits(task)).map(|(at, _)| at).collect()
    }
}

impl Evaluator<'_> {
    /// Evaluates the modules of the scan and everything in them.
    pub(super) fn run_all(&mut self, modules: &[ModuleId]) {
        for module in modules {
            self.begin_entry();
            self.ensure(*module);
        }
        let entries: HashSet<ModuleId> = modules.iter().copied().collect();
        let mut mentioned: HashMap<usize, HashSet<Arc<str>>> = HashMap::new();
        for round in 0..MOST_ROUNDS {
            let pending = self.worklist.pending(|module| entries.contains(&module));
            if pending.is_empty() {
                return;
            }
            let mut uses: HashMap<Arc<str>, usize> = HashMap::new();
            for at in &pending {
                let function = &self.worklist.order[*at].function;
                let own = self.worklist.name(function);
                let names = mentioned.entry(*at).or_insert_with(|| names::of_function(function));
                let others = names.iter().filter(|name| own.as_ref() != Some(name));
                others.for_each(|name| *uses.entry(name.clone()).or_default() += 1);
            }
            // What others mention waits for them; in a circle the first ones begin.
            let name_of = |at: &usize| self.worklist.name(&self.worklist.order[*at].function);
            let is_free = |at: &usize| name_of(at).is_none_or(|name| !uses.contains_key(&name));
            let mut free: Vec<usize> = pending.iter().copied().filter(is_free).collect();
            let is_slow = round >= CAREFUL_ROUNDS && free.len() < pending.len() / 8;
            if free.is_empty() || is_slow {
                free = pending.iter().copied().take(1 + pending.len() / 8).collect();
            }
            // What others read of a state is written first.
            free.sort_by_key(|at| !names::keeps_state(&self.worklist.order[*at].function));
            for at in free {
                self.run_entry(at);
            }
        }
    }

    fn run_entry(&mut self, at: usize) {
        let Task { function, closures, class, .. } = &self.worklist.order[at];
        let (function, closures, class) = (function.clone(), closures.clone(), class.clone());
        if self.worklist.ran.contains(&Arc::as_ptr(&function)) {
            return;
        }
        self.worklist.mark(&function);
        self.worklist.entries.insert(Arc::as_ptr(&function));
        match class {
            Some(class) => self.run_method(&class, &function),
            None => closures.iter().for_each(|closure| self.run_once(closure)),
        }
    }

    /// Runs a method on the instances of its class; without any, on one whose constructor is given nothing known.
    fn run_method(&mut self, class: &Rc<ClassDef>, function: &Arc<Function>) {
        let receivers: Vec<Option<Val>> = match function.role {
            Role::Static | Role::OfClass => {
                vec![Some(Val::new(Kind::Class(class.clone()), self.place_of(class.scope, function)))]
            }
            // Making an instance runs it.
            Role::Constructor => {
                self.given_instance(class);
                return;
            }
            _ => match self.worklist.instances.get(&Rc::as_ptr(class)) {
                Some(instances) => instances.iter().map(|(_, instance)| Some(instance.clone())).collect(),
                None => vec![Some(self.given_instance(class))],
            },
        };
        for receiver in receivers {
            let closure = Rc::new(Closure {
                function: function.clone(),
                scope: class.scope,
                module: class.module,
                class: Some(class.clone()),
                receiver,
            });
            self.run_once(&closure);
        }
    }

    /// An instance that stands for all that others make of a class: its constructor's arguments are not known.
    pub(super) fn given_instance(&mut self, class: &Rc<ClassDef>) -> Val {
        if let Some(known) = self.worklist.given.get(&Rc::as_ptr(class)) {
            return known.clone();
        }
        let constructor = class.class.methods.iter().find(|method| method.role == Role::Constructor).cloned();
        let loc = Loc { file: self.modules[class.module.0 as usize].file, span: class.class.span };
        let object = self.heap.alloc(Object::new(Shape::Instance(class.clone()), loc));
        let this = Val::new(Kind::Object(object), loc);
        // Two classes may take each other.
        self.worklist.given.insert(Rc::as_ptr(class), this.clone());
        let args = match constructor {
            Some(function) => self.inputs(&function, class.scope, true),
            None => Args { open: true, ..Args::default() },
        };
        self.initialise(class, &this, args.clone(), Site { loc, scope: class.scope });
        self.worklist.instance(class, args, &this);
        this
    }

    /// Runs a function with arguments that nobody in the scan passes. What it writes may or may not have happened when
    /// others run.
    fn run_once(&mut self, closure: &Rc<Closure>) {
        self.begin_entry();
        let base = self.heap.depth();
        self.heap.begin();
        let args = self.inputs(&closure.function, closure.scope, closure.class.is_some());
        let answer = self.run_function(closure, None, args, None);
        self.escape(&answer);
        let written = self.heap.changes(base);
        self.heap.rollback();
        let loc = self.place_of(closure.scope, &closure.function);
        for (slot, new) in written {
            let settled = self.settled(&slot, new, loc);
            self.heap.write(&slot, settled);
        }
        if self.exhausted || self.was_cut {
            self.note_limit(loc);
        }
    }

    fn place_of(&self, scope: ScopeId, function: &Function) -> Loc {
        self.at(scope, function.span)
    }

    /// What a slot holds after a function that may have run. What was nothing before is what the function made it.
    fn settled(&mut self, slot: &Slot, new: Content, loc: Loc) -> Content {
        let maybe = |old, new| vec![(When::always(), old), (When::always(), new)];
        match (self.heap.content(slot), new) {
            (Content::Variable(Some(old)), Content::Variable(Some(new))) => {
                let new = self.without_state(&new);
                Content::Variable(Some(match (old.is_null(), new.is_null()) {
                    (_, true) => old,
                    (true, false) => new,
                    (false, false) => self.join(maybe(old, new), loc),
                }))
            }
            (Content::Object(old), Content::Object(new)) => {
                let is_instance = old.class().is_some();
                let was_there = |key: &str| old.entry(key).is_some_and(|entry| !entry.val.is_null());
                let objects = vec![(When::always(), old.clone()), (When::always(), new.clone())];
                let Some(mut joined) = self.join_objects(objects, loc) else { return Content::Object(new) };
                for entry in joined.entries.iter_mut().filter(|entry| is_instance && !was_there(&entry.key)) {
                    if let Some(new) = new.entry(&entry.key) {
                        entry.val = self.without_state(&new.val);
                        entry.presence = Presence::Always;
                    }
                }
                Content::Object(joined)
            }
            (_, new) => new,
        }
    }

    /// Arguments that are not known, but for their types.
    fn inputs(&mut self, function: &Arc<Function>, scope: ScopeId, is_method: bool) -> Args {
        let loc = self.place_of(scope, function);
        let python = self.language(scope) == crate::syntax::code::ir::Language::Python;
        let takes_receiver = python && is_method && function.role != Role::Static;
        let mut args = Args { open: true, ..Args::default() };
        for parameter in function.parameters.iter().skip(usize::from(takes_receiver)) {
            if parameter.kind != ParameterKind::Single {
                continue;
            }
            let name = parameter_name(parameter);
            let val = match &parameter.annotation {
                Some(annotation) => self.typed(name, annotation, loc, scope),
                None => self.input(name, None, loc),
            };
            args.positional.push(val);
        }
        let map = self.new_map(loc);
        self.heap.object_mut(map).open = true;
        args.keywords = Some(Val::new(Kind::Object(map), loc));
        args
    }

    /// An unknown of a declared type: a class of a library, or an instance of a class of the scan that does something.
    fn typed(&mut self, name: Arc<str>, annotation: &str, loc: Loc, scope: ScopeId) -> Val {
        let mut parts = annotation.split('.');
        let first = parts.next().and_then(|first| self.heap.lookup(scope, first).cloned());
        let Some(mut class) = first.map(|val| self.forced(val, loc)) else { return self.input(name, None, loc) };
        for part in parts {
            class = self.member(&class, &part.into(), Site { loc, scope });
        }
        match &class.kind {
            Kind::Symbol(symbol) => {
                let class = Symbol::clone(symbol);
                self.input(name, Some(class), loc)
            }
            Kind::Class(class) if class.class.methods.iter().any(|method| method.role == Role::Plain) => {
                self.given_instance(&class.clone())
            }
            _ => self.input(name, None, loc),
        }
    }
}
