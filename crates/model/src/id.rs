//! Identifiers: 16 bytes in memory, 26 characters of Mattermost's base32 on the wire, one newtype for each entity.

use std::fmt;
use std::str::FromStr;

/// The base32 alphabet of ids and tokens.
pub const ALPHABET: &[u8; 32] = b"ybndrfg8ejkmcpqxot1uwisza345h769";
/// Length of an id on the wire.
pub const ID_CHARS: usize = 26;
/// Well-formed ids that Guildhall cannot have issued decode to this value, which identifies nothing.
const UNKNOWN_ID: [u8; 16] = [0xff; 16];

const fn reverse_alphabet() -> [u8; 256] {
    let mut table = [0xff_u8; 256];
    let mut index = 0;
    while index < 32 {
        table[ALPHABET[index] as usize] = index as u8;
        index += 1;
    }
    table
}
static REVERSE: [u8; 256] = reverse_alphabet();

/// Encodes 16 bytes as 26 characters.
pub fn encode(bytes: &[u8; 16]) -> [u8; ID_CHARS] {
    let number = u128::from_be_bytes(*bytes);
    let mut out = [0_u8; ID_CHARS];
    for (index, slot) in out.iter_mut().enumerate().take(25) {
        *slot = ALPHABET[((number >> (123 - 5 * index)) & 31) as usize];
    }
    // 128 bits are 25 full characters and three bits, the high bits of the last one.
    out[25] = ALPHABET[((number & 7) << 2) as usize];
    out
}

/// Decodes 26 characters to 16 bytes; `None` if the text is not 26 lower-case letters and digits.
/// Text of that form that uses other characters than the alphabet's decodes to an id that identifies nothing.
pub fn decode(text: &str) -> Option<[u8; 16]> {
    let chars = text.as_bytes();
    if chars.len() != ID_CHARS || !chars.iter().all(|c| c.is_ascii_digit() || c.is_ascii_lowercase()) {
        return None;
    }
    let mut number: u128 = 0;
    for &c in &chars[..25] {
        let value = REVERSE[c as usize];
        if value == 0xff {
            return Some(UNKNOWN_ID);
        }
        number = number << 5 | u128::from(value);
    }
    let last = REVERSE[chars[25] as usize];
    if last == 0xff || last & 3 != 0 {
        return Some(UNKNOWN_ID);
    }
    Some((number << 3 | u128::from(last >> 2)).to_be_bytes())
}

/// The text is not a well-formed id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an id")]
pub struct BadId;

/// Implemented by every id newtype, for generic code (storage, id source).
pub trait Id: Copy + Eq + std::hash::Hash + fmt::Display + Send + Sync + 'static {
    fn from_bytes(bytes: [u8; 16]) -> Self;
    fn bytes(&self) -> &[u8; 16];
}

/// What a channel or team adds to the digest of a person's memberships: lists of rooms are compared by their sums. A room counts
/// 256 and the last byte of its id, which is random: another number of rooms is always noticed, others of the same number nearly so.
pub fn membership_digest(room: &impl Id) -> i64 {
    let [.., last] = *room.bytes();
    256 + i64::from(last)
}

macro_rules! id_types {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; 16]);

        impl $name {
            pub const fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(bytes)
            }
            pub const fn bytes(&self) -> &[u8; 16] {
                &self.0
            }
        }
        impl Id for $name {
            fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(bytes)
            }
            fn bytes(&self) -> &[u8; 16] {
                &self.0
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let text = encode(&self.0);
                f.pad(std::str::from_utf8(&text).unwrap_or_default())
            }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }
        impl FromStr for $name {
            type Err = BadId;
            fn from_str(text: &str) -> Result<Self, BadId> {
                decode(text).map(Self).ok_or(BadId)
            }
        }
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    )+};
}

/// Calls a macro with the list of all id types, for code that implements something for each of them.
#[macro_export]
macro_rules! for_each_id_type {
    ($callback:ident) => {
        $callback! {
            UserId, SessionId, TeamId, ChannelId, PostId, FileId, UploadId, EmojiId, RoleId, CategoryId, InviteId,
            IncomingWebhookId, OutgoingWebhookId, CommandId, AccessTokenId, OAuthAppId, AuditId, ConnectionId, RequestId, JobId,
            DeliveryId, TargetId, NodeId, BackupTargetId, InvitationId, GroupId, TermsOfServiceId, PropertyId,
            MagicLinkCodeId, PasskeyId, PasskeyCeremonyId, SecurityAlertId, DataExportId, ChannelTemplateId, ProjectId,
            SchemeId, GroupLinkId, OAuthGrantId, ActionId, TriggerId, ScheduledPostId, ChannelBookmarkId, IntegrationCallId,
        }
    };
}
for_each_id_type!(id_types);

/// Generates ids that are time-ordered and unique.
pub trait IdSource: Send + Sync {
    fn next_bytes(&self) -> [u8; 16];
}

impl dyn IdSource + '_ {
    pub fn next<T: Id>(&self) -> T {
        T::from_bytes(self.next_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mattermost_ids_round_trip() {
        for text in ["woirew37qb8mppy1dd9p3oowma", "cwthgt1mntfemeumraxdpwzdne", "5bkgjct4cf8qfe3sfzt5i9sx1r"] {
            let id: UserId = text.parse().unwrap();
            assert_eq!(id.to_string(), text);
        }
    }

    #[test]
    fn a_foreign_id_identifies_nothing_and_a_malformed_one_is_rejected() {
        let foreign: PostId = "absentabsentabsentabsent00".parse().unwrap();
        assert_eq!(foreign.bytes(), &UNKNOWN_ID);
        for text in ["", "me", "UPPERCASEUPPERCASEUPPERCAS", "woirew37qb8mppy1dd9p3oowm", "woirew37qb8mppy1dd9p3oowmaa"] {
            assert_eq!(text.parse::<PostId>(), Err(BadId));
        }
    }

    #[test]
    fn bytes_round_trip() {
        for seed in 0..=255_u8 {
            let bytes = std::array::from_fn(|i| seed.wrapping_mul(31).wrapping_add(i as u8 * 17));
            let text = encode(&bytes);
            assert_eq!(decode(std::str::from_utf8(&text).unwrap()), Some(bytes));
        }
    }
}
