//! Fields that are `null`: Go's clients send all fields that they know, and `null` for those without a value. They are read as if they were
//! not there. Within maps, such as the properties of a post, `null` is a value and stays.

use serde::de::value::{MapDeserializer, SeqDeserializer};
use serde::de::{Deserializer, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;
use serde_json::{Map, Value};

use super::RAW_VALUE;

/// A cheap check: also true where a text says so.
pub(super) fn may_have(body: &[u8]) -> bool {
    body.windows(4).any(|window| window == b"null")
}

/// Without the fields of the outermost object that are `null`, and those of structs below it.
pub(super) fn parse(body: &[u8]) -> serde_json::Result<Given> {
    let value = match serde_json::from_slice(body)? {
        Value::Object(fields) => Value::Object(given(fields)),
        other => other,
    };
    Ok(Given(value))
}

fn given(fields: Map<String, Value>) -> Map<String, Value> {
    fields.into_iter().filter(|(_, value)| !value.is_null()).collect()
}

/// A value whose structs are read without the fields that are `null`.
pub(super) struct Given(Value);

impl<'de> IntoDeserializer<'de, serde_json::Error> for Given {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Deserializer<'de> for Given {
    type Error = serde_json::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        match self.0 {
            Value::Object(members) => visitor.visit_map(MapDeserializer::new(members.into_iter().map(|(name, value)| (name, Self(value))))),
            Value::Array(values) => visitor.visit_seq(SeqDeserializer::new(values.into_iter().map(Self))),
            other => other.deserialize_any(visitor),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(self, _: &'static str, _: &'static [&'static str], visitor: V) -> Result<V::Value, Self::Error> {
        match self.0 {
            Value::Object(fields) => Self(Value::Object(given(fields))).deserialize_any(visitor),
            other => Self(other).deserialize_any(visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        if self.0.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value, Self::Error> {
        if name == RAW_VALUE { self.0.deserialize_newtype_struct(name, visitor) } else { visitor.visit_newtype_struct(self) }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        self.0.deserialize_enum(name, variants, visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map identifier ignored_any
    }
}
