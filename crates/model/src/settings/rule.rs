//! Restrictions of a setting's values beyond its type.

use std::net::{IpAddr, SocketAddr};

use serde_json::Value;
use url::{Host, Url};

use super::headers::parse_headers;
use super::site_address::is_plain_path;
use super::tls::{HOST_NAMES_MAX, parse_host_names};
use crate::address_list::AddressList;
use crate::id::ChannelId;
use crate::user::rules::is_valid_email;

/// Bytes of a list of addresses or domains.
const LIST_BYTES_MAX: usize = 4096;
/// Bytes of the name of a host.
const HOST_BYTES_MAX: usize = 253;
/// Bytes of a web address.
const URL_BYTES_MAX: usize = 1024;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// Every value of the type.
    Any,
    Number {
        min: i64,
        max: i64,
    },
    /// A share, 0 to 1.
    Ratio,
    /// A length in characters.
    Chars {
        min: usize,
        max: usize,
    },
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// One or more of these words, separated by commas.
    Words(&'static [&'static str]),
    /// Host names, separated by commas; the first label may be `*`.
    HostNames,
    /// Empty, or an IP address with a port.
    ListenAddress,
    /// Empty, or an address that begins with http:// or https://, with or without a path.
    WebAddress,
    /// Empty, a host name or an IP address.
    Host,
    /// Empty, or a mail address.
    MailAddress,
    /// A colour of 24 bits, `#rrggbb`.
    Color,
    /// Headers of HTTP, `name=value`, separated by commas.
    Headers,
    /// Empty, or the id of a channel.
    Channel,
    /// Addresses and networks.
    Networks,
    /// Addresses, networks and host names.
    Addresses,
}

pub(super) const fn at_least(min: i64) -> Rule {
    Rule::Number { min, max: i64::MAX }
}

pub(super) const fn between(min: i64, max: i64) -> Rule {
    Rule::Number { min, max }
}

pub(super) const fn chars(min: usize, max: usize) -> Rule {
    Rule::Chars { min, max }
}

impl Rule {
    /// The error is the end of a sentence without its full stop.
    pub fn check(self, value: &Value) -> Result<(), String> {
        let text = value.as_str().unwrap_or_default();
        let is_valid = match self {
            Self::Any => true,
            Self::Number { min, max } => number(value).is_some_and(|number| (i128::from(min)..=i128::from(max)).contains(&number)),
            Self::Ratio => value.as_f64().is_some_and(|ratio| (0.0..=1.0).contains(&ratio)),
            Self::Chars { min, max } => (min..=max).contains(&text.chars().count()),
            Self::OneOf(words) => words.contains(&text),
            Self::Words(words) => text.split(',').all(|word| words.contains(&word.trim())),
            Self::HostNames => text.len() <= LIST_BYTES_MAX && parse_host_names(text).is_some(),
            Self::ListenAddress => text.is_empty() || text.parse::<SocketAddr>().is_ok(),
            Self::WebAddress => is_web_address(text),
            Self::Host => text.is_empty() || text.len() <= HOST_BYTES_MAX && (text.parse::<IpAddr>().is_ok() || Host::parse(text).is_ok()),
            Self::MailAddress => text.is_empty() || is_valid_email(&text.to_lowercase()),
            Self::Color => is_color(text),
            Self::Channel => text.is_empty() || text.parse::<ChannelId>().is_ok(),
            Self::Headers => parse_headers(text).is_some(),
            Self::Networks | Self::Addresses if text.len() > LIST_BYTES_MAX => false,
            Self::Networks => return AddressList::parse_networks(text).map(|_| ()).map_err(|invalid| invalid.to_string()),
            Self::Addresses => return text.parse::<AddressList>().map(|_| ()).map_err(|invalid| invalid.to_string()),
        };
        if is_valid { Ok(()) } else { Err(format!("it must {}", self.requirement())) }
    }

    /// Completes the sentence "it must ..."; empty for [`Rule::Any`].
    pub fn requirement(self) -> String {
        match self {
            Self::Any => String::new(),
            Self::Number { min, max: i64::MAX } => format!("be {min} or more"),
            Self::Number { min, max } => format!("be {min} to {max}"),
            Self::Ratio => "be 0.0 to 1.0".to_owned(),
            Self::Chars { min: 0, max } => format!("have {max} characters at most"),
            Self::Chars { min, max } => format!("have {min} to {max} characters"),
            Self::OneOf(words) => format!("be one of {}", words.join(", ")),
            Self::Words(words) => format!("be one or more of {}, separated by commas", words.join(", ")),
            Self::HostNames => format!("be {HOST_NAMES_MAX} host names at most, such as chat.example.com, separated by commas"),
            Self::ListenAddress => "be empty or an IP address with a port, such as 127.0.0.1:8067".to_owned(),
            Self::WebAddress => format!(
                "be empty or begin with http:// or https://, with letters, digits, and - _ . ~ in its path, and have {URL_BYTES_MAX} \
                 characters at most"
            ),
            Self::Host => "be empty, a host name or an IP address".to_owned(),
            Self::MailAddress => "be empty or a mail address, such as chat@example.com".to_owned(),
            Self::Color => "be a color such as #f2a93b".to_owned(),
            Self::Channel => "be empty or the id of a channel".to_owned(),
            Self::Headers => "be headers such as name=value, separated by commas".to_owned(),
            Self::Networks => format!("be addresses and networks, separated by commas, in {LIST_BYTES_MAX} characters at most"),
            Self::Addresses => {
                format!("be addresses, networks and host names, separated by commas, in {LIST_BYTES_MAX} characters at most")
            }
        }
    }
}

