//! Keywords of people in messages: words, phrases, parts of text without spaces, and symbols.
//!
//! A keyword counts where it stands as a word: no letter, digit, mark or underscore of a script with spaces between words
//! continues it on either side. Where it begins or ends with a letter of another script or with an emoji, anything may stand
//! beside it, as beside a keyword without letters and digits. It is compared with the displayed text of a paragraph, in which
//! white space and line breaks are one space; code, addresses, quoted lines, and names and emoji that it does not include
//! whole mention nobody. Composed and decomposed, upper and lower case, wide and narrow forms are equal.

use std::collections::BTreeSet;

use aho_corasick::AhoCorasick;
use unicode_normalization::UnicodeNormalization;

use crate::letters::{continues_word, is_unspaced, is_word_char};
use crate::names::{emoji_ranges, mention_ranges};
use crate::steps;
use crate::structure::{Kind, Message};

/// Longer keywords are ignored.
pub const KEYWORD_CHARS_MAX: usize = 64;
const ANCHOR_BYTES_MAX: usize = 64;
/// The last words of a longer message are compared with no keyword: bounds the query for the people who have one.
const ANCHORS_MAX: usize = 16 * 1024;

/// The text in one form for what looks the same: Unicode's composed compatibility form, without invisible characters, and
/// with one space for white space.
pub fn normalize(text: &str) -> String {
    let is_visible = |c: &char| !matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}');
    let mut normal = String::with_capacity(text.len());
    for c in text.nfkc().filter(is_visible) {
        match c {
            c if !c.is_whitespace() => normal.push(c),
            _ if !normal.ends_with(' ') => normal.push(' '),
            _ => {}
        }
    }
    normal
}

/// The same without differences of case: `ẞ` is `ss`, final and other sigmas are one, as are all letters i.
pub fn fold(text: &str) -> String {
    let normal = normalize(text);
    if normal.is_ascii() {
        return normal.to_ascii_lowercase();
    }
    let folded = normal.chars().flat_map(char::to_lowercase).flat_map(char::to_uppercase).flat_map(char::to_lowercase);
    let mut without_dots = String::with_capacity(normal.len());
    for c in folded {
        // Turkish İ is i with a dot.
        if !(c == '\u{307}' && without_dots.ends_with('i')) {
            without_dots.push(c);
        }
    }
    without_dots.nfc().collect()
}

/// The keyword in the form that is compared; `None` if it is empty or too long.
pub fn keyword(text: &str) -> Option<String> {
    valid(fold(text))
}

/// The same where case matters.
pub fn cased_keyword(text: &str) -> Option<String> {
    valid(normalize(text))
}

fn valid(keyword: String) -> Option<String> {
    let keyword = keyword.trim();
    let is_valid = !keyword.is_empty() && keyword.chars().count() <= KEYWORD_CHARS_MAX;
    is_valid.then(|| keyword.to_owned())
}

/// The part of a keyword by which it is looked up: each message in which the keyword counts has it among its anchors.
pub fn anchor(keyword: &str) -> Option<String> {
    let folded = fold(keyword);
    let units: Vec<Unit<'_>> = units(folded.trim()).collect();
    let lettered = units.iter().find(|unit| !matches!(unit, Unit::Symbol(_)));
    let anchor = match lettered.or(units.first())? {
        Unit::Word(word) => truncated(word).to_owned(),
        Unit::Unspaced(c, next) => std::iter::once(*c).chain(*next).collect(),
        Unit::Symbol(c) => c.to_string(),
    };
    Some(anchor)
}

enum Unit<'a> {
    /// A whole word of a script with spaces.
    Word(&'a str),
    /// A character of a script without, and the one after it if it is of such a script, too.
    Unspaced(char, Option<char>),
    Symbol(char),
}

fn units(text: &str) -> impl Iterator<Item = Unit<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        rest = rest.trim_start();
        let first = rest.chars().next()?;
        let tail = rest.get(first.len_utf8()..)?;
        if continues_keyword(first) {
            let (word, after) = rest.split_at(rest.find(|c| !continues_keyword(c)).unwrap_or(rest.len()));
            rest = after;
            return Some(Unit::Word(word));
        }
        rest = tail;
        if is_unspaced(first) {
            Some(Unit::Unspaced(first, tail.chars().next().filter(|c| is_unspaced(*c))))
        } else {
            Some(Unit::Symbol(first))
        }
    })
}

fn truncated(word: &str) -> &str {
    word.get(..word.floor_char_boundary(ANCHOR_BYTES_MAX)).unwrap_or_default()
}

fn continues_keyword(c: char) -> bool {
    continues_word(c) || c == '_'
}

/// The displayed texts of a message, a paragraph each, in the two forms in which keywords are compared.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Paragraphs {
    normal: Vec<String>,
    folded: Vec<String>,
}

