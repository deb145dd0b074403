//! Cases: small projects in Markdown, with the findings that a scan must give.
//!
//! A case is a heading and the fenced blocks below it. A block whose info has `path=` is a file; `expect: RULE` at the end of
//! one of its lines says that a finding must stand there. A block `expect` says the same for files that have no comments:
//! `template.json:7 RULE`. Behind the rule may stand its severity, its confidence or `undecided` in parentheses, and
//! `when=CONDITION`.

use std::fmt::{self, Display, Formatter};

use crate::report::{Note, Report, Reported};

pub mod markdown;
#[cfg(feature = "guard")]
pub mod policy;

use markdown::Block;

/// What a case says of what a policy cannot decide.
const UNDECIDED: &str = "undecided";

/// A finding that must be there.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Expected {
    /// The file of its primary place.
    pub path: String,
    /// The line of its primary place.
    pub line: usize,
    /// The rule.
    pub rule: String,
    /// Its condition; empty for none.
    pub when: String,
    /// Its severity, its confidence and its fix, where the case names them.
    pub words: Vec<String>,
}

impl Expected {
    /// What a block expects.
    ///
    /// # Errors
    /// It cannot be read: a sentence.
    pub fn in_block(block: &Block) -> Result<Vec<Self>, String> {
        let mut expected = Vec::new();
        if let Some(path) = block.path() {
            for (number, line) in block.text.lines().enumerate() {
                if let Some((_, expectations)) = line.split_once("expect: ") {
                    expected.extend(Self::all(path, number + 1, expectations)?);
                }
            }
        } else if block.info == "expect" {
            for line in block.text.lines() {
                let wrong = || format!("`{line}` is no place, a space and the rules");
                let (place, expectations) = line.split_once(' ').ok_or_else(wrong)?;
                let (path, number) = place.rsplit_once(':').ok_or_else(wrong)?;
                expected.extend(Self::all(path, number.parse().map_err(|_| wrong())?, expectations)?);
            }
        }
        Ok(expected)
    }

    fn all(path: &str, line: usize, expectations: &str) -> Result<Vec<Self>, String> {
        let expectations = expectations.trim_end();
        let end = ["*/", "-->"].iter().find_map(|end| expectations.strip_suffix(end));
        end.unwrap_or(expectations).split(',').map(|text| Self::parse(path, line, text.trim())).collect()
    }

    /// Reads `rule (severity) (confidence) when=condition`; all but the rule may be left out.
    fn parse(path: &str, line: usize, text: &str) -> Result<Self, String> {
        let (text, when) = text.split_once(" when=").unwrap_or((text, ""));
        let mut words = text.split_whitespace();
        let rule = words.next().ok_or("an expectation names a rule")?.to_owned();
        let inner = |word: &str| {
            let inner = word.strip_prefix('(').and_then(|word| word.strip_suffix(')'));
            inner.map(str::to_owned).ok_or_else(|| format!("`{word}` is not in parentheses"))
        };
        let words = words.map(inner).collect::<Result<_, _>>()?;
        Ok(Self { path: path.to_owned(), line, rule, when: when.trim().to_owned(), words })
    }
}

impl Display for Expected {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        let Self { path, line, rule, when, words } = self;
        write!(out, "{path}:{line} {rule}")?;
        words.iter().try_for_each(|word| write!(out, " ({word})"))?;
        if when.is_empty() { Ok(()) } else { write!(out, " when={when}") }
    }
}

/// A finding in the words of an expectation.
#[derive(Clone, Debug)]
pub struct Found {
    /// The words.
    pub told: Expected,
    /// What it says.
    pub message: String,
}

impl Found {
    /// A finding of a report.
    pub fn of(report: &Report, reported: &Reported) -> Self {
        let (finding, sources) = (&reported.finding, report.sources());
        let fix = finding.fix.as_ref().map(|fix| if fix.safe { "fix" } else { "unsafe-fix" });
        let words = [finding.severity.name(), finding.confidence.name()].into_iter().chain(fix);
        let told = Expected {
            path: sources.file(finding.place.loc.file).path.to_string(),
            line: sources.position(finding.place.loc).line,
            rule: finding.rule.to_owned(),
            when: finding.when.to_string(),
            words: words.map(str::to_owned).collect(),
        };
        Self { told, message: finding.message.clone() }
    }

    /// What a policy cannot decide, if a note tells that.
    pub fn undecided(note: &Note) -> Option<Self> {
        let (rule, message) = note.message.split_once(" cannot be decided here")?;
        let (when, _) = message.split_once(": ")?;
        let told = Expected {
            path: note.path.clone()?,
            line: note.line?,
            rule: rule.to_owned(),
            when: when.strip_prefix(" when ").unwrap_or_default().to_owned(),
            words: vec![UNDECIDED.to_owned()],
        };
        (note.kind == UNDECIDED).then(|| Self { told, message: note.message.clone() })
    }

    /// Whether the finding is the expected one. A guess, or what cannot be decided, is only expected where the case says so.
    pub fn is(&self, expected: &Expected) -> bool {
        let Expected { path, line, rule, when, words } = &self.told;
        let named = expected.words.iter().all(|word| words.contains(word));
        let has = |words: &[String], word: &str| words.iter().any(|mine| mine == word);
        let unsaid = ["low", UNDECIDED].iter().any(|word| has(words, word) && !has(&expected.words, word));
        (path, line, rule, when) == (&expected.path, &expected.line, &expected.rule, &expected.when) && named && !unsaid
    }
}

/// What differs between what must be found and what is.
pub fn differences(expected: &[Expected], mut found: Vec<Found>) -> Vec<String> {
    let mut differences = Vec::new();
    for one in expected {
        match found.iter().position(|found| found.is(one)) {
            Some(at) => drop(found.remove(at)),
            None => differences.push(format!("missing     {one}")),
        }
    }
    differences.extend(found.iter().map(|found| format!("unexpected  {}\n            {}", found.told, found.message)));
    differences
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expectations_say_what_they_mean() {
        let text = "some-rule (warning) (low) when=not IsProd and HasDomain";
        let block = |info: &str, text: &str| Block { info: info.to_owned(), text: text.to_owned() };
        let told = |info: &str, text: &str| {
            let expected = Expected::in_block(&block(info, text)).unwrap();
            expected.iter().map(Expected::to_string).collect::<Vec<_>>()
        };
        assert_eq!(told("ts path=a.ts", &format!("\n// expect: {text}\n")), [format!("a.ts:2 {text}")]);
        let html = "<p>\n<!-- expect: a, policy/B when=IsProd -->\n";
        assert_eq!(told("html path=a.html", html), ["a.html:2 a", "a.html:2 policy/B when=IsProd"]);
        assert_eq!(told("expect", "b.json:1 a\n"), ["b.json:1 a"]);
        assert_eq!(told("sh", "an illustration # expect: nothing\n"), [""; 0]);
        for (info, text) in [("expect", "b.json a"), ("expect", "a:b c"), ("yaml path=a", "# expect: a b")] {
            assert!(Expected::in_block(&block(info, text)).is_err(), "{text}");
        }
    }
}
