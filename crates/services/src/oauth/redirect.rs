//! Redirect addresses: whether one is registered, and what is added to it.

use url::Url;
use url::form_urlencoded::Serializer;

/// Whether an app that has registered `registered` may ask for answers at `requested`: they are the same, or both are of this machine
/// and differ in the port, which a native app chooses when it starts (RFC 8252, section 7.3; RFC 9700, section 2.1).
pub(super) fn is_registered(registered: &[String], requested: &str) -> bool {
    is_plain(requested) && registered.iter().any(|one| one == requested || is_same_but_for_port(one, requested))
}

/// Whether a parser would neither drop nor change anything of the address: that must not get past the comparison.
pub(super) fn is_plain(address: &str) -> bool {
    !address.is_empty() && address.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\')
}

/// Whether the address is of the machine on which the app runs.
pub(super) fn is_loopback(address: &str) -> bool {
    loopback(address).is_some()
}

fn is_same_but_for_port(registered: &str, requested: &str) -> bool {
    match (loopback(registered), loopback(requested)) {
        (Some(mut registered), Some(mut requested)) => {
            registered.set_port(None).is_ok() && requested.set_port(None).is_ok() && registered == requested
        }
        _ => false,
    }
}

/// The names are compared as they are: `localhost` and `127.0.0.1` are two.
fn loopback(address: &str) -> Option<Url> {
    let url = Url::parse(address).ok()?;
    let is_loopback = url.scheme() == "http"
        && matches!(url.host_str(), Some("127.0.0.1" | "[::1]" | "localhost"))
        && url.username().is_empty()
        && url.password().is_none()
        && url.fragment().is_none();
    is_loopback.then_some(url)
}

/// The address with these parameters added to its query; those with an empty value are left out.
pub(super) fn with_params(address: &str, params: &[(&str, &str)]) -> String {
    let mut query = Serializer::new(String::new());
    query.extend_pairs(params.iter().filter(|(_, value)| !value.is_empty()));
    let separator = match address.split_once('?') {
        None => "?",
        Some((_, "")) => "",
        Some((_, rest)) if rest.ends_with('&') => "",
        Some(_) => "&",
    };
    format!("{address}{separator}{}", query.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_registered_as(registered: &str, requested: &str) -> bool {
        is_registered(&[registered.to_owned()], requested)
    }

    #[test]
    fn addresses_are_compared_as_they_are() {
        let registered = "https://app.example.com/back?a=1";
        assert!(is_registered_as(registered, registered));
        for other in [
            "",
            "https://app.example.com/back",
            "https://app.example.com/back?a=1&b=2",
            "https://app.example.com/back/?a=1",
            "https://APP.example.com/back?a=1",
            "https://app.example.com:443/back?a=1",
            "http://app.example.com/back?a=1",
            "https://app.example.com.evil.example/back?a=1",
            "https://app.example.com/back?a=1#x",
            " https://app.example.com/back?a=1",
        ] {
            assert!(!is_registered_as(registered, other), "{other}");
        }
    }

    #[test]
    fn a_native_app_chooses_its_port() {
        assert!(is_registered_as("http://127.0.0.1/back", "http://127.0.0.1:51004/back"));
        assert!(is_registered_as("http://[::1]:8000/back", "http://[::1]:9000/back"));
        assert!(is_registered_as("http://localhost:3000/back", "http://localhost:3001/back"));
        for (registered, requested) in [
            ("http://127.0.0.1/back", "http://127.0.0.1:1/other"),
            ("http://127.0.0.1/back", "http://localhost:1/back"),
            ("http://127.0.0.1/back", "https://127.0.0.1:1/back"),
            ("http://127.0.0.1/back", "http://127.0.0.1:1/back?x=1"),
            ("http://127.0.0.1/back", "http://user@127.0.0.1:1/back"),
            ("http://127.0.0.1/back", "http://127.0.0.1:1/back#x"),
            ("http://127.0.0.1/back", "http://127.0.0.1:1\\@evil.example/back"),
            ("http://127.0.0.1/back", "http://127.0.0.1.evil.example:1/back"),
            ("http://app.example.com/back", "http://app.example.com:8080/back"),
        ] {
            assert!(!is_registered_as(registered, requested), "{registered} {requested}");
        }
    }

    #[test]
    fn parameters_are_added_to_those_that_are_there() {
        let added = |address| with_params(address, &[("code", "a b"), ("state", ""), ("iss", "https://x.example")]);
        assert_eq!(added("https://a.example/b"), "https://a.example/b?code=a+b&iss=https%3A%2F%2Fx.example");
        assert_eq!(added("https://a.example/b?c=d"), "https://a.example/b?c=d&code=a+b&iss=https%3A%2F%2Fx.example");
        assert_eq!(added("https://a.example/b?"), "https://a.example/b?code=a+b&iss=https%3A%2F%2Fx.example");
    }
}
