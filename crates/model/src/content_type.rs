//! Detects a file's content type from its first bytes and, where they do not tell, from its name; and decides which types may
//! be displayed inline.

/// The content type of unrecognised bytes.
pub const UNKNOWN: &str = "application/octet-stream";
const PLAIN_TEXT: &str = "text/plain";
const SVG: &str = "image/svg+xml";

/// Served inline; everything else is an attachment. None of these can run scripts: no HTML, SVG, XML or PDF.
const INLINE: &[&str] = &[
    "image/png",
    "image/jpeg",
    "image/gif",
    "image/webp",
    "image/bmp",
    "image/avif",
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

/// Formats that are recognised although all their bytes may be text.
const TEXT_FORMATS: &[&str] = &["application/pdf", "application/postscript", "application/rtf", "text/rtf"];

/// Containers of other formats, which only the name tells: a document is a ZIP archive.
const CONTAINERS: &[&str] = &["application/zip", "application/gzip", "application/x-ole-storage", "application/x-tar"];

/// Types that files of plain text have by their name, besides `text/*`, `*+xml` and `*+json`.
const TEXTUAL: &[&str] = &[
    "application/javascript",
    "application/json",
    "application/json5",
    "application/mbox",
    "application/pgp-encrypted",
    "application/pgp-signature",
    "application/pkix-cert",
    "application/postscript",
    "application/rtf",
    "application/sql",
    "application/toml",
    "application/typescript",
    "application/vnd.apple.mpegurl",
    "application/vnd.dart",
    "application/x-csh",
    "application/x-httpd-php",
    "application/x-javascript",
    "application/x-latex",
    "application/x-pem-file",
    "application/x-perl",
    "application/x-sh",
    "application/x-sql",
    "application/x-subrip",
    "application/x-tcl",
    "application/x-tex",
    "application/x-texinfo",
    "application/x-troff",
    "application/x-x509-ca-cert",
    "application/x-yaml",
    "application/xml",
    "application/xml-dtd",
    "application/yaml",
];

/// What is known of a file before it is decoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileType {
    pub mime_type: String,
    /// Without the dot, in lower case; of the content where the name has none.
    pub extension: String,
    /// Whether to look for dimensions and make previews.
    pub is_picture: bool,
}

/// The type of a file called `name` that begins with `head` (4 KiB are sufficient). The bytes decide; the name only where they
/// are consistent with it.
pub fn file_type(name: &str, head: &[u8]) -> FileType {
    let mime_type = content_type(name, head);
    let mut extension = crate::file::extension(name);
    if extension.is_empty()
        && let Some(known) = infer::get(head).filter(|known| known.mime_type() == mime_type)
    {
        known.extension().clone_into(&mut extension);
    }
    let is_picture = mime_type.starts_with("image/") && mime_type != SVG;
    FileType { mime_type, extension, is_picture }
}

fn content_type(name: &str, head: &[u8]) -> String {
    let sniffed = infer::get(head).map(|kind| kind.mime_type());
    let named = mime_guess::from_path(name).first();
    let named = named.as_ref().map(mime_guess::Mime::essence_str);
    match text_charset(head, named.is_some_and(|kind| kind.starts_with("text/"))) {
        // Formats with a short signature, such as `BM`, are not to be seen in texts.
        Some(charset) => match sniffed.filter(|kind| TEXT_FORMATS.contains(kind)) {
            Some(kind) => kind.to_owned(),
            None => text_type(name, named, head, sniffed, charset),
        },
        None => binary_type(named, head, sniffed),
    }
}

fn text_type(name: &str, named: Option<&str>, head: &[u8], sniffed: Option<&str>, charset: &str) -> String {
    if is_svg(head) {
        return SVG.to_owned();
    }
    let is_textual = |kind: &&str| {
        *kind != SVG
            && (kind.starts_with("text/")
                || kind.starts_with("message/")
                || kind.ends_with("+xml")
                || kind.ends_with("+json")
                || TEXTUAL.contains(kind))
    };
    let is_picture = |kind: &&str| kind.starts_with("image/");
    let kind = match (named, sniffed.filter(|kind| kind.starts_with("text/"))) {
        (Some(kind), _) if is_textual(&kind) => kind,
        // A page or a program whose name has no ending, or the one of a picture.
        (None, Some(kind)) if crate::file::extension(name).is_empty() => kind,
        (Some(named), Some(kind)) if is_picture(&named) => kind,
        _ => PLAIN_TEXT,
    };
    if kind.starts_with("text/") && !charset.is_empty() { format!("{kind}; charset={charset}") } else { kind.to_owned() }
}

fn binary_type(named: Option<&str>, head: &[u8], sniffed: Option<&str>) -> String {
    let is_media = |kind: &str| ["image/", "audio/", "video/"].iter().any(|prefix| kind.starts_with(prefix));
    match (sniffed, named) {
        (Some(kind), Some(named)) if CONTAINERS.contains(&kind) && named.starts_with("application/") => named.to_owned(),
        (Some(kind), _) => kind.to_owned(),
        (None, Some(named)) if head.is_empty() && named.starts_with("text/") => format!("{named}; charset=utf-8"),
        // The name claims a picture, but the bytes are not one; nothing at all is neither a film nor a song.
        (None, Some(named)) if named.starts_with("image/") || named.starts_with("text/") || head.is_empty() && is_media(named) => {
            UNKNOWN.to_owned()
        }
        (None, Some(named)) => named.to_owned(),
        (None, None) => UNKNOWN.to_owned(),
    }
}

/// Whether a browser may display this content (`Content-Disposition: inline`).
pub fn is_inline(content_type: &str) -> bool {
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    INLINE.iter().any(|kind| kind.eq_ignore_ascii_case(essence))
}

/// The character set of a text, empty where it is an unknown one; `None` for what is no text: nothing, and whatever has control
/// characters. The last character may be cut off by the end of `head`.
fn text_charset(head: &[u8], is_named_text: bool) -> Option<&'static str> {
    if head.is_empty() {
        return None;
    }
    if head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff") {
        return Some("utf-16").filter(|_| infer::get(head).is_none());
    }
    let is_control = |byte: &u8| matches!(byte, 0..=8 | 14..=26 | 28..=31);
    if head.iter().any(is_control) {
        return None;
    }
    match std::str::from_utf8(head) {
        Ok(_) => Some("utf-8"),
        Err(error) if error.error_len().is_none() => Some("utf-8"),
        // Programs with comments in Latin-1 are mostly ASCII.
        Err(_) if is_named_text || head.iter().filter(|byte| byte.is_ascii()).count() * 3 >= head.len() * 2 => Some(""),
        Err(_) => None,
    }
}

/// Whether the first element of the text is `<svg`, after a declaration, comments and a document type.
fn is_svg(head: &[u8]) -> bool {
    let text = String::from_utf8_lossy(head);
    let mut rest = text.trim_start_matches('\u{feff}').trim_start();
    // Bounded: each round removes something of the head.
    loop {
        let end = if rest.starts_with("<!--") {
            "-->"
        } else if rest.starts_with("<?") || rest.get(..9).is_some_and(|start| start.eq_ignore_ascii_case("<!doctype")) {
            ">"
        } else {
            break;
        };
        match rest.find(end) {
            Some(at) => rest = rest[at + end.len()..].trim_start(),
            None => return false,
        }
    }
    rest.strip_prefix("<svg").is_some_and(|after| after.starts_with(|c: char| c.is_whitespace() || matches!(c, '>' | '/' | ':')))
}

#[cfg(test)]
mod tests;
