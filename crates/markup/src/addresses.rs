//! Addresses in the text: `https://..` and other schemes, `www...`, `name@host.example`, and `<..>` around one.

use std::ops::Range;

use crate::letters::{continues_word, is_cjk_punctuation};
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

/// The length of the address after its scheme: up to white space, an angle bracket or CJK punctuation, without the
/// punctuation and the unbalanced brackets at its end.
fn address_length(text: &str) -> usize {
    let mut rest = text.get(..text.find(ends_address).unwrap_or(text.len())).unwrap_or_default();
    steps::count(rest.len() + 1);
    let mut depths = BRACKETS.map(|(open, close)| rest.matches(open).count() as isize - rest.matches(close).count() as isize);
    while let Some(last) = rest.chars().next_back() {
        let bracket = BRACKETS.iter().zip(&mut depths).find(|((open, close), _)| last == *open || last == *close);
        match bracket {
            // An opening bracket at the end has nothing in it.
            Some(((open, _), depth)) if last == *open => *depth -= 1,
            // A closing one belongs to the address if it opens there.
            Some((_, depth)) if *depth >= 0 => break,
            Some((_, depth)) => *depth += 1,
            None if is_trailing_punctuation(last) => {}
            None => break,
        }
        rest = rest.get(..rest.len() - last.len_utf8()).unwrap_or_default();
    }
    rest.len()
}

fn ends_address(c: char) -> bool {
    c.is_whitespace() || c.is_control() || matches!(c, '<' | '>') || is_cjk_punctuation(c)
}

const BRACKETS: [(char, char); 3] = [('(', ')'), ('[', ']'), ('{', '}')];

fn is_trailing_punctuation(c: char) -> bool {
    matches!(
        c,
        '?' | '!' | '.' | ',' | ':' | ';' | '*' | '_' | '~' | '\'' | '"' | '`' | '\\' | '|' | '”' | '“' | '’' | '‘' | '»' | '«' | '…'
    )
}

/// The length of the address after its scheme in Markdown's source: not beyond code, nor beyond a bracket that closes one
/// before the address.
pub(crate) fn raw_address_length(text: &str) -> usize {
    let mut depth = 0_usize;
    let ends = |(_, c): &(usize, char)| match c {
        '(' | '[' => {
            depth += 1;
            false
        }
        ')' | ']' if depth > 0 => {
            depth -= 1;
            false
        }
        ')' | ']' | '`' => true,
        c => ends_address(*c),
    };
    let end = text.char_indices().find(ends).map_or(text.len(), |(at, _)| at);
    steps::count(end + 1);
    address_length(text.get(..end).unwrap_or_default())
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
