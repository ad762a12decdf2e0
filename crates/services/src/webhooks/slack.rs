//! Converts Slack's text format to Markdown: `<url|title>` and `<!here>`.

use serde_json::Value;

/// `<!channel>`, `<!here>` and `<!all>` become mentions, `<url|title>` a link; the rest is unchanged.
pub(crate) fn to_markdown(text: &str) -> String {
    if !text.contains('<') {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut left = text;
    while let Some(start) = left.find('<') {
        out.push_str(&left[..start]);
        let rest = &left[start + 1..];
        match rest.find(['>', '<', '\n']).filter(|end| rest[*end..].starts_with('>')) {
            Some(end) => {
                out.push_str(&convert_brackets(&rest[..end]));
                left = &rest[end + 1..];
            }
            None => {
                out.push('<');
                left = rest;
            }
        }
    }
    out.push_str(left);
    out
}

fn convert_brackets(inside: &str) -> String {
    match inside {
        "!channel" | "!here" | "!all" => return format!("@{}", &inside[1..]),
        "!everyone" => return "@all".to_owned(),
        _ => {}
    }
    match inside.split_once('|') {
        Some((url, title)) if is_link(url) && !title.is_empty() => format!("[{title}]({url})"),
        _ => format!("<{inside}>"),
    }
}

fn is_link(url: &str) -> bool {
    ["http://", "https://", "mailto:"].iter().any(|scheme| url.starts_with(scheme)) && !url.contains([' ', '(', ')'])
}

/// The same for the texts of an attachment.
pub(crate) fn attachment_to_markdown(mut attachment: Value) -> Value {
    for name in ["fallback", "pretext", "text"] {
        convert_in_place(attachment.get_mut(name));
    }
    if let Some(Value::Array(fields)) = attachment.get_mut("fields") {
        for field in fields {
            convert_in_place(field.get_mut("value"));
        }
    }
    attachment
}

fn convert_in_place(value: Option<&mut Value>) {
    if let Some(Value::String(text)) = value {
        *text = to_markdown(text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_and_mentions_are_convert() {
        assert_eq!(to_markdown("<https://a.example/?x=1|A> and <!here> < 3"), "[A](https://a.example/?x=1) and @here < 3");
        assert_eq!(to_markdown("a <b> c <https://a.example> <"), "a <b> c <https://a.example> <");
        assert_eq!(to_markdown("<javascript:x|title>"), "<javascript:x|title>");
        assert_eq!(to_markdown("<<!all>ž<|>"), "<@allž<|>");
    }
}
