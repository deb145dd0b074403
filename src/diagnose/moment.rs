//! Points in time, as logs and tokens write them.

use std::fmt::{self, Display, Formatter};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::read::ignore::date::Date;

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// A second, counted from the beginning of 1970 in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(i64);

impl Moment {
    /// The moment so many seconds after the beginning of 1970; `None` outside of the years 1970 to 9999.
    pub fn of_seconds(seconds: i64) -> Option<Self> {
        (0..253_402_300_800).contains(&seconds).then_some(Self(seconds))
    }

    /// The present.
    pub fn now() -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
        Self(i64::try_from(since.as_secs()).unwrap_or(0))
    }

    /// So many seconds before it, counted from the beginning of 1970.
    pub fn before(self, seconds: u64) -> u64 {
        self.0.unsigned_abs().saturating_sub(seconds)
    }

    /// How many seconds lie between an earlier moment and this one; negative where it is later.
    pub fn since(self, earlier: Self) -> i64 {
        self.0 - earlier.0
    }

    /// Reads `2026-11-20T10:00:01Z`, also with a blank for the `T`, a fraction of a second and another offset; without an
    /// offset it is UTC, as CloudTrail Lake writes it.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (day, rest) = text.split_at_checked(10)?;
        day.parse::<Date>().ok()?;
        let mut parts = day.split('-').map(|part| part.parse::<i64>().ok());
        let days = days_before(parts.next()??, parts.next()??, parts.next()??);
        let clock = rest.strip_prefix(['T', 't', ' '])?;
        let (time, after) = clock.split_at_checked(8)?;
        let mut parts = time.split(':').map(two_digits);
        let (hours, minutes, seconds) = (parts.next()??, parts.next()??, parts.next()??);
        let is_time = parts.next().is_none() && hours < 24 && minutes < 60 && seconds <= 60;
        let offset = offset(after.strip_prefix('.').map_or(after, |after| after.trim_start_matches(is_digit)))?;
        let seconds = days * DAY + hours * HOUR + minutes * MINUTE + seconds - offset;
        Self::of_seconds(seconds).filter(|_| is_time)
    }
}

impl Display for Moment {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        let day = Date::of(UNIX_EPOCH + Duration::from_secs(self.0.unsigned_abs()));
        let second = self.0 % DAY;
        write!(out, "{day} {:02}:{:02}:{:02} UTC", second / HOUR, second % HOUR / MINUTE, second % MINUTE)
    }
}

/// A length of time in words of at most two units: `30 days`, `1 h 5 min`, `12 s`.
pub fn duration(seconds: i64) -> String {
    let seconds = seconds.max(0);
    let (days, hours, minutes) = (seconds / DAY, seconds % DAY / HOUR, seconds % HOUR / MINUTE);
    let some = |amount: i64, unit: &str| if amount > 0 { format!(" {amount} {unit}") } else { String::new() };
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{seconds} s"),
        (0, 0, _) => format!("{minutes} min{}", some(seconds % MINUTE, "s")),
        (0, ..) => format!("{hours} h{}", some(minutes, "min")),
        (1, ..) => format!("1 day{}", some(hours, "h")),
        _ => format!("{days} days{}", some(hours, "h")),
    }
}

fn is_digit(letter: char) -> bool {
    letter.is_ascii_digit()
}

fn two_digits(text: &str) -> Option<i64> {
    (text.len() == 2 && text.chars().all(is_digit)).then(|| text.parse().ok())?
}

/// The seconds by which a clock is before UTC: those of `Z`, nothing, `+05:30` and `+0530`.
fn offset(text: &str) -> Option<i64> {
    let sign = match text.trim() {
        "" | "Z" | "z" | "UTC" => return Some(0),
        text if text.starts_with('+') => 1,
        text if text.starts_with('-') => -1,
        _ => return None,
    };
    let digits: String = text.trim().get(1..)?.split(':').collect();
    let (hours, minutes) = digits.split_at_checked(2)?;
    Some(sign * (two_digits(hours)? * HOUR + two_digits(minutes)? * MINUTE))
}

/// The days from 1970-01-01 to a day of the Gregorian calendar (H. Hinnant, "chrono-compatible low-level date algorithms").
fn days_before(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_as_every_log_writes_them() {
        let expected = Moment::of_seconds(1_760_002_629);
        for text in [
            "2025-10-09T09:37:09Z",
            "2025-10-09T09:37:09.123Z",
            "2025-10-09 09:37:09.000",
            "2025-10-09T18:37:09+09:00",
            "2025-10-09T05:07:09-0430",
        ] {
            assert_eq!(Moment::parse(text), expected, "{text}");
        }
        for text in [
            "",
            "2025-10-09",
            "2025-02-30T00:00:00Z",
            "2025-10-09T25:00:00Z",
            "2025-10-09T09:37:09 PST",
            "0001-01-01T00:00:00Z",
        ] {
            assert_eq!(Moment::parse(text), None, "{text}");
        }
    }

    #[test]
    fn moments_and_durations_read_as_words() {
        let shown = |text: &str| Moment::parse(text).unwrap().to_string();
        assert_eq!(shown("2028-02-29T23:59:59Z"), "2028-02-29 23:59:59 UTC");
        assert_eq!(shown("1970-01-01T00:00:00Z"), "1970-01-01 00:00:00 UTC");
        let words = [0, 59, 61, 3_600, 3_900, 86_400, 30 * 86_400 + 7_200].map(duration);
        assert_eq!(words, ["0 s", "59 s", "1 min 1 s", "1 h", "1 h 5 min", "1 day", "30 days 2 h"]);
    }
}
