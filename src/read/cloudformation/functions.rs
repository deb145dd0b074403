//! Nodes of a template to values: the intrinsic functions.

use std::sync::Arc;

use crate::source::Loc;
use crate::syntax::tree::{Node, NodeKind};
use crate::value::{Answer, Entry, Kind, List, Map, Reference, Value, Why};
use crate::when::When;

use super::call::Call;
use super::dynamic;
use super::instance::{At, Instance};
use super::json_text;
use super::substitution::{self, Piece};
use crate::read::branches::{self, Branch, Branches, always, combine, settle, text_of};

impl Instance<'_> {
    /// What a node is under each condition.
    pub fn evaluate(&self, node: &Node, at: &At) -> Branches {
        let loc = self.loc(node.span);
        let evaluated = self.collector.deeper(|| match Call::of(node) {
            Some(call) => self.call(&call, loc, at),
            None => self.plain(node, at),
        });
        evaluated.unwrap_or_else(|| always(Value::unknown(Why::Limit, loc)))
    }

    /// What a node is; `None` where `AWS::NoValue` leaves nothing.
    pub fn value(&self, node: &Node, at: &At) -> Option<Value> {
        settle(self.evaluate(node, at), self.loc(node.span))
    }

    fn plain(&self, node: &Node, at: &At) -> Branches {
        let loc = self.loc(node.span);
        let kind = match &node.kind {
            NodeKind::Null => Kind::Null,
            NodeKind::Bool(value) => Kind::Bool(*value),
            NodeKind::Number(number) => Kind::Number(number.clone()),
            NodeKind::Text(text) => {
                return always(dynamic::resolve(Value::text_at(at.bindings.substitute(text), loc)));
            }
            NodeKind::List(items) => Kind::List(self.list(items, at)),
            NodeKind::Map(_) => Kind::Map(self.map(node, at)),
        };
        always(Value::new(kind, loc))
    }

    fn list(&self, items: &[Node], at: &At) -> List {
        let branches = items.iter().flat_map(|item| self.evaluate(item, at));
        List { items: branches.filter_map(|branch| Some((branch.value?, branch.when))).collect(), open: false }
    }

    /// The entries of a map node. One whose value is `AWS::NoValue` under some condition is there sometimes.
    pub fn map(&self, node: &Node, at: &At) -> Map {
        let entries = self.entries(node, at);
        let mut map = Map { entries: Vec::with_capacity(entries.list.len()), open: entries.open };
        for entry in entries.list {
            if &*entry.key == "Fn::Transform" {
                map.open = true;
                continue;
            }
            let inner = At { bindings: entry.bindings, when: at.when.clone() };
            let branches = self.evaluate(entry.value, &inner);
            let Some(presence) = branches::presence(&branches) else { continue };
            let Some(value) = settle(branches, self.loc(entry.value.span)) else { continue };
            map.entries.push(Entry { key: entry.key, key_loc: self.loc(entry.key_span), value, presence });
        }
        map
    }

    fn call(&self, call: &Call<'_>, loc: Loc, at: &At) -> Branches {
        match call.name {
            "Ref" => self.reference(call, loc, at),
            "GetAtt" => self.attribute(call, loc, at),
            "Sub" => self.substitution(call, loc, at),
            "Join" => self.join(call, loc, at),
            "Select" => self.select(call, loc, at),
            "Split" => self.split(call, loc, at),
            "If" => self.choice(call, loc, at),
            "FindInMap" => self.find_in_map(call, loc, at),
            "ImportValue" => self.with_argument(call, loc, at, |name| import(name, loc)),
            "GetStackOutput" => self.with_argument(call, loc, at, |wanted| stack_output(wanted, loc)),
            "Transform" => self.transformed(call, loc, at),
            "Base64" => self.with_argument(call, loc, at, |text| answer("Fn::Base64", text.clone(), loc)),
            "ToJsonString" => self.with_argument(call, loc, at, |value| json_text::write(value, loc)),
            "Length" => self.with_argument(call, loc, at, |list| length(list, loc)),
            name => always(deployment(name, loc)),
        }
    }

    fn argument(&self, call: &Call<'_>, at: &At) -> Branches {
        match call.inner() {
            Some(inner) => self.call(&inner, self.loc(call.argument.span), at),
            None => self.plain(call.argument, at),
        }
    }

    fn with_argument(&self, call: &Call<'_>, loc: Loc, at: &At, function: impl Fn(&Value) -> Value) -> Branches {
        combine(vec![self.argument(call, at)], loc, |row| match row.as_slice() {
            [Some(value)] => {
                let result = function(value);
                always(Value { assumed: result.assumed.or_else(|| value.assumed.clone()), ..result })
            }
            _ => branches::nothing(),
        })
    }

    fn reference(&self, call: &Call<'_>, loc: Loc, at: &At) -> Branches {
        if let Some(name) = call.text() {
            return self.named(&at.bindings.substitute(name), loc, at);
        }
        combine(vec![self.argument(call, at)], loc, |row| match row.first() {
            Some(Some(Value { kind: Kind::Text(name), .. })) => self.named(name, loc, at),
            _ => always(deployment("Ref", loc)),
        })
    }

    /// What a name stands for in `Ref`: a loop variable, a pseudo parameter, a parameter, a resource.
    fn named(&self, name: &str, loc: Loc, at: &At) -> Branches {
        if let Some(value) = at.bindings.get(name) {
            return always(Value::text_at(value.clone(), loc));
        }
        if name == "AWS::NoValue" {
            return branches::nothing();
        }
        if let Some(known) = self.inputs.pseudo(name) {
            return always(Value::text_at(known, loc));
        }
        if name.starts_with("AWS::") {
            return always(Value::new(Kind::Reference(Reference::Pseudo(name.into())), loc));
        }
        if let Some(parameter) = self.inputs.parameters.get(name) {
            return branches::spread(Value { loc, ..parameter.value.clone() });
        }
        always(self.attribute_reference(name, "Ref", loc))
    }

    /// A resource's attribute, or a nested stack's output.
    fn attribute_of(&self, id: &str, attribute: &str, loc: Loc) -> Branches {
        match attribute.strip_prefix("Outputs.").and_then(|output| self.nested_output(id, output)) {
            Some(value) => branches::spread(Value { loc, ..value }),
            None => always(self.attribute_reference(id, attribute, loc)),
        }
    }

    fn attribute(&self, call: &Call<'_>, loc: Loc, at: &At) -> Branches {
        if let Some(path) = call.text() {
            let path = at.bindings.substitute(path);
            let (id, attribute) = path.split_once('.').unwrap_or((&path, ""));
            return self.attribute_of(id, attribute, loc);
        }
        let parts = call.items().iter().map(|item| self.evaluate(item, at)).collect();
        combine(parts, loc, |row| {
            let texts: Option<Vec<Arc<str>>> = row.iter().map(|part| text_of(part.as_ref()?)).collect();
            match texts.as_deref() {
                Some([id, attribute @ ..]) if !attribute.is_empty() => self.attribute_of(id, &attribute.join("."), loc),
                _ => always(deployment("GetAtt", loc)),
            }
        })
    }

    fn substitution(&self, call: &Call<'_>, loc: Loc, at: &At) -> Branches {
        let (text, variables) = match (call.text(), call.items()) {
            (Some(text), _) => (text, None),
            (None, [text, variables]) => (text.text().unwrap_or_default(), Some(variables)),
            (None, [text]) => (text.text().unwrap_or_default(), None),
            _ => return always(deployment("Sub", loc)),
        };
        let text = at.bindings.substitute(text);
        let part = |piece: &Piece| match piece {
            Piece::Text(range) => always(Value::text_at(text.get(range.clone()).unwrap_or_default(), loc)),
            Piece::Variable(range) => {
                let name = text.get(range.clone()).unwrap_or_default();
                match variables.and_then(|variables| variables.get(name)) {
                    Some(node) => self.evaluate(node, at),
                    None => self.variable(name, loc, at),
                }
            }
        };
        let parts = substitution::pieces(&text).iter().map(part).collect();
        combine(parts, loc, |row| always(string(row.into_iter().flatten().collect(), loc)))
    }

    /// What a name stands for in `Fn::Sub`.
    pub fn variable(&self, name: &str, loc: Loc, at: &At) -> Branches {
        match name.split_once('.') {
            Some((id, attribute)) => self.attribute_of(id, attribute, loc),
            None => self.named(name, loc, at),
        }
    }

    fn join(&self, call: &Call<'_>, loc: Loc, at: &At) -> Branches {
        let [delimiter, list] = call.items() else { return always(deployment("Join", loc)) };
        let Some(delimiter) = self.value(delimiter, at).and_then(|delimiter| text_of(&delimiter)) else {
            return always(deployment("Join", loc));
        };
        let joined = |items: Vec<Value>| {
            let mut parts = Vec::with_capacity(items.len() * 2);
            for item in items {
                if !parts.is_empty() {
                    parts.push(Value::text_at(delimiter.clone(), loc));
                }
                parts.push(item);
            }
            string(parts, loc)
        };
        if Call::of(list).is_none() && matches!(list.kind, NodeKind::List(_)) {
            let parts = list.items().iter().map(|item| self.evaluate(item, at)).collect();
            return combine(parts, loc, |row| always(joined(row.into_iter().flatten().collect())));
        }
        combine(vec![self.evaluate(list, at)], loc, |row| {
            let Some(Some(value)) = row.first() else { return branches::nothing() };
            always(match known_items(value) {
                Some(items) => {
                    let string = joined(items);
                    Value { assumed: string.assumed.or_else(|| value.assumed.clone()), ..string }
                }
                None => deployment("Join", loc),
            })
        })
    }

    fn select(&self, call: &Call<'_>, loc: Loc, at: &At) -> Branches {
        let [index, list] = call.items() else { return always(deployment("Select", loc)) };
        combine(vec![self.evaluate(index, at), self.evaluate(list, at)], loc, |row| {
            let [Some(index), Some(list)] = row.as_slice() else { return branches::nothing() };
            let Some(index) = text_of(index) else { return always(deployment("Select", loc)) };
            let item = index.parse::<usize>().ok().and_then(|index| known_items(list)?.into_iter().nth(index));
            match item {
                Some(item) => {
                    let assumed = item.assumed.clone().or_else(|| list.assumed.clone());
                    branches::spread(Value { loc, assumed, ..item })
                }
                None => always(Value::unknown(Why::Member { of: Box::new(list.clone()), key: index }, loc)),
            }
        })
    }

    fn split(&self, call: &Call<'_>, loc: Loc, at: &At) -> Branches {
        let [delimiter, text] = call.items() else { return always(deployment("Split", loc)) };
        combine(vec![self.evaluate(delimiter, at), self.evaluate(text, at)], loc, |row| {
            let [Some(delimiter), Some(text)] = row.as_slice() else { return branches::nothing() };
            always(match (text_of(delimiter), text_of(text)) {
                (Some(delimiter), Some(split)) => {
                    let items = split.split(&*delimiter).map(|item| (Value::text_at(item, loc), When::always()));
                    let list = List { items: items.collect(), open: false };
                    Value { kind: Kind::List(list), loc, assumed: text.assumed.clone() }
                }
                _ => answer("Fn::Split", text.clone(), loc),
            })
        })
    }

    fn choice(&self, call: &Call<'_>, loc: Loc, at: &At) -> Branches {
        let [condition, then, otherwise] = call.items() else { return always(deployment("If", loc)) };
        let Some(name) = condition.text() else { return always(deployment("If", loc)) };
        let name: Arc<str> = at.bindings.substitute(name).into();
        let mut found = Branches::new();
        for (holds, node) in [(true, then), (false, otherwise)] {
            let Some(test) = self.test(&name, holds) else { continue };
            let Some(when) = at.when.and(&test) else { continue };
            let own = if test.follows_from(&at.when) { When::always() } else { test };
            let inner = At { bindings: at.bindings.clone(), when };
            for branch in self.evaluate(node, &inner) {
                if let Some(when) = own.and(&branch.when) {
                    found.push(Branch { when, value: branch.value });
                }
            }
        }
        found
    }
}

