//! Numbers and their functions.

use std::sync::Arc;

use crate::value::{Kind, Value};

use super::call::Call;
use super::known;

/// The most digits that a number is written out with.
const MOST_DIGITS: usize = 400;

/// A decimal number.
pub(super) fn parse(written: &str) -> Option<f64> {
    let is_decimal =
        written.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E' | b'+' | b'-'));
    written.parse().ok().filter(|number: &f64| is_decimal && number.is_finite())
}

/// A number as Terraform writes it: without an exponent and idle zeros.
pub(super) fn plain(written: &str) -> Arc<str> {
    expanded(written).map_or_else(|| written.into(), Arc::from)
}

fn expanded(written: &str) -> Option<String> {
    let (sign, rest) = written.strip_prefix('-').map_or(("", written), |rest| ("-", rest));
    let (mantissa, exponent) = rest.split_once(['e', 'E']).unwrap_or((rest, "0"));
    let exponent: i64 = exponent.parse().ok()?;
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let mut digits = format!("{whole}{fraction}");
    let mut point = i64::try_from(whole.len()).ok()?.checked_add(exponent)?;
    if point.unsigned_abs() > MOST_DIGITS as u64 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    while point <= 0 {
        digits.insert(0, '0');
        point += 1;
    }
    let point = usize::try_from(point).ok()?;
    while digits.len() < point {
        digits.push('0');
    }
    let (whole, fraction) = digits.split_at_checked(point)?;
    let (whole, fraction) = (whole.trim_start_matches('0'), fraction.trim_end_matches('0'));
    let sign = if whole.is_empty() && fraction.is_empty() { "" } else { sign };
    let whole = if whole.is_empty() { "0" } else { whole };
    let point = if fraction.is_empty() { "" } else { "." };
    Some(format!("{sign}{whole}{point}{fraction}"))
}

/// The result of a calculation as a number.
pub(super) fn written(number: f64) -> Option<Kind> {
    // Beyond this, a float does not tell whole numbers apart.
    const LARGEST_WHOLE: f64 = 9_007_199_254_740_992.0;
    if !number.is_finite() {
        return None;
    }
    let is_whole = number.fract() == 0.0 && number.abs() < LARGEST_WHOLE;
    // Terraform calculates with more digits than a float has: the last ones of a float are not its.
    let text = if is_whole { format!("{number:.0}") } else { format!("{number:.14e}") };
    Some(Kind::Number(plain(&text)))
}

fn of_one(call: &Call<'_>, function: fn(f64) -> f64) -> Option<Value> {
    Some(call.answer(written(function(call.number(0)?))?))
}

pub(super) fn ceil(call: &Call<'_>) -> Option<Value> {
    of_one(call, f64::ceil)
}

pub(super) fn floor(call: &Call<'_>) -> Option<Value> {
    of_one(call, f64::floor)
}

pub(super) fn abs(call: &Call<'_>) -> Option<Value> {
    of_one(call, f64::abs)
}

pub(super) fn signum(call: &Call<'_>) -> Option<Value> {
    of_one(call, |number| if number == 0.0 { 0.0 } else { number.signum() })
}

pub(super) fn pow(call: &Call<'_>) -> Option<Value> {
    Some(call.answer(written(call.number(0)?.powf(call.number(1)?))?))
}

pub(super) fn log(call: &Call<'_>) -> Option<Value> {
    Some(call.answer(written(call.number(0)?.ln() / call.number(1)?.ln())?))
}

pub(super) fn parseint(call: &Call<'_>) -> Option<Value> {
    let (text, base) = (call.text(0)?, u32::try_from(call.whole(1)?).ok()?);
    let number = if (2..=36).contains(&base) { i64::from_str_radix(&text, base).ok()? } else { return None };
    Some(call.answer(Kind::Number(number.to_string().into())))
}

/// `sum(list)`.
pub(super) fn sum(call: &Call<'_>) -> Option<Value> {
    let items = call.items(0)?;
    let numbers: Option<Vec<f64>> = items.into_iter().map(known::number).collect();
    Some(call.answer(written(numbers.filter(|numbers| !numbers.is_empty())?.iter().sum())?))
}

pub(super) fn min(call: &Call<'_>) -> Option<Value> {
    extreme(call, f64::min)
}

pub(super) fn max(call: &Call<'_>) -> Option<Value> {
    extreme(call, f64::max)
}

fn extreme(call: &Call<'_>, of_two: fn(f64, f64) -> f64) -> Option<Value> {
    let numbers: Option<Vec<f64>> = call.arguments.iter().map(known::number).collect();
    Some(call.answer(written(numbers?.into_iter().reduce(of_two)?)?))
}
