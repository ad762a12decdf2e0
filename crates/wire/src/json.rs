//! JSON as Mattermost writes it: `<`, `>`, `&` and the two Unicode line separators are escaped.

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

/// The bytes of a value. Fails only where a value has a map whose keys are not texts.
pub fn to_vec<T: Serialize + ?Sized>(value: &T) -> serde_json::Result<Vec<u8>> {
    let mut out = Vec::with_capacity(256);
    value.serialize(&mut serde_json::Serializer::with_formatter(&mut out, HtmlSafe))?;
    Ok(out)
}

/// The same as a text, for the places where Mattermost puts JSON inside a JSON string.
pub fn to_string<T: Serialize + ?Sized>(value: &T) -> serde_json::Result<String> {
    to_vec(value).map(|bytes| String::from_utf8(bytes).unwrap_or_default())
}

/// Reads a JSON object that programs wrote by hand: control characters within its strings are taken as they are.
pub fn lenient<T: serde::de::DeserializeOwned>(body: &[u8]) -> Option<T> {
    let body = body.trim_ascii();
    if !body.starts_with(b"{") {
        return None;
    }
    serde_json::from_slice(body).or_else(|_| serde_json::from_slice(&escaped_controls(body))).ok()
}

fn escaped_controls(body: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.len() + 64);
    let (mut in_string, mut after_backslash) = (false, false);
    for &byte in body {
        if in_string && byte < 0x20 {
            out.extend_from_slice(format!("\\u{byte:04x}").as_bytes());
            after_backslash = false;
            continue;
        }
        out.push(byte);
        if after_backslash {
            after_backslash = false;
        } else if in_string && byte == b'\\' {
            after_backslash = true;
        } else if byte == b'"' {
            in_string = !in_string;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    #[test]
    fn markup_is_escaped_and_reads_back_the_same() {
        let text = "<b>&\u{2028}é😀";
        let json = super::to_string(text).unwrap();
        assert_eq!(json, "\"\\u003cb\\u003e\\u0026\\u2028é😀\"");
        assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
    }
}
