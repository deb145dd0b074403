//! The one abstract value that infrastructure and program text both evaluate to.
//!
//! What is not known stays [`Kind::Unknown`] and says why; [`Field`] keeps "absent" and "unknown" apart for every
//! reader of a map.

use std::sync::Arc;

use crate::source::Loc;
use crate::when::When;

/// A value and the place it was written at.
#[derive(Clone, Debug, PartialEq)]
pub struct Value {
    /// What it is.
    pub kind: Kind,
    /// Where it was written.
    pub loc: Loc,
    /// What was taken for granted to know it: `the default of parameter Stage`.
    pub assumed: Option<Arc<str>>,
}

/// The shapes of a value.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// An explicit null. (`AWS::NoValue` is not a value: readers leave the entry out.)
    Null,
    /// A boolean.
    Bool(bool),
    /// A number, as written.
    Number(Arc<str>),
    /// A string.
    Text(Arc<str>),
    /// A string of several parts of which at least one is not a plain text.
    Concat(Vec<Value>),
    /// A list.
    List(List),
    /// A map.
    Map(Map),
    /// A pointer to something another file defines.
    Reference(Reference),
    /// One of several values, each with its condition.
    OneOf(Vec<Alternative>),
    /// Something that cannot be known from what was read.
    Unknown(Why),
}

/// A list of values.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct List {
    /// The items, with the condition under which each is in the list.
    pub items: Vec<(Value, When)>,
    /// Something unknown was spread in.
    pub open: bool,
}

/// A map of values.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Map {
    /// The entries in written order, each key once.
    pub entries: Vec<Entry>,
    /// Something unknown was spread in: a key that is not listed may still be there.
    pub open: bool,
}

/// An entry of a map.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The key.
    pub key: Arc<str>,
    /// Where the key stands.
    pub key_loc: Loc,
    /// Its value.
    pub value: Value,
    /// When the entry is there.
    pub presence: Presence,
}

/// When a map's entry is there.
#[derive(Clone, Debug, PartialEq)]
pub enum Presence {
    /// On every path.
    Always,
    /// On some path.
    Sometimes(When),
}

/// One of several values.
#[derive(Clone, Debug, PartialEq)]
pub struct Alternative {
    /// The value.
    pub value: Value,
    /// What selects it; always-true for alternatives whose choice cannot be told.
    pub when: When,
    /// It is only used where the alternatives before it have no value: `process.env.X ?? "fallback"`.
    pub fallback: bool,
}

/// A resource by its stack and logical id.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ResourceKey {
    /// The stack instance; see [`crate::read::Stack`].
    pub stack: Arc<str>,
    /// The logical id (a Terraform address, for instance, in later readers).
    pub id: Arc<str>,
}

impl ResourceKey {
    /// Its name where it is declared: a logical id, or a Terraform address without the modules that lead to it.
    pub fn name(&self) -> &str {
        let mut name = &*self.id;
        while let Some((_, behind)) = name.strip_prefix("module.").and_then(split_at_dot) {
            name = behind;
        }
        name
    }
}

/// What stands before and behind the first dot that is not in quotes.
fn split_at_dot(address: &str) -> Option<(&str, &str)> {
    let (mut is_quoted, mut is_escaped) = (false, false);
    for (at, letter) in address.char_indices() {
        match letter {
            '.' if !is_quoted => return address.split_at_checked(at).map(|(before, dot)| (before, &dot[1..])),
            '"' if !is_escaped => is_quoted = !is_quoted,
            _ => {}
        }
        is_escaped = letter == '\\' && !is_escaped;
    }
    None
}

/// A pointer to something another place defines.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Reference {
    /// A resource's attribute: `Ref` for `!Ref`, else the attribute's CloudFormation name (`Arn`, `ProviderName`).
    Attribute {
        /// The resource.
        resource: ResourceKey,
        /// The attribute.
        attribute: Arc<str>,
    },
    /// An environment variable of the process, function or container that runs the code.
    Environment(Arc<str>),
    /// A key of the application's configuration, joined by dots, as code reads it.
    Setting(Arc<str>),
    /// A stack's parameter that has no known value.
    Parameter {
        /// The stack.
        stack: Arc<str>,
        /// The parameter.
        name: Arc<str>,
    },
    /// A named export of some stack.
    Export(Arc<str>),
    /// A named output of a stack, known by the stack's name.
    Output {
        /// The stack.
        stack: Arc<str>,
        /// The output.
        name: Arc<str>,
    },
    /// A parameter in the SSM parameter store.
    SsmParameter(Arc<str>),
    /// A field of a secret in Secrets Manager (empty field: the whole secret).
    Secret {
        /// The secret's name or ARN.
        name: Arc<str>,
        /// The JSON field.
        field: Arc<str>,
    },
    /// A pseudo parameter: `AWS::Region`, `AWS::AccountId`, `AWS::StackName`, `AWS::Partition`, `AWS::URLSuffix`, …
    Pseudo(Arc<str>),
}

