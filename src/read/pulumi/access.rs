//! The `${…}` of texts in Pulumi's YAML.

use std::sync::Arc;

/// A part of a text.
#[derive(Debug, PartialEq)]
pub(super) enum Part {
    /// Text as it stands; `$$` is a dollar sign.
    Text(String),
    /// The names inside `${…}`, outermost first: `${pool.arn}`, `${ref.outputs["id"]}`, `${urls[0]}`.
    Path(Vec<Arc<str>>),
}

/// The parts of a text; `None` where a `${` does not end.
pub(super) fn parts(text: &str) -> Option<Vec<Part>> {
    let mut parts = Vec::new();
    let mut plain = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        let (before, after) = (rest.get(..at)?, rest.get(at + 1..)?);
        plain.push_str(before);
        if let Some(inside) = after.strip_prefix('{') {
            if !plain.is_empty() {
                parts.push(Part::Text(std::mem::take(&mut plain)));
            }
            let (path, behind) = path(inside)?;
            parts.push(Part::Path(path));
            rest = behind;
        } else {
            plain.push('$');
            rest = after.strip_prefix('$').unwrap_or(after);
        }
    }
    plain.push_str(rest);
    if !plain.is_empty() || parts.is_empty() {
        parts.push(Part::Text(plain));
    }
    Some(parts)
}

/// The names up to the closing brace, and what stands behind it.
fn path(text: &str) -> Option<(Vec<Arc<str>>, &str)> {
    let mut names = Vec::new();
    let mut rest = text;
    loop {
        if let Some(behind) = rest.strip_prefix('}') {
            return Some((names, behind));
        } else if let Some(after) = rest.strip_prefix('.') {
            rest = after;
        } else if let Some(quoted) = rest.strip_prefix("[\"") {
            let (key, behind) = quoted_key(quoted)?;
            names.push(key.into());
            rest = behind.strip_prefix(']')?;
        } else if let Some(index) = rest.strip_prefix('[') {
            let (index, behind) = index.split_once(']')?;
            names.push(index.trim().into());
            rest = behind;
        } else {
            let end = rest.find(['.', '[', '}'])?;
            let (name, behind) = rest.split_at_checked(end)?;
            names.push(name.trim().into());
            rest = behind;
        }
    }
}

/// A key up to its closing quote, and what stands behind it.
fn quoted_key(text: &str) -> Option<(String, &str)> {
    let mut key = String::new();
    let mut letters = text.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => return Some((key, text.get(at + 1..)?)),
            '\\' if text.get(at + 1..)?.starts_with('"') => key.extend(letters.next().map(|(_, letter)| letter)),
            _ => key.push(letter),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let Some(parts) = parts(text) else { return "-".to_owned() };
        let part = |part: &Part| match part {
            Part::Text(text) => format!("'{text}'"),
            Part::Path(path) => path.join("/"),
        };
        parts.iter().map(part).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn texts_are_split_where_names_stand() {
        assert_eq!(shown("https://${pool.endpoint}/x"), "'https://' pool/endpoint '/x'");
        assert_eq!(shown("${a}${ b.c }"), "a b/c");
        assert_eq!(shown(r#"${ref.outputs["user\"pool.id"]}"#), "ref/outputs/user\"pool.id");
        assert_eq!(shown("${urls[0].host}"), "urls/0/host");
        assert_eq!(shown("costs $$5 and $${x} and $x ü"), "'costs $5 and ${x} and $x ü'");
        assert_eq!(shown(""), "''");
    }

    #[test]
    fn what_does_not_end_is_nothing() {
        for text in ["${", "${a", "${a.", "${a[", "${a[\"b", "${a[\"b\"", "${a[\"b\"}", "x${a[0}"] {
            assert_eq!(shown(text), "-", "{text}");
        }
    }
}
