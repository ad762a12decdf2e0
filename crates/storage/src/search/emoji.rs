//! Emoji in texts: as characters and as `:names:`, which are the same for a search.

use guildhall_model::emoji;
use unicode_segmentation::UnicodeSegmentation;

const SKIN_TONES: std::ops::RangeInclusive<char> = '\u{1f3fb}'..='\u{1f3ff}';

pub(super) enum Piece<'a> {
    Text(&'a str),
    /// Without skin tones and variation selectors.
    Emoji(String),
}

/// The text, split at its emoji.
pub(super) fn split(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut start = 0;
    for (at, name) in named(text) {
        let Some(characters) = emoji::characters(name) else { continue };
        split_characters(text.get(start..at).unwrap_or_default(), &mut pieces);
        pieces.push(Piece::Emoji(plain(characters)));
        start = at + name.len() + 2;
    }
    split_characters(text.get(start..).unwrap_or_default(), &mut pieces);
    pieces
}

/// The names of emoji that the text contains as `:name:`, without skin tones.
pub(super) fn names(text: &str) -> impl Iterator<Item = &str> {
    named(text).into_iter().map(|(_, name)| emoji::without_skin_tones(name))
}

/// Every `:name:` of the text, with the position of its first colon. None overlap.
fn named(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(offset) = text.get(from..).and_then(|rest| rest.find(':')) {
        let at = from + offset;
        from = at + 1;
        let Some((name, _)) = text.get(from..).and_then(|rest| rest.split_once(':')) else { break };
        if emoji::is_valid_name(name) && emoji::characters(name).is_some() {
            found.push((at, name));
            from += name.len() + 1;
        }
    }
    found
}

fn split_characters<'a>(text: &'a str, pieces: &mut Vec<Piece<'a>>) {
    if text.is_empty() {
        return;
    }
    if !text.contains(is_pictograph) {
        return pieces.push(Piece::Text(text));
    }
    let mut start = 0;
    for (at, cluster) in text.grapheme_indices(true) {
        if cluster.contains(is_pictograph) {
            if start < at {
                pieces.extend(text.get(start..at).map(Piece::Text));
            }
            pieces.push(Piece::Emoji(plain(cluster)));
            start = at + cluster.len();
        }
    }
    if start < text.len() {
        pieces.extend(text.get(start..).map(Piece::Text));
    }
}

/// A space is no part of it where a sign follows that combines with what is before: a lone keycap or skin tone.
fn plain(emoji: &str) -> String {
    let is_left_out = |c: char| c.is_whitespace() || SKIN_TONES.contains(&c) || ('\u{fe00}'..='\u{fe0f}').contains(&c);
    emoji.chars().filter(|c| !is_left_out(*c)).collect()
}

/// Characters that are pictures, not letters: those of which emoji consist.
fn is_pictograph(c: char) -> bool {
    matches!(u32::from(c),
        0x203C | 0x2049 | 0x20E3 | 0x2122 | 0x2139 | 0x2194..=0x21AA | 0x231A..=0x23FF | 0x25AA..=0x25FE | 0x2600..=0x27BF
        | 0x2934 | 0x2935 | 0x2B05..=0x2B55 | 0x3030 | 0x303D | 0x3297 | 0x3299 | 0x1F000..=0x1FAFF)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<String> {
        let read = |piece| match piece {
            Piece::Text(text) => text.to_owned(),
            Piece::Emoji(emoji) => format!("<{emoji}>"),
        };
        split(text).into_iter().map(read).collect()
    }

    #[test]
    fn names_and_characters_are_the_same() {
        assert_eq!(read("done :tada:!"), ["done ", "<🎉>", "!"]);
        assert_eq!(read("done 🎉!"), ["done ", "<🎉>", "!"]);
        assert_eq!(read(":+1::+1_dark_skin_tone:👍🏽"), ["<👍>", "<👍>", "<👍>"]);
        assert_eq!(read("❤️ ❤"), ["<❤>", " ", "<❤>"]);
        assert_eq!(read("👨‍👩‍👧👨"), ["<👨‍👩‍👧>", "<👨>"]);
        assert_eq!(read("🇩🇪🇫🇷"), ["<🇩🇪>", "<🇫🇷>"]);
    }

    #[test]
    fn signs_that_combine_are_the_same_at_the_start_and_after_a_space() {
        for sign in ["\u{20e3}", "🏽"] {
            let alone = read(sign);
            assert_eq!(alone.len(), 1);
            assert_eq!(read(&format!(" {sign}")), alone, "{sign}");
            assert_eq!(read(&format!("word {sign} word")), ["word".to_owned(), alone[0].clone(), " word".to_owned()], "{sign}");
        }
        assert_eq!(read("1️⃣ #⃣"), ["<1⃣>", " ", "<#⃣>"]);
    }

    #[test]
    fn other_text_stays() {
        for text in ["at 10:30:45", ":no_such_emoji:", "::", "a:b", "日本語", "c++ :", "https://example.com:8080/a:b"] {
            assert_eq!(read(text), [text], "{text}");
        }
        assert!(read("").is_empty());
        assert_eq!(names("a :tada: :nothing: 🎉 :+1:").collect::<Vec<_>>(), ["tada", "+1"]);
        assert_eq!(names(":+1_dark_skin_tone: :handshake_light_skin_tone_dark_skin_tone:").collect::<Vec<_>>(), ["+1", "handshake"]);
    }

    proptest::proptest! {
        #[test]
        fn no_text_is_lost(text in "[a-z :🎉👍🏽é日]{0,24}") {
            let has_emoji = split(&text).iter().any(|piece| matches!(piece, Piece::Emoji(_)));
            proptest::prop_assert!(has_emoji || read(&text).concat() == text);
        }
    }
}
