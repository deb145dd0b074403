//! What a scan leaves out although it could read it: text that tells nothing about the application as it is deployed.
//!
//! Only names below the scanned folder are judged, so that a folder of tests can itself be scanned.

use super::discovery::LeftOut;
use super::kinds::{Kind, kind};

/// Folders that are left out with everything in them.
const FOLDERS: &[(&str, LeftOut)] = &[
    ("__fixtures__", LeftOut::Test),
    ("__mocks__", LeftOut::Test),
    ("__snapshots__", LeftOut::Test),
    ("__tests__", LeftOut::Test),
    ("androidTest", LeftOut::Test),
    ("cypress", LeftOut::Test),
    ("e2e", LeftOut::Test),
    ("fixtures", LeftOut::Test),
    ("integration-tests", LeftOut::Test),
    ("integration_tests", LeftOut::Test),
    ("mock", LeftOut::Test),
    ("mocks", LeftOut::Test),
    ("playwright", LeftOut::Test),
    ("test", LeftOut::Test),
    ("test-utils", LeftOut::Test),
    ("test_utils", LeftOut::Test),
    ("testdata", LeftOut::Test),
    ("testing", LeftOut::Test),
    ("tests", LeftOut::Test),
    ("bower_components", LeftOut::Dependency),
    ("dist-packages", LeftOut::Dependency),
    ("jspm_packages", LeftOut::Dependency),
    ("node_modules", LeftOut::Dependency),
    ("Pods", LeftOut::Dependency),
    ("site-packages", LeftOut::Dependency),
    ("venv", LeftOut::Dependency),
    ("virtualenv", LeftOut::Dependency),
    ("#current-cloud-backend", LeftOut::Generated),
    (".next", LeftOut::Generated),
    (".nuxt", LeftOut::Generated),
    (".output", LeftOut::Generated),
    (".serverless", LeftOut::Generated),
    (".svelte-kit", LeftOut::Generated),
    (".venv", LeftOut::Dependency),
    (".vercel", LeftOut::Generated),
    (".webpack", LeftOut::Generated),
    ("__generated__", LeftOut::Generated),
    ("__pycache__", LeftOut::Generated),
    ("build", LeftOut::Generated),
    ("coverage", LeftOut::Generated),
    ("dist", LeftOut::Generated),
    ("out", LeftOut::Generated),
    ("storybook-static", LeftOut::Generated),
    ("doc", LeftOut::Document),
    ("docs", LeftOut::Document),
    ("documentation", LeftOut::Document),
];

/// Folders in which `test` is the name of a stage that is deployed.
const STAGE_PARENTS: &[&str] = &[
    "accounts",
    "config",
    "configs",
    "deploy",
    "deployments",
    "env",
    "environment",
    "environments",
    "envs",
    "overlays",
    "stage",
    "stages",
];

/// Parts of the names of folders and files that start or fill an emulator.
const EMULATORS: &[&str] = &["cognito-local", "cognito_local", "cognitolocal", "localstack"];

/// Endings of documents.
const DOCUMENTS: &[&str] = &["adoc", "markdown", "md", "mdx", "rst"];

/// Words between the dots of a program's file name that mark tests: `session.test.ts`.
const TEST_WORDS: &[&str] = &["cy", "e2e", "mock", "mocks", "spec", "stories", "test", "tests"];

/// Whole names of test files.
const TEST_FILES: &[&str] = &[
    ".env.test",
    ".env.test.local",
    "conftest.py",
    "cypress.config.ts",
    "jest.config.js",
    "jest.config.ts",
    "jest.setup.js",
    "jest.setup.ts",
    "playwright.config.ts",
    "setupTests.js",
    "setupTests.ts",
    "vitest.config.ts",
    "vitest.setup.ts",
];

/// Ends of the stems of bundles.
const BUNDLES: &[&str] = &[".bundle", ".chunk", ".min", "-min"];

