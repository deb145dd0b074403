//! Secret hashes: which value is an HMAC, of what, and how it is written.
//!
//! What is right: base64 of HMAC-SHA256 with the client's secret as the key and user name and client id, in this order, as
//! the message (Developer Guide, secret hash values).

use std::sync::Arc;

use crate::source::Loc;
use crate::value::{Answer, Kind, Value, Why};
use crate::words;

use super::origin::{Meaning, last, without_conversions};

/// How many calls of a chain are followed.
const DEEPEST: usize = 24;

/// An HMAC in the making, or made.
#[derive(Clone, Debug)]
pub struct SecretHash<'v> {
    /// The key.
    pub key: Option<&'v Value>,
    /// What is hashed, in order; `None` where it cannot be told.
    pub message: Option<Vec<&'v Value>>,
    /// The digest's name as written (`sha256`, `SHA-256`); `None` where it cannot be told.
    pub digest: Option<Arc<str>>,
    /// How the bytes are written.
    pub encoding: Encoding,
    /// Where.
    pub loc: Loc,
}

/// How a hash is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// Base64, as Cognito wants it.
    Base64,
    /// Base64 with the letters for addresses.
    Base64Url,
    /// Hexadecimal.
    Hex,
    /// Not at all.
    Bytes,
    /// It cannot be told.
    Unknown,
}

impl<'v> SecretHash<'v> {
    /// The hashes that a value can be. `None` as soon as one of its alternatives is something else.
    pub fn all_of(value: &'v Value) -> Option<Vec<Self>> {
        match &value.kind {
            Kind::OneOf(alternatives) => {
                let hashes: Option<Vec<Vec<Self>>> =
                    alternatives.iter().map(|alternative| Self::all_of(&alternative.value)).collect();
                hashes.map(|hashes| hashes.into_iter().flatten().collect())
            }
            _ => Self::of(value, DEEPEST).map(|hash| vec![hash.complete()]),
        }
    }

    fn of(value: &'v Value, deepest: usize) -> Option<Self> {
        let deepest = deepest.checked_sub(1)?;
        let Kind::Unknown(Why::Result(answer)) = &value.kind else { return None };
        let step = last(&answer.callee);
        Self::begun(answer, &step, value.loc)
            .or_else(|| Self::continued(answer, &step, deepest))
            .map(|hash| Self { loc: value.loc, ..hash })
    }

    /// The functions that make an HMAC.
    fn begun(answer: &'v Answer, step: &str, loc: Loc) -> Option<Self> {
        let maker = MAKERS.iter().find(|maker| maker.is(answer, step))?;
        let argument = |name: &str, index: Option<usize>| argument(answer, name, index);
        let key = argument("key", maker.key).map(|key| imported_key(key).unwrap_or(key));
        let message = argument("msg", maker.message);
        let digest = argument("digestmod", maker.digest).or_else(|| argument("digest", maker.digest));
        let named = maker.fixed.map(Arc::from);
        Some(Self {
            key,
            message: match message {
                Some(message) => parts_of(message),
                None => maker.can_go_on.then(Vec::new),
            },
            digest: named.or_else(|| digest.and_then(digest_name)),
            encoding: Encoding::Bytes,
            loc,
        })
    }

    /// The methods that feed, finish or write one.
    fn continued(answer: &'v Answer, step: &str, deepest: usize) -> Option<Self> {
        let of_receiver = || answer.receiver.as_ref().and_then(|receiver| Self::of(receiver, deepest));
        let of_argument = || answer.arguments.first().and_then(|argument| Self::of(argument, deepest));
        if step == "update" {
            let hash = of_receiver()?;
            let more = answer.arguments.first().and_then(parts_of);
            let message = hash.message.zip(more).map(|(message, more)| [message, more].concat());
            return Some(Self { message, ..hash });
        }
        if let Some(writer) = WRITERS.iter().find(|writer| writer.is(answer, step)) {
            let hash = if writer.takes_argument { of_argument()? } else { of_receiver()? };
            return Some(hash.written(writer.encoding.unwrap_or_else(|| named_encoding(answer))));
        }
        if words::is_in(KEEPING, step) { of_receiver().or_else(of_argument) } else { None }
    }

