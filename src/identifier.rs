//! Cognito's identifiers, known by their shape.
//!
//! Shapes are those that the service generates; its API would accept more. A text that has the shape need not exist, and
//! a placeholder often has it: see [`is_placeholder`].

use crate::words;

/// The longest user pool id and identity pool id that the service knows.
const LONGEST_POOL_ID: usize = 55;

/// How long a client id is.
const CLIENT_ID_LENGTH: usize = 26;

/// Whether a text looks like an AWS Region: `eu-west-1`, `us-gov-east-1`.
pub fn is_region(text: &str) -> bool {
    let Some((place, number)) = text.rsplit_once('-') else { return false };
    let mut parts = place.split('-');
    let area = parts.next().unwrap_or_default();
    let lower = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase());
    (2..=4).contains(&area.len())
        && lower(area)
        && place.contains('-')
        && parts.all(lower)
        && (1..=2).contains(&number.len())
        && number.bytes().all(|byte| byte.is_ascii_digit())
}

/// The Region of a user pool id (`eu-west-1_Ab1Cd2Ef3`); `None` where the text is none.
pub fn user_pool_region(text: &str) -> Option<&str> {
    let (region, name) = text.split_once('_')?;
    (text.len() <= LONGEST_POOL_ID && is_region(region) && !name.is_empty() && is_alphanumeric(name)).then_some(region)
}

/// Whether a text is a user pool id of the length that the service generates, so that it can be told without its key.
pub fn is_generated_user_pool_id(text: &str) -> bool {
    user_pool_region(text).is_some_and(|region| text.len() == region.len() + 1 + 9)
}

/// Whether a text has the shape of an app client id: 26 lower-case letters and digits.
pub fn is_client_id(text: &str) -> bool {
    text.len() == CLIENT_ID_LENGTH && is_lower_alphanumeric(text)
}

/// Whether a text is a client id beyond doubt: of its shape, with letters and digits mixed as a generator mixes them.
pub fn is_generated_client_id(text: &str) -> bool {
    is_client_id(text) && is_mixed(text)
}

/// The Region of an identity pool id (`eu-west-1:` and a UUID); `None` where the text is none.
pub fn identity_pool_region(text: &str) -> Option<&str> {
    let (region, id) = text.split_once(':')?;
    (is_region(region) && is_uuid(id)).then_some(region)
}

/// Whether a text has the shape of a device key: a Region, `_` and a UUID.
pub fn is_device_key(text: &str) -> bool {
    text.split_once('_').is_some_and(|(region, id)| is_region(region) && is_uuid(id))
}

/// Whether a text is a UUID.
pub fn is_uuid(text: &str) -> bool {
    let groups = [8, 4, 4, 4, 12];
    let mut parts = text.split('-');
    groups.iter().all(|length| {
        parts.next().is_some_and(|part| part.len() == *length && part.bytes().all(|byte| byte.is_ascii_hexdigit()))
    }) && parts.next().is_none()
}

/// What the ARN of a user pool says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UserPoolArn<'t> {
    /// Its Region.
    pub region: &'t str,
    /// Its account.
    pub account: &'t str,
    /// The pool's id.
    pub pool: &'t str,
}

/// Reads the ARN of a user pool; `None` for any other text.
pub fn user_pool_arn(text: &str) -> Option<UserPoolArn<'_>> {
    let mut parts = text.splitn(6, ':');
    let (arn, partition, service) = (parts.next()?, parts.next()?, parts.next()?);
    let (region, account, resource) = (parts.next()?, parts.next()?, parts.next()?);
    let pool = resource.strip_prefix("userpool/")?;
    (arn == "arn" && partition.starts_with("aws") && service == "cognito-idp").then_some(UserPoolArn {
        region,
        account,
        pool,
    })
}

/// What an issuer says, or an address below it such as its key set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Issuer<'t> {
    /// The Region in its host name.
    pub region: &'t str,
    /// The user pool id in its path, as written; empty where there is none.
    pub pool: &'t str,
}

