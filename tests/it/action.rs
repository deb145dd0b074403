//! The GitHub Action, its steps run as the runner runs them: `bash` with the inputs in the environment and the runner's files.
//! Only what lies outside is replaced: `gh` hands out a folder as the release, `cargo` installs the program of this build.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

use super::cli::project;

const VERSION: &str = env!("CARGO_PKG_VERSION");
const PROGRAM: &str = env!("CARGO_BIN_EXE_cognito-lint");
const CLEAN: &str = "Resources:\n  Pool:\n    Type: AWS::Cognito::UserPool\n";
/// One warning.
const WARNING: &str = "Resources:\n  Pool:\n    Type: AWS::Cognito::UserPool\n    Properties:\n      \
                       DeviceConfiguration: { ChallengeRequiredOnNewDevice: false }\n";

const GH: &str = r#"#!/usr/bin/env bash
echo "$*" >>"$FAKES/gh.log"
[ -n "$GH_TOKEN" ] || exit 4
case "$1 $2" in
"release download")
    [ "$5" = acme/cognito-lint ] && [ -d "$FAKES/release" ] || { echo "release not found" >&2; exit 1; }
    cp "$FAKES/release/$7" "$FAKES/release/$9" . ;;
"attestation verify") [ -e "$FAKES/attested" ] && [ "$5" = acme/cognito-lint ] ;;
*) exit 1 ;;
esac
"#;
const CARGO: &str = r#"#!/usr/bin/env bash
echo "$PWD: $*" >>"$FAKES/cargo.log"
mkdir -p "$6/bin" && ln -sf "$PROGRAM_OF_TESTS" "$6/bin/cognito-lint"
"#;

/// A machine of the runner, with a checkout of the action and of what is scanned.
struct Machine {
    folder: TempDir,
}

/// How a run of the action ended.
struct Run {
    passed: bool,
    log: String,
    outputs: BTreeMap<String, String>,
    summary: String,
    /// The steps that use another action, with what they give it.
    used: Vec<(String, BTreeMap<String, String>)>,
}

impl Machine {
    fn new(files: &[(&str, &str)]) -> Self {
        let folder = project(&[]);
        let machine = Self { folder };
        for name in ["workspace", "temp", "fakes", "_actions/acme/cognito-lint"] {
            fs::create_dir_all(machine.path(name)).expect("a folder");
        }
        let checkout = machine.checkout();
        std::os::unix::fs::symlink(env!("CARGO_MANIFEST_DIR"), checkout).expect("the action's checkout");
        for (name, text) in [("gh", GH), ("cargo", CARGO)] {
            machine.program(&format!("fakes/{name}"), text);
        }
        for (path, text) in files {
            let path = machine.path("workspace").join(path);
            fs::create_dir_all(path.parent().expect("it is in the workspace")).expect("its folder");
            fs::write(path, text).expect("a file");
        }
        machine
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn checkout(&self) -> PathBuf {
        self.path("_actions/acme/cognito-lint/v1")
    }

    fn program(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).expect("a program");
        fs::set_permissions(self.path(name), fs::Permissions::from_mode(0o755)).expect("it can be run");
    }

    /// Publishes a release: the archive as the release workflow packs it, and its checksum.
    fn release(&self) -> &Self {
        // The program of this build is large; one that starts it does the same.
        self.program("fakes/cognito-lint", &format!("#!/bin/sh\nexec '{PROGRAM}' \"$@\"\n"));
        let mut pack = Command::new("scripts/package");
        pack.args(["x86_64-unknown-linux-gnu"]).args([self.path("fakes/cognito-lint"), self.path("fakes/release")]);
        let packed = pack.output().expect("the archive can be packed");
        assert!(packed.status.success(), "{packed:?}");
        let sums = Command::new("bash")
            .args(["-c", "sha256sum -- *.tar.gz >SHA256SUMS"])
            .current_dir(self.path("fakes/release"))
            .status();
        assert!(sums.expect("there is bash").success());
        fs::write(self.path("fakes/attested"), "").expect("an attestation");
        self
    }

    fn log_of(&self, program: &str) -> String {
        fs::read_to_string(self.path(&format!("fakes/{program}.log"))).unwrap_or_default()
    }

