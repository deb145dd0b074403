//! Policies in Guard through the built program.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use camino::Utf8PathBuf;
use cognito_lint::account::Inquiry;
use cognito_lint::policy::Policies;
use cognito_lint::scan::{Options, scan};
use serde_json::Value;

use super::cases::options;
use super::recorded;

fn run(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cognito-lint"));
    command.args(arguments).current_dir(folder).output().expect("the program runs")
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Rules in the manner of published ones for CloudFormation: literal values, and Guard's own suppression.
const PUBLISHED: &str = "\
let identity_pools = Resources.*[ Type == 'AWS::Cognito::IdentityPool'
  Metadata.guard.SuppressedRules not exists or
  Metadata.guard.SuppressedRules.* != 'NO_GUESTS' ]
rule NO_GUESTS when %identity_pools !empty {
  let violations = %identity_pools[
    Properties.AllowUnauthenticatedIdentities == /(?i)true/ or
    Properties.AllowUnauthenticatedIdentities == true ]
  %violations empty <<
    Violation: guests get credentials.
    Fix: set it to false.
  >>
}
let user_pools = Resources.*[ Type == 'AWS::Cognito::UserPool' ]
rule MFA when %user_pools !empty {
  let violation = %user_pools[
    Properties.MfaConfiguration exists
    Properties.MfaConfiguration == 'OFF' ]
  %violation empty <<second factors are off>>
}
rule TRACKED when %user_pools !empty {
  %user_pools.Properties.DeviceConfiguration not exists <<devices are remembered>>
}
";

/// A folder with files.
fn project(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("it can be made");
        fs::write(path, text).expect("it can be written");
    }
    folder
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| {
        panic!("{error}: {} {}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
    })
}

/// Rule, resource, condition and line of text of each finding of a policy.
fn findings(report: &Value, folder: &Path) -> Vec<(String, String, String, String)> {
    let all = report["findings"].as_array().expect("a list");
    let of_policy =
        all.iter().filter(|finding| finding["rule"].as_str().is_some_and(|rule| rule.starts_with("policy/")));
    let mut found: Vec<_> = of_policy
        .map(|finding| {
            let text = |member: &str| finding[member].as_str().unwrap_or_default().to_owned();
            let source = fs::read_to_string(folder.join(text("path"))).expect("findings stand in files");
            let number = finding["line"].as_u64().expect("a line") as usize;
            let line = source.lines().nth(number - 1).expect("the line is there").trim().to_owned();
            (text("rule"), text("resource"), text("when"), line)
        })
        .collect();
    found.sort();
    found
}

#[test]
fn every_form_of_an_application_gives_the_same_verdicts_at_the_right_lines() {
    let folder = project(&[("published.guard", PUBLISHED)]);
    let published = folder.path().join("published.guard");
    let verdicts = |form: &str| {
        let form = format!("fixtures/form-{form}");
        let arguments = ["--format", "json", "--level", "audit", "--policy", "policies", "--policy"];
        let report = json(&run(root(), &[&arguments[..], &[&published.to_string_lossy(), &form]].concat()));
        assert!(!report["notes"].to_string().contains("rule-failed"), "{}", report["notes"]);
        findings(&report, root())
    };
    let kind = |resource: &str| {
        let name = resource.rsplit('.').next().unwrap_or_default().to_lowercase();
        ["session", "report"].into_iter().find(|kind| name.contains(kind)).unwrap_or("pool")
    };
    let short = |verdicts: &[(String, String, String, String)]| {
        let of = |(rule, resource, ..): &(String, String, String, String)| (rule.clone(), kind(resource));
        let mut short: Vec<_> = verdicts.iter().map(of).collect();
        short.sort();
        short
    };
    let yaml = verdicts("yaml");
    let rules = |rule: &str| yaml.iter().filter(|(mine, ..)| mine == rule).count();
    assert_eq!(rules("policy/NO_PASSWORD_FLOWS"), 2, "{yaml:#?}");
    assert_eq!((rules("policy/TRACKED"), rules("policy/MFA"), rules("policy/REFRESHES_SEND_DEVICE_KEY")), (1, 1, 1));
    for form in ["cdk", "terraform", "terraform-plan"] {
        let told = verdicts(form);
        assert_eq!(short(&told), short(&yaml), "{form}: {told:#?}");
        for (rule, _, _, line) in told.iter().chain(&yaml) {
            let right = match rule.as_str() {
                "policy/NO_PASSWORD_FLOWS" if form == "terraform" => line.contains("USER_PASSWORD_AUTH"),
                "policy/TRACKED" if form != "cdk" => {
                    line.to_lowercase().replace('_', "").contains("deviceconfiguration")
                }
                "policy/REFRESHES_SEND_DEVICE_KEY" => line.contains("REFRESH_TOKEN"),
                _ => true,
            };
            assert!(right, "{form}: {rule} stands at {line}");
        }
    }
}

