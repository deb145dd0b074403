//! Plans and states as Terraform prints them, shortened to what the tests are about.

use serde_json::{Value as Json, json};

use super::document::{self, Document};
use crate::read::cloudformation::testing::show;
use crate::read::{Change, Facts, Replacement, SettingKind};
use crate::source::{FileId, Loc, SourceFile, SourceMap, Span};
use crate::syntax::mutation;
use crate::value::{Entry, Kind, Map, Presence, Value};

/// The facts of documents, each given by its path below `/p`, beside those of a configuration.
fn beside(configured: Facts, files: &[(&str, String)]) -> Facts {
    let file = |(path, text): &(&str, String)| {
        SourceFile::with_text((*path).into(), format!("/p/{path}").into(), text.as_str())
    };
    let sources = SourceMap::new(files.iter().map(file).collect());
    let parsed = sources.iter().filter_map(|(id, file)| Some((id, document::parse(file.text())?)));
    super::read(configured, &parsed.collect::<Vec<_>>(), &sources)
}

fn read(document: &Json) -> Facts {
    beside(Facts::default(), &[("plan.json", document.to_string())])
}

fn property(facts: &Facts, address: &str, path: &[&str]) -> String {
    let found: Vec<_> = facts.resources.iter().filter(|resource| &*resource.key.id == address).collect();
    let [resource] = found.as_slice() else { panic!("{} resources are {address}", found.len()) };
    resource.properties.at(path).value().map_or("-".to_owned(), show)
}

fn addresses(facts: &Facts) -> Vec<&str> {
    facts.resources.iter().map(|resource| &*resource.key.id).collect()
}

fn outputs(facts: &Facts) -> Vec<String> {
    let outputs = facts.stacks.iter().flat_map(|stack| &stack.outputs);
    outputs.map(|output| format!("{}: {}", output.name, show(&output.value))).collect()
}

/// A resource's change, told by its address without a module.
fn change(address: &str, change: Json) -> Json {
    let parsed = super::address::parse(address).expect("an address");
    let mode = if parsed.is_data { "data" } else { "managed" };
    json!({ "address": address, "mode": mode, "type": parsed.type_name, "name": parsed.name, "change": change })
}

fn create(address: &str, after: Json, unknown: Json) -> Json {
    change(address, json!({ "actions": ["create"], "before": null, "after": after, "after_unknown": unknown }))
}

/// A resource of a configuration.
fn configured(address: &str, expressions: Json) -> Json {
    let parsed = super::address::parse(address).expect("an address");
    json!({ "address": address, "mode": "managed", "type": parsed.type_name, "name": parsed.name, "expressions": expressions })
}

fn refers(references: &[&str]) -> Json {
    json!({ "references": references })
}

fn plan(changes: Json, root: Json) -> Json {
    json!({ "format_version": "1.2", "terraform_version": "1.11.4", "resource_changes": changes,
            "configuration": { "root_module": root }, "complete": true, "errored": false })
}

const POOL: &str = "module.auth.aws_cognito_user_pool.main";
const CLIENT: &str = "aws_cognito_user_pool_client.web";

/// A pool in a module, which tells its id, and resources of the root.
fn with_pool(changes: &[Json], resources: Json) -> Json {
    let mut all = vec![create(POOL, json!({ "name": "members" }), json!({ "id": true, "arn": true }))];
    all.extend(changes.iter().cloned());
    let module = json!({
        "resources": [configured("aws_cognito_user_pool.main", json!({ "name": refers(&["var.name"]) }))],
        "outputs": { "id": { "expression": refers(&["aws_cognito_user_pool.main.id", "aws_cognito_user_pool.main"]) } },
    });
    let root = json!({ "resources": resources, "module_calls": { "auth": { "expressions": {}, "module": module } } });
    plan(json!(all), root)
}

