//! Hides from the Markdown parser what clients do not treat as marks: HTML, which they display as it was typed, marks within
//! addresses, single tildes, and underscores that begin a username. Lengths and offsets stay the same.

use std::borrow::Cow;

use crate::addresses::{address_length, bracketed_address_length};
use crate::letters::continues_word;
use crate::steps;

/// Stands for a hidden character: punctuation that means nothing in Markdown.
pub(crate) const MASK: char = '%';

/// The text with hidden characters replaced. Linear: what is looked at beyond the current position is then skipped, or ends
/// before the next position of the same kind.
pub(crate) fn mask(source: &str) -> Cow<'_, str> {
    let mut masked = Masked { source, text: String::new(), done: 0 };
    let (mut at, mut brackets, mut has_strike) = (0, 0_usize, false);
    while let Some(offset) = source.get(at..).and_then(|rest| rest.find(['<', '@', ':', 'w', 'W', '[', ']', '~', '\n'])) {
        at += offset;
        let (before, from) = (source.get(..at).unwrap_or_default(), source.get(at..).unwrap_or_default());
        at += 1;
        if from.starts_with('[') {
            brackets += usize::from(!before.ends_with('\\'));
        } else if from.starts_with('\n') {
            // No mark reaches over a blank line.
            let line = from.get(1..).unwrap_or_default();
            let spaces = line.len() - line.trim_start_matches([' ', '\t']).len();
            steps::count(spaces);
            if line.get(spaces..).is_some_and(|rest| rest.starts_with(['\n', '\r'])) {
                (brackets, has_strike) = (0, false);
            }
        } else if from.starts_with("](") && brackets > 0 {
            brackets -= 1;
            // The destination of a link is read by the parser as it is.
            at += 1 + destination_length(from.get(2..).unwrap_or_default());
        } else if from.starts_with("]:") && brackets > 0 {
            brackets -= 1;
            let rest = from.get(2..).unwrap_or_default();
            let spaces = rest.len() - rest.trim_start().len();
            at += 1 + spaces + destination_length(rest.trim_start());
        } else if from.starts_with(']') {
            brackets = brackets.saturating_sub(usize::from(!before.ends_with('\\')));
        } else if from.starts_with('~') {
            // The parser strikes out what is between single tildes, which begin the names of channels here, and lets two begin
            // it behind a letter and before a mark, where they can only end it.
            let run = from.len() - from.trim_start_matches('~').len();
            steps::count(run);
            let only_ends =
                before.ends_with(char::is_alphanumeric) && !from.get(run..).is_some_and(|rest| rest.starts_with(char::is_alphanumeric));
            if run == 1 || run == 2 && only_ends && !has_strike {
                masked.hide(at - 1..at - 1 + run);
            } else {
                has_strike = true;
            }
            at += run - 1;
        } else if from.starts_with('<') {
            match bracketed_address_length(from) {
                Some(length) => at += length - 1,
                None => masked.hide(at - 1..at),
            }
        } else if from.starts_with('@') {
            if !before.ends_with(continues_word) || ends_with_mail_address(before) {
                let name = from.get(1..).unwrap_or_default();
                let underscores = name.len() - name.trim_start_matches('_').len();
                if underscores > 0 {
                    masked.hide(at..at + underscores);
                }
            }
        } else if let Some(prefix) = address_prefix(before, from) {
            let body = at - 1 + prefix;
            let end = body + address_length(source.get(body..).unwrap_or_default());
            for (offset, _) in source.get(body..end).unwrap_or_default().match_indices(['*', '_', '~', '&', '\\', '[', ']']) {
                masked.hide(body + offset..body + offset + 1);
            }
            at = at.max(end);
        }
    }
    masked.finish()
}

struct Masked<'a> {
    source: &'a str,
    text: String,
    /// The end of the source in `text`.
    done: usize,
}

impl<'a> Masked<'a> {
    /// Hides a range of ASCII characters that is not before an earlier one.
    fn hide(&mut self, range: std::ops::Range<usize>) {
        self.text.push_str(self.source.get(self.done..range.start).unwrap_or_default());
        self.text.extend(range.clone().map(|_| MASK));
        self.done = range.end;
    }

    fn finish(mut self) -> Cow<'a, str> {
        if self.done == 0 {
            return Cow::Borrowed(self.source);
        }
        self.text.push_str(self.source.get(self.done..).unwrap_or_default());
        Cow::Owned(self.text)
    }
}