#[test]
fn an_account_gives_the_verdicts_of_the_template_at_its_answers() {
    let folder = root().join("fixtures/form-live").canonicalize().expect("the fixture is there");
    let path = Utf8PathBuf::from_path_buf(folder.clone()).expect("its path is UTF-8");
    let policies = root().join("policies").canonicalize().expect("it is there");
    let policies = Utf8PathBuf::from_path_buf(policies).expect("its path is UTF-8");
    let options = Options {
        inquiry: Some(Inquiry::told(recorded::folder(&folder))),
        policies: Policies::read(&[policies], &path),
        ..options(path)
    };
    let scan = scan(&options).expect("the scan succeeds");
    let of_policies = scan.report.findings().iter().filter(|one| one.finding.rule.starts_with("policy/"));
    let mut rules: Vec<_> = of_policies.clone().map(|one| one.finding.rule.to_owned()).collect();
    rules.sort();
    let arguments = ["--format", "json", "--level", "audit", "--policy", "policies", "fixtures/form-yaml"];
    let template = findings(&json(&run(root(), &arguments)), root());
    let template: Vec<_> = template.into_iter().map(|(rule, ..)| rule).collect();
    assert_eq!(rules, template);
    for one in of_policies.filter(|one| one.finding.rule == "policy/NO_PASSWORD_FLOWS") {
        assert!(scan.report.sources().text(one.finding.place.loc).contains("USER_PASSWORD_AUTH"));
    }
}

#[test]
fn the_ready_policies_pass_their_own_tests() {
    let output = run(root(), &["policy", "test", "policies"]);
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(0), "{told}{}", String::from_utf8_lossy(&output.stderr));
    assert!(!told.contains("no tests") && told.contains(" 0 differ"), "{told}");
}

const POOLS: &str = "Resources:
  Pool:
    Type: AWS::Cognito::UserPool
    Properties:
      MfaConfiguration: 'OFF'
  Guests:
    Type: AWS::Cognito::IdentityPool
    Properties:
      AllowUnauthenticatedIdentities: true
";

#[test]
fn a_broken_policy_is_told_with_its_place_and_hides_no_other() {
    let files = [
        ("template.yaml", POOLS),
        ("policies/broken.guard", "rule A {\n  Resources.X ==\n}\n"),
        ("policies/sound.guard", PUBLISHED),
        ("policies/severe.guard", "# severity: dreadful\nrule B { Resources exists }\n"),
    ];
    let folder = project(&files);
    let output = run(folder.path(), &["--policy", "policies", "--policy", "nowhere.guard", "--format", "concise"]);
    let (out, told) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(2), "{out}{told}");
    assert!(out.contains("template.yaml:2:3: warning[policy/MFA] second factors are off"), "{out}");
    assert!(out.contains("template.yaml:6:3: warning[policy/NO_GUESTS] guests get credentials"), "{out}");
    for part in ["policies/broken.guard:2", "policies/severe.guard:1", "dreadful", "nowhere.guard"] {
        assert!(told.contains(part), "{part} in {told}");
    }
}

#[test]
fn a_policy_that_uses_itself_is_told_with_its_place_and_ends_nothing() {
    let rules: String = (0..3_000).map(|number| format!("rule R{number} {{\nR{}\n}}\n", number + 1)).collect();
    for (policy, place) in [
        ("rule A {\n  A\n}\n", "bad.guard:1:1"),
        (
            "rule X when Resources exists {\n  Resources exists\n}\nrule A {\n  B\n}\nrule B when A {\n  A\n}\n",
            "bad.guard:4:1",
        ),
        ("rule A {\n  let x = %x\n  %x exists\n}\n", "bad.guard:2:3"),
        ("rule P(x) {\n  P(%x)\n}\nrule A {\n  P(Resources)\n}\n", "bad.guard:1:1"),
        (rules.as_str(), "bad.guard:1:1"),
    ] {
        let folder = project(&[("template.yaml", POOLS), ("p/bad.guard", policy), ("p/sound.guard", PUBLISHED)]);
        let output = run(folder.path(), &["--policy", "p", "--format", "concise"]);
        let (out, told) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert_eq!(output.status.code(), Some(2), "{policy:.80}: {out}{told}");
        assert!(out.contains("policy/MFA") && out.contains("policy/NO_GUESTS"), "{out}");
        assert!(told.contains(place), "{place} in {told}");
        let output = run(folder.path(), &["policy", "test", "p"]);
        assert_eq!(output.status.code(), Some(2));
    }
}

