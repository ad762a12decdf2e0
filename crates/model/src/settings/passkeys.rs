//! The address of the server as passkeys are bound to it.

use url::{Host, Url};

use crate::ports::RelyingParty;
use crate::settings::Settings;

impl Settings {
    /// `None` where browsers have no passkeys: without HTTPS, but for `localhost`, and at addresses without a name (Secure Contexts 3.1,
    /// WebAuthn 3, 5.1.3).
    pub fn relying_party(&self) -> Option<RelyingParty> {
        let url = Url::parse(&self.site.url).ok()?;
        let Some(Host::Domain(domain)) = url.host() else { return None };
        let is_local = domain == "localhost" || domain.ends_with(".localhost");
        let is_secure = url.scheme() == "https" || is_local;
        is_secure.then(|| RelyingParty {
            domain: domain.to_owned(),
            origin: url.origin().ascii_serialization(),
            name: self.site.name.clone(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passkeys_take_a_name_and_https() {
        let relying_party = |url: &str| {
            let mut settings = Settings::default();
            settings.site.url = url.to_owned();
            settings.relying_party().map(|server| (server.domain, server.origin))
        };
        let expected = |domain: &str, origin: &str| Some((domain.to_owned(), origin.to_owned()));
        assert_eq!(relying_party("https://chat.example.com/sub"), expected("chat.example.com", "https://chat.example.com"));
        assert_eq!(relying_party("https://Büro.example:8443"), expected("xn--bro-hoa.example", "https://xn--bro-hoa.example:8443"));
        assert_eq!(relying_party("http://localhost:8065"), expected("localhost", "http://localhost:8065"));
        for url in ["", "http://chat.example.com", "https://192.0.2.1", "https://[::1]"] {
            assert_eq!(relying_party(url), None, "{url}");
        }
    }
}
