//! The prose of a message: its text without code, quotes and URLs, so that these mention nobody. Pure; never fails.

use std::ops::Range;

/// The pieces of the message that are prose.
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
            None => push_prose(line, &mut pieces),
        }
    }
    pieces
}

/// Pushes the pieces of a line between its inline code and URLs.
fn push_prose<'a>(line: &'a str, pieces: &mut Vec<&'a str>) {
    let (mut rest, mut at, mut brackets) = (line, 0, 0_usize);
    while let Some(offset) = rest.get(at..).and_then(|ahead| ahead.find(['`', '[', ']', ':', 'w', 'W'])) {
        at += offset;
        let (before, from) = rest.split_at(at);
        if let Some(excluded) = excluded_range(before, from, brackets > 0) {
            pieces.push(rest.get(..excluded.start).unwrap_or_default());
            rest = rest.get(excluded.end..).unwrap_or_default();
            at = 0;
        } else {
            at += backtick_run(from).max(1);
        }
        match from.as_bytes().first() {
            Some(b'[') => brackets += 1,
            Some(b']') => brackets = brackets.saturating_sub(1),
            _ => {}
        }
    }
    pieces.push(rest);
}

/// The range of the code or URL at the start of `from`, as an index into `before` and `from` together.
fn excluded_range(before: &str, from: &str, in_brackets: bool) -> Option<Range<usize>> {
    let at = before.len();
    match from.as_bytes().first()? {
        b'`' => Some(at..at + code_end(from)?),
        b']' if in_brackets => Some(at..at + destination_end(from)?),
        b':' if from.starts_with("://") => {
            let start = before.trim_end_matches(|c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.')).len();
            (start < at).then(|| start..at + url_end(from, in_brackets))
        }
        b'w' | b'W' if !before.ends_with(char::is_alphanumeric) => {
            let is_url = from.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("www."));
            is_url.then(|| at..at + url_end(from, in_brackets))
        }
        _ => None,
    }
}

fn backtick_run(text: &str) -> usize {
    text.len() - text.trim_start_matches('`').len()
}

/// The end of the inline code that starts here: after the next run of as many backticks.
fn code_end(from: &str) -> Option<usize> {
    let run = backtick_run(from);
    let mut at = run;
    loop {
        at += from.get(at..)?.find('`')?;
        let closing = backtick_run(from.get(at..)?);
        at += closing;
        if closing == run {
            return Some(at);
        }
    }
}

fn url_end(from: &str, in_brackets: bool) -> usize {
    let ends = |c: char| c.is_whitespace() || matches!(c, '<' | '>') || in_brackets && c == ']';
    from.find(ends).unwrap_or(from.len())
}

/// The end of a link's destination: `](url "title")`.
fn destination_end(from: &str) -> Option<usize> {
    let inner = from.strip_prefix("](")?.trim_start();
    let after = match inner.strip_prefix('<') {
        Some(url) => url.get(url.find(['<', '>'])?..)?.strip_prefix('>')?,
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

/// CommonMark's limit; it also bounds the work.
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

    fn prose_of(text: &str) -> String {
        prose(text).concat()
    }

    #[test]
    fn urls_are_not_prose() {
        for (text, expected) in [
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
            assert_eq!(prose_of(text), expected, "{text}");
        }
    }

    #[test]
    fn text_that_only_resembles_a_url_is_prose() {
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
            assert_eq!(prose_of(text), text);
        }
    }

    #[test]
    fn long_malformed_input_takes_linear_time() {
        for input in ["[](", "[](<", "[](a \"", "[](a '", "](", "a.", "www.", "[w", "://", "[](\\"] {
            prose_of(&input.repeat(100_000));
        }
    }
}