#[test]
fn what_cannot_be_evaluated_is_a_failure_and_no_finding() {
    let rule = "rule COUNTED {\n  let number = parse_int(Resources.*.Type)\n  %number == 3 <<three>>\n}\n";
    let policy = format!("{rule}{PUBLISHED}");
    let folder =
        project(&[("template.yaml", POOLS), ("p.guard", &policy), ("q.guard", "rule Q {\n  %nowhere exists\n}\n")]);
    let output = run(folder.path(), &["--policy", "p.guard", "--policy", "q.guard", "--format", "json"]);
    let report = json(&output);
    assert_eq!((output.status.code(), output.stderr.is_empty()), (Some(4), true), "{report:#}");
    let mut rules: Vec<_> = findings(&report, folder.path()).into_iter().map(|(rule, ..)| rule).collect();
    rules.dedup();
    assert_eq!(rules, ["policy/MFA", "policy/NO_GUESTS"]);
    let notes = report["notes"].as_array().expect("a list");
    let failed: Vec<_> =
        notes.iter().filter(|note| note["kind"] == "rule-failed").map(|note| note["message"].to_string()).collect();
    assert!(
        failed.len() == 2 && failed[0].contains("policy/COUNTED") && failed[0].contains("failed to convert"),
        "{failed:?}"
    );
    assert!(failed[1].contains("policy/Q") && failed[1].contains("nowhere"), "{failed:?}");
}

#[test]
fn a_name_that_no_policy_has_is_refused() {
    let folder = project(&[("template.yaml", POOLS), ("p.guard", PUBLISHED)]);
    let told = |arguments: &[&str], config: &str| {
        fs::write(folder.path().join("cognito-lint.yml"), config).expect("it can be written");
        let output = run(folder.path(), arguments);
        (
            output.status.code(),
            // Long lines are wrapped.
            String::from_utf8_lossy(&output.stderr).replace("\n  │ ", ""),
            String::from_utf8_lossy(&output.stdout).into_owned(),
        )
    };
    for option in ["--only", "--skip"] {
        let (code, error, _) = told(&["--policy", "p.guard", option, "policy/NO_GUEST"], "");
        assert!(code == Some(2) && error.contains("did you mean policy/NO_GUESTS?"), "{error}");
        let (code, error, _) = told(&[option, "policy/NO_GUESTS"], "");
        assert!(code == Some(2) && error.contains("no policy is given"), "{error}");
        assert_eq!(told(&["--policy", "p.guard", option, "policy/NO_GUESTS"], "").0, Some(1));
    }
    for config in
        ["rules: { policy/NO_GUEST: info }", "skip: [policy/NO_GUEST]", "only: [policy/NO_GUEST, pool-replaced]"]
    {
        let (code, error, _) = told(&["--policy", "p.guard"], config);
        assert!(
            code == Some(2) && error.contains("cognito-lint.yml:1:") && error.contains("policy/NO_GUESTS?"),
            "{error}"
        );
        // It may be shared with runs that are given policies.
        let (code, error, out) = told(&[], config);
        assert!(
            code == Some(0) && out.contains("no-policy") && out.contains("policy/NO_GUEST,"),
            "{config}: {out}{error}"
        );
    }
    let (code, error, _) = told(&[], "only: [policy/NO_GUESTS]");
    assert!(code == Some(2) && error.contains("no policy is given"), "nothing would run: {error}");
    fs::write(folder.path().join("broken.guard"), "rule {").expect("it can be written");
    let (code, error, out) =
        told(&["--policy", "p.guard", "--policy", "broken.guard"], "rules: { policy/OTHER: info }");
    assert!(code == Some(2) && error.contains("broken.guard:1") && out.contains("policy/MFA"), "{error}{out}");
}

