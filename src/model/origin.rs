//! What a value is by the names it comes from: `event.body.email` is an e-mail address.

use crate::value::{Answer, Kind, Reference, Value, Why};
use crate::words;

/// How many steps back a value is followed.
const DEEPEST: usize = 16;

/// What people type or apps keep, as far as a name tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// An e-mail address.
    Email,
    /// A telephone number.
    Phone,
    /// A user name of some kind.
    Username,
    /// The user's `sub`, or another generated id.
    Subject,
    /// A token.
    Token,
    /// A client's secret.
    Secret,
    /// A hash made with a secret.
    SecretHash,
    /// A client id.
    ClientId,
}

/// A meaning, the words of which at least one must be in a name, those that must be beside it, and those that say
/// that the name is of something else. The first row that fits decides.
struct Naming(Meaning, &'static str, &'static str, &'static str);

const NAMINGS: &[Naming] = &[
    Naming(Meaning::SecretHash, "hash hmac digest", "secret", "block"),
    Naming(Meaning::Secret, "secret", "", "hash hmac digest block name arn id signature token"),
    Naming(Meaning::ClientId, "client", "id", "name"),
    Naming(Meaning::ClientId, "clientid", "", "name"),
    Naming(Meaning::Token, "token jwt", "", "type use expiry expires"),
    Naming(Meaning::Subject, "sub subject uuid guid", "", ""),
    Naming(Meaning::Email, "email mail emailaddress", "", "verified hash sub id"),
    Naming(Meaning::Phone, "phone mobile phonenumber telephone msisdn", "", "verified hash sub id"),
    Naming(Meaning::Username, "username login loginname", "", "cognito hash sub id claim"),
    Naming(Meaning::Username, "user", "name", "cognito hash sub id claim"),
];

/// Members and methods that keep the thing a value is about: `emailInput.value`, `username.trim()`.
const SAME_THING: &str = "value current text data state decode encode tostring strip lstrip rstrip trim lower casefold \
    tolowercase upper touppercase normalize await get_secret_value unwrap";

/// Functions that pass on their first argument as it is, or as bytes.
const PASSING: &str = "str string bytes bytearray from buffer uint8array fromutf8 utf8tobytes touint8array tostring \
    stringtobytes encode parse";

/// Methods whose argument names what they give: `form.get("email")`.
const GETTERS: &str = "get getitem getfirst header query param field";

impl Meaning {
    /// What a name says.
    pub fn of_name(name: &str) -> Option<Self> {
        let words = words::split(name);
        let has = |list: &str| words.iter().any(|word| words::is_in(list, word));
        let fits =
            |Naming(_, one, beside, other): &&Naming| has(one) && (beside.is_empty() || has(beside)) && !has(other);
        NAMINGS.iter().find(fits).map(|naming| naming.0)
    }

    /// What a value is, by its name. Where it is one of several, only what they all are.
    pub fn of(value: &Value) -> Option<Self> {
        if let Kind::OneOf(alternatives) = &value.kind {
            let mut meanings = alternatives.iter().map(|alternative| Self::of(&alternative.value));
            let first = meanings.next()??;
            return meanings.all(|meaning| meaning == Some(first)).then_some(first);
        }
        Self::of_name(name_of(value)?)
    }
}

/// The name that says what a value is about: of the variable, key, parameter or member it comes from.
pub fn name_of(value: &Value) -> Option<&str> {
    let mut value = value;
    for _ in 0..DEEPEST {
        value = match &value.kind {
            Kind::Reference(reference) => return name_of_reference(reference),
            Kind::Unknown(Why::Input(name)) => return Some(name),
            Kind::Unknown(Why::Import(name)) => return name.rsplit(['.', '/']).next(),
            Kind::Unknown(Why::Member { of, key }) if is_same_thing(key) => of,
            Kind::Unknown(Why::Member { key, .. }) => return Some(key),
            Kind::Unknown(Why::Result(answer)) => match named_by(answer) {
                Some(name) => return Some(name),
                None => passed_on(answer)?,
            },
            _ => return None,
        };
    }
    None
}

/// The value without steps that keep what it is about: conversions to bytes or text, trimming, a change of case.
pub fn without_conversions(value: &Value) -> &Value {
    let mut value = value;
    for _ in 0..DEEPEST {
        let Kind::Unknown(Why::Result(answer)) = &value.kind else { break };
        match passed_on(answer) {
            Some(inner) => value = inner,
            None => break,
        }
    }
    value
}

/// Whether a value is a member of what a request, a form or an event brings.
pub fn is_sent_in(value: &Value) -> bool {
    const CARRIERS: &str = "body form formdata json payload query params args event request req input";
    let mut value = without_conversions(value);
    for _ in 0..DEEPEST {
        value = match &value.kind {
            Kind::Unknown(Why::Member { of, key }) if has_word(CARRIERS, key) && of.is_unknown() => return true,
            Kind::Unknown(Why::Member { of, .. }) => of,
            Kind::Unknown(Why::Input(name)) => return has_word(CARRIERS, name),
            Kind::Unknown(Why::Result(answer)) => match (&answer.receiver, answer.arguments.first()) {
                (Some(receiver), _) if words::is_in(GETTERS, &last(&answer.callee)) => receiver,
                (_, Some(argument)) if words::is_in("parse loads json", &last(&answer.callee)) => argument,
                (Some(receiver), _) => receiver,
                _ => return false,
            },
            _ => return false,
        };
    }
    false
}

fn has_word(list: &str, name: &str) -> bool {
    words::split(name).iter().any(|word| words::is_in(list, word))
}

fn is_same_thing(key: &str) -> bool {
    words::is_in(SAME_THING, &key.to_ascii_lowercase()) || key.bytes().all(|byte| byte.is_ascii_digit())
}

fn name_of_reference(reference: &Reference) -> Option<&str> {
    match reference {
        Reference::Environment(name) => Some(name),
        Reference::Setting(key) => key.rsplit('.').next(),
        Reference::Attribute { attribute, .. } => Some(attribute),
        Reference::Parameter { name, .. } | Reference::Output { name, .. } => Some(name),
        Reference::Secret { name, field } => Some(if field.is_empty() { name } else { field }),
        Reference::SsmParameter(name) => name.rsplit('/').next(),
        Reference::Export(_) | Reference::Pseudo(_) => None,
    }
}

/// `form.get("email")` is named by its argument.
fn named_by(answer: &Answer) -> Option<&str> {
    let is_getter = answer.receiver.is_some() && words::is_in(GETTERS, &last(&answer.callee));
    answer.arguments.first().filter(|_| is_getter).and_then(Value::text)
}

/// The value that a call passes on: of `encode` and `toString` it is the receiver unless something else than an encoding
/// is given.
fn passed_on(answer: &Answer) -> Option<&Value> {
    let name = last(&answer.callee);
    let argument = answer.arguments.first();
    let is_plain = argument.is_none_or(|argument| argument.text().is_some() || argument.map().is_some());
    match &answer.receiver {
        Some(receiver) if is_plain && words::is_in(SAME_THING, &name) => Some(receiver),
        _ if words::is_in(PASSING, &name) => argument.filter(|argument| argument.map().is_none()),
        _ => None,
    }
}

/// The last part of a function's full name, in lower case.
pub(super) fn last(callee: &str) -> String {
    callee.rsplit(['.', '/', ':']).next().unwrap_or(callee).to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{FileId, Loc, Span};

    fn value(kind: Kind) -> Value {
        Value::new(kind, Loc { file: FileId(0), span: Span::new(0, 1) })
    }

    fn input(name: &str) -> Value {
        value(Kind::Unknown(Why::Input(name.into())))
    }

    fn member(of: Value, key: &str) -> Value {
        value(Kind::Unknown(Why::Member { of: Box::new(of), key: key.into() }))
    }

    fn call(callee: &str, receiver: Option<Value>, arguments: Vec<Value>) -> Value {
        let answer = Answer { callee: callee.into(), receiver, arguments, call: 0 };
        value(Kind::Unknown(Why::Result(Box::new(answer))))
    }

    #[test]
    fn names_mean_things() {
        let cases = [
            ("email", Some(Meaning::Email)),
            ("userEmail", Some(Meaning::Email)),
            ("email_verified", None),
            ("phoneNumber", Some(Meaning::Phone)),
            ("userName", Some(Meaning::Username)),
            ("username", Some(Meaning::Username)),
            ("cognito:username", None),
            ("userSub", Some(Meaning::Subject)),
            ("refresh_token", Some(Meaning::Token)),
            ("token_type", None),
            ("COGNITO_CLIENT_SECRET", Some(Meaning::Secret)),
            ("clientSecretArn", None),
            ("SECRET_BLOCK", None),
            ("secretHash", Some(Meaning::SecretHash)),
            ("COGNITO_CLIENT_ID", Some(Meaning::ClientId)),
            ("body", None),
        ];
        for (name, meaning) in cases {
            assert_eq!(Meaning::of_name(name), meaning, "{name}");
        }
    }

    #[test]
    fn a_value_has_the_name_of_where_it_comes_from() {
        let body = || member(input("event"), "body");
        let cases = [
            (member(body(), "email"), "email"),
            (member(member(input("emailRef"), "current"), "value"), "emailRef"),
            (call("trim", Some(call("toLowerCase", Some(member(body(), "email")), Vec::new())), Vec::new()), "email"),
            (call("get", Some(input("form")), vec![value(Kind::Text("email".into()))]), "email"),
            (call("encode", Some(input("username")), vec![value(Kind::Text("utf-8".into()))]), "username"),
            (call("bytes", None, vec![input("username"), value(Kind::Text("utf-8".into()))]), "username"),
            (value(Kind::Reference(Reference::Setting("cognito.clientSecret".into()))), "clientSecret"),
        ];
        for (value, name) in cases {
            assert_eq!(name_of(&value), Some(name), "{value:?}");
        }
        assert_eq!(name_of(&call("lookUp", None, vec![input("username")])), None);
    }

    #[test]
    fn what_a_request_brings_is_sent_in() {
        let parsed = call("JSON.parse", None, vec![member(input("event"), "body")]);
        assert!(is_sent_in(&member(parsed, "username")));
        assert!(is_sent_in(&call("get", Some(member(input("request"), "form")), vec![])));
        assert!(!is_sent_in(&input("username")));
        assert!(!is_sent_in(&member(input("claims"), "username")));
    }
}