/// Parts put together to a string with its dynamic references resolved.
fn string(parts: Vec<Value>, loc: Loc) -> Value {
    dynamic::resolve(branches::concat(parts, loc))
}

/// The items of a list that is wholly known, each of them always there.
fn known_items(value: &Value) -> Option<Vec<Value>> {
    let list = value.list().filter(|list| !list.open)?;
    list.items.iter().map(|(item, when)| when.is_always().then(|| item.clone())).collect()
}

fn import(name: &Value, loc: Loc) -> Value {
    match text_of(name) {
        Some(name) => Value::new(Kind::Reference(Reference::Export(name)), loc),
        None => answer("Fn::ImportValue", name.clone(), loc),
    }
}

fn stack_output(wanted: &Value, loc: Loc) -> Value {
    let text = |key: &str| wanted.field(key).value().and_then(text_of);
    match (text("StackName"), text("OutputName")) {
        (Some(stack), Some(name)) => Value::new(Kind::Reference(Reference::Output { stack, name }), loc),
        _ => answer("Fn::GetStackOutput", wanted.clone(), loc),
    }
}

fn length(list: &Value, loc: Loc) -> Value {
    match known_items(list) {
        Some(items) => Value::new(Kind::Number(items.len().to_string().into()), loc),
        None => deployment("Length", loc),
    }
}

