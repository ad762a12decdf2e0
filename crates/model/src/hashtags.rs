//! Hashtags in a message: `#` and a word of at least two characters that begins with a letter.

use crate::post::HASHTAGS_CHARS_MAX;

const WORD_CHARS_MIN: usize = 2;

/// The distinct hashtags of a text with their `#`, space-separated, in order of occurrence.
pub fn extract(text: &str) -> String {
    if !text.contains('#') {
        return String::new();
    }
    let mut tags: Vec<&str> = Vec::new();
    let mut chars = 0;
    for word in text.split_whitespace() {
        let Some(tag) = parse_word(word) else { continue };
        let length = tag.chars().count() + 1;
        if !tags.contains(&tag) && chars + length <= HASHTAGS_CHARS_MAX {
            chars += length;
            tags.push(tag);
        }
    }
    tags.join(" ")
}

/// The hashtag in a word, without surrounding punctuation and with one `#`; `None` if there is none.
pub fn parse_word(word: &str) -> Option<&str> {
    let word = word.trim_start_matches(|c: char| !c.is_alphanumeric() && c != '#');
    let inner = word.trim_start_matches('#');
    let start = (word.len() - inner.len()).checked_sub(1)?;
    let inner = inner.trim_end_matches(|c: char| !c.is_alphanumeric());
    let begins_with_letter = inner.chars().next().is_some_and(char::is_alphabetic);
    let is_word = inner.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'));
    let is_long_enough = inner.chars().count() >= WORD_CHARS_MIN;
    if begins_with_letter && is_word && is_long_enough { word.get(start..=start + inner.len()) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hashtag_is_a_hash_sign_and_a_word() {
        for (text, tags) in [
            ("Hello **world** #first", "#first"),
            ("#one, (#two) and #one again", "#one #two"),
            ("#1 #a # ## #123", ""),
            ("#föö-bar_2.5! #日本語", "#föö-bar_2.5 #日本語"),
            ("a#b http://x/#anchor", ""),
            ("##double #a&b", "#double"),
        ] {
            assert_eq!(extract(text), tags, "{text}");
        }
    }

    #[test]
    fn the_list_of_hashtags_is_bounded() {
        let many = (0..1000).map(|n| format!("#tag{n}")).collect::<Vec<_>>().join(" ");
        assert!(extract(&many).chars().count() <= HASHTAGS_CHARS_MAX);
    }
}