/// Why a value is not known, with what is known of where it comes from.
#[derive(Clone, Debug, PartialEq)]
pub enum Why {
    /// An argument that nothing in the scan passes (a handler's event, a request): the parameter's name.
    Input(Arc<str>),
    /// What a call outside the scan answers.
    Result(Box<Answer>),
    /// A member of something unknown.
    Member {
        /// Of what.
        of: Box<Value>,
        /// Which.
        key: Arc<str>,
    },
    /// An import that was not found: module and name.
    Import(Arc<str>),
    /// An intrinsic or macro that only a deployment resolves.
    Deployment(Arc<str>),
    /// A construct whose value is not followed.
    Dynamic,
    /// A bound of the evaluation was reached.
    Limit,
    /// It is known and deliberately not kept: a secret, or what might be one.
    Redacted,
}

/// A call outside the scan, kept to see what a value was made from.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The called function's full name: `crypto.createHmac`, `digest` for a method of `receiver`.
    pub callee: Arc<str>,
    /// The object whose method it is.
    pub receiver: Option<Value>,
    /// The positional arguments, then keyword arguments as one last map.
    pub arguments: Vec<Value>,
    /// The call's number in its file, to tell which results are used; unique with the file.
    pub call: u32,
}

/// What stands under a key: absent and unknown are different answers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Field<'a> {
    /// Certainly not there.
    Absent,
    /// There, on every path.
    Present(&'a Value),
    /// There on some path.
    Sometimes(&'a Value),
    /// It cannot be told whether it is there.
    Unknown,
}

impl<'a> Field<'a> {
    /// The value, on whatever path.
    pub fn value(self) -> Option<&'a Value> {
        match self {
            Self::Present(value) | Self::Sometimes(value) => Some(value),
            Self::Absent | Self::Unknown => None,
        }
    }

    /// Whether it is certainly not there.
    pub fn is_absent(self) -> bool {
        self == Self::Absent
    }
}

impl Value {
    /// A value at a place.
    pub fn new(kind: Kind, loc: Loc) -> Self {
        Self { kind, loc, assumed: None }
    }

    /// A string at a place.
    pub fn text_at(text: impl Into<Arc<str>>, loc: Loc) -> Self {
        Self::new(Kind::Text(text.into()), loc)
    }

    /// An unknown at a place.
    pub fn unknown(why: Why, loc: Loc) -> Self {
        Self::new(Kind::Unknown(why), loc)
    }

    /// The string, if it is one.
    pub fn text(&self) -> Option<&str> {
        if let Kind::Text(text) = &self.kind { Some(text) } else { None }
    }

    /// The map, if it is one.
    pub fn map(&self) -> Option<&Map> {
        if let Kind::Map(map) = &self.kind { Some(map) } else { None }
    }

    /// The list, if it is one.
    pub fn list(&self) -> Option<&List> {
        if let Kind::List(list) = &self.kind { Some(list) } else { None }
    }

    /// The reference, if it is one.
    pub fn reference(&self) -> Option<&Reference> {
        if let Kind::Reference(reference) = &self.kind { Some(reference) } else { None }
    }

    /// Whether nothing is known of it.
    pub fn is_unknown(&self) -> bool {
        matches!(self.kind, Kind::Unknown(_))
    }

