//! JSON as Mattermost writes it: `<`, `>`, `&` and the two Unicode line separators are escaped. What clients send is read by
//! `guildhall_model::text::json`.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::Formatter;

struct HtmlSafe;

impl Formatter for HtmlSafe {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        let mut rest = fragment.as_bytes();
        while let Some(found) = first_special(rest) {
            writer.write_all(&rest[..found.index])?;
            writer.write_all(found.escaped)?;
            rest = &rest[found.index + found.len_bytes..];
        }
        writer.write_all(rest)
    }
}

struct Special {
    index: usize,
    len_bytes: usize,
    escaped: &'static [u8],
}

/// The first byte of each special character, in UTF-8.
const MAY_BE_SPECIAL: [bool; 256] = {
    let mut table = [false; 256];
    table[b'<' as usize] = true;
    table[b'>' as usize] = true;
    table[b'&' as usize] = true;
    table[LINE_SEPARATOR[0] as usize] = true;
    table
};
const LINE_SEPARATOR: [u8; 3] = *b"\xe2\x80\xa8";
const PARAGRAPH_SEPARATOR: [u8; 3] = *b"\xe2\x80\xa9";

/// By bytes, and compiled here: every text of every answer passes through it.
fn first_special(bytes: &[u8]) -> Option<Special> {
    let mut from = 0;
    loop {
        let index = from + bytes.get(from..)?.iter().position(|byte| MAY_BE_SPECIAL[usize::from(*byte)])?;
        let special = |len_bytes, escaped| Some(Special { index, len_bytes, escaped });
        match bytes.get(index..)? {
            [b'<', ..] => return special(1, b"\\u003c"),
            [b'>', ..] => return special(1, b"\\u003e"),
            [b'&', ..] => return special(1, b"\\u0026"),
            rest if rest.starts_with(&LINE_SEPARATOR) => return special(3, b"\\u2028"),
            rest if rest.starts_with(&PARAGRAPH_SEPARATOR) => return special(3, b"\\u2029"),
            // Another character that begins with the same byte.
            _ => from = index + 1,
        }
    }
}

/// Serialises a value. Fails only for maps whose keys are not strings.
pub fn to_vec<T: Serialize + ?Sized>(value: &T) -> serde_json::Result<Vec<u8>> {
    let mut out = Vec::with_capacity(256);
    value.serialize(&mut serde_json::Serializer::with_formatter(&mut out, HtmlSafe))?;
    Ok(out)
}

/// Like [`to_vec`], for fields that contain JSON as a string.
pub fn to_string<T: Serialize + ?Sized>(value: &T) -> serde_json::Result<String> {
    to_vec(value).map(|bytes| String::from_utf8(bytes).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    #[test]
    fn escaped_markup_round_trips() {
        let text = "<b>&\u{2028}é\u{2029}“€”\u{2027}\u{202a}&😀";
        let json = super::to_string(text).unwrap();
        assert_eq!(json, "\"\\u003cb\\u003e\\u0026\\u2028é\\u2029“€”\u{2027}\u{202a}\\u0026😀\"");
        assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
    }
}
