//! Addresses with repeated slashes, which clients make whose base URL ends in one: they mean the address with one slash.

use axum::extract::Request;
use http::Uri;

/// Before the request is routed. Parameters of routes are never empty, so that no address means something else without them.
pub(crate) fn collapse<B>(mut request: Request<B>) -> Request<B> {
    if let Some(uri) = collapsed(request.uri()) {
        *request.uri_mut() = uri;
    }
    request
}

/// `None` where there is nothing to do.
fn collapsed(uri: &Uri) -> Option<Uri> {
    if !uri.path().contains("//") {
        return None;
    }
    let mut path = String::with_capacity(uri.path().len());
    for c in uri.path().chars() {
        if c != '/' || !path.ends_with('/') {
            path.push(c);
        }
    }
    with_path(uri, &path)
}

/// The same address with another path; `None` where it cannot be one.
pub(crate) fn with_path(uri: &Uri, path: &str) -> Option<Uri> {
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(format!("{path}{query}").parse().ok()?);
    Uri::from_parts(parts).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repeated_slashes_of_the_path_are_one() {
        for (sent, meant) in [
            ("//api/v4/users/me", "/api/v4/users/me"),
            ("/api/v4//users///me//?a=//b", "/api/v4/users/me/?a=//b"),
            ("http://example.com//api", "http://example.com/api"),
            ("////", "/"),
        ] {
            assert_eq!(collapsed(&sent.parse().unwrap()), Some(meant.parse().unwrap()), "{sent}");
        }
        for uri in ["/", "/api/v4/users?next=//x", "/a%2f%2fb", "*"] {
            assert_eq!(collapsed(&uri.parse().unwrap()), None, "{uri}");
        }
    }
}
