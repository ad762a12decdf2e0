//! When a message is mailed: how often a person wants mail.

use guildhall_model::Millis;
use guildhall_model::settings::Settings;
use guildhall_model::user::Props;

use super::times::{next_morning, zone_of};

/// How often a person gets mails about messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Interval {
    /// After the delay of the setting `mail.notification_delay_ms`.
    Immediately,
    /// So long after the first message that waits.
    EveryMs(i64),
    Daily,
    Weekly,
}

/// Mattermost's default where people can choose.
const DEFAULT: Interval = Interval::EveryMs(15 * 60 * 1000);

impl Interval {
    /// Of the preference `email_interval`: seconds, or Mattermost's words for them. A day and a week are our own values.
    pub fn of_preference(value: Option<&str>, settings: &Settings) -> Self {
        if !settings.mail.batching {
            return Self::Immediately;
        }
        match value.unwrap_or_default() {
            "0" | "30" | "immediately" => Self::Immediately,
            "900" | "fifteen" => Self::EveryMs(15 * 60 * 1000),
            "3600" | "hour" => Self::EveryMs(60 * 60 * 1000),
            "86400" | "daily" => Self::Daily,
            "604800" | "weekly" => Self::Weekly,
            _ => DEFAULT,
        }
    }

    /// Whether the mail is a summary, which is also sent to those who are there.
    pub const fn is_summary(self) -> bool {
        matches!(self, Self::Daily | Self::Weekly)
    }

    /// When a mail with a message of this time is sent.
    pub fn due_at(self, created_at: Millis, timezone: &Props, settings: &Settings) -> Millis {
        let earliest = created_at.plus_ms(i64::try_from(settings.mail.notification_delay_ms).unwrap_or(i64::MAX));
        match self {
            Self::Immediately => earliest,
            Self::EveryMs(interval_ms) => earliest.max(created_at.plus_ms(interval_ms)),
            Self::Daily | Self::Weekly => next_morning(earliest, &zone_of(timezone), self == Self::Weekly).unwrap_or(earliest),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MONDAY_NOON: Millis = Millis(1_796_040_000_000);

    #[test]
    fn a_mail_is_sent_after_the_interval_that_the_person_chose() {
        let settings = Settings::default();
        let hours = |value: Option<&str>| {
            let due = Interval::of_preference(value, &settings).due_at(MONDAY_NOON, &Props::new(), &settings);
            (due.0 - MONDAY_NOON.0) as f64 / 3_600_000.0
        };
        for (value, expected) in [
            (None, 0.25),
            (Some("nonsense"), 0.25),
            (Some("30"), 30.0 / 3600.0),
            (Some("immediately"), 30.0 / 3600.0),
            (Some("900"), 0.25),
            (Some("3600"), 1.0),
            (Some("86400"), 20.0),
            (Some("604800"), 20.0 + 6.0 * 24.0),
        ] {
            assert!((hours(value) - expected).abs() < 1e-9, "{value:?}: {}", hours(value));
        }
    }

    #[test]
    fn without_batching_and_with_a_long_delay_the_delay_decides() {
        let mut settings = Settings::default();
        settings.mail.notification_delay_ms = 1_800_000;
        let due = |value: &str, settings: &Settings| {
            Interval::of_preference(Some(value), settings).due_at(MONDAY_NOON, &Props::new(), settings).0 - MONDAY_NOON.0
        };
        assert_eq!((due("900", &settings), due("3600", &settings)), (1_800_000, 3_600_000));
        settings.mail.batching = false;
        assert_eq!((due("3600", &settings), due("86400", &settings)), (1_800_000, 1_800_000));
    }
}
