//! What a policy says, as the Guard library parses it: its variables, rules and clauses.

use serde::Deserialize;

use super::engine::{self, Trouble};

/// How the library calls the rule of the clauses outside of every rule, of a policy without a name.
const DEFAULT: &str = "default";

/// A parsed policy.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Tree {
    /// The variables of all its rules.
    #[serde(rename = "assignments")]
    pub lets: Vec<Let>,
    /// Its rules, in their order; the clauses outside of every rule first.
    #[serde(rename = "guard_rules")]
    pub rules: Vec<Rule>,
    /// Its rules with parameters.
    #[serde(rename = "parameterized_rules")]
    pub templates: Vec<Template>,
}

/// A variable.
#[derive(Clone, Debug, Deserialize)]
pub struct Let {
    /// Its name, without the `%`.
    pub var: String,
    /// What it stands for.
    pub value: Operand,
}

/// What a variable stands for, a clause compares with, a rule or a function is given.
#[derive(Clone, Debug, Deserialize)]
pub enum Operand {
    /// A value.
    Value(Literal),
    /// What a query finds.
    #[serde(rename = "AccessClause")]
    Query(Query),
    /// What a function returns.
    #[serde(rename = "FunctionCall")]
    Call(Call),
}

/// A value that the policy writes. A regular expression is a text between slashes, a range one like `[1,2)`; a text that looks like
/// one cannot be told from it.
#[derive(Clone, Debug, Deserialize)]
pub struct Literal {
    /// The value.
    pub value: serde_json::Value,
}

/// A call of a function.
#[derive(Clone, Debug, Deserialize)]
pub struct Call {
    /// What it is given.
    pub parameters: Vec<Operand>,
}

/// A query of the document.
#[derive(Clone, Debug, Deserialize)]
pub struct Query {
    /// Its steps.
    #[serde(rename = "query")]
    pub parts: Vec<Part>,
    /// Without `some`.
    pub match_all: bool,
}

/// A step of a query.
#[derive(Clone, Debug, Deserialize)]
pub enum Part {
    /// What is looked at.
    This,
    /// A key, or a variable behind its `%`.
    Key(String),
    /// The members of a map whose keys fit.
    MapKeyFilter(Option<String>, KeyFilter),
    /// The members or items; the name that their keys are kept under.
    AllValues(Option<String>),
    /// The items.
    AllIndices(Option<String>),
    /// An item.
    Index(i64),
    /// What the clauses hold for.
    Filter(Option<String>, All<Clause>),
}

/// Which keys fit.
#[derive(Clone, Debug, Deserialize)]
pub struct KeyFilter {
    /// What they are compared with.
    pub compare_with: Operand,
}

/// Of every inner list one must hold.
pub type All<T> = Vec<Vec<T>>;

/// A clause.
#[derive(Clone, Debug, Deserialize)]
pub enum Clause {
    /// One that looks at values.
    #[serde(rename = "Clause")]
    Check(Check),
    /// That another rule holds.
    NamedRule(Named),
    /// That a rule with parameters holds.
    #[serde(rename = "ParameterizedNamedRule")]
    Instance(Instance),
    /// Clauses about each value that a query finds.
    #[serde(rename = "BlockClause")]
    Each(Each),
    /// Clauses that hold under conditions.
    #[serde(rename = "WhenBlock")]
    When(All<Clause>, Block<Clause>),
}

/// A clause that looks at values.
#[derive(Clone, Debug, Deserialize)]
pub struct Check {
    /// What it says.
    #[serde(rename = "access_clause")]
    pub access: Access,
    /// It is turned round.
    pub negation: bool,
}

/// Values, an operator, and what they are compared with.
#[derive(Clone, Debug, Deserialize)]
pub struct Access {
    /// The values.
    pub query: Query,
    /// The operator, and whether it is turned round.
    pub comparator: (Operator, bool),
    /// What they are compared with; nothing of an operator that asks for what they are.
    pub compare_with: Option<Operand>,
}

/// What a clause asks for.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[expect(missing_docs, reason = "these are Guard's own names")]
pub enum Operator {
    Eq,
    In,
    Gt,
    Lt,
    Le,
    Ge,
    Exists,
    Empty,
    IsString,
    IsList,
    IsMap,
    IsBool,
    IsInt,
    IsFloat,
    IsNull,
}

/// The name of a rule.
#[derive(Clone, Debug, Deserialize)]
pub struct Named {
    /// The rule.
    #[serde(rename = "dependent_rule")]
    pub rule: String,
}

/// A use of a rule with parameters.
#[derive(Clone, Debug, Deserialize)]
pub struct Instance {
    /// What it is given.
    pub parameters: Vec<Operand>,
    /// The rule.
    pub named_rule: Named,
}

/// Clauses about each value that a query finds.
#[derive(Clone, Debug, Deserialize)]
pub struct Each {
    /// The values.
    pub query: Query,
    /// The clauses.
    pub block: Block<Clause>,
}

