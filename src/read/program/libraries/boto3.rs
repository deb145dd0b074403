//! boto3, botocore and their asynchronous kin.

use super::super::domain::{Callee, Source, Val};
use super::super::evaluator::Evaluator;
use super::{Invocation, aws_sdk, operations};

/// The packages of this family.
pub(super) const PACKAGES: &[&str] = &["boto3", "botocore", "aioboto3", "aiobotocore"];

/// A call of a client.
pub(super) fn call(ev: &mut Evaluator<'_>, call: &Invocation<'_>) -> Option<Val> {
    if matches!(call.callee.name(), "client" | "create_client" | "resource") {
        return Some(ev.answer(call.callee.clone(), call.args.clone(), false, call.site.loc));
    }
    let (receiver, name) = call.method()?;
    if !is_client(ev, receiver) || operations::PLUMBING.contains(&&**name) {
        return None;
    }
    Some(aws_sdk::operation(ev, call, receiver, name, "boto3"))
}

/// Whether a value is `client("cognito-idp")`.
fn is_client(ev: &Evaluator<'_>, val: &Val) -> bool {
    let Some(Source::Answer(answered)) = val.source() else { return false };
    // `async with session.client(…) as client`
    if let Callee::Method { receiver, name } = &answered.callee
        && matches!(&**name, "__enter__" | "__aenter__" | "enter_async_context")
    {
        return is_client(ev, receiver) || answered.args.get(0).is_some_and(|val| is_client(ev, val));
    }
    let keyword = answered.args.keywords.as_ref().and_then(Val::object).map(|id| ev.heap.object(id));
    let service = answered.args.get(0).or_else(|| Some(&keyword?.entry("service_name")?.val));
    matches!(answered.callee.name(), "client" | "create_client")
        && service.is_some_and(|service| {
            ev.alternatives(service).iter().any(|(_, val)| val.text().is_some_and(|text| &**text == "cognito-idp"))
        })
}
