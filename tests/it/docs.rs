//! The documents say what is so.

use std::fs;
use std::path::Path;
use std::process::Command;

use cognito_lint::config::ConfigFile;
use tempfile::TempDir;
use walkdir::WalkDir;

use super::rooms::rooms;

fn read(path: &str) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The lines of the `sh` blocks of a page.
fn commands(page: &str) -> Vec<&str> {
    let mut inside = false;
    let mut commands = Vec::new();
    for line in page.lines() {
        match line {
            "```sh" => inside = true,
            "```" => inside = false,
            _ if inside => commands.push(line),
            _ => {}
        }
    }
    commands
}

/// Runs a command of a page with the built program; its exit code and what it says on standard error.
fn in_shell(command: &str, folder: &Path) -> (Option<i32>, String) {
    let program = Path::new(env!("CARGO_BIN_EXE_cognito-lint")).parent().expect("it stands in a folder");
    let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap_or_default());
    let output = Command::new("sh").args(["-c", command]).env("PATH", &path).current_dir(folder).output();
    let output = output.expect("there is a shell");
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn the_commands_of_the_readme_are_the_ones_that_ci_runs() {
    let (readme, ci) = (read("README.md"), read(".ci/run"));
    let commands = commands(&readme);
    assert!(commands.len() >= 2, "the README has its two commands: {commands:?}");
    for command in commands {
        assert!(ci.lines().any(|line| line.contains(command)), ".ci/run does not run `{command}`");
    }
}

#[test]
fn the_output_of_the_readme_is_what_the_program_says() {
    let readme = read("README.md");
    let shown =
        readme.split("```text\n").nth(1).and_then(|rest| rest.split("```").next()).expect("the README shows a finding");
    let told = WalkDir::new("fixtures").max_depth(1).into_iter().filter_map(Result::ok);
    let told = told.filter(|entry| entry.file_name().to_string_lossy().ends_with(".expected.txt"));
    let quoted =
        told.filter_map(|entry| fs::read_to_string(entry.path()).ok()).any(|text| text.contains(shown.trim_end()));
    assert!(quoted, "no fixture's expected output has the README's finding:\n{shown}");
}

#[test]
fn the_architecture_names_every_room() {
    let page = read("ARCHITECTURE.md");
    let missing: Vec<_> = rooms().into_iter().filter(|room| !page.contains(&format!("`{room}`"))).collect();
    assert!(missing.is_empty(), "ARCHITECTURE.md does not mention {missing:?}");
}

/// A project with a warning, in which a page's commands are run.
fn with_a_warning() -> TempDir {
    let template = "Resources:\n  Pool:\n    Type: AWS::Cognito::UserPool\n    Properties:\n      \
                    DeviceConfiguration: { ChallengeRequiredOnNewDevice: false }\n";
    super::cli::project(&[("template.yaml", template)])
}

/// The exit code of a command as a shell runs it, and what it says to standard error.
fn shell(project: &TempDir, command: &str) -> (Option<i32>, String) {
    let program = Path::new(env!("CARGO_BIN_EXE_cognito-lint")).parent().expect("it stands in a folder");
    let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap_or_default());
    let output = Command::new("sh").args(["-c", command]).env("PATH", &path).current_dir(project.path()).output();
    let output = output.expect("there is a shell");
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn the_commands_on_living_with_findings_work_as_they_are_written() {
    let page = read("docs/configuration.md");
    let commands = commands(&page);
    assert!(commands.len() >= 6, "{commands:?}");
    let project = with_a_warning();
    for command in commands {
        // What is left to report after a fix is left here too.
        let expected = if command.ends_with("--fix") { (Some(1), "nothing to fix\n") } else { (Some(0), "") };
        let (code, said) = shell(&project, command);
        assert_eq!((code, said.as_str()), expected, "{command}");
    }
}

#[test]
fn the_command_on_several_reports_writes_them() {
    let page = read("docs/output.md");
    let commands = commands(&page);
    let [command] = commands.as_slice() else { panic!("{commands:?}") };
    let project = with_a_warning();
    assert_eq!(shell(&project, command), (Some(1), String::new()));
    for report in ["cognito.sarif", "reports/cognito.xml"] {
        assert!(project.path().join(report).exists(), "{report}");
    }
}

#[test]
fn the_commands_on_what_has_happened_work_as_they_are_written() {
    let page = read("docs/diagnose.md");
    let commands = commands(&page);
    assert!(commands.len() >= 4, "{commands:?}");
    let project = tempfile::tempdir().expect("a folder");
    fs::write(project.path().join("events.json"), super::diagnose::events()).expect("events");
    fs::write(project.path().join("token.txt"), super::diagnose::TOKEN).expect("a token");
    for command in commands {
        assert_eq!(in_shell(command, project.path()), (Some(0), String::new()), "{command}");
    }
}

#[test]
fn every_field_of_a_diagnosis_is_documented() {
    let page = read("docs/diagnose.md");
    let json = read("src/diagnose/json.rs");
    let fields = json.lines().filter_map(|line| line.trim().split_once(": ").map(|(name, _)| name));
    let fields = fields.filter(|name| name.chars().all(|letter| letter.is_ascii_lowercase() || letter == '_'));
    let missing: Vec<_> = fields.filter(|name| !page.contains(&format!("`{name}`"))).collect();
    assert!(missing.is_empty(), "docs/diagnose.md does not name {missing:?}");
}

#[test]
fn the_commands_on_two_repositories_find_what_is_shown() {
    let page = read("docs/two-repositories.md");
    let shown = page.split("```text\n").nth(1).and_then(|rest| rest.split("```").next()).expect("a finding is shown");
    let folder = super::two_repositories::copy();
    let commands = commands(&page);
    let (last, facts) = commands.split_last().expect("there are commands");
    assert!(facts.len() >= 2, "{facts:?}");
    for command in facts {
        assert_eq!(in_shell(command, folder.path()), (Some(0), String::new()), "{command}");
    }
    let (code, told) = in_shell(&format!("({last}) >&2"), folder.path());
    assert!(code == Some(1) && told.contains(shown), "{last}: {told}");
}

#[test]
fn the_configurations_on_living_with_findings_are_valid() {
    let page = read("docs/configuration.md");
    let blocks = super::markdown::sections(&page).into_iter().flat_map(|section| section.blocks);
    let blocks: Vec<_> = blocks.filter(|block| block.info == "yaml" && block.text.starts_with("# ")).collect();
    assert!(blocks.len() >= 2, "{blocks:?}");
    for block in blocks {
        if let Err(error) = ConfigFile::parse("cognito-lint.yml".into(), block.text) {
            panic!("{:?}", miette::Report::new(error));
        }
    }
}

#[test]
fn every_kind_of_note_is_documented() {
    let page = read("docs/output.md");
    let mut missing = Vec::new();
    for entry in WalkDir::new("src").into_iter().filter_map(Result::ok).filter(|entry| entry.file_type().is_file()) {
        let text = fs::read_to_string(entry.path()).expect("a source file is text");
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        let written = ["kind: ", "on_scan(", "on_file("].into_iter().flat_map(|before| code.split(before).skip(1));
        let kinds = written.filter_map(|rest| rest.trim_start().strip_prefix('"')?.split('"').next());
        missing.extend(kinds.filter(|kind| !page.contains(&format!("`{kind}`"))).map(str::to_owned));
    }
    assert!(missing.is_empty(), "docs/output.md does not explain the notes {missing:?}");
}
