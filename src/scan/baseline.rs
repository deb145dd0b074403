//! The baseline of a scan: what it hides, writing it anew, and taking out what is gone.

use camino::Utf8Path;

use crate::finding::Finding;
use crate::finding::baseline::{Baseline, Comparison};
use crate::source::SourceMap;
use crate::source::paths::Relative;

use super::{Baselined, Scan};

/// Takes out the findings that a baseline holds. Returns how many these are, and how many of the baseline are gone.
pub fn hide(file: &Baselined, findings: &mut Vec<Finding>, sources: &SourceMap) -> (usize, usize) {
    let Comparison { known, stale, .. } = compare(file, findings, sources);
    let mut known = known.into_iter();
    let hidden = findings.extract_if(.., |_| known.next().unwrap_or(false)).count();
    (hidden, stale)
}

/// A baseline, to be written at an absolute path, of everything that a scan shows.
pub fn of(scan: &Scan, path: &Utf8Path) -> Baseline {
    let (relative, sources) = (Relative::to(folder(path)), scan.report.sources());
    Baseline::of(findings(scan), |finding| name(finding, &relative, sources))
}

/// A baseline without the findings that a scan of the whole project shows no more, and how many were taken out.
pub fn pruned(file: &Baselined, scan: &Scan) -> (Baseline, usize) {
    let findings: Vec<_> = findings(scan).cloned().collect();
    let Comparison { pruned, stale, .. } = compare(file, &findings, scan.report.sources());
    (pruned, stale)
}

fn compare(file: &Baselined, findings: &[Finding], sources: &SourceMap) -> Comparison {
    let folder = folder(&file.path);
    let relative = Relative::to(folder);
    let exists = |path: &str| folder.join(path).exists();
    file.baseline.compare(findings, |finding| name(finding, &relative, sources), exists)
}

fn findings(scan: &Scan) -> impl Iterator<Item = &Finding> {
    scan.report.findings().iter().map(|reported| &reported.finding)
}

/// A finding's file as seen from the baseline's folder, so that it does not matter where the program is run.
fn name(finding: &Finding, relative: &Relative<'_>, sources: &SourceMap) -> String {
    relative.path(&sources.file(finding.place.loc.file).absolute).into_string()
}

fn folder(path: &Utf8Path) -> &Utf8Path {
    path.parent().unwrap_or(path)
}
