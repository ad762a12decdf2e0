//! Addresses in the text: `https://..` and other schemes, `www...`, `name@host.example`, and `<..>` around one.

use std::ops::Range;

use crate::letters::{continues_word, is_cjk_punctuation, is_unspaced};
use crate::steps;

/// The lengths of a scheme that CommonMark allows.
const SCHEME_BYTES: Range<usize> = 2..33;

/// The addresses of a text without marks, in order. Linear: each character is looked at a fixed number of times.
pub(crate) fn find_addresses(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    // The text before `floor` is done; the text from there to `at` has no beginning of an address.
    let (mut floor, mut at) = (0, 0);
    while let Some(offset) = text.get(at..).and_then(|rest| rest.find([':', 'w', 'W', '@'])) {
        at += offset;
        match address_at(text, floor, at) {
            Some(range) => {
                (floor, at) = (range.end, range.end);
                found.push(range);
            }
            None => at += 1,
        }
    }
    found
}

fn address_at(text: &str, floor: usize, at: usize) -> Option<Range<usize>> {
    let (before, from) = (text.get(floor..at)?, text.get(at..)?);
    match from.as_bytes().first()? {
        b':' => {
            let body = from.strip_prefix("://")?;
            let scheme = trailing(before, |c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
            let scheme = scheme.trim_start_matches(|c: char| !c.is_ascii_alphabetic());
            // Checked first: the rest of a text that only resembles addresses is not scanned again and again.
            if !SCHEME_BYTES.contains(&scheme.len()) {
                return None;
            }
            let length = address_length(body);
            (length > 0).then(|| at - scheme.len()..at + 3 + length)
        }
        b'@' => {
            let local = trailing(before, |c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '+' | '-' | '%'));
            let is_after_at = before.strip_suffix(local)?.ends_with('@');
            let local = local.trim_start_matches(|c: char| !c.is_ascii_alphanumeric());
            if is_after_at || !local.ends_with(|c: char| c.is_ascii_alphanumeric()) {
                return None;
            }
            let host = host_length(from.get(1..)?)?;
            // The host may be the scheme of another address.
            let body = from.get(1 + host..)?.strip_prefix("://").filter(|_| SCHEME_BYTES.contains(&host));
            if body.is_some_and(|body| address_length(body) > 0) {
                return None;
            }
            Some(at - local.len()..at + 1 + host)
        }
        _ => {
            let prefix = from.get(..4).filter(|prefix| prefix.eq_ignore_ascii_case("www."))?;
            if before.ends_with(continues_word) {
                return None;
            }
            let length = address_length(from.get(prefix.len()..)?);
            (length > 0).then(|| at..at + prefix.len() + length)
        }
    }
}

/// The end of the text of which all characters satisfy the condition.
fn trailing(text: &str, accepts: impl Fn(char) -> bool) -> &str {
    let kept = text.trim_end_matches(accepts).len();
    steps::count(text.len() - kept + 1);
    text.get(kept..).unwrap_or_default()
}

/// The length of the host with at least two labels, the last of letters, at the beginning of the text.
fn host_length(text: &str) -> Option<usize> {
    let is_host_char = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    let host = text.get(..text.find(|c| !is_host_char(c)).unwrap_or(text.len()))?;
    steps::count(host.len() + 1);
    let host = host.trim_end_matches(['.', '-', '_']);
    let (labels, last) = host.rsplit_once('.')?;
    let is_host = !labels.split('.').any(str::is_empty) && last.len() >= 2 && last.bytes().all(|byte| byte.is_ascii_alphabetic());
    is_host.then_some(host.len())
}

/// The length of the address after its scheme, in text and in Markdown's source: without the punctuation, the character
/// references and the unbalanced brackets at its end.
pub(crate) fn address_length(text: &str) -> usize {
    let mut rest = text.get(..extent(text)).unwrap_or_default();
    steps::count(rest.len() + 1);
    let mut depths = BRACKETS.map(|(open, close)| rest.matches(open).count() as isize - rest.matches(close).count() as isize);
    while let Some(last) = rest.chars().next_back() {
        let bracket = BRACKETS.iter().zip(&mut depths).find(|((open, close), _)| last == *open || last == *close);
        let mut length = last.len_utf8();
        match bracket {
            // An opening bracket at the end has nothing in it.
            Some(((open, _), depth)) if last == *open => *depth -= 1,
            // A closing one belongs to the address if it opens there.
            Some((_, depth)) if *depth >= 0 => break,
            Some((_, depth)) => *depth += 1,
            None if last == ';' => length = reference_length(rest),
            None if is_trailing_punctuation(last) => {}
            None => break,
        }
        rest = rest.get(..rest.len() - length).unwrap_or_default();
    }
    rest.len()
}

/// The length of the text up to white space, an angle bracket, CJK punctuation, a backtick, the end of a link's text that does
/// not begin in it, or the end of emphasis beside a letter of a script without spaces.
fn extent(text: &str) -> usize {
    let mut depth = 0_usize;
    for (at, c) in text.char_indices() {
        match c {
            '[' => depth += 1,
            ']' if depth == 0 && text.get(at..).is_some_and(|rest| rest.starts_with("](")) => return at,
            ']' => depth = depth.saturating_sub(1),
            '*' | '~' if ends_emphasis(text.get(at..).unwrap_or_default(), c) => return at,
            c if ends_address(c) => return at,
            _ => {}
        }
    }
    text.len()
}

