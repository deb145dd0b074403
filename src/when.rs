//! Under which conditions something is so.

use std::fmt;
use std::sync::Arc;

/// A conjunction of tests; empty means always.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct When {
    /// None where there are none: most of what there is, and there is much, is always so.
    tests: Option<Box<Tests>>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Tests(Vec<Test>);

/// One test that holds or does not.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Test {
    /// Where the name means something: a stack, or a source file. Equal names of other scopes are other tests.
    pub scope: Arc<str>,
    /// The test as the reader knows it: a condition's name, the source text of a ternary, `Stage = prod`.
    pub name: Arc<str>,
    /// Whether it holds.
    pub holds: bool,
}

impl Test {
    /// What is compared and with what, of a test named `Stage = prod`.
    pub fn equality(&self) -> Option<(&str, &str)> {
        self.name.split_once(" = ")
    }

    /// Whether it says that a subject has not one value where `other` says that it has another: that goes without saying.
    fn is_settled_by(&self, other: &Self) -> bool {
        let (Some((mine, _)), Some((theirs, _))) = (self.equality(), other.equality()) else { return false };
        self.scope == other.scope && mine == theirs && self.name != other.name
    }

    /// Whether both cannot be: the same test with another outcome, or one subject equal to two values.
    fn contradicts(&self, other: &Self) -> bool {
        if self.scope != other.scope {
            return false;
        }
        if self.name == other.name {
            return self.holds != other.holds;
        }
        self.holds && other.holds && self.has_subject_of(other)
    }

    /// Whether both compare the same thing with a value.
    fn has_subject_of(&self, other: &Self) -> bool {
        let (Some((mine, _)), Some((theirs, _))) = (self.equality(), other.equality()) else { return false };
        self.scope == other.scope && mine == theirs
    }
}

impl When {
    /// Always.
    pub fn always() -> Self {
        Self::default()
    }

    /// When one test has one outcome.
    pub fn test(scope: impl Into<Arc<str>>, name: impl Into<Arc<str>>, holds: bool) -> Self {
        Self::of(vec![Test { scope: scope.into(), name: name.into(), holds }])
    }

    fn of(tests: Vec<Test>) -> Self {
        Self { tests: (!tests.is_empty()).then(|| Box::new(Tests(tests))) }
    }

    /// Whether no test is needed.
    pub fn is_always(&self) -> bool {
        self.tests.is_none()
    }

    /// The tests, sorted.
    pub fn tests(&self) -> &[Test] {
        self.tests.as_ref().map_or(&[], |tests| &tests.0)
    }

    /// Both together; `None` where they contradict each other.
    pub fn and(&self, other: &Self) -> Option<Self> {
        if self.contradicts(other) {
            return None;
        }
        let mut tests = self.tests().to_vec();
        tests.extend(other.tests().iter().filter(|test| !self.tests().contains(test)).cloned());
        if tests.len() > self.tests().len() {
            tests.sort();
        }
        Some(Self::of(tests))
    }

    /// Whether both cannot be at the same time.
    pub fn contradicts(&self, other: &Self) -> bool {
        other.tests().iter().any(|test| self.tests().iter().any(|mine| mine.contradicts(test)))
    }

    /// What both ask.
    #[must_use]
    pub fn shared(&self, other: &Self) -> Self {
        Self::of(self.tests().iter().filter(|test| other.tests().contains(test)).cloned().collect())
    }

    /// What is left to ask where `given` holds anyway; `None` where they contradict each other.
    pub fn under(&self, given: &Self) -> Option<Self> {
        self.and(given)?;
        Some(Self::of(self.tests().iter().filter(|test| !given.tests().contains(test)).cloned().collect()))
    }

    /// The same tests where their scopes are called otherwise.
    #[must_use]
    pub fn rescoped(&self, name: &impl Fn(&Arc<str>) -> Arc<str>) -> Self {
        let mut tests: Vec<Test> =
            self.tests().iter().map(|test| Test { scope: name(&test.scope), ..test.clone() }).collect();
        tests.sort();
        Self::of(tests)
    }

    /// Whether everything this asks is asked by `other` too.
    pub fn follows_from(&self, other: &Self) -> bool {
        self.tests().iter().all(|test| other.tests().contains(test))
    }