/// A function that only a deployment answers, kept with what it is asked.
fn answer(callee: &str, argument: Value, loc: Loc) -> Value {
    let answer = Answer { callee: callee.into(), receiver: None, arguments: vec![argument], call: loc.span.start };
    Value::unknown(Why::Result(Box::new(answer)), loc)
}

/// A function that only a deployment answers.
pub(super) fn deployment(function: &str, loc: Loc) -> Value {
    Value::unknown(Why::Deployment(format!("Fn::{function}").into()), loc)
}

#[cfg(test)]
mod tests {
    use crate::read::cloudformation::testing::{Scan, scan, show, template};

    /// The value of a property, written in YAML and in JSON, inside a template that has something to refer to.
    fn value(yaml: &str) -> String {
        let scan = template(&format!(
            "Parameters:\n  Stage: {{Type: String, Default: dev}}\n  Open: {{Type: String}}\n  Urls: {{Type: CommaDelimitedList, Default: 'a, b'}}\n\
             Conditions:\n  IsProd: !Equals [!Ref Stage, prod]\n  HasOpen: !Not [!Equals [!Ref Open, '']]\n\
             Mappings:\n  Env:\n    dev: {{Name: d, Same: s, Urls: [x, y]}}\n    prod: {{Name: p, Same: s, Urls: [z]}}\n\
             Resources:\n  R:\n    Type: AWS::X::Y\n    Properties:\n      V: {yaml}\n"
        ));
        scan.property("R", "V")
    }

