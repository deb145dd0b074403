//! The configuration block of a plan: which expressions refer to what.
//!
//! It has no expressions, only the references in each: of `aws_cognito_user_pool.main.id` the two texts
//! `aws_cognito_user_pool.main.id` and `aws_cognito_user_pool.main`, shorter and shorter.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::address::{self, Call, Step};
use crate::syntax::skim::Skimmer;
use crate::syntax::tree::{Node, NodeKind};

/// How many references are followed one after the other.
const DEEPEST: usize = 32;

/// How many things one expression may refer to.
const MOST: usize = 64;

/// The configuration of a plan.
#[derive(Debug, Default)]
pub struct Configuration {
    root: Module,
}

#[derive(Debug, Default)]
struct Module {
    /// Arguments by the resource's type and name.
    resources: BTreeMap<String, Arguments>,
    outputs: BTreeMap<String, Expression>,
    calls: BTreeMap<String, ModuleCall>,
}

#[derive(Debug, Default)]
struct ModuleCall {
    arguments: Expression,
    module: Module,
}

/// The arguments that a resource is given.
#[derive(Debug)]
pub struct Arguments {
    names: BTreeSet<Arc<str>>,
    /// What they refer to.
    pub expressions: Expression,
}

/// What an argument, or a block of them, refers to.
#[derive(Debug, Default)]
pub enum Expression {
    /// Nothing: it is constant.
    #[default]
    Constant,
    /// What one expression refers to.
    References(Vec<Arc<str>>),
    /// Arguments by name; of repeated blocks by number.
    Parts(BTreeMap<Arc<str>, Expression>),
}

/// What an expression refers to in the end.
#[derive(Debug, Default, PartialEq)]
pub struct Meant {
    /// Resources and data.
    pub targets: Vec<Target>,
    /// It refers to something besides that is not told: a local value, what a loop goes through.
    pub is_open: bool,
}

/// A resource or data that an expression refers to.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    /// Its address without its own key; module calls without keys where the expression tells none.
    pub address: String,
    /// Its type, with `data.` before that of data.
    pub type_name: String,
    /// Its own key, where the expression tells it.
    pub key: Option<String>,
    /// The attribute, where the expression tells it.
    pub attribute: Option<String>,
}

impl Configuration {
    /// Reads the block that stands next.
    pub fn read(skimmer: &mut Skimmer<'_>) -> Self {
        let mut configuration = Self::default();
        skimmer.members(|skimmer, key| {
            if key == "root_module" {
                configuration.root = Module::read(skimmer);
            }
        });
        configuration
    }

    /// The arguments of a resource.
    pub fn resource(&self, address: &str) -> Option<&Arguments> {
        let address = address::parse(address)?;
        let module = self.module(&address.calls)?;
        module.resources.get(&format!("{}.{}", address.kind(), address.name))
    }

    /// The expression of an output of the root module.
    pub fn output(&self, name: &str) -> Option<&Expression> {
        self.root.outputs.get(name)
    }

