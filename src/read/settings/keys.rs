//! What a setting holds, by its key's name and its value's shape.
//!
//! A key is an environment variable's name or a path joined by dots. Its last part says what it holds, the parts before it
//! whose it is. A name that other OAuth providers use as well (`client_id`) is only certain with a value that has
//! Cognito's shape; else it needs a neighbour that is certain: see [`kinds_of_group`].

use std::collections::BTreeSet;

use crate::identifier;
use crate::read::SettingKind;
use crate::words;

use super::names::{self, Ground, Naming};
use super::substitution;

/// What a key and its value look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Guess {
    /// What the setting holds.
    pub kind: SettingKind,
    /// It is Cognito's whatever stands beside it.
    pub certain: bool,
}

/// What a setting holds, where its key and value alone are certain. The value is `None` where it is no plain text.
pub fn kind_of(key: &str, value: Option<&str>) -> Option<SettingKind> {
    guess(key, value).filter(|guess| guess.certain).map(|guess| guess.kind)
}

/// What each of some settings holds that stand together, in their order. An uncertain one counts beside a certain
/// identifier, unless its kind is there for certain already: `CLIENT_ID` beside `COGNITO_CLIENT_ID` is somebody else's.
pub fn kinds_of_group(entries: &[(&str, Option<&str>)]) -> Vec<Option<SettingKind>> {
    let guesses: Vec<Option<Guess>> = entries.iter().map(|(key, value)| guess(key, *value)).collect();
    let certain: BTreeSet<SettingKind> =
        guesses.iter().flatten().filter(|guess| guess.certain).map(|guess| guess.kind).collect();
    let is_cognito = certain.iter().any(|kind| identifies(*kind));
    let decide = |guess: Guess| guess.certain || (is_cognito && !certain.contains(&guess.kind));
    guesses.into_iter().map(|guess| guess.filter(|guess| decide(*guess)).map(|guess| guess.kind)).collect()
}

/// Whether a setting of this kind shows that those beside it are Cognito's.
pub fn identifies(kind: SettingKind) -> bool {
    use SettingKind::*;
    matches!(kind, UserPoolId | UserPoolArn | ClientId | ClientSecret | IdentityPoolId | Domain | Issuer)
}

/// Prefixes of variables that a bundler writes into what it ships.
const PUBLIC_PREFIXES: &[&str] = &[
    "VITE_",
    "REACT_APP_",
    "NEXT_PUBLIC_",
    "NUXT_PUBLIC_",
    "EXPO_PUBLIC_",
    "PUBLIC_",
    "GATSBY_",
    "VUE_APP_",
    "NG_APP_",
    "PREACT_APP_",
    "SNOWPACK_PUBLIC_",
    "STORYBOOK_",
];

/// Whether a bundler ships the variable to the user's browser or device.
pub fn is_public(key: &str) -> bool {
    PUBLIC_PREFIXES.iter().any(|prefix| key.starts_with(prefix))
}

/// Whether a key names Cognito, a user pool or an identity pool, and no other provider nearer to its end.
pub fn names_cognito(key: &str) -> bool {
    Key::new(key).owner() == Some(Owner::Cognito)
}

/// Whether a key names another provider of sign-in or of an API, and not Cognito nearer to its end.
pub fn names_another(key: &str) -> bool {
    Key::new(key).owner() == Some(Owner::Foreign)
}

/// The shortest name of a provider that is looked for inside a longer word.
const SHORTEST_INNER_NAME: usize = 5;

/// Whether an address, or a part of one, has a host that is named after another provider: `login.microsoftonline.com`.
pub fn is_host_of_another(address: &str) -> bool {
    let host = address.rsplit("://").next().unwrap_or_default().split('/').next().unwrap_or_default();
    let host = host.to_ascii_lowercase();
    let is_in = |name: &str| {
        let is_inner = name.len() >= SHORTEST_INNER_NAME && host.contains(name);
        is_inner || host.split(['.', '-', '@', ':']).any(|label| label == name)
    };
    names::FOREIGN.split_ascii_whitespace().any(is_in)
}

