//! Whole projects: what the built program says of each `fixtures/PROJECT/` stands in `fixtures/PROJECT.expected.txt`.
//! `UPDATE=1 cargo test` rewrites those files.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use rayon::prelude::*;

/// The folders of the projects, sorted.
pub fn projects() -> Vec<PathBuf> {
    let entries = fs::read_dir("fixtures").expect("there are fixtures");
    let mut folders: Vec<_> =
        entries.filter_map(|entry| Some(entry.ok()?.path())).filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}

/// The program's output and its exit code.
fn told(project: &Path) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_cognito-lint")).arg(project).output().expect("the program runs");
    let text = String::from_utf8(output.stdout).expect("reports are UTF-8");
    let failure = String::from_utf8_lossy(&output.stderr);
    format!("{text}{failure}exit code {}\n", output.status.code().map_or("none".to_owned(), |code| code.to_string()))
}

#[test]
fn projects_are_told_as_expected() {
    let check = |project: &PathBuf| {
        let told = told(project);
        let path = project.with_added_extension("expected.txt");
        if env::var_os("UPDATE").is_some() {
            fs::write(&path, &told).expect("the expected output can be written");
        }
        let expected = fs::read_to_string(&path).unwrap_or_default();
        (told != expected).then(|| format!("{}\n--- expected\n{expected}--- told\n{told}", path.display()))
    };
    let failures: Vec<_> = projects().par_iter().filter_map(check).collect();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn expected_output_has_its_project() {
    let entries = fs::read_dir("fixtures").expect("there are fixtures");
    for path in entries.filter_map(|entry| Some(entry.ok()?.path())).filter(|path| path.is_file()) {
        let name = path.to_string_lossy().into_owned();
        let project = name.strip_suffix(".expected.txt").unwrap_or_else(|| panic!("{name} is not an expected output"));
        assert!(Path::new(project).is_dir(), "{name} has no project beside it");
    }
}
