//! What is true of every message: ranges are in order and on character boundaries, and code names nobody.
#![allow(clippy::unwrap_used, reason = "a test")]

use guildhall_markup::{Kind, Message};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

const PIECES: &[&str] = &[
    "@bob",
    "@",
    "#tag",
    "~dev",
    ":tada:",
    "a",
    "B",
    " ",
    "  ",
    "\n",
    "\n\n",
    "\r\n",
    "\t",
    "    ",
    "`",
    "``",
    "```",
    "~~~",
    "```\n",
    "> ",
    "- ",
    "1. ",
    "# ",
    "*",
    "**",
    "_",
    "~~",
    "[",
    "](",
    ")",
    "]",
    "![",
    "[r]: ",
    "<",
    ">",
    "<b>",
    "<div>",
    "<!--",
    "https://a.org/",
    "www.",
    "x@y.zz",
    "\\",
    "&amp;",
    "&#64;",
    "&",
    "|",
    "|-|\n",
    "---\n",
    "===\n",
    "日本",
    "é",
    "e\u{301}",
    "👍",
    "\u{200b}",
    "\0",
    "%",
    ":",
    ".",
    "\"",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn ranges_are_in_order_and_code_names_nobody(pieces in vec(select(PIECES), 0..24), more in ".{0,12}") {
        let text = pieces.concat() + &more;
        let message = Message::parse(&text);
        let mut end = 0;
        for piece in message.pieces() {
            prop_assert!(piece.range.start <= piece.range.end && end <= piece.range.start, "{:?} in {:?}", piece, message.pieces());
            prop_assert!(text.get(piece.range.clone()).is_some(), "{:?}", piece);
            end = piece.range.end;
        }
        let visible: String = message.texts().collect::<Vec<_>>().join("\n");
        for mention in message.mentions() {
            let shortest = mention.forms().last().unwrap();
            prop_assert!(visible.to_lowercase().contains(&format!("@{shortest}")), "{shortest}");
        }
        for tag in message.hashtags() {
            prop_assert!(visible.contains(&tag));
        }
    }

    /// Whatever is said in a code block says nothing to anybody.
    #[test]
    fn fenced_text_is_code(pieces in vec(select(PIECES), 0..24)) {
        let text = pieces.concat().replace('~', "");
        let message = format!("~~~~~~~~~~\n{text}\n~~~~~~~~~~\n@ann");
        let message = Message::parse(&message);
        prop_assert_eq!(message.texts().collect::<Vec<_>>(), ["@ann"]);
        prop_assert!(message.pieces().iter().all(|piece| matches!(piece.kind, Kind::Code | Kind::Text | Kind::BlockEnd)));
    }
}
