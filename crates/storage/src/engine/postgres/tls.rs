//! Encrypted connections to PostgreSQL. `sslmode=require` (or `verify-ca`, `verify-full`) in the address requests one;
//! the server's certificate is always verified, against the system's authorities or those in `sslrootcert=FILE`.

use std::sync::Arc;

use guildhall_model::Result;
use rustls::RootCertStore;
use tokio_postgres_rustls::MakeRustlsConnect;
use url::Url;

use crate::engine::server::address::{invalid, read_certificates, take_options};

/// Removes the options of encryption from the address; `None` is a plain connection.
pub(super) fn take_from(url: &mut Url) -> Result<Option<MakeRustlsConnect>> {
    let [mode, authorities] = take_options(url, ["sslmode", "sslrootcert"]);
    match mode.as_deref() {
        None | Some("disable" | "allow" | "prefer") => Ok(None),
        Some("require" | "verify-ca" | "verify-full") => connector(authorities.as_deref()).map(Some),
        Some(other) => Err(invalid(format!("there is no sslmode {other}"))),
    }
}

fn connector(authorities: Option<&str>) -> Result<MakeRustlsConnect> {
    let roots = match authorities {
        Some(file) => Arc::new(read_roots(file).map_err(|reason| invalid(format!("{file}: {reason}")))?),
        None => guildhall_tls::trusted_roots(),
    };
    Ok(MakeRustlsConnect::new(guildhall_tls::client_config(roots).map_err(invalid)?))
}

fn read_roots(file: &str) -> Result<RootCertStore, String> {
    let mut roots = RootCertStore::empty();
    for certificate in read_certificates(file)? {
        roots.add(certificate).map_err(|error| error.to_string())?;
    }
    Ok(roots)
}

#[cfg(test)]
mod tests {
    use guildhall_model::codes::storage as codes;

    use super::*;

    #[test]
    fn encryption_is_requested_in_the_address() {
        for (query, encrypted) in [("", false), ("?sslmode=disable", false), ("?sslmode=prefer", false), ("?sslmode=verify-full", true)] {
            let mut url = Url::parse(&format!("postgres://host/db{query}")).unwrap();
            assert_eq!(take_from(&mut url).unwrap().is_some(), encrypted, "{query}");
            assert_eq!(url.as_str(), "postgres://host/db");
        }
        let mut url = Url::parse("postgres://host/db?options=-c%20a%3Db&sslmode=require&target_session_attrs=any").unwrap();
        assert!(take_from(&mut url).unwrap().is_some());
        assert_eq!(url.query_pairs().count(), 2);
    }

    #[test]
    fn invalid_options_are_rejected() {
        for query in ["sslmode=maybe", "sslmode=require&sslrootcert=/nowhere/ca.pem"] {
            let mut url = Url::parse(&format!("postgres://host/db?{query}")).unwrap();
            assert!(take_from(&mut url).is_err_and(|error| error.is(codes::INVALID_URL)), "{query}");
        }
    }
}
