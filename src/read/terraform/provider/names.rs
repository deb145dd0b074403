//! Names across snake case, camel case and CloudFormation's own.

use std::sync::Arc;

use crate::words;

/// How a provider says what CloudFormation says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dialect {
    /// With words and blocks of its own: Terraform's `aws`, Pulumi's `aws`.
    Own,
    /// CloudFormation's resource schema in other letters: Terraform's `awscc`, Pulumi's `aws-native`.
    Mirror,
}

/// Whether two names have the same letters and digits, whatever their case and separators: `user_pool_id` and
/// `userPoolId`, `callback_ur_ls` and `CallbackURLs`.
pub(super) fn same(mine: &str, theirs: &str) -> bool {
    letters(mine).eq(letters(theirs))
}

/// The same, or `theirs` is the plural of `mine`: Pulumi says `schemas` where Terraform repeats the block `schema`.
pub(super) fn same_or_plural(mine: &str, theirs: &str) -> bool {
    let is_plural = |end: &str, plural: &str| {
        let (Some(mine), Some(theirs)) = (mine.strip_suffix(end), theirs.strip_suffix(plural)) else { return false };
        same(mine, theirs)
    };
    same(mine, theirs) || is_plural("", "s") || is_plural("y", "ies")
}

fn letters(name: &str) -> impl Iterator<Item = char> {
    name.chars().filter(|letter| letter.is_alphanumeric()).map(|letter| letter.to_ascii_lowercase())
}

/// The property of an argument: as one of `spellings` where the letters are the same, else its words with capitals.
pub(super) fn property(argument: &str, spellings: &[&'static str]) -> Arc<str> {
    if let Some(spelling) = spellings.iter().find(|spelling| same(spelling, argument)) {
        return Arc::from(*spelling);
    }
    let mut name = String::with_capacity(argument.len());
    for word in words::split(argument) {
        let mut letters = word.chars();
        name.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        name.push_str(letters.as_str());
    }
    name.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_the_same_in_every_case() {
        assert!(same("user_pool_id", "userPoolId"));
        assert!(same("callback_ur_ls", "CallbackURLs"));
        assert!(!same("user_pool", "user_pool_id"));
        assert!(same_or_plural("recovery_mechanism", "recoveryMechanisms"));
        assert!(same_or_plural("inline_policy", "inlinePolicies"));
        assert!(!same_or_plural("recovery_mechanisms", "recoveryMechanism"));
    }

    #[test]
    fn properties_are_made_of_words_unless_they_are_spelled_otherwise() {
        let spellings = ["CallbackURLs", "AllowedOAuthFlows"];
        let all =
            ["callback_urls", "callback_ur_ls", "allowed_oauth_flows", "allowed_o_auth_flows", "s3_bucket", "name"];
        let names: Vec<Arc<str>> = all.iter().map(|name| property(name, &spellings)).collect();
        let expected = ["CallbackURLs", "CallbackURLs", "AllowedOAuthFlows", "AllowedOAuthFlows", "S3Bucket", "Name"]
            .map(Arc::from);
        assert_eq!(names, expected);
    }
}