    fn run(&self, with: &[(&str, &str)]) -> Run {
        let action = action();
        let mut known = BTreeMap::from([
            ("github.token".to_owned(), "a token".to_owned()),
            ("github.action_repository".to_owned(), "other/action".to_owned()),
        ]);
        for (name, input) in map(&action["inputs"]) {
            let given = with.iter().find(|(given, _)| *given == name).map(|(_, value)| (*value).to_owned());
            let value = given.unwrap_or_else(|| filled(text(&input["default"]), &known));
            known.insert(format!("inputs.{name}"), value);
        }
        let unknown: Vec<_> = with.iter().filter(|(name, _)| !known.contains_key(&format!("inputs.{name}"))).collect();
        assert!(unknown.is_empty(), "the action takes no {unknown:?}");

        let mut run = Run {
            passed: true,
            log: String::new(),
            outputs: BTreeMap::new(),
            summary: String::new(),
            used: Vec::new(),
        };
        for (number, step) in list(&action["runs"]["steps"]).iter().enumerate() {
            if !run.passed || !step["if"].as_str().is_none_or(|condition| holds(condition, &known)) {
                continue;
            }
            if let Some(uses) = step["uses"].as_str() {
                let with = map(&step["with"]).map(|(name, value)| (name.clone(), filled(text(value), &known)));
                run.used.push((uses.to_owned(), with.collect()));
                continue;
            }
            assert_eq!(step["shell"], "bash");
            let files = ["output", "summary"].map(|name| self.path(&format!("temp/{name}-{number}")));
            files.iter().for_each(|path| fs::write(path, "").expect("a file of the runner"));
            let script = self.path(&format!("temp/step-{number}.sh"));
            fs::write(&script, text(&step["run"])).expect("a script");
            let env: Vec<_> = map(&step["env"]).map(|(name, value)| (name, filled(text(value), &known))).collect();
            let mut bash = Command::new("bash");
            bash.args(["--noprofile", "--norc", "-e", "-o", "pipefail"]).arg(script);
            bash.current_dir(self.path("workspace")).env_clear().envs(env);
            bash.env("PATH", format!("{}:/usr/local/bin:/usr/bin:/bin", self.path("fakes").display()));
            bash.env("FAKES", self.path("fakes")).env("PROGRAM_OF_TESTS", PROGRAM);
            bash.env("GITHUB_ACTION_PATH", self.checkout()).env("RUNNER_TEMP", self.path("temp"));
            bash.env("RUNNER_OS", "Linux").env("RUNNER_ARCH", "X64");
            bash.env("GITHUB_OUTPUT", &files[0]).env("GITHUB_STEP_SUMMARY", &files[1]);
            let Output { status, stdout, stderr } = bash.output().expect("there is bash");
            run.log += &(String::from_utf8_lossy(&stdout) + String::from_utf8_lossy(&stderr));
            run.passed = status.success();
            run.summary += &fs::read_to_string(&files[1]).expect("a summary");
            for line in fs::read_to_string(&files[0]).expect("outputs").lines() {
                let (name, value) = line.split_once('=').expect("an output has a name");
                known.insert(format!("steps.{}.outputs.{name}", text(&step["id"])), value.to_owned());
            }
        }
        let outputs =
            map(&action["outputs"]).map(|(name, output)| (name.clone(), filled(text(&output["value"]), &known)));
        run.outputs = outputs.collect();
        run
    }
}

fn action() -> Value {
    yaml("action.yml")
}

pub fn yaml(path: &str) -> Value {
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{path}: {error}"));
    serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("not text: {value}"))
}

fn map(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// Puts the values of its expressions into a text, once: what a value says is no expression.
fn filled(text: &str, known: &BTreeMap<String, String>) -> String {
    let mut parts = text.split("${{");
    let mut filled = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (expression, rest) = part.split_once("}}").expect("an expression ends");
        filled += &value(expression.trim(), known);
        filled += rest;
    }
    filled
}

/// An output that was not written is empty, as is one of a step that did not run; all else must be known.
fn value(expression: &str, known: &BTreeMap<String, String>) -> String {
    if let Some(literal) = expression.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')) {
        return literal.to_owned();
    }
    match known.get(expression) {
        Some(value) => value.clone(),
        None if expression.starts_with("steps.") && expression.contains(".outputs.") => String::new(),
        None => panic!("nothing is known of {expression}"),
    }
}

fn holds(condition: &str, known: &BTreeMap<String, String>) -> bool {
    condition.split("&&").all(|test| {
        let (operator, equal) = if test.contains("!=") { ("!=", false) } else { ("==", true) };
        let (left, right) = test.split_once(operator).unwrap_or_else(|| panic!("no comparison: {test}"));
        (value(left.trim(), known) == value(right.trim(), known)) == equal
    })
}

