//! A message as plain text: what is displayed, without the marks.

use crate::{Kind, Message};

/// What is displayed of the message, one line for each of its lines and blocks. Quoted lines keep their `>`.
pub fn plain_text(source: &str) -> String {
    let message = Message::parse(source);
    let mut text = String::with_capacity(source.len());
    for piece in message.pieces() {
        match piece.kind {
            Kind::LineBreak | Kind::BlockEnd => text.push('\n'),
            Kind::Text | Kind::Literal | Kind::Code | Kind::Address | Kind::Picture => {
                if piece.is_quoted && (text.is_empty() || text.ends_with('\n')) {
                    text.push_str("> ");
                }
                text.push_str(message.displayed(piece));
            }
        }
    }
    let lines: Vec<&str> = text.lines().map(str::trim_end).filter(|line| !line.is_empty()).collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_left_out_and_lines_are_kept() {
        for (source, plain) in [
            ("**Hello** _there_, `code`", "Hello there, code"),
            ("one\ntwo\n\nthree", "one\ntwo\nthree"),
            ("# Title\n- a\n- b", "Title\na\nb"),
            ("> quoted\n\nanswer", "> quoted\nanswer"),
            ("```rust\nlet a = 1;\n\nlet b;\n```", "let a = 1;\nlet b;"),
            ("[a link](https://example.com) and https://example.org/x", "a link and https://example.org/x"),
            ("<script>alert(1)</script> & \\*stars\\*", "<script>alert(1)</script> & *stars*"),
            ("@ada see ~town-square :tada:", "@ada see ~town-square :tada:"),
            ("", ""),
            ("   \n", ""),
        ] {
            assert_eq!(plain_text(source), plain, "{source:?}");
        }
    }
}
