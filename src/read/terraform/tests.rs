use super::testing::{configuration, scan, scan_with, value};

const VARIABLES: &str = "variable \"stage\" { default = \"dev\" }\nvariable \"mfa\" {\n  type = bool\n  default = false\n}\n\
    variable \"name\" {}\nvariable \"hosts\" { default = [\"a\", \"b\"] }\nlocals {\n  is_prod = var.stage == \"prod\"\n  \
    size = { dev = \"small\", prod = \"large\" }\n}\n";

#[test]
fn plain_expressions_are_what_they_say() {
    for (expression, expected) in [
        ("null", "null"),
        ("-1.5", "-1.5"),
        ("[1, \"a\", true]", "[1, 'a', true]"),
        ("{ a = 1, \"b-c\" = 2, (local.is_prod ? \"d\" : \"d\") = 3 }", "(a: 1, b-c: 2, d: 3)"),
        ("\"a${1 + 2 * 3}b\"", "'a7b'"),
        ("\"${true}\"", "true"),
        ("7 / 2", "3.5"),
        ("1 / 0", "?Dynamic"),
        ("3 > 2 && !(2 >= 3)", "true"),
        ("1 == 1 ? \"yes\" : \"no\"", "'yes'"),
        ("[for x in [1, 2, 3] : x * 2 if x != 2]", "[2, 6]"),
        ("{ for k, v in { a = 1, b = 2 } : k => v + 1 }", "(a: 2, b: 3)"),
        ("{ for x in [\"a\", \"b\", \"a\"] : x => 1... }", "(a: [1, 1], b: [1])"),
        ("[{ a = 1 }, { a = 2 }][*].a", "[1, 2]"),
        ("{ a = 1 }[*].a", "[1]"),
        ("\"x%{ if 1 == 2 }a%{ else }b%{ endif }%{ for x in [1, 2] }${x}%{ endfor }\"", "'xb12'"),
        ("[[1], [2]][1][0]", "2"),
        ("path.module", "'.'"),
    ] {
        assert_eq!(value(expression, VARIABLES), expected, "{expression}");
    }
}

#[test]
fn variables_are_their_default_by_assumption() {
    for (expression, expected) in [
        ("var.stage", "'dev' by the default of var.stage"),
        ("\"${var.stage}-users\"", "'dev-users' by the default of var.stage"),
        ("var.name", "parameter name"),
        ("\"a-${var.name}\"", "<'a-' parameter name>"),
        ("var.name.first", "?parameter name[first]"),
        ("var.hosts[1]", "'b' by the default of var.hosts"),
        ("var.missing", "?Import(\"var.missing\")"),
        ("local.missing", "?Import(\"local.missing\")"),
        ("terraform.workspace", "parameter terraform.workspace"),
    ] {
        assert_eq!(value(expression, VARIABLES), expected, "{expression}");
    }
}

#[test]
fn conditions_on_variables_are_tried_both_ways() {
    for (expression, expected) in [
        ("local.is_prod ? 1 : 2", "{var.stage = prod: 1, not var.stage = prod: 2}"),
        ("var.stage != \"prod\" ? 1 : 2", "{var.stage = prod: 2, not var.stage = prod: 1}"),
        ("var.mfa ? \"ON\" : \"OFF\"", "{var.mfa: 'ON', not var.mfa: 'OFF'}"),
        ("!var.mfa ? 1 : 2", "{var.mfa: 2, not var.mfa: 1}"),
        ("var.mfa ? 1 : 1", "1"),
        (
            "var.mfa && local.is_prod ? 1 : 2",
            "{var.mfa and var.stage = prod: 1, var.mfa and not var.stage = prod: 2, not var.mfa: 2}",
        ),
        ("var.mfa ? (var.mfa ? 1 : 2) : 3", "{var.mfa: 1, not var.mfa: 3}"),
        ("local.is_prod ? var.stage : \"x\"", "{var.stage = prod: 'prod', not var.stage = prod: 'x'}"),
        ("var.stage == \"dev\" ? 1 : var.stage", "{var.stage = dev: 1, not var.stage = dev: parameter stage}"),
        ("local.size[var.stage]", "{var.stage = dev: 'small', var.stage = prod: 'large'}"),
        (
            "lookup(local.size, var.stage, \"none\")",
            "{var.stage = dev: 'small', var.stage = prod: 'large', not var.stage = dev and not var.stage = prod: 'none'}",
        ),
        (
            "contains([\"prod\", \"test\"], var.stage) ? 1 : 2",
            "{not contains([\"prod\", \"test\"], var.stage) and not var.stage = prod and not var.stage = test: 2, contains([\"prod\", \"test\"], var.stage): 1}",
        ),
        ("length(var.name) > 3 ? 1 : 2", "{length(var.name) > 3: 1, not length(var.name) > 3: 2}"),
        (
            "terraform.workspace == \"prod\" ? 1 : 2",
            "{terraform.workspace = prod: 1, not terraform.workspace = prod: 2}",
        ),
        ("var.name == null ? 1 : 2", "{var.name = null: 1, not var.name = null: 2}"),
    ] {
        assert_eq!(value(expression, VARIABLES), expected, "{expression}");
    }
}

