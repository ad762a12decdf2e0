//! The three cookies of a browser session, as Mattermost's clients expect them, and one by which a browser is recognized.

use cookie::time::Duration;
use cookie::{Cookie, SameSite};
use http::header::{COOKIE, SET_COOKIE};
use http::{HeaderMap, HeaderValue};

pub const AUTH_TOKEN: &str = "MMAUTHTOKEN";
pub const USER_ID: &str = "MMUSERID";
pub const CSRF: &str = "MMCSRF";
/// Stays after the log-out, so that wrong passwords from elsewhere do not slow the next log-in with this browser.
pub const BROWSER: &str = "GUILDHALLBROWSER";
/// Ours are shorter.
const BROWSER_TOKEN_BYTES_MAX: usize = 64;

/// The value of one cookie in a `Cookie` header.
pub fn get_value<'a>(header: &'a str, name: &str) -> Option<&'a str> {
    Cookie::split_parse(header).flatten().find(|cookie| cookie.name() == name).and_then(|cookie| cookie.value_raw())
}

/// The token of a browser that has logged in before, whoever it was.
pub fn browser_token(headers: &HeaderMap) -> Option<&str> {
    let mut tokens = headers.get_all(COOKIE).iter().filter_map(|header| get_value(header.to_str().ok()?, BROWSER));
    tokens.find(|token| (1..=BROWSER_TOKEN_BYTES_MAX).contains(&token.len()))
}

/// Where the cookies of a response are valid.
#[derive(Debug, Clone, Copy)]
pub struct Scope<'a> {
    /// The path of the site's address; empty where it has the host for itself. Another site on the same host does not get
    /// the cookies.
    pub base_path: &'a str,
    /// They are sent over TLS only.
    pub is_secure: bool,
}

/// Sets the cookies of a new session. Only the token is hidden from scripts, which need the other two.
pub fn set(headers: &mut HeaderMap, token: &str, user_id: &str, csrf: &str, max_age_seconds: i64, scope: Scope<'_>) {
    for (name, value) in [(AUTH_TOKEN, token), (USER_ID, user_id), (CSRF, csrf)] {
        append(headers, name, value, max_age_seconds, scope);
    }
}

/// Sets the cookie by which the browser is recognized.
pub fn set_browser_token(headers: &mut HeaderMap, token: &str, max_age_seconds: i64, scope: Scope<'_>) {
    append(headers, BROWSER, token, max_age_seconds, scope);
}

/// Deletes the cookies of a session, also those from a time when the site's address had no path.
pub fn clear(headers: &mut HeaderMap, base_path: &str) {
    let mut paths = vec![base_path];
    if !base_path.is_empty() {
        paths.push("");
    }
    for base_path in paths {
        for name in [AUTH_TOKEN, USER_ID, CSRF] {
            append(headers, name, "", 0, Scope { base_path, is_secure: false });
        }
    }
}

fn append(headers: &mut HeaderMap, name: &str, value: &str, max_age_seconds: i64, Scope { base_path, is_secure }: Scope<'_>) {
    let cookie = Cookie::build((name, value))
        .path(if base_path.is_empty() { "/" } else { base_path })
        .max_age(Duration::seconds(max_age_seconds))
        .same_site(SameSite::Lax)
        .http_only(matches!(name, AUTH_TOKEN | BROWSER))
        .secure(is_secure);
    if let Ok(value) = HeaderValue::from_str(&cookie.build().to_string()) {
        headers.append(SET_COOKIE, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_by_its_whole_name() {
        let header = "XMMCSRF=no; MMCSRF=yes; other=1";
        assert_eq!(get_value(header, CSRF), Some("yes"));
        assert_eq!(get_value(header, USER_ID), None);
    }

    #[test]
    fn the_token_of_a_browser_is_not_empty_and_not_endless() {
        let token = |cookie: String| {
            let headers = HeaderMap::from_iter([(COOKIE, HeaderValue::from_str(&cookie).unwrap())]);
            browser_token(&headers).map(str::to_owned)
        };
        assert_eq!(token("a=b; GUILDHALLBROWSER=token".to_owned()).as_deref(), Some("token"));
        assert_eq!(token(format!("GUILDHALLBROWSER={}", "x".repeat(65))), None);
        assert_eq!(token("GUILDHALLBROWSER=; other=1".to_owned()), None);
        assert_eq!(browser_token(&HeaderMap::new()), None);
    }

    #[test]
    fn only_the_token_is_hidden_from_scripts() {
        let mut headers = HeaderMap::new();
        set(&mut headers, "t", "u", "c", 60, Scope { base_path: "", is_secure: true });
        let cookies: Vec<&str> = headers.get_all(SET_COOKIE).iter().map(|value| value.to_str().unwrap()).collect();
        assert_eq!(
            cookies,
            [
                "MMAUTHTOKEN=t; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=60",
                "MMUSERID=u; SameSite=Lax; Secure; Path=/; Max-Age=60",
                "MMCSRF=c; SameSite=Lax; Secure; Path=/; Max-Age=60",
            ]
        );
        headers.clear();
        clear(&mut headers, "");
        assert_eq!(headers[SET_COOKIE], "MMAUTHTOKEN=; HttpOnly; SameSite=Lax; Path=/; Max-Age=0");
    }

    #[test]
    fn a_site_below_a_path_has_its_cookies_there() {
        let mut headers = HeaderMap::new();
        set(&mut headers, "t", "u", "c", 60, Scope { base_path: "/chat", is_secure: false });
        assert_eq!(headers[SET_COOKIE], "MMAUTHTOKEN=t; HttpOnly; SameSite=Lax; Path=/chat; Max-Age=60");
        headers.clear();
        clear(&mut headers, "/chat");
        let cleared = |path: &str| format!("MMAUTHTOKEN=; HttpOnly; SameSite=Lax; Path={path}; Max-Age=0");
        for path in ["/chat", "/"] {
            assert!(headers.get_all(SET_COOKIE).iter().any(|value| value.as_bytes() == cleared(path).as_bytes()), "{path}");
        }
    }
}
