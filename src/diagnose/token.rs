//! Tokens that somebody gives, and what can be told of them without sending or keeping them.
//!
//! Access and ID tokens are signed and readable; refresh tokens are encrypted for the service, and nothing can be told of
//! one but that it is one and whole. Signatures are not checked: a claim is believed as it stands.

use std::io::{self, Read};
use std::sync::Arc;

use serde_json::{Map, Value};

use crate::identifier;
use crate::source::reading::decode;

use super::moment::Moment;
use super::person::Person;

/// Input past this many bytes is refused: it holds something else than tokens.
const LARGEST: u64 = 1024 * 1024;

/// So many tokens of one input are looked at.
const MOST: usize = 50;

/// The scope of tokens from the user pools API; those of the OAuth endpoints have it only beside others, as asked for.
pub const API_SCOPE: &str = "aws.cognito.signin.user.admin";

/// What a token is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It authorises calls.
    Access,
    /// It says who the user is.
    Id,
    /// It is traded for new tokens.
    Refresh,
    /// It is none of a user pool's.
    Other,
}

impl Kind {
    /// Its name in sentences.
    pub fn name(self) -> &'static str {
        match self {
            Self::Access => "access token",
            Self::Id => "ID token",
            Self::Refresh => "refresh token",
            Self::Other => "token",
        }
    }
}

/// What a token says. The token itself is not kept.
#[derive(Clone, Debug)]
pub struct Token {
    /// What it is for.
    pub kind: Kind,
    /// Where it was given: a file's name, or `standard input`.
    pub source: Arc<str>,
    /// Of a refresh token: all of its five parts are there.
    pub is_whole: bool,
    /// The Region of its issuer.
    pub region: Option<String>,
    /// The user pool that issued it.
    pub pool: Option<String>,
    /// The app client that it was issued to.
    pub client: Option<String>,
    /// The user (`sub`).
    pub user: Option<Person>,
    /// It names a device.
    pub has_device: bool,
    /// When the user signed in.
    pub signed_in: Option<Moment>,
    /// When it was issued.
    pub issued: Option<Moment>,
    /// When it ends.
    pub expires: Option<Moment>,
    /// Its scopes, if it has any.
    pub scopes: Vec<String>,
}

impl Token {
    /// Whether it comes from a sign-in through the user pools API, by its scope; `None` where it has none.
    pub fn is_from_api(&self) -> Option<bool> {
        if self.scopes.is_empty() { None } else { Some(self.scopes.iter().all(|scope| scope == API_SCOPE)) }
    }

    /// What may be shown of it, in a sentence: identifiers of clients and pools whole, the user's shortened.
    pub fn summary(&self) -> String {
        let mut parts = Vec::new();
        let mut tell = |what: &str, value: Option<String>| parts.extend(value.map(|value| format!("{what} {value}")));
        tell("pool", self.pool.clone());
        tell("client", self.client.clone());
        tell("user", self.user.as_ref().map(Person::to_string));
        tell("signed in", self.signed_in.map(|moment| moment.to_string()));
        tell("issued", self.issued.filter(|issued| Some(*issued) != self.signed_in).map(|moment| moment.to_string()));
        tell("ends", self.expires.map(|moment| moment.to_string()));
        if self.kind == Kind::Access {
            parts.push(if self.has_device { "names a device" } else { "names no device" }.to_owned());
        }
        if self.kind == Kind::Refresh {
            parts.push(
                if self.is_whole { "encrypted for the service, whole" } else { "cut off: parts of it are missing" }
                    .to_owned(),
            );
        }
        if parts.is_empty() { "says nothing of a user pool".to_owned() } else { parts.join(", ") }
    }
}

/// Whether a text is a token itself, not the name of a file with one.
pub fn is_token(text: &str) -> bool {
    let text = text.trim();
    shaped(text).any(|found| found.len() == text.len())
}

/// Whether a token stands anywhere in a text: bare, behind `Bearer`, as the value of a cookie.
pub fn holds_token(text: &str) -> bool {
    is_token(text) || shaped(text).any(|found| found.split('.').next().and_then(object).is_some())
}

