//! `Content-Disposition`: what a browser may show by itself, and how a file is called in a header.

use guildhall_model::content_type::is_inline;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Types that a browser would run as a page or program. They are saved as plain text or as bytes.
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
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
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

fn essence(mime_type: &str) -> String {
    mime_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// The type that an answer names for a file.
pub(super) fn content_type(mime_type: &str) -> &str {
    match essence(mime_type).as_str() {
        "" => "application/octet-stream",
        kind if ACTIVE.contains(&kind) => "text/plain; charset=utf-8",
        _ => mime_type,
    }
}

/// For old readers a name of plain ASCII, for all others the whole one.
pub(super) fn content_disposition(name: &str, mime_type: &str, save: bool) -> String {
    let way = if !save && is_inline(mime_type) { "inline" } else { "attachment" };
    let ascii: String = name.chars().map(|c| if matches!(c, ' '..='~') && !matches!(c, '"' | '\\' | '%') { c } else { '_' }).collect();
    format!("{way}; filename=\"{ascii}\"; filename*=UTF-8''{}", utf8_percent_encode(name, ENCODED))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_cannot_run_is_shown() {
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
    fn names_cannot_leave_their_quotes() {
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
