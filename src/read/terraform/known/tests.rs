//! Calls of public modules that are not installed.

use crate::read::CodePath;
use crate::read::terraform::testing::{Scan, configuration};
use crate::value::Field;

fn pool(inputs: &str) -> Scan {
    configuration(&format!(
        "module \"auth\" {{\n  source         = \"lgallard/cognito-user-pool/aws\"\n  user_pool_name = \"users\"\n{inputs}\n}}\n\
         output \"id\" {{\n  value = module.auth.id\n}}\n\
         output \"clients\" {{\n  value = module.auth.client_ids_map\n}}\n\
         output \"first\" {{\n  value = module.auth.client_ids[0]\n}}\n"
    ))
}

const POOL: &str = "module.auth.aws_cognito_user_pool.pool[0]";
const WEB: &str = "module.auth.aws_cognito_user_pool_client.client[\"web_0\"]";

#[test]
fn a_module_makes_a_pool_and_its_clients_where_it_is_called() {
    let scan = pool(
        "  clients = [{ name = \"web\", generate_secret = false, explicit_auth_flows = [\"ALLOW_USER_SRP_AUTH\"] }]",
    );
    assert_eq!(scan.resources(), [POOL, WEB]);
    assert_eq!(scan.property(POOL, "UserPoolName"), "'users'");
    assert_eq!(scan.property(WEB, "ClientName"), "'web'");
    assert_eq!(scan.property(WEB, "ExplicitAuthFlows"), "['ALLOW_USER_SRP_AUTH']");
    assert_eq!(scan.property(WEB, "GenerateSecret"), "false");
    assert_eq!(scan.property(WEB, "UserPoolId"), format!("!Ref {POOL}"));
    assert_eq!(scan.output("id"), format!("!Ref {POOL}"));
    assert_eq!(scan.output("clients"), format!("(web: !Ref {WEB})"));
    assert_eq!(scan.output("first"), format!("!Ref {WEB}"));
    for address in [POOL, WEB] {
        let resource = scan.resource(address);
        assert_eq!(scan.sources.text(resource.loc), "module \"auth\"");
        assert_eq!(scan.sources.text(resource.properties.loc), "module \"auth\"");
    }
}

#[test]
fn devices_are_tracked_where_every_version_does_so() {
    let devices = |inputs: &str| pool(inputs).property(POOL, "DeviceConfiguration");
    assert_eq!(devices(""), "-");
    assert_eq!(
        devices("  device_configuration = { challenge_required_on_new_device = true }"),
        "(ChallengeRequiredOnNewDevice: true, DeviceOnlyRememberedOnUserPrompt: false)"
    );
    for differs in [
        "  device_configuration = { challenge_required_on_new_device = false, device_only_remembered_on_user_prompt = false }",
        "  device_configuration_challenge_required_on_new_device = true",
    ] {
        let scan = pool(differs);
        let field = scan.resource(POOL).properties.field("DeviceConfiguration");
        assert!(matches!(field, Field::Sometimes(_)), "{differs}: {field:?}");
    }
}

#[test]
fn what_versions_differ_in_is_not_known() {
    let scan = pool("  clients = [{ name = \"web\" }, { name = \"api\" }]");
    let properties = &scan.resource(POOL).properties;
    assert!(properties.field("MfaConfiguration").value().unwrap().is_unknown());
    assert!(properties.field("DeletionProtection").value().unwrap().is_unknown());
    assert!(scan.output("first").starts_with('?'), "{}", scan.output("first"));
    assert_eq!(pool("  mfa_configuration = \"ON\"").property(POOL, "MfaConfiguration"), "'ON'");
}

#[test]
fn one_client_is_made_of_flat_inputs() {
    let scan = pool("  client_name = \"web\"\n  client_explicit_auth_flows = [\"ALLOW_REFRESH_TOKEN_AUTH\"]");
    assert_eq!(scan.property(WEB, "GenerateSecret"), "true");
    assert_eq!(scan.property(WEB, "ExplicitAuthFlows"), "['ALLOW_REFRESH_TOKEN_AUTH']");
}

#[test]
fn a_function_has_the_environment_that_its_module_is_given() {
    let scan = configuration(
        "module \"session\" {\n  source = \"terraform-aws-modules/lambda/aws\"\n  function_name = \"session\"\n  \
         handler = \"app.handler\"\n  source_path = \"../src\"\n  environment_variables = { CLIENT_ID = \"x\" }\n}\n\
         output \"arn\" {\n  value = module.session.lambda_function_arn\n}\n",
    );
    let function = "module.session.aws_lambda_function.this[0]";
    assert_eq!(scan.property(function, "Environment.Variables"), "(CLIENT_ID: 'x')");
    assert_eq!(scan.output("arn"), format!("!GetAtt {function}.Arn"));
    assert!(matches!(&scan.facts.code[0].path, CodePath::Path(path) if path == "/src"));
}

#[test]
fn a_module_that_nobody_knows_makes_nothing() {
    let scan = configuration("module \"auth\" {\n  source = \"example/auth/aws\"\n}\n");
    assert_eq!(scan.resources(), [""; 0]);
    assert_eq!(scan.notes(), [("module-not-installed", "\"example/auth/aws\"")]);
}
