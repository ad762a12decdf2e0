//! The settings of the section `tls`.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::settings::declare::section;
use crate::settings::key;
use crate::settings::rule::{between, chars};
use crate::settings::{Applies, Rule, Writer};

section! {
    /// HTTPS: the server's own certificate, and the ports 80 and 443.
    tls: Tls {
        /// Where the certificate comes from: `off` (HTTPS is left to a proxy, or not used), `acme` (from a certificate
        /// authority, by itself), `files` (your own, from two files) or `self_signed` (made by the server, for the local network).
        mode: String = "off" => {
            rule: Rule::OneOf(&["off", "acme", "files", "self_signed"]), config: &[key("TLSSettings", "Mode")],
        }
        /// The names under which people reach the server, such as `chat.example.com`, separated by commas. On the command line
        /// it also sets `tls.mode` to `acme`. The first one is the address of the site while `site.url` is empty.
        domains: String = "" => {
            rule: Rule::HostNames, config: &[key("TLSSettings", "Domains")], flag: Some("domain"),
        }
        /// The file with your own certificate and its intermediate certificates, as PEM, for the mode `files`.
        certificate_file: PathBuf = "" => {
            writer: Writer::StartOnly, applies: Applies::NextStart,
        }
        /// The file with the certificate's private key, as PEM without a password, for the mode `files`.
        key_file: PathBuf = "" => {
            writer: Writer::StartOnly, applies: Applies::NextStart,
        }
        /// The directory of the certificate authority, an ACME server (RFC 8555).
        acme_directory_url: String = "https://acme-v02.api.letsencrypt.org/directory" => {
            rule: Rule::WebAddress, writer: Writer::StartOnly, applies: Applies::NextStart,
        }
        /// A PEM file with the root certificate by which the authority itself is recognized; for private authorities.
        acme_root_file: PathBuf = "" => { writer: Writer::StartOnly, applies: Applies::NextStart }
        /// The email address that the authority may write to; empty for none.
        acme_contact: String = "" => {
            rule: chars(0, 254), config: &[key("TLSSettings", "ACMEContact")],
        }
        /// How the authority checks that a name leads to this server, separated by commas: `http-01` (it connects to port
        /// 80), `tls-alpn-01` (to port 443), `dns-01` (it reads the DNS, which `tls.dns_hook` writes). After a failure the next is tried.
        acme_challenges: String = "http-01,tls-alpn-01" => {
            rule: Rule::Words(&["http-01", "tls-alpn-01", "dns-01"]), config: &[key("TLSSettings", "ACMEChallenges")],
        }
        /// The program that writes records into the DNS for `dns-01`.
        dns_hook: PathBuf = "" => { writer: Writer::StartOnly, applies: Applies::NextStart }
        /// The address and port for HTTP beside HTTPS; empty for none.
        http_listen: String = "[::]:80" => {
            rule: Rule::ListenAddress, config: &[key("TLSSettings", "HTTPListen")],
        }
        /// The address and port for HTTPS.
        https_listen: String = "[::]:443" => {
            rule: Rule::ListenAddress, config: &[key("TLSSettings", "HTTPSListen")],
        }
        /// Whether HTTP requests to a name of the certificate are sent on to HTTPS; never before browsers trust the certificate.
        redirect: bool = true => {
            config: &[key("ServiceSettings", "Forward80To443")],
        }
        /// For how long browsers that were here over HTTPS use nothing else (HSTS), in seconds; 0 for not at all.
        hsts_max_age_seconds: i64 = 15_552_000 => {
            rule: between(0, 63_072_000), config: &[key("ServiceSettings", "TLSStrictTransportMaxAge")],
        }
    }
}
