//! Slack's text format in Markdown: links, mentions and dates in angle brackets, and its three escapes. Code is unchanged.

mod attachment;
mod brackets;
mod names;

use guildhall_markup::code_ranges;

pub(super) use attachment::attachment_to_markdown;
pub(crate) use names::build_posts;
pub(super) use names::{Names, References};

/// The text in Markdown. What is no bracket of Slack's is unchanged.
pub(super) fn to_markdown(text: &str, names: &Names) -> String {
    if !text.contains(['<', '&']) {
        return text.to_owned();
    }
    let code = code_ranges(&without_brackets(text));
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(found) = text[at..].find(['<', '&']) {
        let start = at + found;
        out.push_str(&text[at..start]);
        if let Some(range) = code_at(&code, start) {
            out.push_str(&text[start..range.end]);
            at = range.end;
            continue;
        }
        let rest = &text[start..];
        let (converted, length) =
            brackets::convert(rest, names).or_else(|| unescape_first(rest)).unwrap_or_else(|| (rest[..1].to_owned(), 1));
        out.push_str(&converted);
        at = start + length;
    }
    out.push_str(&text[at..]);
    out
}

/// The text in which no bracket is read as HTML, whose content would not be Markdown. Offsets are the same.
fn without_brackets(text: &str) -> String {
    text.replace('<', "\u{1}")
}

fn code_at(code: &[std::ops::Range<usize>], offset: usize) -> Option<&std::ops::Range<usize>> {
    let after = code.partition_point(|range| range.end <= offset);
    code.get(after).filter(|range| range.contains(&offset))
}

/// The character of the escape that the text begins with, and the length of the escape.
fn unescape_first(text: &str) -> Option<(String, usize)> {
    let escapes = [("&lt;", '<'), ("&gt;", '>'), ("&amp;", '&')];
    let (escape, c) = escapes.into_iter().find(|(escape, _)| text.starts_with(escape))?;
    // `&amp;lt;` means the text `&lt;`, which Markdown would read as an escape again.
    let is_escape_of_escape = c == '&' && begins_reference(&text[escape.len()..]);
    (!is_escape_of_escape).then(|| (c.to_string(), escape.len()))
}

/// Whether an ampersand before this text would make it a character reference, such as `&lt;`.
fn begins_reference(text: &str) -> bool {
    let name_bytes = text.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'#').count();
    (1..=32).contains(&name_bytes) && text[name_bytes..].starts_with(';')
}

/// All escapes of a part of a bracket.
fn unescape(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

#[cfg(test)]
mod tests;