/// Whether a key's name says that its value must stay unseen.
pub fn is_secret_name(key: &str) -> bool {
    Key::new(key).last().iter().any(|word| words::is_in(names::SECRETS, word))
}

/// Pieces of which the last two parts of every key that [`guess`] can answer for have one, in lower case.
const STEMS: &[&str] = &[
    "aud",
    "authority",
    "callback",
    "client",
    "cognito",
    "domain",
    "flow",
    "hosted",
    "issuer",
    "jwk",
    "logout",
    "metadata",
    "openid",
    "pool",
    "redirect",
    "region",
    "response",
    "scope",
    "secret",
    "sign",
];

/// Whether it is worth asking what a key and its value look like: quick, and `true` for all that count.
pub fn may_matter(key: &str, value: Option<&str>) -> bool {
    let start = key.rmatch_indices('.').nth(1).map_or(0, |(at, _)| at);
    let end = key.get(start..).unwrap_or(key).to_ascii_lowercase();
    STEMS.iter().any(|stem| end.contains(stem)) || value.is_some_and(|value| shape_of(value.trim()).is_some())
}

/// What a key and its value look like. The value is `None` where it is no plain text.
pub fn guess(key: &str, value: Option<&str>) -> Option<Guess> {
    let value = value.map(str::trim).filter(|value| !value.is_empty() && !substitution::is_in(value));
    if !may_matter(key, value) || value.is_some_and(|value| words::is_in(names::NO_VALUES, value)) {
        return None;
    }
    let key = Key::new(key);
    if key.shows_samples() {
        return None;
    }
    let owner = key.owner();
    let shape = value.and_then(shape_of);
    let named = key.naming(owner).filter(|naming| !value.is_some_and(|value| is_about(naming.kind, value)));
    let own = named.filter(|naming| owner == Some(Owner::Cognito) && naming.stands_against(shape));
    if let Some(kind) = own.map(|naming| naming.kind) {
        // What only goes with an identifier counts by itself where it names Cognito, not where it stands below that name.
        return Some(Guess { kind, certain: identifies(kind) || is_cognito(key.last()) });
    }
    if let Some(kind) = shape.filter(|kind| key.may_hold(*kind, named, owner)) {
        return Some(Guess { kind, certain: true });
    }
    let Naming { kind, .. } = *named?;
    // A pool id that nobody generated, such as a sample's, has a Region all the same.
    let has_region = value.is_some_and(|value| identifier::user_pool_region(value).is_some());
    if owner == Some(Owner::Cognito) && kind == SettingKind::UserPoolId && has_region {
        return Some(Guess { kind, certain: true });
    }
    let may_be = owner.is_none() && key.is_neutral() && may_be(named?, value);
    may_be.then_some(Guess { kind, certain: false })
}

/// Whose a key is, by its name.
#[derive(Clone, Copy, PartialEq)]
enum Owner {
    Cognito,
    /// Another provider of sign-in or of an API.
    Foreign,
}

/// A key in words.
struct Key {
    words: Vec<String>,
    /// Where in the words each part of the path starts.
    parts: Vec<usize>,
}

impl Key {
    fn new(key: &str) -> Self {
        let mut words = Vec::new();
        let mut parts = Vec::new();
        for part in key.split(['.', ':', '/', '[', ']']) {
            let start = words.len();
            for word in words::split(part) {
                add_word(&mut words, start, word);
            }
            if words.len() > start {
                parts.push(start);
            }
        }
        Self { words, parts }
    }

    /// The words of the last part.
    fn last(&self) -> &[String] {
        self.parts.last().and_then(|start| self.words.get(*start..)).unwrap_or_default()
    }

