//! What a file is to the scan, told by its name alone.

/// How a file is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// It is parsed if it mentions Cognito.
    Searched,
    /// It is always parsed: it is small, and other files refer to what it says.
    Parsed,
    /// It is only read when something asks for it by its path.
    OnDemand,
}

/// Endings of files that a reader understands.
pub const EXTENSIONS: &[(&str, Kind)] = &[
    ("cjs", Kind::Script),
    ("cts", Kind::Program),
    ("dart", Kind::Program),
    ("js", Kind::Script),
    ("jsx", Kind::Program),
    ("mjs", Kind::Script),
    ("mts", Kind::Program),
    ("py", Kind::Program),
    ("svelte", Kind::Program),
    ("ts", Kind::Program),
    ("tsx", Kind::Program),
    ("vue", Kind::Program),
    ("cfn", Kind::Data),
    ("ini", Kind::Data),
    ("json", Kind::Data),
    ("json5", Kind::Data),
    ("jsonc", Kind::Data),
    ("properties", Kind::Data),
    ("template", Kind::Data),
    ("tf", Kind::Configuration),
    ("tfstate", Kind::Data),
    ("tfvars", Kind::Configuration),
    ("tofu", Kind::Configuration),
    ("tofuvars", Kind::Configuration),
    ("toml", Kind::Data),
    ("yaml", Kind::Data),
    ("yml", Kind::Data),
];

/// Endings of an example of the file whose name stands before it.
pub const EXAMPLE_EXTENSIONS: &[&str] = &["dist", "example", "sample", "template", "tmpl"];

/// Files that tell versions and settings of a project's tools.
const ON_DEMAND: &[&str] = &[
    "bun.lock",
    "cdk.context.json",
    "deno.json",
    "jsconfig.json",
    "npm-shrinkwrap.json",
    "package-lock.json",
    "package.json",
    "Pipfile",
    "Pipfile.lock",
    "pnpm-lock.yaml",
    "pnpm-workspace.yaml",
    "poetry.lock",
    "pyproject.toml",
    "requirements.txt",
    "setup.cfg",
    "tsconfig.json",
    "uv.lock",
    "yarn.lock",
];

/// Ends of names of files that others refer to.
const ON_DEMAND_ENDS: &[&str] = &[".tfvars", ".tfvars.json", ".tofuvars", ".tofuvars.json", ".tftpl", ".tpl"];

/// Files that are parsed whatever words they hold.
const PARSED: &[&str] = &[
    "amplify_outputs.json",
    "amplifyconfiguration.json",
    "awsconfiguration.json",
    "cdk-outputs.json",
    "samconfig.toml",
    "samconfig.yaml",
    "serverless-compose.json",
    "serverless-compose.yaml",
    "serverless-compose.yml",
    "serverless.json",
    "serverless.yaml",
    "serverless.yml",
];

/// This program's own files: they say nothing about the application.
const OWN: &[&str] =
    &["cognito-lint.yml", "cognito-lint.yaml", "cognito-lint-baseline.json", "cognito-lint.schema.json"];

/// Kinds of content, as far as discovery treats them differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Program text.
    Program,
    /// JavaScript, which may be the output of a compiler or bundler.
    Script,
    /// Structured data.
    Data,
    /// HashiCorp's configuration language.
    Configuration,
}

/// The kind of a file with this name; nothing for a file that no reader understands.
pub fn kind(name: &str) -> Option<Kind> {
    if is_dotenv(name) {
        return Some(Kind::Data);
    }
    let (stem, extension) = name.rsplit_once('.')?;
    let is_known = |known: &&(&str, Kind)| known.0.eq_ignore_ascii_case(extension);
    if is_example(extension)
        && let Some(kind) = kind(stem)
    {
        return Some(kind);
    }
    EXTENSIONS.iter().find(is_known).map(|(_, kind)| *kind)
}

/// How a file with this name is used; nothing for a file that no reader understands.
pub fn usage(name: &str) -> Option<Use> {
    if OWN.contains(&name) {
        None
    } else if ON_DEMAND.contains(&name) || ON_DEMAND_ENDS.iter().any(|end| name.ends_with(end)) {
        Some(Use::OnDemand)
    } else if is_dotenv(name) || PARSED.contains(&name) {
        Some(Use::Parsed)
    } else {
        kind(name).map(|_| Use::Searched)
    }
}

/// Whether a file holds environment variables, one `KEY=value` a line: `.env`, `.env.local`, `prod.env`, `env.example`.
pub fn is_dotenv(name: &str) -> bool {
    let is_code = |extension: &str| EXTENSIONS.iter().any(|(known, _)| *known == extension);
    let last = name.rsplit('.').next().unwrap_or_default();
    match name.strip_prefix(".env").or_else(|| name.strip_prefix("env.")) {
        Some("") => true,
        Some(_) if name.starts_with("env.") => is_example(last),
        Some(rest) => rest.starts_with(['.', '-', '_']) && !is_code(last),
        None => last == "env" && name.len() > 4 || matches!(name, ".flaskenv" | ".dev.vars"),
    }
}

/// Whether a file is written in HCL.
pub fn is_hcl(name: &str) -> bool {
    kind(name) == Some(Kind::Configuration)
}

/// Whether a file says in JSON what is mostly said in HCL.
pub fn is_hcl_in_json(name: &str) -> bool {
    [".tf.json", ".tofu.json", ".tfvars.json", ".tofuvars.json"].iter().any(|end| name.ends_with(end))
}

fn is_example(extension: &str) -> bool {
    EXAMPLE_EXTENSIONS.iter().any(|known| known.eq_ignore_ascii_case(extension))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_the_use() {
        for (name, expected) in [
            ("session.ts", Some(Use::Searched)),
            ("Template.YAML", Some(Use::Searched)),
            ("auth.template", Some(Use::Searched)),
            ("appsettings.json.example", Some(Use::Searched)),
            ("package.json", Some(Use::OnDemand)),
            ("amplify_outputs.json", Some(Use::Parsed)),
            (".env", Some(Use::Parsed)),
            (".env.production.local", Some(Use::Parsed)),
            (".env.example", Some(Use::Parsed)),
            ("env.sample", Some(Use::Parsed)),
            ("prod.env", Some(Use::Parsed)),
            (".env.ts", Some(Use::Searched)),
            (".environment", None),
            ("env.ts", Some(Use::Searched)),
            ("cognito-lint.yml", None),
            ("logo.png", None),
            ("Makefile", None),
            ("", None),
        ] {
            assert_eq!(usage(name), expected, "{name}");
        }
    }
}
