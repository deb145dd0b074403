//! `--base`: what is new since a revision, in real repositories.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

use super::history::{History, git};

const POOL: &str = "Resources:\n  Pool:\n    Type: AWS::Cognito::UserPool\n";
/// A warning: tracking that reads as off.
const TRACKING: &str = "    Properties:\n      DeviceConfiguration: { ChallengeRequiredOnNewDevice: false }\n";
/// An error in a file of its own: a password sent with an `ADMIN_` flow to the operation that does not take it.
const SIGN_IN: &str = "import boto3\nclient = boto3.client('cognito-idp')\n\n\ndef sign_in(name, password):\n    return client.initiate_auth(\n        \
                       AuthFlow='ADMIN_USER_PASSWORD_AUTH', ClientId='x', AuthParameters={'USERNAME': name, 'PASSWORD': password})\n";

fn run(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cognito-lint"));
    let Output { status, stdout, stderr } = command.current_dir(folder).args(arguments).output().expect("it runs");
    let text = |bytes| String::from_utf8(bytes).expect("output is UTF-8");
    (status.code().expect("no signal ends the program"), text(stdout), text(stderr))
}

/// The rules and paths of the findings, and how many were there before.
fn new(folder: &Path, arguments: &[&str]) -> (Vec<String>, u64) {
    let (_, out, err) = run(folder, &[&["--format", "json"], arguments].concat());
    let document: Value = serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {out}{err}"));
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let findings = document["findings"].as_array().expect("a list of findings");
    let findings = findings.iter().map(|finding| format!("{} {}", text(&finding["path"]), text(&finding["rule"])));
    (findings.collect(), document["hidden"]["base"].as_u64().expect("a count"))
}

fn tracking() -> String {
    format!("{POOL}{TRACKING}")
}

#[test]
fn what_was_there_before_is_counted_and_what_is_new_is_shown() {
    let history = History::with(&[("infra/auth.yaml", &tracking())]);
    assert_eq!(new(history.path(), &["--base", "HEAD"]), (vec![], 1));
    let (code, out, _) = run(history.path(), &["--base", "HEAD"]);
    assert!(code == 0 && out.contains("not shown: 1 there at the base"), "{out}");
    assert!(out.contains("note[base]: compared with commit "), "{out}");
    history.write(&[("infra/auth.yaml", &format!("# moved\n\n{}", tracking())), ("api/sign_in.py", SIGN_IN)]);
    let (found, known) = new(history.path(), &["--base", "HEAD"]);
    assert!(found.contains(&"api/sign_in.py auth-flow-wrong-api".to_owned()), "{found:?}");
    assert!(found.iter().all(|finding| finding.starts_with("api/")), "{found:?}");
    assert_eq!(known, 1);
    history.commit();
    assert_eq!(new(history.path(), &["--base", "HEAD"]).0, [] as [&str; 0]);
    assert_eq!(new(history.path(), &["--base", "HEAD~1"]).0, found);
}

#[test]
fn every_name_of_a_revision_is_taken() {
    let history = History::with(&[("auth.yaml", POOL)]);
    history.git(&["tag", "v1"]);
    history.git(&["update-ref", "refs/remotes/origin/main", "HEAD"]);
    let full = history.git(&["rev-parse", "HEAD"]);
    history.write(&[("auth.yaml", &tracking())]);
    history.commit();
    for name in ["HEAD~1", "HEAD^", "v1", "origin/main", "main~1", &full, &full[..8]] {
        let found = new(history.path(), &["--base", name, "--only", "device-tracking-both-false"]).0;
        assert_eq!(found, ["auth.yaml device-tracking-both-false"], "{name}");
    }
}

#[test]
fn what_happened_on_the_other_branch_since_does_not_matter() {
    let history = History::with(&[("auth.yaml", &tracking())]);
    history.git(&["switch", "--quiet", "--create", "feature"]);
    history.write(&[("other.txt", "x")]);
    history.commit();
    history.git(&["switch", "--quiet", "main"]);
    history.write(&[("auth.yaml", POOL)]);
    history.commit();
    history.git(&["switch", "--quiet", "feature"]);
    // Main has corrected the mistake since; the branch did not bring it back.
    assert_eq!(new(history.path(), &["--base", "main"]), (vec![], 1));
}

