//! Findings that reach into another repository.

use std::mem;

use crate::source::{Loc, SourceMap};

use super::{Evidence, Finding};

/// Leaves out what stands in other repositories alone, which their own scans tell. What else there is stands at a place
/// of the repository that is scanned, and nothing is fixed elsewhere.
pub fn bring_home(findings: &mut Vec<Finding>, sources: &SourceMap) {
    let is_here = |loc: Loc| sources.repository(loc.file).is_none();
    let is_own = |evidence: &Evidence| is_here(evidence.loc);
    findings.retain_mut(|finding| {
        finding.fix.take_if(|fix| !fix.edits.iter().all(|edit| is_here(edit.loc)));
        if is_own(&finding.place) {
            return true;
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
        let there = sources.add_past(SourceFile::elsewhere(&"infra".into(), "auth.yaml", vec![(3, 1), (3, 9)]));
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
}
