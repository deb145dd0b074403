//! What users install, as far as it is known without building it: `scripts/try-packages` does that.

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;

use super::cli::{project, run};
use super::markdown::sections;

const VERSION: &str = env!("CARGO_PKG_VERSION");

fn yaml(text: &str) -> Value {
    serde_yaml::from_str(text).expect("it is YAML")
}

fn read(path: &str) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The hooks of `.pre-commit-hooks.yaml`.
fn hooks() -> Vec<Value> {
    yaml(&read(".pre-commit-hooks.yaml")).as_array().cloned().expect("a list")
}

/// What a hook runs, after the program's name.
fn arguments(hook: &Value) -> Vec<String> {
    let entry = hook["entry"].as_str().expect("a command");
    let arguments = entry.strip_prefix("cognito-lint ").unwrap_or_else(|| panic!("{entry}"));
    arguments.split(' ').map(str::to_owned).collect()
}

fn documented() -> Vec<Value> {
    let page = read("docs/pre-commit.md");
    let blocks = sections(&page).into_iter().flat_map(|section| section.blocks);
    let blocks = blocks.filter(|block| block.info == "yaml").map(|block| yaml(&block.text)["repos"][0].clone());
    blocks.collect()
}

#[test]
fn hooks_stop_a_commit_with_findings_and_let_pass_what_does_not_concern_them() {
    let finding = "Resources:\n  Pool:\n    Type: AWS::Cognito::UserPool\n    Properties:\n      \
                   DeviceConfiguration: { ChallengeRequiredOnNewDevice: false }\n";
    let (with, without) = (project(&[("template.yaml", finding)]), project(&[("README", "Nothing of it\n")]));
    let documented = documented().into_iter().flat_map(|repository| repository["hooks"].as_array().cloned());
    let local: Vec<_> = documented.flatten().filter(|hook| hook["entry"].is_string()).collect();
    assert_eq!((hooks().len(), local.len()), (2, 1));
    for hook in hooks().iter().chain(&local) {
        let arguments = arguments(hook);
        let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
        assert_eq!(run(&with, &arguments).0, 1, "{hook}");
        assert_eq!(run(&without, &arguments).0, 0, "{hook}");
        assert_eq!(hook["pass_filenames"], false, "a part of a repository tells less than the whole: {hook}");
    }
}

#[test]
fn the_page_on_pre_commit_names_hooks_and_the_version_that_there_are() {
    let hooks = hooks();
    let ids: BTreeSet<_> = hooks.iter().filter_map(|hook| hook["id"].as_str()).collect();
    let page = read("docs/pre-commit.md");
    assert!(ids.iter().all(|id| page.contains(&format!("id: {id}"))), "{ids:?}");
    for repository in documented() {
        let hook = &repository["hooks"][0];
        assert!(ids.contains(hook["id"].as_str().expect("a hook has an id")), "{hook}");
        let version =
            if repository["repo"] == "local" { &hook["additional_dependencies"][0] } else { &repository["rev"] };
        assert!(
            [format!("v{VERSION}"), format!("cognito-lint=={VERSION}")].iter().any(|known| version == known.as_str()),
            "{version}"
        );
    }
}

#[test]
fn the_wheel_says_of_the_program_what_the_crate_says() {
    let table = |path| read(path).parse::<toml::Table>().expect("it is TOML");
    let (python, cargo) = (table("pyproject.toml"), table("Cargo.toml"));
    for key in ["name", "description", "license", "readme", "keywords"] {
        assert_eq!(python["project"][key], cargo["package"][key], "{key}");
    }
}
