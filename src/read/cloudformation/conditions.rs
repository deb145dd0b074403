//! Which combinations of a stack's conditions can be.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use crate::when::{Test, When};

use super::trial::{Matters, Trial};

/// How many assignments of values to parameters are tried.
const MOST_TRIALS: usize = 1024;

/// Stands for every value that nothing is compared with.
const OTHER: [&str; 2] = ["\u{0}other", "\u{0}another"];

/// The conditions of a stack: which combinations of them can be.
#[derive(Clone, Debug, Default)]
pub struct Conditions {
    scope: Option<Arc<Scope>>,
    /// Combinations of which somebody else knows that they cannot be.
    impossible: Arc<[When]>,
}

/// The conditions and parameters of one stack instance.
#[derive(Debug, Default)]
pub(super) struct Scope {
    /// The stack.
    pub id: Arc<str>,
    /// What each condition says.
    pub definitions: HashMap<Arc<str>, Expression>,
    /// The parameters whose values are open.
    pub variables: HashMap<Arc<str>, Variable>,
    /// The stack that this one is nested in: arguments lead there.
    pub parent: Conditions,
}

/// A name and the stack in which it means something. Pseudo parameters stand in the empty scope.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Name {
    pub scope: Arc<str>,
    pub name: Arc<str>,
}

/// A parameter whose value is not given.
#[derive(Clone, Debug, Default)]
pub(super) struct Variable {
    /// The default, which is one value worth trying.
    pub default: Option<Arc<str>>,
    /// `AllowedValues`; empty where any value may be.
    pub allowed: Vec<Arc<str>>,
}

impl Variable {
    /// Values that it surely can have.
    pub fn known(&self) -> impl Iterator<Item = Arc<str>> + '_ {
        self.allowed.iter().chain(&self.default).cloned()
    }
}

/// A condition function.
#[derive(Clone, Debug)]
pub(super) enum Expression {
    Equals(Operand, Operand),
    All(Vec<Expression>),
    Any(Vec<Expression>),
    Not(Box<Expression>),
    Named(Name),
    Unknown,
}

/// What conditions compare.
#[derive(Clone, Debug)]
pub(super) enum Operand {
    Text(Arc<str>),
    Variable(Name),
    /// `Fn::FindInMap` in a table of texts.
    Lookup {
        table: Arc<Table>,
        keys: Box<(Operand, Operand)>,
    },
    /// `Fn::Sub`, `Fn::Join` of items.
    Joined(Vec<Operand>),
    /// `Fn::Join` of a list parameter: its commas become the delimiter.
    Rejoined {
        list: Box<Operand>,
        delimiter: Arc<str>,
    },
    /// `Fn::Select` of a split text or list parameter.
    Piece {
        of: Box<Operand>,
        delimiter: Arc<str>,
        index: usize,
    },
    /// `Fn::If`.
    Choice {
        condition: Name,
        then: Box<Operand>,
        otherwise: Box<Operand>,
    },
    Unknown,
}

/// A mapping's texts by both of their keys.
pub(super) type Table = BTreeMap<(Arc<str>, Arc<str>), Arc<str>>;

impl Conditions {
    pub(super) fn new(scope: Scope) -> Self {
        Self { scope: Some(Arc::new(scope)), impossible: Arc::default() }
    }

    /// Conditions of which only these combinations cannot be.
    pub fn without(impossible: Vec<When>) -> Self {
        Self { scope: None, impossible: impossible.into() }
    }

    /// Whether the stack's parameters can be such that `when` holds. Tests of other scopes are taken as possible.
    pub fn satisfiable(&self, when: &When) -> bool {
        let tests: Vec<(Expression, bool)> =
            when.tests().iter().filter_map(|test| Some((self.expression(test)?, test.holds))).collect();
        if self.impossible.iter().any(|impossible| impossible.follows_from(when)) {
            return false;
        }
        tests.is_empty()
            || self.any_trial(tests.iter().map(|(expression, _)| expression), |trial| {
                tests.iter().all(|(expression, holds)| trial.holds(expression).is_none_or(|found| found == *holds))
            })
    }

    /// The outcome of a condition, where every possible value of the parameters gives the same.
    pub(super) fn decided(&self, name: &Arc<str>) -> Option<bool> {
        let scope = self.scope.as_deref()?;
        let expression = scope.definitions.get(name)?;
        let can = |outcome: bool| {
            self.any_trial([expression], |trial| trial.holds(expression).is_none_or(|found| found == outcome))
        };
        match (can(true), can(false)) {
            (true, false) => Some(true),
            (false, true) => Some(false),
            _ => None,
        }
    }

    /// The declaration of an open parameter, in this stack or one that it is nested in.
    pub(super) fn variable(&self, name: &Name) -> Option<&Variable> {
        self.scope_of(&name.scope).and_then(|scope| scope.variables.get(&name.name))
    }

