//! The pieces of a message: text, code, addresses and what separates them, in CommonMark's block structure.

use std::ops::Range;

use pulldown_cmark::{Event, LinkType, Options, Parser, Tag, TagEnd};

use crate::addresses::find_addresses;
use crate::mask::{MASK, mask, reveal};
use crate::steps;

/// What a piece of a message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Displayed as it was typed. Contiguous text within the same marks is one piece.
    Text,
    /// An escaped character or a character reference: displayed, but neither begins nor continues a name.
    Literal,
    /// A code span or the content of a code block.
    Code,
    /// An address in the text, which clients turn into a link.
    Address,
    /// The end of a line within a paragraph.
    LineBreak,
    /// A picture, whose description is no text.
    Picture,
    /// The end of a paragraph, heading or table cell.
    BlockEnd,
}

/// A part of a message, in the order of the source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    pub kind: Kind,
    /// In bytes of the source. Ranges do not overlap; that of code contains its fences, that of a block's end is empty.
    pub range: Range<usize>,
    /// What is displayed, where it differs from the source.
    displayed: Option<String>,
    /// On a line that begins with `>`.
    pub is_quoted: bool,
}

/// A message and its pieces.
#[derive(Debug, Clone)]
pub struct Message<'a> {
    source: &'a str,
    pieces: Vec<Piece>,
    links: Vec<String>,
}

impl<'a> Message<'a> {
    /// Reads the structure of the message. Linear in its length.
    pub fn parse(source: &'a str) -> Self {
        let masked = mask(source);
        let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
        let mut reader = Reader::new(source, &masked);
        for (event, range) in Parser::new_ext(&masked, options).into_offset_iter() {
            steps::count(1);
            reader.read(event, range);
        }
        reader.finish()
    }

    pub fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// What is displayed for the piece.
    pub fn displayed<'m>(&'m self, piece: &'m Piece) -> &'m str {
        let typed = || self.source.get(piece.range.clone()).unwrap_or_default();
        piece.displayed.as_deref().unwrap_or_else(typed)
    }

    /// The text of each piece of text, as it was typed. No name spans two of them.
    pub fn texts(&self) -> impl Iterator<Item = &'a str> {
        self.pieces.iter().filter(|piece| piece.kind == Kind::Text).filter_map(move |piece| self.source.get(piece.range.clone()))
    }

    /// The same without quoted lines, which mention nobody.
    pub fn own_texts(&self) -> impl Iterator<Item = &'a str> {
        let own = |piece: &&Piece| piece.kind == Kind::Text && !piece.is_quoted;
        self.pieces.iter().filter(own).filter_map(move |piece| self.source.get(piece.range.clone()))
    }

    /// The content of code spans and code blocks, without line breaks at its ends; blank ones are left out.
    pub fn code(&self) -> impl Iterator<Item = &str> {
        let code = self.pieces.iter().filter(|piece| piece.kind == Kind::Code);
        code.map(move |piece| self.displayed(piece).trim_matches(['\n', '\r'])).filter(|text| !text.trim().is_empty())
    }

    /// The destinations of links and pictures, and the addresses in the text.
    pub fn links(&self) -> &[String] {
        &self.links
    }
}

/// Collects the pieces from the parser's events.
struct Reader<'a, 'm> {
    source: &'a str,
    masked: &'m str,
    pieces: Vec<Piece>,
    links: Vec<(usize, String)>,
    /// The code block that is being read.
    code: Option<(Range<usize>, String)>,
    lines: Lines<'a>,
    /// The end of the last text or code: a backslash after it escapes what follows.
    end: usize,
    quotes: usize,
    pictures: usize,
    link_texts: usize,
    /// Ranges of text within links.
    linked: Vec<Range<usize>>,
    is_in_address: bool,
    /// Whether anything would be displayed.
    is_visible: bool,
    /// Whether a mark ended the current piece of text.
    is_separated: bool,
}