    /// The same hash, written: what is written already only changes its type.
    fn written(self, encoding: Encoding) -> Self {
        if self.encoding == Encoding::Bytes { Self { encoding, ..self } } else { self }
    }

    /// The hash as it is in the end: one that was never fed is fed by statements that the value does not show.
    fn complete(self) -> Self {
        Self { message: self.message.filter(|message| !message.is_empty()), ..self }
    }

    /// Whether a part of the message is the client id: the one that the call sends, or one by its name.
    pub fn is_client_id(part: &Value, sent: Option<&Value>) -> bool {
        sent.is_some_and(|sent| sent.is_same_as(part)) || Meaning::of(part) == Some(Meaning::ClientId)
    }

    /// Whether the digest is known and is not SHA-256.
    pub fn has_other_digest(&self) -> bool {
        self.digest.as_ref().is_some_and(|digest| {
            let name: String = digest.chars().filter(char::is_ascii_alphanumeric).collect();
            !name.eq_ignore_ascii_case("sha256")
        })
    }
}

/// A function that makes an HMAC, and where it takes what.
struct Maker {
    /// Its own name, in lower case.
    name: &'static str,
    /// What its full name or its receiver's must contain besides, in lower case.
    of: &'static str,
    key: Option<usize>,
    message: Option<usize>,
    digest: Option<usize>,
    /// The digest that it always uses.
    fixed: Option<&'static str>,
    /// `update` may follow in the same chain. Elsewhere a missing message is one that is not seen.
    can_go_on: bool,
}

const MAKER: Maker = Maker { name: "", of: "", key: None, message: None, digest: None, fixed: None, can_go_on: false };

const MAKERS: &[Maker] = &[
    // Node's crypto.
    Maker { name: "createhmac", key: Some(1), digest: Some(0), can_go_on: true, ..MAKER },
    // Python's hmac, and HMAC of pycryptodome.
    Maker { name: "new", of: "hmac", key: Some(0), message: Some(1), digest: Some(2), can_go_on: true, ..MAKER },
    Maker { name: "digest", of: "hmac.digest", key: Some(0), message: Some(1), digest: Some(2), ..MAKER },
    // CryptoJS, also by its single modules.
    Maker { name: "hmacsha256", key: Some(1), message: Some(0), fixed: Some("sha256"), ..MAKER },
    Maker { name: "hmac-sha256", key: Some(1), message: Some(0), fixed: Some("sha256"), ..MAKER },
    Maker { name: "hmacsha1", key: Some(1), message: Some(0), fixed: Some("sha1"), ..MAKER },
    Maker { name: "hmacsha512", key: Some(1), message: Some(0), fixed: Some("sha512"), ..MAKER },
    // WebCrypto; the digest stands in the key.
    Maker { name: "sign", of: "subtle", key: Some(1), message: Some(2), ..MAKER },
    // @aws-crypto/sha256-*: an HMAC where a key is given.
    Maker { name: "sha256", of: "aws-crypto", key: Some(0), fixed: Some("sha256"), can_go_on: true, ..MAKER },
];

impl Maker {
    fn is(&self, answer: &Answer, step: &str) -> bool {
        let is_followed = self.of != "hmac.digest" || answer.receiver.is_none();
        self.name == step
            && is_followed
            && mentions(answer, self.of)
            && self.key.is_some_and(|at| at < answer.arguments.len() || keywords(answer).is_some())
    }
}

/// A function or method that writes the bytes of a hash as text.
struct Writer {
    name: &'static str,
    /// What its full name, receiver or arguments must mention besides, in lower case.
    of: &'static str,
    /// The hash is its first argument, not its receiver.
    takes_argument: bool,
    /// `None`: its first argument names it.
    encoding: Option<Encoding>,
}

