//! A day of the calendar.

use std::fmt;
use std::num::NonZeroU8;

/// A day of the Gregorian calendar, written `2026-05-20`. Ordered by time.
///
/// A million tools have millions of them, so that one takes three bytes: 14 bits of the year, 4 of the month, 5 of the
/// day, the highest first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    high: [u8; 2],
    /// Ends with the day, which is not 0, so that an absent date takes no more room than one that is there.
    low: NonZeroU8,
}

impl Date {
    /// The day that `YYYY-MM-DD` stands for, if there is such a day.
    pub fn from_text(text: &str) -> Option<Self> {
        let text: &[u8; 10] = text.as_bytes().try_into().ok()?;
        let two_digits = |at: usize| match [text[at], text[at + 1]] {
            [ten @ b'0'..=b'9', one @ b'0'..=b'9'] => Some((ten - b'0') * 10 + one - b'0'),
            _ => None,
        };
        let year = u16::from(two_digits(0)?) * 100 + u16::from(two_digits(2)?);
        let day = Self::new(year, two_digits(5)?, two_digits(8)?);
        day.filter(|_| text[4] == b'-' && text[7] == b'-')
    }

    /// The day of a time such as `2026/05/20 9:14:02 AM GMT+2`, `20.05.2026 09:14`, `5/20/2026 9:14`, if it can be no
    /// other day: `5/6/2026` may be in May or in June.
    pub fn from_timestamp(text: &str) -> Option<Self> {
        let day = text.trim().split([' ', 'T']).next()?.trim_end_matches(',');
        let separator = day.chars().find(|c| !c.is_ascii_digit())?;
        let mut parts = day.split(separator);
        let [a, b, c] = [parts.next()?, parts.next()?, parts.next()?];
        let number = |text: &str| text.parse::<u16>().ok().filter(|_| text.len() <= 4);
        let small = |text: &str| text.parse::<u8>().ok();
        let (first, last) = (small(a), number(c).filter(|_| c.len() == 4));
        match separator {
            _ if parts.next().is_some() => None,
            '-' | '/' | '.' if a.len() == 4 => Self::new(number(a)?, small(b)?, small(c)?),
            '.' => Self::new(last?, small(b)?, first?),
            '/' if first? > 12 => Self::new(last?, small(b)?, first?),
            '/' if small(b)? > 12 || small(b) == first => Self::new(last?, first?, small(b)?),
            _ => None,
        }
    }

    /// The day with these numbers, if there is such a day.
    pub fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
        let days = match month {
            4 | 6 | 9 | 11 => 30,
            2 if leap => 29,
            2 => 28,
            1..=12 => 31,
            _ => return None,
        };
        if !(1..=days).contains(&day) || year > 9999 {
            return None;
        }
        let [_, a, b, low] = (u32::from(year) << 9 | u32::from(month) << 5 | u32::from(day)).to_be_bytes();
        Some(Self { high: [a, b], low: NonZeroU8::new(low)? })
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let packed = u32::from_be_bytes([0, self.high[0], self.high[1], self.low.get()]);
        write!(f, "{:04}-{:02}-{:02}", packed >> 9, packed >> 5 & 0xf, packed & 0x1f)
    }
}

impl fmt::Debug for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl serde::Serialize for Date {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timestamp_is_a_day_where_it_can_be_no_other() {
        for text in
            ["2026/05/20 9:14:02 AM GMT+2", "2026-05-20T09:14:02Z", "20.05.2026 09:14", "5/20/2026 9:14", "20/5/2026"]
        {
            assert_eq!(Date::from_timestamp(text), Date::new(2026, 5, 20), "{text}");
        }
        assert_eq!(Date::from_timestamp("5/5/2026 9:14"), Date::new(2026, 5, 5));
        for text in ["5/6/2026 9:14", "", "yesterday", "9:14", "32.05.2026", "20.05.26", "1/2/3/4", "2026-05"] {
            assert_eq!(Date::from_timestamp(text), None, "{text}");
        }
    }

    #[test]
    fn dates_are_days_that_exist() {
        assert_eq!(Date::from_text("2024-02-29").map(|d| d.to_string()).as_deref(), Some("2024-02-29"));
        for text in ["2026-02-29", "2026-13-01", "2026-1-1", "20260101", "2026-00-10", "٢٠٢٦-01-01", ""] {
            assert_eq!(Date::from_text(text), None, "{text}");
        }
    }
}
