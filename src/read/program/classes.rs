//! Classes of the scan: their members, instances and bases.

use std::rc::Rc;
use std::sync::Arc;

use super::domain::{Args, Callee, ClassDef, Closure, Kind, ScopeId, Val};
use super::evaluator::Evaluator;
use super::functions::Site;
use super::heap::{Object, Shape};
use crate::source::Loc;
use crate::syntax::code::ir::{Class, Expr, ExprKind, Function, Language, Role};

/// Classes that derive from each other.
const DEEPEST_BASE: usize = 8;

impl Evaluator<'_> {
    /// Declares a class.
    pub(super) fn class(&mut self, class: &Arc<Class>, scope: ScopeId, loc: Loc) -> Val {
        let bases: Vec<Val> = class.bases.iter().map(|base| self.eval(base, scope)).collect();
        for decorator in &class.decorators {
            self.eval(decorator, scope);
        }
        let module = self.heap.scope(scope).module;
        let statics = self.new_map(loc);
        let language = self.language(scope);
        let def = Rc::new(ClassDef { class: class.clone(), scope, module, language, bases, statics });
        self.worklist.declared(&def);
        let val = Val::new(Kind::Class(def.clone()), loc);
        // Static fields may name each other: in Python plainly, in ECMAScript through the class.
        let inner = self.heap.open_scope(Some(scope), module);
        if !class.name.is_empty() {
            self.heap.set(inner, &class.name, val.clone());
        }
        for field in class.fields.iter().filter(|field| field.is_static) {
            let field_val = match &field.value {
                Some(value) => self.eval(value, inner),
                None => continue,
            };
            if language == Language::Python {
                self.heap.set(inner, &field.name, field_val.clone());
            }
            let key_loc = field_val.loc;
            self.put_entry(statics, field.name.clone(), key_loc, field_val, None);
        }
        self.emit_class_settings(&def);
        val
    }

    /// A method, getter's value or static field, of the class or of one that it derives from.
    pub(super) fn class_member(
        &mut self,
        def: &Rc<ClassDef>,
        name: &str,
        this: Option<&Val>,
        site: Site,
    ) -> Option<Val> {
        let mut def = def.clone();
        for _ in 0..DEEPEST_BASE {
            if let Some(val) = self.own_member(&def, name, this, site) {
                return Some(val);
            }
            let base = def.bases.iter().find_map(|base| match &base.kind {
                Kind::Class(base) => Some(base.clone()),
                _ => None,
            });
            def = base?;
        }
        None
    }

    fn own_member(&mut self, def: &Rc<ClassDef>, name: &str, this: Option<&Val>, site: Site) -> Option<Val> {
        let class_val = Val::new(Kind::Class(def.clone()), site.loc);
        for method in def.class.methods.iter().filter(|method| &*method.name == name) {
            let receiver = match method.role {
                Role::Setter | Role::Constructor => continue,
                Role::Static if def.language == Language::Python => None,
                Role::Static | Role::OfClass => Some(class_val),
                Role::Plain | Role::Getter => this.cloned(),
            };
            let is_getter = method.role == Role::Getter;
            let closure = Rc::new(Closure {
                function: method.clone(),
                scope: def.scope,
                module: def.module,
                class: Some(def.clone()),
                receiver,
            });
            return Some(if is_getter && this.is_some() {
                self.invoke(&closure, None, Args::default(), site)
            } else {
                Val::new(Kind::Function(closure), site.loc)
            });
        }
        let entry = self.heap.object(def.statics).entry(name)?;
        Some(entry.val.clone())
    }

    /// A new instance of a class.
    pub(super) fn instantiate(&mut self, def: &Rc<ClassDef>, args: Args, site: Site) -> Val {
        let object = self.heap.alloc(Object::new(Shape::Instance(def.clone()), site.loc));
        let this = Val::new(Kind::Object(object), site.loc);
        self.initialise(def, &this, args.clone(), site);
        self.worklist.instance(def, args, &this);
        this
    }

    /// Runs a class's constructor on an instance.
    pub(super) fn initialise(&mut self, def: &Rc<ClassDef>, this: &Val, args: Args, site: Site) {
        self.construct(def, this, args, site, DEEPEST_BASE);
    }

    /// Runs field initialisers and the constructor on an instance.
    fn construct(&mut self, def: &Rc<ClassDef>, this: &Val, args: Args, site: Site, depth: usize) {
        let Some(depth) = depth.checked_sub(1) else { return };
        let constructor = def.class.methods.iter().find(|method| method.role == Role::Constructor).cloned();
        if constructor.is_none() {
            self.construct_base(def, this, args.clone(), site, depth);
        }
        self.initialise_fields(def, this);
        match constructor {
            Some(function) => {
                let closure = Rc::new(Closure {
                    function,
                    scope: def.scope,
                    module: def.module,
                    class: Some(def.clone()),
                    receiver: Some(this.clone()),
                });
                self.invoke(&closure, None, args, site);
            }
            // Data classes take their fields by name or in order.
            None if def.language == Language::Python => self.fill_fields(def, this, &args),
            None => {}
        }
    }

    fn construct_base(&mut self, def: &Rc<ClassDef>, this: &Val, args: Args, site: Site, depth: usize) {
        let Some(base) = def.bases.first().cloned() else { return };
        match &base.kind {
            Kind::Class(base) => self.construct(base, this, args, site, depth),
            Kind::Symbol(symbol) => {
                self.call_outside(Callee::Symbol(symbol.clone()), args, true, site);
            }
            _ => {}
        }
    }

    fn initialise_fields(&mut self, def: &Rc<ClassDef>, this: &Val) {
        let scope = self.heap.open_scope(Some(def.scope), def.module);
        self.heap.set(scope, &"this".into(), this.clone());
        for field in def.class.fields.iter().filter(|field| !field.is_static) {
            if let Some(value) = &field.value {
                let val = self.eval(value, scope);
                let loc = val.loc;
                self.assign_member(this, &field.name, val, loc);
            }
        }
        if let Some(object) = this.object() {
            self.emit_settings(object, scope);
        }
    }

    fn fill_fields(&mut self, def: &Rc<ClassDef>, this: &Val, args: &Args) {
        let Some(object) = this.object() else { return };
        for (field, val) in def.class.fields.iter().zip(&args.positional) {
            self.put_entry(object, field.name.clone(), val.loc, val.clone(), None);
        }
        if let Some(keywords) = &args.keywords {
            self.spread_into(object, keywords);
        }
    }

    /// Gives a value to the setter of a field, if it has one.
    pub(super) fn call_setter(&mut self, def: &Rc<ClassDef>, this: &Val, name: &str, val: &Val, loc: Loc) -> bool {
        let is_setter = |method: &&Arc<Function>| method.role == Role::Setter && &*method.name == name;
        let Some(function) = def.class.methods.iter().find(is_setter).cloned() else { return false };
        let (scope, module) = (def.scope, def.module);
        let closure = Closure { function, scope, module, class: Some(def.clone()), receiver: Some(this.clone()) };
        self.invoke(&Rc::new(closure), None, Args::of(vec![val.clone()]), Site { loc, scope });
        true
    }

    /// Whether an expression is `super` or `super()`.
    pub(super) fn is_super(&self, expr: &Expr) -> bool {
        match &expr.kind {
            ExprKind::Name(name) => &**name == "super",
            ExprKind::Call { callee, .. } => matches!(&callee.kind, ExprKind::Name(name) if &**name == "super"),
            _ => false,
        }
    }

    /// Calls a method, or the constructor, of the base of the class whose method runs.
    pub(super) fn call_base(&mut self, name: &str, args: Args, site: Site) -> Val {
        let frame = self.frames.iter().rev().find(|frame| frame.class.is_some());
        let Some((def, scope)) = frame.and_then(|frame| Some((frame.class.clone()?, frame.scope))) else {
            return self.dynamic(site.loc);
        };
        let this = self.receiver(&def, scope);
        let Some(this) = this else { return self.dynamic(site.loc) };
        if matches!(name, "constructor" | "__init__") {
            self.construct_base(&def, &this, args, site, DEEPEST_BASE);
            return Val::null(site.loc);
        }
        match def.bases.first().cloned() {
            Some(Val { kind: Kind::Class(base), .. }) => match self.class_member(&base, name, Some(&this), site) {
                Some(method) => self.call(&method, args, site),
                None => self.dynamic(site.loc),
            },
            Some(Val { kind: Kind::Symbol(symbol), .. }) => {
                let callee = Callee::Symbol(Rc::new(symbol.member(name)));
                self.call_outside(callee, args, false, site)
            }
            _ => self.dynamic(site.loc),
        }
    }

    /// The instance whose method runs.
    fn receiver(&self, def: &Rc<ClassDef>, scope: ScopeId) -> Option<Val> {
        if def.language != Language::Python {
            return self.heap.lookup(scope, "this").cloned();
        }
        let function = self.frames.iter().rev().find(|frame| frame.class.is_some())?.function.clone()?;
        let name = super::functions::parameter_name(function.parameters.first()?);
        self.heap.lookup(scope, &name).cloned()
    }
}