/// Variables, and clauses that may use them.
#[derive(Clone, Debug, Deserialize)]
pub struct Block<T> {
    /// The variables.
    #[serde(rename = "assignments")]
    pub lets: Vec<Let>,
    /// The clauses.
    #[serde(rename = "conjunctions")]
    pub clauses: All<T>,
}

/// A clause of a rule.
#[derive(Clone, Debug, Deserialize)]
pub enum RuleClause {
    /// A clause.
    Clause(Clause),
    /// Clauses that hold under conditions.
    #[serde(rename = "WhenBlock")]
    When(All<Clause>, Block<Clause>),
    /// Clauses about the resources of a type.
    #[serde(rename = "TypeBlock")]
    Type(TypeBlock),
}

/// Clauses about the resources of a type.
#[derive(Clone, Debug, Deserialize)]
pub struct TypeBlock {
    /// Under which conditions.
    pub conditions: Option<All<Clause>>,
    /// The clauses.
    pub block: Block<Clause>,
    /// The query that finds the resources.
    pub query: Vec<Part>,
}

/// A rule.
#[derive(Clone, Debug, Deserialize)]
pub struct Rule {
    /// Its name.
    #[serde(rename = "rule_name")]
    pub name: String,
    /// Under which conditions it is asked for.
    pub conditions: Option<All<Clause>>,
    /// What it asks for.
    pub block: Block<RuleClause>,
}

/// A rule with parameters.
#[derive(Clone, Debug, Deserialize)]
pub struct Template {
    /// The names of the parameters.
    #[serde(rename = "parameter_names")]
    pub parameters: Vec<String>,
    /// The rule.
    pub rule: Rule,
}

impl Tree {
    /// Parses a policy.
    ///
    /// # Errors
    /// It cannot be parsed, or its blocks are nested so deeply that it is not followed.
    pub fn parse(policy: &str) -> Result<Self, Trouble> {
        let json = engine::parsed(policy)?;
        let tree: Option<Self> = serde_json::from_str(&json).map_err(|error| {
            let is_deep = error.to_string().contains("recursion limit");
            Trouble::Failed(if is_deep { "its blocks are nested too deeply".to_owned() } else { error.to_string() })
        })?;
        let mut tree = tree.unwrap_or_default();
        if let Some(first) = tree.rules.first_mut().filter(|rule| rule.name == DEFAULT && rule.block.lets.is_empty()) {
            super::DEFAULT.clone_into(&mut first.name);
        }
        Ok(tree)
    }

    /// Whether there are clauses outside of every rule.
    pub fn has_default(&self) -> bool {
        self.rules.first().is_some_and(|rule| rule.name == super::DEFAULT)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_of_the_language_is_read() {
        let tree = Tree::parse(
            "let pools = Resources.*[ Type == 'AWS::Cognito::UserPool' ]\nlet many = count(%pools)\n\
             Resources exists\n\
             rule part(x, y) { %x == %y }\n\
             rule A when %pools !empty or B {\n  let n = 3\n  %many > %n <<few>>\n  \
             %pools { Properties.Name == /^a/ Properties.Size in r[1,2) }\n  \
             part(%pools.Name, 'x')\n  when not B { some Resources[ keys == /x/ ].*[ A == 1 ].B[0].this is_string }\n}\n\
             rule B { AWS::Cognito::UserPool when Properties exists { Properties.Tags[*] !empty } }\n",
        );
        let tree = tree.unwrap();
        assert_eq!(
            tree.rules.iter().map(|rule| rule.name.as_str()).collect::<Vec<_>>(),
            [super::super::DEFAULT, "A", "B"]
        );
        assert_eq!(
            (tree.lets.len(), tree.templates[0].parameters.as_slice()),
            (2, ["x".to_owned(), "y".to_owned()].as_slice())
        );
        let a = &tree.rules[1];
        assert_eq!((a.conditions.as_ref().unwrap()[0].len(), a.block.clauses.len()), (2, 4));
        let RuleClause::Clause(Clause::Each(each)) = &a.block.clauses[1][0] else { panic!("{a:?}") };
        let operand = |number: usize| match &each.block.clauses[number][0] {
            Clause::Check(Check { access: Access { compare_with: Some(Operand::Value(literal)), .. }, .. }) => {
                literal.value.as_str().unwrap().to_owned()
            }
            other => panic!("{other:?}"),
        };
        assert_eq!((operand(0).as_str(), operand(1).as_str()), ("/^a/", "[1,2)"));
        assert!(matches!(tree.rules[2].block.clauses[0][0], RuleClause::Type(_)));
    }

    #[test]
    fn what_has_no_rule_is_empty() {
        for text in ["", "# nothing\n"] {
            assert!(Tree::parse(text).unwrap().rules.is_empty());
        }
    }

    #[test]
    fn deep_blocks_are_refused() {
        let deep = format!("rule X {{ {} A exists {} }}", "when A exists { ".repeat(60), "}".repeat(60));
        assert_eq!(Tree::parse(&deep).unwrap_err(), Trouble::Failed("its blocks are nested too deeply".to_owned()));
    }
}
