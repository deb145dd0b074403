//! Calls of functions: those that need more than their arguments' values, and the way to all others.

use crate::read::branches::text_of;
use crate::source::{FileId, Loc};
use crate::syntax::hcl;
use crate::syntax::hcl::ast::Expression;
use crate::syntax::offsets::Offsets;
use crate::value::{Kind, Reference, Value, Why};

use super::evaluator::Evaluator;
use super::functions;
use super::instance::Instance;
use super::reference::{Step, within};
use super::scope::Scope;

impl<'a> Evaluator<'a> {
    /// What a function answers.
    pub fn call(&self, name: &str, arguments: &[Expression], spread: bool, scope: &Scope<'a>, loc: Loc) -> Value {
        match (name, arguments) {
            ("try", _) if !spread => return self.attempt(arguments, scope, loc),
            ("can", [only]) if !spread => return self.can(only, scope, loc),
            ("templatefile", [path, variables]) if !spread => return self.template_file(path, variables, scope, loc),
            ("templatestring", [template, variables]) if !spread => {
                let (template, variables) = (self.evaluate(template, scope), self.evaluate(variables, scope));
                return match (text_of(&template), variables.map()) {
                    (Some(text), Some(names)) => self.render(&text, scope.file, names, scope, loc),
                    _ => within(template, "what the template makes", loc),
                };
            }
            ("lookup", [map, key, rest @ ..]) if !spread => return self.lookup(map, key, rest.first(), scope, loc),
            _ => {}
        }
        let mut values: Vec<Value> = arguments.iter().map(|argument| self.evaluate(argument, scope)).collect();
        if spread && let Some(last) = values.pop() {
            match &last.kind {
                Kind::List(list) if !list.open && list.items.iter().all(|(_, when)| when.is_always()) => {
                    values.extend(list.items.iter().map(|(item, _)| item.clone()));
                }
                _ => return Value::unknown(Why::Dynamic, loc),
            }
        }
        if let ("jsondecode", [Value { kind: Kind::Reference(Reference::Secret { .. }), .. }]) = (name, &*values) {
            return values.swap_remove(0);
        }
        let files = |path: &str| {
            let file = self.file(&scope.instance, path)?;
            Some((file, self.world.sources.file(file).text().clone()))
        };
        functions::call(name, &values, &files, loc)
    }

    /// What a map has under a key, else the default.
    fn lookup(
        &self,
        map: &Expression,
        key: &Expression,
        default: Option<&Expression>,
        scope: &Scope<'a>,
        loc: Loc,
    ) -> Value {
        let map = self.evaluate(map, scope);
        let Some(default) = default else { return self.step(map, Step::Index(key), scope, loc) };
        let inner = Scope { attempts: true, ..scope.clone() };
        let found = self.step(map, Step::Index(key), &inner, loc);
        self.or_else(found, default, scope, loc)
    }

    fn template_file(&self, path: &Expression, variables: &Expression, scope: &Scope<'a>, loc: Loc) -> Value {
        let (path, variables) = (self.evaluate(path, scope), self.evaluate(variables, scope));
        let found = text_of(&path).and_then(|path| self.file(&scope.instance, &path));
        let (Some(file), Some(variables)) = (found, variables.map()) else {
            return within(path, "what the file holds", loc);
        };
        let text = self.world.sources.file(file).text();
        self.render(text, file, variables, scope, loc)
    }

    /// A template with these names in it.
    pub fn render(&self, text: &str, file: FileId, names: &crate::value::Map, scope: &Scope<'a>, loc: Loc) -> Value {
        let piece = hcl::parse_template(text, &Offsets::identity());
        let mut inner = scope.in_file(file);
        for entry in &names.entries {
            inner = inner.with(&entry.key, entry.value.clone(), &entry.key);
        }
        let value = self.evaluate(&piece.expression, &inner);
        Value { loc, ..value }
    }

    /// The file that a path means, as Terraform is run in the root module's folder.
    pub fn file(&self, instance: &Instance<'a>, path: &str) -> Option<FileId> {
        let absolute = crate::read::paths::normal(&instance.root.folder.join(path));
        self.world.sources.find(&absolute)
    }
}
