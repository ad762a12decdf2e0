//! JSON as Mattermost writes it: `<`, `>`, `&` and the two Unicode line separators are escaped.

use std::io::{self, Write};

use serde::de::{DeserializeOwned, Deserializer, Visitor};
use serde::{Serialize, forward_to_deserialize_any};
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

/// Deserialises a body. A list in place of an object is an error; serde would read it as the fields in their order.
pub fn from_slice<T: DeserializeOwned>(body: &[u8]) -> serde_json::Result<T> {
    let mut reader = serde_json::Deserializer::from_slice(body);
    let value = T::deserialize(StructsAreObjects(&mut reader))?;
    reader.end()?;
    Ok(value)
}

struct StructsAreObjects<D>(D);

impl<'de, D: Deserializer<'de>> Deserializer<'de> for StructsAreObjects<D> {
    type Error = D::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_any(visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(self, _: &'static str, _: &'static [&'static str], visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_map(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, D::Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_option(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.0.deserialize_enum(name, variants, visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map identifier ignored_any
    }
}

/// Reads a JSON object and accepts unescaped control characters in its strings, which hand-written integrations send.
pub fn from_slice_lenient<T: DeserializeOwned>(body: &[u8]) -> Option<T> {
    let body = body.trim_ascii();
    if !body.starts_with(b"{") {
        return None;
    }
    serde_json::from_slice(body).or_else(|_| serde_json::from_slice(&escape_control_characters(body))).ok()
}

fn escape_control_characters(body: &[u8]) -> Vec<u8> {
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
    use super::from_slice;

    #[test]
    fn a_list_is_not_accepted_as_an_object() {
        #[derive(Debug, PartialEq, serde::Deserialize)]
        #[serde(default)]
        struct Named {
            name: String,
        }
        impl Default for Named {
            fn default() -> Self {
                Self { name: "nobody".to_owned() }
            }
        }
        assert_eq!(from_slice::<Named>(br#"{"name":"ada"}"#).unwrap().name, "ada");
        assert_eq!(from_slice::<Named>(b" {} ").unwrap(), Named::default());
        for body in [r#"["ada"]"#, "[]", "null", "{} {}", ""] {
            assert!(from_slice::<Named>(body.as_bytes()).is_err(), "{body}");
        }
        assert_eq!(from_slice::<Vec<String>>(br#"["ada"]"#).unwrap(), ["ada"]);
        assert_eq!(from_slice::<Option<u8>>(b"7").unwrap(), Some(7));
        assert_eq!(from_slice::<serde_json::Value>(b"[1]").unwrap(), serde_json::json!([1]));
    }

    #[test]
    fn escaped_markup_round_trips() {
        let text = "<b>&\u{2028}é😀";
        let json = super::to_string(text).unwrap();
        assert_eq!(json, "\"\\u003cb\\u003e\\u0026\\u2028é😀\"");
        assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
    }
}