    fn scope_of(&self, id: &str) -> Option<&Scope> {
        let mut next = self;
        loop {
            let scope = next.scope.as_deref()?;
            if &*scope.id == id {
                return Some(scope);
            }
            next = &scope.parent;
        }
    }

    /// What a condition says.
    pub(super) fn definition(&self, name: &Name) -> Option<&Expression> {
        self.scope_of(&name.scope)?.definitions.get(&name.name)
    }

    /// What a test asks: a condition by its name, or a parameter's value.
    fn expression(&self, test: &Test) -> Option<Expression> {
        let named = Name { scope: test.scope.clone(), name: test.name.clone() };
        if self.definition(&named).is_some() {
            return Some(Expression::Named(named));
        }
        let (subject, value) = test.equality()?;
        let variable = Name { scope: test.scope.clone(), name: subject.into() };
        let is_known = variable.scope.is_empty() || self.variable(&variable).is_some();
        is_known.then(|| Expression::Equals(Operand::Variable(variable), Operand::Text(value.into())))
    }

    /// Tries the values that matter; `true` without a trial where they are too many.
    fn any_trial<'e>(
        &self,
        expressions: impl IntoIterator<Item = &'e Expression>,
        holds: impl Fn(&Trial<'_>) -> bool,
    ) -> bool {
        let mut matters = Matters::new(self);
        for expression in expressions {
            matters.add(expression);
        }
        let variables: Vec<(Name, Vec<Arc<str>>)> = matters
            .variables
            .into_iter()
            .map(|(name, literals)| (name.clone(), self.values(&name, literals)))
            .collect();
        let trials = variables.iter().map(|(_, values)| values.len()).try_fold(1_usize, usize::checked_mul);
        let Some(trials) = trials.filter(|trials| *trials <= MOST_TRIALS) else { return true };
        (0..trials).any(|number| {
            let mut rest = number;
            let mut assignment = HashMap::new();
            for (name, values) in &variables {
                if let Some(value) = values.get(rest % values.len()) {
                    assignment.insert(name, value.clone());
                }
                rest /= values.len();
            }
            holds(&Trial::new(self, assignment))
        })
    }

