//! `Range`, `If-Range` and `If-None-Match`: which part of a file is wanted, if any.

use std::time::{Duration, UNIX_EPOCH};

use guildhall_model::Millis;
use guildhall_model::ports::ByteRange;
use http::HeaderMap;
use http::header::{IF_MODIFIED_SINCE, IF_NONE_MATCH, IF_RANGE, RANGE};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    All,
    Part(ByteRange),
    /// The client has it already.
    Nothing,
    /// A part that is not there.
    Beyond,
}

/// What a version of a file is known by.
pub(super) struct Validators {
    pub etag: String,
    pub modified_at: Millis,
}

impl Validators {
    pub(super) fn last_modified(&self) -> String {
        let since = Duration::from_millis(u64::try_from(self.modified_at.0).unwrap_or_default());
        httpdate::fmt_http_date(UNIX_EPOCH + since.min(FAR_FUTURE))
    }

    /// Whether a date of a header is that of this version; headers know whole seconds.
    fn is_date(&self, text: &str) -> bool {
        httpdate::parse_http_date(text).is_ok_and(|date| httpdate::fmt_http_date(date) == self.last_modified())
    }
}

/// Dates beyond year 9999 have no form in a header.
const FAR_FUTURE: Duration = Duration::from_secs(253_402_300_799);

pub(super) fn wanted(headers: &HeaderMap, total_bytes: u64, version: &Validators) -> Wanted {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    if has_it(text(IF_NONE_MATCH), text(IF_MODIFIED_SINCE), version) {
        return Wanted::Nothing;
    }
    let same = text(IF_RANGE).is_none_or(|text| text == version.etag || version.is_date(text));
    match text(RANGE) {
        Some(range) if same => parse(range, total_bytes),
        _ => Wanted::All,
    }
}

/// The tag decides where there is one, else the date.
fn has_it(tags: Option<&str>, since: Option<&str>, version: &Validators) -> bool {
    match (tags, since) {
        (Some(tags), _) => tags.split(',').map(|tag| tag.trim().trim_start_matches("W/")).any(|tag| tag == "*" || tag == version.etag),
        (None, Some(since)) => version.is_date(since),
        (None, None) => false,
    }
}

/// One range of bytes. Several at once, other units and nonsense are answered with the whole, as one may.
fn parse(range: &str, total_bytes: u64) -> Wanted {
    let Some((first, last)) = range.strip_prefix("bytes=").and_then(|spec| spec.trim().split_once('-')) else { return Wanted::All };
    let (Some(first), Some(last)) = (number(first), number(last)) else { return Wanted::All };
    match (first, last) {
        (Some(first), Some(last)) if first > last => Wanted::All,
        (Some(first), _) if first >= total_bytes => Wanted::Beyond,
        (Some(first), Some(last)) => Wanted::Part(ByteRange { start: first, end: total_bytes.min(last.saturating_add(1)) }),
        (Some(first), None) => Wanted::Part(ByteRange { start: first, end: total_bytes }),
        (None, Some(suffix)) if suffix == 0 || total_bytes == 0 => Wanted::Beyond,
        (None, Some(suffix)) => Wanted::Part(ByteRange { start: total_bytes.saturating_sub(suffix), end: total_bytes }),
        (None, None) => Wanted::All,
    }
}

/// `Some(None)` where nothing stands, `None` where something else than a number does. One that does not fit is as large as there is.
fn number(text: &str) -> Option<Option<u64>> {
    match text {
        "" => Some(None),
        digits if digits.bytes().all(|byte| byte.is_ascii_digit()) => Some(Some(digits.parse().unwrap_or(u64::MAX))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version() -> Validators {
        Validators { etag: "\"abc\"".to_owned(), modified_at: Millis(1_000_000_500) }
    }

    fn of(pairs: &[(http::HeaderName, &str)], total: u64) -> Wanted {
        let headers = pairs.iter().map(|(name, value)| (name.clone(), value.parse().unwrap())).collect();
        wanted(&headers, total, &version())
    }

    fn part(start: u64, end: u64) -> Wanted {
        Wanted::Part(ByteRange { start, end })
    }

    #[test]
    fn a_range_is_cut_to_the_file() {
        for (range, expected) in [
            ("bytes=0-7", part(0, 8)),
            ("bytes=5-", part(5, 100)),
            ("bytes=-10", part(90, 100)),
            ("bytes=-1000", part(0, 100)),
            ("bytes=99-1000", part(99, 100)),
            ("bytes=0-18446744073709551615", part(0, 100)),
            ("bytes=100-", Wanted::Beyond),
            ("bytes=100-200", Wanted::Beyond),
            ("bytes=-0", Wanted::Beyond),
            ("bytes=7-5", Wanted::All),
            ("bytes=0-1,4-5", Wanted::All),
            ("bytes=-", Wanted::All),
            ("bytes=+1-5", Wanted::All),
            ("bytes=a-b", Wanted::All),
            ("bytes=99999999999999999999-", Wanted::Beyond),
            ("bytes=99999999999999999999-5", Wanted::All),
            ("items=0-1", Wanted::All),
        ] {
            assert_eq!(of(&[(RANGE, range)], 100), expected, "{range}");
        }
        assert_eq!(of(&[(RANGE, "bytes=0-0")], 0), Wanted::Beyond);
        assert_eq!(of(&[(RANGE, "bytes=-5")], 0), Wanted::Beyond);
    }

    #[test]
    fn a_range_of_another_version_is_the_whole() {
        let date = version().last_modified();
        for (condition, expected) in
            [("\"abc\"", part(0, 8)), ("\"old\"", Wanted::All), (date.as_str(), part(0, 8)), ("W/\"abc\"", Wanted::All)]
        {
            assert_eq!(of(&[(RANGE, "bytes=0-7"), (IF_RANGE, condition)], 100), expected, "{condition}");
        }
    }

    #[test]
    fn what_the_client_has_is_not_sent() {
        let date = version().last_modified();
        assert_eq!(of(&[(IF_NONE_MATCH, "\"x\", W/\"abc\"")], 100), Wanted::Nothing);
        assert_eq!(of(&[(IF_NONE_MATCH, "\"x\""), (IF_MODIFIED_SINCE, &date)], 100), Wanted::All);
        assert_eq!(of(&[(IF_MODIFIED_SINCE, &date)], 100), Wanted::Nothing);
    }
}
