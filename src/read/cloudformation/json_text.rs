//! `Fn::ToJsonString`.

use crate::source::Loc;
use crate::value::{Kind, Presence, Value, Why};

use crate::read::branches::concat;

/// The JSON text of a value, as a string of known texts and the references between them.
pub(super) fn write(value: &Value, loc: Loc) -> Value {
    let mut writer = Writer { parts: Vec::new(), loc };
    match writer.value(value) {
        Some(()) => concat(writer.parts, loc),
        None => Value::unknown(Why::Deployment("Fn::ToJsonString".into()), loc),
    }
}

struct Writer {
    parts: Vec<Value>,
    loc: Loc,
}

impl Writer {
    fn push(&mut self, text: &str) {
        self.parts.push(Value::text_at(text, self.loc));
    }

    fn string(&mut self, text: &str) -> Option<()> {
        let text = serde_json::to_string(text).ok()?;
        self.push(&text);
        Some(())
    }

    /// `None` where it cannot be told which text is written.
    fn value(&mut self, value: &Value) -> Option<()> {
        match &value.kind {
            Kind::Null => self.push("null"),
            Kind::Bool(value) => self.push(if *value { "true" } else { "false" }),
            Kind::Number(number) => self.push(number),
            Kind::Text(text) => self.string(text)?,
            Kind::List(list) if !list.open => {
                self.push("[");
                for (at, (item, when)) in list.items.iter().enumerate() {
                    if !when.is_always() {
                        return None;
                    }
                    self.push(if at > 0 { "," } else { "" });
                    self.value(item)?;
                }
                self.push("]");
            }
            Kind::Map(map) if !map.open => {
                self.push("{");
                for (at, entry) in map.entries.iter().enumerate() {
                    if entry.presence != Presence::Always {
                        return None;
                    }
                    self.push(if at > 0 { "," } else { "" });
                    self.string(&entry.key)?;
                    self.push(":");
                    self.value(&entry.value)?;
                }
                self.push("}");
            }
            Kind::Concat(_) | Kind::Reference(_) | Kind::Unknown(_) => {
                self.push("\"");
                self.parts.push(value.clone());
                self.push("\"");
            }
            Kind::OneOf(_) | Kind::List(_) | Kind::Map(_) => return None,
        }
        Some(())
    }
}