impl Paragraphs {
    /// Adds the paragraphs of a further message.
    pub fn add(&mut self, message: &Message<'_>) {
        /// Stands for code, pictures and addresses: no letter and no space.
        const OBJECT: char = '\u{fffc}';
        let mut paragraph = String::new();
        for piece in message.pieces() {
            match piece.kind {
                Kind::BlockEnd => self.add_paragraph(&std::mem::take(&mut paragraph)),
                _ if piece.is_quoted => {}
                Kind::Text | Kind::Literal => paragraph.push_str(message.displayed(piece)),
                Kind::LineBreak => paragraph.push(' '),
                Kind::Code | Kind::Address | Kind::Picture => paragraph.push(OBJECT),
            }
        }
        self.add_paragraph(&paragraph);
    }

    fn add_paragraph(&mut self, text: &str) {
        if !text.trim().is_empty() {
            self.normal.push(normalize(text));
            self.folded.push(fold(text));
        }
    }

    /// The anchors of all keywords that the paragraphs may contain, sorted.
    pub fn anchors(&self) -> Vec<String> {
        let mut anchors = BTreeSet::new();
        for unit in self.folded.iter().flat_map(|text| units(text)) {
            if anchors.len() >= ANCHORS_MAX {
                break;
            }
            match unit {
                Unit::Word(word) => {
                    anchors.insert(truncated(word).to_owned());
                }
                Unit::Symbol(c) => {
                    anchors.insert(c.to_string());
                }
                Unit::Unspaced(c, next) => {
                    anchors.insert(c.to_string());
                    anchors.extend(next.map(|next| String::from_iter([c, next])));
                }
            }
        }
        anchors.into_iter().collect()
    }

    /// For each of the keywords, whether it counts. Keywords are of [`keyword`]'s form.
    pub fn contains(&self, keywords: &[String]) -> Vec<bool> {
        find(&self.folded, keywords)
    }

    /// The same for keywords of [`cased_keyword`]'s form.
    pub fn contains_cased(&self, keywords: &[String]) -> Vec<bool> {
        find(&self.normal, keywords)
    }
}

/// Linear in the texts and the keywords: no more matches end at one position than keywords have lengths.
fn find(texts: &[String], keywords: &[String]) -> Vec<bool> {
    let mut is_found = vec![false; keywords.len()];
    if keywords.is_empty() {
        return is_found;
    }
    // An error means more states than fit 31 bits, which the limits of keywords exclude.
    let Ok(automaton) = AhoCorasick::new(keywords) else { return is_found };
    for text in texts {
        let mut names = mention_ranges(text);
        names.extend(emoji_ranges(text));
        names.sort_by_key(|range| range.start);
        for found in automaton.find_overlapping_iter(text.as_str()) {
            steps::count(1);
            let Some(is_found) = is_found.get_mut(found.pattern().as_usize()).filter(|is_found| !**is_found) else { continue };
            // The last name that begins before the match, if the match is within it.
            let before = names.partition_point(|name| name.start < found.start());
            let is_in_name = before.checked_sub(1).and_then(|last| names.get(last)).is_some_and(|name| found.start() < name.end);
            *is_found = !is_in_name && stands_alone(text, found.start(), found.end());
        }
    }
    is_found
}

