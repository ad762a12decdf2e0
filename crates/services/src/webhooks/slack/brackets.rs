//! One bracket: `<url|label>`, `<@user>`, `<#channel|name>`, `<!here>`, `<!date^..|fallback>`.

use guildhall_model::id;
use guildhall_model::user::rules::is_valid_username;
use time::OffsetDateTime;
use time::macros::format_description;

use super::names::Names;
use super::unescape;

/// Schemes whose addresses are run or shown as a page.
const UNSAFE_SCHEMES: &[&str] = &["javascript", "data", "vbscript"];

/// Converts the bracket that the text begins with, and returns its length. `None` where it is none of Slack's.
pub(super) fn convert(text: &str, names: &Names) -> Option<(String, usize)> {
    let rest = text.strip_prefix('<')?;
    let end = rest.find(['>', '<', '\n']).filter(|end| rest[*end..].starts_with('>'))?;
    let (content, label) = match rest[..end].split_once('|') {
        Some((content, label)) => (content, Some(label).filter(|label| !label.is_empty())),
        None => (&rest[..end], None),
    };
    let converted = match content.split_at_checked(1)? {
        ("@", user) => user_mention(user, label, names),
        ("#", channel) => channel_mention(channel, label, names),
        ("!", command) => special(command, label),
        _ => link(content, label),
    };
    converted.map(|converted| (converted, end + 2))
}

fn user_mention(user: &str, label: Option<&str>, names: &Names) -> Option<String> {
    if let Some(username) = names.user(user) {
        return Some(format!("@{username}"));
    }
    if let Some(label) = label {
        return Some(format!("@{}", unescape(label.trim_start_matches('@'))));
    }
    // An id that nobody has stays what it is.
    (is_valid_username(user) && id::decode(user).is_none()).then(|| format!("@{user}"))
}

fn channel_mention(channel: &str, label: Option<&str>, names: &Names) -> Option<String> {
    let name = names.channel(channel).map(str::to_owned).or_else(|| label.map(|label| unescape(label.trim_start_matches('#'))))?;
    Some(format!("~{name}"))
}

fn special(command: &str, label: Option<&str>) -> Option<String> {
    match command {
        "here" | "channel" | "all" => return Some(format!("@{command}")),
        "everyone" => return Some("@all".to_owned()),
        "group" => return Some("@channel".to_owned()),
        _ => {}
    }
    match command.strip_prefix("date^") {
        Some(date) => special_date(date, label),
        None => label.map(unescape),
    }
}

/// `<!date^seconds^format^link|fallback>`: the fallback, as a link where there is one.
fn special_date(date: &str, fallback: Option<&str>) -> Option<String> {
    let mut parts = date.split('^');
    let seconds = parts.next()?;
    let address = parts.nth(1);
    let text = match fallback {
        Some(fallback) => unescape(fallback),
        None => utc_date(seconds)?,
    };
    Some(address.and_then(|address| markdown_link(address, &text)).unwrap_or(text))
}

fn utc_date(seconds: &str) -> Option<String> {
    let date = OffsetDateTime::from_unix_timestamp(seconds.parse().ok()?).ok()?;
    date.format(format_description!("[year]-[month]-[day] [hour]:[minute] UTC")).ok()
}

/// An address without a label stays in its brackets: Markdown reads them alike.
fn link(address: &str, label: Option<&str>) -> Option<String> {
    match label {
        Some(label) => markdown_link(address, &unescape(label)),
        None => is_address(address).then(|| format!("<{}>", unescape(address))),
    }
}

fn markdown_link(address: &str, label: &str) -> Option<String> {
    if !is_address(address) {
        return None;
    }
    // What would end the address in Markdown.
    let mut escaped = String::with_capacity(address.len());
    for c in unescape(address).chars() {
        match c {
            '(' => escaped.push_str("%28"),
            ')' => escaped.push_str("%29"),
            ' ' => escaped.push_str("%20"),
            '\\' => escaped.push_str("%5C"),
            '<' => escaped.push_str("%3C"),
            '>' => escaped.push_str("%3E"),
            c => escaped.push(c),
        }
    }
    Some(format!("[{}]({escaped})", escape_label(label)))
}

/// Brackets are escaped where they would end the label; balanced ones do not.
fn escape_label(label: &str) -> String {
    let label = label.replace('\\', "\\\\");
    let mut depth = 0_i32;
    let is_balanced = label.chars().all(|c| {
        depth += i32::from(c == '[') - i32::from(c == ']');
        depth >= 0
    });
    if is_balanced && depth == 0 && !label.contains("](") { label } else { label.replace('[', "\\[").replace(']', "\\]") }
}

/// A URL with any scheme that is not unsafe.
fn is_address(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    let is_scheme_char = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic()) && scheme.chars().all(is_scheme_char);
    is_scheme && !rest.is_empty() && !UNSAFE_SCHEMES.iter().any(|unsafe_scheme| scheme.eq_ignore_ascii_case(unsafe_scheme))
}
