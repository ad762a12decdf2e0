//! Which parts of a Markdown text are code.

use std::ops::Range;

use pulldown_cmark::{Event, Options, Parser, Tag};

/// The ranges in bytes of code spans and code blocks, with their marks, in order.
pub fn code_ranges(text: &str) -> Vec<Range<usize>> {
    let may_have_code = text.contains(['`', '\t']) || text.contains("~~~") || text.contains("    ");
    if !may_have_code {
        return Vec::new();
    }
    let events = Parser::new_ext(text, Options::empty()).into_offset_iter();
    let code = events.filter(|(event, _)| matches!(event, Event::Code(_) | Event::Start(Tag::CodeBlock(_))));
    code.map(|(_, range)| range).collect()
}

#[cfg(test)]
mod tests {
    use super::code_ranges;

    #[test]
    fn spans_and_blocks_are_code() {
        let code = |text: &str| code_ranges(text).into_iter().map(|range| text[range].trim_end().to_owned()).collect::<Vec<_>>();
        assert_eq!(code("a `b` ``c ` d`` \\`e` f"), ["`b`", "``c ` d``"]);
        assert_eq!(code("a\n```\nb\n```\nc"), ["```\nb\n```"]);
        assert_eq!(code("a\n\n    b\n\nc\n    d"), ["b"]);
        assert_eq!(code("- a\n    - b\n"), Vec::<String>::new());
        assert_eq!(code("plain"), Vec::<String>::new());
    }
}