/// Why a folder is left out, by its name and its parent's.
pub fn folder(name: &str, parent: &str) -> Option<LeftOut> {
    let is = |known: &str| known.eq_ignore_ascii_case(name);
    if (is("test") || is("testing")) && STAGE_PARENTS.iter().any(|known| known.eq_ignore_ascii_case(parent)) {
        return None;
    }
    let known = FOLDERS.iter().find(|(known, _)| is(known)).map(|(_, why)| *why);
    let known = known.or_else(|| name.starts_with("dist-").then_some(LeftOut::Generated));
    known.or_else(|| is_emulator(name).then_some(LeftOut::Emulator))
}

/// Why a file is left out, by its name.
pub fn file(name: &str) -> Option<LeftOut> {
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
    let is_program = matches!(kind(name), Some(Kind::Program | Kind::Script));
    let mut words = stem.split('.').skip(1);
    let is_python_test = extension == "py" && (stem.starts_with("test_") || stem.ends_with("_test"));
    if TEST_FILES.contains(&name) || is_python_test || is_program && words.any(|word| TEST_WORDS.contains(&word)) {
        Some(LeftOut::Test)
    } else if DOCUMENTS.iter().any(|known| known.eq_ignore_ascii_case(extension)) {
        Some(LeftOut::Document)
    } else if is_program && BUNDLES.iter().any(|end| stem.ends_with(end)) {
        Some(LeftOut::Generated)
    } else {
        (is_emulator(name) && kind(name).is_some()).then_some(LeftOut::Emulator)
    }
}

/// Why a file is left out, by its content: minified scripts have lines far longer than people write.
pub fn content(name: &str, bytes: &[u8]) -> Option<LeftOut> {
    const SMALLEST: usize = 4096;
    const MEAN_LINE: usize = 300;
    if kind(name) != Some(Kind::Script) || bytes.len() < SMALLEST {
        return None;
    }
    let lines = 1 + bytes.iter().filter(|byte| **byte == b'\n').count();
    (bytes.len() / lines > MEAN_LINE).then_some(LeftOut::Generated)
}

fn is_emulator(name: &str) -> bool {
    let name = name.as_bytes();
    let contains = |part: &&str| name.windows(part.len()).any(|window| window.eq_ignore_ascii_case(part.as_bytes()));
    EMULATORS.iter().any(contains)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_told_by_name() {
        assert_eq!(folder("node_modules", "web"), Some(LeftOut::Dependency));
        assert_eq!(folder("Tests", "api"), Some(LeftOut::Test));
        assert_eq!(folder("test", "api"), Some(LeftOut::Test));
        assert_eq!(folder("test", "environments"), None);
        assert_eq!(folder("dist", ""), Some(LeftOut::Generated));
        assert_eq!(folder("dist-lambdas", ""), Some(LeftOut::Generated));
        assert_eq!(folder("init-localstack", "docker"), Some(LeftOut::Emulator));
        assert_eq!(folder("src", "web"), None);
        assert_eq!(folder("contest", "web"), None);
    }

    #[test]
    fn files_are_told_by_name() {
        for (name, expected) in [
            ("session.test.ts", Some(LeftOut::Test)),
            ("session.spec.jsx", Some(LeftOut::Test)),
            ("test_session.py", Some(LeftOut::Test)),
            ("session_test.py", Some(LeftOut::Test)),
            ("conftest.py", Some(LeftOut::Test)),
            (".env.test", Some(LeftOut::Test)),
            ("README.md", Some(LeftOut::Document)),
            ("app.min.js", Some(LeftOut::Generated)),
            ("cognito-local-setup.js", Some(LeftOut::Emulator)),
            ("stack.test.yaml", None),
            ("test.ts", None),
            ("contest.py", None),
            ("latest.session.ts", None),
        ] {
            assert_eq!(file(name), expected, "{name}");
        }
    }

    #[test]
    fn minified_scripts_are_told_by_their_lines() {
        let minified = "var a=1;".repeat(2000);
        let written = "var a = 1;\n".repeat(2000);
        assert_eq!(content("app.js", minified.as_bytes()), Some(LeftOut::Generated));
        assert_eq!(content("app.js", written.as_bytes()), None);
        assert_eq!(content("template.json", minified.as_bytes()), None);
        assert_eq!(content("tiny.js", &minified.as_bytes()[..1000]), None);
    }
}