    /// What is left to ask where `given` holds.
    #[must_use]
    pub fn without(&self, given: &Self) -> Self {
        Self::of(self.tests().iter().filter(|test| !given.tests().contains(test)).cloned().collect())
    }

    /// The conditions, excluding each other, under which this does not hold.
    pub fn otherwise(&self) -> Vec<Self> {
        let mut before = Vec::new();
        let mut found = Vec::new();
        for test in self.tests() {
            let mut tests = before.clone();
            tests.push(Test { holds: !test.holds, ..test.clone() });
            tests.sort();
            found.push(Self::of(tests));
            before.push(test.clone());
        }
        found
    }

    /// The same without tests that say only that something equal to one value is not equal to another; those that `other`
    /// asks too stay.
    fn reduced(&self, other: &Self) -> Self {
        let is_implied =
            |test: &Test| !test.holds && self.tests().iter().any(|mine| mine.holds && mine.has_subject_of(test));
        let tests = self.tests().iter().filter(|test| other.tests().contains(test) || !is_implied(test));
        Self::of(tests.cloned().collect())
    }

    /// The condition that covers exactly `a` or `b` by dropping the one test in which they differ.
    pub fn merge(a: &Self, b: &Self) -> Option<Self> {
        if a.follows_from(b) {
            return Some(a.clone());
        }
        if b.follows_from(a) {
            return Some(b.clone());
        }
        let (a, b) = (&a.reduced(b), &b.reduced(a));
        if a.tests().len() != b.tests().len() {
            return None;
        }
        let differing: Vec<&Test> = a.tests().iter().filter(|test| !b.tests().contains(test)).collect();
        let [one] = differing.as_slice() else { return None };
        let opposite = Test { holds: !one.holds, ..(*one).clone() };
        if !b.tests().contains(&opposite) {
            return None;
        }
        let tests = a.tests().iter().filter(|test| test != one).cloned().collect();
        Some(Self::of(tests))
    }
}

impl fmt::Display for When {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let decided =
            |test: &&Test| self.tests().iter().any(|other| other.holds && !test.holds && test.is_settled_by(other));
        for (at, test) in self.tests().iter().filter(|test| !decided(test)).enumerate() {
            let and = if at > 0 { " and " } else { "" };
            let not = if test.holds { "" } else { "not " };
            write!(out, "{and}{not}{}", test.name)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_hold_is_one_of_several_conditions() {
        let (a, b) = (When::test("s", "a", true), When::test("s", "b", false));
        let shown = |when: &When| when.otherwise().iter().map(When::to_string).collect::<Vec<_>>();
        assert_eq!(shown(&When::always()), [""; 0]);
        assert_eq!(shown(&a), ["not a"]);
        assert_eq!(shown(&a.and(&b).unwrap()), ["not a", "a and b"]);
    }

    #[test]
    fn values_of_one_subject_are_put_together() {
        let is = |value: &str, holds: bool| When::test("s", format!("Stage = {value}"), holds);
        let all = |tests: &[When]| tests.iter().try_fold(When::always(), |all, test| all.and(test)).unwrap();
        let (a, b) = (all(&[is("a", true), is("b", false)]), all(&[is("a", false), is("b", true)]));
        let other = all(&[is("a", false), is("b", false)]);
        assert_eq!(When::merge(&a, &b), None);
        let not_b = When::merge(&a, &other).unwrap();
        assert_eq!(not_b, is("b", false));
        assert_eq!(When::merge(&not_b, &b), Some(When::always()));
    }

    #[test]
    fn one_subject_has_one_value() {
        let (prod, dev) = (When::test("s", "Stage = prod", true), When::test("s", "Stage = dev", true));
        assert_eq!(prod.and(&dev), None);
        assert!(prod.and(&When::test("s", "Stage = dev", false)).is_some());
        assert!(prod.and(&When::test("s", "Tier = dev", true)).is_some());
        assert!(prod.and(&When::test("t", "Stage = dev", true)).is_some());
        assert_eq!(prod.and(&When::test("s", "Stage = prod", false)), None);
        let not_dev = prod.and(&When::test("s", "Stage = dev", false)).unwrap();
        assert_eq!((not_dev.to_string(), not_dev.tests().len()), ("Stage = prod".to_owned(), 2));
        assert_eq!(When::test("s", "Stage = dev", false).to_string(), "not Stage = dev");
    }
}