#[test]
fn what_may_fail_is_tried() {
    let beside = format!("{VARIABLES}resource \"aws_x\" \"y\" {{\n  count = var.mfa ? 1 : 0\n  name = \"n\"\n}}\n");
    for (expression, expected) in [
        ("try({ a = 1 }.b, 2)", "2"),
        ("try(var.hosts[5], \"c\")", "'c'"),
        ("try(aws_x.y[0].id, null)", "{var.mfa: !GetAtt aws_x.y[0].id, not var.mfa: null}"),
        ("can({ a = 1 }.b)", "false"),
        ("can(aws_x.y[0].id) ? 1 : 2", "{var.mfa: 1, not var.mfa: 2}"),
        ("try(var.name.first, 1)", "?parameter name[first]"),
        ("var.mfa ? aws_x.y[0].name : \"\"", "{var.mfa: 'n', not var.mfa: ''}"),
    ] {
        assert_eq!(value(expression, &beside), expected, "{expression}");
    }
}

#[test]
fn what_one_of_several_conditions_brings_is_not_always_there() {
    let beside = "variable \"a\" { default = false }\nvariable \"b\" { default = false }\nvariable \"more\" { type = map(any) }\n\
        resource \"aws_x\" \"either\" { count = var.a || var.b ? 1 : 0 }\n\
        resource \"aws_x\" \"keys\" { for_each = merge(var.more, { web = 1 }) }\n";
    for (expression, expected) in [
        ("aws_x.either", "[!GetAtt aws_x.either[0].* when var.a || var.b]"),
        ("concat(var.a ? [\"x\"] : [], [\"y\"])[0]", "{var.a: 'x', not var.a: 'y'}"),
        (
            "try(aws_x.keys[\"spa\"].id, \"gone\") == \"gone\" ? 1 : 2",
            "{try(aws_x.keys[\"spa\"].id, \"gone\") = gone: 1, not try(aws_x.keys[\"spa\"].id, \"gone\") = gone: 2}",
        ),
    ] {
        assert_eq!(value(expression, beside), expected, "{expression}");
    }
}

#[test]
fn resources_are_known_by_their_addresses() {
    let beside = "resource \"aws_a\" \"one\" { name = \"n\" }\nresource \"aws_a\" \"two\" { count = 2 }\n\
        resource \"aws_a\" \"keys\" {\n  for_each = { x = 1, y = 2 }\n  name = \"${each.key}${each.value}\"\n}\n\
        resource \"aws_a\" \"any\" {\n  for_each = data.z.w.names\n  name = each.key\n}\n";
    for (expression, expected) in [
        ("aws_a.one.id", "!GetAtt aws_a.one.id"),
        ("aws_a.one.name", "'n'"),
        ("aws_a.two[1].id", "!GetAtt aws_a.two[1].id"),
        ("aws_a.two[*].id", "[!GetAtt aws_a.two[0].id, !GetAtt aws_a.two[1].id]"),
        ("aws_a.two.*.id", "[!GetAtt aws_a.two[0].id, !GetAtt aws_a.two[1].id]"),
        ("aws_a.keys[\"x\"].name", "'x1'"),
        ("{ for k, v in aws_a.keys : k => v.name }", "(x: 'x1', y: 'y2')"),
        ("aws_a.any[\"q\"].id", "!GetAtt aws_a.any[*].id"),
        ("aws_a.any[\"q\"].name", "?Input(\"each.key\")"),
        ("[for v in aws_a.any : v.id]", "[!GetAtt aws_a.any[*].id, …]"),
        ("aws_a.missing.id", "??Import(\"aws_a.missing\")[id]"),
    ] {
        assert_eq!(value(expression, beside), expected, "{expression}");
    }
}

#[test]
fn modules_take_arguments_and_give_outputs() {
    let files = |root: &'static str| {
        [
            ("app/main.tf", root),
            (
                "modules/auth/main.tf",
                "# cognito\nvariable \"stage\" {}\nvariable \"days\" {\n  type = number\n  default = 30\n}\nvariable \"on\" { default = true }\n\
                 locals { name = \"${var.stage}-pool\" }\noutput \"name\" { value = local.name }\noutput \"days\" { value = var.days }\n\
                 output \"on\" { value = var.on ? 1 : 2 }\noutput \"path\" { value = path.module }\n",
            ),
        ]
    };
    let one = scan(&files(
        "variable \"live\" { default = true }\nmodule \"auth\" {\n  source = \"../modules/auth\"\n  stage = \"prod\"\n  on = var.live\n}\n\
         output \"name\" { value = module.auth.name }\noutput \"days\" { value = module.auth.days }\noutput \"on\" { value = module.auth.on }\n\
         output \"path\" { value = module.auth.path }\n",
    ));
    assert_eq!(one.stacks(), ["app"]);
    assert_eq!((one.output("name"), one.output("days")), ("'prod-pool'".into(), "30".into()));
    assert_eq!(
        (one.output("on"), one.output("path")),
        ("{var.live: 1, not var.live: 2}".into(), "'../modules/auth'".into())
    );
    let each = scan(&files(
        "module \"auth\" {\n  for_each = toset([\"a\"])\n  source = \"../modules/auth\"\n  stage = each.key\n}\n\
         module \"two\" {\n  for_each = { x = \"p\", y = \"q\" }\n  source = \"../modules/auth\"\n  stage = each.value\n}\n\
         output \"names\" { value = { for k, m in module.two : k => m.name } }\noutput \"x\" { value = module.two[\"x\"].name }\n",
    ));
    assert_eq!((each.output("names"), each.output("x")), ("(x: 'p-pool', y: 'q-pool')".into(), "'p-pool'".into()));
}

