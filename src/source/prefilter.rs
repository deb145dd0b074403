//! Which files are parsed at all: those that hold one of a few words.
//!
//! The search runs over bytes, before anything is known about the text, so that a large tree is passed at the speed of
//! reading it. A word that is found wrongly costs the parsing of a file, nothing else.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

/// Words that only text about Cognito holds, in lower case, by why they matter.
const CERTAIN: &[(&str, &[&str])] = &[
    ("the service: resource types, packages, hosts, settings", &["cognito"]),
    (
        "ids of pools and clients in settings and templates",
        &["userpool", "user_pool", "user-pool", "app_client_id", "appclientid"],
    ),
    (
        "operations, as the SDKs spell them",
        &[
            "initiateauth",
            "initiate_auth",
            "initiate-auth",
            "respondtoauth",
            "respond_to_auth",
            "gettokensfromrefresh",
            "get_tokens_from_refresh",
        ],
    ),
    ("parameters of the wire", &["user_srp_auth", "user_password_auth"]),
    (
        "libraries whose name does not hold the service's",
        &[
            "aws-amplify",
            "aws_amplify",
            "amplify_outputs",
            "aws-exports",
            "from warrant",
            "import warrant",
            "aws-jwt-verify",
            "aws_jwt_verify",
        ],
    ),
];

/// Words that other text holds too.
const POSSIBLE: &[(&str, &[&str])] = &[
    ("operations and parameters", &["forgotpassword", "refresh_token", "device_key", "secret_hash"]),
    ("OAuth endpoints", &["oauth2/token", "oauth2/authorize"]),
    (
        "templates, which other stacks refer to",
        &["awstemplateformatversion", "aws::serverless", "aws::cloudformation::stack", "importvalue"],
    ),
    (
        "resources that give code its environment, or keep a value for it",
        &["aws::lambda::function", "aws::ecs::taskdefinition", "aws::apprunner::service", "aws::ssm::parameter"],
    ),
    (
        "the same in Terraform, and the way to what another configuration made",
        &["aws_lambda_function", "aws_ecs_task_definition", "aws_ssm_parameter", "terraform_remote_state"],
    ),
    ("assemblies of the CDK", &["aws:cdk:", "aws:cloudformation:stack"]),
];

static SEARCH: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| search(words()));
static CERTAIN_SEARCH: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| search(of(CERTAIN)));

fn search(words: impl Iterator<Item = &'static str>) -> Option<AhoCorasick> {
    AhoCorasick::builder().ascii_case_insensitive(true).build(words).ok()
}

fn of(groups: &'static [(&str, &[&str])]) -> impl Iterator<Item = &'static str> {
    groups.iter().flat_map(|(_, words)| words.iter().copied())
}

/// The words that are looked for, in lower case.
pub fn words() -> impl Iterator<Item = &'static str> {
    of(CERTAIN).chain(of(POSSIBLE))
}

/// Whether a file with this content is worth parsing.
pub fn mentions(content: &[u8]) -> bool {
    SEARCH.as_ref().is_none_or(|search| search.is_match(content))
}

/// Whether this content certainly has to do with Cognito.
pub fn is_about_cognito(content: &[u8]) -> bool {
    CERTAIN_SEARCH.as_ref().is_none_or(|search| search.is_match(content))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_that_concern_cognito_are_told_from_others() {
        for text in [
            "Type: AWS::Cognito::UserPool",
            "import { CognitoUserPool } from 'amazon-cognito-identity-js'",
            "client.initiate_auth(ClientId=CLIENT)",
            "VITE_USER_POOL_ID=eu-west-1_a",
            "import { Amplify } from 'aws-amplify';",
            "await fetch(`${domain}/oauth2/token`)",
            "from warrant import Something",
            "Transform: AWS::Serverless-2016-10-31",
            "Type: AWS::ECS::TaskDefinition",
        ] {
            assert!(mentions(text.as_bytes()), "{text}");
        }
        for text in ["", "export const add = (a, b) => a + b;", "the warranty has expired", "import { pool } from 'pg'"]
        {
            assert!(!mentions(text.as_bytes()), "{text}");
        }
        assert!(mentions(b"\xff\xfe cOgNiTo \xff"));
    }

    #[test]
    fn some_words_say_nothing_for_certain() {
        for text in ["AWSTemplateFormatVersion: '2010-09-09'", "body.grant_type = 'refresh_token'"] {
            assert!(mentions(text.as_bytes()) && !is_about_cognito(text.as_bytes()), "{text}");
        }
        assert!(is_about_cognito(b"const pool = new UserPool(this, 'Users');"));
    }

    #[test]
    fn the_search_can_be_built() {
        assert!(SEARCH.is_some() && CERTAIN_SEARCH.is_some());
    }
}