#[test]
fn what_is_not_known_yet_is_a_reference_where_the_configuration_tells_it() {
    let client = create(CLIENT, json!({ "name": "web" }), json!({ "id": true, "user_pool_id": true }));
    let expressions =
        json!({ "user_pool_id": refers(&["module.auth.id", "module.auth"]), "name": { "constant_value": "web" } });
    let facts = read(&with_pool(&[client], json!([configured(CLIENT, expressions)])));
    assert_eq!(addresses(&facts), [POOL, CLIENT]);
    assert_eq!(property(&facts, CLIENT, &["UserPoolId"]), format!("!Ref {POOL}"));
    assert_eq!(property(&facts, POOL, &["UserPoolName"]), "'members'");
}

#[test]
fn a_variable_of_a_module_leads_to_what_its_caller_gives() {
    let pool = create("aws_cognito_user_pool.main", json!({}), json!({ "id": true }));
    let address = "module.clients[\"a\"].aws_cognito_user_pool_client.web";
    let client = create(address, json!({}), json!({ "user_pool_id": true }));
    let call = json!({
        "expressions": { "pool": refers(&["aws_cognito_user_pool.main.id", "aws_cognito_user_pool.main"]) },
        "module": { "resources": [configured(CLIENT, json!({ "user_pool_id": refers(&["var.pool"]) }))] },
    });
    let facts = read(&plan(json!([pool, client]), json!({ "module_calls": { "clients": call } })));
    assert_eq!(property(&facts, address, &["UserPoolId"]), "!Ref aws_cognito_user_pool.main");
}

#[test]
fn an_attribute_that_another_resource_is_given_is_followed() {
    let client = create(CLIENT, json!({}), json!({ "user_pool_id": true }));
    let domain = "aws_cognito_user_pool_domain.main";
    let changes = [client, create(domain, json!({ "domain": "members" }), json!({ "user_pool_id": true }))];
    let resources = json!([
        configured(CLIENT, json!({ "user_pool_id": refers(&["module.auth.id", "module.auth"]) })),
        configured(domain, json!({ "user_pool_id": refers(&[&format!("{CLIENT}.user_pool_id"), CLIENT]) })),
    ]);
    let facts = read(&with_pool(&changes, resources));
    assert_eq!(property(&facts, domain, &["UserPoolId"]), format!("!Ref {POOL}"));
}

#[test]
fn of_instances_the_one_with_the_same_key_is_meant() {
    let pool = |key: &str| format!("aws_cognito_user_pool.each[{key}]");
    let client = |key: &str| format!("aws_cognito_user_pool_client.each[{key}]");
    let mut changes = Vec::new();
    for key in ["\"a\"", "\"b\""] {
        changes.push(create(&pool(key), json!({}), json!({ "id": true })));
        changes.push(create(&client(key), json!({}), json!({ "user_pool_id": true })));
    }
    changes.push(create(CLIENT, json!({}), json!({ "user_pool_id": true })));
    let root = |web: Json| {
        json!({ "resources": [
            configured("aws_cognito_user_pool_client.each", json!({ "user_pool_id": refers(&["aws_cognito_user_pool.each", "each.key"]) })),
            configured(CLIENT, json!({ "user_pool_id": web })),
        ] })
    };
    let told = "aws_cognito_user_pool.each[\"b\"]";
    let web = refers(&[&format!("{told}.id"), told, "aws_cognito_user_pool.each"]);
    let facts = read(&plan(json!(changes), root(web)));
    assert_eq!(property(&facts, &client("\"a\""), &["UserPoolId"]), format!("!Ref {}", pool("\"a\"")));
    assert_eq!(property(&facts, &client("\"b\""), &["UserPoolId"]), format!("!Ref {}", pool("\"b\"")));
    assert_eq!(property(&facts, CLIENT, &["UserPoolId"]), format!("!Ref {told}"));

    let facts = read(&plan(json!(changes), root(refers(&["aws_cognito_user_pool.each"]))));
    let either = |key: &str| format!("user_pool_id of {CLIENT} = {0}: !Ref {0}", pool(key));
    assert_eq!(property(&facts, CLIENT, &["UserPoolId"]), format!("{{{}, {}}}", either("\"a\""), either("\"b\"")));
}

