//! How long a client's tokens live.

use std::fmt;

use crate::source::Loc;

use super::client::Client;
use super::view::Known;

/// A kind of token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Token {
    Access,
    Id,
    Refresh,
}

impl Token {
    /// The property that holds the lifetime, and the member of `TokenValidityUnits` that holds its unit.
    fn properties(self) -> (&'static str, &'static str) {
        match self {
            Self::Access => ("AccessTokenValidity", "AccessToken"),
            Self::Id => ("IdTokenValidity", "IdToken"),
            Self::Refresh => ("RefreshTokenValidity", "RefreshToken"),
        }
    }
}

/// A lifetime, with its unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lifetime<'m> {
    /// How many of the unit.
    pub amount: u64,
    /// `seconds`, `minutes`, `hours` or `days`.
    pub unit: &'m str,
    /// Where the amount is written; `None` where it is the service's default.
    pub loc: Option<Loc>,
}

/// The values of TimeUnitsType in seconds.
const UNITS: &[(&str, u64)] = &[("seconds", 1), ("minutes", 60), ("hours", 3_600), ("days", 86_400)];

impl Lifetime<'_> {
    /// The lifetime in seconds.
    pub fn seconds(&self) -> u64 {
        let unit = UNITS.iter().find(|(name, _)| *name == self.unit).map_or(0, |(_, seconds)| *seconds);
        self.amount.saturating_mul(unit)
    }
}

impl fmt::Display for Lifetime<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = if self.amount == 1 { self.unit.trim_end_matches('s') } else { self.unit };
        write!(out, "{} {unit}", self.amount)
    }
}

impl<'m> Client<'m> {
    /// How long a token lives, the service's defaults applied; `None` where it cannot be told. What a unit without an
    /// amount means is not documented.
    pub fn lifetime(&self, token: Token) -> Option<Lifetime<'m>> {
        let (amount, unit) = token.properties();
        let units = ["TokenValidityUnits", unit];
        if matches!((self.text(&[amount]), self.text(&units)), (Known::Unset, Known::Set(..))) {
            return None;
        }
        let unit = self.text_or_default(&units).filter(|unit| UNITS.iter().any(|(name, _)| name == unit))?;
        let number = self.text_or_default(&[amount])?.parse().ok()?;
        Some(Lifetime { amount: number, unit, loc: self.text(&[amount]).loc() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lifetimes_compare_across_units_and_read_as_words() {
        let hour = Lifetime { amount: 1, unit: "hours", loc: None };
        let minutes = Lifetime { amount: 60, unit: "minutes", loc: None };
        assert_eq!(hour.seconds(), minutes.seconds());
        assert_eq!((hour.to_string(), minutes.to_string()), ("1 hour".to_owned(), "60 minutes".to_owned()));
    }

    #[test]
    fn an_absurd_lifetime_does_not_overflow() {
        assert_eq!(Lifetime { amount: u64::MAX, unit: "days", loc: None }.seconds(), u64::MAX);
    }
}
