//! Conversion of the model's small types to and from a column.

use guildhall_model::channel::{CategoryKind, ChannelKind};
use guildhall_model::id::{ChannelId, FileId};
use guildhall_model::job::{JobStatus, JobType};
use guildhall_model::ports::TokenHash;
use guildhall_model::post::PriorityLevel;
use guildhall_model::scheme::SchemeScope;
use guildhall_model::team::TeamKind;
use guildhall_model::user::{Presence, Props};

use crate::{Column, DecodeError, Row, Value};

macro_rules! named {
    ($($type:ty),+ $(,)?) => {$(
        impl Column for $type {
            fn column(row: &Row<'_>, index: usize) -> Result<Self, DecodeError> {
                let name = row.str(index)?;
                <$type>::from_name(name).ok_or_else(|| DecodeError::new(index, format!("unknown {} {name:?}", stringify!($type))))
            }
        }
        impl From<$type> for Value {
            fn from(value: $type) -> Self {
                Self::Text(value.name().to_owned())
            }
        }
    )+};
}
named!(PriorityLevel, SchemeScope, TeamKind, ChannelKind, CategoryKind, Presence, JobStatus, JobType);

impl Column for TokenHash {
    fn column(row: &Row<'_>, index: usize) -> Result<Self, DecodeError> {
        let bytes = row.slice(index)?;
        bytes.try_into().map(Self::from_bytes).map_err(|_| DecodeError::new(index, "a hash of the wrong length"))
    }
}

impl From<TokenHash> for Value {
    fn from(hash: TokenHash) -> Self {
        Self::Bytes(hash.bytes().to_vec())
    }
}

/// Named texts are stored as a JSON object.
impl Column for Props {
    fn column(row: &Row<'_>, index: usize) -> Result<Self, DecodeError> {
        serde_json::from_str(row.str(index)?).map_err(|error| DecodeError::new(index, error))
    }
}

impl From<Props> for Value {
    fn from(props: Props) -> Self {
        // Texts under texts always serialise.
        Self::Text(serde_json::to_string(&props).unwrap_or_default())
    }
}

/// Lists of texts are stored as a JSON array.
impl Column for Vec<String> {
    fn column(row: &Row<'_>, index: usize) -> Result<Self, DecodeError> {
        serde_json::from_str(row.str(index)?).map_err(|error| DecodeError::new(index, error))
    }
}

impl From<Vec<String>> for Value {
    fn from(texts: Vec<String>) -> Self {
        Self::Text(serde_json::to_string(&texts).unwrap_or_default())
    }
}

/// Lists of ids are stored as text, 26 characters each, without separators.
macro_rules! id_lists {
    ($($id:ty),+ $(,)?) => {$(
        impl Column for Vec<$id> {
            fn column(row: &Row<'_>, index: usize) -> Result<Self, DecodeError> {
                let text = row.str(index)?;
                let ids = text.as_bytes().chunks(guildhall_model::id::ID_CHARS).map(|id| std::str::from_utf8(id).ok()?.parse().ok());
                ids.collect::<Option<_>>().ok_or_else(|| DecodeError::new(index, "not a list of ids"))
            }
        }

        impl From<Vec<$id>> for Value {
            fn from(ids: Vec<$id>) -> Self {
                Self::Text(ids.iter().map(ToString::to_string).collect())
            }
        }
    )+};
}
id_lists!(ChannelId, FileId);
