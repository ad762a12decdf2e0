//! JSON as Mattermost writes it: `<`, `>`, `&` and the two Unicode line separators are escaped. What clients send is read by
//! `guildhall_model::text::json`.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::Formatter;

struct HtmlSafe;

impl Formatter for HtmlSafe {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        let bytes = fragment.as_bytes();
        let mut start = 0;
        for (index, char) in fragment.char_indices() {
            let escaped: &[u8] = match char {
                '<' => b"\\u003c",
                '>' => b"\\u003e",
                '&' => b"\\u0026",
                '\u{2028}' => b"\\u2028",
                '\u{2029}' => b"\\u2029",
                _ => continue,
            };
            writer.write_all(&bytes[start..index])?;
            writer.write_all(escaped)?;
            start = index + char.len_utf8();
        }
        writer.write_all(&bytes[start..])
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
        let text = "<b>&\u{2028}é😀";
        let json = super::to_string(text).unwrap();
        assert_eq!(json, "\"\\u003cb\\u003e\\u0026\\u2028é😀\"");
        assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
    }
}