    /// Whether these words follow each other and end in the last part.
    fn has(&self, run: &str) -> bool {
        let last = self.parts.last().copied().unwrap_or_default();
        (last..self.words.len()).any(|end| {
            let mut words = self.words.get(..=end).unwrap_or_default().iter().rev();
            run.rsplit(' ').all(|word| words.next().is_some_and(|mine| mine == word))
        })
    }

    fn owner(&self) -> Option<Owner> {
        let ends = self.parts.iter().skip(1).copied().chain([self.words.len()]);
        let parts: Vec<&[String]> =
            self.parts.iter().zip(ends).filter_map(|(start, end)| self.words.get(*start..end)).collect();
        let owner_of = |words: &[String]| {
            if words.iter().any(|word| words::is_in(names::FOREIGN, word)) {
                Some(Owner::Foreign)
            } else {
                is_cognito(words).then_some(Owner::Cognito)
            }
        };
        parts.iter().rev().find_map(|words| owner_of(words)).or_else(|| owner_of(&self.words))
    }

    fn naming(&self, owner: Option<Owner>) -> Option<&'static Naming> {
        if owner == Some(Owner::Foreign) {
            return None;
        }
        let is_barred = |naming: &Naming| self.last().iter().any(|word| words::is_in(naming.unless, word));
        let is_alone = |naming: &Naming| naming.ground == Ground::Cognito && owner.is_none();
        let naming = names::NAMINGS
            .iter()
            .find(|naming| naming.runs.iter().any(|run| self.has(run)) && !is_barred(naming) && !is_alone(naming))?;
        Some(naming)
    }

    /// Whether a value of Cognito's shape decides under this key.
    fn may_hold(&self, shape: SettingKind, named: Option<&Naming>, owner: Option<Owner>) -> bool {
        let has_any = |list: &str| self.last().iter().any(|word| words::is_in(list, word));
        match shape {
            SettingKind::UserPoolId => true,
            SettingKind::IdentityPoolId => has_any("pool") || owner == Some(Owner::Cognito),
            SettingKind::ClientId => {
                let is_holder = has_any("client audience aud pool") || self.has("app id");
                let is_other =
                    named.is_some_and(|naming| naming.kind != SettingKind::ClientId) || has_any(names::SECRETS);
                owner != Some(Owner::Foreign)
                    && !is_other
                    && (is_holder || owner == Some(Owner::Cognito) || named.is_some())
            }
            SettingKind::AuthFlow => has_any("flow"),
            _ => true,
        }
    }

    /// Whether what stands under it is shown to people, or compared with what they leave as it is.
    fn shows_samples(&self) -> bool {
        let is_sample = |word: &String| words::is_in(names::SAMPLES, word);
        let has = |wanted: &[&str]| self.words.iter().any(|word| wanted.contains(&word.as_str()));
        let is_of_schema = self.last() == ["default"] && has(&["properties", "schema", "schemas"]);
        is_of_schema || self.words.last().is_some_and(is_sample) || has(&["placeholder", "placeholders"])
    }

    /// Whether the last part is made of words that say nothing about whose it is.
    fn is_neutral(&self) -> bool {
        self.last().iter().all(|word| words::is_in(names::NEUTRAL, word) || word.bytes().all(|b| b.is_ascii_digit()))
    }
}

/// Words of this many letters are not cut: the shortest that is worth it is `poolid`.
const SHORTEST_CUT: usize = 5;

/// Adds a word to a part that starts at `start`: run-together words are cut, plurals become singular, and halves that
/// belong together are joined.
fn add_word(words: &mut Vec<String>, start: usize, word: String) {
    let is_long = word.len() > SHORTEST_CUT && !words::is_in(names::NEUTRAL, &word);
    let cut = if is_long { words::segment(&word, names::VOCABULARY) } else { None };
    let parts = cut.unwrap_or_else(|| vec![word.as_str()]);
    for part in parts {
        let part = names::PLURALS.iter().find(|(plural, _)| *plural == part).map_or(part, |(_, singular)| singular);
        let joined = names::HALVES.iter().find(|(first, second, _)| {
            *second == part && words.get(start..).and_then(<[String]>::last).is_some_and(|last| last == first)
        });
        match joined {
            Some((_, _, whole)) => {
                words.pop();
                words.push((*whole).to_owned());
            }
            None => words.push(part.to_owned()),
        }
    }
}