#[test]
fn modules_that_are_called_are_no_roots_unless_they_are_deployed_by_themselves() {
    let module = "# cognito\nvariable \"n\" { default = 1 }\noutput \"x\" { value = var.n }\n";
    let call = |path: &str| format!("# cognito\nmodule \"it\" {{\n  source = \"{path}\"\n  n = 2\n}}\n");
    let (by_example, by_root) = (call("../.."), call("../../auth"));
    let scan_of = |caller: &'static str, more: &[(&'static str, &'static str)]| {
        let caller = match caller {
            "example" => ("auth/examples/complete/main.tf", &*by_example),
            _ => ("envs/prod/main.tf", &*by_root),
        };
        let files: Vec<(&str, &str)> = [("auth/main.tf", module), caller].into_iter().chain(more.to_vec()).collect();
        scan(&files).stacks().join(" ")
    };
    let backend = ("auth/state.tf", "terraform {\n  backend \"s3\" { key = \"k\" }\n}\n");
    let cloud = ("auth/state.tf", "terraform {\n  cloud { organization = \"o\" }\n}\n");
    let versions = ("auth/versions.tf", "terraform {\n  required_version = \">= 1\"\n  required_providers {}\n}\n");
    let values = ("auth/terraform.tfvars", "n = 3\n");
    let chosen = ("auth/prod.tfvars", "n = 3\n");
    let provider = ("auth/provider.tf", "provider \"aws\" { region = \"eu-west-1\" }\n");
    let proxy = ("auth/provider.tf", "provider \"aws\" {}\n");
    for more in [&[][..], &[versions], &[proxy], &[chosen]] {
        assert_eq!(scan_of("example", more), "auth/examples/complete", "{more:?}");
        assert_eq!(scan_of("root", more), "envs/prod", "{more:?}");
    }
    for more in [backend, cloud, values] {
        assert_eq!(scan_of("example", &[more]), "auth auth/examples/complete", "{more:?}");
        assert_eq!(scan_of("root", &[more]), "auth envs/prod", "{more:?}");
    }
    assert_eq!(scan_of("example", &[provider]), "auth auth/examples/complete");
    assert_eq!(scan_of("root", &[provider]), "envs/prod");
}

#[test]
fn circles_end_and_are_told() {
    let locals = configuration("locals {\n  a = local.b\n  b = \"${local.a}x\"\n}\noutput \"a\" { value = local.a }\n");
    assert_eq!(locals.output("a"), "<?Limit 'x'>");
    assert_eq!(locals.notes(), [("unresolved", "local.a")]);
    let own =
        scan(&[("m/main.tf", "# cognito\nmodule \"m\" { source = \"./.\" }\noutput \"x\" { value = module.m.x }\n")]);
    assert_eq!(own.stacks(), ["m"]);
    assert_eq!(own.notes(), [("unresolved", "module \"m\"")]);
    let both = scan(&[
        ("a/main.tf", "# cognito\nmodule \"b\" { source = \"../b\" }\noutput \"x\" { value = module.b.x }\n"),
        ("b/main.tf", "module \"a\" { source = \"../a\" }\noutput \"x\" { value = module.a.x }\n"),
    ]);
    assert_eq!(both.stacks(), ["a"]);
    assert_eq!(both.notes(), [("unresolved", "module \"a\"")]);
    let repeated =
        configuration("resource \"aws_a\" \"b\" { count = length(aws_a.b) }\noutput \"x\" { value = aws_a.b[0].id }\n");
    assert_eq!(repeated.output("x"), "!GetAtt aws_a.b[*].id");
}

#[test]
fn lists_that_double_end() {
    let doubling: String = (1..60).map(|at| format!("  a{at} = [local.a{0}, local.a{0}]\n", at - 1)).collect();
    let text = format!("locals {{\n  a0 = [1]\n{doubling}}}\noutput \"x\" {{ value = local.a59 }}\n");
    assert!(configuration(&text).output("x").contains("?Limit"));
}

#[test]
fn texts_that_double_end() {
    let growing: String = (1..60).map(|at| format!("  a{at} = \"${{local.a{0}}}${{local.a{0}}}\"\n", at - 1)).collect();
    let text = format!("locals {{\n  a0 = \"xx\"\n{growing}}}\noutput \"x\" {{ value = local.a59 }}\n");
    assert!(configuration(&text).output("x").len() < 1_000_000);
}

#[test]
fn loops_in_loops_end() {
    let nested = "[for a in local.l : [for b in local.l : [for c in local.l : [for d in local.l : d]]]]";
    let items = (0..200).map(|at| at.to_string()).collect::<Vec<_>>().join(", ");
    let text = format!("locals {{\n  l = [{items}]\n}}\noutput \"x\" {{ value = {nested} }}\n");
    assert!(configuration(&text).notes().iter().any(|(kind, _)| *kind == "limit"));
}

