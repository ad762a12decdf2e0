//! Makes strict JSON of JSON whose strings are not: control characters that are not escaped, NUL, and halves of surrogate
//! pairs. What is not JSON stays what it is, and fails in the parser.

const REPLACEMENT: &str = "\u{fffd}";

/// The text with repaired strings; strict JSON with no escaped NUL is returned as it is.
pub(super) fn repair_strings(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let mut rest = text;
    let mut in_string = false;
    while let Some(at) = rest.find(|c: char| c.is_ascii_control() || matches!(c, '"' | '\\')) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let special = rest.as_bytes().first().copied().unwrap_or_default();
        let consumed_bytes = match special {
            b'"' => {
                in_string = !in_string;
                out.push('"');
                1
            }
            b'\\' if in_string => push_escape(&mut out, rest),
            // Programs in C send the end of their buffers.
            0 if !in_string => 1,
            0 => {
                out.push_str(REPLACEMENT);
                1
            }
            control if in_string && control < 0x20 => {
                out.push_str(&format!("\\u{control:04x}"));
                1
            }
            other => {
                out.push(char::from(other));
                1
            }
        };
        rest = &rest[consumed_bytes..];
    }
    out.push_str(rest);
    out
}

/// Appends the escape that `rest` begins with, and returns its length in bytes.
fn push_escape(out: &mut String, rest: &str) -> usize {
    let Some(unit) = utf16_escape(rest) else {
        // A backslash and the character that it escapes, which may have more than one byte.
        let escaped = rest[1..].chars().next().filter(|c| !c.is_ascii_control());
        out.push('\\');
        out.extend(escaped);
        return 1 + escaped.map_or(0, char::len_utf8);
    };
    let has_low_half = (0xd800..0xdc00).contains(&unit) && utf16_escape(&rest[6..]).is_some_and(|low| (0xdc00..0xe000).contains(&low));
    if has_low_half {
        out.push_str(&rest[..12]);
        return 12;
    }
    if unit == 0 || (0xd800..0xe000).contains(&unit) {
        out.push_str(REPLACEMENT)
    } else {
        out.push_str(&rest[..6])
    }
    6
}

/// The code unit of `\uXXXX` at the beginning of the text.
fn utf16_escape(text: &str) -> Option<u16> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    // `from_str_radix` also takes a sign.
    digits.bytes().all(|digit| digit.is_ascii_hexdigit()).then(|| u16::from_str_radix(digits, 16).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::repair_strings;

    #[test]
    fn strict_json_is_unchanged() {
        for text in [
            r#"{"text":"a\"b\\ \/ \b\f\n\r\t \u00e9 \ud83d\ude00 é👍","n":[1,-2.5e3,true,null]}"#,
            "{\n\t\"a\" : \"\\\\u0000\"\r\n}",
            "\"\\\\\\\"\"",
            "",
        ] {
            assert_eq!(repair_strings(text), text);
        }
    }

    #[test]
    fn strings_are_repaired() {
        for (text, repaired) in [
            (r#""x \ud83d y""#, "\"x \u{fffd} y\""),
            (r#""\ude00\ud83d""#, "\"\u{fffd}\u{fffd}\""),
            (r#""\ud83d\ud83d\ude00""#, "\"\u{fffd}\\ud83d\\ude00\""),
            (r#""\ud83d\u0041""#, "\"\u{fffd}\\u0041\""),
            (r#""a\u0000b""#, "\"a\u{fffd}b\""),
            ("\"a\0b\"\0\0", "\"a\u{fffd}b\""),
            ("\"two\nlines\tand \\\"\r\"", r#""two\u000alines\u0009and \"\u000d""#),
        ] {
            assert_eq!(repair_strings(text), repaired);
        }
    }

    #[test]
    fn what_is_no_json_does_not_panic() {
        let pieces = ["\"", "\\", "\\u", "\\ud83d", "\\u00", "é", "\0", "\n", "{", "\\é", "+123", "\u{7f}"];
        for a in pieces {
            for b in pieces {
                for c in pieces {
                    let _ = repair_strings(&[a, b, c].concat());
                    let _ = repair_strings(&["\"", a, b, c].concat());
                }
            }
        }
    }
}
