//! Public modules that are not installed here, as far as it is known what they make.
//!
//! Each is written down anew, in short: inputs, resources and outputs as all its versions agree on them. What versions
//! differ in is an attribute of data that nobody knows.

use std::cell::RefCell;
use std::sync::OnceLock;

use crate::source::{FileId, Loc};
use crate::syntax::hcl::{self, ast};

mod place;
#[cfg(test)]
#[path = "tests.rs"]
mod calls;

/// A module.
#[derive(Debug)]
pub(super) struct Known {
    /// Its address in the registry.
    registry: &'static str,
    /// Its repository on GitHub.
    repository: &'static str,
    /// What is known of it.
    text: &'static str,
    parsed: OnceLock<ast::File>,
}

impl Known {
    const fn new(registry: &'static str, repository: &'static str, text: &'static str) -> Self {
        Self { registry, repository, text, parsed: OnceLock::new() }
    }

    /// What is known of it, as a configuration.
    pub fn file(&'static self) -> &'static ast::File {
        self.parsed.get_or_init(|| hcl::parse(self.text))
    }

    fn is_at(&self, source: &str) -> bool {
        let host = "registry.terraform.io/";
        source.strip_prefix(host).unwrap_or(source) == self.registry || repository(source) == Some(self.repository)
    }
}

static MODULES: [Known; 2] = [
    Known::new(
        "lgallard/cognito-user-pool/aws",
        "lgallard/terraform-aws-cognito-user-pool",
        include_str!("lgallard_cognito_user_pool.tf"),
    ),
    Known::new(
        "terraform-aws-modules/lambda/aws",
        "terraform-aws-modules/terraform-aws-lambda",
        include_str!("terraform_aws_modules_lambda.tf"),
    ),
];

/// The module that a `source` names.
pub(super) fn find(source: &str) -> Option<&'static Known> {
    MODULES.iter().find(|known| known.is_at(source))
}

/// `owner/name` of a source on GitHub: `github.com/o/n`, `git::https://github.com/o/n.git?ref=v1`, `git@github.com:o/n.git`.
/// A part of a repository (`//modules/x`) is another module.
fn repository(source: &str) -> Option<&str> {
    let (_, path) = source.split_once("github.com/").or_else(|| source.split_once("github.com:"))?;
    let path = path.split('?').next()?;
    Some(path.strip_suffix(".git").unwrap_or(path))
}

/// The calls of known modules. What is known of a module stands in no file of the scan: each call has a number that no
/// file has.
#[derive(Debug, Default)]
pub(super) struct Calls(RefCell<Vec<(Loc, &'static Known)>>);

impl Calls {
    /// The number of a call that stands at `loc`.
    pub fn add(&self, loc: Loc, known: &'static Known) -> FileId {
        let mut calls = self.0.borrow_mut();
        calls.push((loc, known));
        number(calls.len() - 1)
    }

    fn get(&self, file: FileId) -> Option<(Loc, &'static Known)> {
        let calls = self.0.borrow();
        let at = usize::try_from(u32::MAX - file.0).ok()?;
        calls.get(at).copied()
    }

    /// The text at a place in what is known of a module.
    pub fn text(&self, loc: Loc) -> Option<&'static str> {
        let (_, known) = self.get(loc.file)?;
        known.text.get(loc.span.start as usize..loc.span.end as usize)
    }
}

fn number(call: usize) -> FileId {
    FileId(u32::MAX - u32::try_from(call).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Span;

    #[test]
    fn modules_are_known_wherever_they_come_from() {
        for source in [
            "lgallard/cognito-user-pool/aws",
            "registry.terraform.io/lgallard/cognito-user-pool/aws",
            "github.com/lgallard/terraform-aws-cognito-user-pool",
            "git::https://github.com/lgallard/terraform-aws-cognito-user-pool.git?ref=1.0.0",
            "git@github.com:terraform-aws-modules/terraform-aws-lambda.git",
        ] {
            assert!(find(source).is_some(), "{source}");
        }
        for source in [
            "terraform-aws-modules/lambda/aws//modules/alias",
            "git::https://github.com/terraform-aws-modules/terraform-aws-lambda.git//modules/alias",
            "example/cognito-user-pool/aws",
            "./lambda",
        ] {
            assert!(find(source).is_none(), "{source}");
        }
    }

    #[test]
    fn what_is_known_can_be_parsed() {
        for known in &MODULES {
            assert_eq!(known.file().errors, [], "{}", known.registry);
            assert!(known.file().body.blocks.iter().any(|block| &*block.kind == "output"));
        }
    }

    #[test]
    fn each_call_has_its_own_number_and_the_text_of_its_module() {
        let calls = Calls::default();
        let at = |start| Loc { file: FileId(0), span: Span::new(start, start + 1) };
        let (first, second) = (calls.add(at(3), &MODULES[0]), calls.add(at(9), &MODULES[0]));
        assert_ne!(first, second);
        assert_eq!(calls.text(Loc { file: second, span: Span::new(2, 10) }), Some("lgallard"));
        assert_eq!(calls.text(at(3)), None);
    }
}