/// Reads the tokens in a text of whatever kind: bare, behind `Bearer`, an answer of the service, a dump of a browser's
/// storage; or the claims of one, decoded elsewhere.
///
/// # Errors
/// `input` cannot be read, is too large, or holds no token. The message has nothing of what was read.
pub fn read(source: &str, input: impl Read) -> io::Result<Vec<Token>> {
    let mut bytes = Vec::new();
    input.take(LARGEST + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LARGEST {
        return Err(io::Error::other("it is larger than a mebibyte, which is no token"));
    }
    let text = decode(bytes).text;
    let source: Arc<str> = source.into();
    let all = |text: &str| shaped(text).take(MOST).filter_map(|token| understood(&source, token)).collect();
    let mut tokens: Vec<Token> = all(&text);
    if tokens.is_empty() {
        // A terminal or a mail broke it into lines.
        tokens = all(&text.split_whitespace().collect::<String>());
    }
    if tokens.is_empty()
        && let Ok(Value::Object(claims)) = serde_json::from_str(text.trim_start_matches('\u{feff}'))
        && ["iss", "token_use", "client_id"].iter().any(|name| claims.contains_key(*name))
    {
        tokens.push(signed(&source, &claims));
    }
    if tokens.is_empty() { Err(io::Error::other("there is no token in it")) } else { Ok(tokens) }
}

/// The parts of a text that have the shape of a token: base64url of a JSON object, and more of it behind dots.
fn shaped(text: &str) -> impl Iterator<Item = &str> {
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.' | '=');
    let words = text.split(move |letter| !is_part(letter));
    // `=` ends padded parts, and begins the value of a cookie or a variable; `%22` stands for a quotation mark before one.
    let token = |word| str::get(word, str::find(word, "eyJ")?..);
    words.filter_map(token).filter(|word| word.contains('.'))
}

fn understood(source: &Arc<str>, token: &str) -> Option<Token> {
    let parts: Vec<&str> = token.split('.').take(6).collect();
    let header = object(parts.first()?)?;
    if header.contains_key("enc") {
        let is_whole = parts.len() == 5 && parts.iter().all(|part| !part.is_empty());
        return Some(Token { kind: Kind::Refresh, is_whole, ..signed(source, &Map::new()) });
    }
    Some(signed(source, &object(parts.get(1)?)?))
}

fn signed(source: &Arc<str>, claims: &Map<String, Value>) -> Token {
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    let moment = |name: &str| Moment::of_seconds(claims.get(name)?.as_f64()? as i64);
    let issuer = text("iss").and_then(identifier::issuer);
    let audience = claims.get("aud").and_then(|audience| audience.as_str().or_else(|| audience.get(0)?.as_str()));
    let kind = match text("token_use") {
        Some("access") => Kind::Access,
        Some("id") => Kind::Id,
        _ => Kind::Other,
    };
    Token {
        kind,
        source: source.clone(),
        is_whole: true,
        region: issuer.map(|issuer| issuer.region.to_owned()),
        pool: issuer.map(|issuer| issuer.pool).filter(|pool| !pool.is_empty()).map(shown),
        client: text("client_id").or(audience).map(shown),
        user: text("sub").map(Person::new),
        has_device: text("device_key").is_some(),
        signed_in: moment("auth_time"),
        issued: moment("iat"),
        expires: moment("exp"),
        scopes: text("scope").map(|scopes| scopes.split(' ').take(MOST).map(shown).collect()).unwrap_or_default(),
    }
}

/// An identifier, cut where it is longer than any that the service makes.
fn shown(text: &str) -> String {
    text.chars().take(128).collect()
}

fn object(part: &str) -> Option<Map<String, Value>> {
    serde_json::from_slice(&base64url(part)?).ok()
}

/// Decodes base64 with the letters for addresses, padded or not (RFC 4648, section 5); `None` where it is none.
fn base64url(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut held) = (0_u32, 0);
    for letter in text.trim_end_matches('=').bytes() {
        let value = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            b'0'..=b'9' => letter - b'0' + 52,
            b'-' => 62,
            b'_' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(value);
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held & 0xff) as u8);
        }
    }
    Some(bytes)
}

#[cfg(test)]
pub(super) mod testing {
    use super::*;

    fn encoded(bytes: &[u8]) -> String {
        const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        let mut text = String::new();
        for group in bytes.chunks(3) {
            let number =
                group.iter().fold(0_u32, |number, byte| number << 8 | u32::from(*byte)) << (8 * (3 - group.len()));
            for at in 0..=group.len() {
                text.push(LETTERS[(number >> (18 - 6 * at) & 63) as usize].into());
            }
        }
        text
    }

