//! The formats of a report.

/// A format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "`purpose` says what each is for")]
pub enum Format {
    Text,
    Concise,
    Json,
    Sarif,
    Github,
    Gitlab,
    Junit,
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 7] =
        [Self::Text, Self::Concise, Self::Json, Self::Sarif, Self::Github, Self::Gitlab, Self::Junit];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        self.described().0
    }

    /// What it is for, in a few words.
    pub fn purpose(self) -> &'static str {
        self.described().1
    }

    fn described(self) -> (&'static str, &'static str) {
        match self {
            Self::Text => ("text", "for people: every finding with all its places"),
            Self::Concise => ("concise", "one line per finding"),
            Self::Json => ("json", "one document with everything, for programs"),
            Self::Sarif => ("sarif", "SARIF 2.1.0, for code scanning and editors"),
            Self::Github => ("github", "annotations of GitHub Actions"),
            Self::Gitlab => ("gitlab", "the Code Quality report of GitLab"),
            Self::Junit => ("junit", "JUnit XML, for the test reports of CI servers"),
        }
    }
}