#[test]
fn long_chains_end() {
    let chain: String = (1..3_000).map(|at| format!("  a{at} = local.a{}\n", at - 1)).collect();
    let text = format!("locals {{\n  a0 = 1\n{chain}}}\noutput \"x\" {{ value = local.a2999 }}\n");
    assert_eq!(configuration(&text).output("x"), "?Limit");
    let conditions: String = (1..3_000).map(|at| format!("  a{at} = !local.a{}\n", at - 1)).collect();
    let text = format!("locals {{\n  a0 = var.x\n{conditions}}}\noutput \"x\" {{ value = local.a2999 ? 1 : 2 }}\n");
    assert!(configuration(&text).output("x").contains("1"));
}

#[test]
fn broken_configurations_never_panic() {
    let sample = "# cognito\nvariable \"a\" {\n  type = object({ b = optional(string, \"c\") })\n  default = {}\n}\n\
        locals {\n  x = var.a.b == \"c\" ? [for k, v in { p = 1 } : \"${k}-${v}\" if v > 0] : [local.y]\n  y = try(local.x[0], null)\n}\n\
        resource \"aws_cognito_user_pool\" \"u\" {\n  for_each = toset(local.x)\n  name = each.key\n  dynamic \"schema\" {\n    for_each = local.x\n    content { name = schema.value }\n  }\n}\n\
        module \"m\" {\n  source = \"./m\"\n  count = length(local.x)\n}\noutput \"o\" { value = [module.m[*].z, aws_cognito_user_pool.u[\"p-1\"].id] }\n";
    crate::syntax::mutation::each(&[sample], |text| {
        scan(&[("main.tf", text), ("m/main.tf", text)]);
    });
}

#[test]
fn files_of_values_decide_where_they_are_read_in_any_case() {
    let main = "# cognito\nvariable \"stage\" { default = \"dev\" }\nvariable \"days\" { type = number }\nvariable \"tags\" {\n  type = map(string)\n  default = {}\n}\n\
        output \"all\" { value = [var.stage, var.days, var.tags] }\n";
    let automatic = scan(&[
        ("t/main.tf", main),
        ("t/terraform.tfvars", "stage = \"prod\"\ndays = \"7\"\n"),
        ("t/b.auto.tfvars", "stage = \"test\"\n"),
        ("t/c.auto.tfvars.json", "{\"tags\": {\"a\": 1}}"),
        ("u/terraform.tfvars", "stage = \"other\"\n"),
    ]);
    assert_eq!(automatic.output("all"), "['test', 7, (a: '1')]");
    let choices: &[(&str, &str)] = &[
        ("t/main.tf", main),
        ("t/envs/dev.tfvars", "stage = \"dev\"\ndays = 1\n"),
        ("t/envs/prod.tfvars", "stage = \"prod\"\ndays = 2\n"),
        ("t/envs/else.tfvars", "unheard = 1\n"),
        (".env.prod", "TF_VAR_days=9\n"),
    ];
    assert_eq!(
        scan(choices).output("all"),
        "[{var-file = envs/dev.tfvars: 'dev', var-file = envs/prod.tfvars: 'prod'}, \
         {var-file = envs/dev.tfvars: 1, var-file = envs/prod.tfvars: 2}, () by the default of var.tags]"
    );
    let all = |chosen: &[&str], environment: Option<&str>, pairs: &[&str]| {
        scan_with(choices, chosen, environment, pairs).output("all")
    };
    assert_eq!(all(&["t/envs/prod.tfvars"], None, &[]), "['prod', 2, () by the default of var.tags]");
    assert_eq!(all(&[], Some("prod"), &[]), "['prod', 9, () by the default of var.tags]");
    assert_eq!(all(&["t/envs/prod.tfvars"], None, &["stage=x", "tags={a = \"b\"}"]), "['x', 2, (a: 'b')]");
}

#[test]
fn a_choice_of_files_decides_conditions() {
    let main = "# cognito\nvariable \"stage\" {}\nvariable \"name\" {}\noutput \"x\" { value = var.stage == \"prod\" ? var.name : \"none\" }\n";
    let files = [
        ("main.tf", main),
        ("dev.tfvars", "stage = \"dev\"\nname = \"a\"\n"),
        ("prod.tfvars", "stage = \"prod\"\nname = \"b\"\n"),
    ];
    assert_eq!(scan(&files).output("x"), "{var-file = dev.tfvars: 'none', var-file = prod.tfvars: 'b'}");
}

#[test]
fn a_single_file_that_may_be_chosen_is_a_condition_where_the_default_says_otherwise() {
    let main = "# cognito\nvariable \"secret\" { default = false }\noutput \"x\" { value = var.secret }\n";
    for (path, text, expected) in [
        (
            "local.tfvars",
            "secret = true\n",
            "{var-file = local.tfvars: true, not var-file = local.tfvars: false by the default of var.secret}",
        ),
        ("local.tfvars", "secret = false\n", "false"),
        (
            "envs/a.tfvars",
            "secret = true\n",
            "{var-file = envs/a.tfvars: true, not var-file = envs/a.tfvars: false by the default of var.secret}",
        ),
        ("envs/a.tfvars", "secret = true\nunheard = 1\n", "false by the default of var.secret"),
        ("sample.tfvars", "secret = true\n", "false by the default of var.secret"),
        ("examples/a.tfvars", "secret = true\n", "false by the default of var.secret"),
    ] {
        assert_eq!(scan(&[("main.tf", main), (path, text)]).output("x"), expected, "{path}: {text}");
    }
}

