//! Encrypted connections to MySQL and MariaDB. `ssl-mode=REQUIRED` (or `VERIFY_CA`, `VERIFY_IDENTITY`) in the address
//! requests one; the server's certificate is always verified, against the system's authorities or those in `ssl-ca=FILE`.

use guildhall_model::Result;
use mysql_async::SslOpts;
use rustls::pki_types::CertificateDer;
use url::Url;

use crate::engine::server::address::{invalid, read_certificates, take_options};

/// The driver's own options: some of them turn the verification off.
const DRIVER_OPTIONS: [&str; 4] = ["require_ssl", "verify_ca", "verify_identity", "built_in_roots"];

/// Removes the options of encryption from the address; `None` is a plain connection.
pub(super) fn take_from(url: &mut Url) -> Result<Option<SslOpts>> {
    if let Some((name, _)) = url.query_pairs().find(|(name, _)| DRIVER_OPTIONS.contains(&name.as_ref())) {
        return Err(invalid(format!("there is no {name}; ssl-mode=VERIFY_IDENTITY encrypts")));
    }
    let [mode, authorities] = take_options(url, ["ssl-mode", "ssl-ca"]);
    match mode.map(|mode| mode.to_ascii_uppercase()).as_deref() {
        None | Some("DISABLED" | "PREFERRED") => Ok(None),
        Some("REQUIRED" | "VERIFY_CA" | "VERIFY_IDENTITY") => client_options(authorities.as_deref()).map(Some),
        Some(other) => Err(invalid(format!("there is no ssl-mode {other}"))),
    }
}

fn client_options(file: Option<&str>) -> Result<SslOpts> {
    let authorities = match file {
        Some(file) => read_some(file).map_err(|reason| invalid(format!("{file}: {reason}")))?,
        None => guildhall_tls::system_authorities().to_vec(),
    };
    let with_built_in = authorities.is_empty();
    let authorities = authorities.into_iter().map(|certificate| certificate.to_vec().into()).collect();
    Ok(SslOpts::default().with_root_certs(authorities).with_disable_built_in_roots(!with_built_in))
}

/// An empty list would stand for the driver's built-in authorities.
fn read_some(file: &str) -> Result<Vec<CertificateDer<'static>>, String> {
    let certificates = read_certificates(file)?;
    if certificates.is_empty() { Err("it has no certificate".to_owned()) } else { Ok(certificates) }
}

#[cfg(test)]
mod tests {
    use guildhall_model::codes::storage as codes;

    use super::*;

    #[test]
    fn encryption_is_requested_in_the_address() {
        let cases = [("", false), ("?ssl-mode=DISABLED", false), ("?ssl-mode=preferred", false), ("?ssl-mode=verify_identity", true)];
        for (query, encrypted) in cases {
            let mut url = Url::parse(&format!("mysql://host/db{query}")).unwrap();
            assert_eq!(take_from(&mut url).unwrap().is_some(), encrypted, "{query}");
            assert_eq!(url.as_str(), "mysql://host/db");
        }
    }

    #[test]
    fn the_server_is_verified_against_the_system_or_the_named_file() {
        let options = |query: &str| take_from(&mut Url::parse(&format!("mysql://host/db?{query}")).unwrap());
        let system = options("ssl-mode=REQUIRED").unwrap().unwrap();
        assert_eq!(system.root_certs().len(), guildhall_tls::system_authorities().len());
        assert_eq!(system.disable_built_in_roots(), !system.root_certs().is_empty());
        assert!(!system.accept_invalid_certs() && !system.skip_domain_validation());
    }

    #[test]
    fn invalid_options_are_rejected() {
        let queries = ["ssl-mode=maybe", "ssl-mode=REQUIRED&ssl-ca=/nowhere/ca.pem", "require_ssl=true&verify_ca=false"];
        for query in queries {
            let mut url = Url::parse(&format!("mysql://host/db?{query}")).unwrap();
            assert!(take_from(&mut url).is_err_and(|error| error.is(codes::INVALID_URL)), "{query}");
        }
    }
}
