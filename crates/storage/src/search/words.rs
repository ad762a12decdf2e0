//! Search tokens of texts: segmented and folded here, and encoded so that the databases' own rules for words, stop words
//! and minimum lengths do not change them.

use std::collections::HashSet;

use guildhall_markup::is_unspaced;
use guildhall_model::id::ChannelId;
use sha2::{Digest, Sha256};
use unicode_segmentation::UnicodeSegmentation;

use super::emoji::{self, Piece};
use super::fold::fold;

/// MySQL does not index words of more than 84 characters.
const TOKEN_BYTES_MAX: usize = 80;
/// Two letters, so that no token is too short for MySQL, and part of no stop word.
const WORD: &str = "xx";
/// A further part of a long word.
const PART: &str = "xp";
const EMOJI: &str = "xe";
const HASHTAG: &str = "xh";
const CHANNEL: &str = "xq";
/// Stands between two texts of a post, so that no phrase reaches from one to the other.
const BOUNDARY: &str = "xbb";
/// Ends a token that is continued by the next one. No code of a character begins with `zy`.
const CONTINUED: &str = "zyyyy";

/// A word in the form in which it is indexed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Token(pub(super) String);

/// The tokens of a text, in order. Runs of scripts without spaces between words become pairs of characters and the last
/// character alone: any part of such a run is then found by its pairs, and a single character by prefix. A word that is too
/// long for the databases becomes several tokens, and is found as a phrase.
pub fn tokenize(text: &str) -> Vec<Token> {
    let mut found = Vec::new();
    for word in words(text) {
        match word {
            Word::Spaced(word) => push_word(&mut found, WORD, &word),
            Word::Emoji(emoji) => push_word(&mut found, EMOJI, &emoji),
            Word::Run(run) => {
                pairs(&run).for_each(|pair| push_word(&mut found, WORD, pair));
                if let Some(last) = run.chars().next_back() {
                    push_word(&mut found, WORD, last.encode_utf8(&mut [0; 4]));
                }
            }
        }
    }
    found
}

/// The tokens of the texts of a post, at most about `bytes_max` bytes in PostgreSQL's index. The names of emoji are words as
/// well, behind the texts.
pub(super) fn index_tokens<'a>(texts: impl Iterator<Item = &'a str>, bytes_max: usize) -> Vec<Token> {
    let mut found: Vec<Token> = Vec::new();
    let mut names = Vec::new();
    for text in texts {
        names.extend(emoji::names(text));
        if !found.is_empty() {
            found.push(Token(BOUNDARY.to_owned()));
        }
        found.extend(tokenize(text));
    }
    found.truncate(fitting(&found, bytes_max));
    names.sort_unstable();
    names.dedup();
    for name in names {
        found.push(Token(BOUNDARY.to_owned()));
        found.extend(plain_words(name).into_iter().flat_map(|word| tokenize(&word)));
    }
    found
}

/// How many of the tokens fit into this many bytes of a tsvector: it has each word once, and two bytes for each place of it.
fn fitting(tokens: &[Token], bytes_max: usize) -> usize {
    const WORD_BYTES: usize = 4;
    const PLACE_BYTES: usize = 2;
    if tokens.iter().map(|token| token.0.len() + WORD_BYTES + PLACE_BYTES).sum::<usize>() <= bytes_max {
        return tokens.len();
    }
    let (mut seen, mut bytes) = (HashSet::new(), 0);
    for (at, token) in tokens.iter().enumerate() {
        bytes += PLACE_BYTES + if seen.insert(&token.0) { token.0.len() + WORD_BYTES } else { 0 };
        if bytes > bytes_max {
            return at;
        }
    }
    tokens.len()
}

/// The tokens of a query. If it ends in a run, the run may be part of a longer one in the post. The second value is
/// `true` where the last token is only the prefix of a word.
pub fn query_tokens(text: &str) -> (Vec<Token>, bool) {
    let mut found = tokenize(text);
    let last_run = match words(text).pop() {
        Some(Word::Run(run)) => run.chars().count(),
        _ => return (found, false),
    };
    if last_run > 1 {
        found.pop();
    }
    (found, last_run == 1)
}

/// A hashtag (with or without its `#`) as one token: of a long one the beginning, and a hash of the whole.
pub fn hashtag(tag: &str) -> Token {
    let tag = fold(tag.trim_start_matches('#'));
    let mut token = HASHTAG.to_owned();
    tag.chars().for_each(|c| push_code(&mut token, c));
    if token.len() > TOKEN_BYTES_MAX {
        let digest = Sha256::digest(tag.as_bytes());
        token.truncate(TOKEN_BYTES_MAX - 16);
        token.extend(digest.iter().take(8).map(|byte| format!("{byte:02x}")));
    }
    Token(token)
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

enum Word {
    Spaced(String),
    Run(String),
    Emoji(String),
}

fn words(text: &str) -> Vec<Word> {
    let mut found = Vec::new();
    for piece in emoji::split(text) {
        let text = match piece {
            Piece::Emoji(emoji) => {
                found.push(Word::Emoji(emoji));
                continue;
            }
            Piece::Text(text) => fold(text),
        };
        let mut rest = text.as_str();
        while let Some(first) = rest.chars().next() {
            let unspaced = is_unspaced(first);
            let end = rest.find(|c| is_unspaced(c) != unspaced).unwrap_or(rest.len());
            let (piece, after) = rest.split_at(end);
            rest = after;
            if unspaced {
                found.push(Word::Run(piece.to_owned()));
            } else {
                found.extend(plain_words(piece).into_iter().map(Word::Spaced));
            }
        }
    }
    found
}

fn plain_words(text: &str) -> Vec<String> {
    let parts = text.unicode_words().flat_map(|word| word.split(is_separator));
    let parts = parts.flat_map(split_version).filter(|part| !part.is_empty());
    parts.map(str::to_owned).collect()
}

/// The `v` of a version is a word of its own: `1.2` is found in `v1.2`.
fn split_version(word: &str) -> [&str; 2] {
    match word.strip_prefix('v') {
        Some(number) if !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()) => ["v", number],
        _ => [word, ""],
    }
}

