//! The names of the functions.

use crate::value::Value;

use super::call::Call;
use super::{collections, encoding, format, json, lists, maps, numbers, patterns, sets, strings};

use Branching::{Each, Together};

/// What a function does where an argument is one of several values.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Branching {
    /// It is asked for each of them.
    Each,
    /// It is given all of them together, and keeps their conditions itself.
    Together,
}

/// What a function answers; nothing where that is not known.
pub(super) type Function = fn(&Call<'_>) -> Option<Value>;

/// The functions by name, in order. Of those that are not listed, such as hashes, dates and the functions of providers, no
/// answer is known.
pub(super) const FUNCTIONS: &[(&str, Branching, Function)] = &[
    ("abs", Each, numbers::abs),
    ("alltrue", Each, lists::alltrue),
    ("anytrue", Each, lists::anytrue),
    ("base64decode", Each, encoding::base64decode),
    ("base64encode", Each, encoding::base64encode),
    ("basename", Each, collections::basename),
    ("ceil", Each, numbers::ceil),
    ("chomp", Each, strings::chomp),
    ("chunklist", Each, lists::chunklist),
    ("coalesce", Each, collections::coalesce),
    ("coalescelist", Each, lists::coalescelist),
    ("compact", Each, lists::compact),
    ("concat", Together, lists::concat),
    ("dirname", Each, collections::dirname),
    ("distinct", Each, lists::distinct),
    ("element", Each, lists::element),
    ("endswith", Each, strings::endswith),
    ("file", Each, collections::file),
    ("fileexists", Each, collections::fileexists),
    ("flatten", Together, lists::flatten),
    ("floor", Each, numbers::floor),
    ("format", Each, format::format),
    ("formatlist", Each, format::formatlist),
    ("indent", Each, strings::indent),
    ("index", Each, lists::index),
    ("join", Each, strings::join),
    ("jsondecode", Each, json::jsondecode),
    ("keys", Each, maps::keys),
    ("length", Each, collections::length),
    ("log", Each, numbers::log),
    ("lookup", Each, maps::lookup),
    ("lower", Each, strings::lower),
    ("matchkeys", Each, lists::matchkeys),
    ("max", Each, numbers::max),
    ("merge", Each, maps::merge),
    ("min", Each, numbers::min),
    ("nonsensitive", Together, sets::nonsensitive),
    ("one", Each, lists::one),
    ("parseint", Each, numbers::parseint),
    ("pow", Each, numbers::pow),
    ("range", Each, lists::range),
    ("regex", Each, patterns::regex),
    ("regexall", Each, patterns::regexall),
    ("replace", Each, patterns::replace),
    ("reverse", Each, lists::reverse),
    ("sensitive", Together, sets::sensitive),
    ("setintersection", Each, sets::setintersection),
    ("setproduct", Each, lists::setproduct),
    ("setsubtract", Each, sets::setsubtract),
    ("setunion", Together, sets::setunion),
    ("signum", Each, numbers::signum),
    ("slice", Each, lists::slice),
    ("sort", Each, lists::sort),
    ("split", Each, strings::split),
    ("startswith", Each, strings::startswith),
    ("strcontains", Each, strings::strcontains),
    ("strrev", Each, strings::strrev),
    ("substr", Each, strings::substr),
    ("sum", Each, numbers::sum),
    ("title", Each, strings::title),
    ("tobool", Each, sets::tobool),
    ("tolist", Each, sets::tolist),
    ("tomap", Each, sets::tomap),
    ("tonumber", Each, sets::tonumber),
    ("toset", Each, sets::toset),
    ("tostring", Each, sets::tostring),
    ("transpose", Each, maps::transpose),
    ("trim", Each, strings::trim),
    ("trimprefix", Each, strings::trimprefix),
    ("trimspace", Each, strings::trimspace),
    ("trimsuffix", Each, strings::trimsuffix),
    ("upper", Each, strings::upper),
    ("urlencode", Each, strings::urlencode),
    ("values", Each, maps::values),
    ("yamldecode", Each, json::yamldecode),
    ("zipmap", Each, maps::zipmap),
];

/// The function of a name.
pub(super) fn function(name: &str) -> Option<(Branching, Function)> {
    let at = FUNCTIONS.binary_search_by(|(known, ..)| (*known).cmp(name)).ok()?;
    let (_, branching, function) = FUNCTIONS.get(at)?;
    Some((*branching, *function))
}
