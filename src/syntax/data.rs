//! Which data format a file is in.

use camino::Utf8Path;

use crate::source::kinds::{EXAMPLE_EXTENSIONS, is_dotenv};

use super::tree::Tree;
use super::{dotenv, json, properties, toml, yaml};

/// A data format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// YAML 1.2.
    Yaml,
    /// JSON, JSON with comments, JSON5.
    Json,
    /// TOML.
    Toml,
    /// Environment variables, one a line.
    Dotenv,
    /// Java properties.
    Properties,
    /// INI.
    Ini,
    /// CloudFormation under an ending that tells nothing: JSON if it begins with a brace, else YAML.
    Template,
}

const EXTENSIONS: &[(&str, Format)] = &[
    ("cfn", Format::Template),
    ("ini", Format::Ini),
    ("json", Format::Json),
    ("json5", Format::Json),
    ("jsonc", Format::Json),
    ("properties", Format::Properties),
    ("template", Format::Template),
    ("tfstate", Format::Json),
    ("toml", Format::Toml),
    ("yaml", Format::Yaml),
    ("yml", Format::Yaml),
];

/// Files whose ending does not tell their format.
const NAMES: &[(&str, Format)] = &[
    ("Pipfile", Format::Toml),
    ("Pipfile.lock", Format::Json),
    ("poetry.lock", Format::Toml),
    ("setup.cfg", Format::Ini),
    ("uv.lock", Format::Toml),
];

/// The format of a file, told by its name. An example (`appsettings.json.example`) has that of what it is an example of.
pub fn format(path: &Utf8Path) -> Option<Format> {
    let name = path.file_name()?;
    if is_dotenv(name) {
        return Some(Format::Dotenv);
    }
    if let Some((_, format)) = NAMES.iter().find(|(known, _)| *known == name) {
        return Some(*format);
    }
    let by_extension = |name: &str| {
        let (_, extension) = name.rsplit_once('.')?;
        EXTENSIONS.iter().find(|(known, _)| known.eq_ignore_ascii_case(extension)).map(|(_, format)| *format)
    };
    let example = name.rsplit_once('.').filter(|(_, end)| EXAMPLE_EXTENSIONS.iter().any(|known| known == end));
    example.and_then(|(stem, _)| by_extension(stem)).or_else(|| by_extension(name))
}

/// Parses a data file in the format that its name tells. Nothing for a file that is none.
pub fn parse(path: &Utf8Path, text: &str) -> Option<Tree> {
    Some(match format(path)? {
        Format::Yaml => yaml::parse(text),
        Format::Json => json::parse(text),
        Format::Toml => toml::parse(text),
        Format::Dotenv => dotenv::parse(text),
        Format::Properties => properties::parse(text),
        Format::Ini => properties::parse_ini(text),
        Format::Template if begins_with_brace(text) => json::parse(text),
        // Pages, scripts and configurations of servers end like this as well.
        Format::Template if !text.contains("AWS::") => return None,
        Format::Template => yaml::parse(text),
    })
}

pub(super) fn begins_with_brace(text: &str) -> bool {
    text.trim_start_matches('\u{feff}').trim_start().starts_with('{')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::kinds::{self, Kind};

    #[test]
    fn the_name_tells_the_format() {
        for (path, expected) in [
            ("infra/auth.yaml", Some(Format::Yaml)),
            ("infra/AUTH.YML", Some(Format::Yaml)),
            ("cdk.out/Auth.template.json", Some(Format::Json)),
            ("appsettings.json.example", Some(Format::Json)),
            ("config.yaml.template", Some(Format::Yaml)),
            ("auth.template", Some(Format::Template)),
            (".env", Some(Format::Dotenv)),
            ("web/.env.production", Some(Format::Dotenv)),
            ("samconfig.toml", Some(Format::Toml)),
            ("application.properties", Some(Format::Properties)),
            ("poetry.lock", Some(Format::Toml)),
            ("main.ts", None),
            ("Makefile", None),
        ] {
            assert_eq!(format(Utf8Path::new(path)), expected, "{path}");
        }
    }

    #[test]
    fn a_template_is_json_or_yaml_by_its_first_letter() {
        let path = Utf8Path::new("auth.template");
        let json = parse(path, "\u{feff}\n {\"Resources\": {\"A\": {}}}").unwrap();
        assert_eq!(json.errors, []);
        assert!(json.documents[0].at(&["Resources", "A"]).is_some());
        let yaml = parse(path, "Resources:\n  A: {Type: AWS::Cognito::UserPool}\n").unwrap();
        assert!(yaml.documents[0].at(&["Resources", "A"]).is_some());
        assert!(parse(Utf8Path::new("page.html.template"), "<p>cognito: {{ id }}</p>").is_none());
    }

    #[test]
    fn what_discovery_takes_for_data_is_what_can_be_parsed() {
        let taken = kinds::EXTENSIONS.iter().filter(|(_, kind)| *kind == Kind::Data);
        let taken: Vec<_> = taken.map(|(extension, _)| *extension).collect();
        let parsed: Vec<_> = EXTENSIONS.iter().map(|(extension, _)| *extension).collect();
        assert_eq!(taken, parsed);
    }
}
