//! What an account answered beside a project, by recorded answers: the page on it, and names that somebody chose to do harm.

use std::{env, fs};

use cognito_lint::report::{Format, Layout};
use serde_json::Value;

use super::cases::Case;
use super::markdown::{Block, Section, sections};

const PAGE: &str = "docs/joined.md";

/// A name that would be more than a name in some format.
const HOSTILE: &str = "a\\n::error::taken\\u001b[2J</script>|`x`\\\"";

fn written(case: &Case, format: Format) -> String {
    let scan = case.scanned().expect("the scan succeeds");
    let mut out = Vec::new();
    scan.report.write(format, Layout::default(), &mut out).expect("memory can be written to");
    String::from_utf8(out).expect("reports are UTF-8")
}

#[test]
fn the_output_on_the_page_is_what_the_program_says() {
    let page = fs::read_to_string(PAGE).expect("the page is there");
    let section = sections(&page).into_iter().find(|section| section.title == "What is compared").expect("the section");
    let told = anstream::adapter::strip_str(&written(&Case::of(&section), Format::Text)).to_string();
    let shown = section.blocks.iter().find(|block| block.info == "text").expect("a block of text").text.clone();
    if env::var_os("UPDATE").is_some() {
        let (before, after) = (format!("```text\n{shown}```"), format!("```text\n{told}```"));
        fs::write(PAGE, page.replace(&before, &after)).expect("the page can be written");
    }
    assert_eq!(shown, told);
}

#[test]
fn names_that_an_account_has_do_nothing_in_any_format() {
    let block = |info: &str, text: String| Block { info: info.to_owned(), text };
    let pool = format!(
        "{{\"UserPool\": {{\"Id\": \"{HOSTILE}\", \"Name\": \"{HOSTILE}\", \"DeviceConfiguration\": {{\"ChallengeRequiredOnNewDevice\": false}}}}}}"
    );
    let template = format!(
        "Resources:\n  Pool:\n    Type: AWS::Cognito::UserPool\n    Properties:\n      UserPoolName: \"{HOSTILE}\"\n"
    );
    let case = Case::of(&Section {
        title: "hostile".to_owned(),
        line: 1,
        blocks: vec![
            block("yaml path=auth.yaml", template),
            block("json path=live/111122223333/eu-west-1/DescribeUserPool/a\u{1b}[2J b at=live", pool),
        ],
    });
    for format in Format::ALL {
        let told = written(&case, format);
        assert!(told.contains("live-drift") || format == Format::Gitlab && told.contains("live"), "{format:?}: {told}");
        assert!(!told.contains("\u{1b}[2J"), "{format:?}: {told}");
        assert!(!told.lines().any(|line| line.starts_with("::error::taken")), "{format:?}: {told}");
    }
    let sarif: Value = serde_json::from_str(&written(&case, Format::Sarif)).expect("SARIF is JSON");
    let mut addresses = Vec::new();
    collect(&sarif, &mut addresses);
    assert!(addresses.iter().any(|address| address.starts_with("live/111122223333/eu-west-1/")), "{addresses:?}");
    for address in addresses.iter().filter(|address| address.starts_with("live/")) {
        let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "-._~%/".contains(letter);
        assert!(address.chars().all(is_plain), "{address} is no relative reference");
    }
}

/// The addresses of all places in a log.
fn collect<'j>(value: &'j Value, addresses: &mut Vec<&'j str>) {
    match value {
        Value::Object(members) => {
            addresses.extend(members.get("uri").and_then(Value::as_str));
            members.values().for_each(|member| collect(member, addresses));
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, addresses)),
        _ => {}
    }
}
