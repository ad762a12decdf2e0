//! The certificate that people's browsers get.

mod own;
mod served;

use crate::check::Check;
use crate::kind::kinds;
use crate::text::DAY_MS;

pub(crate) static CHECKS: &[&Check] = &[&own::CHECK, &served::CHECK];

/// Certificates of 90 days are renewed after 60; those of 45 days after 30.
const WARNING_MS: i64 = 12 * DAY_MS;
/// With less left of it, a certificate that is not renewed is urgent.
const CRITICAL_MS: i64 = 4 * DAY_MS;

kinds! {
    EXPIRED = "certificate.expired", Critical, "The certificate has expired",
        "Browsers and apps do not connect any more, or warn everybody.",
        "Renew the certificate, and look why it was not renewed by itself.";
    EXPIRES_SOON = "certificate.expires_soon", Warning, "The certificate expires soon",
        "Certificates are renewed by themselves some weeks before their end; that it has not happened means that the renewal fails.",
        "Look why the certificate was not renewed: mostly the ports 80 and 443 are not reachable from the Internet.";
    RENEWAL_FAILING = "certificate.renewal_failing", Warning, "No new certificate can be obtained",
        "The server asks an authority for its certificate, and gets none. It tries again after 1, 10 and 100 minutes, and then once a day; when the present certificate expires, browsers and apps do not connect any more.",
        "Do what the finding says about the cause; the server then tries again by itself, and at once when it is restarted.",
        "[HTTPS](https.md#how-it-stands) has a command that tries again at once, without a restart.";
    FILES_UNUSABLE = "certificate.files_unusable", Warning, "The files of the certificate cannot be used",
        "The files of `tls.certificate_file` and `tls.key_file` cannot be read, do not belong together, or have expired. Until they can be used, the server goes on with the certificate that it had, or with one of its own, of which browsers warn.",
        "Correct the files or their permissions; the server reads them again by itself.",
        "The server's user must be able to read both: `sudo -u guildhall head -1 /etc/ssl/chat.pem` tries it.";
    NAME_NOT_COVERED = "certificate.name_not_covered", Critical, "The certificate is not for the name of the site",
        "The server's own certificate does not have the name of `site.url`, so that browsers and apps do not connect at that address.",
        "Get a certificate for the name of `site.url`, or correct the setting.";
    PORT_CLOSED = "certificate.port_closed", Critical, "A port for HTTPS could not be opened",
        "The server cannot listen at the address of `tls.https_listen`, or of `tls.http_listen`, over which certificates are renewed and people are sent on to HTTPS.",
        "Stop the other program at the port, or allow the server to use ports below 1024 (`AmbientCapabilities=CAP_NET_BIND_SERVICE` in its unit).",
        "`ss -ltnp` names the program at each port. The server tries again every half minute.";
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