const WRITERS: &[Writer] = &[
    Writer { name: "digest", of: "", takes_argument: false, encoding: None },
    Writer { name: "hexdigest", of: "", takes_argument: false, encoding: Some(Encoding::Hex) },
    Writer { name: "hex", of: "", takes_argument: false, encoding: Some(Encoding::Hex) },
    Writer { name: "tostring", of: "", takes_argument: false, encoding: None },
    Writer { name: "stringify", of: "base64url", takes_argument: true, encoding: Some(Encoding::Base64Url) },
    Writer { name: "stringify", of: "base64", takes_argument: true, encoding: Some(Encoding::Base64) },
    Writer { name: "stringify", of: "hex", takes_argument: true, encoding: Some(Encoding::Hex) },
    Writer { name: "b64encode", of: "", takes_argument: true, encoding: Some(Encoding::Base64) },
    Writer { name: "standard_b64encode", of: "", takes_argument: true, encoding: Some(Encoding::Base64) },
    Writer { name: "urlsafe_b64encode", of: "", takes_argument: true, encoding: Some(Encoding::Base64Url) },
    Writer { name: "hexlify", of: "", takes_argument: true, encoding: Some(Encoding::Hex) },
    Writer { name: "btoa", of: "", takes_argument: true, encoding: Some(Encoding::Base64) },
    Writer { name: "tobase64", of: "", takes_argument: true, encoding: Some(Encoding::Base64) },
    Writer { name: "frombytearray", of: "base64", takes_argument: true, encoding: Some(Encoding::Base64) },
    Writer { name: "encode", of: "base64", takes_argument: true, encoding: Some(Encoding::Base64) },
    Writer { name: "encodebase64", of: "", takes_argument: true, encoding: Some(Encoding::Base64) },
    Writer { name: "tohex", of: "", takes_argument: true, encoding: Some(Encoding::Hex) },
];

/// Steps that change a hash's type and not what it says.
const KEEPING: &str = "decode from uint8array strip rstrip trim str string bytes buffer fromcharcode apply finalize";

impl Writer {
    fn is(&self, answer: &Answer, step: &str) -> bool {
        self.name == step && mentions(answer, self.of)
    }
}

/// Whether the call's full name, or what it is called on, has a part in its name.
fn mentions(answer: &Answer, part: &str) -> bool {
    let has = |name: &str| name.to_ascii_lowercase().contains(part);
    let of_receiver = || match answer.receiver.as_ref().map(|receiver| &receiver.kind) {
        Some(Kind::Unknown(Why::Import(name))) => has(name),
        Some(Kind::Unknown(Why::Member { key, .. })) => has(key),
        Some(Kind::Unknown(Why::Result(answer))) => has(&answer.callee),
        _ => false,
    };
    part.is_empty() || has(&answer.callee) || of_receiver()
}

/// The encoding that a writer's argument names. Without one, `digest` gives bytes and `toString` of CryptoJS hexadecimal.
fn named_encoding(answer: &Answer) -> Encoding {
    let name = match answer.arguments.first().map(|argument| &argument.kind) {
        None if last(&answer.callee) == "digest" => return Encoding::Bytes,
        None if is_of_crypto_js(answer) => return Encoding::Hex,
        Some(Kind::Text(name)) => name,
        Some(Kind::Unknown(Why::Import(name))) => name,
        Some(Kind::Unknown(Why::Member { key, .. })) => key,
        _ => return Encoding::Unknown,
    };
    let name = name.to_ascii_lowercase();
    match name.as_str() {
        _ if name.contains("base64url") => Encoding::Base64Url,
        _ if name.contains("base64") => Encoding::Base64,
        _ if name.contains("hex") => Encoding::Hex,
        _ => Encoding::Unknown,
    }
}

fn is_of_crypto_js(answer: &Answer) -> bool {
    let of = answer.receiver.as_ref().map(|receiver| &receiver.kind);
    matches!(of, Some(Kind::Unknown(Why::Result(maker))) if last(&maker.callee).starts_with("hmac"))
}

/// The keyword arguments of a call.
fn keywords(answer: &Answer) -> Option<&Value> {
    answer.arguments.last().filter(|last| last.map().is_some())
}

fn argument<'v>(answer: &'v Answer, name: &str, index: Option<usize>) -> Option<&'v Value> {
    let by_name = keywords(answer).and_then(|keywords| keywords.field(name).value());
    by_name.or_else(|| answer.arguments.get(index?).filter(|argument| argument.map().is_none()))
}

/// The secret inside a key that WebCrypto imported.
fn imported_key(key: &Value) -> Option<&Value> {
    let Kind::Unknown(Why::Result(answer)) = &key.kind else { return None };
    (last(&answer.callee) == "importkey").then(|| answer.arguments.get(1))?
}