    #[test]
    fn references_are_kept_or_known() {
        assert_eq!(value("!Ref WebClient"), "!Ref WebClient");
        assert_eq!(value("{Ref: WebClient}"), "!Ref WebClient");
        assert_eq!(value("!Ref Stage"), "'dev' by the default of parameter Stage");
        assert_eq!(value("!Ref Open"), "parameter Open");
        assert_eq!(value("!Ref AWS::Region"), "${AWS::Region}");
        assert_eq!(value("!Ref Urls"), "['a', 'b'] by the default of parameter Urls");
        assert_eq!(value("!Ref AWS::NoValue"), "-");
        assert_eq!(value("!GetAtt Pool.Arn"), "!GetAtt Pool.Arn");
        assert_eq!(value("{'Fn::GetAtt': [Nested, Outputs.Id]}"), "!GetAtt Nested.Outputs.Id");
        assert_eq!(value("!GetAtt [Pool, !Sub 'Provider${Open}']"), "?Fn::GetAtt");
        assert_eq!(value("!ImportValue pool-id"), "export pool-id");
        assert_eq!(
            value("!ImportValue {'Fn::Sub': '${Stage}-pool'}"),
            "export dev-pool by the default of parameter Stage"
        );
        assert_eq!(value("!ImportValue {'Fn::Sub': '${Open}-pool'}"), "?Fn::ImportValue(<parameter Open '-pool'>)");
        assert_eq!(value("{'Fn::GetStackOutput': {StackName: auth, OutputName: Id}}"), "output auth.Id");
    }