    /// A token with these claims and a made signature.
    pub(in crate::diagnose) fn token(claims: &Value) -> String {
        let header = encoded(br#"{"kid":"made","alg":"RS256"}"#);
        format!("{header}.{}.c2lnbmF0dXJlLW9mLW5vYm9keQ", encoded(claims.to_string().as_bytes()))
    }

    /// What has the shape of a refresh token.
    pub(in crate::diagnose) fn refresh_token() -> String {
        format!("{}.a2V5.aXY.dGV4dA.dGFn", encoded(br#"{"cty":"JWT","enc":"A256GCM","alg":"RSA-OAEP"}"#))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::testing::{refresh_token, token};
    use super::*;

    fn claims() -> Value {
        json!({
            "sub": "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee", "token_use": "access", "client_id": "1h57kf5cpq17m0eml12EXAMPLE",
            "iss": "https://cognito-idp.us-west-2.amazonaws.com/us-west-2_Ab1Cd2Ef3", "scope": API_SCOPE,
            "device_key": "us-west-2_11111111-2222-3333-4444-555555555555", "username": "maria@example.com",
            "auth_time": 1_760_000_000, "iat": 1_760_003_600, "exp": 1_760_007_200,
        })
    }

    fn tokens(text: &str) -> Vec<Token> {
        read("token.txt", text.as_bytes()).unwrap()
    }

    #[test]
    fn an_access_token_says_pool_client_and_session() {
        let found = tokens(&format!("Authorization: Bearer {}\n", token(&claims())));
        let [token] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!((token.kind, token.pool.as_deref()), (Kind::Access, Some("us-west-2_Ab1Cd2Ef3")));
        assert_eq!(token.client.as_deref(), Some("1h57kf5cpq17m0eml12EXAMPLE"));
        assert!(token.has_device && token.is_from_api() == Some(true));
        assert_eq!(token.signed_in, Moment::of_seconds(1_760_000_000));
        let summary = token.summary();
        assert!(!summary.contains("maria") && !summary.contains("eeee") && !summary.contains("2222"), "{summary}");
    }

    #[test]
    fn tokens_are_found_in_whatever_holds_them() {
        let id = token(&json!({ "token_use": "id", "aud": "1example23456789", "sub": "x" }));
        let answer = json!({ "AuthenticationResult": { "AccessToken": token(&claims()), "IdToken": id, "RefreshToken": refresh_token() } });
        let kinds: Vec<Kind> = tokens(&answer.to_string()).iter().map(|token| token.kind).collect();
        assert_eq!(kinds.len(), 3);
        assert!([Kind::Access, Kind::Id, Kind::Refresh].iter().all(|kind| kinds.contains(kind)));
        let storage = format!("CognitoIdentityServiceProvider.1example.maria.accessToken\t{}", token(&claims()));
        assert_eq!(tokens(&storage).len(), 1);
        assert_eq!(tokens(&claims().to_string())[0].kind, Kind::Access);
    }

    #[test]
    fn tokens_are_found_as_they_are_pasted() {
        let (access, refresh) = (token(&claims()), refresh_token());
        let broken = |text: &str| {
            text.as_bytes().chunks(60).map(|line| format!("{}\r\n", str::from_utf8(line).unwrap())).collect::<String>()
        };
        for text in [
            format!("Authorization: Bearer {access}"),
            format!("curl -H 'Authorization: Bearer {access}' https://api.example.com"),
            format!("Cookie: theme=dark; CognitoIdentityServiceProvider.1example.maria.accessToken={access}; x=1"),
            format!("session=%7B%22accessToken%22%3A%22{access}%22%2C%22refreshToken%22%3A%22short%22%7D"),
            format!("https://app.example.com/#access_token={access}&token_type=Bearer"),
            json!({ "access_token": access, "expires_in": 3600, "token_type": "Bearer" }).to_string(),
            format!("{{\\\"accessToken\\\":\\\"{access}\\\"}}"),
            broken(&format!("Bearer {access}")),
        ] {
            let found = tokens(&text);
            assert_eq!((found.len(), found[0].kind), (1, Kind::Access), "{text}");
            assert!(!holds_token("") && holds_token(&access), "{text}");
        }
        let found = tokens(&broken(&refresh));
        assert_eq!((found.len(), found[0].is_whole), (1, true));
    }

    #[test]
    fn of_a_refresh_token_only_its_wholeness_is_told() {
        let whole = refresh_token();
        assert!(tokens(&whole)[0].is_whole);
        let cut = &whole[..whole.rfind('.').unwrap()];
        let found = tokens(cut);
        assert_eq!((found[0].kind, found[0].is_whole), (Kind::Refresh, false));
        assert_eq!(found[0].client, None);
    }

    #[test]
    fn what_is_no_token_is_refused_without_being_repeated() {
        let long = "a".repeat(LARGEST as usize + 1);
        for text in ["", "hello", "eyJ.eyJ", "eyJhbGciOiJSUzI1NiJ9.!!!.x", "{\"a\": 1}", "eyJhbGciOiJSUzI1NiJ9.", &long]
        {
            let error = read("token.txt", text.as_bytes()).unwrap_err().to_string();
            assert!(text.is_empty() || !error.contains(text), "{error}");
        }
        assert!(is_token(&token(&claims())) && is_token(&refresh_token()));
        for given in ["Bearer ", "ACCESS_TOKEN=", "#id_token=", "Cookie: a=b; x.accessToken="] {
            let text = format!("{given}{}", token(&claims()));
            assert!(holds_token(&text) && tokens(&text).len() == 1, "{given}");
        }
        assert!(!holds_token("logs/eyJ/token.txt") && !holds_token("events=eyJ.json") && !holds_token("events.json"));
        assert!(!is_token("token.txt") && !is_token("-") && !is_token("eyJ/token.txt"));
    }
}
