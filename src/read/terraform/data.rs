//! Data whose value follows from the configuration, beyond what the provider's table says.

use crate::read::branches::text_of;
use crate::source::Loc;
use crate::syntax::hcl::ast::{Expression, ExpressionKind};
use crate::value::{Kind, Map, Reference, ResourceKey, Value, Why};

use super::evaluator::Evaluator;
use super::reference::Declared;
use super::remote::Remote;
use super::scope::Scope;

impl<'a> Evaluator<'a> {
    /// An attribute of data of this kind; `None` where the provider's table decides.
    pub fn data(
        &self,
        key: &ResourceKey,
        kind: &str,
        declared: &Declared<'a>,
        attribute: &str,
        scope: &Scope<'a>,
        loc: Loc,
    ) -> Option<Value> {
        let argument = |name: &str| self.argument(declared, name, &scope.when, loc);
        let unknown = || Value::unknown(Why::Deployment(format!("{}.{attribute}", key.id).into()), loc);
        match (kind, attribute) {
            ("data.aws_region", "name" | "region" | "id") => self.region(declared, scope, loc),
            ("data.terraform_remote_state", "outputs") => {
                let outputs = self.world.remote(self, declared, scope);
                Some(outputs.map_or_else(unknown, |Remote { stack, assumed }| {
                    let kind = Kind::Reference(Reference::Output { stack, name: "".into() });
                    Value { assumed, ..Value::new(kind, loc) }
                }))
            }
            ("data.template_file", "rendered") => Some(self.rendered(declared, scope, loc).unwrap_or_else(unknown)),
            ("data.local_file" | "data.local_sensitive_file", "content") => {
                let file = argument("filename").as_ref().and_then(text_of);
                let file = file.and_then(|path| self.file(&declared.instance, &path));
                Some(
                    file.map_or_else(unknown, |file| Value::text_at(self.world.sources.file(file).text().clone(), loc)),
                )
            }
            ("local_file" | "local_sensitive_file", "content") => argument("content"),
            _ => None,
        }
    }

    /// The region of the provider's configuration that data is read with, where it says one.
    fn region(&self, declared: &Declared<'a>, scope: &Scope<'a>, loc: Loc) -> Option<Value> {
        let chosen = declared.block.attribute("provider").map(|written| name_of(written.value()));
        let mut provider = chosen.unwrap_or_else(|| Some("aws".into()))?;
        let mut instance = declared.instance.clone();
        loop {
            if let Some(block) = instance.module.providers.get(&*provider) {
                let written = block.attribute("region")?;
                let inner = Scope { when: scope.when.clone(), ..Scope::new(instance.clone(), written.file) };
                let value = self.evaluate(written.value(), &inner);
                return text_of(&value).map(|_| Value { loc, ..value });
            }
            let call = instance.call.as_ref()?;
            if let Some(passed) = call.block.attribute("providers") {
                provider = passed_on(passed.value(), &provider)?;
            }
            let parent = call.parent.upgrade()?;
            instance = parent;
        }
    }

    /// The text that `template_file` makes.
    fn rendered(&self, declared: &Declared<'a>, scope: &Scope<'a>, loc: Loc) -> Option<Value> {
        let template = self.argument(declared, "template", &scope.when, loc)?;
        let names = self.argument(declared, "vars", &scope.when, loc);
        let none = Map::default();
        let names = match &names {
            Some(names) => names.map()?,
            None => &none,
        };
        let text = text_of(&template)?;
        Some(self.render(&text, declared.block.loc().file, names, scope, loc))
    }
}

/// `aws`, or `aws.us`.
fn name_of(expression: &Expression) -> Option<String> {
    match &expression.kind {
        ExpressionKind::Name(name) => Some(name.to_string()),
        ExpressionKind::Text(name) => Some(name.to_string()),
        ExpressionKind::Member { of, key } => Some(format!("{}.{key}", name_of(of)?)),
        _ => None,
    }
}

/// The caller's provider that a module knows by this name. What is not passed on is the caller's own, unless it has an alias.
fn passed_on(providers: &Expression, name: &str) -> Option<String> {
    let ExpressionKind::Map(items) = &providers.kind else { return None };
    let item = items.iter().find(|item| name_of(&item.key).as_deref() == Some(name));
    item.map_or_else(|| (!name.contains('.')).then(|| name.to_owned()), |item| name_of(&item.value))
}