    /// What stands under a key. Of anything but a map, unknown (null: absent).
    pub fn field(&self, key: &str) -> Field<'_> {
        match &self.kind {
            Kind::Map(map) => map.field(key),
            Kind::Null => Field::Absent,
            _ => Field::Unknown,
        }
    }

    /// What stands under a path of keys. A `Sometimes` on the way makes the answer `Sometimes` or unknown.
    pub fn at(&self, path: &[&str]) -> Field<'_> {
        let Some((first, rest)) = path.split_first() else { return Field::Present(self) };
        match self.field(first) {
            Field::Present(value) => value.at(rest),
            Field::Sometimes(value) => match value.at(rest) {
                Field::Present(value) | Field::Sometimes(value) => Field::Sometimes(value),
                other => other,
            },
            other => other,
        }
    }

    /// Whether both are made from the same things in the same way, wherever that is written.
    pub fn is_same_as(&self, other: &Self) -> bool {
        let all_same = |mine: &[Self], theirs: &[Self]| {
            mine.len() == theirs.len() && mine.iter().zip(theirs).all(|(mine, theirs)| mine.is_same_as(theirs))
        };
        match (&self.kind, &other.kind) {
            (Kind::Concat(mine), Kind::Concat(theirs)) => all_same(mine, theirs),
            (Kind::List(mine), Kind::List(theirs)) => {
                let items = |list: &List| list.items.iter().map(|(item, _)| item.clone()).collect::<Vec<_>>();
                !mine.open && !theirs.open && all_same(&items(mine), &items(theirs))
            }
            (Kind::OneOf(mine), Kind::OneOf(theirs)) => {
                mine.len() == theirs.len()
                    && mine.iter().zip(theirs).all(|(mine, theirs)| mine.value.is_same_as(&theirs.value))
            }
            (Kind::Unknown(Why::Member { of, key }), Kind::Unknown(Why::Member { of: other, key: other_key })) => {
                key == other_key && of.is_same_as(other)
            }
            (Kind::Unknown(Why::Result(mine)), Kind::Unknown(Why::Result(theirs))) => {
                let receivers = match (&mine.receiver, &theirs.receiver) {
                    (Some(mine), Some(theirs)) => mine.is_same_as(theirs),
                    (None, None) => true,
                    _ => false,
                };
                mine.callee == theirs.callee && receivers && all_same(&mine.arguments, &theirs.arguments)
            }
            (
                Kind::Unknown(mine @ (Why::Input(_) | Why::Import(_) | Why::Deployment(_))),
                Kind::Unknown(theirs @ (Why::Input(_) | Why::Import(_) | Why::Deployment(_))),
            ) => mine == theirs,
            (Kind::Unknown(_), _) | (Kind::Map(_), _) => false,
            (mine, theirs) => mine == theirs,
        }
    }

    /// This value under a condition: alternatives, entries and items that contradict `when` go, those it decides become
    /// plain.
    #[must_use]
    pub fn under(&self, when: &When) -> Self {
        let kind = match &self.kind {
            Kind::OneOf(alternatives) => {
                let mut left: Vec<Alternative> = Vec::new();
                for alternative in alternatives {
                    if alternative.when.and(when).is_some() {
                        left.push(Alternative { value: alternative.value.under(when), ..alternative.clone() });
                    }
                }
                match left.as_slice() {
                    [only] => {
                        return Self {
                            assumed: only.value.assumed.clone().or_else(|| self.assumed.clone()),
                            ..only.value.clone()
                        };
                    }
                    _ => Kind::OneOf(left),
                }
            }
            Kind::Concat(parts) => Kind::Concat(parts.iter().map(|part| part.under(when)).collect()),
            Kind::List(list) => Kind::List(List {
                items: list
                    .items
                    .iter()
                    .filter_map(|(item, present)| Some((item.under(when), remaining(present, when)?)))
                    .collect(),
                open: list.open,
            }),
            Kind::Map(map) => Kind::Map(Map {
                entries: map.entries.iter().filter_map(|entry| entry.under(when)).collect(),
                open: map.open,
            }),
            other => other.clone(),
        };
        Self { kind, loc: self.loc, assumed: self.assumed.clone() }
    }

    /// The same value as another reading would have it: its places told by `place`, its stacks called as `stack` says.
    #[must_use]
    pub fn retold(&self, place: &mut impl FnMut(Loc) -> Loc, stack: &impl Fn(&Arc<str>) -> Arc<str>) -> Self {
        let kind = match &self.kind {
            Kind::OneOf(alternatives) => {
                let retold = |one: &Alternative| Alternative {
                    value: one.value.retold(place, stack),
                    when: one.when.rescoped(stack),
                    fallback: one.fallback,
                };
                Kind::OneOf(alternatives.iter().map(retold).collect())
            }
            Kind::Concat(parts) => Kind::Concat(parts.iter().map(|part| part.retold(place, stack)).collect()),
            Kind::List(list) => Kind::List(List {
                items: list
                    .items
                    .iter()
                    .map(|(item, when)| (item.retold(place, stack), when.rescoped(stack)))
                    .collect(),
                open: list.open,
            }),
            Kind::Map(map) => Kind::Map(Map {
                entries: map.entries.iter().map(|entry| entry.retold(place, stack)).collect(),
                open: map.open,
            }),
            Kind::Reference(Reference::Attribute { resource, attribute }) => {
                let resource = ResourceKey { stack: stack(&resource.stack), id: resource.id.clone() };
                Kind::Reference(Reference::Attribute { resource, attribute: attribute.clone() })
            }
            Kind::Reference(Reference::Parameter { stack: of, name }) => {
                Kind::Reference(Reference::Parameter { stack: stack(of), name: name.clone() })
            }
            other => other.clone(),
        };
        Self { kind, loc: place(self.loc), assumed: self.assumed.clone() }
    }

    /// Calls `visit` with every condition inside this value.
    pub fn conditions(&self, visit: &mut impl FnMut(&When)) {
        match &self.kind {
            Kind::OneOf(alternatives) => {
                for alternative in alternatives {
                    visit(&alternative.when);
                    alternative.value.conditions(visit);
                }
            }
            Kind::Concat(parts) => parts.iter().for_each(|part| part.conditions(visit)),
            Kind::List(list) => {
                for (item, present) in &list.items {
                    visit(present);
                    item.conditions(visit);
                }
            }
            Kind::Map(map) => {
                for entry in &map.entries {
                    if let Presence::Sometimes(present) = &entry.presence {
                        visit(present);
                    }
                    entry.value.conditions(visit);
                }
            }
            _ => {}
        }
    }
}

