//! What the Guard library answers: a tree of records, of which the failed clauses matter.

use std::collections::HashMap;

use serde::Deserialize;
use serde::de::IgnoredAny;

/// The records of one policy on one document.
#[derive(Debug, Default)]
pub struct Answer {
    rules: Vec<Record>,
}

/// How a rule came out.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "UPPERCASE")]
pub enum Status {
    /// It does not apply.
    Skip,
    /// It holds.
    Pass,
    /// It does not hold.
    Fail,
}

impl Status {
    /// Its name in expectations.
    pub fn name(self) -> &'static str {
        match self {
            Self::Skip => "SKIP",
            Self::Pass => "PASS",
            Self::Fail => "FAIL",
        }
    }
}

/// A clause that failed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Failure {
    /// The rule.
    pub rule: String,
    /// The path that was reached, and what of the query was missing there; nothing for a clause about nothing.
    pub at: Option<(String, Option<String>)>,
    /// The clause as the library writes it.
    pub clause: String,
    /// What the policy says of it.
    pub message: Option<String>,
    /// The paths of the clauses that would have done as well.
    pub others: Vec<(String, Option<String>)>,
}

#[derive(Debug, Deserialize)]
struct Record {
    context: String,
    container: Option<Container>,
    children: Vec<Record>,
}

#[derive(Debug, Deserialize)]
enum Container {
    FileCheck(IgnoredAny),
    RuleCheck(Named),
    RuleCondition(IgnoredAny),
    TypeCheck(Typed),
    TypeCondition(IgnoredAny),
    TypeBlock(Status),
    Filter(IgnoredAny),
    WhenCheck(Block),
    WhenCondition(IgnoredAny),
    Disjunction(Block),
    BlockGuardCheck(Block),
    GuardClauseBlockCheck(Block),
    ClauseValueCheck(Clause),
}

