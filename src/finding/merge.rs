//! One finding for what is wrong under several conditions.

use std::cmp::min;
use std::collections::HashMap;

use crate::source::Loc;
use crate::when::When;

use super::fix::Fix;
use super::{Evidence, Finding, Severity};

/// More findings than this of one mistake are only stripped of duplicates: comparing all pairs would take too long.
const MOST_COMPARED: usize = 64;

/// What findings of one mistake have in common. The resource is not part of it: a call that two clients share, or a
/// template that is deployed twice, is corrected once.
#[derive(PartialEq, Eq, Hash)]
struct Mistake {
    rule: &'static str,
    severity: Severity,
    loc: Loc,
    stands_there: String,
    message: String,
    help: String,
}

impl Mistake {
    fn of(finding: &Finding) -> Self {
        Self {
            rule: finding.rule,
            severity: finding.severity,
            loc: finding.place.loc,
            stands_there: finding.place.message.clone(),
            message: finding.message.clone(),
            help: finding.help.clone(),
        }
    }
}

/// Joins findings of the same mistake whose conditions cover each other or leave one test open, so that what is wrong
/// either way has no condition. Keeps the order of first occurrence.
pub fn merge(findings: Vec<Finding>) -> Vec<Finding> {
    let mut places: HashMap<Mistake, usize> = HashMap::new();
    let mut groups: Vec<Vec<Finding>> = Vec::new();
    for finding in findings {
        let next = groups.len();
        let at = *places.entry(Mistake::of(&finding)).or_insert(next);
        match groups.get_mut(at) {
            Some(group) => group.push(finding),
            None => groups.push(vec![finding]),
        }
    }
    groups.into_iter().flat_map(reduce).collect()
}

/// Joins what can be joined within one mistake, until nothing more can be.
fn reduce(mut group: Vec<Finding>) -> Vec<Finding> {
    if group.len() > MOST_COMPARED {
        group.sort_by(|a, b| a.when.cmp(&b.when));
        group.dedup_by(|later, first| later.when == first.when);
        return group;
    }
    let mut at = 0;
    while at < group.len() {
        match joined_with_a_later_one(&group, at) {
            Some((later, both)) => {
                group.remove(later);
                group.splice(at..=at, [both]);
                at = 0;
            }
            None => at += 1,
        }
    }
    group
}

fn joined_with_a_later_one(group: &[Finding], at: usize) -> Option<(usize, Finding)> {
    let (_, rest) = group.split_at_checked(at)?;
    let (one, later) = rest.split_first()?;
    later.iter().enumerate().find_map(|(offset, other)| Some((at + 1 + offset, join(one, other)?)))
}

/// One finding for both; `None` where no one condition says when either is so.
fn join(a: &Finding, b: &Finding) -> Option<Finding> {
    if a.when.follows_from(&b.when) {
        return Some(covering(a, b));
    }
    if b.when.follows_from(&a.when) {
        return Some(covering(b, a));
    }
    let when = When::merge(&a.when, &b.when)?;
    let confidence = min(a.confidence, b.confidence);
    let fix = shared_fix(a, b);
    Some(Finding { when, confidence, evidence: union(&a.evidence, &b.evidence), fix, ..a.clone() })
}

/// The wider finding stands by itself; what the other says of the same resource adds nothing.
fn covering(wide: &Finding, narrow: &Finding) -> Finding {
    if wide.resource == narrow.resource {
        return wide.clone();
    }
    let fix = shared_fix(wide, narrow);
    Finding { evidence: union(&wide.evidence, &narrow.evidence), fix, ..wide.clone() }
}

/// The fix that corrects both.
fn shared_fix(a: &Finding, b: &Finding) -> Option<Fix> {
    a.fix.clone().filter(|fix| b.fix.as_ref().is_some_and(|other| fix.edits == other.edits))
}