#[test]
fn policies_may_share_a_name_which_is_told() {
    let folder = project(&[("template.yaml", POOLS), ("p/a.guard", PUBLISHED), ("p/b.guard", PUBLISHED)]);
    let report = json(&run(folder.path(), &["--policy", "p", "--format", "json"]));
    let notes: Vec<_> =
        report["notes"].as_array().expect("a list").iter().filter(|note| note["kind"] == "shared-name").collect();
    assert_eq!(notes.len(), 3, "{notes:?}");
    let message = notes[0]["message"].as_str().expect("a text");
    assert!(message.contains("policy/MFA") && message.contains("p/a.guard and p/b.guard"), "{message}");
    let twice = format!("{PUBLISHED}{PUBLISHED}");
    let folder = project(&[("template.yaml", POOLS), ("p.guard", &twice)]);
    let output = run(folder.path(), &["--policy", "p.guard", "--format", "json"]);
    assert_ne!(output.status.code(), Some(4), "{}", String::from_utf8_lossy(&output.stdout));
}

#[test]
fn rules_of_policies_are_listed_and_explained() {
    let policy = "# severity: error\n# title: pools ask for a second factor\n# help: set MfaConfiguration\nrule SECOND {\n  \
                  Resources exists\n}\n";
    let folder = project(&[("p/mfa.guard", policy), ("cognito-lint.yml", "policies: [p]\n")]);
    let told = |arguments: &[&str]| {
        let output = run(folder.path(), arguments);
        (
            output.status.code(),
            String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr),
        )
    };
    let (code, list) = told(&["rules"]);
    let line = list.lines().find(|line| line.starts_with("policy/SECOND")).unwrap_or_default();
    assert!(code == Some(0) && line.contains("error") && line.contains("second factor"), "{list}");
    let (code, page) = told(&["explain", "policy/SECOND"]);
    assert_eq!(code, Some(0), "{page}");
    for part in [
        "# policy/SECOND",
        "pools ask for a second factor.",
        "p/mfa.guard, line 4,",
        "set MfaConfiguration",
        "Severity error",
    ] {
        assert!(page.contains(part), "{part} in {page}");
    }
    let (code, error) = told(&["explain", "policy/SECONDS"]);
    assert!(code == Some(2) && error.contains("did you mean policy/SECOND?"), "{error}");
    fs::remove_file(folder.path().join("cognito-lint.yml")).expect("it can be removed");
    assert_eq!(told(&["explain", "policy/SECOND"]).0, Some(2));
    assert_eq!(told(&["explain", "policy/SECOND", "--policy", "p"]).0, Some(0));
    assert!(told(&["rules", "--policy", "p", "--format", "json"]).1.contains("\"policy/SECOND\""));
}

#[test]
fn findings_in_a_policy_are_ignored_there() {
    let policy = "rule ABSENT {\n  Resources.Nobody exists\n}\n";
    let ignored = format!("# cognito-lint: ignore[policy/ABSENT] there is none yet\n{policy}");
    let unused = format!("{policy}# cognito-lint: ignore[policy/ABSENT] too late\n");
    for (text, expected) in [(policy, "policy/ABSENT"), (&ignored, ""), (&unused, "unused-ignore")] {
        let folder = project(&[(".git/HEAD", ""), ("template.yaml", POOLS), ("p.guard", text)]);
        let output = run(folder.path(), &["--policy", "p.guard", "--format", "concise"]);
        let told = String::from_utf8_lossy(&output.stdout).into_owned();
        let line = told.lines().find(|line| line.starts_with("p.guard:") && line.contains(expected));
        assert_eq!(line.is_some(), !expected.is_empty(), "{told}");
    }
}

