//! Reads the details of an audit record back: `name=value name="quoted value"`, as `access` writes them.

/// Names and values in their order. Details that were cut off end with what is left of the last value.
pub fn parse_details(text: &str) -> Vec<(String, String)> {
    let mut details = Vec::new();
    let mut rest = text.trim_start();
    while let Some((name, after)) = rest.split_once('=') {
        let (value, after) = match after.strip_prefix('"') {
            Some(quoted) => quoted_value(quoted),
            None => {
                let end = after.find(char::is_whitespace).unwrap_or(after.len());
                let (value, after) = after.split_at(end);
                (value.to_owned(), after)
            }
        };
        details.push((name.to_owned(), value));
        rest = after.trim_start();
    }
    details
}

/// The value up to the closing quote, with the escapes of Rust's debug format undone, and what follows.
fn quoted_value(text: &str) -> (String, &str) {
    let mut value = String::new();
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return (value, &text[at + 1..]),
            '\\' => match chars.next().map(|(_, escaped)| escaped) {
                Some('n') => value.push('\n'),
                Some('r') => value.push('\r'),
                Some('t') => value.push('\t'),
                Some('0') => value.push('\0'),
                Some('u') => {
                    let digits: String = chars.by_ref().map(|(_, c)| c).skip_while(|c| *c == '{').take_while(|c| *c != '}').collect();
                    value.extend(u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32));
                }
                Some(other) => value.push(other),
                None => {}
            },
            c => value.push(c),
        }
    }
    (value, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_back() {
        let parsed = parse_details(r#"user_id=b name="a user_id=c" old="" word="say\"it" lines="one\ntwo \u{7f}x\\" cut="open en"#);
        let pairs: Vec<(&str, &str)> = parsed.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let expected = [
            ("user_id", "b"),
            ("name", "a user_id=c"),
            ("old", ""),
            ("word", "say\"it"),
            ("lines", "one\ntwo \u{7f}x\\"),
            ("cut", "open en"),
        ];
        assert_eq!(pairs, expected);
        assert_eq!(parse_details(""), Vec::new());
        assert_eq!(parse_details("no details here"), Vec::new());
        assert_eq!(parse_details("a="), [("a".to_owned(), String::new())]);
    }
}
