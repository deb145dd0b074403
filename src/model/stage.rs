//! The environments that teams deploy to, told from names.

use crate::words;

/// Words that name the same kind of environment.
const STAGES: &[&[&str]] = &[
    &["dev", "develop", "development", "local", "sandbox"],
    &["test", "testing", "qa", "uat", "integration", "int"],
    &["stage", "stg", "staging", "preprod", "preview"],
    &["prod", "prd", "production", "live"],
];

/// A kind of environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Stage(usize);

/// The environment that a name speaks of; the last word that names one decides (`test-app-prod` is production).
pub fn of(name: &str) -> Option<Stage> {
    let words = words::split(name);
    words.iter().rev().find_map(|word| STAGES.iter().position(|names| names.contains(&word.as_str())).map(Stage))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        assert_eq!(of("MisraPlatform-dev"), of("environments.development"));
        assert_eq!(of(".env.production"), of("auth-prd"));
        assert_ne!(of("staging"), of("production"));
        assert_eq!(of("src/config.ts"), None);
    }
}