/// Whether a mail address may end here. Names begin behind an address, whatever it ends with.
fn ends_with_mail_address(text: &str) -> bool {
    let before = text.trim_end_matches(|c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-'));
    let host = text.get(before.len()..).unwrap_or_default();
    steps::count(host.len());
    let local = before.strip_suffix('@').filter(|local| local.ends_with(|c: char| c.is_ascii_alphanumeric()));
    let is_host = host.rsplit_once('.').is_some_and(|(labels, last)| {
        !labels.split('.').any(str::is_empty) && last.len() >= 2 && last.bytes().all(|byte| byte.is_ascii_alphabetic())
    });
    local.is_some() && is_host
}

/// The length of `://` or `www.` where an address may begin with it.
fn address_prefix(before: &str, from: &str) -> Option<usize> {
    if from.starts_with("://") {
        return before.ends_with(|c: char| c.is_ascii_alphanumeric()).then_some(3);
    }
    let is_host = from.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("www."));
    (is_host && !before.ends_with(continues_word)).then_some(4)
}

/// The length of what may be the destination of a link, with the white space before it.
fn destination_length(text: &str) -> usize {
    let inner = text.trim_start();
    let spaces = text.len() - inner.len();
    let mut depth = 0_usize;
    let ends = |(_, c): &(usize, char)| match c {
        '(' => {
            depth += 1;
            false
        }
        ')' if depth > 0 => {
            depth -= 1;
            false
        }
        c => *c == ')' || c.is_whitespace(),
    };
    let end = match inner.starts_with('<') {
        true => inner.find(['>', '\n', '\r']),
        false => inner.char_indices().find(ends).map(|(at, _)| at),
    };
    let length = spaces + end.unwrap_or(inner.len());
    steps::count(length + 1);
    length
}

/// The text of code, which was read from the masked source, with the hidden characters. Code keeps the order of its
/// characters.
pub(crate) fn reveal(text: &str, masked: &str, source: &str) -> String {
    if masked == source || !text.contains(MASK) {
        return text.to_owned();
    }
    let mut hidden = masked.match_indices(MASK).map(|(at, _)| source.get(at..=at).unwrap_or_default());
    text.split_inclusive(MASK).fold(String::with_capacity(text.len()), |mut revealed, part| {
        match part.strip_suffix(MASK) {
            Some(before) => {
                revealed.push_str(before);
                revealed.push_str(hidden.next().unwrap_or_default());
            }
            None => revealed.push_str(part),
        }
        revealed
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_and_marks_in_addresses_are_hidden() {
        for (source, masked) in [
            ("a *b* <b>", "a *b* %b>"),
            ("<https://a_b_c> <x@y> <@x>", "<https://a_b_c> <x@y> %@x>"),
            ("https://a/*b*/_c_ *d*", "https://a/%b%/%c_ *d*"),
            ("**https://a/~b**", "**https://a/%b**"),
            ("(www.a/_b_c) _d_", "(www.a/%b%c) _d_"),
            ("[_a_](https://a/_b_c) https://_a", "[_a_](https://a/_b_c) https://%a"),
            ("[a](<https://a/_b_c> 'x')", "[a](<https://a/_b_c> 'x')"),
            ("[a]: https://a/_b_c <b>", "[a]: https://a/_b_c %b>"),
            ("@_a_ x@_a_ @__b a@b.cc@_d", "@%a_ x@_a_ @%%b a@b.cc@%d"),
            ("https://a&amp;b &amp;", "https://a%amp;b &amp;"),
            ("日本<b>", "日本%b>"),
            ("~a~ ~~b~~ ~~~c~~~ d~~. ~~e~~.", "%a% ~~b~~ ~~~c~~~ d~~. ~~e~~."),
            ("d~~. e~~f ~~g~~", "d%%. e~~f ~~g~~"),
            ("https://a&amp; https://a_[b](_c_)", "https://a&amp; https://a%%b%(%c%)"),
            ("a](https://_b_) [a](https://_b_)\n \n](https://_b_)", "a](https://%b_) [a](https://_b_)\n \n](https://%b_)"),
            ("[a\\]b](https://_b_)", "[a\\]b](https://_b_)"),
        ] {
            assert_eq!(mask(source), masked, "{source}");
            assert_eq!(mask(source).len(), source.len());
        }
    }

    #[test]
    fn hidden_characters_of_code_are_revealed() {
        assert_eq!(reveal("a%b%c", "`a%b%c`", "`a<b%c`"), "a<b%c");
    }
}