impl<'a, 'm> Reader<'a, 'm> {
    fn new(source: &'a str, masked: &'m str) -> Self {
        Self {
            source,
            masked,
            pieces: Vec::new(),
            links: Vec::new(),
            code: None,
            lines: Lines { source, at: 0, is_quoted: begins_with_quote(source) },
            end: 0,
            quotes: 0,
            pictures: 0,
            link_texts: 0,
            linked: Vec::new(),
            is_in_address: false,
            is_visible: false,
            is_separated: false,
        }
    }

    fn read(&mut self, event: Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(tag) => self.start(&tag, range),
            Event::End(tag) => self.close(tag, range),
            Event::Text(text) => self.push_text(&text, range),
            // The mask leaves nothing that begins HTML; what the parser reads as HTML nevertheless is text.
            Event::Html(text) | Event::InlineHtml(text) => self.push_text(&text, range),
            Event::Code(text) => {
                let text = reveal(&text, self.masked.get(range.clone()).unwrap_or_default(), self.source_at(&range));
                self.push(Kind::Code, range, Some(text));
            }
            Event::SoftBreak | Event::HardBreak => self.push(Kind::LineBreak, range, None),
            Event::Rule | Event::TaskListMarker(_) => {
                self.is_visible = true;
                self.end_block();
            }
            _ => {}
        }
    }

    fn start(&mut self, tag: &Tag<'_>, range: Range<usize>) {
        self.is_separated = true;
        match tag {
            Tag::Link { link_type: LinkType::Autolink | LinkType::Email, .. } => {
                let address = range.start + 1..range.end.saturating_sub(1);
                self.is_in_address = true;
                if self.pictures == 0 {
                    self.links.push((address.start, self.source_at(&address).to_owned()));
                    self.push(Kind::Address, address, None);
                }
            }
            Tag::Link { dest_url, .. } => {
                self.link_texts += 1;
                if self.pictures == 0 {
                    self.links.push((range.start, self.destination(dest_url, &range)));
                }
            }
            Tag::Image { dest_url, .. } => {
                if self.pictures == 0 {
                    self.links.push((range.start, self.destination(dest_url, &range)));
                    self.push(Kind::Picture, range, Some(String::new()));
                }
                self.pictures += 1;
            }
            Tag::Emphasis | Tag::Strong | Tag::Strikethrough => {}
            Tag::CodeBlock(_) => {
                self.end_block();
                self.code = Some((range, String::new()));
            }
            Tag::BlockQuote(_) => {
                self.end_block();
                self.quotes += 1;
            }
            _ => self.end_block(),
        }
    }

    /// The destination of a link with the characters that the mask hides, if it took the link for text.
    fn destination(&self, read: &str, range: &Range<usize>) -> String {
        const SEARCHED_BYTES: usize = 4_096;
        let start = range.start.max(range.end.saturating_sub(SEARCHED_BYTES));
        let masked = self.masked.get(start..range.end).filter(|_| read.contains(MASK));
        let at = masked.and_then(|masked| masked.rfind(read)).map(|at| start + at);
        at.map_or(read, |at| self.source_at(&(at..at + read.len()))).to_owned()
    }

    fn close(&mut self, tag: TagEnd, range: Range<usize>) {
        self.is_separated = true;
        match tag {
            TagEnd::Link if self.is_in_address => {
                self.is_in_address = false;
                self.end = range.end;
            }
            TagEnd::Link => {
                // A link without a text is displayed as its address.
                self.is_visible = true;
                self.link_texts = self.link_texts.saturating_sub(1);
                self.end = range.end;
            }
            TagEnd::Image => {
                self.pictures = self.pictures.saturating_sub(1);
                self.end = range.end;
            }
            TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough => {}
            TagEnd::CodeBlock => {
                if let Some((range, text)) = self.code.take() {
                    self.push(Kind::Code, range, Some(text));
                }
                self.end_block();
            }
            TagEnd::BlockQuote(_) => {
                self.quotes = self.quotes.saturating_sub(1);
                self.end_block();
            }
            _ => self.end_block(),
        }
    }

    fn push_text(&mut self, text: &str, range: Range<usize>) {
        if let Some((_, code)) = &mut self.code {
            // Tabs of indentation are spaces here; other text is the source's.
            let is_typed = self.masked.get(range.clone()) == Some(text);
            code.push_str(if is_typed { self.source.get(range).unwrap_or_default() } else { text });
            return;
        }
        if self.is_in_address {
            return;
        }
        if self.masked.get(range.clone()) != Some(text) {
            self.push(Kind::Literal, range, Some(text.to_owned()));
        } else {
            let is_escaped = range.start > self.end && self.source.get(range.start - 1..range.start) == Some("\\");
            let first = self.source_at(&range).chars().next().filter(|_| is_escaped);
            let rest = range.start + first.map_or(0, char::len_utf8);
            if let Some(first) = first {
                self.push(Kind::Literal, range.start..rest, Some(first.to_string()));
            }
            self.push(Kind::Text, rest..range.end, None);
        }
    }

    /// Adds a piece, or extends the text that it continues. What describes a picture is left out.
    fn push(&mut self, kind: Kind, range: Range<usize>, displayed: Option<String>) {
        if self.pictures > 0 {
            return;
        }
        let is_quoted = self.quotes > 0 && self.lines.is_quoted_at(range.start);
        self.is_visible |= match kind {
            Kind::Text | Kind::Literal => !self.source_at(&range).trim().is_empty(),
            Kind::Code | Kind::Address | Kind::Picture => true,
            Kind::LineBreak | Kind::BlockEnd => false,
        };
        self.end = range.end;
        let is_separated = std::mem::take(&mut self.is_separated);
        if kind == Kind::Text {
            if range.is_empty() {
                return;
            }
            if self.link_texts > 0 {
                self.linked.push(range.clone());
            }
            if let Some(last) = self.pieces.last_mut()
                && !is_separated
                && last.kind == Kind::Text
                && last.range.end == range.start
                && last.is_quoted == is_quoted
            {
                last.range.end = range.end;
                return;
            }
        }
        self.pieces.push(Piece { kind, range, displayed, is_quoted });
    }

    fn end_block(&mut self) {
        if let Some(last) = self.pieces.last().filter(|last| last.kind != Kind::BlockEnd) {
            let range = last.range.end..last.range.end;
            self.pieces.push(Piece { kind: Kind::BlockEnd, range, displayed: None, is_quoted: false });
        }
    }

    fn source_at(&self, range: &Range<usize>) -> &'a str {
        self.source.get(range.clone()).unwrap_or_default()
    }

    fn finish(mut self) -> Message<'a> {
        if !self.is_visible && !self.source.trim().is_empty() {
            self.pieces = vec![Piece { kind: Kind::Text, range: 0..self.source.len(), displayed: None, is_quoted: false }];
            self.links.clear();
            self.linked.clear();
        }
        self.split_at_addresses();
        self.links.sort_by_key(|(at, _)| *at);
        Message { source: self.source, pieces: self.pieces, links: self.links.into_iter().map(|(_, link)| link).collect() }
    }

    /// Makes the addresses in the text pieces of their own. Within the text of a link they are no further links.
    fn split_at_addresses(&mut self) {
        let mut linked = std::mem::take(&mut self.linked).into_iter().peekable();
        let mut split = Vec::with_capacity(self.pieces.len());
        for piece in std::mem::take(&mut self.pieces) {
            if piece.kind != Kind::Text {
                split.push(piece);
                continue;
            }
            let mut start = piece.range.start;
            for address in find_addresses(self.source_at(&piece.range)) {
                let address = piece.range.start + address.start..piece.range.start + address.end;
                while linked.next_if(|text| text.end <= address.start).is_some() {}
                if linked.peek().is_none_or(|text| address.start < text.start) {
                    self.links.push((address.start, self.source_at(&address).to_owned()));
                }
                if start < address.start {
                    split.push(Piece { range: start..address.start, ..piece.clone() });
                }
                start = address.end;
                split.push(Piece { kind: Kind::Address, range: address, ..piece.clone() });
            }
            if start < piece.range.end {
                split.push(Piece { range: start..piece.range.end, ..piece });
            }
        }
        self.pieces = split;
    }
}