fn number(value: &Value) -> Option<i128> {
    value.as_i64().map(i128::from).or_else(|| value.as_u64().map(i128::from))
}

fn is_color(text: &str) -> bool {
    text.strip_prefix('#').is_some_and(|digits| digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

fn is_web_address(text: &str) -> bool {
    let is_plain = text.len() <= URL_BYTES_MAX && !text.contains(|c: char| c.is_whitespace() || c.is_control());
    let has_scheme = ["http://", "https://"].iter().any(|scheme| text.starts_with(scheme));
    // The text itself: what is parsed has lost `..` and gained `/`.
    let path = text.split_once("://").and_then(|(_, rest)| rest.find('/').map(|slash| &rest[slash..])).unwrap_or_default();
    let has_origin_and_path =
        |url: Url| url.username().is_empty() && url.password().is_none() && url.query().is_none() && url.fragment().is_none();
    text.is_empty()
        || is_plain && has_scheme && is_plain_path(path.trim_end_matches('/')) && Url::parse(text).is_ok_and(has_origin_and_path)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn errors_state_the_requirement() {
        for (rule, good, bad, reason) in [
            (between(5, 72), json!(5), json!(73), "it must be 5 to 72"),
            (Rule::Color, json!("#F2a93b"), json!("#f2a93b;x"), "it must be a color such as #f2a93b"),
            (Rule::Channel, json!(""), json!("town-square"), "it must be empty or the id of a channel"),
            (at_least(1), json!(u64::MAX / 2), json!(0), "it must be 1 or more"),
            (at_least(-1), json!(-1), json!(-2), "it must be -1 or more"),
            (chars(1, 2), json!("äö"), json!(""), "it must have 1 to 2 characters"),
            (chars(0, 2), json!(""), json!("abc"), "it must have 2 characters at most"),
            (
                Rule::WebAddress,
                json!("https://chat.example.com/sub"),
                json!("javascript:alert(1)"),
                "it must be empty or begin with http://",
            ),
            (Rule::Ratio, json!(1), json!(1.5), "it must be 0.0 to 1.0"),
            (Rule::Ratio, json!(0.01), json!(-0.1), "it must be 0.0 to 1.0"),
            (Rule::Ratio, json!(0), json!(f64::NAN), "it must be 0.0 to 1.0"),
            (Rule::Headers, json!("authorization=Basic%20eDp5"), json!("secret"), "it must be headers such as name=value"),
            (Rule::OneOf(&["text", "json"]), json!("json"), json!("xml"), "it must be one of text, json"),
            (Rule::ListenAddress, json!("[::1]:8067"), json!("localhost"), "it must be empty or an IP address with a port"),
            (Rule::ListenAddress, json!(""), json!("127.0.0.1"), "it must be empty or an IP address with a port"),
            (Rule::WebAddress, json!(""), json!("https://"), "it must be empty or begin with http://"),
            (Rule::WebAddress, json!("https://x:1/"), json!("https://x/a b"), "it must be empty or begin with http://"),
            (Rule::WebAddress, json!("https://x/a/b/"), json!("https://x/a/../b"), "it must be empty or begin with http://"),
            (Rule::WebAddress, json!("http://[::1]:1/~a"), json!("https://x/a;b"), "it must be empty or begin with http://"),
            (Rule::WebAddress, json!("http://x"), json!("https://x/?q"), "it must be empty or begin with http://"),
            (Rule::WebAddress, json!("http://x"), json!("https://joe@x/"), "it must be empty or begin with http://"),
            (Rule::Words(&["a", "b"]), json!("b, a"), json!("a,"), "it must be one or more of a, b"),
            (Rule::HostNames, json!("chat.example.com, *.example.com"), json!("a b"), "it must be 100 host names at most"),
            (Rule::HostNames, json!(""), json!("https://chat.example.com"), "it must be 100 host names at most"),
            (Rule::HostNames, json!("büro.example"), json!("192.168.1.5"), "it must be 100 host names at most"),
            (Rule::ListenAddress, json!("[::]:443"), json!("chat.example.com:443"), "it must be empty or an IP address with a port"),
            (Rule::Networks, json!("10.0.0.0/8,::1"), json!("proxy"), "\"proxy\" is neither an address nor a network"),
            (Rule::Addresses, json!("10.0.0.0/8,proxy"), json!("10.0.0.0/99"), "\"10.0.0.0/99\" is neither"),
            (Rule::Addresses, json!(""), json!("a,".repeat(2049)), "it must be addresses, networks and host names"),
        ] {
            assert_eq!(rule.check(&good), Ok(()), "{good}");
            let error = rule.check(&bad).unwrap_err();
            assert!(error.starts_with(reason), "{error}");
        }
    }
}