fn digest_name(value: &Value) -> Option<Arc<str>> {
    match &value.kind {
        Kind::Text(name) => Some(name.clone()),
        Kind::Unknown(Why::Import(name)) => Some(last(name).into()),
        Kind::Unknown(Why::Member { key, .. }) => Some(key.clone()),
        _ => None,
    }
}

/// The parts of a message, in order. `None` where parts may be missing.
fn parts_of(message: &Value) -> Option<Vec<&Value>> {
    let message = without_conversions(message);
    match &message.kind {
        Kind::Concat(parts) => {
            let parts: Option<Vec<Vec<&Value>>> = parts.iter().map(parts_of).collect();
            parts.map(|parts| parts.concat())
        }
        Kind::List(_) | Kind::Map(_) | Kind::Unknown(Why::Dynamic | Why::Limit) => None,
        // A choice is one part, unless one of its values has several.
        Kind::OneOf(alternatives) => {
            let is_one = |value: &Value| parts_of(value).is_some_and(|parts| parts.len() == 1);
            alternatives.iter().all(|alternative| is_one(&alternative.value)).then(|| vec![message])
        }
        _ => Some(vec![message]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{FileId, Span};
    use crate::value::{Alternative, Entry, Map, Presence};
    use crate::when::When;

    fn at() -> Loc {
        Loc { file: FileId(0), span: Span::new(0, 1) }
    }

    fn value(kind: Kind) -> Value {
        Value::new(kind, at())
    }

    fn text(text: &str) -> Value {
        Value::text_at(text, at())
    }

    fn input(name: &str) -> Value {
        value(Kind::Unknown(Why::Input(name.into())))
    }

    fn import(name: &str) -> Value {
        value(Kind::Unknown(Why::Import(name.into())))
    }

    fn both(first: &str, second: &str) -> Value {
        value(Kind::Concat(vec![input(first), input(second)]))
    }

    fn call(callee: &str, arguments: &[Value]) -> Value {
        let answer = Answer { callee: callee.into(), receiver: None, arguments: arguments.to_vec(), call: 0 };
        value(Kind::Unknown(Why::Result(Box::new(answer))))
    }

    fn method(receiver: Value, callee: &str, arguments: &[Value]) -> Value {
        let answer = Answer { callee: callee.into(), receiver: Some(receiver), arguments: arguments.to_vec(), call: 0 };
        value(Kind::Unknown(Why::Result(Box::new(answer))))
    }

    fn named(entries: &[(&str, Value)]) -> Value {
        let entry = |(key, value): &(&str, Value)| Entry {
            key: (*key).into(),
            key_loc: at(),
            value: value.clone(),
            presence: Presence::Always,
        };
        value(Kind::Map(Map { entries: entries.iter().map(entry).collect(), open: false }))
    }

    fn message(hash: &SecretHash<'_>) -> Vec<String> {
        let parts = hash.message.iter().flatten();
        parts.map(|part| super::super::origin::name_of(part).unwrap_or("?").to_owned()).collect()
    }

    /// The one hash that a value is: key, message, encoding, and whether its digest is a wrong one.
    fn read(value: &Value) -> (String, Vec<String>, Encoding, bool) {
        let hashes = SecretHash::all_of(value).expect("it is a hash");
        let [hash] = hashes.as_slice() else { panic!("one hash: {hashes:?}") };
        let key = hash.key.and_then(super::super::origin::name_of).unwrap_or("?").to_owned();
        (key, message(hash), hash.encoding, hash.has_other_digest())
    }

    fn right(encoding: Encoding) -> (String, Vec<String>, Encoding, bool) {
        ("secret".to_owned(), vec!["username".to_owned(), "clientId".to_owned()], encoding, false)
    }

    #[test]
    fn node_crypto() {
        let made = || call("crypto.createHmac", &[text("SHA256"), input("secret")]);
        let fed = method(made(), "update", &[both("username", "clientId")]);
        assert_eq!(read(&method(fed.clone(), "digest", &[text("base64")])), right(Encoding::Base64));
        assert_eq!(read(&method(fed.clone(), "digest", &[text("hex")])), right(Encoding::Hex));
        assert_eq!(read(&method(method(fed, "digest", &[]), "toString", &[text("base64")])), right(Encoding::Base64));

        let twice = method(method(made(), "update", &[input("username")]), "update", &[input("clientId")]);
        assert_eq!(read(&method(twice, "digest", &[text("base64")])), right(Encoding::Base64));

        let other = call("node:crypto.createHmac", &[text("sha1"), input("secret")]);
        assert!(read(&method(other, "digest", &[text("base64")])).3);
    }

    #[test]
    fn what_is_fed_by_other_statements_is_not_seen() {
        let unfed = method(call("crypto.createHmac", &[text("sha256"), input("secret")]), "digest", &[text("base64")]);
        assert!(SecretHash::all_of(&unfed).expect("a hash")[0].message.is_none());
    }

    #[test]
    fn python() {
        let key = method(input("secret"), "encode", &[text("utf-8")]);
        let fed = method(both("username", "clientId"), "encode", &[text("utf-8")]);
        let by_name = named(&[("msg", fed.clone()), ("digestmod", import("hashlib.sha256"))]);
        let made = call("hmac.new", &[key.clone(), by_name]);
        let encoded = call("base64.b64encode", &[method(made.clone(), "digest", &[])]);
        assert_eq!(read(&method(encoded, "decode", &[])), right(Encoding::Base64));
        assert_eq!(read(&method(made, "hexdigest", &[])), right(Encoding::Hex));

        let bytes = call("bytes", &[both("username", "clientId"), text("utf-8")]);
        let made =
            call("hmac.new", &[call("bytes", &[input("secret"), text("utf-8")]), bytes, import("hashlib.sha256")]);
        assert_eq!(read(&call("base64.b64encode", &[method(made, "digest", &[])])), right(Encoding::Base64));

        let at_once = call("hmac.digest", &[key, fed, text("sha256")]);
        assert_eq!(read(&call("base64.b64encode", &[at_once])), right(Encoding::Base64));
    }

    #[test]
    fn crypto_js() {
        let made = call("crypto-js.HmacSHA256", &[both("username", "clientId"), input("secret")]);
        let encoder = import("crypto-js.enc.Base64");
        assert_eq!(read(&method(made.clone(), "toString", &[encoder])), right(Encoding::Base64));
        assert_eq!(read(&method(made.clone(), "toString", &[])), right(Encoding::Hex));
        assert_eq!(read(&call("crypto-js.enc.Base64.stringify", &[made])), right(Encoding::Base64));
        let single = call("crypto-js/hmac-sha256", &[both("username", "clientId"), input("secret")]);
        assert_eq!(read(&call("crypto-js/enc-base64.stringify", &[single])), right(Encoding::Base64));
    }

    #[test]
    fn web_crypto() {
        let encode = |value: Value| method(call("TextEncoder", &[]), "encode", &[value]);
        let key = call("crypto.subtle.importKey", &[text("raw"), encode(input("secret")), named(&[]), text("x")]);
        let signed = call("crypto.subtle.sign", &[text("HMAC"), key, encode(both("username", "clientId"))]);
        let bytes = call("Uint8Array", &[signed]);
        let encoded = call("btoa", &[call("String.fromCharCode", &[bytes])]);
        assert_eq!(read(&encoded), right(Encoding::Base64));
    }

    #[test]
    fn other_values_are_no_hash() {
        let signed = method(call("jwt.signer", &[]), "digest", &[text("base64")]);
        for other in [text("x"), input("secretHash"), call("JSON.stringify", &[input("x")]), signed] {
            assert!(SecretHash::all_of(&other).is_none(), "{other:?}");
        }
        let made = call("crypto.createHmac", &[text("sha256"), input("secret")]);
        let hash = method(method(made, "update", &[input("x")]), "digest", &[text("base64")]);
        let one_of = |values: Vec<Value>| {
            let alternative = |value| Alternative { value, when: When::always(), fallback: false };
            value(Kind::OneOf(values.into_iter().map(alternative).collect()))
        };
        assert_eq!(SecretHash::all_of(&one_of(vec![hash.clone(), hash.clone()])).map(|hashes| hashes.len()), Some(2));
        assert!(SecretHash::all_of(&one_of(vec![hash, value(Kind::Null)])).is_none());
    }
}