#[derive(Debug, Deserialize)]
struct Named {
    name: String,
    status: Status,
    message: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Block {
    status: Status,
    message: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Typed {
    block: Block,
}

#[derive(Debug, Deserialize)]
enum Clause {
    Success,
    Comparison(Check),
    InComparison(Check),
    Unary(Unary),
    NoValueForEmptyCheck(Option<String>),
    DependentRule(Dependent),
    MissingBlockValue(Check),
}

#[derive(Debug, Deserialize)]
struct Check {
    from: Queried,
    custom_message: Option<String>,
    status: Status,
}

#[derive(Debug, Deserialize)]
struct Unary {
    value: Check,
}

#[derive(Debug, Deserialize)]
struct Dependent {
    rule: String,
    custom_message: Option<String>,
}

#[derive(Debug, Deserialize)]
enum Queried {
    Literal(IgnoredAny),
    Resolved(At),
    UnResolved(UnResolved),
}

#[derive(Debug, Deserialize)]
struct At {
    path: String,
}

#[derive(Debug, Deserialize)]
struct UnResolved {
    traversed_to: At,
    remaining_query: String,
}

impl Answer {
    /// Reads the long form of the library's answer.
    ///
    /// # Errors
    /// It is not what version 3.2.1 writes.
    pub fn parse(text: &str) -> Result<Self, serde_json::Error> {
        if text.is_empty() {
            return Ok(Self::default());
        }
        let root: Record = serde_json::from_str(text)?;
        Ok(Self { rules: root.children })
    }

    /// How each rule came out; of several of one name the worst.
    pub fn statuses(&self) -> Vec<(&str, Status)> {
        let mut statuses: Vec<(&str, Status)> = Vec::new();
        for record in &self.rules {
            let Some(Container::RuleCheck(Named { name, status, .. })) = &record.container else { continue };
            match statuses.iter_mut().find(|(mine, _)| mine == name) {
                Some((_, worst)) => *worst = (*worst).max(*status),
                None => statuses.push((name, *status)),
            }
        }
        statuses
    }

    /// The clauses that failed. A rule that fails for another one fails where that one does.
    pub fn failures(&self) -> Vec<Failure> {
        let mut failed: Vec<(&str, Vec<Found>)> = Vec::new();
        for record in &self.rules {
            let Some(Container::RuleCheck(Named { name, status: Status::Fail, message })) = &record.container else {
                continue;
            };
            let mut found = Vec::new();
            record.children.iter().for_each(|child| collect(child, name, &mut found));
            if found.is_empty() {
                found.push(Found::Clause(Failure::nowhere(name, &record.context, message.clone())));
            }
            failed.push((name, found));
        }
        let mut by_rule: HashMap<&str, Vec<&Failure>> = HashMap::new();
        for (name, found) in &failed {
            by_rule.entry(name).or_default().extend(found.iter().filter_map(Found::clause));
        }
        let of_rule = |(name, found): &(&str, Vec<Found>)| -> Vec<Failure> {
            found.iter().flat_map(|one| one.failures(name, &by_rule)).collect()
        };
        failed.iter().flat_map(of_rule).collect()
    }
}

/// Why a rule fails: for a clause, or for another rule.
enum Found {
    Clause(Failure),
    Rule { of: String, clause: String, message: Option<String> },
}

impl Found {
    fn clause(&self) -> Option<&Failure> {
        if let Self::Clause(failure) = self { Some(failure) } else { None }
    }

    fn failures(&self, rule: &str, by_rule: &HashMap<&str, Vec<&Failure>>) -> Vec<Failure> {
        match self {
            Self::Clause(failure) => vec![failure.clone()],
            Self::Rule { of, clause, message } => {
                let theirs = by_rule.get(of.as_str()).map(Vec::as_slice).unwrap_or_default();
                if theirs.is_empty() {
                    return vec![Failure::nowhere(rule, clause, message.clone())];
                }
                let adopted = |theirs: &&Failure| Failure {
                    rule: rule.to_owned(),
                    message: message.clone().or_else(|| theirs.message.clone()),
                    ..(*theirs).clone()
                };
                theirs.iter().map(adopted).collect()
            }
        }
    }
}

impl Failure {
    fn nowhere(rule: &str, clause: &str, message: Option<String>) -> Self {
        Self { rule: rule.to_owned(), at: None, clause: tidy(clause), message: said(message), others: Vec::new() }
    }
}

/// What the library failed of, where its message on a clause says that it could not evaluate it.
pub fn fault(message: &str) -> Option<&str> {
    const BEGINNINGS: [&str; 3] = [
        "The condition could not be evaluated, so the block it guards is not checked: ",
        "Disjunction failed due to error ",
        "Error ",
    ];
    let rest = BEGINNINGS.iter().find_map(|beginning| message.strip_prefix(beginning))?;
    let is_error = message.ends_with(", bailing") || message.starts_with(BEGINNINGS[0]);
    let end = [" when handling ", " during type ", ", bailing"].iter().filter_map(|end| rest.rfind(end)).min();
    is_error.then(|| rest.get(..end.unwrap_or(rest.len()))).flatten()
}

/// A message without the library's own advice to the author of a clause that had nothing to compare.
fn said(message: Option<String>) -> Option<String> {
    message.filter(|message| !message.contains("comparison could not be performed: the "))
}

/// Adds the failed clauses of a record. Conditions and filters that do not hold fail nothing.
fn collect(record: &Record, rule: &str, found: &mut Vec<Found>) {
    let Some(container) = &record.container else { return };
    match container {
        Container::ClauseValueCheck(clause) => found.extend(failed(clause, record, rule)),
        Container::Disjunction(Block { status: Status::Fail, message }) => {
            let mut inner = Vec::new();
            record.children.iter().for_each(|child| collect(child, rule, &mut inner));
            found.extend(joined(inner, rule, record, message));
        }
        Container::RuleCheck(Named { status: Status::Fail, message, .. })
        | Container::WhenCheck(Block { status: Status::Fail, message })
        | Container::BlockGuardCheck(Block { status: Status::Fail, message })
        | Container::GuardClauseBlockCheck(Block { status: Status::Fail, message })
        | Container::TypeCheck(Typed { block: Block { status: Status::Fail, message } }) => {
            let before = found.len();
            record.children.iter().for_each(|child| collect(child, rule, found));
            if found.len() == before {
                found.push(Found::Clause(Failure::nowhere(rule, &record.context, message.clone())));
            }
        }
        Container::TypeBlock(Status::Fail) => record.children.iter().for_each(|child| collect(child, rule, found)),
        _ => {}
    }
}

/// The failed clauses of an `or` as one failure: any of them would have done.
fn joined(inner: Vec<Found>, rule: &str, record: &Record, message: &Option<String>) -> Option<Found> {
    let mut clauses = Vec::new();
    for one in inner {
        match one {
            Found::Clause(failure) => clauses.push(failure),
            Found::Rule { .. } => return Some(one),
        }
    }
    let mut clauses = clauses.into_iter();
    let Some(mut first) = clauses.next() else {
        return Some(Found::Clause(Failure::nowhere(rule, &record.context, message.clone())));
    };
    for other in clauses {
        first.message = first.message.or(other.message);
        first.clause = format!("{} or {}", first.clause, other.clause);
        first.others.extend(other.at.filter(|at| first.at.as_ref() != Some(at)));
    }
    Some(Found::Clause(first))
}

fn failed(clause: &Clause, record: &Record, rule: &str) -> Option<Found> {
    let check = match clause {
        Clause::Success => return None,
        Clause::NoValueForEmptyCheck(message) => {
            return Some(Found::Clause(Failure::nowhere(rule, &record.context, message.clone())));
        }
        Clause::DependentRule(Dependent { rule, custom_message }) => {
            let clause = format!("the rule {rule} holds");
            return Some(Found::Rule { of: rule.clone(), clause, message: custom_message.clone() });
        }
        Clause::Comparison(check) | Clause::InComparison(check) | Clause::MissingBlockValue(check) => check,
        Clause::Unary(Unary { value }) => value,
    };
    if check.status != Status::Fail {
        return None;
    }
    let at = match &check.from {
        Queried::Resolved(At { path }) => Some((path.clone(), None)),
        Queried::UnResolved(UnResolved { traversed_to, remaining_query }) => {
            Some((traversed_to.path.clone(), Some(remaining_query.clone())))
        }
        Queried::Literal(_) => None,
    };
    let message = check.custom_message.clone();
    Some(Found::Clause(Failure {
        rule: rule.to_owned(),
        at,
        clause: tidy(&record.context),
        message,
        others: Vec::new(),
    }))
}

/// A clause on one line, without what the library puts around it.
fn tidy(context: &str) -> String {
    let clause = context.strip_prefix("GuardAccessClause#block").unwrap_or(context);
    clause.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_library_failed_of_is_told_apart_from_what_a_policy_says() {
        let converting = "Types or variable assignments are incompatible `failed to convert a string`";
        for message in [
            format!("Error {converting} when handling clause, bailing"),
            format!("Error {converting} during type block evaluation, bailing"),
            format!("Disjunction failed due to error {converting}, bailing"),
            format!("The condition could not be evaluated, so the block it guards is not checked: {converting}"),
        ] {
            assert_eq!(fault(&message), Some(converting), "{message}");
        }
        assert_eq!(fault("Error handling is missing"), None);
        assert_eq!(fault("ask for a second factor"), None);
    }
}
