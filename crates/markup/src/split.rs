//! Cuts a text that is too long for one message into several.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag};
use unicode_segmentation::GraphemeCursor;

/// What is repeated of the line that opens a code block: the quote or the list around it, the fence, and its language.
const CONTAINER_BYTES_MAX: usize = 40;
const FENCE_CHARS_MAX: usize = 60;
const INFO_BYTES_MAX: usize = 80;
/// Room for closing a block: a line break, its container and its fence.
const CLOSING_CHARS_MAX: usize = 1 + 4 * CONTAINER_BYTES_MAX + FENCE_CHARS_MAX;

/// The text in pieces of at most `limit_chars` characters, which is at least 1,024. A piece ends with a line if it can, else
/// with a word, and never within what is read as one character. A fenced code block that is cut is closed, and opened again
/// in the next piece. Pieces of white space only are left out.
pub fn split_message(text: &str, limit_chars: usize) -> Vec<String> {
    if text.len() <= limit_chars || text.chars().count() <= limit_chars {
        return vec![text.to_owned()];
    }
    let blocks = code_blocks(text);
    let reserved_chars = if blocks.is_empty() { 0 } else { CLOSING_CHARS_MAX };
    let mut pieces = Vec::new();
    let (mut start, mut opening) = (0, String::new());
    while start < text.len() {
        let budget_chars = limit_chars.saturating_sub(opening.chars().count());
        let rest = &text[start..];
        if rest.chars().count() <= budget_chars {
            push(&mut pieces, format!("{opening}{rest}"));
            break;
        }
        let cut = cut(text, start, budget_chars.saturating_sub(reserved_chars), &blocks);
        let block = blocks.iter().find(|block| block.contains(cut));
        let mut piece = format!("{opening}{}", &text[start..cut]);
        opening.clear();
        start = cut;
        if let Some(block) = block {
            if !piece.ends_with('\n') {
                piece.push('\n');
            }
            piece.push_str(&block.closing);
            if block.has_only_its_end(&text[cut..block.range.end]) {
                start = block.range.end;
            } else {
                opening.clone_from(&block.opening);
            }
        }
        push(&mut pieces, piece);
    }
    pieces
}

fn push(pieces: &mut Vec<String>, piece: String) {
    if !piece.trim().is_empty() {
        pieces.push(piece);
    }
}

/// A fenced code block.
struct CodeBlock {
    /// From the first backtick or tilde of its opening line to the end of its closing line.
    range: Range<usize>,
    /// The beginning of the line after the opening one.
    content_start: usize,
    /// The lines that open it in the next piece and close it in the previous one.
    opening: String,
    closing: String,
}

impl CodeBlock {
    /// Whether a cut at this offset separates the block's opening line from its end.
    fn contains(&self, cut: usize) -> bool {
        self.content_start <= cut && cut < self.range.end
    }

    /// Whether this rest of the block is its closing line.
    fn has_only_its_end(&self, rest: &str) -> bool {
        let rest = rest.trim().trim_start_matches(['>', ' ']);
        rest.chars().all(|c| self.closing.ends_with(c))
    }
}

fn code_blocks(text: &str) -> Vec<CodeBlock> {
    let events = Parser::new_ext(text, Options::empty()).into_offset_iter();
    let fenced = events.filter_map(|(event, range)| match event {
        Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => Some((info, range)),
        _ => None,
    });
    fenced.filter_map(|(info, range)| code_block(text, &info, range)).collect()
}

fn code_block(text: &str, info: &str, range: Range<usize>) -> Option<CodeBlock> {
    let mark_at = range.start + text[range.clone()].find(['`', '~'])?;
    let mark = text[mark_at..].chars().next()?;
    let length = text[mark_at..].chars().take_while(|c| *c == mark).count();
    let content_start = text[mark_at..range.end].find('\n').map_or(range.end, |at| mark_at + at + 1);
    let line_start = text[..mark_at].rfind('\n').map_or(0, |at| at + 1);
    let container = &text[line_start..mark_at];
    let (before_opening, before_closing) = container_prefixes(container);
    let fence = String::from(mark).repeat(length.min(FENCE_CHARS_MAX));
    let info = if info.len() <= INFO_BYTES_MAX { info.trim() } else { "" };
    // A quote is repeated with the block, so the block begins with its line.
    let start = if container.contains('>') || container.trim().is_empty() { line_start } else { mark_at };
    Some(CodeBlock {
        range: start..range.end,
        content_start,
        opening: format!("{before_opening}{fence}{info}\n"),
        closing: format!("{before_closing}{fence}"),
    })
}