fn ends_emphasis(text: &str, mark: char) -> bool {
    let mut following = text.chars().skip(1);
    following.next() == Some(mark) && following.next().is_some_and(is_unspaced)
}

/// The length of the character reference that the text ends with, which is no part of an address; 1 for a mere semicolon.
fn reference_length(text: &str) -> usize {
    const REFERENCE_BYTES_MAX: usize = 33;
    let tail = text.get(text.floor_char_boundary(text.len().saturating_sub(REFERENCE_BYTES_MAX))..).unwrap_or_default();
    let Some((_, name)) = tail.strip_suffix(';').and_then(|tail| tail.rsplit_once('&')) else { return 1 };
    let is_reference = match name.strip_prefix('#') {
        Some(number) => match number.strip_prefix(['x', 'X']) {
            Some(hex) => (1..=6).contains(&hex.len()) && hex.bytes().all(|byte| byte.is_ascii_hexdigit()),
            None => (1..=7).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit()),
        },
        None => name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.bytes().all(|byte| byte.is_ascii_alphanumeric()),
    };
    if is_reference { name.len() + 2 } else { 1 }
}

fn ends_address(c: char) -> bool {
    c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '`') || is_cjk_punctuation(c)
}

const BRACKETS: [(char, char); 3] = [('(', ')'), ('[', ']'), ('{', '}')];

fn is_trailing_punctuation(c: char) -> bool {
    matches!(c, '?' | '!' | '.' | ',' | ':' | ';' | '*' | '_' | '~' | '\'' | '"' | '\\' | '|' | '”' | '“' | '’' | '‘' | '»' | '«' | '…')
}

/// The length of the address in angle brackets, with them, that the text begins with.
pub(crate) fn bracketed_address_length(text: &str) -> Option<usize> {
    let inner = text.strip_prefix('<')?;
    let end = inner.find(|c: char| c <= ' ' || matches!(c, '<' | '>')).unwrap_or(inner.len());
    steps::count(end + 1);
    let address = inner.get(..end)?;
    let is_address = inner.get(end..)?.starts_with('>') && (is_uri(address) || is_mail_address(address));
    is_address.then_some(end + 2)
}

fn is_uri(text: &str) -> bool {
    let Some((scheme, _)) = text.split_once(':') else { return false };
    SCHEME_BYTES.contains(&scheme.len())
        && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
}

fn is_mail_address(text: &str) -> bool {
    let Some((local, host)) = text.split_once('@') else { return false };
    let is_local = |byte: u8| byte.is_ascii_alphanumeric() || b".!#$%&'*+/=?^_`{|}~-".contains(&byte);
    let is_label = |label: &str| {
        (1..64).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    !local.is_empty() && local.bytes().all(is_local) && host.split('.').all(is_label)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addresses(text: &str) -> Vec<&str> {
        find_addresses(text).into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn schemes_hosts_and_mail_addresses_are_found() {
        for (text, expected) in [
            ("see x-y+z.1://a/@bob, irc://b", vec!["x-y+z.1://a/@bob", "irc://b"]),
            ("a.b-c://x 1https://y", vec!["a.b-c://x", "https://y"]),
            ("://x a: //y h://z https:// https://.", vec![]),
            ("www. www.. WWW.a", vec!["WWW.a"]),
            ("foo@1.2.3 x@y x@y.z x@y.zz. x@.zz x@y..zz @x@y.zz", vec!["x@y.zz"]),
            ("-a@b.cc +@b.cc a.@b.cc", vec!["a@b.cc"]),
            ("https://a/(x) (https://a/(x)) (https://a)) https://a/[", vec!["https://a/(x)", "https://a/(x)", "https://a", "https://a/"]),
            ("https://a/x|**", vec!["https://a/x"]),
            (
                "https://a&amp; www.a&#64;b;&copy; https://a&amp;b https://a;; www.a&x1;.",
                vec!["https://a", "www.a&#64;b", "https://a&amp;b", "https://a", "www.a"],
            ),
            (
                "https://a`b` https://a**日本 https://a](b) https://a]b https://[a](b)",
                vec!["https://a", "https://a", "https://a", "https://a]b", "https://[a](b)"],
            ),
            ("a@b.cc://d e@f.gg:// ", vec!["b.cc://d", "e@f.gg"]),
        ] {
            assert_eq!(addresses(text), expected, "{text}");
        }
    }

    #[test]
    fn bracketed_addresses_are_those_of_commonmark() {
        for text in ["<https://a/@b>", "<ab:>", "<a@b>", "<a@b.c> x"] {
            assert!(bracketed_address_length(text).is_some(), "{text}");
        }
        for text in ["<a:b>", "<https://a b>", "<https://a", "<@b>", "<a@>", "<a@-b>", "<div>", "<>", "< ab:c>", "<é@b>"] {
            assert!(bracketed_address_length(text).is_none(), "{text}");
        }
    }
}
