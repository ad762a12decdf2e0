//! Reading JSON as Go's decoder does, which Mattermost's clients are written for: names of fields in any case, the last of
//! repeated fields, `null` for fields that are not given, and no message that is lost for half an emoji or a byte-order mark.
//!
//! A body that is strict JSON is read directly. Only where that fails, it is read without the fields that are `null` (`nulls`), and at last
//! repaired (`repair`), as it is where it holds an escaped NUL.

mod nulls;

use std::fmt;

use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, IntoDeserializer, MapAccess, SeqAccess, Unexpected, Visitor};
use serde::forward_to_deserialize_any;

use super::tree::{self, Names};
use super::{Charset, repair};

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
/// How serde_json asks for unparsed JSON.
const RAW_VALUE: &str = "$serde_json::private::RawValue";

/// Reads a body in UTF-8. A list in place of an object is an error; serde would read it as the fields in their order.
pub fn from_slice<T: DeserializeOwned>(body: &[u8]) -> serde_json::Result<T> {
    from_slice_in(body, Charset::default())
}

/// Reads a body whose `Content-Type` may name a character set.
pub fn from_slice_in<T: DeserializeOwned>(body: &[u8], charset: Charset) -> serde_json::Result<T> {
    if charset.may_be_utf8() && !holds_escaped_nul(body) {
        let strict = body.strip_prefix(BYTE_ORDER_MARK).unwrap_or(body);
        let error = match read(strict) {
            Ok(value) => return Ok(value),
            Err(error) => error,
        };
        // The error of the body as it was sent says more than the one of its repaired form.
        return read_repaired(body, charset).map_err(|_| error);
    }
    read_repaired(body, charset)
}

/// Reads a value of another JSON document, such as the data of a frame.
pub fn from_value<T: DeserializeOwned>(value: serde_json::Value) -> serde_json::Result<T> {
    T::deserialize(Lenient(value))
}

fn read<T: DeserializeOwned>(body: &[u8]) -> serde_json::Result<T> {
    let mut reader = serde_json::Deserializer::from_slice(body);
    let read = T::deserialize(Lenient(&mut reader)).and_then(|value| reader.end().map(|()| value));
    match read {
        Err(error) if nulls::may_have(body) => read_without_nulls(body).map_err(|_| error),
        read => read,
    }
}

fn read_without_nulls<T: DeserializeOwned>(body: &[u8]) -> serde_json::Result<T> {
    T::deserialize(Lenient(nulls::parse(body)?))
}

fn read_repaired<T: DeserializeOwned>(body: &[u8], charset: Charset) -> serde_json::Result<T> {
    let mut value = None;
    repaired(body, charset, &mut |text| {
        value = Some(read(text)?);
        Ok(())
    })?;
    value.ok_or_else(|| serde::de::Error::custom("nothing was read"))
}

/// Passes the repaired text to `read`, and again without repeated names if those are what it rejects. Compiled once for all types.
fn repaired(body: &[u8], charset: Charset, read: &mut dyn FnMut(&[u8]) -> serde_json::Result<()>) -> serde_json::Result<()> {
    let charset = if charset == Charset::default() { guess_utf16(body) } else { charset };
    let text = repair::repair_strings(&charset.decode(body));
    let Err(error) = read(text.as_bytes()) else { return Ok(()) };
    if !error.to_string().starts_with("duplicate field") {
        return Err(error);
    }
    let unique = tree::parse(&text)?.without_repeated_names(Names::Exact);
    read(&serde_json::to_vec(&unique)?).or_else(|_| read(&serde_json::to_vec(&unique.without_repeated_names(Names::AnyCase))?))
}

/// The first two characters of JSON are ASCII, so a zero byte among the first two means UTF-16 (RFC 4627, section 3).
fn guess_utf16(body: &[u8]) -> Charset {
    match body {
        [0, first, ..] if *first != 0 => Charset::of_label("utf-16be"),
        [first, 0, ..] if *first != 0 => Charset::of_label("utf-16le"),
        _ => Charset::default(),
    }
}

/// A cheap check: also true where the backslash is escaped itself, in which case the repair changes nothing.
fn holds_escaped_nul(body: &[u8]) -> bool {
    body.contains(&b'\\') && body.windows(6).any(|window| window == b"\\u0000")
}

/// A text, also where a number or a boolean was sent for it; `null` is `None`. For `#[serde(deserialize_with)]`.
pub fn scalar_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    struct ScalarVisitor;
    impl<'de> Visitor<'de> for ScalarVisitor {
        type Value = Option<String>;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a text")
        }
        fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
            Ok(Some(value.to_string()))
        }
        fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
            Ok(Some(value.to_string()))
        }
        fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
            Ok(Some(value.to_string()))
        }
        fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
            Ok(Some(value.to_string()))
        }
        fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
            Ok(Some(text.to_owned()))
        }
        fn visit_string<E>(self, text: String) -> Result<Self::Value, E> {
            Ok(Some(text))
        }
        fn visit_unit<E>(self) -> Result<Self::Value, E> {
            Ok(None)
        }
        fn visit_none<E>(self) -> Result<Self::Value, E> {
            Ok(None)
        }
        fn visit_some<D: Deserializer<'de>>(self, inner: D) -> Result<Self::Value, D::Error> {
            inner.deserialize_any(self)
        }
    }
    deserializer.deserialize_any(ScalarVisitor)
}