fn is_cognito(words: &[String]) -> bool {
    words.iter().any(|word| word == "cognito")
        || words.windows(2).any(|pair| pair == ["user", "pool"] || pair == ["identity", "pool"])
}

/// What only Cognito writes like that.
fn shape_of(value: &str) -> Option<SettingKind> {
    const LONGEST: usize = 2048;
    if value.len() > LONGEST {
        None
    } else if identifier::user_pool_arn(value).is_some() {
        Some(SettingKind::UserPoolArn)
    } else if identifier::issuer(value).is_some_and(|issuer| !issuer.pool.is_empty()) {
        Some(SettingKind::Issuer)
    } else if identifier::hosted_domain(value).is_some() {
        Some(SettingKind::Domain)
    } else if identifier::is_generated_user_pool_id(value) {
        Some(SettingKind::UserPoolId)
    } else if identifier::identity_pool_region(value).is_some() {
        Some(SettingKind::IdentityPoolId)
    } else if identifier::is_generated_client_id(value) {
        Some(SettingKind::ClientId)
    } else if words::is_in(names::AUTH_FLOWS, value) {
        Some(SettingKind::AuthFlow)
    } else {
        None
    }
}

/// Whether a value under a name without an owner may be of this kind once a neighbour is Cognito's.
fn may_be(naming: &Naming, value: Option<&str>) -> bool {
    let Some(value) = value else { return naming.ground != Ground::Shape };
    match naming.kind {
        SettingKind::ClientId if naming.ground == Ground::Shape => false,
        SettingKind::ClientId => {
            let could_be_mangled = value.len() >= 16 && value.bytes().all(|byte| byte.is_ascii_alphanumeric());
            could_be_mangled
                || identifier::user_pool_region(value).is_some()
                || identifier::identity_pool_region(value).is_some()
                || identifier::is_placeholder(value)
        }
        SettingKind::UserPoolId => identifier::user_pool_region(value).is_some(),
        SettingKind::Region => identifier::is_region(value),
        SettingKind::Domain => value.contains('.') && !value.contains(char::is_whitespace),
        SettingKind::RedirectUri | SettingKind::LogoutUri => value.contains("://"),
        SettingKind::ResponseType => matches!(value, "code" | "token"),
        SettingKind::ClientSecret | SettingKind::Scope => true,
        _ => false,
    }
}

impl Naming {
    /// Whether the name, beside Cognito's, decides whatever shape the value has.
    fn stands_against(&self, shape: Option<SettingKind>) -> bool {
        match self.ground {
            Ground::Name => holds_id(self.kind) || shape.is_none(),
            Ground::Cognito => shape.is_none(),
            Ground::Shape => false,
        }
    }
}

fn holds_id(kind: SettingKind) -> bool {
    use SettingKind::*;
    matches!(kind, UserPoolId | ClientId | IdentityPoolId | ClientSecret)
}

/// Whether a value is not the thing itself: it says where an id or secret is kept, or is a sentence.
fn is_about(kind: SettingKind, value: &str) -> bool {
    let is_kept = value.starts_with('/')
        || value.starts_with("ssm:")
        || (value.starts_with("arn:") && identifier::user_pool_arn(value).is_none());
    let is_sentence = value.contains(char::is_whitespace) && !identifier::is_placeholder(value);
    (holds_id(kind) && is_kept) || (identifies(kind) && is_sentence)
}

#[cfg(test)]
mod tests {
    use super::*;
    use SettingKind::*;

    const POOL: &str = "us-east-1_Ab1Cd2Ef3";
    const CLIENT: &str = "4q8rj2v0k7m5t1x9c3b6n8p2d0";
    const IDENTITY: &str = "us-east-1:3d1b5a7c-0f2e-4a6b-8c9d-1e3f5a7b9c0d";
    const UUID: &str = "3d1b5a7c-0f2e-4a6b-8c9d-1e3f5a7b9c0d";

