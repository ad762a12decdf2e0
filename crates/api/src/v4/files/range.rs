//! `Range`, `If-Range` and `If-None-Match` (RFC 9110): which part of a file a request selects, if any.

use std::time::{Duration, UNIX_EPOCH};

use guildhall_model::Millis;
use guildhall_model::ports::ByteRange;
use http::HeaderMap;
use http::header::{IF_MODIFIED_SINCE, IF_NONE_MATCH, IF_RANGE, RANGE};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Selection {
    Full,
    Partial(ByteRange),
    NotModified,
    NotSatisfiable,
}

/// The validators of a version of a file.
pub(super) struct Validators {
    pub etag: String,
    pub modified_at: Millis,
}

impl Validators {
    pub(super) fn last_modified(&self) -> String {
        let since = Duration::from_millis(u64::try_from(self.modified_at.0).unwrap_or_default());
        httpdate::fmt_http_date(UNIX_EPOCH + since.min(FAR_FUTURE))
    }

    /// Compares in whole seconds, the resolution of headers.
    fn matches_date(&self, text: &str) -> bool {
        httpdate::parse_http_date(text).is_ok_and(|date| httpdate::fmt_http_date(date) == self.last_modified())
    }
}

/// The end of year 9999, the last that a date in a header can express.
const FAR_FUTURE: Duration = Duration::from_secs(253_402_300_799);

pub(super) fn select(headers: &HeaderMap, total_bytes: u64, version: &Validators) -> Selection {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    if is_not_modified(text(IF_NONE_MATCH), text(IF_MODIFIED_SINCE), version) {
        return Selection::NotModified;
    }
    let is_same_version = text(IF_RANGE).is_none_or(|text| text == version.etag || version.matches_date(text));
    match text(RANGE) {
        Some(range) if is_same_version => parse_range(range, total_bytes),
        _ => Selection::Full,
    }
}

/// `If-None-Match` takes precedence over `If-Modified-Since`.
fn is_not_modified(tags: Option<&str>, since: Option<&str>, version: &Validators) -> bool {
    match (tags, since) {
        (Some(tags), _) => tags.split(',').map(|tag| tag.trim().trim_start_matches("W/")).any(|tag| tag == "*" || tag == version.etag),
        (None, Some(since)) => version.matches_date(since),
        (None, None) => false,
    }
}

/// One range of bytes. Several ranges, other units and malformed ones are ignored, as RFC 9110 allows.
fn parse_range(range: &str, total_bytes: u64) -> Selection {
    let Some((first, last)) = range.strip_prefix("bytes=").and_then(|spec| spec.trim().split_once('-')) else { return Selection::Full };
    let (Some(first), Some(last)) = (parse_number(first), parse_number(last)) else { return Selection::Full };
    match (first, last) {
        (Some(first), Some(last)) if first > last => Selection::Full,
        (Some(first), _) if first >= total_bytes => Selection::NotSatisfiable,
        (Some(first), Some(last)) => Selection::Partial(ByteRange { start: first, end: total_bytes.min(last.saturating_add(1)) }),
        (Some(first), None) => Selection::Partial(ByteRange { start: first, end: total_bytes }),
        (None, Some(suffix)) if suffix == 0 || total_bytes == 0 => Selection::NotSatisfiable,
        (None, Some(suffix)) => Selection::Partial(ByteRange { start: total_bytes.saturating_sub(suffix), end: total_bytes }),
        (None, None) => Selection::Full,
    }
}

/// `Some(None)` for an empty text, `None` for anything but digits. Numbers that overflow are saturated.
fn parse_number(text: &str) -> Option<Option<u64>> {
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

    fn selection(pairs: &[(http::HeaderName, &str)], total: u64) -> Selection {
        let headers = pairs.iter().map(|(name, value)| (name.clone(), value.parse().unwrap())).collect();
        select(&headers, total, &version())
    }

    fn partial(start: u64, end: u64) -> Selection {
        Selection::Partial(ByteRange { start, end })
    }

    #[test]
    fn a_range_is_cut_to_the_file() {
        for (range, expected) in [
            ("bytes=0-7", partial(0, 8)),
            ("bytes=5-", partial(5, 100)),
            ("bytes=-10", partial(90, 100)),
            ("bytes=-1000", partial(0, 100)),
            ("bytes=99-1000", partial(99, 100)),
            ("bytes=0-18446744073709551615", partial(0, 100)),
            ("bytes=100-", Selection::NotSatisfiable),
            ("bytes=100-200", Selection::NotSatisfiable),
            ("bytes=-0", Selection::NotSatisfiable),
            ("bytes=7-5", Selection::Full),
            ("bytes=0-1,4-5", Selection::Full),
            ("bytes=-", Selection::Full),
            ("bytes=+1-5", Selection::Full),
            ("bytes=a-b", Selection::Full),
            ("bytes=99999999999999999999-", Selection::NotSatisfiable),
            ("bytes=99999999999999999999-5", Selection::Full),
            ("items=0-1", Selection::Full),
        ] {
            assert_eq!(selection(&[(RANGE, range)], 100), expected, "{range}");
        }
        assert_eq!(selection(&[(RANGE, "bytes=0-0")], 0), Selection::NotSatisfiable);
        assert_eq!(selection(&[(RANGE, "bytes=-5")], 0), Selection::NotSatisfiable);
    }

    #[test]
    fn a_range_of_another_version_is_ignored() {
        let date = version().last_modified();
        for (condition, expected) in
            [("\"abc\"", partial(0, 8)), ("\"old\"", Selection::Full), (date.as_str(), partial(0, 8)), ("W/\"abc\"", Selection::Full)]
        {
            assert_eq!(selection(&[(RANGE, "bytes=0-7"), (IF_RANGE, condition)], 100), expected, "{condition}");
        }
    }

    #[test]
    fn a_version_that_the_client_has_is_not_sent() {
        let date = version().last_modified();
        assert_eq!(selection(&[(IF_NONE_MATCH, "\"x\", W/\"abc\"")], 100), Selection::NotModified);
        assert_eq!(selection(&[(IF_NONE_MATCH, "\"x\""), (IF_MODIFIED_SINCE, &date)], 100), Selection::Full);
        assert_eq!(selection(&[(IF_MODIFIED_SINCE, &date)], 100), Selection::NotModified);
    }
}
