//! Small types that many requests and responses share.

use std::fmt;

use guildhall_model::id::UserId;
use serde::de::{Deserializer, Visitor};
use serde::{Deserialize, Serialize};

/// `{"status": "OK"}`.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct StatusOk {
    pub status: &'static str,
}

pub const OK: StatusOk = StatusOk { status: "OK" };

/// A user in a URL: `me` or an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UserRef {
    Me,
    Id(UserId),
}

impl UserRef {
    pub const fn resolve(self, me: UserId) -> UserId {
        match self {
            Self::Me => me,
            Self::Id(id) => id,
        }
    }
}

impl<'de> Deserialize<'de> for UserRef {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct UserRefVisitor;
        impl Visitor<'_> for UserRefVisitor {
            type Value = UserRef;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("\"me\" or an id")
            }
            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<UserRef, E> {
                if text == "me" {
                    return Ok(UserRef::Me);
                }
                text.parse().map(UserRef::Id).map_err(E::custom)
            }
        }
        deserializer.deserialize_str(UserRefVisitor)
    }
}

pub const PER_PAGE_DEFAULT: i64 = 60;
pub const PER_PAGE_MAX: i64 = 200;

/// `?page=&per_page=`: missing, malformed and out-of-range values are replaced by defaults or limits, as clients expect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    pub page: i64,
    pub per_page: i64,
}

impl Page {
    pub const fn offset(self) -> i64 {
        self.page.saturating_mul(self.per_page)
    }
}

impl<'de> Deserialize<'de> for Page {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        RawPage::deserialize(deserializer).map(Into::into)
    }
}

#[derive(Deserialize)]
struct RawPage {
    page: Option<String>,
    per_page: Option<String>,
}

impl From<RawPage> for Page {
    fn from(raw: RawPage) -> Self {
        let number = |text: Option<String>| text.and_then(|text| text.parse::<i64>().ok()).filter(|n| *n >= 0);
        Self {
            page: number(raw.page).unwrap_or(0).min(1_000_000),
            per_page: number(raw.per_page).unwrap_or(PER_PAGE_DEFAULT).min(PER_PAGE_MAX),
        }
    }
}

/// A page of a list, or all of it: `page=-1`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PageOrAll {
    Page(Page),
    All,
}

impl<'de> Deserialize<'de> for PageOrAll {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = RawPage::deserialize(deserializer)?;
        Ok(if raw.page.as_deref() == Some("-1") { Self::All } else { Self::Page(raw.into()) })
    }
}

/// An optional id as text: `None` is `""` on the wire.
pub fn opt_id<T: fmt::Display>(id: Option<T>) -> String {
    id.map(|id| id.to_string()).unwrap_or_default()
}

/// Reads `""` and `null` as `None`: `#[serde(default, deserialize_with = "common::empty_is_none")]`.
pub fn empty_is_none<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: std::str::FromStr,
    T::Err: fmt::Display,
{
    match Option::<String>::deserialize(deserializer)? {
        None => Ok(None),
        Some(text) if text.is_empty() => Ok(None),
        Some(text) => text.parse().map(Some).map_err(serde::de::Error::custom),
    }
}
