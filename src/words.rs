//! Names split into words, however they were written.

/// The words of a name in lower case: `userPoolWebClientId`, `USER_POOL_WEB_CLIENT_ID` and `user-pool-web-client-id` are
/// the same five. Digits are words of their own.
pub fn split(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut before = Class::Other;
    let mut characters = name.chars().peekable();
    while let Some(character) = characters.next() {
        let class = Class::of(character);
        let next = characters.peek().copied().map_or(Class::Other, Class::of);
        let starts = match (before, class) {
            (_, Class::Other) => false,
            (Class::Lower, Class::Lower) | (Class::Upper, Class::Lower) | (Class::Digit, Class::Digit) => false,
            // The last capital of a run belongs to the word after it: `AWSRegion`.
            (Class::Upper, Class::Upper) => next == Class::Lower,
            _ => true,
        };
        if class != Class::Other {
            match words.last_mut().filter(|_| !starts) {
                Some(word) => word.extend(character.to_lowercase()),
                None => words.push(character.to_lowercase().collect()),
            }
        }
        before = class;
    }
    words
}

/// Whether a word is among those of a list, which are separated by blanks.
pub fn is_in(list: &str, word: &str) -> bool {
    list.split_ascii_whitespace().any(|mine| mine == word)
}

/// Cuts a word into those of a list, which are separated by blanks: `userpoolid` into `user`, `pool`, `id`. `None` where
/// it is not made of them.
pub fn segment<'v>(word: &str, list: &'v str) -> Option<Vec<&'v str>> {
    const LONGEST: usize = 128;
    if word.is_empty() || word.len() > LONGEST {
        return None;
    }
    // For each offset that is reached, the vocabulary word that reached it.
    let mut reached: Vec<Option<&'v str>> = vec![None; word.len() + 1];
    for start in 0..word.len() {
        if start > 0 && reached[start].is_none() {
            continue;
        }
        let Some(rest) = word.get(start..) else { continue };
        for part in list.split_ascii_whitespace().filter(|part| rest.starts_with(part)) {
            // The longest word that ends here is kept: offsets are visited in order.
            reached[start + part.len()].get_or_insert(part);
        }
    }
    let mut parts = Vec::new();
    let mut end = word.len();
    while end > 0 {
        let part = reached[end]?;
        parts.push(part);
        end -= part.len();
    }
    parts.reverse();
    Some(parts)
}

#[derive(Clone, Copy, PartialEq)]
enum Class {
    Lower,
    Upper,
    Digit,
    Other,
}

impl Class {
    fn of(character: char) -> Self {
        if character.is_uppercase() {
            Self::Upper
        } else if character.is_numeric() {
            Self::Digit
        } else if character.is_alphanumeric() {
            Self::Lower
        } else {
            Self::Other
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_of_writing_gives_the_same_words() {
        for name in [
            "userPoolWebClientId",
            "UserPoolWebClientID",
            "USER_POOL_WEB_CLIENT_ID",
            "user-pool-web-client-id",
            "user.pool.web.client.id",
        ] {
            assert_eq!(split(name), ["user", "pool", "web", "client", "id"], "{name}");
        }
        assert_eq!(split("AWSRegion"), ["aws", "region"]);
        assert_eq!(split("oauth2_client"), ["oauth", "2", "client"]);
        assert_eq!(split("__X__"), ["x"]);
        assert!(split("").is_empty());
    }

    #[test]
    fn a_run_together_word_is_cut_by_a_vocabulary() {
        let list = "user pool pools id client app";
        assert_eq!(segment("userpoolid", list), Some(vec!["user", "pool", "id"]));
        assert_eq!(segment("userpoolsid", list), Some(vec!["user", "pools", "id"]));
        assert_eq!(segment("android", list), None);
        assert_eq!(segment("", list), None);
        assert_eq!(segment(&"app".repeat(50), list), None, "past the longest word");
    }

    #[test]
    fn lists_are_of_whole_words() {
        assert!(is_in("user pool", "pool"));
        assert!(!is_in("user pools", "pool"));
        assert!(!is_in("user pool", ""));
    }

    #[test]
    fn letters_of_any_script_do_not_disturb() {
        assert_eq!(split("größeID"), ["größe", "id"]);
        assert_eq!(segment("größe", "gr e"), None);
    }
}
