//! Where programs read their configuration: the environment, and the packages that wrap it.

use std::rc::Rc;
use std::sync::Arc;

use super::super::builtins::with_default;
use super::super::domain::{Callee, ClassDef, Kind, Source, Symbol, Val};
use super::super::evaluator::Evaluator;
use super::super::functions::Site;
use super::Invocation;
use crate::source::Loc;

/// Names that stand for the process's environment.
const ENVIRONMENTS: &[&str] = &[
    "process.env",
    "import.meta.env",
    "Bun.env",
    "os.environ",
    "window.env",
    "window._env_",
    "globalThis.process.env",
    "$env/static/private",
    "$env/static/public",
    "$env/dynamic/private.env",
    "$env/dynamic/public.env",
];

/// Functions and methods of which the first argument is a key: (package, path, what the key is).
const READERS: &[(&str, &str, Key)] = &[
    ("", "Deno.env.get", Key::Environment),
    ("@nestjs/config", "ConfigService.get", Key::ByCase),
    ("@nestjs/config", "ConfigService.getOrThrow", Key::ByCase),
    ("config", "get", Key::Setting),
    ("nconf", "get", Key::ByCase),
    ("decouple", "config", Key::Environment),
    ("decouple", "Config", Key::Environment),
    ("environs", "Env", Key::Environment),
    ("environ", "Env", Key::Environment),
    ("starlette.config", "Config", Key::Environment),
    ("env-var", "get", Key::Environment),
    ("dynaconf", "settings.get", Key::ByCase),
    ("flask", "current_app.config.get", Key::Setting),
];

/// Objects of which a member or item is a setting.
const SETTINGS: &[(&str, &str)] = &[
    ("django.conf", "settings"),
    ("flask", "current_app.config"),
    ("config", ""),
    ("dynaconf", "settings"),
    ("react-native-config", ""),
    ("@env", ""),
    ("react-native-dotenv", ""),
];

/// Classes whose fields are filled from the environment.
const BASES: &[&str] = &["BaseSettings"];

/// Functions that give their argument, the environment, checked.
const CHECKERS: &[&str] =
    &["cleanEnv", "createEnv", "parse", "safeParse", "parseEnv", "validate", "load", "dotenv_values"];

#[derive(Clone, Copy)]
enum Key {
    Environment,
    Setting,
    /// Capitals are an environment variable's name.
    ByCase,
}

/// `process.env.X`, `settings.X`.
pub(super) fn member(symbol: &Symbol, key: &Arc<str>, loc: Loc) -> Option<Val> {
    let name = symbol.full_name();
    if ENVIRONMENTS.contains(&&*name) {
        return Some(Val::environment(key.clone(), loc));
    }
    let is_settings = SETTINGS.iter().any(|(package, path)| *symbol.package == **package && *symbol.path == **path);
    let is_method = matches!(&**key, "get" | "has" | "util");
    (is_settings && !is_method).then(|| by(if is_env_file(symbol) { Key::Environment } else { Key::Setting }, key, loc))
}

fn is_env_file(symbol: &Symbol) -> bool {
    matches!(&*symbol.package, "@env" | "react-native-config" | "react-native-dotenv")
}

/// A function or method that reads a key.
pub(super) fn call(ev: &mut Evaluator<'_>, call: &Invocation<'_>) -> Option<Val> {
    let key = call.args.get(0)?.text()?.clone();
    let kind = READERS.iter().find(|(package, path, _)| reads(call, package, path)).map(|(.., kind)| *kind)?;
    let default = call.args.get(1).cloned().or_else(|| call.keyword(ev, "default"));
    let default = default.filter(|default| !matches!(default.kind, Kind::Object(_) | Kind::Class(_) | Kind::Symbol(_)));
    let val = by(kind, &key, call.site.loc);
    Some(with_default(ev, val, default.as_ref(), call.site.loc))
}

/// Whether a call is `path` of `package`: a function, a method of an instance of a class, or an instance that is called.
fn reads(call: &Invocation<'_>, package: &str, path: &str) -> bool {
    let is = |symbol: &Symbol, path: &str| *symbol.package == *package && *symbol.path == *path;
    match call.callee {
        Callee::Symbol(symbol) => is(symbol, path) && !call.made,
        Callee::Method { receiver, name } => {
            let Some(class) = super::root(receiver) else { return false };
            match path.rsplit_once('.') {
                Some((of, method)) => is(&class, of) && **name == *method,
                // `env.str("X")`: the methods of a reader convert.
                None => is(&class, path) && matches!(&**name, "str" | "get" | "get_value" | "url" | "asString"),
            }
        }
        Callee::Value(val) => super::root(val).is_some_and(|class| is(&class, path)),
    }
}

fn by(kind: Key, key: &Arc<str>, loc: Loc) -> Val {
    match kind {
        Key::Environment => Val::environment(key.clone(), loc),
        Key::ByCase if is_variable(key) => Val::environment(key.clone(), loc),
        Key::Setting | Key::ByCase => Val::setting(key.clone(), loc),
    }
}

/// A member of what a checker made of the environment.
pub(super) fn member_of_value(of: &Val, key: &Arc<str>, site: Site) -> Option<Val> {
    let Some(Source::Answer(answered)) = of.source() else { return None };
    if matches!(&**key, "data" | "env") && is_checked(of) {
        return Some(of.clone());
    }
    let is_asked = is_variable(key) && CHECKERS.contains(&answered.callee.name()) && is_checked(of);
    is_asked.then(|| Val::environment(key.clone(), site.loc))
}

/// Whether a value was made from the whole environment.
fn is_checked(val: &Val) -> bool {
    let Some(answered) = val.answered() else { return false };
    answered
        .args
        .all()
        .any(|argument| argument.as_symbol().is_some_and(|symbol| ENVIRONMENTS.contains(&&*symbol.full_name())))
        || matches!(answered.callee.name(), "createEnv" | "dotenv_values")
}

/// Whether the fields of a class are filled from the environment.
pub(super) fn is_settings(class: &ClassDef) -> bool {
    class.bases.iter().any(|base| base.as_symbol().is_some_and(|base| BASES.contains(&base.name())))
}

/// A field of a settings class: the variable of its name in capitals, else its default.
pub(super) fn field(ev: &mut Evaluator<'_>, class: &Rc<ClassDef>, key: &Arc<str>, site: Site) -> Option<Val> {
    let declared = class.class.fields.iter().find(|field| field.name == *key);
    let is_method = class.class.methods.iter().any(|method| method.name == *key);
    if !is_settings(class) || is_method || (declared.is_none() && !is_variable(key)) {
        return None;
    }
    let loc = Loc { file: ev.modules[class.module.0 as usize].file, span: class.class.span };
    let default = ev.heap.object(class.statics).entry(key).map(|entry| entry.val.clone());
    let default_loc = default.as_ref().map_or(loc, |default| default.loc);
    let default = default.filter(|default| default.source().is_none());
    let val = Val::environment(key.to_ascii_uppercase(), site.loc);
    Some(with_default(ev, val, default.as_ref(), default_loc))
}

/// Whether a key is written like an environment variable.
fn is_variable(key: &str) -> bool {
    key.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
}
