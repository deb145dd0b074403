//! Following the clauses of a policy: what each looks at.

use std::collections::HashMap;
use std::rc::Rc;

use super::super::tree::{
    All, Block, Check, Clause, Each, Instance, Operand, Operator, Part, Query, Rule, RuleClause, Tree, TypeBlock,
};
use super::super::view::View;
use super::super::view::node::{Node, Shape};
use super::decide::{Truth, compared, is};
use super::queries::{At, Hit, Scope};
use super::{DEEPEST, Deps, Look, Reach, VarId, With};

/// Follows one policy through one view.
pub struct Follower<'v> {
    tree: &'v Tree,
    /// The view.
    pub view: &'v View,
    /// What was found.
    pub reach: Reach,
    /// How many steps it took.
    pub steps: usize,
    /// How many variables and rules are being followed.
    pub depth: usize,
    /// Not all was followed.
    pub gave_up: bool,
    rule: usize,
    clause: usize,
    /// What the rules look at that are asked for by others.
    known: HashMap<&'v str, Vec<Look>>,
}

/// What decides whether clauses are asked.
#[derive(Clone, Debug, Default)]
pub struct Context {
    deps: Rc<Deps>,
    is_unsure: bool,
}

impl Context {
    fn and(&self, deps: &Deps, is_unsure: bool) -> Self {
        let deps = if deps.is_empty() { self.deps.clone() } else { Rc::new(&*self.deps | deps) };
        Self { deps, is_unsure: self.is_unsure || is_unsure }
    }
}

impl<'v> Follower<'v> {
    /// Nothing followed yet.
    pub fn new(tree: &'v Tree, view: &'v View) -> Self {
        let reach = Reach::default();
        Self { tree, view, reach, steps: 0, depth: 0, gave_up: false, rule: 0, clause: 0, known: HashMap::new() }
    }

    /// Follows every rule.
    pub fn all(mut self) -> Reach {
        let root = self.root();
        for (number, rule) in self.tree.rules.iter().enumerate() {
            self.rule = number;
            self.rule(rule, &root, &Context::default());
        }
        let everything: Deps = (0..self.reach.vars.len()).collect();
        if self.gave_up {
            for rule in 0..self.tree.rules.len() {
                let gate = Rc::new(everything.clone());
                self.reach.looks.push(Look { rule, site: None, deps: everything.clone(), is_unsure: true, gate });
            }
        }
        for look in self.reach.looks.iter_mut().filter(|look| look.is_unsure) {
            if look.deps.is_empty() {
                look.deps.clone_from(&everything);
            }
            look.is_unsure = !look.deps.is_empty();
        }
        self.reach
    }

