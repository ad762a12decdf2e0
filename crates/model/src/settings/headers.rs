//! Headers of HTTP in a setting, as OpenTelemetry writes them: `name=value,name=value`, with the value percent-encoded.

/// Characters of one name or value.
const CHARS_MAX: usize = 4096;

/// Names and decoded values; `None` if one of them cannot be a header. Errors do not repeat the text, which has passwords.
pub fn parse_headers(text: &str) -> Option<Vec<(String, String)>> {
    text.split(',').map(str::trim).filter(|entry| !entry.is_empty()).map(parse_header).collect()
}

fn parse_header(entry: &str) -> Option<(String, String)> {
    let (name, value) = entry.split_once('=')?;
    let (name, value) = (name.trim(), decode(value.trim())?);
    let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte));
    let is_value = !value.is_empty() && value.bytes().all(|byte| (b' '..=b'~').contains(&byte));
    (is_name && is_value && name.len() <= CHARS_MAX && value.len() <= CHARS_MAX).then(|| (name.to_ascii_lowercase(), value))
}

/// `%20` is a space; a `%` that begins no such code is itself.
fn decode(text: &str) -> Option<String> {
    let (mut decoded, mut rest) = (Vec::with_capacity(text.len()), text.as_bytes());
    while let Some((first, after)) = rest.split_first() {
        let code = after.get(..2).filter(|_| *first == b'%').and_then(|code| hex::decode(code).ok());
        match code.as_deref() {
            Some([byte]) => {
                decoded.push(*byte);
                rest = &after[2..];
            }
            _ => {
                decoded.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8(decoded).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_names_and_values() {
        let parsed = parse_headers(" Authorization=Basic%20dXNlcjpwYXNz== , x-scope-orgid=7%,").unwrap();
        let expected = [("authorization", "Basic dXNlcjpwYXNz=="), ("x-scope-orgid", "7%")];
        assert_eq!(parsed, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
        assert_eq!(parse_headers(""), Some(Vec::new()));
        for invalid in ["secret", "=value", "name=", "na me=value", "name=a%0d%0ab", "name=caf\u{e9}", "a=b,c"] {
            assert_eq!(parse_headers(invalid), None, "{invalid}");
        }
    }
}
