//! What the calls of each library mean.
//!
//! A family is one row of [`FAMILIES`]: the packages it reads and a function that says what a call of them does. The first
//! family that knows a call decides.

use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use super::domain::{Args, Callee, ClassDef, Kind, Source, Symbol, Val};
use super::evaluator::Evaluator;
use super::functions::Site;
use crate::source::{FileId, Loc};
use crate::when::When;

mod amplify;
mod aws_sdk;
mod boto3;
mod configuration;
mod django;
mod forms;
mod hashes;
mod http;
mod identity_js;
mod identity_pools;
mod infrastructure;
mod oidc;
mod nest;
mod operations;
mod owner;
mod pycognito;
mod stores;
mod verifiers;

/// A call of something outside the scan.
pub(super) struct Invocation<'c> {
    pub(super) callee: &'c Callee,
    pub(super) args: &'c Args,
    /// Whether it is `new`.
    pub(super) made: bool,
    pub(super) site: Site,
}

/// Libraries that work alike.
struct Family {
    /// Their packages; a package's inner modules belong to it. Empty: any.
    packages: &'static [&'static str],
    /// What a call gives; `None` where it is none of theirs.
    call: fn(&mut Evaluator<'_>, &Invocation<'_>) -> Option<Val>,
}

const FAMILIES: &[Family] = &[
    Family { packages: infrastructure::PACKAGES, call: infrastructure::call },
    Family { packages: aws_sdk::PACKAGES, call: aws_sdk::call },
    Family { packages: boto3::PACKAGES, call: boto3::call },
    Family { packages: identity_pools::PACKAGES, call: identity_pools::call },
    Family { packages: amplify::PACKAGES, call: amplify::call },
    Family { packages: identity_js::PACKAGES, call: identity_js::call },
    Family { packages: pycognito::PACKAGES, call: pycognito::call },
    Family { packages: verifiers::PACKAGES, call: verifiers::call },
    Family { packages: oidc::PACKAGES, call: oidc::call },
    Family { packages: nest::PACKAGES, call: nest::call },
    Family { packages: hashes::PACKAGES, call: hashes::call },
    Family { packages: &[], call: stores::call },
    Family { packages: &[], call: configuration::call },
    Family { packages: &[], call: http::call },
    Family { packages: &[], call: aws_sdk::call_of_unknown },
];

impl Invocation<'_> {
    /// The value of a keyword argument.
    pub(super) fn keyword(&self, ev: &Evaluator<'_>, name: &str) -> Option<Val> {
        let object = self.args.keywords.as_ref()?.object()?;
        Some(ev.heap.object(object).entry(name)?.val.clone())
    }

    /// The receiver and the name of a method call.
    fn method(&self) -> Option<(&Val, &Arc<str>)> {
        match self.callee {
            Callee::Method { receiver, name } => Some((receiver, name)),
            _ => None,
        }
    }

    /// The name outside the scan that is called.
    fn symbol(&self) -> Option<&Symbol> {
        match self.callee {
            Callee::Symbol(symbol) => Some(symbol),
            _ => None,
        }
    }
}

/// What the families keep from one call to the next.
#[derive(Default)]
pub(super) struct LibraryState {
    /// Configurations of aws-amplify and the files that give them.
    amplify: Vec<(FileId, Val)>,
    /// The flow that a user of amazon-cognito-identity-js was told to use.
    flows: HashMap<u32, Val>,
    /// What hashes were fed.
    fed: HashMap<u32, Val>,
    /// Configuration of NestJS.
    nest: Vec<nest::Given>,
    /// Modules of Django's settings, once they were looked for.
    django: Option<Vec<FileId>>,
}

/// What a call of a library gives.
pub(super) fn call(ev: &mut Evaluator<'_>, invocation: &Invocation<'_>) -> Option<Val> {
    let root = root_of_callee(invocation);
    let package = root.as_ref().map_or("", |root| &root.package);
    FAMILIES
        .iter()
        .filter(|family| family.packages.is_empty() || family.packages.iter().any(|known| is_within(package, known)))
        .find_map(|family| (family.call)(ev, invocation))
}

/// The fields of a text `a=b&c=d`; `None` where it is none.
pub(super) fn query(ev: &mut Evaluator<'_>, text: &Val) -> Option<Val> {
    forms::query(ev, text, text.loc)
}

/// A text that may be an address to send the user to.
pub(super) fn address(ev: &mut Evaluator<'_>, text: &Val, site: Site) {
    http::address_of_pages(ev, text, site);
}

/// A member of a library's name: enumerations' constants, the environment.
pub(super) fn member(ev: &mut Evaluator<'_>, symbol: &Symbol, key: &Arc<str>, site: Site) -> Option<Val> {
    let loc = site.loc;
    django::setting(ev, symbol, key, site)
        .or_else(|| configuration::member(symbol, key, loc))
        .or_else(|| aws_sdk::constant(symbol, key, loc))
}

/// A member of a value that a library made, where the library knows it.
pub(super) fn member_of_value(ev: &mut Evaluator<'_>, of: &Val, key: &Arc<str>, site: Site) -> Option<Val> {
    stores::member(ev, of, key, site.loc).or_else(|| configuration::member_of_value(of, key, site))
}

/// A field of a class whose base fills it from the environment.
pub(super) fn configured_field(
    ev: &mut Evaluator<'_>,
    class: &Rc<ClassDef>,
    key: &Arc<str>,
    site: Site,
) -> Option<Val> {
    configuration::field(ev, class, key, site)
}

/// Whether a class is one whose base fills its fields from the environment.
pub(super) fn is_configured(class: &ClassDef) -> bool {
    configuration::is_settings(class)
}

/// The name outside the scan that a value goes back to: its class, the function that made it, what it is a member of.
pub(super) fn root(val: &Val) -> Option<Symbol> {
    match &val.kind {
        Kind::Symbol(symbol) => Some((**symbol).clone()),
        _ => match val.source()? {
            Source::Input { class, .. } => class.clone(),
            Source::Answer(answered) => match &answered.callee {
                Callee::Symbol(symbol) => Some((**symbol).clone()),
                Callee::Method { receiver, .. } => root(receiver),
                Callee::Value(val) => root(val),
            },
            Source::Member { of, .. } => root(of),
            _ => None,
        },
    }
}

fn root_of_callee(invocation: &Invocation<'_>) -> Option<Symbol> {
    match invocation.callee {
        Callee::Symbol(symbol) => Some((**symbol).clone()),
        Callee::Method { receiver, .. } => root(receiver),
        Callee::Value(val) => root(val),
    }
}

/// How many folders two files have in common.
fn shared_folders(ev: &Evaluator<'_>, a: FileId, b: FileId) -> usize {
    let (a, b) = (&ev.sources.file(a).path, &ev.sources.file(b).path);
    a.components().zip(b.components()).take_while(|(a, b)| a == b).count()
}

/// Adds an entry that a library sends where it has a value for it.
fn maybe(ev: &mut Evaluator<'_>, map: &Val, key: &str, loc: Loc) {
    let val = ev.dynamic(loc);
    if let Some(id) = map.object() {
        ev.put_entry(id, key.into(), loc, val, Some(When::always()));
    }
}

/// Whether a package is another or an inner module of it.
fn is_within(package: &str, known: &str) -> bool {
    package.strip_prefix(known).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '.']))
}
