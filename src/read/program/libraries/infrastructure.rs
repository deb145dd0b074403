//! Programs that declare infrastructure: what they are given is no configuration of an app.

use super::super::domain::Val;
use super::super::evaluator::Evaluator;
use super::Invocation;

/// The packages of this family.
pub(super) const PACKAGES: &[&str] = &[
    "aws-cdk-lib",
    "@aws-cdk",
    "aws_cdk",
    "constructs",
    "@pulumi",
    "pulumi",
    "pulumi_aws",
    "cdktf",
    "@cdktf",
    "sst",
    "@aws-amplify/backend",
];

/// A construct takes its properties.
pub(super) fn call(ev: &mut Evaluator<'_>, call: &Invocation<'_>) -> Option<Val> {
    call.args.all().for_each(|given| ev.forget_settings(given));
    Some(ev.answer(call.callee.clone(), call.args.clone(), call.made, call.site.loc))
}