/// Finds out which lines are quoted, for positions in ascending order.
struct Lines<'a> {
    source: &'a str,
    at: usize,
    is_quoted: bool,
}

impl Lines<'_> {
    fn is_quoted_at(&mut self, position: usize) -> bool {
        if let Some(passed) = self.source.get(self.at..position) {
            steps::count(passed.len());
            if let Some(line_end) = passed.rfind(['\n', '\r']) {
                self.is_quoted = begins_with_quote(self.source.get(self.at + line_end + 1..).unwrap_or_default());
            }
            self.at = position;
        }
        self.is_quoted
    }
}

/// Whether a line begins with `>`, after the marks of list items. A line that continues a quoted paragraph without one is
/// not quoted: its writer began to answer.
fn begins_with_quote(line: &str) -> bool {
    let mut rest = line;
    loop {
        rest = rest.trim_start_matches([' ', '\t']);
        if rest.starts_with('>') {
            return true;
        }
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let marks: &[char] = if digits == 0 { &['-', '+', '*'] } else { &['.', ')'] };
        let after = rest.get(digits..).and_then(|rest| rest.strip_prefix(marks));
        match after.filter(|after| digits < 10 && after.starts_with([' ', '\t'])) {
            Some(after) => rest = after,
            None => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(text: &str) -> Vec<(Kind, String)> {
        let message = Message::parse(text);
        message.pieces().iter().map(|piece| (piece.kind, message.displayed(piece).to_owned())).collect()
    }

    #[test]
    fn text_is_separated_by_marks_code_addresses_and_escapes() {
        let expected = [
            (Kind::Text, "a_b "),
            (Kind::Text, "c"),
            (Kind::Text, " "),
            (Kind::Code, "d"),
            (Kind::Literal, "*"),
            (Kind::Text, "e "),
            (Kind::Address, "https://f"),
            (Kind::LineBreak, "\n"),
            (Kind::Literal, "&"),
            (Kind::Text, "g"),
            (Kind::BlockEnd, ""),
        ];
        let expected: Vec<(Kind, String)> = expected.map(|(kind, text)| (kind, text.to_owned())).into();
        assert_eq!(pieces("a_b **c** `d`\\*e https://f\n&amp;g"), expected);
    }

    #[test]
    fn a_line_is_quoted_where_it_begins_with_the_sign() {
        for line in [">", "  > x", "- > x", "12) > x", "- 1. > x", "\t> x"] {
            assert!(begins_with_quote(line), "{line}");
        }
        for line in ["", "x > y", "3 > 2", "-> x", "1.> x", "1234567890. > x", "- x > y"] {
            assert!(!begins_with_quote(line), "{line}");
        }
        let quoted = |text: &str| Message::parse(text).own_texts().map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(quoted("> a\nb\n> c\n\n- > d\n  e\n- f"), ["b", "e", "f"]);
    }

    #[test]
    fn a_message_without_visible_parts_is_text() {
        for text in ["#", "-", ">", "1.", "[a]: https://b", "[a]: @bob", "- \n- "] {
            let message = Message::parse(text);
            assert_eq!(message.pieces().iter().map(|piece| piece.range.len()).sum::<usize>(), text.len(), "{text}");
        }
        assert_eq!(Message::parse("[a]: @bob").texts().collect::<Vec<_>>(), ["[a]: @bob"]);
        for text in ["***", "![](a)", "[](https://b)", "```\n```", ""] {
            assert_eq!(Message::parse(text).texts().count(), 0, "{text}");
        }
    }
}