#[test]
fn severity_level_ignores_and_names_work_as_for_other_rules() {
    let policy = "# severity: error\n# title: pools ask for a second factor\nrule MFA {\n  \
                  Resources.*[ Type == 'AWS::Cognito::UserPool' ].Properties.MfaConfiguration != 'OFF' <<it is off>>\n}\n";
    let configured = |config: &str| {
        let folder = project(&[("template.yaml", POOLS), ("p/mfa.guard", policy), ("cognito-lint.yml", config)]);
        let output = run(folder.path(), &["--format", "concise"]);
        (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned())
    };
    let (code, told) = configured("policies: [p]\n");
    assert!(code == Some(1) && told.contains("template.yaml:5:7: error[policy/MFA] it is off"), "{told}");
    let (_, told) = configured("policies: [p]\nrules: { policy/MFA: info }\n");
    assert!(told.contains("info[policy/MFA]"), "{told}");
    for config in ["rules: { policy/MFA: off }", "rules: { policy/MFA: { level: strict } }", "skip: [policy/MFA]"] {
        let (_, told) = configured(&format!("policies: [p]\n{config}\n"));
        assert!(!told.contains("policy/MFA]"), "{config}: {told}");
    }
    let (_, told) = configured("policies: [p]\nignore: [{ rule: policy/MFA, resource: Pool, reason: known }]\n");
    assert!(!told.contains("policy/MFA]") && !told.contains("ignore]"), "{told}");
    let (_, told) = configured("policies: [p]\nignore: [{ rule: policy/MFB, reason: known }]\n");
    assert!(told.contains("unknown-ignore"), "{told}");
    let ignored = POOLS.replace("'OFF'", "'OFF' # cognito-lint: ignore[policy/MFA] later");
    let folder = project(&[("template.yaml", &ignored), ("p/mfa.guard", policy)]);
    let output = run(folder.path(), &["--format", "concise", "--policy", "p/mfa.guard"]);
    assert!(!String::from_utf8_lossy(&output.stdout).contains("policy/MFA]"));
}

#[test]
fn what_is_unknown_fails_strict_policies_only() {
    let template = "Parameters: { Mfa: { Type: String } }\nResources:\n  Pool:\n    Type: AWS::Cognito::UserPool\n    \
                    Properties:\n      MfaConfiguration: !Ref Mfa\n";
    let folder = project(&[("template.yaml", template), ("p.guard", PUBLISHED)]);
    let report = json(&run(folder.path(), &["--policy", "p.guard", "--format", "json"]));
    assert_eq!(findings(&report, folder.path()), []);
    let notes = report["notes"].as_array().expect("a list");
    let undecided: Vec<_> = notes.iter().filter(|note| note["kind"] == "undecided").collect();
    assert_eq!(undecided.len(), 1, "{notes:?}");
    let message = undecided[0]["message"].as_str().expect("a text");
    assert!(message.starts_with("policy/MFA cannot be decided here") && message.contains("parameter Mfa"), "{message}");
    assert_eq!(undecided[0]["path"], "template.yaml");
    let report = json(&run(folder.path(), &["--policy", "p.guard", "--format", "json", "--strict-policies"]));
    let found = findings(&report, folder.path());
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!((found[0].0.as_str(), report["findings"][0]["confidence"].as_str()), ("policy/MFA", Some("medium")));
}

/// Rule, and reason, of every note that a policy cannot be decided; and the rules that fail.
fn told(folder: &Path, arguments: &[&str]) -> (Vec<(String, String)>, Vec<String>) {
    let report = json(&run(folder, &[&["--policy", "p.guard", "--format", "json"], arguments].concat()));
    let undecided = report["notes"].as_array().expect("a list").iter().filter(|note| note["kind"] == "undecided");
    let parts = undecided.map(|note| {
        let message = note["message"].as_str().expect("a text");
        let (rule, why) = message.split_once(" cannot be decided here").expect("a reason");
        (rule.to_owned(), why.trim_start_matches(": ").to_owned())
    });
    let failing = findings(&report, folder).into_iter().map(|(rule, ..)| rule);
    (parts.collect(), failing.collect())
}

