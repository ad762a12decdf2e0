//! Sizes, durations and dates for people.

use guildhall_model::Millis;
use time::{Date, Month, PrimitiveDateTime, Time};

const KIB: u64 = 1024;
pub(crate) const MIB: u64 = 1024 * KIB;
pub(crate) const GIB: u64 = 1024 * MIB;
pub(crate) const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// `931.5 GiB`.
pub fn size(bytes: u64) -> String {
    let (unit, name) = match bytes {
        0..KIB => return format!("{bytes} bytes"),
        KIB..MIB => (KIB, "KiB"),
        MIB..GIB => (MIB, "MiB"),
        _ => (GIB, "GiB"),
    };
    // Precise enough for people.
    let tenths = u128::from(bytes) * 10 / u128::from(unit);
    format!("{}.{} {name}", tenths / 10, tenths % 10)
}

/// `3 days`, of times that are given in milliseconds.
pub(crate) fn duration(ms: i64) -> String {
    let (count, unit) = match ms / 1000 {
        seconds @ ..120 => (seconds, "second"),
        seconds @ ..7_200 => (seconds / 60, "minute"),
        seconds @ ..172_800 => (seconds / 3_600, "hour"),
        seconds => (seconds / 86_400, "day"),
    };
    counted(count, unit)
}

/// `1 disk`, `2 disks`.
pub(crate) fn counted(count: i64, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// How much `part` is of `total`, in percent.
pub(crate) fn percent(part: u64, total: u64) -> u64 {
    if total == 0 { 100 } else { u64::try_from(u128::from(part) * 100 / u128::from(total)).unwrap_or(100) }
}

/// A date as programs in the language `C` print it: `Sun Nov  8 00:34:01 2026`. The time zone is taken for UTC, which is close
/// enough for an age in days.
pub(crate) fn parse_date(text: &str) -> Option<Millis> {
    let words: Vec<&str> = text.split_ascii_whitespace().collect();
    let [_, month, day, clock, year] = words.get(..5)? else { return None };
    let month =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"].iter().position(|name| name == month)?;
    let month = Month::try_from(u8::try_from(month + 1).ok()?).ok()?;
    let mut parts = clock.split(':').map(str::parse);
    let mut part = || parts.next().unwrap_or(Ok(0)).ok();
    let time = Time::from_hms(part()?, part()?, part()?).ok()?;
    let date = Date::from_calendar_date(year.parse().ok()?, month, day.parse().ok()?).ok()?;
    Some(Millis(PrimitiveDateTime::new(date, time).assume_utc().unix_timestamp() * 1000))
}

/// `2026-11-08`.
pub(crate) fn date(at: Millis) -> String {
    match time::OffsetDateTime::from_unix_timestamp(at.0.div_euclid(1000)) {
        Ok(at) => at.date().to_string(),
        Err(_) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_readable() {
        assert_eq!([size(12), size(1536), size(5 * MIB), size(1_000_204_886_016)], ["12 bytes", "1.5 KiB", "5.0 MiB", "931.5 GiB"]);
        assert_eq!([duration(1_000), duration(3_600_000), duration(3 * DAY_MS)], ["1 second", "60 minutes", "3 days"]);
        assert_eq!((percent(1, 3), percent(0, 0)), (33, 100));
    }

    #[test]
    fn dates_of_programs_are_read() {
        let at = parse_date("Sun Nov  8 00:34:01 2026").unwrap();
        assert_eq!((at, date(at).as_str()), (Millis(1_794_098_041_000), "2026-11-08"));
        for text in ["", "no stats available", "Sun Nox 8 00:34:01 2026", "Sun Nov 48 00:34:01 2026"] {
            assert_eq!(parse_date(text), None, "{text}");
        }
    }
}
