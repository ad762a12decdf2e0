//! Search tokens of texts: segmented and folded here, and encoded so that the databases' own rules for words, stop words
//! and minimum lengths do not change them.

use std::fmt::Write as _;

use guildhall_model::id::ChannelId;
use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;

/// MySQL does not index words of more than 84 characters.
const TOKEN_BYTES_MAX: usize = 80;
/// Two letters, so that no token is too short for MySQL, and part of no stop word.
const WORD: &str = "xx";
const HASHTAG: &str = "xh";
const CHANNEL: &str = "xq";

/// A word in the form in which it is indexed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Token(pub(super) String);

/// The tokens of a text, in order. Runs of scripts without spaces between words become pairs of characters and the last
/// character alone: any part of such a run is then found by its pairs, and a single character by prefix.
pub fn tokenize(text: &str) -> Vec<Token> {
    let mut found = Vec::new();
    for word in words(&fold(text)) {
        match word {
            Word::Spaced(word) => found.push(token(WORD, word)),
            Word::Run(run) => {
                found.extend(pairs(run));
                found.extend(run.chars().next_back().map(|last| token(WORD, last.encode_utf8(&mut [0; 4]))));
            }
        }
    }
    found
}

/// The tokens of a query. If it ends in a run, the run may be part of a longer one in the post. The second value is
/// `true` where the last token is only the prefix of a word.
pub fn query_tokens(text: &str) -> (Vec<Token>, bool) {
    let mut found = tokenize(text);
    let folded = fold(text);
    let last_run = match words(&folded).pop() {
        Some(Word::Run(run)) => run.chars().count(),
        _ => return (found, false),
    };
    if last_run > 1 {
        found.pop();
    }
    (found, last_run == 1)
}

/// A hashtag (with or without its `#`) as one token.
pub fn hashtag(tag: &str) -> Token {
    token(HASHTAG, &fold(tag.trim_start_matches('#')))
}

/// The token that every post of the channel has.
pub fn channel(id: ChannelId) -> Token {
    Token(format!("{CHANNEL}{id}"))
}

/// The tokens in the form in which they are indexed.
pub(super) fn join(tokens: &[Token]) -> String {
    let mut text = String::with_capacity(tokens.len() * 8);
    for token in tokens {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(&token.0);
    }
    text
}

enum Word<'a> {
    Spaced(&'a str),
    Run(&'a str),
}

fn words(folded: &str) -> Vec<Word<'_>> {
    let mut found = Vec::new();
    let mut rest = folded;
    while let Some(first) = rest.chars().next() {
        let unspaced = is_unspaced(first);
        let end = rest.find(|c| is_unspaced(c) != unspaced).unwrap_or(rest.len());
        let (piece, after) = rest.split_at(end);
        rest = after;
        if unspaced {
            found.push(Word::Run(piece));
        } else {
            let parts = piece.unicode_words().flat_map(|word| word.split(is_separator));
            found.extend(parts.filter(|part| !part.is_empty()).map(Word::Spaced));
        }
    }
    found
}

/// Separators that Unicode's segmentation leaves within words: apostrophes, dots, and a space with a combining mark.
fn is_separator(c: char) -> bool {
    c.is_ascii_punctuation() || c.is_whitespace() || c == '’'
}

fn pairs(run: &str) -> impl Iterator<Item = Token> + '_ {
    let starts = run.char_indices().map(|(at, _)| at);
    let ends = run.char_indices().map(|(at, c)| at + c.len_utf8()).skip(1);
    starts.zip(ends).filter_map(|(start, end)| run.get(start..end)).map(|pair| token(WORD, pair))
}

/// Letters of scripts that are written without spaces between words.
fn is_unspaced(c: char) -> bool {
    matches!(u32::from(c),
        0x0E01..=0x0EDF // Thai, Lao
        | 0x1000..=0x109F | 0x1780..=0x17D3 // Myanmar, Khmer
        | 0x1100..=0x11FF | 0x3130..=0x318F | 0xA960..=0xA97F | 0xAC00..=0xD7FF // Hangul
        | 0x2E80..=0x2FDF | 0x3005..=0x3007 | 0x3021..=0x3029 | 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xF900..=0xFAFF // Han
        | 0x3041..=0x309F | 0x30A1..=0x30FA | 0x30FC..=0x30FF | 0x31F0..=0x31FF // Kana
        | 0x20000..=0x3FFFF)
}

/// Lower case, one form for characters that look alike (full width, ligatures), and no accents on letters.
fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let plain = text.nfkd().filter(|c| !matches!(*c, '\u{300}'..='\u{36f}')).collect::<String>();
    plain.to_lowercase().nfc().collect()
}

