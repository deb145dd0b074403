//! The lines of stack traces.

use camino::{Utf8Path, Utf8PathBuf};

/// A line of a stack trace.
#[derive(Debug, PartialEq)]
pub(super) struct Frame {
    /// The file, as the machine that wrote the trace knows it.
    pub path: Utf8PathBuf,
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1, where the trace has one.
    pub column: Option<usize>,
}

/// Folders of code that the author of the program did not write.
const FOREIGN: &[&str] = &["node_modules", "site-packages", "dist-packages", "node:internal", "jsii-kernel"];

/// The place that a line of a trace of Node.js, Python or the JVM names. `None` for foreign code and for remarks.
pub(super) fn frame(text: &str) -> Option<Frame> {
    if FOREIGN.iter().any(|folder| text.contains(folder)) {
        return None;
    }
    python(text).or_else(|| numbered(text))
}

/// `File "app.py", line 12, in <module>`.
fn python(text: &str) -> Option<Frame> {
    let (path, rest) = text.trim().strip_prefix("File \"")?.split_once("\", line ")?;
    let digits = rest.split(|letter: char| !letter.is_ascii_digit()).next()?;
    Some(Frame { path: portable(path), line: digits.parse().ok()?, column: None })
}

/// `new AuthStack (/app/lib/auth-stack.ts:12:21)`, `/app/bin/app.js:3:1`, `com.app.AuthStack.<init>(AuthStack.java:12)`.
fn numbered(text: &str) -> Option<Frame> {
    let text = text.trim();
    let (function, place) = match text.strip_suffix(')').and_then(|text| text.rsplit_once('(')) {
        Some((function, place)) => (function.trim(), place),
        None => ("", text.strip_prefix("at ").unwrap_or(text)),
    };
    let (rest, last) = place.rsplit_once(':')?;
    let last: usize = last.parse().ok()?;
    let before = rest.rsplit_once(':').and_then(|(path, line)| Some((path, line.parse::<usize>().ok()?)));
    let (path, line, column) = match before {
        Some((path, line)) => (path, line, Some(last)),
        None => (rest, last, None),
    };
    let mut path = portable(path.strip_prefix("file://").unwrap_or(path));
    if path.extension().is_some_and(|extension| matches!(extension, "java" | "kt" | "scala")) && column.is_none() {
        path = package_of(function).join(path);
    }
    Some(Frame { path, line, column })
}

/// The folder of a method of the JVM by its package.
fn package_of(function: &str) -> Utf8PathBuf {
    let parts: Vec<&str> = function.trim_start_matches("at ").split('.').collect();
    parts.iter().take(parts.len().saturating_sub(2)).collect()
}

fn portable(path: &str) -> Utf8PathBuf {
    Utf8Path::new(&path.replace('\\', "/")).to_path_buf()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Option<(String, usize, Option<usize>)> {
        frame(text).map(|frame| (frame.path.into_string(), frame.line, frame.column))
    }

    #[test]
    fn frames_of_node_name_file_line_and_column() {
        let stack = Some(("/build/lib/auth-stack.ts".to_owned(), 12, Some(21)));
        assert_eq!(found("new AuthStack (/build/lib/auth-stack.ts:12:21)"), stack);
        assert_eq!(found("    at Object.<anonymous> (file:///build/lib/auth-stack.ts:12:21)"), stack);
        assert_eq!(found("at /build/lib/auth-stack.ts:12:21"), stack);
        assert_eq!(found("<anonymous> (C:\\build\\app.ts:8:14)"), Some(("C:/build/app.ts".to_owned(), 8, Some(14))));
    }

    #[test]
    fn frames_of_other_languages_are_read_as_they_appear() {
        assert_eq!(found("  File \"/build/app.py\", line 7, in <module>"), Some(("/build/app.py".to_owned(), 7, None)));
        assert_eq!(
            found("com.example.infra.AuthStack.<init>(AuthStack.java:31)"),
            Some(("com/example/infra/AuthStack.java".to_owned(), 31, None))
        );
    }

    #[test]
    fn remarks_and_foreign_code_are_no_frames() {
        for text in [
            "...new UserPool2 in aws-cdk-lib...",
            "(no user code in 10 frames, use --stack-trace-limit to capture more)",
            "new UserPool (/build/node_modules/aws-cdk-lib/aws-cognito/lib/user-pool.js:1:7126)",
            "Module._compile (node:internal/modules/cjs/loader:1521:14)",
            "",
        ] {
            assert_eq!(frame(text), None, "{text}");
        }
    }
}