#[test]
fn what_cannot_be_told_stays_unknown() {
    let unknown = "?known after apply";
    let value = |references: &[&str]| {
        let client = create(CLIENT, json!({}), json!({ "user_pool_id": true }));
        let resources = json!([configured(CLIENT, json!({ "user_pool_id": refers(references) }))]);
        property(&read(&with_pool(&[client], resources)), CLIENT, &["UserPoolId"])
    };
    assert_eq!(value(&["local.pool", "module.auth.id", "module.auth"]), unknown);
    assert_eq!(value(&["each.value.pool", "each.value"]), unknown);
    assert_eq!(value(&["random_pet.name.id", "random_pet.name"]), unknown);
    assert_eq!(value(&["aws_cognito_user_pool.gone.id", "aws_cognito_user_pool.gone"]), unknown);
    assert_eq!(value(&["module.other.id", "module.other"]), unknown);
    assert_eq!(value(&["var.name", "module.auth.id", "module.auth"]), unknown);
    let facts = read(&plan(json!([create(CLIENT, json!({}), json!({ "user_pool_id": true }))]), json!({})));
    assert_eq!(property(&facts, CLIENT, &["UserPoolId"]), unknown);
}

#[test]
fn an_argument_that_nobody_gave_is_absent_and_a_block_is_not() {
    let unknown = json!({ "explicit_auth_flows": true, "token_validity_units": true, "refresh_token_rotation": true });
    let client = create(CLIENT, json!({ "generate_secret": null, "access_token_validity": 0 }), unknown);
    let facts = read(&plan(json!([client]), json!({ "resources": [configured(CLIENT, json!({ "name": {} }))] })));
    assert_eq!(property(&facts, CLIENT, &["ExplicitAuthFlows"]), "-");
    assert_eq!(property(&facts, CLIENT, &["AccessTokenValidity"]), "-");
    let client = facts.resources.iter().find(|resource| &*resource.key.id == CLIENT).expect("a client");
    assert!(!client.properties.field("TokenValidityUnits").is_absent(), "{}", show(&client.properties));
    assert!(!client.properties.field("RefreshTokenRotation").is_absent(), "{}", show(&client.properties));
}

#[test]
fn no_secret_is_kept() {
    let after = json!({ "generate_secret": true, "client_secret": "hunter2", "name": "hunter2" });
    let prior = json!({ "actions": ["update"], "before": after, "after": after, "after_unknown": {},
                        "before_sensitive": { "name": true }, "after_sensitive": { "name": true } });
    let document = json!({ "format_version": "1.2", "terraform_version": "1.11.4", "resource_changes": [change(CLIENT, prior)],
        "variables": { "secret": { "value": "hunter2" } },
        "output_changes": { "secret": { "actions": ["create"], "after": "hunter2", "after_unknown": false, "after_sensitive": true } } });
    let facts = read(&document);
    assert_eq!(property(&facts, CLIENT, &["ClientName"]), "?sensitive in the plan");
    assert_eq!(outputs(&facts), ["secret: ?sensitive in the plan"]);
    assert!(!format!("{facts:?}").contains("hunter2"));

    let sensitive = json!([[{ "type": "get_attr", "value": "name" }]]);
    let facts = read(&state(json!([{ "attributes": after, "sensitive_attributes": sensitive }])));
    assert_eq!(property(&facts, CLIENT, &["ClientName"]), "redacted");
    assert_eq!(facts.settings.iter().map(|setting| setting.kind).collect::<Vec<_>>(), [SettingKind::ClientSecret]);
    assert!(!format!("{facts:?}").contains("hunter2"));
}

