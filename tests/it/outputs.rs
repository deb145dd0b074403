//! The formats of a report, through the binary: pairs of a format and a file, and what hostile names and texts do to them.

use std::fs;

use serde_json::Value;
use tempfile::TempDir;

use super::cli::{command, json, project, run};

/// The names of all formats, as `--help` lists them.
fn formats() -> Vec<String> {
    let (_, help, _) = run(&project(&[]), &["--help"]);
    let listed = help.split("--format").nth(1).and_then(|rest| rest.split("-o, --output").next());
    let names =
        listed.into_iter().flat_map(str::lines).filter_map(|line| line.trim().strip_prefix("- ")?.split(':').next());
    let names: Vec<_> = names.map(str::to_owned).collect();
    assert!(names.len() >= 7 && names.contains(&"sarif".to_owned()), "{help}");
    names
}

fn written(project: &TempDir, path: &str) -> String {
    fs::read_to_string(project.path().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// A project with an error in code and a warning in infrastructure, where the code and the pool are `web` and `infra`.
fn pairing() -> TempDir {
    let template = "Resources:\n  Pool:\n    Type: AWS::Cognito::UserPool\n    Properties:\n      DeviceConfiguration: { \
                    ChallengeRequiredOnNewDevice: false }\n  Client:\n    Type: AWS::Cognito::UserPoolClient\n    Properties:\n      \
                    UserPoolId: !Ref Pool\n";
    project(&[("infra/template.yaml", template), ("web/session.ts", SESSION)])
}

const SESSION: &str = "import { CognitoIdentityProviderClient, InitiateAuthCommand } from \"@aws-sdk/client-cognito-identity-provider\";\n\
                       const cognito = new CognitoIdentityProviderClient({});\n\
                       export const refresh = (token: string) => cognito.send(new InitiateAuthCommand({\n  ClientId: process.env.CLIENT_ID,\n  \
                       AuthFlow: \"REFRESH_TOKEN_AUTH\",\n  AuthParameters: { REFRESH_TOKEN: token },\n}));\n";

#[test]
fn one_run_writes_several_reports() {
    let project = pairing();
    let arguments =
        ["--format", "concise", "--format", "sarif", "-o", "out/a.sarif", "--format", "json", "-o", "out/b.json"];
    let (code, out, err) = run(&project, &arguments);
    assert_eq!((code, err.as_str(), out.lines().count()), (1, "", 2), "{out}");
    let sarif = json(&written(&project, "out/a.sarif"));
    assert_eq!(sarif["runs"][0]["results"].as_array().map(Vec::len), Some(2));
    assert_eq!(json(&written(&project, "out/b.json"))["findings"].as_array().map(Vec::len), Some(2));
}

#[test]
fn where_a_file_cannot_be_written_nothing_is_printed() {
    let project = pairing();
    let arguments = ["--format", "concise", "--format", "json", "-o", "infra/template.yaml/report.json"];
    let (code, out, err) = run(&project, &arguments);
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(err.contains("infra/template.yaml/report.json cannot be written"), "{err}");
}

#[test]
fn other_programs_get_paths_from_the_root_of_the_repository() {
    let project = pairing();
    fs::create_dir(project.path().join(".git")).expect("a folder");
    let below = project.path().join("web");
    let told = |format: &str| {
        let mut command = command(&below, &["--format", format, "..", "--exit-zero"]);
        String::from_utf8(command.output().expect("the program runs").stdout).expect("reports are UTF-8")
    };
    assert!(told("concise").contains("\nsession.ts:3:") && told("concise").contains("../infra/template.yaml:5:"));
    let sarif = json(&told("sarif"));
    let uri =
        |at: usize| &sarif["runs"][0]["results"][at]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
    assert_eq!([uri(0), uri(1)], ["infra/template.yaml", "web/session.ts"]);
    assert!(told("github").contains("::error file=web/session.ts,line=3,"), "{}", told("github"));
    assert_eq!(json(&told("gitlab"))[1]["location"]["path"], "web/session.ts");
    assert!(told("junit").contains(r#"file="web/session.ts""#));
}

#[test]
fn two_runs_say_the_same_in_every_format() {
    let project = pairing();
    for format in formats() {
        let arguments = ["--format", format.as_str(), "--verbose"];
        assert_eq!(run(&project, &arguments), run(&project, &arguments), "{format}");
    }
}

#[test]
fn the_graph_links_functions_code_clients_and_pools() {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_cognito-lint"))
        .args(["--format", "markdown", "fixtures/device-key-missing"])
        .output()
        .expect("the program runs");
    let page = String::from_utf8(output.stdout).expect("reports are UTF-8");
    let chart = page.split("```").nth(1).expect("the page has a graph");
    // The number of the node whose label has a text.
    let node = |label: &str| {
        let line = chart.lines().find(|line| line.contains(label)).unwrap_or_else(|| panic!("{label}: {chart}"));
        line.trim_start().split(['[', '(']).next().unwrap_or_default().to_owned()
    };
    let (pool, client) = (node("\"UserPool<br/>"), node("\"WebClient<br/>"));
    let (function, call) = (node("[[\"SessionFunction<br/>"), node("session.ts:47\""));
    for edge in [
        format!("{client} --> {pool}"),
        format!("{function} --> {call}"),
        format!("{call} -->|\"CLIENT_ID → SessionFunction.Environment\"| {client}"),
        format!("{call} -.->|\"✗ device-key-missing-on-refresh\"| {pool}"),
        format!("class {call} broken"),
    ] {
        assert!(chart.lines().any(|line| line.trim() == edge), "{edge}: {chart}");
    }
}

#[test]
fn a_report_may_go_to_standard_output_by_its_name() {
    let (_, out, _) = run(&pairing(), &["--format", "gitlab", "--output", "-"]);
    assert_eq!(json(&out).as_array().map(Vec::len), Some(2));
}

/// The objects of a SARIF log as far as they are written here: each property with its type, `!` where it must be there
/// (the standard's schema; `level` and `columnKind` take the words that are listed).
const SARIF: &[(&str, &str)] = &[
    ("log", "$schema:uri version!:2.1.0 runs!:[run]"),
    (
        "run",
        "tool!:tool invocations:[invocation] originalUriBaseIds:{base} columnKind:utf16CodeUnits|unicodeCodePoints \
         results:[result]",
    ),
    ("tool", "driver!:driver"),
    ("driver", "name!:text semanticVersion:text rules:[rule]"),
    (
        "rule",
        "id!:text shortDescription:message fullDescription:message help:message defaultConfiguration:configuration \
         properties:bag",
    ),
    ("message", "text:text markdown:text"),
    ("configuration", "level:none|note|warning|error"),
    ("invocation", "executionSuccessful!:bool toolExecutionNotifications:[notification]"),
    ("notification", "descriptor:descriptor level:none|note|warning|error message!:message locations:[location]"),
    ("descriptor", "id:text"),
    ("base", "description:message"),
    (
        "result",
        "ruleId:text ruleIndex:index level:none|note|warning|error message!:message locations:[location] \
         relatedLocations:[location] codeFlows:[flow] fixes:[fix] partialFingerprints:{text} rank:percent properties:bag",
    ),
    ("location", "id:index physicalLocation:physical message:message"),
    ("physical", "artifactLocation:artifact region:region"),
    ("artifact", "uri:uri uriBaseId:text"),
    ("region", "startLine:count startColumn:count endLine:count endColumn:count"),
    ("flow", "threadFlows!:[thread]"),
    ("thread", "locations!:[step]"),
    ("step", "location:location"),
    ("fix", "description:message artifactChanges!:[change]"),
    ("change", "artifactLocation!:artifact replacements!:[replacement]"),
    ("replacement", "deletedRegion!:region insertedContent:message"),
];

/// What a whole log is.
pub const SARIF_LOG: &str = "log";

/// What is wrong with a value of a type.
pub fn faults(value: &Value, of: &str, at: &str) -> Vec<String> {
    let fault = |is_right: bool| if is_right { Vec::new() } else { vec![format!("{at}: {value} is no {of}")] };
    let least = |least: u64| value.as_u64().is_some_and(|number| number >= least);
    if let Some(of) = of.strip_prefix('[').and_then(|of| of.strip_suffix(']')) {
        let Some(items) = value.as_array() else { return fault(false) };
        return items
            .iter()
            .enumerate()
            .flat_map(|(number, item)| faults(item, of, &format!("{at}/{number}")))
            .collect();
    }
    if let Some(of) = of.strip_prefix('{').and_then(|of| of.strip_suffix('}')) {
        let Some(entries) = value.as_object() else { return fault(false) };
        return entries.iter().flat_map(|(key, value)| faults(value, of, &format!("{at}/{key}"))).collect();
    }
    match of {
        "text" => fault(value.as_str().is_some_and(|text| !text.is_empty())),
        "uri" => fault(value.as_str().is_some_and(is_uri)),
        "bool" => fault(value.is_boolean()),
        "bag" => fault(value.is_object()),
        "index" => fault(least(0)),
        "count" => fault(least(1)),
        "percent" => fault(value.as_f64().is_some_and(|number| (0.0..=100.0).contains(&number))),
        _ => match SARIF.iter().find(|(name, _)| *name == of) {
            Some((_, properties)) => faults_of_object(value, properties, at),
            None => fault(value.as_str().is_some_and(|text| of.split('|').any(|word| word == text))),
        },
    }
}

fn faults_of_object(value: &Value, properties: &str, at: &str) -> Vec<String> {
    let Some(entries) = value.as_object() else { return vec![format!("{at}: {value} is no object")] };
    let properties = || properties.split_whitespace().filter_map(|property| property.split_once(':'));
    let missing =
        properties().filter_map(|(name, _)| name.strip_suffix('!')).filter(|name| !entries.contains_key(*name));
    let mut faults: Vec<_> = missing.map(|name| format!("{at}: {name} is missing")).collect();
    for (key, value) in entries {
        match properties().find(|(name, _)| name.trim_end_matches('!') == key) {
            Some((_, of)) => faults.extend(self::faults(value, of, &format!("{at}/{key}"))),
            None => faults.push(format!("{at}: {key} is unknown")),
        }
    }
    faults
}

fn is_uri(text: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=%".contains(&byte);
    !text.is_empty() && text.bytes().all(is_allowed)
}

#[test]
fn the_sarif_log_has_the_shape_of_the_standard() {
    let logs = [run(&pairing(), &["--format", "sarif", "--verbose"]), run(&hostile(), &["--format", "sarif"])];
    for (_, out, _) in logs {
        assert_eq!(faults(&json(&out), SARIF_LOG, ""), Vec::<String>::new());
        assert!(json(&out)["runs"][0]["results"].as_array().is_some_and(|results| results.len() >= 2), "{out}");
    }
    let broken = json(
        r#"{ "version": "2.1.0", "runs": [{ "tool": { "driver": { "nam": "x" } }, "results": [{ "rank": 101 }] }] }"#,
    );
    let told = faults(&broken, SARIF_LOG, "");
    assert_eq!(told.len(), 4, "{told:?}");
}

/// What has a meaning somewhere: to a terminal, a workflow's log, XML, Markdown, a graph.
const CHARGED: &str = "::error::x ##[error]y %0A::error:: \u{1b}[31m \u{202e} ]]> </script><script> | `x` ```\n# x\n@octocat ${{ secrets.X }} \"q\" 'q' &lt; [a](b) #quot; <!--";

/// A project whose file names, resources and values are [`CHARGED`], as far as the file system takes them.
fn hostile() -> TempDir {
    let name = CHARGED.replace('/', "");
    let id = serde_json::to_string(CHARGED).expect("a text is JSON");
    let template = format!(
        "{{\"Resources\": {{ {id}: {{ \"Type\": \"AWS::Cognito::UserPool\", \"Properties\": {{ \"DeviceConfiguration\": {{ \
         \"ChallengeRequiredOnNewDevice\": false }} }} }}, \"C\": {{ \"Type\": \"AWS::Cognito::UserPoolClient\", \"Properties\": {{ \
         \"UserPoolId\": {{ \"Ref\": {id} }}, \"ClientName\": {id} }} }} }} }}"
    );
    project(&[(&format!("{name}/template.json"), &template), (&format!("web/{name}.ts"), SESSION)])
}

#[cfg(unix)]
#[test]
fn hostile_names_act_in_no_format() {
    let project = hostile();
    for format in formats() {
        let (code, out, err) = run(&project, &["--format", &format]);
        assert_eq!((code, err.as_str()), (1, ""), "{format}");
        let acts = out.contains(['\u{1b}', '\u{202e}', '\r', '\0']);
        assert!(!acts || matches!(format.as_str(), "json" | "gitlab"), "{format} acts");
        let is_command = |line: &&str| line.trim_start().starts_with("::") || line.contains("##[");
        let commands = out.lines().filter(is_command).count();
        let own = match format.as_str() {
            "github" => 2,
            // A document for programs names files as they are.
            "json" | "gitlab" => commands,
            _ => 0,
        };
        assert_eq!(commands, own, "{format}");
        match format.as_str() {
            "json" | "sarif" | "gitlab" => drop(json(&out)),
            "junit" => {
                assert!(!out.contains("]]>") && !out.contains("<script"), "{out}");
                assert_eq!(out.matches("<testcase ").count(), 2, "{out}");
            }
            "markdown" => {
                assert!(!out.contains("<script") && !out.contains("<!--/") && !out.contains("${{"), "{out}");
                assert_eq!(out.lines().filter(|line| line.starts_with("```")).count(), 2, "{out}");
                assert_eq!(out.lines().filter(|line| line.starts_with("| device-")).count(), 2, "{out}");
            }
            _ => {}
        }
    }
}