    /// The values of a parameter that can make a difference; at least one.
    fn values(&self, name: &Name, literals: BTreeSet<Arc<str>>) -> Vec<Arc<str>> {
        let variable = self.variable(name).cloned().unwrap_or_default();
        if !variable.allowed.is_empty() {
            return variable.allowed;
        }
        let mut values: BTreeSet<Arc<str>> = literals;
        values.extend(variable.default);
        let others = if values.is_empty() { &OTHER[..] } else { &OTHER[..1] };
        values.extend(others.iter().map(|other| Arc::from(*other)));
        values.into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::cloudformation::testing::{Scan, scan, scan_with, template};
    use crate::read::cloudformation::{Given, Parameters};

    fn given(pairs: &[&str]) -> Parameters {
        let mut parameters = Parameters::default();
        pairs.iter().for_each(|pair| parameters.add_pair(pair).unwrap());
        parameters
    }

    /// Whether the first stack can be such that all these tests hold; `!` negates one.
    fn can(scan: &Scan, tests: &[&str]) -> bool {
        let stack = &scan.reading.facts.stacks[0];
        let when = tests.iter().try_fold(When::always(), |when, test| {
            when.and(&When::test(stack.id.clone(), test.trim_start_matches('!'), !test.starts_with('!')))
        });
        when.is_some_and(|when| stack.conditions.satisfiable(&when))
    }

    const STAGES: &str = "Parameters:\n  Stage: {Type: String, Default: dev, AllowedValues: [dev, test, prod]}\n  Name: {Type: String}\n\
        Conditions:\n  IsProd: !Equals [!Ref Stage, prod]\n  IsDev: !Equals [dev, !Ref Stage]\n  IsReal: !Or [!Condition IsProd, !Equals [!Ref Stage, test]]\n  \
        NotDev: !Not [Condition: IsDev]\n  HasName: !Not [!Equals [!Ref Name, '']]\n  IsBig: !And [!Condition IsProd, !Condition HasName]\n  \
        IsIreland: !Equals [!Ref 'AWS::Region', eu-west-1]\n\
        Resources:\n  R:\n    Type: AWS::X::Y\n    Condition: IsProd\n    Properties: {V: !If [HasName, a, b]}\n";

    #[test]
    fn combinations_follow_the_parameters() {
        let scan = template(STAGES);
        assert!(can(&scan, &["IsProd"]) && can(&scan, &["!IsProd"]));
        assert!(!can(&scan, &["IsProd", "IsDev"]));
        assert!(can(&scan, &["!IsProd", "!IsDev"]));
        assert!(!can(&scan, &["!IsProd", "!IsDev", "!IsReal"]));
        assert!(can(&scan, &["IsReal", "NotDev"]) && !can(&scan, &["IsReal", "!NotDev"]));
        assert!(!can(&scan, &["IsBig", "!HasName"]) && can(&scan, &["!IsBig", "HasName"]));
        assert!(can(&scan, &["IsIreland", "IsProd"]) && can(&scan, &["!IsIreland"]));
        assert!(can(&scan, &["Stage = prod", "IsProd"]) && !can(&scan, &["Stage = dev", "IsProd"]));
        assert!(!can(&scan, &["Stage = staging"]));
        assert!(can(&scan, &["Unheard", "IsProd"]));
        let foreign = When::test("other.yaml", "IsProd", true);
        assert!(scan.reading.facts.stacks[0].conditions.satisfiable(&foreign));
    }

    #[test]
    fn given_parameters_decide() {
        let prod = scan_with(&[("t.yaml", STAGES)], &given(&["Stage=prod"]));
        assert!(prod.resource("R").when.is_always());
        assert!(!can(&prod, &["IsDev"]) && can(&prod, &["IsReal"]));
        assert_eq!(prod.property("R", "V"), "{HasName: 'a', not HasName: 'b'}");
        assert!(scan_with(&[("t.yaml", STAGES)], &given(&["Stage=dev"])).resources().is_empty());
        let named = scan_with(&[("t.yaml", STAGES)], &given(&["Stage=prod", "Name=x"]));
        assert_eq!(named.property("R", "V"), "'a'");
        let mut taken = Parameters::default();
        taken.set(None, "Stage", Given { value: "prod".into(), assumed: Some("samconfig".into()) });
        assert_eq!(scan_with(&[("t.yaml", STAGES)], &taken).resource("R").when.to_string(), "IsProd");
    }

    fn condition(written: &str) -> Vec<bool> {
        let scan = template(&format!(
            "Parameters:\n  Stage: {{Type: String, Default: dev, AllowedValues: [dev, prod]}}\n  Name: {{Type: String, Default: x}}\n  \
             List: {{Type: CommaDelimitedList, Default: ''}}\n\
             Mappings:\n  Env:\n    dev: {{Mfa: 'false'}}\n    prod: {{Mfa: true}}\n\
             Conditions:\n  IsProd: !Equals [!Ref Stage, prod]\n  C: {written}\nResources:\n  R:\n    Type: AWS::X::Y\n",
        ));
        [["C", "IsProd"], ["C", "!IsProd"], ["!C", "IsProd"], ["!C", "!IsProd"]]
            .map(|tests| can(&scan, &tests))
            .to_vec()
    }

    #[test]
    fn operands_may_be_made_of_parameters() {
        let same_as_prod = vec![true, false, false, true];
        let free = vec![true; 4];
        assert_eq!(condition("!Equals [!FindInMap [Env, !Ref Stage, Mfa], true]"), same_as_prod);
        assert_eq!(condition("!Equals [!Sub 'is-${Stage}', is-prod]"), same_as_prod);
        assert_eq!(condition("!Equals [!Join ['-', [a, !Ref Stage]], a-prod]"), same_as_prod);
        assert_eq!(condition("!Equals [!If [IsProd, 1, 2], '1']"), same_as_prod);
        assert_eq!(condition("!Equals [!Select [0, !Split ['r', !Ref Stage]], p]"), same_as_prod);
        assert_eq!(condition("!Equals [!Select [1, [x, !Ref Stage]], prod]"), same_as_prod);
        assert_eq!(condition("!Equals [!Sub '${Name}-a', b-a]"), free);
        assert_eq!(condition("!Equals [!Join ['', !Ref List], '']"), free);
        assert_eq!(condition("!Equals [!Select [0, !Ref List], '']"), free);
        assert_eq!(condition("!Equals [!Ref Name, !Ref Stage]"), free);
        assert_eq!(condition("!Equals [!ImportValue x, prod]"), free);
        assert_eq!(condition("!Equals [a, a]"), [true, true, false, false]);
        assert_eq!(condition("!Condition C"), free);
        assert_eq!(condition("!And [!Equals [a, b], !Equals [!ImportValue x, y]]"), [false, false, true, true]);
    }

    #[test]
    fn chains_and_crowds_of_conditions_end() {
        let mut text = "Conditions:\n  C0: !Equals [!Ref P0, x]\n".to_owned();
        for at in 1..3_000 {
            text += &format!("  C{at}: !And [!Condition C{}, !Condition C{}]\n", at - 1, at - 1);
        }
        text += "Resources:\n  R: {Type: AWS::X::Y, Condition: C2999}\n";
        assert_eq!(template(&text).resource("R").when.to_string(), "C2999");
        let parameters: String = (0..40).map(|at| format!("  P{at}: {{Type: String}}\n")).collect();
        let tests: Vec<String> = (0..40).map(|at| format!("!Equals [!Ref P{at}, x]")).collect();
        let crowd = format!(
            "Parameters:\n{parameters}Conditions:\n  All: !And [{}]\nResources:\n  R: {{Type: AWS::X::Y, Condition: All}}\n",
            tests.join(", ")
        );
        assert!(can(&scan(&[("t.yaml", &crowd)]), &["!All"]));
    }
}