#[test]
fn changes_say_what_is_replaced_and_why() {
    let (before, after) =
        (json!({ "generate_secret": true, "id": "4q8rj2v0k7m5t1x9c3b6n8p2d0" }), json!({ "generate_secret": false }));
    let facts_of = |actions: &[&str]| {
        let mut one = json!({ "actions": actions, "before": before, "after": after, "after_unknown": {} });
        for (action, part) in [("create", "before"), ("delete", "after")] {
            if actions == [action] {
                one[part] = Json::Null;
            }
        }
        one["replace_paths"] = json!([["generate_secret"]]);
        read(&plan(json!([change(CLIENT, one)]), json!({})))
    };
    let told = |actions: &[&str]| {
        let mut changes = facts_of(actions).changes;
        let Change { before, after, replacement, .. } = changes.pop()?;
        assert!(changes.is_empty());
        let secret = |resource: crate::read::Resource| resource.properties.field("GenerateSecret").value().map(show);
        Some((before.and_then(secret), after.and_then(secret), replacement))
    };
    let (yes, no) = (|| Some("true".to_owned()), || Some("false".to_owned()));
    let replaced = || Replacement::Yes(vec!["GenerateSecret".into()]);
    for order in [["delete", "create"], ["create", "delete"], ["create", "forget"]] {
        assert_eq!(told(&order), Some((yes(), no(), replaced())), "{order:?}");
    }
    assert_eq!(told(&["update"]), Some((yes(), no(), Replacement::No)));
    assert_eq!(told(&["create"]), Some((None, no(), Replacement::No)));
    assert_eq!(told(&["delete"]), Some((yes(), None, Replacement::No)));
    for nothing in ["no-op", "read"] {
        assert_eq!(told(&[nothing]), None);
    }
    assert!(facts_of(&["delete"]).resources.is_empty());
    assert_eq!(facts_of(&["update"]).known.len(), 1);
}

#[test]
fn a_resource_that_moved_is_told() {
    let mut moved = change(CLIENT, json!({ "actions": ["no-op"], "before": {}, "after": {} }));
    moved["previous_address"] = "aws_cognito_user_pool_client.old".into();
    let facts = read(&plan(json!([moved]), json!({})));
    let [only] = facts.moves.as_slice() else { panic!("{:?}", facts.moves) };
    assert_eq!((&*only.from.id, &*only.to.id), ("aws_cognito_user_pool_client.old", CLIENT));
}

#[test]
fn what_is_not_among_the_changes_is_as_it_was() {
    let resource = |values: Json| json!({ "address": CLIENT, "mode": "managed", "type": "aws_cognito_user_pool_client", "name": "web", "values": values });
    let module = |resource: Json| json!({ "root_module": { "child_modules": [{ "child_modules": [{ "resources": [resource] }] }] } });
    let mut document = plan(json!([]), json!({}));
    document["prior_state"] = json!({ "values": module(resource(json!({ "name": "before" }))) });
    assert_eq!(property(&read(&document), CLIENT, &["ClientName"]), "'before'");
    document["planned_values"] = module(resource(json!({ "name": "after" })));
    assert_eq!(property(&read(&document), CLIENT, &["ClientName"]), "'after'");
    document["resource_changes"] = json!([create(CLIENT, json!({ "name": "changed" }), json!({}))]);
    assert_eq!(property(&read(&document), CLIENT, &["ClientName"]), "'changed'");
}

#[test]
fn outputs_are_told_as_values_and_references() {
    let mut document = with_pool(&[], json!([]));
    document["configuration"]["root_module"]["outputs"] =
        json!({ "pool": { "expression": refers(&["module.auth.id", "module.auth"]) } });
    document["output_changes"] = json!({
        "gone": { "actions": ["delete"], "before": "x", "after": null, "after_unknown": false },
        "pool": { "actions": ["create"], "before": null, "after_unknown": true },
        "pool_id": { "actions": ["create"], "before": null, "after_unknown": true },
        "stage": { "actions": ["create"], "before": null, "after": "prod", "after_unknown": false },
    });
    document["configuration"]["root_module"]["outputs"]["pool_id"] =
        document["configuration"]["root_module"]["outputs"]["pool"].clone();
    let whole = format!("pool_id: !Ref {POOL}");
    assert_eq!(outputs(&read(&document)), [format!("pool: <!Ref {POOL}>"), whole, "stage: 'prod'".to_owned()]);
}

