//! `Content-Disposition` and `Content-Type` of files: which types browsers may display, and names in headers.

use guildhall_model::content_type::is_inline;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Types that a browser would execute. They are sent as plain text.
const ACTIVE: &[&str] = &[
    "text/html",
    "text/xml",
    "text/xsl",
    "text/javascript",
    "text/ecmascript",
    "application/javascript",
    "application/x-javascript",
    "application/ecmascript",
    "application/xhtml+xml",
    "application/xml",
    "application/xslt+xml",
    "application/x-shockwave-flash",
    "multipart/x-mixed-replace",
];

/// Everything but the `attr-char` of RFC 5987.
const PERCENT_ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'!')
    .remove(b'#')
    .remove(b'$')
    .remove(b'&')
    .remove(b'+')
    .remove(b'-')
    .remove(b'.')
    .remove(b'^')
    .remove(b'_')
    .remove(b'`')
    .remove(b'|')
    .remove(b'~');

fn media_type_of(mime_type: &str) -> String {
    mime_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// The `Content-Type` of a file.
pub(super) fn content_type(mime_type: &str) -> &str {
    match media_type_of(mime_type).as_str() {
        "" => "application/octet-stream",
        kind if ACTIVE.contains(&kind) => "text/plain; charset=utf-8",
        _ => mime_type,
    }
}

/// The name twice: in ASCII for old clients, and encoded as in RFC 5987.
pub(super) fn content_disposition(name: &str, mime_type: &str, as_attachment: bool) -> String {
    let disposition = if !as_attachment && is_inline(mime_type) { "inline" } else { "attachment" };
    let ascii: String = name.chars().map(|c| if matches!(c, ' '..='~') && !matches!(c, '"' | '\\' | '%') { c } else { '_' }).collect();
    format!("{disposition}; filename=\"{ascii}\"; filename*=UTF-8''{}", utf8_percent_encode(name, PERCENT_ENCODED))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_passive_types_are_inline() {
        assert!(content_disposition("a.png", "image/png", false).starts_with("inline;"));
        assert!(content_disposition("a.png", "image/png", true).starts_with("attachment;"));
        for active in ["text/html; charset=utf-8", "image/svg+xml", "application/pdf", "application/xhtml+xml", "", "TEXT/HTML"] {
            assert!(content_disposition("a", active, false).starts_with("attachment;"), "{active}");
        }
        assert_eq!(content_type("text/HTML; charset=utf-8"), "text/plain; charset=utf-8");
        assert_eq!(content_type(""), "application/octet-stream");
        assert_eq!(content_type("image/png"), "image/png");
    }

    #[test]
    fn names_are_escaped() {
        assert_eq!(
            content_disposition("a\"; x=\"b\\%41.png", "image/png", false),
            "inline; filename=\"a_; x=_b__41.png\"; filename*=UTF-8''a%22%3B%20x%3D%22b%5C%2541.png"
        );
        assert_eq!(
            content_disposition("naïve 文.png", "image/png", false),
            "inline; filename=\"na_ve _.png\"; filename*=UTF-8''na%C3%AFve%20%E6%96%87.png"
        );
        let crlf = content_disposition("a\r\nX-Evil: 1", "image/png", false);
        assert!(!crlf.contains(['\r', '\n']), "{crlf}");
    }
}