/// What is left to ask of `present` once `when` holds; `None` where they contradict each other.
fn remaining(present: &When, when: &When) -> Option<When> {
    present.and(when)?;
    Some(if present.follows_from(when) { When::always() } else { present.clone() })
}

impl Entry {
    fn retold(&self, place: &mut impl FnMut(Loc) -> Loc, stack: &impl Fn(&Arc<str>) -> Arc<str>) -> Self {
        let presence = match &self.presence {
            Presence::Always => Presence::Always,
            Presence::Sometimes(when) => Presence::Sometimes(when.rescoped(stack)),
        };
        let (key_loc, value) = (place(self.key_loc), self.value.retold(place, stack));
        Self { key: self.key.clone(), key_loc, value, presence }
    }

    fn under(&self, when: &When) -> Option<Self> {
        let presence = match &self.presence {
            Presence::Always => Presence::Always,
            Presence::Sometimes(present) => {
                let left = remaining(present, when)?;
                // An entry whose own condition is unknown (always-true) stays "sometimes".
                if left.is_always() && !present.is_always() { Presence::Always } else { Presence::Sometimes(left) }
            }
        };
        Some(Self { key: self.key.clone(), key_loc: self.key_loc, value: self.value.under(when), presence })
    }
}

impl Map {
    /// The entry of a key.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| &*entry.key == key)
    }

    /// What stands under a key.
    pub fn field(&self, key: &str) -> Field<'_> {
        match self.entry(key) {
            Some(Entry { value, presence: Presence::Always, .. }) => Field::Present(value),
            Some(Entry { value, .. }) => Field::Sometimes(value),
            None if self.open => Field::Unknown,
            None => Field::Absent,
        }
    }

    /// Adds an entry or replaces the one of the same key.
    pub fn insert(&mut self, entry: Entry) {
        match self.entries.iter_mut().find(|mine| mine.key == entry.key) {
            Some(mine) => *mine = entry,
            None => self.entries.push(entry),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_are_no_part_of_a_name() {
        for (id, name) in [
            ("WebClient", "WebClient"),
            ("aws_cognito_user_pool.main", "aws_cognito_user_pool.main"),
            ("module.auth.aws_cognito_user_pool.main", "aws_cognito_user_pool.main"),
            (r#"module.a["x.y\"z"].module.b[0].aws_x.y["k.l"]"#, r#"aws_x.y["k.l"]"#),
            ("module.broken", "module.broken"),
            ("", ""),
        ] {
            assert_eq!(ResourceKey { stack: "".into(), id: id.into() }.name(), name);
        }
    }
}