/// The same with an empty text for `null`.
pub fn scalar_text_or_empty<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    scalar_text(deserializer).map(Option::unwrap_or_default)
}

/// Reads structs from objects only, and their fields by names in any case, at every level.
struct Lenient<D>(D);

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Lenient<D> {
    type Error = D::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_any(Nested { visitor, fields: &[] })
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.0.deserialize_struct(name, fields, Nested { visitor, fields })
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_map(Nested { visitor, fields: &[] })
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_seq(Nested { visitor, fields: &[] })
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, length: usize, visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_tuple(length, Nested { visitor, fields: &[] })
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value, D::Error> {
        if name == RAW_VALUE { self.0.deserialize_newtype_struct(name, visitor) } else { visitor.visit_newtype_struct(self) }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_option(Nested { visitor, fields: &[] })
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.0.deserialize_enum(name, variants, visitor)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_ignored_any(visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct
        tuple_struct identifier
    }
}

/// A visitor whose lists and objects are read leniently. `fields` are those of a struct, empty for anything else.
struct Nested<V> {
    visitor: V,
    fields: &'static [&'static str],
}

macro_rules! forward {
    ($($method:ident($kind:ty)),*) => {
        $(fn $method<E: serde::de::Error>(self, value: $kind) -> Result<V::Value, E> {
            self.visitor.$method(value)
        })*
    };
}

impl<'de, V: Visitor<'de>> Visitor<'de> for Nested<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.visitor.expecting(f)
    }

    forward! {
        visit_bool(bool), visit_i64(i64), visit_u64(u64), visit_f64(f64), visit_str(&str), visit_borrowed_str(&'de str),
        visit_string(String), visit_bytes(&[u8]), visit_byte_buf(Vec<u8>)
    }

    fn visit_none<E: serde::de::Error>(self) -> Result<V::Value, E> {
        self.visitor.visit_none()
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<V::Value, E> {
        self.visitor.visit_unit()
    }

    fn visit_some<D: Deserializer<'de>>(self, inner: D) -> Result<V::Value, D::Error> {
        self.visitor.visit_some(Lenient(inner))
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, inner: D) -> Result<V::Value, D::Error> {
        self.visitor.visit_newtype_struct(Lenient(inner))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, access: A) -> Result<V::Value, A::Error> {
        if !self.fields.is_empty() {
            return Err(serde::de::Error::invalid_type(Unexpected::Seq, &self));
        }
        self.visitor.visit_seq(LenientAccess { access, fields: &[] })
    }

    fn visit_map<A: MapAccess<'de>>(self, access: A) -> Result<V::Value, A::Error> {
        self.visitor.visit_map(LenientAccess { access, fields: self.fields })
    }

    fn visit_enum<A: EnumAccess<'de>>(self, access: A) -> Result<V::Value, A::Error> {
        self.visitor.visit_enum(access)
    }
}

struct LenientAccess<A> {
    access: A,
    fields: &'static [&'static str],
}

impl<'de, A: SeqAccess<'de>> SeqAccess<'de> for LenientAccess<A> {
    type Error = A::Error;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, A::Error> {
        self.access.next_element_seed(LenientSeed(seed))
    }

    fn size_hint(&self) -> Option<usize> {
        self.access.size_hint()
    }
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for LenientAccess<A> {
    type Error = A::Error;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, A::Error> {
        if self.fields.is_empty() {
            return self.access.next_key_seed(seed);
        }
        self.access.next_key_seed(FieldName { seed, fields: self.fields })
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, A::Error> {
        self.access.next_value_seed(LenientSeed(seed))
    }

    fn size_hint(&self) -> Option<usize> {
        self.access.size_hint()
    }
}

struct LenientSeed<S>(S);

impl<'de, S: DeserializeSeed<'de>> DeserializeSeed<'de> for LenientSeed<S> {
    type Value = S::Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<S::Value, D::Error> {
        self.0.deserialize(Lenient(deserializer))
    }
}

/// Passes the name of the field that a key means.
struct FieldName<S> {
    seed: S,
    fields: &'static [&'static str],
}

impl<'de, S: DeserializeSeed<'de>> DeserializeSeed<'de> for FieldName<S> {
    type Value = S::Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<S::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de, S: DeserializeSeed<'de>> Visitor<'de> for FieldName<S> {
    type Value = S::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a field")
    }

    fn visit_str<E: serde::de::Error>(self, key: &str) -> Result<S::Value, E> {
        let exact = self.fields.iter().find(|field| **field == key);
        let field = exact.or_else(|| self.fields.iter().find(|field| field.eq_ignore_ascii_case(key)));
        self.seed.deserialize(field.copied().unwrap_or(key).into_deserializer())
    }
}

#[cfg(test)]
mod tests;
