//! Findings that an earlier reading of the project had already.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;
use std::sync::Arc;

use camino::Utf8Path;

use crate::source::SourceMap;

use super::{Finding, Severity};

/// What an earlier reading found, as far as it is needed to know it again.
#[derive(Debug, Default)]
pub struct Earlier {
    findings: Vec<Trace>,
    /// The files that there were.
    paths: HashSet<Arc<Utf8Path>>,
}

/// What stays of a finding when lines move and messages are reworded.
#[derive(Clone, Debug)]
struct Trace {
    rule: &'static str,
    severity: Severity,
    resource: Option<Arc<str>>,
    path: Arc<Utf8Path>,
    /// What its line says.
    line: Box<str>,
    /// The tests of its condition, wherever they have their meaning.
    tests: Vec<(Arc<str>, bool)>,
}

impl Trace {
    fn of(finding: &Finding, sources: &SourceMap) -> Self {
        let loc = finding.place.loc;
        let file = sources.file(loc.file);
        let text = |span: crate::source::Span| file.text().get(span.start as usize..span.end as usize);
        let line = file.line(sources.position(loc).line).and_then(text).unwrap_or_default();
        Self {
            rule: finding.rule,
            severity: finding.severity,
            resource: finding.resource.clone(),
            path: file.path.clone(),
            line: line.into(),
            tests: finding.when.tests().iter().map(|test| (test.name.clone(), test.holds)).collect(),
        }
    }

    /// Whether it was at least as bad, and so at least as widely.
    fn covers(&self, later: &Self) -> bool {
        self.severity >= later.severity && self.tests.iter().all(|test| later.tests.contains(test))
    }

    fn file_name(&self) -> &str {
        self.path.file_name().unwrap_or_default()
    }
}

impl Earlier {
    /// Keeps what is needed of findings and of the files they are about.
    pub fn new(findings: &[Finding], sources: &SourceMap) -> Self {
        let traces = findings.iter().map(|finding| Trace::of(finding, sources)).collect();
        Self { findings: traces, paths: sources.iter().map(|(_, file)| file.path.clone()).collect() }
    }

    /// The findings that are new, and how many were there already. Each earlier finding stands for one: first for one on
    /// a line of the same file that says the same, then for another in that file, then for one whose line stands in another
    /// file, and at last, where its file is gone, for one in a file that is new.
    pub fn new_among(&self, findings: Vec<Finding>, sources: &SourceMap) -> (Vec<Finding>, usize) {
        let present: HashSet<&Utf8Path> = sources.iter().map(|(_, file)| &*file.path).collect();
        let is_gone = |trace: &Trace| !present.contains(&*trace.path);
        let is_added = |trace: &Trace| !self.paths.contains(&trace.path);
        let later = findings.iter().map(|finding| Trace::of(finding, sources)).collect();
        let mut search =
            Search { earlier: &self.findings, later, is_old: vec![false; findings.len()], used: HashSet::new() };
        let always = |_: &Trace| true;
        search
            .pair(always, always, |trace| (trace.rule, trace.resource.clone(), trace.path.clone(), trace.line.clone()));
        search.pair(always, always, |trace| (trace.rule, trace.resource.clone(), trace.path.clone()));
        search.pair(always, always, |trace| (trace.rule, trace.resource.clone(), trace.line.clone()));
        search.pair(is_gone, is_added, |trace| (trace.rule, trace.resource.clone(), trace.file_name().to_owned()));
        let is_about_something = |trace: &Trace| trace.resource.is_some();
        search.pair(
            |trace| is_gone(trace) && is_about_something(trace),
            |trace| is_added(trace) && is_about_something(trace),
            |trace| (trace.rule, trace.resource.clone()),
        );
        let is_old = search.is_old;
        let count = is_old.iter().filter(|old| **old).count();
        let new = findings.into_iter().zip(is_old).filter(|(_, old)| !old).map(|(finding, _)| finding);
        (new.collect(), count)
    }
}

/// Finds the earlier finding for each later one, in rounds that ask for less and less.
struct Search<'a> {
    earlier: &'a [Trace],
    later: Vec<Trace>,
    is_old: Vec<bool>,
    /// Earlier findings that stand for one already.
    used: HashSet<usize>,
}

