//! Names behind a sign: `@username`, `~channel` and `:emoji:`.

use std::ops::Range;

use crate::letters::continues_word;
use crate::steps;
use crate::structure::Message;

/// Longer names belong to nobody.
const NAME_BYTES_MAX: usize = 64;

/// A name behind `@`, in the forms that it may have: the first that somebody has is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    forms: Vec<String>,
}

impl Mention {
    /// In lower case: the name as it was typed, then without each punctuation mark and word at its end. `bob.smith.` may be
    /// `bob.smith.`, `bob.smith`, `bob.` or `bob`.
    pub fn forms(&self) -> &[String] {
        &self.forms
    }
}

impl Message<'_> {
    /// The names behind `@` on lines that are not quoted, in order.
    pub fn mentions(&self) -> Vec<Mention> {
        let ranges = self.own_texts().flat_map(|text| mention_ranges(text).into_iter().filter_map(move |range| text.get(range)));
        ranges.map(|name| Mention { forms: forms(name.trim_start_matches('@')) }).filter(|mention| !mention.forms.is_empty()).collect()
    }

    /// The distinct names behind `~` in lower case, in order.
    pub fn channels(&self) -> Vec<String> {
        distinct(self.texts().flat_map(channels_in))
    }

    /// The distinct names between colons, in order: `:tada:` is `tada`, whether or not such an emoji exists.
    pub fn emoji(&self) -> Vec<String> {
        distinct(self.texts().flat_map(|text| {
            emoji_ranges(text).into_iter().filter_map(move |range| text.get(range.start + 1..range.end - 1)).map(str::to_owned)
        }))
    }
}

/// Keeps the first of equal names.
pub(crate) fn distinct(names: impl Iterator<Item = String>) -> Vec<String> {
    let mut known = std::collections::HashSet::new();
    names.filter(|name| known.insert(name.clone())).collect()
}

/// Whether a sign at this position may begin a name: no letter stands before it.
pub(crate) fn begins_name(text: &str, at: usize) -> bool {
    text.get(..at).is_some_and(|before| !before.ends_with(continues_word))
}

/// The names in the text with the `@` before each. Names of other scripts are among them, because they continue a word.
pub(crate) fn mention_ranges(text: &str) -> Vec<Range<usize>> {
    let is_name_char = |c: char| continues_word(c) || matches!(c, '.' | '-' | '_');
    let starts = text.match_indices('@').map(|(at, _)| at).filter(|at| begins_name(text, *at));
    let ranges = starts.filter_map(|at| {
        let name = text.get(at + 1..)?;
        let length = name.find(|c| !is_name_char(c)).unwrap_or(name.len());
        steps::count(length + 1);
        (length > 0).then(|| at..at + 1 + length)
    });
    ranges.collect()
}

/// The forms of a name, the longest first: without its last punctuation mark, or without the word after the last `.` or `-`,
/// and so on.
fn forms(name: &str) -> Vec<String> {
    let mut forms = Vec::new();
    let mut rest = name;
    while !rest.is_empty() {
        let is_username = rest.is_ascii() && rest.contains(|c: char| c.is_ascii_alphanumeric());
        if rest.len() <= NAME_BYTES_MAX && is_username {
            forms.push(rest.to_ascii_lowercase());
        }
        rest = match rest.strip_suffix(['.', '-', '_']) {
            Some(shorter) => shorter,
            None => rest.rfind(['.', '-']).and_then(|at| rest.get(..=at)).unwrap_or_default(),
        };
    }
    forms
}

fn channels_in(text: &str) -> Vec<String> {
    let is_name_char = |c: char| continues_word(c) || matches!(c, '-' | '_');
    let mut names = Vec::new();
    for (at, _) in text.match_indices('~') {
        let is_struck = text.get(..at).is_some_and(|before| before.ends_with('~'));
        let rest = text.get(at + 1..).unwrap_or_default();
        let (name, after) = rest.split_at(rest.find(|c| !is_name_char(c)).unwrap_or(rest.len()));
        steps::count(name.len() + 1);
        let name = name.trim_end_matches(['-', '_']);
        let is_name = name.is_ascii() && name.len() <= NAME_BYTES_MAX && name.starts_with(|c: char| c.is_ascii_alphanumeric());
        if is_name && !is_struck && begins_name(text, at) && !after.starts_with('~') {
            names.push(name.to_ascii_lowercase());
        }
    }
    names
}

/// The emoji in the text with their colons.
pub(crate) fn emoji_ranges(text: &str) -> Vec<Range<usize>> {
    let is_name_char = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '+' | '-' | '_');
    let mut ranges: Vec<Range<usize>> = Vec::new();
    let mut at = 0;
    while let Some(offset) = text.get(at..).and_then(|rest| rest.find(':')) {
        let start = at + offset;
        let name = text.get(start + 1..).unwrap_or_default();
        let length = name.find(|c| !is_name_char(c)).unwrap_or(name.len());
        steps::count(length + 1);
        at = start + 1 + length;
        let is_name = (1..=NAME_BYTES_MAX).contains(&length) && text.get(at..).is_some_and(|rest| rest.starts_with(':'));
        if is_name && begins_name(text, start) {
            at += 1;
            ranges.push(start..at);
        }
    }
    ranges
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_shortened_from_its_end() {
        for (name, expected) in [
            ("bob", vec!["bob"]),
            ("Bob.Smith.", vec!["bob.smith.", "bob.smith", "bob.", "bob"]),
            ("_lead_x", vec!["_lead_x"]),
            ("a.b-c_", vec!["a.b-c_", "a.b-c", "a.b-", "a.b", "a.", "a"]),
            ("bob.élan", vec!["bob.", "bob"]),
            ("bobé", vec![]),
            ("...", vec![]),
        ] {
            assert_eq!(forms(name), expected, "{name}");
        }
        assert_eq!(forms(&"a.".repeat(5_000)).len(), 64, "only short names are looked up");
    }

    #[test]
    fn emoji_stand_between_colons() {
        let emoji = |text: &str| Message::parse(text).emoji();
        assert_eq!(emoji("a :tada::smile: b :x y: :-1: 10:30:45 a:b:c :tada: ::+1:: `:c:` **:d:**"), ["tada", "smile", "-1", "+1", "d"]);
        assert_eq!(emoji("日本:a: https://x/:b: :C: (:e:) é:f: ❤️:g:"), ["a", "e", "g"]);
        assert!(emoji(":::").is_empty() && emoji("").is_empty() && emoji("é:").is_empty());
    }
}
