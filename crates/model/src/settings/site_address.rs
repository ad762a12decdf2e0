//! The parts of the site's address: `https://example.com/chat` has the origin `https://example.com` and the base path
//! `/chat`.

use super::Site;

impl Site {
    /// Whether people reach the site over TLS, which a proxy may end.
    pub fn is_https(&self) -> bool {
        self.url.get(..8).is_some_and(|scheme| scheme.eq_ignore_ascii_case("https://"))
    }

    /// The path below which the whole site is, such as `/chat`; empty where it has the host for itself.
    pub fn base_path(&self) -> &str {
        let path = self.split().1.trim_end_matches('/');
        if is_plain_path(path) { path } else { "" }
    }

    /// Scheme, host and port as browsers send them in `Origin`, but for the case; empty without an address.
    pub fn origin(&self) -> &str {
        self.split().0
    }

    /// Host and port; empty without an address.
    pub fn host(&self) -> &str {
        self.origin().split_once("://").map_or("", |(_, host)| host)
    }

    fn split(&self) -> (&str, &str) {
        let host = self.url.find("://").map_or(0, |scheme| scheme + 3);
        let path = self.url[host..].find('/').map_or(self.url.len(), |slash| host + slash);
        self.url.split_at(path)
    }
}

/// Whether a path is empty, or means the same in an address, a cookie, a header and a page without any encoding.
pub(super) fn is_plain_path(path: &str) -> bool {
    let is_plain_segment = |segment: &str| {
        let is_plain_byte = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~');
        !matches!(segment, "" | "." | "..") && segment.bytes().all(is_plain_byte)
    };
    path.is_empty() || path.strip_prefix('/').is_some_and(|path| path.split('/').all(is_plain_segment))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_an_origin_and_a_base_path() {
        for (url, origin, host, base_path) in [
            ("", "", "", ""),
            ("https://chat.example.com", "https://chat.example.com", "chat.example.com", ""),
            ("https://chat.example.com/", "https://chat.example.com", "chat.example.com", ""),
            ("https://example.com:8443/chat/", "https://example.com:8443", "example.com:8443", "/chat"),
            ("http://[2001:db8::1]:8065/a/b_c~d.e", "http://[2001:db8::1]:8065", "[2001:db8::1]:8065", "/a/b_c~d.e"),
            // What is stored may be older than the check.
            ("https://example.com/a;b", "https://example.com", "example.com", ""),
            ("https://example.com/../chat", "https://example.com", "example.com", ""),
            ("https://example.com//chat", "https://example.com", "example.com", ""),
        ] {
            let site = Site { url: url.to_owned(), ..Site::default() };
            assert_eq!((site.origin(), site.host(), site.base_path()), (origin, host, base_path), "{url}");
        }
    }

    #[test]
    fn only_tls_is_https() {
        for (url, expected) in [("HTTPS://x", true), ("https://x/chat", true), ("http://x", false), ("", false)] {
            assert_eq!(Site { url: url.to_owned(), ..Site::default() }.is_https(), expected, "{url}");
        }
    }
}
