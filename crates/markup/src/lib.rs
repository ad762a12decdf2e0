//! The structure of a message's text, read once for everything that depends on it: which parts are text, code and addresses,
//! which names, hashtags, emoji and keywords are in the text, and
//! where a long one is cut. The rules are in `tests/corpus/README.md`. Pure; never fails.

mod addresses;
mod code;
mod hashtags;
pub mod keywords;
mod letters;
mod mask;
mod names;
mod plain;
mod split;
mod steps;
mod structure;

pub use code::code_ranges;
pub use hashtags::hashtag_of_word;
pub use letters::is_unspaced;
pub use names::Mention;
pub use plain::plain_text;
pub use split::split_message;
pub use structure::{Kind, Message, Piece};

#[cfg(test)]
mod tests {
    use super::*;

    /// What looks at text again and again needs four times the steps for twice the text.
    #[test]
    fn hostile_messages_take_linear_work() {
        for pattern in HOSTILE {
            let message = pattern.repeat(20_000 / pattern.len());
            let steps = steps::of(|| {
                let message = Message::parse(&message);
                let (mentions, channels, hashtags, emoji) = (message.mentions(), message.channels(), message.hashtags(), message.emoji());
                let mut paragraphs = keywords::Paragraphs::default();
                paragraphs.add(&message);
                paragraphs.contains(&["a".to_owned(), "a a".to_owned(), "(".to_owned(), "aa".to_owned()]);
                assert!(mentions.len() + channels.len() + hashtags.len() + emoji.len() <= 40_000);
            });
            assert!(steps <= 24 * message.len(), "{pattern:?}: {steps} steps for {} bytes", message.len());
        }
    }

    const HOSTILE: &[&str] = &[
        "[",
        "]",
        "(",
        ")",
        "*",
        "_",
        "~",
        "`",
        "<",
        ">",
        "> ",
        "- ",
        "1. ",
        "#",
        "@",
        ":",
        "!",
        "\\",
        "&",
        "|",
        "+",
        "\t",
        "\n",
        "a",
        "[a](",
        "[](",
        "[](<",
        "[](a \"",
        "[](a '",
        "](",
        "![",
        "![](",
        "[a]: ",
        "[a]:\n",
        "a.",
        "www.",
        "www.a",
        "[w",
        "://",
        "a://",
        "a://)",
        "ab://",
        "ab://)",
        "ab://(",
        "ab://[",
        "[](\\",
        "<a",
        "<ab:",
        "<a@",
        "<!--",
        "<?",
        "<![CDATA[",
        "a@",
        "a@a.",
        "@a.",
        "@a-",
        "@_",
        "a@b.cc@_",
        "a@b.cc://",
        "a@b.cc://c",
        "a@bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb.cc://",
        "#a",
        "#a.",
        "~a",
        "~a~",
        ":a",
        ":a:",
        "`a``",
        "``` ",
        "~~~\n",
        "```\n",
        "- a\n",
        " - a\n",
        ">\n",
        "> a\nb\n",
        "|a",
        "|-|\n",
        "a|b\n-|-\n",
        "&amp;",
        "&#64;",
        "\\@",
        "*a ",
        "a* ",
        "**a ",
        "_a ",
        "*a _a ",
        "~~a ",
        "a**b",
        "日@",
        "é@",
        "@é",
        "a\u{301}",
        "```\n> ",
        "    a\n",
        "\ta\n\n",
    ];
}
