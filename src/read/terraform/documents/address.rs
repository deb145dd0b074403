//! Addresses of Terraform's resources, and references to them, taken apart.

use std::fmt::Write as _;

/// A step of an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step<'a> {
    /// A name between dots.
    Name(&'a str),
    /// What stands in brackets, as written: `0`, `"spa"`.
    Key(&'a str),
}

/// A module call on the way to a resource, with the key of its instance as written.
pub type Call<'a> = (&'a str, Option<&'a str>);

/// A resource's address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address<'a> {
    /// The module calls that lead to it.
    pub calls: Vec<Call<'a>>,
    /// It is data, not a resource.
    pub is_data: bool,
    /// Its type.
    pub type_name: &'a str,
    /// Its name.
    pub name: &'a str,
    /// What tells the instances of a repeated resource apart, as written.
    pub key: Option<&'a str>,
}

/// The steps of an address or a reference. What is none is the last step as a whole.
pub fn steps(text: &str) -> Vec<Step<'_>> {
    let mut steps = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        if let Some(inner) = rest.strip_prefix('[') {
            let Some(end) = key_end(inner) else {
                steps.push(Step::Name(rest));
                break;
            };
            steps.push(Step::Key(&inner[..end]));
            rest = &inner[end + 1..];
        } else {
            let end = rest.find(['.', '[']).unwrap_or(rest.len());
            steps.push(Step::Name(&rest[..end]));
            rest = &rest[end..];
        }
        rest = rest.strip_prefix('.').unwrap_or(rest);
    }
    steps
}

/// Where the bracket is closed that was opened before `inner`: not within quotes.
fn key_end(inner: &str) -> Option<usize> {
    let (mut is_quoted, mut is_escaped) = (false, false);
    for (at, letter) in inner.char_indices() {
        match letter {
            ']' if !is_quoted => return Some(at),
            '"' if !is_escaped => is_quoted = !is_quoted,
            _ => {}
        }
        is_escaped = letter == '\\' && !is_escaped;
    }
    None
}

/// The module calls that an address begins with, and the steps behind them.
pub fn calls<'s, 'a>(steps: &'s [Step<'a>]) -> (Vec<Call<'a>>, &'s [Step<'a>]) {
    let mut calls = Vec::new();
    let mut rest = steps;
    while let [Step::Name("module"), Step::Name(name), behind @ ..] = rest {
        let (key, behind) = split_key(behind);
        calls.push((*name, key));
        rest = behind;
    }
    (calls, rest)
}

/// The key that stands first, and the steps behind it.
pub fn split_key<'s, 'a>(steps: &'s [Step<'a>]) -> (Option<&'a str>, &'s [Step<'a>]) {
    match steps {
        [Step::Key(key), behind @ ..] => (Some(*key), behind),
        _ => (None, steps),
    }
}

/// The resource or data that some steps name, without module calls: whether it is data, its type, its name, and what stands
/// behind.
pub fn subject<'s, 'a>(steps: &'s [Step<'a>]) -> Option<(bool, &'a str, &'a str, &'s [Step<'a>])> {
    match steps {
        [Step::Name("data"), Step::Name(kind), Step::Name(name), behind @ ..] => Some((true, kind, name, behind)),
        [Step::Name("data"), ..] => None,
        [Step::Name(kind), Step::Name(name), behind @ ..] => Some((false, kind, name, behind)),
        _ => None,
    }
}

/// Takes a resource's address apart.
pub fn parse(address: &str) -> Option<Address<'_>> {
    let steps = steps(address);
    let (calls, rest) = calls(&steps);
    let (is_data, type_name, name, behind) = subject(rest)?;
    let (key, behind) = split_key(behind);
    behind.is_empty().then_some(Address { calls, is_data, type_name, name, key })
}

/// The address of a module instance with a dot behind it; empty for the root.
pub fn prefix(calls: &[Call<'_>]) -> String {
    calls.iter().fold(String::new(), |mut prefix, (name, key)| {
        let _ = match key {
            Some(key) => write!(prefix, "module.{name}[{key}]."),
            None => write!(prefix, "module.{name}."),
        };
        prefix
    })
}

impl Address<'_> {
    /// The type, with `data.` before it if it is data.
    pub fn kind(&self) -> String {
        kind(self.is_data, self.type_name)
    }

    /// The address without any keys: where the configuration describes it.
    pub fn without_keys(&self) -> String {
        format!("{}{}.{}", self.module(), self.kind(), self.name)
    }

    /// The address of the module, without any keys, with a dot behind it; empty for the root.
    fn module(&self) -> String {
        let calls: Vec<_> = self.calls.iter().map(|(name, _)| (*name, None)).collect();
        prefix(&calls)
    }
}

/// An address without any keys; as it is where it is none.
pub fn without_keys(address: &str) -> String {
    parse(address).map_or_else(|| address.to_owned(), |address| address.without_keys())
}

/// The address of the module that a resource stands in, without any keys.
pub fn module_of(address: &str) -> String {
    parse(address).map(|address| address.module()).unwrap_or_default()
}

/// A type, with `data.` before it if it is data.
pub fn kind(is_data: bool, type_name: &str) -> String {
    if is_data { format!("data.{type_name}") } else { type_name.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_taken_apart() {
        let address =
            parse(r#"module.auth["a.b]\"c"].module.pool[0].aws_cognito_user_pool_client.web["spa"]"#).unwrap();
        assert_eq!(address.calls, [("auth", Some(r#""a.b]\"c""#)), ("pool", Some("0"))]);
        assert_eq!((address.kind().as_str(), address.name), ("aws_cognito_user_pool_client", "web"));
        assert_eq!(address.key, Some("\"spa\""));
        assert_eq!(prefix(&address.calls), r#"module.auth["a.b]\"c"].module.pool[0]."#);
        let data = parse("data.aws_region.here").unwrap();
        assert_eq!((data.kind().as_str(), data.name, data.key), ("data.aws_region", "here", None));
        assert!(prefix(&data.calls).is_empty());
    }

    #[test]
    fn what_is_no_address_is_none() {
        for text in ["", "aws_x", "module.a", "aws_x.y.id", "aws_x.y[", "aws_x.y[0].id", "[[[", "...", "data.aws_x"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