    #[test]
    fn strings_are_put_together_as_far_as_they_are_known() {
        assert_eq!(value("!Sub 'https://${Stage}.x'"), "'https://dev.x' by the default of parameter Stage");
        assert_eq!(value("!Sub '${WebClient}'"), "!Ref WebClient");
        assert_eq!(value("!Sub '${Pool.Arn}/*'"), "<!GetAtt Pool.Arn '/*'>");
        assert_eq!(value("!Sub '${!Stage}'"), "'${Stage}'");
        assert_eq!(
            value("{'Fn::Sub': ['${A}-${Stage}-${B}', {A: x, B: !Ref C}]}"),
            "<'x-dev-' !Ref C> by the default of parameter Stage"
        );
        assert_eq!(value("!Join ['-', [a, !Ref Stage, 1, true]]"), "'a-dev-1-true' by the default of parameter Stage");
        assert_eq!(value("!Join ['', ['https://', !Ref Pool, /x]]"), "<'https://' !Ref Pool '/x'>");
        assert_eq!(value("!Join [',', !Ref Urls]"), "'a,b' by the default of parameter Urls");
        assert_eq!(
            value("!Join ['-', [a, !If [HasOpen, b, !Ref 'AWS::NoValue']]]"),
            "{HasOpen: 'a-b', not HasOpen: 'a'}"
        );
        assert_eq!(value("!Join ['/', !GetAZs '']"), "?Fn::Join");
        assert_eq!(value("'{{resolve:ssm:/auth/id}}'"), "ssm /auth/id");
        assert_eq!(
            value("!Sub '{{resolve:secretsmanager:${Stage}/auth:SecretString:key}}'"),
            "secret dev/auth.key by the default of parameter Stage"
        );
        assert_eq!(value("!Base64 x"), "?Fn::Base64('x')");
        assert_eq!(
            value("{'Fn::ToJsonString': {Id: !Ref C, N: [1, true]}}"),
            r#"<'{"Id":"' !Ref C '","N":[1,true]}'>"#
        );
    }

    #[test]
    fn lists_are_taken_apart() {
        assert_eq!(value("!Select [1, [a, b]]"), "'b'");
        assert_eq!(value("!Select ['1', !Split ['/', 'a/b/c']]"), "'b'");
        assert_eq!(value("!Select [0, !Ref Urls]"), "'a' by the default of parameter Urls");
        assert_eq!(value("!Select [1, !Split ['/', !GetAtt Pool.Arn]]"), "??Fn::Split(!GetAtt Pool.Arn)[1]");
        assert_eq!(value("!Select [5, [a]]"), "?['a'][5]");
        assert_eq!(value("!Split [',', 'a,b']"), "['a', 'b']");
        assert_eq!(value("{'Fn::Length': !Ref Urls}"), "2 by the default of parameter Urls");
        assert_eq!(value("!GetAZs ''"), "?Fn::GetAZs");
        assert_eq!(value("!Cidr [10.0.0.0/16, 2]"), "?Fn::Cidr");
        assert_eq!(value("{'Fn::Transform': {Name: AWS::Include}}"), "?Fn::Transform");
        assert_eq!(value("{A: 1, 'Fn::Transform': {Name: AWS::Include}}"), "(A: 1, …)");
        assert_eq!(value("!Unheard [x]"), "?Fn::Unheard");
    }

    #[test]
    fn choices_keep_their_conditions() {
        assert_eq!(value("!If [IsProd, a, b]"), "{IsProd: 'a', not IsProd: 'b'}");
        assert_eq!(
            value("!If [IsProd, !If [HasOpen, a, b], !If [IsProd, never, c]]"),
            "{HasOpen and IsProd: 'a', not HasOpen and IsProd: 'b', not IsProd: 'c'}"
        );
        assert_eq!(value("{K: !If [IsProd, !Ref 'AWS::NoValue', x]}"), "(K: 'x' when not IsProd)");
        assert_eq!(
            value("{K: !If [IsProd, !If [HasOpen, a, !Ref 'AWS::NoValue'], !Ref 'AWS::NoValue']}"),
            "(K: 'a' when HasOpen and IsProd)"
        );
        assert_eq!(
            value("{K: !If [IsProd, !If [HasOpen, !Ref 'AWS::NoValue', a], b]}"),
            "(K: {not HasOpen and IsProd: 'a', not IsProd: 'b'} when ?)"
        );
        assert_eq!(
            value("[a, !If [IsProd, b, c], !If [HasOpen, d, !Ref 'AWS::NoValue']]"),
            "['a', 'b' when IsProd, 'c' when not IsProd, 'd' when HasOpen]"
        );
        assert_eq!(value("!Sub ['${A}/x', {A: !If [IsProd, p, d]}]"), "{IsProd: 'p/x', not IsProd: 'd/x'}");
        assert_eq!(value("!ImportValue {'Fn::If': [IsProd, p, d]}"), "{IsProd: export p, not IsProd: export d}");
    }

