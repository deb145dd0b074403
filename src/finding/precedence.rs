//! Which of two findings speaks for a cause that both see.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::source::Loc;

use super::Finding;

/// What two findings must share to have one cause.
#[derive(Clone, Copy)]
enum Same {
    /// The loser's place is among the winner's places: the same call, the same setting.
    Place,
    /// They are about the same resource.
    Resource,
}

/// Winner, loser, and what they share.
const PRECEDENCE: &[(&str, &str, Same)] = &[
    ("rotation-with-refresh-token-auth", "refresh-flow-not-allowed", Same::Place),
    ("rotation-with-refresh-token-auth", "refresh-flow-missing", Same::Resource),
    ("refresh-flow-not-allowed", "auth-flow-not-allowed", Same::Place),
    ("refresh-flow-not-allowed", "refresh-flow-missing", Same::Resource),
    ("secret-in-public-client", "secret-hash-missing", Same::Place),
    ("token-validity-out-of-range", "refresh-window-too-short", Same::Resource),
    ("cdk-default-oauth", "implicit-grant", Same::Resource),
    ("environment-mixup", "pool-client-mismatch", Same::Place),
    ("pool-client-mismatch", "unknown-client-id", Same::Place),
    ("pool-client-mismatch", "unknown-pool-id", Same::Place),
];

#[derive(PartialEq, Eq, Hash)]
enum Cause {
    Place(Loc),
    Resource(Arc<str>),
}

/// Leaves out findings whose cause another finding names better. A winner under a condition leaves a loser that holds
/// more widely.
pub fn apply(findings: Vec<Finding>) -> Vec<Finding> {
    among(findings, |_| true)
}

/// The same, of those findings only that may lose.
pub fn among(findings: Vec<Finding>, may_lose: impl Fn(&Finding) -> bool) -> Vec<Finding> {
    let hidden: HashSet<usize> = {
        let winners = winners(&findings);
        let loses =
            |(at, finding): (usize, &Finding)| (may_lose(finding) && is_hidden(finding, &winners)).then_some(at);
        findings.iter().enumerate().filter_map(loses).collect()
    };
    let shown = |(at, finding): (usize, Finding)| (!hidden.contains(&at)).then_some(finding);
    findings.into_iter().enumerate().filter_map(shown).collect()
}

/// The findings of winning rules by rule and cause.
fn winners(findings: &[Finding]) -> HashMap<(&str, Cause), Vec<&Finding>> {
    let rules: HashSet<&str> = PRECEDENCE.iter().map(|(winner, ..)| *winner).collect();
    let mut winners: HashMap<(&str, Cause), Vec<&Finding>> = HashMap::new();
    for finding in findings.iter().filter(|finding| rules.contains(finding.rule)) {
        let places = [&finding.place].into_iter().chain(&finding.evidence).map(|evidence| Cause::Place(evidence.loc));
        for cause in places.chain(finding.resource.clone().map(Cause::Resource)) {
            winners.entry((finding.rule, cause)).or_default().push(finding);
        }
    }
    winners
}

fn is_hidden(finding: &Finding, winners: &HashMap<(&str, Cause), Vec<&Finding>>) -> bool {
    PRECEDENCE.iter().filter(|(_, loser, _)| *loser == finding.rule).any(|(winner, _, same)| {
        let cause = match same {
            Same::Place => Some(Cause::Place(finding.place.loc)),
            Same::Resource => finding.resource.clone().map(Cause::Resource),
        };
        let rivals = cause.and_then(|cause| winners.get(&(*winner, cause)));
        rivals.is_some_and(|rivals| rivals.iter().any(|rival| rival.when.follows_from(&finding.when)))
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::{evidence, finding};
    use super::*;
    use crate::when::When;

    fn rules(findings: Vec<Finding>) -> Vec<&'static str> {
        apply(findings).iter().map(|finding| finding.rule).collect()
    }

    fn about(rule: &'static str, line: u32, resource: &str) -> Finding {
        Finding { resource: Some(resource.into()), ..finding(rule, line) }
    }

    #[test]
    fn at_the_same_call_the_winner_speaks() {
        let secret = Finding { evidence: vec![evidence(30, "the call")], ..finding("secret-in-public-client", 10) };
        let here = finding("secret-hash-missing", 30);
        let elsewhere = finding("secret-hash-missing", 31);
        assert_eq!(rules(vec![here, secret, elsewhere]), ["secret-in-public-client", "secret-hash-missing"]);
    }

    #[test]
    fn of_the_same_resource_the_winner_speaks() {
        let winner = about("cdk-default-oauth", 10, "WebClient");
        let loser = about("implicit-grant", 12, "WebClient");
        let other = about("implicit-grant", 40, "AdminClient");
        assert_eq!(rules(vec![winner, loser, other]), ["cdk-default-oauth", "implicit-grant"]);
    }

    #[test]
    fn a_conditional_winner_leaves_the_wider_finding() {
        let prod = When::test("template.yaml", "IsProd", true);
        let winner = Finding { when: prod.clone(), ..about("cdk-default-oauth", 10, "WebClient") };
        let always = about("implicit-grant", 12, "WebClient");
        let in_prod = Finding { when: prod, ..about("implicit-grant", 12, "WebClient") };
        assert_eq!(rules(vec![winner, always, in_prod]), ["cdk-default-oauth", "implicit-grant"]);
    }

    #[test]
    fn a_chain_leaves_the_first() {
        let chain = ["rotation-with-refresh-token-auth", "refresh-flow-not-allowed", "auth-flow-not-allowed"]
            .map(|rule| finding(rule, 5));
        assert_eq!(rules(chain.to_vec()), ["rotation-with-refresh-token-auth"]);
    }
}