#[test]
fn a_plan_that_is_not_whole_is_told() {
    for (member, value) in [("errored", true), ("complete", false)] {
        let mut document = plan(json!([]), json!({}));
        document[member] = value.into();
        let facts = read(&document);
        assert_eq!(facts.notes.iter().map(|note| note.kind).collect::<Vec<_>>(), ["partial-plan"]);
        assert!(facts.stacks[0].open);
    }
}

/// A state file with instances of one client.
fn state(instances: Json) -> Json {
    let client =
        json!({ "mode": "managed", "type": "aws_cognito_user_pool_client", "name": "web", "instances": instances });
    let pool = json!({ "attributes": { "id": "eu-west-1_Kq7Wm2Xz9", "name": "members", "arn": "arn:aws:cognito-idp:eu-west-1:111122223333:userpool/eu-west-1_Kq7Wm2Xz9" } });
    let pool = json!({ "module": "module.auth", "mode": "managed", "type": "aws_cognito_user_pool", "name": "main", "instances": [pool] });
    json!({ "version": 4, "terraform_version": "1.11.4", "serial": 3, "lineage": "x", "resources": [client, pool],
            "outputs": { "pool": { "value": "eu-west-1_Kq7Wm2Xz9", "type": "string" }, "secret": { "value": "s", "type": "string", "sensitive": true } } })
}

#[test]
fn a_state_tells_ids_and_what_they_stand_for() {
    let client = |key: Json, id: &str| json!({ "index_key": key, "attributes": { "id": id, "user_pool_id": "eu-west-1_Kq7Wm2Xz9" } });
    let gone = json!({ "deposed": "00000001", "attributes": { "id": "0000000000000000000000000a" } });
    let facts = read(&state(json!([
        client(json!("a\"b"), "4q8rj2v0k7m5t1x9c3b6n8p2d0"),
        client(json!(1), "7d1n9s3h5g2f8k4l6j0z9x7c5v"),
        gone
    ])));
    let (named, numbered) = ("aws_cognito_user_pool_client.web[\"a\\\"b\"]", "aws_cognito_user_pool_client.web[1]");
    assert_eq!(addresses(&facts), [named, numbered, POOL]);
    assert_eq!(property(&facts, named, &["UserPoolId"]), format!("!Ref {POOL}"));
    assert_eq!(outputs(&facts), [format!("pool: !Ref {POOL}"), "secret: redacted".to_owned()]);
    let known = |kind: SettingKind| {
        let mut known = facts.known.iter().filter(move |known| known.kind == kind);
        known.next().map(|known| {
            (
                known.id.to_string(),
                known.pool.as_deref().map(str::to_owned),
                known.resource.clone().map(|key| key.id.to_string()),
            )
        })
    };
    let pool = "eu-west-1_Kq7Wm2Xz9".to_owned();
    assert_eq!(known(SettingKind::UserPoolId), Some((pool.clone(), None, Some(POOL.to_owned()))));
    assert_eq!(
        known(SettingKind::ClientId),
        Some(("4q8rj2v0k7m5t1x9c3b6n8p2d0".to_owned(), Some(pool), Some(named.to_owned())))
    );
    assert_eq!(facts.known.len(), 3);
}

