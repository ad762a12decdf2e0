//! Bodies that are not strict JSON, and that strict ones are read as before.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::*;

#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
struct Message {
    text: String,
    channel_id: Option<String>,
    #[serde(rename = "type")]
    kind: String,
    props: Option<Map<String, Value>>,
    replies: Vec<Message>,
    #[serde(deserialize_with = "scalar_text")]
    username: Option<String>,
}

fn message(text: &str) -> Message {
    Message { text: text.to_owned(), ..Message::default() }
}

fn read_text(body: &[u8]) -> String {
    from_slice::<Message>(body).unwrap_or_else(|error| panic!("{}: {error}", String::from_utf8_lossy(body))).text
}

#[test]
fn a_list_is_not_accepted_as_an_object() {
    assert_eq!(from_slice::<Message>(br#" {"text":"ada"} "#).unwrap(), message("ada"));
    assert_eq!(from_slice::<Message>(b" {} ").unwrap(), Message::default());
    for body in [r#"["ada"]"#, "[]", "null", "{} {}", "", r#"{"replies":[["ada"]]}"#, r#"{"text":1}"#, "{\"text\":\"x\"", "nonsense"] {
        assert!(from_slice::<Message>(body.as_bytes()).is_err(), "{body}");
    }
    assert_eq!(from_slice::<Vec<String>>(br#"["ada"]"#).unwrap(), ["ada"]);
    assert_eq!(from_slice::<Option<u8>>(b"7").unwrap(), Some(7));
    assert_eq!(from_slice::<Value>(b"[1,{\"A\":2.5}]").unwrap(), json!([1, {"A": 2.5}]));
}

#[test]
fn names_of_fields_are_read_in_any_case_and_those_of_maps_are_kept() {
    let read: Message = from_slice(
        br#"{"TEXT":"a","Channel_Id":"c","tYpe":"me","Props":{"TEXT":1,"text":2,"Text":{"TEXT":3}},"Replies":[{"Text":"b"}],"x":1}"#,
    )
    .unwrap();
    assert_eq!((read.text.as_str(), read.channel_id.as_deref(), read.kind.as_str()), ("a", Some("c"), "me"));
    assert_eq!(Value::Object(read.props.unwrap()), json!({"TEXT": 1, "text": 2, "Text": {"TEXT": 3}}));
    assert_eq!(read.replies, [message("b")]);
}

#[test]
fn the_last_of_repeated_fields_wins() {
    for body in [
        r#"{"text":"a","text":"b"}"#,
        r#"{"text":"a","TEXT":"b"}"#,
        r#"{"Text":"a","text":"c","TEXT":"b"}"#,
        r#"{"text":"c","TEXT":"a","text":"b"}"#,
        r#"{"text":"a","text":"b","props":{"a":1,"A":2}}"#,
    ] {
        let read: Message = from_slice(body.as_bytes()).unwrap();
        assert_eq!(read.text, "b", "{body}");
        assert_eq!(read.props.map_or(2, |props| props.len()), 2, "{body}");
    }
    let nested: Message = from_slice(br#"{"replies":[{"text":"a","text":"b"}],"props":{"k":1,"k":2}}"#).unwrap();
    assert_eq!((nested.replies[0].text.as_str(), nested.props.unwrap()["k"].as_i64()), ("b", Some(2)));
    // A repeated field is no reason to accept one of another type.
    assert!(from_slice::<Message>(br#"{"text":"a","text":7}"#).is_err());
}

#[test]
fn text_that_is_not_perfect_unicode_is_repaired() {
    assert_eq!(read_text(b"{\"text\":\"x \\ud83d y\"}"), "x \u{fffd} y");
    assert_eq!(read_text(b"{\"text\":\"a\\u0000b\"}"), "a\u{fffd}b");
    assert_eq!(read_text(b"{\"text\":\"a\\\\u0000b\"}"), "a\\u0000b");
    assert_eq!(read_text(b"{\"text\":\"two\nlines\"}\0"), "two\nlines");
    assert_eq!(read_text(b"\xef\xbb\xbf{\"text\":\"bom\"}"), "bom");
    assert_eq!(read_text(b"{\"text\":\"Gr\xf6\xdfe\"}"), "Größe");
    let utf16: Vec<u8> = "{\"text\":\"Größe 👍\"}".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(read_text(&utf16), "Größe 👍");
    assert_eq!(read_text(&[b"\xff\xfe".as_slice(), &utf16].concat()), "Größe 👍");
    let declared = Charset::of_content_type("application/json; charset=ISO-8859-1");
    assert_eq!(from_slice_in::<Message>(b"{\"text\":\"Gr\xf6\xdfe\"}", declared).unwrap(), message("Größe"));
    let keys: Message = from_slice(b"{\"props\":{\"a\\u0000\":\"\\udc00\"}}").unwrap();
    assert_eq!(Value::Object(keys.props.unwrap()), json!({"a\u{fffd}": "\u{fffd}"}));
}

#[test]
fn numbers_and_booleans_are_accepted_for_texts_that_say_so() {
    for (body, expected) in
        [("5", Some("5")), ("-1.5", Some("-1.5")), ("5.0", Some("5")), ("true", Some("true")), ("\"x\"", Some("x")), ("null", None)]
    {
        let read: Message = from_slice(format!("{{\"username\":{body}}}").as_bytes()).unwrap();
        assert_eq!(read.username.as_deref(), expected, "{body}");
    }
    assert!(from_slice::<Message>(b"{\"username\":{}}").is_err());
}

#[test]
fn deep_and_repeated_input_is_bounded() {
    for body in ["[".repeat(100_000), "{\"replies\":[".repeat(100_000), "{\"text\":\"a\",\"text\":".repeat(10_000)] {
        assert!(from_slice::<Message>(body.as_bytes()).is_err());
        assert!(from_slice::<Value>(body.as_bytes()).is_err());
    }
}

#[test]
fn a_value_is_read_like_a_body() {
    assert_eq!(from_value::<Message>(json!({"TEXT": "a"})).unwrap(), message("a"));
    assert!(from_value::<Message>(json!(["a"])).is_err());
}

#[test]
fn strict_json_is_read_as_before_and_nothing_panics() {
    let pieces: [&[u8]; 20] = [
        b"{",
        b"}",
        b"[",
        b"]",
        b",",
        b":",
        b"\"text\"",
        b"\"TEXT\"",
        b"\"a\"",
        b"\"",
        b"\\",
        b"\\u0000",
        b"\\ud83d",
        b"\xff\xfe",
        b"\xf6",
        b"\0",
        b"\n",
        b"1e400",
        b"null",
        "é👍".as_bytes(),
    ];
    for a in pieces {
        for b in pieces {
            for c in pieces {
                let body = [a, b, c, b"\"}"].concat();
                let _ = from_slice::<Message>(&body);
                for whole in [body, [b"{\"text\":", a, b, c, b"}"].concat(), [b"[", a, b, c, b"]"].concat()] {
                    let strict = serde_json::from_slice::<Value>(&whole);
                    let lenient = from_slice::<Value>(&whole);
                    if let Ok(strict) = strict
                        && !strict.to_string().contains("\\u0000")
                    {
                        assert_eq!(lenient.unwrap(), strict);
                    }
                }
            }
        }
    }
}

#[test]
fn fields_that_are_null_are_not_given() {
    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(default)]
    struct Query {
        term: String,
        limit: i64,
        is_archived: bool,
        team_ids: Vec<String>,
        within: Option<Message>,
    }
    impl Default for Query {
        fn default() -> Self {
            Self { term: String::new(), limit: 60, is_archived: true, team_ids: Vec::new(), within: None }
        }
    }
    let read = |body: &str| from_slice::<Query>(body.as_bytes());
    let nulls = r#"{"term":null,"limit":null,"is_archived":null,"TEAM_IDS":null,"within":null}"#;
    assert_eq!(read(nulls).unwrap(), Query::default());
    let nested =
        read(r#"{"term":"null","limit":7,"within":{"text":null,"type":null,"props":{"a":null},"replies":[{"Text":null}]}}"#).unwrap();
    assert_eq!((nested.term.as_str(), nested.limit), ("null", 7));
    let within = nested.within.unwrap();
    assert_eq!((Value::Object(within.props.unwrap()), within.replies), (json!({"a": null}), vec![Message::default()]));
    // What is wrong beside a null is still wrong, and a list has no fields.
    assert!(read(r#"{"term":null,"limit":"many"}"#).is_err());
    assert!(read(r#"{"team_ids":[null]}"#).is_err());
    assert!(read("null").is_err());
    assert!(read(r#"{"term":null} x"#).is_err());
    // The last of repeated fields wins, as for others.
    assert_eq!(read(r#"{"term":"a","TERM":null,"limit":1}"#).unwrap().term, "a");
}