/// What comes before the fence where a block within a quote or a list is opened again, and where it is closed.
fn container_prefixes(container: &str) -> (String, String) {
    if container.len() > CONTAINER_BYTES_MAX {
        return Default::default();
    }
    if container.contains('>') {
        return (container.to_owned(), container.to_owned());
    }
    let mut width = container.chars().map(|c| if c == '\t' { 4 } else { 1 }).sum::<usize>();
    // A fence that is indented by up to three columns needs no list around it.
    if width < 4 {
        return Default::default();
    }
    let closing = " ".repeat(width);
    let mut opening = String::new();
    while width > 5 {
        opening.push_str("-   ");
        width -= 4;
    }
    opening.push('-');
    opening.push_str(&" ".repeat(width.saturating_sub(1)));
    (opening, closing)
}

/// Where the piece from `start` ends: after at most `budget_chars` characters, and after `start`.
fn cut(text: &str, start: usize, budget_chars: usize, blocks: &[CodeBlock]) -> usize {
    let rest = &text[start..];
    let limit = rest.char_indices().nth(budget_chars.max(1)).map_or(rest.len(), |(at, _)| at);
    let window = &rest[..limit];
    // In the second half only, so that the pieces are not many.
    let is_late = |at: &usize| *at > limit / 2;
    let line = || window.rfind('\n').map(|at| at + 1).filter(is_late);
    let word = || window.char_indices().rev().find(|(_, c)| c.is_whitespace()).map(|(at, c)| at + c.len_utf8()).filter(is_late);
    let end = start + line().or_else(word).unwrap_or_else(|| last_grapheme_end(window, rest));
    // Not within the line that opens a block, nor directly after it: the whole block moves to the next piece.
    match blocks.iter().find(|block| block.range.start < end && end <= block.content_start) {
        Some(block) if block.range.start > start => block.range.start,
        _ => end,
    }
}

/// The last boundary of what is read as one character. One that is longer than the whole piece is cut.
fn last_grapheme_end(window: &str, rest: &str) -> usize {
    let mut cursor = GraphemeCursor::new(window.len(), rest.len(), true);
    if cursor.is_boundary(rest, 0) == Ok(true) {
        return window.len();
    }
    match cursor.prev_boundary(rest, 0) {
        Ok(Some(at)) if at > 0 => at,
        _ => window.len(),
    }
}

#[cfg(test)]
mod tests {
    use unicode_segmentation::UnicodeSegmentation;

    use super::*;

    const LIMIT: usize = 1_024;

    fn split(text: &str) -> Vec<String> {
        let pieces = split_message(text, LIMIT);
        for piece in &pieces {
            assert!(piece.chars().count() <= LIMIT, "{} characters", piece.chars().count());
            assert!(pieces.len() == 1 || !piece.trim().is_empty());
        }
        pieces
    }

    #[test]
    fn long_texts_are_split_at_lines_without_loss() {
        let text = "žluťoučký kůň\n".repeat(400);
        let pieces = split(&text);
        assert!(pieces.len() > 1 && pieces.iter().all(|piece| piece.ends_with('\n')));
        assert_eq!(pieces.concat(), text);
        assert_eq!(split(""), [""]);
        assert_eq!(split(&"x".repeat(LIMIT)).len(), 1);
        assert_eq!(split(&"x".repeat(LIMIT + 1)).concat().len(), LIMIT + 1);
        let blank = format!("{}{}", "x".repeat(LIMIT), "\n".repeat(LIMIT));
        assert!(split(&blank).iter().all(|piece| piece.contains('x')));
    }

    #[test]
    fn lines_that_are_too_long_are_split_at_words() {
        let text = "lorem ipsum\u{3000}".repeat(400);
        let pieces = split(&text);
        assert!(pieces.iter().all(|piece| piece.ends_with(char::is_whitespace)));
        assert_eq!(pieces.concat(), text);
    }

