//! What the comments of a policy say of its rules: `# severity: error`, `# level: strict`, `# title: …`, `# help: …`.

use crate::finding::{Level, Severity};
use crate::source::Span;

use super::lexis::{Word, WordKind};

/// A rule as a policy's text declares it.
#[derive(Clone, Debug, PartialEq)]
pub struct Declared {
    /// Its name; none for the clauses outside of every rule.
    pub name: Option<String>,
    /// Where it is declared.
    pub span: Span,
    /// What its comments say.
    pub metadata: Metadata,
}

/// What comments say of a rule.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Metadata {
    /// How bad it is.
    pub severity: Option<Severity>,
    /// For whom it is.
    pub level: Option<Level>,
    /// What it asks for, in one line.
    pub title: Option<String>,
    /// What to change.
    pub help: Option<String>,
}

/// A comment that says something without a meaning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meaningless {
    /// Why.
    pub message: String,
    /// Where.
    pub span: Span,
}

/// The rules that a policy declares. A rule's comments are those right above it; those at the beginning of the file hold for every rule that says nothing else.
///
/// # Errors
/// A comment without a meaning.
pub fn declared(text: &str, words: &[Word<'_>]) -> Result<Vec<Declared>, Meaningless> {
    let is_comment = |word: &&Word<'_>| word.kind == WordKind::Comment;
    let header: Vec<_> = words.iter().take_while(is_comment).collect();
    let all = read(&header)?;
    let mut rules = vec![Declared { name: None, span: Span::new(0, 0), metadata: all.clone() }];
    let code: Vec<(usize, &Word<'_>)> = words.iter().enumerate().filter(|(_, word)| !is_comment(word)).collect();
    for (at, (number, word)) in code.iter().enumerate() {
        let (Some((_, name)), next) = (code.get(at + 1), code.get(at + 2)) else { continue };
        let is_rule = word.kind == WordKind::Name && word.text == "rule" && name.kind == WordKind::Name;
        // With parameters it is a part of other rules.
        let has_parameters =
            next.is_some_and(|(_, word)| word.text == "(" && word.start == name.start + name.text.len());
        if !is_rule || has_parameters || !begins_line(text, word.start) {
            continue;
        }
        let before = words.get(..*number).unwrap_or_default();
        let mut own: Vec<_> = before.iter().rev().take_while(is_comment).collect();
        own.reverse();
        let Metadata { severity, level, title, help } = read(&own)?;
        let metadata = Metadata {
            severity: severity.or(all.severity),
            level: level.or(all.level),
            title: title.or_else(|| all.title.clone()),
            help: help.or_else(|| all.help.clone()),
        };
        let span = Span::new(word.start, name.start + name.text.len());
        rules.push(Declared { name: Some(name.text.to_owned()), span, metadata });
    }
    Ok(rules)
}

fn begins_line(text: &str, at: usize) -> bool {
    let line = text.get(..at).unwrap_or_default().rsplit('\n').next().unwrap_or_default();
    line.trim().is_empty()
}

fn read(comments: &[&Word<'_>]) -> Result<Metadata, Meaningless> {
    let mut metadata = Metadata::default();
    for comment in comments {
        let Some((key, value)) = comment.text.split_once(':') else { continue };
        let value = value.trim();
        let wrong = |choices: &[&str]| Meaningless {
            message: format!("`{value}` is none of {}", choices.join(", ")),
            span: Span::new(comment.start, comment.start + 1 + comment.text.trim_end().len()),
        };
        match key.trim() {
            "severity" => {
                let named = Severity::ALL.into_iter().find(|severity| severity.name() == value);
                metadata.severity = Some(named.ok_or_else(|| wrong(&Severity::ALL.map(Severity::name)))?);
            }
            "level" => {
                let named = Level::ALL.into_iter().find(|level| level.name() == value);
                metadata.level = Some(named.ok_or_else(|| wrong(&Level::ALL.map(Level::name)))?);
            }
            "title" => metadata.title = Some(value.to_owned()),
            "help" => metadata.help = Some(value.to_owned()),
            _ => {}
        }
    }
    Ok(metadata)
}

#[cfg(test)]
mod tests {
    use super::super::lexis::words;
    use super::*;

    fn of(text: &str) -> Result<Vec<Declared>, Meaningless> {
        declared(text, &words(text))
    }

    #[test]
    fn comments_speak_of_the_rule_below_and_those_at_the_top_of_all() {
        let text = "# severity: error\n\nlet a = 1\n# title: first\n# level: strict\nrule A {\n}\nrule B when %a {}\n\
                    rule part(x) { %x exists }\n  # severity: info\n  rule C {}\nlet rule_x = 'rule D'\n";
        let rules = of(text).unwrap();
        let told: Vec<_> = rules
            .iter()
            .map(|rule| (rule.name.as_deref().unwrap_or("-"), rule.metadata.severity, rule.metadata.level))
            .collect();
        let error = Some(Severity::Error);
        let expected = [
            ("-", error, None),
            ("A", error, Some(Level::Strict)),
            ("B", error, None),
            ("C", Some(Severity::Info), None),
        ];
        assert_eq!(told, expected);
        assert_eq!(rules[1].metadata.title.as_deref(), Some("first"));
        let Span { start, end } = rules[1].span;
        assert_eq!(&text[start as usize..end as usize], "rule A");
    }

    #[test]
    fn a_severity_that_is_none_is_told_with_its_place() {
        let text = "let a = 1\n# severity: critical\nrule A {}\n";
        let fault = of(text).unwrap_err();
        assert!(fault.message.contains("critical") && fault.message.contains("warning"), "{}", fault.message);
        assert_eq!(&text[fault.span.start as usize..fault.span.end as usize], "# severity: critical");
    }
}
