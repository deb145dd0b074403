//! `Fn::ForEach`: entries that are written once and stand for several.

use std::borrow::Cow;
use std::sync::Arc;

use crate::source::Span;
use crate::syntax::tree::{Node, Pair};

use super::instance::{At, Instance};

/// How many turns the loops of a scan may take together.
const MOST_TURNS: usize = 20_000;

/// The loop variables around a node.
#[derive(Clone, Debug, Default)]
pub(super) struct Bindings(Option<Arc<Binding>>);

#[derive(Debug)]
struct Binding {
    identifier: Arc<str>,
    value: Arc<str>,
    outer: Bindings,
}

impl Bindings {
    fn with(&self, identifier: &str, value: Arc<str>) -> Self {
        Self(Some(Arc::new(Binding { identifier: identifier.into(), value, outer: self.clone() })))
    }

    fn all(&self) -> impl Iterator<Item = &Binding> {
        std::iter::successors(self.0.as_deref(), |binding| binding.outer.0.as_deref())
    }

    /// The value of a loop variable.
    pub fn get(&self, identifier: &str) -> Option<&Arc<str>> {
        self.all().find(|binding| &*binding.identifier == identifier).map(|binding| &binding.value)
    }

    /// A text with `${Identifier}` and `&{Identifier}` replaced; the latter keeps only letters and digits.
    pub fn substitute<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let mut text = Cow::Borrowed(text);
        for Binding { identifier, value, .. } in self.all() {
            if text.contains(&**identifier) {
                let plain: String = value.chars().filter(char::is_ascii_alphanumeric).collect();
                let replaced =
                    text.replace(&format!("${{{identifier}}}"), value).replace(&format!("&{{{identifier}}}"), &plain);
                text = Cow::Owned(replaced);
            }
        }
        text
    }
}

/// An entry of a map, loops unrolled.
#[derive(Clone, Debug)]
pub(super) struct Expanded<'n> {
    pub key: Arc<str>,
    pub key_span: Span,
    pub value: &'n Node,
    pub bindings: Bindings,
}

/// The entries of a map, loops unrolled.
#[derive(Debug, Default)]
pub(super) struct Entries<'n> {
    pub list: Vec<Expanded<'n>>,
    /// A loop whose collection is not known stands here: there are more entries than the list has.
    pub open: bool,
}

impl Instance<'_> {
    /// The entries of a map node, its loops unrolled as far as their collections are known.
    pub fn entries<'n>(&self, map: &'n Node, at: &At) -> Entries<'n> {
        let mut entries = Entries::default();
        self.push_entries(map, at, &mut entries);
        entries
    }

    fn push_entries<'n>(&self, map: &'n Node, at: &At, entries: &mut Entries<'n>) {
        for pair in map.pairs() {
            if pair.key.starts_with("Fn::ForEach::") {
                self.push_loop(pair, at, entries);
            } else {
                let key = match at.bindings.substitute(&pair.key) {
                    Cow::Borrowed(_) => pair.key.clone(),
                    Cow::Owned(key) => key.into(),
                };
                let bindings = at.bindings.clone();
                entries.list.push(Expanded { key, key_span: pair.key_span, value: &pair.value, bindings });
            }
        }
    }

    fn push_loop<'n>(&self, pair: &'n Pair, at: &At, entries: &mut Entries<'n>) {
        let [identifier, collection, body] = pair.value.items() else {
            entries.open = true;
            return;
        };
        let (Some(identifier), Some(values)) = (identifier.text(), self.texts(collection, at)) else {
            entries.open = true;
            self.note("unresolved", format!("the collection of {} is not known", pair.key), pair.key_span);
            return;
        };
        for value in values {
            let turns = self.collector.turns.get() + 1;
            if turns > MOST_TURNS {
                entries.open = true;
                if turns == MOST_TURNS + 1 {
                    self.collector.turns.set(turns);
                    self.note(
                        "limit",
                        format!("the loops of templates take more than {MOST_TURNS} turns"),
                        pair.key_span,
                    );
                }
                return;
            }
            self.collector.turns.set(turns);
            let inner = At { bindings: at.bindings.with(identifier, value), when: at.when.clone() };
            self.push_entries(body, &inner, entries);
        }
    }

    /// The texts of a list, if all of them are known.
    fn texts(&self, collection: &Node, at: &At) -> Option<Vec<Arc<str>>> {
        let value = self.value(collection, at)?;
        let list = value.list().filter(|list| !list.open)?;
        list.items
            .iter()
            .map(|(item, when)| if when.is_always() { crate::read::branches::text_of(item) } else { None })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use crate::read::cloudformation::testing::template;

    #[test]
    fn loops_are_unrolled_in_resources_properties_and_outputs() {
        let scan = template(
            "Parameters:\n  Apps: {Type: CommaDelimitedList, Default: 'web,mobile-app'}\nResources:\n  Fn::ForEach::Clients:\n    - App\n    - !Ref Apps\n    - Client&{App}:\n        \
             Type: AWS::Cognito::UserPoolClient\n        Properties:\n          ClientName: !Sub '${App}-client'\n          Kind: !Ref App\n          UserPoolId: !Ref Users\n  \
             R:\n    Type: AWS::X::Y\n    Properties:\n      Fn::ForEach::Urls:\n        - Path\n        - [in, out]\n        - 'Url${Path}': 'https://x/${Path}'\n      Other: 1\n\
             Outputs:\n  Fn::ForEach::Ids:\n    - App\n    - [web, mobileapp]\n    - '${App}Id':\n        Value: !Ref 'Client${App}'\n",
        );
        assert_eq!(scan.resources(), ["t.yaml:Clientweb", "t.yaml:Clientmobileapp", "t.yaml:R"]);
        assert_eq!(scan.property("Clientmobileapp", "ClientName"), "'mobile-app-client'");
        assert_eq!(scan.property("Clientmobileapp", "Kind"), "'mobile-app'");
        assert_eq!(scan.property("R", "Urlout"), "'https://x/out'");
        assert_eq!(
            crate::read::cloudformation::testing::show(&scan.output("mobileappId").value),
            "!Ref Clientmobileapp"
        );
    }

    #[test]
    fn a_loop_over_something_unknown_is_told() {
        let scan = template(
            "Parameters:\n  Apps: {Type: CommaDelimitedList}\nResources:\n  R:\n    Type: AWS::X::Y\n    Properties:\n      A: 1\n      Fn::ForEach::Urls: [App, !Ref Apps, {'${App}': 1}]\n",
        );
        assert_eq!(scan.notes(), ["unresolved"]);
        assert!(scan.resource("R").properties.map().unwrap().open);
    }

    #[test]
    fn loops_in_loops_are_bounded() {
        let list: Vec<String> = (0..300).map(|at| format!("a{at}")).collect();
        let list = list.join(", ");
        let scan = template(&format!(
            "Resources:\n  R:\n    Type: AWS::X::Y\n    Properties:\n      Fn::ForEach::A: [A, [{list}], {{'Fn::ForEach::B': [B, [{list}], {{'${{A}}${{B}}': 1}}]}}]\n"
        ));
        assert_eq!(scan.notes(), ["limit"]);
        let properties = scan.resource("R").properties.map().unwrap();
        assert!(properties.open && (19_000..20_000).contains(&properties.entries.len()));
    }
}
