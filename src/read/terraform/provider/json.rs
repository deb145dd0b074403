//! JSON texts as values.

use crate::read::terraform::functions::decoded;
use crate::value::{Alternative, Kind, Value, Why};

/// What encodes its first argument as JSON, in the languages that Pulumi's programs are written in.
const ENCODERS: &[&str] = &["JSON.stringify", "json.dumps", "pulumi.jsonStringify"];

/// What a value says as JSON. A map or list says itself; what cannot be told is unknown.
pub(super) fn read(value: &Value) -> Value {
    let kind = match &value.kind {
        Kind::Null | Kind::Map(_) | Kind::List(_) => return value.clone(),
        Kind::OneOf(alternatives) => {
            let read = |one: &Alternative| Alternative { value: read(&one.value), ..one.clone() };
            Kind::OneOf(alternatives.iter().map(read).collect())
        }
        Kind::Unknown(Why::Result(answer)) if ENCODERS.contains(&&*answer.callee) => {
            answer.arguments.first().map_or(Kind::Unknown(Why::Dynamic), |encoded| encoded.kind.clone())
        }
        _ => return decoded(value).unwrap_or_else(|| Value::unknown(Why::Dynamic, value.loc)),
    };
    Value { kind, ..value.clone() }
}
