//! What the settings of HTTPS mean: the mode, the names, the challenges, and the site's address that follows from a name.

use url::{Host, Url};

use super::{Settings, Tls};

/// As many as Let's Encrypt puts into one certificate.
pub(super) const HOST_NAMES_MAX: usize = 100;
/// The longest name of the DNS, and the longest of its labels (RFC 1035, section 2.3.4).
const HOST_NAME_BYTES_MAX: usize = 253;
const LABEL_BYTES_MAX: usize = 63;

/// Where the certificate comes from.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub enum TlsMode {
    #[default]
    Off,
    Acme,
    Files,
    SelfSigned,
}

impl TlsMode {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Acme => "acme",
            Self::Files => "files",
            Self::SelfSigned => "self_signed",
        }
    }

    pub const ALL: [Self; 4] = [Self::Off, Self::Acme, Self::Files, Self::SelfSigned];

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.as_str() == name)
    }
}

/// How the authority checks a name (RFC 8555, section 8; RFC 8737).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AcmeChallenge {
    Http01,
    TlsAlpn01,
    Dns01,
}

impl AcmeChallenge {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Http01 => "http-01",
            Self::TlsAlpn01 => "tls-alpn-01",
            Self::Dns01 => "dns-01",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Http01, Self::TlsAlpn01, Self::Dns01].into_iter().find(|challenge| challenge.as_str() == name)
    }
}

impl Tls {
    pub fn mode(&self) -> TlsMode {
        TlsMode::from_name(&self.mode).unwrap_or_default()
    }

    /// The names in the form of the DNS: lower case, international names encoded.
    pub fn host_names(&self) -> Vec<String> {
        parse_host_names(&self.domains).unwrap_or_default()
    }

    pub fn challenges(&self) -> Vec<AcmeChallenge> {
        let challenge = |word: &str| {
            let all = [AcmeChallenge::Http01, AcmeChallenge::TlsAlpn01, AcmeChallenge::Dns01];
            all.into_iter().find(|challenge| challenge.as_str() == word.trim())
        };
        self.acme_challenges.split(',').filter_map(challenge).collect()
    }
}

impl Settings {
    /// With the address of the first name for the site, if it has no address of its own and its certificate is for names that
    /// browsers trust.
    #[must_use]
    pub fn with_site_url_of_domain(mut self) -> Self {
        let has_trusted_name = matches!(self.tls.mode(), TlsMode::Acme | TlsMode::Files);
        if self.site.url.is_empty()
            && has_trusted_name
            && let Some(name) = self.tls.host_names().first().filter(|name| !name.starts_with('*'))
        {
            self.site.url = format!("https://{name}");
        }
        self
    }
}

/// The name for which a public authority gives a certificate for a site at this address: it has a name of the Internet, and the
/// usual port of HTTPS.
pub fn certificate_name(site_url: &str) -> Option<String> {
    let url = Url::parse(site_url).ok()?;
    let name = match url.host()? {
        Host::Domain(name) => parse_host_name(name)?,
        Host::Ipv4(_) | Host::Ipv6(_) => return None,
    };
    (url.scheme() == "https" && url.port().is_none() && !is_local_name(&name)).then_some(name)
}

/// Whether a host name is known in a local network only (RFC 6762, RFC 8375, and those that routers use).
pub fn is_local_name(name: &str) -> bool {
    let name = name.trim_end_matches('.');
    !name.contains('.') || [".local", ".lan", ".home.arpa", ".internal", ".localhost"].iter().any(|end| name.ends_with(end))
}

/// `None` if one of them is no host name.
pub(super) fn parse_host_names(list: &str) -> Option<Vec<String>> {
    let entries: Vec<&str> = list.split(',').map(str::trim).filter(|entry| !entry.is_empty()).collect();
    if entries.len() > HOST_NAMES_MAX {
        return None;
    }
    entries.into_iter().map(parse_host_name).collect()
}

fn parse_host_name(text: &str) -> Option<String> {
    let (wildcard, name) = text.strip_prefix("*.").map_or(("", text), |name| ("*.", name));
    let Ok(Host::Domain(name)) = Host::parse(name) else { return None };
    let is_label = |label: &str| {
        let is_plain = label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        (1..=LABEL_BYTES_MAX).contains(&label.len()) && is_plain && !label.starts_with('-') && !label.ends_with('-')
    };
    (name.len() <= HOST_NAME_BYTES_MAX && name.split('.').all(is_label)).then(|| format!("{wildcard}{name}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tls(mode: &str, domains: &str) -> Settings {
        let mut settings = Settings::default();
        (settings.tls.mode, settings.tls.domains) = (mode.to_owned(), domains.to_owned());
        settings
    }

    #[test]
    fn names_have_the_form_of_the_dns() {
        let names = |domains| tls("acme", domains).tls.host_names();
        assert_eq!(names(" Chat.Example.com ,*.example.com,, büro.example"), ["chat.example.com", "*.example.com", "xn--bro-hoa.example"]);
        for invalid in ["a..b", "-a.example", "a_b.example", "[::1]", "10.0.0.1", "*", "a.*.example", "chat.example.com:443", "a/b"] {
            assert_eq!(parse_host_names(invalid), None, "{invalid}");
        }
        assert_eq!(parse_host_names(&"a,".repeat(HOST_NAMES_MAX + 1)), None);
    }

    #[test]
    fn certificates_are_for_names_of_the_internet() {
        for (url, name) in [
            ("https://chat.example.com", Some("chat.example.com")),
            ("https://chat.example.com/chat", Some("chat.example.com")),
            ("https://Chat.Example.com:443", Some("chat.example.com")),
            ("https://büro.example", Some("xn--bro-hoa.example")),
            ("http://chat.example.com", None),
            ("https://chat.example.com:8443", None),
            ("https://10.0.0.5", None),
            ("https://[2001:db8::1]", None),
            ("https://studio.local", None),
            ("https://chat.studio.lan", None),
            ("https://studio", None),
            ("https://a_b.example.com", None),
            ("https://", None),
            ("chat.example.com", None),
            ("", None),
        ] {
            assert_eq!(certificate_name(url).as_deref(), name, "{url}");
        }
    }

    #[test]
    fn the_first_name_is_the_address_of_a_site_without_one() {
        let url = |mode, domains| tls(mode, domains).with_site_url_of_domain().site.url;
        for (mode, domains, expected) in [
            ("acme", "chat.example.com, b.example.com", "https://chat.example.com"),
            ("files", "chat.example.com", "https://chat.example.com"),
            ("files", "*.example.com", ""),
            ("self_signed", "chat.example.com", ""),
            ("off", "chat.example.com", ""),
            ("acme", "", ""),
        ] {
            assert_eq!(url(mode, domains), expected, "{mode} {domains}");
        }
        let mut settings = tls("acme", "chat.example.com");
        settings.site.url = "https://other.example.com:8443".to_owned();
        assert_eq!(settings.clone().with_site_url_of_domain(), settings);
    }

    #[test]
    fn challenges_keep_their_order() {
        let mut settings = Settings::default();
        assert_eq!(settings.tls.challenges(), [AcmeChallenge::Http01, AcmeChallenge::TlsAlpn01]);
        settings.tls.acme_challenges = "dns-01, http-01".to_owned();
        assert_eq!(settings.tls.challenges(), [AcmeChallenge::Dns01, AcmeChallenge::Http01]);
    }
}
