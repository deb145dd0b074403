//! Paths as relative URIs.

use std::fmt::Write;

/// A path with forward slashes as a URI reference (RFC 3986): what is neither unreserved nor harmless in a segment of a path
/// is percent-encoded, a colon too, which would end a scheme.
pub fn uri(path: &str) -> String {
    path.bytes().fold(String::with_capacity(path.len()), |mut uri, byte| {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' => uri.push(char::from(byte)),
            byte if b"-._~/!$&'()*+,;=@".contains(&byte) => uri.push(char::from(byte)),
            // Writing to a string does not fail.
            byte => drop(write!(uri, "%{byte:02X}")),
        }
        uri
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_special_in_a_uri_is_encoded() {
        assert_eq!(uri("web/src/session.ts"), "web/src/session.ts");
        assert_eq!(uri("app/(auth)/[...slug]/page.tsx"), "app/(auth)/%5B...slug%5D/page.tsx");
        assert_eq!(uri("a b/100%#?\n:é.ts"), "a%20b/100%25%23%3F%0A%3A%C3%A9.ts");
    }
}
