//! The parameters of a part's `Content-Disposition`, as browsers and other programs write them.

use guildhall_model::text::Charset;
use percent_encoding::percent_decode_str;

/// `name` and `filename` of a part.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Disposition {
    pub name: String,
    /// Empty for a part that is no file.
    pub filename: String,
}

impl Disposition {
    pub(super) fn parse(header: &[u8]) -> Self {
        let text = Charset::default().decode(header);
        let (mut disposition, mut extended) = (Self::default(), None);
        for (name, value) in Parameters(after_type(&text)) {
            match name.as_str() {
                "name" => disposition.name = unescape(&value),
                "filename" => disposition.filename = unescape(&value),
                "filename*" => extended = decode_extended(&value),
                _ => {}
            }
        }
        // RFC 6266: the extended form is preferred.
        disposition.filename = extended.unwrap_or(disposition.filename);
        disposition
    }
}

fn after_type(header: &str) -> &str {
    header.split_once(';').map_or("", |(_, parameters)| parameters)
}

/// `; name=value; name="quoted; value"`: names in lower case, values without quotes and backslashes that escape.
struct Parameters<'a>(&'a str);

impl Iterator for Parameters<'_> {
    type Item = (String, String);

    fn next(&mut self) -> Option<(String, String)> {
        let (name, rest) = self.0.trim_start_matches([';', ' ', '\t']).split_once('=')?;
        let (value, rest) = match rest.trim_start().strip_prefix('"') {
            Some(quoted) => quoted_value(quoted),
            None => {
                let (value, rest) = rest.split_once(';').unwrap_or((rest, ""));
                (value.trim().to_owned(), rest)
            }
        };
        self.0 = rest;
        Some((name.trim().to_ascii_lowercase(), value))
    }
}

/// The text up to the closing quote, and what follows. A backslash escapes a quote or another backslash only: older browsers
/// send whole paths such as `C:\notes.txt`.
fn quoted_value(text: &str) -> (String, &str) {
    let mut value = String::new();
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return (value, &text[at + 1..]),
            '\\' => value.push(chars.next_if(|(_, next)| matches!(next, '"' | '\\')).map_or('\\', |(_, escaped)| escaped)),
            c => value.push(c),
        }
    }
    (value, "")
}

/// Browsers escape these three characters and no other (HTML, "multipart/form-data encoding algorithm").
fn unescape(value: &str) -> String {
    value.replace("%22", "\"").replace("%0D", "\r").replace("%0A", "\n")
}

/// `UTF-8''na%C3%AFve.txt` (RFC 5987).
fn decode_extended(value: &str) -> Option<String> {
    let (label, rest) = value.split_once('\'')?;
    let (_language, encoded) = rest.split_once('\'')?;
    let bytes: Vec<u8> = percent_decode_str(encoded).collect();
    Some(Charset::of_label(label).decode(&bytes).into_owned()).filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filename(parameter: &str) -> String {
        let disposition = Disposition::parse(format!("form-data; name=\"files\"; {parameter}").as_bytes());
        assert_eq!(disposition.name, "files");
        disposition.filename
    }

    #[test]
    fn names_are_read_as_browsers_and_programs_write_them() {
        for (parameter, expected) in [
            ("filename=\"a b.txt\"", "a b.txt"),
            ("FileName=plain.txt", "plain.txt"),
            ("filename = \"spaced.txt\" ", "spaced.txt"),
            ("filename=\"say %22hi%22.txt\"", "say \"hi\".txt"),
            ("filename=\"two%0D%0Alines\"", "two\r\nlines"),
            ("filename=\"100%25 %20 %2522; x=y.txt\"", "100%25 %20 %2522; x=y.txt"),
            ("filename=\"say \\\"hi\\\" \\\\o/.txt\"", "say \"hi\" \\o/.txt"),
            ("filename=\"C:\\Users\\me\\notes.txt\"", "C:\\Users\\me\\notes.txt"),
            ("filename=\"ä→日本👍🏽.txt\"", "ä→日本👍🏽.txt"),
            ("filename=\"x.txt\"; filename*=UTF-8''na%C3%AFve%20%e6%96%87.txt", "naïve 文.txt"),
            ("filename*=utf-8'en'a%22b.txt; filename=\"x.txt\"", "a\"b.txt"),
            ("filename*=iso-8859-1''Gr%F6%DFe.txt", "Größe.txt"),
            ("filename=\"x.txt\"; filename*=broken", "x.txt"),
            ("filename=\"unclosed", "unclosed"),
            ("filename=\"\"", ""),
            ("", ""),
        ] {
            assert_eq!(filename(parameter), expected, "{parameter}");
        }
        let latin1 = Disposition::parse(b"form-data; name=\"files\"; filename=\"Gr\xf6\xdfe.txt\"");
        assert_eq!(latin1.filename, "Größe.txt");
    }

    #[test]
    fn malformed_headers_do_not_panic() {
        for header in [&b""[..], b"form-data", b";;;", b"form-data; =", b"form-data; name", b"x; \"=\"", b"\xff; name=\xfe", b"a;b=\"\\"] {
            let _ = Disposition::parse(header);
        }
        assert_eq!(Disposition::parse(b"form-data; name=plain"), Disposition { name: "plain".to_owned(), filename: String::new() });
    }
}
