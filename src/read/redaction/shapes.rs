//! The shapes of secrets: what is one whatever it is called.

use super::names::is_secret;

/// What keys and tokens of known services begin with; at least [`SHORTEST_REST`] characters follow.
const PREFIXES: &[&str] = &[
    // JSON Web Tokens, the service's refresh tokens among them: `{"` in base 64.
    "eyJ",
    "AKIA",
    "ASIA",
    "AIza",
    "SG.",
    "ghp_",
    "gho_",
    "ghs_",
    "ghu_",
    "github_pat_",
    "glpat-",
    "npm_",
    "pypi-",
    "rk_live_",
    "sk_live_",
    "sk-",
    "xapp-",
    "xoxb-",
    "xoxp-",
];
/// How many characters follow such a beginning at least.
const SHORTEST_REST: usize = 16;
/// How long a text is at least that a generator made and that is no identifier.
const SHORTEST_RANDOM: usize = 32;
/// How long client secrets are that the service generates.
const GENERATED: std::ops::RangeInclusive<usize> = 40..=64;
/// How long the name of something is at most.
const LONGEST_NAME: usize = 64;
/// What stands where a value is yet to be filled in: `{####}`, `${TOKEN}`, `<password>`, `%s`, `****`.
const STAND_INS: [char; 7] = ['{', '$', '<', '%', '*', '[', '('];

/// Whether a text is a secret or holds one: a token, a key, an address with a password, `password=…`.
pub fn holds_secret(text: &str) -> bool {
    is_private_key(text)
        || text.split(is_end).any(|word| has_prefix(word) || is_random(word))
        || has_password(text)
        || has_assignment(text)
}

fn is_end(letter: char) -> bool {
    !letter.is_ascii_alphanumeric() && !matches!(letter, '_' | '-' | '.' | '+' | '/')
}

fn is_private_key(text: &str) -> bool {
    text.contains("-----BEGIN ") && text.contains("PRIVATE KEY")
}

fn has_prefix(word: &str) -> bool {
    let mut rests = PREFIXES.iter().filter_map(|prefix| word.strip_prefix(*prefix));
    rests.any(|rest| rest.len() >= SHORTEST_REST && rest.bytes().any(|byte| byte.is_ascii_digit()))
}

/// Whether some run of letters and digits is as mixed as a generator mixes them. Digests are not, being hexadecimal, nor
/// are identifiers, being shorter or words.
fn is_random(word: &str) -> bool {
    word.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|run| run.len() >= SHORTEST_RANDOM).any(|run| {
        let run = without_hashes(run);
        let count = |is: fn(&u8) -> bool| run.iter().filter(|byte| is(byte)).count();
        let (digits, upper, lower) =
            (count(u8::is_ascii_digit), count(u8::is_ascii_uppercase), count(u8::is_ascii_lowercase));
        if run.len() < SHORTEST_RANDOM || digits * 20 < run.len() || count(u8::is_ascii_hexdigit) == run.len() {
            return false;
        }
        let class = |byte: &u8| (byte.is_ascii_digit(), byte.is_ascii_uppercase());
        let changes = run.windows(2).filter(|pair| class(&pair[0]) != class(&pair[1])).count();
        if upper > 0 && lower > 0 {
            // Of random letters and digits 62 in 100 neighbours differ; in words about 33 do.
            changes * 9 >= run.len() * 4
        } else {
            // A client secret: 40 in 100, of ten digits and 26 letters.
            GENERATED.contains(&run.len()) && changes * 4 >= run.len()
        }
    })
}

/// A name without the hashes that CDK ends logical ids with: eight or more capital hexadecimal digits.
fn without_hashes(run: &str) -> Vec<u8> {
    let is_hash = |byte: &u8| byte.is_ascii_digit() || (b'A'..=b'F').contains(byte);
    let parts = run.as_bytes().chunk_by(|one, other| is_hash(one) == is_hash(other));
    parts.filter(|part| part.len() < 8 || !part.iter().all(is_hash)).flatten().copied().collect()
}

