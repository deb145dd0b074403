//! Every rule's cases, and the examples of its page.
//!
//! `rules/*/cases.md` holds small projects with the findings that they must give:
//!
//! - `## Title` starts a case. A title that ends with `{all}` compares the findings of all rules; else those of the
//!   folder's rule are compared, and nothing is said of the others.
//! - A fenced block with `path=` behind its language is a file of the project: ```` ```yaml path=infra/auth.yaml ````.
//!   Other blocks are for the reader.
//! - `at=base` behind the path makes it a file of an earlier commit, which is not there any more unless another block says
//!   so; `at=both` is a file of both. A case with such files runs in a git repository, with `--base` that commit.
//! - `at=live` makes it what an account answered: its path is that of the answer, `live/ACCOUNT/REGION/OPERATION` and the
//!   identifiers that the call was made with. A block of the language `gap` is a call that was refused; its text says why.
//! - A comment `expect: RULE` on a line of such a file says that the finding's primary place is on that line. Behind the
//!   rule may stand its severity, its confidence and its fix (`(fix)`, `(unsafe-fix)`) in parentheses, and the condition:
//!   `expect: RULE (warning) (low) when=not IsProd`. Without `when=` the finding must be unconditional; low confidence
//!   must be named. Several expectations are separated by commas.
//! - Where a file takes no comments, a block ```` ```expect ```` holds lines such as `template.json:7 RULE`.
//!
//! Every fix that a finding of a case has is tried: its finding must go, and nothing may come.
//!
//! All levels are shown. A case without expectations must be silent. Every rule needs a case that fires, a silent one, and
//! one whose title says "unknown". `CASES=text cargo test --test it cases` runs the rules whose name has this text.
//!
//! On the page, `## Bad` and `## Good` are projects too: the rule fires on the first and is silent on the second.

use std::env;
use std::fs;
use std::path::Path;

use cognito_lint::rule::{self, Entry};
use rayon::prelude::*;

use super::cases::Case;
use super::markdown::sections;

/// The sections of a rule's page, in order.
const PAGE: [&str; 6] = ["What happens", "How we know", "Bad", "Good", "How to fix", "What it cannot see"];

fn chosen() -> Vec<&'static Entry> {
    let part = env::var("CASES").unwrap_or_default();
    rule::all().iter().filter(|entry| entry.name.contains(&part)).collect()
}

fn file(entry: &Entry, name: &str) -> String {
    Path::new("rules").join(entry.name.replace('-', "_")).join(name).to_string_lossy().into_owned()
}

fn report(failures: &[String]) {
    assert!(failures.is_empty(), "{} failures\n\n{}\n", failures.len(), failures.join("\n\n"));
}

/// The cases of a rule, each with where it stands.
fn cases(entry: &Entry) -> Vec<(String, Case)> {
    let path = file(entry, "cases.md");
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let place = |line: usize| format!("{path}:{line}");
    sections(&text).iter().skip(1).map(|section| (place(section.line), Case::of(section))).collect()
}

#[test]
fn cases_find_what_they_expect() {
    let cases: Vec<_> =
        chosen().into_iter().flat_map(|entry| cases(entry).into_iter().map(move |case| (entry, case))).collect();
    let check = |(entry, (place, case)): &(&Entry, (String, Case))| {
        case.check(entry.name).err().map(|difference| format!("{place} {}\n    {difference}", case.title))
    };
    let failures: Vec<_> = cases.par_iter().filter_map(check).collect();
    report(&failures);
}

#[test]
fn cases_cover_firing_silence_and_the_unknown() {
    let mut failures = Vec::new();
    for entry in chosen() {
        let cases = cases(entry);
        let fires = |case: &Case| case.expected.iter().any(|expected| expected.rule == entry.name);
        let demands = [
            ("a case that fires", cases.iter().any(|(_, case)| fires(case))),
            ("a silent case", cases.iter().any(|(_, case)| !fires(case))),
            ("a case with \"unknown\" in its title", cases.iter().any(|(_, case)| case.title.contains("unknown"))),
        ];
        let missing = demands.iter().filter(|(_, met)| !met);
        failures.extend(missing.map(|(demand, _)| format!("{} needs {demand}", file(entry, "cases.md"))));
    }
    report(&failures);
}

#[test]
fn pages_have_their_sections() {
    let mut failures = Vec::new();
    for entry in chosen() {
        let titles: Vec<_> = sections(entry.page).into_iter().skip(1).map(|section| section.title).collect();
        if titles != PAGE {
            failures.push(format!("{} has the sections {titles:?}, not {PAGE:?}", file(entry, "README.md")));
        }
        if !entry.page.starts_with(&format!("# {}\n", entry.name)) {
            failures.push(format!("{} does not begin with the rule's name", file(entry, "README.md")));
        }
    }
    report(&failures);
}

#[test]
fn cases_of_pages_fire_when_bad_and_are_silent_when_good() {
    let check = |(entry, title): &(&Entry, &str)| {
        let section = sections(entry.page).into_iter().find(|section| section.title == *title)?;
        let found = Case::of(&section).found(entry.name);
        let right = found.as_ref().is_ok_and(|found| found.is_empty() == (*title == "Good"));
        (!right).then(|| format!("{}: {title} finds {found:?}", file(entry, "README.md")))
    };
    let examples: Vec<_> = chosen().into_iter().flat_map(|entry| [(entry, "Bad"), (entry, "Good")]).collect();
    let failures: Vec<_> = examples.par_iter().filter_map(check).collect();
    report(&failures);
}
