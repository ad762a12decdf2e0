//! Texts in Slack's format and in Markdown.

use serde_json::json;

use super::*;

fn names() -> Names {
    Names::of(&[("yyyyyyyyyyyyyyyyyyyyyyyyyy", "ann")], &[("cccccccccccccccccccccccccc", "town-square")])
}

fn check(cases: &[(&str, &str)]) {
    for (text, expected) in cases {
        assert_eq!(to_markdown(text, &names()), *expected, "{text}");
    }
}

#[test]
fn links_have_any_scheme_and_any_label() {
    check(&[
        ("<https://a.example/?x=1|A> < 3", "[A](https://a.example/?x=1) < 3"),
        ("a <b> c <https://a.example> <", "a <b> c <https://a.example> <"),
        ("see <https://en.wikipedia.org/wiki/Foo_(bar)|Foo (bar)>", "see [Foo (bar)](https://en.wikipedia.org/wiki/Foo_%28bar%29)"),
        ("<tel:+4912345|call>", "[call](tel:+4912345)"),
        ("<mailto:a@b.example|write>, <ssh://git@host/x|clone>", "[write](mailto:a@b.example), [clone](ssh://git@host/x)"),
        (
            "<https://x.org|a|b> <https://x.org|a]b> <https://x.org|[a] b>",
            "[a|b](https://x.org) [a\\]b](https://x.org) [[a] b](https://x.org)",
        ),
        ("<https://x.org|[a](b)> <https://x.org|c:\\>", "[\\[a\\](b)](https://x.org) [c:\\\\](https://x.org)"),
        ("<https://x.org/?a=1&amp;b=2|a &amp; b &lt;c&gt;>", "[a & b <c>](https://x.org/?a=1&b=2)"),
        ("<https://x.org/?a=1&amp;b=2>", "<https://x.org/?a=1&b=2>"),
        ("<https://x.org/a b|c> <https://x.org|`c`>", "[c](https://x.org/a%20b) [`c`](https://x.org)"),
        ("**<https://x.org|Click>**", "**[Click](https://x.org)**"),
        ("<https://x.org|>", "<https://x.org>"),
        ("<javascript:x|title> <JavaScript:x|t> <data:text/html,x|t>", "<javascript:x|title> <JavaScript:x|t> <data:text/html,x|t>"),
        ("<|> <> <a|b> <1:2|3> <x:|y> <é|x>", "<|> <> <a|b> <1:2|3> <x:|y> <é|x>"),
        ("<https://x.org|two\nlines>", "<https://x.org|two\nlines>"),
    ]);
}

#[test]
fn mentions_are_by_id_or_name() {
    check(&[
        ("hey <@yyyyyyyyyyyyyyyyyyyyyyyyyy>, <@yyyyyyyyyyyyyyyyyyyyyyyyyy|old>", "hey @ann, @ann"),
        ("<@U0123ABC|bob> <@bob.b-1_>", "@bob @bob.b-1_"),
        ("<@U0123ABC> <@zzzzzzzzzzzzzzzzzzzzzzzzzz>", "<@U0123ABC> <@zzzzzzzzzzzzzzzzzzzzzzzzzz>"),
        ("<#cccccccccccccccccccccccccc> <#C123|general> <#C123>", "~town-square ~general <#C123>"),
        ("<!here> <!channel> <!all> <!everyone> <!group> <!here|@here>", "@here @channel @all @all @channel @here"),
        ("<!subteam^S1|@ops> <!subteam^S1> <!unknown|label>", "@ops <!subteam^S1> label"),
        ("<<!all>ž", "<@allž"),
        ("&lt;!here&gt;", "<!here>"),
    ]);
}

#[test]
fn dates_are_their_fallback() {
    check(&[
        ("<!date^1392734382^{date_short}|Feb 18, 2014>", "Feb 18, 2014"),
        ("<!date^1392734382^Posted {date}^https://x.org/|Feb 18>", "[Feb 18](https://x.org/)"),
        ("<!date^1392734382^{date}>", "2014-02-18 14:39 UTC"),
        ("<!date^never^{date}> <!date^>", "<!date^never^{date}> <!date^>"),
    ]);
}

#[test]
fn the_three_escapes_are_decoded() {
    check(&[
        ("a &lt; b &gt; c &amp; d &AMP; &copy; &", "a < b > c & d &AMP; &copy; &"),
        ("&amp;lt; &amp;amp; &amp;#60; &amp; &amp;x", "&amp;lt; &amp;amp; &amp;#60; & &x"),
        ("AT&amp;T", "AT&T"),
    ]);
}

#[test]
fn code_is_unchanged() {
    check(&[
        ("`<!here>` <!here> ``<https://x.org|`x`>``", "`<!here>` @here ``<https://x.org|`x`>``"),
        ("```\n<!here> &lt;\n```\n<!here>", "```\n<!here> &lt;\n```\n@here"),
        ("<!here> see `<https://x.org|x>`", "@here see `<https://x.org|x>`"),
        ("text\n\n    <!here>\n", "text\n\n    <!here>\n"),
        ("- a\n    - <!here>", "- a\n    - @here"),
        ("an ` alone <!here>", "an ` alone @here"),
        ("<div>\n`<!here>`\n<!here>", "<div>\n`<!here>`\n@here"),
    ]);
}

#[test]
fn all_texts_of_an_attachment_are_converted() {
    let texts = json!({
        "fallback": "<!here>", "pretext": "<http://x.org|z>", "Text": "<http://x.org|t>", "title": "<!here> x",
        "author_name": "<@yyyyyyyyyyyyyyyyyyyyyyyyyy>", "footer": "a &amp; b", "title_link": "http://x.org/?a&amp;b", "color": "<!here>",
        "fields": [{"title": "<!here>", "Value": "<http://x.org|v>", "short": true}, {"value": 5}, null],
    });
    let expected = json!({
        "fallback": "@here", "pretext": "[z](http://x.org)", "text": "[t](http://x.org)", "title": "@here x",
        "author_name": "@ann", "footer": "a & b", "title_link": "http://x.org/?a&amp;b", "color": "<!here>",
        "fields": [{"title": "@here", "value": "[v](http://x.org)", "short": true}, {"value": 5}, null],
    });
    assert_eq!(attachment_to_markdown(texts, &names()), expected);
}

#[test]
fn hostile_texts_are_converted_in_linear_time_and_do_not_panic() {
    let pieces = ["<", ">", "|", "@", "#", "!", "date^", "&lt;", "&amp;", "é", "`", "\n", "https://x", "^"];
    for a in pieces {
        for b in pieces {
            for c in pieces {
                let _ = to_markdown(&["<", a, b, c, ">"].concat(), &names());
                let _ = to_markdown(&[a, b, c].concat(), &names());
            }
        }
    }
    for repeated in ["<", "<@", "`<", "&amp;", "<!here>", "<https://x|"] {
        assert!(to_markdown(&repeated.repeat(50_000), &names()).len() <= repeated.len() * 50_000);
    }
}
