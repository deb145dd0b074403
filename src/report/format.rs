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
    Markdown,
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 8] =
        [Self::Text, Self::Concise, Self::Json, Self::Sarif, Self::Github, Self::Gitlab, Self::Junit, Self::Markdown];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        self.described().0
    }

    /// What it is for, in a few words.
    pub fn purpose(self) -> &'static str {
        self.described().1
    }

    /// Whether it draws the graph of what was understood.
    pub fn draws(self) -> bool {
        self == Self::Markdown
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
            Self::Markdown => ("markdown", "tables and a graph, for the summary of a job or a comment"),
        }
    }
}