#[test]
fn what_an_unknown_value_decides_neither_fails_nor_passes() {
    let template = "\
Parameters: { Mfa: { Type: String }, Name: { Type: String } }
Resources:
  Pool:
    Type: AWS::Cognito::UserPool
    Properties:
      UserPoolName: !Ref Name
      MfaConfiguration: !Ref Mfa
      DeletionProtection: INACTIVE
  Other:
    Type: AWS::Cognito::UserPool
    Properties:
      UserPoolName: other
      MfaConfiguration: 'ON'
";
    let policy = "\
let pools = Resources.*[ Type == 'AWS::Cognito::UserPool' ]
let prod = %pools[ Properties.UserPoolName == /^prod-/ ]
rule OR { Resources.Pool.Properties.DeletionProtection == 'ACTIVE' or Resources.Pool.Properties.MfaConfiguration == 'ON' }
rule SAME { Resources.Other.Properties.MfaConfiguration == Resources.Pool.Properties.MfaConfiguration }
rule WHEN when Resources.Pool.Properties.MfaConfiguration == 'OFF' {
  Resources.Pool.Properties.DeletionProtection == 'ACTIVE'
}
rule FILTER { %prod.Properties.DeletionProtection == 'ACTIVE' }
rule NONE { %prod empty }
let lower = to_lower(Resources.Pool.Properties.UserPoolName)
rule FUNCTION { %lower == 'pool' }
rule LOOK { Resources.Pool.Properties.UserPoolName != /^(?!prod-)x/ }
rule FAILS { Resources.Pool.Properties.MfaConfiguration not exists }
rule EITHER {
  Resources.Pool.Properties.MfaConfiguration == 'ON'
  Resources.Pool.Properties.MfaConfiguration == 'OFF'
}
rule HOLDS { Resources.Pool.Properties.DeletionProtection == 'INACTIVE' or Resources.Pool.Properties.MfaConfiguration == 'ON' }
rule ELSEWHERE { Resources.Other.Properties.MfaConfiguration == 'ON' }
rule NOT_ASKED when Resources.Other.Properties.MfaConfiguration == 'OFF' {
  Resources.Pool.Properties.MfaConfiguration == 'ON'
}
";
    let folder = project(&[("template.yaml", template), ("p.guard", policy)]);
    let (mut undecided, mut failing) = told(folder.path(), &[]);
    undecided.sort();
    let (mfa, name) = (
        "MfaConfiguration: the parameter Mfa has no known value",
        "UserPoolName: the parameter Name has no known value",
    );
    let expected = [
        ("EITHER", mfa),
        ("FILTER", name),
        ("FUNCTION", name),
        ("LOOK", name),
        ("NONE", name),
        ("OR", mfa),
        ("SAME", mfa),
        ("WHEN", mfa),
    ];
    let expected: Vec<_> = expected.iter().map(|(rule, why)| (format!("policy/{rule}"), (*why).to_owned())).collect();
    assert_eq!(undecided, expected);
    failing.sort();
    assert_eq!(failing, ["policy/FAILS"]);
    let (undecided, mut failing) = told(folder.path(), &["--strict-policies"]);
    failing.dedup();
    assert_eq!((undecided.len(), failing.len()), (0, 9), "{failing:?}");
}

#[test]
fn what_several_conditions_decide_together_is_found() {
    let template = "\
Parameters: { A: { Type: String }, B: { Type: String } }
Conditions:
  C1: !Equals [!Ref A, 'yes']
  C2: !Equals [!Ref B, 'yes']
Resources:
  Pool:
    Type: AWS::Cognito::UserPool
    Properties:
      MfaConfiguration: !If [C1, 'ON', 'OFF']
  Other:
    Type: AWS::Cognito::UserPool
    Properties:
      DeletionProtection: !If [C2, ACTIVE, INACTIVE]
";
    let policy = "\
rule OFF when Resources.Pool.Properties.MfaConfiguration == 'OFF' {
  Resources.Other.Properties.DeletionProtection == 'ACTIVE'
}
rule ON when Resources.Pool.Properties.MfaConfiguration == 'ON' {
  Resources.Other.Properties.DeletionProtection == 'ACTIVE'
}
rule ALWAYS { Resources.Other.Properties.DeletionProtection == 'ACTIVE' }
rule OWN { Resources.Pool.Properties.MfaConfiguration == 'OPTIONAL' }
";
    let folder = project(&[("template.yaml", template), ("p.guard", policy)]);
    let report = json(&run(folder.path(), &["--policy", "p.guard", "--format", "json"]));
    let mut found: Vec<_> =
        findings(&report, folder.path()).into_iter().map(|(rule, _, when, _)| (rule, when)).collect();
    found.sort();
    let expected = [
        ("policy/ALWAYS", "not C2"),
        ("policy/OFF", "not C1 and not C2"),
        ("policy/ON", "C1 and not C2"),
        ("policy/OWN", "C1"),
        ("policy/OWN", "not C1"),
    ];
    assert_eq!(found, expected.map(|(rule, when)| (rule.to_owned(), when.to_owned())));
    let many: String = (0..14).map(|number| format!("  P{number}: {{ Type: String }}\n")).collect();
    let conditions: String = (0..14).map(|number| format!("  C{number}: !Equals [!Ref P{number}, a]\n")).collect();
    let pools = (0..14).map(|number| {
        format!("  Pool{number}:\n    Type: AWS::Cognito::UserPool\n    Properties: {{ MfaConfiguration: !If [C{number}, 'ON', 'OFF'] }}\n")
    });
    let template = format!("Parameters:\n{many}Conditions:\n{conditions}Resources:\n{}", pools.collect::<String>());
    let policy = "rule PAIR when Resources.Pool3.Properties.MfaConfiguration == 'ON' {\n  \
                  Resources.Pool11.Properties.MfaConfiguration == 'ON'\n}\n";
    let folder = project(&[("template.yaml", &template), ("p.guard", policy)]);
    let report = json(&run(folder.path(), &["--policy", "p.guard", "--format", "json"]));
    assert_eq!(findings(&report, folder.path()).len(), 1, "{report:#}");
    let notes = report["notes"].as_array().expect("a list");
    assert!(notes.iter().any(|note| note["kind"] == "limit"), "{notes:?}");
}

