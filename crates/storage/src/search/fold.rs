//! Folding: what readers take for the same word is the same text. Never fails, and folding twice changes nothing.

use unicode_normalization::UnicodeNormalization;

/// Lower case, one form for characters that look alike (full width, ligatures), and no marks that writers leave out: accents,
/// vowel points of Arabic and Hebrew, elongation, and characters that are not visible.
pub(super) fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut folded = String::with_capacity(text.len());
    for c in text.nfkd().filter(|c| !is_left_out(*c)).flat_map(char::to_lowercase) {
        match replacement(c) {
            Some(letters) => folded.push_str(letters),
            None => folded.push(c),
        }
    }
    folded.nfc().filter(|c| !is_left_out(*c)).collect()
}

/// Letters that are not composed of a letter and a mark, and that other keyboards write in another way.
const fn replacement(c: char) -> Option<&'static str> {
    Some(match c {
        'ß' => "ss",
        'ς' => "σ",
        'ı' => "i",
        'æ' => "ae",
        'œ' => "oe",
        'ø' => "o",
        'ł' => "l",
        'đ' | 'ð' => "d",
        'ħ' => "h",
        'þ' => "th",
        _ => return None,
    })
}

/// Marks of scripts that are also written without them, and invisible characters. Marks that are vowels or tones (of Indic
/// scripts, of Thai) stay.
fn is_left_out(c: char) -> bool {
    matches!(u32::from(c),
        0x0300..=0x036F | 0x0483..=0x0489 | 0x1AB0..=0x1AFF | 0x1DC0..=0x1DFF | 0x20D0..=0x20FF | 0xFE20..=0xFE2F // Latin, Cyrillic
        | 0x0591..=0x05BD | 0x05BF | 0x05C1 | 0x05C2 | 0x05C4 | 0x05C5 | 0x05C7 // Hebrew
        | 0x0610..=0x061A | 0x0640 | 0x064B..=0x065F | 0x0670 | 0x06D6..=0x06DC | 0x06DF..=0x06E4 | 0x06E7 | 0x06E8
        | 0x06EA..=0x06ED | 0x08D3..=0x08FF // Arabic
        | 0x0711 | 0x0730..=0x074A // Syriac
        | 0x00AD | 0x061C | 0x180B..=0x180E | 0x200B..=0x200F | 0x202A..=0x202E | 0x2060..=0x2064 | 0x2066..=0x206F
        | 0xFE00..=0xFE0F | 0xFEFF | 0xE0000..=0xE01EF) // invisible
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_readers_take_for_the_same_is_the_same() {
        for (one, other) in [
            ("Straße", "STRASSE"),
            ("ẞ", "ss"),
            ("ΟΔΟΣ", "οδος"),
            ("Ὀδυσσεύς", "οδυσσευσ"),
            ("İSTANBUL", "istanbul"),
            ("ıspanak", "ISPANAK"),
            ("Łódź", "lodz"),
            ("Smørrebrød", "smorrebrod"),
            ("Æther œuvre", "aether oeuvre"),
            ("مُحَمَّد", "محمد"),
            ("مـــحمد", "محمد"),
            ("أحمد", "احمد"),
            ("שָׁלוֹם", "שלום"),
            ("ёлка", "елка"),
            ("ＡＢＣ１２３", "abc123"),
            ("ﬁn", "fin"),
            ("soft\u{ad}hyphen", "softhyphen"),
            ("می\u{200c}خواهم", "میخواهم"),
            ("e\u{301}cole", "école"),
        ] {
            assert_eq!(fold(one), fold(other), "{one}");
        }
        for (one, other) in [("हिन्दी", "हनद"), ("ก่า", "กา"), ("が", "か"), ("한국", "하국")] {
            assert_ne!(fold(one), fold(other), "{one}");
        }
    }

    proptest::proptest! {
        #[test]
        fn folding_twice_changes_nothing(text in "\\PC{0,24}") {
            let once = fold(&text);
            proptest::prop_assert_eq!(fold(&once), once);
        }
    }
}