#[test]
fn renamed_files_bring_nothing_new() {
    let history = History::with(&[("auth.yaml", &tracking()), ("api/sign_in.py", SIGN_IN)]);
    history.write(&[("infra/pool.yaml", &tracking()), ("backend/login.py", SIGN_IN)]);
    history.remove("auth.yaml");
    history.remove("api/sign_in.py");
    let (all, _) = new(history.path(), &[]);
    assert!(all.len() > 1);
    assert_eq!(new(history.path(), &["--base", "HEAD"]), (vec![], all.len() as u64));
}

#[test]
fn paths_and_the_current_folder_hold_for_both_sides() {
    let history = History::with(&[("infra/auth.yaml", &tracking()), ("other/auth.yaml", &tracking())]);
    let infra = history.path().join("infra");
    assert_eq!(new(&infra, &["--base", "HEAD"]), (vec![], 1));
    assert_eq!(new(&infra, &["--base", "HEAD", "auth.yaml", "../other"]), (vec![], 2));
    history.write(&[("infra/new.yaml", &tracking())]);
    assert_eq!(new(&infra, &["--base", "HEAD"]).0, ["new.yaml device-tracking-both-false"]);
    assert_eq!(new(history.path(), &["--base", "HEAD", "other"]), (vec![], 1));
}

#[test]
fn what_the_walk_leaves_out_is_left_out_at_the_base_too() {
    let history = History::new();
    history.write(&[("auth.yaml", POOL), ("kept/auth.yaml", &tracking()), (".gitignore", "kept/\n")]);
    history.git(&["add", "--all", "--force"]);
    history.commit();
    // An ignored file that is in the history all the same is not read now; nor was it then.
    assert_eq!(new(history.path(), &["--base", "HEAD"]), (vec![], 0));
    history.write(&[("tests/auth.yaml", &tracking()), ("node_modules/x/auth.yaml", &tracking())]);
    history.commit();
    assert_eq!(new(history.path(), &["--base", "HEAD"]), (vec![], 0));
}

#[test]
fn files_of_this_machine_belong_to_both_sides() {
    let secret = "VITE_COGNITO_CLIENT_SECRET=1k2j3h4g5f6d7s8a9q0w1e2r3t4y5u6i7o8p9a0s1d2f3g4h5j6k\nVITE_COGNITO_CLIENT_ID=1h57kf5cpq17m0eml12EXAMPLE\n";
    let history = History::with(&[("auth.yaml", POOL), (".gitignore", ".env\n")]);
    history.write(&[(".env", secret)]);
    let (_, known) = new(history.path(), &["--base", "HEAD"]);
    let (all, _) = new(history.path(), &[]);
    assert!(!all.is_empty());
    assert_eq!(known, all.len() as u64);
}

#[test]
fn a_revision_that_is_not_known_is_told_with_the_way_out() {
    let history = History::with(&[("auth.yaml", POOL)]);
    for name in ["origin/main", "no such", "HEAD~5", "-x", "--all", "HEAD:auth.yaml", ""] {
        let (code, out, err) = run(history.path(), &[&format!("--base={name}")]);
        assert_eq!((code, out.as_str()), (2, ""), "{name}: {err}");
        assert!(err.contains("is no revision of this repository") && err.contains("git fetch"), "{name}: {err}");
    }
    let empty = History::new();
    empty.write(&[("auth.yaml", POOL)]);
    let (code, _, err) = run(empty.path(), &["--base", "HEAD"]);
    assert!(code == 2 && err.contains("has no commit yet"), "{err}");
    let plain = tempfile::Builder::new().prefix("plain").tempdir().expect("a folder");
    let (code, _, err) = run(plain.path(), &["--base", "HEAD"]);
    assert!(code == 2 && err.contains("is not in a git repository"), "{err}");
}

