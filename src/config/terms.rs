//! The words of the configuration: rules, patterns, days.

use std::borrow::Cow;
use std::fmt::{self, Formatter};
use std::sync::Arc;

use globset::GlobMatcher;
use ignore::gitignore::GitignoreBuilder;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::finding::{Level, Severity};
use crate::read::ignore::date::Date;
use crate::rule::{self, POLICY};

/// The name of a rule: one of the program's, or `policy/` and the name of a rule that some policy may have.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RuleName(Arc<str>);

impl RuleName {
    /// Reads a name.
    ///
    /// # Errors
    /// A sentence for a name that no rule can have.
    pub fn parse(name: &str) -> Result<Self, String> {
        if name.strip_prefix(POLICY).is_none_or(str::is_empty) {
            rule::named(name)?;
        }
        Ok(Self(name.into()))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is that of a rule in a policy.
    pub fn is_of_policy(&self) -> bool {
        self.0.starts_with(POLICY)
    }
}

impl<'de> Deserialize<'de> for RuleName {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let name = String::deserialize(from)?;
        Self::parse(&name).map_err(|message| D::Error::custom(format!("`{name}`: {message}")))
    }
}

impl JsonSchema for RuleName {
    fn schema_name() -> Cow<'static, str> {
        "Rule".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let names: Vec<_> = rule::all().iter().map(|entry| entry.name).collect();
        let of_policy = format!("^{POLICY}.");
        json_schema!({ "anyOf": [{ "type": "string", "enum": names }, { "type": "string", "pattern": of_policy }] })
    }
}

/// What a rule is set to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Setting {
    /// It does not run.
    Off,
    /// Its findings have another severity or level.
    As {
        /// The severity, if another.
        severity: Option<Severity>,
        /// The level, if another.
        level: Option<Level>,
    },
}

/// The long form of a rule's setting.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Adjustment {
    /// How bad its findings are.
    severity: Option<Severity>,
    /// For whom they are.
    level: Option<Level>,
}

impl<'de> Deserialize<'de> for Setting {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Setting;

            fn expecting(&self, out: &mut Formatter<'_>) -> fmt::Result {
                out.write_str("`off`, a severity, or a map of `severity` and `level`")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Setting, E> {
                let severity = Severity::ALL.into_iter().find(|severity| severity.name() == text);
                match severity {
                    Some(_) => Ok(Setting::As { severity, level: None }),
                    None if text == "off" => Ok(Setting::Off),
                    None => Err(E::unknown_variant(text, &["off", "error", "warning", "info"])),
                }
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Setting, A::Error> {
                let Adjustment { severity, level } = Adjustment::deserialize(MapAccessDeserializer::new(map))?;
                Ok(Setting::As { severity, level })
            }
        }
        from.deserialize_any(Reader)
    }
}

impl JsonSchema for Setting {
    fn schema_name() -> Cow<'static, str> {
        "Setting".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let long = generator.subschema_for::<Adjustment>();
        json_schema!({ "anyOf": [{ "type": "string", "enum": ["off", "error", "warning", "info"] }, long] })
    }
}

/// One text or several.
#[derive(Clone, Debug)]
pub struct OneOrMore(pub Vec<String>);

impl<'de> Deserialize<'de> for OneOrMore {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = OneOrMore;

            fn expecting(&self, out: &mut Formatter<'_>) -> fmt::Result {
                out.write_str("the name of a rule, or a list of them")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<OneOrMore, E> {
                Ok(OneOrMore(vec![text.to_owned()]))
            }

            fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut list: A) -> Result<OneOrMore, A::Error> {
                let mut texts = Vec::new();
                while let Some(text) = list.next_element()? {
                    texts.push(text);
                }
                if texts.is_empty() { Err(A::Error::invalid_length(0, &self)) } else { Ok(OneOrMore(texts)) }
            }
        }
        from.deserialize_any(Reader)
    }
}

impl JsonSchema for OneOrMore {
    fn schema_name() -> Cow<'static, str> {
        "Rules".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let rule = generator.subschema_for::<RuleName>();
        json_schema!({ "anyOf": [rule, { "type": "array", "items": rule, "minItems": 1 }] })
    }
}

/// A pattern of paths, as in `.gitignore`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathPattern(pub Arc<str>);

impl<'de> Deserialize<'de> for PathPattern {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        let checked = GitignoreBuilder::new("").add_line(None, &text).and_then(|builder| builder.build());
        checked.map_err(|error| D::Error::custom(format!("`{text}` is no pattern of paths: {error}")))?;
        Ok(Self(text.into()))
    }
}

impl JsonSchema for PathPattern {
    fn schema_name() -> Cow<'static, str> {
        "PathPattern".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string" })
    }
}

/// A pattern of logical ids, in which `*` stands for any characters.
#[derive(Clone, Debug)]
pub struct ResourcePattern(pub GlobMatcher);

impl<'de> Deserialize<'de> for ResourcePattern {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        let glob = globset::Glob::new(&text);
        glob.map(|glob| Self(glob.compile_matcher())).map_err(|error| D::Error::custom(format!("`{text}`: {error}")))
    }
}

impl JsonSchema for ResourcePattern {
    fn schema_name() -> Cow<'static, str> {
        "ResourcePattern".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string" })
    }
}

/// A day, as `2027-01-31`.
#[derive(Clone, Copy, Debug)]
pub struct Day(pub Date);

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?.parse().map(Self).map_err(D::Error::custom)
    }
}

impl JsonSchema for Day {
    fn schema_name() -> Cow<'static, str> {
        "Day".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "date" })
    }
}
