//! Days, as ignores name them.

use std::fmt::{self, Display, Formatter};
use std::str::FromStr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A day of the Gregorian calendar, in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date {
    year: u32,
    month: u32,
    day: u32,
}

impl Date {
    /// The day of a point in time. Before 1970 it is the first day of that year.
    pub fn of(time: SystemTime) -> Self {
        let since = time.duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
        let mut days = u32::try_from(since.as_secs() / (24 * 60 * 60)).unwrap_or(u32::MAX);
        let mut date = Self { year: 1970, month: 1, day: 1 };
        while days >= date.days_of_year() && date.year < 9999 {
            days -= date.days_of_year();
            date.year += 1;
        }
        while days >= date.days_of_month() && date.month < 12 {
            days -= date.days_of_month();
            date.month += 1;
        }
        Self { day: 1 + days.min(30), ..date }
    }

    fn is_leap_year(self) -> bool {
        self.year.is_multiple_of(4) && !self.year.is_multiple_of(100) || self.year.is_multiple_of(400)
    }

    fn days_of_year(self) -> u32 {
        if self.is_leap_year() { 366 } else { 365 }
    }

    fn days_of_month(self) -> u32 {
        match self.month {
            2 if self.is_leap_year() => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        }
    }
}

impl FromStr for Date {
    type Err = String;

    /// Reads `2027-01-31`.
    fn from_str(text: &str) -> Result<Self, String> {
        let number = |part: &str, digits: usize| {
            let is_number = part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit());
            part.parse().ok().filter(|_| is_number)
        };
        let parse = || {
            let (year, rest) = text.split_once('-')?;
            let (month, day) = rest.split_once('-')?;
            Some(Self { year: number(year, 4)?, month: number(month, 2)?, day: number(day, 2)? })
        };
        let exists = |date: &Self| (1..=12).contains(&date.month) && (1..=date.days_of_month()).contains(&date.day);
        parse().filter(exists).ok_or_else(|| format!("`{text}` is not a day; write it as YYYY-MM-DD"))
    }
}

impl Display for Date {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        write!(out, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_and_those_that_do_not_exist_refused() {
        for text in ["2027-01-31", "2028-02-29", "2000-02-29", "0001-12-31"] {
            assert_eq!(text.parse::<Date>().map(|date| date.to_string()), Ok(text.to_owned()));
        }
        for text in [
            "",
            "soon",
            "2027-1-31",
            "2027-02-29",
            "1900-02-29",
            "2027-13-01",
            "2027-00-01",
            "+027-01-01",
            "2027-01-01T0",
        ] {
            assert!(text.parse::<Date>().is_err(), "{text}");
        }
        assert!("2027-01-31".parse::<Date>() < "2027-02-01".parse());
    }

    #[test]
    fn a_point_in_time_has_its_day() {
        let day = |seconds: u64| Date::of(UNIX_EPOCH + Duration::from_secs(seconds)).to_string();
        assert_eq!(day(0), "1970-01-01");
        assert_eq!(day(951_782_399), "2000-02-28");
        assert_eq!(day(951_782_400), "2000-02-29");
        assert_eq!(day(1_798_761_599), "2026-12-31");
        assert_eq!(day(1_798_761_600), "2027-01-01");
        assert_eq!(day(300_000_000_000), "9999-12-31");
    }
}