/// Reads a user pool's issuer, key set or discovery address (`https://cognito-idp.eu-west-1.amazonaws.com/<pool id>…`),
/// with or without its scheme; `None` for any other text.
pub fn issuer(text: &str) -> Option<Issuer<'_>> {
    let (host, path) = host_and_path(text);
    let region = strip_any(host.strip_prefix("cognito-idp.")?, &[".amazonaws.com", ".amazonaws.com.cn"])?;
    let path = path.strip_prefix('/').unwrap_or(path);
    let pool = path.split(['/', '?', '#']).next().unwrap_or_default();
    is_region(region).then_some(Issuer { region, pool })
}

/// What the address of a hosted sign-in page says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HostedDomain<'t> {
    /// The prefix that was chosen for the pool.
    pub prefix: &'t str,
    /// The Region in the host name.
    pub region: &'t str,
}

/// Reads an address on a prefix domain (`https://<prefix>.auth.eu-west-1.amazoncognito.com/…`), with or without its
/// scheme; `None` for any other text, custom domains among them.
pub fn hosted_domain(text: &str) -> Option<HostedDomain<'_>> {
    let (host, _) = host_and_path(text);
    let (prefix, region) = host.strip_suffix(".amazoncognito.com")?.rsplit_once('.')?;
    let prefix = strip_any(prefix, &[".auth", ".auth-fips"])?;
    (!prefix.is_empty() && is_region(region)).then_some(HostedDomain { prefix, region })
}

/// The value of a query parameter of an address, as written.
pub fn query_parameter<'t>(address: &'t str, name: &str) -> Option<&'t str> {
    let (_, query) = address.split_once('?')?;
    let query = query.split('#').next().unwrap_or_default();
    query.split('&').find_map(|pair| pair.split_once('=').filter(|(key, _)| *key == name)).map(|(_, value)| value)
}

/// A query's value as it is meant: `%3A` is `:`, `+` a blank.
pub fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let escaped = after
            .split_at_checked(2)
            .filter(|_| *first == b'%')
            .and_then(|(digits, after)| Some((u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?, after)));
        let (byte, after) = escaped.unwrap_or((if *first == b'+' { b' ' } else { *first }, after));
        bytes.push(byte);
        rest = after;
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Whether a text stands in for a value that somebody has yet to fill in: `XXXX`, `your-client-id`, `us-east-1_EXAMPLE`,
/// `1example23456789`, `<client id>`, `changeme`, or the name of the thing itself.
pub fn is_placeholder(text: &str) -> bool {
    let text = text.trim();
    let lower = text.to_ascii_lowercase();
    let own = own_part(&lower);
    is_bracketed(text)
        || MARKS.iter().any(|mark| lower.contains(mark))
        || is_made_of_runs(own)
        || is_made_of_stand_ins(own)
}

/// Whether a text says where a secret is kept, and is none: `ssm:/shop/secret`, an ARN.
pub fn names_store(text: &str) -> bool {
    STORES.iter().any(|store| text.starts_with(store))
}

const STORES: &[&str] = &["arn:", "ssm:", "secretsmanager:", "vault:", "op://", "{{resolve:"];

/// What no generated identifier contains.
const MARKS: &[&str] = &[
    "example",
    "placeholder",
    "changeme",
    "change-me",
    "change_me",
    "replace",
    "xxxx",
    "****",
    "....",
    "your-",
    "your_",
    "…",
];

/// Words that people write where an identifier belongs.
const STAND_INS: &str = "\
    abc any app auth aws bar baz client clientid cognito dev development domain dummy empty enter fake false fill \
    foo from goes here id identity in insert issuer it local me mock my na name new nil none not null of pool prod \
    production put region sample secret set some staging string stub tbd temp test the this to todo undefined \
    unknown unset use user userpool value web with xx xxx you your";

/// `<…>` and `[…]` around the whole text, or `<…>` somewhere in it.
fn is_bracketed(text: &str) -> bool {
    let opened = text.find('<').is_some_and(|open| text[open..].contains('>') && !text[open..].starts_with("<%"));
    opened || (text.starts_with('[') && text.ends_with(']'))
}

/// The text without a Region before it.
fn own_part(text: &str) -> &str {
    match text.split_once(['_', ':']) {
        Some((region, own)) if is_region(region) => own,
        _ => text,
    }
}