#[test]
fn installed_modules_are_read_and_others_told() {
    let main = "# cognito\nmodule \"auth\" {\n  source = \"acme/auth/aws\"\n  version = \"1.0\"\n}\nmodule \"other\" { source = \"acme/other/aws\" }\n\
        output \"x\" { value = module.auth.x }\noutput \"y\" { value = module.other.y }\n";
    let list = "{\"Modules\": [{\"Key\": \"\", \"Dir\": \".\"}, {\"Key\": \"auth\", \"Dir\": \".terraform/modules/auth\"}, \
        {\"Key\": \"auth.pool\", \"Dir\": \".terraform/modules/auth/modules/pool\"}]}";
    let scan = scan(&[
        ("t/main.tf", main),
        ("t/.terraform/modules/modules.json", list),
        (
            "t/.terraform/modules/auth/main.tf",
            "# cognito\nmodule \"pool\" { source = \"./modules/pool\" }\noutput \"x\" { value = module.pool.x }\n",
        ),
        ("t/.terraform/modules/auth/modules/pool/main.tf", "output \"x\" { value = \"deep\" }\n"),
    ]);
    assert_eq!(scan.stacks(), ["t"]);
    assert_eq!(scan.output("x"), "'deep'");
    assert_eq!(scan.output("y"), "?Import(\"module.other.y\")");
    assert_eq!(scan.notes(), [("module-not-installed", "\"acme/other/aws\"")]);
}

#[test]
fn override_files_go_over_the_others() {
    let scan = scan(&[
        (
            "main.tf",
            "# cognito\nlocals {\n  a = 1\n  b = 2\n}\nresource \"aws_a\" \"x\" {\n  name = \"n\"\n  size = 1\n}\noutput \"o\" { value = [local.a, local.b, aws_a.x.name, aws_a.x.size] }\n",
        ),
        ("x_override.tf", "locals { b = 3 }\nresource \"aws_a\" \"x\" { size = 4 }\n"),
        ("override.tf.json", "{\"locals\": {\"a\": 5}}"),
    ]);
    assert_eq!(scan.output("o"), "[5, 3, 'n', 4]");
}

#[test]
fn objects_are_filled_in_with_their_defaults() {
    let main = "# cognito\nvariable \"clients\" {\n  type = map(object({\n    name = optional(string)\n    flows = optional(list(string), [\"A\"])\n    days = optional(number, 30)\n  }))\n}\n\
        output \"o\" { value = var.clients }\n";
    let root = scan(&[
        ("main.tf", main),
        ("terraform.tfvars", "clients = { web = { days = \"7\" }, app = { name = \"x\" } }\n"),
    ]);
    assert_eq!(
        root.output("o"),
        "(web: (name: null, flows: ['A'], days: 7), app: (name: 'x', flows: ['A'], days: 30))"
    );
}

#[test]
fn secrets_are_not_kept() {
    let scan = scan(&[
        (
            "main.tf",
            "# cognito\nvariable \"key\" {\n  sensitive = true\n  default = \"hunter1\"\n}\nvariable \"google_client_secret\" {}\n\
            output \"a\" { value = \"x-${var.key}\" }\noutput \"b\" { value = var.google_client_secret }\noutput \"c\" {\n  value = \"hunter3\"\n  sensitive = true\n}\n",
        ),
        ("terraform.tfvars", "google_client_secret = \"hunter2\"\n"),
    ]);
    assert_eq!(
        (scan.output("a"), scan.output("b"), scan.output("c")),
        (
            "<'x-' redacted by the default of var.key> by the default of var.key".into(),
            "redacted".into(),
            "redacted".into()
        )
    );
    assert!(!format!("{:?}", scan.facts).contains("hunter"));
}

#[test]
fn configurations_in_json_say_the_same() {
    let scan = scan(&[(
        "cdk.tf.json",
        "{\"//\": {\"cognito\": 1}, \"variable\": {\"stage\": {\"type\": \"string\", \"default\": \"dev\"}},\n\
         \"locals\": {\"n\": \"${var.stage}-x\"},\n\
         \"resource\": {\"aws_a\": {\"b\": {\"//\": \"made\", \"name\": \"${local.n}\", \"count\": \"${var.stage == \\\"prod\\\" ? 1 : 0}\"}}},\n\
         \"output\": {\"o\": {\"value\": \"${local.n}\"}, \"p\": {\"value\": \"${aws_a.b[0].name}\"}}}",
    )]);
    assert_eq!(scan.output("o"), "'dev-x' by the default of var.stage");
    assert_eq!(scan.output("p"), "'dev-x' by the default of var.stage");
}