#[test]
fn a_release_is_installed_and_its_findings_fail_the_last_step() {
    let machine = Machine::new(&[("infra/auth.yaml", WARNING)]);
    let run = machine.release().run(&[("sarif-upload", "true")]);
    assert!(!run.passed, "{}", run.log);
    assert_eq!(machine.log_of("cargo"), "");
    let gh = machine.log_of("gh");
    assert!(gh.contains(&format!("release download v{VERSION} --repo acme/cognito-lint ")), "{gh}");
    assert!(gh.contains("--signer-workflow acme/cognito-lint/.github/workflows/release.yml"), "{gh}");
    assert!(run.log.contains("::warning file=infra/auth.yaml,line=5"), "{}", run.log);
    assert!(run.summary.contains("device-tracking-both-false"), "{}", run.summary);
    assert_eq!((&*run.outputs["exit-code"], &*run.outputs["findings"]), ("1", "1"));
    let [(uses, with)] = &*run.used else { panic!("it uploads once: {:?}", run.used) };
    assert!(uses.starts_with("github/codeql-action/upload-sarif@"));
    assert_eq!(with["sarif_file"], run.outputs["sarif-file"]);
    let sarif = fs::read_to_string(&with["sarif_file"]).expect("what is uploaded is there");
    assert!(sarif.contains("device-tracking-both-false"));
}

#[test]
fn a_clean_project_passes() {
    let machine = Machine::new(&[("auth.yaml", CLEAN)]);
    let run = machine.release().run(&[("summary", "false")]);
    assert!(run.passed, "{}", run.log);
    assert_eq!((&*run.outputs["exit-code"], &*run.outputs["findings"]), ("0", "0"));
    assert_eq!((run.summary.as_str(), run.used.len()), ("", 0));
}

#[test]
fn an_archive_with_another_checksum_is_refused() {
    let machine = Machine::new(&[("auth.yaml", CLEAN)]);
    machine.release();
    let name = format!("cognito-lint-{VERSION}-x86_64-unknown-linux-gnu.tar.gz");
    for sums in [format!("{}  {name}\n", "0".repeat(64)), format!("{}  other.tar.gz\n", "0".repeat(64)), String::new()]
    {
        fs::write(machine.path("fakes/release/SHA256SUMS"), sums).expect("other checksums");
        let run = machine.run(&[]);
        assert!(!run.passed && run.log.contains("is not what SHA256SUMS of the release says"), "{}", run.log);
        assert_eq!(run.outputs["exit-code"], "", "nothing was run");
    }
    assert_eq!(machine.log_of("cargo"), "", "a wrong archive is not a missing one");
}

#[test]
fn an_archive_without_attestation_is_refused() {
    let machine = Machine::new(&[("auth.yaml", CLEAN)]);
    machine.release();
    fs::remove_file(machine.path("fakes/attested")).expect("it was there");
    let run = machine.run(&[]);
    assert!(!run.passed && run.log.contains("has no attestation of the release workflow"), "{}", run.log);
    assert_eq!((&*run.outputs["exit-code"], &*machine.log_of("cargo")), ("", ""));
}

#[test]
fn without_a_release_the_checkout_is_built() {
    let machine = Machine::new(&[("auth.yaml", CLEAN)]);
    let run = machine.run(&[]);
    assert!(run.passed, "{}", run.log);
    let built = machine.log_of("cargo");
    assert!(
        built.starts_with(&format!("{}: install --locked --path . --root ", machine.checkout().display())),
        "{built}"
    );
    assert!(machine.log_of("gh").contains("release download"));

    let machine = Machine::new(&[("auth.yaml", CLEAN)]);
    assert!(machine.release().run(&[("version", "source")]).passed);
    assert_eq!(machine.log_of("gh"), "", "who asks for the source gets no release");

    let run = Machine::new(&[("auth.yaml", CLEAN)]).run(&[("version", "99.0.0")]);
    assert!(!run.passed && run.log.contains("There is no release 99.0.0 for this runner"), "{}", run.log);
}

#[test]
fn what_an_input_says_is_one_argument() {
    let names =
        ["a; touch pwned", "$(touch pwned)", "`touch pwned`", "${{ github.token }}", "--exit-zero", "*", "' \" \\"];
    let files: Vec<_> = names.iter().map(|name| (format!("{name}/auth.yaml"), WARNING)).collect();
    let files: Vec<_> = files.iter().map(|(path, text)| (path.as_str(), *text)).collect();
    let machine = Machine::new(&[&files[..], &[("other/auth.yaml", WARNING)]].concat());
    let run = machine.release().run(&[("paths", &format!("{}\n", names.join("\r\n\n")))]);
    assert_eq!(
        (&*run.outputs["exit-code"], &*run.outputs["findings"]),
        ("1", names.len().to_string().as_str()),
        "{}",
        run.log
    );
    let hostile = "x; touch pwned\n$(touch pwned) `touch pwned`";
    for input in ["level", "fail-on", "config", "baseline", "base", "formats", "version", "paths", "regions", "pools"] {
        let run = machine.run(&[(input, hostile)]);
        assert!(!run.passed, "{input}: {}", run.log);
        let code = &*run.outputs["exit-code"];
        assert!(matches!(code, "2" | "3" | ""), "{input} is not understood: {code}: {}", run.log);
    }
    assert!(!machine.path("workspace/pwned").exists(), "an input was run");
}