/// Whether all of it is runs such as `aaaa`, `1234` and `abcd`, of at least three each.
fn is_made_of_runs(text: &str) -> bool {
    let bytes: Vec<u8> = text.bytes().filter(u8::is_ascii_alphanumeric).collect();
    let step = |pair: &[u8]| match pair {
        [b'9', b'0'] => Some(1),
        [a, b] => Some(i16::from(*b) - i16::from(*a)).filter(|step| step.abs() <= 1),
        _ => None,
    };
    let mut run = 1;
    let mut direction = None;
    for pair in bytes.windows(2) {
        let step = step(pair);
        if step.is_some() && (direction.is_none() || direction == step) {
            run += 1;
            direction = step;
        } else if run < 3 {
            return false;
        } else {
            run = 1;
            direction = None;
        }
    }
    bytes.len() >= 6 && run >= 3
}

/// Whether all of it is stand-in words, and numbers such as `1` or `123` between them.
fn is_made_of_stand_ins(text: &str) -> bool {
    let mut words = text.split(|character: char| !character.is_alphabetic()).filter(|word| !word.is_empty()).peekable();
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let is_code = text.contains(['$', '{', '%']);
    !is_code && words.peek().is_some() && digits <= 4 && words.all(|word| words::segment(word, STAND_INS).is_some())
}

fn host_and_path(text: &str) -> (&str, &str) {
    let rest = text.split_once("://").map_or(text, |(_, rest)| rest);
    rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()))
}

fn strip_any<'t>(text: &'t str, suffixes: &[&str]) -> Option<&'t str> {
    suffixes.iter().find_map(|suffix| text.strip_suffix(suffix))
}