    fn root<'s>(&self) -> Scope<'s, 'v> {
        Scope::new(Hit::root(&self.view.root), &self.tree.lets, None)
    }

    fn rule(&mut self, rule: &'v Rule, scope: &Scope<'_, 'v>, context: &Context) {
        let Some(context) = self.gate(rule.conditions.as_ref(), scope, context) else { return };
        let scope = Scope::new(scope.root.clone(), &rule.block.lets, Some(scope));
        for alternatives in &rule.block.clauses {
            self.disjunction(alternatives, |follower, clause| match clause {
                RuleClause::Clause(clause) => follower.clause(clause, &scope, &context),
                RuleClause::When(conditions, block) => follower.when(conditions, block, &scope, &context),
                RuleClause::Type(block) => follower.of_type(block, &scope, &context),
            });
        }
    }

    /// What is asked under conditions; nothing where they do not hold.
    fn gate(
        &mut self,
        conditions: Option<&'v All<Clause>>,
        scope: &Scope<'_, 'v>,
        context: &Context,
    ) -> Option<Context> {
        let Some(conditions) = conditions else { return Some(context.clone()) };
        let before = self.reach.looks.len();
        let truth = self.conjunction(conditions, scope, context);
        let (deps, is_unsure) = self.joint(before);
        self.reach.looks.truncate(before);
        let context = context.and(&deps, is_unsure);
        (truth != Truth::No).then(|| {
            self.look(None, &Deps::new(), false, &context);
            context
        })
    }

    /// Follows clauses of which all must hold.
    pub fn conjunction(&mut self, all: &'v All<Clause>, scope: &Scope<'_, 'v>, context: &Context) -> Truth {
        let mut truth = Truth::Yes;
        for alternatives in all {
            let one = self.disjunction(alternatives, |follower, clause| follower.clause(clause, scope, context));
            truth = Truth::all([truth, one]);
        }
        truth
    }

    /// Follows clauses of which one must hold: how one comes out decides what the others mean.
    fn disjunction<T>(&mut self, alternatives: &'v [T], mut follow: impl FnMut(&mut Self, &'v T) -> Truth) -> Truth {
        let before = self.reach.looks.len();
        let mut truths = Vec::new();
        for alternative in alternatives {
            let truth = follow(self, alternative);
            if truth == Truth::Yes && alternatives.len() > 1 {
                self.reach.looks.truncate(before);
                return Truth::Yes;
            }
            truths.push(truth);
        }
        if alternatives.len() > 1 {
            self.join(before);
        }
        Truth::any(truths)
    }

    fn clause(&mut self, clause: &'v Clause, scope: &Scope<'_, 'v>, context: &Context) -> Truth {
        match clause {
            Clause::Check(check) => self.check(check, scope, context),
            Clause::NamedRule(named) => self.named(&named.rule, context),
            Clause::Instance(instance) => self.instance(instance, scope, context),
            Clause::Each(each) => self.each(each, scope, context),
            Clause::When(conditions, block) => self.when(conditions, block, scope, context),
        }
    }

    fn when(
        &mut self,
        conditions: &'v All<Clause>,
        block: &'v Block<Clause>,
        scope: &Scope<'_, 'v>,
        context: &Context,
    ) -> Truth {
        if let Some(context) = self.gate(Some(conditions), scope, context) {
            self.block(block, scope, &context);
        }
        Truth::Maybe
    }

    fn block(&mut self, block: &'v Block<Clause>, scope: &Scope<'_, 'v>, context: &Context) {
        let scope = Scope::new(scope.root.clone(), &block.lets, Some(scope));
        self.conjunction(&block.clauses, &scope, context);
    }

    /// Follows clauses about each value that a query finds.
    fn each(&mut self, each: &'v Each, scope: &Scope<'_, 'v>, context: &Context) -> Truth {
        let before = self.reach.looks.len();
        self.elements(&each.query.parts, None, &each.block, scope, context);
        if !each.query.match_all {
            self.join(before);
        }
        Truth::Maybe
    }

    fn of_type(&mut self, of: &'v TypeBlock, scope: &Scope<'_, 'v>, context: &Context) -> Truth {
        self.elements(&of.query, of.conditions.as_ref(), &of.block, scope, context);
        Truth::Maybe
    }

    fn elements(
        &mut self,
        parts: &'v [Part],
        conditions: Option<&'v All<Clause>>,
        block: &'v Block<Clause>,
        scope: &Scope<'_, 'v>,
        context: &Context,
    ) {
        let hits = self.query(parts, scope);
        let any: Deps = hits.iter().flat_map(|hit| hit.deps.iter().copied()).collect();
        self.look(None, &any, hits.iter().any(|hit| hit.is_unsure), context);
        for hit in hits {
            self.look(hit.site, &hit.deps, hit.is_unsure, context);
            let context = context.and(&hit.deps, hit.is_unsure);
            let scope = Scope::new(hit.clone(), &[], Some(scope));
            if !matches!(hit.at, At::Missing)
                && let Some(context) = self.gate(conditions, &scope, &context)
            {
                self.block(block, &scope, &context);
            }
        }
    }

    /// That another rule holds: it is asked of the whole view, wherever that is asked.
    fn named(&mut self, name: &'v str, context: &Context) -> Truth {
        let looks = match self.known.get(name) {
            Some(looks) => looks.clone(),
            None if self.depth >= DEEPEST => {
                self.gave_up = true;
                return Truth::Maybe;
            }
            None => {
                self.depth += 1;
                let (root, before) = (self.root(), self.reach.looks.len());
                for rule in self.tree.rules.iter().filter(|rule| rule.name == name) {
                    self.rule(rule, &root, &Context::default());
                }
                self.depth -= 1;
                let looks = self.reach.looks.split_off(before);
                self.known.insert(name, looks.clone());
                looks
            }
        };
        let before = self.reach.looks.len();
        self.reach.looks.extend(looks);
        let (deps, is_unsure) = self.joint(before);
        for look in self.reach.looks.iter_mut().skip(before) {
            look.rule = self.rule;
            look.deps.extend(&*context.deps);
            look.is_unsure |= context.is_unsure;
            look.gate = context.deps.clone();
        }
        self.look(None, &deps, is_unsure, context);
        Truth::Maybe
    }

    /// That a rule with parameters holds.
    fn instance(&mut self, instance: &'v Instance, scope: &Scope<'_, 'v>, context: &Context) -> Truth {
        let name = &instance.named_rule.rule;
        let Some(template) = self.tree.templates.iter().rev().find(|template| template.rule.name == *name) else {
            return Truth::Maybe;
        };
        if self.depth >= DEEPEST {
            self.gave_up = true;
            return Truth::Maybe;
        }
        self.depth += 1;
        let inner = Scope::new(scope.root.clone(), &[], Some(scope));
        for (parameter, operand) in template.parameters.iter().zip(&instance.parameters) {
            let hits = match operand {
                Operand::Query(Query { parts, .. }) => self.query(parts, scope),
                other => self.operand(other, scope),
            };
            inner.bind(parameter, hits);
        }
        let before = self.reach.looks.len();
        self.rule(&template.rule, &inner, context);
        let (deps, is_unsure) = self.joint(before);
        self.look(None, &deps, is_unsure, context);
        self.depth -= 1;
        Truth::Maybe
    }

    /// Follows a clause that looks at values.
    fn check(&mut self, check: &'v Check, scope: &Scope<'_, 'v>, context: &Context) -> Truth {
        let access = &check.access;
        let (operator, is_negated) = (access.comparator.0, access.comparator.1 != check.negation);
        self.clause += 1;
        let mut hits = self.query(&access.query.parts, scope);
        let before = self.reach.looks.len();
        let with = access.compare_with.as_ref().map(|operand| self.operand(operand, scope));
        let mut is_joint = !access.query.match_all || hits.is_empty();
        let given = &scope.root.deps;
        let truths: Vec<Truth> = match with.as_deref() {
            None if operator == Operator::Empty && is_selection(&access.query.parts) => {
                is_joint = true;
                hits.iter_mut().for_each(|hit| self.ask(hit, operator));
                is_there_something(&hits, given, is_negated)
            }
            None => {
                hits.iter_mut().for_each(|hit| self.ask(hit, operator));
                hits.iter().map(|hit| is(hit, given, operator, is_negated)).collect()
            }
            Some([Hit { at: At::Literal(literal), .. }]) => {
                hits.iter_mut().for_each(|hit| self.compare(hit, operator, literal));
                hits.iter().map(|hit| compared(hit, given, operator, is_negated, literal)).collect()
            }
            Some(with) => {
                is_joint = true;
                let mut all: Vec<Hit<'v>> = hits.iter().chain(with).cloned().collect();
                self.meet(&mut all, hits.len(), operator);
                hits = all;
                Vec::new()
            }
        };
        let truth = match truths.as_slice() {
            [] => Truth::Maybe,
            truths if access.query.match_all => Truth::all(truths.iter().copied()),
            truths => Truth::any(truths.iter().copied()),
        };
        if truth == Truth::Yes {
            return truth;
        }
        // Of a variable that stands for nothing a clause fails that is about nothing.
        let any = || hits.iter().flat_map(|hit| hit.deps.iter().copied()).collect();
        let nothing = if matches!(access.query.parts.as_slice(), [Part::Key(_), Part::AllIndices(_)] | [_]) {
            any()
        } else {
            Deps::new()
        };
        self.look(None, &nothing, false, context);
        for hit in &hits {
            self.look(hit.site, &hit.deps, hit.is_unsure, context);
        }
        if is_joint {
            self.join(before);
        }
        truth
    }

    /// Asks what a value is.
    fn ask(&mut self, hit: &mut Hit<'v>, operator: Operator) {
        match hit.at {
            At::Var(var) => self.reach.ask(var, self.clause, operator, With::Nothing),
            At::Known(node) if operator == Operator::Empty => self.sized(node, hit),
            _ => {}
        }
    }

    /// What decides how many parts a list or map has.
    fn sized(&mut self, node: &'v Node, hit: &mut Hit<'v>) {
        let (maybe, open): (Vec<_>, _) = match &node.shape {
            Shape::List(items, open) => (items.iter().filter_map(|(_, maybe)| *maybe).collect(), open),
            Shape::Map(members, open) => (members.iter().filter_map(|member| member.maybe).collect(), open),
            _ => return,
        };
        hit.deps.extend(maybe.into_iter().map(|slot| self.reach.var_of(self.view, slot)));
        hit.deps.extend(open.map(|slot| self.reach.added(slot, "something")));
    }

    /// Compares a value with one of the policy.
    fn compare(&mut self, hit: &mut Hit<'v>, operator: Operator, literal: &serde_json::Value) {
        // A map equals no text, whatever is in it.
        let has_maps = literal.is_object() || literal.as_array().is_some_and(|items| !items.iter().all(is_scalar));
        let literal = || With::Literal(literal.clone());
        match hit.at {
            At::Var(var) => self.reach.ask(var, self.clause, operator, literal()),
            At::Known(Node { shape: Shape::List(items, open), .. }) => {
                for (item, maybe) in items {
                    hit.deps.extend(maybe.map(|slot| self.reach.var_of(self.view, slot)));
                    match &item.shape {
                        Shape::Unknown(slot) => {
                            let var = self.reach.var_of(self.view, *slot);
                            self.reach.ask(var, self.clause, operator, literal());
                            hit.deps.insert(var);
                        }
                        _ => self.inner(item, hit),
                    }
                }
                if let Some(slot) = open {
                    let var = self.reach.added(*slot, "something");
                    self.reach.ask(var, self.clause, operator, literal());
                    hit.deps.insert(var);
                }
            }
            At::Known(node) if has_maps => self.inner(node, hit),
            At::Known(_) | At::Missing | At::Literal(_) | At::Made => {}
        }
    }

    /// A value that is compared as a whole: what is not known within it is not read in enough ways.
    fn inner(&mut self, node: &'v Node, hit: &mut Hit<'v>) {
        let within = self.within(&Hit::root(node));
        if let Shape::OneOf(..) = &node.shape
            && within.len() == 1
        {
            hit.deps.extend(within);
            return;
        }
        hit.is_unsure |= !within.is_empty();
        hit.deps.extend(within);
    }

    /// Compares values of the view with each other; the first so many with the others.
    fn meet(&mut self, hits: &mut [Hit<'v>], first: usize, operator: Operator) {
        let vars = |hits: &[Hit<'v>]| -> Vec<VarId> {
            hits.iter().filter_map(|hit| if let At::Var(var) = hit.at { Some(var) } else { None }).collect()
        };
        let values = |hits: &[Hit<'v>]| -> Vec<serde_json::Value> { hits.iter().flat_map(scalars).collect() };
        let sides = hits.split_at(first);
        let (left, right) = ((vars(sides.0), values(sides.0)), (vars(sides.1), values(sides.1)));
        let is_made = hits.iter().any(|hit| matches!(hit.at, At::Made));
        for ((vars, _), (others, values)) in [(&left, &right), (&right, &left)] {
            for var in vars {
                for value in values {
                    self.reach.ask(*var, self.clause, operator, With::Value(value.clone()));
                }
                for other in others {
                    self.reach.ask(*var, self.clause, operator, With::Var(*other));
                }
            }
        }
        let is_unknown = !left.0.is_empty() || !right.0.is_empty();
        for hit in hits.iter_mut() {
            if let At::Known(node) = hit.at {
                self.inner(node, hit);
            }
            hit.is_unsure |= is_made && is_unknown;
        }
    }

    fn look(&mut self, site: Option<usize>, deps: &Deps, is_unsure: bool, context: &Context) {
        let look = Look {
            rule: self.rule,
            site,
            deps: &*context.deps | deps,
            is_unsure: is_unsure || context.is_unsure,
            gate: context.deps.clone(),
        };
        // What looks at nothing unknown says nothing; that it was looked at is of use where a clause is about nothing.
        if self.reach.looks.last() != Some(&look) {
            self.reach.looks.push(look);
        }
    }

    /// What all looks since some number depend on.
    fn joint(&self, since: usize) -> (Deps, bool) {
        let looks = self.reach.looks.get(since..).unwrap_or_default();
        (looks.iter().flat_map(|look| look.deps.iter().copied()).collect(), looks.iter().any(|look| look.is_unsure))
    }

    /// Makes all looks since some number depend on all of it.
    fn join(&mut self, since: usize) {
        let (deps, is_unsure) = self.joint(since);
        for look in self.reach.looks.iter_mut().skip(since) {
            look.deps.clone_from(&deps);
            look.is_unsure = is_unsure;
        }
    }
}

fn is_scalar(value: &serde_json::Value) -> bool {
    !value.is_object() && !value.is_array()
}

/// Whether a selection certainly has something in it, or nothing, as it is asked whether it is empty.
fn is_there_something(hits: &[Hit<'_>], given: &Deps, is_negated: bool) -> Vec<Truth> {
    let is_something = hits.iter().all(Hit::is_something) && hits.iter().any(|hit| hit.is_certain(given));
    vec![match (hits.is_empty(), is_something) {
        (true, _) => Truth::of(!is_negated),
        (false, true) => Truth::of(is_negated),
        (false, false) => Truth::Maybe,
    }]
}

/// Whether a query selects: then it is asked whether there is anything.
fn is_selection(parts: &[Part]) -> bool {
    match parts {
        [Part::Key(key)] => key.starts_with('%'),
        [.., last] => matches!(last, Part::Filter(..) | Part::MapKeyFilter(..)),
        [] => false,
    }
}

/// The known values of what was found, and of its items.
fn scalars(hit: &Hit<'_>) -> Vec<serde_json::Value> {
    fn of_literal(value: &serde_json::Value) -> Vec<serde_json::Value> {
        match value {
            serde_json::Value::Array(items) => items.clone(),
            other => vec![other.clone()],
        }
    }
    fn of_node(node: &Node) -> Option<serde_json::Value> {
        Some(match &node.shape {
            Shape::Null => serde_json::Value::Null,
            Shape::Bool(value) => (*value).into(),
            Shape::Number(number) => number.clone().into(),
            Shape::Text(text) => (**text).into(),
            _ => return None,
        })
    }
    match hit.at {
        At::Known(node) => of_node(node).into_iter().chain(node.items().filter_map(of_node)).collect(),
        At::Literal(value) => of_literal(value),
        At::Var(_) | At::Missing | At::Made => Vec::new(),
    }
}