#[test]
fn a_shallow_clone_is_told_with_the_way_out() {
    let history = History::with(&[("auth.yaml", POOL)]);
    history.write(&[("auth.yaml", &tracking())]);
    history.commit();
    let clones = tempfile::Builder::new().prefix("clones").tempdir().expect("a folder");
    let url = format!("file://{}", history.path().display());
    git(clones.path(), &["clone", "--quiet", "--depth=1", &url, "shallow"]);
    let (code, out, err) = run(&clones.path().join("shallow"), &["--base", "HEAD~1"]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(err.contains("shallow") && err.contains("fetch-depth: 0"), "{err}");
}

#[test]
fn a_partial_clone_fetches_nothing() {
    let history = History::with(&[("auth.yaml", POOL)]);
    history.git(&["config", "uploadpack.allowFilter", "true"]);
    history.write(&[("auth.yaml", &tracking())]);
    history.commit();
    let clones = tempfile::Builder::new().prefix("clones").tempdir().expect("a folder");
    let url = format!("file://{}", history.path().display());
    git(clones.path(), &["clone", "--quiet", "--filter=blob:none", &url, "partial"]);
    let (code, _, err) = run(&clones.path().join("partial"), &["--base", "HEAD~1"]);
    assert!(code == 2 && err.contains("is not in this clone") && err.contains("--filter"), "{code} {err}");
}

#[test]
fn the_histories_of_two_projects_do_not_meet() {
    let history = History::with(&[("auth.yaml", POOL)]);
    history.git(&["switch", "--quiet", "--orphan", "other"]);
    history.write(&[("other.yaml", POOL)]);
    history.commit();
    let (code, _, err) = run(history.path(), &["--base", "main"]);
    assert!(code == 2 && err.contains("is shared by `main`"), "{err}");
}

/// Everything in the repository's own folder, with what it holds.
fn inside(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let files = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().flatten();
    let files = files.filter(|entry| entry.file_type().is_file());
    files.map(|file| (file.path().display().to_string(), fs::read(file.path()).expect("it can be read"))).collect()
}

#[test]
fn nothing_is_written_and_nothing_of_the_repository_is_run() {
    let history = History::with(&[("auth.yaml", POOL), (".gitattributes", "* filter=evil diff=evil\n")]);
    let ran = history.path().join("ran");
    let run_me = format!("touch {}", ran.display());
    for (name, value) in [
        ("core.fsmonitor", run_me.as_str()),
        ("core.pager", &run_me),
        ("core.sshCommand", &run_me),
        ("core.editor", &run_me),
        ("filter.evil.smudge", &run_me),
        ("filter.evil.process", &run_me),
        ("diff.evil.textconv", &run_me),
        ("diff.external", &run_me),
        ("alias.cat-file", &format!("!{run_me}")),
        ("remote.origin.uploadpack", &run_me),
    ] {
        history.git(&["config", name, value]);
    }
    history.write(&[("auth.yaml", &tracking())]);
    let before = inside(history.path());
    assert!(!new(history.path(), &["--base", "HEAD"]).0.is_empty());
    assert_eq!(inside(history.path()), before);
    assert!(!ran.exists());
}

#[test]
fn hostile_trees_end() {
    let history = History::with(&[("auth.yaml", POOL)]);
    // Ten folders of ten folders, ten deep: ten thousand million files.
    let blob = history.git(&["hash-object", "-w", "auth.yaml"]);
    let tree = |entry: &str, name: &str| {
        let lines: String = (0..10).map(|at| format!("{entry}\t{name}{at}\n")).collect();
        fs::write(history.path().join(".git/lines"), lines).expect("it can be written");
        let from = fs::File::open(history.path().join(".git/lines")).expect("it is there");
        let output =
            Command::new("git").current_dir(history.path()).arg("mktree").stdin(from).output().expect("git runs");
        String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
    };
    let mut top = tree(&format!("100644 blob {blob}"), "auth.yaml");
    for _ in 0..9 {
        top = tree(&format!("040000 tree {top}"), "d");
    }
    let bomb = history.git(&["commit-tree", "-m", "bomb", &top]);
    let next = history.git(&["commit-tree", "-m", "next", "-p", &bomb, "HEAD^{tree}"]);
    history.git(&["update-ref", "HEAD", &next]);
    let (code, _, err) = run(history.path(), &["--base", &bomb]);
    assert!(code == 2 && err.contains("is too large to be read"), "{code} {err}");
}

#[test]
fn links_names_and_submodules_of_the_base_do_no_harm() {
    let history = History::with(&[("auth.yaml", POOL)]);
    let inner = History::with(&[("pool.yaml", &tracking())]);
    let head = inner.git(&["rev-parse", "HEAD"]);
    let blob = history.git(&["hash-object", "-w", "auth.yaml"]);
    history.git(&["update-index", "--add", "--cacheinfo", &format!("160000,{head},lib")]);
    history.git(&["update-index", "--add", "--cacheinfo", &format!("120000,{blob},link.yaml")]);
    history.git(&["commit", "--quiet", "-m", "links"]);
    history.write(&[("lib/pool.yaml", &tracking())]);
    let (code, out, _) = run(history.path(), &["--base", "HEAD"]);
    assert!(code == 1 && out.contains("lib/pool.yaml:5"), "{out}");
    assert!(out.contains("note[base]: lib: this is another repository"), "{out}");
}

#[test]
fn a_finding_whose_ignore_goes_is_new() {
    let ignored = tracking()
        .replace("      Device", "      # cognito-lint: ignore[device-tracking-both-false] on purpose\n      Device");
    let history = History::with(&[("auth.yaml", &ignored)]);
    assert_eq!(new(history.path(), &["--base", "HEAD"]), (vec![], 0));
    history.write(&[("auth.yaml", &tracking())]);
    assert_eq!(new(history.path(), &["--base", "HEAD"]), (vec!["auth.yaml device-tracking-both-false".to_owned()], 0));
}

#[test]
fn a_file_with_values_may_lie_outside_the_repository() {
    let variable = "variable \"on\" { type = bool }\n";
    let pool = "resource \"aws_cognito_user_pool\" \"users\" {\n  name = \"users\"\n  device_configuration {\n    \
                challenge_required_on_new_device = var.on\n  }\n}\n";
    let history = History::with(&[("main.tf", &format!("{variable}{pool}"))]);
    let values = tempfile::Builder::new().prefix("values").tempdir().expect("a folder");
    fs::write(values.path().join("prod.tfvars"), "on = false\n").expect("a file");
    let file = values.path().join("prod.tfvars").display().to_string();
    let (all, _) = new(history.path(), &["--var-file", &file]);
    assert_eq!(all, ["main.tf device-tracking-both-false"]);
    assert_eq!(new(history.path(), &["--var-file", &file, "--base", "HEAD"]), (vec![], 1));
    let (code, _, err) = run(history.path(), &["--base", "HEAD", ".", &values.path().display().to_string()]);
    assert!(code == 2 && err.contains("compares one repository"), "{err}");
}

#[test]
fn what_is_ignored_is_no_change() {
    let pool = |attribute: &str, more: &str| {
        format!(
            "resource \"aws_cognito_user_pool\" \"users\" {{\n  name = \"users\"\n  username_attributes = [\"{attribute}\"]\n{more}}}\n"
        )
    };
    let changed = |more: &str| {
        let history = History::with(&[("main.tf", &pool("email", more))]);
        history.write(&[("main.tf", &pool("phone_number", more))]);
        new(history.path(), &["--base", "HEAD"]).0
    };
    assert_eq!(changed(""), ["main.tf pool-replaced"]);
    assert_eq!(changed("  lifecycle {\n    ignore_changes = [schema]\n  }\n"), ["main.tf pool-replaced"]);
    for ignored in ["[username_attributes]", "[\"username_attributes\"]", "all"] {
        let none: [&str; 0] = [];
        assert_eq!(changed(&format!("  lifecycle {{\n    ignore_changes = {ignored}\n  }}\n")), none, "{ignored}");
    }
}

#[test]
fn an_ignore_of_a_change_is_not_unused_where_no_change_is_told() {
    let ignored = format!("# cognito-lint: ignore-file[pool-replaced] planned\n{POOL}");
    let history = History::with(&[("auth.yaml", &ignored)]);
    let unused = |arguments: &[&str]| new(history.path(), &[arguments, &["--level", "audit"]].concat()).0;
    assert!(!unused(&[]).iter().any(|found| found.ends_with("unused-ignore")));
    history.write(&[("auth.yaml", &format!("{ignored}    Properties: {{ UserPoolName: x }}\n"))]);
    history.write(&[("new.yaml", &ignored)]);
    assert!(unused(&["--base", "HEAD"]).contains(&"new.yaml unused-ignore".to_owned()));
}