fn is_alphanumeric(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn is_lower_alphanumeric(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
}

/// Letters and digits, not in runs.
fn is_mixed(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_digit())
        && text.bytes().any(|byte| byte.is_ascii_alphabetic())
        && !is_made_of_runs(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLIENT: &str = "4q8rj2v0k7m5t1x9c3b6n8p2d0";

    #[test]
    fn broken_escapes_stay() {
        assert_eq!(decoded("100%"), "100%");
        assert_eq!(decoded("%zz%2"), "%zz%2");
        assert_eq!(decoded("%é"), "%é");
    }

    #[test]
    fn regions() {
        for region in ["us-east-1", "ap-southeast-2", "us-gov-west-1", "eusc-de-east-1", "us-isob-east-1"] {
            assert!(is_region(region), "{region}");
        }
        for other in ["", "us-east", "us-1", "US-EAST-1", "us-east-1a", "us--1", "useast1", "europe-west1", "-east-1"] {
            assert!(!is_region(other), "{other}");
        }
    }

    #[test]
    fn user_pool_ids() {
        assert_eq!(user_pool_region("us-east-1_Ab1Cd2Ef3"), Some("us-east-1"));
        assert!(is_generated_user_pool_id("us-east-1_Ab1Cd2Ef3"));
        assert!(!is_generated_user_pool_id("us-east-1_local"));
        for other in [
            "us-east-1",
            "us-east-1_",
            "us-east-1_Ab1-Cd2",
            "us-east-1_Ab1_Cd2",
            "us-east-1Ab1Cd2Ef3",
            "us-east-1:3d1b5a7c-0f2e-4a6b-8c9d-1e3f5a7b9c0d",
            CLIENT,
        ] {
            assert_eq!(user_pool_region(other), None, "{other}");
        }
    }

    #[test]
    fn client_ids() {
        assert!(is_generated_client_id(CLIENT));
        assert!(is_client_id("abcdefghijklmnopqrstuvwxyz"));
        assert!(!is_generated_client_id("abcdefghijklmnopqrstuvwxyz"));
        for other in [
            "01ARZ3NDEKTSV4RRFFQ69G5FAV",
            "3d1b5a7c-0f2e-4a6b-8c9d-1e3f5a7b9c0d",
            "Iv1.8a61f9b3a7aba766",
            "AKIAIOSFODNN7QWERTYU",
        ] {
            assert!(!is_client_id(other), "{other}");
        }
    }

    #[test]
    fn identity_pool_ids_and_device_keys() {
        let uuid = "3d1b5a7c-0f2e-4a6b-8c9d-1e3f5a7b9c0d";
        assert_eq!(identity_pool_region(&format!("eu-west-1:{uuid}")), Some("eu-west-1"));
        assert_eq!(identity_pool_region(uuid), None);
        assert!(is_device_key(&format!("eu-west-1_{uuid}")));
        assert!(!is_device_key("eu-west-1_Ab1Cd2Ef3"));
    }

    #[test]
    fn addresses_of_pools() {
        let arn = "arn:aws:cognito-idp:eu-west-1:111122223333:userpool/eu-west-1_Ab1Cd2Ef3";
        let read = user_pool_arn(arn).unwrap();
        assert_eq!((read.region, read.account, read.pool), ("eu-west-1", "111122223333", "eu-west-1_Ab1Cd2Ef3"));
        assert_eq!(user_pool_arn("arn:aws:lambda:eu-west-1:111122223333:function:userpool/x"), None);

        for text in [
            "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Ab1Cd2Ef3",
            "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Ab1Cd2Ef3/.well-known/jwks.json",
            "cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Ab1Cd2Ef3",
        ] {
            let expected = Issuer { region: "eu-west-1", pool: "eu-west-1_Ab1Cd2Ef3" };
            assert_eq!(issuer(text), Some(expected), "{text}");
        }
        assert_eq!(issuer("https://cognito-idp.eu-west-1.amazonaws.com").unwrap().pool, "");
        assert_eq!(issuer("https://accounts.google.com"), None);
        assert_eq!(issuer("https://evil.example/cognito-idp.eu-west-1.amazonaws.com/x"), None);
    }

    #[test]
    fn hosted_domains() {
        let expected = HostedDomain { prefix: "my-shop", region: "eu-west-1" };
        for text in [
            "my-shop.auth.eu-west-1.amazoncognito.com",
            "https://my-shop.auth.eu-west-1.amazoncognito.com/oauth2/token",
            "https://my-shop.auth-fips.eu-west-1.amazoncognito.com",
        ] {
            assert_eq!(hosted_domain(text), Some(expected), "{text}");
        }
        assert_eq!(hosted_domain("https://auth.shop.com"), None);
        assert_eq!(hosted_domain("https://auth.eu-west-1.amazoncognito.com"), None);
    }

    #[test]
    fn query_parameters() {
        let address = "https://my-shop.auth.eu-west-1.amazoncognito.com/login?client_id=abc&response_type=code#x";
        assert_eq!(query_parameter(address, "client_id"), Some("abc"));
        assert_eq!(query_parameter(address, "response_type"), Some("code"));
        assert_eq!(query_parameter(address, "scope"), None);
    }

    #[test]
    fn placeholders() {
        for text in [
            "us-east-1_EXAMPLE",
            "us-east-1_XXXXXXXXX",
            "us-east-1_xxxxxxxxx",
            "us-west-2_aaaaaaaaa",
            "us-east-1_AbCdEfGhI",
            "us-east-1_abc123",
            "us-east-1_123456789",
            "us-east-1_yourPoolId",
            "us-east-1:00000000-0000-0000-0000-000000000000",
            "us-east-1:12345678-1234-1234-1234-123456789012",
            "1example23456789",
            "1h57kf5cpq17m0eml12EXAMPLE",
            "1234567890abcdefghijklmnop",
            "xxxxxxxxxxxxxxxxxxxxxxxxxx",
            "your-client-id",
            "YOUR_CLIENT_ID",
            "yourclientid",
            "my-app-client-id-123",
            "client_id",
            "user-pool-id",
            "test",
            "test-client",
            "staging_client_id",
            "changeme",
            "CHANGE_ME",
            "replace-with-your-id",
            "<client id>",
            "https://<domain>.auth.us-east-1.amazoncognito.com",
            "[your pool]",
            "TODO",
            "....",
        ] {
            assert!(is_placeholder(text), "{text}");
        }
        for text in [
            "",
            "us-east-1_Ab1Cd2Ef3",
            "eu-west-1_k3Jq9ZtLm",
            CLIENT,
            "us-east-1:3d1b5a7c-0f2e-4a6b-8c9d-1e3f5a7b9c0d",
            "https://my-shop.auth.eu-west-1.amazoncognito.com",
            "us-east-1",
            "openid profile email",
            "${COGNITO_CLIENT_ID}",
            "<%= ENV['CLIENT_ID'] %>",
            "2024",
        ] {
            assert!(!is_placeholder(text), "{text}");
        }
    }
}