#[test]
fn a_state_may_be_printed() {
    let resource = json!({ "address": CLIENT, "mode": "managed", "type": "aws_cognito_user_pool_client", "name": "web",
        "values": { "name": "web", "client_secret": "s" }, "sensitive_values": { "client_secret": true } });
    let values = json!({ "outputs": { "stage": { "value": "prod", "sensitive": false } }, "root_module": { "resources": [resource] } });
    let facts = read(&json!({ "format_version": "1.0", "terraform_version": "1.11.4", "values": values }));
    assert_eq!(property(&facts, CLIENT, &["ClientName"]), "'web'");
    assert_eq!(outputs(&facts), ["stage: 'prod'"]);
}

#[test]
fn another_version_is_told() {
    let kinds = |facts: Facts| facts.notes.into_iter().map(|note| note.kind).collect::<Vec<_>>();
    for version in ["2.0", "10.1", "x"] {
        assert_eq!(
            kinds(read(&json!({ "format_version": version, "terraform_version": "9", "planned_values": {} }))),
            ["unsupported"]
        );
    }
    for version in ["0.1", "1.0", "1.9"] {
        assert!(
            kinds(read(&json!({ "format_version": version, "terraform_version": "9", "planned_values": {} })))
                .is_empty()
        );
    }
    assert_eq!(kinds(read(&json!({ "version": 3, "terraform_version": "0.11.14", "modules": [] }))), ["unsupported"]);
    assert_eq!(kinds(read(&json!({ "version": 5, "terraform_version": "9", "resources": [] }))), ["unsupported"]);
}

#[test]
fn other_files_are_none() {
    for other in [
        json!({ "terraform_version": "1.11.4" }),
        json!({ "format_version": "1.0", "values": {} }),
        json!({ "tools": { "terraform_version": "1.11.4" }, "resources": [] }),
        json!({ "terraform_version": "1.11.4", "resources": [], "name": "x" }),
        json!([{ "terraform_version": "1.11.4", "planned_values": {} }]),
    ] {
        assert!(document::parse(&other.to_string()).is_none(), "{other}");
    }
    // Comments are no fault of Terraform's.
    assert!(document::parse("{ // a comment\n \"terraform_version\": \"1\" }").is_none());
}

/// A configuration with one client, whose name stands at byte 7 of file 1.
fn configuration(id: &str) -> Facts {
    let at = |start: u32| Loc { file: FileId(1), span: Span { start, end: start + 1 } };
    let entry = |key: &str, value: Value| Entry { key: key.into(), key_loc: at(5), value, presence: Presence::Always };
    let entries = vec![entry("ClientName", Value::text_at("configured", at(7)))];
    let mut facts = read(&plan(json!([create(id, json!({}), json!({}))]), json!({})));
    for resource in &mut facts.resources {
        resource.key.stack = "infra".into();
        resource.loc = at(3);
        resource.properties = Value::new(Kind::Map(Map { entries: entries.clone(), open: false }), at(3));
    }
    facts.stacks[0].id = "infra".into();
    facts.stacks[0].file = FileId(1);
    facts
}

const FILES: [&str; 3] = ["infra/a.json", "infra/main.tf", "infra/z.json"];

fn files(first: &Json, last: &Json) -> Vec<(&'static str, String)> {
    vec![(FILES[0], first.to_string()), (FILES[1], String::new()), (FILES[2], last.to_string())]
}

#[test]
fn a_plan_decides_the_values_and_the_configuration_gives_the_places() {
    let after = json!({ "name": "planned", "generate_secret": true });
    let changes = json!([create("aws_cognito_user_pool_client.web[0]", after, json!({}))]);
    let facts = beside(configuration(CLIENT), &files(&plan(changes, json!({})), &json!({})));
    let [client] = facts.resources.as_slice() else { panic!("{:?}", addresses(&facts)) };
    assert_eq!((&*client.key.stack, &*client.key.id), ("infra", "aws_cognito_user_pool_client.web[0]"));
    let name = client.properties.field("ClientName").value().expect("a name");
    assert_eq!((show(name), name.loc.file, name.loc.span.start), ("'planned'".to_owned(), FileId(1), 7));
    let secret = client.properties.field("GenerateSecret").value().expect("a switch");
    assert_eq!((secret.loc.file, secret.loc.span.start), (FileId(1), 3));
    assert_eq!((client.loc.span.start, facts.stacks.len()), (3, 1));
}

