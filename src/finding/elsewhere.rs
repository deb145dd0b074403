//! Findings that reach into another repository.

use std::mem;

use crate::source::{Loc, SourceMap};

use super::{Evidence, Finding, precedence};

/// Rules that need no other place than the first to be broken: the others tell how that is known.
const OF_ONE_PLACE: &[&str] = &["unknown-client-id", "unknown-pool-id"];

/// Leaves out what stands in other repositories alone, which their own scans tell. What else there is stands at a place
/// of the repository that is scanned, and nothing is fixed elsewhere. A cause that another finding names better is left
/// to that one.
pub fn bring_home(findings: &mut Vec<Finding>, sources: &SourceMap) {
    let is_here = |loc: Loc| sources.repository(loc.file).is_none();
    let is_own = |evidence: &Evidence| is_here(evidence.loc);
    *findings = precedence::among(mem::take(findings), |finding| !is_own(&finding.place));
    findings.retain_mut(|finding| {
        finding.fix.take_if(|fix| !fix.edits.iter().all(|edit| is_here(edit.loc)));
        if is_own(&finding.place) {
            return true;
        }
        if OF_ONE_PLACE.contains(&finding.rule) {
            return false;
        }
        let Some(at) = finding.evidence.iter().position(is_own) else { return false };
        let own = finding.evidence.remove(at);
        let there = mem::replace(&mut finding.place, own);
        finding.evidence.insert(0, there);
        true
    });
}

#[cfg(test)]
mod tests {
    use super::super::testing::{evidence, finding, sources};
    use super::*;
    use crate::source::{FileId, SourceFile, Span};

    #[test]
    fn a_finding_stands_where_it_is_scanned() {
        let mut sources = sources();
        let there = sources.add_aside(SourceFile::elsewhere(&"infra".into(), "auth.yaml", vec![(3, 1), (3, 9)]));
        let there = Evidence { loc: Loc { file: there, span: Span::new(0, 1) }, message: "the pool".to_owned() };
        let own = finding("a", 10);
        let shared =
            Finding { place: there.clone(), evidence: vec![there.clone(), evidence(20, "here")], ..own.clone() };
        let foreign = Finding { place: there.clone(), evidence: vec![there.clone()], ..own.clone() };
        let mut findings = vec![own, foreign, shared];
        bring_home(&mut findings, &sources);
        let places = |finding: &Finding| finding.places().map(|place| place.loc.file).collect::<Vec<_>>();
        let home = FileId(0);
        assert_eq!(
            findings.iter().map(places).collect::<Vec<_>>(),
            [vec![home], vec![home, there.loc.file, there.loc.file]]
        );
        assert_eq!(findings[1].place, evidence(20, "here"));
    }

    #[test]
    fn a_witness_here_is_no_place_of_a_typing_error_there() {
        let mut sources = sources();
        let there = sources.add_aside(SourceFile::elsewhere(&"app".into(), ".env", vec![(1, 1), (1, 9)]));
        let there = Evidence { loc: Loc { file: there, span: Span::new(0, 1) }, message: "the id".to_owned() };
        let typing_error =
            Finding { place: there, evidence: vec![evidence(20, "deployed")], ..finding("unknown-client-id", 1) };
        let mut findings = vec![typing_error];
        bring_home(&mut findings, &sources);
        assert!(findings.is_empty());
    }

    #[test]
    fn of_one_call_there_the_better_finding_speaks_here() {
        let mut sources = sources();
        let there = sources.add_aside(SourceFile::elsewhere(&"app".into(), "app.py", vec![(1, 1), (1, 9)]));
        let there = Evidence { loc: Loc { file: there, span: Span::new(0, 1) }, message: "the call".to_owned() };
        let at_call =
            |rule, line| Finding { place: there.clone(), evidence: vec![evidence(line, "here")], ..finding(rule, 1) };
        let mut findings =
            vec![at_call("rotation-with-refresh-token-auth", 20), at_call("refresh-flow-not-allowed", 30)];
        bring_home(&mut findings, &sources);
        assert_eq!(
            findings.iter().map(|finding| finding.rule).collect::<Vec<_>>(),
            ["rotation-with-refresh-token-auth"]
        );
    }
}
