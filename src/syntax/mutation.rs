//! Broken variants of sample texts, for tests that no input makes a parser fail.

use super::tree::{Node, Tree};

/// Calls `check` with each sample, its beginnings, and many variants with small random changes (the same in every run).
pub fn each(samples: &[&str], mut check: impl FnMut(&str)) {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    for sample in samples {
        let letters: Vec<char> = sample.chars().collect();
        for end in 0..=letters.len() {
            check(&letters[..end].iter().collect::<String>());
        }
        for _ in 0..2000 {
            let mut text = letters.clone();
            for _ in 0..1 + random.below(6) {
                change(&mut text, &mut random);
            }
            check(&text.iter().collect::<String>());
        }
    }
}

const NASTY: &str = "{}[]()<>'\"`\\/|>-?:,#&*!%@=+.;$~ \t\n\r\0\u{feff}\u{85}\u{2028}é𝛑\u{301}0_ \u{7f}";

fn change(text: &mut Vec<char>, random: &mut Random) {
    let at = random.below(text.len() + 1);
    let end = (at + random.below(12)).min(text.len());
    let nasty: Vec<char> = NASTY.chars().collect();
    match random.below(4) {
        0 => drop(text.drain(at..end)),
        1 => text.insert(at, nasty[random.below(nasty.len())]),
        2 => {
            let piece = text[at..end].to_vec();
            let to = random.below(text.len() + 1);
            text.splice(to..to, piece);
        }
        _ => {
            if let Some(letter) = text.get_mut(at) {
                *letter = nasty[random.below(nasty.len())];
            }
        }
    }
}

/// Checks that every place of a tree is a slice of the text, and that its nodes stand in order.
pub fn check_tree(text: &str, tree: &Tree) {
    let spans = tree.errors.iter().map(|error| error.span).chain(tree.duplicates.iter().map(|(_, span)| *span));
    for span in spans.chain(tree.limit.iter().map(|limit| limit.span)) {
        assert!(text.get(span.start as usize..span.end as usize).is_some(), "{span:?} in {text:?}");
    }
    tree.documents.iter().for_each(|node| check_node(text, node));
}

fn check_node(text: &str, node: &Node) {
    assert!(text.get(node.span.start as usize..node.span.end as usize).is_some(), "{node:?} in {text:?}");
    for pair in node.pairs() {
        assert!(text.get(pair.key_span.start as usize..pair.key_span.end as usize).is_some(), "{pair:?} in {text:?}");
    }
    let children = node.items().iter().chain(node.pairs().iter().map(|pair| &pair.value));
    children.for_each(|child| check_node(text, child));
}

/// A small generator of numbers (xorshift).
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap_or(0) % bound.max(1)
    }
}