fn union(a: &[Evidence], b: &[Evidence]) -> Vec<Evidence> {
    let new = b.iter().filter(|evidence| !a.contains(evidence));
    a.iter().chain(new).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::super::Confidence;
    use super::super::testing::{evidence, finding};
    use super::*;

    fn when(text: &[(&str, bool)]) -> When {
        text.iter().fold(When::always(), |all, (name, holds)| {
            all.and(&When::test("template.yaml", *name, *holds)).expect("no contradiction")
        })
    }

    fn under(text: &[(&str, bool)]) -> Finding {
        Finding { when: when(text), ..finding("auth-flow-not-allowed", 10) }
    }

    fn conditions(findings: Vec<Finding>) -> Vec<String> {
        merge(findings).iter().map(|finding| finding.when.to_string()).collect()
    }

    #[test]
    fn both_outcomes_of_a_condition_are_no_condition() {
        assert_eq!(conditions(vec![under(&[("IsProd", true)]), under(&[("IsProd", false)])]), [""]);
    }

    #[test]
    fn all_combinations_of_two_conditions_are_no_condition() {
        let all = [(true, true), (true, false), (false, true), (false, false)];
        let findings = all.map(|(a, b)| under(&[("IsProd", a), ("HasDomain", b)])).to_vec();
        assert_eq!(conditions(findings), [""]);
    }

    #[test]
    fn three_of_four_combinations_keep_what_decides() {
        let some = [(true, true), (true, false), (false, true)];
        let findings = some.map(|(a, b)| under(&[("IsProd", a), ("HasDomain", b)])).to_vec();
        assert_eq!(conditions(findings), ["IsProd", "HasDomain and not IsProd"]);
    }

    #[test]
    fn a_finding_that_is_always_so_swallows_the_conditional_one_and_keeps_its_confidence() {
        let weak = Finding { confidence: Confidence::Medium, ..under(&[("IsProd", true)]) };
        let merged = merge(vec![weak, under(&[])]);
        assert_eq!(merged.len(), 1);
        assert!(merged[0].when.is_always());
        assert_eq!(merged[0].confidence, Confidence::High);
    }

    #[test]
    fn evidence_of_both_branches_stays_and_the_weaker_confidence_counts() {
        let one = Finding { evidence: vec![evidence(1, "the pool"), evidence(2, "if")], ..under(&[("IsProd", true)]) };
        let other = Finding {
            evidence: vec![evidence(1, "the pool"), evidence(3, "else")],
            confidence: Confidence::Medium,
            ..under(&[("IsProd", false)])
        };
        let merged = merge(vec![one, other]);
        assert_eq!(merged.len(), 1);
        assert_eq!(merged[0].evidence, [evidence(1, "the pool"), evidence(2, "if"), evidence(3, "else")]);
        assert_eq!(merged[0].confidence, Confidence::Medium);
    }

    #[test]
    fn a_call_that_two_clients_share_is_one_mistake_with_both_chains() {
        let of = |client: &str, byte| Finding {
            resource: Some(client.into()),
            evidence: vec![evidence(1, "the pool"), evidence(byte, client)],
            ..under(&[])
        };
        let merged = merge(vec![of("WebClient", 2), of("MobileClient", 3)]);
        assert_eq!(merged.len(), 1);
        assert_eq!(merged[0].resource.as_deref(), Some("WebClient"));
        let chains = [evidence(1, "the pool"), evidence(2, "WebClient"), evidence(3, "MobileClient")];
        assert_eq!(merged[0].evidence, chains);
    }

    #[test]
    fn other_mistakes_stay_apart() {
        let elsewhere = finding("auth-flow-not-allowed", 20);
        let other_rule = finding("refresh-flow-not-allowed", 10);
        assert_eq!(merge(vec![under(&[]), elsewhere, other_rule]).len(), 3);
    }

    #[test]
    fn equal_findings_are_one() {
        assert_eq!(merge(vec![under(&[]); 100]).len(), 1);
    }
}
