use camino::Utf8Path;

use super::*;
use crate::read::cloudformation::testing::scan;
use crate::source::Loc;
use crate::syntax::mutation;
use crate::value::{Field, Kind, Presence, Reference, Value, Why};
use crate::when::When;

const TEMPLATE: &str = "Parameters:\n  Stage: {Type: String, AllowedValues: [dev, prod]}\n  Name: {Type: String}\n\
    Conditions:\n  IsProd: !Equals [!Ref Stage, prod]\n  IsDev: !Equals [!Ref Stage, dev]\n\
    Resources:\n  Pool:\n    Type: AWS::Cognito::UserPool\n    Condition: IsProd\n    Properties:\n      UserPoolName: !Ref Name\n      \
    MfaConfiguration: !If [IsDev, OPTIONAL, 'ON']\n      DeviceConfiguration: !If [IsDev, !Ref 'AWS::NoValue', {ChallengeRequiredOnNewDevice: true}]\n      \
    UserPoolTags: !Transform {Name: Tags}\n  \
    Web:\n    Type: AWS::Cognito::UserPoolClient\n    Properties: {UserPoolId: !Ref Pool, AllowedOAuthScopes: [openid, !ImportValue scope]}\n\
    Outputs:\n  Client: {Value: !Ref Web, Export: {Name: !Sub '${AWS::StackName}-client'}}\n";

/// What a repository that is called `infra` knows of a template.
fn document(template: &str) -> Document {
    let scan = scan(&[("infra/auth.yaml", template)]);
    write(&scan.reading.facts, &scan.sources, Utf8Path::new("/"), "infra")
}

/// The same as another repository has it after it was written and read.
fn told(template: &str) -> (SourceMap, Facts) {
    let text = serde_json::to_string_pretty(&document(template)).unwrap();
    let (mut sources, mut facts) = (SourceMap::default(), Facts::default());
    read(&text).unwrap().join("infra", &mut sources, &mut facts).unwrap();
    (sources, facts)
}

fn property<'f>(facts: &'f Facts, id: &str, path: &[&str]) -> Field<'f> {
    facts.resources.iter().find(|resource| &*resource.key.id == id).unwrap().properties.at(path)
}

#[test]
fn what_was_unknown_or_conditional_stays_so() {
    let (_, facts) = told(TEMPLATE);
    let kind = |id, path: &[&str]| property(&facts, id, path).value().map(|value| &value.kind);
    let is_reference = |kind: Option<&Kind>| matches!(kind, Some(Kind::Reference(Reference::Parameter { .. })));
    assert!(is_reference(kind("Pool", &["UserPoolName"])), "{:?}", kind("Pool", &["UserPoolName"]));
    assert!(matches!(kind("Pool", &["UserPoolTags"]), Some(Kind::Unknown(Why::Deployment(_)))));
    assert!(matches!(property(&facts, "Pool", &["DeviceConfiguration"]), Field::Sometimes(_)));
    assert!(property(&facts, "Pool", &["UserPoolAddOns"]).is_absent());
    let Some(Kind::OneOf(alternatives)) = kind("Pool", &["MfaConfiguration"]) else { panic!("it is one of two") };
    let shown: Vec<_> = alternatives.iter().map(|one| (one.value.text().unwrap(), one.when.to_string())).collect();
    assert_eq!(shown, [("OPTIONAL", "IsDev".to_owned()), ("ON", "not IsDev".to_owned())]);
    assert_eq!(facts.resources[0].when.to_string(), "IsProd");
    assert!(facts.stacks[0].open);
}

#[test]
fn conditions_that_exclude_each_other_still_do() {
    let (_, facts) = told(TEMPLATE);
    let stack = &facts.stacks[0];
    let can = |is_prod: bool, is_dev: bool| {
        let test = |name: &str, holds| When::test(stack.id.clone(), name, holds);
        stack.conditions.satisfiable(&test("IsProd", is_prod).and(&test("IsDev", is_dev)).unwrap())
    };
    assert_eq!([can(true, true), can(true, false), can(false, true), can(false, false)], [false, true, true, false]);
}

#[test]
fn places_are_those_of_the_other_repository() {
    let (sources, facts) = told(TEMPLATE);
    let place = |loc: Loc| {
        let at = sources.position(loc);
        (sources.file(loc.file).path.as_str(), at.line, at.column, at.end_column)
    };
    assert_eq!(place(facts.resources[0].loc), ("infra: infra/auth.yaml", 8, 3, 7));
    assert!(
        facts.resources[0]
            .properties
            .loc
            .span
            .contains(property(&facts, "Pool", &["UserPoolName"]).value().unwrap().loc.span)
    );
    assert_eq!(sources.repository(facts.resources[0].loc.file), Some("infra"));
}