    #[test]
    fn names_that_say_cognito_are_certain_whatever_the_value() {
        let cases = [
            (UserPoolId, "COGNITO_USER_POOL_ID"),
            (UserPoolId, "VITE_COGNITO_USERPOOL_ID"),
            (UserPoolId, "REACT_APP_USER_POOL_ID"),
            (UserPoolId, "NEXT_PUBLIC_AWS_COGNITO_POOL_ID"),
            (UserPoolId, "TF_VAR_cognito_user_pool_id"),
            (UserPoolId, "aws_user_pools_id"),
            (UserPoolId, "userPoolId"),
            (UserPoolId, "UserPoolID"),
            (UserPoolId, "USERPOOLID"),
            (UserPoolId, "auth.plugins.awsCognitoAuthPlugin.CognitoUserPool.Default.PoolId"),
            (UserPoolId, "shop.cognito.user-pool.id"),
            (UserPoolArn, "COGNITO_USER_POOL_ARN"),
            (UserPoolArn, "userPoolARN"),
            (ClientId, "COGNITO_CLIENT_ID"),
            (ClientId, "VITE_COGNITO_CLIENTID"),
            (ClientId, "EXPO_PUBLIC_SHOP_COGNITO_APP_CLIENT_ID"),
            (ClientId, "COGNITO_APP_ID"),
            (ClientId, "AUTH_COGNITO_ID"),
            (ClientId, "COGNITO_CLIENT_ID_PROD"),
            (ClientId, "aws_user_pools_web_client_id"),
            (ClientId, "userPoolWebClientId"),
            (ClientId, "user_pool_client_id"),
            (ClientId, "CognitoUserPool.Default.AppClientId"),
            (ClientId, "spring.security.oauth2.client.registration.cognito.client-id"),
            (ClientSecret, "COGNITO_CLIENT_SECRET"),
            (ClientSecret, "AUTH_COGNITO_SECRET"),
            (ClientSecret, "UserPoolClientSecret"),
            (IdentityPoolId, "aws_cognito_identity_pool_id"),
            (IdentityPoolId, "identityPoolId"),
            (IdentityPoolId, "CredentialsProvider.CognitoIdentity.Default.PoolId"),
            (Region, "COGNITO_REGION"),
            (Region, "aws_cognito_region"),
            (Region, "COGNITO_USER_POOL_REGION"),
            (Domain, "COGNITO_DOMAIN"),
            (Domain, "userPoolDomain"),
            (Domain, "COGNITO_HOSTED_UI_URL"),
            (Domain, "Auth.Cognito.loginWith.oauth.domain"),
            (Issuer, "COGNITO_ISSUER"),
            (Issuer, "COGNITO_JWKS_URI"),
            (Issuer, "COGNITO_AUTHORITY"),
            (RedirectUri, "COGNITO_REDIRECT_URI"),
            (RedirectUri, "COGNITO_CALLBACK_URL"),
            (LogoutUri, "COGNITO_LOGOUT_URI"),
            (LogoutUri, "COGNITO_SIGN_OUT_REDIRECT_URL"),
            (Scope, "COGNITO_SCOPES"),
            (AuthFlow, "COGNITO_AUTH_FLOW"),
        ];
        for (kind, key) in cases {
            assert_eq!(kind_of(key, None), Some(kind), "{key}");
        }
        assert_eq!(kind_of("COGNITO_CLIENT_ID", Some(POOL)), Some(ClientId), "swapped ids keep the key's kind");
        assert_eq!(kind_of("COGNITO_USER_POOL_ID", Some(IDENTITY)), Some(UserPoolId));
        assert_eq!(kind_of("COGNITO_CLIENT_ID", Some("your-client-id")), Some(ClientId));
        assert_eq!(kind_of("COGNITO_CLIENT_ID", Some(UUID)), Some(ClientId));
    }

