//! JSON as a tree that keeps repeated names in their order, to remove all but the last.

use std::collections::HashMap;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, Serializer};
use serde_json::Value;

pub(super) enum Tree {
    /// Anything but a list and an object.
    Leaf(Value),
    List(Vec<Self>),
    Object(Vec<(String, Self)>),
}

pub(super) fn parse(text: &str) -> serde_json::Result<Tree> {
    serde_json::from_str(text)
}

/// How names are compared.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Names {
    Exact,
    AnyCase,
}

impl Tree {
    /// In every object, only the last of the members whose names are the same.
    pub(super) fn without_repeated_names(self, names: Names) -> Self {
        match self {
            Self::Leaf(value) => Self::Leaf(value),
            Self::List(items) => Self::List(items.into_iter().map(|item| item.without_repeated_names(names)).collect()),
            Self::Object(members) => {
                let key = |name: &str| if names == Names::Exact { name.to_owned() } else { name.to_ascii_lowercase() };
                let last: HashMap<String, usize> = members.iter().enumerate().map(|(at, (name, _))| (key(name), at)).collect();
                let kept = members.into_iter().enumerate().filter(|(at, (name, _))| last.get(&key(name)) == Some(at));
                Self::Object(kept.map(|(_, (name, value))| (name, value.without_repeated_names(names))).collect())
            }
        }
    }
}

impl<'de> Deserialize<'de> for Tree {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TreeVisitor)
    }
}

struct TreeVisitor;

impl<'de> Visitor<'de> for TreeVisitor {
    type Value = Tree;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Tree, E> {
        Ok(Tree::Leaf(value.into()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Tree, E> {
        Ok(Tree::Leaf(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Tree, E> {
        Ok(Tree::Leaf(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Tree, E> {
        Ok(Tree::Leaf(value.into()))
    }

    fn visit_str<E>(self, text: &str) -> Result<Tree, E> {
        Ok(Tree::Leaf(text.into()))
    }

    fn visit_unit<E>(self) -> Result<Tree, E> {
        Ok(Tree::Leaf(Value::Null))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Tree, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = access.next_element()? {
            items.push(item);
        }
        Ok(Tree::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Tree, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = access.next_entry()? {
            members.push(member);
        }
        Ok(Tree::Object(members))
    }
}

impl Serialize for Tree {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Leaf(value) => value.serialize(serializer),
            Self::List(items) => serializer.collect_seq(items),
            Self::Object(members) => serializer.collect_map(members.iter().map(|(name, value)| (name, value))),
        }
    }
}
