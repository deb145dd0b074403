//! Markdown for the summary of a job, or for a comment: a graph, then a table of each severity.

use std::io::{self, Write};

use crate::finding::{Finding, Severity};

use super::{Layout, Report, notes, story, tally};

use escape::Plain;

mod escape;
mod mermaid;

/// Bytes of a page. GitHub refuses the summary of a step past 1 MiB.
const LONGEST: usize = 1_000_000;

pub fn write(report: &Report, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
    let mut page = Page { text: String::new(), left_out: 0 };
    page.text += &format!("## cognito-lint: {}\n\n", tally::found(report));
    page.text += &format!("{}\n", tally::understood(&report.summary));
    page.graph(report);
    for severity in Severity::ALL.iter().rev() {
        page.table(report, *severity);
    }
    page.notes(report, layout);
    if page.left_out > 0 {
        let left_out = page.left_out;
        page.text += &format!("\n{left_out} more lines are left out: this page is as long as GitHub takes it.\n");
    }
    out.write_all(page.text.as_bytes())
}

struct Page {
    text: String,
    left_out: usize,
}

impl Page {
    /// Adds a line if there is room for it.
    fn add(&mut self, line: &str) {
        if self.text.len() + line.len() > LONGEST {
            self.left_out += 1;
        } else {
            self.text += line;
        }
    }

    fn graph(&mut self, report: &Report) {
        let Some(chart) = mermaid::chart(report) else { return };
        self.text += &format!("\n```mermaid\n{}```\n", chart.text);
        if chart.left_out > 0 {
            self.text += &format!("\n{} more are not drawn.\n", tally::counted(chart.left_out, "node"));
        }
    }

    fn table(&mut self, report: &Report, severity: Severity) {
        let of_severity = || report.findings.iter().filter(|reported| reported.finding.severity == severity);
        if of_severity().next().is_none() {
            return;
        }
        let title = match severity {
            Severity::Error => "Errors",
            Severity::Warning => "Warnings",
            Severity::Info => "Infos",
        };
        self.text += &format!("\n### {title}\n\n| Rule | What breaks | Where |\n| --- | --- | --- |\n");
        of_severity().for_each(|reported| self.add(&row(report, &reported.finding)));
    }

    fn notes(&mut self, report: &Report, layout: Layout) {
        if report.notes.is_empty() {
            return;
        }
        self.text += &format!("\n<details><summary>{}</summary>\n\n", tally::counted(report.notes.len(), "note"));
        for (kind, text) in notes::told(report, layout) {
            self.add(&format!("- {}: {}\n", Plain(kind), Plain(&text)));
        }
        self.text += "\n</details>\n";
    }
}

/// A row of the table, with the evidence folded into it.
fn row(report: &Report, finding: &Finding) -> String {
    let place = story::place(report, &finding.place);
    let places = story::places(finding).map(|evidence| (story::place(report, evidence), &evidence.message));
    let places = places.map(|(place, message)| format!("<code>{}</code> {}", Plain(&place), Plain(message)));
    let remarks = story::remarks(finding).map(|(title, text)| format!("{title}: {}", Plain(&text)));
    let evidence: Vec<_> = places.chain(remarks).collect();
    format!(
        "| {} | {}<details><summary>why, and what to do</summary>{}</details> | <code>{}</code> |\n",
        Plain(finding.rule),
        Plain(&finding.message),
        evidence.join("<br>"),
        Plain(&place)
    )
}

#[cfg(test)]
mod tests {
    use super::super::Format;
    use super::super::testing::{HOSTILE, drawn, many, nothing, report, written};
    use super::*;

    #[test]
    fn a_table_of_each_severity_with_the_evidence_folded_in() {
        let text = written(&report("infra/auth.yaml", "web/session.ts"), Format::Markdown, None);
        assert_eq!(
            text,
            "## cognito-lint: found 1 error, 1 warning\n\n\
             1 pool, 0 clients, 1 call, 12 settings (2 of 340 files read)\n\n\
             ### Errors\n\n| Rule | What breaks | Where |\n| --- | --- | --- |\n\
             | device-key-missing-on-refresh | this refresh fails once the first access token expires<details><summary>why, \
             and what to do</summary><code>web/session.ts:2</code> refresh call: AuthParameters has REFRESH&#95;TOKEN, no \
             DEVICE&#95;KEY<br><code>infra/auth.yaml:5</code> the pool remembers devices (DeviceConfiguration is \
             present)<br>Cognito will answer: NotAuthorizedException: Invalid Refresh Token<br>help: store \
             NewDeviceMetadata.DeviceKey at sign-in, confirm it with ConfirmDevice, send it as \
             DEVICE&#95;KEY</details> | <code>web/session.ts:2</code> |\n\n\
             ### Warnings\n\n| Rule | What breaks | Where |\n| --- | --- | --- |\n\
             | device-tracking-both-false | the pool tracks devices although both members are \
             false<details><summary>why, and what to do</summary><code>infra/auth.yaml:5</code> the pool remembers devices \
             (DeviceConfiguration is present)<br>when: not IsProd<br>confidence: medium<br>help: leave DeviceConfiguration \
             out</details> | <code>infra/auth.yaml:5</code> |\n\n\
             <details><summary>1 note</summary>\n\n- unresolved: infra/auth.yaml: the domain is not known\n\n</details>\n"
        );
    }

    #[test]
    fn the_graph_comes_first() {
        let text = written(&drawn(report("infra/auth.yaml", "web/session.ts"), "Pool", 1), Format::Markdown, None);
        assert!(
            text.contains(" read)\n\n```mermaid\nflowchart LR\n") && text.contains("broken\n```\n\n### Errors"),
            "{text}"
        );
    }

    #[test]
    fn a_page_is_no_longer_than_github_takes_and_says_so() {
        let text = written(&many(2_500), Format::Markdown, None);
        let rows = text.lines().filter(|line| line.starts_with("| device-")).count();
        assert!(text.len() <= LONGEST + 200 && rows < 2_500, "{} bytes, {rows} rows", text.len());
        assert!(text.ends_with(&format!(
            "\n{} more lines are left out: this page is as long as GitHub takes it.\n",
            2_500 - rows
        )));
    }

    #[test]
    fn hostile_names_are_no_markup() {
        let text = written(&drawn(report(HOSTILE[0], HOSTILE[1]), "```\n# x", 1), Format::Markdown, None);
        assert!(!text.contains(['\u{1b}', '\u{9b}', '\r', '\u{202e}', '\u{2028}']), "{text:?}");
        assert_eq!(text.lines().filter(|line| line.starts_with("```")).count(), 2, "{text}");
        assert_eq!(text.lines().filter(|line| line.trim_start().starts_with('#')).count(), 3, "{text}");
    }

    #[test]
    fn nothing_found_is_said() {
        let text = written(&nothing(Vec::new()), Format::Markdown, None);
        assert!(text.starts_with("## cognito-lint: nothing found\n\n0 pools"), "{text}");
    }
}
