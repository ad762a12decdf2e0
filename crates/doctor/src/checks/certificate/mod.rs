//! The certificate that people's browsers get.

mod served;

use crate::check::Check;
use crate::kind::kinds;

pub(crate) static CHECKS: &[&Check] = &[&served::CHECK];

kinds! {
    EXPIRED = "certificate.expired", Critical, "The certificate has expired",
        "Browsers and apps do not connect any more, or warn everybody.",
        "Renew the certificate, and look why it was not renewed by itself.";
    EXPIRES_SOON = "certificate.expires_soon", Warning, "The certificate expires soon",
        "Certificates are renewed by themselves some weeks before their end; that it has not happened means that the renewal fails.",
        "Look why the certificate was not renewed: mostly the ports 80 and 443 are not reachable from the Internet.";
    WRONG_NAME = "certificate.wrong_name", Critical, "The certificate is for another name",
        "The server at the public address presents a certificate for another name, so that browsers and apps do not connect.",
        "Get a certificate for the name of `site.url`, or correct the setting.";
    UNTRUSTED = "certificate.untrusted", Warning, "The certificate is not from a known authority",
        "The certificate is self-signed, from an authority of your own, or is presented without its intermediate certificates. Browsers warn, and most apps do not connect.",
        "Use a certificate of a public authority with its full chain, or mute this if all devices trust your own authority.";
    NO_HTTPS = "certificate.none", Warning, "The public address has no encryption",
        "The setting `site.url` begins with `http://` and names a public host: passwords and messages cross the Internet readable to others.",
        "Set up HTTPS, and change `site.url` to `https://`.";
    HANDSHAKE_FAILED = "certificate.handshake_failed", Critical, "No encrypted connection can be made",
        "The port of `site.url` is open, but what answers there does not speak TLS as browsers do.",
        "Look at the configuration of what ends TLS (the server or a proxy), and whether `site.url` has the right port.";
}
