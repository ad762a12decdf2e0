//! What follows from the size of a message: its length in characters, and the size of a request with it.

use super::Posts;
use crate::post::PROPS_BYTES_MAX;

/// 4,096 characters. All clients of Mattermost can send 4,000.
pub(super) const MESSAGE_BYTES_MIN: i64 = 16 * 1024;
pub(super) const MESSAGE_BYTES_MAX: i64 = 1024 * 1024;
/// UTF-8 takes four bytes at most.
const CHAR_BYTES_MAX: usize = 4;
/// A character in JSON: a surrogate pair, each half as an escape such as `\ud83d`.
const ESCAPED_CHAR_BYTES_MAX: usize = 12;
/// A byte in JSON: an escape such as `\u0041`.
const ESCAPED_BYTE_BYTES_MAX: usize = 6;
/// The other fields of a post, such as ids.
const OTHER_FIELDS_BYTES: usize = 64 * 1024;
/// Integrations may rely on this, whatever the setting.
const INTEGRATION_RESPONSE_BYTES_MIN: usize = 1024 * 1024;

impl Posts {
    /// Maximum length of a message, in Unicode scalar values.
    pub const fn max_message_chars(&self) -> usize {
        self.max_message_bytes / CHAR_BYTES_MAX
    }

    /// The largest body of a request with a post. The longest message and the largest props fit, also where every character is
    /// escaped.
    pub const fn max_body_bytes(&self) -> usize {
        self.max_message_chars() * ESCAPED_CHAR_BYTES_MAX + PROPS_BYTES_MAX * ESCAPED_BYTE_BYTES_MAX + OTHER_FIELDS_BYTES
    }

    /// The largest response of a slash command or outgoing webhook, which may contain several messages.
    pub fn max_integration_response_bytes(&self) -> usize {
        self.max_body_bytes().max(INTEGRATION_RESPONSE_BYTES_MIN)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::settings::Settings;

    #[test]
    fn the_lengths_follow_from_the_setting() {
        let posts = |bytes: i64| Settings::default().with_value("posts.max_message_bytes", Value::from(bytes)).unwrap();
        assert_eq!(Settings::default().posts.max_message_chars(), 16_383);
        assert_eq!(posts(MESSAGE_BYTES_MAX).posts.max_message_chars(), 262_144);
        assert!(posts(MESSAGE_BYTES_MAX).posts.max_body_bytes() > 3 * 1024 * 1024 + 6 * PROPS_BYTES_MAX);
        for (bytes, is_valid) in
            [(MESSAGE_BYTES_MIN, true), (MESSAGE_BYTES_MAX, true), (MESSAGE_BYTES_MIN - 1, false), (MESSAGE_BYTES_MAX + 1, false)]
        {
            assert_eq!(posts(bytes).check().is_ok(), is_valid, "{bytes}");
        }
    }
}
