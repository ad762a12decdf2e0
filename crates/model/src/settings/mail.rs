//! What the settings say about mail together: the server that takes it, and from whom it comes.

use url::{Host, Url};

use super::{Mail, Settings};
use crate::mail::{MailCredentials, MailSecurity, MailServer, Mailbox};
use crate::ports::Secret;

impl Settings {
    /// Whether mail is sent: it is switched on, and has a server, a sender, and an address to which its links lead.
    pub fn sends_mail(&self) -> bool {
        self.mail.enabled && !self.mail.server.is_empty() && !self.mail.from_address.is_empty() && !self.site.url.is_empty()
    }

    /// The mail server; `None` where mail is not sent.
    pub fn mail_server(&self) -> Option<MailServer> {
        self.sends_mail().then(|| self.configured_mail_server())
    }

    /// The mail server of the settings, to be tested before mail is switched on.
    pub fn configured_mail_server(&self) -> MailServer {
        let Mail { server, port, security, verify_certificate, authentication, user, password, timeout_ms, .. } = &self.mail;
        MailServer {
            host: ascii_host(server),
            port: u16::try_from(*port).unwrap_or_default(),
            security: MailSecurity::from_name(security),
            verifies_certificate: *verify_certificate,
            credentials: (*authentication && !user.is_empty())
                .then(|| MailCredentials { user: user.clone(), password: Secret::new(password.clone()) }),
            client_name: self.mail_client_name(),
            timeout_ms: *timeout_ms,
        }
    }

    /// From whom mail comes.
    pub fn mail_sender(&self) -> Mailbox {
        let name = if self.mail.from_name.is_empty() { &self.site.name } else { &self.mail.from_name };
        Mailbox { name: name.clone(), address: self.mail.from_address.clone() }
    }

    /// Where answers to mail go, if not to the sender.
    pub fn mail_reply_to(&self) -> Option<Mailbox> {
        let address = &self.mail.reply_to;
        (!address.is_empty()).then(|| Mailbox { name: String::new(), address: address.clone() })
    }

    /// The domain of the ids of mails: that of the site, or of the sender where the site has no name.
    pub fn mail_domain(&self) -> String {
        match self.site_host() {
            Some(Host::Domain(name)) => name,
            _ => {
                let domain = self.mail.from_address.rsplit_once('@').map_or("", |(_, domain)| domain);
                Host::parse(domain).map_or_else(|_| "localhost".to_owned(), |host| host.to_string())
            }
        }
    }

    /// An address of the site, below its base path; `path` begins with a slash.
    pub fn site_link(&self, path: &str) -> String {
        format!("{}{path}", self.site.url.trim_end_matches('/'))
    }

    /// How the server introduces itself to the mail server (RFC 5321, 4.1.3).
    fn mail_client_name(&self) -> String {
        match self.site_host() {
            Some(Host::Domain(name)) => name,
            Some(Host::Ipv4(address)) => format!("[{address}]"),
            Some(Host::Ipv6(address)) => format!("[IPv6:{address}]"),
            None => "localhost".to_owned(),
        }
    }

    pub(super) fn site_host(&self) -> Option<Host<String>> {
        Url::parse(&self.site.url).ok()?.host().map(|host| host.to_owned())
    }
}

/// The host as resolvers and certificates know it.
pub(super) fn ascii_host(host: &str) -> String {
    match Host::parse(host) {
        Ok(Host::Ipv6(address)) => address.to_string(),
        Ok(host) => host.to_string(),
        Err(_) => host.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mail_takes_a_server_a_sender_and_an_address_of_the_site() {
        let mut settings = Settings::default();
        assert!(!settings.sends_mail());
        settings.mail.server = "smtp.example.com".to_owned();
        settings.mail.from_address = "chat@bücher.example".to_owned();
        assert!(!settings.sends_mail());
        settings.site.url = "https://chat.example.com/x/".to_owned();
        assert!(settings.sends_mail());
        assert_eq!(settings.mail_server().map(|server| (server.port, server.credentials.is_none())), Some((587, true)));
        assert_eq!((settings.mail_domain(), settings.mail_client_name()), ("chat.example.com".into(), "chat.example.com".into()));
        assert_eq!(settings.site_link("/login"), "https://chat.example.com/x/login");
        settings.site.url = "http://[2001:db8::1]:8065".to_owned();
        assert_eq!((settings.mail_domain(), settings.mail_client_name()), ("xn--bcher-kva.example".into(), "[IPv6:2001:db8::1]".into()));
        settings.mail.enabled = false;
        assert!(settings.mail_server().is_none());
    }

    #[test]
    fn hosts_are_known_by_their_ascii_names() {
        for (host, ascii) in
            [("[::1]", "::1"), ("::1", "::1"), ("smtp.bücher.example", "smtp.xn--bcher-kva.example"), ("10.0.0.1", "10.0.0.1")]
        {
            assert_eq!(ascii_host(host), ascii);
        }
    }

    #[test]
    fn a_name_or_no_name_is_that_of_the_site() {
        let mut settings = Settings::default();
        assert_eq!(settings.mail_sender().name, "Guildhall");
        settings.mail.from_name = "Studio".to_owned();
        assert_eq!(settings.mail_sender().name, "Studio");
    }

    #[test]
    fn the_password_of_the_mail_server_is_not_printed() {
        let mut settings = Settings::default();
        (settings.mail.user, settings.mail.password) = ("ada".to_owned(), "hunter2".to_owned());
        let server = settings.configured_mail_server();
        assert!(server.credentials.is_some() && !format!("{server:?}").contains("hunter2"));
    }
}