#[test]
fn what_a_plan_does_not_know_is_what_the_configuration_says() {
    let changes = json!([create(CLIENT, json!({}), json!({ "name": true }))]);
    let facts = beside(configuration(CLIENT), &files(&plan(changes, json!({})), &json!({})));
    assert_eq!(property(&facts, CLIENT, &["ClientName"]), "'configured'");
}

#[test]
fn what_a_whole_plan_does_not_have_is_not_made() {
    let other = "aws_cognito_user_pool.main";
    let mut configured = configuration(CLIENT);
    configured.resources.extend(configuration(other).resources);
    let mut document = plan(json!([create(CLIENT, json!({}), json!({}))]), json!({}));
    let facts = beside(configured, &files(&document, &json!({})));
    assert_eq!(addresses(&facts), [CLIENT]);
    let mut configured = configuration(CLIENT);
    configured.resources.extend(configuration(other).resources);
    document["complete"] = false.into();
    assert_eq!(addresses(&beside(configured, &files(&document, &json!({})))), [other, CLIENT]);
}

#[test]
fn the_second_plan_of_a_configuration_is_passed_over() {
    let document = |name: &str| plan(json!([create(CLIENT, json!({ "name": name }), json!({}))]), json!({}));
    let facts = beside(configuration(CLIENT), &files(&document("first"), &document("second")));
    assert_eq!(property(&facts, CLIENT, &["ClientName"]), "'first'");
    assert_eq!(facts.notes.iter().map(|note| note.kind).collect::<Vec<_>>(), ["other-plan"]);
}

#[test]
fn a_state_beside_its_configuration_tells_only_ids() {
    let instance = json!([{ "attributes": { "id": "4q8rj2v0k7m5t1x9c3b6n8p2d0", "name": "deployed" } }]);
    let mut configured = configuration("aws_cognito_user_pool_client.web[0]");
    configured.resources.extend(configuration(POOL).resources);
    let facts = beside(configured, &files(&state(instance), &json!({})));
    assert_eq!(addresses(&facts), ["aws_cognito_user_pool_client.web[0]", POOL]);
    let known = facts.known.iter().find(|known| known.kind == SettingKind::ClientId).expect("an id");
    let key = known.resource.as_ref().expect("a resource");
    assert_eq!((&*key.stack, &*key.id), ("infra", "aws_cognito_user_pool_client.web[0]"));
    assert_eq!(known.stack.as_deref(), Some("infra/a.json"));
}

#[test]
fn a_state_tells_the_resources_of_modules_that_are_not_in_the_scan() {
    let state =
        state(json!([{ "attributes": { "id": "4q8rj2v0k7m5t1x9c3b6n8p2d0", "user_pool_id": "eu-west-1_Kq7Wm2Xz9" } }]));
    let facts = beside(configuration(CLIENT), &files(&state, &json!({})));
    assert_eq!(addresses(&facts), [CLIENT, POOL]);
    let facts = beside(configuration(POOL), &files(&state, &json!({})));
    assert_eq!(addresses(&facts), [POOL, CLIENT]);
}

#[test]
fn a_document_may_stand_elsewhere_if_only_one_configuration_can_be_meant() {
    let planned = |name: &str| plan(json!([create(CLIENT, json!({ "name": name }), json!({}))]), json!({}));
    let elsewhere = |configured: Facts| {
        let files = [
            ("a/plan.json", planned("planned").to_string()),
            ("infra/main.tf", String::new()),
            ("other/main.tf", String::new()),
        ];
        addresses(&beside(configured, &files)).len()
    };
    assert_eq!(elsewhere(configuration(CLIENT)), 1);
    let mut two = configuration(CLIENT);
    let mut other = configuration(CLIENT);
    other.stacks[0].id = "other".into();
    other.stacks[0].file = FileId(2);
    other.resources[0].key.stack = "other".into();
    two.extend(other);
    assert_eq!(elsewhere(two), 3);
}