#[test]
fn remote_states_are_the_outputs_of_other_roots() {
    let scan = scan(&[
        (
            "auth/main.tf",
            "# cognito\nterraform {\n  backend \"s3\" {\n    bucket = \"b\"\n    key = \"auth.tfstate\"\n  }\n}\noutput \"client_id\" { value = \"x\" }\n",
        ),
        (
            "api/main.tf",
            "# cognito\ndata \"terraform_remote_state\" \"auth\" {\n  backend = \"s3\"\n  config = {\n    bucket = \"b\"\n    key = \"auth.tfstate\"\n  }\n}\n\
            output \"id\" { value = data.terraform_remote_state.auth.outputs.client_id }\n",
        ),
    ]);
    assert_eq!(scan.output("id"), "output auth.client_id");
}

#[test]
fn a_remote_state_that_may_be_one_of_several_is_none_of_them() {
    let auth = |bucket: &str| {
        format!(
            "# cognito\nterraform {{\n  backend \"s3\" {{\n    bucket = \"{bucket}\"\n    key = \"dev/auth.tfstate\"\n  }}\n}}\noutput \"client_id\" {{ value = \"x\" }}\n"
        )
    };
    let api = "# cognito\nvariable \"env\" { default = \"dev\" }\nvariable \"bucket\" {}\ndata \"terraform_remote_state\" \"auth\" {\n  backend = \"s3\"\n  config = {\n    \
        bucket = var.bucket\n    key = \"${var.env}/auth.tfstate\"\n  }\n}\noutput \"id\" { value = data.terraform_remote_state.auth.outputs.client_id }\n";
    let (dev, prod) = (auth("a"), auth("b"));
    let one = scan(&[("dev/main.tf", &dev), ("api/main.tf", api)]);
    assert_eq!(one.output("id"), "output dev.client_id by the default of var.env");
    let two = scan(&[("dev/main.tf", &dev), ("prod/main.tf", &prod), ("api/main.tf", api)]);
    assert_eq!(two.output("id"), "output dev/auth.tfstate.client_id by the default of var.env");
}

#[test]
fn conditions_on_values_that_a_variable_refuses_do_not_hold() {
    let stage = "variable \"stage\" {\n  validation {\n    condition = contains([\"dev\", \"prod\"], var.stage)\n    error_message = \"no\"\n  }\n}\nlocals { stage = var.stage }\n";
    for (expression, expected) in [
        ("contains([\"staging\", \"qa\"], var.stage)", "false"),
        ("contains([\"staging\", \"prod\"], local.stage) ? 1 : 2", "{var.stage = prod: 1, not var.stage = prod: 2}"),
        ("local.stage == \"qa\" ? 1 : 2", "2"),
        ("var.stage != \"dev\" ? 1 : 2", "{var.stage = dev: 2, not var.stage = dev: 1}"),
        ("lower(var.stage) == \"qa\" ? 1 : 2", "{lower(var.stage) = qa: 1, not lower(var.stage) = qa: 2}"),
    ] {
        assert_eq!(value(expression, stage), expected, "{expression}");
    }
    let other = stage.replace("], var.stage)", "], lower(var.stage))");
    assert_eq!(value("var.stage == \"qa\" ? 1 : 2", &other), "{var.stage = qa: 1, not var.stage = qa: 2}");
}

#[test]
fn resources_arrive_in_cloudformation_shape() {
    let scan = configuration(
        "variable \"track\" { default = true }\nvariable \"extra\" { default = null }\nvariable \"schemas\" {}\n\
         resource \"aws_cognito_user_pool\" \"users\" {\n  name = \"users\"\n  mfa_configuration = var.extra\n  dynamic \"device_configuration\" {\n    for_each = var.track ? [1] : []\n    content { challenge_required_on_new_device = true }\n  }\n  \
         dynamic \"schema\" {\n    for_each = var.schemas\n    content { name = schema.value }\n  }\n  lifecycle {\n    prevent_destroy = true\n    ignore_changes = [schema, device_configuration[0], password_policy]\n  }\n}\n\
         resource \"aws_cognito_user_pool_client\" \"web\" {\n  for_each = { spa = false, api = true }\n  name = each.key\n  user_pool_id = aws_cognito_user_pool.users.id\n  generate_secret = each.value\n}\n\
         resource \"aws_cognito_user_pool_client\" \"some\" {\n  count = var.track ? 1 : 0\n  name = \"x\"\n  user_pool_id = aws_cognito_user_pool.users.id\n}\n\
         resource \"aws_cognito_user_pool_client\" \"any\" {\n  for_each = var.schemas\n  name = each.key\n  user_pool_id = aws_cognito_user_pool.users.id\n}\n\
         moved {\n  from = aws_cognito_user_pool.old\n  to = aws_cognito_user_pool.users\n}\n",
    );
    assert_eq!(
        scan.resources(),
        [
            "aws_cognito_user_pool.users",
            "aws_cognito_user_pool_client.any[*] when var.schemas is not empty",
            "aws_cognito_user_pool_client.some[0] when var.track",
            "aws_cognito_user_pool_client.web[\"spa\"]",
            "aws_cognito_user_pool_client.web[\"api\"]",
        ]
    );
    assert_eq!(scan.property("aws_cognito_user_pool_client.web[\"api\"]", "GenerateSecret"), "true");
    assert_eq!(
        scan.property("aws_cognito_user_pool_client.web[\"spa\"]", "UserPoolId"),
        "!Ref aws_cognito_user_pool.users"
    );
    assert_eq!(scan.property("aws_cognito_user_pool_client.any[*]", "ClientName"), "?Input(\"each.key\")");
    let pool = scan.resource("aws_cognito_user_pool.users");
    let devices = crate::value::Field::value(pool.properties.field("DeviceConfiguration")).is_some();
    assert!(devices && matches!(pool.properties.field("DeviceConfiguration"), crate::value::Field::Sometimes(_)));
    assert!(matches!(
        pool.properties.field("Schema"),
        crate::value::Field::Sometimes(_) | crate::value::Field::Present(_)
    ));
    assert_eq!(pool.retention, crate::read::Retention::Guarded);
    assert_eq!(pool.deployer, crate::read::Deployer::Terraform);
    let ignores = |path: &[&str]| pool.ignored.covers(path);
    assert!(ignores(&["Schema"]) && ignores(&["DeviceConfiguration", "ChallengeRequiredOnNewDevice"]));
    assert!(ignores(&["Policies"]) && !ignores(&["UsernameAttributes"]));
    assert_eq!(&*scan.facts.moves[0].from.id, "aws_cognito_user_pool.old");
    assert_eq!(scan.sources.text(pool.loc), "resource \"aws_cognito_user_pool\" \"users\"");
}

