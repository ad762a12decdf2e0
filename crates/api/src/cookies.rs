//! The three cookies of a browser session, as Mattermost's clients expect them.

use http::header::SET_COOKIE;
use http::{HeaderMap, HeaderValue};

pub const AUTH_TOKEN: &str = "MMAUTHTOKEN";
pub const USER_ID: &str = "MMUSERID";
pub const CSRF: &str = "MMCSRF";

/// The value of one cookie in a `Cookie` header.
pub fn get_value<'a>(header: &'a str, name: &str) -> Option<&'a str> {
    header.split(';').filter_map(|pair| pair.trim().split_once('=')).find(|(key, _)| *key == name).map(|(_, value)| value)
}

/// Sets the cookies of a new session. Only the token is `HttpOnly`: scripts of the client read the others.
pub fn set(headers: &mut HeaderMap, token: &str, user_id: &str, csrf: &str, max_age_seconds: i64, is_secure: bool) {
    let secure = if is_secure { "; Secure" } else { "" };
    for (name, value, http_only) in [(AUTH_TOKEN, token, "; HttpOnly"), (USER_ID, user_id, ""), (CSRF, csrf, "")] {
        append(headers, &format!("{name}={value}; Path=/; Max-Age={max_age_seconds}; SameSite=Lax{http_only}{secure}"));
    }
}

pub fn clear(headers: &mut HeaderMap) {
    for (name, http_only) in [(AUTH_TOKEN, "; HttpOnly"), (USER_ID, ""), (CSRF, "")] {
        append(headers, &format!("{name}=; Path=/; Max-Age=0; SameSite=Lax{http_only}"));
    }
}

fn append(headers: &mut HeaderMap, cookie: &str) {
    if let Ok(value) = HeaderValue::from_str(cookie) {
        headers.append(SET_COOKIE, value);
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_cookie_is_found_by_its_full_name() {
        let header = "XMMCSRF=no; MMCSRF=yes; other=1";
        assert_eq!(super::get_value(header, super::CSRF), Some("yes"));
        assert_eq!(super::get_value(header, super::USER_ID), None);
    }
}