#[test]
fn a_document_of_something_else_stands_for_itself() {
    let pool = "aws_cognito_user_pool.other";
    let facts = beside(
        configuration(CLIENT),
        &files(&plan(json!([create(pool, json!({}), json!({}))]), json!({})), &json!({})),
    );
    assert_eq!(addresses(&facts), [CLIENT, pool]);
    assert_eq!(facts.stacks.iter().map(|stack| &*stack.id).collect::<Vec<_>>(), ["infra", "infra/a.json"]);
}

#[test]
fn circles_and_crowds_of_references_end() {
    let circle = json!({ "a": { "expression": refers(&["module.m.a", "module.m"]) } });
    let module = json!({ "outputs": { "a": { "expression": refers(&["var.a"]) } } });
    let call = json!({ "expressions": { "a": refers(&["module.m.a", "module.m"]) }, "module": module });
    let crowd: Vec<String> = (0..200).map(|number| format!("aws_cognito_user_pool.p{number}.id")).collect();
    let crowd: Vec<&str> = crowd.iter().map(String::as_str).collect();
    let resources = json!([configured(
        CLIENT,
        json!({ "user_pool_id": refers(&["module.m.a", "module.m"]), "name": refers(&crowd) })
    )]);
    let client = create(CLIENT, json!({}), json!({ "user_pool_id": true, "name": true }));
    let facts = read(&plan(
        json!([client]),
        json!({ "resources": resources, "outputs": circle, "module_calls": { "m": call } }),
    ));
    assert_eq!(property(&facts, CLIENT, &["UserPoolId"]), "?known after apply");
    assert_eq!(property(&facts, CLIENT, &["ClientName"]), "?known after apply");
}

#[test]
fn members_of_any_type_hurt_nobody() {
    let mut document = with_pool(&[create(CLIENT, json!({}), json!({ "user_pool_id": true }))], json!([]));
    document["prior_state"] = json!({ "values": { "root_module": {} } });
    for odd in
        [json!(null), json!(7), json!("x"), json!([]), json!({}), json!([[]]), json!({ "references": 7 }), json!(true)]
    {
        for member in [
            "resource_changes",
            "configuration",
            "prior_state",
            "planned_values",
            "output_changes",
            "complete",
            "terraform_version",
        ] {
            let mut changed = document.clone();
            changed[member] = odd.clone();
            read(&changed);
        }
        for member in ["change", "address", "type", "mode", "name"] {
            let mut changed = document.clone();
            changed["resource_changes"][1][member] = odd.clone();
            read(&changed);
        }
        for member in ["actions", "before", "after", "after_unknown", "after_sensitive", "replace_paths"] {
            let mut changed = document.clone();
            changed["resource_changes"][1]["change"][member] = odd.clone();
            read(&changed);
        }
        read(&state(json!([{ "attributes": odd, "sensitive_attributes": odd, "index_key": odd, "deposed": odd }])));
        read(&state(odd));
    }
}

#[test]
fn no_bytes_make_it_panic() {
    let client = create(CLIENT, json!({}), json!({ "user_pool_id": true }));
    let resources = json!([configured(CLIENT, json!({ "user_pool_id": refers(&["module.auth.id", "module.auth"]) }))]);
    let samples =
        [with_pool(&[client], resources).to_string(), state(json!([{ "attributes": { "id": "x" } }])).to_string()];
    mutation::each(&[&samples[0], &samples[1]], |text| {
        if let Some(Document::Broken(_)) = document::parse(text) {
            return;
        }
        beside(Facts::default(), &[("plan.json", text.to_owned())]);
    });
}