/// ASCII letters and digits only: `z` is `zz`, what is not ASCII is `z` and four digits to the base of 36. The code is
/// prefix-free, so that the prefix of a word is the prefix of its token.
fn token(mark: &str, word: &str) -> Token {
    let mut out = String::with_capacity(mark.len() + word.len());
    out.push_str(mark);
    for c in word.chars() {
        let start = out.len();
        match c {
            'z' => out.push_str("zz"),
            'a'..='y' | '0'..='9' => out.push(c),
            _ => {
                out.push('z');
                let code = u32::from(c);
                for place in [46_656, 1_296, 36, 1] {
                    let _ = write!(out, "{}", char::from_digit(code / place % 36, 36).unwrap_or('0'));
                }
            }
        }
        if out.len() > TOKEN_BYTES_MAX {
            out.truncate(start);
            break;
        }
    }
    Token(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<String> {
        tokenize(text).into_iter().map(|t| decode(&t.0)).collect()
    }

    fn decode(token: &str) -> String {
        let mut out = String::new();
        let mut rest = &token[2..];
        while let Some(c) = rest.chars().next() {
            rest = &rest[1..];
            if c != 'z' {
                out.push(c);
            } else if let Some(after) = rest.strip_prefix('z') {
                out.push('z');
                rest = after;
            } else {
                out.push(char::from_u32(u32::from_str_radix(&rest[..4], 36).unwrap()).unwrap());
                rest = &rest[4..];
            }
        }
        out
    }

    #[test]
    fn texts_are_split_into_words() {
        for (text, words) in [
            ("Hello, World! zoo", "hello world zoo"),
            ("Café ÉCOLE naïve Straße", "cafe ecole naive straße"),
            ("don't v1.2 foo_bar-baz", "don t v1 2 foo bar baz"),
            ("Привет, ёлка", "привет елка"),
            ("ＡＢＣ１２３", "abc123"),
            ("हिन्दी में", "हिन्दी में"),
            ("日本語 text", "日本 本語 語 text"),
            ("見る", "見る る"),
            ("字", "字"),
            ("한국어", "한국 국어 어"),
            ("", ""),
            ("👍 :+1: ...", "1"),
        ] {
            assert_eq!(read(text).join(" "), words, "{text}");
        }
    }

    #[test]
    fn a_part_of_a_run_is_searched_by_its_pairs() {
        let whole = tokenize("私は日本語を話します");
        let (piece, is_prefix) = query_tokens("日本語");
        assert!(!is_prefix && whole.windows(piece.len()).any(|window| window == piece));
        let (single, is_prefix) = query_tokens("す");
        assert!(is_prefix && whole.iter().any(|t| t.0.starts_with(&single[0].0)));
    }

    #[test]
    fn tokens_of_any_text_are_short_and_ascii() {
        let long = "ä".repeat(500) + &"z".repeat(500) + " \u{10ffff}𠮷野家 ﷺ \u{0}\u{301}";
        for token in tokenize(&long) {
            assert!(token.0.len() <= TOKEN_BYTES_MAX && token.0.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()), "{token:?}");
        }
    }

    #[test]
    fn the_prefix_of_a_word_is_the_prefix_of_its_token() {
        for (word, prefix) in [("pizza", "piz"), ("привет", "при"), ("zebra", "z")] {
            assert!(token(WORD, word).0.starts_with(&token(WORD, prefix).0));
        }
        assert!(!token(WORD, "añb").0.starts_with(&token(WORD, "az").0));
    }

    proptest::proptest! {
        /// A piece of a text is found in it, and no token is more than the databases take.
        #[test]
        fn every_text_has_plain_tokens(before in "\\PC{0,12}", text in "\\PC{0,12}", after in "\\PC{0,12}") {
            let whole = tokenize(&format!("{before} {text} {after}"));
            proptest::prop_assert!(whole.iter().all(|t| t.0.len() <= TOKEN_BYTES_MAX && t.0.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())));
            let (piece, begins) = query_tokens(&text);
            let (last, first) = piece.split_last().map_or((None, &[][..]), |(last, first)| (Some(last), first));
            let fits = |window: &[Token]| match (window.split_last(), last) {
                (Some((end, start)), Some(last)) => start == first && (end == last || begins && end.0.starts_with(&last.0)),
                _ => false,
            };
            proptest::prop_assert!(piece.is_empty() || whole.windows(piece.len()).any(fits), "{piece:?} in {whole:?}");
        }
    }
}