    #[test]
    fn loose_names_need_a_fitting_value() {
        assert_eq!(kind_of("COGNITO_USER_POOL", Some(POOL)), Some(UserPoolId));
        assert_eq!(kind_of("COGNITO_USER_POOL", Some("shop-users")), None);
        assert_eq!(kind_of("COGNITO_USER_POOL", Some("true")), None);
        assert_eq!(kind_of("USER_POOL", Some("us-east-1_EXAMPLE")), Some(UserPoolId));
        assert_eq!(kind_of("COGNITO_WEB_CLIENT", Some(CLIENT)), Some(ClientId));
        assert_eq!(kind_of("COGNITO_WEB_CLIENT", Some("storefront")), None);
        assert_eq!(kind_of("cognitoClient", None), None, "an object of an SDK, say");
        assert_eq!(kind_of("COGNITO_POOL_ID", Some(IDENTITY)), Some(IdentityPoolId));
        let arn = "arn:aws:cognito-idp:us-east-1:111122223333:userpool/us-east-1_Ab1Cd2Ef3";
        assert_eq!(kind_of("COGNITO_USER_POOL_ARN", Some(arn)), Some(UserPoolArn));
        assert_eq!(kind_of("authorizerArn", Some(arn)), Some(UserPoolArn));
    }

    #[test]
    fn names_of_other_things_are_none() {
        for key in [
            "COGNITO_USER_POOL_NAME",
            "COGNITO_CLIENT_NAME",
            "COGNITO_CLIENT_SECRET_ARN",
            "COGNITO_CLIENT_SECRET_NAME",
            "COGNITO_USER_POOL_ID_PARAMETER",
            "COGNITO_IDENTITY_POOL_ROLE",
            "COGNITO_USER_POOL_CLIENT_NAME",
            "COGNITO_GROUP",
            "COGNITO_ENABLED",
            "COGNITO_COOKIE_DOMAIN",
            "COGNITO_GOOGLE_CLIENT_ID",
            "amazon-cognito-identity-js",
            "@aws-sdk/client-cognito-identity-provider",
            "DATABASE_POOL_SIZE",
            "ANDROID_CLIENT",
        ] {
            assert_eq!(guess(key, Some("something-else")), None, "{key}");
        }
        assert_eq!(kind_of("UserPoolId", Some("The id of the pool that users sign in to.")), None);
        assert_eq!(kind_of("UserPoolId", Some("string")), None, "a schema");
        assert_eq!(kind_of("services.cognito-idp.endpoints.region", Some("us-east-1")), None);
        assert_eq!(kind_of("COGNITO_CLIENT_ID", Some("/shop/prod/cognito/client-id")), None, "a parameter's name");
        let secret = "arn:aws:secretsmanager:us-east-1:111122223333:secret:shop/cognito";
        assert_eq!(kind_of("COGNITO_CLIENT_SECRET", Some(secret)), None);
    }

    #[test]
    fn shapes_decide_under_names_without_an_owner() {
        assert_eq!(kind_of("client_id", Some(CLIENT)), Some(ClientId));
        assert_eq!(kind_of("SHOP_WEB_CLIENT_ID", Some(CLIENT)), Some(ClientId));
        assert_eq!(kind_of("Jwt.Audience", Some(CLIENT)), Some(ClientId));
        assert_eq!(kind_of("POOL", Some(POOL)), Some(UserPoolId));
        assert_eq!(
            kind_of("spring.x.issuer-uri", Some("https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Ab1Cd2Ef3")),
            Some(Issuer)
        );
        assert_eq!(kind_of("loginUrl", Some("https://my-shop.auth.us-east-1.amazoncognito.com/login")), Some(Domain));
        assert_eq!(kind_of("authenticationFlowType", Some("USER_SRP_AUTH")), Some(AuthFlow));
        assert_eq!(kind_of("DEFAULT", Some("USER_SRP_AUTH")), None);
        assert_eq!(kind_of("SESSION_TOKEN", Some(CLIENT)), None);
        assert_eq!(kind_of("ETAG", Some(CLIENT)), None);
        assert_eq!(kind_of("POOL", Some(IDENTITY)), Some(IdentityPoolId));
        assert_eq!(kind_of("identityId", Some(IDENTITY)), None, "a user's identity looks the same");
    }

