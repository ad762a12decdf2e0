//! Detects a file's content type from its first bytes and its name, and decides which types may be displayed inline.

/// The content type of unrecognised bytes.
pub const UNKNOWN: &str = "application/octet-stream";
const PLAIN_TEXT: &str = "text/plain; charset=utf-8";

/// Served inline; everything else is an attachment. None of these can run scripts: no HTML, SVG, XML or PDF.
const INLINE: &[&str] = &[
    "image/png",
    "image/jpeg",
    "image/gif",
    "image/webp",
    "image/bmp",
    "video/mp4",
    "video/webm",
    "video/ogg",
    "video/quicktime",
    "audio/mpeg",
    "audio/mp4",
    "audio/m4a",
    "audio/x-m4a",
    "audio/ogg",
    "audio/opus",
    "audio/wav",
    "audio/x-wav",
    "audio/flac",
    "audio/x-flac",
    "audio/aac",
    "audio/webm",
];

/// The content type of a file called `name` that begins with `head` (4 KiB are sufficient).
/// Images, audio and video are detected from the bytes, everything else from the name.
pub fn content_type(name: &str, head: &[u8]) -> String {
    let sniffed = infer::get(head).map(|kind| kind.mime_type());
    let is_media = |kind: &str| ["image/", "audio/", "video/"].iter().any(|prefix| kind.starts_with(prefix));
    let named = mime_guess::from_path(name).first();
    match (sniffed, named) {
        (Some(kind), _) if is_media(kind) => kind.to_owned(),
        // The name claims an image, but the bytes are not one.
        (_, Some(named)) if is_inline(named.essence_str()) && named.type_() == mime_guess::mime::IMAGE => {
            sniffed.unwrap_or(UNKNOWN).to_owned()
        }
        (_, Some(named)) if named.type_() == mime_guess::mime::TEXT => format!("{}; charset=utf-8", named.essence_str()),
        (_, Some(named)) => named.essence_str().to_owned(),
        (Some(kind), None) => kind.to_owned(),
        (None, None) if is_text(head) => PLAIN_TEXT.to_owned(),
        (None, None) => UNKNOWN.to_owned(),
    }
}

/// Whether a browser may display this content (`Content-Disposition: inline`).
pub fn is_inline(content_type: &str) -> bool {
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    INLINE.iter().any(|kind| kind.eq_ignore_ascii_case(essence))
}

/// UTF-8 without control characters; the last character may be cut off by the end of `head`.
fn is_text(head: &[u8]) -> bool {
    let text = match std::str::from_utf8(head) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() => std::str::from_utf8(&head[..error.valid_up_to()]).unwrap_or_default(),
        Err(_) => return false,
    };
    !text.is_empty() && !text.chars().any(|c| c.is_control() && !c.is_whitespace() && c != '\u{1b}')
}

#[cfg(test)]
mod tests {
    use super::*;

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";

    #[test]
    fn image_types_are_detected_from_the_bytes() {
        assert_eq!(content_type("a.png", PNG), "image/png");
        assert_eq!(content_type("a.txt", PNG), "image/png");
        assert_eq!(content_type("a.jpg", b"<html><script>alert(1)</script>"), "text/html");
        assert_eq!(content_type("a.gif", b"MZ\0\0 nothing like it"), "application/vnd.microsoft.portable-executable");
        assert_eq!(content_type("a.webp", b"hello"), UNKNOWN);
    }

    #[test]
    fn other_types_are_detected_from_the_name() {
        assert_eq!(content_type("notes.md", b"# Notes"), "text/markdown; charset=utf-8");
        assert_eq!(content_type("report.docx", b"PK\x03\x04"), "application/vnd.openxmlformats-officedocument.wordprocessingml.document");
        assert_eq!(content_type("logo.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"), "image/svg+xml");
        assert_eq!(content_type("paper.PDF", b"%PDF-1.7"), "application/pdf");
        assert_eq!(content_type("README", "gr\u{fc}n".as_bytes()), PLAIN_TEXT);
        assert_eq!(content_type("README", &"gr\u{fc}".as_bytes()[..3]), PLAIN_TEXT);
        assert_eq!(content_type("core", b"\0\x01\x02"), UNKNOWN);
        assert_eq!(content_type("", b""), UNKNOWN);
    }

    #[test]
    fn content_that_can_run_scripts_is_not_inline() {
        for kind in ["text/html", "image/svg+xml", "application/pdf", "text/xml", "application/xhtml+xml", "text/plain; charset=utf-8", ""]
        {
            assert!(!is_inline(kind), "{kind}");
        }
        for kind in ["image/png", "image/JPEG", "video/mp4", "audio/mpeg; x=y"] {
            assert!(is_inline(kind), "{kind}");
        }
    }
}