    #[test]
    fn lookups_follow_the_parameter_that_they_depend_on() {
        assert_eq!(value("!FindInMap [Env, prod, Name]"), "'p'");
        assert_eq!(value("!FindInMap [Env, !Ref Stage, Name]"), "{Stage = dev: 'd', Stage = prod: 'p'}");
        assert_eq!(value("!FindInMap [Env, !Ref Stage, Same]"), "'s'");
        assert_eq!(value("!FindInMap [Env, !Ref Stage, Urls]"), "{Stage = dev: ['x', 'y'], Stage = prod: ['z']}");
        assert_eq!(value("!FindInMap [Env, other, Name]"), "?Fn::FindInMap");
        assert_eq!(value("{'Fn::FindInMap': [Env, other, Name, {DefaultValue: x}]}"), "'x'");
        assert_eq!(
            value("!Sub ['${A}-${B}', {A: !FindInMap [Env, !Ref Stage, Name], B: !FindInMap [Env, !Ref Stage, Same]}]"),
            "{Stage = dev: 'd-s', Stage = prod: 'p-s'}"
        );
        assert_eq!(
            value("!Sub ['${A}-${B}', {A: !FindInMap [Env, !Ref Stage, Name], B: !FindInMap [Env, !Ref Stage, Name]}]"),
            "{Stage = dev: 'd-d', Stage = prod: 'p-p'}"
        );
    }

    #[test]
    fn json_is_read_like_yaml() {
        let yaml = template(
            "Conditions:\n  IsProd: !Equals [!Ref 'AWS::Region', eu-west-1]\nResources:\n  R:\n    Type: AWS::X::Y\n    Condition: IsProd\n    \
             Properties:\n      A: !Sub '${P.Arn}-x'\n      B: [!If [Other, 1, 2]]\n      C: {D: !GetAtt P.Arn, E: 1.50}\n",
        );
        let json = scan(&[(
            "t.json",
            r#"{"Conditions": {"IsProd": {"Fn::Equals": [{"Ref": "AWS::Region"}, "eu-west-1"]}}, "Resources": {"R": {"Type": "AWS::X::Y",
              "Condition": "IsProd", "Properties": {"A": {"Fn::Sub": "${P.Arn}-x"}, "B": [{"Fn::If": ["Other", 1, 2]}],
              "C": {"D": {"Fn::GetAtt": ["P", "Arn"]}, "E": 1.50}}}}}"#,
        )]);
        let shown = |scan: &Scan| (show(&scan.resource("R").properties), scan.resource("R").when.to_string());
        assert_eq!(shown(&yaml), shown(&json));
        assert_eq!(shown(&yaml).1, "IsProd");
    }

    #[test]
    fn values_stand_where_they_are_written() {
        let scan = template(
            "Parameters:\n  Stage: {Type: String, Default: dev}\nResources:\n  R:\n    Type: AWS::X::Y\n    Properties:\n      \
             A: !Ref Stage\n      B: !If [C, one, two]\n",
        );
        let properties = &scan.resource("R").properties;
        let at = |key: &str| scan.text(properties.field(key).value().unwrap().loc);
        assert!(at("A").ends_with("Stage"), "{}", at("A"));
        let alternatives = properties.field("B").value().unwrap();
        let crate::value::Kind::OneOf(alternatives) = &alternatives.kind else { panic!() };
        assert_eq!(scan.text(alternatives[1].value.loc), "two");
        assert_eq!(scan.text(scan.resource("R").loc), "R");
        assert!(scan.text(properties.loc).starts_with("A: "));
    }

    #[test]
    fn deep_and_wide_values_end() {
        let deep = format!("{}x{}", "!Sub ['${A}', {A: ".repeat(60), "}]".repeat(60));
        assert_eq!(value(&deep), "'x'");
        let wide: Vec<String> = (0..40).map(|at| format!("!If [C{at}, a, b]")).collect();
        assert!(value(&format!("!Join ['', [{}]]", wide.join(", "))).starts_with("<{C0: 'a', not C0: 'b'} {C1"));
    }
}