fn stands_alone(text: &str, start: usize, end: usize) -> bool {
    let (Some(before), Some(keyword), Some(after)) = (text.get(..start), text.get(start..end), text.get(end..)) else { return false };
    if !keyword.contains(|c: char| is_word_char(c) || c == '_') {
        return true;
    }
    let is_free = |edge: char| is_unspaced(edge) || !edge.is_ascii_punctuation() && !is_word_char(edge);
    (keyword.starts_with(is_free) || !before.ends_with(continues_keyword))
        && (keyword.ends_with(is_free) || !after.starts_with(continues_keyword))
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;

    fn paragraphs(text: &str) -> Paragraphs {
        let mut paragraphs = Paragraphs::default();
        paragraphs.add(&Message::parse(text));
        paragraphs
    }

    fn is_found(key: &str, text: &str) -> bool {
        let (paragraphs, key) = (paragraphs(text), keyword(key).unwrap());
        let is_found = paragraphs.contains(std::slice::from_ref(&key))[0];
        assert!(!is_found || paragraphs.anchors().contains(&anchor(&key).unwrap()), "{key} in {text} is looked up");
        is_found
    }

    #[test]
    fn keywords_count_where_they_stand_as_words() {
        for (key, texts) in [
            (
                "deploy",
                vec![
                    "deploy",
                    "please Deploy!",
                    "re-deploy",
                    "deploy's",
                    "**de**ploy",
                    "(deploy)",
                    "日本deployを",
                    "#deploy",
                    "~deploy",
                    "the\ndeploy.",
                ],
            ),
            ("日本", vec!["日本は遠い", "in日本", "日本", "**日**本", "「日本」"]),
            ("배포", vec!["배포했습니다", "재배포", "오늘 배포!"]),
            ("홍길동", vec!["홍길동이 왔다", "홍길동"]),
            ("ประชุม", vec!["วันนี้ประชุมทีม"]),
            ("見", vec!["見", "私は見る", "x見"]),
            (
                "code review",
                vec![
                    "please Code Review this",
                    "code  review",
                    "code\nreview",
                    "code \n\t review",
                    "**code** review",
                    "code\u{a0}review",
                    "> x\ncode review",
                ],
            ),
            ("c++", vec!["I like C++ a lot", "C++, Rust", "c++!", "(c++)", "C++"]),
            ("R&D", vec!["our R&D team", "r&amp;d", "R&D's", "**R&D**"]),
            ("#urgent", vec!["this is #urgent now", "#URGENT!", "(#urgent)", "\\#urgent"]),
            (":fire:", vec!["on :fire: now", ":fire::fire:"]),
            ("🔥", vec!["hot🔥", "🔥🔥", "a 🔥b"]),
            ("❤", vec!["❤️"]),
            (".net", vec!["use .NET", "(.net)"]),
            ("$", vec!["$100", "US$"]),
            ("деплой", vec!["Деплой!", "идёт ДЕПЛОЙ"]),
            ("straße", vec!["STRASSE", "Straße", "STRAẞE"]),
            ("οδός", vec!["ΟΔΌΣ", "οδόσ", "Οδός."]),
            ("istanbul", vec!["İSTANBUL", "ISTANBUL", "ıstanbul"]),
            ("café", vec!["cafe\u{301}", "CAFÉ"]),
            ("cafe\u{301}", vec!["café"]),
            ("\u{1112}\u{1161}\u{11ab}", vec!["한국"]),
            ("API", vec!["ＡＰＩ", "api"]),
            ("ガ", vec!["ｶﾞ"]),
            ("@team", vec!["hi @team", "@Team!"]),
            ("काम", vec!["काम है"]),
            ("so\u{ad}ft", vec!["soft"]),
        ] {
            for text in texts {
                assert!(is_found(key, text), "{key} in {text}");
            }
        }
    }

    #[test]
    fn parts_of_words_code_addresses_and_names_are_no_keywords() {
        for (key, texts) in [
            (
                "deploy",
                vec![
                    "deployed",
                    "redeploy",
                    "pre_deploy",
                    "deploy2",
                    "éclatdeploy",
                    "`deploy`",
                    "https://a.org/deploy",
                    "> deploy",
                    "    deploy",
                ],
            ),
            ("deploy", vec!["@deploy", "@bob-deploy", ":deploy:", ":re-deploy:", "[a](/deploy)", "x@deploy.com", "deploy\u{301}"]),
            (
                "code review",
                vec!["code\n\nreview", "codereview", "code `x` review", "- code\n- review", "| code | review |\n|---|---|", "code reviews"],
            ),
            ("c++", vec!["c+", "abc++", "c++x", "objc++"]),
            (".net", vec!["asp.net", "a.network"]),
            ("#urgent", vec!["#urgently", "a#urgent", "urgent"]),
            (":fire:", vec!["fire", ":fire", "10:fire:30", ":fire-engine:"]),
            ("R&D", vec!["HR&D", "R&Do", "R & D"]),
            ("काम", vec!["कामना", "कामि"]),
            ("日本", vec!["日 本", "日"]),
            ("café", vec!["cafe"]),
        ] {
            for text in texts {
                assert!(!is_found(key, text), "{key} in {text}");
            }
        }
    }

    #[test]
    fn case_matters_only_to_cased_keywords() {
        let cased = |text: &str| paragraphs(text).contains_cased(&[cased_keyword("Zoe\u{308}").unwrap()])[0];
        assert!(cased("Zoë?") && cased("Zoe\u{308} said") && !cased("zoë") && !cased("ZOË") && !cased("Zoëlle"));
    }

    #[test]
    fn empty_and_long_keywords_are_ignored() {
        assert_eq!((keyword("  "), keyword("\u{200b}"), keyword(&"x".repeat(65))), (None, None, None));
        assert_eq!((keyword(" Ab  c "), keyword(&"é".repeat(64))), (Some("ab c".to_owned()), Some("é".repeat(64))));
    }

    #[test]
    fn many_keywords_are_found_in_one_pass() {
        let keys: Vec<String> = (1..=64).map(|n| "a".repeat(n)).chain((0..2_000).map(|n| format!("a {n}"))).collect();
        let found = paragraphs(&"a ".repeat(8_000)).contains(&keys);
        assert_eq!(found.iter().filter(|is_found| **is_found).count(), 1);
    }

    proptest! {
        /// Whatever counts is looked up.
        #[test]
        fn every_found_keyword_has_its_anchor_in_the_message(key in vec(select(PIECES), 1..4), text in vec(select(PIECES), 0..12)) {
            if let Some(key) = keyword(&key.concat()) {
                let paragraphs = paragraphs(&text.concat());
                let is_found = paragraphs.contains(std::slice::from_ref(&key))[0];
                prop_assert!(!is_found || paragraphs.anchors().contains(&anchor(&key).unwrap()), "{} in {}", key, text.concat());
            }
        }
    }

    const PIECES: &[&str] = &[
        "a", "A", "b", "_", " ", "\n", "日", "本", "한", "é", "e\u{301}", "\u{301}", "ß", "İ", "+", "#", ":", "@", "🔥", "ก", "1", "*", "ﬁ",
    ];
}