#[test]
fn data_is_what_it_stands_for() {
    let beside = "provider \"aws\" { region = \"eu-west-1\" }\ndata \"aws_region\" \"here\" {}\ndata \"aws_caller_identity\" \"me\" {}\n\
        data \"aws_ssm_parameter\" \"id\" { name = \"/auth/client\" }\nresource \"aws_secretsmanager_secret\" \"s\" { name = \"auth\" }\n\
        data \"aws_secretsmanager_secret_version\" \"s\" { secret_id = aws_secretsmanager_secret.s.id }\n\
        data \"template_file\" \"t\" {\n  template = \"a-$${x}\"\n  vars = { x = \"b\" }\n}\n";
    for (expression, expected) in [
        ("data.aws_region.here.name", "'eu-west-1'"),
        ("data.aws_caller_identity.me.account_id", "${AWS::AccountId}"),
        ("data.aws_ssm_parameter.id.value", "ssm /auth/client"),
        ("data.aws_secretsmanager_secret_version.s.secret_string", "secret auth."),
        ("jsondecode(data.aws_secretsmanager_secret_version.s.secret_string)[\"id\"]", "secret auth.id"),
        ("data.template_file.t.rendered", "'a-b'"),
        ("data.http.x.body", "??Import(\"data.http.x\")[body]"),
    ] {
        assert_eq!(value(expression, beside), expected, "{expression}");
    }
}

#[test]
fn code_lies_where_the_archive_is_made_of() {
    let main = "# cognito\ndata \"archive_file\" \"session\" {\n  type = \"zip\"\n  source_dir = \"${path.module}/../src/session\"\n  output_path = \"${path.module}/session.zip\"\n}\n\
        resource \"aws_lambda_function\" \"session\" {\n  function_name = \"session\"\n  filename = data.archive_file.session.output_path\n  handler = \"index.handler\"\n  environment {\n    variables = { CLIENT_ID = \"x\" }\n  }\n}\n\
        resource \"aws_lambda_function\" \"other\" {\n  function_name = \"other\"\n  filename = \"../src/other.zip\"\n}\n";
    let scan = scan(&[("t/main.tf", main)]);
    let code = |id: &str| {
        scan.facts
            .code
            .iter()
            .find(|code| &*code.resource.id == id)
            .map(|code| format!("{:?} {:?}", code.path, code.handler))
    };
    assert_eq!(code("aws_lambda_function.session").unwrap(), "Path(\"/p/src/session\") Some(\"index.handler\")");
    assert_eq!(code("aws_lambda_function.other").unwrap(), "Path(\"/p/src/other\") None");
    assert_eq!(scan.property("aws_lambda_function.session", "Environment.Variables.CLIENT_ID"), "'x'");
}

