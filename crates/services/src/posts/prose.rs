//! What of a message is said to people: neither code nor quotes, nor the addresses that links lead to. Pure; never fails.

use std::ops::Range;

/// The pieces of a message that are prose.
pub(super) fn prose(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut fence: Option<&str> = None;
    for line in text.lines() {
        let trimmed = line.trim_start();
        match fence {
            Some(open) if trimmed.starts_with(open) => fence = None,
            Some(_) => {}
            None if trimmed.starts_with("```") => fence = Some("```"),
            None if trimmed.starts_with("~~~") => fence = Some("~~~"),
            None if trimmed.starts_with('>') || line.starts_with("    ") || line.starts_with('\t') => {}
            None => said_in(line, &mut pieces),
        }
    }
    pieces
}

/// Leaves out a line's code and addresses.
fn said_in<'a>(line: &'a str, pieces: &mut Vec<&'a str>) {
    let (mut rest, mut at, mut brackets) = (line, 0, 0_usize);
    while let Some(found) = rest.get(at..).and_then(|ahead| ahead.find(['`', '[', ']', ':', 'w', 'W'])) {
        at += found;
        let (before, from) = rest.split_at(at);
        if let Some(silent) = silent_at(before, from, brackets > 0) {
            pieces.push(rest.get(..silent.start).unwrap_or_default());
            rest = rest.get(silent.end..).unwrap_or_default();
            at = 0;
        } else {
            at += ticks(from).max(1);
        }
        match from.as_bytes().first() {
            Some(b'[') => brackets += 1,
            Some(b']') => brackets = brackets.saturating_sub(1),
            _ => {}
        }
    }
    pieces.push(rest);
}

/// The code or address that is found at the beginning of `from`, as a part of `before` and `from` together.
fn silent_at(before: &str, from: &str, in_brackets: bool) -> Option<Range<usize>> {
    let at = before.len();
    match from.as_bytes().first()? {
        b'`' => Some(at..at + code_end(from)?),
        b']' if in_brackets => Some(at..at + destination_end(from)?),
        b':' if from.starts_with("://") => {
            let start = before.trim_end_matches(|c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.')).len();
            (start < at).then(|| start..at + address_end(from, in_brackets))
        }
        b'w' | b'W' if !before.ends_with(char::is_alphanumeric) => {
            let is_address = from.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("www."));
            is_address.then(|| at..at + address_end(from, in_brackets))
        }
        _ => None,
    }
}

fn ticks(text: &str) -> usize {
    text.len() - text.trim_start_matches('`').len()
}

/// The end of the code that begins here: at a run of as many backticks.
fn code_end(from: &str) -> Option<usize> {
    let run = ticks(from);
    let mut at = run;
    loop {
        at += from.get(at..)?.find('`')?;
        let found = ticks(from.get(at..)?);
        at += found;
        if found == run {
            return Some(at);
        }
    }
}

fn address_end(from: &str, in_brackets: bool) -> usize {
    let ends = |c: char| c.is_whitespace() || matches!(c, '<' | '>') || in_brackets && c == ']';
    from.find(ends).unwrap_or(from.len())
}

/// The end of what follows a link's text: `](address "title")`.
fn destination_end(from: &str) -> Option<usize> {
    let inner = from.strip_prefix("](")?.trim_start();
    let after = match inner.strip_prefix('<') {
        Some(address) => address.get(address.find(['<', '>'])?..)?.strip_prefix('>')?,
        None => inner.get(bare_destination_end(inner)?..)?,
    };
    let mut rest = after.trim_start();
    if rest.len() < after.len() {
        let closing = match rest.chars().next()? {
            '(' => Some(')'),
            quote @ ('"' | '\'') => Some(quote),
            _ => None,
        };
        if let Some(closing) = closing {
            rest = rest.get(1..)?.split_once(closing)?.1.trim_start();
        }
    }
    rest.strip_prefix(')').map(|tail| from.len() - tail.len())
}

/// CommonMark's limit, which also keeps the work small.
const PARENTHESES_MAX: usize = 32;

fn bare_destination_end(text: &str) -> Option<usize> {
    let (mut depth, mut is_escaped) = (0, false);
    for (at, c) in text.char_indices() {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '(' if depth == PARENTHESES_MAX => return None,
            '(' => depth += 1,
            ')' if depth > 0 => depth -= 1,
            c if c == ')' || c.is_whitespace() => return (depth == 0).then_some(at),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> String {
        prose(text).concat()
    }

    #[test]
    fn addresses_are_not_said() {
        for (text, left) in [
            ("see http://a/@bob there", "see  there"),
            ("HTTPS://a/@bob", ""),
            ("x-y+z.1://a/@bob @eve", " @eve"),
            ("(www.a.org/@bob @eve)", "( @eve)"),
            ("<http://a/@bob>@eve", "<>@eve"),
            ("[@eve](http://x/@bob) @ann", "[@eve @ann"),
            ("![@eve](/x/(@bob)/y \"by @bob\") @ann", "![@eve @ann"),
            ("[a](<b c @bob> 'd @bob' )e", "[ae"),
            ("[`x`](@bob)", "["),
            ("[http://a/@bob](http://b/@bob \"@bob\")!", "[!"),
            (r"[a](b\)@bob) c", "[a c"),
        ] {
            assert_eq!(said(text), left, "{text}");
        }
    }

    #[test]
    fn what_only_looks_like_an_address_is_said() {
        for text in [
            "://@bob",
            "a: //@bob",
            "swww.@bob",
            "ww.@bob",
            "a](@bob)",
            "[a] (@bob)",
            "[a](b @bob)",
            "[a](@bob",
            "[a](<@bob)",
            "[a](b \"@bob)",
            "(@bob)",
            "[]",
            "日本: @bob",
        ] {
            assert_eq!(said(text), text);
        }
    }

    #[test]
    fn long_nonsense_is_read_in_time() {
        for nonsense in ["[](", "[](<", "[](a \"", "[](a '", "](", "a.", "www.", "[w", "://", "[](\\"] {
            said(&nonsense.repeat(100_000));
        }
    }
}