#[test]
fn names_of_two_repositories_are_kept_apart() {
    let document = document(TEMPLATE);
    let (mut sources, mut facts) = (SourceMap::default(), Facts::default());
    document.join("a", &mut sources, &mut facts).unwrap();
    document.join("b", &mut sources, &mut facts).unwrap();
    let keys: Vec<_> = facts.resources.iter().map(|resource| &*resource.key.stack).collect();
    assert_eq!(keys, ["a: infra/auth.yaml", "a: infra/auth.yaml", "b: infra/auth.yaml", "b: infra/auth.yaml"]);
    let pools = facts.resources.iter().filter_map(|resource| resource.properties.field("UserPoolId").value());
    let stacks = pools.filter_map(Value::reference).map(|reference| match reference {
        Reference::Attribute { resource, .. } => &*resource.stack,
        other => panic!("{other:?}"),
    });
    assert_eq!(stacks.collect::<Vec<_>>(), ["a: infra/auth.yaml", "b: infra/auth.yaml"]);
}

#[test]
fn very_deep_values_are_unknown_to_others() {
    let deep = format!("{}x{}", "{a: ".repeat(30), "}".repeat(30));
    let (_, facts) =
        told(&format!("Resources:\n  Pool:\n    Type: AWS::Cognito::UserPool\n    Properties: {{Deep: {deep}}}\n"));
    let mut value = property(&facts, "Pool", &["Deep"]).value().unwrap();
    let mut levels = 0;
    while let Some(inner) = value.field("a").value() {
        (value, levels) = (inner, levels + 1);
    }
    assert!(levels > 10 && value.kind == Kind::Unknown(Why::Limit), "{levels} {value:?}");
}

#[test]
fn contradictions_in_a_file_are_no_conditions_that_cannot_be() {
    let mut text = serde_json::to_value(document(TEMPLATE)).unwrap();
    text["resources"][0]["when"] = serde_json::json!([
        { "scope": "infra/auth.yaml", "name": "IsProd", "holds": true },
        { "scope": "infra/auth.yaml", "name": "IsProd", "holds": false },
    ]);
    let (mut sources, mut facts) = (SourceMap::default(), Facts::default());
    read(&text.to_string()).unwrap().join("x", &mut sources, &mut facts).unwrap();
    assert_eq!(facts.resources[0].when.to_string(), "IsProd");
}

#[test]
fn a_key_that_stands_twice_counts_once() {
    let mut text =
        serde_json::to_value(document("Resources:\n  P: {Type: AWS::Cognito::UserPool, Properties: {A: b}}\n"))
            .unwrap();
    let entries = text["resources"][0]["properties"]["is"]["map"]["entries"].as_array_mut().unwrap();
    entries.push(entries[0].clone());
    let (mut sources, mut facts) = (SourceMap::default(), Facts::default());
    read(&text.to_string()).unwrap().join("x", &mut sources, &mut facts).unwrap();
    let Kind::Map(map) = &facts.resources[0].properties.kind else { panic!("a map") };
    assert_eq!(map.entries.len(), 1);
    assert_eq!(map.entries[0].presence, Presence::Always);
}

/// Calls `visit` with the place of every leaf of a JSON value.
fn leaves(value: &serde_json::Value, path: &str, visit: &mut impl FnMut(&str)) {
    match value {
        serde_json::Value::Object(map) => {
            map.iter().for_each(|(key, value)| leaves(value, &format!("{path}/{key}"), visit));
        }
        serde_json::Value::Array(list) => {
            list.iter().enumerate().for_each(|(at, value)| leaves(value, &format!("{path}/{at}"), visit));
        }
        _ => visit(path),
    }
}

#[test]
fn no_input_makes_it_fail() {
    let sample = serde_json::to_value(document(TEMPLATE)).unwrap();
    let mut accepted = 0;
    let mut check = |text: &str| {
        let Ok(document) = read(text) else { return };
        let (mut sources, mut facts) = (SourceMap::default(), Facts::default());
        document.join("other", &mut sources, &mut facts).unwrap();
        assert!(facts.resources.iter().all(|resource| sources.position(resource.loc).line > 0));
        accepted += 1;
    };
    leaves(&sample, "", &mut |path| {
        for odd in
            [serde_json::json!(null), 4_000_000_000_u64.into(), 0.into(), "".into(), "0:9:9-1:1".into(), true.into()]
        {
            let mut sample = sample.clone();
            *sample.pointer_mut(path).unwrap() = odd;
            check(&sample.to_string());
        }
    });
    let small = document("Resources:\n  P: {Type: AWS::Cognito::UserPool, Properties: {A: !If [C, b, !Ref Q]}}\n");
    mutation::each(&[&serde_json::to_string(&small).unwrap()], &mut check);
    assert!(accepted > 100, "{accepted}");
}
