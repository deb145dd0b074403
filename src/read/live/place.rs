//! Where an answer stands: the path that its text is known by.

use std::fmt::Write as _;

use camino::Utf8PathBuf;

use crate::account::Asked;

/// The folder of all answers.
pub const FOLDER: &str = "live";

/// The account in the path of answers of which it could not be told.
const NO_ACCOUNT: &str = "unknown-account";

/// The path of the answer to a call: `live/ACCOUNT/REGION/OPERATION` and the identifiers that it was made with. There is no
/// such file. Identifiers are names that people chose, so that all but plain letters are written as in addresses.
pub fn path(asked: &Asked) -> Utf8PathBuf {
    let mut path = stack(asked);
    let _ = write!(path, "/{}", asked.operation);
    for part in &asked.subject {
        path.push('/');
        push(&mut path, part);
    }
    path.into()
}

/// The account and Region that a call was made in, as what stands in for the stack of its resources.
pub fn stack(asked: &Asked) -> String {
    let mut path = FOLDER.to_owned();
    for part in [&*asked.account, &*asked.region] {
        path.push('/');
        push(&mut path, if part.is_empty() { NO_ACCOUNT } else { part });
    }
    path
}

/// Adds a part of a path. One of dots alone would be another folder.
fn push(path: &mut String, part: &str) {
    let is_dots = part.bytes().all(|byte| byte == b'.');
    for byte in part.bytes() {
        match byte {
            b'.' if is_dots => path.push_str("%2E"),
            b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' | b'-' | b'_' | b'.' => path.push(char::from(byte)),
            // Writing to a string does not fail.
            byte => drop(write!(path, "%{byte:02X}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::Operation;

    #[test]
    fn a_path_tells_the_call_and_stays_in_its_folder() {
        let told = |account: &str, subject: &[&str]| {
            let subject = subject.iter().map(|part| (*part).into()).collect();
            let region = "eu-west-1".into();
            path(&Asked { account: account.into(), region, operation: Operation::DescribeUserPoolClient, subject })
        };
        assert_eq!(
            told("111122223333", &["eu-west-1_Kq7Wm2Xz9", "4q8rj2v0k7m5t1x9c3b6n8p2d0"]),
            "live/111122223333/eu-west-1/DescribeUserPoolClient/eu-west-1_Kq7Wm2Xz9/4q8rj2v0k7m5t1x9c3b6n8p2d0"
        );
        assert_eq!(
            told("", &["..", "a/../b\n::error::", "eu-west-1:x"]),
            "live/unknown-account/eu-west-1/DescribeUserPoolClient/%2E%2E/a%2F..%2Fb%0A%3A%3Aerror%3A%3A/eu-west-1%3Ax"
        );
    }
}
