//! The hashtags of a message, as they are stored with its post.

use guildhall_markup::Message;
use guildhall_model::post::HASHTAGS_CHARS_MAX;

/// The distinct hashtags with their `#`, space-separated, in order of occurrence. Further ones are left out.
pub(super) fn hashtags_in(message: &str) -> String {
    if !message.contains('#') {
        return String::new();
    }
    let mut tags = String::new();
    let mut chars = 0;
    for tag in Message::parse(message).hashtags() {
        chars += tag.chars().count() + 1;
        if chars > HASHTAGS_CHARS_MAX {
            break;
        }
        if !tags.is_empty() {
            tags.push(' ');
        }
        tags.push_str(&tag);
    }
    tags
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashtags_are_joined_within_a_limit() {
        assert_eq!(hashtags_in("#one, #two. `#code` #one"), "#one #two");
        assert_eq!(hashtags_in("none"), "");
        let many = (0..1000).map(|n| format!("#tag{n}")).collect::<Vec<_>>().join(" ");
        let tags = hashtags_in(&many);
        assert!(tags.chars().count() <= HASHTAGS_CHARS_MAX && tags.starts_with("#tag0 #tag1 "));
    }
}