#[test]
fn inputs_become_options() {
    let machine = Machine::new(&[("auth.yaml", WARNING), ("own.yml", "skip: [device-tracking-both-false]\n")]);
    machine.release();
    assert!(machine.run(&[("fail-on", "error")]).passed);
    assert!(machine.run(&[("config", "own.yml")]).passed);
    let run = machine.run(&[("fail-on", "never"), ("formats", "concise\njunit=reports/a b.xml\n")]);
    assert!(run.passed && run.log.contains("\nauth.yaml:5:"), "{}", run.log);
    assert_eq!(run.outputs["findings"], "1");
    assert!(machine.path("workspace/reports/a b.xml").exists());
    for git in ["init --quiet", "add --all", "-c user.name=a -c user.email=a@example.com commit --quiet --message a"] {
        let done = Command::new("git").args(git.split(' ')).current_dir(machine.path("workspace")).status();
        assert!(done.expect("there is git").success());
    }
    let run = machine.run(&[("base", "HEAD")]);
    assert_eq!((run.passed, &*run.outputs["findings"]), (true, "0"), "{}", run.log);
    let run = machine.run(&[("baseline", "none.json"), ("sarif-upload", "true")]);
    assert_eq!((run.passed, &*run.outputs["exit-code"], run.used.len()), (false, "2", 0), "{}", run.log);
    assert_eq!((&*run.outputs["sarif-file"], &*run.outputs["findings"]), ("", ""));
}

/// The arguments that the program gets, one a line, instead of a run of it.
fn arguments(with: &[(&str, &str)]) -> Vec<String> {
    let machine = Machine::new(&[("auth.yaml", CLEAN)]);
    let told = machine.path("fakes/arguments");
    machine.program("fakes/cargo", CARGO.replace("$PROGRAM_OF_TESTS", "$FAKES/program").as_str());
    machine.program("fakes/program", &format!("#!/bin/sh\nprintf '%s\\n' \"$@\" >'{}'\n", told.display()));
    let run = machine.run(with);
    assert!(run.passed, "{}", run.log);
    fs::read_to_string(told).expect("the program was run").lines().map(str::to_owned).collect()
}

#[test]
fn an_account_is_audited_as_the_inputs_say() {
    let told = arguments(&[
        ("live", "true"),
        ("regions", "eu-west-1\r\nus-east-1\n"),
        ("role-arns", "arn:aws:iam::111122223333:role/a\narn:aws:iam::444455556666:role/b c\n"),
        ("external-id", "x y"),
        ("paths", "infra\n"),
    ]);
    let live = told.iter().skip_while(|argument| *argument != "--live").collect::<Vec<_>>();
    assert_eq!(
        live,
        [
            "--live",
            "--region=eu-west-1",
            "--region=us-east-1",
            "--role-arn=arn:aws:iam::111122223333:role/a",
            "--role-arn=arn:aws:iam::444455556666:role/b c",
            "--external-id=x y",
            "--",
            "infra"
        ]
    );
    assert!(
        arguments(&[("live", "true"), ("regions", "all")]).ends_with(&["--all-regions".to_owned(), "--".to_owned()])
    );
    let told = arguments(&[("live", "true"), ("pools", "eu-west-1_Ab1Cd2Ef3\n")]);
    assert!(told.ends_with(&["--live".to_owned(), "--pool=eu-west-1_Ab1Cd2Ef3".to_owned(), "--".to_owned()]));
    assert!(!arguments(&[]).iter().any(|argument| argument == "--live"));
}

#[test]
fn no_script_of_a_step_holds_an_expression_and_every_input_is_used() {
    let action = action();
    let mut used = String::new();
    for step in list(&action["runs"]["steps"]) {
        assert!(!step["run"].as_str().unwrap_or_default().contains("${{"), "{step}");
        used += &format!("{} {} {}", step["env"], step["if"], step["with"]);
    }
    for (name, input) in map(&action["inputs"]) {
        assert!(used.contains(&format!("inputs.{name} ")), "{name} has no effect");
        assert!(input["default"].is_string() && input["description"].is_string(), "{name}");
    }
}