    /// What an expression in a module instance refers to, through the arguments and outputs of modules.
    pub fn meaning(&self, calls: &[Call<'_>], expression: &Expression) -> Meant {
        let mut meant = Meant::default();
        self.follow(calls, expression, &mut meant, DEEPEST);
        meant
    }

    fn module(&self, calls: &[Call<'_>]) -> Option<&Module> {
        calls.iter().try_fold(&self.root, |module, (name, _)| Some(&module.calls.get(*name)?.module))
    }

    fn follow(&self, calls: &[Call<'_>], expression: &Expression, meant: &mut Meant, deepest: usize) {
        let (Expression::References(references), Some(deepest)) = (expression, deepest.checked_sub(1)) else {
            meant.is_open |= !matches!(expression, Expression::Constant);
            return;
        };
        for reference in longest(references) {
            if meant.targets.len() >= MOST {
                meant.is_open = true;
                return;
            }
            self.follow_one(calls, &address::steps(reference), meant, deepest);
        }
    }

    fn follow_one(&self, calls: &[Call<'_>], steps: &[Step<'_>], meant: &mut Meant, deepest: usize) {
        match steps {
            [Step::Name("var"), Step::Name(name), ..] => {
                let caller = calls.split_last().and_then(|((call, _), caller)| {
                    let arguments = &self.module(caller)?.calls.get(*call)?.arguments;
                    Some((caller, arguments.part(name)?))
                });
                match caller {
                    Some((caller, argument)) => self.follow(caller, argument, meant, deepest),
                    // A variable of the root, or one that keeps its default, holds a text.
                    None => meant.is_open = true,
                }
            }
            [Step::Name("module"), Step::Name(call), behind @ ..] => {
                let (key, behind) = address::split_key(behind);
                let mut inner = calls.to_vec();
                inner.push((call, key));
                let output = match behind {
                    [Step::Name(output), ..] => self.module(&inner).and_then(|module| module.outputs.get(*output)),
                    _ => None,
                };
                match output {
                    Some(output) => self.follow(&inner, output, meant, deepest),
                    None => meant.is_open = true,
                }
            }
            // The key of an instance chooses among resources and adds nothing.
            [Step::Name("each" | "count"), Step::Name("key" | "index")] | [Step::Name("path" | "terraform"), ..] => {}
            [Step::Name("each" | "local" | "self"), ..] => meant.is_open = true,
            _ => match address::subject(steps) {
                Some((is_data, type_name, name, behind)) => {
                    let (key, behind) = address::split_key(behind);
                    let attribute = match behind {
                        [Step::Name(attribute), ..] => Some((*attribute).to_owned()),
                        _ => None,
                    };
                    let kind = address::kind(is_data, type_name);
                    let address = format!("{}{kind}.{name}", address::prefix(calls));
                    meant.targets.push(Target { address, type_name: kind, key: key.map(str::to_owned), attribute });
                }
                None => meant.is_open = true,
            },
        }
    }
}

/// Of references the full ones, without those that are the beginning of the one before.
fn longest(references: &[Arc<str>]) -> impl Iterator<Item = &str> {
    let mut full = "";
    references.iter().map(|reference| &**reference).filter(move |reference| {
        let is_beginning = full.strip_prefix(reference).is_some_and(|rest| rest.starts_with(['.', '[']));
        if !is_beginning {
            full = reference;
        }
        !is_beginning
    })
}

impl Module {
    fn read(skimmer: &mut Skimmer<'_>) -> Self {
        let mut module = Self::default();
        skimmer.members(|skimmer, key| match key {
            "resources" => skimmer.items(|skimmer| module.resources.extend(resource(skimmer))),
            "outputs" => skimmer.members(|skimmer, name| {
                let mut output = Expression::default();
                skimmer.members(|skimmer, key| {
                    if key == "expression" {
                        output = Expression::read(skimmer);
                    }
                });
                module.outputs.insert(name.to_owned(), output);
            }),
            "module_calls" => skimmer.members(|skimmer, name| {
                module.calls.insert(name.to_owned(), ModuleCall::read(skimmer));
            }),
            _ => {}
        });
        module
    }
}

impl ModuleCall {
    fn read(skimmer: &mut Skimmer<'_>) -> Self {
        let mut call = Self::default();
        skimmer.members(|skimmer, key| match key {
            "expressions" => call.arguments = Expression::read(skimmer),
            "module" => call.module = Module::read(skimmer),
            _ => {}
        });
        call
    }
}

/// A resource: type and name, and its arguments.
fn resource(skimmer: &mut Skimmer<'_>) -> Option<(String, Arguments)> {
    let (mut is_data, mut type_name, mut name, mut arguments) = (false, None, None, None);
    skimmer.members(|skimmer, key| match key {
        "mode" => is_data = skimmer.text().as_deref() == Some("data"),
        "type" => type_name = skimmer.text(),
        "name" => name = skimmer.text(),
        "expressions" => arguments = skimmer.skip(),
        _ => {}
    });
    let kind = address::kind(is_data, &type_name?);
    if !crate::read::terraform::provider::is_known(&kind) {
        return None;
    }
    let node = skimmer.node_at(arguments?)?;
    let names = node.pairs().iter().map(|pair| pair.key.clone()).collect();
    Some((format!("{kind}.{}", name?), Arguments { names, expressions: Expression::of(&node) }))
}

impl Arguments {
    /// Whether an argument is among them.
    pub fn names(&self, argument: &str) -> bool {
        self.names.contains(argument)
    }
}

impl Expression {
    fn read(skimmer: &mut Skimmer<'_>) -> Self {
        skimmer.node().as_ref().map(Self::of).unwrap_or_default()
    }

    fn of(node: &Node) -> Self {
        let parts: BTreeMap<_, _> = match &node.kind {
            NodeKind::Map(_) if node.get("constant_value").is_some() => return Self::Constant,
            NodeKind::Map(pairs) => {
                let texts = |list: &Node| list.items().iter().map(Node::scalar).collect::<Option<Vec<_>>>();
                if let Some(references) = node.get("references").and_then(texts) {
                    return Self::References(references);
                }
                pairs.iter().map(|pair| (pair.key.clone(), Self::of(&pair.value))).collect()
            }
            NodeKind::List(items) => {
                items.iter().enumerate().map(|(at, item)| (at.to_string().into(), Self::of(item))).collect()
            }
            _ => return Self::Constant,
        };
        let is_constant = parts.values().all(|part| matches!(part, Self::Constant));
        if is_constant { Self::Constant } else { Self::Parts(parts) }
    }

    /// An argument of a block, or one of several blocks.
    pub fn part(&self, key: &str) -> Option<&Self> {
        if let Self::Parts(parts) = self { parts.get(key) } else { None }
    }
}