    #[test]
    fn what_is_read_as_one_character_is_not_cut() {
        for cluster in ["👩‍👩‍👧‍👦", "e\u{301}", "🇩🇪", "👍🏽", "नि"] {
            for shift in 0..8 {
                let text = format!("{}{}", "x".repeat(shift), cluster.repeat(500));
                let pieces = split(&text);
                assert_eq!(pieces.concat(), text);
                let clusters: usize = pieces.iter().map(|piece| piece.graphemes(true).count()).sum();
                assert_eq!(clusters, text.graphemes(true).count(), "{cluster} {shift}");
            }
        }
        let endless = format!("e{}", "\u{301}".repeat(5 * LIMIT));
        assert_eq!(split(&endless).concat(), endless);
    }

    /// The code of all pieces, as a parser sees it.
    fn code(pieces: &[String]) -> String {
        let mut code = String::new();
        for piece in pieces {
            let mut depth = 0;
            for event in Parser::new(piece) {
                match event {
                    Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(_))) => depth += 1,
                    Event::End(pulldown_cmark::TagEnd::CodeBlock) => depth = 0,
                    Event::Text(text) if depth > 0 => code.push_str(&text),
                    _ => {}
                }
            }
        }
        code
    }

    #[test]
    fn a_code_block_that_is_cut_is_closed_and_opened_again() {
        let lines = "let x = 1;\n".repeat(400);
        for (open, close) in [("```rust", "```"), ("~~~~ js title=a", "~~~~~"), ("   ```", "   ```"), ("````", "````"), ("```", "")] {
            let text = format!("before\n\n{open}\n{lines}{close}\n\nafter");
            let pieces = split(&text);
            assert!(pieces.len() > 3);
            assert_eq!(code(&pieces).lines().filter(|line| *line == "let x = 1;").count(), 400, "{open}");
            let opening = open.trim_start().replacen("~~~~ js", "~~~~js", 1);
            assert!(pieces[1..].iter().take(2).all(|piece| piece.starts_with(&opening)), "{:?}", &pieces[1][..20]);
            if !close.is_empty() {
                assert!(pieces.last().unwrap().ends_with("after") && !code(&pieces).contains("after"));
            }
        }
    }

    #[test]
    fn a_block_within_a_longer_fence_is_not_closed_early() {
        let text = format!("````\n```\n{}```\n````", "x\n".repeat(1_500));
        let pieces = split(&text);
        assert!(pieces.iter().all(|piece| piece.starts_with("````\n") && piece.trim_end().ends_with("````")));
        assert_eq!(code(&pieces).matches("```").count(), 2);
    }

    #[test]
    fn a_block_in_a_quote_or_a_list_is_opened_again_within_one() {
        let quote = format!("> ```rust\n{}> ```\n\nafter", "> let x = 1;\n".repeat(300));
        let list = format!("1. one\n   - two\n\n     ```rust\n{}     ```\n\nafter", "     let x = 1;\n".repeat(300));
        for (text, opening) in [(quote, "> ```rust\n"), (list, "-    ```rust\n")] {
            let pieces = split(&text);
            assert_eq!(code(&pieces).lines().filter(|line| *line == "let x = 1;").count(), 300, "{opening}");
            assert!(pieces[1].starts_with(opening) && pieces.last().unwrap().ends_with("after"));
            assert!(!code(&pieces).contains("after") && !code(&pieces).contains("```"));
        }
    }

    #[test]
    fn a_block_is_not_cut_at_its_opening_line() {
        let text = format!("{}\n```python\n{}```", "w ".repeat(395), "code\n".repeat(300));
        let pieces = split(&text);
        assert!(!pieces[0].contains("```"), "{}", pieces[0]);
        assert!(pieces[1].starts_with("```python\ncode"));
    }

    #[test]
    fn hostile_fences_do_not_grow_the_text() {
        for text in ["```".repeat(4_000), format!("{}\n{}", "`".repeat(3_000), "x\n".repeat(3_000)), "```a\n".repeat(2_000)] {
            let pieces = split(&text);
            assert!(pieces.iter().map(String::len).sum::<usize>() < 2 * text.len());
        }
    }
}
