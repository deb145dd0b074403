//! What a configuration file's name says about everything in it.

use camino::Utf8Path;

use crate::read::Reader;
use crate::read::amplify;
use crate::read::cloudformation::is_template;
use crate::read::pulumi::is_pulumi;
use crate::read::serverless::is_service;
use crate::source::kinds::is_dotenv;
use crate::syntax::tree::{Node, Tree};
use crate::words;

/// What holds for a whole file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Surroundings {
    /// Who reads it.
    pub reader: Reader,
    /// It reaches the user's browser or device as it is.
    pub public: bool,
    /// It is an example, a template or meant for tests.
    pub example: bool,
}

/// Files that a library is given as they are, and that ship with the app.
const LIBRARY_FILES: &str = "amplify_outputs.dart amplify_outputs.json amplifyconfiguration.dart amplifyconfiguration.js \
    amplifyconfiguration.json amplifyconfiguration.ts aws-exports.js aws-exports.json aws-exports.ts awsconfiguration.json";

/// Files that give a deployment its parameters.
const DEPLOYMENT_FILES: &str = "samconfig.toml samconfig.yaml samconfig.yml terraform.tfvars.json cdk.context.json";

/// Files of tools in which identifiers are nobody's configuration.
const TOOL_FILES: &str = "composer.json package.json package-lock.json pnpm-lock.yaml tsconfig.json angular.json \
    deno.json nx.json project.json renovate.json turbo.json";

/// Words in the name of a file that is no real configuration.
const EXAMPLES: &str = "ci cypress dist e2e example examples integration jest mock playwright sample samples skel template \
    test testing tmpl tpl vitest";

/// Words in the name of a folder whose files a web server hands out.
const SERVED: &str = "public";

impl Surroundings {
    /// What a file's path says, of program text with a configuration object too. `None` for files that are no
    /// configuration.
    pub fn of(path: &Utf8Path) -> Option<Self> {
        let name = path.file_name().unwrap_or_default();
        let is_assembly = path.components().any(|part| part.as_str() == "cdk.out" || part.as_str() == ".aws-sam");
        if is_assembly
            || amplify::FILES.contains(&name)
            || words::is_in(TOOL_FILES, name)
            || name.ends_with(".tfstate")
            || name.ends_with(".lock")
        {
            return None;
        }
        let is_library = words::is_in(LIBRARY_FILES, name);
        let reader = if is_library {
            Reader::Library
        } else if is_dotenv(name) {
            Reader::Environment
        } else if words::is_in(DEPLOYMENT_FILES, name) || name.ends_with(".tfvars.json") {
            Reader::Deployment
        } else {
            Reader::Configuration
        };
        let is_served = path.parent().is_some_and(|folder| folder.iter().any(|part| words::is_in(SERVED, part)));
        Some(Self {
            reader,
            public: is_library || (is_served && reader == Reader::Configuration),
            example: is_example(name),
        })
    }
}

/// Whether a file is an example by its name: `.env.example`, `config.sample.json`, `application-test.yml`.
fn is_example(name: &str) -> bool {
    words::split(name).iter().any(|word| words::is_in(EXAMPLES, word))
}

/// Whether a tree is infrastructure or a tool's output by its shape, and no configuration.
pub fn is_other(tree: &Tree) -> bool {
    tree.documents.iter().any(|document| {
        let has = |keys: &[&str]| keys.iter().all(|key| document.get(key).is_some());
        is_template(document)
            || is_service(document)
            || is_pulumi(document)
            || has(&["version", "artifacts"])
            || has(&["version", "files", "dockerImages"])
            || has(&["version", "tree"])
            || has(&["terraform_version", "format_version"])
            || has(&["terraform_version", "lineage"])
            || has(&["lockfileVersion"])
            || has(&["facts", "repository", "places"])
            // A sample of what API Gateway sends.
            || has(&["requestContext"])
    })
}

/// Whether a map is a resource of a template.
pub fn is_resource(node: &Node) -> bool {
    let type_name = node.get("Type").and_then(Node::text).unwrap_or_default();
    ["AWS::", "Custom::", "Alexa::"].iter().any(|prefix| type_name.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(path: &str) -> Surroundings {
        Surroundings::of(path.into()).unwrap_or_else(|| panic!("{path} is configuration"))
    }

    #[test]
    fn readers() {
        for path in [".env", "web/.env.production", ".env.local", "config/web.env", ".dev.vars"] {
            assert_eq!(of(path).reader, Reader::Environment, "{path}");
        }
        for path in ["appsettings.json", "env.json", "src/main/resources/application.yml", "environment.yaml"] {
            assert_eq!(of(path).reader, Reader::Configuration, "{path}");
        }
        for path in
            ["src/amplifyconfiguration.json", "amplify_outputs.json", "app/src/main/res/raw/awsconfiguration.json"]
        {
            assert_eq!(of(path), Surroundings { reader: Reader::Library, public: true, example: false }, "{path}");
        }
        assert_eq!(of("samconfig.toml").reader, Reader::Deployment);
    }

    #[test]
    fn examples_are_told_by_their_name() {
        for path in [
            ".env.example",
            ".env.sample",
            ".env.template",
            ".env.dist",
            "config.example.json",
            "application-test.yml",
            "env.example",
        ] {
            assert!(of(path).example, "{path}");
        }
        for path in [".env", ".env.production", ".env.staging", "examples/app/.env", "latest.json", "contest.env"] {
            assert!(!of(path).example, "{path}");
        }
    }

    #[test]
    fn a_web_servers_folder_is_public() {
        assert!(of("web/public/config.json").public);
        assert!(!of("config/public.json").public);
        assert!(!of("public/.env").public);
    }

    #[test]
    fn files_of_tools_are_left_out() {
        for path in ["package.json", "cdk.out/Stack.template.json", "infra/terraform.tfstate", "poetry.lock"] {
            assert_eq!(Surroundings::of(path.into()), None, "{path}");
        }
    }

    #[test]
    fn templates_and_assemblies_are_no_configuration() {
        for text in [
            r#"{"Resources": {"Pool": {"Type": "AWS::Cognito::UserPool"}}}"#,
            r#"{"AWSTemplateFormatVersion": "2010-09-09"}"#,
            r#"{"version": "36.0.0", "artifacts": {}}"#,
        ] {
            assert!(is_other(&crate::syntax::json::parse(text)), "{text}");
        }
        assert!(!is_other(&crate::syntax::json::parse(r#"{"version": 1, "Resources": {"a": {"limit": 2}}}"#)));
    }
}
