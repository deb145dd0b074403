//! Calls: known functions are inlined with their real arguments, the others answer something unknown.

use std::rc::Rc;
use std::sync::Arc;

use super::builtins::{self, Attention, texts};
use super::domain::{Args, Callee, Closure, Kind, ScopeId, Source, Val};
use super::evaluator::{Ended, Evaluator, Flow, Frame};
use super::heap::{Entry, Object, Shape};
use super::libraries::{self, Invocation};
use crate::source::Loc;
use crate::syntax::code::ir::{Argument, Expr, ExprKind, Function, Language, Parameter, ParameterKind, Pattern, Role};
use crate::value::Presence;
use crate::when::When;

/// Where a call stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Site {
    pub(super) loc: Loc,
    pub(super) scope: ScopeId,
}

impl Evaluator<'_> {
    /// `callee(arguments)`.
    pub(super) fn call_expression(&mut self, callee: &Expr, arguments: &[Argument], site: Site) -> Val {
        match &callee.kind {
            ExprKind::Member { of, key } if self.is_super(of) => {
                let args = self.args(arguments, site.scope);
                self.call_base(key, args, site)
            }
            ExprKind::Member { of, key } => {
                let receiver = self.eval(of, site.scope);
                let args = self.args(arguments, site.scope);
                self.call_method(&receiver, key, args, site)
            }
            ExprKind::Name(name) if &**name == "super" && self.language(site.scope) != Language::Python => {
                let args = self.args(arguments, site.scope);
                self.call_base("constructor", args, site)
            }
            ExprKind::Name(name)
                if matches!(&**name, "require" | "import") && self.heap.lookup(site.scope, name).is_none() =>
            {
                let args = self.args(arguments, site.scope);
                match args.get(0).and_then(Val::text) {
                    Some(module) => self.whole_module(&module.clone(), site),
                    None => self.dynamic(site.loc),
                }
            }
            _ => {
                let function = self.eval(callee, site.scope);
                let args = self.args(arguments, site.scope);
                self.call(&function, args, site)
            }
        }
    }

    /// Calls a value.
    pub(super) fn call(&mut self, function: &Val, args: Args, site: Site) -> Val {
        match &function.kind {
            Kind::Function(closure) => self.invoke(&closure.clone(), None, args, site),
            Kind::Class(_) => self.make(function, args, site),
            Kind::Symbol(symbol) => self.call_outside(Callee::Symbol(symbol.clone()), args, false, site),
            Kind::OneOf(_) => {
                let choices = self.alternatives(function);
                self.call_each(&choices, site, &mut |it, function| it.call(function, args.clone(), site))
            }
            _ => {
                if let Some(Source::Member { of, key }) = function.source() {
                    // What the member is now may be another value: `this.report = this.report || quiet`.
                    let callee = Callee::Method { receiver: of.clone(), name: key.clone() };
                    return self.call_outside(callee, args, false, site);
                }
                if let Some(wrapped) = self.wrapped(function) {
                    return self.call(&wrapped, args, site);
                }
                self.call_outside(Callee::Value(function.clone()), args, false, site)
            }
        }
    }

    /// Calls each alternative that is there, from the same state.
    fn call_each(&mut self, choices: &[(When, Val)], site: Site, call: &mut dyn FnMut(&mut Self, &Val) -> Val) -> Val {
        let there: Vec<&(When, Val)> = choices.iter().filter(|(_, val)| !val.is_null()).collect();
        if let [(_, only)] = there.as_slice() {
            return call(self, only);
        }
        let whens: Vec<When> = there.iter().map(|(when, _)| when.clone()).collect();
        let run = &mut |it: &mut Self, arm: usize| match there.get(arm) {
            Some((_, val)) => (call(it, val), Flow::Next),
            None => (Val::null(site.loc), Flow::Next),
        };
        self.split(&whens, site.loc, run).0
    }

    /// The one function that was given to an unknown function whose answer this is: `debounce(f)`, `middy(handler)`.
    fn wrapped(&self, val: &Val) -> Option<Val> {
        let answered = val.answered()?;
        let mut functions = answered.args.all().filter(|argument| argument.closure().is_some());
        let only = functions.next()?;
        functions.next().is_none().then(|| only.clone())
    }

    /// `receiver.name(args)`.
    pub(super) fn call_method(&mut self, receiver: &Val, name: &Arc<str>, args: Args, site: Site) -> Val {
        if let Kind::OneOf(_) = &receiver.kind {
            if texts::is_kept_by(name) {
                return receiver.clone();
            }
            let choices = self.alternatives(receiver);
            return self
                .call_each(&choices, site, &mut |it, receiver| it.call_method(receiver, name, args.clone(), site));
        }
        if let Some(function) = self.method(receiver, name, site) {
            return match &function.kind {
                Kind::Function(closure) => self.invoke(&closure.clone(), Some(receiver), args, site),
                _ => self.call(&function, args, site),
            };
        }
        if let Kind::Symbol(symbol) = &receiver.kind {
            let symbol = Rc::new(symbol.member(name));
            return self.call_outside(Callee::Symbol(symbol), args, false, site);
        }
        self.call_outside(Callee::Method { receiver: receiver.clone(), name: name.clone() }, args, false, site)
    }

    /// The method of a value of this scan.
    fn method(&mut self, receiver: &Val, name: &Arc<str>, site: Site) -> Option<Val> {
        match &receiver.kind {
            Kind::Object(id) => {
                let object = self.heap.object(*id);
                let field = object.entry(name).map(|entry| entry.val.clone());
                let class = object.class().cloned();
                match (field, class) {
                    (Some(field), _) => Some(self.forced(field, site.loc)).filter(is_callable),
                    (None, Some(class)) => self.class_member(&class, name, Some(receiver), site).filter(is_callable),
                    (None, None) => None,
                }
            }
            Kind::Class(class) => self.class_member(&class.clone(), name, None, site).filter(is_callable),
            Kind::Module(_) => Some(self.member(receiver, name, site)).filter(is_callable),
            _ => None,
        }
    }

    /// `new class(args)`.
    pub(super) fn make(&mut self, class: &Val, args: Args, site: Site) -> Val {
        match &class.kind {
            Kind::Class(def) => self.instantiate(&def.clone(), args, site),
            Kind::Function(closure) => {
                // A constructor function, or a component of JSX.
                let object = self.heap.alloc(Object::new(Shape::Map, site.loc));
                let this = Val::new(Kind::Object(object), site.loc);
                let answer = self.invoke(&closure.clone(), Some(&this), args, site);
                if answer.is_null() { this } else { answer }
            }
            Kind::OneOf(_) => {
                let choices = self.alternatives(class);
                self.call_each(&choices, site, &mut |it, class| it.make(class, args.clone(), site))
            }
            Kind::Symbol(symbol) => self.call_outside(Callee::Symbol(symbol.clone()), args, true, site),
            // An element of HTML.
            Kind::Text(_) => self.dynamic(site.loc),
            _ => self.call_outside(Callee::Value(class.clone()), args, true, site),
        }
    }

    /// Calls what is not part of the scan: the runtime, a library, something unknown.
    pub(super) fn call_outside(&mut self, callee: Callee, args: Args, made: bool, site: Site) -> Val {
        let invocation = Invocation { callee: &callee, args: &args, made, site };
        let known = builtins::function(self, &invocation)
            .or_else(|| libraries::call(self, &invocation))
            .or_else(|| builtins::method(self, &invocation));
        if let Some(val) = known {
            return val;
        }
        match builtins::attention(&callee) {
            Attention::None => {}
            Attention::Reads => args.all().for_each(|argument| self.escape(argument)),
            Attention::Full => {
                self.kept_under_a_key(&callee, &args, site.loc);
                // `answer.forEach(f)` shows the answer to a function that is not followed.
                if let Callee::Method { receiver, .. } = &callee
                    && args.positional.iter().any(|argument| argument.closure().is_some())
                {
                    self.escape(receiver);
                }
                args.all().for_each(|argument| self.hand_out(argument));
            }
        }
        self.answer(callee, args, made, site.loc)
    }

    /// Inlines a call of a known function.
    pub(super) fn invoke(&mut self, closure: &Rc<Closure>, receiver: Option<&Val>, args: Args, site: Site) -> Val {
        if !self.may_inline(&closure.function, closure.module) {
            args.all().for_each(|argument| self.hand_out(argument));
            return self.limit(site.loc);
        }
        self.run_function(closure, receiver, args, Some(site.loc))
    }

    /// Runs a function; without a `site` it is an entry of the program.
    pub(super) fn run_function(
        &mut self,
        closure: &Rc<Closure>,
        receiver: Option<&Val>,
        args: Args,
        site: Option<Loc>,
    ) -> Val {
        let function = closure.function.clone();
        self.worklist.mark(&function);
        let base = self.heap.depth();
        self.heap.begin();
        let scope = self.heap.open_scope(Some(closure.scope), closure.module);
        let body = self.at(scope, function.span);
        let path = self.path.clone();
        let in_text = std::mem::take(&mut self.in_text);
        let is_outside = !self.modules[closure.module.0 as usize].is_unit;
        let was_outside = std::mem::replace(&mut self.is_outside, is_outside);
        self.frames.push(Frame {
            function: Some(function.clone()),
            class: closure.class.clone(),
            body,
            site,
            scope,
            base,
            path: path.clone(),
            exits: Vec::new(),
            outer: Vec::new(),
            loops: Vec::new(),
        });
        let receiver = closure.receiver.as_ref().or(receiver);
        self.bind_parameters(&function, receiver, args, scope);
        if self.run(&function.body, scope) == Flow::Next {
            let ended = Ended { when: self.path.without(&path), val: Val::null(body), delta: self.heap.changes(base) };
            if let Some(frame) = self.frames.last_mut() {
                frame.exits.push(ended);
            }
        }
        self.heap.rollback();
        if self.exhausted && site.is_some() {
            // It did not come to its end: it may run by itself once more.
            self.worklist.unmark(&function);
        }
        self.path = path;
        self.in_text = in_text;
        self.is_outside = was_outside;
        let exits = self.frames.pop().map(|frame| frame.exits).unwrap_or_default();
        match exits.is_empty() {
            true => self.dynamic(body),
            false => self.merge(exits, body),
        }
    }

    fn bind_parameters(&mut self, function: &Arc<Function>, receiver: Option<&Val>, args: Args, scope: ScopeId) {
        let loc = self.at(scope, function.span);
        let python = self.language(scope) == Language::Python;
        let mut positional = args.positional.into_iter();
        let mut parameters = function.parameters.iter();
        if let Some(receiver) = receiver {
            if !python {
                // An arrow function has the `this` of the function around it.
                let is_arrow = function.name.is_empty() && self.heap.lookup(scope, "this").is_some();
                if !is_arrow {
                    self.heap.set(scope, &"this".into(), receiver.clone());
                }
            } else if function.role != Role::Static
                && self.frames.last().is_some_and(|frame| frame.class.is_some())
                && let Some(Parameter { pattern: Pattern::Name(name, _), .. }) = parameters.next()
            {
                self.heap.set(scope, name, receiver.clone());
            }
        }
        let mut taken: Vec<Arc<str>> = Vec::new();
        for parameter in parameters {
            let val = match parameter.kind {
                ParameterKind::Rest => {
                    let rest: Vec<Val> = positional.by_ref().collect();
                    let list = self.list_of(rest, loc);
                    if let (true, Some(id)) = (args.open, list.object()) {
                        self.heap.object_mut(id).open = true;
                    }
                    list
                }
                ParameterKind::Keywords => self.rest_of_keywords(args.keywords.as_ref(), &taken, loc),
                ParameterKind::Single => {
                    let name = parameter_name(parameter);
                    let given = match positional.next() {
                        Some(val) => Some(val),
                        None => self.keyword(args.keywords.as_ref(), &name, args.open, loc),
                    };
                    taken.push(name);
                    match given {
                        Some(val) => self.or_default(val, parameter.default.as_ref(), scope),
                        None => match &parameter.default {
                            Some(default) => self.eval(default, scope),
                            None => Val::null(loc),
                        },
                    }
                }
            };
            if parameter.field
                && let (Pattern::Name(name, _), Some(this)) = (&parameter.pattern, receiver)
            {
                self.assign_member(this, name, val.clone(), loc);
            }
            self.bind(&parameter.pattern, val, scope);
        }
    }

    fn keyword(&mut self, keywords: Option<&Val>, name: &Arc<str>, open: bool, loc: Loc) -> Option<Val> {
        let object = keywords.and_then(Val::object).map(|id| self.heap.object(id));
        match object.and_then(|object| object.entry(name)) {
            Some(Entry { val, presence: Presence::Always, .. }) => Some(val.clone()),
            Some(Entry { val, presence: Presence::Sometimes(when), .. }) => {
                let arms = vec![(when.clone(), val.clone()), (super::expressions::opposite(when), Val::null(loc))];
                Some(self.join(arms, loc))
            }
            None if open || object.is_some_and(|object| object.open) => Some(self.input(name.clone(), None, loc)),
            None => None,
        }
    }

    fn rest_of_keywords(&mut self, keywords: Option<&Val>, taken: &[Arc<str>], loc: Loc) -> Val {
        let mut rest = match keywords.and_then(Val::object) {
            Some(id) => self.heap.object(id).clone(),
            None => Object::new(Shape::Map, loc),
        };
        rest.entries.retain(|entry| !taken.contains(&entry.key));
        Val::new(Kind::Object(self.heap.alloc(rest)), loc)
    }
}

/// The name a parameter is passed by.
pub(super) fn parameter_name(parameter: &Parameter) -> Arc<str> {
    match &parameter.pattern {
        Pattern::Name(name, _) => name.clone(),
        _ => "argument".into(),
    }
}

fn is_callable(val: &Val) -> bool {
    !val.is_null() && !matches!(&val.kind, Kind::Opaque(opaque) if matches!(opaque.source, Source::Member { .. }))
}
