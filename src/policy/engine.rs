//! The Guard library, behind one function: a document and a policy in, what the library says out.

use std::io::Cursor;

use cfn_guard::commands::Executable;
use cfn_guard::utils::reader::{ReadBuffer, Reader};
use cfn_guard::utils::writer::{WriteBuffer, Writer};
use cfn_guard::{CommandBuilder, Error, ParseTreeBuilder, ValidateInput, run_checks};

use super::answer::Answer;
use super::library;

/// The name that the library is told of a policy.
const NAME: &str = "policy";

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The policy cannot be parsed: line and column, from 1, and what was expected there.
    Syntax {
        /// The line.
        line: usize,
        /// The column, in characters.
        column: usize,
        /// What is wrong.
        message: String,
    },
    /// It cannot be evaluated.
    Failed(String),
}

/// Evaluates the rules of a policy on a JSON document.
///
/// # Errors
/// See [`Trouble`].
pub fn evaluate(document: &str, policy: &str) -> Result<Answer, Trouble> {
    let data = ValidateInput { content: document, file_name: "view" };
    let rules = ValidateInput { content: policy, file_name: NAME };
    // Only the long form is whole: of an answer over 8 KiB in the short form, the library (3.2.1) gives the end only.
    let answer = library::call(|| run_checks(data, rules, true).map_err(|error| trouble(&error)));
    let text = answer.map_err(Trouble::Failed)??;
    Answer::parse(&text).map_err(|error| Trouble::Failed(format!("its answer cannot be read: {error}")))
}

/// A policy as the library parses it, in JSON; `null` where it says nothing.
///
/// # Errors
/// See [`Trouble`].
pub fn parsed(policy: &str) -> Result<String, Trouble> {
    let parse = || {
        let command = ParseTreeBuilder::default().print_json(true).try_build()?;
        let mut reader = Reader::new(ReadBuffer::Cursor(Cursor::new(policy.as_bytes().to_vec())));
        let mut writer = Writer::new(WriteBuffer::Vec(Vec::new()))?;
        command.execute(&mut writer, &mut reader)?;
        writer.into_string()
    };
    library::call(|| parse().map_err(|error| trouble(&error))).map_err(Trouble::Failed)?
}

fn trouble(error: &Error) -> Trouble {
    let text = error.to_string();
    if matches!(error, Error::ParseError(_))
        && let Some(syntax) = syntax(&text)
    {
        return syntax;
    }
    Trouble::Failed(text.lines().next().unwrap_or_default().to_owned())
}

/// The place in `… at line 2 at column 1, when handling WHAT, fragment REST`.
fn syntax(text: &str) -> Option<Trouble> {
    let (line, rest) = text.split_once(" at line ")?.1.split_once(" at column ")?;
    let (column, rest) = rest.split_once(',')?;
    let handling = rest.split_once("when handling").map_or("", |(_, handling)| handling);
    let expected = handling.split(", fragment").next().unwrap_or_default().trim();
    let message = match expected {
        "" => "this cannot be parsed".to_owned(),
        // Some of them repeat the place in the library's own words.
        expected => expected.split(&format!(" {NAME}#")).next().unwrap_or(expected).to_owned(),
    };
    Some(Trouble::Syntax { line: line.trim().parse().ok()?, column: column.trim().parse().ok()?, message })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_of_syntax_have_their_place() {
        let broken = "let x = 1\nrule A {\n  Resources.X ==\n}\n";
        let Err(Trouble::Syntax { line, message, .. }) = evaluate("{}", broken) else { panic!("it parses") };
        assert_eq!(line, 3, "{message}");
        assert!(message.contains("expecting"), "{message}");
    }

    #[test]
    fn what_cannot_be_evaluated_is_told() {
        let trouble = evaluate("{\"Resources\": {}}", "rule A { %nope exists }").unwrap_err();
        assert!(matches!(&trouble, Trouble::Failed(message) if message.contains("nope")), "{trouble:?}");
    }

    #[test]
    fn a_policy_without_rules_says_nothing() {
        assert_eq!(evaluate("{}", "# nothing\n").unwrap().statuses(), []);
        assert_eq!(evaluate("{}", "").unwrap().statuses(), []);
    }

    #[test]
    fn long_answers_are_whole() {
        let items: Vec<String> =
            (0..300).map(|number| format!("\"r{number}\": {{\"Type\": \"A\", \"P\": 1}}")).collect();
        let document = format!("{{\"Resources\": {{{}}}}}", items.join(","));
        let answer = evaluate(&document, "rule ONE { Resources.*[ Type == 'A' ].P == 2 <<two>> }").unwrap();
        assert_eq!(answer.failures().len(), 300);
    }
}
