//! The texts of mails about messages, a table for each language.

mod de;
mod en;

use guildhall_model::Millis;
use jiff::tz::TimeZone;

use super::times;
use crate::mail::language_of;

/// The texts of one language. `{site}`, `{sender}`, `{channel}`, `{count}` and `{email}` are replaced.
pub(super) struct Catalogue {
    /// As in the `lang` of HTML.
    pub language: &'static str,
    /// Subjects: one message, with its reason.
    pub message_from: &'static str,
    pub mention_by: &'static str,
    pub reply_by: &'static str,
    /// Subjects of several messages, and of summaries: for one, and for more.
    pub unread: [&'static str; 2],
    pub daily: [&'static str; 2],
    pub weekly: [&'static str; 2],
    /// Headings.
    pub direct: &'static str,
    pub group: &'static str,
    pub thread: &'static str,
    pub unread_channels: &'static str,
    pub files: [&'static str; 2],
    pub messages: [&'static str; 2],
    /// Messages that are not shown.
    pub older: [&'static str; 2],
    /// Of a message, and of the whole site.
    pub open_message: &'static str,
    pub open_site: &'static str,
    pub why: &'static str,
    pub settings: &'static str,
    pub unsubscribe: &'static str,
    /// Of the page to which that link leads; with `{email}`.
    pub unsubscribe_question: &'static str,
    pub unsubscribe_done: &'static str,
    /// From Monday on, and from January on.
    weekdays: [&'static str; 7],
    months: [&'static str; 12],
    /// `{weekday}`, `{day}`, `{month}` and `{time}`.
    date: &'static str,
    always_24_hours: bool,
}

static CATALOGUES: [&Catalogue; 2] = [&en::CATALOGUE, &de::CATALOGUE];

impl Catalogue {
    /// For a locale such as `de` or `de-AT`; English where there is no table for it.
    pub fn of_locale(locale: &str) -> &'static Self {
        let language = language_of(locale);
        CATALOGUES.into_iter().find(|catalogue| catalogue.language == language).unwrap_or(&en::CATALOGUE)
    }

    /// The text for so many.
    pub fn counted([one, more]: [&str; 2], count: usize) -> String {
        Self::filled(if count == 1 { one } else { more }, &[("count", &count.to_string())])
    }

    /// The text with its placeholders replaced, each once: a value that looks like one stays what it is.
    pub fn filled(text: &str, values: &[(&str, &str)]) -> String {
        crate::mail::fill(text, |name| values.iter().find(|(of, _)| *of == name).map(|(_, value)| *value).unwrap_or_default())
    }

    /// A time as the reader's clock shows it.
    pub fn time(&self, at: Millis, zone: &TimeZone, is_24_hours: bool) -> String {
        let Some(local) = times::local(at, zone) else { return String::new() };
        let name = |names: &[&'static str], number: i8| {
            usize::try_from(number).ok().and_then(|number| names.get(number.checked_sub(1)?).copied()).unwrap_or_default()
        };
        let time = if is_24_hours || self.always_24_hours { local.strftime("%H:%M") } else { local.strftime("%-I:%M %p") }.to_string();
        let (weekday, month) = (name(&self.weekdays, local.weekday().to_monday_one_offset()), name(&self.months, local.month()));
        Self::filled(self.date, &[("weekday", weekday), ("day", &local.day().to_string()), ("month", month), ("time", &time)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_as_the_language_and_the_person_write_them() {
        let (afternoon, zone) = (Millis(1_796_040_000_000), TimeZone::UTC);
        let time = |locale: &str, is_24_hours| Catalogue::of_locale(locale).time(afternoon.plus_ms(65 * 60_000), &zone, is_24_hours);
        assert_eq!(time("en", false), "Mon, Nov 30, 1:05 PM");
        assert_eq!(time("en", true), "Mon, Nov 30, 13:05");
        assert_eq!(time("de-AT", false), "Mo., 30. Nov., 13:05");
        assert_eq!(Catalogue::of_locale("en").time(Millis(i64::MAX), &zone, false), "");
    }

    #[test]
    fn every_language_has_the_same_placeholders() {
        let placeholders =
            |text: &str| text.split('{').skip(1).filter_map(|rest| Some(rest.split_once('}')?.0.to_owned())).collect::<Vec<_>>();
        let sorted = |text: &str| {
            let mut names = placeholders(text);
            names.sort();
            names
        };
        let texts = |of: &Catalogue| {
            let pairs = [of.unread, of.daily, of.weekly, of.files, of.messages, of.older].concat();
            let single = [of.message_from, of.mention_by, of.reply_by, of.direct, of.group, of.thread, of.unread_channels, of.open_message];
            let rest = [of.open_site, of.why, of.settings, of.unsubscribe, of.unsubscribe_question, of.unsubscribe_done, of.date];
            [pairs, single.to_vec(), rest.to_vec()].concat()
        };
        for catalogue in CATALOGUES {
            for (text, english) in texts(catalogue).into_iter().zip(texts(&en::CATALOGUE)) {
                assert!(!text.is_empty());
                assert_eq!(sorted(text), sorted(english), "{}: {text}", catalogue.language);
            }
        }
    }

    #[test]
    fn one_is_not_many() {
        let en = Catalogue::of_locale("fr");
        assert_eq!(
            (Catalogue::counted(en.unread, 1), Catalogue::counted(en.unread, 12)),
            ("1 unread message".into(), "12 unread messages".into())
        );
        assert_eq!(
            Catalogue::filled(en.mention_by, &[("sender", "{channel}"), ("channel", "Off-Topic")]),
            "{channel} mentioned you in Off-Topic"
        );
    }
}
