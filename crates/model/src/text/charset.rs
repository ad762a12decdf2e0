//! Bytes to text: the declared character set, else UTF-8, else Windows-1252. Never an error.

use std::borrow::Cow;

use encoding_rs::{Encoding, REPLACEMENT, UTF_8, WINDOWS_1252};

/// What a `Content-Type` says of the character set. The default is unknown: UTF-8 if the bytes are that, else guessed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Charset(Option<&'static Encoding>);

impl Charset {
    /// From `text/plain; charset=iso-8859-1`. A name that is unknown to the Encoding Standard is ignored.
    pub fn of_content_type(content_type: &str) -> Self {
        let parameters = content_type.split(';').skip(1).filter_map(|parameter| parameter.split_once('='));
        let declared = parameters.filter(|(name, _)| name.trim().eq_ignore_ascii_case("charset")).map(|(_, value)| value).next();
        declared.map_or_else(Self::default, Self::of_label)
    }

    /// From a name such as `latin1`, in quotes or not.
    pub fn of_label(label: &str) -> Self {
        let encoding = Encoding::for_label(label.trim().trim_matches(['"', '\'']).as_bytes());
        // The replacement encoding decodes everything to one character.
        Self(encoding.filter(|encoding| *encoding != REPLACEMENT && *encoding != UTF_8))
    }

    /// Whether a parser of UTF-8 may try the bytes first.
    pub(super) const fn may_be_utf8(self) -> bool {
        self.0.is_none()
    }

    /// The text, without its byte-order mark, which has precedence over what is declared.
    pub fn decode(self, bytes: &[u8]) -> Cow<'_, str> {
        let (declared, bytes) = match Encoding::for_bom(bytes) {
            // Also after the mark of UTF-8 other bytes may follow.
            Some((encoding, mark_bytes)) => (Some(encoding).filter(|encoding| *encoding != UTF_8), &bytes[mark_bytes..]),
            None => (self.0, bytes),
        };
        if let Some(encoding) = declared {
            return encoding.decode_without_bom_handling(bytes).0;
        }
        match std::str::from_utf8(bytes) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) if is_damaged_utf8(bytes) => String::from_utf8_lossy(bytes),
            Err(_) => WINDOWS_1252.decode_without_bom_handling(bytes).0,
        }
    }

    /// The text as it can be stored.
    pub fn decode_text(self, bytes: &[u8]) -> String {
        let text = self.decode(bytes);
        without_nul(&text).into_owned()
    }
}

/// Whether bytes that are not UTF-8 are meant to be: most of what is not ASCII is. A message that was cut within a character
/// is not to be read as Windows-1252 as a whole.
fn is_damaged_utf8(bytes: &[u8]) -> bool {
    let (mut valid, mut invalid, mut was_invalid) = (0_usize, 0_usize, false);
    for chunk in bytes.utf8_chunks() {
        valid += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        let is_invalid = !chunk.invalid().is_empty();
        // The bytes of one character that is not valid are several chunks.
        invalid += usize::from(is_invalid && !(was_invalid && chunk.valid().is_empty()));
        was_invalid = is_invalid;
    }
    valid > 0 && valid >= invalid
}

/// NUL becomes U+FFFD, as in CommonMark: PostgreSQL cannot store it, and removing it would join what it separates.
pub fn without_nul(text: &str) -> Cow<'_, str> {
    if text.contains('\0') { Cow::Owned(text.replace('\0', "\u{fffd}")) } else { Cow::Borrowed(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(content_type: &str, bytes: &[u8]) -> String {
        Charset::of_content_type(content_type).decode_text(bytes)
    }

    #[test]
    fn the_declared_character_set_is_used() {
        for label in ["iso-8859-1", "\"ISO-8859-1\"", "latin1", "windows-1252", " Windows-1252 "] {
            assert_eq!(decode(&format!("text/plain; charset={label}"), b"Gr\xf6\xdfe"), "Größe", "{label}");
        }
        assert_eq!(decode("text/plain;format=flowed;Charset=windows-1251", b"\xcf\xf0\xe8\xe2\xe5\xf2"), "Привет");
        assert_eq!(decode("application/json; charset=Shift_JIS", b"\x93\xfa\x96\x7b"), "日本");
        assert_eq!(decode("text/plain; charset=gbk", b"\xc4\xe3\xba\xc3"), "你好");
        assert_eq!(decode("text/plain; charset=utf-16le", b"h\0\xf6\0"), "hö");
    }

    #[test]
    fn bytes_without_a_usable_declaration_are_utf8_or_windows_1252() {
        for content_type in ["", "text/plain", "text/plain; charset=utf-8", "text/plain; charset=klingon", "text/plain; charset"] {
            assert_eq!(decode(content_type, "Größe €".as_bytes()), "Größe €", "{content_type}");
            assert_eq!(decode(content_type, b"Gr\xf6\xdfe \x80"), "Größe €", "{content_type}");
        }
    }

    #[test]
    fn a_cut_message_in_utf8_is_not_read_as_another_character_set() {
        let text = "Größe 👍";
        assert_eq!(decode("", &text.as_bytes()[..text.len() - 1]), "Größe \u{fffd}");
        assert_eq!(decode("text/plain; charset=utf-8", b"\xc3\xa9\xc3\xa8 \xed\xa0\xbd"), "éè \u{fffd}\u{fffd}\u{fffd}");
    }

    #[test]
    fn byte_order_marks_are_removed_and_have_precedence() {
        assert_eq!(decode("text/plain; charset=latin1", b"\xef\xbb\xbfGr\xc3\xb6"), "Grö");
        assert_eq!(decode("", b"\xef\xbb\xbfGr\xf6\xdfe"), "Größe");
        assert_eq!(decode("", b"\xff\xfeh\0i\0"), "hi");
        assert_eq!(decode("", b"\xfe\xff\0h\0i"), "hi");
    }

    #[test]
    fn nul_is_replaced() {
        assert_eq!(decode("", b"a\0b"), "a\u{fffd}b");
        assert!(matches!(without_nul("plain"), Cow::Borrowed("plain")));
    }
}