#[test]
fn files_that_are_written_are_settings() {
    let pool = "resource \"aws_cognito_user_pool\" \"p\" {}\nresource \"aws_cognito_user_pool_client\" \"c\" {\n  user_pool_id = aws_cognito_user_pool.p.id\n}\n\
        variable \"on\" { type = bool }\n";
    let client = "COGNITO_CLIENT_ID ClientId !Ref aws_cognito_user_pool_client.c";
    let id = "${aws_cognito_user_pool_client.c.id}";
    for (kind, path, content, expected) in [
        (
            "local_file",
            "filename = \"../web/.env\"",
            format!("<<-EOT\n  COGNITO_CLIENT_ID=\"{id}\"\n  PLAIN=1\n  EOT\n"),
            vec![client, "PLAIN Other redacted"],
        ),
        (
            "local_sensitive_file",
            "filename = \"${path.module}/.env.local\"",
            format!("\"COGNITO_CLIENT_ID={id}\\n\""),
            vec![client],
        ),
        (
            "local_file",
            "filename = \"env.js\"",
            format!("<<EOF\nwindow.ENV = {{\n  COGNITO_CLIENT_ID: \"{id}\",\n}};\nEOF\n"),
            vec![client],
        ),
        (
            "local_file",
            "filename = \"t.js\"",
            format!("<<EOF\n// made\nconst COGNITO_CLIENT_ID = \"{id}\"\nEOF\n"),
            vec![client],
        ),
        (
            "aws_s3_object",
            "key = \"config.json\"",
            "jsonencode({ auth = { userPoolId = aws_cognito_user_pool.p.id } })".to_owned(),
            vec!["auth.userPoolId UserPoolId !Ref aws_cognito_user_pool.p"],
        ),
        (
            "aws_s3_object",
            "key = \"${var.on}/aws-exports.json\"",
            format!(
                "<<EOF\n{{\"aws_user_pools_web_client_id\": \"{id}\", \"aws_user_pools_id\": ${{jsonencode(aws_cognito_user_pool.p.id)}}}}\nEOF\n"
            ),
            vec![
                "aws_user_pools_web_client_id ClientId !Ref aws_cognito_user_pool_client.c",
                "aws_user_pools_id UserPoolId !Ref aws_cognito_user_pool.p",
            ],
        ),
        ("aws_s3_object", "key = \"logo.png\"", format!("\"COGNITO_CLIENT_ID={id}\""), vec![]),
        ("local_file", "filename = \"notes.txt\"", "\"COGNITO_CLIENT_ID\"".to_owned(), vec![]),
    ] {
        let scan = configuration(&format!("{pool}resource \"{kind}\" \"w\" {{\n  {path}\n  content = {content}\n}}\n"));
        assert_eq!(scan.settings(), expected, "{path} {content}");
    }
}

#[test]
fn a_file_that_is_written_lies_where_its_path_says() {
    let scan = scan(&[(
        "infra/main.tf",
        "# cognito\nresource \"local_file\" \"w\" {\n  filename = \"../web/.env\"\n  content = <<EOT\nUSER_POOL_ID=us-east-1_Ab1Cd2Ef3\nEOT\n}\n",
    )]);
    let setting = &scan.facts.settings[0];
    assert_eq!(setting.path.as_deref().map(camino::Utf8Path::as_str), Some("/p/web/.env"));
    assert_eq!(scan.sources.text(setting.loc), "USER_POOL_ID");
}

#[test]
fn what_may_have_more_resources_is_open() {
    let is_open = |text: &str| configuration(text).facts.stacks[0].open;
    assert!(!is_open("resource \"aws_cognito_user_pool\" \"p\" {}\n"));
    assert!(is_open("resource \"aws_cognito_user_pool\" \"p\" {}\nmodule \"m\" { source = \"./gone\" }\n"));
    assert!(is_open(
        "resource \"aws_cognito_user_pool\" \"p\" {}\nresource \"aws_cognito_user_pool\" \"q\" {\n  = =\n}\n"
    ));
}

#[test]
fn modules_that_are_missing_are_told_once() {
    let scan = configuration(
        "locals { a = 1 }\nmodule \"a\" { source = \"./gone\" }\nmodule \"b\" { source = \"acme/b/aws\" }\nmodule \"c\" { source = \"./gone\" }\n",
    );
    assert_eq!(scan.notes(), [("module-not-installed", "\"./gone\"")]);
    assert!(scan.facts.notes[0].message.ends_with(": ./gone, acme/b/aws"), "{}", scan.facts.notes[0].message);
}

#[test]
fn secrets_say_which_client_they_are_for() {
    let scan = configuration(
        "resource \"aws_cognito_user_pool_client\" \"c\" {}\nresource \"aws_secretsmanager_secret\" \"s\" { name = \"app/cognito\" }\n\
         resource \"aws_secretsmanager_secret_version\" \"v\" {\n  secret_id = aws_secretsmanager_secret.s.id\n  secret_string = jsonencode({\n    client_id = aws_cognito_user_pool_client.c.id\n    \
         token = \"hunter2\"\n    password = \"hunter2\"\n    deep = { key = \"hunter2\" }\n  })\n}\n",
    );
    assert_eq!(
        scan.property("aws_secretsmanager_secret.s", "SecretString.client_id"),
        "!Ref aws_cognito_user_pool_client.c"
    );
    assert_eq!(scan.property("aws_secretsmanager_secret.s", "SecretString.token"), "redacted");
    assert!(!format!("{:?}", scan.facts).contains("hunter2"));
}

#[test]
fn a_region_is_that_of_the_chosen_provider() {
    let scan = scan(&[
        (
            "main.tf",
            "# cognito\nprovider \"aws\" { region = \"eu-west-1\" }\nprovider \"aws\" {\n  alias = \"us\"\n  region = \"us-east-1\"\n}\n\
            data \"aws_region\" \"here\" {}\ndata \"aws_region\" \"us\" { provider = aws.us }\nmodule \"m\" {\n  source = \"./m\"\n  providers = { aws = aws.us }\n}\n\
            output \"here\" { value = data.aws_region.here.name }\noutput \"us\" { value = data.aws_region.us.name }\noutput \"m\" { value = module.m.region }\n",
        ),
        (
            "m/main.tf",
            "# cognito\ndata \"aws_region\" \"here\" {}\noutput \"region\" { value = data.aws_region.here.name }\n",
        ),
    ]);
    assert_eq!(
        [scan.output("here"), scan.output("us"), scan.output("m")],
        ["'eu-west-1'", "'us-east-1'", "'us-east-1'"]
    );
}