#[test]
fn resources_of_one_name_in_several_stacks_are_all_looked_at() {
    let template = |mfa: &str| {
        format!(
            "Resources:\n  Pool:\n    Type: AWS::Cognito::UserPool\n    Properties:\n      MfaConfiguration: '{mfa}'\n"
        )
    };
    let policy = "rule NAMED { Resources.Pool.Properties.MfaConfiguration == 'ON' }\n\
                  rule ALL { Resources.*[ Type == 'AWS::Cognito::UserPool' ].Properties.MfaConfiguration == 'ON' }\n";
    let folder = project(&[
        ("a/template.yaml", &template("ON")),
        ("b/template.yaml", &template("OFF")),
        ("c/template.yaml", &template("OPTIONAL")),
        ("p.guard", policy),
    ]);
    let (undecided, failing) = told(folder.path(), &[]);
    assert_eq!((undecided.len(), failing.len()), (0, 4), "{failing:?}");
}

#[test]
fn a_variable_that_may_be_null_may_be_missing() {
    let main = "variable \"window\" {}\nresource \"aws_cognito_user_pool\" \"pool\" {\n  name = \"p\"\n  \
                sms_authentication_message = var.window\n}\n";
    let policy = "let pools = Resources.*[ Type == 'AWS::Cognito::UserPool' ]\n\
                  rule MESSAGE { %pools.Properties.SmsAuthenticationMessage exists }\n\
                  rule NAME { %pools.Properties.UserPoolName exists }\n";
    let folder = project(&[("main.tf", main), ("p.guard", policy)]);
    let (undecided, failing) = told(folder.path(), &[]);
    assert_eq!(undecided.iter().map(|(rule, _)| rule.as_str()).collect::<Vec<_>>(), ["policy/MESSAGE"]);
    assert!(failing.is_empty(), "{failing:?}");
}

#[test]
fn every_output_tells_policies() {
    let folder = project(&[("template.yaml", POOLS), ("p.guard", PUBLISHED)]);
    for format in ["text", "concise", "json", "sarif", "github", "gitlab", "junit", "markdown"] {
        let output = run(folder.path(), &["--policy", "p.guard", "--format", format]);
        assert_eq!(output.status.code(), Some(1), "{format}");
        // Markdown escapes the underline.
        assert!(String::from_utf8_lossy(&output.stdout).contains("policy/NO"), "{format}");
    }
    let log = json(&run(folder.path(), &["--policy", "p.guard", "--format", "sarif"]));
    let run = &log["runs"][0];
    for result in run["results"].as_array().expect("results") {
        let index = result["ruleIndex"].as_u64().expect("a number") as usize;
        assert_eq!(run["tool"]["driver"]["rules"][index]["id"], result["ruleId"]);
    }
}

