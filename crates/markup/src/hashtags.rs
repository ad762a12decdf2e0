//! Hashtags: `#` and a word that begins with a letter, cut alike in messages and in searches.

use std::ops::Range;

use crate::letters::is_word_char;
use crate::names::{begins_name, distinct};
use crate::steps;
use crate::structure::Message;

/// The shortest hashtag, with its `#`.
const HASHTAG_CHARS_MIN: usize = 3;

impl Message<'_> {
    /// The distinct hashtags with their `#`, in order.
    pub fn hashtags(&self) -> Vec<String> {
        distinct(self.texts().flat_map(|text| ranges(text).into_iter().filter_map(move |range| text.get(range)).map(str::to_owned)))
    }
}

/// The hashtag that a word consists of, punctuation around it aside.
pub fn hashtag_of_word(word: &str) -> Option<&str> {
    let word = word.trim_start_matches(|c: char| c != '#' && !is_word_char(c)).trim_end_matches(|c: char| !is_word_char(c));
    let range = ranges(word).into_iter().next()?;
    let is_whole = range.end == word.len() && word.get(..range.start).is_some_and(|before| before.chars().all(|c| c == '#'));
    if is_whole { word.get(range) } else { None }
}

/// A letter, then letters, digits, marks, `-`, `_` and `.`, up to a letter, digit or mark.
fn ranges(text: &str) -> Vec<Range<usize>> {
    let is_tag_char = |c: char| is_word_char(c) || matches!(c, '-' | '_' | '.');
    let starts = text.match_indices('#').map(|(at, _)| at).filter(|at| begins_name(text, *at));
    let ranges = starts.filter_map(|at| {
        let rest = text.get(at + 1..)?;
        let tag = rest.get(..rest.find(|c| !is_tag_char(c)).unwrap_or(rest.len()))?.trim_end_matches(['-', '_', '.']);
        steps::count(tag.len() + 1);
        let is_tag = tag.starts_with(char::is_alphabetic) && tag.chars().count() + 1 >= HASHTAG_CHARS_MIN;
        is_tag.then(|| at..at + 1 + tag.len())
    });
    ranges.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_word_is_cut_like_a_message() {
        for (word, expected) in [
            ("#tag", Some("#tag")),
            ("(#tag),", Some("#tag")),
            ("##tag*", Some("#tag")),
            ("#v2.10.", Some("#v2.10")),
            ("#议程", Some("#议程")),
            ("#a", None),
            ("#1", None),
            ("a#tag", None),
            ("会议#议程", None),
            ("#foo&bar", None),
            ("tag", None),
            ("#", None),
        ] {
            assert_eq!(hashtag_of_word(word), expected, "{word}");
        }
    }
}