#[test]
fn the_releases_are_those_that_the_action_installs() {
    let script = fs::read_to_string("action/install.sh").expect("the action has it");
    let installed: BTreeSet<_> =
        script.lines().filter_map(|line| line.split_once(") target=")?.1.split(' ').next()).collect();
    let release = yaml(".github/workflows/release.yml");
    let built = list(&release["jobs"]["build"]["strategy"]["matrix"]["include"]).iter().map(|row| text(&row["target"]));
    let built: BTreeSet<_> = built.collect();
    assert_eq!(built.len(), 5);
    assert_eq!(installed.into_iter().filter(|target| !target.is_empty()).collect::<BTreeSet<_>>(), built);
}

/// What is used stands in a commit, which nobody can move as they can a tag. An example uses this action by a tag of its own.
#[test]
fn every_action_that_is_used_is_pinned() {
    let mut count = 0;
    for path in ["action.yml", ".github/workflows/ci.yml", ".github/workflows/release.yml", "docs/ci.md"] {
        let page = fs::read_to_string(path).unwrap_or_else(|error| panic!("{path}: {error}"));
        let lines = page.lines().map(|line| line.trim_start().trim_start_matches("- "));
        for used in lines.filter_map(|line| line.strip_prefix("uses: ")).filter(|used| *used != "./") {
            let (action, reference) = used.split_once('@').unwrap_or_else(|| panic!("{path}: {used}"));
            let commit = reference.split(' ').next().unwrap_or_default();
            let pinned = commit.len() == 40 && commit.bytes().all(|byte| byte.is_ascii_hexdigit());
            let own = action == "OWNER/cognito-lint" && commit == format!("v{VERSION}");
            assert!(pinned && used.contains(" # v") || own, "{path}: {used}");
            count += 1;
        }
    }
    assert!(count > 5, "{count}");
}

#[test]
fn the_workflows_of_the_page_run() {
    let page = fs::read_to_string("docs/ci.md").expect("the page is there");
    // A push: there is no pull request.
    let known = BTreeMap::from([("github.event.pull_request.base.sha".to_owned(), String::new())]);
    let (mut count, mut live) = (0, 0);
    for section in super::markdown::sections(&page) {
        for block in section.blocks.iter().filter(|block| block.info == "yaml") {
            let workflow: Value = serde_yaml::from_str(&block.text).expect("it is YAML");
            for (_, job) in map(&workflow["jobs"]) {
                for step in list(&job["steps"]) {
                    if !step["uses"].as_str().is_some_and(|uses| uses.starts_with("OWNER/cognito-lint@")) {
                        continue;
                    }
                    let with = map(&step["with"]).map(|(name, value)| {
                        (name.as_str(), value.as_str().map_or_else(|| value.to_string(), |text| filled(text, &known)))
                    });
                    let with: Vec<_> = with.collect();
                    let with: Vec<_> = with.iter().map(|(name, value)| (*name, value.as_str())).collect();
                    if with.contains(&("live", "true")) {
                        assert!(arguments(&with).contains(&"--live".to_owned()));
                        assert_eq!(job["permissions"]["id-token"], "write");
                        live += 1;
                        continue;
                    }
                    let machine = Machine::new(&[("infra/auth.yaml", CLEAN), ("src/none.ts", "")]);
                    machine.release();
                    let run = machine.run(&with);
                    assert!(run.passed, "{with:?}: {}", run.log);
                    let uploads = with.contains(&("sarif-upload", "true"));
                    assert_eq!(run.used.len(), usize::from(uploads));
                    let allowed = &job["permissions"]["security-events"];
                    assert_eq!(allowed.as_str() == Some("write"), uploads, "{}", job["permissions"]);
                    count += 1;
                }
            }
        }
    }
    assert!(count >= 2 && live >= 1, "{count} {live}");
}

#[test]
fn an_archive_holds_what_the_shells_and_man_look_for() {
    let machine = Machine::new(&[]);
    machine.release();
    let name = format!("cognito-lint-{VERSION}-x86_64-unknown-linux-gnu");
    let listed = Command::new("tar").arg("-tzf").arg(machine.path(&format!("fakes/release/{name}.tar.gz"))).output();
    let listed = String::from_utf8(listed.expect("there is tar").stdout).expect("names are UTF-8");
    for file in ["cognito-lint", "cognito-lint.1", "completions/_cognito-lint", "LICENSE-MIT", "README.md"] {
        assert!(listed.lines().any(|line| Path::new(line) == Path::new(&name).join(file)), "{file}: {listed}");
    }
}