#[test]
fn tests_of_policies_differ_clearly() {
    let tests = "- name: off\n  input: { Resources: { P: { Type: AWS::Cognito::UserPool, Properties: { MfaConfiguration: 'OFF' } } } }\n  \
                 expectations: { rules: { MFA: PASS, NO_GUESTS: SKIP, TRACKED: PASS } }\n";
    let cases = "## a case\n\n```yaml path=template.yaml\nResources:\n  Pool: # expect: policy/TRACKED\n    \
                 Type: AWS::Cognito::UserPool\n    Properties: { MfaConfiguration: 'OFF' }\n```\n";
    let folder = project(&[("p.guard", PUBLISHED), ("tests/p_tests.yml", tests), ("p_tests.md", cases)]);
    let output = run(folder.path(), &["policy", "test"]);
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(1), "{told}");
    for part in [
        "MFA: expected PASS, found FAIL",
        "missing     template.yaml:2 policy/TRACKED",
        "unexpected  template.yaml:2 policy/MFA",
        "1 policies, 2 tests: 0 passed, 2 differ",
    ] {
        assert!(told.contains(part), "{part} in {told}");
    }
    let folder = project(&[("p.guard", PUBLISHED), ("p_tests.yml", "- name: a\n")]);
    assert_eq!(run(folder.path(), &["policy", "test", "p.guard"]).status.code(), Some(2));
    let folder = project(&[("p.guard", PUBLISHED)]);
    assert_eq!(run(folder.path(), &["policy", "test", "p.guard"]).status.code(), Some(3));
}

#[test]
fn the_guide_says_what_is_so() {
    let page = fs::read_to_string("docs/policies.md").expect("the guide is there");
    let blocks: Vec<_> = super::markdown::sections(&page).into_iter().flat_map(|section| section.blocks).collect();
    let of = |info: &str| {
        blocks.iter().filter(|block| block.info == info).map(|block| block.text.as_str()).collect::<Vec<_>>()
    };
    let policies = of("text");
    assert_eq!(policies.len(), 2);
    for policy in policies {
        let folder = project(&[("p.guard", policy)]);
        let output = run(folder.path(), &["policy", "test", "p.guard"]);
        // Nothing to test, and nothing wrong with it.
        assert_eq!(output.status.code(), Some(3), "{policy}{}", String::from_utf8_lossy(&output.stderr));
    }
    let protected = fs::read_to_string("policies/production-pools.guard").expect("it is there");
    let flows = fs::read_to_string("policies/no-password-flows.guard").expect("it is there");
    let (tests, cases) = (of("yaml"), of("md"));
    let folder = project(&[
        ("production-pools.guard", &protected),
        ("production-pools_tests.yml", tests[0]),
        ("no-password-flows.guard", &flows),
        ("no-password-flows_tests.md", cases[0]),
    ]);
    let output = run(folder.path(), &["policy", "test"]);
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(told.contains("2 tests: 2 passed"), "{told}{}", String::from_utf8_lossy(&output.stderr));
    for command in of("sh").iter().flat_map(|block| block.lines()) {
        let arguments: Vec<_> = command.split_whitespace().skip(1).collect();
        let output = run(root(), &arguments);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(said.is_empty() && matches!(output.status.code(), Some(0 | 1)), "{command}: {said}");
    }
    for entry in fs::read_dir("policies").expect("the folder is there").flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        assert!(!name.ends_with(".guard") || page.contains(&format!("`{name}`")), "the guide does not name {name}");
    }
}

#[test]
fn what_policies_see_is_printed() {
    let template = "\
Parameters:
  Flows: { Type: CommaDelimitedList }
Resources:
  Pool:
    Type: AWS::Cognito::UserPool
  Web:
    Type: AWS::Cognito::UserPoolClient
    Properties:
      UserPoolId: !Ref Pool
      ExplicitAuthFlows: !Ref Flows
";
    let folder = project(&[("template.yaml", template)]);
    let out = run(folder.path(), &["facts", "--view", "policy"]);
    assert_eq!(out.status.code(), Some(0), "{}", String::from_utf8_lossy(&out.stderr));
    let printed: Value = serde_json::from_slice(&out.stdout).expect("JSON");
    let resources = &printed["views"][0]["document"]["Resources"];
    assert_eq!(printed["version"], 1);
    assert_eq!(resources["Web"]["Properties"]["UserPoolId"], "Pool");
    assert_eq!(resources["Pool"]["Properties"]["MfaConfiguration"], "OFF");
    assert!(resources["Web"]["Properties"]["ExplicitAuthFlows"]["$unknown"].is_string(), "{resources:#}");
    assert_eq!(run(folder.path(), &["facts", "--view", "other"]).status.code(), Some(2));
}