    #[test]
    fn other_providers_are_left_alone() {
        for (key, value) in [
            ("GOOGLE_CLIENT_ID", "1234-abcd.apps.googleusercontent.com"),
            ("AUTH0_CLIENT_ID", "q7Zk3vB9xLm2Rt5WcYpN8sDf1GhJ4aEu"),
            ("GITHUB_CLIENT_ID", "Iv1.8a61f9b3a7aba766"),
            ("KEYCLOAK_CLIENT_ID", "shop-frontend"),
            ("AZURE_CLIENT_ID", UUID),
            ("CLIENT_ID", UUID),
            ("AWS_ACCESS_KEY_ID", "AKIAQ3EGRZ7B5XN2KWPT"),
            ("google.client_id", CLIENT),
        ] {
            assert_eq!(kind_of(key, Some(value)), None, "{key}");
            let beside = kinds_of_group(&[("COGNITO_USER_POOL_ID", Some(POOL)), (key, Some(value))]);
            assert_eq!(beside, [Some(UserPoolId), None], "{key}");
        }
    }

    #[test]
    fn a_neighbour_decides_for_names_that_others_use_too() {
        let entries = [
            ("region", Some("us-east-1")),
            ("client_id", None),
            ("client_secret", Some("hush")),
            ("redirect_uri", Some("https://shop.com/callback")),
            ("logoutUrl", Some("https://shop.com/")),
            ("scope", Some("openid email")),
            ("response_type", Some("code")),
            ("cookieName", Some("sid")),
        ];
        assert!(kinds_of_group(&entries).iter().all(Option::is_none));

        let mut with_pool = vec![("issuer", Some("https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Ab1Cd2Ef3"))];
        with_pool.extend(entries);
        let expected = [Issuer, Region, ClientId, ClientSecret, RedirectUri, LogoutUri, Scope, ResponseType];
        let kinds = kinds_of_group(&with_pool);
        assert_eq!(kinds[..8], expected.map(Some));
        assert_eq!(kinds[8], None);
    }

    #[test]
    fn beside_a_certain_one_of_its_kind_an_uncertain_one_is_somebody_elses() {
        let kinds = kinds_of_group(&[
            ("COGNITO_CLIENT_ID", Some(CLIENT)),
            ("COGNITO_REGION", Some("us-east-1")),
            ("AWS_REGION", Some("eu-west-1")),
            ("OAUTH_CLIENT_ID", None),
            ("FITNESS_CLIENT_ID", None),
        ]);
        assert_eq!(kinds, [Some(ClientId), Some(Region), None, None, None]);
        let alone =
            kinds_of_group(&[("USER_POOL_ID", Some(POOL)), ("AWS_REGION", Some("eu-west-1")), ("S3_REGION", None)]);
        assert_eq!(alone, [Some(UserPoolId), Some(Region), None]);
    }

    #[test]
    fn bundler_prefixes_are_public() {
        assert!(is_public("VITE_COGNITO_CLIENT_ID"));
        assert!(is_public("NEXT_PUBLIC_X"));
        assert!(!is_public("COGNITO_PUBLIC_CLIENT_ID"));
        assert!(!is_public("NEXTAUTH_SECRET"));
    }

    #[test]
    fn secret_names() {
        for key in ["DB_PASSWORD", "apiKey", "STRIPE_SECRET", "db.dsn", "JWT_TOKEN"] {
            assert!(is_secret_name(key), "{key}");
        }
        assert!(!is_secret_name("API_URL"));
        assert!(!is_secret_name("secrets.region"));
    }
}