/// Whether an address has a password in it: `https://user:password@host`.
fn has_password(text: &str) -> bool {
    text.split("://").skip(1).any(|rest| {
        let host = rest.split(|letter: char| letter.is_whitespace() || matches!(letter, '/' | '?' | '#' | '"' | '\''));
        let user = host.take(1).find_map(|host| host.rsplit_once('@')).and_then(|(user, _)| user.split_once(':'));
        user.is_some_and(|(_, password)| is_filled_in(password))
    })
}

/// Whether something that a secret's name stands before is written out: `password=…` in a connection's text or an
/// address, `"password": "…"` in JSON.
fn has_assignment(text: &str) -> bool {
    text.match_indices(['=', ':']).any(|(at, mark)| {
        let (before, after) = (&text[..at], &text[at + mark.len()..]);
        let before = before.trim_end_matches(['"', '\'', '\\', ' ']);
        let is_part = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-');
        let start = before.rfind(|letter: char| !is_part(letter)).map_or(0, |at| at + 1);
        let (around, name) = (before.get(..start).unwrap_or_default(), before.get(start..).unwrap_or_default());
        // In an ARN, or a reference to a store, it is a word among others.
        !around.ends_with([':', '/', '.'])
            && name.len() <= LONGEST_NAME
            && is_secret(name)
            && !after.starts_with(['=', ':', '>'])
            && is_filled_in(after.trim_start_matches(['"', '\'', '\\', ' ']))
    })
}

/// Whether a value begins that somebody filled in.
fn is_filled_in(text: &str) -> bool {
    let value = text.split(|letter: char| letter.is_whitespace() || matches!(letter, '"' | '\'' | '&' | ';' | ','));
    let value = value.take(1).find(|value| !value.is_empty());
    value
        .is_some_and(|value| !value.starts_with(STAND_INS) && !super::is_plain_word(value) && !super::is_address(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_known_by_their_shape() {
        for text in [
            "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.c2lnbmF0dXJl",
            "Bearer eyJjdHkiOiJKV1QiLCJlbmMiOiJBMjU2R0NNIn0.abc",
            "AKIAQ3EGRZ7B5XN2KWPT",
            "wJalrXUtnFEMI2K7MDENG1bPxRfiCYq9wZk3LmTo",
            "1v9k3q7x5m2t8c4b6n0p1r3j5h7g9f2d4s6a8w0e2y4u6i8o0zq",
            "-----BEGIN RSA PRIVATE KEY-----\nMIIE",
            "postgres://shop:hunter2@db:5432/shop",
            "https://user:hunter2@x.auth.eu-west-1.amazoncognito.com",
            "Server=db;Password=hunter2;Encrypt=true",
            "https://shop.example/cb?token=hunter2&x=1",
            r#"{"clientId": "a", "clientSecret":"hunter2"}"#,
            "ghp_16C7e42F292c6912E7710c838347Ae178B4a",
        ] {
            assert!(holds_secret(text), "{text}");
        }
    }

    #[test]
    fn what_is_no_secret_is_left_alone() {
        for text in [
            "",
            "4q8rj2v0k7m5t1x9c3b6n8p2d0",
            "us-east-1_Ab1Cd2Ef3",
            "us-east-1:3d1b5a7c-0f2e-4a6b-8c9d-1e3f5a7b9c0d",
            "arn:aws:secretsmanager:us-east-1:111122223333:secret:shop/cognito-AbCdEf",
            "arn:aws:iam::111122223333:role/service-role/MyVeryLongRoleNameForTheShop2WithManyWords",
            "UserPoolClientPreTokenGenerationTriggerFunction8A7B2C3D",
            "ExportsOutputFnGetAttUserPool6BA7E5F2Arn686ACC00",
            "{{resolve:secretsmanager:shop:SecretString:password}}",
            "c8a1b2c3d4e5f60718293a4b5c6d7e8f90123456789abcdef0123456789abcdef",
            "https://shop.example/cb?state=1",
            "https://user@git.example/x",
            "https://${USER}:${PASSWORD}@host",
            "Your user name is {username}, your password: {####}",
            "response_type=token",
            "grant_type=password&client_id=x",
            "token: ${TOKEN}",
            "TokenUse=access",
            "AccessToken=minutes",
            "eyJ",
            "a:b=c::=é",
        ] {
            assert!(!holds_secret(text), "{text}");
        }
    }
}
