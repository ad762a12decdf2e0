//! Which characters make up words, and which scripts have no spaces between words.

use unicode_normalization::char::is_combining_mark;

/// Whether the character continues a word: a letter, digit or combining mark of a script with spaces between words. A name
/// begins only where none stands before its sign: `x@bob` names nobody, but `日本@bob` does.
pub(crate) fn continues_word(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphanumeric();
    }
    (c.is_alphanumeric() || is_mark(c)) && !is_unspaced(c)
}

/// Whether the character belongs into a word of any script.
pub(crate) fn is_word_char(c: char) -> bool {
    c.is_alphanumeric() || !c.is_ascii() && is_mark(c)
}

/// Combining marks without those that only choose between the text and the picture of an emoji.
fn is_mark(c: char) -> bool {
    is_combining_mark(c) && !matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{20e3}' | '\u{e0100}'..='\u{e01ef}')
}

/// Characters of scripts that are written without spaces between words, or with particles attached to them. The search cuts
/// these into pairs.
pub fn is_unspaced(c: char) -> bool {
    matches!(u32::from(c),
        0x0E01..=0x0EDF // Thai, Lao
        | 0x1000..=0x109F | 0x1780..=0x17D3 // Myanmar, Khmer
        | 0x1100..=0x11FF | 0x3130..=0x318F | 0xA960..=0xA97F | 0xAC00..=0xD7FF // Hangul
        | 0x2E80..=0x2FDF | 0x3005..=0x3007 | 0x3021..=0x3029 | 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xF900..=0xFAFF // Han
        | 0x3041..=0x309F | 0x30A1..=0x30FA | 0x30FC..=0x30FF | 0x31F0..=0x31FF | 0xFF66..=0xFF9F // Kana
        | 0x20000..=0x3FFFF)
}

/// Punctuation of Chinese and Japanese, which ends an address.
pub(crate) fn is_cjk_punctuation(c: char) -> bool {
    matches!(c,
        '\u{3000}'..='\u{3004}' | '\u{3008}'..='\u{3020}' | '\u{3030}' | '\u{303d}'
        | '\u{ff01}'..='\u{ff0f}' | '\u{ff1a}'..='\u{ff20}' | '\u{ff3b}'..='\u{ff40}' | '\u{ff5b}'..='\u{ff65}')
}