/// Separators that Unicode's segmentation leaves within words: apostrophes, dots, and a space with a combining mark.
fn is_separator(c: char) -> bool {
    c.is_ascii_punctuation() || c.is_whitespace() || matches!(c, '\u{2018}' | '\u{2019}' | '\u{b7}' | '\u{2027}' | '\u{5f3}' | '\u{5f4}')
}

fn pairs(run: &str) -> impl Iterator<Item = &str> {
    let starts = run.char_indices().map(|(at, _)| at);
    let ends = run.char_indices().map(|(at, c)| at + c.len_utf8()).skip(1);
    starts.zip(ends).filter_map(|(start, end)| run.get(start..end))
}

/// The word as one token, or as several where it is too long. The prefix of a word has the same first tokens, and its last
/// one is the prefix of a token.
fn push_word(found: &mut Vec<Token>, mark: &str, word: &str) {
    let mut token = String::with_capacity(mark.len() + word.len());
    token.push_str(mark);
    for c in word.chars() {
        let start = token.len();
        push_code(&mut token, c);
        if token.len() > TOKEN_BYTES_MAX - CONTINUED.len() {
            let code = token.split_off(start);
            token.push_str(CONTINUED);
            found.push(Token(std::mem::replace(&mut token, format!("{PART}{code}"))));
        }
    }
    found.push(Token(token));
}

/// ASCII letters and digits only: `z` is `zz`, what is not ASCII is `z` and four digits to the base of 36. The code is
/// prefix-free, so that the prefix of a word is the prefix of its token.
fn push_code(token: &mut String, c: char) {
    match c {
        'z' => token.push_str("zz"),
        'a'..='y' | '0'..='9' => token.push(c),
        _ => {
            token.push('z');
            let code = u32::from(c);
            token.extend([46_656, 1_296, 36, 1].map(|place| char::from_digit(code / place % 36, 36).unwrap_or('0')));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<String> {
        tokenize(text).into_iter().map(|t| decode(&t.0)).collect()
    }

    fn decode(token: &str) -> String {
        let mut out = String::new();
        let mut rest = token[2..].trim_end_matches(CONTINUED);
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
            ("Café ÉCOLE naïve Straße", "cafe ecole naive strasse"),
            ("don't v1.2 foo_bar-baz", "don t v 1 2 foo bar baz"),
            ("Привет, ёлка", "привет елка"),
            ("ＡＢＣ１２３", "abc123"),
            ("हिन्दी में", "हिन्दी में"),
            ("日本語 text", "日本 本語 語 text"),
            ("見る", "見る る"),
            ("字", "字"),
            ("한국어", "한국 국어 어"),
            ("", ""),
            ("👍 :+1: ...", "👍 👍"),
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
            assert!(tokenize(word)[0].0.starts_with(&tokenize(prefix)[0].0));
        }
        assert!(!tokenize("aжb")[0].0.starts_with(&tokenize("az")[0].0));
    }

    #[test]
    fn a_long_word_is_several_tokens() {
        let word = "достопримечательность";
        let whole = tokenize(word);
        assert_eq!(whole.len(), 2);
        assert_eq!(whole.iter().map(|token| decode(&token.0)).collect::<String>(), word);
        for end in 1..word.chars().count() {
            let prefix: String = word.chars().take(end).collect();
            let tokens = tokenize(&prefix);
            let (last, first) = tokens.split_last().unwrap();
            assert!(first.iter().eq(&whole[..first.len()]) && whole[first.len()].0.starts_with(&last.0), "{prefix}");
            assert_ne!(tokens, whole[..tokens.len()], "{prefix} is not the word");
        }
    }

    #[test]
    fn repeated_words_take_little_of_the_index() {
        let indexed = |texts: &[&str]| index_tokens(texts.iter().copied(), 1_000).len();
        assert_eq!(indexed(&["word"]), 1);
        assert_eq!(indexed(&[&"word ".repeat(400)]), 400);
        assert_eq!(indexed(&[&"word ".repeat(600)]), 495);
        let different: String = (0..400).map(|n| format!("{n:04} ")).collect();
        assert_eq!(indexed(&[&different]), 83);
        assert_eq!(indexed(&[&different, "word"]), 83);
    }

    #[test]
    fn long_hashtags_are_told_apart() {
        let (one, other) = (hashtag(&"ж".repeat(40)), hashtag(&"ж".repeat(41)));
        assert!(one != other && one.0.len() <= TOKEN_BYTES_MAX && one.0.starts_with(&hashtag("жжж").0));
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