impl Search<'_> {
    fn pair<K: Hash + Eq>(
        &mut self,
        earlier: impl Fn(&Trace) -> bool,
        later: impl Fn(&Trace) -> bool,
        key: impl Fn(&Trace) -> K,
    ) {
        let mut waiting: HashMap<K, Vec<usize>> = HashMap::new();
        for (at, trace) in self.earlier.iter().enumerate().rev() {
            if !self.used.contains(&at) && earlier(trace) {
                waiting.entry(key(trace)).or_default().push(at);
            }
        }
        for (trace, is_old) in self.later.iter().zip(&mut self.is_old) {
            if *is_old || !later(trace) {
                continue;
            }
            let Some(candidates) = waiting.get_mut(&key(trace)) else { continue };
            let found = candidates.iter().rposition(|at| self.earlier.get(*at).is_some_and(|one| one.covers(trace)));
            if let Some(found) = found {
                self.used.insert(candidates.remove(found));
                *is_old = true;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Evidence;
    use super::super::testing::finding;
    use super::*;
    use crate::source::{FileId, Loc, SourceFile, Span};
    use crate::when::When;

    fn sources(files: &[(&str, &str)]) -> SourceMap {
        let file =
            |(path, text): &(&str, &str)| SourceFile::with_text((*path).into(), format!("/{path}").into(), *text);
        SourceMap::new(files.iter().map(file).collect())
    }

    /// A finding on the first line that holds `part`.
    fn at(sources: &SourceMap, file: u32, part: &str) -> Finding {
        let start = sources.file(FileId(file)).text().find(part).expect("the part is there");
        let loc = Loc { file: FileId(file), span: Span::new(start, start + part.len()) };
        Finding { place: Evidence { loc, message: String::new() }, ..finding("secret-hash-missing", 0) }
    }

    fn new(before: (&SourceMap, &[Finding]), after: (&SourceMap, Vec<Finding>)) -> Vec<u32> {
        let (new, known) = Earlier::new(before.1, before.0).new_among(after.1.clone(), after.0);
        assert_eq!(new.len() + known, after.1.len());
        new.iter().map(|finding| finding.place.loc.span.start).collect()
    }

    #[test]
    fn moved_lines_and_reworded_messages_are_known_again() {
        let (before, after) = (sources(&[("a.ts", "one();\n")]), sources(&[("a.ts", "// more\n\none();\n")]));
        let reworded = Finding { message: "said otherwise".to_owned(), ..at(&after, 0, "one") };
        assert!(new((&before, &[at(&before, 0, "one")]), (&after, vec![reworded])).is_empty());
    }

    #[test]
    fn of_several_alike_the_line_that_was_added_is_new() {
        let before = sources(&[("a.ts", "one();\ntwo();\n")]);
        let after = sources(&[("a.ts", "zero();\none();\ntwo();\n")]);
        let were = [at(&before, 0, "one"), at(&before, 0, "two")];
        let are = vec![at(&after, 0, "zero"), at(&after, 0, "one"), at(&after, 0, "two")];
        assert_eq!(new((&before, &were), (&after, are)), [0]);
    }

    #[test]
    fn an_edited_line_is_the_same_mistake() {
        let (before, after) = (sources(&[("a.ts", "one();\n")]), sources(&[("a.ts", "one(more);\n")]));
        assert!(new((&before, &[at(&before, 0, "one")]), (&after, vec![at(&after, 0, "one")])).is_empty());
    }

    #[test]
    fn a_renamed_file_brings_nothing_new() {
        let before = sources(&[("old/a.ts", "one();\n"), ("b.ts", "two();\n")]);
        let moved = sources(&[("new/c.ts", "one();\n")]);
        let edited = sources(&[("new/a.ts", "one(more);\n")]);
        let were = [at(&before, 0, "one")];
        assert!(new((&before, &were), (&moved, vec![at(&moved, 0, "one")])).is_empty());
        assert!(new((&before, &were), (&edited, vec![at(&edited, 0, "one")])).is_empty());
        let other = sources(&[("new/d.ts", "other();\n")]);
        assert_eq!(new((&before, &were), (&other, vec![at(&other, 0, "other")])).len(), 1);
        let of_client = |finding: Finding| Finding { resource: Some("Web".into()), ..finding };
        let were = [of_client(at(&before, 0, "one"))];
        assert!(new((&before, &were), (&other, vec![of_client(at(&other, 0, "other"))])).is_empty());
    }

    #[test]
    fn a_copy_is_new() {
        let before = sources(&[("a.ts", "one();\n")]);
        let after = sources(&[("a.ts", "one();\n"), ("b.ts", " one();\n")]);
        let are = vec![at(&after, 1, "one"), at(&after, 0, "one")];
        assert_eq!(new((&before, &[at(&before, 0, "one")]), (&after, are)), [1]);
    }

    #[test]
    fn what_got_worse_or_wider_is_new() {
        let both = sources(&[("a.yaml", "one\n")]);
        let prod = |finding: Finding| Finding { when: When::test("a.yaml", "IsProd", true), ..finding };
        let one = || at(&both, 0, "one");
        assert_eq!(new((&both, &[prod(one())]), (&both, vec![one()])).len(), 1);
        assert!(new((&both, &[one()]), (&both, vec![prod(one())])).is_empty());
        let mild = Finding { severity: Severity::Warning, ..one() };
        assert_eq!(new((&both, std::slice::from_ref(&mild)), (&both, vec![one()])).len(), 1);
        assert!(new((&both, &[one()]), (&both, vec![mild])).is_empty());
    }
}
