//! What identifies a finding from one run to the next, when lines move and messages are reworded.

use std::collections::HashMap;
use std::fmt::Write;

use sha2::{Digest, Sha256};

use crate::source::SourceMap;

use super::Finding;

/// Bytes of the hash that are kept.
const BYTES: usize = 16;

/// The fingerprints of findings, in their order: 32 hexadecimal digits over the rule, the resource, the file's path, the
/// condition and, among findings that are equal in all of these, the number of the finding.
pub fn fingerprints(findings: &[Finding], sources: &SourceMap) -> Vec<String> {
    let mut seen: HashMap<Vec<String>, usize> = HashMap::new();
    findings
        .iter()
        .map(|finding| {
            let identity = identity(finding, sources);
            let hash = hash(&identity, *seen.get(&identity).unwrap_or(&0));
            *seen.entry(identity).or_default() += 1;
            hash
        })
        .collect()
}

fn identity(finding: &Finding, sources: &SourceMap) -> Vec<String> {
    vec![
        finding.rule.to_owned(),
        finding.resource.as_deref().unwrap_or_default().to_owned(),
        sources.file(finding.place.loc.file).path.to_string(),
        finding.when.to_string(),
    ]
}

fn hash(identity: &[String], occurrence: usize) -> String {
    let mut hash = Sha256::new();
    for part in identity {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hash.update((occurrence as u64).to_le_bytes());
    hash.finalize().iter().take(BYTES).fold(String::new(), |mut hex, byte| {
        // Writing to a string does not fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::{finding, sources};
    use super::*;

    #[test]
    fn the_line_and_the_message_do_not_matter() {
        let one = finding("auth-flow-not-allowed", 10);
        let moved = Finding { message: "said otherwise".to_owned(), ..finding("auth-flow-not-allowed", 30) };
        assert_eq!(fingerprints(&[one], &sources()), fingerprints(&[moved], &sources()));
    }

    #[test]
    fn findings_alike_are_told_apart_by_their_number() {
        let twice = [finding("auth-flow-not-allowed", 10), finding("auth-flow-not-allowed", 20)];
        let both = fingerprints(&twice, &sources());
        assert_eq!(both[0].len(), 32);
        assert_ne!(both[0], both[1]);
        assert_eq!(both[..1], fingerprints(&twice[..1], &sources()));
    }

    #[test]
    fn rule_and_resource_matter() {
        let one = finding("auth-flow-not-allowed", 10);
        let other_rule = finding("refresh-flow-not-allowed", 10);
        let other_resource = Finding { resource: Some("AdminClient".into()), ..one.clone() };
        let all = fingerprints(&[one, other_rule, other_resource], &sources());
        assert!(all[0] != all[1] && all[0] != all[2] && all[1] != all[2]);
    }
}
