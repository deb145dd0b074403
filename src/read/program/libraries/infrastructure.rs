//! Programs that declare infrastructure: what they are given is no configuration of an app, and what they make is known
//! once they have run.

use super::super::domain::{Symbol, Val};
use super::super::evaluator::Evaluator;
use super::Invocation;

/// The packages of this family, and how what their programs make comes into a scan.
const TOOLS: &[(&[&str], &str)] = &[
    (&["aws-cdk-lib", "@aws-cdk", "aws_cdk", "constructs"], "run `cdk synth`, so that cdk.out is read"),
    (&["cdktf", "@cdktf", "cdktf_cdktf_provider_aws"], "run `cdktf synth`, so that cdktf.out is read"),
    (
        &["@pulumi", "pulumi", "pulumi_aws"],
        "write what `pulumi preview --json` or `pulumi stack export` prints to a file in the project",
    ),
    (&["sst", "@aws-amplify/backend"], "--live reads what is deployed"),
];

/// Constructs that make a user pool or an app client.
const MAKERS: &[&str] = &[
    "UserPool",
    "UserPoolClient",
    "CfnUserPool",
    "CfnUserPoolClient",
    "CognitoUserPool",
    "CognitoUserPoolClient",
    "defineAuth",
];

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
    "cdktf_cdktf_provider_aws",
    "sst",
    "@aws-amplify/backend",
];

/// A construct takes its properties.
pub(super) fn call(ev: &mut Evaluator<'_>, call: &Invocation<'_>) -> Option<Val> {
    call.args.all().for_each(|given| ev.forget_settings(given));
    if let Some(what_to_do) = call.symbol().filter(|symbol| MAKERS.contains(&symbol.name())).and_then(what_to_do) {
        ev.note_program_of_infrastructure(call.site.loc, what_to_do);
    }
    Some(ev.answer(call.callee.clone(), call.args.clone(), call.made, call.site.loc))
}

fn what_to_do(symbol: &Symbol) -> Option<&'static str> {
    let is_of = |packages: &[&str]| packages.iter().any(|package| super::is_within(&symbol.package, package));
    TOOLS.iter().find(|(packages, _)| is_of(packages)).map(|(_, what_to_do)| *what_to_do)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_package_has_a_tool() {
        let of_tools: Vec<&str> = TOOLS.iter().flat_map(|(packages, _)| packages.iter().copied()).collect();
        assert!(PACKAGES.iter().all(|package| of_tools.contains(package)) && of_tools.len() == PACKAGES.len());
    }
}
